"""Which image of a dataset is which sample of a project, by path, place and content."""
