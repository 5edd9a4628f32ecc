"""Research datasets by their own lists."""
