"""Workers give way to the window; the one for what nobody waits for, to every other process."""

import os
import subprocess

import psutil
import pytest

from lnl_gui.jobs import launch, protocol
from lnl_gui.util.process.cores import THREADS_VARIABLE, worker_threads


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `give_way` writes is taken back."""
    for name in (THREADS_VARIABLE, "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "6")


@pytest.mark.parametrize(
    ("background", "niceness"), [(False, launch.NICENESS), (True, launch.BACKGROUND_NICENESS)]
)
def test_it_has_a_low_priority_and_still_serves(background: bool, niceness: int) -> None:
    program, arguments = launch.worker_command(background=background)
    worker = subprocess.Popen(
        [program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | launch.worker_environment(),
    )
    with worker:
        assert worker.stdin is not None and worker.stdout is not None
        assert isinstance(protocol.decode(worker.stdout.readline()), protocol.Ready)
        found = psutil.Process(worker.pid).nice()
        if psutil.WINDOWS:
            assert found == psutil.BELOW_NORMAL_PRIORITY_CLASS
        else:
            assert found >= niceness
        worker.stdin.write(protocol.encode(protocol.Shutdown()))
        worker.stdin.flush()
        assert worker.wait(timeout=60) == 0


def test_it_takes_half_the_threads(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def nice(_process: psutil.Process, value: int | None = None) -> int:
        if value is not None:
            asked.append(value)
        return 15

    monkeypatch.setattr(psutil.Process, "nice", nice)
    launch.give_way(background=True)
    assert worker_threads() == 3 and os.environ["OMP_NUM_THREADS"] == "3"
    # Never a higher priority than it has.
    assert psutil.WINDOWS or asked == [15]


def test_where_the_priority_cannot_be_changed_it_works_all_the_same(
    environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nice(process: psutil.Process, value: int | None = None) -> int:
        if value is not None:
            raise psutil.AccessDenied(process.pid)
        return 0

    monkeypatch.setattr(psutil.Process, "nice", nice)
    launch.give_way(background=True)
    assert worker_threads() == 3
