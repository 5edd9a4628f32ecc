"""Fine-tuning: a robust linear probe, then the stages of a recipe, each from the one before.

The model that comes out is the best on a validation part set aside from the training samples. The
held-out samples are only reported on. A killed run goes on where it was; a cancelled one keeps its
best finished epoch.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from lnl_gui.learn.finetuning.method_run import BEST_FILE, MethodRun
from lnl_gui.learn.finetuning.run_samples import gather
from lnl_gui.learn.finetuning.stage_data import RunContext
from lnl_gui.learn.finetuning.stage_loop import CHECKPOINT_SECONDS
from lnl_gui.learn.finetuning.staged_run import StagedRun
from lnl_gui.learn.models.model_file import read_weights, save_model, save_weights
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.learn.recipes.parameters import Recipe, recipe_to_dict
from lnl_gui.learn.training import best_model
from lnl_gui.learn.training.best_model import BestModel
from lnl_gui.learn.training.checkpoint import FILE_NAME, seed_everything
from lnl_gui.learn.training.report import EpochReport, OnEpoch, no_report
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.progress import Progress, no_progress

STAGES = "stages"
MODEL, LAST, ACTIVATIONS = "model", "last.safetensors", "activations"


@dataclass(frozen=True)
class FinetuneResult:
    """What a fine-tune came to.

    Args:
        model: the folder of the saved model, the best by validation accuracy.
        chosen: which one that is, in words.
        metrics: on the held-out samples; None when there are none.
        probabilities: (H, C) float32 of the held-out samples whose label is not -1.
        labels: (H,) int32 of the same.
        reports: one for each epoch.
        notes: what the user should know, in sentences.
        cancelled: whether the user stopped it early.
        seconds: wall time of this call; a resumed run does not count what came before.
    """

    model: Path
    chosen: str
    validation_accuracy: float | None
    metrics: Metrics | None
    probabilities: np.ndarray
    labels: np.ndarray
    reports: tuple[EpochReport, ...]
    notes: tuple[str, ...]
    cancelled: bool
    seconds: float


def no_stage_progress(stage: str) -> Progress:
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
    device: str = "auto",
    seed: int = 0,
    workers: int = 0,
    details: Mapping[str, Any] | None = None,
    progress_of: Callable[[str], Progress] = no_stage_progress,
    on_epoch: OnEpoch = no_report,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> FinetuneResult:
    """Train a classifier and save it in `folder`/model.

    Args:
        backbone_name: encoder to start from; `training.embedding` must be its own.
        folder: of this run; a checkpoint of the same run in it is taken up.
        weights: a local weights file for the encoder.
        backbone: an open one instead of `backbone_name`; it is trained in place.
        cache_folder: for activations of frozen parts, shared by runs on the same images; None
            keeps them in `folder`.
        device: `auto` or a torch device.
        seed: of every random draw. On the CPU the same seed gives the same bits.
        workers: decoding threads; 0 lets the machine decide.
        details: JSON values to keep in the model's card, such as the hash of the curated set.
        progress_of: the progress of a stage by its name; any call of it may raise `Cancelled`.
        on_epoch: called after every epoch; epochs before a resume are not repeated.

    Raises:
        UserError: when nothing can be trained, memory or disk run out, or an image is gone.
        Cancelled: when cancelled before there was any model.
    """
    started = perf_counter()
    samples, embedding, remarks = gather(
        training, holdout, validation_fraction=recipe.validation_fraction, seed=seed
    )
    opened = backbone or load_backbone(
        recipe.backbone or backbone_name,
        weights=weights,
        progress=progress_of("loading the encoder"),
    )
    place = torch.device(choose_device(device))
    seed_everything(seed)
    classifier = Classifier(opened.model, Head(opened.dimension, len(training.class_names)))
    context = RunContext(
        samples=samples,
        classifier=classifier.to(memory_format=torch.channels_last).to(place),
        backbone=opened,
        device=place,
        cache=cache_folder or folder / ACTIVATIONS,
        seed=seed,
        workers=workers or min(8, os.cpu_count() or 1),
        progress_of=progress_of,
    )
    classes = len(training.class_names)
    run: StagedRun | MethodRun = (
        StagedRun(context, recipe, folder, classes, checkpoint_seconds, on_epoch)
        if recipe.method == STAGES
        else MethodRun(context, recipe, folder, classes, on_epoch)
    )
    run.notes = list(remarks)
    cancelled = False
    try:
        run.train(embedding)
    except Cancelled:
        if run.best is None:
            raise
        cancelled = True
        run.notes.append("Stopped early; the best finished epoch was kept.")
    if run.best is None:
        raise UserError(
            "The training ended before its first epoch was finished.",
            " ".join(run.notes),
            code="nothing_learnt",
        )
    if not cancelled and not run.stopped:
        save_weights(folder / LAST, classifier)
    return _finish(run, run.best, training.class_names, dict(details or {}), cancelled, started)


def _finish(
    run: StagedRun | MethodRun,
    best: BestModel,
    class_names: Sequence[str],
    details: dict[str, Any],
    cancelled: bool,
    started: float,
) -> FinetuneResult:
    """Save the best model with its card, and clear what only an unfinished run needs."""
    samples, context = run.samples, run.context
    context.classifier.load_state_dict(read_weights(best.weights(run.folder)))
    probabilities = np.load(best.predictions(run.folder))
    labels = samples.labels[samples.holdout]
    metrics = evaluate(probabilities, labels) if len(labels) else None
    described = {
        "recipe": recipe_to_dict(run.recipe),
        "seed": context.seed,
        "chosen": best.title,
        "validation_accuracy": best.validation_accuracy,
        "metrics": metrics.to_dict() if metrics else None,
        "training_samples": len(samples.training),
        "validation_samples": len(samples.validation),
        "validation_labels": "as trained on; not confirmed by a person",
        "notes": run.notes,
        **details,
    }
    model = save_model(
        run.folder / MODEL,
        context.classifier,
        backbone=context.backbone,
        class_names=class_names,
        details=described,
    )
    if not cancelled:
        _clear(run.folder)
    return FinetuneResult(
        model=model,
        chosen=best.title,
        validation_accuracy=best.validation_accuracy,
        metrics=metrics,
        probabilities=probabilities,
        labels=labels,
        reports=tuple(run.reports),
        notes=tuple(run.notes),
        cancelled=cancelled,
        seconds=perf_counter() - started,
    )


def _clear(folder: Path) -> None:
    for name in (FILE_NAME, BEST_FILE):
        (folder / name).unlink(missing_ok=True)
    best_model.forget_others(folder, None)
    shutil.rmtree(folder / ACTIVATIONS, ignore_errors=True)
