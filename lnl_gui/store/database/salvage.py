"""What can still be read of a damaged database, in a new one.

Tables are read row by row, by ever smaller ranges where a page is damaged. Samples that are lost
come back from the cached columns, verdicts from the state as it was and from the automatic backups.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnl_gui.store.database import schema
from lnl_gui.store.database.connection import connect
from lnl_gui.store.database.integrity import broken_rules
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_HIGHEST = 2**62
_FEW = 64
Row = tuple[Any, ...]


@dataclass(frozen=True)
class SalvagedTable:
    """One table of the database and how its rows are found."""

    name: str
    key: str
    """a column of integers to read ranges by; empty where all of a table is read at once"""
    needed: bool = False
    """whether a project cannot be without it"""


TABLES = (
    SalvagedTable("meta", "", needed=True),
    SalvagedTable("class", "id", needed=True),
    SalvagedTable("split", "id"),
    SalvagedTable("sample", "id", needed=True),
    SalvagedTable("skipped", "rowid"),
    SalvagedTable("op", "id"),
    SalvagedTable("op_change", "op_id"),
    SalvagedTable("current", "sample_id"),
    SalvagedTable("run", "rowid"),
    SalvagedTable("artifact", ""),
    SalvagedTable("view", ""),
    SalvagedTable("audit", "id"),
    SalvagedTable("audit_sample", "audit_id"),
    SalvagedTable("source_state", "sample_id"),
    SalvagedTable("replaced_picture", "sample_id"),
)
"""In an order in which each refers to those before it."""


@dataclass(frozen=True)
class Salvaged:
    """How many rows of a table came over, and in how many places some could not be read."""

    rows: dict[str, int]
    gaps: dict[str, int]


def salvage(damaged: Path, target: Path, *, samples: Callable[[], Iterator[Row]]) -> Salvaged:
    """Write a new database with what can be read of a damaged one.

    Args:
        damaged: the database; only read.
        target: the new one; must not exist.
        samples: (id, path, given or None, split, file or None) as they are known from elsewhere,
            for those that cannot be read.

    Raises:
        UserError: when classes or samples cannot be had from anywhere.
        OSError, sqlite3.Error: when the new one cannot be written.
    """
    rows: dict[str, int] = {}
    gaps: dict[str, int] = {}
    with closing(connect(target, read_only=False)) as made:
        made.execute("PRAGMA foreign_keys = OFF")
        with made:
            schema.create_tables(made)
        with suppress(sqlite3.DatabaseError), closing(_reader(damaged)) as source:
            for table in TABLES:
                rows[table.name], gaps[table.name] = _copy(source, made, table)
        with made:
            _restore_samples(made, samples)
            _drop_what_leads_nowhere(made)
        found = broken_rules(made)
        if found:
            raise UserError(
                message(
                    "{database} cannot be salvaged: {found}.", database=damaged, found=found[0]
                ),
                message(
                    "Import the dataset again, and replay the newest file in {folder}.",
                    folder=damaged.parent / "backups",
                ),
                code="damaged",
            )
        made.execute("PRAGMA foreign_keys = ON")
    return Salvaged(rows, gaps)


def _reader(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    # Text of damaged pages need not be UTF-8.
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _copy(
    source: sqlite3.Connection, made: sqlite3.Connection, table: SalvagedTable
) -> tuple[int, int]:
    """Rows that came over, and gaps."""
    columns = [row[1] for row in made.execute(f"PRAGMA table_info({table.name})")]
    try:
        there = {row[1] for row in source.execute(f"PRAGMA table_info({table.name})")}
    except sqlite3.DatabaseError:
        there = set()
    if not columns and there:
        # Made by the first update of a dataset alone.
        sql = source.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table.name,)
        ).fetchone()
        made.execute(sql[0])
        columns = [row[1] for row in made.execute(f"PRAGMA table_info({table.name})")]
    names = [name for name in columns if name in there]
    if not names:
        return 0, int(bool(columns) and table.needed)
    if table.key == "rowid":
        # The order of runs is that of their row numbers.
        names = ["rowid", *names]
    reading = _Reading(source, table, ", ".join(names))
    statement = (
        f"INSERT OR IGNORE INTO {table.name}({', '.join(names)})"
        f" VALUES ({', '.join('?' * len(names))})"
    )
    count = 0
    with made:
        for row in reading.rows():
            with suppress(sqlite3.IntegrityError, UnicodeEncodeError):
                count += made.execute(statement, row).rowcount
    return count, reading.gaps


class _Reading:
    """Reads a table by ranges of its key, and counts what could not be read."""

    def __init__(self, source: sqlite3.Connection, table: SalvagedTable, names: str) -> None:
        self._source, self._table, self._names = source, table, names
        self.gaps = 0

    def rows(self) -> Iterator[Row]:
        if not self._table.key:
            yield from self._all()
            return
        yield from self._between(*self._extent())

    def _extent(self) -> tuple[int, int]:
        key = self._table.key
        low, high = 0, _HIGHEST
        with suppress(sqlite3.DatabaseError, TypeError):
            found = self._source.execute(
                f"SELECT min({key}), max({key}) FROM {self._table.name}"
            ).fetchone()
            if found[0] is None:
                return 0, -1
            low, high = int(found[0]), int(found[1])
        return low, high

    def _all(self) -> Iterator[Row]:
        try:
            # Already asking for the rows reads the first of them.
            yield from self._source.execute(f"SELECT {self._names} FROM {self._table.name}")
        except sqlite3.DatabaseError:
            self.gaps += 1

    def _between(self, low: int, high: int) -> Iterator[Row]:
        """Rows of a range; where one fails, the two halves, down to a single key."""
        key, table = self._table.key, self._table.name
        waiting = [(low, high)]
        while waiting:
            start, end = waiting.pop()
            if start > end:
                continue
            try:
                yield from self._source.execute(
                    f"SELECT {self._names} FROM {table} WHERE {key} BETWEEN ? AND ?", (start, end)
                ).fetchall()
            except sqlite3.DatabaseError:
                if start == end or self.gaps > _FEW * 1000:
                    self.gaps += 1
                    continue
                middle = (start + end) // 2
                waiting += [(middle + 1, end), (start, middle)]


def _restore_samples(made: sqlite3.Connection, samples: Callable[[], Iterator[Row]]) -> None:
    made.executemany(
        "INSERT OR IGNORE INTO sample(id, path, given, split, file) VALUES (?, ?, ?, ?, ?)",
        samples(),
    )


def _drop_what_leads_nowhere(made: sqlite3.Connection) -> None:
    """Remove rows that name what did not come over."""
    samples = "(SELECT id FROM sample)"
    classes = "(SELECT count(*) FROM class)"
    for statement in (
        "DELETE FROM op WHERE typeof(params) <> 'text' OR typeof(kind) <> 'text'"
        " OR typeof(time) NOT IN ('real', 'integer') OR typeof(reviewer) <> 'text'",
        "UPDATE op SET undone = 0 WHERE undone NOT IN (0, 1)",
        "UPDATE op SET guid = lower(hex(randomblob(16))) WHERE typeof(guid) <> 'text'",
        "DELETE FROM op_change WHERE op_id NOT IN (SELECT id FROM op)"
        f" OR sample_id NOT IN {samples} OR old_label NOT BETWEEN -1 AND {classes} - 1"
        f" OR new_label NOT BETWEEN -1 AND {classes} - 1"
        " OR old_status NOT BETWEEN 0 AND 5 OR new_status NOT BETWEEN 0 AND 5",
        f"DELETE FROM current WHERE sample_id NOT IN {samples}"
        f" OR label NOT BETWEEN 0 AND {classes} - 1 OR status NOT BETWEEN 0 AND 5",
        "DELETE FROM artifact WHERE run_id NOT IN (SELECT id FROM run)",
        f"DELETE FROM audit_sample WHERE audit_id NOT IN (SELECT id FROM audit)"
        f" OR sample_id NOT IN {samples}",
    ):
        made.execute(statement)
