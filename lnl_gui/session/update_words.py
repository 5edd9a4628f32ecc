"""What an update of the dataset found, in words."""

import shlex
from collections.abc import Mapping
from typing import Any

from lnl_gui.store.dataset.replaced_pictures import (
    LOOK_AGAIN,
    never_seen_message,
    not_known_message,
)
from lnl_gui.util.messages import Message, joined, message, message_n


def replaced_message(metrics: Mapping[str, Any]) -> Message:
    """Samples that people decided on, and whose file is another picture or another form of it now.

    Args:
        metrics: of the update, in which there are some.
    """
    return message_n(
        "{count:,} image that was decided on is another file now: `{example}`. Look whether"
        " the decision fits what is there now.",
        "{count:,} images that were decided on are other files now, such as `{example}`. Look"
        " whether the decisions fit what is there now.",
        metrics["content_changed_decided"],
        example=metrics["examples"]["content_changed_decided"][0],
    )


def other_copy_message(root: str, beside: str) -> Message:
    """A project beside a copy of its dataset that it does not read.

    Args:
        root: the folder that is read.
        beside: the copy.
    """
    return message(
        "The images are read from `{root}`; `{beside}`, beside the project, holds images of the"
        " same names and is not looked at. If that copy is meant: `lnl-gui relocate PROJECT"
        " --image-root {quoted}`.",
        root=root,
        beside=beside,
        quoted=shlex.quote(beside),
    )


def decided_messages(metrics: Mapping[str, Any]) -> list[Message]:
    """What an update means for what people have decided.

    Args:
        metrics: of the update.
    """
    said = []
    if metrics.get("resaved"):
        said.append(_resaved_message(metrics["resaved"]))
    if metrics["content_changed_decided"]:
        said.append(replaced_message(metrics))
    if metrics.get("not_known_decided"):
        example = metrics["examples"]["not_known_decided"][0]
        said.append(
            joined([not_known_message(metrics["not_known_decided"], example), LOOK_AGAIN], " ")
        )
    if metrics.get("never_seen_decided"):
        said.append(
            never_seen_message(
                metrics["never_seen_decided"], metrics["examples"]["never_seen_decided"][0]
            )
        )
    if metrics.get("newly_gone_decided"):
        said.append(_gone_message(metrics))
    if metrics.get("same_name"):
        said.append(_same_name_message(metrics))
    return said


def _resaved_message(count: int) -> Message:
    return message_n(
        "{count:,} image was saved anew and shows what it did: it stays the sample that it was.",
        "{count:,} images were saved anew and show what they did: they stay the samples that they"
        " were.",
        count,
    )


def _gone_message(metrics: Mapping[str, Any]) -> Message:
    return message_n(
        "{count:,} image that was decided on is gone from the dataset: `{example}`. The decision is"
        " kept for when it comes back.",
        "{count:,} images that were decided on are gone from the dataset, such as `{example}`. The"
        " decisions are kept for when they come back.",
        metrics["newly_gone_decided"],
        example=metrics["examples"]["gone_decided"][0],
    )


def _same_name_message(metrics: Mapping[str, Any]) -> Message:
    return message_n(
        "{count:,} new image has the name of one that is gone, but for the ending, and shows"
        " something else: `{example}`. It is a sample of its own, and nothing is decided about it.",
        "{count:,} new images have the names of some that are gone, but for the ending, and show"
        " something else, such as `{example}`. They are samples of their own, and nothing is"
        " decided about them.",
        metrics["same_name"],
        example=metrics["examples"]["same_name"][0],
    )


def class_messages(metrics: Mapping[str, Any]) -> list[Message]:
    """What the dataset calls otherwise now, and classes that it no longer has.

    Args:
        metrics: of the update.
    """
    renamed = [
        message(
            "Class {name} is called {to} in the dataset now, and so it is here; what was decided"
            " stays.",
            name=name,
            to=to,
        )
        for name, to in metrics.get("renamed_classes", ())
    ]
    gone = [
        message(
            "The dataset no longer has the class {name}; most of the {count:,} samples that were"
            " decided to be of it are of {other} there. If the two are one class: `lnl-gui classes"
            " PROJECT merge {quoted} --into {quoted_other}`.",
            name=name,
            other=other,
            count=count,
            quoted=shlex.quote(name),
            quoted_other=shlex.quote(other),
        )
        for name, other, count in metrics.get("classes_gone", ())
    ]
    forgotten = [
        message(
            "The dataset no longer has the class {name}, and nothing was ever decided for it: it is"
            " no longer in the list of classes. Undo brings it back.",
            name=name,
        )
        for name in metrics.get("forgotten_classes", ())
    ]
    return [*renamed, *gone, *forgotten]
