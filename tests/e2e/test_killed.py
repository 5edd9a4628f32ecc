"""The window is killed at any moment, and every verdict that was given is there."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import UNSEEN
from tests.builders import add_detection, draw_images, make_project

_REVIEWER = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from lnl_gui.gui.shell.program.app import application
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.style.theme import LIGHT, Theme

qt = application()
window = MainWindow(Theme(qt, LIGHT), Settings(theme=LIGHT))
window.resize(1300, 860)
window.show()
window.projects.open_project(Path(sys.argv[1]))
window.activateWindow()

def press():
    rows = window.project.review.selected_rows()
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
    draw_images(project)
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
