"""Verdicts that could not be saved in their project, because it is gone, kept to save elsewhere."""

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.session.state import SessionState
from lnl_gui.store.dataset.samples import STATUS_NAMES, UNSEEN
from lnl_gui.store.history.journal import OPINION, Change
from lnl_gui.store.history.journal_file import journal_lines, operation_line, write_lines
from lnl_gui.store.history.pack_format import PACK_OF
from lnl_gui.store.history.picture_hashes import picture_hashes
from lnl_gui.store.history.replayed_state import SALVAGED


@dataclass(frozen=True)
class _Unsaved:
    kind: str
    params: dict[str, Any]
    change: Change
    reviewer: str
    time: float


class Rescue:
    """What a session whose project has vanished can still put into a file.

    Args:
        state: of the open project.
    """

    def __init__(self, state: SessionState) -> None:
        self._state = state
        # Read while it can be: once verdicts need saving the database is gone.
        self._uuid = state.project.meta("uuid")
        packed = bool(state.project.meta(PACK_OF))
        self._packed = picture_hashes(state.project, len(state.columns.paths)) if packed else None
        self._unsaved: list[_Unsaved] = []

    def keep(self, kind: str, params: dict[str, Any], change: Change) -> None:
        """Keep a verdict that could not be saved."""
        reviewer = self._state.reviewer
        self._unsaved.append(_Unsaved(kind, params, change, reviewer, time.time()))

    @property
    def unsaved(self) -> int:
        """How many operations were not saved."""
        return len(self._unsaved)

    def save(self, target: Path) -> int:
        """Write all verdicts as a journal, those that were not saved included.

        It is replayed on a copy of the project, or on a new import of the same images.

        Returns:
            the number of operations.

        Raises:
            UserError: when the file cannot be written.
        """
        try:
            # As a list: a drive that goes half way must raise here and not while the file is
            # written.
            before = list(journal_lines(self._state.project))
        except (OSError, sqlite3.Error):
            # A drive that is out of reach: what the window shows is all there is.
            before = list(self._shown())
        lines = chain(before, (self._line(entry) for entry in self._unsaved))
        count = write_lines(target, lines, project=self._uuid)
        # Only now: a target that cannot be written must not cost what it was to save.
        self._unsaved.clear()
        return count

    def _line(self, entry: _Unsaved) -> bytes:
        changes = self._changes(entry.change)
        return operation_line(entry.kind, entry.params, entry.reviewer, entry.time, changes)

    def _shown(self) -> Iterator[bytes]:
        """The present state as one operation a status."""
        columns = self._state.columns
        for status in range(UNSEEN + 1, len(STATUS_NAMES)):
            rows = np.flatnonzero(columns.status == status)
            if len(rows):
                change = Change(
                    rows,
                    columns.given[rows],
                    columns.current[rows],
                    np.zeros(len(rows), np.uint8),
                    columns.status[rows],
                )
                params = {"count": len(rows)}
                kind = OPINION if self._state.blind else SALVAGED
                reviewer = self._state.reviewer
                yield operation_line(kind, params, reviewer, time.time(), self._changes(change))

    def _changes(self, change: Change) -> list[tuple[str, ...]]:
        columns = self._state.columns
        # The last one is what -1, no label, picks.
        names = [*(entry.key for entry in self._state.classes), ""]
        hashes = columns.content_hash if self._packed is None else self._packed
        return [
            (
                columns.paths[row],
                hashes[row].decode("ascii", "replace"),
                names[old],
                names[new],
                STATUS_NAMES[before],
                STATUS_NAMES[after],
            )
            for row, old, new, before, after in zip(
                change.rows.tolist(),
                change.old_label.tolist(),
                change.new_label.tolist(),
                change.old_status.tolist(),
                change.new_status.tolist(),
                strict=True,
            )
        ]
