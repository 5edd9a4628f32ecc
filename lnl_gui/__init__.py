"""Clean the labels of image-classification datasets."""

# Without `typing` and `importlib`: this is the first to be loaded, and an interrupt has an answer
# only afterwards, see `lnl_gui.util.process.early_interrupt`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from lnl_gui.detect.label_issues import LabelIssues as LabelIssues
    from lnl_gui.detect.label_issues import find_label_issues as find_label_issues
    from lnl_gui.detect.label_warnings import LabelIssuesWarning as LabelIssuesWarning
    from lnl_gui.library.project import CleaningProject as CleaningProject
    from lnl_gui.library.project import create_project as create_project
    from lnl_gui.library.project import open_project as open_project
    from lnl_gui.util.errors import UserError as UserError

__version__ = "0.1.0"
_HOMES = {
    "CleaningProject": "lnl_gui.library.project",
    "LabelIssues": "lnl_gui.detect.label_issues",
    "LabelIssuesWarning": "lnl_gui.detect.label_warnings",
    "UserError": "lnl_gui.util.errors",
    "create_project": "lnl_gui.library.project",
    "find_label_issues": "lnl_gui.detect.label_issues",
    "open_project": "lnl_gui.library.project",
}
"""The stable names and where they live; everything else is private."""
__all__ = [
    "CleaningProject",
    "LabelIssues",
    "LabelIssuesWarning",
    "UserError",
    "__version__",
    "create_project",
    "find_label_issues",
    "open_project",
]


def __getattr__(name: str) -> object:
    # torch takes seconds to import, and most of the program needs none of it.
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415 - see above

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"lnl_gui.{name}")


def __dir__() -> list[str]:
    return sorted(__all__)
