import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from lnl_gui.detect.probes import cross_fitting
from lnl_gui.detect.probes.cross_fitting import (
    ProbeSchedule,
    cross_fit,
    stratified_folds,
    train_probes,
)
from lnl_gui.detect.probes.hill_climbing import hill_climb
from lnl_gui.detect.probes.nested_folds import pair_exclusions
from lnl_gui.detect.probes.preparation import prepare
from lnl_gui.detect.probes.robust_loss import EarlyLearning, cross_entropy
from lnl_gui.detect.threads import at_most
from tests.detect.synthetic_data import make_dataset

LONG = ProbeSchedule(epochs=400, most_steps=400)


def test_folds_are_stratified_and_repeat() -> None:
    labels = np.repeat([0, 1, 2], [50, 23, 4])
    folds = stratified_folds(labels, 5, seed=1)
    for label in range(3):
        counts = np.bincount(folds[labels == label], minlength=5)
        assert counts.max() - counts.min() <= 1
    assert np.array_equal(folds, stratified_folds(labels, 5, seed=1))
    assert not np.array_equal(folds, stratified_folds(labels, 5, seed=2))


def test_joint_training_equals_separate_solvers() -> None:
    data = make_dataset(samples=300, classes=3, distance=2.0, dimensions=6)
    features = torch.from_numpy(data.embedding)
    given = torch.from_numpy(data.given).long()
    folds = torch.from_numpy(stratified_folds(data.given, 3, seed=0))
    decay = 0.05
    logits, _ = cross_fit(
        features,
        given,
        cross_entropy,
        folds,
        classes=3,
        weight_decay=decay,
        probes=3,
        schedule=LONG,
    )
    ours = torch.softmax(logits, 1).numpy()
    for fold in range(3):
        inside, outside = (folds != fold).numpy(), (folds == fold).numpy()
        # Our mean runs over all rows, the held-out ones masked to zero.
        solver = LogisticRegression(C=1.0 / (decay * len(given)), tol=1e-8, max_iter=2000)
        solver.fit(data.embedding[inside], data.given[inside])
        assert ours[outside] == pytest.approx(
            solver.predict_proba(data.embedding[outside]), abs=0.02
        )


def masked(
    features: torch.Tensor, given: torch.Tensor, learning: torch.Tensor, decay: float, seed: int
) -> torch.Tensor:
    """(K, C, P) weights after 60 steps of torch's Adam on minibatches of 48, all probes masked."""
    classes, width = int(given.max()) + 1, features.shape[1]
    weight = torch.zeros(learning.shape[1], classes, width, requires_grad=True)
    bias = torch.zeros(learning.shape[1], classes, requires_grad=True)
    memory = torch.zeros(len(given), *bias.shape)
    adam = torch.optim.Adam([weight, bias], betas=(0.9, 0.99))
    generator = torch.Generator().manual_seed(seed)
    step = 0
    while step < 60:
        for rows in torch.randperm(len(given), generator=generator).split(48):
            adam.param_groups[0]["lr"] = 1e-4 + 0.0999 * (1 + np.cos(np.pi * step / 60)) / 2
            logits = torch.einsum("np,kcp->nkc", features[rows], weight) + bias
            probability = torch.softmax(logits, 2)
            clamped = probability.detach().clamp(1e-4, 1 - 1e-4)
            memory[rows] = 0.7 * memory[rows] + 0.3 * clamped / clamped.sum(2, keepdim=True)
            own = given[rows].view(-1, 1, 1).expand(-1, len(bias), 1)
            loss = -torch.log_softmax(logits, 2).gather(2, own).squeeze(2)
            loss = loss + torch.log(1 - (probability * memory[rows]).sum(2))
            adam.zero_grad()
            (
                (loss * learning[rows]).sum() / len(rows) + decay / 2 * weight.square().sum()
            ).backward()
            adam.step()
            step += 1
            if step == 60:
                break
    return weight.detach()


@pytest.mark.parametrize("classes", [3, 17])
@pytest.mark.parametrize("samples", [48, 193])
@pytest.mark.parametrize("pairs", [False, True])
def test_leaving_probes_out_equals_masking_their_gradients(
    monkeypatch: pytest.MonkeyPatch, classes: int, samples: int, pairs: bool
) -> None:
    monkeypatch.setattr(cross_fitting, "_BATCH", 48)
    generator = torch.Generator().manual_seed(classes)
    given = torch.arange(samples) % classes
    features = torch.randn(samples, 5, generator=generator) + given.unsqueeze(1) / classes
    # Folds of unequal size; of 193 samples the last minibatch is one alone.
    folds = (torch.rand(samples, generator=generator) ** 2 * 4).long()
    excluded = pair_exclusions(4) if pairs else torch.eye(4, dtype=torch.bool)
    *_, ours = train_probes(
        features,
        given,
        EarlyLearning(samples, strength=1.0),
        classes=classes,
        folds=folds,
        excluded=excluded,
        probes=excluded.shape[1],
        weight_decay=0.01,
        schedule=ProbeSchedule(epochs=1, least_steps=60, most_steps=60),
        seed=3,
    )
    theirs = masked(features, given, (~excluded).float()[folds], 0.01, 3)
    # Adam's first steps are signs of slopes: single precision is .01 from double, masking also.
    torch.testing.assert_close(ours.weight, theirs, atol=0.02, rtol=0.0)


