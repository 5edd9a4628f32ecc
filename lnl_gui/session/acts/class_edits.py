"""Editing the classes of an open project; each edit is one operation that undo takes back."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lnl_gui.session.acts.class_hints import MergeHint, merge_hints
from lnl_gui.session.acts.class_words import edit_message
from lnl_gui.session.changes import Changes
from lnl_gui.session.state import SessionState
from lnl_gui.store.dataset.classes import DELETED, LONGEST_NAME, ClassEdit, in_order
from lnl_gui.store.history import journal
from lnl_gui.util.class_names import clean_label, looks_like
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, message_n

ADD, RENAME, MERGE, DELETE, ORDER, COLOUR, KEY, DESCRIBE, NOTE = (
    "add",
    "rename",
    "merge",
    "delete",
    "reorder",
    "colour",
    "key",
    "describe",
    "note",
)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MOST_EXAMPLES = 12
_LONGEST_TEXT = 10_000


class ClassEdits:
    """What a person can do to the classes of an open project.

    Classes are named by their number. All raise `UserError` for a class that is not there, while
    reviewing blind, and where the project cannot be written.

    Args:
        state: of the open project.
    """

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def add(self, name: str) -> Changes:
        """Add a class without samples; one that was deleted comes back with those it had.

        Raises:
            UserError: when the name is empty, cannot be one, or is hardly told from another.
        """
        name = self._free_name(name)
        known = {entry.key: entry for entry in self._state.classes}
        former = known.get(name)
        # Labels in the database stay as written, so that those for its key mean this class again.
        if former is not None and former.into is not None and former.into < 0:
            edits = {name: ClassEdit(name=name, live=True, position=self._end())}
            return self._commit(ADD, edits, {"name": name}, relabels=True)
        key, number = name, 2
        # The key of a class that was renamed or merged stays its own.
        while key in known:
            key, number = f"{name} ({number})", number + 1
        edits = {key: ClassEdit(name=name, added=True, live=True, position=self._end())}
        return self._commit(ADD, edits, {"name": name}, new_keys=(key,))

    def rename(self, class_id: int, name: str) -> Changes:
        """Give a class another name; its samples and verdicts stay its own.

        Raises:
            UserError: when the name cannot be one, or is hardly told from another class's.
        """
        entry, name = self._state.live_class(class_id), self._free_name(name, own=class_id)
        if name == entry.name:
            return Changes()
        return self._commit(
            RENAME, {entry.key: ClassEdit(name=name)}, {"name": entry.name, "to": name}
        )

    def merge(self, class_ids: Sequence[int], into: int) -> Changes:
        """Make classes one: all their samples, verdicts and suggestions are of `into` from now on.

        Raises:
            UserError: when a class would be merged into itself, or none is named.
        """
        target = self._state.live_class(into)
        merged = [self._state.live_class(number) for number in dict.fromkeys(class_ids)]
        if not merged or target in merged:
            raise UserError(message("A class cannot be merged into itself."))
        edits = {entry.key: ClassEdit(into=target.key) for entry in merged}
        names = ", ".join(entry.name for entry in merged)
        return self._commit(MERGE, edits, {"name": names, "to": target.name}, relabels=True)

    def delete(self, class_id: int) -> Changes:
        """Remove a class; its samples have no label then, and verdicts for it are none any more.

        Raises:
            UserError: when it is the last one.
        """
        entry = self._state.live_class(class_id)
        if len(in_order(self._state.classes)) < 2:
            raise UserError(
                message("The last class cannot be deleted."),
                message("Add another one first, or rename it."),
            )
        edits = {entry.key: ClassEdit(into=DELETED)}
        return self._commit(DELETE, edits, {"name": entry.name}, relabels=True)

    def reorder(self, class_ids: Sequence[int]) -> Changes:
        """Put classes in an order; those not named follow as they are."""
        named = [self._state.live_class(number) for number in dict.fromkeys(class_ids)]
        rest = [entry for entry in in_order(self._state.classes) if entry not in named]
        edits = {
            entry.key: ClassEdit(position=at)
            for at, entry in enumerate([*named, *rest])
            if entry.position != at
        }
        return self._commit(ORDER, edits, {}) if edits else Changes()

    def colour(self, class_id: int, colour: str) -> Changes:
        """Give a class a colour, `#rrggbb`.

        Raises:
            UserError: when it is none.
        """
        if not _COLOUR.fullmatch(colour):
            raise UserError(
                message("{colour} is no colour.", colour=colour),
                message("Write it as #rrggbb, such as #0072b2."),
            )
        entry = self._state.live_class(class_id)
        edits = {entry.key: ClassEdit(colour=colour.lower())}
        return self._commit(COLOUR, edits, {"name": entry.name})

    def assign_key(self, class_id: int, key: str) -> Changes:
        """Give a class a key, a digit or letter; whichever had it goes without. "" takes it away.

        Raises:
            UserError: for anything else.
        """
        key = key.strip().upper()
        if key and not re.fullmatch(r"[0-9A-Z]", key):
            raise UserError(
                message("{key} is no key for a class.", key=key),
                message("Use a digit or a letter."),
            )
        entry = self._state.live_class(class_id)
        # Of merged and deleted ones too: one that undo brings back would share its key with this
        # class.
        others = [c for c in self._state.classes if key and c.shortcut == key and c != entry]
        edits = {other.key: ClassEdit(shortcut="") for other in others}
        edits[entry.key] = ClassEdit(shortcut=key)
        return self._commit(KEY, edits, {"name": entry.name, "to": key})

    def describe(
        self, class_id: int, text: str | None = None, *, rows: np.ndarray | None = None
    ) -> Changes:
        """Say what belongs to a class, with samples that show it.

        Args:
            class_id: the class.
            text: the description; None leaves it.
            rows: int64 (n,), the examples; None leaves them.

        Raises:
            UserError: when the text is too long, or there are too many examples.
        """
        entry = self._state.live_class(class_id)
        examples = None
        if rows is not None:
            if len(rows) > _MOST_EXAMPLES:
                raise UserError(
                    message("At most {count} images can show a class.", count=_MOST_EXAMPLES)
                )
            examples = tuple(self._state.columns.paths[int(row)] for row in rows)
        description = None if text is None else _checked_text(text)
        edits = {entry.key: ClassEdit(description=description, examples=examples)}
        return self._commit(DESCRIBE, edits, {"name": entry.name})

    def note(self, class_id: int, text: str) -> Changes:
        """Leave a note on a class for those who review.

        Raises:
            UserError: when the text is too long.
        """
        entry = self._state.live_class(class_id)
        edits = {entry.key: ClassEdit(note=_checked_text(text))}
        return self._commit(NOTE, edits, {"name": entry.name})

    def sizes(self) -> tuple[np.ndarray, np.ndarray]:
        """Readable samples by class as given and as current, int64 (C,) each."""
        columns, count = self._state.columns, len(self._state.classes)
        return (
            np.bincount(columns.given[columns.readable & (columns.given >= 0)], minlength=count),
            np.bincount(
                columns.current[columns.readable & (columns.current >= 0)], minlength=count
            ),
        )

    def hints(self) -> list[MergeHint]:
        """Classes that may be worth merging, with the evidence."""
        return merge_hints(self._state)

    # What all of them share

    def _end(self) -> int:
        return max((entry.position for entry in self._state.classes), default=-1) + 1

    def _free_name(self, text: str, *, own: int | None = None) -> str:
        """A name as it is kept.

        Raises:
            UserError: when it cannot be one, or people would take it for another class's.
        """
        name = clean_label(text)
        _check_name(name)
        for entry in in_order(self._state.classes):
            if entry.id == own:
                continue
            if entry.name == name:
                raise UserError(message("There is a class called {name} already.", name=name))
            if looks_like(entry.name).casefold() == looks_like(name).casefold():
                raise UserError(
                    message(
                        "{name} differs from the class {other} in capitals or in ways that one"
                        " cannot see.",
                        name=name,
                        other=entry.name,
                    ),
                    message("Use that class, or another name."),
                )
        return name

    def _commit(
        self,
        action: str,
        edits: Mapping[str, ClassEdit],
        params: Mapping[str, Any],
        *,
        new_keys: Sequence[str] = (),
        relabels: bool = False,
    ) -> Changes:
        if self._state.blind:
            raise UserError(message("Classes are edited once nobody works blind any more."))
        values = {"action": action, **params}
        journal.append_class_edit(
            self._state.project, edits, values, reviewer=self._state.reviewer, new_keys=new_keys
        )
        rows = self._state.reload_classes()
        self._state.note_reviewer(self._state.reviewer)
        text = edit_message(values)
        if not relabels:
            return Changes(classes=True, text=text)
        left = message_n(
            "{done}; {count:,} sample has another label",
            "{done}; {count:,} samples have another label",
            len(rows),
            done=text,
        )
        if action == DELETE:
            left = message_n(
                "{done}; {count:,} sample has no label now",
                "{done}; {count:,} samples have no label now",
                len(rows),
                done=text,
            )
        return Changes(labels=True, scores=True, classes=True, rows=rows, text=left)


_NO_SIGNS = ("Cc", "Zl", "Zp", "Cs", "Co")
"""Not what is unassigned: which characters are depends on the version of Python."""


def _check_name(name: str) -> None:
    reason = None
    if not name:
        reason = message("A class needs a name.")
    elif len(name) > LONGEST_NAME:
        reason = message("The name of a class has at most {count} characters.", count=LONGEST_NAME)
    # The last two code points of a plane are unassigned for good; XML readers refuse U+FFFE and
    # U+FFFF.
    elif any(unicodedata.category(c) in _NO_SIGNS or ord(c) & 0xFFFE == 0xFFFE for c in name):
        reason = message("The name of a class is one line of letters, digits and signs.")
    elif "/" in name and any(part.strip(" .") == "" for part in name.split("/")):
        # Slashes make folders of an export, and are read back as the hierarchy they are.
        reason = message("Every part of {name} between slashes needs a name.", name=name)
    if reason is not None:
        raise UserError(reason, message("Nothing was changed."), code="bad_name")


def _checked_text(text: str) -> str:
    text = text.strip()
    if len(text) > _LONGEST_TEXT:
        raise UserError(
            message("The text has more than {count:,} characters.", count=_LONGEST_TEXT)
        )
    return text
