"""Classes that may be one are named with what says so and the samples that show it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.session.acts.class_hints import ALIKE, CONFUSED, INSIDE, NAMES, SMALL, MergeHint
from lnl_gui.session.session import Session
from lnl_gui.util.files.array_file import write_array
from tests.builders import add_detection, make_project

CAT, DOG, BIRD = range(3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten samples of each class in turn; detection takes every cat for a dog."""
    made = make_project(tmp_path / "pets.lnl", count=30)
    add_detection(made)
    return made


def run_of(folder: Path) -> Path:
    return next((folder / "runs").iterdir())


def change(folder: Path, **arrays: Any) -> None:
    """Columns of the detection, at the rows that are named."""
    for name, (rows, values) in arrays.items():
        file = run_of(folder) / f"{name}.npy"
        found = np.load(file)
        found[rows] = values
        write_array(file, found)


def hints(folder: Path) -> list[MergeHint]:
    with Session.open(folder) as session:
        return session.class_edits.hints()


def named(found: list[MergeHint]) -> list[tuple[str, int, int]]:
    return [(hint.kind, hint.first, hint.second) for hint in found]


def test_a_class_most_of_which_looks_like_another_may_be_a_part_of_it(folder: Path) -> None:
    [hint] = hints(folder)
    assert named([hint]) == [(INSIDE, CAT, DOG)]
    assert str(hint.evidence) == (
        "10 of 10 images of cat look like dog (100 %), and 0 of 10 the other way: cat may be a part"
        " of it."
    )
    suspicion = np.load(run_of(folder) / "suspicion.npy")
    cats = np.arange(0, 30, 3)
    assert hint.rows.tolist() == cats[np.argsort(-suspicion[cats])][:6].tolist()


def test_what_people_have_decided_counts_no_more(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.arange(0, 18, 3))
        [hint] = session.class_edits.hints()
        assert str(hint.evidence).startswith("4 of 10 images of cat look like dog (40 %)")
        session.keep(np.array([18]))
        assert session.class_edits.hints() == []


def test_two_that_are_taken_for_each_other_lie_neither_inside_the_other(folder: Path) -> None:
    dogs = np.arange(1, 30, 3)
    change(folder, flagged=(dogs[:4], True), suggested=(dogs[:4], CAT))
    assert named(hints(folder)) == [(INSIDE, CAT, DOG)]
    change(folder, flagged=(dogs[4], True), suggested=(dogs[4], CAT))
    [hint] = hints(folder)
    assert named([hint]) == [(CONFUSED, CAT, DOG)]
    assert str(hint.evidence) == (
        "10 of 10 images of cat look like dog, and 5 of 10 the other way: either many of these"
        " labels were exchanged, or the two are names of one thing."
    )
    # Noise between all classes is no sign of two names.
    change(folder, flagged=(dogs[5:9], True), suggested=(dogs[5:9], BIRD))
    assert named(hints(folder)) == [(INSIDE, DOG, BIRD)]


def test_a_pair_that_detection_does_not_tell_apart_comes_first(folder: Path) -> None:
    file = run_of(folder) / "summary.json"
    summary = json.loads(file.read_text())
    pair = {"samples": 1200, "area": 0.53, "high": 0.57}
    # The last one is of a damaged file.
    summary["overlapping"] = [
        {"first": DOG, "second": BIRD, **pair},
        {"first": BIRD, "second": CAT, **pair},
        {"first": CAT, "second": 99, **pair},
    ]
    file.write_text(json.dumps(summary))
    with Session.open(folder, reviewer="ann") as session:
        # A dog more than there are birds.
        session.relabel(np.array([2]), DOG)
        found = session.class_edits.hints()
    assert named(found) == [(ALIKE, BIRD, DOG), (ALIKE, BIRD, CAT), (INSIDE, CAT, DOG)]
    assert str(found[0].evidence) == (
        "The images do not tell bird and dog apart: on 1,200 images that look like either, the"
        " label is guessed with 0.53 (0.5 is chance, 1 is certain)."
    )
    # No suspect lies between them: three of each, as they are labelled now.
    assert found[0].rows.tolist() == [5, 8, 11, 1, 2, 4]


