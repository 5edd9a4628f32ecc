"""The fine-tune job: train on curated and on given labels, compare on the same held-out samples.

What the comparison says is kept as the samples on which the models disagree: their verdicts, given
now or later, make the estimated difference a verified one without training again.

The curated model comes first: whoever stops early has what they came for.
"""

import shutil
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.detect.threads import at_most
from lnl_gui.learn.data.sources import TrainingSet
from lnl_gui.learn.finetuning.finetune import FinetuneResult, finetune
from lnl_gui.learn.training.ranks import Ranks
from lnl_gui.learn.training.report import EpochReport
from lnl_gui.pipeline.datasets.changed_files import refuse_changed
from lnl_gui.pipeline.datasets.missing_files import without_missing
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.pipeline.training import finished_training
from lnl_gui.pipeline.training.chosen_recipe import chosen_recipe
from lnl_gui.pipeline.training.curation import curate
from lnl_gui.pipeline.training.finetune_steps import (
    CORRECTING,
    CURATED,
    GIVEN,
    WEIGHING,
    expected_steps,
    titled,
)
from lnl_gui.pipeline.training.gain import compare_trainings, gain_facts
from lnl_gui.pipeline.training.processes import (
    cores_of_rank,
    device_of_rank,
    hand_out,
    several_processes,
)
from lnl_gui.pipeline.training.shared_training import shared
from lnl_gui.pipeline.training.training_data import (
    TrainingData,
    duplicate_groups,
    training_data,
)
from lnl_gui.store.jobs.job_kinds import to_dict
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.store.project import open_project
from lnl_gui.store.review.second_opinion import waiting_message, waiting_opinions
from lnl_gui.store.training.accuracy_interval import INTERVAL
from lnl_gui.store.training.training_comparison import TrainingComparison, save_comparison
from lnl_gui.util.errors import Cancelled, as_user_error
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import Message, message, to_json
from lnl_gui.util.progress import JobContext, Progress, stage_progress
from lnl_gui.util.statistics.unit_share import unit_share
from lnl_gui.util.whole_progress import WholeContext


