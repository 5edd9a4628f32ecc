"""Classes that the dataset calls otherwise stay what they were; other labels are asked about."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.session.session import Session
from lnl_gui.store.history.merge import merge
from lnl_gui.store.jobs.parameters import CHANGED_LABELS, ImportParameters, UpdateParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image

CLASSES = ("cat", "dog", "owl")
EACH = 6


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of a table, in which somebody has kept a cat and made a dog one."""
    (tmp_path / "data").mkdir()
    for i in range(3 * EACH):
        draw_image(i // EACH, i).save(tmp_path / "data" / f"{i}.png")
    write(tmp_path, lambda i, name: name)
    folder = tmp_path / "p.lnl"
    import_dataset(ImportParameters(str(tmp_path / "data" / "labels.csv"), str(folder)), quiet=True)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([0]))
        session.relabel(np.array([EACH]), 0)
    return folder


def write(place: Path, label: Callable[[int, str], str]) -> None:
    with (place / "data" / "labels.csv").open("w", newline="", encoding="utf-8") as stream:
        names = [(f"{i}.png", label(i, CLASSES[i // EACH])) for i in range(3 * EACH)]
        csv.writer(stream).writerows([("path", "label"), *names])


def refresh(project: Path, **said: Any) -> dict[str, Any]:
    with Session.open(project) as session:
        return run_job(session, UpdateParameters(**said), quiet=True).metrics


def names(project: Path) -> list[str]:
    with Session.open(project, read_only=True) as session:
        return [session.class_name(int(number)) for number in session.columns.current[:: EACH // 2]]


@pytest.mark.parametrize(
    "label",
    [
        lambda i, name: name.capitalize(),
        lambda i, name: f"{name}s",
        lambda i, name: str(CLASSES.index(name)),
        lambda i, name: {"cat": "Katze"}.get(name, name),
        lambda i, name: {"cat": "owl 2", "dog": "cat 2", "owl": "dog 2"}[name],
    ],
)
def test_a_new_name_for_a_class_is_taken_over_and_given_back(
    project: Path, tmp_path: Path, label: Callable[[int, str], str]
) -> None:
    before = names(project)
    write(tmp_path, label)
    metrics = refresh(project)
    assert (metrics["new_classes"], metrics["labels_changed"]) == ([], 0)
    assert names(project) == [label(0, name) for name in before]
    assert refresh(project)["renamed_classes"] == []
    write(tmp_path, lambda i, name: name)
    metrics = refresh(project)
    assert (metrics["new_classes"], metrics["labels_changed"]) == ([], 0)
    assert names(project) == before
    with Session.open(project, read_only=True) as session:
        assert [entry.name for entry in session.shown_classes] == list(CLASSES)


def test_what_people_call_a_class_it_is_called(project: Path, tmp_path: Path) -> None:
    with Session.open(project) as session:
        session.class_edits.rename(0, "kitten")
    write(tmp_path, lambda i, name: name.upper())
    metrics = refresh(project)
    assert (metrics["new_classes"], metrics["labels_changed"]) == ([], 0)
    assert sorted(metrics["renamed_classes"]) == [["dog", "DOG"], ["owl", "OWL"]]
    assert names(project)[0] == "kitten"


def test_a_folder_by_another_name(embedded: Path) -> None:
    images = embedded.parent / "shapes"
    with Session.open(embedded, reviewer="ann") as session:
        session.keep(np.arange(len(session)))
    (images / "square").rename(images / "Squares")
    metrics = refresh(embedded)
    assert (metrics["added"], metrics["new_classes"], metrics["labels_changed"]) == (0, [], 0)
    assert metrics["renamed_classes"] == [["square", "Squares"]]


@pytest.mark.parametrize(
    ("label", "new"),
    [
        (lambda i, name: "fox" if i in (1, 2) else name, ["fox"]),
        (lambda i, name: "fox" if i < 4 else name, ["fox"]),
        (lambda i, name: "fox" if i < 5 or i == 7 else name, ["fox"]),
    ],
)
def test_some_labels_of_a_class_are_no_new_name(
    project: Path, tmp_path: Path, label: Callable[[int, str], str], new: list[str]
) -> None:
    write(tmp_path, label)
    metrics = refresh(project)
    assert (metrics["new_classes"], metrics["renamed_classes"]) == (new, [])
    assert metrics["labels_changed"] > 0


def test_a_class_that_the_dataset_has_made_another_is_named(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, lambda i, name: "dog" if name == "cat" else name)
    # Twice: it is so until somebody has said what they mean.
    for _ in range(2):
        assert main(["update", str(project)]) == 0
        said = capsys.readouterr().err
        assert "no longer has the class cat" in said and "classes PROJECT merge cat --into" in said
    assert main(["classes", str(project), "merge", "cat", "--into", "dog"]) == 0
    assert refresh(project)["classes_gone"] == []


@pytest.mark.parametrize(
    "label",
    [
        lambda i, name: {"cat": "ant", "dog": "cat", "owl": "dog"}[name],
        lambda i, name: {"dog": "owl", "owl": "yak"}.get(name, name),
        lambda i, name: {"cat": "dog", "dog": "cat"}.get(name, name),
        lambda i, name: f"{'abcd'[i % 4]}",
        lambda i, name: "animal",
    ],
    ids=["a line before", "a line between", "exchanged", "another column", "one for all"],
)
def test_labels_that_mostly_differ_are_asked_about_once(
    project: Path, tmp_path: Path, label: Callable[[int, str], str]
) -> None:
    write(tmp_path, label)
    with pytest.raises(UserError, match="another label than before") as caught:
        refresh(project)
    assert caught.value.code == CHANGED_LABELS and "--accept-layout" in str(caught.value.hint)
    accepted = ImportParameters("", "", accept_layout=True)
    assert refresh(project, dataset=accepted)["labels_changed"] >= EACH
    assert refresh(project)["labels_newly_changed"] == 0


def misread(place: Path) -> None:
    """Some labels as a slip of a pen left them for a while."""
    write(place, lambda i, name: f"my {name}" if i % EACH == 5 else name)


def classes(project: Path) -> list[str]:
    with Session.open(project, read_only=True) as session:
        return [entry.name for entry in session.shown_classes]


def test_classes_of_a_reading_that_was_put_right_are_forgotten(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    misread(tmp_path)
    assert refresh(project)["new_classes"] == ["my cat", "my dog", "my owl"]
    write(tmp_path, lambda i, name: name)
    assert main(["update", str(project)]) == 0
    assert "The dataset no longer has the class my cat" in capsys.readouterr().err
    assert classes(project) == list(CLASSES)
    assert refresh(project)["forgotten_classes"] == []
    # They are there again once the dataset has them, under the numbers that they had.
    misread(tmp_path)
    assert refresh(project)["new_classes"] == []
    assert classes(project) == [*CLASSES, "my cat", "my dog", "my owl"]
    with Session.open(project, read_only=True) as session:
        assert session.class_named("my dog").id == 4


@pytest.mark.parametrize("use", ["decided", "undone", "added", "described", "took it back"])
def test_a_class_that_somebody_has_used_or_wants_is_not_forgotten(
    project: Path, tmp_path: Path, use: str
) -> None:
    misread(tmp_path)
    refresh(project)
    with Session.open(project, reviewer="ann") as session:
        number = session.class_named("my dog").id
        if use in ("decided", "undone"):
            session.relabel(np.array([1]), number)
        if use == "undone":
            session.undo()
        if use == "added":
            session.class_edits.add("fox")
        if use == "described":
            session.class_edits.describe(number, "a doubtful dog")
    write(tmp_path, lambda i, name: name)
    refresh(project)
    if use == "took it back":
        with Session.open(project, reviewer="ann") as session:
            session.undo()
        assert refresh(project)["forgotten_classes"] == []
    kept = {"added": ["fox"], "took it back": ["my cat", "my dog", "my owl"]}.get(use, ["my dog"])
    assert classes(project) == [*CLASSES, *kept]


def test_a_decision_of_another_copy_brings_a_forgotten_class_back(
    project: Path, tmp_path: Path
) -> None:
    misread(tmp_path)
    refresh(project)
    copy = Path(shutil.copytree(project, tmp_path / "copy.lnl"))
    with Session.open(copy, reviewer="bob") as session:
        session.relabel(np.array([1]), session.class_named("my dog").id)
    write(tmp_path, lambda i, name: name)
    refresh(project)
    assert classes(project) == list(CLASSES)
    with open_project(project) as opened:
        merge(opened, copy)
    assert classes(project) == [*CLASSES, "my dog"]
    with Session.open(project, read_only=True) as session:
        assert session.class_name(int(session.columns.current[1])) == "my dog"
    # And the copy keeps what it decided, where the forgetting comes to it.
    with open_project(copy) as opened:
        merge(opened, project)
    with Session.open(copy, read_only=True) as session:
        assert session.class_name(int(session.columns.current[1])) == "my dog"
