"""Samples whose file has come to hold another picture, and what it held before.

An update or an embedding finds it and leaves it here beside its operation. A decision older than
that was made on the picture of then: it does not stand, and is marked, until somebody looks again.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.store.project import Project
from lnl_gui.util.messages import Message, message, message_n

Replaced = tuple[int, str, str]
"""Row, and the content hash before and after."""
_TABLE = "replaced_picture"
_MOST_OPERATIONS = 1 << 40


@dataclass(frozen=True)
class ReplacedPictures:
    """Every time that the picture of a sample became another one, by sample and then in order."""

    rows: np.ndarray
    """int64 (n,)"""
    operations: np.ndarray
    """int64 (n,), the updates and embeddings that found it"""
    before: np.ndarray
    """S32 (n,)"""
    after: np.ndarray
    """S32 (n,)"""

    def __len__(self) -> int:
        return len(self.rows)

    def _next(self, rows: np.ndarray, operations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each of m operations on a sample the first replacement after it: which have one, bool
        (m,), and its place (m,)."""
        keys = self.rows * _MOST_OPERATIONS + self.operations
        place = np.searchsorted(keys, rows * _MOST_OPERATIONS + operations, side="right")
        inside = np.minimum(place, max(len(self) - 1, 0))
        return (place < len(self)) & (self.rows[inside] == rows), inside

    def _last(self) -> np.ndarray:
        """Which are the last of their samples, bool (n,)."""
        return np.append(self.rows[1:] != self.rows[:-1], True)[: len(self)]

    def is_other(self, rows: np.ndarray, operations: np.ndarray) -> np.ndarray:
        """Whether the sample held another picture when an operation was made, bool (m,).

        Args:
            rows: int64 (m,).
            operations: int64 (m,), one on each.
        """
        if not len(self):
            return np.zeros(len(rows), bool)
        replaced, place = self._next(rows, operations)
        last = np.flatnonzero(self._last())
        now = self.after[last[np.minimum(np.searchsorted(self.rows[last], rows), len(last) - 1)]]
        # A picture that was put back is the one that was judged.
        other: np.ndarray = replaced & (self.before[place] != now)
        return other

    def since(self, operation: int, count: int) -> np.ndarray:
        """Which of N samples held another picture when an operation was the newest, bool (N,)."""
        rows = np.arange(count, dtype=np.int64)
        return self.is_other(rows, np.full(count, operation, np.int64))

    def judged(self, hashes: np.ndarray, rows: np.ndarray, operations: np.ndarray) -> np.ndarray:
        """What the samples held when operations were made, S32 (m,).

        Args:
            hashes: S32 (N,), what all samples hold now.
            rows: int64 (m,).
            operations: int64 (m,), one on each.
        """
        found = hashes[rows]
        if len(self):
            replaced, place = self._next(rows, operations)
            found[replaced] = self.before[place[replaced]]
        return found

    def present(self, hashes: np.ndarray) -> np.ndarray:
        """What the samples hold now, S32 (N,), where they have not been embedded since.

        Args:
            hashes: S32 (N,), what they held when they were embedded.
        """
        last = self._last()
        rows, before, after = self.rows[last], self.before[last], self.after[last]
        embedded = np.zeros(len(rows), "S32")
        known = rows < len(hashes)
        embedded[known] = hashes[rows[known]]
        older = known & (embedded == before)
        found = hashes.copy()
        found[rows[older]] = after[older]
        return found


def record_replaced(
    connection: sqlite3.Connection, operation: int, replaced: Iterable[Replaced]
) -> None:
    """Leave what an update has found, inside its transaction."""
    entries = [(row, operation, before, after) for row, before, after in replaced]
    if not entries:
        return
    # Made by the first update that finds any: other projects do without it, in every format.
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {_TABLE}("
        "sample_id INTEGER NOT NULL REFERENCES sample(id), op_id INTEGER NOT NULL,"
        " before TEXT NOT NULL, after TEXT NOT NULL, PRIMARY KEY(sample_id, op_id))"
    )
    connection.executemany(f"INSERT OR REPLACE INTO {_TABLE} VALUES (?, ?, ?, ?)", entries)


def load_replaced(project: Project, rows: Sequence[int] | None = None) -> ReplacedPictures:
    """All there are, or those of some samples alone."""
    found: list[tuple[int, int, str, str]] = []
    if has_replaced(project):
        named = "" if rows is None else f" WHERE sample_id IN ({', '.join(map(str, rows))})"
        found = project.connection.execute(
            f"SELECT sample_id, op_id, before, after FROM {_TABLE}{named} ORDER BY sample_id, op_id"
        ).fetchall()
    numbers = np.array([entry[:2] for entry in found], np.int64).reshape(-1, 2)
    before, after = (
        np.array([str(entry[at]).encode("ascii", "replace") for entry in found], "S32")
        for at in (2, 3)
    )
    return ReplacedPictures(numbers[:, 0], numbers[:, 1], before, after)


def has_replaced(project: Project) -> bool:
    """Whether the picture of any sample was ever replaced."""
    query = f"SELECT 1 FROM sqlite_master WHERE name = '{_TABLE}'"
    return project.connection.execute(query).fetchone() is not None


LOOK_AGAIN = message(
    "Look again (`lnl-gui review PROJECT list --issue other_picture`), or let the decisions stand"
    " (`lnl-gui review PROJECT confirm`)."
)
"""What to do about decisions that an update has found not to stand any more."""


def not_known_message(count: int, example: str) -> Message:
    """Images that were decided on and never embedded, and whose files were written since.

    Args:
        count: of them.
        example: the path of one.
    """
    return message_n(
        "{count:,} image that was decided on was never embedded, and its file was written since:"
        " whether `{example}` is the same picture as then is not known.",
        "{count:,} images that were decided on were never embedded, and their files were written"
        " since, such as `{example}`: whether they are the same pictures as then is not known.",
        count,
        example=example,
    )


def never_seen_message(count: int, example: str) -> Message:
    """Images that were decided on and never embedded, and of whose files nothing was kept.

    Args:
        count: of them.
        example: the path of one.
    """
    return message_n(
        "{count:,} image that was decided on was never embedded, and nothing was kept of its file:"
        " whether `{example}` is the same picture as then is not known. An update (`lnl-gui update"
        " PROJECT`) or an embedding (`lnl-gui embed PROJECT`) keeps what it is from then on.",
        "{count:,} images that were decided on were never embedded, and nothing was kept of their"
        " files, such as `{example}`: whether they are the same pictures as then is not known. An"
        " update (`lnl-gui update PROJECT`) or an embedding (`lnl-gui embed PROJECT`) keeps what"
        " they are from then on.",
        count,
        example=example,
    )


def not_standing_message(count: int) -> Message:
    """Decisions that were made on other pictures than the ones that are there now."""
    return message_n(
        "{count:,} decision was made on another picture than the one there now; the image counts as"
        " undecided. To look again: `lnl-gui review PROJECT list --issue other_picture`; to let it"
        " stand: `lnl-gui review PROJECT confirm`.",
        "{count:,} decisions were made on other pictures than the ones there now; the images count"
        " as undecided. To look again: `lnl-gui review PROJECT list --issue other_picture`; to let"
        " all stand: `lnl-gui review PROJECT confirm`.",
        count,
    )
