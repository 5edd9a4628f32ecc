"""Differences of samples in units, against enumeration and worlds of which all is known."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest

from lnl_gui.util.statistics.paired import (
    exact_sign_test,
    paired_difference,
    significant_difference,
)
from lnl_gui.util.statistics.paired_units import (
    LEAST_UNITS,
    Units,
    exact_unit_test,
    unit_difference,
)


def videos(count: int, frames: int, changed: np.ndarray) -> Units:
    """As many videos of as many frames each, of which these frames may have changed."""
    return Units(np.full(count, frames), changed // frames)


@pytest.mark.parametrize("seed", range(6))
def test_the_test_is_what_all_turns_of_signs_say(seed: int) -> None:
    sums = np.random.default_rng(seed).integers(-6, 9, 9)
    turned = [abs(int((sums * signs).sum())) for signs in product((1, -1), repeat=9)]
    expected = float(np.mean([each >= abs(int(sums.sum())) for each in turned]))
    assert exact_unit_test(sums) == pytest.approx(expected)
    assert exact_unit_test(-sums) == pytest.approx(expected)


def test_of_single_samples_it_is_mcnemars_with_the_score_interval() -> None:
    changes = np.array([1] * 12 + [-1] * 2 + [0] * 3)
    units = Units(np.ones(50, np.int64), np.arange(17))
    assert units.alone
    assert exact_unit_test(units.sums(changes)) == exact_sign_test(12, 2)
    assert exact_unit_test(changes) == pytest.approx(binomtest(2, 14).pvalue)
    assert unit_difference(changes, units) == significant_difference(12, 2, 50)
    assert exact_unit_test(np.zeros(4)) == 1


def test_below_six_units_nothing_is_ever_significant() -> None:
    assert exact_unit_test(np.arange(1, LEAST_UNITS)) > 0.05
    assert exact_unit_test(np.arange(1, LEAST_UNITS + 1)) < 0.05


def test_many_units_of_many_sizes_need_no_enumeration() -> None:
    generator = np.random.default_rng(0)
    sums = generator.integers(-40, 42, 3000)
    turned = (generator.choice((-1, 1), (4000, 3000)) * sums).sum(axis=1)
    expected = float((np.abs(turned) >= abs(int(sums.sum()))).mean())
    assert exact_unit_test(sums) == pytest.approx(expected, abs=0.03)
    assert exact_unit_test(np.abs(sums)) < 1e-12


def test_frames_of_videos_claim_what_the_videos_do() -> None:
    generator = np.random.default_rng(1)
    claimed, held, alone = 0, 0, 0
    runs, count, frames = 300, 15, 10
    for _ in range(runs):
        # A third of the videos goes either way, most of its frames together: no gain.
        kind = generator.choice((1, -1, 0), count, p=(0.25, 0.25, 0.5))
        frame = np.repeat(kind, frames) * (generator.random(count * frames) < 0.7)
        changed = np.flatnonzero(frame)
        found = unit_difference(frame[changed], videos(count, frames, changed))
        claimed += found.low > 0 or found.high < 0
        held += found.low <= 0 <= found.high
        alone += exact_sign_test(int((frame > 0).sum()), int((frame < 0).sum())) < 0.05
        assert found.value == pytest.approx(frame.mean())
    assert claimed / runs < 0.06 and held / runs > 0.94
    assert alone / runs > 0.3


def test_frames_that_all_say_the_same_are_no_more_than_their_videos() -> None:
    changed = np.arange(150)
    found = unit_difference(np.ones(150, np.int64), videos(15, 10, changed))
    of_videos = paired_difference(15, 0, 15)
    assert found.value == 1 and found.low < paired_difference(150, 0, 150).low
    assert found.low == pytest.approx(of_videos.low, abs=0.15)
    nothing = unit_difference(np.zeros(0, np.int64), videos(15, 10, changed[:0]))
    assert nothing.high > 3 * paired_difference(0, 0, 150).high
