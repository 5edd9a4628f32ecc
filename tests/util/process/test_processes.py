"""Processes of LNL's own, as each system wants them started and ended."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lnl_gui.util.process.processes import CONSOLE_PROGRAM, frozen_program, kill_tree, no_console
from lnl_gui.util.process.program import program_command


def test_no_console_flashes_up_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "CREATE_NO_WINDOW", 0x08000000, raising=False)
    assert no_console() == 0x08000000
    monkeypatch.delattr(subprocess, "CREATE_NO_WINDOW")
    assert no_console() == 0


def test_windows_start_menu_program_hands_work_to_the_one_with_streams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windowed, console = tmp_path / "LNL.exe", tmp_path / CONSOLE_PROGRAM
    assert frozen_program(windowed, "win32") == windowed
    console.touch()
    assert frozen_program(windowed, "win32") == frozen_program(console, "win32") == console
    assert frozen_program(windowed, "darwin") == windowed
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "lnl-gui"))
    assert program_command() == [str(tmp_path / "lnl-gui")]


def test_the_specification_builds_both_programs() -> None:
    text = (Path(__file__).parents[3] / "packaging" / "lnl.spec").read_text("utf-8")
    stem = CONSOLE_PROGRAM.removesuffix(".exe")
    assert f'program("{stem}", console=True)' in text and "console=False" in text


def test_a_process_ends_with_its_children() -> None:
    inner = "import time; print(1, flush=True); time.sleep(600)"
    outer = (
        "import subprocess, sys, time;"
        " child = subprocess.Popen([sys.executable, '-c', sys.argv[1]]);"
        " print(child.pid, flush=True); child.wait(); time.sleep(600)"
    )
    command = [sys.executable, "-c", outer, inner]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = {process.stdout.readline().strip(), process.stdout.readline().strip()}
        child = psutil.Process(int((lines - {"1"}).pop()))
        kill_tree(process.pid)
        assert process.wait(timeout=60) != 0
        psutil.wait_procs([child], timeout=60)
        # As an orphan it may stay listed until somebody asks for its end.
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    kill_tree(0)
    kill_tree(process.pid)


def test_how_long_a_process_runs_is_told_to_some_hundredths() -> None:
    code = (
        "import time; from lnl_gui.util.process.processes import seconds_running as age; a = age();"
        " time.sleep(.3); print(a, age())"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    most = time.monotonic() - begun
    first, second = map(float, done.stdout.split())
    # Told by the clock of whoever started it.
    assert 0 <= first < second <= most + 0.05
    assert second - first >= 0.29
