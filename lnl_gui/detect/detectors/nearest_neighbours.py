"""Deep k-nearest neighbours: the labels of the most similar samples vote on the given one.

The search takes O(N^1.5 D) time, the vote O(N k^2), with no histogram over classes, so that it is
the same for ten classes and for ten thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.groups import copy_weights, units
from lnl_gui.detect.inputs import check_inputs
from lnl_gui.detect.neighbours.search import (
    NEIGHBOURS,
    duplicate_groups,
    nearest_neighbours,
    nearest_references,
    pair_similarity,
)
from lnl_gui.detect.probes.preparation import Features, prepare
from lnl_gui.util.progress import Progress, no_progress

# Weights exp(cosine / .1): a cosine lower by .1 counts e times less.
TEMPERATURE = 0.1
# Keeps the score of a sample with one-sided neighbours off 0 and 1.
_PRIOR = 0.01
# Rows at a time, of which the comparison of neighbours by label takes k^2 cells each.
_VOTE_ROWS = 8192


@dataclass(frozen=True)
class NeighbourVote:
    """Weighted vote of the neighbours of N samples.

    Attributes:
        winner: (N,) int32, the class of greatest weight, -1 where no neighbour has a label.
        winner_share: (N,) float32 in [0, 1], its part of the weight.
        given_share: (N,) float32 in [0, 1], the given label's part of the weight.
        rival_share: (N,) float32 in [0, 1], that of the strongest other class.
        agreement: (N,) float32 in [0, 1], cosine between the histogram of weights and the given
            label's one-hot vector.
    """

    winner: np.ndarray
    winner_share: np.ndarray
    given_share: np.ndarray
    rival_share: np.ndarray
    agreement: np.ndarray


def neighbour_vote(
    indices: np.ndarray,
    similarity: np.ndarray,
    given_labels: np.ndarray,
    *,
    temperature: float | None = TEMPERATURE,
    sample_weights: np.ndarray | None = None,
) -> NeighbourVote:
    """Weigh each neighbour's given label by exp(similarity / temperature).

    Args:
        indices: (N, k) int32 neighbours, -1 for none.
        similarity: (N, k) float32 cosines.
        given_labels: (N,) int32, -1 for none.
        temperature: of the weights; None counts each neighbour once.
        sample_weights: (N,) float32, how much each sample counts; None: all alike.

    Neighbours of index -1 or without a label do not count. A tie goes to the given label if it is
    among the best, else to the nearest neighbour's.
    """
    size = len(indices)
    winner = np.full(size, NO_VOTE, dtype=np.int32)
    shares = np.zeros((4, size), dtype=np.float32)
    for start in range(0, size, _VOTE_ROWS):
        part = slice(start, start + _VOTE_ROWS)
        labels = np.where(indices[part] >= 0, given_labels[indices[part]], -1)
        count = None if sample_weights is None else sample_weights[indices[part]]
        weights = _weights(similarity[part], labels, temperature, count)
        winner[part], shares[:, part] = _vote_part(labels, weights, given_labels[part])
    return NeighbourVote(winner, *shares)


def _weights(
    similarity: np.ndarray,
    labels: np.ndarray,
    temperature: float | None,
    count: np.ndarray | None,
) -> np.ndarray:
    """(n, k) float32; each row sums to one, or to zero without labelled neighbours."""
    weight = (labels >= 0).astype(np.float32)
    if count is not None:
        weight *= count
    if temperature is not None:
        # Relative to the nearest labelled one: the exponentials neither overflow nor all vanish.
        top = np.max(np.where(labels >= 0, similarity, -1), axis=1, keepdims=True, initial=-1)
        weight *= np.exp((np.minimum(similarity, top) - top) / temperature)
    return weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-30)


def _vote_part(
    labels: np.ndarray, weights: np.ndarray, given: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if not labels.shape[1]:
        return np.full(len(labels), NO_VOTE, np.int32), np.zeros((4, len(labels)), np.float32)
    # mass[i, j] is the whole weight of neighbour j's class: no (N, C) histogram is needed.
    mass = np.einsum("ijl,il->ij", labels[:, :, None] == labels[:, None, :], weights)
    best = mass.argmax(axis=1)
    best_mass = mass[np.arange(len(mass)), best]
    for_given = labels == given[:, None]
    given_mass = (weights * for_given).sum(axis=1)
    rival_mass = np.where(for_given, 0, mass).max(axis=1)
    norm = np.sqrt((mass * weights).sum(axis=1))
    # Equal weights summed in another order differ in their last bits.
    tied = given_mass >= best_mass * (1 - 1e-6)
    winner = np.where(tied, given, labels[np.arange(len(labels)), best])
    winner = np.where(best_mass > 0, winner, NO_VOTE)
    agreement = given_mass / np.maximum(norm, 1e-30)
    return winner, np.stack([best_mass, given_mass, rival_mass, agreement])


def detect_neighbours(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    device: str = PROCESSOR,
    neighbours: int = NEIGHBOURS,
) -> DetectorResult:
    """Score by the weight of the strongest other class against the given one's, among neighbours.

    Deep k-nearest neighbours (Bahri, Jiang, Gupta, ICML 2020) with soft weights, on the prepared
    embedding (on CIFAR-10N's average precision a point above the raw one, and a third of the
    time). Above 0.5 the vote differs from the given label. Identical embeddings are left out of
    each other's vote too.

    Samples without a label have labelled neighbours and are nobody's.

    Args:
        embeddings: K spaces (N, D_k).
        given_labels: (N,) int32 in [0, C), -1 for none.
        number_of_classes: C.
        groups: (N,) int, -1 alone; members have no vote on each other.
        copies: (N,) int, -1 alone; nor have copies of one image, which count as one sample.
        seed: not used: the search has one of its own.
        progress: of the search; may raise `Cancelled`.
        device: of torch, for the search.
        neighbours: k.

    Returns:
        score (N,) in [0, 1]; vote (N,); details `confidence` (N,), the winner's share,
        `neighbours` (N, k) int32, -1 for none, and `neighbour_similarity` (N, k) float32, the
        cosine of the embeddings as they came, falling.

    Raises:
        UserError: for input `check_inputs` refuses.
    """
    usable = check_inputs(embeddings, given_labels, number_of_classes)
    unit = units(len(usable), duplicate_groups(embeddings), groups, copies)
    features = prepare(embeddings, usable=usable)
    indices, similarity = nearest_neighbours(
        [_scattered(features, len(usable))],
        neighbours,
        duplicates=unit,
        device=device,
        progress=progress,
    )
    rows, points = _unlabelled(embeddings, features, given_labels)
    if rows.size:
        place, cosines = nearest_references(
            points, features.matrix, neighbours, device=device, progress=progress
        )
        indices[rows, : place.shape[1]] = features.rows[place]
        similarity[rows, : place.shape[1]] = cosines
    weights = copy_weights(copies, len(usable))
    labels = np.where(usable, given_labels, -1)
    vote = neighbour_vote(indices, similarity, labels, sample_weights=weights)
    shown, cosine = _by_plain_cosine(embeddings, indices)
    return vote_result("neighbours", vote, shown, cosine, labels)


def _unlabelled(
    embeddings: Sequence[np.ndarray], features: Features, given_labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows (u,) int64 that have no label and are readable, and their features (u, P) float32."""
    rows = np.flatnonzero(given_labels < 0)
    points = features.projection.apply(embeddings, rows)
    finite = np.isfinite(points).all(axis=1)
    return rows[finite], points[finite]


