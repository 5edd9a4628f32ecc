"""What the real worker learns from verdicts in the window, and how far it can be trusted."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.noise_test_result import NoiseTestResult
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review import noise_test_controller
from lnl_gui.gui.review.reranking import DONE_TEXT
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.style.theme import LIGHT, Theme
from lnl_gui.jobs import launch
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.store.jobs.parameters import ImportParameters, NoiseTestParameters
from lnl_gui.util.translation import localized
from tests.e2e.driver import quick_program

LONG = 240_000


@pytest.fixture
def window(
    qtbot: QtBot,
    qapp: QApplication,
    class_folders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:
    """Thirty-six drawn images, two of them in the wrong folder, and their suspects."""
    monkeypatch.setattr(launch, "program_command", quick_program)
    found = MainWindow(Theme(qapp, LIGHT), Settings(theme=LIGHT))
    found.resize(1300, 860)
    found.show()
    qtbot.waitExposed(found)
    found.workflow.import_dataset(
        ImportParameters(str(class_folders), str(tmp_path / "shapes.lnl"))
    )
    wait_for(qtbot, found, ProjectStage.IMPORTED)
    found.commands.find_suspects()
    wait_for(qtbot, found, ProjectStage.DETECTED)
    found.activateWindow()
    qtbot.waitUntil(found.isActiveWindow)
    found.commands.review_next()
    yield found
    found.controller.shutdown()
    found.close()
    found.deleteLater()


def wait_for(qtbot: QtBot, window: MainWindow, stage: ProjectStage) -> None:
    def there() -> bool:
        review = window.project.review
        idle = review is not None and not window.controller.busy
        return idle and review is not None and review.session.stage() >= stage

    qtbot.waitUntil(there, timeout=LONG)


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    assert window.page is not None
    qtbot.keyClick(window.page.grid, key)


def review_of(window: MainWindow) -> ReviewModel:
    assert window.project.review is not None
    return window.project.review


# Its waits have deadlines of their own, which say more when they pass.
@pytest.mark.timeout(900)
def test_verdicts_rank_the_rest_anew_and_the_noise_test_says_how_far_to_trust(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tools, page = review_of(window), window.tools, window.page
    assert page is not None

    # By the worker, without a word but one.
    tools.reranker.every = 2
    press(qtbot, window, Qt.Key.Key_W)
    press(qtbot, window, Qt.Key.Key_W)
    shown, current = review.order.copy(), review.current_row
    qtbot.waitUntil(lambda: page.verdicts.note.text() == localized(DONE_TEXT), timeout=LONG)
    np.testing.assert_array_equal(review.order, shown)
    assert review.current_row == current
    assert [run.kind for run in review.session.runs.all()].count("detect") == 2
    tools.reranker.every = 0

    asked = NoiseTestParameters(("symmetric_exclusive:0.2",), ("neighbours",), part="all")
    monkeypatch.setattr(noise_test_controller, "ask_noise_test", lambda *_: asked)
    window.action_table["trust"].trigger()
    qtbot.waitUntil(lambda: not window.controller.busy, timeout=LONG)
    # No table comes up by itself while somebody reviews.
    [said] = [m for m in window.notifications.messages() if "noise test" in m.accessibleName()]
    [show] = [b for b in said.findChildren(QPushButton) if b.text() == "Show figures"]
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    shown_tables = [w for w in QApplication.topLevelWidgets() if isinstance(w, NoiseTestResult)]
    assert shown_tables and "flagged labels really are wrong" in shown_tables[0].sentence.text()
    for table in shown_tables:
        table.close()
