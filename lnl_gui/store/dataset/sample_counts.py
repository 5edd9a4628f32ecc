"""How many samples were flagged and decided; what counts is said here alone.

A sample counts while its image is in the dataset and can be read. What was found and decided about
the others is told apart, so that no number mixes what is there with what is gone.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from lnl_gui.store.dataset.samples import STATUS_NAMES, UNSEEN
from lnl_gui.util.messages import NOTHING, Message, message


@dataclass(frozen=True)
class Counts:
    """Numbers of samples by what happened to them; of those that count where nothing else is said.

    The numbers of disjoint samples add up, and so does what a change makes of each.
    """

    samples: int
    unreadable: int
    """those that do not count: not decoded, or gone from the dataset"""
    flagged: int
    flagged_left: int
    """flagged and not reviewed"""
    reviewed: int
    """decided, unsure included"""
    unlabelled: int
    """that came without a label"""
    unlabelled_left: int
    """of these, those nobody has decided about"""
    by_status: dict[str, int]
    """by name of the status"""
    decided_gone: int = 0
    """decided, and without an image that counts"""
    flagged_gone: int = 0
    """flagged and not reviewed, and without an image that counts"""

    def after(self, old: "Counts", new: "Counts") -> "Counts":
        """These numbers once what was counted as `old` among them counts as `new`."""
        numbers = {
            each.name: getattr(self, each.name) + getattr(new, each.name) - getattr(old, each.name)
            for each in fields(self)
            if each.name != "by_status"
        }
        by_status = {
            name: number + new.by_status[name] - old.by_status[name]
            for name, number in self.by_status.items()
        }
        return replace(self, **numbers, by_status=by_status)


def open_suspects(flagged: np.ndarray, status: np.ndarray, readable: np.ndarray) -> np.ndarray:
    """Suspects that count and that nobody has decided on, bool (N,), of as many entries each."""
    return flagged & (status == UNSEEN) & readable


def count_samples(
    status: np.ndarray, readable: np.ndarray, flagged: np.ndarray, unlabelled: np.ndarray
) -> Counts:
    """Count samples by what happened to them.

    Args:
        status: uint8 (N,), see `STATUS_NAMES`.
        readable: bool (N,), whether it counts: in the dataset, and decoded.
        flagged: bool (N,), the suspects.
        unlabelled: bool (N,), that came without a label.
    """
    unseen, bare = status == UNSEEN, readable & unlabelled
    left = open_suspects(flagged, status, readable)
    present = status[readable]
    # Five passes over bytes take a tenth of the time of one that widens them.
    by_status = {name: _number(present == code) for code, name in enumerate(STATUS_NAMES)}
    reviewed = len(present) - by_status[STATUS_NAMES[UNSEEN]]
    return Counts(
        samples=len(present),
        unreadable=len(status) - len(present),
        flagged=_number(flagged & readable),
        flagged_left=_number(left),
        reviewed=reviewed,
        unlabelled=_number(bare),
        unlabelled_left=_number(bare & unseen),
        by_status=by_status,
        decided_gone=_number(~unseen) - reviewed,
        flagged_gone=_number(flagged & unseen) - _number(left),
    )


def gone_message(decided: int, suspects: int = 0) -> Message:
    """What is known of images that do not count; nothing where there is nothing.

    Args:
        decided: how many of them were decided on.
        suspects: how many of them are suspects nobody has decided on.
    """
    if decided and suspects:
        return message(
            "Of images that are missing or not readable, {decided:,} were decided on and"
            " {suspects:,} are suspects; none of them counts.",
            decided=decided,
            suspects=suspects,
        )
    if decided:
        return message(
            "Of images that are missing or not readable, {decided:,} were decided on; none of them"
            " counts.",
            decided=decided,
        )
    if suspects:
        return message(
            "Of images that are missing or not readable, {suspects:,} are suspects; none of them"
            " counts.",
            suspects=suspects,
        )
    return NOTHING


def _number(mask: np.ndarray) -> int:
    return int(np.count_nonzero(mask))
