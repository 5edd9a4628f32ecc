"""The classes of a project: list, editor, and what may be one class."""
