"""Where the cursor stands when something begins, and what a picture leaves behind."""

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, qVersion
from pytestqt.qtbot import QtBot

import lnl_gui
from lnl_gui.gui.settings.settings import Settings, load_settings, save_settings
from lnl_gui.gui.shell import commands, main_window
from lnl_gui.gui.shell.program.picture import main as save_picture
from lnl_gui.gui.shell.top_bar import LAST
from lnl_gui.gui.style.theme import LIGHT, Theme
from lnl_gui.session.session import Session
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project


def test_a_group_and_a_review_begin_with_their_first_sample(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(make_project(tmp_path / "pets.lnl", 60))
    review, page = window.project.review, window.page
    assert review is not None and page is not None
    window.commands.review_next()
    assert review.selection.current == 0
    qtbot.keyClick(page.grid, Qt.Key.Key_P)
    assert review.spec.given and review.spec.suggested
    assert review.selection.current == 0
    qtbot.keyClick(page.grid, Qt.Key.Key_Q)
    review.show_view(review.spec)
    window.commands.review_next()
    assert review.current_row is not None
    assert review.session.columns.status[review.current_row] == 0


def test_the_menu_is_short_and_reaches_every_action(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(make_project(tmp_path / "pets.lnl", 20))
    menu = window.top_bar.menu.menu()
    # Dividers count too.
    assert len(menu.actions()) <= 20
    reached = {action.objectName() for action in menu.actions()}
    for below in (action.menu() for action in menu.actions() if action.menu() is not None):
        reached |= {action.objectName() for action in below.actions()}
    assert {action.objectName() for action in window.action_table.everywhere()} <= reached
    assert [action.objectName() for action in menu.actions()][-len(LAST) :] == list(LAST)


@pytest.fixture
def light_again(theme: Theme) -> Iterator[None]:
    """The one application is light again after a test that made it dark past the theme."""
    yield
    theme.choose(LIGHT)


def test_a_picture_changes_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, light_again: None
) -> None:
    monkeypatch.setenv("LNL_HOME", str(tmp_path / "home"))
    save_settings(Settings(theme="light", recent=("/pets.lnl",)))
    folder, picture = make_project(tmp_path / "cats.lnl", 20), tmp_path / "window.png"
    assert save_picture([str(folder), str(picture)]) == 0
    assert picture.stat().st_size > 10_000
    assert load_settings().theme == "light" and load_settings().recent == ("/pets.lnl",)


def test_a_project_is_remembered_once_however_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings().with_recent(Path("pets.lnl")).with_recent(tmp_path / "pets.lnl")
    assert settings.recent == (str(tmp_path / "pets.lnl"),)


def test_a_project_opened_again_in_its_window_can_still_be_written(
    open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project(tmp_path / "pets.lnl", 20)
    window = open_window(folder)
    monkeypatch.chdir(tmp_path)
    window.projects.open_project(Path("pets.lnl"))
    assert window.project.review is not None
    assert not window.project.review.session.read_only
    window.project.review.verdict("keep")
    assert window.project.review.counts().reviewed == 1


def test_a_key_that_does_nothing_here_says_so_in_passing(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(make_project(tmp_path / "pets.lnl", 40))
    assert window.page is not None
    qtbot.keyClick(window.page.grid, Qt.Key.Key_K)
    (said,) = window.notifications.messages()
    assert said.text == "This sample has no duplicate." and said.property("tone") == "warning"


@pytest.mark.parametrize("part", ["page", "charts"])
def test_a_project_that_cannot_be_shown_is_closed_and_the_error_is_shown(
    qtbot: QtBot,
    open_window: OpenWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
) -> None:
    first, second = (make_project(tmp_path / f"{name}.lnl", 20) for name in ("pets", "toys"))
    window = open_window(first)
    shown: list[UserError] = []
    monkeypatch.setattr(window.notifications, "show_error", shown.append)
    error = UserError(message("A file is damaged.")) if part == "charts" else KeyError("count")

    def fails(*_arguments: object, **_options: object) -> None:
        raise error

    failing = pytest.MonkeyPatch()
    if part == "page":
        failing.setattr(main_window, "ProjectPage", fails)
    else:
        # When the page stands already.
        failing.setattr(window.projection, "attach", fails)
    with qtbot.capture_exceptions() as bugs:
        window.projects.open_project(second)
        qtbot.waitUntil(lambda: window.project.review is None)
    assert [bug for _, bug, _ in bugs] == ([] if part == "charts" else [error])
    assert shown == ([error] if part == "charts" else [])
    assert window.pages.currentWidget() is window.start_page and window.page is None
    assert window.windowTitle() == "LNL"
    assert not window.action_table["close"].isEnabled()
    with Session.open(second) as session:
        assert not session.read_only
    failing.undo()
    window.projects.open_project(second)
    assert window.page is not None and window.pages.currentWidget() is window.page


def test_the_about_dialog_names_the_versions_that_a_report_needs(
    open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(make_project(tmp_path / "pets.lnl", 20))
    shown: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(
        commands, "show_about", lambda _parent, version, parts: shown.append((version, dict(parts)))
    )
    window.action_table["about"].trigger()
    ((version, parts),) = shown
    assert version == lnl_gui.__version__ and "lnl-gui" not in parts
    assert parts["Qt"] == qVersion() and parts["torch"] == metadata.version("torch")
