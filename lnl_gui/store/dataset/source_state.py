"""What the dataset's source says of samples today, where that is not what was imported.

An update of the dataset leaves it: a label that the source has changed since, and samples that are
no longer there. The given label itself never changes, and a sample is never removed.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lnl_gui.store.project import Project
from lnl_gui.util.messages import Message, message

UPDATED, SAMPLES_CHANGED = "updated", "samples_changed"
"""Keys of the header: when the dataset was last updated or found elsewhere, and when it last got
new images or other pixels, in seconds since the epoch."""
UPDATED_BY, CHANGED_BY = "last_update", "samples_changed_by"
"""Keys of the header: the runs that did so, whose order no clock can change."""
MISSING, UNLISTED, REFUSED = "missing", "unlisted", "refused"
GONE_REASONS = {
    MISSING: message("the file is missing since the dataset was last read"),
    UNLISTED: message("the dataset no longer lists this image"),
    REFUSED: message("its folder could not be read when the dataset was last read"),
}
"""Why a sample cannot be used, by how it left the dataset."""
NO_LABEL, UNCHANGED = -1, -2
"""Source labels: the source gives none any more, or says what it said at the import."""


@dataclass(frozen=True)
class SourceState:
    """Samples about which the source says something else than at the import."""

    labels: dict[int, int]
    """row -> class id that the source gives it now, -1 where it gives none any more"""
    gone: dict[int, str]
    """row -> `MISSING`, `UNLISTED` or `REFUSED`"""

    def source_labels(self, count: int) -> np.ndarray:
        """int32 (count,): the changed label, `NO_LABEL`, or `UNCHANGED`."""
        found = np.full(count, UNCHANGED, np.int32)
        found[list(self.labels)] = list(self.labels.values())
        return found


def load_source_state(project: Project) -> SourceState:
    """Both kinds of change; empty for a project that was never updated."""
    if not has_source_state(project.connection):
        return SourceState({}, {})
    rows = project.connection.execute("SELECT sample_id, label, gone FROM source_state").fetchall()
    return SourceState(
        {row: label for row, label, _ in rows if label is not None},
        {row: gone for row, _, gone in rows if gone in GONE_REASONS},
    )


def replace_source_state(connection: sqlite3.Connection, state: SourceState) -> None:
    """Replace all that is recorded, inside a transaction."""
    # Made by the first update: projects that are never updated do without it, in every format.
    connection.execute(
        "CREATE TABLE IF NOT EXISTS source_state("
        "sample_id INTEGER PRIMARY KEY REFERENCES sample(id), label INTEGER, gone TEXT)"
    )
    connection.execute("DELETE FROM source_state")
    connection.executemany("INSERT INTO source_state VALUES (?, ?, ?)", _rows(state))


def has_source_state(connection: sqlite3.Connection) -> bool:
    """Whether the project was ever updated."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'source_state'")
    return found.fetchone() is not None


def gone_reason(kind: str) -> Message:
    """In words, how a sample left the dataset."""
    return GONE_REASONS[kind]


def _rows(state: SourceState) -> Iterable[tuple[int, int | None, str | None]]:
    for row in sorted({*state.labels, *state.gone}):
        yield row, state.labels.get(row), state.gone.get(row)
