"""`lnl-gui review`: every option chooses, together with the others, or is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lnl_gui.cli.exit_codes import DONE, MENDABLE, USAGE
from lnl_gui.cli.main import run_verb
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import UNSEEN
from tests.builders import add_detection, make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = make_project(tmp_path / "pets.lnl", count=60)
    add_detection(folder, flag_every=2)
    return folder


def decided(project: Path) -> list[str]:
    with Session.open(project, read_only=True) as session:
        found = session.columns.status != UNSEEN
        return [path for path, there in zip(session.columns.paths, found, strict=True) if there]


def listed(capsys: pytest.CaptureFixture[str], project: Path, *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run_verb(["review", str(project), "list", *words, "--json"]) == DONE
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["accept", "--class", "cat"], ("--class", "--given CLASS and --suggested CLASS")),
        (["list", "--class", "cat"], ("--class", "--given")),
        (["keep", "--table", "verdicts.csv"], ("--table", "--path")),
        (["keep", "--journal", "journal.jsonl"], ("--journal",)),
        (["undo", "--top", "3"], ("`review undo` does not use --top", "Leave --top out")),
        (["redo", "--path", "cat/0000.png"], ("--path",)),
        (["adopt", "--given", "cat"], ("--given",)),
        (["apply", "--table", "v.csv", "--above", "0.9"], ("--above", "It uses --table")),
        (["replay", "--journal", "j.jsonl", "--well-labelled"], ("--well-labelled",)),
        (["disagreements", "--asked"], ("--asked",)),
    ],
)
def test_an_option_that_the_verdict_does_not_use_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], words: list[str], names: tuple[str, ...]
) -> None:
    assert run_verb(["review", str(project), *words, "--json"]) == USAGE
    said = capsys.readouterr()
    assert all(name in said.err for name in names)
    assert json.loads(said.out)["error"] == "usage"
    assert decided(project) == []


def test_a_setting_that_another_verdict_uses_is_no_mistake(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LNL_REVIEW__TOP", "3")
    assert run_verb(["review", str(project), "keep"]) == DONE
    assert len(decided(project)) == 3
    assert run_verb(["review", str(project), "undo"]) == DONE
    assert decided(project) == []


def test_paths_and_filters_hold_together(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suspects = listed(capsys, project)
    best, worst = suspects[0], suspects[-1]
    between = str((best["suspicion"] + worst["suspicion"]) / 2)
    paths = ["--path", worst["path"], "--path", best["path"]]
    command = ["review", str(project), "accept", *paths, "--above", between]
    assert run_verb(command) == DONE
    assert "1 of the paths is left out by the other options" in capsys.readouterr().err
    assert decided(project) == [best["path"]]
    # What is named is meant though it has a verdict already, or is no suspect.
    for path in (best["path"], "dog/0001.png"):
        assert [entry["path"] for entry in listed(capsys, project, "--path", path)] == [path]
    assert [entry["path"] for entry in listed(capsys, project, *paths, "--top", "1")] == [
        best["path"]
    ]
    assert listed(capsys, project, "--path", best["path"], "--given", worst["given_label"]) == [
        entry for entry in suspects[:1] if entry["given_label"] == worst["given_label"]
    ]


def test_paths_are_no_labels_below_the_line(project: Path) -> None:
    command = ["review", str(project), "list", "--next", "3", "--path", "dog/0001.png"]
    assert run_verb(command) == MENDABLE


def test_an_issue_and_well_labelled_hold_together(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session.open(project) as session:
        session.remarks.note(np.array([0, 1, 51]), "Blurred.")
        newest = session.runs.latest("detect")
        assert newest is not None
        np.save(newest.folder / "well_labelled.npy", np.arange(60) >= 50)
    for words, count in (
        (["--issue", "noted"], 3),
        (["--well-labelled"], 10),
        (["--issue", "noted", "--well-labelled"], 1),
    ):
        assert len(listed(capsys, project, *words)) == count


@pytest.mark.parametrize("value", ["95", "-0.1", "nan", "inf", "high"])
def test_a_suspicion_is_a_number_from_0_to_1(
    project: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run_verb(["review", str(project), "accept", f"--above={value}"])
    assert ended.value.code == USAGE
    assert "argument --above" in capsys.readouterr().err
    assert decided(project) == []


@pytest.mark.parametrize("verb", [["review", "{}", "list"], ["pack", "{}", "out.lnlpack"]])
def test_a_tag_that_no_sample_has_is_named(
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    verb: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    command = [word.format(project) for word in verb]
    assert run_verb([*command, "--tag", "nigth"]) == MENDABLE
    assert "No sample has any tag" in capsys.readouterr().err
    assert run_verb(["remark", str(project), "tag", "night", "--path", "dog/0001.png"]) == DONE
    assert run_verb([*command, "--tag", "nigth"]) == MENDABLE
    assert "Did you mean night?" in capsys.readouterr().err


def test_a_pack_holds_the_paths_that_pass_the_filters(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = ["--path", "cat/0000.png", "--path", "dog/0001.png", "--path", "cat/0003.png"]
    command = ["pack", str(project), str(tmp_path / "out.lnlpack"), *paths, "--given", "cat"]
    for path in paths[1::2]:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        Image.new("RGB", (20, 20)).save(tmp_path / path)
    assert run_verb([*command, "--json"]) == DONE
    said = capsys.readouterr()
    assert json.loads(said.out)["samples"] == 2
    assert "1 of the paths is left out" in said.err


@pytest.fixture
def in_capitals(tmp_path: Path) -> Path:
    """Classes CAT, cat and Dog, each with an image of its own."""
    for number, name in enumerate(("CAT", "cat", "Dog")):
        folder = tmp_path / "pets" / f"{number}" / name
        folder.mkdir(parents=True)
        Image.new("RGB", (8, 8), (number, 0, 0)).save(folder / f"{number}.png")
    table = tmp_path / "pets" / "labels.csv"
    table.write_text("path,label\n0/CAT/0.png,CAT\n1/cat/1.png,cat\n2/Dog/2.png,Dog\n")
    project = tmp_path / "pets.lnl"
    assert run_verb(["import", str(table), "--project", str(project)]) == DONE
    return project


@pytest.mark.parametrize(
    ("name", "given"), [("cat", "cat"), ("CAT", "CAT"), ("dog", "Dog"), ("Cat", "")]
)
def test_a_class_is_the_one_that_is_written_so(
    in_capitals: Path, capsys: pytest.CaptureFixture[str], name: str, given: str
) -> None:
    ended = run_verb(
        ["review", str(in_capitals), "relabel", "--class", name, "--path", "2/Dog/2.png"]
    )
    with Session.open(in_capitals, read_only=True) as session:
        row = list(session.columns.paths).index("2/Dog/2.png")
        assert session.class_name(session.columns.current[row]) == (given or "Dog")
        assert session.counts().reviewed == bool(given)
    # Which of the two is meant nobody knows.
    assert ended == (DONE if given else MENDABLE)
    assert given or "differ from it in capitals: CAT, cat" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("label", "ended"), [("cat", DONE), ("CAT", MENDABLE), ("Cat", DONE), ("", DONE)]
)
def test_a_label_in_a_table_is_no_other_class(
    in_capitals: Path, tmp_path: Path, label: str, ended: int
) -> None:
    table = tmp_path / "verdicts.csv"
    table.write_text(f"path,verdict,label\n1/cat/1.png,keep,{label}\n")
    assert run_verb(["review", str(in_capitals), "apply", "--table", str(table)]) == ended
