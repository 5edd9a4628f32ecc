"""What each of several people said of each sample: `arrays/annotators.npy` and their names.

An update of the dataset writes the labels of all samples under a new name, which the header of the
project takes over in the same transaction as the samples.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.store.database.containment import is_identifier
from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.log import logger
from lnl_gui.util.typed import read_typed

FIRST = "annotators"
"""Their name where the dataset was never updated."""


@dataclass(frozen=True)
class Annotations:
    """Labels of A annotators for N samples."""

    names: tuple[str, ...]
    labels: np.ndarray
    """(N, A) int32 class ids, -1 where an annotator said nothing"""
    given_is_majority: bool
    """Whether the given label is what they say together; else it came from a column of its own."""


@dataclass(frozen=True)
class _Table:
    """What stands beside the labels."""

    names: tuple[str, ...]
    given_is_majority: bool


def save_annotations(arrays: Path, annotations: Annotations, *, name: str = FIRST) -> None:
    """Keep the labels beside the project's other arrays, under a name of their own."""
    write_array(arrays / f"{name}.npy", annotations.labels.astype(np.int32))
    values = {"names": annotations.names, "given_is_majority": annotations.given_is_majority}
    write_json(arrays / f"{name}.json", values)


def names_file(project: Project) -> Path | None:
    """The file of the annotators' names; None where there was one label a sample."""
    name = project.meta("annotations", FIRST)
    file = project.arrays / f"{name}.json"
    # The header chooses a file: of somebody else's project it may say anything.
    return file if is_identifier(name) and file.is_file() else None


def load_annotations(project: Project) -> Annotations | None:
    """The labels of all annotators, memory-mapped.

    None where there was one label a sample, and where they are damaged (logged): an update of the
    dataset reads them again.
    """
    file = names_file(project)
    if file is None:
        return None
    try:
        found = read_typed(file, _Table, unknown_fields=True)
    except (OSError, UserError) as error:
        logger.warning("%s", error)
        return None
    shape = (None, len(found.names))
    labels = readable_array(file.with_suffix(".npy"), kinds="i", shape=shape)
    if labels is None:
        return None
    return Annotations(found.names, labels, found.given_is_majority)
