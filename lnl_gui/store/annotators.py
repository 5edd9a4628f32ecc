"""What each of several people said of each sample: `arrays/annotators.npy` and their names.

An update of the dataset writes the labels of all samples under a new name, which the header of the
project takes over in the same transaction as the samples.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.store.project import Project
from lnl_gui.util.array_file import write_array
from lnl_gui.util.atomic import read_json, write_json

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


def save_annotations(arrays: Path, annotations: Annotations, *, name: str = FIRST) -> None:
    """Keep the labels beside the project's other arrays, under a name of their own."""
    write_array(arrays / f"{name}.npy", annotations.labels.astype(np.int32))
    values = {"names": annotations.names, "given_is_majority": annotations.given_is_majority}
    write_json(arrays / f"{name}.json", values)


def load_annotations(project: Project) -> Annotations | None:
    """The labels of all annotators, memory-mapped; None where there was one label a sample."""
    name = project.meta("annotations", FIRST)
    if not (project.arrays / f"{name}.json").is_file():
        return None
    values = read_json(project.arrays / f"{name}.json")
    labels = np.load(project.arrays / f"{name}.npy", mmap_mode="r")
    return Annotations(tuple(values["names"]), labels, bool(values["given_is_majority"]))
