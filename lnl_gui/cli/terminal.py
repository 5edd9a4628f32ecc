"""Output for a person, in the language in force, as loud as was asked for."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum

from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized
from lnl_gui.util.visible import harmless, one_line

transcript = logging.getLogger("lnl_gui.terminal")
# What is logged here is on the terminal already.
transcript.addHandler(logging.NullHandler())


class Loudness(IntEnum):
    """How much is said on standard error."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


_loudness: ContextVar[Loudness] = ContextVar("loudness", default=Loudness.NORMAL)


@contextmanager
def loudness(wanted: Loudness) -> Iterator[None]:
    """Within it as much is said as `wanted` says."""
    token = _loudness.set(wanted)
    try:
        yield
    finally:
        _loudness.reset(token)


def is_quiet() -> bool:
    """Whether only warnings and errors are to be said."""
    return _loudness.get() == Loudness.QUIET


def tell(said: Message) -> None:
    """Print one line on standard error: standard output is for what scripts read.

    `--quiet` leaves it out, so that what must not be overlooked belongs in `warn`.
    """
    transcript.info(said)
    if not is_quiet():
        _print(said)


def warn(said: Message) -> None:
    """Print one line on standard error that `--quiet` does not leave out."""
    transcript.warning(said)
    _print(said)


def mention(said: Message) -> None:
    """Print one line on standard error where `--verbose` asks for it."""
    transcript.info(said)
    if _loudness.get() == Loudness.VERBOSE:
        _print(said)


def _print(said: Message) -> None:
    say_aside(harmless(localized(said)))


def say_aside(text: str, *, end: str = "\n") -> None:
    """Print on standard error; what that cannot take is lost, and ends no command.

    Args:
        text: as it is printed.
        end: what is printed behind it.

    Raises:
        BrokenPipeError: when nobody reads any more.
    """
    try:
        print(text, end=end, file=sys.stderr)
    except BrokenPipeError:
        raise
    except OSError:
        # The disk of a log is full: the exit code and standard output still say how it went.
        pass


def shown(text: str) -> str:
    """A name for standard output, one a line: without commands for a terminal, as is for a script.

    What a script needs to the letter it gets with `--json`: a line feed is written out here too.
    """
    return one_line(text) if sys.stdout.isatty() else text.replace("\n", "\\u000a")
