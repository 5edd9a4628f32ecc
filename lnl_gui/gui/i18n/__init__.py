"""The window's language: texts, numbers and times."""
