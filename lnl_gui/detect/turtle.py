"""TURTLE: clusters that linear classifiers in every embedding space can most easily agree on.

Gadetsky, Jiang, Brbic, "Let Go of Your Labels with Unsupervised Transfer" (ICML 2024). No label
is used to find the clusters; `majority_vote` then names them. The matrices are small, so the
gradients are written out and Adam is fused by hand: building and walking an autograd graph would
cost more than the arithmetic. O(T M B D C) a space.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.special import softmax, xlogy

from lnl_gui.detect.inputs import check_inputs, usable_rows
from lnl_gui.detect.majority_vote import majority_vote
from lnl_gui.detect.preparation import COMPONENTS, MEAN_NORM, prepare
from lnl_gui.detect.result import DetectorResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import Progress, no_progress

MAXIMUM_CLASSES = 1000
SEARCH_RATES = (1e-2, 1e-3, 1e-4)
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8
_FOLDS = 5


@dataclass(frozen=True)
class TurtleParameters:
    """Settings of one TURTLE run; the paper's unless it says otherwise.

    Attributes:
        iterations: T, outer steps (6000 in the paper).
        inner_steps: M, steps of the linear classifiers at each outer step (10 in the paper; kept
            warm, 3, 5 and 10 gave the same clusters).
        inner_rate: learning rate of the classifiers.
        outer_rate: learning rate of the labelling.
        gamma: weight of the entropy of the mean assignment, which stops collapse.
        batch_size: samples drawn at each outer step (10 000 in the paper).
        warm_start: keep the classifiers from one outer step to the next. The paper starts cold
            and warm; in few iterations warm is far better (CIFAR-10N, 500 iterations: clustering
            accuracy .75 against .64).
        feature_scale: typical size of a coordinate of the reduced embedding.
        dimensions: principal directions kept of each space.
    """

    iterations: int = 1000
    inner_steps: int = 5
    inner_rate: float = 1e-3
    outer_rate: float = 1e-3
    gamma: float = 10.0
    batch_size: int = 1024
    warm_start: bool = True
    feature_scale: float = 0.3
    dimensions: int = COMPONENTS


@dataclass(frozen=True)
class TurtleResult:
    """Clusters found without labels.

    Attributes:
        assignment: (N,) int32, cluster in [0, C), -1 for an unreadable embedding.
        probability: (N,) float32, the labelling's probability of that cluster.
        found_clusters: how many of the C clusters have a member.
        entropy: of the cluster sizes, in nats; log C when all are equal.
        generalisation_score: accuracy in [0, 1] with which linear classifiers predict the
            clusters of held-out samples, the mean over folds and spaces; NaN if not asked for.
        parameters: the settings used, the best ones after a search.
    """

    assignment: np.ndarray
    probability: np.ndarray
    found_clusters: int
    entropy: float
    generalisation_score: float
    parameters: TurtleParameters


class _Adam:
    """Adam on one array, in place, with no allocation after the first step."""

    def __init__(self, weight: np.ndarray, rate: float) -> None:
        self.weight, self.rate, self.steps = weight, rate, 0
        self.mean, self.square = np.zeros_like(weight), np.zeros_like(weight)
        self._scratch = np.empty_like(weight)

    def step(self, gradient: np.ndarray) -> None:
        """Move the weight against `gradient`, which is overwritten."""
        self.steps += 1
        np.multiply(gradient, 1 - _BETA_1, out=self._scratch)
        self.mean *= _BETA_1
        self.mean += self._scratch
        np.square(gradient, out=gradient)
        gradient *= 1 - _BETA_2
        self.square *= _BETA_2
        self.square += gradient
        np.sqrt(self.square, out=self._scratch)
        self._scratch /= np.sqrt(1 - _BETA_2**self.steps)
        self._scratch += _EPSILON
        np.divide(self.mean, self._scratch, out=self._scratch)
        self._scratch *= self.rate / (1 - _BETA_1**self.steps)
        self.weight -= self._scratch


class _Labelling:
    """One weight-normalised linear layer; the last row of `phi` is constant and carries the bias.

    Weight normalisation (columns of fixed direction times a learnt length) matters: without it
    the labelling does not train well, as the authors note.
    """

    def __init__(self, start: np.ndarray, rate: float) -> None:
        self.direction = start[:-1].copy()
        self.length = np.linalg.norm(self.direction, axis=0)
        self.bias = start[-1].copy()
        self._adams = [_Adam(w, rate) for w in (self.direction, self.length, self.bias)]

    def weight(self) -> np.ndarray:
        """(D + 1, C)."""
        scale = self.length / np.maximum(np.linalg.norm(self.direction, axis=0), 1e-12)
        return np.concatenate([self.direction * scale, self.bias[None]])

    def step(self, gradient: np.ndarray) -> None:
        """Descend on the gradient (D + 1, C) of the loss by `weight()`."""
        norm = np.maximum(np.linalg.norm(self.direction, axis=0), 1e-12)
        unit = self.direction / norm
        along = (gradient[:-1] * unit).sum(axis=0)
        across = (gradient[:-1] - unit * along) * (self.length / norm)
        for adam, part in zip(self._adams, (across, along, gradient[-1].copy()), strict=True):
            adam.step(part)


def turtle(
    embeddings: Sequence[np.ndarray],
    number_of_clusters: int,
    *,
    parameters: TurtleParameters | None = None,
    search: bool = False,
    score: bool = True,
    seed: int = 0,
    progress: Progress = no_progress,
) -> TurtleResult:
    """Cluster the samples without labels.

    Args:
        embeddings: K spaces (N, D_k).
        number_of_clusters: C.
        search: try all learning rates in {1e-2, 1e-3, 1e-4} for both loops, warm and cold, and
            keep the run of the highest generalisation score (18 times the time).
        score: compute the generalisation score.

    Raises:
        UserError: without a readable embedding, or with more than 1000 clusters.
    """
    if number_of_clusters > MAXIMUM_CLASSES:
        raise UserError(
            f"TURTLE cannot look for {number_of_clusters} clusters (at most {MAXIMUM_CLASSES}).",
            "Leave this detector out; the others do not need it.",
            code="too_many_classes",
        )
    chosen = parameters or default_parameters(number_of_clusters)
    usable = usable_rows(embeddings)
    if not usable.any():
        raise UserError("No embedding can be read.", "Embed the images again.")
    spaces = [_prepare(space, usable, chosen) for space in embeddings]
    if search:
        return _search(spaces, usable, number_of_clusters, chosen, seed, progress)
    return _run(spaces, usable, number_of_clusters, chosen, score, seed, progress)


def default_parameters(number_of_clusters: int) -> TurtleParameters:
    """Sized for a CPU; the batch grows with the clusters so that each has about ten members."""
    return TurtleParameters(batch_size=min(10_000, max(1024, 10 * number_of_clusters)))


def _prepare(space: np.ndarray, usable: np.ndarray, parameters: TurtleParameters) -> np.ndarray:
    points = prepare([space], components=parameters.dimensions, usable=usable).matrix
    points = points * np.float32(parameters.feature_scale * points.shape[1] ** 0.5 / MEAN_NORM)
    return np.concatenate([points, np.ones((len(points), 1), np.float32)], axis=1)


def _run(
    spaces: list[np.ndarray],
    usable: np.ndarray,
    clusters: int,
    parameters: TurtleParameters,
    score: bool,
    seed: int,
    progress: Progress,
) -> TurtleResult:
    labelling = _fit(spaces, clusters, parameters, np.random.default_rng(seed), progress)
    membership = _mean_softmax(spaces, [layer.weight() for layer in labelling])
    best = membership.argmax(axis=1)
    assignment = np.full(len(usable), -1, dtype=np.int32)
    assignment[usable] = best
    probability = np.zeros(len(usable), dtype=np.float32)
    probability[usable] = membership[np.arange(len(best)), best]
    share = np.bincount(best, minlength=clusters) / len(best)
    return TurtleResult(
        assignment,
        probability,
        int((share > 0).sum()),
        float(-xlogy(share, share).sum()),
        generalisation_score(spaces, best, seed=seed) if score else float("nan"),
        parameters,
    )


def _fit(
    spaces: list[np.ndarray],
    clusters: int,
    parameters: TurtleParameters,
    generator: np.random.Generator,
    progress: Progress,
) -> list[_Labelling]:
    rate, samples = parameters.outer_rate, len(spaces[0])
    labelling = [_Labelling(_start(s.shape[1], clusters, generator), rate) for s in spaces]
    classifiers: list[_Adam] = []
    for iteration in range(parameters.iterations):
        progress(iteration, parameters.iterations)
        rows = _draw(samples, parameters.batch_size, generator)
        batch = spaces if rows is None else [space[rows] for space in spaces]
        if not (classifiers and parameters.warm_start):
            starts = [_start(space.shape[1], clusters, generator) for space in spaces]
            classifiers = [_Adam(start, parameters.inner_rate) for start in starts]
        _outer_step(batch, labelling, classifiers, parameters)
    progress(parameters.iterations, parameters.iterations)
    return labelling


def _start(dimensions: int, clusters: int, generator: np.random.Generator) -> np.ndarray:
    """(D + 1, C) uniform within 1 / sqrt(D), as linear layers usually begin."""
    bound = 1 / np.sqrt(max(dimensions - 1, 1))
    return generator.uniform(-bound, bound, (dimensions, clusters)).astype(np.float32)


def _draw(samples: int, size: int, generator: np.random.Generator) -> np.ndarray | None:
    if size >= samples:
        return None
    return generator.choice(samples, size, replace=False, shuffle=False)


def _outer_step(
    batch: list[np.ndarray],
    labelling: list[_Labelling],
    classifiers: list[_Adam],
    parameters: TurtleParameters,
) -> None:
    """Fit the classifiers to the present labels, then move the labels towards them."""
    memberships = [
        _softmax(phi @ layer.weight()) for phi, layer in zip(batch, labelling, strict=True)
    ]
    labels = sum(memberships[1:], start=memberships[0]) / len(memberships)
    size = len(labels)
    # Cross-entropy by the labels is -log q of the classifiers, a constant for this step.
    by_label = np.zeros_like(labels)
    for phi, classifier in zip(batch, classifiers, strict=True):
        for _ in range(parameters.inner_steps):
            error = _softmax(phi @ classifier.weight)
            error -= labels
            classifier.step(phi.T @ error / size)
        by_label -= _log_softmax(phi @ classifier.weight)
    by_label /= size * len(batch)
    for phi, layer, member in zip(batch, labelling, memberships, strict=True):
        # The gradient of gamma * sum p log p of the mean assignment p, per sample.
        mean = np.maximum(member.mean(axis=0), 1e-12)
        by_member = by_label + parameters.gamma * (np.log(mean) + 1) / size
        by_member -= (by_member * member).sum(axis=1, keepdims=True)
        layer.step(phi.T @ (by_member * member))


def _softmax(logits: np.ndarray) -> np.ndarray:
    """Softmax of the rows, in place."""
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    logits -= logits.max(axis=1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logits


def _mean_softmax(spaces: list[np.ndarray], weights: list[np.ndarray]) -> np.ndarray:
    """(N, C) membership: the mean over the spaces."""
    total = np.zeros((len(spaces[0]), weights[0].shape[1]), dtype=np.float32)
    for space, weight in zip(spaces, weights, strict=True):
        total += softmax(space @ weight, axis=1)
    return total / len(spaces)


def generalisation_score(
    spaces: Sequence[np.ndarray], assignment: np.ndarray, *, seed: int = 0
) -> float:
    """Accuracy in [0, 1] of linear classifiers on held-out samples' clusters, no truth used.

    The classifier is ridge regression on the one-hot clusters: one factorisation a fold where
    the paper trains a logistic regression for a thousand epochs. O(N D^2 + F D^3) a space.
    """
    fold = np.random.default_rng(seed).permutation(len(assignment)) % _FOLDS
    target = np.eye(int(assignment.max()) + 1, dtype=np.float32)[assignment]
    scores = [_held_out_accuracy(space, target, fold) for space in spaces]
    return float(np.mean(scores))


def _held_out_accuracy(space: np.ndarray, target: np.ndarray, fold: np.ndarray) -> float:
    grams = [space[fold == f].T @ space[fold == f] for f in range(_FOLDS)]
    crosses = [space[fold == f].T @ target[fold == f] for f in range(_FOLDS)]
    ridge = 1e-3 * len(space) * np.eye(space.shape[1])
    right = 0
    for f in range(_FOLDS):
        weight = np.linalg.solve(sum(grams) - grams[f] + ridge, sum(crosses) - crosses[f])
        predicted = (space[fold == f] @ weight).argmax(axis=1)
        right += int((predicted == target[fold == f].argmax(axis=1)).sum())
    return right / len(space)


def _search(
    spaces: list[np.ndarray],
    usable: np.ndarray,
    clusters: int,
    base: TurtleParameters,
    seed: int,
    progress: Progress,
) -> TurtleResult:
    """The best of all settings. A run that merges clusters is easy to predict and so is not
    allowed to win: it must find nine in ten of the most clusters any run found."""
    grid = [
        replace(base, inner_rate=inner, outer_rate=outer, warm_start=warm)
        for inner, outer, warm in product(SEARCH_RATES, SEARCH_RATES, (False, True))
    ]
    runs = []
    for number, setting in enumerate(grid):

        def within(done: int, total: int, first: int = number) -> None:
            progress(first * total + done, len(grid) * total)

        runs.append(_run(spaces, usable, clusters, setting, True, seed, within))
    most = max(run.found_clusters for run in runs)
    whole = [run for run in runs if run.found_clusters >= 0.9 * most]
    return max(whole, key=lambda run: run.generalisation_score)


def detect_turtle(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    seed: int = 0,
    progress: Progress = no_progress,
    parameters: TurtleParameters | None = None,
    search: bool = False,
) -> DetectorResult:
    """TURTLE's clusters, named by majority vote; see `majority_vote` for score and details.

    Further details: `found_clusters`, `entropy` and `generalisation_score`, each (1,).
    """
    check_inputs(embeddings, given_labels, number_of_classes)
    found = turtle(
        embeddings,
        number_of_classes,
        parameters=parameters,
        search=search,
        seed=seed,
        progress=progress,
    )
    result = majority_vote(
        found.assignment,
        given_labels,
        number_of_classes=number_of_classes,
        probability=found.probability,
        name="turtle",
    )
    summary = {
        "found_clusters": np.array([found.found_clusters]),
        "entropy": np.array([found.entropy]),
        "generalisation_score": np.array([found.generalisation_score]),
    }
    return replace(result, details={**result.details, **summary})
