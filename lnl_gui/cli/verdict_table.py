"""A table of verdicts: read as it stands, and refused where it contradicts itself."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from lnl_gui.session.acts.verdicts import KINDS as VERDICTS
from lnl_gui.session.acts.verdicts import RELABEL
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.endless import refuse_endless
from lnl_gui.util.messages import Message, message

_COLUMNS = _PATH, _VERDICT, _LABEL = "path", "verdict", "label"
_NEEDED = (_PATH, _VERDICT)
_SEPARATORS = ",;\t"
"""Of cells; spreadsheets of many languages write semicolons."""


_LONGEST_HEADER = 10_000
_SHOWN = 100
"""Characters of a line in a message."""


@dataclass(frozen=True)
class VerdictLine:
    """One verdict of a table and the number of the line that gives it."""

    number: int
    path: str
    verdict: str
    label: str
    """"" for none"""


def read_verdicts(table: Path) -> list[VerdictLine]:
    """The verdicts of a CSV file, of which no two say different things of one image.

    Args:
        table: with the columns `path`, `verdict` and perhaps `label`, separated by commas,
            semicolons or tabs.

    Raises:
        UserError: when it cannot be read or has other columns, a row is not a verdict, or two
            contradict each other.
    """
    try:
        # Excel begins UTF-8 files with a byte order mark, which would become part of the first
        # column's name.
        refuse_endless(table)
        with table.open(encoding="utf-8-sig", newline="") as stream:
            return _agreeing(table, list(_lines(table, stream)))
    except UnicodeDecodeError as error:
        raise UserError(
            message("{table} is no text in UTF-8.", table=table),
            message("Save it as CSV in UTF-8. Nothing was changed."),
            code="wrong_table",
        ) from error
    except (OSError, csv.Error) as error:
        raise UserError(
            message(
                "{table} could not be read: {reason}.",
                table=table,
                reason=getattr(error, "strerror", None) or str(error),
            )
        ) from error


def is_verdict_table(file: Path) -> bool:
    """Whether a file begins as a table of verdicts does.

    Args:
        file: of any kind, or none.
    """
    try:
        refuse_endless(file)
        with file.open(encoding="utf-8-sig", newline="") as stream:
            _read_header(file, stream.readline(_LONGEST_HEADER))
    except (OSError, ValueError, csv.Error, UserError):
        return False
    return True


def located(table: Path, number: int, error: UserError) -> UserError:
    """The same error with the line of the table that it comes from.

    Args:
        table: whose line it is.
        number: of the line.
        error: what is wrong with it.
    """
    where = message(
        "{table}, line {number}: {error}", table=table, number=number, error=error.message
    )
    return UserError(where, error.hint, code=error.code)


def refused(reason: Message) -> UserError:
    """That a table is not applied, for a reason.

    Args:
        reason: with the file and the line.
    """
    return UserError(reason, message("Nothing was changed."), code="wrong_table")


def _lines(table: Path, stream: Iterator[str]) -> Iterator[VerdictLine]:
    first = next(stream, "")
    separator, header = _read_header(table, first)
    reader = csv.reader(chain([first], stream), delimiter=separator)
    next(reader, None)
    for row in reader:
        # Spreadsheets write rows of nothing below a table.
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            raise refused(
                message(
                    "{table}, line {number}: has more cells than the first line has names.",
                    table=table,
                    number=reader.line_num,
                )
            )
        said = dict(zip(header, row, strict=False))
        path, verdict = said.get(_PATH, ""), said.get(_VERDICT, "").strip().casefold()
        if verdict not in VERDICTS or not path:
            raise refused(
                message(
                    "{table}, line {number}: needs a path and one of {verdicts}.",
                    table=table,
                    number=reader.line_num,
                    verdicts=", ".join(VERDICTS),
                )
            )
        label = said.get(_LABEL, "").strip()
        if verdict == RELABEL and not label:
            raise refused(
                message(
                    "{table}, line {number}: `relabel` needs a class, in a column `label`.",
                    table=table,
                    number=reader.line_num,
                )
            )
        yield VerdictLine(reader.line_num, path, verdict, label)


def _read_header(table: Path, line: str) -> tuple[str, list[str]]:
    """What separates the cells, and the columns' names in small letters.

    Raises:
        UserError: for a first line that does not name the columns of a table of verdicts, or one
            twice.
    """
    for separator in _SEPARATORS:
        header = [cell.strip().casefold() for cell in next(csv.reader([line], delimiter=separator))]
        if all(name in header for name in _NEEDED):
            break
    else:
        raise _no_header(table, line)
    for name in _COLUMNS:
        if header.count(name) > 1:
            raise refused(message("{table} has two columns `{name}`.", table=table, name=name))
    return separator, header


def _no_header(table: Path, line: str) -> UserError:
    what = message("{table} is empty.", table=table)
    if found := line.strip():
        shown = found if len(found) <= _SHOWN else found[:_SHOWN] + "…"
        what = message(
            "{table} is no table of verdicts: its first line is “{line}”.", table=table, line=shown
        )
    return UserError(
        what,
        message(
            "The first line names the columns path, verdict and perhaps label, separated by commas,"
            " semicolons or tabs. Nothing was changed."
        ),
        code="wrong_table",
    )


def _agreeing(table: Path, lines: list[VerdictLine]) -> list[VerdictLine]:
    found: dict[str, VerdictLine] = {}
    for line in lines:
        first = found.setdefault(line.path, line)
        if _said(first) != _said(line):
            raise refused(
                message(
                    "{table}, lines {first} and {second}: {path} has two verdicts, {one} and"
                    " {other}.",
                    table=table,
                    first=first.number,
                    second=line.number,
                    path=line.path,
                    one=_said(first),
                    other=_said(line),
                )
            )
    return lines


def _said(line: VerdictLine) -> str:
    # A label beside another verdict is no part of it.
    return f"{line.verdict} {line.label}".strip() if line.verdict == RELABEL else line.verdict
