"""Cluster-then-label: each cluster's most frequent given label is suggested to its members.

Works for any clustering; never matches clusters to classes one to one, since two clusters may
share a class. Assumes that fewer than half of a cluster's labels are wrong in one same way.
O(N log N).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.groups import copy_weights
from lnl_gui.detect.inputs import check_inputs
from lnl_gui.detect.probes.preparation import prepare
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

MAXIMUM_CLUSTERS = 3000
# More clusters than classes keep sub-classes apart, whose majorities may agree.
_CLUSTERS_PER_CLASS = 3
_FULL_BATCH_ROWS = 10_000
# Density means little in hundreds of dimensions.
_HDBSCAN_DIMENSIONS = 16


@dataclass(frozen=True)
class ClusterVotes:
    """The label each of K clusters votes for.

    Attributes:
        label: (K,) int32, -1 for an empty cluster or a tie nothing breaks.
        share: (K,) float32 in [0, 1], the majority's part of the cluster's labels.
        size: (K,) float64, labelled members, or the sum of their weights.
        weak: (K,) bool, a majority below one half: its votes are unreliable.
    """

    label: np.ndarray
    share: np.ndarray
    size: np.ndarray
    weak: np.ndarray


def cluster_votes(
    assignment: np.ndarray,
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    class_probability: np.ndarray | None = None,
    sample_weights: np.ndarray | None = None,
) -> ClusterVotes:
    """Count the given labels in each cluster, and take the most frequent.

    Args:
        assignment: (N,) int in [0, K), cluster of each sample, -1 for none.
        given_labels: (N,) int32 in [0, C), -1 for none.
        number_of_classes: C.
        class_probability: (N, C) of any probe; its sum over a cluster breaks ties.
        sample_weights: (N,) float32, how much each sample counts; None: all alike.
    """
    clusters = int(assignment.max(initial=-1)) + 1
    counted = (assignment >= 0) & (given_labels >= 0)
    # Cluster and label as one number: counted by a sort, without a table (K, C).
    key = assignment[counted].astype(np.int64) * number_of_classes + given_labels[counted]
    weight = np.ones(len(key)) if sample_weights is None else sample_weights[counted]
    pairs, place = np.unique(key, return_inverse=True)
    counts = np.bincount(place.reshape(-1), weight)
    owner, label = pairs // number_of_classes, (pairs % number_of_classes).astype(np.int32)
    size = np.bincount(assignment[counted], weight, minlength=clusters)
    top = np.zeros(clusters)
    np.maximum.at(top, owner, counts)
    # Weights of copies add up to whole numbers but for rounding.
    winners = counts >= top[owner] * (1 - 1e-6)
    winner = np.full(clusters, NO_VOTE, dtype=np.int32)
    winner[owner[winners]] = label[winners]
    tied = np.flatnonzero(np.bincount(owner[winners], minlength=clusters) > 1)
    for cluster in tied:
        candidates = label[winners & (owner == cluster)]
        winner[cluster] = _break_tie(candidates, class_probability, assignment == cluster)
    share = (top / np.where(size > 0, size, 1)).astype(np.float32)
    return ClusterVotes(winner, share, size, (size > 0) & (share < 0.5))


def _break_tie(
    candidates: np.ndarray, class_probability: np.ndarray | None, members: np.ndarray
) -> int:
    if class_probability is None:
        return NO_VOTE
    total = class_probability[members][:, candidates].sum(axis=0)
    best = np.flatnonzero(total == total.max())
    return int(candidates[best[0]]) if len(best) == 1 else NO_VOTE


def majority_vote(
    assignment: np.ndarray,
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    probability: np.ndarray | None = None,
    class_probability: np.ndarray | None = None,
    sample_weights: np.ndarray | None = None,
    name: str = "majority_vote",
) -> DetectorResult:
    """Score every sample by whether its given label is its cluster's majority.

    Confidence is the majority's share, shrunk by one count a class so that small clusters count
    less, times the sample's own membership. The score is (1 + confidence) / 2 where the labels
    differ and (1 - confidence) / 2 where they agree, so that 0.5 separates the two.

    Args:
        assignment: (N,) int in [0, K), cluster of each sample, -1 for none.
        given_labels: (N,) int32 in [0, C), -1 for none.
        number_of_classes: C.
        probability: (N,) in [0, 1], membership of each sample in its cluster; None takes 1.
        class_probability: (N, C) of any probe; breaks ties, see `cluster_votes`.
        sample_weights: (N,) float32, how much each sample counts; None: all alike.
        name: of the detector.

    Returns:
        score (N,), NaN without a cluster, a majority or a label; vote (N,); details `cluster` and
        `confidence` (N,), and `cluster_label`, `cluster_share`, `cluster_size`, `cluster_weak`
        (K,).
    """
    votes = cluster_votes(
        assignment,
        given_labels,
        number_of_classes=number_of_classes,
        class_probability=class_probability,
        sample_weights=sample_weights,
    )
    member = assignment >= 0
    shrunk = (votes.share * votes.size + 1) / (votes.size + number_of_classes)
    confidence = np.where(member, shrunk[assignment] if len(shrunk) else 0, 0)
    if probability is not None:
        confidence = confidence * np.nan_to_num(probability)
    vote = np.where(member, votes.label[assignment] if len(shrunk) else NO_VOTE, NO_VOTE)
    differs = vote != given_labels
    score = np.where(differs, 1 + confidence, 1 - confidence) / 2
    score[(vote == NO_VOTE) | (given_labels < 0)] = np.nan
    details = {
        "cluster": assignment.astype(np.int32),
        "confidence": confidence.astype(np.float32),
        "cluster_label": votes.label,
        "cluster_share": votes.share,
        "cluster_size": votes.size,
        "cluster_weak": votes.weak,
    }
    return DetectorResult(name, score, vote, details)


def detect_kmeans(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    copies: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Majority vote over k-means with three clusters a class.

    Embeddings are K spaces (N, D_k), given labels (N,) int32 in [0, C), -1 for none; copies of one
    image, by `copies` (N,), vote as one. O(N K D) an iteration; minibatches above 10 000 samples.

    Raises:
        UserError: with more than 1000 classes, or for input `check_inputs` refuses.
    """
    usable = check_inputs(embeddings, given_labels, number_of_classes)
    points = prepare(embeddings, usable=usable).matrix
    progress(1, 2)
    wanted = _CLUSTERS_PER_CLASS * number_of_classes
    if wanted > MAXIMUM_CLUSTERS:
        raise UserError(
            message(
                "k-means cannot look for {wanted} clusters (at most {maximum_clusters}).",
                wanted=wanted,
                maximum_clusters=MAXIMUM_CLUSTERS,
            ),
            message("Leave this detector out; the others do not need it."),
            code="too_many_classes",
        )
    from sklearn.cluster import KMeans, MiniBatchKMeans  # noqa: PLC0415 -- loads for a second

    # scikit-learn refuses more clusters than samples, and warns of more than different points.
    wanted = min(wanted, len(np.unique(points, axis=0)))
    method = KMeans if len(points) <= _FULL_BATCH_ROWS else MiniBatchKMeans
    found = method(n_clusters=wanted, n_init=1, random_state=seed).fit_predict(points)
    progress(2, 2)
    return _scatter_vote("kmeans", found, usable, given_labels, number_of_classes, copies)


