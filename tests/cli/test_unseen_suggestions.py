"""Suggestions are not taken unseen where nothing is known of the labels, unless that is said."""

import json
from pathlib import Path

import pytest

from lnl_gui.cli.exit_codes import DONE, MENDABLE, USAGE
from lnl_gui.cli.main import run_verb
from lnl_gui.session.browsing.views import open_suspects
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import UNSEEN
from tests.builders import add_detection, judge_nothing, make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = make_project(tmp_path / "pets.lnl")
    add_detection(folder)
    return folder


def decided(project: Path) -> int:
    with Session.open(project, read_only=True) as session:
        return int((session.columns.status != UNSEEN).sum())


@pytest.mark.parametrize("words", [["--above", "0.5"], ["--top", "2"], ["--given", "cat"], []])
def test_accepting_in_bulk_is_refused_where_nothing_is_known(
    project: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    judge_nothing(project)
    command = ["review", str(project), "accept", *words]
    assert run_verb([*command, "--json"]) == MENDABLE and decided(project) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == "cannot_judge"
    assert "--accept-unjudged" in said.err and "The encoder sees nothing." in said.err
    assert "small" not in said.err
    assert run_verb([*command, "--accept-unjudged"]) == DONE and decided(project) > 0
    warned = capsys.readouterr().err
    count = 2 if words[:1] == ["--top"] else 10
    assert f"Up to {count} of {count} suggestions may be wrong" in warned
    assert "The encoder sees nothing." in warned


def test_what_is_named_or_judged_is_accepted_as_before(project: Path) -> None:
    assert run_verb(["review", str(project), "accept", "--top", "2"]) == DONE
    judge_nothing(project)
    with Session.open(project, read_only=True) as session:
        path = session.path_of(int(open_suspects(session.columns)[0]))
    assert run_verb(["review", str(project), "accept", "--path", path]) == DONE
    assert decided(project) == 3
    assert run_verb(["review", str(project), "keep", "--top", "1", "--accept-unjudged"]) == USAGE


@pytest.mark.parametrize("verb", ["export", "patch", "report"])
def test_nothing_is_written_with_them(
    project: Path, tmp_path: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    judge_nothing(project)
    target = tmp_path / "out.html"
    command = [verb, str(project), str(target), "--accept-suggestions"]
    assert run_verb(command) == MENDABLE and not target.exists()
    assert "--accept-unjudged" in capsys.readouterr().err
    more = ["--images", "none"] if verb == "export" else []
    run_verb([*command, "--accept-unjudged", *more])
    assert "may be wrong" in capsys.readouterr().err