def test_a_sample_never_sees_its_own_label() -> None:
    data = make_dataset(samples=200, classes=3, dimensions=6)
    features = torch.from_numpy(data.embedding)
    folds = torch.from_numpy(stratified_folds(data.given, 4, seed=0))
    given = torch.from_numpy(data.given).long()
    changed = given.clone()
    mates = folds == folds[7]
    changed[mates] = (changed[mates] + 1) % 3
    options = {"classes": 3, "weight_decay": 0.01, "probes": 4, "seed": 3}
    first, _ = cross_fit(features, given, cross_entropy, folds, **options)
    second, _ = cross_fit(features, changed, cross_entropy, folds, **options)
    assert torch.equal(first[mates], second[mates])
    assert not torch.equal(first[~mates], second[~mates])


def test_soft_targets_of_one_hot_are_cross_entropy() -> None:
    data = make_dataset(samples=120, classes=3, dimensions=6)
    features = torch.from_numpy(data.embedding)
    given = torch.from_numpy(data.given).long()
    folds = torch.from_numpy(stratified_folds(data.given, 4, seed=0))
    one_hot = torch.nn.functional.one_hot(given, 3).float()
    options = {"classes": 3, "weight_decay": 0.01, "probes": 4}
    hard, _ = cross_fit(features, given, cross_entropy, folds, **options)
    soft, _ = cross_fit(features, one_hot, cross_entropy, folds, **options)
    assert torch.allclose(hard, soft, atol=1e-4)


def test_training_goes_on_from_where_it_was() -> None:
    data = make_dataset(samples=120, classes=3, dimensions=6)
    features, given = torch.from_numpy(data.embedding), torch.from_numpy(data.given).long()
    still = ProbeSchedule(epochs=1, least_steps=1, most_steps=1, learning_rate=1e-4)
    *_, first = train_probes(features, given, cross_entropy, classes=3, probes=1)
    *_, second = train_probes(
        features, given, cross_entropy, classes=3, probes=1, schedule=still, start=first
    )
    assert torch.allclose(first.weight, second.weight, atol=1e-3)
    assert first.weight.abs().max() > 0.1


def test_threads_are_given_back() -> None:
    before = torch.get_num_threads()
    with at_most(1):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_climb_finds_the_top_of_a_hill_from_either_side() -> None:
    heights = [0.0, 1.0, 3.0, 2.0, 1.0, 0.5]
    visited: list[int] = []

    def evaluate(index: int) -> tuple[float, str]:
        visited.append(index)
        return heights[index], f"fit {index}"

    for start in range(6):
        visited.clear()
        assert hill_climb(evaluate, 6, start) == (2, 3.0, "fit 2")
        assert len(visited) == len(set(visited))


def test_features_have_unit_scale_and_skip_bad_rows() -> None:
    data = make_dataset(samples=60, classes=3)
    spaces = [data.embedding.astype(np.float16), data.embedding[:, :5] * 1000.0]
    spaces[0][3, 2] = np.nan
    features = prepare(spaces)
    assert 3 not in features.rows and len(features.rows) == 59
    assert np.linalg.norm(features.matrix, axis=1).mean() == pytest.approx(8.0, rel=1e-5)
    scaled = prepare([spaces[0] * 1.0, spaces[1] * 0.01])
    assert np.abs(scaled.matrix) == pytest.approx(np.abs(features.matrix), abs=1e-2)


def test_principal_axes_keep_distances() -> None:
    # Fewer rows than dimensions takes the Gram route, more rows the covariance route.
    for samples in (20, 200):
        data = make_dataset(samples=samples, dimensions=40)
        features = prepare([data.embedding])
        plain = (data.embedding - data.embedding.mean(0)) / data.embedding.std(0)
        ours = np.linalg.norm(features.matrix[:, None] - features.matrix[None], axis=2)
        theirs = np.linalg.norm(plain[:, None] - plain[None], axis=2)
        ratio = ours[np.triu_indices(samples, 1)] / theirs[np.triu_indices(samples, 1)]
        assert ratio == pytest.approx(np.full(ratio.size, ratio[0]), rel=1e-3)


def test_constant_embeddings_are_seen() -> None:
    assert prepare([np.ones((50, 8), np.float16)]).constant
