"""A process that ends at once has done all that it would have done."""

import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

PROGRAM = """
import atexit, sys, threading, time
from lnl_gui.util.process import quick_end

quick_end.prepare()


class Held:
    def __del__(self):
        print("taken apart")


held = Held()
atexit.register(lambda: print("registered"))


def late():
    threading.main_thread().join()
    print("thread")


threading.Thread(target=late).start()
print("said", end=" ")
print("warned", end=" ", file=sys.stderr)
"""


FULL = Path("/dev/full")


def end(
    last: str, output: int | IO[str] = subprocess.PIPE, *, before: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", before + PROGRAM + last],
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("code", [0, 3])
def test_all_is_said_and_done_but_the_taking_apart(code: int) -> None:
    ended = end(f"sys.exit(quick_end.end_with({code}))")
    assert ended.returncode == code
    assert ended.stdout.split() == ["said", "thread", "registered"]
    assert ended.stderr.split() == ["warned"]


def test_without_a_code_a_process_ends_as_ever() -> None:
    ended = end("raise SystemExit(2)")
    assert ended.returncode == 2
    assert ended.stdout.split() == ["said", "thread", "registered", "taken", "apart"]


def test_an_error_that_nobody_catches_is_told() -> None:
    ended = end("raise LookupError('lost')")
    assert ended.returncode == 1
    assert "LookupError: lost" in ended.stderr


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    # Kept back until the end, as in a pipe.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    with FULL.open("w") as full:
        ended = end("sys.exit(quick_end.end_with(0))", full)
    assert ended.returncode == 120
    assert "No space left" in ended.stderr


def test_who_has_registered_before_is_called() -> None:
    earlier = "import atexit\natexit.register(lambda: print('earlier'))\n"
    ended = end("sys.exit(quick_end.end_with(0))", before=earlier)
    assert ended.returncode == 0
    assert ended.stdout.split()[:4] == ["said", "thread", "registered", "earlier"]
