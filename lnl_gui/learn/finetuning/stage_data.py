"""What each stage of a fine-tune reads: embeddings, kept activations, or images."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.learn.data.activations import keep_activations
from lnl_gui.learn.data.augmentation import policy
from lnl_gui.learn.data.holdout import file_order
from lnl_gui.learn.data.sources import ArraySource, ImageSource, Source, SubSource
from lnl_gui.learn.finetuning.stage_loop import LabelledSource, StageData
from lnl_gui.learn.models.frozen import equals_whole, frozen_function, weights_key
from lnl_gui.learn.models.network import Classifier, Cut, cut, set_trainable
from lnl_gui.learn.recipes.parameters import Stage
from lnl_gui.util.progress import Progress


@dataclass(frozen=True)
class Samples:
    """All samples of a run: those it learns from first, then validation, then held-out ones.

    Args:
        files: length N.
        labels: (N,) int32.
        training, validation, holdout: (n,) int rows.
    """

    files: Sequence[Path]
    labels: np.ndarray
    training: np.ndarray
    validation: np.ndarray
    holdout: np.ndarray


@dataclass(frozen=True)
class Prepared:
    """A stage ready to train: its data, the network over that data, and the modules that learn.

    `stage` is the stage as it can be run on that data. `rows` are the training samples used, in
    the order of the data.
    """

    stage: Stage
    data: StageData
    network: nn.Module
    trained: Sequence[nn.Module]
    rows: np.ndarray
    notes: tuple[str, ...]
    close: Callable[[], None]


@dataclass(frozen=True)
class RunContext:
    """What preparing any stage of a run needs."""

    samples: Samples
    classifier: Classifier
    backbone: Backbone
    device: torch.device
    cache: Path
    seed: int
    workers: int
    progress_of: Callable[[str], Progress]


def prepare(context: RunContext, stage: Stage, embedding: np.ndarray | None) -> Prepared:
    """Choose the cheapest input a stage allows, and gather it.

    Args:
        embedding: (N, D) features of all samples, or None.
    """
    trained = set_trainable(context.classifier, context.backbone, stage.part)
    if stage.cache_frozen and stage.part == "head" and embedding is not None:
        source = ArraySource(embedding)
        rows = context.samples.training
        return _same_source(context, stage, source, context.classifier.head, trained, rows)
    if stage.cache_frozen and stage.part != "full":
        split = cut(context.classifier, context.backbone, stage.part)
        if split and equals_whole(split, context.classifier, context.backbone.preprocessing):
            return _cached(context, stage, split)
    return _images(context, stage, trained)


def embed(context: RunContext) -> np.ndarray:
    """(N, D) float32 features of all samples, computed once and kept."""
    whole = Cut(context.classifier.backbone, context.classifier.head)
    rows = np.arange(len(context.samples.files))
    kept = _activations(context, whole.frozen, rows, "computing embeddings")
    return kept.load(rows, 0)


def image_source(context: RunContext, rows: np.ndarray, augmentation: str = "none") -> ImageSource:
    """The images of some samples under a named augmentation."""
    files = [context.samples.files[row] for row in rows]
    preprocessing = context.backbone.preprocessing
    return ImageSource(files, preprocessing, policy(augmentation), context.seed, context.workers)


def _cached(context: RunContext, stage: Stage, split: Cut) -> Prepared:
    samples = context.samples
    used = _first(samples, stage.cached_samples, context.seed)
    notes: tuple[str, ...] = ()
    if len(used) < len(samples.training):
        text = f"{stage.name} learnt from {len(used)} of {len(samples.training)} samples"
        notes = (f"{text}, to stay quick; a longer recipe takes all.",)
    rows = np.concatenate([used, samples.validation, samples.holdout])
    source = _activations(context, split.frozen, rows, "reading images")
    ends = np.cumsum([len(used), len(samples.validation), len(samples.holdout)])
    parts = np.split(np.arange(len(rows)), ends[:-1])
    data = StageData(
        *(LabelledSource(SubSource(source, part), samples.labels[rows[part]]) for part in parts)
    )
    return Prepared(stage, data, split.trained, [split.trained], used, notes, _nothing)


def _activations(context: RunContext, frozen: nn.Module, rows: np.ndarray, name: str) -> Source:
    images = image_source(context, rows)
    preprocessing = context.backbone.preprocessing
    key = weights_key(frozen, preprocessing)
    compute = _Lazily(
        lambda: frozen_function(frozen, preprocessing, device=context.device, key=key)
    )
    try:
        return keep_activations(
            images, compute, context.cache, key=key, progress=context.progress_of(name)
        )
    finally:
        images.close()


class _Lazily:
    """A function built at its first call: a warm cache needs no conversion."""

    def __init__(self, build: Callable[[], Callable[[np.ndarray], np.ndarray]]) -> None:
        self._build = build
        self._built: Callable[[np.ndarray], np.ndarray] | None = None

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        if self._built is None:
            self._built = self._build()
        return self._built(pixels)


def _images(context: RunContext, stage: Stage, trained: Sequence[nn.Module]) -> Prepared:
    samples = context.samples
    used = (samples.training, samples.validation, samples.holdout)
    names = (stage.augmentation, "none", "none")
    sources = [image_source(context, rows, name) for rows, name in zip(used, names, strict=True)]
    data = StageData(
        *(
            LabelledSource(source, samples.labels[rows])
            for source, rows in zip(sources, used, strict=True)
        )
    )

    def close() -> None:
        for source in sources:
            source.close()

    return Prepared(
        replace(stage, window=1.0), data, context.classifier, trained, samples.training, (), close
    )


def _same_source(
    context: RunContext,
    stage: Stage,
    source: Source,
    network: nn.Module,
    trained: Sequence[nn.Module],
    rows: np.ndarray,
) -> Prepared:
    samples = context.samples
    used = (rows, samples.validation, samples.holdout)
    data = StageData(
        *(LabelledSource(SubSource(source, part), samples.labels[part]) for part in used)
    )
    return Prepared(stage, data, network, trained, rows, (), _nothing)


def _first(samples: Samples, count: int, seed: int) -> np.ndarray:
    """At most `count` training rows, drawn by file name so that similar runs share them."""
    if len(samples.training) <= count:
        return samples.training
    # Another seed than the validation part's, which took the lowest draws.
    draw = file_order([samples.files[row] for row in samples.training], seed + 1)
    return np.sort(samples.training[np.argsort(draw, kind="stable")[:count]])


def _nothing() -> None:
    """Nothing to close."""
