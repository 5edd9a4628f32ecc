"""SimiFeat: detect label errors from the labels of nearest neighbours, by vote (V) or rank (R).

Zhu, Dong, Liu, "Detecting Corrupted Labels Without Training a Model to Predict" (ICML 2022). R
first estimates how labels were corrupted from triplets of a sample and its two nearest
neighbours, which mostly share one true class (Zhu, Song, Liu, "Clusterability as an Alternative
to Anchor Points", ICML 2021). The authors match the triplets' moments by gradient descent; here
the same mixture is fitted by maximum likelihood, which also works with very many classes.
Neighbours once, O(N^1.5 D); then O(rounds N k^2) for V, O(iterations N min(C, k)) for R.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from lnl_gui.detect.detectors.nearest_neighbours import (
    NeighbourVote,
    neighbour_vote,
    prepared_space,
)
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.groups import copy_weights, units
from lnl_gui.detect.inputs import check_inputs
from lnl_gui.detect.neighbours.search import duplicate_groups, nearest_neighbours
from lnl_gui.util.progress import Progress, no_progress

# The paper's but for `RANKERS`, see `simifeat_rank`.
VOTERS = 10
RANKERS = 20
ROUNDS = 21
# Half of the samples are drawn in a round, so that thirty leave ten to vote nearly always.
_SEARCHED = 30
_SUBSET = 0.5
# Up to so many classes distinct triplets are few and every true class is tried.
_DENSE_CLASSES = 64
_ITERATIONS = 100
_SMALLEST_CHANGE = 1e-4


def simifeat_vote(
    indices: np.ndarray,
    similarity: np.ndarray,
    given_labels: np.ndarray,
    *,
    neighbours: int = VOTERS,
    rounds: int = ROUNDS,
    subset: float = _SUBSET,
    sample_weights: np.ndarray | None = None,
    seed: int = 0,
) -> DetectorResult:
    """SimiFeat-V: how often the vote of random halves of the data differs from the given label.

    Args:
        indices: (N, k) int32 from `nearest_neighbours`, several times as many as vote.
        similarity: (N, k) float32.
        given_labels: (N,) int32, -1 for none.
        neighbours: how many vote, each with weight one.
        rounds: how many random subsets are drawn.
        subset: share of the samples in each.
        sample_weights: (N,) float32, how much each sample counts; None: all alike.
        seed: of the subsets.

    The score is the share of rounds that differ, ties broken by the share of differing neighbours;
    above 0.5 most rounds differ, which is also `flagged` (N,) in the details. The vote is the most
    frequent class among all neighbours.
    """
    generator = np.random.default_rng(seed)
    differing = np.zeros(len(indices))
    doubt = np.zeros(len(indices))
    voted = np.zeros(len(indices), dtype=np.int64)
    for _ in range(rounds):
        drawn = generator.random(len(indices)) < subset
        vote = _vote_of(indices, similarity, given_labels, drawn, neighbours, sample_weights)
        has_vote = vote.winner >= 0
        voted += has_vote
        # Rounds in which no neighbour was drawn have no vote, for or against.
        differing += has_vote & (vote.winner != given_labels)
        doubt += np.where(has_vote, 1 - vote.given_share, 0)
    rounds_voted = np.maximum(voted, 1)
    missing = (voted == 0) | (given_labels < 0)
    # The mean doubt lies in [0, 1], so that it orders samples of equally many rounds only.
    score = (differing + doubt / rounds_voted) / (rounds_voted + 1)
    whole = neighbour_vote(
        indices, similarity, given_labels, temperature=None, sample_weights=sample_weights
    )
    return DetectorResult(
        "simifeat_v",
        np.where(missing, np.nan, score),
        np.where(missing, NO_VOTE, whole.winner),
        {"flagged": ~missing & (differing > rounds_voted / 2)},
    )


def _vote_of(
    indices: np.ndarray,
    similarity: np.ndarray,
    given_labels: np.ndarray,
    drawn: np.ndarray,
    neighbours: int,
    sample_weights: np.ndarray | None,
) -> NeighbourVote:
    """The vote of the nearest `neighbours` among the samples drawn."""
    present = (indices >= 0) & drawn[indices]
    nearest = np.argsort(~present, axis=1, kind="stable")[:, :neighbours]
    chosen = np.where(present, indices, -1)
    return neighbour_vote(
        np.take_along_axis(chosen, nearest, axis=1),
        np.take_along_axis(similarity, nearest, axis=1),
        given_labels,
        temperature=None,
        sample_weights=sample_weights,
    )


@dataclass(frozen=True)
class TransitionEstimate:
    """Estimated class shares and label-noise transition matrix.

    Attributes:
        prior: (C,) float64, share of each true class.
        transition: (C, C) sparse, P(given = column | true = row).
        wrong_given: (C,) float64, P(true class differs | given = class).
    """

    prior: np.ndarray
    transition: csr_array
    wrong_given: np.ndarray


def estimate_transition(
    indices: np.ndarray,
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    vote: NeighbourVote,
) -> TransitionEstimate:
    """Fit class shares and transition to the labels of samples and their two nearest neighbours.

    Args:
        indices: (N, k) int32 nearest first, -1 for none.
        given_labels: (N,) int32, -1 for none.
        number_of_classes: C.
        vote: of the neighbours, to start from.

    The three labels of a triplet are taken for independent draws from one row of the transition,
    that of the true class they share. Expectation-maximisation from the neighbours' vote. With
    more than 64 classes a triplet's true class is sought among the labels that occur around it.
    """
    triplets = np.concatenate(
        [given_labels[:, None], np.where(indices[:, :2] >= 0, given_labels[indices[:, :2]], -1)],
        axis=1,
    )
    if indices.shape[1] < 2:
        return _no_noise(given_labels, number_of_classes)
    whole = (triplets >= 0).all(axis=1)
    if not whole.any():
        return _no_noise(given_labels, number_of_classes)
    if number_of_classes <= _DENSE_CLASSES:
        # The order within a triplet means nothing: sorted, few different ones are left.
        triplets, count = np.unique(np.sort(triplets[whole], axis=1), axis=0, return_counts=True)
        candidates = np.broadcast_to(
            np.arange(number_of_classes), (len(triplets), number_of_classes)
        )
        distinct = np.ones(candidates.shape, dtype=bool)
    else:
        around = np.where(indices >= 0, given_labels[indices], given_labels[:, None])
        candidates = np.sort(np.concatenate([given_labels[:, None], around], axis=1)[whole], axis=1)
        distinct = np.diff(candidates, axis=1, prepend=-2) != 0
        distinct &= candidates >= 0
        triplets, count = triplets[whole], np.ones(int(whole.sum()), dtype=np.int64)
    start = _start(given_labels, vote.winner, number_of_classes)
    return _maximise(triplets, count, np.maximum(candidates, 0), distinct, start)


def _no_noise(given_labels: np.ndarray, classes: int) -> TransitionEstimate:
    counts = np.bincount(given_labels[given_labels >= 0], minlength=classes)
    identity = csr_array((np.ones(classes), (np.arange(classes), np.arange(classes))))
    return TransitionEstimate(counts / max(counts.sum(), 1), identity, np.zeros(classes))


def _start(given_labels: np.ndarray, winner: np.ndarray, classes: int) -> csr_array:
    """(C, C) sparse counts of (vote, given label), with some of each class labelled rightly."""
    voted = (winner >= 0) & (given_labels >= 0)
    row = np.concatenate([winner[voted], np.arange(classes)])
    column = np.concatenate([given_labels[voted], np.arange(classes)])
    return csr_array((np.ones(len(row)), (row, column)), shape=(classes, classes))


def _maximise(
    triplets: np.ndarray,
    count: np.ndarray,
    candidates: np.ndarray,
    distinct: np.ndarray,
    start: csr_array,
) -> TransitionEstimate:
    """EM over the table of (true, given) pairs that occur, however many classes there are."""
    classes = start.shape[0]
    wanted = candidates[:, :, None].astype(np.int64) * classes + triplets[:, None, :]
    pairs, place = np.unique(wanted, return_inverse=True)
    place = place.reshape(wanted.shape)
    true_of, given_of = pairs // classes, pairs % classes
    prior = start.sum(axis=1) / start.sum()
    # A pair the vote never saw must be able to gain weight: EM keeps zeros for ever.
    chance = np.asarray(start[true_of, given_of]).reshape(-1) + 0.1
    chance /= np.bincount(true_of, chance, minlength=classes)[true_of]
    for _ in range(_ITERATIONS):
        likely = prior[candidates] * chance[place].prod(axis=2) * distinct
        # Products of small probabilities may underflow; such a triplet then tells nothing.
        likely *= (count / np.maximum(likely.sum(axis=1), 1e-300))[:, None]
        prior_before = prior
        prior = np.bincount(candidates.ravel(), likely.ravel(), minlength=classes)
        drawn = np.bincount(place.ravel(), np.repeat(likely.ravel(), 3), minlength=len(pairs))
        # Each triplet draws three labels from its true class.
        chance = drawn / np.maximum(3 * prior, 1e-300)[true_of]
        prior = prior / prior.sum()
        if np.abs(prior - prior_before).sum() < _SMALLEST_CHANGE:
            break
    return _estimate(prior, chance, true_of, given_of)


def _estimate(
    prior: np.ndarray, chance: np.ndarray, true_of: np.ndarray, given_of: np.ndarray
) -> TransitionEstimate:
    classes = len(prior)
    transition = csr_array((chance, (true_of, given_of)), shape=(classes, classes))
    both = prior[true_of] * chance
    given = np.bincount(given_of, both, minlength=classes)
    right = np.bincount(given_of, both * (true_of == given_of), minlength=classes)
    wrong = np.where(given > 0, 1 - right / np.maximum(given, 1e-300), 0)
    return TransitionEstimate(prior, transition, wrong.clip(0, 1))


def simifeat_rank(
    indices: np.ndarray,
    similarity: np.ndarray,
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    neighbours: int = RANKERS,
    sample_weights: np.ndarray | None = None,
) -> DetectorResult:
    """SimiFeat-R: of each class, flag the share estimated wrong that agrees least with neighbours.

    Agreement is the cosine between the neighbours' histogram of labels and the given label; the
    score is one less it. Twenty neighbours, not the paper's ten: on CIFAR-10N two to four points
    of average precision.

    Args:
        indices: (N, k) int32 from `nearest_neighbours`.
        similarity: (N, k) float32.
        given_labels: (N,) int32 in [0, C), -1 for none.
        number_of_classes: C.
        neighbours: how many of the k are used.
        sample_weights: (N,) float32, how much each sample counts; None: all alike.

    Returns:
        score (N,) in [0, 1]; vote (N,); details `flagged` (N,) bool, `wrong_given` (C,) and
        `prior` (C,), see `TransitionEstimate`.
    """
    vote = neighbour_vote(
        indices[:, :neighbours],
        similarity[:, :neighbours],
        given_labels,
        temperature=None,
        sample_weights=sample_weights,
    )
    estimate = estimate_transition(
        indices[:, :neighbours], given_labels, number_of_classes=number_of_classes, vote=vote
    )
    missing = (vote.winner == NO_VOTE) | (given_labels < 0)
    flagged = _lowest_of_each_class(
        vote.agreement, np.where(missing, -1, given_labels), estimate.wrong_given
    )
    return DetectorResult(
        "simifeat_r",
        np.where(missing, np.nan, 1 - vote.agreement),
        np.where(missing, NO_VOTE, vote.winner),
        {"flagged": flagged, "wrong_given": estimate.wrong_given, "prior": estimate.prior},
    )


def _lowest_of_each_class(
    agreement: np.ndarray, labels: np.ndarray, share: np.ndarray
) -> np.ndarray:
    """(N,) bool: of each class its share of samples with the least agreement."""
    order = np.lexsort((agreement, labels))
    order = order[labels[order] >= 0]
    size = np.bincount(labels[order], minlength=len(share))
    first = np.cumsum(size) - size
    rank = np.arange(len(order)) - first[labels[order]]
    flagged = np.zeros(len(labels), dtype=bool)
    flagged[order] = rank < np.round(size * share)[labels[order]]
    return flagged


def _neighbours(
    embeddings: Sequence[np.ndarray],
    usable: np.ndarray,
    groups: np.ndarray | None,
    copies: np.ndarray | None,
    progress: Progress,
    device: str,
) -> tuple[np.ndarray, np.ndarray]:
    return nearest_neighbours(
        [prepared_space(embeddings, usable)],
        _SEARCHED,
        duplicates=units(len(usable), duplicate_groups(embeddings), groups, copies),
        device=device,
        progress=progress,
    )


def detect_simifeat_v(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    device: str = PROCESSOR,
) -> DetectorResult:
    """SimiFeat-V from K spaces (N, D_k) and given labels (N,) int32; see `simifeat_vote`.

    Raises:
        UserError: for input `check_inputs` refuses.
    """
    usable = check_inputs(embeddings, given_labels, number_of_classes)
    indices, similarity = _neighbours(embeddings, usable, groups, copies, progress, device)
    return simifeat_vote(
        indices,
        similarity,
        np.where(usable, given_labels, -1),
        sample_weights=copy_weights(copies, len(usable)),
        seed=seed,
    )


def detect_simifeat_r(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    device: str = PROCESSOR,
) -> DetectorResult:
    """SimiFeat-R from K spaces (N, D_k) and given labels (N,) int32; see `simifeat_rank`.

    `seed` is not used: nothing is drawn.

    Raises:
        UserError: for input `check_inputs` refuses.
    """
    usable = check_inputs(embeddings, given_labels, number_of_classes)
    indices, similarity = _neighbours(embeddings, usable, groups, copies, progress, device)
    return simifeat_rank(
        indices,
        similarity,
        np.where(usable, given_labels, -1),
        number_of_classes=number_of_classes,
        sample_weights=copy_weights(copies, len(usable)),
    )
