"""The program's logger, with a rotating file in the user's log folder or where one is named."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from lnl_gui.util.paths import log_folder

logger = logging.getLogger("lnl_gui")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _LogFile(RotatingFileHandler):
    """A log that cannot be written is no reason to stop, nor to say so at each of its lines."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Pass a line over that could not be written, as on a full disk."""

    def close(self) -> None:
        """Close the file; what of it could not be written is lost and says nothing of the work."""
        with suppress(OSError):
            super().close()


def log_to_file(name: str) -> None:
    """Keep a rotating log; a log folder that cannot be written is no reason to stop."""
    try:
        handler = _open(log_folder() / f"{name}.log")
    except OSError:
        return
    _attach(handler)


@contextmanager
def logged(file: Path) -> Iterator[None]:
    """Within it the log goes to a file too, which rotates at a megabyte.

    Args:
        file: made with its folder where there is none, else appended to.

    Raises:
        OSError: when it cannot be opened.
    """
    handler, level = _open(file), logger.level
    _attach(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        handler.close()


@contextmanager
def logged_to_stderr(level: int) -> Iterator[None]:
    """Within it lines of at least a level go to standard error, but for those a person has seen.

    Args:
        level: of `logging`.
    """
    handler = logging.StreamHandler()
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    handler.addFilter(lambda record: not record.name.startswith(f"{logger.name}.terminal"))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(min(level, before or level))
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


@contextmanager
def quiet_root_logger() -> Iterator[None]:
    """Within it the root logger says errors alone, and what libraries do to it is taken back.

    Several write advice there, and their first line gives it a handler that prints everything.
    """
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.addHandler(logging.NullHandler())
    root.addFilter(_is_error)
    try:
        yield
    finally:
        root.removeFilter(_is_error)
        root.setLevel(level)
        root.handlers[:] = handlers


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


def _open(file: Path) -> _LogFile:
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = _LogFile(file, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter(_FORMAT))
    return handler


def _attach(handler: logging.Handler) -> None:
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
