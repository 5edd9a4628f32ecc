import numpy as np
import pytest

from lnl_gui.detect.consensus.explanation import Explanation, explain_sample
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.mixture import Mixture

NAMES = ["cat", "dog", "owl"]


def detectors() -> list[DetectorResult]:
    rising = np.linspace(0, 1, 100, dtype=np.float32)
    first = DetectorResult("neighbours", rising, np.full(100, 1, np.int32))
    second = DetectorResult("turtle", 1 - rising, np.full(100, -1, np.int32))
    score = rising.copy()
    score[99] = np.nan
    return [second, DetectorResult("blind", score, np.zeros(100, np.int32)), first]


def explained(row: int = 99, **changes: object) -> Explanation:
    arguments: dict = {
        "class_names": NAMES,
        "suspicion": np.full(100, 0.93, np.float32),
        "suggested_label": np.full(100, 1, np.int32),
        "detectors": detectors(),
        "titles": {"neighbours": "Nearest neighbours"},
    }
    return explain_sample(row, np.zeros(100, np.int32), **{**arguments, **changes})


def test_says_who_votes_what_and_how_strongly() -> None:
    explanation = explained()
    assert str(explanation.headline) == (
        'The label "cat" is wrong with a probability of about 93 %; "dog" is likelier.'
    )
    assert [each.detector for each in explanation.by_detector] == [
        "neighbours",
        "turtle",
        "blind",
    ]
    neighbours, turtle, blind = explanation.by_detector
    assert neighbours.rank == pytest.approx(0.99) and str(neighbours.strength) == "very strong"
    assert str(neighbours.sentence) == (
        'Nearest neighbours says "dog" and suspects it more than 99.0 % of the samples '
        "(very strong evidence)."
    )
    assert str(turtle.strength) == "weak" and "proposes no class" in str(turtle.sentence)
    assert str(blind.sentence) == "blind could not judge this sample." and np.isnan(blind.rank)


def test_headline_without_a_suggestion_or_a_judgement() -> None:
    assert str(explained(suggested_label=np.zeros(100, np.int32)).headline).endswith(
        "no other class is likelier."
    )
    assert "could not be judged" in str(explained(suspicion=np.full(100, np.nan)).headline)


def test_neighbours_that_spoke() -> None:
    neighbours = np.full((100, 4), -1, np.int32)
    neighbours[7] = [3, 50, 60, -1]
    similarity = np.zeros((100, 4), np.float32)
    similarity[7] = [0.9, 0.8, 0.7, 0]
    given = np.zeros(100, np.int32)
    given[[50, 60]] = 2
    explanation = explain_sample(
        7,
        given,
        class_names=NAMES,
        suspicion=np.full(100, 0.2),
        suggested_label=np.zeros(100, np.int32),
        detectors=[],
        neighbours=neighbours,
        neighbour_similarity=similarity,
    )
    assert [(n.row, n.label) for n in explanation.neighbours] == [(3, 0), (50, 2), (60, 2)]
    assert str(explanation.neighbour_sentence) == (
        'Of the 3 most similar images, the labels say 2 "owl", 1 "cat".'
    )
    assert len(explanation.lines()) == 2


def test_labels_of_copies() -> None:
    given, copies = np.zeros(100, np.int32), np.full(100, -1, np.int32)
    copies[[7, 50, 60, 70]], given[[50, 60]] = 3, 2
    copies[[8, 9]] = 4
    told = {"class_names": NAMES, "suspicion": np.full(100, 0.2), "detectors": []}
    told |= {"suggested_label": np.zeros(100, np.int32), "copies": copies}
    found = explain_sample(7, given, **told)
    assert str(found.copies_sentence) == (
        'The labels of other copies of this image say 2 "owl", 1 "cat".'
    )
    assert str(found.lines()[1]) == str(found.copies_sentence)
    assert not explain_sample(0, given, **told).copies_sentence


def test_place_in_the_mixture() -> None:
    mixture = Mixture(
        weight=np.full((3, 2), 0.5),
        mean=np.array([[0.1, 2.0], [0.2, 3.0], [0.0, 1.0]]),
        deviation=np.full((3, 2), 0.3),
        pooled=np.array([False, True, False]),
    )
    loss = np.full(100, 1.9, np.float32)
    loss[3] = 0.1
    hard = explained(99, loss=loss, mixture=mixture).mixture_sentence
    assert str(hard) == (
        'Its loss of 1.90 belongs to the hard group of "cat" with a probability of 100 % '
        "(centres 0.10 and 2.00)."
    )
    assert "easy group" in str(explained(3, loss=loss, mixture=mixture).mixture_sentence)
    assert not explained(3).mixture_sentence
