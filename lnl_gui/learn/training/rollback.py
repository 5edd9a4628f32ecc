"""Epochs that made a network clearly worse than it was are undone, and said.

A rate that suits one network destroys another: in a first epoch of TURN with the settings of
ResNet-50, EfficientNet-Lite2 fell from .70 to .32. What an epoch began from is kept, so that the
next one can begin from there again, at a lower rate.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnl_gui.learn.training.checkpoint import load_checkpoint, save_checkpoint
from lnl_gui.learn.training.trainer import Trainer, load_trainer_state, trainer_state
from lnl_gui.util.messages import Message, message

STANDARD_ERRORS = 3.0
"""A fall by less may be chance: parts are small, and the best of many epochs is lucky."""
RATE_FACTOR = 0.1
MOST_UNDONE = 2
"""After so many one after the other the phase ends: lower rates do not help."""
FILE_NAME = "before-epoch.pt"


@dataclass(frozen=True)
class Floor:
    """What the epochs of a phase may not fall below.

    Attributes:
        title: of the phase, for messages.
        continues: whether it starts from the network that the phase before left, whose accuracy is
            then the measure; else the phase's own best epoch so far is.
        start: validation accuracy in [0, 1] of that network, where it is known.
    """

    title: Message | str
    continues: bool = False
    start: float | None = None


class Rollback:
    """Keeps what an epoch begins from, and restores it.

    Args:
        floor: of the phase.
        samples: V, of the validation part.
        folder: where the state is kept; None keeps it in memory.
        fingerprint: of the run.
    """

    def __init__(self, floor: Floor, samples: int, folder: Path | None, fingerprint: str) -> None:
        self.floor, self.samples = floor, samples
        self.reference, self.undone = floor.start, 0
        self._folder, self._fingerprint = folder, fingerprint
        self._memory: dict[str, Any] | None = None

    def keep(self, trainer: Trainer) -> None:
        """Keep what the next epoch begins from.

        Raises:
            UserError: when the disk is full.
        """
        if not self.samples:
            return
        if self._folder is None:
            self._memory = _copied(trainer_state(trainer))
            return
        state = {"fingerprint": self._fingerprint, "trainer": trainer_state(trainer)}
        save_checkpoint(self._folder, state, name=FILE_NAME)

    def falls(self, accuracy: float | None) -> bool:
        """Whether an epoch of this validation accuracy is to be undone; else it is the measure."""
        if accuracy is None:
            return False
        if self.reference is not None:
            error = (self.reference * (1 - self.reference) / max(1, self.samples)) ** 0.5
            if accuracy < self.reference - STANDARD_ERRORS * error:
                return True
        # The best so far and not the last: falls of less than three errors would add up unseen.
        self.reference, self.undone = max(accuracy, self.reference or 0.0), 0
        return False

    def undo(self, trainer: Trainer, *, epoch: int, accuracy: float) -> Message:
        """Restore what the epoch began from, at a tenth of the rate; returns what to say.

        Args:
            trainer: of the epoch.
            epoch: its number, from 0.
            accuracy: what it fell to, in [0, 1].
        """
        self.undone += 1
        state = self._memory
        if self._folder is not None:
            state = load_checkpoint(self._folder, self._fingerprint, name=FILE_NAME)
        if state is not None:
            # A copy: what learns on would otherwise change what is kept.
            load_trainer_state(trainer, _copied(state.get("trainer", state)))
        for learner in trainer.learners:
            for group in learner.optimiser.param_groups:
                group["initial_rate"] *= RATE_FACTOR
                group["lr"] *= RATE_FACTOR
        # With the lower rate, from which another fall lowers it again.
        self.keep(trainer)
        before = self.reference or 0.0
        said = message(
            "Epoch {epoch} of {stage} fell from {before:.1%} to {after:.1%} on the validation part"
            " and was undone; training went on at a lower rate.",
            epoch=epoch + 1,
            stage=self.floor.title,
            before=before,
            after=accuracy,
        )
        if self.undone < MOST_UNDONE:
            return said
        return message(
            "Epoch {epoch} of {stage} fell from {before:.1%} to {after:.1%} on the validation part"
            " and was undone; training ended there, for lower rates did not help.",
            epoch=epoch + 1,
            stage=self.floor.title,
            before=before,
            after=accuracy,
        )

    def read(self, folder: Path) -> None:
        """Take what an interrupted epoch began from, which another process keeps in `folder`."""
        state = load_checkpoint(folder, self._fingerprint, name=FILE_NAME)
        self._memory = None if state is None else state["trainer"]

    @property
    def over(self) -> bool:
        """Whether lower rates did not help."""
        return self.undone >= MOST_UNDONE

    def state_dict(self) -> dict[str, Any]:
        """The measure, and how many epochs were undone."""
        return {"reference": self.reference, "undone": self.undone}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        self.reference, self.undone = state["reference"], state["undone"]


def _copied(state: Any) -> Any:
    """A deep copy, tensors on the CPU."""
    if hasattr(state, "detach"):
        return state.detach().cpu().clone()
    if isinstance(state, dict):
        return {name: _copied(value) for name, value in state.items()}
    if isinstance(state, list | tuple):
        return type(state)(_copied(value) for value in state)
    return state
