"""A machine at the other end of a stand-in for `ssh`, and a project to work on there."""

import shlex
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image

import lnl_gui
from lnl_gui.jobs.remote_host import HOST_VARIABLE
from lnl_gui.store.project import open_project
from tests.builders import make_project

HERE = Path(__file__).parent
needs_shell = pytest.mark.skipif(
    shutil.which("sh") is None or shutil.which("tar") is None,
    reason="the other machine has a POSIX shell, and this one stands in for it",
)


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the other machine, which jobs run on from now on."""
    home = tmp_path / "over there"
    home.mkdir()
    values = {
        "LNL_SSH": shlex.join([sys.executable, str(HERE / "fake_ssh.py")]),
        "LNL_HOST_PROGRAM": shlex.join([sys.executable, str(HERE / "fake_worker.py")]),
        HOST_VARIABLE: "gpu",
        "FAKE_HOME": str(home),
        "FAKE_WORKER": "works",
        "FAKE_VERSION": lnl_gui.__version__,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return home


def small_project(tmp_path: Path) -> Path:
    """A project of three pictures beside it."""
    root = tmp_path / "pictures"
    root.mkdir()
    folder = make_project(
        tmp_path / "animals.lnl", count=3, root=root, paths=["a.png", "b c.png", "d.png"]
    )
    with open_project(folder, read_only=True) as opened:
        assert opened.dataset_root == root
    for name in ("a", "b c", "d"):
        Image.new("RGB", (4, 4)).save(root / f"{name}.png")
    (folder / "runs" / "embed-1").mkdir(parents=True)
    return folder


def copy_there(home: Path) -> Path:
    """Where the only project's copy lies."""
    (place,) = (home / ".lnl-gui" / "projects").iterdir()
    return place
