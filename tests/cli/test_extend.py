"""`lnl-gui extend`: reviewed images join a dataset, with the verdicts, and go again."""

import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset
from lnl_gui.pipeline.datasets import extend
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import KEPT, UNSEEN
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.errors import UserError
from tests.dataset.patching.test_patch import contents, make_image

PREDICTED = {"a.png": "cat", "b.png": "dog", "c.png": "cat", "d.png": "dog", "e.png": "cat"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "pets"
    for shade, path in enumerate(["cat/1.png", "cat/a.png", "dog/1.png", "dog/2.png"]):
        make_image(root / path, 10 * shade)
    return root


@pytest.fixture
def project(source: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "pets.lnl"
    import_dataset(ImportParameters(str(source), str(folder)), quiet=True)
    return folder


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """Predictions of new images: two confirmed by Ann, one corrected by Bob, two left open."""
    table = tmp_path / "new.csv"
    lines = ["path,label,probability"]
    for shade, (name, label) in enumerate(PREDICTED.items()):
        make_image(tmp_path / "new" / name, 200 + shade)
        lines.append(f"{tmp_path / 'new' / name},{label},0.5")
    table.write_text("\n".join(lines))
    folder = tmp_path / "new.lnl"
    import_dataset(ImportParameters(str(table), str(folder)), quiet=True)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([0, 1]))
        session.team.rename("bob")
        session.relabel(np.array([2]), session.class_named("dog").id)
        session.unsure(np.array([3]))
    return folder


def run(*arguments: object) -> int:
    return main(["extend", *map(str, arguments)])


def verdicts(project: Path) -> dict[str, tuple[str, int, str]]:
    """By path the given label, the status and who decided."""
    with Session.open(project) as session:
        history = {
            row: entries[-1].reviewer if (entries := session.history(row)) else ""
            for row in range(len(session))
        }
        return {
            session.path_of(row): (
                session.class_name(int(session.columns.given[row])),
                int(session.columns.status[row]),
                history[row],
            )
            for row in range(len(session))
        }


def test_without_a_word_nothing_is_changed(
    source: Path, project: Path, reviewed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(source)
    assert run(project, reviewed) == 0
    assert contents(source) == before
    said = capsys.readouterr().err
    assert "3 images are copied into" in said and "dog: 2, cat: 1" in said
    assert "unsure or asked about: 1, not decided on: 1" in said
    assert "say --in-place" in said
    assert len(verdicts(project)) == 4


def test_decided_images_join_with_their_verdicts_and_go_again(
    source: Path, project: Path, reviewed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(source)
    originals = contents(reviewed.parent / "new")
    assert run(project, reviewed, "--in-place", "--json") == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["copied"], said["renamed"], said["decisions"]) == (3, 1, 3)
    added = {
        "cat/a (2).png": originals["a.png"],
        "dog/b.png": originals["b.png"],
        "dog/c.png": originals["c.png"],
    }
    assert contents(source) == before | added
    assert contents(reviewed.parent / "new") == originals
    found = verdicts(project)
    assert {path: found[path] for path in added} == {
        "cat/a (2).png": ("cat", KEPT, "ann"),
        "dog/b.png": ("dog", KEPT, "ann"),
        "dog/c.png": ("dog", KEPT, "bob"),
    }
    assert all(found[path][1] == UNSEEN for path in before)
    # Once more there is nothing to do.
    assert run(project, reviewed, "--in-place", "--json") == 0
    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (again["copied"], again["known"], again["decisions"]) == (0, 3, 0)
    assert main(["apply", "--undo", said["undo"]]) == 0
    assert contents(source) == before


def test_images_nobody_decided_on_join_on_request_and_stay_undecided(
    project: Path, reviewed: Path
) -> None:
    assert run(project, reviewed, "--in-place", "--undecided") == 0
    assert verdicts(project)["cat/e.png"] == ("cat", UNSEEN, "")


def test_decisions_on_images_that_are_there_already_are_taken_over(
    source: Path, project: Path, reviewed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = reviewed.parent / "new"
    (source / "dog" / "same.png").write_bytes((new / "b.png").read_bytes())
    (source / "cat" / "other.png").write_bytes((new / "c.png").read_bytes())
    assert main(["update", str(project)]) == 0
    capsys.readouterr()
    assert run(project, reviewed, "--in-place", "--json") == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["copied"], said["known"], said["known_otherwise"]) == (1, 1, 1)
    found = verdicts(project)
    assert found["dog/same.png"] == ("dog", KEPT, "ann")
    assert found["cat/other.png"] == ("cat", UNSEEN, "")


def test_a_class_of_another_name_here_keeps_its_folder(
    source: Path, project: Path, reviewed: Path
) -> None:
    with Session.open(project) as session:
        session.class_edits.rename(session.class_named("dog").id, "hound")
    with Session.open(reviewed) as session:
        session.class_edits.rename(session.class_named("dog").id, "hound")
    assert run(project, reviewed, "--in-place") == 0
    assert (source / "dog" / "b.png").is_file() and not (source / "hound").exists()
    assert verdicts(project)["dog/b.png"][0] == "hound"


def test_a_failure_after_copying_leaves_the_dataset_as_it_was(
    source: Path, project: Path, reviewed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(source)

    def full(*_: object) -> None:
        raise UserError("the disk is full")  # type: ignore[arg-type]

    monkeypatch.setattr(extend, "leave", full)
    assert run(project, reviewed, "--in-place") != 0
    assert contents(source) == before
    assert not source.with_name("pets.undo").exists()


def test_what_finds_no_place_is_an_error_for_a_script(
    project: Path, reviewed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (reviewed.parent / "new" / "b.png").unlink()
    assert run(project, reviewed) == 3
    said = capsys.readouterr().err
    assert "1 image finds no place" in said and "b.png cannot be read" in said


def test_a_project_is_not_added_to_itself(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, project) != 0
    assert "this project itself" in capsys.readouterr().err
