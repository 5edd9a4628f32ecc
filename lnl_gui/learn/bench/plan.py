"""Plan of a benchmark: a dataset whose errors are known, and a grid of noises and methods."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lnl_gui.dataset.label_noise.named_noise import GENERATORS
from lnl_gui.detect.detectors.registry import describe_detector
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.learn.bench import cleanlab_baseline
from lnl_gui.learn.methods.registry import find_method
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, DETECT, Noise, unknown_noise
from lnl_gui.util.constants import Constant
from lnl_gui.util.errors import UserError
from lnl_gui.util.extras import package_hint
from lnl_gui.util.messages import message

CLEANLAB = DETECT + "cleanlab"
CURATED = "curated"
ORACLE = "oracle"
RELABEL = "relabel:"
"""Before a detector: plain training after every label was replaced by that detector's vote."""
FINGERPRINT_ROWS = 64
"""Rows of each embedding that are hashed."""


@dataclass(frozen=True)
class BenchmarkData:
    """A dataset whose labels are known to be right.

    Attributes:
        name: as in `published.Setting`, or any other.
        embeddings: K spaces (N, D_k) of the training samples, any float type. Detectors see all
            of them, heads are trained on the first.
        labels: (N,) int true labels in [0, C).
        number_of_classes: C.
        test_embedding: (M, D_0); None where nothing is trained.
        test_labels: (M,) int true labels.
        label_sets: further labels (N,) int of the training samples by name, such as what people
            said.
        class_names: C names, for asymmetric noise by name; or none.
        network: as in `published.Setting`.
        groups: (N,) int, -1 alone: training samples that are no independent witnesses, such as one
            patient's; None for none.
        copies: (N,) int, -1 alone: copies of one image; None for none.
        features: (N, L) of any number type, what noise that depends on the sample looks at, such as
            its pixels; None takes the first embedding.
        judges: further detectors by name, of given labels (N,) int32 alone: such as those that read
            the class names, and need the encoder that knows words.
    """

    name: str
    embeddings: Sequence[np.ndarray]
    labels: np.ndarray
    number_of_classes: int
    test_embedding: np.ndarray | None = None
    test_labels: np.ndarray | None = None
    label_sets: Mapping[str, np.ndarray] = field(default_factory=dict)
    class_names: Sequence[str] = ()
    network: str = ""
    groups: np.ndarray | None = None
    copies: np.ndarray | None = None
    features: np.ndarray | None = None
    judges: Mapping[str, Callable[[np.ndarray], DetectorResult]] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """Sixteen hex digits of what figures rest on: all labels, and some rows of embeddings."""
        digest = hashlib.sha256()
        tests = [] if self.test_labels is None else [self.test_labels]
        for labels in (self.labels, *tests, *self.label_sets.values()):
            digest.update(np.ascontiguousarray(labels, np.int64).tobytes())
        for name, grouping in (("groups", self.groups), ("copies", self.copies)):
            if grouping is not None:
                digest.update(name.encode() + np.ascontiguousarray(grouping, np.int64).tobytes())
        seen = [] if self.features is None else [self.features]
        for embedding in (*self.embeddings, *seen):
            # Some rows tell two embeddings apart.
            step = max(1, len(embedding) // FINGERPRINT_ROWS)
            digest.update(np.ascontiguousarray(embedding[::step]).tobytes())
        digest.update("\n".join(self.class_names).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class BenchmarkPlan:
    """The grid of noises, methods and seeds to run.

    Attributes:
        noises: kinds and rates, or label sets of the data by name.
        methods: training methods by the names of `learn.methods.registry`; `curated` trains with
            cross-entropy on labels that the consensus has corrected, `oracle` on the true labels;
            `detect:NAME` is a detector alone, `detect:consensus` the consensus, `detect:cleanlab`
            every filter and score of cleanlab.
        seeds: of noise, folds and training alike.
        constants: numbers of a method changed by name.
        hidden: width of a hidden layer that all heads get; 0 for none.
    """

    noises: tuple[Noise, ...]
    methods: tuple[str, ...]
    seeds: tuple[int, ...] = (0, 1, 2)
    constants: Mapping[str, Mapping[str, Constant]] = field(default_factory=dict)
    hidden: int = 0

    def trials(self) -> list[tuple[Noise, int, str]]:
        """Noise, seed and method of each cell, in the order in which they run.

        A detector judges labels in which nothing is drawn with the first seed alone: the folds
        are all that others would change.
        """
        return [
            (noise, seed, method)
            for noise in self.noises
            for seed in self.seeds
            for method in expand_methods(self.methods)
            if noise.is_random or not is_detection(method) or seed == self.seeds[0]
        ]


def is_detection(method: str) -> bool:
    """Whether a method of a plan finds wrong labels without training on them."""
    return method.startswith(DETECT)


def expand_methods(methods: Sequence[str]) -> list[str]:
    """The methods, each once, with `detect:cleanlab` replaced by each of its variants."""
    variants = [DETECT + name for name in cleanlab_baseline.VARIANTS]
    expanded = [variants if method == CLEANLAB else [method] for method in methods]
    return list(dict.fromkeys(name for names in expanded for name in names))


def check_names(data: BenchmarkData, plan: BenchmarkPlan) -> None:
    """Check that all methods and noises of a plan are known.

    Raises:
        UserError: for one that is not, or for cleanlab where it is not installed.
    """
    for method in expand_methods(plan.methods):
        if not is_detection(method) or method.removeprefix(DETECT) not in data.judges:
            _check_method(method)
    for noise in plan.noises:
        if noise.kind not in data.label_sets and noise.family not in GENERATORS:
            raise unknown_noise(noise.kind, (*GENERATORS, *data.label_sets))


def _check_method(method: str) -> None:
    if method in (CURATED, ORACLE, CONSENSUS):
        return
    if method.startswith(RELABEL):
        describe_detector(method.removeprefix(RELABEL))
        return
    if not is_detection(method):
        find_method(method)
        return
    name = method.removeprefix(DETECT)
    if name not in cleanlab_baseline.VARIANTS:
        describe_detector(name)
    elif not cleanlab_baseline.installed():
        raise UserError(
            message("cleanlab is not installed."),
            package_hint("cleanlab"),
            code="no_cleanlab",
        )
