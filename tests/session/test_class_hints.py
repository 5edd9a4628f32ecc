"""Classes that may be one are named with what says so and the samples that show it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.session.class_hints import ALIKE, INSIDE, NAMES, SMALL, MergeHint
from lnl_gui.session.session import Session
from lnl_gui.util.array_file import write_array
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
    assert hints(folder) == []


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
    assert "Sea Gull and sea-gull differ in capitals, blanks or signs" in str(found[0].evidence)
    assert found[0].rows.tolist() == [0, 4, 8, 12, 16]
    assert str(found[1].evidence).startswith("… has 4 images: too few")
    assert found[2].rows.tolist() == [3, 7, 11, 15]
