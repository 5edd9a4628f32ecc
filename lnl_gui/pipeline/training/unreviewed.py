"""What is trained on where detection doubts a label and nobody has looked at it yet."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.learn.data.soft_labels import SoftLabels, soft_labels
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.parameters import GIVEN_LABEL, LEFT_OUT, POSTERIOR, SUGGESTED, UNREVIEWED
from lnl_gui.store.samples import KEPT, RELABELLED, UNSEEN
from lnl_gui.store.scores import load_array
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n

OUT = -1


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


def unreviewed_labels(snapshot: Snapshot, policy: str, apart: np.ndarray) -> UnreviewedLabels:
    """The labels to train on under a policy for what nobody has reviewed.

    Args:
        snapshot: of N samples, with the newest detection.
        policy: one of `UNREVIEWED`.
        apart: (N,) bool, samples that are not trained on; they are counted in no note.

    Raises:
        UserError: for an unknown policy.
    """
    if policy not in UNREVIEWED:
        raise UserError(
            message("There is no way to train on unreviewed suspects called {name}.", name=policy),
            message("Use one of {names}.", names=", ".join(UNREVIEWED)),
        )
    samples, found = snapshot.samples, snapshot.scores
    suspect = found.flagged & (samples.status == UNSEEN)
    labels = samples.current.astype(np.int32)
    if policy in (POSTERIOR, SUGGESTED):
        labels[suspect] = np.where(found.suggested >= 0, found.suggested, labels)[suspect]
    elif policy == LEFT_OUT:
        labels[suspect] = OUT
    soft = _posterior(snapshot, labels) if policy == POSTERIOR else None
    # Without probabilities a suggestion would be taken for the truth.
    if policy == POSTERIOR and soft is None:
        labels = np.where(suspect, samples.current, labels).astype(np.int32)
    count = int((suspect & ~apart & samples.readable).sum())
    return UnreviewedLabels(labels, soft, _notes(policy, count) if count else ())


def _posterior(snapshot: Snapshot, labels: np.ndarray) -> SoftLabels | None:
    """The detection's class probabilities, and what people decided as certain."""
    folder, count = snapshot.scores.folder, len(snapshot)
    posterior = load_array(folder, "posterior", count=count) if folder else None
    classes = load_array(folder, "posterior_classes", count=count) if folder else None
    if posterior is None or classes is None:
        return None
    status = snapshot.samples.status
    certain = (status == KEPT) | (status == RELABELLED)
    return soft_labels(labels, posterior[:count], classes[:count], certain=certain)


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
