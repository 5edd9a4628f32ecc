"""Intervals, thresholds and issues at given numbers, against formulas written out."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.consensus.uncertainty import class_rates, expected_errors, rate_interval
from lnl_gui.detect.inputs import check_inputs, unit_rows, usable_rows
from lnl_gui.detect.issues.image_quality import find_image_issues
from lnl_gui.detect.issues.outliers import find_outliers
from lnl_gui.detect.probes.hill_climbing import hill_climb
from lnl_gui.util.errors import UserError


def half_width(s: np.ndarray, confidence: float, *, others: float = 0.0) -> float:
    """Reach of the interval of a mean suspicion: its draw, `others`, and the model's error."""
    rate = s.mean()
    sampling = ((s * (1 - s)).mean() + others) / s.size
    model = (0.12 * rate) ** 2 + 0.005**2
    return float(stats.norm.ppf(0.5 + confidence / 2) * np.sqrt(sampling + model))


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_a_rates_interval_is_sampling_and_model_error(confidence: float) -> None:
    s = np.random.default_rng(0).beta(2.0, 3.0, 50)
    low, high = rate_interval(s, confidence=confidence)
    reach = half_width(s, confidence)
    assert (low, high) == pytest.approx((s.mean() - reach, s.mean() + reach), abs=1e-6)
    number = expected_errors(s, confidence=confidence)
    assert (low, high) == pytest.approx((number.low / 50, number.high / 50), abs=1e-12)
    given = np.repeat([0, 2], [20, 30])
    rate, interval = class_rates(s, given, number_of_classes=3, confidence=confidence)
    for label in (0, 2):
        own = s[given == label]
        # In one class more is open than in all.
        reach = half_width(own, confidence, others=own.mean() * (1 - own.mean()))
        assert rate[label] == pytest.approx(own.mean())
        assert interval[label] == pytest.approx([own.mean() - reach, own.mean() + reach], abs=1e-6)


def test_intervals_end_where_rates_do() -> None:
    s = np.array([0.001, 0.999])
    assert rate_interval(s[:1])[0] == 0.0 and rate_interval(s[1:])[1] == 1.0
    _, interval = class_rates(s, np.array([0, 1]), number_of_classes=2)
    assert interval[0, 0] == 0.0 and interval[1, 1] == 1.0


def test_expected_errors_by_hand() -> None:
    s = np.array([0.2, 0.5, np.nan, 0.9], np.float32)
    found = expected_errors(s, relative_error=0.1, confidence=0.5)
    deviation = np.sqrt(0.16 + 0.25 + 0.09 + (0.1 * 1.6) ** 2 + 0.015**2)
    reach = stats.norm.ppf(0.75) * deviation
    assert (found.value, found.low, found.high) == pytest.approx(
        (1.6, 1.6 - reach, 1.6 + reach), abs=1e-6
    )


@pytest.mark.parametrize("emphasis", [-2.0, -1.0, -0.5, 0.0, 0.3, 1.0, 7.0])
def test_the_threshold_maximises_expected_f_beta(emphasis: float) -> None:
    s = np.random.default_rng(3).beta(0.4, 1.2, 300)
    beta = 4.0 ** min(max(emphasis, -1.0), 1.0)

    def quality(cut: float) -> float:
        flagged = s >= cut
        return (1 + beta**2) * s[flagged].sum() / (flagged.sum() + beta**2 * s.sum())

    found = expected_f_threshold(np.append(s, np.nan), emphasis=emphasis)
    best = max(s, key=quality)
    assert found == pytest.approx(max(0.05, best))


def test_units_and_usable_rows() -> None:
    generator = np.random.default_rng(1)
    one, two = generator.normal(size=(5, 3)), generator.normal(size=(5, 2)).astype(np.float16)
    one[3] = 0.0
    found = unit_rows([one, two])
    assert found.dtype == np.float32 and found.shape == (5, 5)
    for row in (0, 1, 2, 4):
        for other in (0, 1, 2, 4):
            cosines = [
                float(space[row] @ space[other])
                / float(np.linalg.norm(space[row]) * np.linalg.norm(space[other]))
                for space in (one, two.astype(np.float64))
            ]
            assert float(found[row] @ found[other]) == pytest.approx(np.mean(cosines), abs=1e-5)
    assert not found[3, :3].any() and np.linalg.norm(found[3]) == pytest.approx(np.sqrt(0.5))
    np.testing.assert_allclose(unit_rows([one], np.array([4, 0])), unit_rows([one])[[4, 0]])
    many = np.zeros((20_000, 2), np.float16)
    edges = [0, 1023, 1024, 19_999]
    many[edges, [0, 1, 0, 1]] = np.nan
    other = np.zeros((20_000, 1))
    other[7] = np.inf
    assert np.flatnonzero(~usable_rows([many, other])).tolist() == sorted([*edges, 7])