def test_names_that_differ_in_signs_and_classes_of_few_images(tmp_path: Path) -> None:
    names = ("Sea Gull", "sea-gull", "…", "!!")
    folder = make_project(tmp_path / "birds.lnl", class_names=names, count=18)
    found = hints(folder)
    assert named(found) == [(NAMES, 0, 1), (SMALL, 2, -1), (SMALL, 3, -1)]
    assert "Sea Gull and sea-gull differ in capitals, blanks, signs" in str(found[0].evidence)
    assert found[0].rows.tolist() == [0, 4, 8, 12, 16]
    assert str(found[1].evidence).startswith("… has 4 images: too few")
    assert found[2].rows.tolist() == [3, 7, 11, 15]


def test_names_that_differ_in_a_plural(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "pets.lnl", class_names=("cats", "dog", "cat"), count=22)
    (hint,) = hints(folder)
    assert (hint.kind, hint.first, hint.second) == (NAMES, 2, 0)
    assert str(hint.evidence) == "The names cat and cats differ in a plural or in one letter."


def overlap(folder: Path, *pairs: tuple[int, int]) -> None:
    """The newest detection does not tell these classes apart."""
    file = run_of(folder) / "summary.json"
    summary = json.loads(file.read_text())
    figures = {"samples": 12, "area": 0.5, "high": 0.6}
    summary["overlapping"] = [{"first": a, "second": b, **figures} for a, b in pairs]
    file.write_text(json.dumps(summary))


def test_pairs_of_a_detection_are_those_of_the_classes_of_today(tmp_path: Path) -> None:
    names = ("cat", "dog", "bird", "owl", "newt")
    folder = make_project(tmp_path / "many.lnl", class_names=names, count=50)
    add_detection(folder, flag_every=51)
    # The first and the last two are of a damaged file.
    overlap(folder, (9, 0), (0, 1), (0, 2), (3, 4), (-1, 2), (2, 5))
    with Session.open(folder) as session:
        edits = session.class_edits
        assert named(edits.hints()) == [(ALIKE, 0, 1), (ALIKE, 0, 2), (ALIKE, 3, 4)]
        edits.merge([0], 1)
        # Cat and dog are one by now, which has more samples than the birds.
        assert named(edits.hints()) == [(ALIKE, 2, 1), (ALIKE, 3, 4)]
        edits.delete(4)
        assert named(edits.hints()) == [(ALIKE, 2, 1)]
        assert "bird and dog" in str(edits.hints()[0].evidence)
        edits.add("newt")
        assert named(edits.hints()) == [(ALIKE, 2, 1), (ALIKE, 3, 4)]


def test_what_lies_between_two_is_shown_both_ways_the_most_suspect_first(folder: Path) -> None:
    overlap(folder, (DOG, BIRD))
    dogs, birds = np.arange(1, 30, 3), np.arange(2, 30, 3)
    change(folder, suggested=(np.r_[dogs[:3], birds[:5]], [BIRD] * 3 + [DOG] * 5))
    suspicion = {4: 0.9, 1: 0.4, 7: 0.9, 2: 0.9, 5: np.nan, 8: 0.1, 11: 0.2, 14: 0.05}
    change(folder, suspicion=(list(suspicion), list(suspicion.values())))
    with Session.open(folder) as session:
        found = session.class_edits.hints()[0]
        assert (found.kind, found.first, found.second) == (ALIKE, DOG, BIRD)
        # Six at most; ties keep their order, and what was never scored comes last.
        assert found.rows.tolist() == [2, 4, 7, 1, 11, 8]
        session.columns.readable[[4, 1, 11]] = False
        assert session.class_edits.hints()[0].rows.tolist() == [2, 7, 8, 14, 5]


