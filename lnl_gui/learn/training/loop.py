"""The one training loop: epochs, progress, choice of the best, early stop, checkpoints, resume.

Every recipe runs through it. What differs between methods is the `Trainer`; how steps are taken is
decided by its `Strategy`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from torch import Tensor

from lnl_gui.encoders.loading.batch_halving import is_out_of_memory
from lnl_gui.learn.data.sources import LabelledSource
from lnl_gui.learn.training.best_model import ModelSelection
from lnl_gui.learn.training.checkpoint import load_checkpoint, save_checkpoint
from lnl_gui.learn.training.epoch import Epoch, nothing
from lnl_gui.learn.training.judging import AsClassifier, Judgement, Judging, itself, judge
from lnl_gui.learn.training.ranks import ALONE, Ranks
from lnl_gui.learn.training.report import EpochReport, OnEpoch, no_report
from lnl_gui.learn.training.rollback import Floor, Rollback
from lnl_gui.learn.training.saving import CHECKPOINT_SECONDS, EpochSaving
from lnl_gui.learn.training.seeding import seeded_torch
from lnl_gui.learn.training.trainer import Trainer, load_trainer_state, trainer_state
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, from_json, to_json
from lnl_gui.util.progress import Progress, no_progress

PARTS = 1000
"""Progress is reported in thousandths of the longest epoch: methods differ in steps an epoch."""


class TrainingRun:
    """One or more trainings in sequence, with their checkpoint, reports and best model.

    Args:
        seed: of the run.
        folder: where checkpoint and best model lie; None keeps nothing on disk.
        fingerprint: a checkpoint with another one is ignored; see `checkpoint.fingerprint`.
        on_epoch: called after each epoch; epochs before a resume do not come again.
        checkpoint_seconds: between two checkpoints within an epoch.
        ranks: the processes that train together, of which the first writes.

    Attributes:
        phase: number of the training under way; after a resume, those before it are over.
        reports: one for each epoch.
        notes: what the user should know, in sentences.
        diverged: what ended the training early where the models before it were kept.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        folder: Path | None = None,
        fingerprint: str = "",
        on_epoch: OnEpoch = no_report,
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
        ranks: Ranks = ALONE,
    ) -> None:
        self.seed, self.ranks = seed, ranks
        self.folder = folder
        self.fingerprint = fingerprint
        self.on_epoch = on_epoch
        self.checkpoint_seconds = checkpoint_seconds
        self.selection = ModelSelection(self._own_folder)
        self.phase = 0
        self.epoch = 0
        self.since_best = 0
        self.reports: list[EpochReport] = []
        # As JSON, each written once: a small set takes a thousand epochs, and all of them are in
        # every checkpoint.
        self._told: list[str] = []
        self.notes: list[Message] = []
        self.diverged: UserError | None = None
        self._rollback: Rollback | None = None
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
        guard: float = 0.0,
        later: float = 0.0,
        floor: Floor | None = None,
        progress: Progress = no_progress,
    ) -> None:
        """Train all epochs of one phase, resuming from the checkpoint if it is of this phase.

        Args:
            trainer: freshly built; it holds the last epoch's state afterwards.
            phase: which of the run's trainings this is.
            validation: chooses the best epoch; without rows the last is the best.
            holdout: only reported on.
            as_classifier: called for a network that becomes the best so far.
            guard: how much better what comes after must be, see `best_model.judged`.
            later: how much worse a later epoch may be, see `best_model.judged`.
            floor: below which an epoch is undone; None undoes none.
            progress: thousandths of epochs; may raise `Cancelled`, finished epochs are kept.

        Raises:
            UserError: `loss_not_finite` (the weights are those before the batch) or
                `out_of_memory`; the last good checkpoint and the best model stay.
        """
        # Taken once: the phases after the resumed one begin from their own first epoch.
        saved, self._saved = self._saved, None
        self.ranks.copy_first(*trainer.classifiers)
        if saved is not None and saved["phase"] == phase:
            # A checkpoint of another phase belongs to another trainer.
            load_trainer_state(trainer, saved["trainer"])
        else:
            saved, self.phase, self.epoch, self.since_best = None, phase, 0, 0
        underway = saved["underway"] if saved else None
        judging = Judging(validation, holdout, as_classifier, guard, later)
        self._rollback = self._opened(floor, validation, saved)
        if self._rollback is not None and underway is None:
            self._rollback.keep(trainer)
        while self.epoch < trainer.epochs and not self._ended(trainer):
            try:
                self._run_epoch(trainer, judging, progress, underway)
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

    @property
    def _own_folder(self) -> Path | None:
        """Where this process writes; None where another one does."""
        return self.folder if self.ranks.first else None

    def _ended(self, trainer: Trainer) -> bool:
        if self._rollback is not None and self._rollback.over:
            return True
        return 0 < trainer.patience <= self.since_best

    def _opened(
        self, floor: Floor | None, validation: LabelledSource | None, saved: dict[str, Any] | None
    ) -> Rollback | None:
        if floor is None or validation is None:
            return None
        rollback = Rollback(floor, len(validation), self._own_folder, self.fingerprint)
        if saved is not None and saved["rollback"] is not None:
            rollback.load_state_dict(saved["rollback"])
            if self.folder is not None and self._own_folder is None:
                rollback.read(self.folder)
        # None writes there before all have read.
        self.ranks.agree()
        return rollback

    def _undo_a_fall(self, trainer: Trainer, judgement: Judgement) -> bool:
        """Whether the epoch was undone; if not, what it led to is kept for the next."""
        rollback, accuracy = self._rollback, judgement.validation_accuracy
        if rollback is None:
            return False
        if accuracy is not None and rollback.falls(accuracy):
            self.notes.append(rollback.undo(trainer, epoch=self.epoch, accuracy=accuracy))
            return True
        # Before the checkpoint: a kill between the two trains this epoch again, to the same end.
        rollback.keep(trainer)
        return False

    def _run_epoch(
        self,
        trainer: Trainer,
        judging: Judging,
        progress: Progress,
        underway: dict[str, Any] | None,
    ) -> None:
        epoch, figures, trained = self._train_epoch(trainer, progress, underway)
        started = perf_counter()
        judgement = judge(trainer, judging, self.selection, epoch=self.epoch)
        if self._undo_a_fall(trainer, judgement):
            figures = {**figures, "undone": 1.0}
        seconds = trained + perf_counter() - started
        report = _report(trainer, epoch, judgement, figures, trained=trained, seconds=seconds)
        # By accuracy alone: an epoch that is taken because it is later shows no progress.
        self.since_best = 0 if judgement.higher else self.since_best + 1
        self.reports.append(report)
        self._told.append(json.dumps(report.to_dict()))
        self.epoch += 1
        # Before the report goes out: an epoch that a caller has seen is never trained again.
        self.save(trainer)
        # Only now: until the checkpoint names the new best, a kill goes back to the one before.
        self.selection.forget_others()
        self.on_epoch(report)

    def _train_epoch(
        self, trainer: Trainer, progress: Progress, underway: dict[str, Any] | None
    ) -> tuple[Epoch, dict[str, float], float]:
        """The trained epoch, its figures and the seconds it took, those before a kill too."""
        saving = EpochSaving(lambda state: self.save(trainer, state), self.checkpoint_seconds)
        saving.epoch = epoch = Epoch(
            self.epoch,
            progress=_within(progress, self.epoch, _costs(trainer)),
            after_batch=saving.after_batch if self._own_folder is not None else nothing,
        )
        # Seeded anew for each epoch, so that a run resumed between two draws what an uninterrupted
        # one draws.
        with seeded_torch(self.seed, phase=self.phase, epoch=self.epoch):
            if underway is not None:
                saving.resume(underway)
            figures = trainer.train_epoch(epoch)
        return epoch, figures, saving.seconds()

    def save(self, trainer: Trainer, underway: dict[str, Any] | None = None) -> None:
        """Write the checkpoint.

        Args:
            trainer: the current training.
            underway: state of an unfinished epoch.

        Raises:
            UserError: when the disk is full; the checkpoint before stays.
        """
        if self._own_folder is None:
            return
        state = {
            "fingerprint": self.fingerprint,
            "phase": self.phase,
            "epoch": self.epoch,
            "since_best": self.since_best,
            "trainer": trainer_state(trainer),
            "underway": underway,
            "rollback": None if self._rollback is None else self._rollback.state_dict(),
            "selection": self.selection.state_dict(),
            "reports": "\n".join(self._told),
            "notes": [to_json(note) for note in self.notes],
        }
        save_checkpoint(self._own_folder, state)

    def _load(self) -> dict[str, Any] | None:
        if self.folder is None:
            return None
        state = load_checkpoint(self.folder, self.fingerprint)
        # Without the best model's files nothing could be returned at the end: begin anew.
        there = state is not None and self.selection.load_state_dict(state["selection"])
        # Also waits until all have read, before the first writes anew.
        if not self.ranks.every(there):
            self.selection = ModelSelection(self._own_folder)
            return None
        assert state is not None
        self.phase, self.epoch = state["phase"], state["epoch"]
        self.since_best = state["since_best"]
        self._told = state["reports"].splitlines()
        self.reports = [EpochReport(**json.loads(told)) for told in self._told]
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
) -> TrainingRun:
    """Run a single training; see `TrainingRun` and `TrainingRun.train` for the arguments.

    Raises:
        UserError: `loss_not_finite`, `out_of_memory`, or a full disk.
        Cancelled: from `progress`; finished epochs are kept.
    """
    run = TrainingRun(
        seed=seed,
        folder=folder,
        fingerprint=fingerprint,
        on_epoch=on_epoch,
        checkpoint_seconds=checkpoint_seconds,
    )
    run.train(trainer, validation=validation, progress=progress)
    return run


