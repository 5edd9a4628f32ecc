"""One set of labels whose errors are known, and results on it that several methods share."""

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TypeVar

import numpy as np

from lnl_gui.dataset.label_noise.named_noise import NoiseInput, add_noise
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.detectors.registry import run_detector
from lnl_gui.detect.judgement import judge_labels
from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities
from lnl_gui.learn.bench import cleanlab_baseline
from lnl_gui.learn.bench.findings import Finding, consensus_finding, detector_finding
from lnl_gui.learn.bench.plan import BenchmarkData
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, DETECT, Noise

Value = TypeVar("Value")


class LabelSet:
    """The labels of a dataset under one noise and seed.

    Attributes:
        given: (N,) int32 labels with errors.
        wrong: (N,) bool.
        borrowed: seconds that results computed for another method would have cost again.
    """

    def __init__(self, data: BenchmarkData, noise: Noise, seed: int) -> None:
        self.data, self.noise, self.seed = data, noise, seed
        # One draw for all methods: they are compared on the same errors.
        self.given = noisy_labels(data, noise, seed)
        # By the labels: a flip under inclusive noise may land on the true class.
        self.wrong = self.given != data.labels
        self.borrowed = 0.0
        self._kept: dict[str, tuple[object, float]] = {}

    @property
    def consensus(self) -> Consensus:
        """On the given labels; computed at the first call."""
        return self._shared("consensus", self._find_suspects)

    def detect(self, method: str) -> Finding | None:
        """What `detect:NAME` finds; None where cleanlab has too few samples of a class."""
        if method == CONSENSUS:
            return consensus_finding(self.consensus)
        name = method.removeprefix(DETECT)
        if name in cleanlab_baseline.VARIANTS:
            return self._cleanlab(name)
        if name in self.data.judges:
            return detector_finding(self.data.judges[name](self.given))
        found = run_detector(
            name,
            self.data.embeddings,
            self.given,
            number_of_classes=self.data.number_of_classes,
            groups=self.data.groups,
            copies=self.data.copies,
            seed=self.seed,
        )
        return detector_finding(found)

    def _find_suspects(self) -> Consensus:
        return judge_labels(
            DetectionInput(
                self.data.embeddings,
                self.given,
                number_of_classes=self.data.number_of_classes,
                groups=self.data.groups,
                copies=self.data.copies,
                seed=self.seed,
            )
        ).consensus

    def _cleanlab(self, variant: str) -> Finding | None:
        if not cleanlab_baseline.can_judge(self.given):
            return None
        probabilities = self._shared("cleanlab", self._held_out_probabilities)
        return cleanlab_baseline.judge(variant, self.given, probabilities)

    def _held_out_probabilities(self) -> np.ndarray:
        return cleanlab_baseline.held_out_probabilities(
            self.data.embeddings, self.given, seed=self.seed
        )

    def _shared(self, name: str, compute: Callable[[], Value]) -> Value:
        if name in self._kept:
            value, seconds = self._kept[name]
            self.borrowed += seconds
        else:
            started = perf_counter()
            value = compute()
            self._kept[name] = value, perf_counter() - started
        return value  # type: ignore[return-value]  # what `compute` gave under this name


def noisy_labels(data: BenchmarkData, noise: Noise, seed: int) -> np.ndarray:
    """(N,) int32 labels with the errors of a noise, or one of the data's own label sets.

    Raises:
        UserError: for a kind that is neither a generator nor one of the label sets.
    """
    if noise.kind in data.label_sets:
        return np.asarray(data.label_sets[noise.kind]).astype(np.int32)
    seen = data.embeddings[0] if data.features is None and data.embeddings else data.features
    # Converted only where it is looked at: pixels of 50 000 images are 600 MB as floats.
    wanted = seen is not None and noise.family.startswith("instance")
    features = np.asarray(seen, np.float32) if wanted else None
    source = NoiseInput(
        data.labels,
        data.number_of_classes,
        features,
        data.class_names,
        partial(_confusion, data) if data.embeddings else None,
    )
    return add_noise(source, noise, seed=seed).noisy_label


def _confusion(data: BenchmarkData) -> np.ndarray:
    """(C, C) counts of a held-out probe's predictions, rows the true class."""
    found = out_of_fold_probabilities(
        data.embeddings[:1], data.labels, number_of_classes=data.number_of_classes, seed=0
    )
    counts = np.zeros((data.number_of_classes, data.number_of_classes))
    np.add.at(counts, (data.labels, found.argmax(axis=1)), 1)
    return counts
