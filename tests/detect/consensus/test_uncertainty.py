import numpy as np
import pytest

from lnl_gui.detect.consensus.uncertainty import (
    class_rates,
    expected_errors,
    group_size,
    grouped_error,
    rate_interval,
    total_relative_error,
    with_none_possible,
)


def test_interval_covers_drawn_rates_even_when_the_model_is_off() -> None:
    generator = np.random.default_rng(0)
    hits = 0
    for _ in range(300):
        s = generator.beta(0.3, 1.0, 400)
        # The model misses the number of errors by 12 % one standard error.
        truth = np.clip(s * (1.0 + 0.12 * generator.standard_normal()), 0.0, 1.0)
        rate = float((generator.random(400) < truth).mean())
        low, high = rate_interval(s)
        hits += low <= rate <= high
    assert hits / 300 >= 0.93


def test_interval_narrows_with_more_samples_but_not_to_nothing() -> None:
    s = np.full(100, 0.2)
    few, many = rate_interval(s), rate_interval(np.full(1_000_000, 0.2))
    assert few[1] - few[0] > many[1] - many[0] > 0.05
    assert few[0] < 0.2 < few[1]


def test_nothing_suspect_still_has_an_upper_end() -> None:
    low, high = rate_interval(np.zeros(1000))
    assert low == 0.0 and 0.005 < high < 0.02
    assert rate_interval(np.array([])) == (0.0, 1.0)


def test_rates_by_class_are_the_means() -> None:
    s = np.array([0.1, 0.3, 0.9, 0.5])
    given = np.array([0, 0, 2, 2])
    rate, interval = class_rates(s, given, number_of_classes=4)
    assert rate[[0, 2]] == pytest.approx([0.2, 0.7])
    assert np.isnan(rate[[1, 3]]).all() and np.isnan(interval[[1, 3]]).all()
    assert np.all(interval[[0, 2], 0] <= rate[[0, 2]])
    assert np.all(interval[[0, 2], 1] >= rate[[0, 2]])
    assert interval.shape == (4, 2)


def test_expected_errors_cover_drawn_counts() -> None:
    generator = np.random.default_rng(3)
    s = generator.beta(0.6, 1.4, 400)
    found = expected_errors(s, relative_error=0.0)
    truth = (generator.random((3000, 400)) < s).sum(axis=1)
    assert found.value == pytest.approx(truth.mean(), rel=0.01)
    assert 0.94 <= np.mean((truth >= found.low) & (truth <= found.high)) <= 0.965


def test_the_error_of_the_model_is_part_of_the_expected_errors() -> None:
    generator = np.random.default_rng(4)
    s = generator.beta(0.6, 1.4, 400)
    factor = generator.normal(1.0, 0.12, 3000)
    truth = (generator.random((3000, 400)) < s * factor[:, None]).sum(axis=1)
    sure, wide = expected_errors(s, relative_error=0.0), expected_errors(s)
    assert np.mean((truth >= sure.low) & (truth <= sure.high)) < 0.93
    assert 0.94 <= np.mean((truth >= wide.low) & (truth <= wide.high)) <= 0.965


def test_samples_without_a_suspicion_are_no_expected_errors() -> None:
    s = np.array([0.25, np.nan, 0.5, np.inf])
    found = expected_errors(s, relative_error=0.0)
    assert found.value == pytest.approx(0.75)
    assert found.high == 2.0
    assert expected_errors(np.array([])).value == 0.0


def test_labels_given_together_are_wrong_together() -> None:
    together = np.array([0, 0, 0, 1, 2])
    suspicion = np.array([0.5, 0.5, 0.5, 0.2, 0.0])
    # Three deviations of one half add; those of others are counted elsewhere.
    assert grouped_error(suspicion, together) == pytest.approx(np.sqrt(1.5**2 - 3 * 0.25) / 5)
    assert grouped_error(suspicion, np.arange(5)) == 0.0 == grouped_error(np.array([]), together)
    assert (group_size(together), group_size(together[:0])) == (pytest.approx(5 / 3), 1.0)


def test_the_interval_covers_the_wrong_labels_of_whole_videos() -> None:
    generator = np.random.default_rng(1)
    hits = {True: 0, False: 0}
    together = np.repeat(np.arange(80), 12)
    for _ in range(300):
        video = generator.beta(0.3, 1.5, 80)
        wrong = int((generator.random(80) < video).sum()) * 12
        suspicion = np.repeat(video, 12)
        for known in hits:
            extra = grouped_error(suspicion, together) if known else 0.0
            error = total_relative_error(float(suspicion.mean()), extra)
            found = expected_errors(suspicion, relative_error=error)
            hits[known] += found.low <= wrong <= found.high
    assert hits[True] / 300 >= 0.95 and hits[False] / 300 < 0.9


@pytest.mark.parametrize(
    ("error", "begins"),
    [(0.12, 0.765), (0.2, 0.608), (0.225, (1 - 1.96 * 0.225) / 2), (0.25, 0.0), (0.4, 0.0)],
)
def test_a_lower_end_that_does_not_hold_is_none(error: float, begins: float) -> None:
    """As a share of the rate; halfway between where it holds and where it tells nothing, a half."""
    suspicion = np.full(100_000, 0.3)
    low, _ = rate_interval(suspicion, relative_error=with_none_possible(error))
    assert low / 0.3 == pytest.approx(begins, abs=0.01)
    # What is wider still stays as it is.
    assert with_none_possible(0.8) == 0.8


def test_the_lower_end_holds_that_labels_of_doubtful_names_are_right() -> None:
    suspicion = np.array([0.9, 0.8, 0.9, 0.7] + 96 * [0.1])
    given = np.array([0, 0, 1, 1] + 96 * [2])
    doubtful = np.arange(100) < 2
    before, now = expected_errors(suspicion), expected_errors(suspicion, perhaps_right=doubtful)
    assert (now.value, now.high) == (before.value, before.high)
    assert now.low == pytest.approx(before.low - 1.7)
    low, high = rate_interval(suspicion, perhaps_right=doubtful)
    assert (low, high) == pytest.approx((now.low / 100, now.high / 100))
    _, plain = class_rates(suspicion, given, number_of_classes=3)
    _, interval = class_rates(suspicion, given, number_of_classes=3, perhaps_right=doubtful)
    assert interval[0].tolist() == [0.0, plain[0, 1]] and plain[0, 0] > 0.0
    np.testing.assert_array_equal(interval[1:], plain[1:])
    # No number of wrong labels is below none, and what has no suspicion counts for nothing.
    assert expected_errors(suspicion, perhaps_right=np.ones(100, bool)).low == 0.0
    suspicion[0] = np.nan
    assert expected_errors(suspicion, perhaps_right=doubtful).low == pytest.approx(
        expected_errors(suspicion).low - 0.8
    )
