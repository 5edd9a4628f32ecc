"""What is trained on where nobody has decided on a label, or accepted a suggestion unseen."""

from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.learn.data.soft_labels import SoftLabels, soft_labels
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.cluster_labels import cluster_labels, cluster_note, relabelled
from lnl_gui.pipeline.training.curation import accepted_unseen
from lnl_gui.pipeline.training.known_copies import copies_of
from lnl_gui.pipeline.training.part_detection import PartDetection, part_detection
from lnl_gui.store.dataset.sample_counts import open_suspects
from lnl_gui.store.dataset.samples import (
    EXCLUDED,
    KEPT,
    RELABELLED,
    UNDECIDED,
    UNSEEN,
    StoredSamples,
)
from lnl_gui.store.jobs.parameters import CLUSTERS, LEFT_OUT, POSTERIOR, SUGGESTED, UNREVIEWED
from lnl_gui.store.review.accepted_labels import unseen_exclusions
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.progress import Progress, no_progress

OUT = -1
_BY_DETECTION = (POSTERIOR, SUGGESTED, LEFT_OUT)


@dataclass(frozen=True)
class UnreviewedLabels:
    """Labels of N samples, decided ones as they were decided.

    Attributes:
        labels: (N,) int32, -1 for samples that are left out.
        soft: of the same samples, where probabilities are trained on; None: the labels.
        notes: what the user should know, in sentences.
        aside: (N,) bool, samples that are in no training whatever their label is.
    """

    labels: np.ndarray
    soft: SoftLabels | None
    notes: tuple[Message, ...]
    aside: np.ndarray


def unreviewed_labels(
    snapshot: Snapshot, policy: str, apart: np.ndarray, *, progress: Progress = no_progress
) -> UnreviewedLabels:
    """The labels to train on under a policy for what nobody has reviewed.

    Suggestions are those of a detection of what is trained on alone, also in place of those that
    were accepted unseen: nobody but the detection of all samples vouches for these. So are images
    of none of the classes, where nobody looked at what was set aside as such.

    Args:
        snapshot: of N samples, with the newest detection.
        policy: one of `UNREVIEWED`.
        apart: (N,) bool, samples that are not trained on; they are counted in no note.
        progress: of the detection of the others.

    Raises:
        UserError: for an unknown policy.
    """
    if policy not in UNREVIEWED:
        raise UserError(
            message("There is no way to train on unreviewed suspects called {name}.", name=policy),
            message("Use one of {names}.", names=", ".join(UNREVIEWED)),
        )
    part = None
    if asks_detection(snapshot, policy):
        part = part_detection(snapshot, ~apart, progress=progress)
    decided = _Decided.of(snapshot, part, apart)
    if policy == CLUSTERS:
        found = _of_clusters(snapshot, decided, apart)
    elif policy == POSTERIOR:
        found = _of_probabilities(snapshot, decided, part, apart)
    else:
        found = _of_suggestions(snapshot, decided, part, policy, apart)
    return replace(found, notes=(*decided.notes, *found.notes))


def asks_detection(snapshot: Snapshot, policy: str) -> bool:
    """Whether `unreviewed_labels` looks for wrong labels among those that are trained on."""
    detected = snapshot.scores.folder is not None
    unseen = _accepted(snapshot) | _accepted_aside(snapshot)
    return detected and (policy in _BY_DETECTION or bool(unseen.any()))


def _accepted(snapshot: Snapshot) -> np.ndarray:
    """Decisions that took a suggestion over which nobody has looked at, bool (N,)."""
    samples = snapshot.samples
    taken = accepted_unseen(snapshot, samples.current)
    return taken & np.isin(samples.status, (KEPT, RELABELLED))


def _accepted_aside(snapshot: Snapshot) -> np.ndarray:
    """Images set aside as of none of the classes that nobody has looked at, bool (N,).

    Those that came without a label are in no training either way.
    """
    samples = snapshot.samples
    return unseen_exclusions(samples.status, snapshot.origins) & (samples.given >= 0)


