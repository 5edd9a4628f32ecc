"""Nearest neighbours by cosine: exact search, an IVF index, and the projection built on them."""
