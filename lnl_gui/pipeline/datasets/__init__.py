"""Jobs that read a dataset: import, update, relocate, attach."""
