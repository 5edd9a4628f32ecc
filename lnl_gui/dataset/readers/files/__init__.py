"""Which files there are, and which of them a cell, a list or a folder means."""
