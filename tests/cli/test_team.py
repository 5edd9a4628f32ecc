"""Classes, remarks and packs without a window."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.main import run_verb
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import UNSEEN
from tests.builders import make_drawn_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_drawn_project(tmp_path)


def test_classes_are_listed_and_edited(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(folder)
    for words in (
        ["add", "owl"],
        ["rename", "dog", "hound"],
        ["merge", "cat", "--into", "hound"],
        ["colour", "owl", "#123456"],
        ["key", "owl", "x"],
        ["describe", "owl", "At night.", "--example", "bird/0002.png"],
        ["note", "owl", "Ask Ann."],
        ["reorder", "owl"],
    ):
        assert run_verb(["classes", project, *words]) == 0
    capsys.readouterr()
    assert run_verb(["classes", project, "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["classes"]
    assert [entry["name"] for entry in found] == ["owl", "hound", "bird"]
    assert [(e["given"], e["current"]) for e in found] == [(0, 0), (8, 8), (4, 4)]
    assert found[1]["dataset_name"] == "dog"
    owl = found[0]
    assert (owl["colour"], owl["key"], owl["note"]) == ("#123456", "X", "Ask Ann.")
    assert owl["examples"] == ["bird/0002.png"]
    assert run_verb(["classes", project, "undo"]) == 0
    assert run_verb(["classes", project, "list"]) == 0
    assert capsys.readouterr().out.startswith("hound")
    for words in (
        ["rename", "hound"],
        ["merge", "bird"],
        ["merge", "bird", "--into", "bird"],
        ["delete", "nobody"],
        ["add", ""],
        ["describe", "owl", "x", "--example", "nowhere.png"],
    ):
        assert run_verb(["classes", project, *words]) == MENDABLE
    assert run_verb(["classes", project, "hints", "--json"]) == 0
    assert {h["kind"] for h in json.loads(capsys.readouterr().out)["hints"]} >= {"small"}


def test_remarks_are_said_and_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project, path = str(folder), "dog/0004.png"
    for words in (["note", "Blurred."], ["tag", "night"], ["also", "cat"]):
        assert run_verb(["remark", project, *words, "--path", path]) == 0
    capsys.readouterr()
    assert run_verb(["remark", project, "list", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["path"], found["tags"], found["also"]) == (path, ["night"], ["cat"])
    assert list(found["notes"].values()) == ["Blurred."]
    assert run_verb(["review", project, "list", "--tag", "night", "--json"]) == 0
    assert [e["path"] for e in json.loads(capsys.readouterr().out)] == [path]
    assert run_verb(["review", project, "ask", "--path", path]) == 0
    capsys.readouterr()
    assert run_verb(["review", project, "list", "--asked", "--json"]) == 0
    assert [e["path"] for e in json.loads(capsys.readouterr().out)] == [path]
    assert run_verb(["remark", project, "note", "x"]) == MENDABLE
    assert run_verb(["remark", project, "untag", "nobody's", "--path", path]) == MENDABLE


def test_a_pack_goes_out_and_comes_back(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, other = tmp_path / "out.lnlpack", tmp_path / "out.lnl"
    assert run_verb(["pack", str(folder), str(pack), "--part", "1/1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["samples"] == 4
    assert run_verb(["unpack", str(pack)]) == 0
    assert run_verb(["review", str(other), "accept", "--reviewer", "bob"]) == 0
    journal = tmp_path / "bob.jsonl"
    assert run_verb(["review", str(other), "journal", "--journal", str(journal)]) == 0
    capsys.readouterr()
    assert run_verb(["merge", str(folder), str(journal), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["samples"], facts["missing"], facts["conflicts"]) == (4, 0, [])
    with Session.open(folder) as session:
        assert session.counts().flagged_left == 0
    # Without the detour by a journal file, and nothing new.
    assert run_verb(["merge", str(folder), str(other), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["operations"] == 0
    assert run_verb(["pack", str(folder), str(pack)]) == MENDABLE
    pack.write_text("hello")
    assert run_verb(["unpack", str(pack), "--project", str(tmp_path / "bad.lnl")]) == MENDABLE


def test_the_next_labels_below_the_line_are_those_of_the_window(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(folder)
    with Session.open(folder) as session:
        columns = session.columns
        below = np.flatnonzero(~columns.flagged)
        worst = below[np.argsort(-columns.suspicion[below], kind="stable")][:3]
        wanted = [session.path_of(row) for row in worst]
    assert run_verb(["review", project, "list", "--next", "3", "--json"]) == 0
    assert [entry["path"] for entry in json.loads(capsys.readouterr().out)] == wanted
    assert run_verb(["review", project, "keep", "--next", "3"]) == 0
    with Session.open(folder) as session:
        decided = np.flatnonzero(session.columns.status != UNSEEN)
        assert sorted(decided) == sorted(worst)
    for wrong in (["--next", "3", "--top", "2"], ["--next", "3", "--asked"]):
        assert run_verb(["review", project, "list", *wrong]) == MENDABLE


@pytest.mark.parametrize("option", ["--top", "--next"])
@pytest.mark.parametrize("number", ["-1", "0", "many"])
def test_the_number_of_samples_to_decide_is_one_or_more(
    folder: Path, option: str, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # Counted from the end, -1 would be all suspects but one.
    with pytest.raises(SystemExit) as ended:
        run_verb(["review", str(folder), "accept", option, number])
    assert ended.value.code == 2
    assert f"argument {option}" in capsys.readouterr().err
    with Session.open(folder, read_only=True) as session:
        assert session.counts().reviewed == 0


def test_a_pack_of_an_unknown_path_is_refused(folder: Path, tmp_path: Path) -> None:
    asked = ["pack", str(folder), str(tmp_path / "out.lnlpack"), "--path", "nowhere.png"]
    assert run_verb(asked) == MENDABLE


@pytest.mark.parametrize("way", ["merge", "merge journal", "replay"])
@pytest.mark.parametrize("choice", ["", "leave", "take"])
def test_other_pictures_are_an_error_until_somebody_says_what_becomes_of_them(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str, choice: str
) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other.lnl"))
    for place, letter in ((folder, b"A"), (other, b"B")):
        facts = np.zeros(12, [("content_hash", "S32")])
        facts["content_hash"] = [letter + bytes([65 + row]) * 8 for row in range(12)]
        np.save(place / "arrays" / "facts.npy", facts)
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.array([0, 1]))
        session.team.write_journal(tmp_path / "bob.jsonl")
    words = {
        "merge": ["merge", str(folder), str(other)],
        "merge journal": ["merge", str(folder), str(tmp_path / "bob.jsonl")],
        "replay": ["review", str(folder), "replay", "--journal", str(tmp_path / "bob.jsonl")],
    }[way]
    capsys.readouterr()
    code = run_verb([*words, *(["--other-pictures", choice] if choice else [])])
    said = capsys.readouterr().err
    assert code == (0 if choice else MENDABLE)
    told = {"": "--other-pictures leave", "leave": "2 decisions on other", "take": "2 decisions"}
    assert told[choice] in said
    with Session.open(folder, read_only=True) as session:
        assert np.count_nonzero(session.columns.status != UNSEEN) == (2 if choice == "take" else 0)
