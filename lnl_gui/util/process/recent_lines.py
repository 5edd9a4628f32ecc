"""The last lines of the log for a crash report, without what they say of a person's files."""

import logging
import re
import time
from contextlib import suppress
from typing import IO

from lnl_gui.util.messages import Message

KEPT_LINES, MOST_LINES = 40, 400
"""Lines that a report has, and those after which the file begins anew."""
_FROM_PATH_ON = re.compile(r"\S*[/\\].*", re.DOTALL)


class RecentLines(logging.Handler):
    """Writes the last lines of the log to a file as they come, without names and paths.

    Args:
        stream: opened to append and to read.
    """

    def __init__(self, stream: IO[str]) -> None:
        super().__init__(logging.INFO)
        self._stream, self._count = stream, 0

    def emit(self, record: logging.LogRecord) -> None:
        """Append a line; one that cannot be written, as on a full disk, is passed over."""
        moment = time.strftime("%H:%M:%S", time.gmtime(record.created))
        with suppress(OSError, ValueError):
            if self._count >= MOST_LINES:
                self._begin_anew()
            self._stream.write(f"{moment} {record.levelname} {nameless(record)}\n")
            # At once: who is killed by a signal flushes nothing.
            self._stream.flush()
            self._count += 1

    def lines(self) -> list[str]:
        """What has been written."""
        try:
            self._stream.seek(0)
            return self._stream.read().splitlines()[1:]
        except (OSError, ValueError):
            return []

    def _begin_anew(self) -> None:
        self._stream.seek(0)
        first, *lines = self._stream.read().splitlines()
        self._stream.truncate(0)
        self._stream.write("\n".join([first, *lines[-KEPT_LINES:], ""]))
        self._count = KEPT_LINES


def nameless(record: logging.LogRecord) -> str:
    """A line of the log whose texts are left out: numbers and the kinds of errors stay."""
    template: object = record.msg
    if isinstance(template, Message):
        fields = tuple((name, _nameless(value)) for name, value in template.fields)
        template = str(Message(template.template, fields, template.plural))
    elif isinstance(record.args, tuple) and record.args:
        with suppress(TypeError, ValueError):
            template = str(template) % tuple(_nameless(value) for value in record.args)
    # What was put together before it was logged may hold a path all the same.
    return _FROM_PATH_ON.sub("…", str(template).partition("\n")[0])


def _nameless(value: object) -> str | int | float:
    if isinstance(value, int | float):
        return value
    return type(value).__name__ if isinstance(value, BaseException) else "…"
