"""Images in arrays."""
