"""What cleaning is said to gain, estimated and verified, against a clean test set."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.learn.bench.label_set import LabelSet
from lnl_gui.learn.bench.plan import BenchmarkData
from lnl_gui.learn.data.holdout import choose_holdout, key_draws
from lnl_gui.learn.data.soft_labels import SoftLabels, soft_labels
from lnl_gui.learn.evaluation.label_correction import correct_labels
from lnl_gui.learn.models.linear_probe import fit_probe
from lnl_gui.store.dataset.samples import KEPT, RELABELLED, UNSEEN
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.store.jobs.parameters import GIVEN_LABEL, LEFT_OUT, POSTERIOR, SUGGESTED
from lnl_gui.store.training.gain import gain_now
from lnl_gui.store.training.training_comparison import TrainingComparison
from tests.benchmarks.grid.datasets import Loaded

TEST_SHARE = 0.35
"""Of a dataset's rows that are its clean test set."""
VALIDATION = 10
"""Every so many-th training sample chooses the probe's weight decay, as a tenth does in a run."""


@dataclass(frozen=True)
class GainFigures:
    """Accuracy after cleaning minus before, in [-1, 1].

    Attributes:
        dataset, noise, seed: what was measured.
        stated, low, high: the estimated gain and its 95 % interval.
        verified, verified_low, verified_high: the same once people have judged what decides.
        true: on the clean test set, of the default for what nobody has reviewed.
        suggested, left_out: the same of models trained on all suggestions, and without suspects.
        best: the same of a model that saw true labels.
    """

    dataset: str
    noise: str
    seed: int
    stated: float
    low: float
    high: float
    verified: float
    verified_low: float
    verified_high: float
    true: float
    suggested: float
    left_out: float
    best: float

    @property
    def covered(self) -> bool:
        """Whether the estimated gain's interval holds the true one."""
        return self.low <= self.true <= self.high

    @property
    def verified_covered(self) -> bool:
        """Whether the verified gain's interval holds the true one."""
        return self.verified_low <= self.true <= self.verified_high


def measure_gain(data: Loaded, noise: Noise, *, rows: int, seed: int) -> GainFigures:
    """Train linear probes before and after cleaning as a fine-tune does, and compare.

    Args:
        data: with true labels.
        noise: of the labels given.
        rows: of training and held-out samples together.
        seed: of all draws.
    """
    order = np.random.default_rng(seed).permutation(len(data.labels))
    tests = round(TEST_SHARE * len(order))
    test, pool = order[:tests], order[tests:][:rows]
    given, truth = _given(data, pool, noise, seed), data.labels[pool]
    draws = key_draws([f"{seed} {row}".encode() for row in pool.tolist()])
    held = choose_holdout(given, draws).rows
    trainings = _trainings(data, pool[~held], given[~held], truth[~held])
    judged = np.concatenate([pool[held], test])
    named = {name: probe[judged] for name, probe in trainings.items()}
    count = int(held.sum())
    before, after = named[GIVEN_LABEL][:count], named[POSTERIOR][:count]
    found = _comparison(data, pool[held], before, after, given[held])
    nobody = np.full(count, UNSEEN, np.uint8)
    estimated = gain_now(found, given[held], nobody, np.zeros(len(found), bool)).estimated
    status = np.where(given[held] == truth[held], KEPT, RELABELLED).astype(np.uint8)
    verified = gain_now(found, truth[held], status, np.ones(len(found), bool)).verified
    assert verified is not None

    def true(name: str) -> float:
        right = {of: float((named[of][count:] == data.labels[test]).mean()) for of in named}
        return right[name] - right[GIVEN_LABEL]

    return GainFigures(
        data.name,
        noise.text,
        seed,
        estimated.value,
        estimated.low,
        estimated.high,
        verified.value,
        verified.low,
        verified.high,
        true(POSTERIOR),
        true(SUGGESTED),
        true(LEFT_OUT),
        true(_TRUTH),
    )


_TRUTH = "truth"


def _trainings(
    data: Loaded, rows: np.ndarray, given: np.ndarray, truth: np.ndarray
) -> dict[str, np.ndarray]:
    """The class that each probe names for every row of the dataset, by what it was trained on."""
    consensus = find_suspects(
        DetectionInput([data.embedding[rows]], given, number_of_classes=data.number_of_classes)
    )
    suspect = consensus.flagged & (consensus.suggested_label >= 0)
    suggested = np.where(suspect, consensus.suggested_label, given)
    soft = soft_labels(
        suggested,
        consensus.posterior,
        consensus.posterior_classes,
        certain=np.zeros(len(rows), bool),
    )
    every = np.arange(len(rows))
    return {
        GIVEN_LABEL: _named(data, rows, given),
        SUGGESTED: _named(data, rows, suggested),
        LEFT_OUT: _named(data, rows[~suspect], given[~suspect]),
        POSTERIOR: _named(data, rows, suggested, soft.take(every)),
        _TRUTH: _named(data, rows, truth),
    }


def _named(
    data: Loaded, rows: np.ndarray, labels: np.ndarray, soft: SoftLabels | None = None
) -> np.ndarray:
    chosen = np.arange(len(rows)) % VALIDATION == 0
    learnt = np.flatnonzero(~chosen)
    probe = fit_probe(
        data.embedding[rows[learnt]],
        labels[learnt],
        number_of_classes=data.number_of_classes,
        soft=None if soft is None else soft.take(learnt),
        validation=(data.embedding[rows[chosen]], labels[chosen]),
    )
    return probe.logits(data.embedding).argmax(axis=1)


def _comparison(
    data: Loaded, rows: np.ndarray, before: np.ndarray, after: np.ndarray, given: np.ndarray
) -> TrainingComparison:
    corrected = correct_labels(
        before,
        after,
        embeddings=[data.embedding[rows]],
        given=given,
        truth=np.full(len(rows), -1),
        number_of_classes=data.number_of_classes,
    )
    differ = np.flatnonzero(before != after)
    return TrainingComparison(
        differ,
        before[differ],
        after[differ],
        corrected.right_before,
        corrected.right_after,
        np.zeros(len(differ), bool),
        len(rows),
        corrected.error,
    )


def _given(data: Loaded, pool: np.ndarray, noise: Noise, seed: int) -> np.ndarray:
    drawn = BenchmarkData(
        data.name,
        [data.embedding[pool]],
        data.labels[pool],
        data.number_of_classes,
        label_sets={name: values[pool] for name, values in data.label_sets.items()},
        class_names=data.class_names,
    )
    return LabelSet(drawn, noise, seed).given.astype(np.int32)
