"""The job protocol and the worker's side of it."""
