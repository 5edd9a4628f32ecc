"""The encoders by name, where their weights lie, and the download of those."""
