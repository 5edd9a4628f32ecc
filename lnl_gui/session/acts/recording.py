"""What records verdicts in the journal, and takes them back or gives them again."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lnl_gui.session.acts import verdicts
from lnl_gui.session.acts.backup_thread import BackupThread
from lnl_gui.session.acts.operation_text import operation_message, recorded_message
from lnl_gui.session.acts.rescue import Rescue
from lnl_gui.session.changes import Changes
from lnl_gui.session.state import SessionState
from lnl_gui.store.database.connection import GONE
from lnl_gui.store.dataset.classes import EDIT
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.history import journal
from lnl_gui.store.history.journal import Change
from lnl_gui.store.history.looked_at import (
    ASKED_OF,
    HIDDEN,
    ONE_BY_ONE,
    REASONS_HIDDEN,
    SHOWN,
    TAKES_OVER,
    is_looked_at,
    looked_at,
    reasons_seen,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n


class Recording:
    """Verdicts of an open project as they are given: each is on disk when its method returns.

    Args:
        state: of the open project.
        rescue: keeps what can no longer be saved.
        shows_images: whoever decides has the images before their eyes, as in the window; False
            where they are named unseen, as on the command line; None where that is not known.
    """

    def __init__(self, state: SessionState, rescue: Rescue, *, shows_images: bool | None) -> None:
        self._state = state
        self._rescue = rescue
        self._shows_images = shows_images
        self.reasons_hidden: bool | None = None
        """Whether whoever decides is kept from what the detectors think; None where not known."""
        self._backups = BackupThread(state.project)

    def close(self) -> None:
        """Back up what was decided."""
        self._backups.close()

    def record(
        self,
        kind: str,
        change: Change,
        params: Mapping[str, str] | None = None,
        *,
        reviewer: str = "",
        one_by_one: bool = False,
    ) -> Changes:
        """Record a verdict, and show it in the columns; one that changes nothing is none.

        Args:
            kind: of operation.
            change: what it does.
            params: what else the journal keeps of it, by name.
            reviewer: who has decided so, elsewhere; by default the session's.
            one_by_one: each was decided by itself elsewhere, so that many are no bulk verdict.

        Raises:
            UserError: when the project cannot be written.
        """
        asked = len(change.rows)
        told: dict[str, Any] = dict(params or {})
        if one_by_one:
            told[ONE_BY_ONE] = True
        change = change.of(change.alters | self._confirms(kind, told, change))
        # An operation that changes nothing would be an undo step that does nothing.
        if len(change.rows) == 0:
            return Changes()
        told["count"] = len(change.rows)
        if asked > len(change.rows):
            told[ASKED_OF] = asked
        if kind in TAKES_OVER and asked > 1:
            told[SHOWN] = bool(self._shows_images)
        elif self._named_unseen(kind, asked) and not one_by_one:
            # Whoever names many at once has seen none; the lines of a table may be a person's.
            told[SHOWN] = False
        # What was decided elsewhere was decided by what was to be seen there.
        here = kind in verdicts.KINDS and not (one_by_one or reviewer)
        if here and self.reasons_hidden is not None:
            told[REASONS_HIDDEN] = self.reasons_hidden
        recorded = (kind, told)
        if self._state.blind:
            recorded = (journal.OPINION, {**told, "verdict": kind})
        try:
            journal.append(self._state.project, *recorded, change, reviewer or self._state.reviewer)
        except UserError as error:
            if error.code == GONE:
                self._rescue.keep(*recorded, change)
            raise
        self._backups.note_verdict()
        # After the journal: when the write fails the columns must still show what is on disk.
        self._state.note_reviewer(reviewer or self._state.reviewer)
        self._state.apply(change, time.time())
        return Changes(labels=True, rows=change.rows, text=operation_message(kind, told))

    def record_part(
        self, kind: str, change: Change, rows: np.ndarray, *, one_by_one: bool = False
    ) -> Changes:
        """Record what a verdict does to some samples, and say how many were left.

        Args:
            kind: of operation.
            change: of those it changes.
            rows: (n,) int64, all that were asked for.
            one_by_one: each was decided by itself elsewhere.
        """
        done = self.record(kind, change, one_by_one=one_by_one)
        left = len(rows) - len(change.rows)
        if not left:
            return done
        if kind == verdicts.ACCEPT:
            text = message_n(
                "{done}; {count:,} without a suggestion was left as it is",
                "{done}; {count:,} without a suggestion were left as they are",
                left,
                done=done.text,
            )
        else:
            text = message_n(
                "{done}; {count:,} without a label was left as it is",
                "{done}; {count:,} without a label were left as they are",
                left,
                done=done.text,
            )
        return replace(done, text=text)

    def undo(self) -> Changes | None:
        """Undo the newest operation, also one of an earlier session; blind, one's own newest.

        Returns None when there is nothing to undo.
        """
        found = journal.undo(self._state.project, self._state.reviewer, opinions=self._state.blind)
        return self._after_reversal(found, undone=True)

    def redo(self) -> Changes | None:
        """Redo what was undone last; None when there is nothing to redo."""
        found = journal.redo(self._state.project, self._state.reviewer, opinions=self._state.blind)
        return self._after_reversal(found, undone=False)

    def undo_text(self) -> Message | None:
        """The operation that `undo` would take back, in words; None for none."""
        operation = journal.undoable(self._state.project, opinions_of=self._opinions_of)
        return recorded_message(operation) if operation else None

    def newest_operation(self) -> int | None:
        """The number of the operation that `undo` would take back; None for none."""
        operation = journal.undoable(self._state.project, opinions_of=self._opinions_of)
        return operation.id if operation else None

    def redo_text(self) -> Message | None:
        """The operation that `redo` would do again, in words; None for none."""
        operation = journal.redoable(self._state.project, opinions_of=self._opinions_of)
        return recorded_message(operation) if operation else None

    @property
    def _opinions_of(self) -> str | None:
        return self._state.reviewer if self._state.blind else None

    def _named_unseen(self, kind: str, asked: int) -> bool:
        """Whether a command gives one verdict on several samples."""
        return kind in verdicts.KINDS and asked > 1 and self._shows_images is False

    def _confirms(self, kind: str, params: dict[str, Any], change: Change) -> np.ndarray:
        """Where a verdict says something although it changes nothing, bool (n,).

        It settles what reviewers disagree on, or is the first on the picture that is there now, or
        with a look at the sample, where many were decided at once, or without what the detectors
        think in sight.
        """
        says = np.zeros(len(change.rows), bool)
        same = np.flatnonzero(~change.alters)
        if self._state.blind or not len(same):
            return says
        rows = change.rows[same]
        says[same] = self._state.derived.disagreement[rows]
        # To have none is a decision as well, where there was one on another picture.
        says[same] |= self._state.columns.other_picture[rows]
        if is_looked_at(kind, params, len(change.rows)):
            seen = looked_at(self._state.project, rows)
            decided = change.new_status[same] != UNSEEN
            says[same] |= decided & ~seen
            if self.reasons_hidden:
                # To come to the same without what the detectors think is more than with it.
                says[same] |= decided & (reasons_seen(self._state.project, rows) != HIDDEN)
        return says

    def _after_reversal(
        self, found: tuple[journal.Operation, Change] | None, *, undone: bool
    ) -> Changes | None:
        if found is None:
            return None
        operation, change = found
        self._backups.note_verdict()
        remark = operation.kind == journal.REMARK
        if remark:
            self._state.derived.forget_remarks()
        # An undo may take back a reviewer's only verdict.
        self._state.recheck_reviewer(operation.reviewer)
        if not remark:
            self._state.apply(change, time.time())
        # Perhaps all is again as it was when the model was trained.
        self._state.age.forget()
        done = recorded_message(operation)
        edited = operation.kind == EDIT
        rows = self._state.reload_classes() if edited else change.rows
        text = (
            message("Undid: {done}", done=done) if undone else message("Redid: {done}", done=done)
        )
        return Changes(
            labels=not remark,
            scores=edited,
            classes=edited,
            remarks=remark,
            rows=rows,
            text=text,
            reversal=True,
        )
