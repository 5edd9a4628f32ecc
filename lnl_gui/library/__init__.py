"""What scripts and notebooks use: a project as an object, on the code of the command line."""
