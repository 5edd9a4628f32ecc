"""The forms in which tables lie on disk."""
