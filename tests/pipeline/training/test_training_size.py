"""How many images a training learns from is told before it begins as it then is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.training_data import training_data
from lnl_gui.session.figures.learnt import training_size
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import GIVEN_LABEL, LEFT_OUT, FinetuneParameters

DOUBTED = slice(12, 24)


@pytest.mark.parametrize("own_split", [False, True])
@pytest.mark.parametrize("policy", [GIVEN_LABEL, LEFT_OUT])
def test_the_number_told_is_the_number_learnt_from(
    embedded: Path, policy: str, own_split: bool
) -> None:
    with Session.open(embedded) as session:
        session.exclude(np.arange(0, 6))
        session.unsure(np.arange(6, 9))
        columns, splits = session.columns, list(session.split_names)
        if own_split:
            splits = ["train", "test"]
            columns.split[:] = np.arange(len(session)) % 3 == 0
        columns.flagged[DOUBTED] = True
        size = training_size(columns, splits)
    snapshot = take_snapshot(embedded)
    # No copies, which leave the training with the held-out images they are copies of.
    snapshot = replace(snapshot, split_names=splits, facts=None, signatures=None)
    snapshot.samples.split[:] = columns.split
    snapshot.scores.flagged[DOUBTED] = True
    for holdout in (0.2, 0.5):
        parameters = FinetuneParameters(holdout_fraction=holdout, unreviewed=policy)
        labels = training_data(snapshot, parameters).curated.labels
        told = size.learnt(holdout, policy)
        # Draws by class are rounded, and who is set aside was drawn by chance.
        assert abs(told - int((labels >= 0).sum())) <= (0 if own_split else 4)
