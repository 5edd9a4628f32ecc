"""Intervals, paired tests and ranks, from the standard library and numpy alone."""
