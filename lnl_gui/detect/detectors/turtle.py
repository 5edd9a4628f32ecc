"""TURTLE: clusters that linear classifiers in every embedding space can most easily agree on.

Gadetsky, Jiang, Brbic, "Let Go of Your Labels with Unsupervised Transfer" (ICML 2024). No label
is used to find the clusters; `majority_vote` then names them. O(T M B D C) a space.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any, Literal

import numpy as np
from scipy.special import xlogy

from lnl_gui.detect.detectors.majority_vote import majority_vote
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.detectors.turtle_loops import fit_labelling, mean_membership
from lnl_gui.detect.detectors.turtle_parameters import GAMMAS, PAPER, SEARCH, TurtleParameters
from lnl_gui.detect.devices import PROCESSOR, within_memory
from lnl_gui.detect.groups import copy_weights
from lnl_gui.detect.inputs import check_inputs, usable_rows
from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities
from lnl_gui.detect.probes.preparation import MEAN_NORM, prepare
from lnl_gui.util.constants import Constant, numbers_of
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

MAXIMUM_CLASSES = 1000
"""With ten members each, so many clusters fill the paper's batch of 10 000."""
# The grid of the paper's own search.
SEARCH_RATES = (1e-2, 1e-3, 1e-4)
_FOLDS = 5


def _changed(base: TurtleParameters, constants: Mapping[str, Any]) -> TurtleParameters:
    wanted = dict(constants)
    if not wanted.get("batch_size", 1):
        del wanted["batch_size"]
    return replace(base, **wanted)


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


def turtle(
    embeddings: Sequence[np.ndarray],
    number_of_clusters: int,
    *,
    usable: np.ndarray | None = None,
    parameters: TurtleParameters | None = None,
    search: bool = False,
    gammas: Sequence[float] = (),
    score: bool = True,
    seed: int = 0,
    progress: Progress = no_progress,
    device: str = PROCESSOR,
) -> TurtleResult:
    """Cluster the samples without labels.

    Args:
        embeddings: K spaces (N, D_k), any float type.
        number_of_clusters: C.
        usable: (N,) bool, the samples to cluster; None takes all that are readable.
        parameters: settings of the loops; None takes `default_parameters`.
        search: try all learning rates in {1e-2, 1e-3, 1e-4} for both loops, warm and cold, and
            keep the run of the highest generalisation score (18 times the time).
        gammas: weights of the entropy to try as well in a search; none tries that of `parameters`.
        score: compute the generalisation score.
        seed: of starts and batches.
        progress: outer steps done of all; may raise `Cancelled`.
        device: of torch; what its memory does not hold is computed on the processor.

    Raises:
        UserError: without a readable embedding, or with more than 1000 clusters.
    """
    if number_of_clusters > MAXIMUM_CLASSES:
        raise UserError(
            message(
                "TURTLE cannot look for {number_of_clusters} clusters (at most {maximum_classes}).",
                number_of_clusters=number_of_clusters,
                maximum_classes=MAXIMUM_CLASSES,
            ),
            message("Leave this detector out; the others do not need it."),
            code="too_many_classes",
        )
    chosen = parameters or default_parameters(number_of_clusters)
    usable = usable_rows(embeddings) if usable is None else usable
    if not usable.any():
        raise UserError(message("No embedding can be read."), message("Embed the images again."))
    spaces = [_prepare(space, usable, chosen) for space in embeddings]
    if search:
        settings = _grid(chosen, gammas)
        return _search(spaces, usable, number_of_clusters, settings, seed, progress, device)
    return _run(spaces, usable, number_of_clusters, chosen, score, seed, progress, device)


def default_parameters(number_of_clusters: int) -> TurtleParameters:
    """Settings sized for a CPU; in a batch each cluster has about ten members."""
    return TurtleParameters(batch_size=min(10_000, max(1024, 10 * number_of_clusters)))


def _prepare(space: np.ndarray, usable: np.ndarray, parameters: TurtleParameters) -> np.ndarray:
    if not parameters.dimensions:
        return _with_constant(_standardised(space, usable) * np.float32(parameters.feature_scale))
    points = prepare([space], components=parameters.dimensions, usable=usable).matrix
    # `prepare` fixes the mean norm; here a typical coordinate is fixed, whatever their number.
    points = points * np.float32(parameters.feature_scale * points.shape[1] ** 0.5 / MEAN_NORM)
    return _with_constant(points)


