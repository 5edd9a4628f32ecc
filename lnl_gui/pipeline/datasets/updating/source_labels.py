"""The labels that a dataset gives now, in the numbers that a project has for classes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.dataset.listing import Listing
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.sample_matching import NEW
from lnl_gui.pipeline.datasets.reading.given_labels import given_labels
from lnl_gui.pipeline.datasets.updating.renamed_classes import (
    RenamedClasses,
    find_renamed,
    names_taken_over,
)
from lnl_gui.store.dataset.annotators import Annotations
from lnl_gui.store.dataset.source_state import NO_LABEL
from lnl_gui.store.jobs.parameters import ImportParameters


@dataclass(frozen=True)
class SourceLabels:
    """The labels of M images and what their classes are called."""

    given: np.ndarray
    """int64 (M,), class ids"""
    changed: dict[int, int]
    """by row of a sample the class that is not its given label, `NO_LABEL` for none"""
    new_classes: list[str]
    """names of classes whose ids follow those there are"""
    ids: dict[str, int]
    """by name, of the project and of the dataset"""
    names: Mapping[int, str]
    """what classes are called, by id: here, and where they are new in the dataset"""
    renamed: RenamedClasses
    """classes that only have another name now"""

    def forgotten(self, known: KnownSamples, found: list[str]) -> list[int]:
        """Classes that are nobody's any more: of an earlier reading, and never used.

        Args:
            known: the project.
            found: the dataset's class names.
        """
        named = {self.ids[name] for name in found}
        said = set() if known.annotations is None else set(np.unique(known.annotations.labels))
        kept = {*named, *self.changed.values(), *said, *self.renamed.shown}
        return sorted(known.unused - kept)

    def renames(self, keys: list[str]) -> dict[str, tuple[str, str]]:
        """By key of a class its name here and the one it gets.

        Args:
            keys: of all classes of the project, by id.
        """
        return {keys[n]: (self.names[n], name) for n, name in self.renamed.shown.items()}


class DatasetLabels:
    """The labels of a dataset by the classes of a project.

    Args:
        known: the project.
        listing: the dataset as it is now.
        wanted: how it is read.
        row_of: (M,) the sample of each image.
    """

    def __init__(
        self, known: KnownSamples, listing: Listing, wanted: ImportParameters, row_of: np.ndarray
    ) -> None:
        self._known, self._listing, self._row_of = known, listing, row_of
        self._taken = names_taken_over(known, listing.class_names)
        # A column of labels that somebody named is the given label, whatever annotators answered.
        majority = listing.votes or wanted.label_column is None
        self._places, self._said = given_labels(listing, majority=majority)

    def as_named(self) -> SourceLabels:
        """As the dataset words them: a class of another name is another class."""
        return self._labels(RenamedClasses())

    def as_meant(self, named: SourceLabels) -> SourceLabels:
        """The labels, once classes that only have another name now are what they were.

        Args:
            named: what `as_named` gives.
        """
        renamed = find_renamed(self._known, self._listing, self._row_of, self._places, self._taken)
        return self._labels(renamed) if renamed.ids else replace(named, renamed=renamed)

    def _labels(self, renamed: RenamedClasses) -> SourceLabels:
        known, found = self._known, self._listing.class_names
        by_other_names = {**self._taken, **renamed.ids}
        new_classes = new_names([*known.class_names, *by_other_names], found)
        every = [*known.class_names, *new_classes]
        ids = {name: number for number, name in enumerate(every)} | by_other_names
        project_id = np.array([*(ids[name] for name in found), NO_LABEL], np.int64)
        labels = project_id[np.array(self._places, np.int64)]
        here = {number: name for name, number in known.renamed.items()}
        names = {NO_LABEL: ""} | dict(enumerate(every)) | here
        return SourceLabels(labels, self._changed(labels, ids), new_classes, ids, names, renamed)

    def _changed(self, labels: np.ndarray, ids: Mapping[str, int]) -> dict[int, int]:
        """By row the labels that the source has changed."""
        row_of, before = self._row_of, self._known.samples.given
        changed = {
            row: int(label)
            for row, label in zip(row_of.tolist(), labels.tolist(), strict=True)
            if row != NEW and label != before[row]
        }
        if self._said is not None and self._said.given_is_majority:
            # Who settles ties depends on everybody's answers: only changed answers are changes.
            changed = {
                row: label for row, label in changed.items() if self._answers_changed(row, ids)
            }
        # What the source said of a sample that is gone stays on record.
        here_still = set(row_of.tolist())
        kept = {
            row: label for row, label in self._known.state.labels.items() if row not in here_still
        }
        return kept | changed

    def _answers_changed(self, row: int, ids: Mapping[str, int]) -> bool:
        known: Annotations | None = self._known.annotations
        if known is None:
            return True
        record = self._listing.records[int(np.flatnonzero(self._row_of == row)[0])]
        said = dict(zip(self._listing.annotators, record.annotations, strict=True))
        names = {number: name for name, number in ids.items()}
        before = {
            who: names.get(int(label), "")
            for who, label in zip(known.names, known.labels[row].tolist(), strict=True)
        }
        return {k: v for k, v in said.items() if v} != {k: v for k, v in before.items() if v}


def new_names(known: list[str], found: list[str]) -> list[str]:
    """Names found that are not known, in their order."""
    here = set(known)
    return [name for name in found if name not in here]
