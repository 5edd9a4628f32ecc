"""A table of verdicts: read as it stands, and refused where it contradicts itself."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.session.verdicts import KINDS as VERDICTS
from lnl_gui.session.verdicts import RELABEL
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_COLUMNS = ("path", "verdict", "label")


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
        table: with the columns `path`, `verdict` and perhaps `label`.

    Raises:
        UserError: when it cannot be read, a row is not a verdict, or two contradict each other.
    """
    try:
        # Excel begins UTF-8 files with a byte order mark, which would become part of the first
        # column's name.
        with table.open(encoding="utf-8-sig", newline="") as stream:
            return _agreeing(table, list(_lines(table, stream)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            message(
                "{table} could not be read: {reason}.",
                table=table,
                reason=getattr(error, "strerror", None) or str(error),
            )
        ) from error


def refused(reason: Message) -> UserError:
    """That a table is not applied, for a reason.

    Args:
        reason: with the file and the line.
    """
    return UserError(reason, message("Nothing was changed."), code="wrong_table")


def _lines(table: Path, stream: Iterator[str]) -> Iterator[VerdictLine]:
    reader = csv.reader(stream)
    header = [cell.strip() for cell in next(reader, [])]
    for name in _COLUMNS:
        if header.count(name) > 1:
            raise refused(message("{table} has two columns `{name}`.", table=table, name=name))
    for row in reader:
        if not row:
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
        path, verdict = said.get("path", ""), said.get("verdict", "").strip()
        if verdict not in VERDICTS or not path:
            raise refused(
                message(
                    "{table}, line {number}: needs a path and one of {verdicts}.",
                    table=table,
                    number=reader.line_num,
                    verdicts=", ".join(VERDICTS),
                )
            )
        yield VerdictLine(reader.line_num, path, verdict, said.get("label", "").strip())


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
