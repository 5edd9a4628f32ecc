"""How many images of an open project a training would learn from."""

from collections.abc import Sequence

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import EXCLUDED, UNDECIDED, UNSEEN
from lnl_gui.store.dataset.split_names import existing_holdout
from lnl_gui.store.training.training_size import TrainingSize


def training_size(columns: SampleColumns, split_names: Sequence[str]) -> TrainingSize:
    """Count what can be learnt from; see `learn.data.holdout.choose_holdout` for what is held out.

    Args:
        columns: of N samples.
        split_names: that `columns.split` counts.
    """
    # Of labels as they came; people's play a part where nothing else is there.
    came = columns.readable & (columns.given >= 0)
    if not came.any():
        came = columns.readable & (columns.current >= 0)
    own = existing_holdout([split_names[split] for split in columns.split.tolist()]) & came
    own_split = bool(own.any() and (came & ~own).any())
    part = own if own_split else came
    aside = (columns.status == EXCLUDED) | np.isin(columns.status, UNDECIDED)
    usable = columns.readable & ~aside & (columns.current >= 0)
    doubted = columns.flagged & (columns.status == UNSEEN)

    def pair(chosen: np.ndarray) -> tuple[int, int]:
        return int(np.count_nonzero(chosen)), int(np.count_nonzero(chosen & doubted))

    return TrainingSize(
        pair(usable & part), pair(usable & ~part), int(np.count_nonzero(part)), own_split
    )
