import numpy as np
import torch

from lnl_gui.detect.probes.cross_fitting import Probes, train_probes
from lnl_gui.detect.probes.discriminant import cross_fitted_discriminant, nested_discriminant
from lnl_gui.detect.probes.nested_folds import (
    can_nest,
    every_log_score,
    own_scores,
    pair_exclusions,
    pair_log_scores,
)
from lnl_gui.detect.probes.robust_loss import cross_entropy

FOLDS = torch.arange(60) % 4
FEATURES = torch.randn(60, 5, generator=torch.Generator().manual_seed(0))
LABELS = torch.randint(0, 3, (60,), generator=torch.Generator().manual_seed(1))


def trained(labels: torch.Tensor) -> torch.Tensor:
    excluded = pair_exclusions(4)
    *_, probes = train_probes(
        FEATURES,
        labels,
        cross_entropy,
        classes=3,
        folds=FOLDS,
        excluded=excluded,
        probes=excluded.shape[1],
        seed=0,
    )
    return pair_log_scores(FEATURES, FOLDS, probes, 4)


def test_each_pair_of_folds_has_a_probe_that_saw_neither() -> None:
    excluded = pair_exclusions(4)
    assert excluded.shape == (4, 6)
    assert excluded.sum(0).tolist() == [2] * 6 and excluded.sum(1).tolist() == [3] * 4
    assert len({tuple(column.tolist()) for column in excluded.T}) == 6


def test_a_nested_score_knows_no_label_of_its_two_folds() -> None:
    before = trained(LABELS)
    inside = FOLDS == 1
    after = trained(torch.where(inside, (LABELS + 1) % 3, LABELS))
    moved = (before - after).abs().amax(2) > 1e-4
    # Of every sample what is known without fold 1, and what fold 1's own samples get.
    assert not moved[:, 1].any() and not moved[inside].any()
    assert moved[~inside][:, [0, 2, 3]].float().mean() > 0.5


def test_the_own_score_is_the_mean_of_those_without_the_own_fold() -> None:
    nested = trained(LABELS)
    own = own_scores(nested, FOLDS)
    others = [nested[i, [f for f in range(4) if f != FOLDS[i]]].mean(0) for i in range(60)]
    torch.testing.assert_close(own, torch.stack(others))


def test_every_probe_scores_every_sample() -> None:
    weight = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(2))
    probes = Probes(weight, torch.zeros(2, 3))
    wanted = torch.stack([torch.log_softmax(FEATURES @ weight[k].T, 1) for k in range(2)], 1)
    torch.testing.assert_close(every_log_score(FEATURES, probes), wanted)


def test_equal_targets_in_all_folds_give_the_plain_discriminant() -> None:
    targets = torch.softmax(torch.randn(60, 3, generator=torch.Generator().manual_seed(3)), 1)
    for weights in (None, torch.linspace(0.2, 1.0, 60)):
        nested = nested_discriminant(
            FEATURES, targets.unsqueeze(1).repeat(1, 4, 1), FOLDS, sample_weights=weights
        )
        plain = cross_fitted_discriminant(
            FEATURES, targets, FOLDS, number_of_folds=4, sample_weights=weights
        )
        np.testing.assert_allclose(own_scores(nested, FOLDS), plain, atol=2e-4)


def test_a_target_reaches_only_the_folds_it_is_for() -> None:
    targets = torch.softmax(torch.randn(60, 4, 3, generator=torch.Generator().manual_seed(4)), 2)
    kept = targets.clone()
    before = nested_discriminant(FEATURES, targets, FOLDS)
    targets[:, 2] = targets[:, 2].flip(1)
    after = nested_discriminant(FEATURES, targets, FOLDS)
    moved = (before - after).abs().amax((0, 2)) > 1e-3
    assert moved.tolist() == [False, False, True, False]
    assert not torch.equal(kept, targets)


def test_two_folds_cannot_be_nested() -> None:
    assert not can_nest(100, 2, 3) and can_nest(100, 3, 3)
    assert not can_nest(10_000_000, 5, 10)
