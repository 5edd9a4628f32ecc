"""Training recipes: their parameters and their registry by name."""
