"""Writers of dataset formats, one module a format; `find_writer` gives one by name."""

from lnl_gui.dataset.writers.registry import Writer, find_writer, list_writers

__all__ = ["Writer", "find_writer", "list_writers"]
