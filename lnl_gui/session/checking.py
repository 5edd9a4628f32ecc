"""Looking for damage in a project that need not be open."""

from lnl_gui.store.check import ProjectFault, check_project

__all__ = ["ProjectFault", "check_project"]
