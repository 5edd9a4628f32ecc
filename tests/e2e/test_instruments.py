"""The real window with the real worker: charts, re-ranking, audit, second reviewer, the lab."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui import audit_desk, lab_desk, questions
from lnl_gui.gui.charts_panel import MAP, MATRIX
from lnl_gui.gui.dialogs.audit import AuditRequest
from lnl_gui.gui.main_window import MainWindow
from lnl_gui.gui.noise_lab_result import NoiseLabResult
from lnl_gui.gui.reranking import DONE_TEXT
from lnl_gui.gui.review_model import ReviewModel
from lnl_gui.gui.settings import Settings
from lnl_gui.gui.theme import LIGHT, Theme
from lnl_gui.session.stages import Stage
from lnl_gui.store.parameters import ImportParameters, NoiseLabParameters
from lnl_gui.store.samples import RELABELLED

LONG = 240_000


@pytest.fixture
def window(
    qtbot: QtBot, qapp: QApplication, class_folders: Path, tmp_path: Path
) -> Iterator[MainWindow]:
    """Thirty-six drawn images, two of them in the wrong folder, and their suspects."""
    found = MainWindow(Theme(qapp, LIGHT), Settings(theme=LIGHT))
    found.resize(1300, 860)
    found.show()
    qtbot.waitExposed(found)
    found.flow.import_dataset(ImportParameters(str(class_folders), str(tmp_path / "shapes.lnl")))
    wait_for(qtbot, found, Stage.IMPORTED)
    found.commands.find_suspects()
    wait_for(qtbot, found, Stage.DETECTED)
    found.activateWindow()
    qtbot.waitUntil(found.isActiveWindow)
    found.commands.review_next()
    yield found
    found.controller.shutdown()
    found.close()
    found.deleteLater()


def wait_for(qtbot: QtBot, window: MainWindow, stage: Stage) -> None:
    def there() -> bool:
        review = window.review
        idle = review is not None and not window.controller.busy
        return idle and review is not None and review.session.stage() >= stage

    qtbot.waitUntil(there, timeout=LONG)


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    assert window.page is not None
    qtbot.keyClick(window.page.grid, key)


def review_of(window: MainWindow) -> ReviewModel:
    assert window.review is not None
    return window.review


def test_a_day_with_all_instruments(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, instruments, page = review_of(window), window.instruments, window.page
    assert page is not None
    first = review.session.reviewer

    # Verdicts rank the rest anew, by the worker, without a word but one.
    instruments.reranker.every = 2
    press(qtbot, window, Qt.Key.Key_W)
    press(qtbot, window, Qt.Key.Key_W)
    shown, current = review.order.copy(), review.current_row
    qtbot.waitUntil(lambda: page.verdicts.note.text() == DONE_TEXT, timeout=LONG)
    np.testing.assert_array_equal(review.order, shown)
    assert review.current_row == current
    assert [run.kind for run in review.session.runs()].count("detect") == 2
    instruments.reranker.every = 0

    # Charts act on the grid.
    page.details.setCurrentWidget(page.details.charts)
    page.details.charts.show_chart(MAP)
    qtbot.waitUntil(lambda: "36 samples" in page.details.charts.map.accessibleDescription())
    page.details.charts.map.lassoed.emit(np.arange(36) < 5)
    assert sorted(review.order) == list(range(5))
    page.details.charts.show_chart(MATRIX)
    page.details.charts.matrix.cell_activated.emit(0, 1)
    assert review.spec.given == (0,) and review.spec.suggested == (1,)

    # An audit of what was not flagged, blind.
    monkeypatch.setattr(audit_desk, "ask_audit", lambda *_: AuditRequest(6))
    window.verbs["audit"].trigger()
    for _ in range(6):
        press(qtbot, window, Qt.Key.Key_Q)
    report = review.session.audit_reports()[0]
    assert (report.judged, report.wrong, report.left) == (6, 0, 0)
    instruments.audits.leave()

    # A second reviewer, blind, disagrees once.
    monkeypatch.setattr(questions, "ask_reviewer", lambda *_: "Ben")
    fixed = np.flatnonzero(review.session.columns.status == RELABELLED)
    window.verbs["second-opinion"].trigger()
    review.decide_rows("keep", np.arange(36))
    window.verbs["second-opinion"].trigger()
    assert review.session.reviewer == first
    window.verbs["disagreements"].trigger()
    assert len(fixed) == 2 and sorted(review.order) == fixed.tolist()
    press(qtbot, window, Qt.Key.Key_W)
    assert len(review.session.disagreements()) == 1

    # How far to trust it.
    asked = NoiseLabParameters(noises=("symmetric:0.2",), part="all")
    monkeypatch.setattr(lab_desk, "ask_noise_lab", lambda *_: asked)
    window.verbs["trust"].trigger()
    qtbot.waitUntil(lambda: not window.controller.busy, timeout=LONG)
    shown_tables = [w for w in QApplication.topLevelWidgets() if isinstance(w, NoiseLabResult)]
    assert shown_tables and "The consensus finds" in shown_tables[0].sentence.text()
    for table in shown_tables:
        table.close()
