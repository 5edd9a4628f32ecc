"""Audit, second opinion, merge and replay as a script sees them."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.session.session import Session
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.statistics.intervals import clopper_pearson
from tests.builders import add_detection, make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = make_project(tmp_path / "pets.lnl", count=60)
    add_detection(folder)
    return folder


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    """The JSON a command prints as its last line."""
    capsys.readouterr()
    assert main([str(word) for word in arguments] + ["--json"]) == 0
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_an_audit_of_labels_that_need_no_look_is_a_fact_for_scripts(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session.open(project) as session:
        newest = session.runs.latest("detect")
        assert newest is not None
        sound = ~session.columns.flagged
        np.save(newest.folder / "well_labelled.npy", sound)
        summary = {"threshold": 0.5, "well_labelled": int(sound.sum()), "well_labelled_bound": 0.1}
        write_json(newest.folder / "summary.json", summary)
    drawn = answer(capsys, "audit", project, "draw", "--size", 5)
    assert answer(capsys, "info", project)["audits"][0]["need_no_look"] is None
    paths = [word for path in drawn["paths"] for word in ("--path", path)]
    assert main(["review", str(project), "keep", *paths]) == 0
    # Whoever names them all at once has looked at none.
    assert "5 images named at once count as decided unseen" in capsys.readouterr().err
    assert answer(capsys, "info", project)["audits"][0]["need_no_look"] is None
    for path in drawn["paths"]:
        assert main(["review", str(project), "keep", "--path", path]) == 0
        assert "named at once" not in capsys.readouterr().err
    (told,) = answer(capsys, "info", project)["audits"]
    assert told["need_no_look"]["audited"] == 5
    assert answer(capsys, "audit", project, "report")["audits"] == [told]


def test_without_opinions_there_is_nothing_to_adopt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_project(tmp_path / "untouched.lnl")
    assert answer(capsys, "review", folder, "adopt")["changed"] == 0
    # Nor with verdicts that are no opinions.
    assert answer(capsys, "review", folder, "keep", "--path", "cat/0000.png")["changed"] == 1
    assert answer(capsys, "review", folder, "adopt")["changed"] == 0


def labels(folder: Path) -> list[tuple[int, int]]:
    with Session.open(folder, read_only=True) as session:
        columns = session.columns
        return list(zip(columns.current.tolist(), columns.status.tolist(), strict=True))


def test_an_audit_from_drawing_to_report(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = answer(capsys, "audit", project, "draw", "--size", 20, "--seed", 3, "--stratified")
    assert len(drawn["paths"]) == 20
    assert drawn["population"] == 40
    table = tmp_path / "verdicts.csv"
    with table.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["path", "verdict"])
        writer.writerows((path, "keep") for path in drawn["paths"][:15])
        writer.writerows((path, "exclude") for path in drawn["paths"][15:17])
    assert answer(capsys, "review", project, "apply", "--table", table)["changed"] == 17
    (report,) = answer(capsys, "audit", project, "report")["audits"]
    assert (report["judged"], report["wrong"], report["left"]) == (15, 0, 3)
    assert report["set_aside"] == 2
    # What was set aside may have had a wrong label.
    assert report["residual_rate"]["value"] == report["residual_rate"]["low"] == 0.0
    assert report["residual_rate"]["high"] == pytest.approx(clopper_pearson(2, 17).high)
    aside = "2 of its samples were set aside"
    assert main(["audit", str(project), "report"]) == 0
    told = capsys.readouterr().out
    assert "0 wrong of 15 reviewed (3 left, 0 unsure): residual noise 0.00 %" in told
    assert aside in told
    assert main(["info", str(project)]) == 0
    shown = capsys.readouterr().out
    assert "0 wrong of 15 reviewed" in shown and aside in shown
    assert "review the next 20, expect" in shown


def test_an_audit_of_nothing_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in ("0", "-5", "many"):
        # A mistyped number, as everywhere.
        with pytest.raises(SystemExit) as ended:
            main(["audit", str(project), "draw", "--size", number])
        assert ended.value.code == 2
        assert "argument --size" in capsys.readouterr().err
    assert main(["audit", str(project), "report"]) == 0
    assert "No audit" in capsys.readouterr().out


def test_a_second_opinion_changes_no_label_and_shows_in_info(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ann, bob = ("--reviewer", "ann"), ("--reviewer", "bob", "--blind")
    assert answer(capsys, "review", project, "accept", "--top", 10, *ann)["changed"] == 10
    before = labels(project)
    listed = answer(capsys, "review", project, "list", *bob)
    assert len(listed) == 20 and {*listed[0]} == {"path", "given_label"}
    assert main(["review", str(project), "list", *bob]) == 0
    assert "->" not in capsys.readouterr().out
    assert answer(capsys, "review", project, "accept", "--top", 8, *bob)["changed"] == 8
    assert answer(capsys, "review", project, "keep", "--top", 2, *bob)["changed"] == 2
    assert answer(capsys, "review", project, "exclude", "--top", 1, *bob)["changed"] == 1
    assert labels(project) == before
    facts = answer(capsys, "info", project)
    (kappa,) = facts["agreement"]
    assert (kappa["first"], kappa["second"], kappa["samples"]) == ("ann", "bob", 10)
    assert kappa["agreed"] == 8
    assert facts["disagreements"] == 2
    queue = answer(capsys, "review", project, "disagreements")
    assert set(queue[0]["decisions"]) == {"ann", "bob"}
    paths = [word for entry in queue for word in ("--path", entry["path"])]
    answer(capsys, "review", project, "keep", *paths, *ann)
    assert answer(capsys, "review", project, "disagreements") == []
    # Bob's exclusion of a sample nobody else looked at: it waits, and is told of.
    assert answer(capsys, "info", project)["opinions_waiting"] == 1
    assert main(["info", str(project)]) == 0
    assert "1 opinion of a second reviewer" in capsys.readouterr().out
    assert answer(capsys, "review", project, "adopt", *ann)["changed"] == 1
    facts = answer(capsys, "info", project)
    assert (facts["by_status"]["excluded"], facts["opinions_waiting"]) == (1, 0)


def test_blind_needs_a_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(project), "accept", "--blind"]) == 3
    assert "--reviewer" in capsys.readouterr().err


def test_two_copies_are_merged(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Path(shutil.copytree(project, tmp_path / "other.lnl"))
    paths = ["--path", "cat/0000.png", "--path", "cat/0003.png"]
    assert main(["review", str(project), "accept", *paths, "--reviewer", "ann"]) == 0
    paths = ["--path", "cat/0003.png", "--path", "cat/0006.png"]
    assert main(["review", str(other), "exclude", *paths, "--reviewer", "bob"]) == 0
    before = labels(other)
    merged = answer(capsys, "merge", project, other)
    assert (merged["operations"], merged["disagreements"]) == (1, 1)
    assert merged["conflicts"] == [
        {
            "path": "cat/0003.png",
            "reviewer": "ann",
            "here": "dog",
            "other_reviewer": "bob",
            "other": "excluded",
        }
    ]
    assert answer(capsys, "merge", project, other)["operations"] == 0
    assert labels(other) == before
    stranger = make_project(tmp_path / "stranger.lnl", count=9)
    assert main(["merge", str(project), str(stranger)]) == 3
    assert "another dataset" in capsys.readouterr().err


def test_a_journal_is_replayed_on_a_fresh_import(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", str(project), "accept", "--above", "0.7"]) == 0
    assert main(["review", str(project), "exclude", "--top", "3"]) == 0
    assert main(["review", str(project), "undo"]) == 0
    file = tmp_path / "journal.jsonl"
    assert answer(capsys, "review", project, "journal", "--journal", file)["operations"] == 3
    fresh = make_project(tmp_path / "fresh.lnl", count=60)
    assert answer(capsys, "review", fresh, "replay", "--journal", file)["changed"] > 0
    assert labels(fresh) == [
        state if state[1] else (given, 0)
        for state, (given, _) in zip(labels(project), labels(fresh), strict=True)
    ]
    smaller = make_project(tmp_path / "smaller.lnl", count=6)
    assert main(["review", str(smaller), "replay", "--journal", str(file)]) == 0
    said = capsys.readouterr().err
    assert "paths are not in this project" in said
    listed = [line for line in said.splitlines() if line.startswith("  ")]
    assert len(listed) == 11 and len({line for line in listed[:10] if ".png" in line}) == 10
    assert main(["merge", str(smaller), str(file), "--json"]) == 3
    printed = capsys.readouterr()
    assert [line for line in printed.err.splitlines() if line.startswith("  ")] == listed
    found = json.loads(printed.out.splitlines()[-1])
    assert found["missing_paths"][:10] == [line.strip() for line in listed[:10]]
    assert listed[-1].split()[1] == str(found["missing"] - 10)
    assert main(["review", str(fresh), "replay"]) == 3
    assert "--journal" in capsys.readouterr().err
