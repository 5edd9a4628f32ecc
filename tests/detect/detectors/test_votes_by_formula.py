"""Neighbours' votes and SimiFeat beside their formulas, written out sample by sample."""

from collections import Counter

import numpy as np
import pytest

from lnl_gui.detect.detectors import nearest_neighbours as neighbours_module
from lnl_gui.detect.detectors import simifeat
from lnl_gui.detect.detectors.nearest_neighbours import (
    NeighbourVote,
    detect_neighbours,
    neighbour_vote,
    vote_result,
)
from lnl_gui.detect.detectors.simifeat import (
    detect_simifeat_r,
    detect_simifeat_v,
    estimate_transition,
    simifeat_rank,
    simifeat_vote,
)
from lnl_gui.detect.groups import copy_weights
from lnl_gui.detect.neighbours import ivf_index

SAMPLES, CLASSES, K = 60, 4, 7


def drawn(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Neighbours, some of which are not there, cosines, labels, some unknown, and weights."""
    generator = np.random.default_rng(seed)
    indices = generator.integers(SAMPLES, size=(SAMPLES, K)).astype(np.int32)
    indices[generator.random(indices.shape) < 0.15] = -1
    indices[5] = -1
    similarity = -np.sort(-generator.uniform(-0.5, 1.0, size=(SAMPLES, K)), axis=1)
    given = generator.integers(-1, CLASSES, size=SAMPLES).astype(np.int32)
    indices[6] = np.flatnonzero(given < 0)[0]
    weights = generator.choice([1.0, 0.5, 0.25], size=SAMPLES)
    return indices, similarity.astype(np.float32), given, weights.astype(np.float32)


def histogram(
    indices: np.ndarray,
    similarity: np.ndarray,
    given: np.ndarray,
    weights: np.ndarray,
    temperature: float | None,
) -> np.ndarray:
    """(N, C) shares of the weight of each class among the labelled neighbours."""
    found = np.zeros((len(indices), CLASSES))
    for row in range(len(indices)):
        for other, cosine in zip(indices[row], similarity[row], strict=True):
            if other >= 0 and given[other] >= 0:
                loud = 1.0 if temperature is None else np.exp(float(cosine) / temperature)
                found[row, given[other]] += loud * weights[other]
    return found / np.maximum(found.sum(axis=1, keepdims=True), 1e-300)


@pytest.mark.parametrize("rows", [11, 8192])
@pytest.mark.parametrize("temperature", [None, 0.1, 0.5])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_vote_is_the_histogram_of_the_neighbours_labels(
    weighted: bool, temperature: float | None, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours_module, "_VOTE_ROWS", rows)
    indices, similarity, given, weights = drawn()
    if not weighted:
        weights = np.ones(SAMPLES, np.float32)
    vote = neighbour_vote(
        indices,
        similarity,
        given,
        temperature=temperature,
        sample_weights=weights if weighted else None,
    )
    shares = histogram(indices, similarity, given, weights, temperature)
    known = shares.sum(axis=1) > 0
    assert not known[[5, 6]].any() and known.sum() > 50
    own = np.where(given >= 0, shares[np.arange(SAMPLES), given], 0)
    others = np.where(np.arange(CLASSES) == given[:, None], 0, shares)
    np.testing.assert_allclose(vote.winner_share, shares.max(axis=1), atol=1e-5)
    np.testing.assert_allclose(vote.given_share, own, atol=1e-5)
    np.testing.assert_allclose(vote.rival_share, others.max(axis=1), atol=1e-5)
    length = np.maximum(np.linalg.norm(shares, axis=1), 1e-300)
    np.testing.assert_allclose(vote.agreement, own / length, atol=1e-5)
    assert (vote.winner[~known] == -1).all()
    tied = known & (own >= shares.max(axis=1) - 1e-6)
    assert (vote.winner[tied] == given[tied]).all()
    won = shares[np.arange(SAMPLES), vote.winner]
    np.testing.assert_allclose(won[known], shares.max(axis=1)[known], atol=1e-6)
    assert vote.winner.dtype == np.int32 and vote.winner_share.dtype == np.float32


def test_of_a_tie_without_the_given_label_the_nearest_wins() -> None:
    given = np.array([3, 2, 1, 0], np.int32)
    for order in ([1, 2], [2, 1]):
        indices = np.array([order] * 4, np.int32)
        vote = neighbour_vote(indices, np.full((4, 2), 0.5, np.float32), given)
        assert vote.winner[0] == given[order[0]]
        assert vote.winner[1:3].tolist() == [2, 1]


def test_nobody_votes_where_no_neighbours_were_looked_for() -> None:
    vote = neighbour_vote(
        np.zeros((3, 0), np.int32), np.zeros((3, 0), np.float32), np.zeros(3, np.int32)
    )
    assert vote.winner.tolist() == [-1] * 3
    for share in (vote.winner_share, vote.given_share, vote.rival_share, vote.agreement):
        assert share.tolist() == [0] * 3
    result = vote_result("name", vote, np.zeros((3, 0)), np.zeros((3, 0)), np.zeros(3, np.int32))
    assert np.isnan(result.score).all() and (result.vote == -1).all()


def test_doubt_is_the_rival_s_part_with_a_hundredth_for_each() -> None:
    vote = NeighbourVote(
        np.array([1, 0, 2, -1, 1]),
        np.array([0.7, 0.6, 0.5, 0.0, 0.9]),
        np.array([0.2, 0.6, 0.0, 0.0, 0.0]),
        np.array([0.7, 0.1, 0.0, 0.0, 0.9]),
        np.zeros(5),
    )
    indices, similarity = np.arange(10).reshape(5, 2), np.ones((5, 2))
    given = np.array([0, 0, 1, 1, -1])
    found = vote_result("some name", vote, indices, similarity, given)
    wanted = [0.71 / 0.92, 0.11 / 0.72, 0.5, np.nan, np.nan]
    np.testing.assert_allclose(found.score, wanted, rtol=1e-6)
    assert found.vote.tolist() == [1, 0, 2, -1, -1] and found.name == "some name"
    assert found.details["confidence"].tolist() == vote.winner_share.tolist()
    assert found.details["neighbours"] is indices
    assert found.details["neighbour_similarity"] is similarity


@pytest.mark.parametrize("weighted", [False, True])
def test_simifeat_counts_the_rounds_in_which_a_random_half_disagrees(weighted: bool) -> None:
    indices, similarity, given, weights = drawn(3)
    if not weighted:
        weights = np.ones(SAMPLES, np.float32)
    found = simifeat_vote(
        indices,
        similarity,
        given,
        neighbours=3,
        rounds=5,
        subset=0.4,
        sample_weights=weights if weighted else None,
        seed=9,
    )
    generator = np.random.default_rng(9)
    rounds = [generator.random(SAMPLES) < 0.4 for _ in range(5)]
    whole = histogram(indices, similarity, given, weights, None)
    flags = found.details["flagged"]
    for row in range(SAMPLES):
        voted = differing = 0
        doubt = 0.0
        for chosen in rounds:
            near = [other for other in indices[row] if other >= 0 and chosen[other]][:3]
            mass: Counter[int] = Counter()
            for other in near:
                if given[other] >= 0:
                    mass[int(given[other])] += float(weights[other])
            if not mass:
                continue
            voted += 1
            own, most = mass[int(given[row])], max(mass.values())
            differing += own < most - 1e-6
            doubt += 1 - own / sum(mass.values())
        if voted == 0 or given[row] < 0:
            assert np.isnan(found.score[row]) and found.vote[row] == -1 and not flags[row]
            continue
        wanted = (differing + doubt / voted) / (voted + 1)
        assert found.score[row] == pytest.approx(wanted, abs=1e-6)
        assert flags[row] == (differing > voted / 2)
        assert whole[row, found.vote[row]] == pytest.approx(whole[row].max())
    assert flags.any() and np.isnan(found.score).any() and found.name == "simifeat_v"


def plain_em(triplets: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares and transition of `triplets` drawn thrice from a row, with every class tried."""
    classes = len(start)
    prior = start.sum(axis=1) / start.sum()
    transition = start + 0.1
    transition /= transition.sum(axis=1, keepdims=True)
    for _ in range(100):
        before = prior
        joint = np.zeros((classes, classes))
        prior = np.zeros(classes)
        for triplet in triplets:
            likely = before * transition[:, triplet].prod(axis=1)
            likely /= likely.sum()
            prior += likely
            for label in triplet:
                joint[:, label] += likely
        transition = joint / joint.sum(axis=1, keepdims=True)
        prior /= prior.sum()
        if np.abs(prior - before).sum() < 1e-4:
            break
    return prior, transition


@pytest.mark.parametrize("dense", [True, False])
def test_transition_is_that_of_maximum_likelihood_on_triplets(
    dense: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = np.random.default_rng(4)
    truth = generator.integers(3, size=90)
    given = np.where(generator.random(90) < 0.3, (truth + 1) % 3, truth).astype(np.int32)
    mates = [np.flatnonzero(truth == label) for label in range(3)]
    indices = np.stack([generator.choice(mates[label], 12) for label in truth]).astype(np.int32)
    given[4], indices[7, 1], indices[8, 0] = -1, -1, -1
    vote = neighbour_vote(indices, np.ones(indices.shape, np.float32), given, temperature=None)
    if not dense:
        monkeypatch.setattr(simifeat, "_DENSE_CLASSES", 2)
    found = estimate_transition(indices, given, number_of_classes=3, vote=vote)
    start = np.eye(3)
    for row in range(90):
        if vote.winner[row] >= 0 and given[row] >= 0:
            start[vote.winner[row], given[row]] += 1
    triplets = [
        (given[row], given[indices[row, 0]], given[indices[row, 1]])
        for row in range(90)
        if given[row] >= 0 and all(i >= 0 and given[i] >= 0 for i in indices[row, :2])
    ]
    assert len(triplets) < 90
    prior, transition = plain_em(np.array(triplets), start)
    # Of a dozen neighbours nearly every sample sees all three classes.
    tolerance = 1e-6 if dense else 0.02
    np.testing.assert_allclose(found.prior, prior, atol=tolerance)
    np.testing.assert_allclose(found.transition.toarray(), transition, atol=tolerance)
    joint = prior[:, None] * transition
    wrong = 1 - np.diag(joint) / joint.sum(axis=0)
    np.testing.assert_allclose(found.wrong_given, wrong, atol=2 * tolerance)


@pytest.mark.parametrize("neighbours", [0, 1, 2])
def test_without_a_whole_triplet_nothing_is_taken_for_noise(neighbours: int) -> None:
    given = np.array([0, 2, 2, -1, 2], np.int32)
    indices = np.full((5, neighbours), 3, np.int32)
    vote = neighbour_vote(indices, np.ones(indices.shape, np.float32), given, temperature=None)
    found = estimate_transition(indices, given, number_of_classes=4, vote=vote)
    np.testing.assert_allclose(found.prior, [1 / 4, 0, 3 / 4, 0])
    np.testing.assert_array_equal(found.transition.toarray(), np.eye(4))
    assert found.wrong_given.tolist() == [0] * 4


@pytest.mark.parametrize("weighted", [False, True])
def test_of_each_class_the_estimated_share_that_agrees_least_is_flagged(weighted: bool) -> None:
    indices, similarity, given, weights = drawn(5)
    told = weights if weighted else None
    found = simifeat_rank(
        indices, similarity, given, number_of_classes=CLASSES, neighbours=5, sample_weights=told
    )
    near, cosine = indices[:, :5], similarity[:, :5]
    vote = neighbour_vote(near, cosine, given, temperature=None, sample_weights=told)
    wanted = estimate_transition(near, given, number_of_classes=CLASSES, vote=vote)
    np.testing.assert_array_equal(found.details["wrong_given"], wanted.wrong_given)
    np.testing.assert_array_equal(found.details["prior"], wanted.prior)
    judged = (vote.winner >= 0) & (given >= 0)
    assert (np.isnan(found.score) == ~judged).all() and (found.vote[~judged] == -1).all()
    np.testing.assert_allclose(found.score[judged], 1 - vote.agreement[judged], rtol=1e-6)
    assert (found.vote[judged] == vote.winner[judged]).all()
    flagged = found.details["flagged"]
    assert flagged.any() and not flagged[~judged].any()
    for label in range(CLASSES):
        own = np.flatnonzero(judged & (given == label))
        number = round(len(own) * wanted.wrong_given[label])
        assert flagged[own].sum() == number
        # None that is left agrees less than one that is flagged.
        worst = np.sort(vote.agreement[own])[:number]
        np.testing.assert_array_equal(np.sort(vote.agreement[own[flagged[own]]]), worst)


def blobs(samples: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of three classes, copies of some of them, and patients with several images."""
    generator = np.random.default_rng(8)
    given = (np.arange(samples) % 3).astype(np.int32)
    points = 2 * np.eye(3, 8)[given] + generator.normal(size=(samples, 8))
    copies = np.full(samples, -1)
    copies[: samples // 3] = np.arange(samples // 3) // 4
    for group in range(samples // 12):
        points[copies == group] = points[copies == group][0] + 0.01 * generator.normal(size=(4, 8))
    given[:40] = generator.integers(3, size=40)
    return points.astype(np.float32), given, copies


@pytest.mark.parametrize("kind", ["groups", "copies"])
def test_simifeat_detectors_ask_the_neighbours_outside_of_a_sample_s_group(kind: str) -> None:
    points, given, numbers = blobs(120)
    given[9] = -1
    points[11] = np.nan
    usable = np.isfinite(points).all(axis=1) & (given >= 0)
    labels = np.where(usable, given, -1)
    space = neighbours_module.prepared_space([points], usable)
    unit = np.where(numbers >= 0, numbers, 1000 + np.arange(120))
    cosine = np.full((120, 120), -np.inf)
    lengths = np.linalg.norm(space[usable], axis=1, keepdims=True)
    cosine[np.ix_(usable, usable)] = (space[usable] / lengths) @ (space[usable] / lengths).T
    cosine[unit[:, None] == unit] = -np.inf
    # Thirty are looked for, of which ten vote in each round.
    order = np.argsort(-cosine, axis=1)[:, :30]
    similarity = np.take_along_axis(cosine, order, axis=1)
    indices = np.where(np.isfinite(similarity), order, -1)
    similarity = np.where(np.isfinite(similarity), similarity, 0)
    weights = copy_weights(numbers if kind == "copies" else None, 120)
    voted = detect_simifeat_v([points], given, number_of_classes=3, seed=4, **{kind: numbers})
    wanted = simifeat_vote(indices, similarity, labels, sample_weights=weights, seed=4)
    np.testing.assert_allclose(voted.score, wanted.score, atol=1e-5)
    np.testing.assert_array_equal(voted.details["flagged"], wanted.details["flagged"])
    ranked = detect_simifeat_r([points], given, number_of_classes=3, **{kind: numbers})
    wanted = simifeat_rank(indices, similarity, labels, number_of_classes=3, sample_weights=weights)
    np.testing.assert_allclose(ranked.score, wanted.score, atol=1e-5)
    np.testing.assert_array_equal(ranked.vote, wanted.vote)
    assert np.isnan(ranked.score[[9, 11]]).all() and np.isnan(voted.score[[9, 11]]).all()


@pytest.mark.parametrize("tile", [15, 4096])
@pytest.mark.parametrize("kind", ["groups", "copies"])
def test_neighbours_vote_from_outside_of_a_group_and_on_the_unlabelled_too(
    kind: str, tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ivf_index, "_ROWS", tile)
    points, given, numbers = blobs(120)
    unlabelled = np.array([70, 71, 95, 119])
    given[unlabelled] = -1
    points[11] = points[95] = np.nan
    usable = np.isfinite(points).all(axis=1) & (given >= 0)
    told: list[tuple[int, int]] = []
    found = detect_neighbours(
        [points],
        given,
        number_of_classes=3,
        neighbours=6,
        progress=lambda done, total: told.append((done, total)),
        **{kind: numbers},
    )
    assert told[-1][0] == told[-1][1]
    features = neighbours_module.prepare([points], usable=usable)
    space = np.full((120, features.matrix.shape[1]), np.nan)
    space[features.rows] = features.matrix
    readable = np.array([70, 71, 119])
    space[readable] = features.projection.apply([points], readable)
    unit = np.where(numbers >= 0, numbers, 1000 + np.arange(120))
    lengths = np.linalg.norm(space, axis=1, keepdims=True)
    cosine = (space / lengths) @ (space / lengths).T
    cosine[~np.isfinite(cosine)] = -np.inf
    cosine[(unit[:, None] == unit) & usable[:, None]] = -np.inf
    cosine[:, ~usable] = -np.inf
    plain = points / np.linalg.norm(points, axis=1, keepdims=True)
    weights = copy_weights(numbers if kind == "copies" else None, 120)
    shown, likeness = found.details["neighbours"], found.details["neighbour_similarity"]
    for row in range(120):
        if row in (11, 95):
            assert (shown[row] == -1).all() and np.isnan(found.score[row])
            continue
        near = np.argsort(-cosine[row])[:6]
        assert set(shown[row].tolist()) == set(near.tolist())
        np.testing.assert_allclose(likeness[row], plain[shown[row]] @ plain[row], atol=1e-5)
        assert (np.diff(likeness[row]) <= 1e-6).all()
        if given[row] < 0:
            assert np.isnan(found.score[row]) and found.vote[row] == -1
            continue
        mass = np.zeros(3)
        np.add.at(mass, given[near], np.exp(cosine[row, near] / 0.1) * weights[near])
        mass /= mass.sum()
        rival = np.delete(mass, given[row]).max()
        doubt = (rival + 0.01) / (rival + mass[given[row]] + 0.02)
        assert found.score[row] == pytest.approx(doubt, abs=1e-4)
        assert found.details["confidence"][row] == pytest.approx(mass.max(), abs=1e-4)
