"""Classes most of whose labels are taken for wrong: whose name is the mistake is not told."""

import numpy as np
import pytest

from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import diagnose
from lnl_gui.detect.consensus.doubtful_names import (
    AlikeNames,
    ConfusedPair,
    DoubtfulNames,
    ExchangedNames,
    WideClass,
    doubtful_names,
)
from lnl_gui.detect.consensus.problem import state_problem
from lnl_gui.detect.label_issues import find_label_issues
from tests.detect.synthetic_data import make_dataset, symmetric

CLASSES = 5
SAID = "Most labels of {} are taken for wrong"


def said(given: np.ndarray, embedding: np.ndarray) -> list[str]:
    return [str(each) for each in find_label_issues(given, embeddings=embedding).warnings]


@pytest.mark.parametrize("seed", [0, 1])
def test_three_quarters_of_a_class_under_another_name_are_said(seed: int) -> None:
    data = make_dataset(
        samples=700,
        classes=CLASSES,
        transition=symmetric(CLASSES, 0.0),
        distance=8.0,
        seed=seed,
    )
    moved = (data.truth == 0) & (np.random.default_rng(seed).random(700) < 0.75)
    given = np.where(moved, 1, data.truth).astype(np.int32)
    found = find_label_issues(given, embeddings=data.embedding)
    texts = [str(each) for each in found.warnings if SAID.format(0) in str(each)]
    assert len(texts) == 1 and "look like those of 1" in texts[0]
    # As likely by the data, where it is few.
    assert "0 is rare and resembles 1 or has images labelled 1" in texts[0]
    # Either class may hold the wrong labels.
    assert not found.well_labelled[np.isin(given, [0, 1])].any()


def test_common_noise_is_no_exchange_of_names() -> None:
    for transition in (symmetric(CLASSES, 0.0), symmetric(CLASSES, 0.4)):
        data = make_dataset(samples=700, classes=CLASSES, transition=transition, distance=8.0)
        assert not any("taken for wrong" in each for each in said(data.given, data.embedding))


def test_it_takes_most_of_a_class_that_nobody_has_looked_at() -> None:
    given = np.repeat([0, 1, 2], [20, 40, 8])
    suggested = given.copy()
    suggested[:12], suggested[20:32], suggested[60:] = 1, 2, 0
    suspicion = np.where(suggested != given, 0.95, 0.01)
    suspicion[-1] = np.nan
    decided = np.zeros(68, bool)

    def told() -> list[ExchangedNames]:
        return doubtful_names(given, suspicion, suggested, decided, number_of_classes=3).exchanged

    # Of the second class a third only; the third is too small to say.
    assert told() == [ExchangedNames(0, 1, 11, 20)]
    suggested[:6] = 2
    assert not told()
    suggested[:6] = 1
    decided[[0, 1, 15]] = True
    assert not told()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_names_of_one_thing_are_said(seed: int) -> None:
    data = make_dataset(
        samples=600,
        classes=CLASSES,
        transition=symmetric(CLASSES, 0.0),
        distance=8.0,
        seed=seed,
    )
    other = (data.truth == 0) & (np.random.default_rng(seed).random(600) < 0.5)
    given = np.where(other, CLASSES, data.truth).astype(np.int32)
    texts = [text for text in said(given, data.embedding) if "names of one thing" in text]
    # Where the pair is sure enough to be joined nothing is suspect between the two; where half of
    # one class is taken for the other, that is said.
    others = ("do not tell the classes 0 and 5 apart", "images of 0 seem to be labelled 5")
    joined = any(other in t for t in said(given, data.embedding) for other in others)
    assert joined or (len(texts) == 1 and "images of 0 look like 5" in texts[0])


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.4])
def test_noise_between_all_classes_is_no_second_name(rate: float) -> None:
    data = make_dataset(samples=600, classes=3, transition=symmetric(3, rate), distance=8.0)
    assert not any("names of one thing" in text for text in said(data.given, data.embedding))


def test_a_pair_is_confused_both_ways_and_little_else() -> None:
    given = np.repeat([0, 1, 2], [20, 40, 10])
    suggested = given.copy()
    suggested[:6], suggested[20:30] = 1, 0
    suspicion = np.where(suggested != given, 0.9, 0.01)
    decided = np.zeros(70, bool)

    def told() -> list[ConfusedPair]:
        return doubtful_names(given, suspicion, suggested, decided, number_of_classes=3).confused

    assert told() == [ConfusedPair(0, 1, (5, 9), (20, 40))]
    # Of the second a tenth only.
    suggested[24:30] = 1
    assert not told()
    suggested[24:30] = 0
    suggested[6:12] = 2
    suspicion[6:12] = 0.9
    assert not told()
    suggested[6:12] = 0
    decided[[0, 1, 2]] = True
    assert told()
    decided[[20, 21, 22]] = True
    assert not told()
    # Other labels are the likelier ones, and none of these is likely.
    decided[:] = False
    suspicion[:] = 0.0
    assert not told()


