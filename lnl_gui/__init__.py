"""Clean the labels of image-classification datasets."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lnl_gui.detect.label_issues import LabelIssues as LabelIssues
    from lnl_gui.detect.label_issues import find_label_issues as find_label_issues

__version__ = "0.1.0"
__all__ = ["LabelIssues", "__version__", "find_label_issues"]
_LAZY = ("LabelIssues", "find_label_issues")


def __getattr__(name: str) -> Any:
    # torch takes seconds to import, and most of the program needs none of it.
    if name in _LAZY:
        return getattr(import_module("lnl_gui.detect.label_issues"), name)
    raise AttributeError(name)
