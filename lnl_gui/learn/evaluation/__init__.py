"""Metrics of a classifier on held-out samples, and the comparison of two."""
