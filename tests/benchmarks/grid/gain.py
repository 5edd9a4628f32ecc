"""What cleaning is said to gain against what it gains on a clean test set."""

from dataclasses import dataclass

import numpy as np
from lnl_gui.learn.evaluation.comparison import compare

from lnl_gui.learn.bench.label_set import LabelSet
from lnl_gui.learn.bench.plan import BenchmarkData
from lnl_gui.learn.bench.training import HeadTraining, TrainingTask
from lnl_gui.learn.data.holdout import choose_holdout
from lnl_gui.store.benchmark_names import Noise
from tests.benchmarks.grid.datasets import Loaded

TEST_SHARE = 0.35
"""Of a dataset's rows that are its clean test set."""


@dataclass(frozen=True)
class GainFigures:
    """Accuracy after cleaning minus before, in [-1, 1].

    Attributes:
        dataset, noise, seed: what was measured.
        stated, low, high: the product's estimate and its 95 % interval.
        true: on the clean test set.
        best: on the same, of a model that saw true labels, minus before.
    """

    dataset: str
    noise: str
    seed: int
    stated: float
    low: float
    high: float
    true: float
    best: float

    @property
    def covered(self) -> bool:
        """Whether the interval holds the true gain."""
        return self.low <= self.true <= self.high


def measure_gain(data: Loaded, noise: Noise, *, rows: int, seed: int) -> GainFigures:
    """Accept every suggestion, train before and after, and compare.

    Args:
        data: with true labels.
        noise: of the labels given.
        rows: of training and held-out samples together.
        seed: of all draws.
    """
    order = np.random.default_rng(seed).permutation(len(data.labels))
    tests = round(TEST_SHARE * len(order))
    test, pool = order[:tests], order[tests:][:rows]
    labels = _labels(data, pool, noise, seed)
    found = labels.consensus
    accepted = found.flagged & (found.suggested_label >= 0)
    curated = np.where(accepted, found.suggested_label, labels.given)
    held_out = choose_holdout(curated.astype(np.int32), seed=seed).rows
    train = _Heads(data, pool[~held_out], np.concatenate([pool[held_out], test]), seed)
    before, after, best = (
        train(values[~held_out]) for values in (labels.given, curated, data.labels[pool])
    )
    count = int(held_out.sum())
    classes = np.eye(data.number_of_classes)
    stated = compare(
        classes[before[:count]],
        classes[after[:count]],
        labels=curated[held_out],
        seed=seed,
    )
    truth = data.labels[test]

    def gain(predicted: np.ndarray) -> float:
        right = (predicted[count:] == truth).mean()
        return float(right - (before[count:] == truth).mean())

    return GainFigures(
        data.name,
        noise.text,
        seed,
        stated.difference,
        *stated.interval,
        true=gain(after),
        best=gain(best),
    )


def _labels(data: Loaded, pool: np.ndarray, noise: Noise, seed: int) -> LabelSet:
    drawn = BenchmarkData(
        data.name,
        [data.embedding[pool]],
        data.labels[pool],
        data.number_of_classes,
        label_sets={name: values[pool] for name, values in data.label_sets.items()},
        class_map=data.class_map,
    )
    return LabelSet(drawn, noise, seed)


class _Heads:
    """Trains a head on some rows of a dataset and predicts others."""

    def __init__(self, data: Loaded, training: np.ndarray, test: np.ndarray, seed: int) -> None:
        self._seed = seed
        self._train = HeadTraining(
            BenchmarkData(
                data.name,
                [data.embedding[training]],
                data.labels[training],
                data.number_of_classes,
                test_embedding=data.embedding[test],
                test_labels=data.labels[test],
            )
        )

    def __call__(self, labels: np.ndarray) -> np.ndarray:
        """The predicted class of each test row after training on `labels`."""
        task = TrainingTask(
            "plain:ce", labels.astype(np.int64), lambda: 0.0, constants={}, seed=self._seed
        )
        return self._train(task).test_predictions[-1]
