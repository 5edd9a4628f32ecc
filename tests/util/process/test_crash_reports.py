"""Reports of crashes: what is kept, for how long, and what is left out of them."""

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.util.log import logger
from lnl_gui.util.messages import message
from lnl_gui.util.process import crash_reports as module
from lnl_gui.util.process.crash_reports import KEPT, crash_folder, crash_reports, report_error
from lnl_gui.util.process.crash_watch import collect_crashes, reported, watched
from lnl_gui.util.process.recent_lines import nameless

SECRET = "anna-with-cat"
CRASHES = """\
import ctypes, sys
from lnl_gui.util.process.crash_watch import watched
from lnl_gui.util.log import log_to_file, logger
log_to_file("worker")
with watched("worker"):
    logger.info("embedding %d images of %s", 40, "/home/{secret}/cats")
    {end}
"""


def failure(text: str = "oops") -> ValueError:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_a_report_has_the_traceback_the_versions_and_no_names() -> None:
    with watched("window"):
        logger.setLevel(logging.INFO)
        logger.info("opened %s with %d images", Path("/home") / SECRET, 12)
        logger.warning(f"could not read /home/{SECRET}/x.jpg")
        logger.info(message("read {file} of {count}", file=f"{SECRET}.png", count=7))
        logger.error("failed: %s", OSError(SECRET))
        report = report_error("window", failure())
    assert report is not None
    text = report.text
    assert report.summary == "ValueError: oops"
    assert "raise ValueError(text)" in text and "LNL " in text and "numpy " in text
    assert "opened … with 12 images" in text and "read … of 7" in text
    assert "failed: OSError" in text and "could not read …" in text
    assert SECRET not in text
    assert [each.file for each in crash_reports()] == [report.file]


def test_the_newest_are_kept() -> None:
    made = [report_error("worker", failure(f"number {place}")) for place in range(KEPT + 3)]
    assert [r.file for r in crash_reports()] == [r.file for r in made[:2:-1] if r is not None]


def test_the_same_failure_again_is_one_report() -> None:
    error = failure()
    first, again = report_error("window", error), report_error("window", error)
    assert first == again and len(crash_reports()) == 1
    report_error("worker", error)
    assert len(crash_reports()) == 2


def test_a_folder_that_cannot_be_written_stops_nobody() -> None:
    crash_folder().parent.mkdir(parents=True, exist_ok=True)
    crash_folder().write_text("a file where the folder should be")
    with watched("window"):
        assert report_error("window", failure()) is None
    assert collect_crashes() == [] == crash_reports()


def run_until_it_ends(end: str, home: Path) -> int:
    code = CRASHES.format(secret=SECRET, end=end)
    environment = {**os.environ, "LNL_HOME": str(home)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_signal_leaves_a_report_for_the_next_start(own_home: Path) -> None:
    assert run_until_it_ends("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", own_home)
    assert crash_reports() == []
    [report] = collect_crashes()
    assert "Segmentation fault" in report.summary
    assert 'File "<string>", line 7' in report.text
    assert "embedding 40 images of …" in report.text and SECRET not in report.text
    assert "in the worker" in report.text
    assert collect_crashes() == [] and len(crash_reports()) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_who_was_merely_killed_leaves_none(own_home: Path) -> None:
    code = run_until_it_ends("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", own_home)
    assert code == -signal.SIGKILL
    assert len(list(crash_folder().iterdir())) == 1
    assert collect_crashes() == [] and list(crash_folder().iterdir()) == []


def test_what_still_runs_is_left_alone() -> None:
    with watched("worker"):
        [file] = crash_folder().iterdir()
        file.write_text(file.read_text("utf-8") + "Fatal Python error: Aborted\n", "utf-8")
        assert collect_crashes() == [] and file.exists()
    assert not file.exists()


def test_an_exception_in_a_thread_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "__excepthook__", lambda _failed: None)

    def work() -> None:
        raise ValueError("in a thread")

    with watched("worker"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert [report.summary for report in crash_reports()] == ["ValueError: in a thread"]


def test_what_nobody_catches_is_kept_and_goes_on() -> None:
    with pytest.raises(ValueError, match="loud"), reported("worker"):
        raise ValueError("loud")
    assert [report.summary for report in crash_reports()] == ["ValueError: loud"]
    with pytest.raises(KeyboardInterrupt), reported("worker"):
        raise KeyboardInterrupt
    assert len(crash_reports()) == 1


def test_a_long_session_keeps_its_last_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    with watched("window"):
        logger.setLevel(logging.INFO)
        for number in range(1000):
            logger.info("line %d", number)
        [file] = crash_folder().iterdir()
        lines = file.read_text("utf-8").splitlines()
        report = report_error("window", failure())
    assert lines[0].startswith("{") and lines[-1].endswith("line 999") and len(lines) < 500
    assert report is not None and "line 961\n" in report.text
    assert module.KEPT == 20


@pytest.mark.parametrize(
    ("template", "values", "shown"),
    [
        ("%s is damaged: %s", ("a.npy", OSError("b")), "… is damaged: OSError"),
        ("%d of %.1f", (3, 0.5), "3 of 0.5"),
        ("%d", ("text",), "%d"),
        ("in C:\\data\\x.png: gone", (), "in …"),
        ("first\nsecond", (), "first"),
    ],
)
def test_names_are_left_out(template: str, values: tuple[object, ...], shown: str) -> None:
    record = logging.LogRecord("lnl_gui", logging.INFO, "", 0, template, values, None)
    assert nameless(record) == shown


def test_a_log_folder_that_may_not_be_searched_hides_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report_error("window", failure("before"))
    folder = str(crash_folder())

    def lock(name: str) -> None:
        usual = getattr(os, name)

        def guarded(path: Any = ".", *rest: Any, **named: Any) -> Any:
            if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(folder):
                raise PermissionError(13, "Permission denied", str(path))
            return usual(path, *rest, **named)

        monkeypatch.setattr(os, name, guarded)

    for name in ("stat", "scandir", "listdir", "mkdir"):
        lock(name)
    assert collect_crashes() == [] and crash_reports() == []
    with pytest.raises(ValueError, match="the real one"), reported("window"):
        raise ValueError("the real one")