@dataclass(frozen=True, eq=False)
class _Decided:
    """Labels of N samples before the policy, and which of them stand.

    Attributes:
        labels: (N,) int32, -1 for none.
        certain: (N,) bool, taken as they are under any policy.
        aside: (N,) bool, of which there is no label to train on.
        returned: (N,) bool, set aside unseen but for the held-out samples: as if undecided.
        notes: what the user should know.
    """

    labels: np.ndarray
    certain: np.ndarray
    aside: np.ndarray
    returned: np.ndarray
    notes: tuple[Message, ...] = ()

    @classmethod
    def of(cls, snapshot: Snapshot, part: PartDetection | None, apart: np.ndarray) -> "_Decided":
        samples = snapshot.samples
        trained = ~apart & samples.readable
        accepted, unseen_aside = _accepted(snapshot), _accepted_aside(snapshot) & trained
        found = cls(
            samples.current.astype(np.int32),
            np.isin(samples.status, (KEPT, RELABELLED)),
            # A person has said of these that they have no class, or that it cannot be told.
            ~samples.readable | np.isin(samples.status, (EXCLUDED, *UNDECIDED)),
            np.zeros(len(snapshot), bool),
        )
        labelled, set_aside = int((accepted & trained).sum()), int(unseen_aside.sum())
        if part is None:
            count = labelled + set_aside
            return replace(found, notes=(_shaped_note(count),)) if count else found
        # Of several people's labels those of an image itself decide, and not those of others.
        if snapshot.annotations is not None:
            return replace(found, notes=(_shaped_note(set_aside),)) if set_aside else found
        # Accepted would have been what is suspect, and what came without a label.
        again = (part.flagged | (samples.given < 0)) & (part.suggested >= 0)
        own = np.where(again, part.suggested, samples.given)
        returned = unseen_aside & ~part.off_topic
        labels = np.where(accepted, own, found.labels)
        notes = [_again_note(labelled)] if labelled else []
        if set_aside:
            notes.append(_aside_again_note(set_aside, int(returned.sum())))
        return cls(
            np.where(returned, samples.given, labels).astype(np.int32),
            found.certain & ~(accepted & ~again),
            found.aside & ~returned,
            returned,
            tuple(notes),
        )

    def open_suspects(self, flagged: np.ndarray, samples: StoredSamples) -> np.ndarray:
        """Of suspects (N,) bool those that nobody has decided on, bool (N,)."""
        status = np.where(self.returned, UNSEEN, samples.status)
        return open_suspects(flagged, status, samples.readable)


def _of_clusters(snapshot: Snapshot, decided: _Decided, apart: np.ndarray) -> UnreviewedLabels:
    """The TURTLE report's relabelled set; clusters are named without what is not trained on."""
    clusters = cluster_labels(snapshot, copies_of(snapshot), held=apart)
    labels, changed = relabelled(snapshot, clusters)
    samples = snapshot.samples
    labels = np.where(samples.current != decided.labels, decided.labels, labels).astype(np.int32)
    # As if nobody had accepted anything of them.
    again = _accepted(snapshot) & ~decided.certain | decided.returned
    again &= clusters >= 0
    labels[again] = clusters[again]
    changed |= again & (labels != samples.given)
    trained = ~apart & ~decided.aside & (labels >= 0)
    note = cluster_note(int((changed & trained).sum()), int(trained.sum()))
    return UnreviewedLabels(labels, None, (note,), decided.aside)


