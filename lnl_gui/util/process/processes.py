"""Processes of this program's own: started without a window, ended together with their children.

What differs between the systems: Windows opens a console for every console program that a program
without one starts, and has no signals, so that a process is either asked through its standard
input or ended at once, children not included.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

CONSOLE_PROGRAM = "lnl-gui.exe"
"""Of a frozen program on Windows; beside it lies one without a console, for the Start menu."""


def no_console() -> int:
    """Flags for `subprocess` with which no console flashes up; 0 where there are none."""
    return getattr(subprocess, "CREATE_NO_WINDOW", 0)


def frozen_program(executable: Path, platform: str = sys.platform) -> Path:
    """The program of a bundle that reads and writes standard streams.

    Args:
        executable: the one that runs.
        platform: as `sys.platform` has it.
    """
    # A program of Windows without a console has no standard streams, through which jobs come.
    beside = executable.with_name(CONSOLE_PROGRAM)
    return beside if platform == "win32" and beside.is_file() else executable


def seconds_running() -> float:
    """How long this process has been there, to some hundredths of a second."""
    try:
        # psutil adds up from when the machine was started, which Linux tells in whole seconds.
        fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        begun = float(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - begun
    except (OSError, AttributeError, IndexError, ValueError):
        import psutil  # noqa: PLC0415 - see `kill_tree`

        return time.time() - psutil.Process().create_time()


def kill_tree(pid: int) -> None:
    """Kill a process together with its children.

    Args:
        pid: its number; 0 for none.
    """
    if not pid:
        return
    # The command line, which kills nothing, would wait for it.
    import psutil  # noqa: PLC0415

    try:
        root = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return
    # Listed before any is killed: orphans are no longer found as children.
    children: list[psutil.Process] = []
    with suppress(psutil.Error):
        children = root.children(recursive=True)
    for member in (*children, root):
        # Gone by itself meanwhile; or a child that has changed its user, and the others still go.
        with suppress(psutil.Error):
            member.kill()
