"""The one training loop: epochs, progress, choice of the best, early stop, checkpoints, resume.

Every recipe runs through it. What differs between methods is the `Trainer`; how steps are taken is
decided by its `Strategy`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.encoders.loading.batch_halving import is_out_of_memory
from lnl_gui.learn.data.sources import LabelledSource, Source
from lnl_gui.learn.evaluation.metrics import accuracy
from lnl_gui.learn.models.inference import predict_logits, probabilities_of
from lnl_gui.learn.training.best_model import Selection, judged
from lnl_gui.learn.training.checkpoint import (
    load_checkpoint,
    random_states,
    restore_random_states,
    save_checkpoint,
)
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.report import EpochReport, OnEpoch, no_report
from lnl_gui.learn.training.trainer import Trainer
from lnl_gui.util.messages import Message, from_json, to_json
from lnl_gui.util.progress import Progress, no_progress

PARTS = 1000
"""Progress is reported in thousandths of an epoch: methods differ in what an epoch has of steps."""
CHECKPOINT_SECONDS = 60.0
"""Between two checkpoints within an epoch: a kill costs a minute, and writing stays cheap."""

AsClassifier = Callable[[nn.Module], nn.Module]
"""A trained network to the module whose weights are kept."""


def itself(network: nn.Module) -> nn.Module:
    """The network as it is."""
    return network


class Run:
    """One or more trainings in sequence, with their checkpoint, reports and best model.

    Args:
        seed: of the run.
        folder: where checkpoint and best model lie; None keeps nothing on disk.
        fingerprint: a checkpoint with another one is ignored; see `checkpoint.fingerprint`.
        on_epoch: called after each epoch; epochs before a resume do not come again.
        checkpoint_seconds: between two checkpoints within an epoch.

    Attributes:
        phase: number of the training under way; after a resume, those before it are over.
        reports: one for each epoch.
        notes: what the user should know, in sentences.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        folder: Path | None = None,
        fingerprint: str = "",
        on_epoch: OnEpoch = no_report,
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ) -> None:
        self.seed = seed
        self.folder = folder
        self.fingerprint = fingerprint
        self.on_epoch = on_epoch
        self.checkpoint_seconds = checkpoint_seconds
        self.selection = Selection(folder)
        self.phase = 0
        self.epoch = 0
        self.since_best = 0
        self.reports: list[EpochReport] = []
        self.notes: list[Message] = []
        # Read at once: the run must know its phase before the caller prepares any training.
        self._saved = self._load()

    def train(
        self,
        trainer: Trainer,
        *,
        phase: int = 0,
        validation: LabelledSource | None = None,
        holdout: LabelledSource | None = None,
        as_classifier: AsClassifier = itself,
        guarded: bool = False,
        progress: Progress = no_progress,
    ) -> None:
        """Train all epochs of one phase, resuming from the checkpoint if it is of this phase.

        Args:
            trainer: freshly built; it holds the last epoch's state afterwards.
            phase: which of the run's trainings this is.
            validation: chooses the best epoch; without rows the last is the best.
            holdout: only reported on.
            as_classifier: called for a network that becomes the best so far.
            guarded: what comes after must be clearly better, see `best_model.judged`.
            progress: thousandths of epochs; may raise `Cancelled`, finished epochs are kept.

        Raises:
            UserError: `loss_not_finite` (the weights are those before the batch) or
                `out_of_memory`; the last good checkpoint and the best model stay.
        """
        # Taken once: the phases after the resumed one begin from their own first epoch.
        saved, self._saved = self._saved, None
        if saved is not None and saved["phase"] == phase:
            # A checkpoint of another phase belongs to another trainer.
            _load_trainer(trainer, saved["trainer"])
        else:
            saved, self.phase, self.epoch, self.since_best = None, phase, 0, 0
        underway = saved["underway"] if saved else None
        parts = _Parts(validation, holdout, as_classifier, guarded)
        while self.epoch < trainer.epochs and not self._out_of_patience(trainer):
            try:
                self._run_epoch(trainer, parts, progress, underway)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                raise trainer.strategy.out_of_memory() from error
            underway = None

    def saved_network(self) -> dict[str, Tensor] | None:
        """State dictionary of the first network in the checkpoint that `train` resumes from.

        Tensors of any shape by name; None without a checkpoint or a network in it.
        """
        learners = self._saved["trainer"]["learners"] if self._saved else []
        return learners[0]["network"] if learners else None

    def _out_of_patience(self, trainer: Trainer) -> bool:
        return 0 < trainer.patience <= self.since_best

    def _run_epoch(
        self,
        trainer: Trainer,
        parts: "_Parts",
        progress: Progress,
        underway: dict[str, Any] | None,
    ) -> None:
        started = perf_counter()
        saving = _Saving(self, trainer, started)
        epoch = Epoch(
            self.epoch,
            progress=_within(progress, self.epoch, trainer.epochs),
            after_batch=saving.now_and_then,
        )
        saving.epoch = epoch
        # Seeded anew for each epoch, so that a run resumed between two draws what an uninterrupted
        # one draws.
        with seeded_torch(self.seed + self.phase, self.epoch):
            if underway is not None:
                epoch.load_state_dict(underway["epoch"])
                # After seeding, which would else overwrite the states of the interrupted epoch.
                restore_random_states(underway["random"])
                # The epoch's time before the kill counts, or its rate would come out too high.
                saving.started -= underway["seconds"]
            figures = trainer.train_epoch(epoch)
        trained = perf_counter() - saving.started
        report = self._judge(trainer, parts, epoch, figures, trained)
        self.since_best = 0 if report.best else self.since_best + 1
        self.reports.append(report)
        self.epoch += 1
        # Before the report goes out: an epoch that a caller has seen is never trained again.
        self.save(trainer)
        # Only now: until the checkpoint names the new best, a kill goes back to the one before.
        self.selection.forget_others()
        self.on_epoch(report)

    def _judge(
        self,
        trainer: Trainer,
        parts: "_Parts",
        epoch: Epoch,
        figures: dict[str, float],
        trained: float,
    ) -> EpochReport:
        """Judge each network once, on validation and held-out samples, and keep a new best."""
        started = perf_counter()
        validation = _predictions(trainer, parts.validation)
        # The held-out samples are only reported on: a sample that chooses a model flatters it.
        holdout = _predictions(trainer, parts.holdout)
        title = trainer.name if parts.guarded else f"{trainer.name}, epoch {epoch.number + 1}"
        best = False
        # Of two networks each is judged by itself, because one of them is what a saved model holds.
        for number, network in enumerate(trainer.classifiers):
            labels = validation.labels
            found = probabilities_of([validation.logits[number]])
            model = judged(self.selection.tried, title, found, labels, guarded=parts.guarded)
            if self.selection.prefers(model):
                best = True
                predicted = probabilities_of([holdout.logits[number]])
                self.selection.keep(model, parts.as_classifier(network), predicted)
        total = epoch.total()
        spent = max(trained, 1e-9)
        return EpochReport(
            stage=trainer.name,
            epoch=epoch.number,
            epochs=trainer.epochs,
            loss=total.loss / max(1, total.rows),
            validation_accuracy=validation.accuracy(),
            seconds=trained + perf_counter() - started,
            training_accuracy=None if total.right is None else total.right / max(1, total.rows),
            holdout_accuracy=holdout.accuracy(),
            images_per_second=total.rows / spent,
            waiting_fraction=min(1.0, total.waited / spent),
            best=best,
            figures=figures,
        )

    def save(self, trainer: Trainer, underway: dict[str, Any] | None = None) -> None:
        """Write the checkpoint.

        Args:
            trainer: the current training.
            underway: state of an unfinished epoch.

        Raises:
            UserError: when the disk is full; the checkpoint before stays.
        """
        if self.folder is None:
            return
        state = {
            "fingerprint": self.fingerprint,
            "phase": self.phase,
            "epoch": self.epoch,
            "since_best": self.since_best,
            "trainer": _trainer_state(trainer),
            "underway": underway,
            "selection": self.selection.state_dict(),
            "reports": [report.to_dict() for report in self.reports],
            "notes": [to_json(note) for note in self.notes],
        }
        save_checkpoint(self.folder, state)

    def _load(self) -> dict[str, Any] | None:
        if self.folder is None:
            return None
        state = load_checkpoint(self.folder, self.fingerprint)
        # Without the best model's files nothing could be returned at the end: begin anew.
        if state is None or not self.selection.load_state_dict(state["selection"]):
            return None
        self.phase, self.epoch = state["phase"], state["epoch"]
        self.since_best = state["since_best"]
        self.reports = [EpochReport(**values) for values in state["reports"]]
        self.notes = [from_json(note) for note in state["notes"]]
        return state


