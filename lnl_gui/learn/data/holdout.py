"""Choice of the held-out samples to report on, and of the validation part of the others."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation, inner_text, location_text, outer_path
from lnl_gui.dataset.splits import stratified_group_split
from lnl_gui.store.dataset.split_names import existing_holdout
from lnl_gui.store.jobs.parameters import MOST_HELD_OUT
from lnl_gui.util.messages import Message, message

HOLDOUT_SEED = 0
"""Of the draw of the held-out part: the dataset's own, the same for every training of it."""


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
    draws: np.ndarray,
    *,
    splits: Sequence[str] = (),
    groups: np.ndarray | None = None,
    fraction: float = 0.2,
    maximum: int = MOST_HELD_OUT,
) -> HoldoutChoice:
    """Choose the samples to report on, the same for every model of a project.

    The dataset's own test or validation samples come first; else a part of all in which every
    class has its share. Nothing that was found out about a sample plays a part: who judges must not
    choose the exam. Near-duplicates never straddle the border: those of held-out samples leave
    training.

    Args:
        labels: (N,) int32 labels as they came; -1 for samples that are not to be used.
        draws: (N,) float64 in [0, 1), see `key_draws`; the lowest are held out.
        splits: N split names as the dataset gave them, or none.
        groups: (N,) int, equal for near-duplicates; None: every sample for itself.
        fraction: of the usable samples to hold out, in (0, 1).
        maximum: at most so many samples.

    Returns:
        masks (N,) over the labels; no row is both held out and excluded.
    """
    usable = labels >= 0
    groups = np.arange(len(labels)) if groups is None else groups
    own = existing_holdout(splits) if len(splits) else np.zeros(len(labels), bool)
    # A split in which everything is held out would leave nothing to train on.
    if (own & usable).any() and (~own & usable).any():
        rows, source = own & usable, message("the dataset's own split")
    else:
        rows, source = np.zeros(len(labels), bool), message("a stratified draw of all samples")
        where = np.flatnonzero(usable)
        rows[where] = stratified_group_split(
            labels[where], groups[where], draws=draws[where], holdout_fraction=fraction
        )
    rows = _at_most(rows, maximum, draws)
    # After the cut to the maximum: a copy of a sample that was cut away may train.
    return HoldoutChoice(rows, np.isin(groups, groups[rows]) & ~rows, source)


def _at_most(rows: np.ndarray, maximum: int, draws: np.ndarray) -> np.ndarray:
    chosen = np.flatnonzero(rows)
    if len(chosen) <= maximum:
        return rows
    kept = np.zeros(len(rows), bool)
    kept[chosen[np.argsort(draws[chosen], kind="stable")[:maximum]]] = True
    return kept


def key_draws(keys: Sequence[bytes], seed: int = HOLDOUT_SEED) -> np.ndarray:
    """Draw a uniform number for each key, (N,) float64 in [0, 1), from seed and key alone.

    Args:
        keys: what tells samples apart wherever they lie, such as the hash of their content.
        seed: of the draw.
    """
    salt = seed.to_bytes(8, "little", signed=True)
    drawn = [hashlib.blake2b(key, digest_size=8, salt=salt).digest() for key in keys]
    return np.array([int.from_bytes(digest, "little") / 2**64 for digest in drawn])


def file_order(files: Sequence[ImageLocation], seed: int) -> np.ndarray:
    """Draw a uniform number for each file, (N,) float64 in [0, 1), from seed and name alone.

    Two runs whose samples differ a little (given and curated labels) then agree on all others,
    and so do two copies of a dataset: the folder that all files have in common is of no matter.
    """
    return key_draws([name.encode("utf-8", "surrogatepass") for name in _names(files)], seed)


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
