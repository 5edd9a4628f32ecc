"""What the noise lab runs, and what one of its cells says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lnl_gui.dataset.noise import (
    inject_asymmetric,
    inject_instance_dependent,
    inject_pair_flip,
    inject_symmetric,
    next_class_map,
)
from lnl_gui.detect.detectors.registry import describe_detector
from lnl_gui.learn.methods.registry import describe_method
from lnl_gui.util.errors import UserError

DETECT = "detect:"
CONSENSUS = "consensus"
CURATED = "curated"
ORACLE = "oracle"


@dataclass(frozen=True)
class BenchmarkData:
    """A dataset whose labels are known to be right.

    Attributes:
        name: as in `published.Setting`, or any other.
        embedding: (N, D) of the training samples, any float type.
        labels: (N,) int true labels.
        test_embedding: (M, D).
        test_labels: (M,) int true labels.
        number_of_classes: C.
        given: further label sets (N,) by name, such as what people said.
        class_map: (C,) of asymmetric noise; None maps each class to the next.
        network: as in `published.Setting`.
    """

    name: str
    embedding: np.ndarray
    labels: np.ndarray
    test_embedding: np.ndarray
    test_labels: np.ndarray
    number_of_classes: int
    given: Mapping[str, np.ndarray] = field(default_factory=dict)
    class_map: np.ndarray | Mapping[int, int] | None = None
    network: str = ""


@dataclass(frozen=True)
class Noise:
    """Symmetric, asymmetric, pair or instance noise, or a name in `BenchmarkData.given`."""

    kind: str
    rate: float = 0.0
    """Share of labels to flip; of no meaning for given label sets."""


@dataclass(frozen=True)
class BenchmarkPlan:
    """What to run. Methods are those of `methods`, and besides them:

    `detect:NAME` a detector alone, `detect:consensus` the consensus, `curated` cross-entropy on
    labels that the consensus has mended, `oracle` cross-entropy on the true labels. `constants`
    change a method's numbers by name; `hidden` gives all heads a hidden layer of that width.
    """

    noises: tuple[Noise, ...]
    methods: tuple[str, ...]
    seeds: tuple[int, ...] = (0, 1, 2)
    constants: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    hidden: int = 0


@dataclass(frozen=True)
class Cell:
    """One finished cell. Accuracies and rates lie in [0, 1]; None where a method has no such.

    `best` and `last` are test accuracies over epochs as papers print them. `honest` is what one
    gets who chooses the epoch on one half of the test samples and reports on the other, averaged
    over both ways.
    """

    dataset: str
    noise: str
    rate: float
    true_rate: float
    method: str
    seed: int
    best: float | None
    last: float | None
    honest: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    average_precision: float | None
    suggestion_accuracy: float | None
    seconds: float

    @property
    def key(self) -> tuple[str, str, float, str, int]:
        """What tells cells apart."""
        return (self.dataset, self.noise, self.rate, self.method, self.seed)


def noisy_labels(data: BenchmarkData, noise: Noise, seed: int) -> np.ndarray:
    """(N,) int64 labels with the errors of a noise.

    Raises:
        UserError: for a kind that is neither a generator nor one of the given label sets.
    """
    labels, classes = data.labels, data.number_of_classes
    if noise.kind in data.given:
        return np.asarray(data.given[noise.kind]).astype(np.int64)
    if noise.kind == "symmetric":
        injected = inject_symmetric(labels, classes, rate=noise.rate, seed=seed)
    elif noise.kind == "asymmetric":
        class_map = next_class_map(classes) if data.class_map is None else data.class_map
        injected = inject_asymmetric(
            labels, classes, rate=noise.rate, seed=seed, class_map=class_map
        )
    elif noise.kind == "pair":
        injected = inject_pair_flip(labels, classes, rate=noise.rate, seed=seed)
    elif noise.kind == "instance":
        injected = inject_instance_dependent(
            labels, classes, rate=noise.rate, seed=seed, features=data.embedding
        )
    else:
        known = ", ".join(["symmetric", "asymmetric", "pair", "instance", *data.given])
        raise UserError(f"There is no noise called {noise.kind}.", f"Known are: {known}.")
    return injected.noisy_label.astype(np.int64)


def check_names(data: BenchmarkData, plan: BenchmarkPlan) -> None:
    """Make sure that all methods and noises of a plan are known.

    Raises:
        UserError: for one that is not.
    """
    for method in plan.methods:
        if method in (CURATED, ORACLE, DETECT + CONSENSUS):
            continue
        if method.startswith(DETECT):
            describe_detector(method.removeprefix(DETECT))
        else:
            describe_method(method)
    for noise in plan.noises:
        noisy_labels(data, noise, 0)
