"""An epoch that ruins a network is undone, said, and the next one goes on more slowly."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lnl_gui.learn.data.sources import ArraySource, LabelledSource
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.loop import TrainingRun
from lnl_gui.learn.training.optimisation import build_optimiser
from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.learn.training.report import EpochReport
from lnl_gui.learn.training.rollback import Floor
from lnl_gui.learn.training.strategy import Strategy

POINTS = np.eye(2, dtype=np.float32)[np.arange(100) % 2]
VALIDATION = LabelledSource(ArraySource(POINTS), np.arange(100) % 2)


class Moves:
    """A trainer whose epochs move a perfect network by its rate times a given direction."""

    name, patience = "moves", 0

    def __init__(self, steps: list[float]) -> None:
        network = nn.Linear(2, 2, bias=False)
        with torch.no_grad():
            network.weight.copy_(torch.eye(2))
        self.steps, self.epochs = steps, len(steps)
        self.learners = [
            Learner(network, build_optimiser(Optimiser("sgd", 1.0, momentum=0), network, network))
        ]
        self.classifiers: list[nn.Module] = [network]
        self.strategy = Strategy()
        self.rates: list[float] = []

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        learner = self.learners[0]
        learner.set_rate(1.0)
        self.rates.append(learner.optimiser.param_groups[0]["lr"])
        with torch.no_grad():
            # Enough of it turns the classes round.
            learner.network.get_parameter("weight")[0] -= self.rates[-1] * self.steps[epoch.number]
        learner.steps += 1
        return {}

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        pass


def weight(trainer: Moves) -> np.ndarray:
    return trainer.classifiers[0].get_parameter("weight").detach().numpy().copy()


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_fall_is_undone_said_and_followed_by_a_lower_rate(on_disk: bool, tmp_path: Path) -> None:
    reports: list[EpochReport] = []
    run = TrainingRun(folder=tmp_path if on_disk else None, on_epoch=reports.append)
    trainer = Moves([0.0, 5.0, 0.5, 0.0])
    run.train(trainer, validation=VALIDATION, floor=Floor("moving"))
    assert [report.validation_accuracy for report in reports] == [1.0, 0.5, 1.0, 1.0]
    assert [report.figures.get("undone") for report in reports] == [None, 1.0, None, None]
    np.testing.assert_allclose(trainer.rates, [1.0, 1.0, 0.1, 0.1])
    # The fall left no trace but the rate.
    np.testing.assert_allclose(weight(trainer), [[0.95, -0.05], [0.0, 1.0]])
    (note,) = run.notes
    assert str(note).startswith("Epoch 2 of moving fell from 100.0 % to 50.0 %")
    assert run.selection.best is not None and run.selection.best.title == "moves, epoch 1"


def test_what_falls_again_and_again_ends_where_it_was_good(tmp_path: Path) -> None:
    run = TrainingRun(folder=tmp_path)
    trainer = Moves([500.0] * 9)
    run.train(trainer, validation=VALIDATION, floor=Floor("moving", start=1.0))
    assert run.epoch == 2 and "ended there" in str(run.notes[-1])
    np.testing.assert_allclose(weight(trainer), np.eye(2))


@pytest.mark.parametrize("killed", [1, 2, 3])
def test_a_resumed_run_undoes_as_one_that_was_not_killed(killed: int, tmp_path: Path) -> None:
    steps = [0.2, 9.0, 0.5, 0.1, 0.3]
    whole = Moves(steps)
    TrainingRun().train(whole, validation=VALIDATION, floor=Floor("moving"))

    class Kill(Exception):
        pass

    def kill(report: EpochReport) -> None:
        if report.epoch == killed:
            raise Kill

    with pytest.raises(Kill):
        TrainingRun(folder=tmp_path, on_epoch=kill).train(
            Moves(steps), validation=VALIDATION, floor=Floor("moving")
        )
    again, run = Moves(steps), TrainingRun(folder=tmp_path)
    run.train(again, validation=VALIDATION, floor=Floor("moving"))
    np.testing.assert_array_equal(weight(again), weight(whole))
    assert len(run.notes) == 1


def test_without_a_floor_or_validation_nothing_is_undone() -> None:
    for floor, validation in ((None, VALIDATION), (Floor("moving"), None)):
        trainer, run = Moves([0.0, 5.0]), TrainingRun()
        run.train(trainer, validation=validation, floor=floor)
        assert not run.notes and weight(trainer)[0, 1] == -5.0
