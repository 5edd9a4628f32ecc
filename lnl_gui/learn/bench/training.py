"""Any training method on cached embeddings, with its predictions after every epoch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.detect.mixture import clean_probability, fit_mixture
from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.sources import Source
from lnl_gui.learn.data.views import embedding_views
from lnl_gui.learn.methods.noise_level import adapt
from lnl_gui.learn.methods.registry import build_trainer, default_parameters
from lnl_gui.learn.models.embedding_head import EmbeddingHead
from lnl_gui.learn.training.epochs import fit
from lnl_gui.learn.training.report import EpochReport
from lnl_gui.util.progress import Progress, no_progress

CLEAN_THRESHOLD = 0.6


@dataclass(frozen=True)
class Outcome:
    """What a run on embeddings came to.

    Attributes:
        probabilities: (N, C) of the training samples after the last epoch.
        test_predictions: (epochs, M) predicted classes of the test samples after every epoch.
    """

    probabilities: np.ndarray
    test_predictions: np.ndarray


def train_on_embeddings(
    method: str,
    features: np.ndarray,
    labels: np.ndarray,
    *,
    number_of_classes: int,
    test: Source,
    noise_rate: Callable[[], float],
    constants: Mapping[str, float],
    hidden: int = 0,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Outcome:
    """Train a head on prepared embeddings.

    Args:
        method: a name of `methods`.
        features: (N, P) prepared by an `EmbeddingSpace`.
        labels: (N,) int64 given labels.
        number_of_classes: C.
        test: prepared features of M other samples.
        noise_rate: estimates the share of wrong labels, for methods that must know it.
        constants: changes to the method's numbers.
        hidden: width of a hidden layer; 0 has none.
        seed: of the run.
        progress: thousandths of epochs done.
    """
    training = LabelledViews(embedding_views(features, seed=seed), labels, number_of_classes)
    defaults = replace(default_parameters(method, setting="embedding"), seed=seed)
    parameters, _ = adapt(defaults, constants, noise_rate)

    def build() -> EmbeddingHead:
        return EmbeddingHead(features.shape[1], number_of_classes, hidden=hidden)

    trainer = build_trainer(
        build, training, parameters=parameters, dimension=hidden or features.shape[1]
    )
    predictions: list[np.ndarray] = []

    def look(report: EpochReport) -> None:
        predictions.append(trainer.predict(test).argmax(axis=1))

    fit(trainer, seed=seed, on_epoch=look, progress=progress)
    return Outcome(trainer.predict(training.views.plain), np.stack(predictions))


def loss_flags(
    probabilities: np.ndarray, labels: np.ndarray, number_of_classes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Losses (N,) on the given labels, and what TURN's mixture per class calls wrong (N,) bool."""
    given = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    losses = -np.log(np.maximum(given, 1e-30))
    mixture = fit_mixture(losses, labels, number_of_groups=number_of_classes)
    return losses, clean_probability(losses, mixture, labels) <= CLEAN_THRESHOLD
