"""Training sets of a project: curated labels, given labels, and a held-out part."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.detect.groups import units
from lnl_gui.learn.data.holdout import HOLDOUT_SEED, HoldoutChoice, choose_holdout, key_draws
from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.pipeline.snapshot import Snapshot, stored_groups
from lnl_gui.pipeline.training.curation import accepted_unseen
from lnl_gui.pipeline.training.kept_apart import kept_apart_notes
from lnl_gui.pipeline.training.known_copies import copies_of, related_images
from lnl_gui.pipeline.training.measured_labels import is_set_aside, measured_labels
from lnl_gui.pipeline.training.unreviewed import UnreviewedLabels, unreviewed_labels
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.detection.untold_frames import frames_in_training_message
from lnl_gui.store.jobs import arrays
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.progress import Progress, no_progress

OUT = -1
_ROUNDING = 1e-3
"""Of probabilities added up."""


@dataclass(frozen=True)
class TrainingData:
    """Training sets with curated and with given labels, and the samples to compare them on.

    Attributes:
        curated: labels as people decided, and of what nobody has looked at what is known without
            the held-out samples.
        given: the same samples with the labels as they came.
        holdout: with `measured_labels`: those of the dataset itself where nobody has looked.
        held_rows: (H,) int64, the held-out samples of the project.
        class_ids: (C,) int32, the project's number of each class trained on; it may have others,
            which people merged or deleted.
        notes: what the user should know, in sentences.
        changed_by_verdicts: how many samples that are trained on have another label than they came
            with, or none any more, by a verdict of somebody who had the image in view.
    """

    curated: TrainingSet
    given: TrainingSet
    holdout: Holdout
    held_rows: np.ndarray
    class_ids: np.ndarray
    notes: tuple[Message, ...]
    changed_by_verdicts: int = 0

    @property
    def changed(self) -> int:
        """How many samples are taught another label than the one they came with, or none any more.

        Of probabilities the expected number, rounded up: 0 where both trainings learn the same.
        """
        taught, given, soft = self.curated.labels, self.given.labels, self.curated.soft
        differs = (taught != given).astype(np.float64)
        if soft is not None:
            of_given = np.where(soft.classes == given[:, None], soft.probability, 0.0).sum(axis=1)
            both = (taught >= 0) & (given >= 0)
            differs[both] = 1.0 - of_given[both]
        return math.ceil(differs.sum() - _ROUNDING)


def training_data(
    snapshot: Snapshot, parameters: FinetuneParameters, *, progress: Progress = no_progress
) -> TrainingData:
    """Choose the held-out part and the labels of both trainings.

    The held-out part is drawn from the labels as they came and a stable hash of each image: no
    detector and no verdict has a say in it, and suspects are in it like any other sample. A verdict
    on a held-out sample is in no training, whenever it was given, and shapes no label of one. Nor
    do the labels of held-out samples, see `part_detection`.

    Args:
        snapshot: of the project.
        parameters: of the training.
        progress: of the model that says how probable each class of unreviewed samples is.

    Raises:
        UserError: when a held-out part cannot be made from the fraction asked for.
    """
    if not 0.0 < parameters.holdout_fraction < 1.0:
        raise UserError(
            message("The held-out fraction must lie between 0 and 1."),
            message("Use 0.2, for example."),
        )
    samples = snapshot.samples
    groups = duplicate_groups(snapshot)
    held = held_out(snapshot, groups, fraction=parameters.holdout_fraction)
    apart = held.rows | held.excluded
    found = unreviewed_labels(snapshot, parameters.unreviewed, apart, progress=progress)
    training, aside = ~apart, found.aside
    embedding = _embedding(snapshot, parameters)
    files = snapshot.files()
    class_ids = np.flatnonzero([bool(name) for name in snapshot.class_names]).astype(np.int32)
    # The last place is that of -1.
    place = np.full(len(snapshot.class_names) + 1, OUT, np.int32)
    place[class_ids] = np.arange(len(class_ids))

    def training_set(labels: np.ndarray, soft: UnreviewedLabels | None = None) -> TrainingSet:
        rows = np.flatnonzero(training)
        return TrainingSet(
            [files[row] for row in rows.tolist()],
            place[labels[rows]],
            [snapshot.class_names[number] for number in class_ids.tolist()],
            None if embedding is None else embedding[rows],
            groups[rows],
            snapshot.rendering,
            None if soft is None or soft.soft is None else soft.soft.take(rows).renumbered(place),
        )

    rows = np.flatnonzero(held.rows)
    known = measured_labels(snapshot)
    return TrainingData(
        training_set(np.where(aside, OUT, found.labels), found),
        training_set(np.where(samples.readable, samples.given, OUT)),
        Holdout(
            [files[row] for row in rows.tolist()],
            place[known[rows]],
            None if embedding is None else embedding[rows],
        ),
        rows,
        class_ids,
        (
            *_notes(held.source),
            *kept_apart_notes(
                snapshot, held, ~aside & ((samples.given >= 0) | (samples.current >= 0))
            ),
            *_not_measured_note(int((held.rows & is_set_aside(snapshot)).sum())),
            *_suggested_note(int((held.rows & accepted_unseen(snapshot, known)).sum())),
            *_frames_note(snapshot),
            *_added_note(snapshot, training & ~aside),
            *snapshot.other_pictures_note,
            *found.notes,
        ),
        _changed_by_verdicts(snapshot, training & samples.readable, aside),
    )


def _changed_by_verdicts(snapshot: Snapshot, training: np.ndarray, aside: np.ndarray) -> int:
    """Of samples bool (N,) that are trained on; those `aside`, bool (N,), have no label any more.

    What was accepted unseen is a suggestion of LNL and no verdict of a person.
    """
    samples = snapshot.samples
    decided = training & snapshot.in_view & (samples.status != UNSEEN)
    return int((decided & (np.where(aside, OUT, samples.current) != samples.given)).sum())


def held_out(snapshot: Snapshot, groups: np.ndarray, *, fraction: float) -> HoldoutChoice:
    """The held-out part of a project, the same whatever has been detected or reviewed.

    Args:
        snapshot: of N samples.
        groups: (N,) int, equal for copies of one image.
        fraction: of the samples to hold out, in (0, 1).
    """
    samples = snapshot.samples
    # People accept what the model is sure of: of labels given since, the exam would be an easy one.
    came = np.where(samples.readable, samples.given, OUT)
    # Of a dataset without any label, those that people gave are all there is to measure with.
    if (came < 0).all():
        came = np.where(samples.readable, samples.current, OUT)
    return choose_holdout(
        came.astype(np.int32),
        sample_draws(snapshot),
        splits=[snapshot.split_names[split] for split in samples.split.tolist()],
        groups=groups,
        fraction=fraction,
    )


def sample_draws(snapshot: Snapshot, *, seed: int = HOLDOUT_SEED) -> np.ndarray:
    """A uniform number for each of N samples, (N,) float64 in [0, 1), the same on every machine.

    It follows from an image's content where that is known, else from its path.

    Args:
        snapshot: of the project.
        seed: of the draw; by default that of the held-out part.
    """
    return key_draws(_keys(snapshot), seed)


def _keys(snapshot: Snapshot) -> list[bytes]:
    paths = [path.encode("utf-8", "surrogatepass") for path in snapshot.samples.paths]
    if snapshot.facts is None:
        return paths
    hashes = snapshot.facts["content_hash"].tolist()
    return [found or path for found, path in zip(hashes, paths, strict=True)]


def _embedding(snapshot: Snapshot, parameters: FinetuneParameters) -> np.ndarray | None:
    """Cached features of the encoder to be trained; custom weights have none."""
    file: Path | None = snapshot.embeddings.get(parameters.encoder)
    if file is None or parameters.weights:
        return None
    # Rows that could not be read are NaN; they are in no training, but must not spoil sums.
    return np.nan_to_num(np.asarray(arrays.load_embedding(file), np.float32))


def duplicate_groups(snapshot: Snapshot) -> np.ndarray:
    """Group numbers int64 (N,): one for what may not be torn apart, one each for the others.

    These are copies of an image, parts of one picture and groups by a column of the dataset.
    """
    return units(len(snapshot), copies_of(snapshot), related_images(snapshot))


def _not_measured_note(count: int) -> list[Message]:
    """How many held-out images count neither way."""
    if not count:
        return []
    return [
        message_n(
            "{count:,} held-out image is not measured on: a person excluded it or was unsure of"
            " it.",
            "{count:,} held-out images are not measured on: a person excluded them or was unsure of"
            " them.",
            count,
        )
    ]


def _suggested_note(count: int) -> list[Message]:
    """How many held-out labels are no better known than by this program, for lack of others."""
    if not count:
        return []
    return [
        message_n(
            "The label of {count:,} held-out image is a suggestion that was accepted without a"
            " look: by it a model is right that agrees with LNL.",
            "The labels of {count:,} held-out images are suggestions that were accepted without a"
            " look: by them a model is right that agrees with LNL.",
            count,
        )
    ]


def _frames_note(snapshot: Snapshot) -> list[Message]:
    """That what is held out is all but trained on, where nobody told of series of images."""
    share = snapshot.scores.summary.nearly_equal
    if not share or stored_groups(snapshot) is not None:
        return []
    return [frames_in_training_message(share)]


def _added_note(snapshot: Snapshot, training: np.ndarray) -> list[Message]:
    """How many images that came without a label are trained on alone."""
    samples = snapshot.samples
    if (samples.given < 0).all():
        return []
    added = int((training & (samples.given < 0) & (samples.current >= 0)).sum())
    if not added:
        return []
    return [
        message_n(
            "{count:,} image came without a label; with the one it has now it is trained on, and"
            " not held out.",
            "{count:,} images came without a label; with those they have now they are trained on,"
            " and not held out.",
            added,
        )
    ]


def _notes(description: Message) -> tuple[Message, ...]:
    return (message("Held-out samples: {description}.", description=description),)