def test_a_float16_is_finite_where_numpy_says_so() -> None:
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    beside = np.column_stack([np.full_like(every, -1.0), every])
    for space in (every[:, None], beside, np.asfortranarray(beside), beside[::-1][::-1]):
        assert usable_rows([space]).tolist() == np.isfinite(every.astype(np.float32)).tolist()


def test_what_cannot_be_judged_is_said() -> None:
    space, labels = np.ones((3, 2)), np.array([0, -1, 1])
    assert check_inputs([space], labels, 2).tolist() == [True, False, True]
    wrong = [
        ([], labels, 2),
        ([space], labels, 0),
        ([space, space[:2]], labels, 2),
        ([space], labels, 1),
        ([space], np.full(3, -1), 2),
        ([np.full((3, 2), np.nan)], labels, 2),
    ]
    for embeddings, given, classes in wrong:
        with pytest.raises(UserError):
            check_inputs(embeddings, given, classes)
    # One class is enough.
    assert check_inputs([space], np.zeros(3, int), 1).all()


def test_outliers_are_measured_in_robust_deviations_of_the_log_distance() -> None:
    generator = np.random.default_rng(2)
    similarity = np.sort(generator.uniform(0.5, 0.95, (40, 3)), axis=1)[:, ::-1].astype(np.float32)
    similarity[4, 1:] = 0
    similarity[9] = 0
    similarity[11] = 1.0
    found = find_outliers(similarity).score
    last = similarity[:, 2].astype(np.float64)
    last[4] = similarity[4, 0]
    log_distance = np.log(np.maximum(1 - last, 1e-6))
    log_distance[9] = np.nan
    known = log_distance[np.isfinite(log_distance)]
    middle = np.median(known)
    spread = stats.median_abs_deviation(known, scale="normal")
    np.testing.assert_allclose(found, expit((log_distance - middle) / spread - 3.5), rtol=1e-3)
    assert np.isnan(find_outliers(similarity[:, :0]).score).all()


def test_image_issues_by_hand() -> None:
    facts = {
        "width": np.array([100, 200, 100, 0, 100]),
        "height": np.array([100, 50, 400, 0, 100]),
        "brightness_low": np.array([0.1, 0.2, 0.97, 0.0, 0.3]),
        "brightness_high": np.array([0.9, 0.1, 0.99, 0.0, 0.8]),
        "contrast": np.array([0.2, 0.2, 0.2, 0.0, 0.001]),
        "entropy": np.array([0.9, 0.8, 0.7, 0.0, 0.05]),
        "sharpness": np.array([0.01, 0.001, 0.0001, 0.0, 0.0]),
        "truncated": np.array([False, True, False, False, False]),
    }
    scores = {found.name: found.score for found in find_image_issues(facts)}
    expected = {
        "dark": [0.1, 0.9, 0.01, np.nan, 0.2],
        "bright": [0.1, 0.2, 0.97, np.nan, 0.3],
        "blurry": [1 / 11, 0.5, 10 / 11, np.nan, 0.0],
        "low_information": [0.1, 0.2, 0.3, np.nan, 0.95],
        "odd_size": [0.0, 0.0, 0.5, np.nan, 0.0],
        "odd_aspect_ratio": [0.0, 0.75, 0.75, np.nan, 0.0],
        "truncated": [0.0, 1.0, 0.0, np.nan, 0.0],
    }
    assert list(scores) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(scores[name], values, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("start", [-5, 0, 2, 4, 99])
def test_climbing_evaluates_no_place_twice_and_stops_behind_the_top(start: int) -> None:
    heights = [1.0, 3.0, 3.0, 5.0, 2.0]
    asked: list[int] = []

    def evaluate(index: int) -> tuple[float, str]:
        asked.append(index)
        return heights[index], f"fit {index}"

    assert hill_climb(evaluate, 5, start) == (3, 5.0, "fit 3")
    assert len(asked) == len(set(asked))
    assert hill_climb(lambda index: (-index, index), 5, 0) == (0, 0, 0)
    assert hill_climb(lambda index: (0.0, index), 1, 0)[0] == 0
