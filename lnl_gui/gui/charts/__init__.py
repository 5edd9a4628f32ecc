"""Charts that act."""
