"""Decisions on images that have become other pictures are asked about, marked and looked at."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.pipeline.detection.detect import verdict_labels
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.derived_columns import OTHER_PICTURE
from lnl_gui.session.session import Session
from lnl_gui.store import audits
from lnl_gui.store.project import open_project
from lnl_gui.store.samples import KEPT
from tests.conftest import draw_image
from tests.pipeline.datasets.test_update import rows_by_path

DECIDED = ("circle/circle-00.png", "circle/circle-01.png")


@pytest.fixture
def images(embedded: Path) -> Path:
    return embedded.parent / "shapes"


@pytest.fixture
def decided(embedded: Path) -> list[int]:
    """Rows of a project of which one is kept and one is excluded."""
    with Session.open(embedded) as session:
        rows = [rows_by_path(session)[path] for path in DECIDED]
        session.keep(np.array(rows[:1]))
        session.exclude(np.array(rows[1:]))
        return rows


def foreign_copy(images: Path, target: Path) -> Path:
    """Other pictures under the same names."""
    shutil.copytree(images, target)
    for number, file in enumerate(sorted(target.rglob("*.png"))):
        draw_image(number % 3, 900 + number).save(file)
    return target


def marked(project: Path) -> list[int]:
    with Session.open(project, read_only=True) as session:
        return np.flatnonzero(session.derived.issue(OTHER_PICTURE)).tolist()


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_a_foreign_dataset_is_asked_about_and_leaves_a_mark(
    embedded: Path,
    images: Path,
    decided: list[int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = foreign_copy(images, tmp_path / "other")
    assert run("update", embedded, "--source", other, "--json") == MENDABLE
    assert json.loads(capsys.readouterr().out)["error"] == "most_missing"
    assert marked(embedded) == []
    assert run("update", embedded, "--source", other, "--accept-missing") == 0
    assert marked(embedded) == decided
    # Known already, and marked as before.
    assert run("update", embedded) == 0
    assert marked(embedded) == decided
    capsys.readouterr()
    assert run("info", embedded) == 0
    assert "2 decisions were made on other pictures" in capsys.readouterr().out
    assert run("review", embedded, "list", "--issue", "other_picture", "--json") == 0
    assert [e["path"] for e in json.loads(capsys.readouterr().out)] == list(DECIDED)
    assert (verdict_labels(take_snapshot(embedded)) == -1).all()


@pytest.mark.parametrize("verdict", ["keep", "exclude"])
def test_a_look_at_the_picture_takes_the_mark_away_and_undo_brings_it_back(
    embedded: Path, images: Path, decided: list[int], verdict: str
) -> None:
    for path in DECIDED:
        draw_image(1, 900).save(images / path)
    assert run("update", embedded) == 0
    with Session.open(embedded) as session:
        marks = session.columns
        for row in decided:
            # Also the same verdict as before.
            getattr(session, verdict)(np.array([row]))
        assert not marks.other_picture.any()
        session.undo()
        assert np.flatnonzero(marks.other_picture).tolist() == decided[1:]
        session.redo()
        assert not marks.other_picture.any()
        session.undo()
        session.undo()
        assert np.flatnonzero(marks.other_picture).tolist() == decided
        session.reset(np.array(decided))
        assert not marks.other_picture.any()
    assert marked(embedded) == []


def test_a_picture_that_is_put_back_needs_no_look(
    embedded: Path, images: Path, decided: list[int], tmp_path: Path
) -> None:
    shutil.copytree(images, tmp_path / "kept")
    for path in DECIDED:
        draw_image(1, 900).save(images / path)
    assert run("update", embedded) == 0
    assert marked(embedded) == decided
    for path in DECIDED:
        shutil.copy2(tmp_path / "kept" / path, images / path)
    assert run("update", embedded) == 0
    assert marked(embedded) == []


def test_an_audit_does_not_count_what_is_another_picture(
    embedded: Path, images: Path, decided: list[int]
) -> None:
    with open_project(embedded) as project:
        audits.save_audit(
            project, np.array(decided), reviewer="ann", seed=1, stratified=False, population=9
        )
    draw_image(1, 900).save(images / DECIDED[1])
    assert run("update", embedded) == 0
    with Session.open(embedded) as session:
        (report,) = session.statistics.audit_reports()
        assert (report.judged, report.wrong, report.left) == (1, 0, 1)
        row = decided[1]
        other = 1 - int(session.columns.given[row])
        session.relabel(np.array([row]), other)
        (report,) = session.statistics.audit_reports()
        assert (report.judged, report.wrong, report.left) == (2, 1, 0)


def test_a_journal_says_which_picture_was_judged(
    embedded: Path, images: Path, decided: list[int], tmp_path: Path
) -> None:
    before = Path(shutil.copytree(embedded, tmp_path / "before.lnl"))
    with Session.open(before) as session:
        session.undo()
        session.undo()
    draw_image(1, 900).save(images / DECIDED[0])
    assert run("update", embedded) == 0
    assert run("review", embedded, "journal", "--journal", tmp_path / "j.jsonl") == 0
    with open_project(before) as project, project.transaction() as connection:
        # As another import, which knows none of the operations.
        for table in ("op_change", "op", "current"):
            connection.execute(f"DELETE FROM {table}")
    assert run("review", before, "replay", "--journal", tmp_path / "j.jsonl") == 0
    with Session.open(before, read_only=True) as session:
        assert session.columns.status[decided[0]] == KEPT


def test_a_few_edited_images_and_an_exact_copy_are_not_asked_about(
    embedded: Path, images: Path, decided: list[int], tmp_path: Path
) -> None:
    shutil.copytree(images, tmp_path / "same")
    assert run("update", embedded, "--source", tmp_path / "same") == 0
    assert marked(embedded) == []
    for path in DECIDED:
        draw_image(1, 900).save(tmp_path / "same" / path)
    assert run("update", embedded) == 0
    assert marked(embedded) == decided


def test_relocate_marks_as_well(
    embedded: Path, images: Path, decided: list[int], tmp_path: Path
) -> None:
    other = foreign_copy(images, tmp_path / "other")
    assert run("relocate", embedded, "--image-root", other) == MENDABLE
    assert run("relocate", embedded, "--image-root", other, "--accept-missing") == 0
    assert marked(embedded) == decided