def _by_plain_cosine(
    embeddings: Sequence[np.ndarray], indices: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours (N, k) and their cosine without standardisation, in falling order.

    Standardisation helps the vote but hides how far an outlier lies: on CIFAR-10N with some
    photographs of another kind mixed in, the area under their ROC falls from 1.00 to .67.
    """
    cosine = pair_similarity(embeddings, indices)
    order = np.argsort(np.where(indices < 0, np.inf, -cosine), axis=1, kind="stable")
    return np.take_along_axis(indices, order, axis=1), np.take_along_axis(cosine, order, axis=1)


def prepared_space(embeddings: Sequence[np.ndarray], usable: np.ndarray) -> np.ndarray:
    """Combine K spaces (N, D_k) into one, (N, P) float32, see `prepare`.

    Rows where `usable` (N,) bool is False are NaN.
    """
    return _scattered(prepare(embeddings, usable=usable), len(usable))


def _scattered(features: Features, samples: int) -> np.ndarray:
    space = np.full((samples, features.matrix.shape[1]), np.nan, dtype=np.float32)
    space[features.rows] = features.matrix
    return space


def vote_result(
    name: str,
    vote: NeighbourVote,
    indices: np.ndarray,
    similarity: np.ndarray,
    given_labels: np.ndarray,
) -> DetectorResult:
    """Turn a neighbour vote into a `DetectorResult`; NaN without labelled neighbours.

    Args:
        name: of the detector.
        vote: of N samples.
        indices: (N, k) int32 neighbours, for the details.
        similarity: (N, k) float32 cosines, for the details.
        given_labels: (N,) int32, -1 for none.
    """
    doubt = (vote.rival_share + _PRIOR) / (vote.rival_share + vote.given_share + 2 * _PRIOR)
    missing = (vote.winner == NO_VOTE) | (given_labels < 0)
    details = {
        "confidence": vote.winner_share,
        "neighbours": indices,
        "neighbour_similarity": similarity,
    }
    return DetectorResult(
        name,
        np.where(missing, np.nan, doubt),
        np.where(missing, NO_VOTE, vote.winner),
        details,
    )
