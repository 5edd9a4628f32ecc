"""Selection of a run's best model on validation samples, with its weights and predictions."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn

from lnl_gui.learn.evaluation.metrics import log_loss
from lnl_gui.learn.models.model_file import read_weights, save_weights
from lnl_gui.learn.training.validation_answers import ValidationAnswers, pack
from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.log import logger
from lnl_gui.util.messages import message

PREFIX = "best-"


@dataclass(frozen=True)
class BestModel:
    """One of the models of a run, with the validation figures it is selected by.

    Attributes:
        number: counts the models a run has judged; names the files.
        title: in words, such as "linear probe" or "last block, epoch 2".
        validation_accuracy: in [0, 1]; None without validation samples.
        validation_loss: log-loss on the same samples, in nats; breaks ties.
        margin: what another must be more accurate by to take its place.
        slack: how far below the highest accuracy so far this one may be and still take the place
            of an earlier one.
    """

    number: int
    title: str
    validation_accuracy: float | None
    validation_loss: float
    margin: float = 0.0
    slack: float = 0.0

    def better_than(self, other: "BestModel | None") -> bool:
        """Whether it replaces `other`: more accurate, or as accurate at a lower log-loss."""
        # Without validation the last epoch is the result, as in papers that report the last
        # accuracy.
        if other is None or self.validation_accuracy is None or other.validation_accuracy is None:
            return True
        # A guarded model is left only for what is clearly better, so that no loss may break the
        # tie.
        if other.margin:
            return self.validation_accuracy > other.validation_accuracy + other.margin
        mine = (self.validation_accuracy, -self.validation_loss)
        return mine > (other.validation_accuracy, -other.validation_loss)

    def weights(self, folder: Path) -> Path:
        """File of its state dictionary."""
        return folder / f"{PREFIX}{self.number}.safetensors"

    def predictions(self, folder: Path) -> Path:
        """File of its (H, C) float32 probabilities of the held-out samples."""
        return folder / f"{PREFIX}{self.number}.npy"


def judged(
    number: int,
    title: str,
    probabilities: np.ndarray,
    labels: np.ndarray,
    *,
    guard: float = 0.0,
    later: float = 0.0,
) -> BestModel:
    """Rate a model on the validation samples.

    Args:
        number: how many were judged before.
        title: in words.
        probabilities: (V, C) float; V may be 0.
        labels: (V,) int.
        guard: what may take its place must be better by so many standard errors of its accuracy;
            below 0 it may be worse by as many.
        later: by so many standard errors it may be worse than the best so far and still be taken,
            because it is later.
    """
    if not len(labels):
        return BestModel(number, title, None, 0.0)
    share = float((probabilities.argmax(axis=1) == labels).mean())
    model = BestModel(number, title, share, log_loss(probabilities, labels))
    # Standard error of a binomial share. Validation labels are as noisy as the training labels,
    # which favours whatever has learnt the noise.
    error = (share * (1 - share) / len(labels)) ** 0.5
    return replace(model, margin=guard * error, slack=later * error)


class ModelSelection:
    """The best of the models a run has judged, with its weights and predictions.

    Args:
        folder: where its files lie; None keeps it in memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.best: BestModel | None = None
        self.highest: float | None = None
        """validation accuracy in [0, 1], of all models judged"""
        self.tried = 0
        self.trained: ValidationAnswers | None = None
        """of the most accurate model that no guard protects, kept or not"""
        self.guarded: ValidationAnswers | None = None
        """of the one that a guard protects, which is the linear probe"""
        self._in_memory: tuple[dict[str, Tensor], np.ndarray] | None = None

    def prefers(self, model: BestModel) -> bool:
        """Whether the model takes the place of the best so far; counts it as judged."""
        # Also counts what is not kept: no two models may share a file name.
        self.tried += 1
        accuracy = model.validation_accuracy
        if accuracy is None:
            return True
        self.highest = max(accuracy, self.highest or 0.0)
        # Two networks of one epoch are none later than the other.
        if self.best is None or not model.slack or model.title == self.best.title:
            return model.better_than(self.best)
        return accuracy >= self.highest - model.slack

    def note_answers(
        self, model: BestModel, probabilities: np.ndarray, labels: np.ndarray, *, guarded: bool
    ) -> None:
        """Note what a model answers, if it is the most accurate of its kind so far.

        Args:
            model: as it was rated.
            probabilities: (V, C) float on the validation samples.
            labels: (V,) int.
            guarded: whether it is the one that a guard protects.
        """
        if model.validation_accuracy is None:
            return
        right = probabilities.argmax(axis=1) == labels
        found = ValidationAnswers(
            model.title, model.validation_accuracy, model.validation_loss, len(right), pack(right)
        )
        if guarded:
            self.guarded = found
        elif found.better_than(self.trained):
            self.trained = found

    def keep(self, model: BestModel, network: nn.Module, holdout: np.ndarray) -> None:
        """Make this the best model; the files of the one before stay until `forget_others`.

        Args:
            model: which one it is.
            network: as it is to be kept.
            holdout: (H, C) probabilities of the held-out samples.

        Raises:
            UserError: when the disk is full.
        """
        self.best = model
        if self.folder is None:
            # Copied: a state dictionary shares its tensors with the network, which learns on.
            weights = {k: t.detach().cpu().clone() for k, t in network.state_dict().items()}
            self._in_memory = weights, holdout
            return
        save_weights(model.weights(self.folder), network)
        try:
            # Weights first, predictions last; `_there` asks for both.
            write_array(model.predictions(self.folder), holdout.astype(np.float32))
        except OSError as error:
            raise as_user_error(error, message("save predictions")) from error

    def weights(self) -> dict[str, Tensor]:
        """State dictionary of the best model, which must exist: tensors of any shape, on the CPU.

        Raises:
            UserError: when its file is missing or damaged.
        """
        assert self.best is not None
        if self.folder is not None:
            return read_weights(self.best.weights(self.folder))
        assert self._in_memory is not None
        return self._in_memory[0]

    def predictions(self) -> np.ndarray:
        """Probabilities (H, C) float32 of the held-out samples by the best model.

        Raises:
            UserError: when their file was damaged since.
        """
        assert self.best is not None
        if self.folder is not None:
            found = _read_predictions(self.best.predictions(self.folder))
            if found is None:
                raise UserError(
                    message(
                        "The predictions of the best model in {folder} are damaged.",
                        folder=self.folder,
                    ),
                    message("Fine-tune again."),
                    code="model_damaged",
                )
            return found
        assert self._in_memory is not None
        return self._in_memory[1]

    def forget_others(self) -> None:
        """Delete the files of all models but the best."""
        if self.folder is None:
            return
        wanted = (
            {self.best.weights(self.folder), self.best.predictions(self.folder)}
            if self.best
            else set()
        )
        for file in self.folder.glob(f"{PREFIX}*"):
            if file not in wanted:
                file.unlink(missing_ok=True)

    def state_dict(self) -> dict[str, Any]:
        """Which model is the best, and what was judged, as JSON values."""
        best = asdict(self.best) if self.best else None
        return {
            "best": best,
            "highest": self.highest,
            "tried": self.tried,
            "trained": asdict(self.trained) if self.trained else None,
            "guarded": asdict(self.guarded) if self.guarded else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> bool:
        """Restore a state of `state_dict`; False when the best model's files cannot be read."""
        best = BestModel(**state["best"]) if state["best"] else None
        if best and self.folder and not _there(best, self.folder):
            return False
        self.best, self.highest, self.tried = best, state["highest"], state["tried"]
        # Absent from checkpoints of earlier versions.
        trained, guarded = state.get("trained"), state.get("guarded")
        self.trained = ValidationAnswers(**trained) if trained else None
        self.guarded = ValidationAnswers(**guarded) if guarded else None
        return True


def _there(model: BestModel, folder: Path) -> bool:
    try:
        read_weights(model.weights(folder))
    except UserError as error:
        logger.warning("the best model so far cannot be read: %s", error)
        return False
    return _read_predictions(model.predictions(folder)) is not None


def _read_predictions(file: Path) -> np.ndarray | None:
    found = readable_array(file, kinds="f", shape=(None, None), mapped=False)
    if found is not None and not np.isfinite(found).all():
        logger.warning("%s holds what is no probability", file)
        return None
    return found
