"""The menu bar of macOS: every action of the window once, none that would take a letter typed."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell import main_window
from lnl_gui.gui.shell.actions import ACTIONS
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.shell.native_menu import has_menu_bar
from lnl_gui.gui.style.theme import LIGHT, Theme


def test_only_macos_has_a_bar_of_its_own() -> None:
    assert [has_menu_bar(name) for name in ("darwin", "win32", "linux")] == [True, False, False]


@pytest.mark.parametrize("on_macos", [True, False])
def test_the_bar_holds_what_is_for_the_whole_window(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch, on_macos: bool, qapp: QApplication
) -> None:
    monkeypatch.setattr(main_window, "has_menu_bar", lambda: on_macos)
    window = MainWindow(theme, Settings(theme=LIGHT))
    qtbot.addWidget(window)
    held = [
        action.objectName()
        for menu in window.menuBar().actions()
        for action in menu.menu().actions()  # type: ignore[attr-defined]
    ]
    expected = [spec.id for spec in ACTIONS if not spec.in_grid] if on_macos else []
    assert sorted(held) == sorted(expected)
    roles = {spec.id: window.action_table[spec.id].menuRole() for spec in ACTIONS}
    moved = {name for name, role in roles.items() if role is not QAction.MenuRole.NoRole}
    assert moved == {"about", "preferences", "quit"}
    window.controller.shutdown()
