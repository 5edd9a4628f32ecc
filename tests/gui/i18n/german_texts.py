"""Prints everything a German window says: every view and dialog of a project, painted or not.

`python -m tests.gui.i18n.german_texts PROJECT CATALOGUE` writes a JSON list of [view, kind of
widget, text]. What can be chosen comes as the file of a worker's answer: like the window itself,
this process never loads torch to list it.
"""

import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTableView,
    QTabWidget,
    QWidget,
)

from lnl_gui.gui.i18n.language import install_language
from lnl_gui.gui.jobs.catalogue import Catalogue
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.shell.program.app import application
from lnl_gui.gui.shell.program.qt_imports import read_no_sources
from lnl_gui.gui.style.theme import LIGHT, Theme
from lnl_gui.util.messages import Message, message, to_json
from tests.screenshots import views

ROWS = 60
_painted: list[str] = []
_draw = QPainter.drawText


_NAME = re.compile(r" \([a-z]+_[a-z]+\)")
"""A name as the command line takes it, behind a title."""


def _drawn(painter: QPainter, *arguments: Any) -> Any:
    _painted.extend(word for word in arguments if isinstance(word, str))
    return _draw(painter, *arguments)


def texts_of(root: QWidget) -> list[tuple[str, str]]:
    """(kind of widget, text) of all that is shown inside a widget, tool tips and names too."""
    _painted.clear()
    root.grab()
    found = [("painted", text) for text in _painted]
    for widget in [root, *root.findChildren(QWidget)]:
        if widget is not root and not widget.isVisibleTo(root):
            continue
        kind = type(widget).__name__
        if _holds_names(widget):
            found += [(kind, text) for text in _headings(widget)]
            continue
        said = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        said += [_NAME.sub("", text) for text in _texts(widget)]
        if widget.isWindow():
            said.append(widget.windowTitle())
        found += [(kind, text) for text in said if text.strip()]
    for action in root.actions():
        found += [("action", action.text()), ("action", action.toolTip())]
    return found


def _holds_names(widget: QWidget | None) -> bool:
    """Whether a widget lies in a table of names and values as the command line takes them."""
    while widget is not None and not widget.isWindow():
        if widget.property("holds") == "names":
            return True
        widget = widget.parentWidget()
    return False


def _headings(widget: QWidget) -> list[str]:
    if not isinstance(widget, QTableView):
        return []
    model, side = widget.model(), Qt.Orientation.Horizontal
    return [str(model.headerData(column, side)) for column in range(model.columnCount())]


def _texts(widget: QWidget) -> list[str]:
    match widget:
        case QLabel():
            full = getattr(widget, "full", None)
            return [full() if callable(full) else _plain(widget.text())]
        case QAbstractButton():
            return [widget.text()]
        case QComboBox():
            return [widget.itemText(place) for place in range(widget.count())]
        case QLineEdit():
            return [widget.placeholderText()]
        case QSpinBox():
            return [widget.text(), widget.specialValueText()]
        case QPlainTextEdit():
            return [widget.placeholderText()]
        case QGroupBox():
            return [widget.title()]
        case QTabWidget():
            return [widget.tabText(place) for place in range(widget.count())]
        case QHeaderView():
            return []
        case QAbstractItemView():
            return _cells(widget)
    return []


def _cells(view: QAbstractItemView) -> list[str]:
    model = view.model()
    if model is None:
        return []
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
    said = []
    columns = model.columnCount() if isinstance(view, QTableView) else 1
    for column in range(columns):
        said.append(model.headerData(column, Qt.Orientation.Horizontal))
        for row in range(min(ROWS, model.rowCount())):
            said += [model.data(model.index(row, column), role) for role in roles]
    return [text for text in said if isinstance(text, str)]