def fit(
    trainer: Trainer,
    *,
    seed: int = 0,
    validation: LabelledSource | None = None,
    folder: Path | None = None,
    fingerprint: str = "",
    on_epoch: OnEpoch = no_report,
    progress: Progress = no_progress,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> Run:
    """Run a single training; see `Run` and `Run.train` for the arguments.

    Raises:
        UserError: `loss_not_finite`, `out_of_memory`, or a full disk.
        Cancelled: from `progress`; finished epochs are kept.
    """
    run = Run(
        seed=seed,
        folder=folder,
        fingerprint=fingerprint,
        on_epoch=on_epoch,
        checkpoint_seconds=checkpoint_seconds,
    )
    run.train(trainer, validation=validation, progress=progress)
    return run


def predict(trainer: Trainer, source: Source) -> np.ndarray:
    """Probabilities (N, C) float32 of N rows: softmax of the trainer's networks' mean logits."""
    return probabilities_of(_logits(trainer, source))


@contextmanager
def seeded_torch(seed: int, epoch: int) -> Iterator[None]:
    """Seed torch's generators for one epoch, and put them back afterwards.

    Covers the CPU and the current CUDA device; numpy's and Python's are seeded once a run.
    """
    # SeedSequence hashes the pair: seed + epoch would give neighbouring seeds the same epochs.
    words = np.random.SeedSequence((seed, epoch)).generate_state(2)
    # fork_rng saves every device by default and warns of it where there are many.
    current = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=current):
        torch.manual_seed(int(words[0]) << 16 ^ int(words[1]))
        yield


