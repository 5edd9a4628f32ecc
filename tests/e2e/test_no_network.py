"""Nothing is asked of the network unless a person asks for it: no updates, no telemetry."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Python tells an audit hook of every socket, also of those that a library opens.
LISTENED = """\
import json, pathlib, sys
asked = []
def hear(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostbyname",
                         "socket.sendto", "urllib.Request", "ftplib.", "smtplib.")):
        asked.append([event, repr(arguments)])
sys.addaudithook(hear)
from lnl_gui.__main__ import main
{before}
code = main({arguments})
said = json.dumps([code, asked, "PySide6.QtNetwork" in sys.modules])
pathlib.Path({file}).write_text(said)
"""
CLOSING = """\
from PySide6.QtCore import QTimer
from lnl_gui.gui.shell.program import window_keeper
shown = window_keeper.WindowKeeper._show
def show(self, settings):
    made = shown(self, settings)
    QTimer.singleShot(1500, made[0].close)
    return made
window_keeper.WindowKeeper._show = show
"""


def listen(arguments: list[str], home: Path, before: str = "") -> list[object]:
    file = home / "said.json"
    code = LISTENED.format(arguments=arguments, before=before, file=repr(str(file)))
    environment = {**os.environ, "LNL_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        check=False,
        input=b"",
    )
    # A worker prints to standard error alone.
    assert file.exists(), done.stderr.decode()
    return list(json.loads(file.read_text()))


def test_the_window_starts_without_the_network(own_home: Path) -> None:
    # Past the second after which the worker is asked what there is.
    assert listen([], own_home, CLOSING) == [0, [], False]


@pytest.mark.parametrize("arguments", [["worker"], ["whats-new"], ["encoders", "--json"]])
def test_worker_and_commands_start_without_it(arguments: list[str], own_home: Path) -> None:
    code, asked, _ = listen(arguments, own_home)
    assert code == 0 and asked == []


def test_a_connection_would_be_heard(own_home: Path) -> None:
    before = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
    _, asked, _ = listen(["whats-new"], own_home, before)
    assert [event for event, _ in asked] == ["socket.connect"]  # type: ignore[union-attr, misc]