def inside(folder: Path, moved: int) -> list[tuple[str, int, int]]:
    """Hints where so many birds look like cats."""
    birds = np.arange(2, 30, 3)
    change(folder, flagged=(np.arange(30), False))
    change(folder, flagged=(birds[:moved], True), suggested=(birds[:moved], CAT))
    return named(hints(folder))


def test_a_part_is_named_from_two_in_five_and_ten_images_on(folder: Path) -> None:
    assert inside(folder, 3) == []
    assert inside(folder, 4) == [(INSIDE, BIRD, CAT)]
    with Session.open(folder) as session:
        # Nine birds: too few to say so.
        session.columns.readable[29] = False
        assert session.class_edits.hints() == []


def test_half_as_many_the_other_way_are_too_many(folder: Path) -> None:
    cats = np.arange(0, 30, 3)
    assert inside(folder, 6) == [(INSIDE, BIRD, CAT)]
    change(folder, flagged=(cats[:2], True), suggested=(cats[:2], BIRD))
    found = hints(folder)
    assert named(found) == [(INSIDE, BIRD, CAT)]
    assert str(found[0].evidence) == (
        "6 of 10 images of bird look like cat (60 %), and 2 of 10 the other way: bird may be a"
        " part of it."
    )
    change(folder, flagged=(cats[:3], True), suggested=(cats[:3], BIRD))
    assert named(hints(folder)) == [(CONFUSED, BIRD, CAT)]


def test_the_class_with_the_larger_part_in_another_comes_first(folder: Path) -> None:
    birds, dogs = np.arange(2, 30, 3), np.arange(1, 30, 3)
    change(folder, flagged=(np.arange(30), False))
    change(folder, flagged=(birds[:5], True), suggested=(birds[:5], CAT))
    change(folder, flagged=(dogs[:8], True), suggested=(dogs[:8], CAT))
    assert named(hints(folder)) == [(INSIDE, DOG, CAT), (INSIDE, BIRD, CAT)]
    # A doubt without a suggestion says nothing of where it lies.
    change(folder, suggested=(dogs[:4], -1))
    found = hints(folder)
    assert named(found) == [(INSIDE, BIRD, CAT), (INSIDE, DOG, CAT)]
    assert str(found[1].evidence).startswith("4 of 10 images of dog look like cat (40 %)")


def test_five_images_are_enough_and_one_is_said_in_the_singular(tmp_path: Path) -> None:
    names = ("cat", "dog", "bird")
    folder = make_project(tmp_path / "few.lnl", class_names=names, count=15)
    with Session.open(folder) as session:
        assert session.class_edits.hints() == []
        session.relabel(np.array([0]), DOG)
        (hint,) = session.class_edits.hints()
        assert (hint.kind, hint.first, hint.second) == (SMALL, CAT, -1)
        assert str(hint.evidence).startswith("cat has 4 images: too few")
        assert hint.rows.tolist() == [3, 6, 9, 12]
        session.relabel(np.array([3, 6]), DOG)
        session.columns.readable[9] = False
        (hint,) = session.class_edits.hints()
        assert str(hint.evidence).startswith("cat has 1 image: too few")
        assert hint.rows.tolist() == [12]
        session.class_edits.add("newt")
        found = session.class_edits.hints()
        assert named(found) == [(SMALL, CAT, -1), (SMALL, 3, -1)]
        assert found[1].rows.tolist() == []


def test_of_three_names_alike_each_later_one_is_told_beside_the_first(tmp_path: Path) -> None:
    names = ("sea gull", "owl", "SeaGull", "sea_gull", "…", "?")
    folder = make_project(tmp_path / "birds.lnl", class_names=names, count=60)
    with Session.open(folder) as session:
        # The second one is the largest by now.
        session.relabel(np.array([1]), 2)
        found = session.class_edits.hints()
        assert named(found) == [(NAMES, 0, 2), (NAMES, 0, 3)]
        assert str(found[0].evidence) == (
            "The names sea gull and SeaGull differ in capitals, blanks, signs or accents alone."
        )
        assert found[0].rows.tolist() == [0, 6, 12, 18, 24, 30]
