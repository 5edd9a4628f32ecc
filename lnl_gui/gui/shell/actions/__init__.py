"""All actions: one module a group, and the table that makes them `QAction`s."""

from lnl_gui.gui.shell.actions.checks import CHECKS
from lnl_gui.gui.shell.actions.moving import MOVING
from lnl_gui.gui.shell.actions.project import PROJECT
from lnl_gui.gui.shell.actions.verdicts import VERDICTS
from lnl_gui.gui.shell.actions.view import VIEW

GROUPS = (VERDICTS, MOVING, VIEW, PROJECT, CHECKS)
ACTIONS = tuple(spec for group in GROUPS for spec in group.actions)

__all__ = ["ACTIONS", "CHECKS", "GROUPS", "MOVING", "PROJECT", "VERDICTS", "VIEW"]