def run(
    parameters: FinetuneParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Fine-tune and compare; the model goes to `models/<run>`.

    Raises:
        UserError: when there is nothing to train on, images are missing (unless those are to be
            left out), memory or disk run out.
        Cancelled: when stopped before there was any model.
    """
    # First of all: a mistyped name is said before anything is read.
    recipe = chosen_recipe(parameters)
    snapshot = take_snapshot(project_folder)
    with open_project(project_folder, read_only=True) as project:
        waiting = waiting_opinions(project, snapshot.samples)
    if waiting:
        context.log(waiting_message(waiting))
    snapshot = without_missing(snapshot, partial=parameters.partial)
    whole = WholeContext(context, expected_steps(snapshot, parameters, recipe))
    for said in refuse_changed(snapshot, np.flatnonzero(snapshot.samples.readable), whole):
        context.log(said)
    with at_most(context.threads):
        data = training_data(snapshot, parameters, progress=stage_progress(whole, WEIGHING))
        with several_processes(recipe, whole, device=parameters.device) as ranks:
            trainer = _Trainer(parameters, whole, data, run_folder, snapshot, ranks)
            after, before = _train_both(trainer, data, parameters, whole)
    comparison = _compare(before, after, data, snapshot, whole)
    folder = project_folder / "models" / run_folder.name
    try:
        _take_over(after.model, folder)
        unit = duplicate_groups(snapshot)[data.held_rows]
        metrics = _metrics(before, after, data, unit) | {"model_folder": str(folder)}
        if comparison is not None:
            save_comparison(folder, comparison)
            with open_project(project_folder, read_only=True) as project:
                metrics |= gain_facts(project, snapshot, comparison)
        write_json(folder / "comparison.json", metrics)
    except OSError as error:
        raise as_user_error(error, message("save the model")) from error
    whole.finish(message("the model is saved"))
    return {"artifacts": {"model": f"models/{run_folder.name}"}, "metrics": metrics}


def _train_both(
    trainer: "_Trainer", data: TrainingData, parameters: FinetuneParameters, context: JobContext
) -> tuple[FinetuneResult, FinetuneResult | None]:
    after = trainer.train(CURATED, data.curated)
    # Whoever stopped the first training wants no second one begun.
    if not parameters.compare_with_given or after.cancelled:
        return after, None
    if not (data.given.labels >= 0).any():
        context.log(message("No image came with a label: there is nothing to compare with."))
        return after, None
    try:
        return after, trainer.train(GIVEN, data.given)
    except Cancelled:
        context.log(message("Stopped before the comparison; the curated model is kept."))
        return after, None


class _Trainer:
    """One recipe and one seed for both sets of labels."""

    def __init__(
        self,
        parameters: FinetuneParameters,
        context: JobContext,
        data: TrainingData,
        run_folder: Path,
        snapshot: Snapshot,
        ranks: Ranks,
    ) -> None:
        self._parameters, self._context, self._data = parameters, context, data
        self._parts = run_folder / "parts"
        self._curated_hash = curate(snapshot).digest
        self._recipe, self._ranks = chosen_recipe(parameters), ranks

    def train(self, series: str, training: TrainingSet) -> FinetuneResult:
        """Train on one set of labels; takes up its own unfinished or finished training."""
        folder = self._parts / series
        done = finished_training.load(folder)
        if done is None:
            done = self._train_together(series, training, folder)
            finished_training.save(folder, done)
        return done

    def _train_together(self, series: str, training: TrainingSet, folder: Path) -> FinetuneResult:
        """With the other processes, where there are any; each calls the same."""
        if not self._ranks.several:
            return self._train(series, training, folder)
        with shared(folder / "shared", training, self._data.holdout) as data:
            cache = self._parts / "activations"
            hand_out(self._ranks, data, to_dict(self._parameters), (folder, cache))
            return self._train(series, training, folder)

    def _train(self, series: str, training: TrainingSet, folder: Path) -> FinetuneResult:

        def progress_of(stage: Message) -> Progress:
            return stage_progress(self._context, titled(series, stage))

        def on_epoch(report: EpochReport) -> None:
            self._context.event("epoch", series=series, **report.to_dict())

        weights = self._parameters.weights
        return finetune(
            training,
            self._data.holdout,
            self._recipe,
            backbone_name=self._parameters.encoder,
            weights=Path(weights) if weights else None,
            folder=folder,
            # One cache for both trainings: frozen layers give the same activations whatever the
            # labels.
            cache_folder=self._parts / "activations",
            decay_file=self._parts / "probe.json",
            device=device_of_rank(self._parameters.device, self._ranks),
            workers=self._workers(),
            seed=self._parameters.seed,
            details={
                "labels": series,
                "curated_sha256": self._curated_hash,
                # Of whose terms nothing is known.
                "own_weights": bool(weights),
            },
            progress_of=progress_of,
            on_epoch=on_epoch,
            ranks=self._ranks,
        )

    def _workers(self) -> int:
        """Decoding threads; 0 leaves the number to the training."""
        threads = self._context.threads or 0
        if not self._ranks.several:
            return threads
        own = cores_of_rank(self._ranks)
        return min(threads, own) if threads else own


def _compare(
    before: FinetuneResult | None,
    after: FinetuneResult,
    data: TrainingData,
    snapshot: Snapshot,
    context: JobContext,
) -> TrainingComparison | None:
    if before is None or not len(after.labels):
        return None
    return compare_trainings(
        data.class_ids[before.probabilities.argmax(axis=1)],
        data.class_ids[after.probabilities.argmax(axis=1)],
        snapshot=snapshot,
        rows=data.held_rows[data.holdout.labels >= 0],
        changed=data.changed,
        by_verdicts=data.changed_by_verdicts,
        progress=stage_progress(context, CORRECTING),
    )


def _take_over(model: Path, folder: Path) -> None:
    """Move a finished model to its place; a run that was killed after that finds it there."""
    if not model.exists():
        return
    # Across disks a move is a copy, which a kill leaves half done.
    if folder.exists():
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(model, folder)


def _on_held_out(found: FinetuneResult, unit: np.ndarray) -> dict[str, Any] | None:
    """Figures of a model on held-out samples of units int (n,), with the accuracy's interval."""
    if found.metrics is None:
        return None
    right = found.probabilities.argmax(axis=1) == found.labels
    interval = unit_share(right, unit)
    return found.metrics.to_dict() | {INTERVAL: [interval.low, interval.high]}


def _metrics(
    before: FinetuneResult | None, after: FinetuneResult, data: TrainingData, unit: np.ndarray
) -> dict[str, Any]:
    """Figures of both models, with units int (H,) of the held-out samples."""
    # What has no label is not measured on.
    unit = unit[data.holdout.labels >= 0]
    return {
        "chosen": after.chosen,
        "after": _on_held_out(after, unit),
        "before": _on_held_out(before, unit) if before else None,
        "holdout_samples": len(after.labels),
        "training_samples": int((data.curated.labels >= 0).sum()),
        "cancelled": after.cancelled,
        "warnings": [to_json(note) for note in (*data.notes, *after.notes)],
        "epochs": [
            {"series": series, **report.to_dict()}
            for series, result in ((CURATED, after), (GIVEN, before))
            if result
            for report in result.reports
        ],
    }
