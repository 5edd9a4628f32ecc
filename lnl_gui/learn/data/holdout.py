"""Choice of the held-out samples to report on, and of the validation part of the others."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation, inner_text, location_text, outer_path
from lnl_gui.dataset.splits import existing_holdout, stratified_group_split
from lnl_gui.util.messages import Message, message

MAXIMUM = 5000
"""Held-out samples beyond this narrow the interval of a difference below 1 % no further."""
LEAST_CONFIRMED = 50
"""So many confirmed samples make a held-out part of their own."""


@dataclass(frozen=True)
class HoldoutChoice:
    """A held-out part of N samples.

    Attributes:
        rows: (N,) bool, the held-out samples.
        excluded: (N,) bool, near-duplicates of held-out samples, which may be used neither for
            training nor for reporting.
        source: in words, where the held-out samples come from.
    """

    rows: np.ndarray
    excluded: np.ndarray
    source: Message


def choose_holdout(
    labels: np.ndarray,
    *,
    splits: Sequence[str] = (),
    confirmed: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    fraction: float = 0.2,
    maximum: int = MAXIMUM,
    seed: int = 0,
) -> HoldoutChoice:
    """Choose the samples to report on, the same for every model of a project.

    The dataset's own test or validation samples come first; else samples that a person confirmed,
    when there are enough of them; else a stratified part of all. Near-duplicates never straddle
    the border: those of held-out samples leave training.

    Args:
        labels: (N,) int32 current labels; -1 for samples that are not to be used.
        splits: N split names as the dataset gave them, or none.
        confirmed: (N,) bool, labels that a person looked at and kept or set.
        groups: (N,) int, equal for near-duplicates; None: every sample for itself.
        fraction: of the usable samples (or of the confirmed ones) to hold out, in (0, 1).
        maximum: at most so many samples.
        seed: of the draw.

    Returns:
        masks (N,) over the labels; no row is both held out and excluded.
    """
    usable = labels >= 0
    groups = np.arange(len(labels)) if groups is None else groups
    known = np.zeros(len(labels), bool) if confirmed is None else confirmed & usable
    own = existing_holdout(splits) if len(splits) else np.zeros(len(labels), bool)
    # A split in which everything is held out would leave nothing to train on.
    if (own & usable).any() and (~own & usable).any():
        rows, source = own & usable, message("the dataset's own split")
    else:
        rows, source = _drawn(labels, usable, known, groups, fraction, seed)
    rows = _at_most(rows, maximum, preferred=known, groups=groups, seed=seed)
    # After the cut to the maximum: a copy of a sample that was cut away may train.
    return HoldoutChoice(rows, np.isin(groups, groups[rows]) & ~rows, source)


def _drawn(
    labels: np.ndarray,
    usable: np.ndarray,
    known: np.ndarray,
    groups: np.ndarray,
    fraction: float,
    seed: int,
) -> tuple[np.ndarray, Message]:
    """A stratified draw: from confirmed samples while they last, then from all."""
    wanted = round(fraction * int(usable.sum()))
    pool, source = usable, message("a stratified draw of all samples")
    if known.sum() >= LEAST_CONFIRMED:
        # Half at most, so that confirmed labels also train.
        fraction = min(0.5, wanted / int(known.sum()))
        pool, source = known, message("a stratified draw of samples confirmed by a person")
    rows = np.zeros(len(labels), bool)
    where = np.flatnonzero(pool)
    if len(where) == 0:
        return rows, source
    rows[where] = stratified_group_split(
        labels[where], groups[where], holdout_fraction=fraction, seed=seed
    )
    return rows, source


def _at_most(
    rows: np.ndarray, maximum: int, *, preferred: np.ndarray, groups: np.ndarray, seed: int
) -> np.ndarray:
    """At most `maximum` of the rows, preferred ones first, in an order drawn from the seed."""
    chosen = np.flatnonzero(rows)
    if len(chosen) <= maximum:
        return rows
    draw = np.random.default_rng(seed).permutation(len(chosen))
    # Confirmed labels first: an accuracy is worth as much as the labels it is measured on.
    order = np.lexsort((draw, ~preferred[chosen]))
    kept = np.zeros(len(rows), bool)
    kept[chosen[order[:maximum]]] = True
    return kept


def file_order(files: Sequence[ImageLocation], seed: int) -> np.ndarray:
    """Draw a uniform number for each file, (N,) float64 in [0, 1), from seed and name alone.

    Two runs whose samples differ a little (given and curated labels) then agree on all others,
    and so do two copies of a dataset: the folder that all files have in common is of no matter.
    """
    salt = seed.to_bytes(8, "little", signed=True)
    drawn = [
        hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, salt=salt).digest()
        for name in _names(files)
    ]
    return np.array([int.from_bytes(digest, "little") / 2**64 for digest in drawn])


def _names(files: Sequence[ImageLocation]) -> list[str]:
    """The files' paths below the folder they share, the same on every system."""
    try:
        common = os.path.commonpath([outer_path(file).parent for file in files])
    except ValueError:  # none, or on several drives
        return [f"{outer_path(file).as_posix()}{inner_text(file)}" for file in files]
    return [location_text(file, Path(common)) for file in files]


def choose_validation(
    files: Sequence[ImageLocation],
    labels: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    fraction: float = 0.1,
    seed: int = 0,
) -> np.ndarray:
    """Choose the validation part of the training samples, (N,) bool.

    A group goes where the draw of its first file falls; a class always keeps at least one
    training sample. Of few samples no fewer than half the share are taken.

    Args:
        files: N paths; their names decide.
        labels: (N,) int.
        groups: (N,) int, equal for samples that must not part ways; None: no groups.
        fraction: share to set aside, in [0, 1).
        seed: of the draw.
    """
    draw = file_order(files, seed)
    if groups is not None:
        _, first, members = np.unique(groups, return_index=True, return_inverse=True)
        draw = draw[first][members.reshape(-1)]
    # Draws by name hit their share only on average; of few samples they may take none.
    least = min(len(draw), round(fraction * len(draw) / 2)) if fraction > 0 else 0
    limit = np.sort(draw)[least - 1] if least else 0.0
    chosen = (draw < fraction) | (draw <= limit)
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        if chosen[of_class].all():
            keep = of_class[int(draw[of_class].argmax())]
            # With its group, whose other members would else leak into validation.
            same = [keep] if groups is None else np.flatnonzero(groups == groups[keep])
            chosen[same] = False
    return chosen
