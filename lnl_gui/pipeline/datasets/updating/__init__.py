"""The update job: what has changed in a dataset, asked about and taken over."""
