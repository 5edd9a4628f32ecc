"""Input of each stage of a fine-tune: embeddings, cached activations, or images."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from lnl_gui.learn.data.holdout import file_order
from lnl_gui.learn.data.sources import ArraySource, LabelledSource, Source, SubSource
from lnl_gui.learn.finetuning.context import RunContext
from lnl_gui.learn.finetuning.run_samples import Samples
from lnl_gui.learn.finetuning.stage_titles import READING_IMAGES, stage_title
from lnl_gui.learn.models.adapters import AdaptedClassifier
from lnl_gui.learn.models.frozen import equals_whole
from lnl_gui.learn.models.network import Cut, cut, set_trainable
from lnl_gui.learn.recipes.parameters import Stage
from lnl_gui.util.messages import Message, message


@dataclass(frozen=True)
class StageData:
    """A stage's input, the network over it, and the modules that learn.

    Attributes:
        stage: as it can be run on that data.
        training, validation, holdout: input and labels.
        network: from the input to logits; shares its modules with the classifier, unless it is an
            adapted copy of it.
        trained: the modules that learn.
        rows: (n,) int training samples used, in the order of the data.
        notes: what the user should know.
    """

    stage: Stage
    training: LabelledSource
    validation: LabelledSource
    holdout: LabelledSource
    network: nn.Module
    trained: Sequence[nn.Module]
    rows: np.ndarray
    notes: tuple[Message, ...] = ()


def stage_data(context: RunContext, stage: Stage) -> StageData:
    """Choose and load the cheapest input a stage allows; freezes what does not learn.

    Args:
        context: samples, network, caches of the run.
        stage: says what learns, and whether the rest may be computed once.

    Raises:
        UserError: when an image is gone or the disk is full.
    """
    if stage.adapters is not None:
        adapted = AdaptedClassifier(
            context.classifier, context.backbone, stage.adapters, seed=context.seed
        )
        return _of_images(context, stage, adapted, list(adapted.learnt()))
    trained = set_trainable(context.classifier, context.backbone, stage.part)
    if stage.cache_frozen and stage.part == "head":
        return _of_embedding(context, stage, trained)
    if stage.cache_frozen and stage.part != "full":
        split = cut(context.classifier, context.backbone, stage.part)
        # Layouts are recognised by names; only equal logits show that the cut is right.
        if split and equals_whole(split, context.classifier, context.backbone.preprocessing):
            return _of_activations(context, stage, split)
    return _of_images(context, stage, context.classifier, trained)


def _of_embedding(context: RunContext, stage: Stage, trained: Sequence[nn.Module]) -> StageData:
    samples, source = context.samples, ArraySource(context.embedding)
    rows = (samples.training, samples.validation, samples.holdout)
    parts = _labelled(source, samples, rows, rows)
    return StageData(stage, *parts, context.classifier.head, trained, samples.training)


def _of_activations(context: RunContext, stage: Stage, split: Cut) -> StageData:
    samples = context.samples
    used = _first(samples, stage.cached_samples, context.seed)
    notes: tuple[Message, ...] = ()
    if len(used) < len(samples.training):
        notes = (
            message(
                "{stage} learnt from {used} of {total} samples, to stay quick; a longer recipe"
                " takes all.",
                stage=stage_title(stage.name),
                used=len(used),
                total=len(samples.training),
            ),
        )
    rows = (used, samples.validation, samples.holdout)
    # All three parts in one pass over the frozen network.
    source = context.activations(split.frozen, np.concatenate(rows), READING_IMAGES)
    ends = np.cumsum([len(part) for part in rows])
    parts = _labelled(source, samples, np.split(np.arange(ends[-1]), ends[:-1]), rows)
    return StageData(stage, *parts, split.trained, [split.trained], used, notes)


def _of_images(
    context: RunContext, stage: Stage, network: nn.Module, trained: Sequence[nn.Module]
) -> StageData:
    samples = context.samples
    used = (samples.training, samples.validation, samples.holdout)
    names = (stage.augmentation, "none", "none")
    training, validation, holdout = (
        LabelledSource(context.images(rows, name), samples.labels[rows])
        for rows, name in zip(used, names, strict=True)
    )
    # Pixels are cropped by their augmentation; a window is for maps that have none left.
    whole = replace(stage, window=1.0)
    return StageData(whole, training, validation, holdout, network, trained, samples.training)


def _labelled(
    source: Source, samples: Samples, places: Sequence[np.ndarray], rows: Sequence[np.ndarray]
) -> tuple[LabelledSource, LabelledSource, LabelledSource]:
    """Training, validation and held-out part: `places` in the source, `rows` of the samples."""
    training, validation, holdout = (
        LabelledSource(SubSource(source, place), samples.labels[part])
        for place, part in zip(places, rows, strict=True)
    )
    return training, validation, holdout


def _first(samples: Samples, count: int, seed: int) -> np.ndarray:
    """At most `count` training rows, drawn by file name so that similar runs share them."""
    if len(samples.training) <= count:
        return samples.training
    # Another seed than the validation part's, which took the lowest draws.
    draw = file_order([samples.files[row] for row in samples.training], seed + 1)
    # Sorted, so that reading kept parts goes forward on disk.
    return np.sort(samples.training[np.argsort(draw, kind="stable")[:count]])