def _of_probabilities(
    snapshot: Snapshot, decided: _Decided, part: PartDetection | None, apart: np.ndarray
) -> UnreviewedLabels:
    """Class probabilities of what nobody has decided on, and decisions as certain."""
    # Without probabilities a suggestion would be taken for the truth.
    if part is None:
        return UnreviewedLabels(decided.labels, None, (), decided.aside)
    samples = snapshot.samples
    suspect = decided.open_suspects(part.flagged, samples)
    suggested = suspect & (part.suggested >= 0)
    labels = np.where(suggested, part.suggested, decided.labels).astype(np.int32)
    soft = soft_labels(labels, part.posterior, part.classes, certain=decided.certain)
    weighed = ~decided.certain & ~apart & ~decided.aside & (labels >= 0)
    weighed &= (soft.probability > 0).sum(axis=1) > 1
    likeliest = soft.classes[np.arange(len(labels)), soft.probability.argmax(axis=1)]
    count, other = int(weighed.sum()), int((weighed & (likeliest != samples.given)).sum())
    notes = (_weighed_note(count, other),) if count else ()
    return UnreviewedLabels(labels, soft, notes, decided.aside)


def _of_suggestions(
    snapshot: Snapshot,
    decided: _Decided,
    part: PartDetection | None,
    policy: str,
    apart: np.ndarray,
) -> UnreviewedLabels:
    """Suspects by their suggestion, not at all, or by their given label."""
    if policy not in _BY_DETECTION:
        return UnreviewedLabels(decided.labels, None, (), decided.aside)
    samples = snapshot.samples
    flagged, suggested = (
        (snapshot.scores.flagged, snapshot.scores.suggested)
        if part is None
        else (part.flagged, part.suggested)
    )
    suspect = decided.open_suspects(flagged, samples)
    count = int((suspect & ~apart).sum())
    taken = OUT if policy == LEFT_OUT else np.where(suggested >= 0, suggested, decided.labels)
    labels = np.where(suspect, taken, decided.labels).astype(np.int32)
    notes = [_suspects_note(policy, count)] if count else []
    if count and part is None:
        notes.append(_shaped_note(count))
    return UnreviewedLabels(labels, None, tuple(notes), decided.aside)


def _again_note(count: int) -> Message:
    return message_n(
        "{count:,} label that is trained on was accepted without a look, from a detection that had"
        " seen the held-out images. The training takes what one without them says of it.",
        "{count:,} labels that are trained on were accepted without a look, from a detection that"
        " had seen the held-out images. The training takes what one without them says of them.",
        count,
    )


def _aside_again_note(count: int, returned: int) -> Message:
    return message_n(
        "{count:,} image that is not held out was set aside without a look, by a detection that had"
        " seen the held-out images. The training asks one without them, and trains on"
        " {returned:,}.",
        "{count:,} images that are not held out were set aside without a look, by a detection that"
        " had seen the held-out images. The training asks one without them, and trains on"
        " {returned:,}.",
        count,
        returned=returned,
    )


def _shaped_note(count: int) -> Message:
    return message_n(
        "The held-out images have had a say in what is trained on for {count:,} image that nobody"
        " looked at, as detection has seen them and is not possible without them. What the model"
        " gains there may be more than on new images.",
        "The held-out images have had a say in what is trained on for {count:,} images that nobody"
        " looked at, as detection has seen them and is not possible without them. What the model"
        " gains there may be more than on new images.",
        count,
    )


def _weighed_note(count: int, other: int) -> Message:
    return message_n(
        "{count:,} image nobody has looked at is trained on by how probable each class is,"
        " {other:,} of them mostly as another class than the given one.",
        "{count:,} images nobody has looked at are trained on by how probable each class is,"
        " {other:,} of them mostly as another class than the given one.",
        count,
        other=other,
    )


def _suspects_note(policy: str, suspects: int) -> Message:
    if policy == SUGGESTED:
        return message_n(
            "The suggestion for {count:,} suspect nobody has looked at is trained on as if it were"
            " right.",
            "The suggestions for {count:,} suspects nobody has looked at are trained on as if all"
            " were right.",
            suspects,
        )
    return message_n(
        "{count:,} suspect nobody has looked at is left out of the training.",
        "{count:,} suspects nobody has looked at are left out of the training.",
        suspects,
    )
