"""The loop around every method: epochs, progress, choice of the best, exact resume.

A method is a `Trainer`: it holds its networks and says what one epoch does. All its random draws
are functions of (seed, epoch), and the loop seeds torch's generator before each epoch, so that the
state after an epoch is all a run needs to go on exactly.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from lnl_gui.learn.data.sources import Source
from lnl_gui.learn.models.inference import predict_logits
from lnl_gui.learn.training.checkpoint import load_checkpoint, save_checkpoint
from lnl_gui.learn.training.report import EpochReport, OnEpoch, no_report
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import Progress, no_progress

PARTS = 1000
"""Progress is reported in thousandths of an epoch."""


class Trainer(Protocol):
    """A method under way."""

    @property
    def name(self) -> str:
        """The method's name."""

    @property
    def epochs(self) -> int:
        """How many epochs a full run has."""

    @property
    def classifiers(self) -> list[nn.Module]:
        """The one or two networks, each of which can be kept as the trained model."""

    def train_epoch(self, epoch: int, progress: Progress) -> dict[str, float]:
        """Train one epoch, counted from 0; the figures returned hold `loss`."""

    def predict(self, source: Source) -> np.ndarray:
        """Probabilities (n, C) float32 of all rows of `source`."""

    def state_dict(self) -> dict[str, Any]:
        """All that changes from epoch to epoch, as tensors, numbers, lists and dictionaries."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up such a state."""


@dataclass(frozen=True)
class Validation:
    """Samples kept apart: inputs, and labels (V,) int. They choose the best epoch."""

    source: Source
    labels: np.ndarray


@dataclass(frozen=True)
class Fitted:
    """What a run came to.

    `best` is the state of the epoch with the best validation accuracy (the last such without
    validation), `best_epoch` its number.
    """

    reports: tuple[EpochReport, ...]
    best_epoch: int
    best: dict[str, Any]


@contextmanager
def seeded_torch(seed: int, epoch: int) -> Iterator[None]:
    """Seed torch's generators for one epoch, and put them back afterwards."""
    words = np.random.SeedSequence((seed, epoch)).generate_state(2)
    current = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=current):
        torch.manual_seed(int(words[0]) << 16 ^ int(words[1]))
        yield


def fit(
    trainer: Trainer,
    *,
    seed: int = 0,
    validation: Validation | None = None,
    folder: Path | None = None,
    fingerprint: str = "",
    on_epoch: OnEpoch = no_report,
    progress: Progress = no_progress,
) -> Fitted:
    """Run all epochs, from the checkpoint in `folder` on if it has the same fingerprint.

    Args:
        trainer: freshly built; it holds the last epoch's state afterwards.
        seed: of this run.
        validation: chooses the best epoch.
        folder: where the checkpoint lies; None keeps none.
        fingerprint: see `checkpoint.fingerprint`.
        on_epoch: called after each epoch, before the checkpoint is written.
        progress: may raise `Cancelled` within an epoch; finished epochs are kept.

    Raises:
        UserError: when the loss is no longer a number; the last good checkpoint stays.
    """
    run = _resume(trainer, folder, fingerprint)
    epochs = trainer.epochs
    for epoch in range(run["epoch"], epochs):
        started = perf_counter()
        with seeded_torch(seed, epoch):
            figures = trainer.train_epoch(epoch, _within(progress, epoch, epochs))
        accuracy = None if validation is None else accuracy_of(trainer.predict, validation)
        report = EpochReport(
            stage=trainer.name,
            epoch=epoch,
            epochs=epochs,
            loss=figures.pop("loss"),
            validation_accuracy=accuracy,
            seconds=perf_counter() - started,
            figures=figures,
        )
        _record(run, report, trainer)
        on_epoch(report)
        if folder is not None:
            save_checkpoint(folder, {**run, "fingerprint": fingerprint})
    reports = tuple(EpochReport(**values) for values in run["reports"])
    return Fitted(reports, run["best_epoch"], run["best"])


def best_classifier(trainer: Trainer, fitted: Fitted, validation: Validation | None) -> nn.Module:
    """The network to keep: of the best epoch, and of two the one better on validation.

    The trainer takes up the best epoch's state.
    """
    trainer.load_state_dict(fitted.best)
    if validation is None or len(trainer.classifiers) == 1:
        return trainer.classifiers[0]
    return max(
        trainer.classifiers,
        key=lambda network: accuracy_of(
            lambda source: predict_logits(network, source).numpy(), validation
        ),
    )


def accuracy_of(predict: Callable[[Source], np.ndarray], validation: Validation) -> float:
    """Share of validation samples whose most probable class is their label."""
    return float((predict(validation.source).argmax(axis=1) == validation.labels).mean())


def mean_loss(losses: Sequence[torch.Tensor], where: str) -> float:
    """The mean of the batches' losses of one epoch.

    Raises:
        UserError: when one is not finite, naming the first such batch.
    """
    values = torch.stack([loss.detach().float() for loss in losses]).cpu()
    bad = torch.nonzero(~torch.isfinite(values))
    if len(bad):
        raise UserError(
            f"Training stopped at batch {int(bad[0]) + 1} of {where}: the loss is not a number.",
            "Lower the learning rate and start again; what was kept last is still good.",
            code="loss_not_finite",
        )
    return float(values.mean())


def snapshot(state: Any) -> Any:
    """A copy of nested dictionaries, lists and tensors that further training does not change."""
    if isinstance(state, torch.Tensor):
        return state.detach().to("cpu", copy=True)
    if isinstance(state, dict):
        return {key: snapshot(value) for key, value in state.items()}
    if isinstance(state, list | tuple):
        return type(state)(snapshot(value) for value in state)
    return state


def _resume(trainer: Trainer, folder: Path | None, fingerprint: str) -> dict[str, Any]:
    run = load_checkpoint(folder, fingerprint) if folder is not None else None
    if run is None:
        start = snapshot(trainer.state_dict())
        return {"epoch": 0, "last": start, "best": start, "best_epoch": -1, "reports": []}
    trainer.load_state_dict(run["last"])
    return run


def _record(run: dict[str, Any], report: EpochReport, trainer: Trainer) -> None:
    accuracies = [values["validation_accuracy"] for values in run["reports"]]
    best_before = max((a for a in accuracies if a is not None), default=-1.0)
    run["reports"].append(asdict(report))
    run["epoch"] = report.epoch + 1
    run["last"] = snapshot(trainer.state_dict())
    if report.validation_accuracy is None or report.validation_accuracy > best_before:
        run["best"], run["best_epoch"] = run["last"], report.epoch


def _within(progress: Progress, epoch: int, epochs: int) -> Progress:
    def report(done: int, total: int) -> None:
        progress(epoch * PARTS + PARTS * done // max(total, 1), epochs * PARTS)

    return report
