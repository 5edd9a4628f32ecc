"""What asks for the reading of before, where a dataset would be read otherwise now."""

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Listing
from lnl_gui.pipeline.datasets.reading.reading_record import record_of
from lnl_gui.store.dataset.reading_record import ReadingRecord
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_OPTIONS = {
    "source": "--source",
    "reader": "--reader",
    "label_column": "--label-column",
    "class_level": "--class-level",
    "class_names": "--class-names",
}


def kept_reading(then: ReadingRecord, listing: Listing, wanted: ImportParameters) -> dict[str, Any]:
    """The fields of `ImportParameters` that ask for the reading of before; none where none do.

    Args:
        then: how the dataset was read.
        listing: as it would be read now.
        wanted: what asks for that.
    """
    now = record_of(listing)
    kept: dict[str, Any] = {}
    if then.reader != now.reader:
        kept["reader"] = then.reader
    if then.files != now.files and len(then.files) == 1 and Path(wanted.source).is_dir():
        # The table itself: a folder's reader would find the other one again.
        kept = {"source": _place(then.files[0], listing)}
    columns = [name for name in then.label_columns if name]
    is_another = (then.label_columns, then.files) != (now.label_columns, now.files)
    if is_another and len(columns) == 1:
        kept["label_column"] = columns[0]
    if then.class_level and then.class_level != now.class_level and now.reader == then.reader:
        kept["class_level"] = then.class_level
    if then.class_names_file != now.class_names_file:
        if then.class_names_file:
            kept["class_names"] = _place(then.class_names_file, listing)
        else:
            kept["rename_classes"] = False
    return kept


def _place(file: str, listing: Listing) -> str:
    # From the dataset's folder, also where its source is a table in it.
    return str(listing.root / file)


def files_gone(then: ReadingRecord, listing: Listing) -> list[Message]:
    """What the labels were taken from and is no longer there: no option brings it back."""
    named = [*(then.files if len(then.files) == 1 else ()), then.class_names_file]
    gone = [file for file in named if file and not Path(_place(file, listing)).exists()]
    return [
        message(
            "`{file}` is no longer there: put it back to have the dataset read as before.",
            file=_place(file, listing),
        )
        for file in gone
    ]


def option_words(kept: Mapping[str, Any]) -> list[str]:
    """Those fields as options of the command line."""
    words = [
        f"{option} {shlex.quote(str(kept[name]))}"
        for name, option in _OPTIONS.items()
        if name in kept
    ]
    return [*words, "--no-class-names"] if kept.get("rename_classes") is False else words


def read_as_before(
    then: ReadingRecord, listing: Listing, wanted: ImportParameters
) -> ImportParameters:
    """The parameters that read a dataset as it was read before.

    Args:
        then: how that was.
        listing: as it would be read now.
        wanted: what asks for that.

    Raises:
        UserError: when nothing is known to ask for it.
    """
    if then.label_source == record_of(listing).label_source:
        return wanted
    gone = files_gone(then, listing)
    kept = kept_reading(then, listing, wanted)
    if gone or not kept:
        raise UserError(
            message("The dataset cannot be read as before."),
            gone[0]
            if gone
            else message("Say how: `lnl-gui update PROJECT --help` lists the options."),
            code="not_as_before",
        )
    # A class list that is named overrules a refusal of such lists.
    named: dict[str, Any] = {"rename_classes": True} if "class_names" in kept else {}
    return replace(wanted, **named, **kept)
