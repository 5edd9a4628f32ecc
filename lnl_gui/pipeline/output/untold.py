"""What a format has no place for, and only the files beside its own tell."""

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.own_files import MANIFEST, TABLE
from lnl_gui.dataset.writers import Writer
from lnl_gui.dataset.writers.items import ExportSet
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.util.messages import Message, message


def untold_notes(writer: Writer, exported: ExportSet, snapshot: Snapshot) -> list[Message]:
    """That groups of the dataset, or classes without an image, are not in a format's own files.

    Args:
        writer: of the format.
        exported: the set that it writes.
        snapshot: of the project.
    """
    notes = []
    groups = snapshot.groups
    if groups is not None and groups.tell_apart and not writer.tells_groups:
        notes.append(
            message(
                "{title} has no place for what belongs together by `{column}`: column `group` of"
                " {table} tells it.",
                title=writer.title,
                column=groups.column,
                table=TABLE,
            )
        )
    used = {item.class_name for item in exported.items}
    absent = [name for name in exported.class_names if name not in used]
    if absent and not writer.lists_classes:
        notes.append(
            message(
                "{title} names a class only beside its images: {manifest} alone tells of {names}.",
                title=writer.title,
                manifest=MANIFEST,
                names=shorten(absent),
            )
        )
    return notes
