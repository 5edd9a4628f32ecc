"""The detection problem, checked and made compact: usable rows, present classes, folds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.transition import ObservedLabels
from lnl_gui.detect.groups import ALONE, copy_weights, units
from lnl_gui.detect.inputs import check_inputs
from lnl_gui.detect.probes.content_order import content_places
from lnl_gui.detect.probes.cross_fitting import FOLDS, stratified_folds
from lnl_gui.detect.probes.preparation import Features, prepare
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

# Two samples a fold: with fewer nothing can be said out-of-fold.
FEWEST_SAMPLES = 10
_UNKNOWN = -1
_PART = 8192


@dataclass(frozen=True)
class Problem:
    """Compact detection problem: n usable rows of N samples, c of C classes.

    Attributes:
        samples: N, how many there were.
        classes: C, how many the caller named.
        present: (c,) int64, class ids that occur among given and certain labels.
        features: the n usable rows.
        given: (n,) int64 in [0, c); what a person decided where the dataset has no label.
        truth: (n,) int64 in [0, c), the class a person decided on, -1 where nobody has.
        telling: (n,) bool, where that says something of labels nobody has judged.
        folds: (n,) int64 in [0, K).
        number_of_folds: K.
        unusable: how many rows hold a value that is not a number, beside some that are. Rows of
            nothing but NaN belong to files that could not be read, and are reported as such.
        came: (n,) bool, whether the given label came with the dataset.
        open_rows: (u,) int64, readable rows without any label, among the N samples.
        unlabelled: how many of the N rows have no label of any kind.
        units: (n,) int64, equal for samples that share a fold and have no vote on each other.
        copies: (n,) int64, the same number for copies of one image, -1 alone.
        weight: (n,) float32, how much each sample counts: copies of one image together as one.
        matrix_on_device: the features (n, P) float32 where they are computed with; the same memory
            as `matrix` on the processor.
        nested: whether what is learnt from posteriors may know no label of the fold it judges.
        place: (n,) int64, each sample's place in an order of their content, by which samples are
            drawn; None of large sets, whose samples are drawn by row.
    """

    samples: int
    classes: int
    present: np.ndarray
    features: Features
    given: Tensor
    truth: Tensor
    telling: Tensor
    folds: Tensor
    number_of_folds: int
    unusable: int
    came: Tensor
    open_rows: np.ndarray
    unlabelled: int
    units: Tensor
    copies: Tensor
    weight: Tensor
    matrix_on_device: Tensor
    nested: bool = True
    place: np.ndarray | None = None

    @property
    def matrix(self) -> Tensor:
        """Features (n, P) float32 on the processor; shares memory with `features`."""
        return torch.from_numpy(self.features.matrix)

    @property
    def device(self) -> torch.device:
        """What features are computed with on."""
        return self.matrix_on_device.device

    @property
    def observed(self) -> ObservedLabels:
        """What is known of the n rows."""
        place = None if self.place is None else torch.from_numpy(self.place)
        return ObservedLabels(self.given, self.truth, self.came, self.weight, place)

    @property
    def labels(self) -> Tensor:
        """Labels (n,) int64: what a person decided on, else the given one."""
        return torch.where(self.truth >= 0, self.truth, self.given)

    def features_at(self, embeddings: Sequence[np.ndarray], rows: np.ndarray) -> Tensor:
        """Features (m, P) float32 of rows (m,) of the spaces (N, D_k), on the device."""
        found = self.features.projection.apply(embeddings, rows, device=self.device)
        return torch.from_numpy(found).to(self.device)

    @property
    def solvable(self) -> bool:
        """Whether there is anything to compare: two classes, some samples, some information."""
        return (
            len(self.present) > 1
            and len(self.given) >= FEWEST_SAMPLES
            and len(self.units.unique()) > 1
            and not self.features.constant
        )


def state_problem(wanted: DetectionInput, *, features: Features | None = None) -> Problem:
    """Check the input and make it compact.

    Args:
        wanted: the samples. A verdict serves as the label of those without one. Folds depend on
            given labels and seed alone, so that they stay the same while verdicts come in.
        features: of an earlier call on the same embeddings, which saves preparing them again.

    Raises:
        UserError: for lengths that differ, labels out of range, or no usable sample.
        torch.OutOfMemoryError: where the device's memory does not hold the features.
    """
    embeddings = wanted.embeddings
    came = np.asarray(wanted.given_labels) >= 0
    truth = _checked_verdicts(wanted.verdict_labels, came.size, wanted.number_of_classes)
    given = np.where(came, wanted.given_labels, truth).astype(np.int64)
    labelled = given >= 0
    usable = check_inputs(embeddings, given, wanted.number_of_classes)
    if features is None or not np.array_equal(features.rows, np.flatnonzero(usable)):
        features = prepare(embeddings, usable=usable, device=wanted.device)
    prepared = features
    rows = prepared.rows
    kept, certain = given[rows], truth[rows]
    # A person may have decided on a class that no given label names.
    present = np.unique(np.concatenate([kept, certain[certain >= 0]]))
    compact = np.searchsorted(present, kept)
    known = np.where(certain >= 0, np.searchsorted(present, np.maximum(certain, 0)), _UNKNOWN)
    unit = units(given.size, wanted.groups, wanted.copies)[rows]
    folds = max(2, min(FOLDS, len(np.unique(unit))))
    place = content_places(embeddings, rows, kept)
    fold = stratified_folds(kept, folds, seed=wanted.seed, units=unit, place=place)
    # Stratified by given label: stratifying by verdicts would move samples while a person reviews.
    return Problem(
        samples=given.size,
        classes=wanted.number_of_classes,
        present=present,
        features=prepared,
        given=torch.from_numpy(compact),
        truth=torch.from_numpy(known),
        telling=torch.from_numpy((certain >= 0) & _telling(wanted, given.size)[rows]),
        folds=torch.from_numpy(fold),
        number_of_folds=folds,
        unusable=_count_spoilt(embeddings, np.setdiff1d(np.flatnonzero(labelled), rows)),
        came=torch.from_numpy(came[rows]),
        open_rows=_readable(embeddings, np.flatnonzero(~labelled)),
        unlabelled=int((~labelled).sum()),
        units=torch.from_numpy(unit),
        copies=torch.from_numpy(_copies(wanted, given.size)[rows]),
        weight=torch.from_numpy(copy_weights(wanted.copies, given.size)[rows]),
        matrix_on_device=torch.from_numpy(prepared.matrix).to(wanted.device),
        place=place,
    )


def _copies(wanted: DetectionInput, count: int) -> np.ndarray:
    if wanted.copies is None:
        return np.full(count, ALONE, np.int64)
    return np.asarray(wanted.copies, np.int64)


def refolded(problem: Problem, *, seed: int) -> Problem:
    """The same problem on other folds, which depend on given labels, units and seed alone."""
    folds = stratified_folds(
        problem.given.numpy(),
        problem.number_of_folds,
        seed=seed,
        units=problem.units.numpy(),
        place=problem.place,
    )
    return replace(problem, folds=torch.from_numpy(folds))


def units_of_class(problem: Problem, labels: Tensor) -> Tensor:
    """(c,) int64: samples or groups of samples that bear each of the labels (n,) int64."""
    classes = len(problem.present)
    pairs = torch.unique(problem.units * classes + labels)
    return torch.bincount(pairs % classes, minlength=classes)


def labels_a_class(problem: Problem) -> float:
    """Independent labels a class: harmonic mean, which a single class of few makes small."""
    count = units_of_class(problem, problem.labels).double().clamp_min(1.0)
    return float(len(count) / (1.0 / count).sum())


def _readable(embeddings: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """Those of the rows that are finite in every space."""
    parts = np.array_split(rows, max(1, -(-rows.size // _PART)))
    finite = [
        np.logical_and.reduce([np.isfinite(space[part]).all(axis=1) for space in embeddings])
        for part in parts
    ]
    return rows[np.concatenate(finite)]


def _count_spoilt(embeddings: Sequence[np.ndarray], rows: np.ndarray) -> int:
    """How many of the rows left out have an embedding all the same."""
    absent = [np.isnan(embedding[rows]).all(axis=1) for embedding in embeddings]
    return int(rows.size - np.all(absent, axis=0).sum())


def _telling(wanted: DetectionInput, count: int) -> np.ndarray:
    """(N,) bool, whether a verdict there would say something of other labels."""
    if wanted.telling_verdicts is None:
        return np.ones(count, bool)
    return np.asarray(wanted.telling_verdicts, bool)


def _checked_verdicts(verdicts: np.ndarray | None, count: int, classes: int) -> np.ndarray:
    if verdicts is None:
        return np.full(count, _UNKNOWN, np.int64)
    values = np.asarray(verdicts, np.int64)
    if values.shape != (count,) or int(values.max()) >= classes:
        raise UserError(
            message(
                "The verdicts do not fit {count} samples of {classes} classes.",
                count=count,
                classes=classes,
            ),
            message("Give one class id for each sample, and -1 where nobody has decided."),
            code="bad_labels",
        )
    return values
