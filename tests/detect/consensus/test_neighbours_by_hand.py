"""Neighbours, copies and the likeness of errors, beside loops over pairs of samples."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus import neighbour_posterior as module
from lnl_gui.detect.consensus.copies_together import (
    best_class,
    image_posterior,
    image_probability,
    posterior_of_copies,
)
from lnl_gui.detect.consensus.label_reliability import label_reliability, similarity_of_errors
from lnl_gui.detect.consensus.neighbour_posterior import (
    Neighbourhood,
    find_neighbourhood,
    find_neighbours_among,
    neighbour_posterior,
    nested_neighbour_posterior,
)
from lnl_gui.detect.consensus.transition import ObservedLabels

GENERATOR = np.random.default_rng(0)
FEATURES = GENERATOR.normal(size=(23, 4))
WEIGHTS = GENERATOR.uniform(0.2, 1.0, 23)
UNITS = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 4, 4, 14, 15, 16, 17, 18, 19, 20, 20, 20])


def cosine(left: np.ndarray, right: np.ndarray) -> float:
    return float(left @ right / np.linalg.norm(left) / np.linalg.norm(right))


def nearest(
    row: np.ndarray, among: list[int], k: int, temperature: float, weights: np.ndarray | None
) -> dict[int, float]:
    """Of some samples the k nearest and their shares."""
    found = sorted(among, key=lambda other: -cosine(row, FEATURES[other]))[:k]
    votes = [
        math.exp(cosine(row, FEATURES[other]) / temperature)
        * (1.0 if weights is None else weights[other])
        for other in found
    ]
    return {other: vote / sum(votes) for other, vote in zip(found, votes, strict=True)}


def shares(near: Neighbourhood, row: int) -> dict[int, float]:
    pairs = zip(near.rows[row].tolist(), near.weights[row].tolist(), strict=True)
    return {other: share for other, share in pairs if share > 0}


@pytest.mark.parametrize("tile", [2048, 5])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("k", "temperature"), [(3, 0.1), (7, 0.5), (1, 0.3)])
def test_neighbours_are_the_nearest_of_other_units(
    tile: int, weighted: bool, k: int, temperature: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TILE", tile)
    weights = WEIGHTS if weighted else None
    for units in (None, UNITS):
        near = find_neighbourhood(
            torch.from_numpy(FEATURES).float(),
            neighbours=k,
            temperature=temperature,
            units=None if units is None else torch.from_numpy(units),
            sample_weights=torch.from_numpy(WEIGHTS).float() if weighted else None,
        )
        owner = np.arange(23) if units is None else units
        for row in range(23):
            among = [other for other in range(23) if owner[other] != owner[row]]
            wanted = nearest(FEATURES[row], among, k, temperature, weights)
            assert shares(near, row) == pytest.approx(wanted, abs=1e-5)
            similar = [cosine(FEATURES[row], FEATURES[o]) for o in near.rows[row].tolist()]
            assert all(a >= b - 1e-6 for a, b in pairwise(similar))


def test_of_many_samples_the_neighbours_are_among_every_third(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_REFERENCES", 8)
    some = list(range(0, 23, 3))
    features = torch.from_numpy(FEATURES).float()
    near = find_neighbourhood(features, neighbours=4)
    queries = find_neighbours_among(features[:5] * 3.0, features, neighbours=4)
    for row in range(23):
        wanted = nearest(FEATURES[row], [o for o in some if o != row], 4, 0.1, None)
        assert shares(near, row) == pytest.approx(wanted, abs=1e-5)
    for row in range(5):
        wanted = nearest(FEATURES[row], some, 4, 0.1, None)
        assert shares(queries, row) == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("tile", [2048, 5])
def test_neighbours_of_others_may_be_any_sample(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TILE", tile)
    queries = np.random.default_rng(5).normal(size=(12, 4))
    found = find_neighbours_among(
        torch.from_numpy(queries).float(),
        torch.from_numpy(FEATURES).float(),
        neighbours=6,
        temperature=0.3,
        sample_weights=torch.from_numpy(WEIGHTS).float(),
    )
    for row, query in enumerate(queries):
        wanted = nearest(query, list(range(23)), 6, 0.3, WEIGHTS)
        assert shares(found, row) == pytest.approx(wanted, abs=1e-5)
    few = find_neighbours_among(torch.ones(2, 4), torch.from_numpy(FEATURES[:3]).float())
    assert few.rows.shape == few.weights.shape == (2, 3) and few.rows.dtype == torch.int32


def test_where_all_are_of_one_unit_nobody_has_a_vote() -> None:
    features = torch.from_numpy(FEATURES[:4]).float()
    near = find_neighbourhood(features, units=torch.tensor([7, 7, 7, 3]))
    assert near.rows.shape == (4, 3)
    assert shares(near, 0) == {3: 1.0} and shares(near, 2) == {3: 1.0}
    alone = find_neighbourhood(features, units=torch.zeros(4, dtype=torch.int64))
    assert not alone.weights.any()
    assert find_neighbourhood(features[:1]).rows.shape == (1, 0)
    assert find_neighbourhood(features[:0]).rows.shape == (0, 0)
    # A row of zeros is as far from all.
    zero = find_neighbourhood(torch.cat([torch.zeros(1, 4), features]), temperature=0.2)
    np.testing.assert_allclose(zero.weights[0], 0.25, atol=1e-6)


@pytest.mark.parametrize("tile", [2048, 5])
def test_what_is_believed_of_neighbours_is_averaged(
    tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TILE", tile)
    near = find_neighbourhood(torch.from_numpy(FEATURES).float(), neighbours=5)
    generator = np.random.default_rng(2)
    nested = generator.dirichlet(np.ones(3), (23, 4))
    folds = generator.integers(0, 4, 23)
    each = torch.from_numpy(nested).float()
    plain = neighbour_posterior(each[:, 1].contiguous(), near)
    apart = nested_neighbour_posterior(each, torch.from_numpy(folds), near)
    for row in range(23):
        pairs = list(shares(near, row).items())
        wanted = sum(share * nested[other, 1] for other, share in pairs)
        assert plain[row].numpy() == pytest.approx(wanted, abs=1e-5)
        wanted = sum(share * nested[other, folds[row]] for other, share in pairs)
        assert apart[row].numpy() == pytest.approx(wanted, abs=1e-5)
    nobody = Neighbourhood(torch.empty(23, 0, dtype=torch.int32), torch.empty(23, 0))
    probability = each[:, 0].contiguous()
    copied = neighbour_posterior(probability, nobody)
    assert torch.equal(copied, probability) and copied is not probability
    own = nested_neighbour_posterior(each, torch.from_numpy(folds), nobody)
    assert torch.equal(own, each[torch.arange(23), torch.from_numpy(folds)])


TRANSITION = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.25, 0.05, 0.7]])
COPIES = np.array([5, -1, 2, 5, 2, 8, -1, 5, 8, 5])
GIVEN = np.array([0, 1, 2, 0, 2, 1, 0, 1, 0, 2])


def normal(values: np.ndarray) -> np.ndarray:
    return np.asarray(values / values.sum())


def test_probabilities_of_an_image_are_the_sharpened_mean_of_its_copies() -> None:
    generator = np.random.default_rng(1)
    probability = generator.dirichlet(np.full(3, 0.5), 10)
    probability[3] = [1.0, 0.0, 0.0]
    features = generator.normal(size=(10, 4)) + 1.5
    features[8] = -features[5]
    found = image_probability(
        torch.from_numpy(probability).float(),
        torch.from_numpy(COPIES),
        torch.from_numpy(features).float(),
    )
    for row, copy in enumerate(COPIES):
        own = [row] if copy < 0 else np.flatnonzero(copy == COPIES).tolist()
        if copy < 0:
            wanted = probability[row]
        else:
            logs = np.log(np.maximum(probability[own], 1e-4)).mean(axis=0)
            alike = np.mean([[cosine(features[a], features[b]) for a in own] for b in own])
            # Opposite views are sharpened as much as any: three times.
            wanted = normal(np.exp(logs / max(alike**3, 1 / 3)))
        assert found[row].numpy() == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("reliability", [1.0, 0.4])
def test_the_posterior_of_copies_image_by_image(reliability: float) -> None:
    generator = np.random.default_rng(4)
    of_image = {copy: generator.dirichlet(np.ones(3)) for copy in (2, 5, 8)}
    alone = generator.dirichlet(np.ones(3), 10)
    probability = np.array([of_image.get(c, alone[i]) for i, c in enumerate(COPIES.tolist())])
    truth = np.full(10, -1)
    # Two people disagree on one image; of another one copy is decided.
    truth[[3, 7, 5]] = 0, 2, 1
    observed = ObservedLabels(
        torch.from_numpy(GIVEN), torch.from_numpy(truth), torch.ones(10, dtype=torch.bool)
    )
    found = image_posterior(
        torch.from_numpy(probability).float(),
        TRANSITION,
        observed,
        torch.from_numpy(COPIES),
        reliability=reliability,
    )
    for row, copy in enumerate(COPIES):
        own = np.flatnonzero(copy == COPIES).tolist() if copy >= 0 else [row]
        labels = GIVEN[own]
        told = np.prod([TRANSITION[:, j] ** (reliability / len(own)) for j in labels], axis=0)
        wanted = normal(probability[row] * told ** len(set(labels.tolist())))
        verdicts = [int(truth[o]) for o in own if truth[o] >= 0]
        if truth[row] >= 0:
            wanted = np.eye(3)[truth[row]]
        elif verdicts:
            wanted = 0.95 * np.mean([np.eye(3)[v] for v in verdicts], axis=0) + 0.05 * wanted
        assert found[row].numpy() == pytest.approx(wanted, abs=1e-5)
    rows = torch.from_numpy(np.flatnonzero(COPIES >= 0))
    told = reliability * torch.from_numpy(np.log(TRANSITION.T[GIVEN])).float()[rows]
    together = posterior_of_copies(
        torch.from_numpy(probability).float()[rows],
        told,
        observed.at(rows),
        torch.from_numpy(COPIES)[rows],
    )
    undecided = observed.truth[rows] < 0
    torch.testing.assert_close(together[undecided], found[rows][undecided])
    # A decided copy is judged with its image.
    torch.testing.assert_close(together[rows == 0], together[rows == 3])


def test_labels_tell_only_between_copies_that_contradict_each_other() -> None:
    probability = torch.eye(3)[torch.zeros(10, dtype=torch.int64)]
    posterior = torch.eye(3)[torch.ones(10, dtype=torch.int64)]
    found = best_class(probability, posterior, torch.from_numpy(GIVEN), torch.from_numpy(COPIES))
    several = [len(set(GIVEN[c == COPIES].tolist())) > 1 and c >= 0 for c in COPIES]
    assert found.tolist() == [int(each) for each in several]
    alone = torch.full((10,), -1)
    assert not best_class(probability, posterior, torch.from_numpy(GIVEN), alone).any()


def believed(count: int, classes: int, sharpness: float, seed: int) -> np.ndarray:
    raw = sharpness * np.random.default_rng(seed).normal(size=(count, classes))
    raised = np.exp(raw)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def likeness(probability: np.ndarray, noise: np.ndarray) -> float:
    """Correlation over pairs of classes, less where the matrix is nearly symmetric."""
    classes = len(noise)
    right = np.trace(noise) / classes
    overlap, confused, even = [], [], []
    for k in range(classes):
        for j in range(classes):
            if j != k:
                overlap.append(sum(row[k] * row[j] for row in probability))
                confused.append(probability[:, k].sum() * noise[k, j])
                even.append(probability[:, k].sum() * (1 - right) / (classes - 1))
    uneven = np.std(np.subtract(confused, even)) / np.mean(even)
    correlation = max(float(np.corrcoef(overlap, confused)[0, 1]), 0.0)
    return float(correlation * uneven / (uneven + 0.1))


def rate_of(probability: np.ndarray, noise: np.ndarray, given: np.ndarray) -> float:
    wrong = [
        1 - row[j] * noise[j, j] / sum(row[k] * noise[k, j] for k in range(len(row)))
        for row, j in zip(probability, given, strict=True)
    ]
    return float(np.mean(wrong))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("sharpness", "classes"), [(6.0, 3), (14.0, 4), (9.0, 5)])
def test_trust_in_labels_by_its_formula(seed: int, sharpness: float, classes: int) -> None:
    generator = np.random.default_rng(100 + seed)
    probability = believed(60, classes, sharpness, seed)
    noise = generator.dirichlet(np.full(classes, 0.7), classes) * 0.3 + 0.7 * np.eye(classes)
    given = generator.integers(0, classes, 60)
    tensor = torch.from_numpy(probability).float()
    people = likeness(probability, noise)
    assert similarity_of_errors(tensor, noise) == pytest.approx(people, abs=1e-5)
    unsure = 1 - probability.max(axis=1).mean()
    sure = min(max((0.25 - unsure) / 0.1, 0.0), 1.0)
    rate = rate_of(probability, noise, given)
    wanted = 1 - 0.7 * min(people / 0.6, 1.0) * sure * rate / (rate + 0.04)
    found = label_reliability(tensor, noise, torch.from_numpy(given))
    assert found == pytest.approx(wanted, abs=1e-5)


def test_two_classes_are_trusted_by_half_of_what_people_are() -> None:
    probability = believed(40, 2, 0.5, 0)
    noise = np.array([[0.8, 0.2], [0.3, 0.7]])
    given = np.arange(40) % 2
    tensor = torch.from_numpy(probability).float()
    assert similarity_of_errors(tensor, noise) == 0.3
    rate = rate_of(probability, noise, given)
    # However unsure the probe: between two classes there is nothing to compare.
    assert label_reliability(tensor, noise, torch.from_numpy(given)) == pytest.approx(
        1 - 0.7 * 0.5 * rate / (rate + 0.04), abs=1e-5
    )


def test_classes_that_are_all_alike_or_never_mistaken_say_nothing_of_people() -> None:
    even = torch.full((30, 3), 1 / 3)
    lopsided = np.array([[0.9, 0.1, 0.0], [0.0, 1.0, 0.0], [0.0, 0.3, 0.7]])
    assert similarity_of_errors(even, lopsided) == 0.0
    some = torch.from_numpy(believed(30, 3, 2.0, 1)).float()
    assert similarity_of_errors(some, np.eye(3)) == 0.0
