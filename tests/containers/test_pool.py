"""Containers are opened few at a time, anew when they change, and by each process for itself."""

import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.containers import pool as pool_module
from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import Member
from lnl_gui.containers.pool import OpenContainers
from lnl_gui.containers.read import close_containers, image_bytes


class Recorder:
    """Counts what is open and notices two readers at once."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.open = 0
        self.most = 0
        self._lock = threading.Lock()

    def __call__(self, kind: str, path: Path) -> "Recorded":
        with self._lock:
            self.opened.append(path.name)
            self.open += 1
            self.most = max(self.most, self.open)
        return Recorded(self, path)


class Recorded:
    def __init__(self, recorder: Recorder, path: Path) -> None:
        self._recorder, self._text, self._busy, self.closed = recorder, path.read_bytes(), 0, False

    def read(self, key: str) -> bytes:
        self._busy += 1
        assert self._busy == 1, "two threads in one container"
        assert not self.closed, "read after it was closed"
        time.sleep(0.001)
        self._busy -= 1
        if key == "bad":
            raise ValueError("broken bytes")
        return self._text + key.encode()

    def close(self) -> None:
        assert not self.closed
        self.closed = True
        with self._recorder._lock:
            self._recorder.open -= 1


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def _containers(folder: Path, count: int) -> list[Path]:
    files = [folder / f"{i}.box" for i in range(count)]
    for file in files:
        file.write_bytes(file.name.encode())
    return files


def test_few_stay_open_and_all_are_closed_in_the_end(tmp_path: Path, recorder: Recorder) -> None:
    pool = OpenContainers(3, opened=recorder)
    files = _containers(tmp_path, 8)
    for _ in range(2):
        for file in files:
            assert pool.read(Member(file, "array", "k")) == file.name.encode() + b"k"
    assert recorder.open == 3
    assert recorder.most <= 4
    pool.close()
    assert recorder.open == 0


def test_threads_share_handles(tmp_path: Path, recorder: Recorder) -> None:
    pool = OpenContainers(2, opened=recorder)
    files = _containers(tmp_path, 4)
    members = [Member(files[i % 4], "array", str(i)) for i in range(200)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(pool.read, members))
    assert found == [m.container.name.encode() + m.key.encode() for m in members]
    pool.close()
    assert recorder.open == 0


def test_a_changed_container_is_opened_anew(
    tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "_CHECKED_EVERY", 0.0)
    pool = OpenContainers(opened=recorder)
    (file,) = _containers(tmp_path, 1)
    member = Member(file, "array", "k")
    assert pool.read(member) == b"0.boxk"
    assert pool.read(member) == b"0.boxk"
    assert len(recorder.opened) == 1
    file.write_bytes(b"other")
    assert pool.read(member) == b"otherk"
    file.unlink()
    with pytest.raises(ContainerError, match=r"0\.box.*missing"):
        pool.read(member)
    assert recorder.open == 0


def test_what_a_library_raises_becomes_a_reason(tmp_path: Path, recorder: Recorder) -> None:
    pool = OpenContainers(opened=recorder)
    (file,) = _containers(tmp_path, 1)
    with pytest.raises(ContainerError, match="damaged: broken bytes"):
        pool.read(Member(file, "array", "bad"))
    assert pool.read(Member(file, "array", "k")) == b"0.boxk"


@pytest.mark.parametrize(
    ("error", "said", "tries"),
    [
        (ValueError("broken bytes"), "broken bytes", 1),
        # What the machine says passes.
        (MemoryError(), "memory", 3),
    ],
)
def test_a_damaged_container_is_opened_once(
    tmp_path: Path, error: Exception, said: str, tries: int
) -> None:
    tried = []

    def failing(kind: str, path: Path) -> Recorded:
        tried.append(path)
        raise error

    pool = OpenContainers(opened=failing)
    (file,) = _containers(tmp_path, 1)
    for _ in range(3):
        with pytest.raises(ContainerError, match=said):
            pool.read(Member(file, "array", "k"))
    assert len(tried) == tries


def _read_in_child(member: Member) -> tuple[int, bytes]:
    return os.getpid(), image_bytes(member)


@pytest.mark.parametrize("method", ["spawn", "fork"])
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_other_processes_open_their_own(tmp_path: Path, method: str) -> None:
    try:
        context = get_context(method)
    except ValueError:
        pytest.skip("not on this platform")
    np.savez(tmp_path / "a.npz", images=np.arange(48, dtype=np.uint8).reshape(3, 4, 4))
    member = Member(tmp_path / "a.npz", "array", "images/2")
    here = image_bytes(member)
    with ProcessPoolExecutor(1, mp_context=context) as processes:
        process, there = processes.submit(_read_in_child, member).result(60)
    assert process != os.getpid()
    assert there == here == b"P5\n4 4\n255\n" + bytes(range(32, 48))
    close_containers()