@pytest.mark.parametrize("rate", [0.0, 0.15])
def test_a_name_for_several_classes_is_said(rate: float) -> None:
    data = make_dataset(samples=800, classes=6, transition=symmetric(6, 0.0), distance=8.0, seed=1)
    rng = np.random.default_rng(1)
    given = np.where((data.truth < 3) & (rng.random(800) < 0.4), 6, data.truth)
    wrong = rng.random(800) < rate
    given = np.where(wrong, rng.integers(0, 7, 800), given).astype(np.int32)
    (text,) = [text for text in said(given, data.embedding) if "a wider class" in text]
    assert text.startswith("Most labels of 6 are taken for wrong")
    named = set(text.split("those of ")[1].split(". Either")[0].split(", "))
    # One of the three may be taken for the wider one's own.
    assert len(named) > 1 and named <= {"0", "1", "2"}


@pytest.mark.parametrize("rate", [0.0, 0.4, 0.6])
def test_noise_makes_no_wider_class(rate: float) -> None:
    data = make_dataset(samples=800, classes=6, transition=symmetric(6, rate), distance=8.0)
    assert not any("a wider class" in text for text in said(data.given, data.embedding))


def test_a_wider_class_is_doubted_in_favour_of_several_and_more_than_the_others() -> None:
    given = np.repeat([0, 1, 2, 3], [20, 20, 20, 20])
    suggested = given.copy()
    suggested[:6], suggested[6:12] = 1, 2
    suspicion = np.where(suggested != given, 0.95, 0.01)
    decided = np.zeros(80, bool)

    def told() -> list[WideClass]:
        return doubtful_names(given, suspicion, suggested, decided, number_of_classes=4).wide

    assert told() == [WideClass(0, (1, 2), 11, 20)]
    suggested[6:12] = 1
    assert not told()
    suggested[6:12] = 2
    # Where a fourth of the others is doubted too, it is noise.
    suggested[[20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 22, 42, 62]] = 0
    suspicion = np.where(suggested != given, 0.95, 0.01)
    assert not told()
    suggested[20:] = given[20:]
    suspicion = np.where(suggested != given, 0.95, 0.01)
    decided[:3] = True
    assert not told()


def test_a_part_of_a_class_that_looks_like_another_is_named_where_little_else_is_doubted() -> None:
    given = np.repeat([0, 1, 2, 3], [30, 30, 40, 40])
    suggested, suspicion = given.copy(), np.full(140, 0.01)
    decided = np.zeros(140, bool)

    def doubt(rows: slice, other: int) -> None:
        suggested[rows], suspicion[rows] = other, 0.9

    def told() -> list[AlikeNames]:
        return doubtful_names(given, suspicion, suggested, decided, number_of_classes=4).alike

    assert not told()
    doubt(slice(0, 5), 1)
    # 4.5 of 30 are .15.
    assert told() == [AlikeNames(0, 1, 4, 30)]
    doubt(slice(5, 10), 1)
    # Some the other way are no second name yet.
    doubt(slice(30, 34), 0)
    assert told() == [AlikeNames(0, 1, 9, 30)]
    doubt(slice(34, 40), 0)
    found = doubtful_names(given, suspicion, suggested, decided, number_of_classes=4)
    assert found.confused and not found.alike
    suggested[30:40], suspicion[30:40] = 1, 0.01
    # Of what is doubted in the class half is another one.
    doubt(slice(10, 20), 2)
    assert not told()
    suggested[10:20], suspicion[10:20] = 0, 0.01
    # Where a tenth of the other classes is doubted too, it is noise.
    doubt(slice(60, 69), 3)
    assert not told()
    suggested[60:69], suspicion[60:69] = 2, 0.01
    decided[:3] = True
    assert not told()


def test_of_a_few_labels_and_of_two_classes_nothing_is_named() -> None:
    given = np.repeat([0, 1, 2], [15, 30, 30])
    suggested = given.copy()
    suggested[:3] = 1
    suspicion = np.where(suggested != given, 0.95, 0.01)
    nobody = np.zeros(75, bool)
    assert not doubtful_names(given, suspicion, suggested, nobody, number_of_classes=3).alike
    suggested[:5] = 1
    suspicion = np.where(suggested != given, 0.95, 0.01)
    assert doubtful_names(given, suspicion, suggested, nobody, number_of_classes=3).alike
    two = given.clip(max=1)
    suggested = suggested.clip(max=1)
    assert not doubtful_names(two, suspicion, suggested, nobody, number_of_classes=2).alike


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3])
def test_noise_of_all_classes_makes_no_class_alike(rate: float) -> None:
    rng = np.random.default_rng(0)
    given = rng.integers(0, 6, 900)
    # Each class in favour of its next.
    wrong = rng.random(900) < rate
    suggested = np.where(wrong, (given + 1) % 6, given)
    suspicion = np.where(wrong, 0.9, 0.01)
    nobody = np.zeros(900, bool)
    assert not doubtful_names(given, suspicion, suggested, nobody, number_of_classes=6).alike


def test_it_is_said_what_looks_alike() -> None:
    data = make_dataset(samples=160, classes=3)
    problem = state_problem(DetectionInput([data.embedding], data.given, 3))
    doubtful = DoubtfulNames(alike=[AlikeNames(0, 2, 11, 30)])
    found = [str(w) for w in diagnose(problem, 0.9, 0.4, ("I", "O", "l"), doubtful=doubtful)]
    (text,) = [text for text in found if "hardly tells" in text]
    assert text.startswith("About 11 of 30 images of I look like l. Either these labels are wrong")
