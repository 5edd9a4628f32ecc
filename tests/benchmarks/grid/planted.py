"""Images from elsewhere planted into a dataset: are they found, told apart, and nothing else?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from lnl_gui.dataset.label_noise.noise import inject_symmetric
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.judgement import judge_labels
from tests.benchmarks.grid.datasets import Loaded

SHARE, NOISE = 0.05, 0.1
"""Of planted images, and of wrong labels beside them."""


@dataclass(frozen=True)
class PlantedFigures:
    """Shares in [0, 1].

    Attributes:
        dataset: into which images were planted.
        seed: of the draw.
        auroc: of the ranking as off-topic.
        found: share of the planted that is flagged as off-topic.
        false_alarms: share of the dataset's own images that is.
        errors_mistaken: share of its own wrong labels that is.
    """

    dataset: str
    seed: int
    auroc: float
    found: float
    false_alarms: float
    errors_mistaken: float


def measure_planted(
    data: Loaded, others: Sequence[Loaded], *, rows: int, seed: int
) -> PlantedFigures:
    """Plant images of other datasets under labels drawn at random, beside label noise.

    Args:
        data: into which.
        others: from which, in equal parts.
        rows: of the dataset's own, at most.
        seed: of all draws.
    """
    random = np.random.default_rng(seed)
    own = random.permutation(len(data.labels))[:rows]
    each = max(1, round(SHARE * len(own) / len(others)))
    foreign = np.concatenate(
        [other.embedding[random.permutation(len(other.embedding))[:each]] for other in others]
    )
    classes = data.number_of_classes
    noisy = inject_symmetric(data.labels[own], classes, rate=NOISE, seed=seed).noisy_label
    given = np.concatenate([noisy, random.integers(0, classes, len(foreign))]).astype(np.int32)
    embedding = np.concatenate([data.embedding[own], foreign])
    score, flagged = off_topic(embedding, given, classes, seed)
    planted = np.arange(len(given)) >= len(own)
    wrong = np.zeros(len(given), bool)
    wrong[: len(own)] = noisy != data.labels[own]
    return PlantedFigures(
        data.name,
        seed,
        float(roc_auc_score(planted, score)),
        float(flagged[planted].mean()),
        float(flagged[~planted].mean()),
        float(flagged[wrong].mean()),
    )


def off_topic(
    embedding: np.ndarray, given: np.ndarray, classes: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The product's score (N,) and flags (N,) for images that fit no class."""
    judged = judge_labels(DetectionInput([embedding], given, number_of_classes=classes, seed=seed))
    return np.nan_to_num(judged.distance), judged.off_topic.flagged
