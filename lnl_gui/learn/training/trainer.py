"""Interface between a training method and the training loop."""

from typing import Any, Protocol

from torch import nn

from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.strategy import Strategy


class Trainer(Protocol):
    """A training method with its networks; says what one epoch does.

    All random draws are functions of (seed, epoch) or come from torch's generator, which the loop
    seeds before each epoch, or from `Epoch.generator`. What is computed once in an epoch goes
    through `Epoch.once`. The state of the learners, of `state_dict` and of the epoch is then all a
    run needs to go on exactly.
    """

    @property
    def name(self) -> str:
        """The method's name, for reports and progress."""

    @property
    def epochs(self) -> int:
        """How many epochs a full run has."""

    @property
    def patience(self) -> int:
        """Stop after so many epochs without a better validation accuracy; 0 never."""

    @property
    def strategy(self) -> Strategy:
        """Takes the steps."""

    @property
    def learners(self) -> list[Learner]:
        """The one or two networks with their optimisers."""

    @property
    def classifiers(self) -> list[nn.Module]:
        """The networks, each of which can be kept as the trained model."""

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        """Train one epoch; returns further figures by name, such as the share of trusted labels."""

    def state_dict(self) -> dict[str, Any]:
        """State beside learners and strategy, of types `torch.load` reads with `weights_only`."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""


def trainer_state(trainer: Trainer) -> dict[str, Any]:
    """State of a training: learners, strategy and what the method keeps."""
    return {
        "learners": [learner.state_dict() for learner in trainer.learners],
        "strategy": trainer.strategy.state_dict(),
        "method": trainer.state_dict(),
    }


def load_trainer_state(trainer: Trainer, state: dict[str, Any]) -> None:
    """Restore a state of `trainer_state` in a freshly built trainer."""
    for learner, of_learner in zip(trainer.learners, state["learners"], strict=True):
        learner.load_state_dict(of_learner)
    trainer.strategy.load_state_dict(state["strategy"])
    trainer.load_state_dict(state["method"])
