"""The compact problem, field by field, and every warning about it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus.class_separation import (
    ClassSeparation,
    OverlappingPair,
    labels_follow_images,
)
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import diagnose
from lnl_gui.detect.consensus.noise_rate import NoiseRate, even_pairs
from lnl_gui.detect.consensus.problem import Problem, refolded, state_problem
from lnl_gui.detect.probes.cross_fitting import stratified_folds
from lnl_gui.util.errors import UserError


def points(count: int, dimensions: int = 4, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)


def stated(given: list[int], classes: int = 9, **changes: Any) -> Problem:
    labels = np.array(given, np.int32)
    spaces = changes.pop("spaces", [points(len(labels))])
    return state_problem(DetectionInput(spaces, labels, classes, **changes))


def test_every_field_of_a_problem_by_hand() -> None:
    #         0  1   2  3   4  5  6   7  8  9  10  11
    given = [7, 2, -1, 2, -1, 7, 5, -1, 2, 7, 5, -1]
    verdicts = np.full(12, -1)
    # One of them names a class that no given label has, one is the only label there is.
    verdicts[[3, 4, 6]] = 8, 2, 5
    first, second = points(12), points(12, 2, seed=1).astype(np.float16)
    second[5] = np.nan
    first[5] = np.nan
    second[8, 1] = np.inf
    first[10, 0] = np.nan
    second[7, 0] = np.nan
    copies = np.array([-1, 3, 3, 3, -1, -1, 1, 1, -1, -1, -1, -1])
    groups = np.array([4, 4, -1, -1, -1, -1, -1, -1, -1, 2, -1, -1])
    problem = stated(
        given, spaces=[first, second], verdict_labels=verdicts, copies=copies, groups=groups, seed=3
    )
    rows = [0, 1, 3, 4, 6, 9]
    assert problem.features.rows.tolist() == rows
    assert (problem.samples, problem.classes) == (12, 9)
    assert problem.present.tolist() == [2, 5, 7, 8]
    assert problem.given.tolist() == [2, 0, 0, 0, 1, 2]
    assert problem.truth.tolist() == [-1, -1, 3, 0, 1, -1]
    assert problem.labels.tolist() == [2, 0, 3, 0, 1, 2]
    assert problem.came.tolist() == [True, True, True, False, True, True]
    # Row 5 belongs to a file that could not be read.
    assert problem.unusable == 2
    assert problem.open_rows.tolist() == [2, 11] and problem.unlabelled == 3
    assert problem.copies.tolist() == [-1, 3, 3, -1, 1, -1]
    np.testing.assert_allclose(problem.weight, [1, 1 / 3, 1 / 3, 1, 1 / 2, 1])
    units = problem.units.tolist()
    # A group joins samples 0 and 1, copies 1 and 3.
    assert units[0] == units[1] == units[2] and len(set(units)) == 4
    assert problem.number_of_folds == 4
    wanted = stratified_folds(np.array([7, 2, 2, 2, 5, 7]), 4, seed=3, units=np.array(units))
    assert problem.folds.tolist() == wanted.tolist()
    assert problem.nested and problem.matrix.shape[0] == 6
    observed = problem.observed
    assert observed.given is problem.given and observed.truth is problem.truth
    assert observed.came is problem.came and observed.weight is problem.weight


def test_there_are_five_folds_unless_there_are_fewer_units_and_two_at_least() -> None:
    given = [0, 1] * 10
    assert stated(given).number_of_folds == 5 and int(stated(given).folds.max()) == 4
    three = np.arange(20) % 3
    assert stated(given, groups=three).number_of_folds == 3
    one = np.zeros(20, int)
    assert stated(given, groups=one).number_of_folds == 2
    assert not stated(given, copies=one).solvable and stated(given, groups=three).solvable


@pytest.mark.parametrize(("count", "classes", "solvable"), [(10, 2, True), (9, 2, False)])
def test_ten_samples_of_two_classes_are_the_fewest(
    count: int, classes: int, solvable: bool
) -> None:
    assert stated([i % classes for i in range(count)]).solvable is solvable
    assert not stated([3] * 12).solvable
    same = [np.ones((12, 4), np.float32)]
    assert not stated([0, 1] * 6, spaces=same).solvable


def test_features_are_prepared_once_for_the_same_rows() -> None:
    wanted = DetectionInput([points(12)], np.array([0, 1] * 6, np.int32), 2)
    first = state_problem(wanted)
    assert state_problem(wanted, features=first.features).features is first.features
    labels = wanted.given_labels.copy()
    labels[3] = -1
    other = state_problem(replace(wanted, given_labels=labels), features=first.features)
    assert other.features.rows.tolist() == [0, 1, 2, *range(4, 12)]


def test_other_folds_of_the_same_problem() -> None:
    groups = np.array([0, 0, 0, *[-1] * 17])
    problem = stated([0, 1] * 10, groups=groups, seed=1)
    found = refolded(problem, seed=9)
    wanted = stratified_folds(
        problem.given.numpy(), 5, seed=9, units=problem.units.numpy(), place=problem.place
    )
    assert found.folds.tolist() == wanted.tolist() != problem.folds.tolist()
    assert len(set(found.folds[:3].tolist())) == 1
    assert replace(found, folds=problem.folds) == problem


@pytest.mark.parametrize(
    "verdicts", [np.full(11, -1), np.full((12, 1), -1), np.where(np.arange(12) == 3, 2, -1)]
)
def test_verdicts_that_do_not_fit_are_refused(verdicts: np.ndarray) -> None:
    with pytest.raises(UserError, match="do not fit 12 samples of 2 classes") as error:
        stated([0, 1] * 6, 2, verdict_labels=verdicts)
    assert error.value.code == "bad_labels"
    assert stated([0, 1] * 6, 2, verdict_labels=np.ones(12, int)).truth.tolist() == [1] * 12


NAMES = ("ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen", "ibis")


def said(problem: Problem, **told: Any) -> list[str]:
    separation = told.pop("separation", ClassSeparation(9.0, 0.9))
    share = told.pop("agreement", 0.9), told.pop("majority_rate", 0.3)
    names = told.pop("names", NAMES)
    found = diagnose(problem, *share, names, separation=separation, **told)
    return [str(warning) for warning in found]


GOOD = [0] * 30 + [1] * 30 + [2] * 30


def test_images_of_one_group_count_as_one() -> None:
    """Ten frames of nine videos, three a class; and of copies, which count as one everywhere."""
    videos = np.repeat(np.arange(9), 10)
    grouped = said(stated(GOOD, groups=videos))
    assert grouped[0].startswith("90 images, but 9 independent ones")
    assert grouped[1].startswith("Suspects are less often wrong than their suspicion says")
    assert "fewer than 10 independent images" in grouped[2] and "ant, bee, cat" in grouped[2]
    copied = said(stated(GOOD, copies=videos))
    assert copied == [grouped[0], grouped[2]]
    # Two images of each of some patients are usual, and no reason to say anything.
    assert said(stated(GOOD, groups=np.where(np.arange(90) < 60, np.arange(90) // 2, -1))) == []


def test_a_sound_problem_needs_no_warning() -> None:
    assert said(stated(GOOD)) == []
    assert said(stated(GOOD), separation=None) == []


def test_what_was_left_out_is_counted() -> None:
    spaces = [points(93)]
    spaces[0][:2, 1] = np.nan
    spaces[0][2] = np.nan
    found = said(stated([*GOOD, -1, -1, -1], spaces=spaces))
    assert found == [
        "Left out, because their embeddings hold values that are not numbers: 2. Embed the images"
        " again.",
        "3 samples without a label got suggestions; they count in no figure here.",
    ]
    assert said(stated([*GOOD, -1])) == [
        "1 sample without a label got a suggestion; it counts in no figure here."
    ]
    # Where nothing can be judged nothing is suggested.
    assert len(said(stated([0] * 20 + [-1]))) == 1


def test_why_a_problem_cannot_be_solved() -> None:
    assert said(stated([4] * 20)) == [
        "All samples have the same label, so there is nothing to compare it with."
    ]
    few = said(stated([0] * 5 + [1] * 4))
    assert few[0] == "9 samples are too few to judge; nothing was flagged."
    assert "Classes with fewer" in few[1] and len(few) == 2
    copies = said(stated(GOOD, copies=np.zeros(90, int)))
    assert copies == ["All images are copies of one, so the labels cannot be judged."]
    constant = said(stated(GOOD, spaces=[np.ones((90, 3), np.float32)]))
    assert constant == ["All embeddings are the same, so the labels cannot be judged; embed again."]
    # Of these nothing is said on the strength of the embedding.
    assert len(said(stated([4] * 20), separation=ClassSeparation(0.0, 0.5))) == 1


def test_small_classes_are_named() -> None:
    assert said(stated([0] * 30 + [1] * 10 + [4] * 9)) == [
        "Classes with fewer than 10 samples: elk. Their labels cannot be judged well; look at them"
        " by eye."
    ]
    five = [0] * 30 + [k for k in range(1, 6) for _ in range(3)]
    assert "samples: bee, cat, dog, elk, fox. Their" in said(stated(five))[0]
    seven = [0] * 30 + [k for k in range(1, 8) for _ in range(3)]
    assert "samples: bee, cat, dog, elk, fox and 2 more. Their" in said(stated(seven))[0]
    assert "samples: 1, 2, 3, 4, 5 and 2 more. Their" in said(stated(seven), names=())[0]


def test_an_embedding_that_tells_little_and_one_that_tells_nothing() -> None:
    problem = stated(GOOD)
    lot = said(problem, separation=ClassSeparation(1.99, 0.9), agreement=0.4)
    assert lot == [
        "The labels cannot be judged by this embedding: they follow the images no better than"
        " labels drawn by lot (a classifier agrees with 40 % of them, the largest class alone with"
        " 30 %). Do not trust the suspects; try another encoder."
    ]
    # What agrees far beyond the largest class is not as by lot: there are too few images to tell.
    copied = stated(GOOD, copies=np.repeat([0, 1, 2], 30))
    few = said(copied, separation=ClassSeparation(1.99, 0.9), agreement=0.91)
    assert "90 images, but 3 independent ones" in few[0]
    assert "fewer than 10 independent images" in few[1]
    assert few[2:] == [
        "The labels cannot be judged: a classifier agrees with 91 % of them, the largest class"
        " alone with 30 %, but the 90 images count as 3 independent ones (copies of one image"
        " count as one), too few to tell that from chance. Do not trust the suspects; add"
        " different images."
    ]
    weak = said(problem, separation=ClassSeparation(2.0, 0.549), agreement=0.45)
    assert weak == [
        "The embedding is too weak for this data: a classifier on it agrees with 45 % of the"
        " labels, and always naming the largest class would agree with 30 %. Try another encoder"
        " before trusting the suspects."
    ]
    assert said(problem, separation=ClassSeparation(2.0, 0.55)) == []


@pytest.mark.parametrize(
    ("agreement", "begins"),
    [(0.301, "The labels cannot"), (0.32, "The embedding"), (0.404, "The embedding"), (0.41, "")],
)
def test_of_thousands_of_classes_the_agreement_is_all_there_is(
    agreement: float, begins: str
) -> None:
    # A fiftieth of what the largest class leaves, .014, and .15 of it, .105.
    found = said(stated(GOOD), separation=None, agreement=agreement)
    assert len(found) == bool(begins) and all(text.startswith(begins) for text in found)


def test_whether_labels_follow_images_at_all() -> None:
    assert labels_follow_images(None, 0.515, 0.3) and not labels_follow_images(None, 0.313, 0.3)
    assert labels_follow_images(None, 0.3141, 0.3) and not labels_follow_images(None, 0.3139, 0.3)
    assert labels_follow_images(ClassSeparation(2.0, 0.5), 0.0, 1.0)
    assert not labels_follow_images(ClassSeparation(1.9, 0.9), 1.0, 0.0)


def test_pairs_that_are_not_told_apart_are_said_up_to_five() -> None:
    pairs = [OverlappingPair(0, k, 0.5 + k / 100, 0.6, 1000 + k) for k in range(1, 8)]
    shown = said(stated(GOOD), separation=ClassSeparation(9.0, 0.9, pairs[:5]), held_back=1)
    assert len(shown) == 6
    assert shown[0] == (
        "The images do not tell the classes ant and bee apart: on 1,001 images that look like"
        " either, the label is guessed with 0.51 (0.5 is chance, 1 is certain; at most 0.60)."
        " Consider merging them."
    )
    assert "ant and fox apart" in shown[4]
    assert shown[5] == (
        "1 label that is suspect only between such classes is held back and not among the suspects."
    )
    more = said(stated(GOOD), separation=ClassSeparation(9.0, 0.9, pairs), held_back=1200)
    assert len(more) == 7
    assert more[5] == "2 more pairs of classes are not told apart."
    assert more[6].startswith("1,200 labels that are suspect only between such classes are held")
    bare = said(stated(GOOD), separation=ClassSeparation(9.0, 0.9, pairs[:1]), names=())
    assert "classes 0 and 1 apart" in bare[0] and len(bare) == 1
    # Where nothing is told apart, that is what is said.
    nothing = ClassSeparation(1.0, 0.9, pairs)
    (lot,) = said(stated(GOOD), separation=nothing, held_back=4, agreement=0.35)
    assert "drawn by lot" in lot


def test_a_rate_that_the_data_leave_open() -> None:
    problem = stated(GOOD)
    sure = NoiseRate((0.1, 0.4), 0.2499)
    assert said(problem, rate=sure) == []
    assert said(problem, rate=replace(sure, relative_error=0.25)) == [
        "How many labels are wrong cannot be identified from the data alone: between 10 % and 40 %"
        " of them. An audit of a random sample tells."
    ]
    # Where the data speak against it that none is wrong, though the interval begins there.
    assert said(problem, rate=replace(sure, interval=(0.0, 0.4), relative_error=0.5)) == [
        "How many labels are wrong cannot be identified from the data alone: few, or up to 40 % of"
        " them, if errors hit the images of a class at random. Of errors at images that look like"
        " another class no upper limit is known. An audit of a random sample tells."
    ]


def test_that_all_labels_may_be_right_is_said_before_all_else() -> None:
    problem = stated([0] * 40 + [1] * 40 + [2] * 4)
    assert len(said(problem)) == 1
    clean = NoiseRate((0.0, 0.06), 0.25, perhaps_none=True)
    first, second = said(problem, rate=clean)
    assert first.startswith("There may be no wrong label at all: from the data alone any share up")
    assert "up to 6 % is possible" in first and second == said(problem)[0]
    # A rate that is told well enough says so itself, and a noisy set is none of these.
    assert said(problem, rate=replace(clean, relative_error=0.24)) == said(problem)
    noisy = said(problem, rate=replace(clean, interval=(0.01, 0.4)))
    assert len(noisy) == 2 and "between 1 % and 40 %" in noisy[1]


def even(own: float, other: float, classes: int = 3, row: int = 1) -> np.ndarray:
    matrix = np.eye(classes)
    matrix[row, row], matrix[row, (row + 1) % classes] = own, other
    matrix[row, row - 1] = 1 - own - other
    return matrix


def test_classes_of_which_half_bear_another_name_are_said() -> None:
    problem = stated(GOOD)

    def names(matrix: np.ndarray, given: list[int] | None = None, **told: Any) -> list[str]:
        stated_of = problem if given is None else stated(given)
        rate = NoiseRate((0.1, 0.2), 0.1, even_pairs(stated_of, matrix))
        return said(stated_of, rate=rate, **told)

    assert names(even(0.55, 0.45)) == []
    assert names(even(0.54, 0.45)) == [
        "About half of the images of bee seem to be labelled cat. Which of the two labels is the"
        " mistake cannot be identified from the data: look at some of each, and rank again."
    ]
    assert "images of bee seem to be labelled cat" in names(even(0.2, 0.7))[0]
    assert "images of 1 seem to be labelled 2" in names(even(0.5, 0.5), names=())[0]
    # Class ids are those of the dataset, not their places.
    moved = [{0: 3, 1: 5, 2: 8}[label] for label in GOOD]
    assert "images of fox seem to be labelled ibis" in names(even(0.5, 0.5), moved)[0]
    # Of either class 20 samples are needed.
    for counts, said_so in [((20, 20), 1), ((19, 20), 0), ((20, 19), 0)]:
        given = [0] * 40 + [1] * counts[0] + [2] * counts[1]
        assert len(names(even(0.5, 0.5), given)) == said_so
    many = [k for k in range(8) for _ in range(20)]
    ring = 0.5 * np.eye(8) + 0.5 * np.roll(np.eye(8), 1, axis=1)
    found = names(ring, many)
    assert len(found) == 5 and "of elk seem to be labelled fox" in found[4]


def test_ids_are_counted_over_the_classes_that_occur() -> None:
    """A class that a person named and no label bears has none, and is small."""
    verdicts = np.full(90, -1)
    verdicts[0] = 6
    found = said(stated(GOOD, verdict_labels=verdicts))
    assert found == [
        "Classes with fewer than 10 samples: gnu. Their labels cannot be judged well; look at them"
        " by eye."
    ]
    assert torch.equal(stated(GOOD).given, stated(GOOD).labels)
