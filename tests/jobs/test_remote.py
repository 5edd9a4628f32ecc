"""Jobs on another machine: what is sent, what comes back, and what a lost connection costs."""

import json
import shlex
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from PIL import Image

import lnl_gui
from lnl_gui.jobs import runner
from lnl_gui.jobs.remote_host import HOST_VARIABLE, RemoteHost, check_host
from lnl_gui.jobs.remote_run import try_host
from lnl_gui.library.jobs import CallContext
from lnl_gui.store.project import open_project
from lnl_gui.store.runs import RunResult
from lnl_gui.util.errors import Cancelled, UserError
from tests.builders import make_project

HERE = Path(__file__).parent
needs_shell = pytest.mark.skipif(
    shutil.which("sh") is None or shutil.which("tar") is None,
    reason="the other machine has a POSIX shell, and this one stands in for it",
)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the other machine."""
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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "pictures"
    root.mkdir()
    folder = make_project(
        tmp_path / "animals.lnl", count=3, root=root, paths=["a.png", "b c.png", "d.png"]
    )
    with open_project(folder, read_only=True) as opened:
        assert opened.dataset_root == root
    for name in ("a", "b c", "d"):
        Image.new("RGB", (4, 4)).save(root / f"{name}.png")
    return folder


def _run(project: Path, context: CallContext | None = None) -> RunResult:
    (project / "runs" / "embed-1").mkdir(parents=True, exist_ok=True)
    return runner.run_body("embed", {}, context or CallContext(), project=project, run_id="embed-1")


def _there(home: Path) -> Path:
    (place,) = (home / ".lnl-gui" / "projects").iterdir()
    return place


@pytest.mark.parametrize(
    "text", ["-oProxyCommand=x", "a b", "a;b", "", "a@-b", "$(x)", "-", "a@b@c"]
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="no name of a host"):
        check_host(text)


def test_a_host_stands_behind_the_end_of_the_options() -> None:
    words = RemoteHost("ann@gpu-1.lab").words("pwd")
    assert words[-3:-1] == ["--", "ann@gpu-1.lab"]
    # The login shell there may be none of POSIX.
    assert words[-1].startswith("sh -c ") and words[-1].endswith("pwd'")
    assert "BatchMode=yes" in words


@needs_shell
def test_results_come_back_and_only_what_is_new_is_sent(host: Path, project: Path) -> None:
    said: list[str] = []
    result = _run(project, CallContext(lambda stage, done, total: said.append(stage)))
    assert result.metrics == {"n": 1}
    assert (project / "arrays" / "embedding-x.npy").read_bytes() == b"made"
    assert json.loads((project / "runs" / "embed-1" / "result.json").read_text())["metrics"]
    # Parts of a run are for going on over there.
    assert not (project / "runs" / "embed-1" / "parts").exists()
    assert "thinking" in said
    there = _there(host)
    assert (there / "images" / "b c.png").is_file()
    with sqlite3.connect(there / "project.lnl" / "project.db") as database:
        roots = dict(database.execute("SELECT key, value FROM meta WHERE key LIKE 'root%'"))
    database.close()
    assert roots["root_absolute"] == str(there / "images")
    with open_project(there / "project.lnl", read_only=True) as opened:
        assert opened.dataset_root.resolve() == (there / "images").resolve()
    # A second job sends what changed alone: another picture would be overwritten.
    (there / "images" / "a.png").write_bytes(b"as it was sent")
    Image.new("RGB", (5, 5)).save(project.parent / "pictures" / "d.png")
    _run(project)
    assert (there / "images" / "a.png").read_bytes() == b"as it was sent"
    with Image.open(there / "images" / "d.png") as image:
        assert image.size == (5, 5)


@needs_shell
def test_a_cancel_is_told_to_the_worker_there(
    host: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_WORKER", "waits")

    def stop(stage: str, _done: int, _total: int) -> None:
        if stage == "thinking":
            raise Cancelled

    with pytest.raises(Cancelled):
        _run(project, CallContext(stop))
    assert (_there(host) / "told").read_text() == "cancel"
    assert not (project / "runs" / "embed-1" / "result.json").exists()


@needs_shell
def test_a_lost_connection_leaves_nothing_half_and_the_next_try_goes_on(
    host: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_WORKER", "drops")
    with pytest.raises(UserError) as raised:
        _run(project)
    assert raised.value.code == "connection_lost" and raised.value.retryable
    assert not (project / "arrays" / "embedding-x.npy").exists()
    half = _there(host) / "project.lnl" / "runs" / "embed-1" / "parts" / "half.npy"
    assert half.is_file()
    stamp = half.stat().st_ino
    monkeypatch.setenv("FAKE_WORKER", "works")
    _run(project)
    assert half.stat().st_ino == stamp
    assert (project / "arrays" / "embedding-x.npy").is_file()


@needs_shell
def test_another_version_and_no_connection_are_said(
    host: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "gpu answers" in str(try_host("gpu"))
    monkeypatch.setenv("FAKE_VERSION", "0.0.1")
    with pytest.raises(UserError, match=r"0\.0\.1"):
        _run(project)
    monkeypatch.setenv(HOST_VARIABLE, "nowhere")
    with pytest.raises(UserError, match=r"cannot be reached.*resolve"):
        _run(project)


@needs_shell
def test_a_host_chooses_no_files_of_this_machine(
    host: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(project)
    outside = project.parent / "outside"
    there = _there(host) / "project.lnl"
    (there / "arrays" / "link.npy").symlink_to(outside)
    _run(project)
    assert not (project / "arrays" / "link.npy").exists()


def test_messages_are_those_of_the_host() -> None:
    with pytest.raises(UserError, match="gpu says: no such command"):
        RemoteHost("gpu").check(127, b"greeting\nno such command\n")
