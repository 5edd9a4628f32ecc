"""Label changes as a small text file, applied to a dataset in its own layout."""
