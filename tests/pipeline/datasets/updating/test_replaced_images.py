"""Decisions on images that have become other pictures are none, marked, and looked at again."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.pipeline.detection.detect import verdict_labels
from lnl_gui.pipeline.detection.explain import explain_rows
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.curation import curate
from lnl_gui.session.browsing.derived_columns import OTHER_PICTURE
from lnl_gui.session.detection import principal_axes
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, UNSEEN
from lnl_gui.store.detection.scores import load_spread
from lnl_gui.store.history import audits
from lnl_gui.store.history.looked_at import ACCEPTED, LOOKED_AT, verdict_origins
from lnl_gui.store.history.looked_at import OTHER_PICTURE as DECIDED_ON_ANOTHER
from lnl_gui.store.project import open_project
from lnl_gui.util.files.array_file import write_array
from tests.builders import add_detection
from tests.conftest import draw_image
from tests.pipeline.datasets.updating.test_update import rows_by_path

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


def exported(project: Path, target: Path) -> dict[str, str]:
    """Decided images of an export with their status, by what their file holds now."""
    assert run("export", project, target, "--overwrite", "--accept-unjudged") == 0
    with (target / "samples.csv").open(encoding="utf-8", newline="") as table:
        return {
            content(project.parent / "shapes" / row["path"]): row["status"]
            for row in csv.DictReader(table)
            if row["status"] != "unseen"
        }


def content(file: Path) -> str:
    return hashlib.sha256(np.asarray(Image.open(file).convert("RGB")).tobytes()).hexdigest()


def decisions(images: Path) -> dict[str, str]:
    return {content(images / DECIDED[0]): "kept", content(images / DECIDED[1]): "excluded"}


def replace_files(images: Path) -> None:
    for number, path in enumerate(DECIDED):
        draw_image(1, 900 + number).save(images / path)


def swap_files(images: Path) -> None:
    for path, other in zip(DECIDED, ("circle/circle-07.png", "circle/circle-08.png"), strict=True):
        (images / path).rename(images / "aside")
        (images / other).rename(images / path)
        (images / "aside").rename(images / other)


def save_files_anew(images: Path) -> None:
    for path in DECIDED:
        Image.open(images / path).save(images / path, compress_level=1)


def save_files_in_another_format(images: Path) -> None:
    for path in DECIDED:
        Image.open(images / path).save(images / path, format="TIFF")


@pytest.mark.parametrize("steps", [("update", "embed"), ("update",), ("embed", "update"), ()])
@pytest.mark.parametrize(
    ("change", "stands"),
    [
        (replace_files, False),
        (swap_files, True),
        (save_files_anew, True),
        (save_files_in_another_format, True),
    ],
)
def test_a_decision_belongs_to_the_picture_that_it_was_made_on(
    embedded: Path,
    images: Path,
    decided: list[int],
    tmp_path: Path,
    change: Callable[[Path], None],
    stands: bool,
    steps: tuple[str, ...],
) -> None:
    before = decisions(images)
    change(images)
    for step in steps:
        code = run(step, embedded, *(["--encoder", "bundled-fast"] if step == "embed" else []))
        # Once embedded nobody could tell whose the decisions are.
        refused = change is swap_files and (step, steps[0]) == ("embed", "embed")
        assert code == (MENDABLE if refused else 0)
    if not steps and change in (replace_files, swap_files):
        assert run("export", embedded, tmp_path / "out") == MENDABLE
        return
    assert exported(embedded, tmp_path / "out") == (before if stands else {})
    assert marked(embedded) == ([] if stands else decided)


def test_an_embedding_alone_finds_what_was_replaced(
    embedded: Path, images: Path, decided: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    replace_files(images)
    assert run("embed", embedded, "--encoder", "bundled-fast") == 0
    assert "2 decisions were made on other pictures" in capsys.readouterr().err
    assert marked(embedded) == decided
    # Known by then.
    assert run("embed", embedded, "--encoder", "bundled-fast") == 0
    assert run("update", embedded) == 0
    assert marked(embedded) == decided
    with Session.open(embedded) as session:
        assert session.columns.status[decided].tolist() == [UNSEEN, UNSEEN]
        assert session.counts().reviewed == 0
        assert session.project.connection.execute(
            "SELECT count(*) FROM replaced_picture"
        ).fetchone() == (2,)


def test_decisions_stand_for_other_pictures_once_somebody_says_so(
    embedded: Path, images: Path, decided: list[int], tmp_path: Path
) -> None:
    replace_files(images)
    assert run("update", embedded) == 0
    assert run("embed", embedded, "--encoder", "bundled-fast") == 0
    assert exported(embedded, tmp_path / "out") == {}
    assert run("review", embedded, "confirm") == 0
    assert marked(embedded) == []
    assert exported(embedded, tmp_path / "out") == decisions(images)
    with Session.open(embedded) as session:
        assert session.columns.status[decided].tolist() == [KEPT, EXCLUDED]
        # At once, and so without a look at each.
        assert not session.looked_at(np.array(decided)).any()
        session.undo()
        assert session.columns.status[decided].tolist() == [UNSEEN, UNSEEN]
        assert session.counts().reviewed == 0
        session.redo()
        assert session.counts().reviewed == 2
    assert run("check", embedded) == 0


def test_nothing_is_trained_or_handed_on_by_decisions_on_what_was_there_before(
    embedded: Path,
    images: Path,
    decided: list[int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    replace_files(images)
    for words in (("patch", embedded, tmp_path / "p.jsonl"), ("finetune", embedded)):
        capsys.readouterr()
        assert run(*words, "--json") == MENDABLE
        assert json.loads(capsys.readouterr().out)["error"] == "files_changed"
    assert run("update", embedded) == 0
    assert run("patch", embedded, tmp_path / "p.jsonl") == 0
    assert len((tmp_path / "p.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert "2 decisions were made on other pictures" in capsys.readouterr().err
    assert not curate(take_snapshot(embedded)).excluded.any()


def test_opinions_on_what_was_there_before_are_not_adopted(embedded: Path, images: Path) -> None:
    with Session.open(embedded, reviewer="ann") as session:
        rows = [rows_by_path(session)[path] for path in DECIDED]
        session.keep(np.array(rows[:1]))
        session.team.work_as("bob", blind=True)
        session.exclude(np.array(rows))
        session.team.work_as("ann")
        assert (session.team.waiting_count(), session.team.disagreement_count()) == (1, 1)
    pictures = {path: (images / path).read_bytes() for path in DECIDED}
    replace_files(images)
    assert run("update", embedded) == 0
    with Session.open(embedded, reviewer="ann") as session:
        assert (session.team.waiting_count(), session.team.disagreement_count()) == (0, 0)
        assert not len(session.adopt_opinions().rows)
    for path, content_before in pictures.items():
        (images / path).write_bytes(content_before)
    assert run("update", embedded) == 0
    (images / DECIDED[1]).unlink()
    with Session.open(embedded, reviewer="ann") as session:
        assert (session.team.waiting_count(), session.team.disagreement_count()) == (1, 1)
    assert run("update", embedded) == 0
    with Session.open(embedded, reviewer="ann") as session:
        # What is gone waits until it comes back.
        assert session.team.waiting_count() == 0
        assert not len(session.adopt_opinions().rows)


def test_suggestions_accepted_unseen_are_no_less_so_when_they_are_let_stand(
    embedded: Path, images: Path
) -> None:
    add_detection(embedded, flag_every=1)
    with Session.open(embedded) as session:
        rows = np.array([rows_by_path(session)[path] for path in DECIDED])
        session.accept(rows)
    replace_files(images)
    assert run("update", embedded) == 0
    with Session.open(embedded) as session:
        session.confirm(rows)
        assert set(verdict_origins(session.project, len(session))[rows].tolist()) == {ACCEPTED}
        session.undo()
        session.confirm(rows[:1])
        assert verdict_origins(session.project, len(session))[rows].tolist() == [
            LOOKED_AT,
            DECIDED_ON_ANOTHER,
        ]


def test_a_detection_says_nothing_of_a_picture_that_came_after_it(
    embedded: Path, images: Path, tmp_path: Path
) -> None:
    add_detection(embedded, flag_every=1)
    before = {path: (images / path).read_bytes() for path in DECIDED}
    replace_files(images)
    assert run("update", embedded) == 0
    with Session.open(embedded) as session:
        rows = [rows_by_path(session)[path] for path in DECIDED]
        columns = session.columns
        assert np.flatnonzero(np.isnan(columns.suspicion)).tolist() == sorted(rows)
        assert not columns.flagged[rows].any() and (columns.suggested[rows] == -1).all()
        assert np.flatnonzero(session.statistics.unjudged_left).tolist() == sorted(rows)
        given = columns.given[rows].tolist()
    curated = curate(take_snapshot(embedded), accept_suggestions=True)
    assert curated.label[rows].tolist() == given
    # To accept what was suggested for another picture is an error for a script.
    out = tmp_path / "out"
    assert run("export", embedded, out, "--accept-suggestions") == MENDABLE
    for path, content_before in before.items():
        (images / path).write_bytes(content_before)
    assert run("update", embedded) == 0
    with Session.open(embedded) as session:
        assert not np.isnan(session.columns.suspicion).any()


def test_no_evidence_on_a_former_picture_is_left(
    embedded: Path, images: Path, tmp_path: Path
) -> None:
    add_detection(embedded, flag_every=1)
    with Session.open(embedded) as session:
        rows = [rows_by_path(session)[path] for path in DECIDED]
        count = len(session)
        folder = session.detection.folder
        assert folder is not None
        # Each is nearest to the two that follow it, and all are copies of one image.
        write_array(folder / "duplicate_group.npy", np.zeros(count, np.int32))
        write_array(folder / "projection.npy", np.ones((count, 2), np.float32))
        write_array(folder / "suspicion_spread.npy", np.full(count, 0.1, np.float32))
        write_array(folder / "agreeing.npy", np.full(count, 5, np.int8))
    with Session.open(embedded) as session:
        former = [session.evidence(row) for row in range(count)]
        assert all(e.votes and len(e.neighbours) == 2 and e.copies for e in former)
    replace_files(images)
    assert run("update", embedded) == 0
    with Session.open(embedded) as session:
        for row in range(count):
            now = session.evidence(row)
            near = [neighbour for neighbour in former[row].neighbours if neighbour.row not in rows]
            if row in rows:
                assert (now.votes, now.neighbours, now.copies) == ((), (), ())
                assert now.agreeing == -1 and np.isnan([now.loss, now.deviation]).all()
            else:
                assert now.votes == former[row].votes and list(now.neighbours) == near
                assert len(now.copies) == count - 1 - len(rows) and now.agreeing == 5
        axes = principal_axes(session.detection)
        assert axes is not None and np.flatnonzero(np.isnan(axes[:, 0])).tolist() == sorted(rows)
        assert not session.derived.against("neighbours")[rows].any()
        spread = load_spread(session.detection)
        assert np.flatnonzero(np.isnan(spread.deviation)).tolist() == sorted(rows)
    told, *others = explain_rows(embedded, [*rows, (min(rows) - 1) % count])
    assert not told.neighbours and all(np.isnan(each.rank) for each in told.by_detector)
    assert not {near.row for each in others for near in each.neighbours} & set(rows)


def test_a_detection_says_which_images_have_changed_since_they_were_embedded(
    embedded: Path, images: Path, decided: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    other, gone = "square/square-02.png", "square/square-03.png"
    assert (images / other).is_file() and (images / gone).is_file()
    # The same picture under another time is no other one, and one that has gone is another matter.
    (images / "square/square-04.png").touch()
    (images / gone).unlink()
    assert run("detect", embedded) == 0
    for path in (DECIDED[0], other):
        draw_image(1, 900).save(images / path)
    capsys.readouterr()
    assert run("detect", embedded, "--json") == MENDABLE
    printed = capsys.readouterr()
    found = json.loads(printed.out.splitlines()[-1])
    assert found["changed_images"] == 2
    assert "2 images hold something else than when they were embedded" in found["warnings"][-1]
    assert "lnl-gui update PROJECT" in printed.err
    with Session.open(embedded) as session:
        assert session.detection.summary.changed_images == 2
