"""Operations of the journal in words, as undo and the notices call them."""

from typing import Any

from lnl_gui.session.verdicts import (
    ACCEPT,
    ADOPT,
    EXCLUDE,
    KEEP,
    KEEP_ONE,
    RELABEL,
    RESET,
    TAKE_SOURCE,
    UNSURE_VERDICT,
)
from lnl_gui.store.journal import Operation
from lnl_gui.util.messages import Message, message, message_n

_PAST = {
    ACCEPT: message("Accepted the suggestion for {samples}"),
    KEEP: message("Kept the label of {samples}"),
    EXCLUDE: message("Excluded {samples}"),
    UNSURE_VERDICT: message("Marked as unsure {samples}"),
    RESET: message("Reset {samples}"),
    KEEP_ONE: message("Kept one and excluded the rest of {samples}"),
    TAKE_SOURCE: message("Took over the dataset's new label of {samples}"),
    ADOPT: message("Adopted the opinions on {samples}"),
}


def operation_message(kind: str, params: dict[str, Any]) -> Message:
    """What an operation of one kind does, from its recorded parameters."""
    count = params.get("count")
    samples = (
        message_n("{count:,} sample", "{count:,} samples", count)
        if isinstance(count, int)
        # What was recorded of it is damaged; the verdicts themselves are not kept there.
        else message("some samples")
    )
    if kind == RELABEL:
        name = str(params.get("class", "?"))
        return message("Relabelled {samples} as {name}", samples=samples, name=name)
    past = _PAST.get(kind, Message("{kind} {samples}", (("kind", kind),)))
    return past.with_fields(samples=samples)


def recorded_message(operation: Operation) -> Message:
    """What an operation of the journal did."""
    kind = str(operation.params.get("verdict", operation.kind))
    return operation_message(kind, operation.params)
