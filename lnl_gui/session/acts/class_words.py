"""Edits of classes in words, as undo and the notices call them."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.util.messages import Message, message, message_n

_DONE = {
    "add": message("Added class {name}"),
    "rename": message("Renamed class {name} to {to}"),
    "merge": message("Merged {name} into {to}"),
    "delete": message("Deleted class {name}"),
    "reorder": message("Reordered the classes"),
    "colour": message("Gave class {name} a colour"),
    "key": message("Gave class {name} the key {to}"),
    "describe": message("Described class {name}"),
    "note": message("Left a note on class {name}"),
    "forget": message("Forgot class {name}, which the dataset no longer has"),
}


def edit_message(params: Mapping[str, Any]) -> Message:
    """What an operation on classes did, from its recorded parameters."""
    done = _DONE.get(str(params.get("action")), message("Edited classes"))
    if params.get("action") == "key" and not params.get("to"):
        done = message("Took the key of class {name} away")
    return done.with_fields(name=str(params.get("name", "?")), to=str(params.get("to", "?")))


def new_images_message(name: str, now: str, count: int) -> Message:
    """What became of new images whose class people have merged or deleted.

    Args:
        name: of the class, as the dataset calls it.
        now: what it is called now; "" where it was deleted.
        count: how many images.
    """
    if now:
        return message_n(
            "{count:,} new image is of the class {name}, which was merged here: it is {now} now.",
            "{count:,} new images are of the class {name}, which was merged here: they are {now}"
            " now.",
            count,
            name=name,
            now=now,
        )
    return message_n(
        "{count:,} new image is of the class {name}, which was deleted here: it has no label."
        " Add the class again to bring its label back.",
        "{count:,} new images are of the class {name}, which was deleted here: they have no label."
        " Add the class again to bring their label back.",
        count,
        name=name,
    )
