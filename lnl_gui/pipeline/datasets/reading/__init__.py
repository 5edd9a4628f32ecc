"""How a project's dataset is read, and read the same way again."""