def _standardised(space: np.ndarray, usable: np.ndarray) -> np.ndarray:
    points = np.asarray(space[usable], np.float32)
    deviation = points.std(axis=0)
    # A dimension that never moves carries nothing.
    scale = np.where(deviation > 1e-6, 1 / (deviation + 1e-6), 0)
    return (points - points.mean(axis=0)) * scale


def _with_constant(points: np.ndarray) -> np.ndarray:
    # A constant column carries the bias, so that each step is one matrix product.
    return np.concatenate([points, np.ones((len(points), 1), np.float32)], axis=1)


def _run(
    spaces: list[np.ndarray],
    usable: np.ndarray,
    clusters: int,
    parameters: TurtleParameters,
    score: bool,
    seed: int,
    progress: Progress,
    device: str,
) -> TurtleResult:
    membership = within_memory(
        partial(_memberships, spaces, clusters, parameters, seed, progress), device
    )
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
        generalisation_score(spaces, best, seed=seed, model=parameters.score)
        if score
        else float("nan"),
        parameters,
    )


def _memberships(
    spaces: list[np.ndarray],
    clusters: int,
    parameters: TurtleParameters,
    seed: int,
    progress: Progress,
    device: str,
) -> np.ndarray:
    generator = np.random.default_rng(seed)
    if device == PROCESSOR:
        labelling = fit_labelling(spaces, clusters, parameters, generator, progress)
        return mean_membership(spaces, [layer.weight() for layer in labelling])
    from lnl_gui.detect.detectors import turtle_on_device  # noqa: PLC0415 - needs torch

    return turtle_on_device.fit_memberships(
        spaces, clusters, parameters, generator, progress, device=device
    )


def generalisation_score(
    spaces: Sequence[np.ndarray],
    assignment: np.ndarray,
    *,
    seed: int = 0,
    model: Literal["ridge", "logistic"] = "ridge",
) -> float:
    """Accuracy in [0, 1] of linear classifiers on held-out samples' clusters, no truth used.

    The paper trains a logistic regression; ridge regression on the one-hot clusters needs one
    factorisation a fold, O(N D^2 + F D^3) a space with F folds.

    Args:
        spaces: K spaces (N, D_k) float32 with a constant column.
        assignment: (N,) int, cluster of each sample.
        seed: of the folds.
        model: the classifier.
    """
    fold = np.random.default_rng(seed).permutation(len(assignment)) % _FOLDS
    if model == "logistic":
        return float(np.mean([_logistic_accuracy(space, assignment, fold) for space in spaces]))
    target = np.eye(int(assignment.max()) + 1, dtype=np.float32)[assignment]
    scores = [_held_out_accuracy(space, target, fold) for space in spaces]
    return float(np.mean(scores))


def _held_out_accuracy(space: np.ndarray, target: np.ndarray, fold: np.ndarray) -> float:
    # Once a fold; the sum over the others is the total less a fold's own.
    grams = [space[fold == f].T @ space[fold == f] for f in range(_FOLDS)]
    crosses = [space[fold == f].T @ target[fold == f] for f in range(_FOLDS)]
    ridge = 1e-3 * len(space) * np.eye(space.shape[1])
    right = 0
    for f in range(_FOLDS):
        weight = np.linalg.solve(sum(grams) - grams[f] + ridge, sum(crosses) - crosses[f])
        predicted = (space[fold == f] @ weight).argmax(axis=1)
        right += int((predicted == target[fold == f].argmax(axis=1)).sum())
    return right / len(space)


def _logistic_accuracy(space: np.ndarray, assignment: np.ndarray, fold: np.ndarray) -> float:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- loads for a second

    right = 0
    for f in range(_FOLDS):
        inside, outside = fold != f, fold == f
        if len(np.unique(assignment[inside])) < 2:
            right += int((assignment[outside] == assignment[inside][0]).sum())
            continue
        # Without the constant column, for scikit-learn has a bias of its own.
        fitted = LogisticRegression(max_iter=200).fit(space[inside, :-1], assignment[inside])
        right += int((fitted.predict(space[outside, :-1]) == assignment[outside]).sum())
    return right / len(space)


