"""Exception hook of the window: no exception closes it, each leaves a report."""

import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

from lnl_gui.util.log import logger
from lnl_gui.util.process.crash_reports import environment_text, report_error

PART = "window"
"""By which reports name this part of the program."""


def watch_exceptions(show: Callable[[str, str], None]) -> None:
    """Log and keep every unexpected exception and hand (summary, report) to `show`.

    Python's default ends a program at an exception in a slot of some Qt bindings; a person's
    afternoon of verdicts is on disk either way, but the window should stay.
    """

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        # Ctrl+C in the terminal ends the program, as ever.
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        # Before it is logged: the report has the lines that led to it.
        kept = report_error(PART, error)
        logger.error("unexpected exception\n%s", text)
        report = kept.text if kept is not None else f"{environment_text()}\n\n{text}"
        show(f"{kind.__name__}: {error}", report)

    sys.excepthook = hook


def log_qt_messages() -> None:
    """Qt's warnings into the log, where a report can find them."""

    def handle(kind: QtMsgType, context: object, text: str) -> None:
        level = logger.info if kind == QtMsgType.QtInfoMsg else logger.warning
        level("Qt: %s", text)

    qInstallMessageHandler(handle)
