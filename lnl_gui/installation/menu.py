"""LNL in the menu of this desktop: the same for the command line and the window."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lnl_gui.installation.command import menu_command, of_an_installer
from lnl_gui.installation.freedesktop import FreedesktopMenu
from lnl_gui.installation.mac_menu import MacMenu
from lnl_gui.installation.windows_menu import WindowsMenu
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.messages import Message, message


class Menu(Protocol):
    """The menu of one kind of desktop."""

    def present(self) -> list[Path]:
        """The files of LNL's entry that are there."""
        ...

    def add(self, program: Sequence[str]) -> list[Path]:
        """Add LNL; the files that were written."""
        ...

    def remove(self) -> list[Path]:
        """Take LNL out again; the files that were deleted."""
        ...


@dataclass(frozen=True)
class MenuChange:
    """What was done to the menu."""

    text: Message
    files: tuple[Path, ...] = ()
    """written or deleted"""


def this_menu() -> Menu:
    """The menu of the desktop that runs here."""
    if sys.platform == "win32":
        return WindowsMenu()
    return MacMenu() if sys.platform == "darwin" else FreedesktopMenu()


def add_to_menu(menu: Menu | None = None) -> MenuChange:
    """Add LNL to the menu, with its icon and its types of files, for this user alone.

    Args:
        menu: None takes that of this desktop.

    Raises:
        UserError: when this copy of LNL does not stay, or a folder cannot be written.
    """
    if said := of_an_installer():
        return MenuChange(said)
    program = menu_command()
    try:
        files = (menu or this_menu()).add(program)
    except OSError as error:
        raise as_user_error(error, message("add LNL to the applications menu")) from error
    return MenuChange(message("LNL is in the applications menu."), tuple(files))


def remove_from_menu(menu: Menu | None = None) -> MenuChange:
    """Take out what `add_to_menu` added.

    Args:
        menu: None takes that of this desktop.

    Raises:
        UserError: when it cannot be deleted.
    """
    try:
        files = (menu or this_menu()).remove()
    except OSError as error:
        raise as_user_error(error, message("take LNL out of the applications menu")) from error
    if not files:
        return MenuChange(of_an_installer() or message("LNL was not in the applications menu."))
    return MenuChange(message("LNL is no longer in the applications menu."), tuple(files))
