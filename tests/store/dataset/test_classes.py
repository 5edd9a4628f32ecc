"""What classes are follows from the edits in force; labels and probabilities go with them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.store.dataset.class_colours import default_colour
from lnl_gui.store.dataset.classes import (
    DELETED,
    UNLABELLED,
    ClassEdit,
    ClassInfo,
    added_keys,
    class_map,
    class_rows,
    edit_values,
    in_order,
    insert_class,
    load_class_map,
    load_classes,
    present_names,
)
from lnl_gui.store.history import journal
from lnl_gui.store.project import Project, open_project
from tests.builders import make_project

NAMES = tuple("abcdefg")


def classes(*into: int | None) -> list[ClassInfo]:
    """Classes of which each was merged into another (-1 deleted), or is there (None)."""
    return [
        ClassInfo(i, NAMES[i], "#000000", "", NAMES[i], i, place) for i, place in enumerate(into)
    ]


@pytest.mark.parametrize(
    ("into", "expected"),
    [
        ((1, None, None), [1, 1, 2]),
        # In several steps, whichever came first.
        ((1, 2, 3, None), [3, 3, 3, 3]),
        ((None, 0, 1, 2), [0, 0, 0, 0]),
        ((-1, 0, None), [-1, -1, 2]),
        ((None, -1), [0, -1]),
        # Each into the other, as no program writes it, is nothing.
        ((1, 0, None), [-1, -1, 2]),
        ((1, 2, 0, 1), [-1] * 4),
    ],
)
def test_labels_and_probabilities_follow_their_class_to_what_it_became(
    into: tuple[int | None, ...], expected: list[int]
) -> None:
    found = class_map(classes(*into))
    count = len(into)
    generator = np.random.default_rng(0)
    for kind in (np.int32, np.int64):
        labels = generator.integers(-1, count, (5, 4)).astype(kind)
        present = found.of(labels)
        assert present.dtype == kind and present.shape == labels.shape
        assert present.tolist() == [
            [expected[label] if label >= 0 else label for label in row] for row in labels.tolist()
        ]
    # Marks of another meaning stay as they are.
    assert found.of(np.array([-2, 0], np.int32)).tolist() == [-2, expected[0]]
    values = generator.dirichlet(np.ones(count), 6).astype(np.float32)
    # Which class each one's probability counts for, as a matrix.
    matrix = np.array([[float(target == c) for c in range(count)] for target in expected])
    added = found.added_up(values)
    assert added.dtype == np.float32
    np.testing.assert_allclose(added, values @ matrix, atol=1e-6)
    # Of classes that came after the values were computed there are none.
    np.testing.assert_allclose(
        found.added_up(values[:, :-1]), values[:, :-1] @ matrix[:-1], atol=1e-6
    )


def test_where_nothing_was_merged_or_deleted_nothing_is_copied() -> None:
    found = class_map(classes(None, None))
    labels, values = np.array([0, 1, -1]), np.eye(2)
    assert found.table is None
    assert found.of(labels) is labels and found.added_up(values) is values


def test_lists_show_the_classes_that_are_there_by_position_and_then_by_number() -> None:
    found = [
        ClassInfo(0, "a", "", "", position=2),
        ClassInfo(1, "b", "", "", position=1),
        ClassInfo(2, "c", "", "", position=1),
        ClassInfo(3, "d", "", "", position=0, into=UNLABELLED),
    ]
    assert [entry.name for entry in in_order(found)] == ["b", "c", "a"]
    assert present_names(found) == ["a", "b", "c", ""]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    names = ("cat", "dog", "bird", "owl")
    with open_project(make_project(tmp_path / "p.lnl", count=8, class_names=names)) as opened:
        yield opened


def edit(project: Project, *, undone: bool = False, **edits: ClassEdit) -> None:
    """An operation on classes by their keys."""
    number = journal.append_class_edit(project, edits, {"action": "x"}, reviewer="ann")
    if undone:
        with project.transaction() as connection:
            connection.execute("UPDATE op SET undone = 1 WHERE id = ?", (number,))


def told(project: Project) -> dict[str, tuple[str, int | None]]:
    """Name and what it was merged into of each class by key."""
    return {entry.key: (entry.name, entry.into) for entry in load_classes(project)}


def test_every_field_that_an_edit_sets_is_set_and_no_other(project: Project) -> None:
    before = load_classes(project)
    values: dict[str, Any] = {
        "name": "hound",
        "colour": "#abcdef",
        "shortcut": "h",
        "position": 9,
        "description": "barks",
        "examples": ("dog/1.png",),
        "note": "to do",
    }
    for field, value in values.items():
        edit(project, dog=ClassEdit(**{field: value}))
        assert getattr(load_classes(project)[1], field) == value
    found = load_classes(project)
    assert {field: getattr(found[1], field) for field in values} == values
    assert (found[1].id, found[1].key, found[1].live) == (1, "dog", True)
    assert [found[0], *found[2:]] == [before[0], *before[2:]]
    edit(project, dog=ClassEdit(name="wolf", note="", shortcut=""))
    later = load_classes(project)[1]
    assert (later.name, later.note, later.shortcut) == ("wolf", "", "")
    assert later.colour == "#abcdef" and later.description == "barks"


def test_edits_in_force_count_in_their_order_and_undone_ones_do_not(project: Project) -> None:
    edit(project, dog=ClassEdit(name="hound"), cat=ClassEdit(name="lion"))
    edit(project, dog=ClassEdit(name="wolf"), undone=True)
    edit(project, cat=ClassEdit(name="tiger"))
    assert told(project)["dog"][0] == "hound" and told(project)["cat"][0] == "tiger"
    with project.transaction() as connection:
        # By the time it was given, whatever its number here.
        connection.execute("UPDATE op SET time = 1 WHERE id = 3")
    assert told(project)["cat"][0] == "lion"


def test_merges_lead_to_what_the_target_became_and_never_in_a_circle(project: Project) -> None:
    edit(project, cat=ClassEdit(into="dog"))
    edit(project, dog=ClassEdit(into="bird"))
    assert load_class_map(project).of(np.arange(4)).tolist() == [2, 2, 2, 3]
    # As two people may have done at once: the first one stays.
    edit(project, bird=ClassEdit(into="cat"))
    assert load_class_map(project).of(np.arange(4)).tolist() == [2, 2, 2, 3]
    edit(project, owl=ClassEdit(into="cat"))
    assert told(project)["owl"] == ("owl", 2)
    edit(project, owl=ClassEdit(into="nothing that is here"))
    assert told(project)["owl"] == ("owl", 2)
    edit(project, bird=ClassEdit(into=DELETED))
    assert load_class_map(project).of(np.arange(4)).tolist() == [-1] * 4
    edit(project, bird=ClassEdit(live=True))
    assert load_class_map(project).of(np.arange(4)).tolist() == [2] * 4
    assert told(project)["bird"] == ("bird", None)


def test_a_class_somebody_added_is_there_while_that_is_in_force(project: Project) -> None:
    def add(key: str, *, undone: bool = False, new: bool = True) -> None:
        edits = {key: ClassEdit(added=True, live=True)}
        number = journal.append_class_edit(
            project, edits, {}, reviewer="ann", new_keys=[key] if new else []
        )
        if undone:
            with project.transaction() as connection:
                connection.execute("UPDATE op SET undone = 1 WHERE id = ?", (number,))

    add("fox", undone=True)
    fox = load_classes(project)[4]
    assert (fox.name, fox.into, fox.unborn, fox.live) == ("fox", UNLABELLED, True, False)
    edit(project, owl=ClassEdit(into=DELETED))
    owl = load_classes(project)[3]
    # One that was deleted was there.
    assert (owl.into, owl.unborn) == (UNLABELLED, False)
    add("fox", new=False)
    fox = load_classes(project)[4]
    assert (fox.into, fox.unborn, fox.live) == (None, False, True)
    edit(project, fox=ClassEdit(into=DELETED))
    assert load_classes(project)[4].unborn is False and told(project)["fox"][1] == UNLABELLED
    # Undone in a copy that never had it.
    with project.transaction() as connection:
        params = json.dumps({"set": {"elk": {"added": True, "live": True}}})
        journal.insert_operation(connection, "classes", {}, "ann")
        connection.execute("UPDATE op SET params = ?, undone = 1 WHERE id = 5", (params,))
    assert "elk" not in told(project)


def test_classes_that_were_given_one_name_are_told_apart(project: Project) -> None:
    edit(project, dog=ClassEdit(name="cat"), bird=ClassEdit(name="cat"))
    assert [name for name, _ in told(project).values()] == ["cat", "cat (2)", "cat (3)", "owl"]
    edit(project, owl=ClassEdit(name="cat (2)"))
    assert told(project)["owl"][0] == "cat (2) (2)"
    # One that is not there takes no name from anybody.
    edit(project, cat=ClassEdit(into=DELETED))
    assert [name for name, _ in told(project).values()] == ["cat", "cat", "cat (2)", "cat (2) (2)"]


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"colour": "red"},
        {"colour": "#12345"},
        {"colour": "#1234567"},
        {"shortcut": "ab"},
        {"position": -1},
        {"position": "1"},
        {"examples": ["a"] * 101},
        {"note": 3},
    ],
)
def test_an_edit_that_cannot_be_changes_nothing(project: Project, values: dict[str, Any]) -> None:
    before = load_classes(project)
    with project.transaction() as connection:
        params = {"set": {"dog": {"description": "fine", **values}}}
        journal.insert_operation(connection, "classes", params, "ann")
        journal.insert_operation(connection, "classes", {"set": None}, "ann")
    assert load_classes(project) == before


def test_texts_of_any_type_in_the_table_are_read_as_text(project: Project) -> None:
    with project.transaction() as connection:
        connection.execute("UPDATE class SET name = x'c3a9ff', colour = 5 WHERE id = 1")
    found = load_classes(project)[1]
    assert (found.name, found.key, found.colour) == ("é\ufffd", "é\ufffd", default_colour(1))


def test_edits_are_written_without_what_they_leave() -> None:
    edits = {"dog": ClassEdit(name="hound", examples=("a",)), "cat": ClassEdit(into=DELETED)}
    values = json.loads(json.dumps(edit_values(edits)))
    assert values == {"dog": {"name": "hound", "examples": ["a"]}, "cat": {"into": ""}}
    assert added_keys({"set": values}) == []
    values = edit_values({"fox": ClassEdit(added=True, live=True), "dog": ClassEdit(name="x")})
    assert added_keys({"set": values}) == ["fox"] and added_keys({"set": [3]}) == []


def test_new_classes_continue_colours_and_keys(project: Project) -> None:
    rows = class_rows([f"c{i}" for i in range(20)])
    assert [row[0] for row in rows] == [row[4] for row in rows] == list(range(20))
    assert [row[1] for row in rows] == [f"c{i}" for i in range(20)]
    assert [row[3] for row in rows] == [*"1234567890", *[""] * 10]
    assert [row[2] for row in rows] == [default_colour(number) for number in range(20)]
    with project.transaction() as connection:
        for number in range(4, 12):
            made = insert_class(connection, number, f"c{number}")
            assert (made.id, made.name, made.colour, made.shortcut, made.position) == rows[number]
            assert made.key == made.name
    stored = project.connection.execute("SELECT * FROM class WHERE id > 3").fetchall()
    assert stored == rows[4:12]
