"""A dataset that has a project: the command line names it and makes no second one by itself."""

import json
import os
import shutil
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.main import opens_window
from lnl_gui.session.projects import projects_of
from lnl_gui.store.project import open_project


def test_a_second_import_names_the_project_and_stops(
    class_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(class_folders)]) == 0
    project = class_folders.with_name("shapes.lnl")
    capsys.readouterr()
    assert main(["import", str(class_folders), "--json"]) == 3
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == "has_project"
    assert str(project) in said.err and "--new" in said.err
    assert main(["import", str(class_folders), "--new", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["project"] == str(project.with_name("shapes 2.lnl"))
    other = class_folders.with_name("mine.lnl")
    assert main(["import", str(class_folders), "--project", str(other)]) == 0
    assert "is a project of this dataset too" in capsys.readouterr().err


def test_projects_beside_and_inside_are_found_the_newest_first(class_folders: Path) -> None:
    inside = class_folders / "inside.lnl"
    beside = class_folders.with_name("other name.lnl")
    for number, project in enumerate((inside, beside)):
        assert main(["import", str(class_folders), "--project", str(project)]) == 0
        os.utime(project / "project.db", (1000 + number, 1000 + number))
    assert projects_of(class_folders) == [beside, inside]
    # A project of an earlier version says no more than where its images are.
    with open_project(beside) as opened, opened.transaction() as connection:
        connection.execute("DELETE FROM meta WHERE key = 'import'")
    assert beside in projects_of(class_folders)
    other = class_folders.with_name("another")
    shutil.copytree(class_folders, other, ignore=shutil.ignore_patterns("*.lnl"))
    assert projects_of(other) == []


def test_open_is_a_verb_for_the_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert opens_window(["open"]) and opens_window(["open", str(tmp_path)])
    missing = str(tmp_path / "missing")
    assert not opens_window(["open", missing])
    assert main(["open", missing]) == 3
    assert missing in capsys.readouterr().err
