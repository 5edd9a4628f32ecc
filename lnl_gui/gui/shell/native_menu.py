"""The menu bar at the top of macOS' screen; elsewhere the window's own menu has all of it."""

import sys

from PySide6.QtWidgets import QMenuBar, QWidget

from lnl_gui.gui.shell.actions import GROUPS
from lnl_gui.gui.shell.actions.table import ActionTable
from lnl_gui.util.translation import localized


def has_menu_bar(platform: str = sys.platform) -> bool:
    """Whether the system has a bar for the menus of programs.

    Args:
        platform: as `sys.platform` has it.
    """
    return platform == "darwin"


def native_menu(parent: QWidget, actions: ActionTable) -> QMenuBar:
    """A menu for each group of actions that are for the whole window.

    Args:
        parent: the window.
        actions: the table; About, Preferences and Quit have the roles that move them into the
            application's own menu.
    """
    bar = QMenuBar(parent)
    for group in GROUPS:
        # Not those of the grid: macOS takes a menu's key before a text field sees the letter.
        found = [actions[spec.id] for spec in group.actions if not spec.in_grid]
        if found:
            bar.addMenu(localized(group.title)).addActions(found)
    return bar
