"""Looking for damage in a project that need not be open."""

from lnl_gui.store.check import Finding, check_project

__all__ = ["Finding", "check_project"]
