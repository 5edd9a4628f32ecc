"""Previews without a worker, and datasets to look at."""

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from lnl_gui.gui.open_dataset.dialog import OpenDatasetDialog
from lnl_gui.pipeline.datasets.preview_dataset import preview
from lnl_gui.store.jobs.parameters import ImportParameters


class Answers(QObject):
    """Answers each request when told to, by reading in this process."""

    found = Signal(object)
    progressed = Signal(object, int, int)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[ImportParameters] = []
        self.at_work = False

    def request(self, parameters: ImportParameters) -> None:
        self.asked.append(parameters)
        self.at_work = True

    def cancel(self) -> None:
        self.at_work = False

    def answer(self) -> None:
        """Read what was asked for last, and what that leads to."""
        while self.at_work:
            self.at_work = False
            self.found.emit(preview(self.asked[-1]))


def images(folder: Path, number: int, *, first: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(first, first + number):
        Image.new("RGB", (12, 8), (at % 256, 90, 0)).save(folder / f"{at:03d}.png")


def opened(qtbot: QtBot, source: Path | str) -> tuple[OpenDatasetDialog, Answers]:
    """The dialog on a dataset that has been read."""
    answers = Answers()
    dialog = OpenDatasetDialog(answers, str(source))
    qtbot.addWidget(dialog, before_close_func=lambda widget: widget.reject())
    answers.setParent(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    answers.answer()
    return dialog, answers
