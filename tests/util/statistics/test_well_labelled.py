"""The largest set whose share of wrong labels is bounded."""

import numpy as np
import pytest

from lnl_gui.util.statistics.intervals import clopper_pearson
from lnl_gui.util.statistics.well_labelled import (
    WellLabelled,
    upper_bound,
    well_labelled,
    with_audit,
)


@pytest.mark.parametrize("level", [0.01, 0.03])
def test_calibrated_suspicions_keep_the_bound(level: float) -> None:
    """Labels drawn by their suspicions: the true share lies below the bound nearly always."""
    generator = np.random.default_rng(0)
    within, size = [], 0.0
    for _ in range(200):
        suspicion = generator.beta(0.05, 1.5, 1500)
        wrong = generator.random(1500) < suspicion
        found = well_labelled(suspicion, level=level)
        assert found.bound <= level
        within.append(wrong[found.chosen].mean() <= found.bound)
        size += found.chosen.mean() / 200
    assert np.mean(within) >= 0.95 and size > 0.5


def test_labels_that_are_wrong_together_need_a_larger_set() -> None:
    """Of videos of twenty frames each as a whole is drawn right or wrong."""
    generator = np.random.default_rng(3)
    broken, alone = [], []
    for _ in range(400):
        video = np.full(150, 0.003)
        wrong = np.repeat(generator.random(150) < video, 20)
        suspicion = np.repeat(video, 20)
        for found, each in (
            (well_labelled(suspicion, together=20.0), broken),
            (well_labelled(suspicion), alone),
        ):
            each.append(found.chosen.any() and wrong[found.chosen].mean() > found.bound)
    assert np.mean(broken) <= 0.05 < np.mean(alone)
    # A single mistake is one about twenty labels.
    assert not well_labelled(np.zeros(2000), together=20.0).chosen.any()
    assert well_labelled(np.zeros(20_000), together=20.0).chosen.all()


def test_it_is_the_least_suspect_part_and_as_large_as_it_can_be() -> None:
    suspicion = np.append(np.random.default_rng(1).beta(0.1, 2.0, 3000), [np.nan, np.nan])
    found = well_labelled(suspicion, level=0.02)
    inside, outside = suspicion[found.chosen], suspicion[:3000][~found.chosen[:3000]]
    assert inside.max() <= outside.min() and not found.chosen[3000:].any()
    more = np.sort(np.append(inside, outside.min()))
    bound = upper_bound(
        np.array([more.mean()]), np.array([(more * (1 - more)).sum()]), np.array([len(more)])
    )
    assert bound[0] > 0.02
    assert found.expected == pytest.approx(inside.mean())


def test_labels_in_doubt_lie_where_the_model_is_least_sure() -> None:
    suspicion = np.random.default_rng(2).beta(0.1, 8.0, 3000)
    sizes = []
    for doubt in (0.0, 10.0, 40.0, 2000.0):
        found = well_labelled(suspicion, doubt=doubt)
        sizes.append(int(found.chosen.sum()))
        if found.chosen.any():
            rest = suspicion[~found.chosen]
            assert suspicion[found.chosen].max() <= rest.min()
    assert sizes[0] > sizes[1] > sizes[2] > 0 == sizes[3]
    # The whole has as many as it is said to: where all stay, the expected share shows it.
    whole = well_labelled(suspicion, level=0.9, doubt=25.0)
    assert whole.chosen.all()
    assert whole.expected * 3000 == pytest.approx(suspicion.sum() + 25.0, rel=1e-3)
    # Sure is not certain: a suspicion of 0 is a float's.
    assert not well_labelled(np.zeros(2000), doubt=60.0).chosen.any()


def test_few_samples_bound_nothing() -> None:
    # One wrong label in a hundred is 1 % already.
    assert not well_labelled(np.zeros(100)).chosen.any()
    assert well_labelled(np.zeros(2000)).chosen.all()
    assert well_labelled(np.full(4, np.nan)) is not None
    assert well_labelled(np.full(4, np.nan)).bound == 1.0


def test_an_audit_tightens_the_bound_or_refutes_it() -> None:
    chosen = np.ones(1000, bool)
    found = WellLabelled(chosen, 0.01, 0.002)
    assert with_audit(found, wrong=0, judged=0) is found
    few = with_audit(found, wrong=0, judged=20)
    assert few.bound == 0.01 and few.audited == 20
    many = with_audit(found, wrong=0, judged=600)
    assert many.bound == clopper_pearson(0, 600, confidence=0.9).high < 0.01
    refuted = with_audit(found, wrong=30, judged=600)
    assert refuted.bound == clopper_pearson(30, 600, confidence=0.9).high > 0.05