def detect_hdbscan(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    copies: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    min_cluster_size: int = 15,
) -> DetectorResult:
    """Majority vote over density clusters; samples between clusters get no vote.

    Leaves of the cluster tree in 16 principal directions: on CIFAR-10N a quarter of the samples
    get a vote, nine in ten of them right, where the tree's own choice of clusters is right on
    half (Campello, Moulavi and Sander, PAKDD 2013). Up to O(N^2) time.

    Args:
        embeddings: K spaces (N, D_k).
        given_labels: (N,) int32 in [0, C), -1 for none.
        number_of_classes: C.
        copies: (N,) int, -1 alone; copies of one image vote as one.
        seed: not used: nothing is drawn.
        progress: called before and after the clustering.
        min_cluster_size: fewest samples of a cluster.

    Raises:
        UserError: for input `check_inputs` refuses.
    """
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415 -- loads for a second

    usable = check_inputs(embeddings, given_labels, number_of_classes)
    points = prepare(embeddings, components=_HDBSCAN_DIMENSIONS, usable=usable).matrix
    progress(1, 2)
    size = max(2, min(min_cluster_size, len(points) // 2))
    if len(points) < 4:
        found = np.full(len(points), -1)
    else:
        # The default of `copy` may overwrite the points; scikit-learn warns that it will change.
        method = HDBSCAN(
            min_cluster_size=size, min_samples=2, cluster_selection_method="leaf", copy=True
        )
        found = method.fit_predict(points)
    progress(2, 2)
    return _scatter_vote("hdbscan", found, usable, given_labels, number_of_classes, copies)


def _scatter_vote(
    name: str,
    found: np.ndarray,
    usable: np.ndarray,
    given_labels: np.ndarray,
    number_of_classes: int,
    copies: np.ndarray | None,
) -> DetectorResult:
    assignment = np.full(len(usable), -1, dtype=np.int32)
    # scikit-learn's HDBSCAN also marks infinite and missing rows, by -2 and -3.
    assignment[usable] = np.maximum(found, -1)
    return majority_vote(
        assignment,
        given_labels,
        number_of_classes=number_of_classes,
        sample_weights=copy_weights(copies, len(usable)),
        name=name,
    )
