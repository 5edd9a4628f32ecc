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


@pytest.mark.parametrize(
    ("suggested", "confidence", "said"),
    [
        (1, 0.876, 'It has no label; "dog" is suggested, with a probability of about 88 %.'),
        (0, 0.4, 'It has no label; "cat" is suggested, with a probability of about 40 %.'),
        # A person's label has no probability.
        (2, np.nan, 'It came without a label; a person called it "owl".'),
        (0, np.nan, 'It came without a label; a person called it "cat".'),
        (-1, np.nan, "It has no label, and none can be suggested."),
        (-1, 0.9, "It has no label, and none can be suggested."),
        (1, None, "It has no label, and none can be suggested."),
        (-1, None, "It has no label, and none can be suggested."),
    ],
)
def test_headline_of_a_sample_without_a_label(
    suggested: int, confidence: float | None, said: str
) -> None:
    given, all_suggested = np.zeros(100, np.int32), np.full(100, 2, np.int32)
    given[7], all_suggested[7] = -1, suggested
    known = None
    if confidence is not None:
        known = np.full(100, 0.111)
        known[7] = confidence
    found = explain_sample(
        7,
        given,
        class_names=NAMES,
        suspicion=np.full(100, np.nan),
        suggested_label=all_suggested,
        detectors=detectors(),
        confidence=known,
    )
    assert str(found.headline) == said
    # Detectors judge labels, and the loss is that of a label.
    assert found.by_detector == [] and found.lines() == [found.headline]


def test_headline_of_an_image_of_no_class() -> None:
    off_topic = np.arange(100) == 7
    suspicion = np.full(100, 0.93)
    suspicion[7] = 0.416
    told = {"suspicion": suspicion, "off_topic": off_topic}
    assert str(explained(7, **told).headline) == (
        "The image lies unusually far from all classes; if it is of none of them, set it aside. Its"
        " label alone is wrong with a probability of about 42 %."
    )
    assert "is likelier" in str(explained(8, **told).headline)
    suspicion[7] = np.nan
    assert str(explained(7, **told).headline) == (
        "The image lies unusually far from all classes; if it is of none of them, set it aside."
    )


def test_headline_says_which_class_is_likelier_if_any() -> None:
    suspicion = np.full(100, 0.254)
    none = explained(3, suspicion=suspicion, suggested_label=np.full(100, -1))
    assert str(none.headline) == (
        'The label "cat" is wrong with a probability of about 25 %; no other class is likelier.'
    )
    other = explained(3, suspicion=suspicion, suggested_label=np.arange(100) % 2 + 1)
    assert str(other.headline).endswith('about 25 %; "owl" is likelier.')
    blind = explained(3, suspicion=np.where(np.arange(100) == 3, np.nan, 0.5))
    assert str(blind.headline) == 'The label "cat" could not be judged.'


@pytest.mark.parametrize(
    ("less", "strength", "share"),
    [
        (99, "very strong", "99.0 %"),
        (98, "strong", "98 %"),
        (95, "strong", "95 %"),
        (94, "moderate", "94 %"),
        (80, "moderate", "80 %"),
        (79, "weak", "79 %"),
        (0, "weak", "0 %"),
    ],
)
def test_strength_is_the_share_of_the_judged_samples_that_are_suspected_less(
    less: int, strength: str, share: str
) -> None:
    # A hundred judged samples, three that were not.
    score = np.append([np.nan, np.inf, -np.inf], np.arange(100.0)).astype(np.float32)
    result = DetectorResult("x", score, np.zeros(103, np.int32))
    (found,) = explain_sample(
        3 + less,
        np.zeros(103, np.int32),
        class_names=NAMES,
        suspicion=np.zeros(103),
        suggested_label=np.zeros(103, np.int32),
        detectors=[result],
    ).by_detector
    assert found.rank == pytest.approx(less / 100)
    assert found.score == less and found.vote == 0 and str(found.strength) == strength
    assert str(found.sentence) == (
        f'x agrees with "cat" and suspects it more than {share} of the samples'
        f" ({strength} evidence)."
    )


def test_a_detector_that_agrees_and_one_that_could_not_judge() -> None:
    """Ranks as shares of a thousand: what is shown is never rounded up to all."""
    score = np.arange(1000, dtype=np.float64)
    voted = DetectorResult("v", score, np.full(1000, 2, np.int32))
    blind = DetectorResult("b", np.where(score == 999, np.nan, score), np.full(1000, 1, np.int32))
    given = np.full(1000, 2, np.int32)
    told = {
        "class_names": NAMES,
        "suspicion": np.zeros(1000),
        "suggested_label": given,
        "detectors": [blind, voted],
        "titles": {"v": "Voter"},
    }
    first, second = explain_sample(999, given, **told).by_detector
    assert str(first.sentence) == (
        'Voter agrees with "owl" and suspects it more than 99.9 % of the samples'
        " (very strong evidence)."
    )
    assert second.detector == "b" and str(second.sentence) == "b could not judge this sample."
    assert second.vote == 1 and np.isnan(second.score) and np.isnan(second.rank)
    assert not second.strength
    (once,) = (e for e in explain_sample(989, given, **told).by_detector if e.detector == "v")
    assert "more than 99 % of" in str(once.sentence) and str(once.strength) == "strong"
    (once,) = (e for e in explain_sample(990, given, **told).by_detector if e.detector == "v")
    assert "more than 99.0 % of" in str(once.sentence)


