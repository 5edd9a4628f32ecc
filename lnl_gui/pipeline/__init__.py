"""The bodies of jobs, one module each."""