def _plain(text: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", text))


def _do_tasks(window: Any) -> Iterator[str]:
    """An audit and a second opinion, with what is said on the way."""
    review, tools = window.project.review, window.tools
    tools.audits.show(review.session.statistics.draw_audit(12, seed=3).id)
    yield "audit drawn"
    review.decide_rows("keep", review.order[:8].copy())
    review.decide_rows("unsure", review.order[8:].copy())
    yield "audit judged"
    tools.audits.leave()
    tools.second_opinion._take_in(review, lambda: review.session.team.work_as("ben", blind=True))
    yield "blind"
    review.decide_rows("exclude", np.arange(25))
    yield "many excluded"
    window.action_table["undo"].trigger()
    window.action_table["redo"].trigger()
    yield "redone"
    tools.second_opinion.show_disagreements()
    tools.second_opinion.end()
    tools.second_opinion.show_disagreements()
    yield "disagreements"
    tools.show_progress()
    yield "agreement"


def _show_jobs(window: Any) -> None:
    """A list of jobs, one of them at work, and the errors of others."""
    from lnl_gui.gui.jobs.job import Job, JobState
    from lnl_gui.jobs import protocol
    from lnl_gui.util.errors import UserError

    jobs = window.controller.jobs
    for kind, state in (
        ("import", JobState.DONE),
        ("embed", JobState.CANCELLED),
        ("detect", JobState.FAILED),
        ("finetune", JobState.RUNNING),
    ):
        jobs.append(Job(len(jobs) + 1, kind, Path(), "", {}, state=state, done=1234, total=5000))
    failed, busy = jobs[-2:]
    failed.error = protocol.ErrorMessage(
        code="memory",
        message=message("The device's memory does not hold {size} images at a time.", size=64),
        hint=message(
            "Close other programs that use it, choose a smaller encoder, or run on the CPU."
        ),
        retryable=True,
        details="",
    )
    failed.log.append("Resuming after 1,024 images.")
    stage = message("curated labels: {stage}", stage=Message("last block"))
    busy.stage, busy.rate, busy.eta_s = stage, 1234.5, 3700.0
    window.job_panel.show()
    window.job_panel.refresh()
    window.banner.watch(busy)
    window.notifications.show_error(UserError(failed.error.message, failed.error.hint))


def _results() -> list[QWidget]:
    from lnl_gui.gui.dialogs.noise_test_result import NoiseTestResult
    from lnl_gui.gui.dialogs.unreadable import UnreadableDialog
    from lnl_gui.store.dataset.samples import FAILED, SKIPPED, LeftOut

    row = {
        "noise": "symmetric_exclusive",
        "rate": 0.2,
        "method": "detect:consensus",
        "seconds": 1.0,
    }
    figures = ("precision", "recall", "f1", "average_precision", "suggestion_accuracy")
    means = [row | dict.fromkeys(figures, 0.8125)]
    note = message("Measured on the {count:,} samples whose label a person confirmed.", count=1797)
    large = message(
        "{width} x {height} pixels, more than {limit} megapixels",
        width=12000,
        height=12000,
        limit=100,
    )
    counts = message("several labels: {labels}", labels="`cat`, `dog`")
    entries = [
        LeftOut("images/1.png", message("the file is empty"), FAILED),
        LeftOut("images/2.png", large, FAILED),
        LeftOut("images/3.png", counts, SKIPPED),
    ]
    metrics = {"means": means, "note": to_json(note)}
    return [NoiseTestResult(metrics), UnreadableDialog(entries)]


def main(project: Path, choices: Path) -> None:
    read_no_sources()
    qt = application()
    install_language(qt, "de")
    QPainter.drawText = _drawn  # type: ignore[method-assign]  # to record what is painted
    views.SETTLE_MILLISECONDS = 20
    window = MainWindow(Theme(qt, LIGHT), Settings(theme=LIGHT, temporary=True))
    window.resize(1400, 900)
    window.show()
    window.catalogue.found = Catalogue.from_metrics(json.loads(choices.read_text()))
    found: list[tuple[str, str, str]] = []

    def look(view: str, widget: QWidget) -> None:
        QApplication.processEvents()
        found.extend((view, kind, text) for kind, text in texts_of(widget))

    for view in views.show_views(window, project):
        look(view, window)
    views.visit_dialogs(window, look)
    for view in _do_tasks(window):
        look(view, window)
    _show_jobs(window)
    look("at work", window)
    for dialog in _results():
        dialog.show()
        look(type(dialog).__name__, dialog)
    window.controller.jobs.clear()
    json.dump(found, sys.stdout, ensure_ascii=False)
    window.controller.shutdown()
    window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
