"""What the labels of a project were taken from, to tell when that would be something else."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.messages import Message, from_json
from lnl_gui.util.typed import typed

KEY = "reading"


@dataclass(frozen=True)
class ReadingRecord:
    """How a dataset was read: by which format, files, columns and level of folders.

    `files` hold the labels, as seen from the dataset's folder; `class_names_file` names the classes
    likewise. `why` says all of it to a person, in the JSON form of a message. `doubts` are the
    templates of what was doubtful, which somebody has accepted.
    """

    reader: str
    why: Any = ""
    files: tuple[str, ...] = ()
    label_columns: tuple[str, ...] = ()
    class_level: int = 0
    class_names_file: str = ""
    doubts: tuple[str, ...] = ()

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
