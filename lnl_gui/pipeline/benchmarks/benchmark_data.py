"""What a benchmark takes from a project: samples of known label, their embeddings, a part to test.

Classes that nobody in the measured part belongs to are left out: they would only widen every
matrix, and noise would be drawn into them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.learn.bench.plan import BenchmarkData
from lnl_gui.learn.data.holdout import choose_holdout
from lnl_gui.pipeline.benchmarks.known_truth import KnownTruth
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.known_copies import copies_of, related_images
from lnl_gui.pipeline.training.training_data import duplicate_groups, sample_draws
from lnl_gui.store.jobs.benchmark_names import GIVEN
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, joined, message

TEST_FRACTION = 0.25


@dataclass(frozen=True)
class MeasuredClasses:
    """The classes that occur: `present` (c,) int32 are their ids in the project, rising."""

    present: np.ndarray

    def compact(self, labels: np.ndarray) -> np.ndarray:
        """Project class ids (n,) int as places in `present`, int32; -1 for others."""
        places = np.searchsorted(self.present, labels)
        # Ids beyond the last one are sorted behind it, where there is no element.
        places = np.minimum(places, len(self.present) - 1)
        return np.where(self.present[places] == labels, places, -1).astype(np.int32)


def measured_classes(snapshot: Snapshot, known: KnownTruth) -> MeasuredClasses:
    """Classes of the true labels; of the given labels too where the truth comes from a table."""
    labels = [known.labels]
    if known.source == "table":
        labels.append(snapshot.samples.given[known.rows].astype(np.int32))
    return MeasuredClasses(np.unique(np.concatenate(labels)))


def usable_rows(snapshot: Snapshot, embeddings: Sequence[np.ndarray]) -> np.ndarray:
    """(N,) bool, samples that were read and embedded."""
    # A row is NaN throughout or not at all.
    finite = [np.isfinite(embedding[:, 0]) for embedding in embeddings]
    return snapshot.samples.readable & np.logical_and.reduce(finite)


def detection_data(
    snapshot: Snapshot, known: KnownTruth, embeddings: Sequence[np.ndarray], *, name: str
) -> BenchmarkData:
    """All samples of known label, to detect errors among.

    Args:
        snapshot: of the project.
        known: n rows and their right labels.
        embeddings: K spaces (N, D_k) of all samples.
        name: of the dataset in tables.
    """
    return _data(snapshot, known, embeddings, known.rows, name=name)


def training_data(
    snapshot: Snapshot, known: KnownTruth, embedding: np.ndarray, *, name: str
) -> tuple[BenchmarkData, Message]:
    """Training and test samples of a project: its own split, else a stratified draw.

    Args:
        snapshot: of the project, N samples.
        known: the samples whose true labels are known.
        embedding: float (N, D).
        name: of the dataset.

    Returns:
        the data, and a sentence on what is measured.

    Raises:
        UserError: when no sample would be left to test on.
    """
    labels = np.full(len(snapshot), -1, np.int32)
    labels[known.rows] = known.labels
    held = choose_holdout(
        labels,
        sample_draws(snapshot),
        splits=[snapshot.split_names[split] for split in snapshot.samples.split.tolist()],
        groups=duplicate_groups(snapshot),
        fraction=TEST_FRACTION,
    )
    test = np.flatnonzero(held.rows)
    training = known.rows[~(held.rows | held.excluded)[known.rows]]
    if not len(test) or not len(training):
        raise UserError(message("There are too few samples to train on some and test on others."))
    parts = message(
        "{training:,} samples are trained on, {test:,} tested on ({source}).",
        training=len(training),
        test=len(test),
        source=held.source,
    )
    note = joined([known.note, parts], " ")
    return _data(snapshot, known, [embedding], training, test=test, name=name), note


def _data(
    snapshot: Snapshot,
    known: KnownTruth,
    embeddings: Sequence[np.ndarray],
    rows: np.ndarray,
    *,
    name: str,
    test: np.ndarray | None = None,
) -> BenchmarkData:
    classes = measured_classes(snapshot, known)
    labels = np.full(len(snapshot), -1, np.int32)
    labels[known.rows] = classes.compact(known.labels)
    given = classes.compact(snapshot.samples.given[rows])
    groups, copies = related_images(snapshot), copies_of(snapshot)
    return BenchmarkData(
        name,
        [np.asarray(embedding[rows], np.float32) for embedding in embeddings],
        labels[rows],
        len(classes.present),
        test_embedding=None if test is None else np.asarray(embeddings[0][test], np.float32),
        test_labels=None if test is None else labels[test],
        label_sets={GIVEN: given} if known.source == "table" else {},
        class_names=[snapshot.class_names[number] for number in classes.present.tolist()],
        groups=None if groups is None else groups[rows],
        copies=None if copies is None else copies[rows],
    )
