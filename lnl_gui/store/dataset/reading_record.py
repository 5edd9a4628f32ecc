"""What the labels of a project were taken from, to tell when that would be something else."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lnl_gui.store.project import Project
from lnl_gui.util.class_names import absent_names
from lnl_gui.util.errors import UserError
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.messages import Message, from_json, message
from lnl_gui.util.typed import typed

KEY = "reading"
_SHOWN = 10


@dataclass(frozen=True)
class ReadingRecord:
    """How a dataset was read: by which format, files, columns and level of folders.

    `files` hold the labels, as seen from the dataset's folder; `class_names_file` names the classes
    likewise. `why` says all of it to a person, in the JSON form of a message. `doubts` are the
    templates of what was doubtful, which somebody has accepted. `absent_classes` are those that the
    dataset lists, or has an empty folder for, and that no image had.
    """

    reader: str
    why: Any = ""
    files: tuple[str, ...] = ()
    label_columns: tuple[str, ...] = ()
    class_level: int = 0
    class_names_file: str = ""
    doubts: tuple[str, ...] = ()
    absent_classes: tuple[str, ...] = ()

    @property
    def said(self) -> Message:
        """`why` as a message."""
        return from_json(self.why)

    @property
    def label_source(self) -> tuple[object, ...]:
        """What decides which label an image gets."""
        return (
            self.reader,
            self.files,
            self.label_columns,
            self.class_level,
            self.class_names_file,
        )


def reading_values(record: ReadingRecord) -> dict[str, str]:
    """What the header of a project keeps of it."""
    return {KEY: json.dumps(asdict(record))}


def load_reading(project: Project) -> ReadingRecord | None:
    """How the dataset was read; None where that is not on record, as of earlier versions."""
    text = project.meta(KEY)
    if not text:
        return None
    try:
        values = parsed_object(text)
        return typed(values, ReadingRecord, source=project.folder, unknown_fields=True)
    except UserError:
        return None  # of a foreign project; without it is as before


def absent_classes(project: Project, present: Iterable[str]) -> list[str]:
    """Classes that the dataset lists and that are not among those present, by name."""
    reading = load_reading(project)
    return [] if reading is None else absent_names(reading.absent_classes, present)


def absent_message(names: Sequence[str]) -> Message:
    """That there are such classes."""
    return message(
        "Classes that the dataset lists and no image came with: {names}. If some images show one,"
        " they carry another label: add the class (`lnl-gui classes PROJECT add NAME`) to give it"
        " to them.",
        names=", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else ""),
    )
