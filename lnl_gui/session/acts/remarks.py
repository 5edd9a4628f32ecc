"""Notes, tags and second labels that a person gives samples, each with undo."""

import unicodedata
from collections.abc import Iterable
from typing import Any

import numpy as np

from lnl_gui.session.acts.operation_text import operation_message
from lnl_gui.session.changes import Changes
from lnl_gui.session.samples.columns import Row
from lnl_gui.session.samples.selection import distinct
from lnl_gui.session.state import SessionState
from lnl_gui.store.history import journal
from lnl_gui.store.history.journal import Change
from lnl_gui.store.history.remarks import ALSO, NOT_ALSO, NOTE, TAG, UNTAG, Remarks, recorded
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

LONGEST_NOTE, LONGEST_TAG = 4_000, 60


class SampleRemarks:
    """What people have said of samples of an open project.

    `rows` are int64 (n,). All raise `UserError` where the project cannot be written.

    Args:
        state: of the open project.
    """

    def __init__(self, state: SessionState) -> None:
        self._state = state

    @property
    def all(self) -> Remarks:
        """Everything that is in force."""
        return self._state.derived.remarks

    def notes_of(self, row: Row) -> dict[str, str]:
        """The notes on a sample by reviewer; blind, one's own alone."""
        found = dict(self.all.notes.get(int(row), {}))
        if self._state.blind:
            return {who: text for who, text in found.items() if who == self._state.reviewer}
        return found

    def tags_of(self, row: Row) -> list[str]:
        """The tags of a sample, in alphabetical order."""
        return self.all.tags_of(int(row))

    def also_of(self, row: Row) -> tuple[int, ...]:
        """Ids of classes that a sample shows beside its label."""
        return self.all.also.get(int(row), ())

    def tag_names(self) -> list[str]:
        """All tags, in alphabetical order."""
        return sorted(self.all.tags)

    def note(self, rows: np.ndarray, text: str) -> Changes:
        """Leave a note on `rows` int64 (n,), in place of one's own earlier one; "" takes it away.

        Raises:
            UserError: when it is too long.
        """
        return self.say(rows, note=text)

    def tag(self, rows: np.ndarray, name: str) -> Changes:
        """Add a tag to `rows` int64 (n,).

        Raises:
            UserError: when the name is empty or too long, or not one line.
        """
        return self.say(rows, tags=(name,))

    def untag(self, rows: np.ndarray, name: str) -> Changes:
        """Take a tag off `rows` int64 (n,).

        Raises:
            UserError: when no sample has it.
        """
        return self.say(rows, untags=(name,))

    def also(self, rows: np.ndarray, class_id: int, *, there: bool = True) -> Changes:
        """Say that `rows` int64 (n,) show a second class beside their label, or that they do not.

        Raises:
            UserError: when there is no such class.
        """
        if there:
            return self.say(rows, also=(class_id,))
        return self.say(rows, not_also=(class_id,))

    def say(
        self,
        rows: np.ndarray,
        *,
        note: str | None = None,
        tags: Iterable[str] = (),
        untags: Iterable[str] = (),
        also: Iterable[int] = (),
        not_also: Iterable[int] = (),
    ) -> Changes:
        """Say several things of `rows` int64 (n,) in one step of undo: all of them, or none.

        Args:
            rows: the samples.
            note: in place of one's own earlier one, "" takes it away; None leaves it.
            tags: to add.
            untags: to take off.
            also: ids of classes that they show beside their label.
            not_also: ids of classes that they do not.

        Raises:
            UserError: as of `note`, `tag`, `untag` and `also`.
        """
        said = [] if note is None else [(NOTE, _note_text(note))]
        said += [(TAG, _tag_name(name)) for name in tags]
        said += [(UNTAG, self._known_tag(name)) for name in untags]
        # By its key: a class that is renamed stays the one that was meant.
        said += [(ALSO, self._state.live_class(number).key) for number in also]
        said += [(NOT_ALSO, self._state.live_class(number).key) for number in not_also]
        return self._commit(recorded(said), rows) if said else Changes()

    def _known_tag(self, name: str) -> str:
        name = _tag_name(name)
        if name not in self.all.tags:
            raise UserError(message("No sample has the tag {name}.", name=name))
        return name

    def _commit(self, said: dict[str, Any], rows: np.ndarray) -> Changes:
        rows = distinct(np.asarray(rows, np.int64))
        if not len(rows):
            return Changes()
        label, status = self._state.columns.current[rows], self._state.columns.status[rows]
        # It decides nothing, yet is kept, merged and undone as an operation: nothing before differs
        # from after.
        change = Change(rows, label, label, status, status)
        params = {**said, "count": len(rows)}
        journal.append(self._state.project, journal.REMARK, params, change, self._state.reviewer)
        self._state.derived.forget_remarks()
        return Changes(remarks=True, rows=rows, text=operation_message(journal.REMARK, params))


def _note_text(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_NOTE:
        raise UserError(message("The text has more than {count:,} characters.", count=LONGEST_NOTE))
    return text


def _tag_name(text: str) -> str:
    name = clean_label(text)
    odd = any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in name)
    if not name or len(name) > LONGEST_TAG or odd:
        raise UserError(
            message("A tag is one line of at most {count} characters.", count=LONGEST_TAG),
            message("Nothing was changed."),
        )
    return name
