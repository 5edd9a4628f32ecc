"""What accepting suggestions unseen would bring, said beforehand."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lnl_gui.session.figures.accepting import describe, outlook
from lnl_gui.session.session import Session
from lnl_gui.util.statistics.verdict_calibration import fit_verdicts
from tests.builders import add_detection, make_project


def test_the_expected_number_of_wrong_suggestions_is_counted_by_pair(tmp_path: Path) -> None:
    project = make_project(tmp_path / "animals.lnl")
    add_detection(project)
    with Session.open(project) as session:
        columns = session.columns
        count = len(columns.given)
        rows = np.flatnonzero((columns.suggested >= 0) & (columns.suggested != columns.given))
        posterior = np.full((count, 2), 0.5, np.float32)
        classes = np.stack([columns.suggested, columns.given], axis=1)
        posterior[rows[0]] = (0.25, 0.75)
        found = outlook(columns, rows, posterior=posterior, classes=classes)
        assert found.count == len(rows) > 2
        assert found.wrong.value == pytest.approx(0.5 * (len(rows) - 1) + 0.75)
        assert sum(pair.wrong for pair in found.pairs) <= found.wrong.value + 1e-9
        worst = found.pairs[0]
        same = (columns.given[rows] == worst.given) & (columns.suggested[rows] == worst.suggested)
        assert worst.count == same.sum()
        said = str(describe(found, session.class_name))
        assert f"of {len(rows):,} suggestions" in said and "→" in said
        # Without probabilities a suggestion is right at most as often as the label is wrong.
        plain = outlook(columns, rows, posterior=None, classes=None)
        assert plain.wrong.value == pytest.approx(
            float((1 - columns.suspicion[rows]).sum()), rel=1e-5
        )
        nothing = outlook(columns, rows[:0], posterior=None, classes=None)
        assert (nothing.count, nothing.pairs, str(describe(nothing, session.class_name))) == (
            0,
            (),
            "",
        )


def columns(
    given: list[int], suggested: list[int], suspicion: list[float], confidence: list[float]
) -> Any:
    """What is read of an open project."""
    return SimpleNamespace(
        given=np.array(given),
        suggested=np.array(suggested),
        suspicion=np.array(suspicion, np.float32),
        confidence=np.array(confidence, np.float32),
    )


def test_each_suggestion_is_wrong_as_often_as_what_is_known_of_it_says() -> None:
    nan = float("nan")
    found = columns(
        # A doubt, one without a score, a label that stays, one that came without, no suggestion.
        given=[0, 0, 1, -1, -1, 2],
        suggested=[1, 1, 1, 2, 2, -1],
        suspicion=[0.9, nan, 0.2, nan, nan, 0.8],
        confidence=[nan, nan, nan, 0.7, nan, nan],
    )
    told = outlook(found, np.arange(6), posterior=None, classes=None)
    # Where nothing is known all of it may be wrong.
    assert (told.count, told.wrong.value) == (5, pytest.approx(0.1 + 1.0 + 0.0 + 0.3 + 1.0))
    assert [(p.given, p.suggested, p.count) for p in told.pairs] == [(-1, 2, 2), (0, 1, 2)]
    assert [p.wrong for p in told.pairs] == pytest.approx([1.3, 1.1])
    posterior = np.array([[0.6, 0.3]] * 6, np.float32)
    classes = np.array([[1, 0]] * 3 + [[2, 0]] * 3)
    told = outlook(found, np.array([0, 3]), posterior=posterior, classes=classes)
    # What came without a label is judged by its confidence in any case.
    assert told.wrong.value == pytest.approx(0.4 + 0.3)
    assert told.pairs == ()
    one = outlook(found, np.array([0, 1]), posterior=posterior, classes=classes[:, ::-1])
    assert one.wrong.value == pytest.approx(2 * 0.7)
    # One of the two alone says nothing.
    assert outlook(
        found, np.array([0]), posterior=posterior, classes=None
    ).wrong.value == pytest.approx(0.1)


def test_the_three_pairs_with_most_wrong_suggestions_are_named() -> None:
    given = [0] * 3 + [1] * 8 + [2] * 5 + [3] * 2 + [-1] * 4
    suggested = [4] * 18 + [0] * 4
    suspicion = [0.5] * 11 + [0.1] * 5 + [0.8] * 2 + [0.0] * 4
    confidence = [0.0] * 18 + [0.25] * 4
    found = columns(given, suggested, suspicion, confidence)
    told = outlook(found, np.arange(22), posterior=None, classes=None)
    assert [(p.given, p.count) for p in told.pairs] == [(2, 5), (1, 8), (-1, 4)]
    assert [p.wrong for p in told.pairs] == pytest.approx([4.5, 4.0, 3.0])
    names = ("cat", "dog", "bird", "owl", "newt")
    said = str(describe(told, lambda label: names[label] if label >= 0 else ""))
    assert said == (
        "About 13 of 22 suggestions will be wrong, between 8 and 19 (95 %)."
        " Most of them: bird → newt (4 of 5),"
        " dog → newt (4 of 8), (no label) → cat (3 of 4)."
    )
    # Less than half of one is none to name.
    few = outlook(found, np.array([16]), posterior=None, classes=None)
    assert few.pairs == ()
    assert str(describe(few, str)) == "Up to 1 of 1 suggestions may be wrong (95 %)."
    half = outlook(found, np.array([0]), posterior=None, classes=None)
    assert [(p.given, p.wrong) for p in half.pairs] == [(0, 0.5)]


def test_certain_suggestions_are_not_promised_to_be_right() -> None:
    """No more can be known of others than of the labels that the probabilities rest on."""
    for labelled, high in ((100, 7), (1000, 3), (10, 65)):
        nan = float("nan")
        given, suggested = [0] * labelled + [-1] * 215, [-1] * labelled + [0] * 215
        confidence = [nan] * labelled + [1.0] * 215
        found = columns(given, suggested, [0.0] * labelled + [nan] * 215, confidence)
        told = outlook(found, np.arange(len(given)), posterior=None, classes=None)
        assert (told.count, told.wrong.value, told.wrong.low) == (215, 0.0, 0.0)
        said = str(describe(told, str))
        assert said == f"Up to {high} of 215 suggestions may be wrong (95 %)."


def test_the_number_of_wrong_suggestions_is_an_interval() -> None:
    generator = np.random.default_rng(0)
    nan = float("nan")
    covered = []
    for _ in range(200):
        confidence = generator.beta(8, 1, 300)
        found = columns(
            [0] * 300 + [-1] * 300,
            [-1] * 300 + [0] * 300,
            [0.0] * 300 + [nan] * 300,
            [nan] * 300 + confidence.tolist(),
        )
        told = outlook(found, np.arange(600), posterior=None, classes=None)
        wrong = (generator.random(300) > confidence).sum()
        covered.append(told.wrong.low <= wrong <= told.wrong.high)
    assert np.mean(covered) >= 0.93


def test_where_no_label_may_be_wrong_all_suggestions_may_be() -> None:
    """On a thousand right labels, 47 of them suspected at .8, all 47 suggestions are wrong."""
    found = columns([0] * 47, [1] * 47, [0.8] * 47, [float("nan")] * 47)
    rows = np.arange(47)
    posterior = np.full((47, 1), 0.8, np.float32)
    known = {"posterior": posterior, "classes": np.ones((47, 1), np.int64)}
    usual = outlook(found, rows, **known)
    assert usual.wrong.value == pytest.approx(9.4) and usual.wrong.high < 17
    open_ = outlook(found, rows, **known, relative_error=0.58)
    assert (open_.wrong.value, open_.wrong.low, open_.wrong.high) == (pytest.approx(9.4), 0.0, 47.0)
    # Verdicts say it better than the detection: twenty kept, and the rest is to be kept too.
    doubts = np.full(20, 0.8)
    kept, wrong = (
        fit_verdicts(doubts, np.full(20, each), doubts, relative_error=0.58)
        for each in (False, True)
    )
    told = outlook(found, rows, **known, relative_error=0.58, calibration=kept)
    assert told.wrong.value > 35
    told = outlook(found, rows, **known, relative_error=0.58, calibration=wrong)
    assert told.wrong.value < 9.4 and told.wrong.high < 17


def test_suggestions_for_labels_of_doubtful_names_may_all_be_wrong() -> None:
    """Two classes whose names are exchanged, or are not: what one reading calls right is wrong."""
    found = columns([0] * 20 + [1] * 10, [1] * 20 + [2] * 10, [0.95] * 30, [float("nan")] * 30)
    rows = np.arange(30)
    plain = outlook(found, rows, posterior=None, classes=None)
    named = outlook(found, rows, posterior=None, classes=None, perhaps_right=found.given == 0)
    assert plain.wrong.high < 10 and not plain.of_doubtful_names
    assert (named.wrong.value, named.wrong.low) == (plain.wrong.value, plain.wrong.low)
    assert 20 <= named.wrong.high <= 20 + plain.wrong.high and named.of_doubtful_names == 20
    assert "20 are for labels of classes whose names are in doubt" in str(describe(named, str))
    # Of a part of them alone no more than that part.
    part = outlook(found, rows[18:], posterior=None, classes=None, perhaps_right=found.given == 0)
    assert part.of_doubtful_names == 2 and 2 <= part.wrong.high < 8
