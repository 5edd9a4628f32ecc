"""One application and one theme for all tests of the window; a window for each."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell import main_window
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.style.theme import LIGHT, Theme
from tests.gui.projects import make_project

OpenWindow = Callable[[Path], MainWindow]


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, LIGHT)


@pytest.fixture(autouse=True)
def no_questions_about_foreign_projects(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that nobody expects fails a test instead of waiting for an answer for ever."""

    def unexpected(_parent: object, said: str) -> bool:
        raise AssertionError(said)

    monkeypatch.setattr(questions, "ask_foreign", unexpected)


@pytest.fixture(autouse=True, scope="module")
def quick_collections() -> Iterator[None]:
    """A window that opens a project does not look at all that the other tests have imported.

    It still collects what is new, and as in the program only the GUI thread collects.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    with pytest.MonkeyPatch.context() as patch:
        # All that is new is young, and what the other windows left can wait for the end.
        patch.setattr(main_window, "_spare_collector", lambda: gc.collect(1))
        yield
    gc.collect()
    gc.enable()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Forty samples in four classes, the first twenty flagged."""
    return make_project(tmp_path / "animals.lnl", 40)


@pytest.fixture
def open_window(qtbot: QtBot, theme: Theme) -> Iterator[OpenWindow]:
    """Opens windows on projects and closes them in order at the end."""
    opened: list[MainWindow] = []

    def open_on(folder: Path) -> MainWindow:
        window = MainWindow(theme, Settings(theme=LIGHT))
        opened.append(window)
        window.resize(1300, 860)
        window.show()
        qtbot.waitExposed(window)
        window.projects.open_project(folder)
        assert window.page is not None
        qtbot.waitUntil(lambda: window.page is not None and window.page.grid.isVisible())
        # Keys reach shortcuts only in the active window.
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.page.focus_grid()
        return window

    yield open_on
    for window in opened:
        window.controller.shutdown()
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: OpenWindow, project: Path) -> MainWindow:
    return open_window(project)
