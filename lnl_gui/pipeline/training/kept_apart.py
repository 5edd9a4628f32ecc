"""What is told of images that are neither trained on nor measured on, because of held-out ones."""

import numpy as np

from lnl_gui.detect.groups import units
from lnl_gui.learn.data.holdout import HoldoutChoice
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.known_copies import copies_of, parts_of
from lnl_gui.util.messages import Message, message_n


def kept_apart_notes(
    snapshot: Snapshot, held: HoldoutChoice, usable: np.ndarray
) -> tuple[Message, ...]:
    """How many images leave the training for the held-out ones, by reason, none counted twice.

    Args:
        snapshot: of N samples.
        held: their held-out part.
        usable: (N,) bool, what would be trained on but for that.
    """
    copies = units(len(snapshot), copies_of(snapshot))
    together = units(len(snapshot), copies, parts_of(snapshot))
    leaving = held.excluded & usable
    copied = leaving & _with_held_out(copies, held.rows)
    parts = leaving & _with_held_out(together, held.rows) & ~copied
    counts = [int(each.sum()) for each in (copied, parts, leaving & ~copied & ~parts)]
    told = (
        message_n(
            "{count:,} image is not trained on, because it is a copy of a held-out one.",
            "{count:,} images are not trained on, because they are copies of held-out ones.",
            counts[0],
        ),
        message_n(
            "{count:,} image is not trained on, because it may be a part of one picture with a"
            " held-out one.",
            "{count:,} images are not trained on, because they may be parts of one picture with"
            " held-out ones.",
            counts[1],
        ),
        message_n(
            "{count:,} image is not trained on, because it is in one group with a held-out one.",
            "{count:,} images are not trained on, because they are in one group with held-out"
            " ones.",
            counts[2],
        ),
    )
    return tuple(said for said, count in zip(told, counts, strict=True) if count)


def _with_held_out(unit: np.ndarray, held: np.ndarray) -> np.ndarray:
    """(N,) bool: shares its unit (N,) int with a held-out sample."""
    return np.isin(unit, unit[held])
