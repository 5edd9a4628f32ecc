"""Rows and columns, whatever they were written in, and what they become."""
