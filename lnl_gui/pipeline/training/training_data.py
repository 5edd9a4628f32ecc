"""Training sets of a project: curated labels, given labels, and a held-out part."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.learn.data.holdout import choose_holdout
from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.pipeline.detection.issues import DUPLICATE_GROUP
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store import arrays
from lnl_gui.store.parameters import FinetuneParameters
from lnl_gui.store.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.store.scores import load_array
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n

OUT = -1


@dataclass(frozen=True)
class TrainingData:
    """Training sets with curated and with given labels, and the samples to compare them on."""

    curated: TrainingSet
    given: TrainingSet
    holdout: Holdout
    notes: tuple[Message, ...]


def training_data(snapshot: Snapshot, parameters: FinetuneParameters) -> TrainingData:
    """Choose the held-out part and the labels of both trainings.

    A suspect nobody has looked at is never held out: neither its given nor its suggested label is
    known to be right, and trusting either would favour one of the two models. Nor is an image that
    came without a label and has one since, as long as there are others: the suggestions that people
    accept are those the model is sure of, and an exam of these alone would be an easy one.

    Raises:
        UserError: when a held-out part cannot be made from the fraction asked for.
    """
    if not 0.0 < parameters.holdout_fraction < 1.0:
        raise UserError(
            message("The held-out fraction must lie between 0 and 1."),
            message("Use 0.2, for example."),
        )
    samples, found = snapshot.samples, snapshot.scores
    confirmed = (samples.status == KEPT) | (samples.status == RELABELLED)
    open_suspect = found.flagged & (samples.status == UNSEEN)
    aside = ~samples.readable | (samples.status == EXCLUDED) | (samples.status == UNSURE)
    known = np.where(aside | open_suspect, OUT, samples.current).astype(np.int32)
    groups = duplicate_groups(snapshot)
    came = known if (samples.given < 0).all() else np.where(samples.given < 0, OUT, known)
    held = choose_holdout(
        came.astype(np.int32),
        splits=[snapshot.split_names[split] for split in samples.split.tolist()],
        confirmed=confirmed,
        groups=groups,
        fraction=parameters.holdout_fraction,
        seed=parameters.seed,
    )
    curated = _curated_labels(snapshot, open_suspect, parameters)
    kept_apart = held.rows | held.excluded
    training = ~kept_apart
    embedding = _embedding(snapshot, parameters)
    files = snapshot.files()

    def training_set(labels: np.ndarray) -> TrainingSet:
        rows = np.flatnonzero(training)
        return TrainingSet(
            [files[row] for row in rows.tolist()],
            labels[rows].astype(np.int32),
            snapshot.class_names,
            None if embedding is None else embedding[rows],
            groups[rows],
            snapshot.rendering,
        )

    rows = np.flatnonzero(held.rows)
    return TrainingData(
        training_set(np.where(aside, OUT, curated)),
        training_set(np.where(samples.readable, samples.given, OUT)),
        Holdout(
            [files[row] for row in rows.tolist()],
            known[rows],
            None if embedding is None else embedding[rows],
            confirmed[rows],
        ),
        (*_notes(held.source, int(open_suspect.sum())), *_added_note(known, came)),
    )


def _curated_labels(
    snapshot: Snapshot, open_suspect: np.ndarray, parameters: FinetuneParameters
) -> np.ndarray:
    label = snapshot.samples.current.copy()
    suggested = snapshot.scores.suggested
    trusted = suggested if parameters.use_suggestions else np.full_like(suggested, OUT)
    label[open_suspect] = trusted[open_suspect]
    return label


def _embedding(snapshot: Snapshot, parameters: FinetuneParameters) -> np.ndarray | None:
    """Cached features of the encoder to be trained; custom weights have none."""
    file: Path | None = snapshot.embeddings.get(parameters.encoder)
    if file is None or parameters.weights:
        return None
    # Rows that could not be read are NaN; they are in no training, but must not spoil sums.
    return np.nan_to_num(np.asarray(arrays.load_embedding(file), np.float32))


def duplicate_groups(snapshot: Snapshot) -> np.ndarray:
    """Group numbers int64 (N,): one for all copies of an image, one each for the others.

    Near ones as the newest detection found them; before any detection, those of the same bytes.
    """
    alone = np.arange(len(snapshot))
    folder = snapshot.scores.folder
    found = load_array(folder, DUPLICATE_GROUP, count=len(snapshot)) if folder else None
    if found is not None:
        return np.where(found < 0, alone, len(snapshot) + found.astype(np.int64))
    if snapshot.facts is None:
        return alone
    hashes = np.ascontiguousarray(snapshot.facts["content_hash"])
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    return np.where(hashes == b"", alone, first[inverse])


def _added_note(known: np.ndarray, came: np.ndarray) -> list[Message]:
    """How many images that came without a label are trained on alone."""
    added = int(((known >= 0) & (came < 0)).sum())
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


def _notes(description: Message, open_suspects: int) -> tuple[Message, ...]:
    notes = [message("Held-out samples: {description}.", description=description)]
    if open_suspects:
        notes.append(
            message(
                "{open_suspects:,} suspects that nobody has looked at are left out of"
                " the held-out part, because neither of their labels is sure.",
                open_suspects=open_suspects,
            )
        )
    return tuple(notes)