def _grid(base: TurtleParameters, gammas: Sequence[float]) -> list[TurtleParameters]:
    tried = product(SEARCH_RATES, SEARCH_RATES, (False, True), gammas or (base.gamma,))
    return [
        replace(base, inner_rate=inner, outer_rate=outer, warm_start=warm, gamma=gamma)
        for inner, outer, warm, gamma in tried
    ]


def _search(
    spaces: list[np.ndarray],
    usable: np.ndarray,
    clusters: int,
    grid: Sequence[TurtleParameters],
    seed: int,
    progress: Progress,
    device: str,
) -> TurtleResult:
    """The best of all settings. A run that merges clusters is easy to predict and so is not
    allowed to win: it must find nine in ten of the most clusters any run found."""
    runs = []
    for number, setting in enumerate(grid):

        def within(done: int, total: int, first: int = number) -> None:
            progress(first * total + done, len(grid) * total)

        runs.append(_run(spaces, usable, clusters, setting, True, seed, within, device))
    most = max(run.found_clusters for run in runs)
    whole = [run for run in runs if run.found_clusters >= 0.9 * most]
    return max(whole, key=lambda run: run.generalisation_score)


def detect_turtle(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    copies: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    device: str = PROCESSOR,
    parameters: TurtleParameters | None = None,
    constants: Mapping[str, Constant] | None = None,
    name: str = "turtle",
) -> DetectorResult:
    """TURTLE's clusters of K spaces (N, D_k), each named by its given labels' (N,) majority.

    Ties are broken by the class probabilities of a linear probe. See `majority_vote` for score and
    details. Copies of one image, by `copies` (N,), vote as one. `constants` changes those of
    `CONSTANTS` by name. The clusters are found on `device`.

    Further details: `found_clusters`, `entropy` and `generalisation_score`, each (1,).

    Raises:
        UserError: with more than 1000 classes, or for input `check_inputs` refuses.
    """
    # Without the unlabelled: a pool of other images beside the labelled ones would have clusters of
    # its own, which no label names.
    usable = check_inputs(embeddings, given_labels, number_of_classes)
    base = parameters or default_parameters(number_of_classes)
    changed = dict(constants or {})
    gammas = numbers_of(GAMMAS, str(changed.pop(GAMMAS, "")))
    # Several weights to try are no use without the search that tries them.
    search = bool(changed.pop(SEARCH, False)) or bool(gammas)
    found = turtle(
        embeddings,
        number_of_classes,
        usable=usable,
        parameters=_changed(base, changed),
        search=search,
        gammas=gammas,
        seed=seed,
        progress=progress,
        device=device,
    )
    vote = partial(
        majority_vote,
        found.assignment,
        given_labels,
        number_of_classes=number_of_classes,
        probability=found.probability,
        sample_weights=copy_weights(copies, len(usable)),
        name=name,
    )
    result = vote()
    votes, sizes = result.details["cluster_label"], result.details["cluster_size"]
    if ((votes == NO_VOTE) & (sizes > 0)).any():
        # The probe is only paid for where two labels are equally frequent.
        probe = out_of_fold_probabilities(
            embeddings,
            given_labels,
            number_of_classes=number_of_classes,
            copies=copies,
            seed=seed,
            device=device,
        )
        result = vote(class_probability=np.nan_to_num(probe))
    summary = {
        "found_clusters": np.array([found.found_clusters]),
        "entropy": np.array([found.entropy]),
        "generalisation_score": np.array([found.generalisation_score]),
    }
    return replace(result, details={**result.details, **summary})


def detect_turtle_paper(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    copies: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    device: str = PROCESSOR,
    constants: Mapping[str, Constant] | None = None,
) -> DetectorResult:
    """As `detect_turtle` with the paper's settings: cold starts, 6 000 steps, whole spaces.

    Of K spaces (N, D_k) and given labels (N,). Ours take a thirtieth of the time.

    Raises:
        UserError: as `detect_turtle`.
    """
    return detect_turtle(
        embeddings,
        given_labels,
        number_of_classes=number_of_classes,
        copies=copies,
        seed=seed,
        progress=progress,
        device=device,
        parameters=PAPER,
        constants=constants,
        name="turtle_paper",
    )
