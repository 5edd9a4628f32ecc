"""The Finder of macOS asks by an event to open what was double-clicked there."""

import json
import os
import subprocess
import sys
from pathlib import Path

# In a process of its own: the tests share one application, which is of Qt's own class.
ASKED = """\
import json, pathlib, sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QFileOpenEvent
from lnl_gui.gui.shell.program import app
from lnl_gui.gui.shell.controllers.project_controller import ProjectController
opened = []
def open_source(self, source):
    opened.append(source)
    self.parent().close()
ProjectController.open_source = open_source
def ask():
    QCoreApplication.sendEvent(app.application(), QFileOpenEvent("/home/anna/cats.lnl"))
app.log_start = ask
code = app.run_window()
pathlib.Path(sys.argv[1]).write_text(json.dumps([code, opened]))
"""


def test_what_was_double_clicked_is_opened(own_home: Path) -> None:
    file = own_home / "said.json"
    environment = {**os.environ, "LNL_HOME": str(own_home)}
    command = [sys.executable, "-c", ASKED, str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=120)
    assert file.exists(), done.stderr.decode()
    assert json.loads(file.read_text()) == [0, ["/home/anna/cats.lnl"]]
