"""Watches a process: what a signal or an exception that nobody catches ends leaves a report."""

import faulthandler
import json
import os
import platform
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO

from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.log import logger
from lnl_gui.util.process.crash_reports import (
    CrashReport,
    crash_files,
    crash_folder,
    keep_report,
    report_error,
)
from lnl_gui.util.process.recent_lines import RecentLines

_RUNNING, _SUFFIX = "running-", ".txt"
_NATIVE = re.compile(r"^(Fatal Python error|Windows fatal exception)", re.MULTILINE)
"""How `faulthandler` begins what it writes when a signal ends the process."""


@contextmanager
def watched(part: str) -> Iterator[None]:
    """Within it a crash by a signal, and an exception in a thread, leave a report.

    Args:
        part: of the program: window, worker, command-line.
    """
    file = crash_folder() / f"{_RUNNING}{part}-{os.getpid()}{_SUFFIX}"
    stream = _opened(file)
    usual = threading.excepthook
    threading.excepthook = lambda failed: _thread_failed(part, failed)
    try:
        if stream is None:
            yield
            return
        with stream, _recorded(stream):
            yield
    finally:
        threading.excepthook = usual
        if stream is not None:
            with suppress(OSError):
                file.unlink(missing_ok=True)


@contextmanager
def _recorded(stream: IO[str]) -> Iterator[None]:
    """Within it the log's last lines, and what `faulthandler` says, go to a file."""
    recent = RecentLines(stream)
    # Whoever switched it on before, a test or a developer, reads what it says.
    mine = not faulthandler.is_enabled()
    logger.addHandler(recent)
    if mine:
        faulthandler.enable(stream)
    try:
        yield
    finally:
        logger.removeHandler(recent)
        if mine:
            faulthandler.disable()


def _opened(file: Path) -> IO[str] | None:
    """The file that is written while the program runs; without a log folder there is none."""
    said = {"machine": platform.node(), "process": os.getpid(), "time": time.time()}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Kept open: from a signal handler nothing can be opened. To be appended to, since
        # `faulthandler` writes past the stream.
        stream = file.open("a+", encoding="utf-8")
        stream.write(json.dumps(said) + "\n")
        stream.flush()
    except OSError as error:
        logger.warning("no crash log: %s", error)
        return None
    return stream


def _thread_failed(part: str, failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        report_error(part, failed.exc_value)
    threading.__excepthook__(failed)


@contextmanager
def reported(part: str) -> Iterator[None]:
    """Within it an exception that nobody catches leaves a report on its way.

    Args:
        part: of the program: window, worker, command-line.
    """
    try:
        yield
    except Exception as error:
        report_error(part, error)
        raise


def collect_crashes() -> list[CrashReport]:
    """Make reports of what processes have left that a signal ended; those reports.

    A process that was merely killed leaves no words of `faulthandler`, and gets no report.
    """
    made = []
    for file in crash_files(_RUNNING, _SUFFIX):
        try:
            first, _, rest = file.read_text(encoding="utf-8", errors="replace").partition("\n")
        except OSError:
            continue
        if _is_running(parsed_object(first)):
            continue
        part = file.name.removeprefix(_RUNNING).rpartition("-")[0]
        made.append(_native_report(part, rest))
        # On Windows that of a process which is running cannot be deleted.
        with suppress(OSError):
            file.unlink()
    return [report for report in made if report is not None]


def _native_report(part: str, text: str) -> CrashReport | None:
    found = _NATIVE.search(text)
    if found is None:
        return None
    details = text[found.start() :]
    lines = text[: found.start()].splitlines()
    return keep_report(part, details.partition("\n")[0], details, lines)


def _is_running(said: dict[str, object]) -> bool:
    """Whether the process that began a file still runs; of another machine nothing is known."""
    number, begun = said.get("process"), said.get("time")
    if said.get("machine") != platform.node():
        return True
    if not isinstance(number, int) or not isinstance(begun, int | float):
        return False
    # Only here: it takes a quarter of the time that `--help` may take.
    psutil = import_module("psutil")
    try:
        # The number of a process that is gone is given to another one, which began later.
        return float(psutil.Process(number).create_time()) <= begun + 1
    except (psutil.Error, ValueError, OverflowError):
        return False
