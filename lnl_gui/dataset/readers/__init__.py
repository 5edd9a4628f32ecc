"""Readers of dataset formats, one module a format; `read_dataset` picks the right one."""

from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.dataset.readers.registry import Reader, list_readers

__all__ = ["Reader", "list_readers", "read_dataset"]
