"""What went wrong in a command: one clear line, or with `--json` one JSON document."""

import argparse
import errno
import json
import sqlite3
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lnl_gui.cli.exit_codes import FAULT, INTERRUPTED, MENDABLE, USAGE
from lnl_gui.cli.terminal import say_aside, transcript
from lnl_gui.util.errors import Cancelled, UserError, as_user_error
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.process.crash_reports import report_error
from lnl_gui.util.translation import localized

USAGE_CODE, FAULT_CODE, STOPPED_CODE = "usage", "fault", "stopped"
"""Codes beside those of `UserError`."""
_SHOWN_NAME = 80


@dataclass(frozen=True)
class Failure:
    """Why a command did not do what it was asked to."""

    code: str
    """stable, for scripts"""
    message: Message
    hint: Message
    exit_code: int


def asks_json(arguments: Sequence[str]) -> bool:
    """Whether a command line, also a mistyped one, asks for JSON."""
    # argparse takes abbreviations too.
    return any(len(word) > 3 and "--json".startswith(word) for word in arguments)


def failure_of(error: BaseException, options: argparse.Namespace) -> Failure:
    """What a command that ended with an exception says; a bug with its traceback."""
    if isinstance(error, sqlite3.DatabaseError):
        error = _reading_error(error, options)
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        error = _too_long(error)
    if isinstance(error, PermissionError) and error.filename is not None:
        # Whoever put it there may give it; wherever that shows, it is no fault of the program.
        error = as_user_error(error, message("use what is there"))
    if isinstance(error, UserError):
        exit_code = USAGE if error.code == USAGE_CODE else MENDABLE
        return Failure(error.code, error.message, error.hint, exit_code)
    if isinstance(error, Cancelled | KeyboardInterrupt):
        stopped = message("stopped; what was finished is kept.")
        return Failure(STOPPED_CODE, stopped, NOTHING, INTERRUPTED)
    kept = report_error("command-line", error)
    details = "".join(traceback.format_exception(error))
    transcript.error(details)
    # Whoever reports a bug needs the traceback, also with `--json` and `--quiet`.
    say_aside(details, end="")
    what = message("this is an error in LNL itself; please report it.")
    found = message("{kind}: {error}", kind=type(error).__name__, error=str(error))
    if kept is not None:
        found = message("{found} (report: {file})", found=found, file=kept.file)
    return Failure(FAULT_CODE, what, found, FAULT)


def usage_failure(what: Message, hint: Message = NOTHING) -> Failure:
    """A command line or a setting that is none."""
    return Failure(USAGE_CODE, what, hint, USAGE)


def report(
    failure: Failure, *, as_json: bool, details: Mapping[str, Any] = MappingProxyType({})
) -> int:
    """Say it on standard error, and as a document on standard output; returns the exit code.

    Args:
        failure: what to say.
        as_json: whether standard output gets the document.
        details: more for the document.
    """
    say_aside(f"lnl-gui: {localized(failure.message)}")
    if failure.hint:
        say_aside(f"         {localized(failure.hint)}")
    transcript.error(failure.message)
    if as_json:
        # The error last: of two fields of one name its own counts.
        print_document({**details, **as_document(failure)})
    return failure.exit_code


def print_document(document: Mapping[str, Any]) -> None:
    """Print it as JSON. Where nobody can read it, the exit code still says how it went."""
    with suppress(OSError):
        print(json.dumps(document))


def as_document(failure: Failure) -> dict[str, str]:
    """In English, as all that scripts read."""
    texts = {"message": str(failure.message), "hint": str(failure.hint)}
    return {"error": failure.code, **texts}


def _too_long(error: OSError) -> UserError:
    """A name that no file of that disk can have; where it stood in the command is no matter."""
    return UserError(
        message("The name {file} is too long for its disk.", file=_shortened(error.filename)),
        message("Choose a shorter name."),
        code="os_error",
    )


def _shortened(name: object) -> str:
    text = str(name or "")
    return text if len(text) <= _SHOWN_NAME else f"{text[:_SHOWN_NAME]}…"


def _reading_error(error: sqlite3.DatabaseError, options: argparse.Namespace) -> Exception:
    """A database that broke while a verb read it; another error of it is a bug."""
    from lnl_gui.store.database.connection import is_damage, opening_error

    place = getattr(options, "project", None)
    if not isinstance(place, Path) or not is_damage(error):
        return error
    return opening_error(error, place)
