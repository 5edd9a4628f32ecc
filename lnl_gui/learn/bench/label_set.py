"""All methods and detectors on one set of labels whose errors are known."""

from time import perf_counter

import numpy as np

from lnl_gui.detect.consensus.consensus import Consensus, find_suspects
from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.detectors.registry import run_detector
from lnl_gui.learn.bench.figures import Accuracies, DetectionFigures, accuracies, detection_figures
from lnl_gui.learn.bench.plan import (
    CONSENSUS,
    CURATED,
    DETECT,
    ORACLE,
    BenchmarkData,
    BenchmarkPlan,
    Cell,
    Noise,
    noisy_labels,
)
from lnl_gui.learn.bench.training import loss_flags, train_on_embeddings
from lnl_gui.learn.data.sources import ArraySource
from lnl_gui.learn.models.embedding_space import EmbeddingSpace


class Bench:
    """All methods on one noise and seed; the consensus is computed at most once."""

    def __init__(
        self,
        data: BenchmarkData,
        plan: BenchmarkPlan,
        noise: Noise,
        seed: int,
        space: EmbeddingSpace,
    ) -> None:
        self.data, self.plan, self.noise, self.seed = data, plan, noise, seed
        self.features = space.apply(data.embedding)
        self.test = ArraySource(space.apply(data.test_embedding))
        self.given = noisy_labels(data, noise, seed)
        self.wrong = self.given != data.labels
        self._consensus: Consensus | None = None

    def run(self, method: str) -> Cell:
        """The cell of one method, `detect:NAME`, `curated` or `oracle`."""
        started = perf_counter()
        learnt: Accuracies | None
        found: DetectionFigures | None
        if method.startswith(DETECT):
            found = self._detect(method.removeprefix(DETECT))
            learnt = None
        else:
            learnt, found = self._train(method)
        return Cell(
            dataset=self.data.name,
            noise=self.noise.kind,
            rate=self.noise.rate,
            true_rate=float(self.wrong.mean()),
            method=method,
            seed=self.seed,
            best=learnt.best if learnt else None,
            last=learnt.last if learnt else None,
            honest=learnt.honest if learnt else None,
            precision=found.precision if found else None,
            recall=found.recall if found else None,
            f1=found.f1 if found else None,
            average_precision=found.average_precision if found else None,
            suggestion_accuracy=found.suggestion_accuracy if found else None,
            seconds=perf_counter() - started,
        )

    @property
    def consensus(self) -> Consensus:
        """On the given labels; computed at the first call."""
        if self._consensus is None:
            self._consensus = find_suspects(
                [self.data.embedding],
                self.given.astype(np.int32),
                number_of_classes=self.data.number_of_classes,
                seed=self.seed,
            )
        return self._consensus

    def _detect(self, name: str) -> DetectionFigures | None:
        if name == CONSENSUS:
            found = self.consensus
            return self._figures(found.suspicion, found.flagged, found.suggested_label)
        result = run_detector(
            name,
            [self.data.embedding],
            self.given.astype(np.int32),
            number_of_classes=self.data.number_of_classes,
            seed=self.seed,
        )
        flagged = result.score >= expected_f_threshold(result.score)
        return self._figures(result.score, flagged, result.vote)

    def _train(self, method: str) -> tuple[Accuracies, DetectionFigures | None]:
        mended = method in (ORACLE, CURATED)
        outcome = train_on_embeddings(
            "plain:ce" if mended else method,
            self.features,
            self._labels(method),
            number_of_classes=self.data.number_of_classes,
            test=self.test,
            noise_rate=lambda: float(self.consensus.noise_rate),
            constants=self.plan.constants.get(method, {}),
            hidden=self.plan.hidden,
            seed=self.seed,
        )
        learnt = accuracies(outcome.test_predictions, self.data.test_labels)
        if mended:
            return learnt, None
        loss, flagged = loss_flags(outcome.probabilities, self.given, self.data.number_of_classes)
        return learnt, self._figures(loss, flagged, outcome.probabilities.argmax(axis=1))

    def _labels(self, method: str) -> np.ndarray:
        """(N,) int64 labels that a method learns from."""
        if method == ORACLE:
            return self.data.labels.astype(np.int64)
        if method != CURATED:
            return self.given
        found = self.consensus
        mended = found.flagged & (found.suggested_label >= 0)
        return np.where(mended, found.suggested_label, self.given).astype(np.int64)

    def _figures(
        self, score: np.ndarray, flagged: np.ndarray, vote: np.ndarray
    ) -> DetectionFigures | None:
        if not self.wrong.any():
            return None
        return detection_figures(score, flagged, vote, self.wrong, self.data.labels)