def test_the_most_suspicious_detector_comes_first_and_the_blind_one_last() -> None:
    rising = np.arange(10.0)
    results = [
        DetectorResult(name, score, np.zeros(10, np.int32))
        for name, score in [
            ("low", 9 - rising),
            ("blind", np.where(rising == 9, np.nan, rising)),
            ("high", rising),
            ("middle", (rising + 5) % 10),
        ]
    ]
    found = explain_sample(
        9,
        np.zeros(10, np.int32),
        class_names=NAMES,
        suspicion=np.zeros(10),
        suggested_label=np.zeros(10, np.int32),
        detectors=results,
    )
    assert [each.detector for each in found.by_detector] == ["high", "middle", "low", "blind"]
    assert [str(line) for line in found.lines()] == [
        str(found.headline),
        *(str(each.sentence) for each in found.by_detector),
    ]


def neighbours_say(labels: list[int], given: int) -> Explanation:
    count = len(labels)
    return explain_sample(
        0,
        np.array([given, *labels]),
        class_names=[*NAMES, "elk", "fox"],
        suspicion=np.full(count + 1, 0.2),
        suggested_label=np.zeros(count + 1, np.int32),
        detectors=[],
        neighbours=np.arange(1, count + 1)[None],
        neighbour_similarity=np.linspace(0.9, 0.1, count)[None],
    )


def test_of_neighbours_the_three_most_frequent_labels_are_said() -> None:
    found = neighbours_say([4, 4, 4, 3, 3, 3, 3, 2, 1, -1], given=1)
    assert str(found.neighbour_sentence) == (
        'Of the 9 most similar images, the labels say 4 "elk", 3 "fox", 1 "dog".'
    )
    assert [n.similarity for n in found.neighbours] == pytest.approx(np.linspace(0.9, 0.1, 10))
    assert found.neighbours[9].label == -1
    # In a tie the given label comes first, and else the lower number.
    assert str(neighbours_say([0, 2, 0, 2], given=2).neighbour_sentence).endswith(
        'say 2 "owl", 2 "cat".'
    )
    assert not neighbours_say([-1, -1], given=0).neighbour_sentence
    assert 'say 1 "cat"' in str(neighbours_say([-1, 0], given=-1).neighbour_sentence)


def test_copies_say_the_given_label_first_in_a_tie() -> None:
    copies = np.array([4, 4, 4, 9, 4, -1, -1])
    given = np.array([2, 0, 2, 1, -1, 1, 1], np.int32)
    told = {"class_names": NAMES, "suspicion": np.zeros(7), "detectors": []}
    told |= {"suggested_label": np.zeros(7, np.int32), "copies": copies}
    assert str(explain_sample(0, given, **told).copies_sentence) == (
        'The labels of other copies of this image say 1 "owl", 1 "cat".'
    )
    assert str(explain_sample(1, given, **told).copies_sentence).endswith('say 2 "owl".')
    # The other copies of one without a label speak too; one alone, and one among such without.
    assert str(explain_sample(4, given, **told).copies_sentence).endswith('2 "owl", 1 "cat".')
    assert not explain_sample(3, given, **told).copies_sentence
    assert not explain_sample(5, given, **told).copies_sentence
    silent = np.array([0, -1, -1, 1, -1, 1, 1], np.int32)
    assert not explain_sample(0, silent, **told).copies_sentence
    assert copies.tolist() == [4, 4, 4, 9, 4, -1, -1]
    # The number 0 is a group like any other.
    told["copies"] = np.array([0, 0, -1, -1, -1, -1, -1])
    assert str(explain_sample(0, given, **told).copies_sentence).endswith('say 1 "cat".')


def test_the_mixture_of_a_class_or_of_all() -> None:
    mixture = Mixture(
        weight=np.array([[0.5, 0.5], [0.5, 0.5], [0.8, 0.2]]),
        mean=np.array([[0.1, 2.0], [0.2, 3.0], [0.0, 1.0]]),
        deviation=np.full((3, 2), 0.5),
        pooled=np.array([False, True, False]),
    )
    loss = np.full(100, 0.6)
    loss[8] = np.nan

    def said(row: int, label: int, mixture: Mixture | None, loss: np.ndarray | None = loss) -> str:
        given = np.full(100, label, np.int32)
        found = explain_sample(
            row,
            given,
            class_names=NAMES,
            suspicion=np.zeros(100),
            suggested_label=given,
            detectors=[],
            loss=loss,
            mixture=mixture,
        )
        return str(found.mixture_sentence)

    # Bayes' rule: .8 exp(-.72) against .2 exp(-.32).
    easy = 0.8 * np.exp(-0.72) / (0.8 * np.exp(-0.72) + 0.2 * np.exp(-0.32))
    assert said(3, 2, mixture) == (
        f'Its loss of 0.60 belongs to the easy group of "owl" with a probability of'
        f" {100 * easy:.0f} % (centres 0.00 and 1.00)."
    )
    assert "easy group of all classes with a probability of 100 %" in said(3, 1, mixture)
    single = Mixture(mixture.weight[:1], mixture.mean[:1], mixture.deviation[:1], np.array([True]))
    assert said(3, 2, single).endswith("(centres 0.10 and 2.00).")
    # As likely of either: called easy.
    even = Mixture(mixture.weight[:1], np.array([[0.2, 1.0]]), mixture.deviation[:1], single.pooled)
    assert "to the easy group of all classes with a probability of 50 %" in said(3, 0, even)
    assert not said(8, 2, mixture) and not said(3, 2, None) and not said(3, 2, mixture, None)
    assert not said(3, -1, mixture)
