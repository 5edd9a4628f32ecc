"""Jobs in the window: the worker process, the workflow of a project, and the list of jobs."""
