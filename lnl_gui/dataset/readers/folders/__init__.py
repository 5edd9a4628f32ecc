"""Folders named for classes."""
