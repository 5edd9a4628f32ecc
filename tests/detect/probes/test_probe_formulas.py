"""Features, probes, folds and minibatches beside numpy, autograd and torch's own Adam."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from lnl_gui.detect.groups import copy_weights, units
from lnl_gui.detect.probes import (
    cross_fitting,
    nested_folds,
    out_of_fold,
    preparation,
    robust_probe,
)
from lnl_gui.detect.probes.cross_fitting import (
    Probes,
    ProbeSchedule,
    cross_fit,
    held_out_logits,
    stratified_folds,
    train_probes,
)
from lnl_gui.detect.probes.discriminant import cross_fitted_discriminant, fit_discriminant
from lnl_gui.detect.probes.grouped_folds import grouped_folds
from lnl_gui.detect.probes.hill_climbing import hill_climb
from lnl_gui.detect.probes.minibatches import SamplesByFold, epochs
from lnl_gui.detect.probes.nested_folds import can_nest, every_log_score, pair_log_scores
from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities
from lnl_gui.detect.probes.preparation import prepare
from lnl_gui.detect.probes.robust_loss import EarlyLearning, cross_entropy
from lnl_gui.detect.probes.robust_probe import train_probe_loss


def spaces_of(samples: int, *widths: int, seed: int = 0) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    found = []
    for width in widths:
        turn = generator.normal(size=(width, width))
        offset = generator.uniform(-50, 50, width)
        found.append((generator.normal(size=(samples, width)) @ turn + offset).astype(np.float32))
    return found


def standardised(spaces: list[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """All samples in units of the rows' deviations, every space weighing the same."""
    parts = []
    for space in spaces:
        wide = space.astype(np.float64)
        deviation = wide[rows].std(axis=0)
        moves = deviation > 1e-6
        scaled = (wide - wide[rows].mean(axis=0)) / np.where(moves, deviation, 1.0) * moves
        parts.append(scaled / np.sqrt(space.shape[1]))
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("chunk", [7, 8192])
@pytest.mark.parametrize("samples", [18, 60])
@pytest.mark.parametrize("components", [6, 256])
def test_features_are_principal_components_of_standardised_spaces(
    components: int, samples: int, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With fewer rows than dimensions and with more; also of rows that were left out."""
    monkeypatch.setattr(preparation, "_CHUNK", chunk)
    spaces = spaces_of(samples + 5, 8, 16)
    spaces[0][:, 3] = 4.5
    usable = np.arange(samples + 5) % 12 != 5
    features = prepare(spaces, components=components, usable=usable)
    rows = np.flatnonzero(usable)
    assert features.rows.tolist() == rows.tolist() and not features.constant
    # Others count as the nearest value that these rows have.
    seen = [np.clip(space, space[rows].min(0), space[rows].max(0)) for space in spaces]
    plain = standardised(seen, rows)
    _, _, axes = np.linalg.svd(plain[rows], full_matrices=False)
    wanted = plain @ axes[: min(components, 23, len(rows) - 1)].T
    wanted *= 8 / np.linalg.norm(wanted[rows], axis=1).mean()
    assert features.matrix.shape == (len(rows), wanted.shape[1])
    assert features.matrix.dtype == np.float32
    # Up to the signs of the axes.
    signs = np.sign((features.matrix * wanted[rows]).sum(axis=0))
    np.testing.assert_allclose(features.matrix * signs, wanted[rows], atol=2e-3)
    out = np.flatnonzero(~usable)
    np.testing.assert_allclose(
        features.projection.apply(spaces, out) * signs, wanted[out], atol=2e-3
    )


def test_a_dimension_that_hardly_moves_among_the_rows_rules_no_other_sample() -> None:
    """Units of a network that are nearly always off: seldom seen on among a few samples."""
    space = np.maximum(np.random.default_rng(0).normal(-2, 1, (460, 400)), 0.0)
    space[:, :30] += np.random.default_rng(1).normal(0, 1, (460, 30))
    found = prepare([space], usable=np.arange(460) < 60)
    out = found.projection.apply([space], np.arange(60, 460))
    own, others = (np.linalg.norm(part, axis=1).mean() for part in (found.matrix, out))
    assert own == pytest.approx(8.0, abs=1e-3) and others < own


def test_axes_are_those_of_an_even_part_of_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "_COVARIANCE_ROWS", 40)
    (space,) = spaces_of(100, 5)
    found = prepare([space], components=2)
    plain = standardised([space], np.arange(100))
    # Every third of a hundred: forty at most.
    axes = np.linalg.eigh(plain[::3].T @ plain[::3])[1][:, ::-1][:, :2]
    wanted = plain @ axes
    wanted *= 8 / np.linalg.norm(wanted, axis=1).mean()
    np.testing.assert_allclose(np.abs(found.matrix), np.abs(wanted), atol=2e-3)


def test_constant_embeddings_have_one_feature_of_nothing() -> None:
    for samples in (3, 30):
        found = prepare([np.full((samples, 6), 7.0, np.float16)])
        assert found.constant and found.matrix.shape == (samples, 1)
        assert np.abs(found.matrix).max() < 1e-6
    # A large common offset hides no small differences.
    space = 1000 + np.random.default_rng(0).normal(size=(50, 4))
    plain = prepare([space - 1000]).matrix
    np.testing.assert_allclose(np.abs(prepare([space]).matrix), np.abs(plain), atol=0.02)


def test_many_dimensions_are_reduced_by_subspace_iteration() -> None:
    generator = np.random.default_rng(2)
    turn = np.linalg.qr(generator.normal(size=(160, 160)))[0]
    values = 1.0 / np.arange(1, 161) ** 2
    covariance = torch.from_numpy(turn * values @ turn.T).float()
    torch.manual_seed(5)
    found = preparation._top_eigenvectors(covariance, 6)
    torch.manual_seed(6)
    assert torch.equal(found, preparation._top_eigenvectors(covariance, 6))
    agreement = np.abs(turn[:, :6].T @ found.numpy())
    np.testing.assert_allclose(agreement, np.eye(6), atol=1e-3)
    # As many as a half of the dimensions and more are found by a whole decomposition.
    whole = preparation._top_eigenvectors(covariance, 50)
    np.testing.assert_allclose(np.abs(turn[:, :50].T @ whole.numpy()).max(axis=0), 1, atol=0.02)


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([1.0, 3.0, 2.0, 1e-9], [1, 2]),
        ([4.0, 1e-7, 1e-3], [0, 2]),
        ([0.0, 0.0], [0]),
        ([5.0], [0]),
    ],
)
def test_axes_along_which_nothing_moves_are_left_out(values: list[float], kept: list[int]) -> None:
    assert preparation._leading(torch.tensor(values), 2).tolist() == kept


def weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum()


def losses(name: str, classes: int) -> Callable[[Tensor, Tensor, float], Tensor]:
    """The loss (n,) of logits and one-hot labels that a rule claims to be the slope of."""
    memory: list[Tensor] = []

    def found(logits: Tensor, one_hot: Tensor, done: float) -> Tensor:
        logs = torch.log_softmax(logits, 1)
        chance = logs.exp()
        own = (chance * one_hot).sum(1)
        plain = -(logs * one_hot).sum(1)
        if name == "gce":
            return (1 - own**0.7) / 0.7
        if name == "nce_rce" and done >= 0.3:
            return plain / -logs.sum(1) + 4 * (1 - own)
        if name == "dynamic":
            return plain * (chance.detach().amax(1) / 0.6).clamp_max(1)
        if name == "elr":
            sure = chance.detach().clamp(1e-4, 1 - 1e-4)
            before = memory.pop() if memory else torch.zeros_like(sure)
            memory.append(0.7 * before + 0.3 * sure / sure.sum(1, keepdim=True))
            return plain + 7 * torch.log((1 - (chance * memory[0]).sum(1)).clamp_min(1e-4))
        return plain

    return found


PENALTIES = {"ce": 0.03, "gce": 0.03, "nce_rce": 0.1, "elr": 0.03, "dynamic": 0.03}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", PENALTIES)
def test_training_dynamics_are_those_of_adam_on_the_written_out_loss(
    name: str, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robust_probe, "_CHUNK", 17)
    samples, classes = 45, 3
    generator = torch.Generator().manual_seed(3)
    given = torch.arange(samples) % classes
    features = torch.randn(samples, 4, generator=generator) + 1.5 * given[:, None] - 1
    weights = torch.rand(samples, generator=generator) if weighted else None
    told: list[tuple[int, int]] = []
    found = train_probe_loss(
        features,
        given,
        classes=classes,
        loss=name,
        sample_weights=weights,
        progress=lambda done, total: told.append((done, total)),
    )
    # One step a pass: sixty, the least there are.
    assert told == [(step, 60) for step in range(1, 61)]
    one_hot = torch.nn.functional.one_hot(given, classes).double()
    wide = features.double()
    weight = torch.zeros(classes, 4, dtype=torch.double, requires_grad=True)
    bias = torch.zeros(classes, dtype=torch.double, requires_grad=True)
    adam = torch.optim.Adam([weight, bias], betas=(0.9, 0.99))
    loss_of = losses(name, classes)
    penalty = PENALTIES[name] / (classes**0.5 if name == "elr" else classes)
    count = torch.ones(samples) if weights is None else weights
    margins, confidences = [], []
    for step in range(60):
        adam.param_groups[0]["lr"] = 1e-4 + (0.1 - 1e-4) * (1 + np.cos(np.pi * step / 60)) / 2
        loss = weighted_mean(loss_of(wide @ weight.T + bias, one_hot, step / 60), count)
        adam.zero_grad()
        (loss + penalty / 2 * weight.square().sum()).backward()
        adam.step()
        with torch.no_grad():
            logits = wide @ weight.T + bias
            own = (logits * one_hot).sum(1)
            margins.append(own - (logits - 1e9 * one_hot).amax(1))
            confidences.append((torch.softmax(logits, 1) * one_hot).sum(1))
    tolerance = {"atol": 0.02, "rtol": 0.02}
    np.testing.assert_allclose(found.loss, -confidences[-1].log(), **tolerance)
    np.testing.assert_allclose(found.margin, torch.stack(margins).mean(0), **tolerance)
    np.testing.assert_allclose(found.confidence, torch.stack(confidences).mean(0), **tolerance)
    assert (torch.from_numpy(found.vote) == logits.argmax(1)).all()


@pytest.mark.parametrize(
    ("schedule", "steps"),
    [
        (ProbeSchedule(epochs=3, least_steps=1, most_steps=99), 9),
        (ProbeSchedule(epochs=3, least_steps=20, most_steps=99), 20),
        (ProbeSchedule(epochs=30, least_steps=1, most_steps=50), 50),
        (ProbeSchedule(epochs=1, least_steps=1, most_steps=1), 3),
        (None, 60),
    ],
)
def test_a_schedule_is_so_many_steps_and_one_pass_at_least(
    schedule: ProbeSchedule | None, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_fitting, "_BATCH", 20)
    told: list[tuple[int, int]] = []
    given = torch.arange(50) % 2
    passes = list(
        train_probes(
            torch.randn(50, 2),
            given,
            cross_entropy,
            classes=2,
            probes=1,
            schedule=schedule,
            progress=lambda done, total: told.append((done, total)),
        )
    )
    assert told == [(step, steps) for step in range(1, steps + 1)]
    assert len(passes) == -(-steps // 3)


@pytest.mark.parametrize(
    ("samples", "classes", "probes", "batch"),
    # As many as there are, 2,048, or as many as have eight million logits; sixteen at least.
    [(40, 2, 5, 40), (4000, 2, 5, 2048), (2000, 2000, 4, 1000), (40, 100_000, 20, 16)],
)
def test_a_minibatch_is_as_large_as_its_logits_allow(
    samples: int, classes: int, probes: int, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def watched(found: SamplesByFold, size: int, generator: torch.Generator) -> list[list[object]]:
        asked.append(size)
        return []

    monkeypatch.setattr(cross_fitting, "epochs", watched)
    given = torch.zeros(samples, dtype=torch.int64)
    features = torch.zeros(samples, 1)
    list(train_probes(features, given, cross_entropy, classes=classes, probes=probes))
    assert asked == [batch]


@pytest.mark.parametrize("classes", [3, 20])
@pytest.mark.parametrize("kind", ["labels", "shared", "own"])
def test_a_minibatch_holds_its_samples_fold_by_fold(kind: str, classes: int) -> None:
    generator = torch.Generator().manual_seed(classes)
    samples, probes = 30, 4
    folds = torch.randint(0, 3, (samples,), generator=generator)
    learners = torch.tensor([[1, 2], [0, 3], [0, 2]])
    features = torch.randn(samples, 5, generator=generator)
    weights = torch.rand(samples, generator=generator)
    shape = {"labels": (samples,), "shared": (samples, classes), "own": (samples, probes, classes)}
    given = (
        torch.randint(0, classes, (samples,), generator=generator)
        if kind == "labels"
        else torch.rand(shape[kind], generator=generator)
    )
    found = SamplesByFold(features, given, folds, learners, weights, classes)
    rows = torch.randperm(samples, generator=generator)[:17]
    batch = found.at(rows)
    size = int(torch.bincount(folds[rows], minlength=3).max())
    assert batch.rows is not None
    by_fold = batch.rows.view(3, size)
    known = by_fold < samples
    assert sorted(by_fold[known].tolist()) == sorted(rows.tolist())
    assert batch.inputs.shape == (3, size, 6) and batch.share.shape == (3, 1, 1, size)
    total = weights[rows].sum()
    for fold in range(3):
        for place in range(size):
            row = int(by_fold[fold, place])
            share = float(batch.share[fold, 0, 0, place])
            if row == samples:
                assert share == 0
                continue
            assert int(folds[row]) == fold
            assert share == pytest.approx(float(weights[row] / total), rel=1e-5)
            assert batch.inputs[fold, place].tolist() == [*features[row].tolist(), 1.0]
            for learner in range(batch.targets.shape[1]):
                target = batch.targets[fold, learner, :, place]
                if kind == "labels":
                    wanted = torch.nn.functional.one_hot(given[row], classes).float()
                elif kind == "shared":
                    wanted = given[row]
                else:
                    wanted = given[row, learners[fold, learner]]
                assert torch.equal(target, wanted)
    assert batch.targets.shape[1] == (2 if kind == "own" else 1)
    plain = SamplesByFold(features, given, folds, learners, None, classes).at(rows)
    assert plain.share.sum().item() == pytest.approx(1, rel=1e-5)
    assert torch.unique(plain.share).tolist() == pytest.approx([0, 1 / 17])
    # Chances of the learners' weights, and slopes by them.
    weight = torch.randn(6, classes * 6, generator=generator)
    chance = batch.probability(weight)
    gradient = torch.randn(3, 2, classes, size, generator=generator)
    slope = batch.slope(gradient)
    for fold in range(3):
        for learner in range(2):
            own = weight[2 * fold + learner].view(classes, 6)
            wanted = torch.softmax(batch.inputs[fold] @ own.T, 1).T
            torch.testing.assert_close(chance[fold, learner], wanted, atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(
                slope[2 * fold + learner].view(classes, 6),
                gradient[fold, learner] @ batch.inputs[fold],
                atol=1e-4,
                rtol=1e-4,
            )


def test_a_pass_goes_over_every_sample_once_in_the_order_of_the_seed() -> None:
    features = torch.arange(23.0)[:, None]
    given = torch.zeros(23, dtype=torch.int64)
    samples = SamplesByFold(features, given, None, torch.arange(1)[None], None, 2)

    def passes(batch: int, seed: int) -> list[list[list[int]]]:
        generator = torch.Generator().manual_seed(seed)
        every = epochs(samples, batch, generator)
        return [
            [minibatch.inputs[0, :, 0].int().tolist() for minibatch in next(every)]
            for _ in range(2)
        ]

    first, second = passes(10, 1)
    assert [len(part) for part in first] == [10, 10, 3]
    for parts in (first, second):
        assert sorted(row for part in parts for row in part) == list(range(23))
    assert first != second and [first, second] == passes(10, 1) != passes(10, 2)
    for batch in (23, 40):
        assert passes(batch, 1) == [[list(range(23))]] * 2
        whole = next(epochs(samples, batch, torch.Generator()))
        assert [minibatch.rows for minibatch in whole] == [None]


@pytest.mark.parametrize("chunk", [4, 8192])
def test_scores_do_not_depend_on_the_parts_they_are_computed_in(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_fitting, "_CHUNK", chunk)
    monkeypatch.setattr(nested_folds, "_CHUNK", chunk)
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(30, 3, generator=generator)
    folds = torch.randint(0, 3, (30,), generator=generator)
    probes = Probes(
        torch.randn(3, 4, 3, generator=generator), torch.randn(3, 4, generator=generator)
    )
    held = held_out_logits(features, folds, probes)
    every = every_log_score(features, probes)
    nested = pair_log_scores(features, folds, probes, 3)
    # Of three folds the pairs are (0, 1), (0, 2) and (1, 2).
    of_pair = {(0, 1): 0, (0, 2): 1, (1, 2): 2}
    for row in range(30):
        own = int(folds[row])
        logits = probes.weight @ features[row] + probes.bias
        torch.testing.assert_close(held[row], logits[own], atol=1e-5, rtol=1e-4)
        logs = torch.log_softmax(logits, 1)
        torch.testing.assert_close(every[row], logs, atol=1e-5, rtol=1e-4)
        both = [fold for fold in range(3) if fold != own]
        known = [logs[of_pair[min(own, fold), max(own, fold)]] for fold in both]
        for fold, wanted in zip(both, known, strict=True):
            torch.testing.assert_close(nested[row, fold], wanted, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(nested[row, own], (known[0] + known[1]) / 2, atol=1e-5, rtol=0)


def test_nesting_needs_three_folds_and_room() -> None:
    assert can_nest(20_000, 5, 200) and not can_nest(20_001, 5, 2)
    assert not can_nest(20_000, 5, 201) and not can_nest(10, 2, 2) and can_nest(10, 3, 2)


def plain_folds(
    labels: np.ndarray, groups: np.ndarray, folds: int, order: np.ndarray
) -> np.ndarray:
    """The same greedy choices, one group and one sample at a time."""
    found = np.full(len(labels), -1)

    def number(fold: int, label: int) -> int:
        return int(((found == fold) & (labels == label)).sum())

    def size(fold: int) -> int:
        return int((found == fold).sum())

    members = {int(g): [int(at) for at in order if groups[at] == g] for g in np.unique(groups)}
    place = {int(at): rank for rank, at in enumerate(order)}
    large = [rows for rows in members.values() if len(rows) > 1]
    for rows in sorted(large, key=lambda rows: (-len(rows), place[rows[0]])):
        own = [int(label) for label in labels[rows]]
        crowded = [
            sum(
                number(fold, label) * own.count(label) / int((labels == label).sum())
                for label in set(own)
            )
            for fold in range(folds)
        ]
        found[rows] = min(range(folds), key=lambda fold: (round(crowded[fold], 9), size(fold)))
    single = [int(at) for at in order if len(members[int(groups[at])]) == 1]
    # Class after class, as they come first in the order.
    for label in dict.fromkeys(labels[order].tolist()):
        by_size, dealt = sorted(range(folds), key=size), [0] * folds
        for at in single:
            if labels[at] == label:
                # Among equals the one that was dealt fewer of them, then the emptier one.
                found[at] = min(by_size, key=lambda fold: (number(fold, int(label)), dealt[fold]))
                dealt[found[at]] += 1
    return found


@pytest.mark.parametrize("seed", range(6))
def test_folds_of_groups_are_those_of_one_choice_after_the_other(seed: int) -> None:
    generator = np.random.default_rng(seed)
    labels = generator.choice([0, 2, 5], 60, p=[0.6, 0.3, 0.1])
    groups = np.where(generator.random(60) < 0.5, generator.integers(0, 12, 60), np.arange(60) + 20)
    order = generator.permutation(60)
    found = grouped_folds(labels, groups, 4, order=order)
    assert found.tolist() == plain_folds(labels, groups, 4, order).tolist()
    # The permutation is that of the seed.
    again = np.random.default_rng(7).permutation(60)
    wanted = grouped_folds(labels, groups, 4, order=again)
    assert stratified_folds(labels, 4, seed=7, units=groups).tolist() == wanted.tolist()


def test_single_samples_are_dealt_class_after_class() -> None:
    labels = np.random.default_rng(0).integers(0, 9, 50)
    found = stratified_folds(labels, 4, seed=3)
    order = np.random.default_rng(3).permutation(50)
    first = list(dict.fromkeys(labels[order].tolist()))
    dealt = sorted(range(50), key=lambda place: first.index(labels[order[place]]))
    assert found[order[dealt]].tolist() == [at % 4 for at in range(50)]
    assert sorted(np.bincount(found)) == [12, 12, 13, 13]


@pytest.mark.parametrize("start", [-7, 0, 2, 3, 99])
def test_a_climb_begins_inside_of_the_grid_and_goes_over_plateaus(start: int) -> None:
    heights = [1.0, 1.0, 2.0, 2.0, 3.0, 0.0, 9.0]
    seen: list[int] = []

    def evaluate(index: int) -> tuple[float, int]:
        seen.append(index)
        return heights[index], -index

    wanted = 6 if start == 99 else 4
    assert hill_climb(evaluate, 7, start) == (wanted, heights[wanted], -wanted)
    assert seen[0] == min(max(start, 0), 6) and len(set(seen)) == len(seen)
    if start == 3:
        # Uphill first; down only where that did not lead anywhere.
        assert seen == [3, 4, 5]
    if start == 99:
        assert seen == [6, 5]


def gaussian(
    features: np.ndarray, targets: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Slope (P, C) and offset (C,) of Gaussians with one shrunk covariance, by plain sums."""
    shares = targets * weights[:, None]
    mass = shares.sum(axis=0)
    overall = (weights @ features) / weights.sum()
    means = (shares.T @ features + 2 * overall) / (mass + 2)[:, None]
    within = np.zeros((features.shape[1],) * 2)
    for row, share in zip(features, shares, strict=True):
        for part, mean in zip(share, means, strict=True):
            within += part * np.outer(row - mean, row - mean)
    within /= mass.sum()
    shrunk = 0.7 * within + 0.3 * np.trace(within) / len(within) * np.eye(len(within))
    slope = np.linalg.solve(shrunk, means.T)
    prior = np.log((mass + 1) / (mass + 1).sum())
    return slope, prior - 0.5 * np.einsum("cp,pc->c", means, slope)


@pytest.mark.parametrize("weighted", [False, True])
def test_discriminants_weigh_their_samples(weighted: bool) -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(size=(70, 4)) + 2
    targets = generator.dirichlet(np.ones(3), 70)
    weights = generator.uniform(0.1, 1, 70) if weighted else np.ones(70)
    given = [torch.from_numpy(part).float() for part in (features, targets, weights)]
    told = given[2] if weighted else None
    found = fit_discriminant(*given[:2], sample_weights=told)
    slope, offset = gaussian(features, targets, weights)
    np.testing.assert_allclose(found.slope, slope, atol=1e-3, rtol=1e-3)
    np.testing.assert_allclose(found.offset, offset, atol=2e-3, rtol=1e-3)
    scores = features @ slope + offset
    scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(found.scores(given[0]), scores, atol=2e-3)
    folds = np.arange(70) % 3
    crossed = cross_fitted_discriminant(
        *given[:2], torch.from_numpy(folds), number_of_folds=3, sample_weights=told
    )
    for fold in range(3):
        out = folds != fold
        slope, offset = gaussian(features[out], targets[out], weights[out])
        scores = features[~out] @ slope + offset
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        np.testing.assert_allclose(crossed[~out], scores, atol=3e-3)


@pytest.mark.parametrize("kind", ["plain", "groups", "copies"])
def test_out_of_fold_chances_are_those_of_the_likeliest_strength(kind: str) -> None:
    generator = np.random.default_rng(1)
    given = (np.arange(90) % 3).astype(np.int32)
    points = np.eye(3, 6)[given] + generator.normal(size=(90, 6))
    numbers = np.where(np.arange(90) < 30, np.arange(90) // 5, -1)
    points[50, 0], given[51] = np.nan, -1
    options = {} if kind == "plain" else {kind: numbers}
    told: list[tuple[int, int]] = []
    found = out_of_fold_probabilities(
        [points],
        given,
        number_of_classes=3,
        folds=4,
        seed=2,
        progress=lambda done, total: told.append((done, total)),
        **options,
    )
    features = prepare([points], usable=np.isin(np.arange(90), [50, 51], invert=True))
    labels = torch.from_numpy(given[features.rows]).long()
    unit = units(90, numbers if options else None)[features.rows]
    fold = torch.from_numpy(stratified_folds(labels.numpy(), 4, seed=2, units=unit))
    weights = copy_weights(numbers if kind == "copies" else None, 90)[features.rows]
    fits = []
    for exponent in np.arange(-4, -0.9, 0.5):
        logits, _ = cross_fit(
            torch.from_numpy(features.matrix),
            labels,
            cross_entropy,
            fold,
            classes=3,
            weight_decay=10.0**exponent,
            probes=4,
            sample_weights=torch.from_numpy(weights),
            seed=2,
        )
        chance = torch.softmax(logits.double(), 1).numpy()
        own = chance[np.arange(88), labels.numpy()]
        fits.append(((weights * np.log(own)).sum() / weights.sum(), chance))
    # One top, which a climb from the middle reaches.
    best = max(range(7), key=lambda at: fits[at][0])
    np.testing.assert_allclose(found[features.rows], fits[best][1], atol=1e-4)
    assert np.isnan(found[[50, 51]]).all() and found.dtype == np.float32
    assert [done for done, _ in told] == list(range(len(told))) and told[0] == (0, 7)
    assert len(out_of_fold._PENALTIES) == 7


def test_early_learning_of_samples_in_several_steps_keeps_each_its_own_mean() -> None:
    """By row, in any order, beside one mean for all."""
    generator = torch.Generator().manual_seed(0)
    by_row, whole = EarlyLearning(6, inertia=0.6), EarlyLearning(6, inertia=0.6)
    target = torch.nn.functional.one_hot(torch.arange(6) % 4, 4).float().T[None, None]
    for _ in range(4):
        chance = torch.softmax(3 * torch.randn(1, 2, 4, 6, generator=generator), 2)
        wanted = whole(chance.clone(), target, None, 0.0)
        order = torch.randperm(6, generator=generator)
        found = torch.empty_like(wanted)
        for rows in order.split(4):
            found[..., rows] = by_row(chance[..., rows], target[..., rows], rows, 0.0)
        torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-4)
    assert by_row.memory is not None and by_row.memory.shape == (7, 2, 4)
