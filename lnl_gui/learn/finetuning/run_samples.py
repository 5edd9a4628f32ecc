"""Samples of a run, checked, and split into training, validation and held-out rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.learn.data.holdout import choose_validation
from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

LEAST_SAMPLES = 2
"""Batch normalisation cannot learn from one sample, nor a classifier from one class."""


@dataclass(frozen=True)
class Samples:
    """All samples of a run: those it learns from first, then validation, then held-out ones.

    Attributes:
        files: length N.
        labels: (N,) int32.
        training: (n,) int rows that are learnt from.
        validation: (V,) int rows that choose among epochs and stages.
        holdout: (H,) int rows that are only reported on.
        soft: of the training and validation rows, which come first; None: the labels are taught.
        groups: (n + V,) int of the same rows, equal for samples that may not part ways; None for
            none.
    """

    files: Sequence[ImageLocation]
    labels: np.ndarray
    training: np.ndarray
    validation: np.ndarray
    holdout: np.ndarray
    soft: SoftLabels | None = None
    groups: np.ndarray | None = None

    def names(self, rows: np.ndarray) -> list[str]:
        """File names of the samples `rows` (B,) int, for messages."""
        return [self.files[row].name for row in rows.tolist()]


def collect_samples(
    training: TrainingSet, holdout: Holdout, *, validation_fraction: float, seed: int
) -> tuple[Samples, np.ndarray | None, tuple[Message, ...]]:
    """Collect the samples of a run, their embedding (N, D) if both parts have one, and remarks.

    Args:
        training: labels of -1 leave a sample out.
        holdout: likewise.
        validation_fraction: part of the training samples set aside to choose the best epoch.
        seed: of that draw.

    Returns:
        the samples; their embedding (N, D) in the float type given, or None; remarks for the user.

    Raises:
        UserError: when nothing, or only one class, is left to train on.
        ValueError: for lengths that differ, a label without a class name, or a held-out file that
            is also trained on.
    """
    used = np.flatnonzero(np.asarray(training.labels) >= 0)
    known = np.flatnonzero(np.asarray(holdout.labels) >= 0)
    _check(training, holdout, used)
    # Excluded samples go before the validation part is drawn, or its share would be too small.
    labels = np.asarray(training.labels)[used].astype(np.int32)
    files = [training.files[row] for row in used.tolist()]
    groups = None if training.groups is None else np.asarray(training.groups)[used]
    chosen = choose_validation(
        files, labels, groups=groups, fraction=validation_fraction, seed=seed
    )
    samples = Samples(
        files=[*files, *(holdout.files[row] for row in known.tolist())],
        labels=np.concatenate([labels, np.asarray(holdout.labels)[known].astype(np.int32)]),
        training=np.flatnonzero(~chosen),
        validation=np.flatnonzero(chosen),
        holdout=len(used) + np.arange(len(known)),
        soft=None if training.soft is None else training.soft.take(used),
        groups=groups,
    )
    return samples, _embedding(training, holdout, used, known), _remarks(training, samples)


def _check(training: TrainingSet, holdout: Holdout, used: np.ndarray) -> None:
    classes = len(training.class_names)
    labels = np.asarray(training.labels)
    if len(training.files) != len(labels) or len(holdout.files) != len(holdout.labels):
        raise ValueError("files and labels differ in length")
    if len(labels) and labels.max() >= classes:
        raise ValueError(f"label {labels.max()} with {classes} class names")
    if len(holdout.labels) and np.asarray(holdout.labels).max() >= classes:
        raise ValueError("a held-out label has no class name")
    # By the caller's mistake only, hence no error for users: what is learnt must never be reported
    # on.
    if set(map(str, (training.files[row] for row in used))) & set(map(str, holdout.files)):
        raise ValueError("a held-out file is also a training file")
    if len(used) < LEAST_SAMPLES:
        raise UserError(
            message("No samples are left to train on: all of them are excluded or held out."),
            message("Take some exclusions back, or hold out a smaller part."),
            code="nothing_to_train",
        )
    if len(np.unique(labels[used])) < LEAST_SAMPLES:
        name = training.class_names[int(labels[used][0])]
        raise UserError(
            message("Only one class is left to train on ({name}).", name=name),
            message("A classifier needs two classes or more; take some exclusions back."),
            code="one_class",
        )


def _embedding(
    training: TrainingSet, holdout: Holdout, used: np.ndarray, known: np.ndarray
) -> np.ndarray | None:
    if training.embedding is None:
        return None
    if len(known) == 0:
        return training.embedding[used]
    if holdout.embedding is None:
        return None
    return np.concatenate([training.embedding[used], holdout.embedding[known]])


def _remarks(training: TrainingSet, samples: Samples) -> tuple[Message, ...]:
    learnt = np.bincount(samples.labels[samples.training], minlength=len(training.class_names))
    tested = np.bincount(samples.labels[samples.holdout], minlength=len(training.class_names))
    remarks = []
    if unseen := _names(training.class_names, (learnt == 0) & (tested > 0)):
        remarks.append(
            message(
                "Held-out classes without a training sample are never right: {names}.",
                names=unseen,
            )
        )
    if single := _names(training.class_names, learnt == 1):
        remarks.append(
            message(
                "Classes with a single training sample are hardly learnt: {names}.", names=single
            )
        )
    if len(samples.holdout) == 0:
        remarks.append(message("There are no held-out samples, so no accuracy can be reported."))
    return tuple(remarks)


def _names(names: Sequence[str], wanted: np.ndarray, limit: int = 5) -> str:
    rows = np.flatnonzero(wanted)
    listed = ", ".join(names[row] for row in rows[:limit])
    return f"{listed} and {len(rows) - limit} more" if len(rows) > limit else listed
