"""What is known of a project's folder before it is opened."""

import json
import os
from pathlib import Path

import pytest

from lnl_gui.session.projects import (
    demo_project,
    free_name,
    last_changed,
    place_for_predictions,
    projects_in,
    suspects_left,
)
from tests.builders import make_project


def test_the_demo_lies_with_what_lnl_keeps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LNL_HOME", str(tmp_path))
    assert demo_project().relative_to(tmp_path).parts[-2:] == ("demo", "digits.lnl")


def test_predictions_of_a_project_are_reviewed_beside_it(tmp_path: Path) -> None:
    project = make_project(tmp_path / "pets.lnl")
    table = project / "runs" / "predict-1" / "predictions.csv"
    assert place_for_predictions(table) == tmp_path / "pets-new.lnl"
    assert place_for_predictions(table.with_name("other.csv")) is None
    assert place_for_predictions(tmp_path / "runs" / "predict-1" / "predictions.csv") is None
    assert place_for_predictions(Path("predictions.csv")) is None


def test_a_name_that_is_taken_gets_the_next_number(tmp_path: Path) -> None:
    wanted = tmp_path / "pets.lnl"
    assert free_name(wanted) == wanted
    wanted.mkdir()
    assert free_name(wanted) == tmp_path / "pets 2.lnl"
    (tmp_path / "pets 2.lnl").mkdir()
    assert free_name(wanted) == tmp_path / "pets 3.lnl"


def test_a_project_was_changed_when_its_database_was(tmp_path: Path) -> None:
    project = make_project(tmp_path / "pets.lnl")
    os.utime(project / "project.db", (1_700_000_000, 1_700_000_123))
    assert last_changed(project) == 1_700_000_123
    assert last_changed(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (json.dumps({"flagged_left": 12}), 12),
        (json.dumps({"flagged_left": 0}), 0),
        (json.dumps({"flagged_left": -1}), None),
        (json.dumps({"flagged_left": "12"}), None),
        (json.dumps({}), None),
        (json.dumps([12]), None),
        ("{", None),
    ],
)
def test_suspects_left_are_those_of_when_it_was_closed(
    text: str, left: int | None, tmp_path: Path
) -> None:
    project = make_project(tmp_path / "pets.lnl")
    assert suspects_left(project) is None
    (project / "arrays" / "left.json").write_text(text)
    assert suspects_left(project) == left


def test_projects_are_known_by_their_ending_in_capitals_too(tmp_path: Path) -> None:
    for name in ("a.lnl", "B.LNL", "c.txt", "lnl"):
        (tmp_path / name).mkdir()
    assert sorted(found.name for found in projects_in(tmp_path)) == ["B.LNL", "a.lnl"]
    assert projects_in(tmp_path / "gone") == []
