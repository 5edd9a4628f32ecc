"""The real window with the real worker: the main road by keys, and a kill at any moment."""

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.main_window import MainWindow
from lnl_gui.gui.settings import Settings
from lnl_gui.gui.theme import LIGHT, Theme
from lnl_gui.session.session import Session
from lnl_gui.session.stages import Stage
from lnl_gui.store.parameters import ExportParameters, FinetuneParameters, ImportParameters
from lnl_gui.store.samples import UNSEEN
from tests.builders import add_detection, make_project
from tests.cli.test_verbs import hashes

LONG = 240_000


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> MainWindow:
    found = MainWindow(Theme(qapp, LIGHT), Settings(theme=LIGHT))
    found.resize(1300, 860)
    found.show()
    qtbot.waitExposed(found)
    yield found
    found.controller.shutdown()
    found.close()
    found.deleteLater()


def wait_for(qtbot: QtBot, window: MainWindow, stage: Stage) -> None:
    def there() -> bool:
        review = window.review
        return (
            review is not None and not window.controller.busy and (review.session.stage() >= stage)
        )

    qtbot.waitUntil(there, timeout=LONG)


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, **options: object) -> None:
    assert window.page is not None
    qtbot.keyClick(window.page.grid, key, **options)


def test_from_a_folder_to_a_cleaned_dataset(
    qtbot: QtBot, window: MainWindow, class_folders: Path, tmp_path: Path
) -> None:
    before = hashes(class_folders)
    project = tmp_path / "shapes.lnl"
    window.flow.import_dataset(ImportParameters(str(class_folders), str(project)))
    wait_for(qtbot, window, Stage.IMPORTED)
    window.commands.find_suspects()
    wait_for(qtbot, window, Stage.DETECTED)
    review = window.review
    assert review is not None
    flagged = set(np.flatnonzero(review.session.columns.flagged).tolist())
    assert {review.session.path_of(row) for row in flagged} == {
        "circle/square-11.png",
        "stripes/circle-11.png",
    }
    window.commands.review_next()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(qtbot, window, Qt.Key.Key_W)
    press(qtbot, window, Qt.Key.Key_W)
    wait_for(qtbot, window, Stage.REVIEWED)
    press(qtbot, window, Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    assert review.session.counts().flagged_left == 1
    press(qtbot, window, Qt.Key.Key_W)
    window.flow.finetune(FinetuneParameters(recipe="linear_probe"))
    wait_for(qtbot, window, Stage.FINETUNED)
    window.flow.export(ExportParameters(str(tmp_path / "out")))
    wait_for(qtbot, window, Stage.EXPORTED)
    with (tmp_path / "out" / "samples.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["path"]: row for row in csv.DictReader(stream)}
    assert rows["circle/square-11.png"]["current_label"] == "square"
    assert (tmp_path / "out" / "images" / "circle" / "circle-11.png").is_file()
    assert (tmp_path / "out" / "model" / "model.safetensors").is_file()
    assert hashes(class_folders) == before


_REVIEWER = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from lnl_gui.gui.app import application
from lnl_gui.gui.main_window import MainWindow
from lnl_gui.gui.settings import Settings
from lnl_gui.gui.theme import LIGHT, Theme

qt = application()
window = MainWindow(Theme(qt, LIGHT), Settings(theme=LIGHT))
window.resize(1300, 860)
window.show()
window.open_project(Path(sys.argv[1]))
window.activateWindow()

def press():
    rows = window.review.selected_rows()
    QTest.keyClick(window.page.grid, Qt.Key.Key_W)
    print(*rows.tolist(), flush=True)

timer = QTimer()
timer.timeout.connect(press)
QTimer.singleShot(300, lambda: timer.start(5))
qt.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
@pytest.mark.parametrize("after", [1, 5, 23])
def test_no_verdict_is_lost_when_the_window_is_killed(tmp_path: Path, after: int) -> None:
    project = make_project(tmp_path / "pets.lnl", count=120)
    add_detection(project)
    process = subprocess.Popen(
        [sys.executable, "-c", _REVIEWER, str(project)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ,
    )
    assert process.stdout is not None
    announced = [int(process.stdout.readline()) for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert len(set(announced)) == after
    with Session.open(project) as session:
        assert not session.read_only
        assert (session.columns.status[announced] != UNSEEN).all()
        for _ in range(after):
            assert session.undo() is not None
