"""Classes most of whose labels are taken for wrong: whose name is the mistake is not told."""

import numpy as np
import pytest

from lnl_gui.detect.consensus.doubtful_names import (
    ConfusedPair,
    ExchangedNames,
    WideClass,
    doubtful_names,
)
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
    # Where the pair is sure enough to be joined nothing is suspect between the two.
    joined = any("do not tell the classes 0 and 5 apart" in t for t in said(given, data.embedding))
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
