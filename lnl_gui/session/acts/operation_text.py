"""Operations of the journal in words, as undo and the notices call them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lnl_gui.session.acts.class_words import edit_message
from lnl_gui.session.acts.verdicts import (
    ACCEPT,
    ADOPT,
    ASK,
    CONFIRM,
    EXCLUDE,
    KEEP,
    KEEP_ONE,
    RELABEL,
    RESET,
    TAKE_SOURCE,
    UNSURE_VERDICT,
)
from lnl_gui.store.dataset.classes import EDIT
from lnl_gui.store.history.journal import REMARK, Operation
from lnl_gui.store.history.remarks import ALSO, NOT_ALSO, NOTE, TAG, UNTAG, said_in
from lnl_gui.util.messages import Message, joined, message, message_n

_PAST = {
    ACCEPT: message("Accepted the suggestion for {samples}"),
    KEEP: message("Kept the label of {samples}"),
    EXCLUDE: message("Excluded {samples}"),
    UNSURE_VERDICT: message("Marked as unsure {samples}"),
    ASK: message("Asked a colleague about {samples}"),
    RESET: message("Reset {samples}"),
    KEEP_ONE: message("Kept one and excluded the rest of {samples}"),
    TAKE_SOURCE: message("Took over the dataset's new label of {samples}"),
    ADOPT: message("Adopted the opinions on {samples}"),
    CONFIRM: message("Let decisions stand for the pictures that are there now: {samples}"),
}


def operation_message(kind: str, params: dict[str, Any]) -> Message:
    """What an operation of one kind does, from its recorded parameters."""
    if kind == EDIT:
        return edit_message(params)
    if kind == REMARK:
        return _remark(params)
    samples = _samples(params)
    if kind == RELABEL:
        name = str(params.get("class", "?"))
        return message("Relabelled {samples} as {name}", samples=samples, name=name)
    past = _PAST.get(kind, Message("{kind} {samples}", (("kind", kind),)))
    return past.with_fields(samples=samples)


_NO_NOTE = "no_note"
_REMARKS = {
    NOTE: message("Left a note on {samples}"),
    _NO_NOTE: message("Took the note off {samples}"),
    TAG: message("Tagged {samples} as {value}"),
    UNTAG: message("Took the tag {value} off {samples}"),
    ALSO: message("Gave {samples} the second label {value}"),
    NOT_ALSO: message("Took the second label {value} off {samples}"),
}


_AMONG_OTHERS = {
    NOTE: message("a note"),
    _NO_NOTE: message("no longer a note"),
    TAG: message("the tag {value}"),
    UNTAG: message("no longer the tag {value}"),
    ALSO: message("the second label {value}"),
    NOT_ALSO: message("no longer the second label {value}"),
}


def _remark(params: dict[str, Any]) -> Message:
    said, samples = said_in(params), _samples(params)
    if not said:
        # Damaged: as much as it still tells.
        done = _REMARKS.get(str(params.get("action")), message("Said something of {samples}"))
        return done.with_fields(samples=samples, value="?")
    if len(said) == 1:
        return _worded(_REMARKS, *said[0]).with_fields(samples=samples)
    parts = joined(_worded(_AMONG_OTHERS, *part) for part in said)
    return message("Said of {samples}: {parts}", samples=samples, parts=parts)


def _worded(words: Mapping[str, Message], action: str, value: str) -> Message:
    taken_away = action == NOTE and not value
    return words[_NO_NOTE if taken_away else action].with_fields(value=value)


def _samples(params: dict[str, Any]) -> Message:
    count = params.get("count")
    if isinstance(count, int):
        return message_n("{count:,} sample", "{count:,} samples", count)
    # What was recorded of it is damaged; the verdicts themselves are not kept there.
    return message("some samples")


def recorded_message(operation: Operation) -> Message:
    """What an operation of the journal did."""
    kind = str(operation.params.get("verdict", operation.kind))
    return operation_message(kind, operation.params)


def by_name_message(count: int) -> Message:
    """Verdicts that a journal names by the path of their image alone."""
    return message_n(
        "{count:,} image that was decided on was never embedded: elsewhere it is found by its name"
        " alone. Embed first to have it found by its content.",
        "{count:,} images that were decided on were never embedded: elsewhere they are found by"
        " their names alone. Embed first to have them found by their contents.",
        count,
    )


def written_operations(count: int, target: Path) -> Message:
    """Says how many operations of the journal were written, and where."""
    return message_n(
        "{count:,} operation -> {target}",
        "{count:,} operations -> {target}",
        count,
        target=target,
    )
