"""Which verdicts a detection takes for the truth, and a word on those that it does not."""

import numpy as np

from lnl_gui.detect.detectors.result import NO_VOTE
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.samples import KEPT, RELABELLED
from lnl_gui.store.history.looked_at import AT_ONCE, NOT_KNOWN
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.store.review.accepted_labels import not_known_message
from lnl_gui.util.messages import Message, message_n


def verdict_labels(snapshot: Snapshot) -> np.ndarray:
    """Class ids that people stand for, int32 (N,), -1 where there is none.

    What was decided without a look, as when all suggestions are accepted, is no truth: a label
    that a detection suggested would confirm the next one. There the label is judged as it came.
    """
    status = snapshot.samples.status
    # Excluded and unsure samples have no class a person stands for.
    decided = (status == KEPT) | (status == RELABELLED)
    certain = snapshot.in_view
    # Without a label of its own a sample has no other than the class a person chose for many.
    certain = certain | ((snapshot.samples.given < 0) & (snapshot.origins == AT_ONCE))
    return np.where(decided & certain, snapshot.samples.current, NO_VOTE).astype(np.int32)


def known_labels(snapshot: Snapshot, parameters: DetectParameters) -> np.ndarray:
    """The labels detectors compare, int32 (N,): as given, else as a person decided, else -1."""
    given = snapshot.samples.given
    if not parameters.use_verdicts:
        return given
    return np.where(given < 0, verdict_labels(snapshot), given).astype(np.int32)


def unseen_verdicts(snapshot: Snapshot, flagged: np.ndarray) -> list[Message]:
    """How many verdicts were not taken for the truth, so that nobody wonders at what they did.

    Args:
        snapshot: of N samples.
        flagged: (N,) bool, the suspects.
    """
    samples = snapshot.samples
    unseen = np.isin(samples.status, (KEPT, RELABELLED)) & (verdict_labels(snapshot) < 0)
    notes = snapshot.other_pictures_note
    unknown = snapshot.origins == NOT_KNOWN
    if unsure := int((unseen & unknown & samples.readable).sum()):
        notes.append(not_known_message(unsure))
    unseen &= ~unknown
    count = int((unseen & samples.readable).sum())
    if not count:
        return notes
    return [
        *notes,
        message_n(
            "{count:,} verdict was given to many samples at once, without a look at each. It is"
            " not taken for the truth: the label is judged as it came; suspects among such labels:"
            " {suspects:,}. A verdict on the sample alone counts.",
            "{count:,} verdicts were given to many samples at once, without a look at each. They"
            " are not taken for the truth: these labels are judged as they came; suspects among"
            " them: {suspects:,}. A verdict on one sample alone counts.",
            count,
            suspects=int((unseen & flagged & samples.readable).sum()),
        ),
    ]
