"""Reports of errors in LNL itself, kept on this machine and sent nowhere.

A report holds the traceback, versions and the last lines of the log; names and paths that were
logged are left out, so that of a person's images it tells nothing but what the traceback says.
"""

import os
import platform
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import lnl_gui
from lnl_gui.util.log import logger
from lnl_gui.util.paths import log_folder
from lnl_gui.util.process.recent_lines import KEPT_LINES, RecentLines
from lnl_gui.util.visible import one_line

KEPT = 20
"""Reports that stay; older ones go."""
_LIBRARIES = ("torch", "numpy", "PySide6_Essentials", "openvino", "numba", "pyarrow")
_SUFFIX = ".txt"


@dataclass(frozen=True)
class CrashReport:
    """A report that is kept."""

    file: Path

    @property
    def time(self) -> datetime:
        """When it was written."""
        return datetime.strptime(self.file.name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)

    @property
    def text(self) -> str:
        """All of it; empty where it is gone."""
        try:
            return self.file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    @property
    def summary(self) -> str:
        """What happened, in one line."""
        return one_line(self.text.partition("\n")[0])

    def delete(self) -> None:
        """Delete it.

        Raises:
            OSError: when it cannot be.
        """
        self.file.unlink(missing_ok=True)


def crash_folder() -> Path:
    """Where the reports lie."""
    return log_folder() / "crashes"


def crash_reports() -> list[CrashReport]:
    """The reports that are kept, the newest first."""
    found = [CrashReport(file) for file in crash_files("2", _SUFFIX)]
    return sorted(found, key=lambda report: report.file.name, reverse=True)


def crash_files(begin: str, end: str) -> list[Path]:
    """The files among the reports whose names begin and end so, in order of name.

    None where the folder cannot be listed: what looks for a crash must not be one.
    """
    folder = crash_folder()
    try:
        names = os.listdir(folder)  # noqa: PTH208 - `glob` is an error where it may not be searched
    except OSError:
        return []
    return [
        folder / name for name in sorted(names) if name.startswith(begin) and name.endswith(end)
    ]


def environment_text() -> str:
    """Versions that a report needs."""
    return (
        f"LNL {lnl_gui.__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        + ", ".join(_library_versions())
    )


def _library_versions() -> Iterator[str]:
    # Only a report needs it, and the command line would wait for it.
    from importlib import metadata  # noqa: PLC0415

    for name in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            yield f"{name.partition('_')[0]} {metadata.version(name)}"


def report_error(part: str, error: BaseException) -> CrashReport | None:
    """Keep a report of an exception; None where it cannot be written.

    Args:
        part: of the program: window, worker, command-line.
        error: with its traceback.
    """
    details = "".join(traceback.format_exception(error))
    newest = next(iter(crash_reports()), None)
    # A widget that fails while it paints fails at each paint: one report of it says all.
    if newest is not None and part in newest.file.name and details in newest.text:
        return newest
    recent = next((each for each in logger.handlers if isinstance(each, RecentLines)), None)
    lines = recent.lines() if recent is not None else []
    return keep_report(part, f"{type(error).__name__}: {error}", details, lines)


def keep_report(part: str, summary: str, details: str, lines: Sequence[str]) -> CrashReport | None:
    """Write a report and drop those that are too old; None where it cannot be written.

    Args:
        part: of the program: window, worker, command-line.
        summary: what happened.
        details: the traceback.
        lines: the last ones of the log.
    """
    now = datetime.now(UTC)
    text = "\n".join(
        [
            one_line(summary),
            f"in the {part} at {now:%Y-%m-%d %H:%M:%S} UTC",
            environment_text(),
            "",
            details.strip(),
            "",
            *(["The last lines of the log, without names and paths:"] if lines else []),
            *lines[-KEPT_LINES:],
            "",
        ]
    )
    name = f"{now:%Y%m%d-%H%M%S}-{now.microsecond:06d}-{part}{_SUFFIX}"
    try:
        crash_folder().mkdir(parents=True, exist_ok=True)
        file = crash_folder() / name
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
        for old in crash_reports()[KEPT:]:
            old.delete()
    except OSError as problem:
        logger.warning("no crash report: %s", problem)
        return None
    return CrashReport(file)
