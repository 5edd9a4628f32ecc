"""Operations of the journal in words, as undo and the notices call them."""

from typing import Any

from lnl_gui.store.journal import Operation
from lnl_gui.util.messages import Message, message, message_n

_PAST = {
    "accept": message("Accepted the suggestion for {samples}"),
    "keep": message("Kept the label of {samples}"),
    "exclude": message("Excluded {samples}"),
    "unsure": message("Marked as unsure {samples}"),
    "reset": message("Reset {samples}"),
    "keep_one": message("Kept one and excluded the rest of {samples}"),
    "adopt": message("Adopted the opinions on {samples}"),
}


def operation_message(kind: str, params: dict[str, Any]) -> Message:
    """What an operation of one kind does, from its recorded parameters."""
    samples = message_n("{count:,} sample", "{count:,} samples", int(params.get("count", 0)))
    if kind == "relabel":
        return message("Relabelled {samples} as {name}", samples=samples, name=params["class"])
    past = _PAST.get(kind, Message("{kind} {samples}", (("kind", kind),)))
    return past.with_fields(samples=samples)


def recorded_message(operation: Operation) -> Message:
    """What an operation of the journal did."""
    return operation_message(operation.params.get("verdict", operation.kind), operation.params)
