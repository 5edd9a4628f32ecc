"""Training of any method on cached embeddings, with test predictions after every epoch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lnl_gui.detect.mixture import clean_probability, fit_mixture
from lnl_gui.learn.bench.findings import Finding
from lnl_gui.learn.bench.plan import BenchmarkData
from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.sources import ArraySource
from lnl_gui.learn.data.views import embedding_views
from lnl_gui.learn.methods.method import NoiseEstimate
from lnl_gui.learn.methods.method_training import lengthened
from lnl_gui.learn.methods.noise_level import adapt
from lnl_gui.learn.methods.registry import build_trainer, default_parameters
from lnl_gui.learn.models.embedding_head import EmbeddingHead
from lnl_gui.learn.models.embedding_space import EmbeddingSpace, fit_space
from lnl_gui.learn.training.judging import predict
from lnl_gui.learn.training.loop import fit
from lnl_gui.learn.training.report import EpochReport
from lnl_gui.util.constants import Constant

CLEAN_THRESHOLD = 0.6
"""TURN's (Ahn et al.): a label is called right where its clean probability is above."""


@dataclass(frozen=True)
class Outcome:
    """Result of a training run.

    Attributes:
        test_predictions: (E, M) int predicted classes of the test samples after each of E epochs.
        probabilities: (N, C) of the training samples after the last epoch; None where they were
            not predicted.
    """

    test_predictions: np.ndarray
    probabilities: np.ndarray | None = None


@dataclass(frozen=True)
class TrainingTask:
    """One method to train on one set of labels.

    Attributes:
        method: a name of `learn.methods.registry`.
        labels: (N,) int64 labels to learn from.
        noise: estimates the wrong labels, for methods that must know them.
        constants: changes to the method's numbers.
        seed: of the run.
    """

    method: str
    labels: np.ndarray
    noise: Callable[[], NoiseEstimate]
    constants: Mapping[str, Constant]
    seed: int


Training = Callable[[TrainingTask], Outcome]
"""Trains a method and tests it after every epoch."""


class HeadTraining:
    """Trains heads on the first embedding of a dataset; `hidden` as in `BenchmarkPlan`."""

    def __init__(self, data: BenchmarkData, *, hidden: int = 0) -> None:
        self.data, self.hidden = data, hidden

    @cached_property
    def _space(self) -> EmbeddingSpace:
        return fit_space(self.data.embeddings[0])

    @cached_property
    def _features(self) -> np.ndarray:
        return self._space.apply(self.data.embeddings[0])

    @cached_property
    def _test(self) -> ArraySource:
        if self.data.test_embedding is None:
            raise ValueError(f"{self.data.name} has no samples to test on")
        return ArraySource(self._space.apply(self.data.test_embedding))

    def __call__(self, task: TrainingTask) -> Outcome:
        """Train the task's method on the features (N, P), as `Training`."""
        features, classes = self._features, self.data.number_of_classes
        training = LabelledViews(embedding_views(features, seed=task.seed), task.labels, classes)
        defaults = replace(default_parameters(task.method, setting="embedding"), seed=task.seed)
        adapted, _, _ = adapt(defaults, task.constants, task.noise)
        told = "epochs" in task.constants
        parameters = adapted if told else lengthened(adapted, len(task.labels))
        trainer = build_trainer(
            lambda: EmbeddingHead(features.shape[1], classes, hidden=self.hidden),
            training,
            parameters=parameters,
            dimension=self.hidden or features.shape[1],
        )
        predictions: list[np.ndarray] = []

        def look(report: EpochReport) -> None:
            # Every epoch: the papers print the best and the last.
            predictions.append(predict(trainer, self._test).argmax(axis=1))

        fit(trainer, seed=task.seed, on_epoch=look)
        return Outcome(np.stack(predictions), predict(trainer, training.views.plain))


def loss_finding(probabilities: np.ndarray, labels: np.ndarray) -> Finding:
    """Find wrong labels by a trained model's losses on them, as TURN selects clean ones.

    Suspicion is the cross-entropy in nats; flagged is what a mixture for each class calls wrong.

    Args:
        probabilities: (N, C) of the training samples.
        labels: (N,) int labels they were trained on.
    """
    given = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    # A probability of 0 in float32 must stay the largest loss, not an infinite one.
    losses = -np.log(np.maximum(given, 1e-30))
    mixture = fit_mixture(losses, labels, number_of_groups=probabilities.shape[1])
    flagged = clean_probability(losses, mixture, labels) <= CLEAN_THRESHOLD
    return Finding(losses, flagged, probabilities.argmax(axis=1))
