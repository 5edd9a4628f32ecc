"""How long a training on images will take, measured on a few of its steps before it begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import torch
from torch import nn

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.encoder import Backbone
from lnl_gui.learn.data.augmentation import policy
from lnl_gui.learn.data.sources import ImageSource
from lnl_gui.learn.models.network import Classifier, Head, set_trainable
from lnl_gui.learn.models.parts import Part
from lnl_gui.learn.models.precision import Precision
from lnl_gui.learn.recipes.parameters import ON_EMBEDDING, STAGES, Recipe
from lnl_gui.learn.recipes.settings import method_parameters

MEASURED_IMAGES = 8
"""Enough to fill the processor; four passes of them take seconds."""
LABELLED = 0.8
"""Share of the samples that MixMatch learns from with their label, where it is not known."""


@dataclass(frozen=True)
class Pace:
    """Seconds an image takes.

    Attributes:
        decoded: to be read and decoded.
        passed: through the network, without gradient.
        learnt: through the network and back.
    """

    decoded: float
    passed: float
    learnt: float

    def seconds(self, *, passed: float, learnt: float) -> float:
        """Of so many images each; they are decoded while the network works."""
        return passed * max(self.decoded, self.passed) + learnt * max(self.decoded, self.learnt)


def trains_on_images(recipe: Recipe) -> bool:
    """Whether an epoch of the recipe reads the images."""
    if recipe.method == STAGES:
        return any(not stage.cache_frozen for stage in recipe.stages)
    return not dict(recipe.constants).get(ON_EMBEDDING)


def forecast_seconds(
    recipe: Recipe,
    backbone: Backbone,
    files: Sequence[ImageLocation],
    *,
    training: int,
    judged: int,
    precision: Precision,
    workers: int = 1,
) -> float:
    """Seconds that the epochs of a recipe over images take, by the pace of some of them.

    Args:
        recipe: with everything that was changed in it.
        backbone: open; its weights are not changed.
        files: some images of the dataset, at least one.
        training: N, samples that are learnt from.
        judged: validation and held-out samples, which each epoch predicts.
        precision: of the run.
        workers: decoding threads.

    Raises:
        UserError: when an image cannot be read.
    """
    if recipe.method != STAGES:
        pace = measured_pace(backbone, files, "full", precision, workers)
        passed, learnt = method_passes(recipe, backbone.name, training, judged)
        return pace.seconds(passed=passed, learnt=learnt)
    total = 0.0
    for stage in recipe.stages:
        if stage.cache_frozen:
            continue
        pace = measured_pace(backbone, files, stage.part, precision, workers)
        total += stage.epochs * pace.seconds(passed=judged, learnt=training)
    return total


def measured_pace(
    backbone: Backbone,
    files: Sequence[ImageLocation],
    part: Part,
    precision: Precision,
    workers: int = 1,
) -> Pace:
    """The pace of one decoding, one pass and one step on a few images.

    Args:
        backbone: open; its weights are not changed.
        files: at least one.
        part: what learns.
        precision: of the run.
        workers: decoding threads.

    Raises:
        UserError: when an image cannot be read.
    """
    chosen = list(files[:MEASURED_IMAGES])
    source = ImageSource(chosen, backbone.preprocessing, policy("weak"), 0, workers)
    rows = np.arange(MEASURED_IMAGES) % len(chosen)
    values: list[np.ndarray] = []
    decoded = _timed(lambda: values.append(source.load(rows, 0)))
    source.close()
    network = Classifier(backbone.model, Head(backbone.dimension, 2)).to(precision.device)
    set_trainable(network, backbone, part)
    images = precision.place(precision.host(values[-1]))
    # In evaluation mode, so that the statistics of batch normalisation stay; it takes as long.
    network.eval()
    passed = _timed(lambda: _forward(network, images, precision))
    learnt = _timed(lambda: _backward(network, images, precision))
    network.zero_grad(set_to_none=True)
    return Pace(*(seconds / MEASURED_IMAGES for seconds in (decoded, passed, learnt)))


def _timed(run: Callable[[], object]) -> float:
    # The first pass makes memory and chooses kernels; the faster of two is what an epoch repeats.
    run()
    found = []
    for _ in range(2):
        started = perf_counter()
        run()
        found.append(perf_counter() - started)
    # What else runs on the machine only makes it longer.
    return min(found)


def _forward(network: nn.Module, images: torch.Tensor, precision: Precision) -> None:
    with torch.inference_mode(), precision.autocast():
        # Read on the host, or a GPU would still be at work when the time is taken.
        network(images).float().sum().item()


def _backward(network: nn.Module, images: torch.Tensor, precision: Precision) -> None:
    with precision.autocast():
        outputs = network(images)
    loss = outputs.float().square().sum()
    loss.backward()
    loss.item()


def method_passes(recipe: Recipe, encoder: str, samples: int, judged: int) -> tuple[float, float]:
    """Images that a method passes through a network without and with a gradient.

    Args:
        recipe: of the method, with everything that was changed in it.
        encoder: of the run.
        samples: N, that are learnt from.
        judged: validation and held-out samples, which each epoch predicts.
    """
    parameters = method_parameters(recipe, encoder=encoder)
    if recipe.method == "turn":
        epochs = getattr(parameters, "tuning_epochs", 1)
        return samples + judged + epochs * (samples + judged), epochs * samples
    epochs = getattr(parameters, "epochs", 1)
    if recipe.method in ("divide_mix", "unicon"):
        warm = min(epochs, getattr(parameters, "warm_up_epochs", 0))
        head = getattr(parameters, "warm_up_part", "full") == "head"
        known = LABELLED * samples
        # Of both networks: losses of all; two views of labelled samples under one network and of as
        # many unlabelled under both; all four views are learnt from.
        passed = (epochs - warm) * 2 * (samples + 6 * known) + (2 * warm * samples if head else 0)
        learnt = (epochs - warm) * 8 * known + (0 if head else 2 * warm * samples)
        return passed + epochs * 2 * judged, learnt
    networks = 2 if recipe.method == "co_teaching" else 1
    return epochs * networks * judged, epochs * networks * samples
