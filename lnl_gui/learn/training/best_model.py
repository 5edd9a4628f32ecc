"""The best model so far of a run, on disk, and what it says about the held-out samples."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from lnl_gui.learn.evaluation.metrics import accuracy, log_loss
from lnl_gui.learn.models.model_file import save_weights
from lnl_gui.util.atomic import write_array
from lnl_gui.util.errors import as_user_error

PREFIX = "candidate-"


@dataclass(frozen=True)
class BestModel:
    """A model that may become the result.

    Args:
        number: counts a run's candidates; names its files.
        title: in words, such as "linear probe" or "last block, epoch 2".
        validation_accuracy: in [0, 1]; None without validation samples.
        validation_loss: log-loss on the same samples, in nats; breaks ties.
        margin: what another must be more accurate by to take its place.
    """

    number: int
    title: str
    validation_accuracy: float | None
    validation_loss: float
    margin: float = 0.0

    def better_than(self, other: "BestModel | None") -> bool:
        """More accurate, or as accurate and surer; without validation the later one."""
        if other is None or self.validation_accuracy is None or other.validation_accuracy is None:
            return True
        if other.margin:
            return self.validation_accuracy > other.validation_accuracy + other.margin
        mine = (self.validation_accuracy, -self.validation_loss)
        return mine > (other.validation_accuracy, -other.validation_loss)

    def weights(self, folder: Path) -> Path:
        """Its state dictionary."""
        return folder / f"{PREFIX}{self.number}.safetensors"

    def predictions(self, folder: Path) -> Path:
        """Its (H, C) probabilities of the held-out samples."""
        return folder / f"{PREFIX}{self.number}.npy"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def judged(number: int, title: str, probabilities: np.ndarray, labels: np.ndarray) -> BestModel:
    """A candidate by its probabilities (V, C) of the validation samples and their labels (V,)."""
    loss = log_loss(probabilities, labels) if len(labels) else 0.0
    return BestModel(number, title, accuracy(probabilities, labels), loss)


def keep(
    candidate: BestModel, folder: Path, classifier: nn.Module, holdout: np.ndarray
) -> BestModel:
    """Write a candidate's files; older candidates stay until `forget_others`.

    Raises:
        UserError: when the disk is full.
    """
    save_weights(candidate.weights(folder), classifier)
    try:
        write_array(candidate.predictions(folder), holdout.astype(np.float32))
    except OSError as error:
        raise as_user_error(error, "save predictions") from error
    return candidate


def forget_others(folder: Path, best: BestModel | None) -> None:
    """Delete the files of all candidates but `best`."""
    wanted = {best.weights(folder), best.predictions(folder)} if best else set()
    for file in folder.glob(f"{PREFIX}*"):
        if file not in wanted:
            file.unlink(missing_ok=True)


def still_there(candidate: BestModel, folder: Path) -> bool:
    """Whether both files exist."""
    return candidate.weights(folder).is_file() and candidate.predictions(folder).is_file()
