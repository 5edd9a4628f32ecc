"""What is trained on where detection doubts a label and nobody has looked at it yet."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.learn.data.soft_labels import SoftLabels, soft_labels
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.cluster_labels import cluster_labels, cluster_note, relabelled
from lnl_gui.pipeline.training.known_copies import copies_of, of_rows, related_images
from lnl_gui.store.dataset.sample_counts import open_suspects
from lnl_gui.store.dataset.samples import KEPT, RELABELLED
from lnl_gui.store.detection.scores import sample_array
from lnl_gui.store.jobs import arrays
from lnl_gui.store.jobs.arrays import file_stem
from lnl_gui.store.jobs.parameters import (
    CLUSTERS,
    GIVEN_LABEL,
    LEFT_OUT,
    POSTERIOR,
    SUGGESTED,
    UNREVIEWED,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.progress import Progress, no_progress

OUT = -1
PARTS = ("score", "vote")
"""What is kept of each detector."""


@dataclass(frozen=True)
class UnreviewedLabels:
    """Labels of N samples, decided ones as they were decided.

    Attributes:
        labels: (N,) int32, -1 for samples that are left out.
        soft: of the same samples, where probabilities are trained on; None: the labels.
        notes: what the user should know, in sentences.
    """

    labels: np.ndarray
    soft: SoftLabels | None
    notes: tuple[Message, ...]


def unreviewed_labels(
    snapshot: Snapshot, policy: str, apart: np.ndarray, *, progress: Progress = no_progress
) -> UnreviewedLabels:
    """The labels to train on under a policy for what nobody has reviewed.

    Args:
        snapshot: of N samples, with the newest detection.
        policy: one of `UNREVIEWED`.
        apart: (N,) bool, samples that are not trained on; they are counted in no note.
        progress: of the model that says how probable each class is.

    Raises:
        UserError: for an unknown policy.
    """
    if policy not in UNREVIEWED:
        raise UserError(
            message("There is no way to train on unreviewed suspects called {name}.", name=policy),
            message("Use one of {names}.", names=", ".join(UNREVIEWED)),
        )
    if policy == CLUSTERS:
        return _of_clusters(snapshot, apart)
    samples, found = snapshot.samples, snapshot.scores
    suspect = open_suspects(found.flagged, samples.status, samples.readable)
    labels = samples.current.astype(np.int32)
    if policy in (POSTERIOR, SUGGESTED):
        labels[suspect] = np.where(found.suggested >= 0, found.suggested, labels)[suspect]
    elif policy == LEFT_OUT:
        labels[suspect] = OUT
    soft = _posterior(snapshot, labels, apart, progress) if policy == POSTERIOR else None
    # Without probabilities a suggestion would be taken for the truth.
    if policy == POSTERIOR and soft is None:
        labels = np.where(suspect, samples.current, labels).astype(np.int32)
    count = int((suspect & ~apart).sum())
    return UnreviewedLabels(labels, soft, _notes(policy, count) if count else ())


def _of_clusters(snapshot: Snapshot, apart: np.ndarray) -> UnreviewedLabels:
    """The TURTLE report's relabelled set; clusters are named without what is not trained on."""
    clusters = cluster_labels(snapshot, copies_of(snapshot), held=apart)
    labels, changed = relabelled(snapshot, clusters)
    trained = ~apart & snapshot.samples.readable & (labels >= 0)
    return UnreviewedLabels(
        labels, None, (cluster_note(int((changed & trained).sum()), int(trained.sum())),)
    )


def _posterior(
    snapshot: Snapshot, labels: np.ndarray, apart: np.ndarray, progress: Progress
) -> SoftLabels | None:
    """Class probabilities of the samples that are trained on, and what people decided as certain.

    From these samples alone: the detection has seen the labels of the held-out samples, and the
    verdicts on them, and would carry both into the training. Where several people labelled each
    image, its own labels weigh so much more that the detection's probabilities are taken.
    """
    status = snapshot.samples.status
    certain = (status == KEPT) | (status == RELABELLED)
    if snapshot.scores.folder is None:
        return None
    if snapshot.annotations is not None:
        return _detected(snapshot, labels, certain)
    rows = np.flatnonzero(~apart & (labels >= 0) & snapshot.samples.readable)
    if not snapshot.embeddings or not len(rows):
        return None
    given = snapshot.samples.given[rows]
    # An export splits as a training does, and waits for no torch.
    from lnl_gui.detect.consensus.consensus import find_suspects  # noqa: PLC0415
    from lnl_gui.detect.consensus.detection_input import DetectionInput  # noqa: PLC0415

    try:
        found = find_suspects(
            DetectionInput(
                [arrays.load_embedding(file)[rows] for file in snapshot.embeddings.values()],
                given,
                number_of_classes=len(snapshot.class_names),
                # What was accepted unseen is trained on, and is no truth to learn others from.
                verdict_labels=np.where(
                    (certain & snapshot.in_view)[rows], snapshot.samples.current[rows], OUT
                ),
                extra_votes=_votes(snapshot, rows),
                groups=of_rows(related_images(snapshot), rows),
                copies=of_rows(copies_of(snapshot), rows),
            ),
            progress=progress,
        )
    except UserError:
        # Too few samples, or none with a label of its own, to say how probable anything is.
        return None
    shape = (len(labels), found.posterior.shape[1])
    posterior, classes = np.full(shape, np.nan, np.float32), np.full(shape, OUT, np.int32)
    posterior[rows], classes[rows] = found.posterior, found.posterior_classes
    return soft_labels(labels, posterior, classes, certain=certain)


def _detected(snapshot: Snapshot, labels: np.ndarray, certain: np.ndarray) -> SoftLabels | None:
    """The probabilities of the newest detection."""
    count = len(labels)
    posterior = sample_array(snapshot.scores, "posterior")
    classes = sample_array(snapshot.scores, "posterior_classes")
    if posterior is None or classes is None:
        return None
    classes = snapshot.class_map.of(classes[:count])
    return soft_labels(labels, posterior[:count], classes, certain=certain)


def _votes(snapshot: Snapshot, rows: np.ndarray) -> list[DetectorResult]:
    """Votes of the newest detection that rest on nobody's labels, of some samples."""
    # It imports torch.
    from lnl_gui.pipeline.detection.known_detectors import independent_detectors  # noqa: PLC0415

    votes = []
    for name in independent_detectors(snapshot):
        stem = f"detector-{file_stem(name)}"
        found = [sample_array(snapshot.scores, f"{stem}-{part}") for part in PARTS]
        if all(part is not None for part in found):
            score, vote = (np.asarray(part)[rows] for part in found)
            votes.append(DetectorResult(name, score, snapshot.class_map.of(vote), {}))
    return votes


def _notes(policy: str, suspects: int) -> tuple[Message, ...]:
    if policy == SUGGESTED:
        return (
            message_n(
                "The suggestion for {count:,} suspect nobody has looked at is trained on as if it"
                " were right.",
                "The suggestions for {count:,} suspects nobody has looked at are trained on as if"
                " all were right.",
                suspects,
            ),
        )
    if policy == LEFT_OUT:
        return (
            message_n(
                "{count:,} suspect nobody has looked at is left out of the training.",
                "{count:,} suspects nobody has looked at are left out of the training.",
                suspects,
            ),
        )
    if policy == GIVEN_LABEL:
        return ()
    return (
        message_n(
            "{count:,} suspect nobody has looked at is trained on by how probable each class is.",
            "{count:,} suspects nobody has looked at are trained on by how probable each class is.",
            suspects,
        ),
    )
