"""Jobs on another machine: what is sent, what comes back, and what a lost connection costs."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from lnl_gui.jobs import remote_commands, runner
from lnl_gui.jobs.remote_files import RemoteProject
from lnl_gui.jobs.remote_host import HOST_VARIABLE, RemoteHost, check_host
from lnl_gui.jobs.remote_run import try_host
from lnl_gui.library.jobs import CallContext
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message
from tests.jobs.other_machine import copy_there, needs_shell, small_project, stand_in


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the other machine."""
    return stand_in(tmp_path, monkeypatch)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path)


def _run(project: Path, context: CallContext | None = None) -> RunResult:
    return runner.run_body("embed", {}, context or CallContext(), project=project, run_id="embed-1")


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
    assert result.metrics["n"] == 1
    assert (project / "arrays" / "embedding-x.npy").read_bytes() == b"made"
    assert json.loads((project / "runs" / "embed-1" / "result.json").read_text())["metrics"]
    # Parts of a run are for going on over there.
    assert not (project / "runs" / "embed-1" / "parts").exists()
    assert "thinking" in said
    there = copy_there(host)
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
def test_an_image_that_was_deleted_here_is_no_longer_there(host: Path, project: Path) -> None:
    _run(project)
    there = copy_there(host)
    assert (there / "images" / "b c.png").is_file()
    pictures = project.parent / "pictures"
    (pictures / "b c.png").unlink()
    _run(project)
    assert sorted(file.name for file in (there / "images").iterdir()) == ["a.png", "d.png"]
    # One that comes back is sent again.
    Image.new("RGB", (6, 6)).save(pictures / "b c.png")
    _run(project)
    with Image.open(there / "images" / "b c.png") as image:
        assert image.size == (6, 6)


@needs_shell
def test_an_image_that_a_lost_connection_left_there_is_deleted_too(
    host: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, calls = RemoteProject._keep, []

    def lose(self: RemoteProject, sent: dict[str, list[int]]) -> None:
        calls.append(sent)
        if len(calls) == 2:  # the portion is there, the list does not say so
            raise UserError(Message("lost"), code="connection_lost")
        keep(self, sent)

    monkeypatch.setattr(RemoteProject, "_keep", lose)
    with pytest.raises(UserError, match="lost"):
        _run(project)
    monkeypatch.setattr(RemoteProject, "_keep", keep)
    there = copy_there(host)
    assert (there / "images" / "a.png").is_file()
    (project.parent / "pictures" / "a.png").unlink()
    _run(project)
    assert sorted(file.name for file in (there / "images").iterdir()) == ["b c.png", "d.png"]


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
    assert (copy_there(host) / "told").read_text() == "cancel"
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
    half = copy_there(host) / "project.lnl" / "runs" / "embed-1" / "parts" / "half.npy"
    assert half.is_file()
    stamp = half.stat().st_ino
    # Pictures are for their owner's eyes.
    assert half.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("FAKE_WORKER", "dies")
    with pytest.raises(UserError, match="worker on gpu has ended: no memory is left"):
        _run(project)
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
    there = copy_there(host) / "project.lnl"
    (there / "arrays" / "link.npy").symlink_to(outside)
    (there / "notes").mkdir()
    (there / "notes" / "new.txt").write_text("not a job's")
    (there / "arrays" / "tool.npy").write_bytes(b"of the host")
    (there / "arrays" / "tool.npy").chmod(0o4777)
    _run(project)
    assert not (project / "arrays" / "link.npy").exists()
    assert not (project / "notes").exists()
    brought = project / "arrays" / "tool.npy"
    assert brought.read_bytes() == b"of the host"
    assert not brought.stat().st_mode & (stat.S_ISUID | stat.S_IWOTH | stat.S_IXUSR)


@needs_shell
def test_times_arrive_to_the_nanosecond_and_paths_are_those_of_here(
    host: Path, project: Path
) -> None:
    picture = project.parent / "pictures" / "a.png"
    os.utime(picture, ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
    result = _run(project)
    # An embedding keeps them; the next update would else read every image again.
    there = copy_there(host) / "images" / "a.png"
    assert there.stat().st_mtime_ns == 1_700_000_000_123_456_789
    assert result.metrics["model_folder"] == str(project / "models" / "embed-1")
    kept = json.loads((project / "runs" / "embed-1" / "result.json").read_text())
    assert kept["metrics"] == result.metrics


@needs_shell
def test_what_a_person_chose_is_carried_and_a_host_sends_its_jobs_no_further(
    host: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LNL_PROCESSES", "gpus")
    metrics = _run(project).metrics
    assert metrics["variables"] == {"LNL_HOST": "", "LNL_PROCESSES": "gpus"}


@needs_shell
def test_a_worker_that_a_cut_link_left_is_ended_and_nothing_else(tmp_path: Path) -> None:
    sleep = "import time; print(flush=True); time.sleep(600)"
    # The name is what the command looks for.
    words = (["worker"], ["other"])
    both = [
        subprocess.Popen([sys.executable, "-c", sleep, *each], stdout=subprocess.PIPE)
        for each in words
    ]
    for number, process in enumerate(both):
        assert process.stdout is not None
        process.stdout.readline()
        note = tmp_path / f"note {number}"
        note.write_text(f"{process.pid}\n")
        # A zombie would seem to live on.
        ended = threading.Thread(target=process.wait, daemon=True)
        ended.start()
        subprocess.run(["sh", "-c", remote_commands.end_worker(str(note))], check=True)
    subprocess.run(["sh", "-c", remote_commands.end_worker(str(tmp_path / "none"))], check=True)
    both[0].wait(60)
    assert both[1].poll() is None
    both[1].kill()
    for process in both:
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


def test_messages_are_those_of_the_host() -> None:
    with pytest.raises(UserError, match="gpu says: no such command"):
        RemoteHost("gpu").check(127, b"greeting\nno such command\n")