@dataclass(frozen=True)
class _Parts:
    """On what networks are judged, and what becomes of the best."""

    validation: LabelledSource | None
    holdout: LabelledSource | None
    as_classifier: AsClassifier
    guarded: bool


class _Saving:
    """Writes a checkpoint between batches when the last one is old."""

    epoch: Epoch

    def __init__(self, run: Run, trainer: Trainer, started: float) -> None:
        self.started = started
        self._run, self._trainer = run, trainer
        # A clock that no one can set back, unlike the time of day.
        self._saved = monotonic()

    def now_and_then(self) -> None:
        """Called after each batch."""
        if self._run.folder is None or monotonic() - self._saved <= self._run.checkpoint_seconds:
            return
        underway = {
            "epoch": self.epoch.state_dict(),
            "random": random_states(),
            "seconds": perf_counter() - self.started,
        }
        self._run.save(self._trainer, underway)
        self._saved = monotonic()


@dataclass(frozen=True)
class _Predictions:
    """Each network's logits (n, C) of some samples, and their labels (n,)."""

    logits: Sequence[Tensor]
    labels: np.ndarray

    def accuracy(self) -> float | None:
        """Of the networks together; None without samples."""
        return accuracy(probabilities_of(self.logits), self.labels)


def _predictions(trainer: Trainer, part: LabelledSource | None) -> _Predictions:
    if part is None or not len(part):
        return _Predictions([torch.zeros(0, 0)] * len(trainer.classifiers), np.zeros(0, np.int64))
    return _Predictions(_logits(trainer, part.source), part.labels)


def _logits(trainer: Trainer, source: Source) -> list[Tensor]:
    precision = trainer.strategy.precision
    return [predict_logits(net, source, precision=precision) for net in trainer.classifiers]


def _trainer_state(trainer: Trainer) -> dict[str, Any]:
    return {
        "learners": [learner.state_dict() for learner in trainer.learners],
        "strategy": trainer.strategy.state_dict(),
        "method": trainer.state_dict(),
    }


def _load_trainer(trainer: Trainer, state: dict[str, Any]) -> None:
    for learner, of_learner in zip(trainer.learners, state["learners"], strict=True):
        learner.load_state_dict(of_learner)
    trainer.strategy.load_state_dict(state["strategy"])
    trainer.load_state_dict(state["method"])


def _within(progress: Progress, epoch: int, epochs: int) -> Progress:
    def report(done: int, total: int) -> None:
        progress(epoch * PARTS + PARTS * done // max(total, 1), epochs * PARTS)

    return report