def _costs(trainer: Trainer) -> Sequence[float]:
    """What each epoch takes relative to the others; alike unless the method says otherwise."""
    return getattr(trainer, "costs", None) or (1.0,) * trainer.epochs


def _within(progress: Progress, epoch: int, costs: Sequence[float]) -> Progress:
    largest = max(costs)
    # Of the largest: an epoch that costs a thousandth of it has at least a part of its own.
    parts = [max(1, round(PARTS * cost / largest)) for cost in costs]
    before, whole = sum(parts[:epoch]), sum(parts)

    def report(done: int, total: int) -> None:
        progress(before + parts[epoch] * done // max(total, 1), whole)

    return report


def _report(
    trainer: Trainer,
    epoch: Epoch,
    judgement: Judgement,
    figures: dict[str, float],
    *,
    trained: float,
    seconds: float,
) -> EpochReport:
    """The report of an epoch trained in `trained` of `seconds`."""
    total = epoch.total()
    spent = max(trained, 1e-9)
    return EpochReport(
        stage=trainer.name,
        epoch=epoch.number,
        epochs=trainer.epochs,
        loss=total.loss / max(1, total.rows),
        validation_accuracy=judgement.validation_accuracy,
        seconds=seconds,
        training_accuracy=None if total.right is None else total.right / max(1, total.rows),
        holdout_accuracy=judgement.holdout_accuracy,
        images_per_second=total.rows / spent,
        waiting_fraction=min(1.0, total.waited / spent),
        best=judgement.best,
        figures=figures,
    )
