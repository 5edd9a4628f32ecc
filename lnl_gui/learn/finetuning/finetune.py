"""Fine-tuning: a robust linear probe, then the stages of a recipe; or one of the methods.

The model that comes out is the best on a validation part set aside from the training samples. The
held-out samples are only reported on. A killed run goes on where it was; a cancelled one keeps its
best finished epoch.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.evaluation.metrics import Metrics, evaluate
from lnl_gui.learn.finetuning.context import RunContext
from lnl_gui.learn.finetuning.phases import add_notes, train_phases
from lnl_gui.learn.finetuning.run_samples import collect_samples
from lnl_gui.learn.finetuning.stage_titles import LOADING_ENCODER
from lnl_gui.learn.models.adapters import refuse_adapters
from lnl_gui.learn.models.model_file import save_model
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.learn.models.precision import Precision, choose_precision
from lnl_gui.learn.recipes.parameters import Recipe, one_process_only, recipe_to_dict
from lnl_gui.learn.training import rollback
from lnl_gui.learn.training.best_model import BestModel
from lnl_gui.learn.training.checkpoint import FILE_NAME, fingerprint, seed_everything
from lnl_gui.learn.training.loop import TrainingRun
from lnl_gui.learn.training.ranks import ALONE, Ranks
from lnl_gui.learn.training.report import EpochReport, OnEpoch, no_report
from lnl_gui.learn.training.saving import CHECKPOINT_SECONDS
from lnl_gui.learn.training.validation_answers import ValidationAnswers
from lnl_gui.store.training.training_size import too_few
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, joined, message, to_json
from lnl_gui.util.progress import Progress, no_progress

MODEL, ACTIVATIONS = "model", "activations"
MOST_WORKERS = 8
"""Decoding threads by default: each holds some decoded images."""


@dataclass(frozen=True)
class FinetuneResult:
    """Result of a fine-tune.

    Attributes:
        model: the folder of the saved model, the best by validation accuracy.
        chosen: which one that is, in words.
        validation_accuracy: of that model, in [0, 1]; None without validation samples.
        metrics: on the held-out samples; None when there are none.
        probabilities: (H, C) float32 of the held-out samples whose label is not -1.
        labels: (H,) int32 of the same.
        reports: one for each epoch.
        notes: what the user should know, in sentences.
        cancelled: whether the user stopped it early.
        seconds: wall time of this call; a resumed run does not count what came before.
        trained: what the best epoch answered that is not the linear probe, chosen or undone; None
            without one. This and the rest a search for settings compares; no file keeps them.
        probe: what the linear probe answered; None without it.
        validation_groups: (V,) int of the validation samples, equal for copies, -1 alone; or None.
        diverged: what ended the training where the best model before it was kept.
    """

    model: Path
    chosen: str
    validation_accuracy: float | None
    metrics: Metrics | None
    probabilities: np.ndarray
    labels: np.ndarray
    reports: tuple[EpochReport, ...]
    notes: tuple[Message, ...]
    cancelled: bool
    seconds: float
    trained: ValidationAnswers | None = None
    probe: ValidationAnswers | None = None
    validation_groups: np.ndarray | None = None
    diverged: UserError | None = None


def no_stage_progress(stage: Message) -> Progress:
    """Ignore the progress of every stage."""
    return no_progress


def finetune(
    training: TrainingSet,
    holdout: Holdout,
    recipe: Recipe,
    *,
    backbone_name: str,
    folder: Path,
    weights: Path | None = None,
    backbone: Backbone | None = None,
    cache_folder: Path | None = None,
    decay_file: Path | None = None,
    device: str = "auto",
    seed: int = 0,
    workers: int = 0,
    details: Mapping[str, Any] | None = None,
    progress_of: Callable[[Message], Progress] = no_stage_progress,
    on_epoch: OnEpoch = no_report,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ranks: Ranks = ALONE,
) -> FinetuneResult:
    """Train a classifier and save it in `folder`/model.

    Args:
        training: files, labels and, if known, embedding of the training samples.
        holdout: the same of those that are only reported on; may be empty.
        recipe: what is trained, and how.
        backbone_name: encoder to start from; `training.embedding` must be its own.
        folder: of this run, which resumes from a checkpoint of the same run in it.
        weights: a local weights file for the encoder.
        backbone: an open one instead of `backbone_name`; it is trained in place.
        cache_folder: for activations of frozen parts, shared by runs on the same images; None
            keeps them in `folder`.
        decay_file: holds the weight decay of the linear probe: taken from it where it is there,
            else chosen and written, so that trainings that are compared share the choice.
        device: `auto` or a torch device.
        seed: of every random draw. On the CPU the same seed gives the same bits.
        workers: decoding threads; 0 lets the machine decide.
        details: JSON values to keep in the model's card, such as the hash of the curated set.
        progress_of: the progress of a stage by its name; any call of it may raise `Cancelled`.
        on_epoch: called after every epoch; epochs before a resume are not repeated.
        checkpoint_seconds: between two checkpoints within an epoch.
        ranks: the processes that train together, each of which calls this with the same; the
            first writes, and `progress_of` and `on_epoch` of the others should do nothing.

    Raises:
        UserError: when nothing can be trained, memory or disk run out, or an image is gone.
        Cancelled: when cancelled before there was any model.
    """
    started = perf_counter()
    if ranks.several and (why := one_process_only(recipe)) is not None:
        raise UserError(why, message("Start it as one process."), code="one_process_only")
    samples, embedding, remarks = collect_samples(
        training, holdout, validation_fraction=recipe.validation_fraction, seed=seed
    )
    opened = backbone or load_backbone(
        recipe.backbone or backbone_name,
        weights=weights,
        progress=progress_of(LOADING_ENCODER),
    )
    if recipe.adapters is not None:
        refuse_adapters(opened)
    # Into the model's card with it: what the model sees later is rendered in the same way.
    shown = opened.preprocessing.with_rendering(training.rendering)
    opened = replace(opened, preprocessing=shown)
    classes = len(training.class_names)
    precision = choose_precision(
        choose_device(device), mixed=recipe.mixed_precision, network=opened.model
    )
    context = RunContext(
        samples=samples,
        classes=classes,
        classifier=_classifier(opened, classes, precision, seed),
        backbone=opened,
        precision=precision,
        compile=recipe.compile,
        cache=cache_folder or folder / ACTIVATIONS,
        seed=seed,
        workers=workers or min(MOST_WORKERS, os.cpu_count() or 1),
        progress_of=progress_of,
        stored_embedding=embedding,
        ranks=ranks,
        decay_file=decay_file,
    )
    folder.mkdir(parents=True, exist_ok=True)
    run = TrainingRun(
        seed=seed,
        folder=folder,
        fingerprint=run_fingerprint(context, recipe),
        on_epoch=on_epoch,
        checkpoint_seconds=checkpoint_seconds,
        ranks=ranks,
    )
    # After the run is open: a resumed one holds them already.
    few = too_few(recipe.least_samples, len(samples.training) + len(samples.validation))
    add_notes(run, (*remarks, *([few] if few is not None else ())))
    cancelled = train_phases(run, context, recipe)
    best = run.selection.best
    if best is None:
        raise UserError(
            message("The training ended before its first epoch was finished."),
            joined(run.notes, " "),
            code="nothing_learnt",
        )
    described = {
        "recipe": recipe_to_dict(recipe),
        "seed": seed,
        # A reader of the card must not take the validation accuracy for one on confirmed labels.
        "validation_labels": "as trained on; not confirmed by a person",
        **dict(details or {}),
    }
    result = _result(run, best, context, folder / MODEL, cancelled, started)
    if not ranks.first:
        return result
    _save(run, best, context, training.class_names, result, described)
    # A cancelled run may be taken up again, and needs its checkpoint.
    if not cancelled:
        _clear(run, folder)
    return result


def _classifier(backbone: Backbone, classes: int, precision: Precision, seed: int) -> Classifier:
    """The encoder with a head, whose first weights are drawn from the seed, on the device."""
    # Before the head is built, whose weights are drawn at once.
    seed_everything(seed)
    classifier = Classifier(backbone.model, Head(backbone.dimension, classes))
    # The layout in which convolutions are fastest; weights and images must agree.
    return classifier.to(memory_format=torch.channels_last).to(precision.device)


def run_fingerprint(context: RunContext, recipe: Recipe) -> str:
    """Hash, in 32 hex digits, of what must be the same for a run to resume from a checkpoint."""
    samples = context.samples
    values = {
        "recipe": recipe_to_dict(recipe),
        "backbone": context.backbone.name,
        "seed": context.seed,
        # Names, labels and split: the same files with curated labels are another run.
        "files": [str(file) for file in samples.files],
    }
    rows = (samples.training, samples.validation, samples.holdout)
    soft = () if samples.soft is None else (samples.soft.classes, samples.soft.probability)
    return fingerprint(values, [samples.labels, *rows, *soft])


def _result(
    run: TrainingRun,
    best: BestModel,
    context: RunContext,
    model: Path,
    cancelled: bool,
    started: float,
) -> FinetuneResult:
    samples = context.samples
    labels = samples.labels[samples.holdout]
    # Of the others nobody asks what they predict; after a resume they do not hold it.
    probabilities = run.selection.predictions() if context.ranks.first else np.zeros((0, 0))
    return FinetuneResult(
        model=model,
        chosen=best.title,
        validation_accuracy=best.validation_accuracy,
        metrics=evaluate(probabilities, labels) if len(labels) and context.ranks.first else None,
        probabilities=probabilities,
        labels=labels,
        reports=tuple(run.reports),
        notes=tuple(run.notes),
        cancelled=cancelled,
        seconds=perf_counter() - started,
        trained=run.selection.trained,
        probe=run.selection.guarded,
        validation_groups=None if samples.groups is None else samples.groups[samples.validation],
        diverged=run.diverged,
    )


def _save(
    run: TrainingRun,
    best: BestModel,
    context: RunContext,
    class_names: Sequence[str],
    result: FinetuneResult,
    described: dict[str, Any],
) -> None:
    """Save the best model with its card."""
    assert run.folder is not None
    details = {
        "chosen": result.chosen,
        "validation_accuracy": result.validation_accuracy,
        "metrics": result.metrics.to_dict() if result.metrics else None,
        "training_samples": len(context.samples.training),
        "validation_samples": len(context.samples.validation),
        "notes": [to_json(note) for note in result.notes],
        **described,
    }
    save_model(
        result.model,
        best.weights(run.folder),
        backbone=context.backbone,
        class_names=class_names,
        details=details,
    )


def _clear(run: TrainingRun, folder: Path) -> None:
    """Remove what only an unfinished run needs."""
    for name in (FILE_NAME, rollback.FILE_NAME):
        (folder / name).unlink(missing_ok=True)
    run.selection.best = None
    run.selection.forget_others()
    # Only the run's own; a shared cache lies elsewhere and serves the next run.
    shutil.rmtree(folder / ACTIVATIONS, ignore_errors=True)
