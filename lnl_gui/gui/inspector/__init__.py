"""Details of one sample."""
