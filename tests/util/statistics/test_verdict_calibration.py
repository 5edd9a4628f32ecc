"""Counts corrected by verdicts, on labels whose true state is known."""

import math

import numpy as np
import pytest

from lnl_gui.util.statistics.intervals import error_count
from lnl_gui.util.statistics.verdict_calibration import STRATA, VerdictCalibration, fit_verdicts

LABELS, VERDICTS = 800, 60


def logistic(odds: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-odds))


def drawn(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Suspicions of labels a fifth of which are wrong, and which are: the odds are off."""
    odds = np.where(random.random(LABELS) < 0.2, 2.5, -3.0) + random.normal(0, 1.2, LABELS)
    off = random.normal(0, 0.5) + np.where(odds > 0, random.normal(0, 0.7), random.normal(0, 0.7))
    return logistic(odds), random.random(LABELS) < logistic(odds + off)


def most_suspect(suspicion: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.argsort(-suspicion)[:VERDICTS]


def audited(suspicion: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return random.choice(np.flatnonzero(suspicion < 0.5), VERDICTS, replace=False)


def both(suspicion: np.ndarray, random: np.random.Generator) -> np.ndarray:
    half = VERDICTS // 2
    return np.concatenate([c(suspicion, random)[:half] for c in (most_suspect, audited)])


@pytest.mark.parametrize("choose", [most_suspect, audited, both])
def test_the_count_of_what_is_left_covers_after_sixty_verdicts(choose: object) -> None:
    random = np.random.default_rng(11)
    covered, distances = 0, []
    for _ in range(120):
        suspicion, wrong = drawn(random)
        rows = choose(suspicion, random)  # type: ignore[operator]
        rest = np.setdiff1d(np.arange(LABELS), rows)
        found = fit_verdicts(suspicion[rows], wrong[rows], suspicion[rest], relative_error=0.2)
        left, s = int(wrong[rest].sum()), suspicion[rest]
        count = found.count(s)
        before = error_count(s.sum(), (s * (1 - s)).sum(), len(s), relative_error=0.2)
        covered += count.low <= left <= count.high
        distances.append((abs(count.value - left), abs(before.value - left)))
    assert covered >= 0.9 * 120
    assert np.mean(distances, axis=0)[0] < np.mean(distances, axis=0)[1]


def fitted(wrong: bool, suspicion: float = 0.9) -> VerdictCalibration:
    rest = np.full(100, suspicion)
    return fit_verdicts(np.full(40, suspicion), np.full(40, wrong), rest, relative_error=0.12)


def test_verdicts_that_contradict_bring_the_count_down() -> None:
    kept, changed = (fitted(wrong).count(np.full(100, 0.9)) for wrong in (False, True))
    assert kept.high < 40 and changed.low > 80
    assert kept.low <= kept.value <= kept.high


def test_what_is_far_from_the_verdicts_moves_less_than_what_is_near() -> None:
    shift = fitted(False).shift
    near, far = np.digitize((0.9, 0.02), STRATA)
    assert shift[near] < 1.5 * shift[far] < 0


def test_nothing_is_said_of_what_has_no_suspicion() -> None:
    found = fitted(True)
    suspicion = np.array([0.2, np.nan])
    assert np.isnan(found.corrected(suspicion)).tolist() == [False, True]
    assert found.count(suspicion).high <= 1
    assert found.count(np.array([])).value == 0.0


def test_the_expected_number_is_the_sum_of_the_corrected_ones() -> None:
    suspicion = np.random.default_rng(0).random(500)
    found = fitted(True)
    assert found.count(suspicion).value == pytest.approx(found.corrected(suspicion).sum())


def clean_looking_noisy(verdicts: int, wrong: int, suspicion: float) -> VerdictCalibration:
    """Of a detection whose interval reaches down to none, with 30 labels that it is sure of."""
    told = np.zeros(verdicts, bool)
    told[:wrong] = True
    rest = np.r_[np.full(30, 0.98), np.full(900, 0.004)]
    return fit_verdicts(np.full(verdicts, suspicion), told, rest, relative_error=0.58)


def test_that_no_label_is_wrong_stays_open_until_a_verdict_says_otherwise() -> None:
    sure = np.full(30, 0.98)
    # An audit of what looks right tells nothing of what looks wrong.
    audit = clean_looking_noisy(200, 0, 0.004)
    assert audit.none_wrong >= 0.025
    assert audit.count(sure).low == 0.0 and audit.count(sure).high > 25
    found = clean_looking_noisy(5, 5, 0.98)
    assert found.none_wrong < 1e-6 and found.count(sure).low > 15
    kept = clean_looking_noisy(5, 0, 0.98)
    assert kept.none_wrong > 0.5 and kept.count(sure).value < 15


def test_the_weight_that_none_is_wrong_is_the_one_of_bayes() -> None:
    """One verdict, with the shifts integrated by hand over their prior."""
    rest, r = np.full(200, 0.3), 0.6
    found = fit_verdicts(np.array([0.3]), np.array([False]), rest, relative_error=r)
    deviation = np.hypot(r * 0.3 / (0.3 * 0.7), 1.0)
    shifts = np.linspace(-8, 8, 4001) * deviation
    density = np.exp(-0.5 * (shifts / deviation) ** 2)
    kept = 1.0 - 1.0 / (1.0 + np.exp(-(np.log(0.3 / 0.7) + shifts)))
    shifted = (kept * density).sum() / density.sum()
    before = 0.5 * (1.0 + math.erf(-1.0 / r / math.sqrt(2.0)))
    likely = before / (before + (1.0 - before) * shifted)
    assert found.none_wrong == pytest.approx(likely, rel=0.1)


@pytest.mark.filterwarnings("error")
def test_thousands_of_verdicts_settle_whether_any_label_is_wrong() -> None:
    suspicion, rest = np.full(3000, 0.9), np.full(100, 0.9)
    found = fit_verdicts(suspicion, np.arange(3000) % 10 > 0, rest, relative_error=1.0)
    assert found.none_wrong < 1e-9


def test_verdicts_on_the_most_suspect_leave_open_what_looks_right() -> None:
    rest = np.full(600, 0.004)
    top, low = np.full(40, 0.99), np.full(200, 0.004)

    def after(judged: np.ndarray, wrong: bool) -> VerdictCalibration:
        return fit_verdicts(judged, np.full(len(judged), wrong), rest, relative_error=0.5)

    # None of them is as little suspect as the rest; two hundred that were drawn from it are.
    above, drawn_ones = after(top, True).hidden(60.0, rest), after(low, False).hidden(60.0, rest)
    assert 10.0 < above < 60.0 and drawn_ones < above / 4
    # Each finds one wrong label in as many as there are: of 200 none, of 600 at most some.
    assert drawn_ones == pytest.approx(600 / 200)
    assert after(top, True).hidden(0.0, rest) == 0.0 == after(top, True).hidden(9.0, rest[:0])
