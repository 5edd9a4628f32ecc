"""The window on this installation: crashes, news after an update, the applications menu."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

import lnl_gui
from lnl_gui.gui.dialogs.crash_reports import CrashReportsDialog
from lnl_gui.gui.dialogs.whats_new import WhatsNewDialog
from lnl_gui.gui.settings.settings import Settings, load_settings
from lnl_gui.gui.shell.controllers import installation_controller as module
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.style.theme import LIGHT, Theme
from lnl_gui.installation.menu import MenuChange
from lnl_gui.installation.news import ReleaseNotes
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.process.crash_reports import crash_reports, report_error

CRASHED, NOW = "LNL did not end well last time", f"LNL is now version {lnl_gui.__version__}"


@pytest.fixture
def start(qtbot: QtBot, theme: Theme) -> MainWindow:
    """A window on its start page, with settings of a version long ago."""
    window = MainWindow(theme, Settings(theme=LIGHT, preferences=((module.LAST_VERSION, "0.0.1"),)))
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    window.show()
    return window


def press(window: MainWindow, text: str) -> None:
    [shown] = [m for m in window.notifications.messages() if m.text == text]
    next(b for b in shown.findChildren(QPushButton)).click()


def test_an_update_is_told_once(start: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(
        module, "show_whats_new", lambda _p, found, _all: seen.append([c.version for c in found])
    )
    start.installation.greet(at_start_page=True)
    assert start.notifications.texts() == [NOW]
    press(start, NOW)
    assert seen == [[c.version for c in module.news("0.0.1")]] and seen[0]
    start.notifications.clear()
    start.installation.greet(at_start_page=True)
    assert start.notifications.texts() == []
    assert dict(load_settings().preferences)[module.LAST_VERSION] == lnl_gui.__version__


def test_nothing_is_told_over_a_review(start: MainWindow, project: Path) -> None:
    start.installation.greet(at_start_page=False)
    assert start.notifications.texts() == []
    # Nor does what was told stay there.
    start.installation.greet(at_start_page=True)
    assert start.notifications.texts() == [NOW]
    start.projects.open_project(project, ask=False)
    assert NOW not in start.notifications.texts()


def test_the_first_start_of_all_tells_nothing(qtbot: QtBot, theme: Theme) -> None:
    window = MainWindow(theme, Settings(theme=LIGHT))
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    window.installation.greet(at_start_page=True)
    assert window.notifications.texts() == []


def test_a_crash_is_told_once_and_before_news(
    start: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(module, "show_crash_reports", lambda _p, found: seen.append(len(found)))
    report_error("worker", ValueError("oops"))
    start.installation.greet(at_start_page=False)
    assert start.notifications.texts() == [CRASHED]
    press(start, CRASHED)
    assert seen == [1]
    start.installation.greet(at_start_page=True)
    assert start.notifications.texts() == [NOW]
    report_error("worker", ValueError("another"))
    start.notifications.clear()
    start.installation.greet(at_start_page=True)
    assert start.notifications.texts() == [CRASHED]


def test_reports_are_read_copied_and_deleted(qtbot: QtBot) -> None:
    for text in ("first", "second"):
        report_error("window", ValueError(text))
    dialog = CrashReportsDialog(crash_reports())
    qtbot.addWidget(dialog)
    assert dialog.list.count() == 2 and "ValueError: second" in dialog.list.item(0).text()
    assert dialog.text.toPlainText().startswith("ValueError: second")
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == crash_reports()[0].text
    dialog.delete_button.click()
    assert [report.summary for report in crash_reports()] == ["ValueError: first"]
    assert dialog.text.toPlainText().startswith("ValueError: first")
    dialog.delete_all_button.click()
    assert crash_reports() == [] and dialog.list.count() == 0
    assert not dialog.copy_button.isEnabled() and dialog.text.toPlainText() == ""


def test_what_is_new_shows_one_version_and_then_all(qtbot: QtBot) -> None:
    whole = [ReleaseNotes("2.0", "## 2.0\n- two"), ReleaseNotes("1.0", "## 1.0\n- one")]
    dialog = WhatsNewDialog(whole[:1], whole)
    qtbot.addWidget(dialog)
    assert "two" in dialog.text.toPlainText() and "one" not in dialog.text.toPlainText()
    dialog.all_button.click()
    assert "one" in dialog.text.toPlainText() and dialog.all_button.isHidden()


def test_the_menu_is_changed_from_the_window(
    start: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = MenuChange(Message("LNL is there."), (Path("entry"),))
    monkeypatch.setattr(module, "add_to_menu", lambda: added)
    monkeypatch.setattr(module, "remove_from_menu", lambda: MenuChange(Message("LNL is gone.")))
    start.action_table["desktop"].trigger()
    qtbot.waitUntil(lambda: start.notifications.texts() == ["LNL is there."])
    press(start, "LNL is there.")
    qtbot.waitUntil(lambda: start.notifications.texts() == ["LNL is gone."])

    def refuse() -> MenuChange:
        raise UserError(Message("This copy does not stay."))

    monkeypatch.setattr(module, "add_to_menu", refuse)
    start.action_table["desktop"].trigger()
    qtbot.waitUntil(lambda: "This copy does not stay." in start.notifications.texts())
