"""What an export holds: one rule for the export itself and for what is said before it."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.store.dataset.samples import EXCLUDED, UNDECIDED, UNSEEN
from lnl_gui.util.messages import Message, message_n


@dataclass(frozen=True)
class ExportFacts:
    """What is known of N samples, in arrays of that length."""

    label: np.ndarray
    """int32, in force before suggestions are accepted; -1 for none"""
    status: np.ndarray
    """uint8, see `STATUS_NAMES`"""
    usable: np.ndarray
    """bool, whether the image is there and counts"""
    flagged: np.ndarray
    """bool, the suspects"""
    suggested: np.ndarray
    """int32, -1 for none"""


@dataclass(frozen=True)
class ExportChoice:
    """The labels of N samples and which of them are in, in arrays of that length."""

    label: np.ndarray
    """int32, -1 for none"""
    excluded: np.ndarray
    """bool, set aside by a person, or unsure where that was asked"""
    included: np.ndarray
    """bool, usable and not set aside"""


def choose_samples(
    facts: ExportFacts, *, accept_suggestions: bool = False, exclude_unsure: bool = False
) -> ExportChoice:
    """Apply the verdicts, and what was asked for, to N samples.

    Args:
        facts: of the samples.
        accept_suggestions: give suspects nobody has decided their suggested label. What is perhaps
            an image of none of the classes stays as it is: that is for a person to see.
        exclude_unsure: leave out what is marked unsure, or a colleague is asked about.
    """
    label, unseen = facts.label.copy(), facts.status == UNSEEN
    excluded = facts.status == EXCLUDED
    if accept_suggestions:
        open_suspect = facts.flagged & unseen & (facts.suggested >= 0)
        label[open_suspect] = facts.suggested[open_suspect]
    if exclude_unsure:
        excluded = excluded | np.isin(facts.status, UNDECIDED)
    return ExportChoice(label, excluded, facts.usable & ~excluded)


def set_aside_written(excluded: np.ndarray, status: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Which samples were set aside and can be written all the same, bool (N,), of three such."""
    # What is unsure has a choice of its own.
    return excluded & usable & ~np.isin(status, UNDECIDED)


def unlabelled_message(count: int) -> Message:
    """How many have no label, so that nobody looks for them in the class folders."""
    return message_n(
        "{count:,} image without a label is in samples.csv alone.",
        "{count:,} images without a label are in samples.csv alone.",
        count,
    )
