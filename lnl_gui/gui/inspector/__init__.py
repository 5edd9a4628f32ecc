"""The sample up close."""
