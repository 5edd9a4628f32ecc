"""Exception hook and crash log: no exception closes the window, a crash leaves a report."""

import faulthandler
import platform
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QtMsgType, qInstallMessageHandler, qVersion

import lnl_gui
from lnl_gui.util.log import logger
from lnl_gui.util.paths import log_folder

CRASH_FILE = "crash.txt"


def environment_text() -> str:
    """Versions that a report needs."""
    return (
        f"LNL {lnl_gui.__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.platform()}"
    )


def watch_exceptions(show: Callable[[str, str], None]) -> None:
    """Log every unexpected exception and hand (summary, report) to `show`.

    Python's default ends a program at an exception in a slot of some Qt bindings; a person's
    afternoon of verdicts is on disk either way, but the window should stay.
    """

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        # Ctrl+C in the terminal ends the program, as ever.
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        logger.error("unexpected exception\n%s", text)
        show(f"{kind.__name__}: {error}", f"{environment_text()}\n\n{text}")

    sys.excepthook = hook


def log_qt_messages() -> None:
    """Qt's warnings into the log, where a report can find them."""

    def handle(kind: QtMsgType, context: object, text: str) -> None:
        level = logger.info if kind == QtMsgType.QtInfoMsg else logger.warning
        level("Qt: %s", text)

    qInstallMessageHandler(handle)


class CrashLog:
    """File that faulthandler writes to when a signal kills the process.

    What the crash before left is kept in `previous`, once.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or log_folder() / CRASH_FILE
        self.previous = self._take_previous()
        self._stream: IO[str] | None = None

    def _take_previous(self) -> str:
        try:
            text = self._file.read_text(encoding="utf-8", errors="replace").strip()
            self._file.unlink()
        except OSError:
            return ""
        return text

    def start(self) -> None:
        """Write to the file from now on; without a log folder there is no crash log."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # Kept open: from a signal handler nothing can be opened.
            self._stream = self._file.open("w", encoding="utf-8")
        except OSError as error:
            logger.warning("no crash log: %s", error)
            return
        faulthandler.enable(self._stream)

    def stop(self) -> None:
        """An orderly end: remove the file."""
        if self._stream is not None:
            faulthandler.disable()
            self._stream.close()
            self._file.unlink(missing_ok=True)
            self._stream = None
