"""Samples without a label at the command line: counted, listed, labelled in bulk, exported."""

import json
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.__main__ import main
from lnl_gui.session.session import Session
from tests.builders import make_unlabelled_project
from tests.conftest import draw_image


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_unlabelled_project(tmp_path / "p.lnl")


def images_of(project: Path) -> list[Path]:
    with Session.open(project, read_only=True) as session:
        return [project.parent / path for path in session.columns.paths]


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_listed_with_confidence_and_accepted_in_bulk(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = ["review", str(project)]
    assert main([*review, "list", "--unlabelled", "--top", "2", "--json"]) == 0
    first, second = said(capsys)
    assert (first["path"], first["given_label"], first["suggested_label"]) == (
        "dog/0004.png",
        "",
        "dog",
    )
    assert first["confidence"] > second["confidence"] > 0.8 and first["suspicion"] is None
    assert main([*review, "list", "--unlabelled"]) == 0
    assert "(no label) -> dog  dog/0004.png" in capsys.readouterr().out
    assert main([*review, "accept", "--unlabelled", "--above", "0.8", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["unlabelled_left"] == 4
    assert "4 left to label" in captured.err
    assert main([*review, "accept", "--unlabelled", "--suggested", "bird", "--json"]) == 0
    assert said(capsys)["changed"] == 2
    assert main([*review, "list", "--json"]) == 0
    assert all(entry["given_label"] for entry in said(capsys))


def test_keeping_what_is_not_there_is_an_error(
    project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["review", str(project), "keep", "--unlabelled"]) != 0
    assert "There is no label to keep" in capsys.readouterr().err
    table = tmp_path / "verdicts.csv"
    table.write_text("path,verdict\ncat/0000.png,exclude\ndog/0004.png,keep\n")
    assert main(["review", str(project), "apply", "--table", str(table)]) != 0
    error = capsys.readouterr().err
    assert "dog/0004.png has no label" in error and "Nothing was changed" in error
    assert main(["info", str(project), "--json"]) == 0
    assert said(capsys)["reviewed"] == 0


def test_info_and_export_state_the_number(
    project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for number, path in enumerate(images_of(project)):
        path.parent.mkdir(exist_ok=True)
        draw_image(number % 3, number).save(path)
    assert main(["info", str(project), "--json"]) == 0
    facts = said(capsys)
    assert (facts["unlabelled"], facts["unlabelled_left"], facts["flagged"]) == (6, 6, 8)
    out = str(tmp_path / "out")
    assert main(["export", str(project), out, "--images", "none", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["unlabelled"] == 6
    assert "without a label: 6" in captured.err


def test_an_explanation_speaks_of_the_suggestion(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["detect", str(project), "--explain", "dog/0004.png", "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)[0]
    assert (found["given_label"], found["suggested_label"]) == (None, "dog")
    assert found["suspicion"] is None and found["confidence"] > 0.9
    assert 'It has no label; "dog" is suggested' in captured.err


def test_import_states_the_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(6):
        folder = tmp_path / "set" / ("ab"[number % 2] if number < 4 else "unlabelled")
        folder.mkdir(parents=True, exist_ok=True)
        draw_image(number % 2, number).save(folder / f"{number}.png")
    assert main(["import", str(tmp_path / "set"), "--preview"]) == 0
    assert "2 of them without a label" in capsys.readouterr().out
    assert main(["import", str(tmp_path / "set"), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["unlabelled"] == 2
    assert "without a label: 2" in captured.err
