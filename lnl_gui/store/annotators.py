"""What each of several people said of each sample: `arrays/annotators.npy` and their names."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.store.project import Project
from lnl_gui.util.array_file import write_array
from lnl_gui.util.atomic import read_json, write_json

_ARRAY, _NAMES = "annotators.npy", "annotators.json"


@dataclass(frozen=True)
class Annotations:
    """Labels of A annotators for N samples."""

    names: tuple[str, ...]
    labels: np.ndarray
    """(N, A) int32 class ids, -1 where an annotator said nothing"""
    given_is_majority: bool
    """Whether the given label is what they say together; else it came from a column of its own."""


def save_annotations(project: Project, annotations: Annotations) -> None:
    """Keep the labels beside the project's other arrays."""
    write_array(project.arrays / _ARRAY, annotations.labels.astype(np.int32))
    values = {"names": annotations.names, "given_is_majority": annotations.given_is_majority}
    write_json(project.arrays / _NAMES, values)


def load_annotations(project: Project) -> Annotations | None:
    """The labels of all annotators, memory-mapped; None where there was one label a sample."""
    if not (project.arrays / _NAMES).is_file():
        return None
    values = read_json(project.arrays / _NAMES)
    labels = np.load(project.arrays / _ARRAY, mmap_mode="r")
    return Annotations(tuple(values["names"]), labels, bool(values["given_is_majority"]))
