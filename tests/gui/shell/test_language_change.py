"""Another language, another size of letters and going on by hand take effect without a restart."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.i18n.language import install_language
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.program.window_keeper import WindowKeeper
from lnl_gui.gui.style.theme import LIGHT, Theme
from lnl_gui.util.translation import LANGUAGE_VARIABLE
from tests.gui.review.test_review_keys import on_disk, parts


@pytest.fixture
def keeper(
    qapp: QApplication, theme: Theme, project: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WindowKeeper]:
    # Set for all tests, it goes before the user's choice.
    monkeypatch.delenv(LANGUAGE_VARIABLE, raising=False)
    made = WindowKeeper(qapp, theme, Settings(theme=LIGHT, temporary=True))
    made.window.projects.open_project(project)
    yield made
    made.window.controller.shutdown()
    made.window.close()
    made.window.deleteLater()
    install_language(qapp, "en")
    theme.scale_font(100)


def prefer(keeper: WindowKeeper, **preferences: object) -> None:
    """As the preferences dialog does."""
    settings = keeper.window.settings
    settings.update(replace(settings.value, preferences=tuple(preferences.items())))
    settings.preferences_changed.emit()


def test_the_window_is_built_anew_in_another_language(
    qtbot: QtBot, qapp: QApplication, keeper: WindowKeeper, project: Path
) -> None:
    first = keeper.window
    parts(first)[1].move_to(5)
    assert first.action_table["undo"].text() == "Undo"
    prefer(keeper, language="de")
    qtbot.waitUntil(lambda: keeper.window is not first, timeout=60_000)
    review = parts(keeper.window)[1]
    assert keeper.window.action_table["undo"].text() == "Rückgängig"
    assert review.current_row == 5 and not review.session.read_only
    assert qapp.quitOnLastWindowClosed()
    review.verdict("keep")
    assert sorted(on_disk(project)) == [5]
    # The same language again builds nothing.
    second = keeper.window
    prefer(keeper, language="de", rerank_every=5)
    qtbot.waitUntil(lambda: second.tools.reranker.every == 5, timeout=60_000)
    qapp.processEvents()
    assert keeper.window is second


def test_going_on_by_hand(qtbot: QtBot, keeper: WindowKeeper, project: Path) -> None:
    _, review = parts(keeper.window)
    prefer(keeper, auto_advance=False)
    review.verdict("keep")
    assert review.selection.current == 0 and review.protected
    review.verdict("exclude")
    assert [status for _, status in on_disk(project).values()] == [1]
    prefer(keeper, auto_advance=True)
    review.move_to(3)
    review.verdict("keep")
    assert review.selection.current == 4


def test_larger_letters(keeper: WindowKeeper, theme: Theme) -> None:
    before = keeper.window.font().pointSizeF()
    theme.scale_font(150)
    assert keeper.window.font().pointSizeF() == pytest.approx(1.5 * before)
    theme.scale_font(100)
    assert keeper.window.font().pointSizeF() == pytest.approx(before)
