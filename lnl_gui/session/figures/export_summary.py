"""What an export holds, in words: the same lines for the window and the command line."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lnl_gui.remote.address import remote_url
from lnl_gui.store.dataset.sample_counts import gone_message
from lnl_gui.store.dataset.samples import FAILED, GONE, LEFT_OUT, SKIPPED, UNLISTED_FOLDER
from lnl_gui.util.messages import Message, from_json, joined, message, message_n

_WAYS = {
    "copy": message("{count:,} copied"),
    "hardlink": message("{count:,} hard links"),
    "symlink": message("{count:,} symbolic links"),
}
_UNUSABLE: Mapping[str, Callable[[int], Message]] = {
    SKIPPED: lambda count: message_n(
        "{count:,} file was skipped when the dataset was read, see unreadable.csv.",
        "{count:,} files were skipped when the dataset was read, see unreadable.csv.",
        count,
    ),
    UNLISTED_FOLDER: lambda count: message_n(
        "{count:,} folder could not be listed, and how many images it holds is not known, see"
        " unreadable.csv.",
        "{count:,} folders could not be listed, and how many images they hold is not known, see"
        " unreadable.csv.",
        count,
    ),
    FAILED: lambda count: message_n(
        "{count:,} file is not readable, see unreadable.csv.",
        "{count:,} files are not readable, see unreadable.csv.",
        count,
    ),
    GONE: lambda count: message_n(
        "{count:,} image is missing in the dataset, see unreadable.csv.",
        "{count:,} images are missing in the dataset, see unreadable.csv.",
        count,
    ),
}
"""What is said of each kind of file in unreadable.csv."""


def export_summary(metrics: Mapping[str, Any]) -> list[Message]:
    """Sentences on what was written, what was left out and what changed.

    Args:
        metrics: of the run of an export, which are its manifest too.
    """
    return [*_written(metrics), *_changed(metrics), *_left_out(metrics), *_loading(metrics)]


def export_warnings(metrics: Mapping[str, Any]) -> list[Message]:
    """What a person should know of an export, such as links that became copies.

    Args:
        metrics: of the run of an export.
    """
    return [from_json(note) for note in metrics.get("warnings", ())]


def _written(metrics: Mapping[str, Any]) -> list[Message]:
    found = []
    made = metrics.get("made") or {}
    ways = [_WAYS[way].with_fields(count=count) for way, count in made.items() if way in _WAYS]
    if ways:
        found.append(message("Images: {ways}.", ways=joined(ways)))
    splits = metrics.get("splits") or {}
    if splits:
        parts = [
            message("{name} {count:,}", name=name, count=told["images"])
            for name, told in splits.items()
        ]
        found.append(message("Splits: {parts}.", parts=joined(parts)))
    return found


def _loading(metrics: Mapping[str, Any]) -> list[Message]:
    """How another program loads it: its card lies beside the images, not above them."""
    destination = metrics.get("destination", "")
    if not metrics.get("loaded_by") or not destination or remote_url(destination) is not None:
        return []
    return [
        message(
            "Load it with {function}({folder}).",
            function=metrics["loaded_by"],
            folder=repr(str(Path(destination, metrics["loaded_from"]))),
        )
    ]


def _changed(metrics: Mapping[str, Any]) -> list[Message]:
    found = []
    if changed := metrics.get("changed_labels", 0):
        found.append(
            message_n("{count:,} label was changed.", "{count:,} labels were changed.", changed)
        )
    if added := metrics.get("labels_added", 0):
        found.append(
            message_n(
                "{count:,} image without a label got one.",
                "{count:,} images without a label got one.",
                added,
            )
        )
    if edited := metrics.get("labels_of_edited_classes", 0):
        found.append(
            message_n(
                "{count:,} label is another one because classes were merged, renamed or deleted.",
                "{count:,} labels are others because classes were merged, renamed or deleted.",
                edited,
            )
        )
    return found


def _left_out(metrics: Mapping[str, Any]) -> list[Message]:
    found = []
    written = metrics.get("excluded_written", 0)
    if left := metrics.get("excluded", 0) - written:
        found.append(
            message_n("{count:,} image was left out.", "{count:,} images were left out.", left)
        )
    if written:
        found.append(
            message_n(
                "{count:,} image that was set aside is in it; its status says so.",
                "{count:,} images that were set aside are in it; their status says so.",
                written,
            )
        )
    if gone := gone_message(metrics.get("decided_gone", 0)):
        found.append(gone)
    # Exports of earlier versions did not tell them apart.
    kinds = metrics.get("unreadable_kinds") or {FAILED: metrics.get("unreadable", 0)}
    return found + [_UNUSABLE[kind](kinds[kind]) for kind in LEFT_OUT if kinds.get(kind)]
