"""The loupe: one image, or a few to compare, as large as the window."""
