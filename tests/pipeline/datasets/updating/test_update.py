"""Update of a project's dataset: what is new, moved, missing, changed, relabelled."""

import csv
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.dataset.pixels.facts import content_hash
from lnl_gui.pipeline.datasets.matching import content
from lnl_gui.pipeline.datasets.updating import update
from lnl_gui.pipeline.embedding import embed
from lnl_gui.pipeline.output import report_facts
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.curation import curate
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import KEPT, RELABELLED, UNSEEN
from lnl_gui.store.history import journal_queries
from lnl_gui.store.jobs import arrays
from lnl_gui.store.jobs.import_parameters import load_parameters
from lnl_gui.store.jobs.parameters import (
    DetectParameters,
    EmbedParameters,
    ImportParameters,
    RelocateParameters,
    UpdateParameters,
)
from lnl_gui.store.project import open_project
from lnl_gui.store.review import decisions
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image

EMBED = EmbedParameters(encoders=("bundled-fast",))
NEIGHBOURS = DetectParameters(detectors=("neighbours",))


def refresh(project: Path, parameters: UpdateParameters | None = None) -> dict[str, Any]:
    with Session.open(project) as session:
        return run_job(session, parameters or UpdateParameters(), quiet=True).metrics


def rows_by_path(session: Session) -> dict[str, int]:
    return {path: row for row, path in enumerate(session.columns.paths)}


def state(project: Path) -> list[tuple[Any, ...]]:
    """Everything the database says of samples."""
    with open_project(project, read_only=True) as opened:
        tables = ("sample", "class", "split", "skipped", "current", "op_change")
        return [opened.connection.execute(f"SELECT * FROM {t}").fetchall() for t in tables]


@pytest.fixture
def images(embedded: Path) -> Path:
    return embedded.parent / "shapes"


def test_nothing_changes_where_nothing_has_changed(embedded: Path) -> None:
    before = state(embedded)
    metrics = refresh(embedded)
    counts = ("added", "moved", "missing", "content_changed", "labels_changed", "splits_changed")
    assert [metrics[name] for name in counts] == [0] * 6
    assert state(embedded) == before
    with Session.open(embedded) as session:
        assert session.stage().name == "EMBEDDED"


def test_new_moved_missing_and_changed_images_are_told_apart(embedded: Path, images: Path) -> None:
    with Session.open(embedded) as session:
        rows = rows_by_path(session)
        kept = rows["square/square-03.png"]
        session.keep(np.array([kept, rows["stripes/stripes-05.png"]]))
        thumbnail = session.columns.content_hash[kept]
    (images / "square" / "square-03.png").rename(images / "square" / "another name.png")
    (images / "stripes" / "stripes-05.png").unlink()
    draw_image(1, 999).save(images / "circle" / "new.png")
    draw_image(2, 998).save(images / "circle" / "circle-07.png")
    (images / "hexagon").mkdir()
    draw_image(0, 997).save(images / "hexagon" / "h.png")
    metrics = refresh(embedded)
    assert (metrics["added"], metrics["moved"], metrics["missing"]) == (2, 1, 1)
    assert (metrics["content_changed"], metrics["labels_changed"]) == (1, 0)
    assert metrics["new_classes"] == ["hexagon"]
    with Session.open(embedded) as session:
        found = rows_by_path(session)
        assert len(session) == 62
        # No sample has lost its number: nothing that refers to one is wrong now.
        assert {p: r for p, r in found.items() if r < 60}.items() ^ rows.items() == {
            ("square/square-03.png", kept),
            ("square/another name.png", kept),
        }
        assert session.columns.status[kept] == KEPT
        assert session.columns.content_hash[kept] == thumbnail != b""
        lost = rows["stripes/stripes-05.png"]
        assert session.columns.missing[lost] and not session.columns.readable[lost]
        assert session.columns.status[lost] == KEPT
        assert session.columns.missing.sum() == 1
        hexagon = session.class_named("hexagon")
        assert hexagon.id == 3 and session.columns.given[found["hexagon/h.png"]] == 3
        assert session.stage().name == "IMPORTED"
        assert "missing" in str(dict(session.unreadable())["stripes/stripes-05.png"])
        undone = session.undo()
        assert undone is not None and len(undone.rows) == 2  # the verdicts, not the update


def test_only_new_and_changed_images_are_embedded_again(
    embedded: Path, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session.open(embedded) as session:
        run_job(session, NEIGHBOURS, quiet=True)
    old = np.load(embedded / "arrays" / "embedding-bundled-fast.npy")
    shutil.move(images / "square" / "square-03.png", images / "circle" / "moved.png")
    draw_image(1, 999).save(images / "circle" / "new.png")
    draw_image(2, 998).save(images / "circle" / "circle-07.png")
    (images / "stripes" / "stripes-05.png").unlink()
    refresh(embedded)
    seen: list[str] = []
    wrapped = embed.embed_samples

    def counted(files: list[Path], *args: Any, **options: Any) -> Any:
        seen.extend(file.name for file in files)
        return wrapped(files, *args, **options)

    monkeypatch.setattr(embed, "embed_samples", counted)
    with Session.open(embedded) as session:
        with pytest.raises(UserError, match="not been embedded yet"):
            run_job(session, DetectParameters(), quiet=True)
        metrics = run_job(session, EMBED, quiet=True).metrics
        assert sorted(seen) == ["circle-07.png", "new.png", "stripes-05.png"]
        assert (metrics["reused"], metrics["unreadable"]) == (58, 1)
        rows = rows_by_path(session)
        new = np.load(embedded / "arrays" / "embedding-bundled-fast.npy")
        same = np.delete(
            np.arange(60), [rows["circle/circle-07.png"], rows["stripes/stripes-05.png"]]
        )
        np.testing.assert_array_equal(new[same], old[same])
        changed = rows["circle/circle-07.png"]
        assert np.abs(new[changed].astype(float) - old[changed].astype(float)).max() > 0.01
        assert np.isfinite(new[rows["circle/new.png"]]).all()
        # A missing file is still known by its content when it comes back.
        hashes = arrays.content_hashes(session.project, len(session))
        assert hashes[rows["stripes/stripes-05.png"]]
        run_job(session, NEIGHBOURS, quiet=True)
        assert len(session.columns.suspicion) == 61


def test_scores_of_before_an_update_stay_until_the_next_detection(
    embedded: Path, images: Path
) -> None:
    with Session.open(embedded) as session:
        run_job(session, DetectParameters(), quiet=True)
        before = session.columns.suspicion.copy()
        agreement = session.derived.agreement.copy()
    draw_image(1, 999).save(images / "circle" / "new.png")
    refresh(embedded)
    with Session.open(embedded) as session:
        np.testing.assert_array_equal(session.columns.suspicion[:60], before)
        assert np.isnan(session.columns.suspicion[60])
        assert not session.columns.flagged[60] and session.columns.suggested[60] == -1
        np.testing.assert_array_equal(session.derived.agreement, [*agreement, 0])
        assert session.evidence(60).votes == ()
        assert session.next_step().kind == "embed"


def test_an_image_that_was_gone_is_recognised_when_it_comes_back(
    embedded: Path, images: Path
) -> None:
    away = images.parent / "away.png"
    shutil.move(images / "circle" / "circle-04.png", away)
    assert refresh(embedded)["missing"] == 1
    shutil.move(away, images / "circle" / "back again.png")
    metrics = refresh(embedded)
    assert (metrics["added"], metrics["returned"], metrics["missing"]) == (0, 1, 0)
    with Session.open(embedded) as session:
        assert session.columns.readable.all() and len(session) == 60


def test_copies_that_move_stay_what_they_were(embedded: Path, images: Path) -> None:
    for name in ("a", "b"):
        shutil.copy(images / "square" / "square-00.png", images / "square" / f"{name}.png")
    refresh(embedded)
    with Session.open(embedded) as session:
        run_job(session, EMBED, quiet=True)
        rows = rows_by_path(session)
    (images / "square" / "part 1").mkdir()
    for name in ("b", "a"):
        shutil.move(images / "square" / f"{name}.png", images / "square" / "part 1" / f"{name}.png")
    metrics = refresh(embedded)
    assert (metrics["added"], metrics["moved"], metrics["missing"]) == (0, 2, 0)
    with Session.open(embedded) as session:
        found = rows_by_path(session)
        for name in ("a", "b"):
            assert found[f"square/part 1/{name}.png"] == rows[f"square/{name}.png"]


def renumber(folder: Path) -> None:
    """As people do after they have removed the first of numbered files."""
    files = sorted(folder.glob("circle-*"))
    files[0].unlink()
    for earlier, later in pairwise(files):
        later.rename(earlier)


def exchange(folder: Path) -> None:
    rename_in_circle([folder / "circle-03.png", folder / "circle-05.png"])


def rename_in_circle(files: list[Path]) -> None:
    aside = files[0].with_name("aside")
    files[0].rename(aside)
    for earlier, later in pairwise(files):
        later.rename(earlier)
    aside.rename(files[-1])


def replace_after_renaming(folder: Path) -> None:
    (folder / "circle-03.png").rename(folder / "z.png")
    draw_image(1, 997).save(folder / "circle-03.png")


def copy_over(folder: Path) -> None:
    """Contents change places, and the files' times with them."""
    first, other = folder / "circle-03.png", folder / "circle-05.png"
    held = first.read_bytes()
    first.write_bytes(other.read_bytes())
    other.write_bytes(held)


def move_through_three(folder: Path) -> None:
    rename_in_circle([folder / f"circle-0{n}.png" for n in (3, 4, 5)])


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (renumber, {"moved": -1, "missing": 1, "added": 0}),
        (exchange, {"moved": 2, "missing": 0, "added": 0}),
        (copy_over, {"moved": 2, "missing": 0, "added": 0}),
        (move_through_three, {"moved": 3, "missing": 0, "added": 0}),
        (replace_after_renaming, {"moved": 1, "missing": 0, "added": 1}),
    ],
)
@pytest.mark.parametrize("alike", [False, True], ids=["of their own time", "of one size and time"])
def test_decisions_follow_the_picture_and_not_its_name(
    embedded: Path,
    images: Path,
    change: Callable[[Path], None],
    found: dict[str, int],
    alike: bool,
) -> None:
    folder = images / "circle"
    if alike:
        # As out of an archive of pictures without compression.
        longest = max(file.stat().st_size for file in folder.iterdir())
        for file in folder.iterdir():
            file.write_bytes(file.read_bytes().ljust(longest, b"\0"))
            os.utime(file, ns=(10**18, 10**18))
        refresh(embedded)
        with Session.open(embedded) as session:
            run_job(session, EMBED, quiet=True)
    with Session.open(embedded) as session:
        rows = rows_by_path(session)
        session.keep(np.array([rows["circle/circle-03.png"]]))
        session.relabel(np.array([rows["circle/circle-05.png"]]), 0)
        before = arrays.content_hashes(session.project, len(session))
    change(folder)
    expected = {
        name: len(list(folder.glob("circle-*"))) if n < 0 else n for name, n in found.items()
    }
    metrics = refresh(embedded)
    assert {name: metrics[name] for name in expected} == expected
    assert metrics["content_changed"] == 0
    with Session.open(embedded) as session:
        for row in (rows["circle/circle-03.png"], rows["circle/circle-05.png"]):
            file = images / session.columns.paths[row]
            assert content_hash(file.read_bytes()).encode() == before[row]
        decided = session.columns.status > 0
        assert np.flatnonzero(decided).tolist() == sorted(
            rows[f"circle/circle-0{n}.png"] for n in (3, 5)
        )
    # What has been recognised once needs no second look.
    again = refresh(embedded)
    assert (again["moved"], again["added"], again["content_changed"]) == (0, 0, 0)


def test_a_picture_that_is_replaced_under_a_decision_is_said(
    embedded: Path, images: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session.open(embedded) as session:
        rows = rows_by_path(session)
        session.keep(np.array([rows["circle/circle-03.png"]]))
    for number in (3, 5):
        draw_image(1, 900 + number).save(images / "circle" / f"circle-0{number}.png")
    assert main(["update", str(embedded), "--preview", "--json"]) == 0
    written = capsys.readouterr()
    metrics = json.loads(written.out)
    assert (metrics["content_changed"], metrics["content_changed_decided"]) == (2, 1)
    assert metrics["examples"]["content_changed_decided"] == ["circle/circle-03.png"]
    assert "decided on is another file now: `circle/circle-03.png`" in written.err


def test_a_file_that_becomes_a_copy_of_another_stays_the_sample_it_was(
    embedded: Path, images: Path
) -> None:
    shutil.copy(images / "circle" / "circle-03.png", images / "circle" / "circle-05.png")
    metrics = refresh(embedded)
    assert (metrics["moved"], metrics["added"], metrics["content_changed"]) == (0, 0, 1)


def test_only_candidates_are_read(
    embedded: Path, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    wrapped = content.read_bytes
    monkeypatch.setattr(content, "read_bytes", lambda file: read.append(file.name) or wrapped(file))
    refresh(embedded)
    assert read == []
    draw_image(1, 999).save(images / "circle" / "new.png")
    refresh(embedded)
    assert read == []  # nothing has vanished: a new image can only be new
    asked: list[str] = []
    ask = content.file_stats

    def stats(files: list[Path], **options: Any) -> np.ndarray:
        asked.extend(file.name for file in files)
        return ask(files, **options)

    monkeypatch.setattr(content, "file_stats", stats)
    (images / "square" / "square-03.png").rename(images / "square" / "other.png")
    refresh(embedded)
    assert read == ["other.png"] and asked.count("other.png") == 1


def write_table(file: Path, rows: list[tuple[str, str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("path", "label"), *rows])


@pytest.fixture
def table_project(tmp_path: Path) -> Path:
    """A project of a table beside its images; nothing is embedded."""
    place = tmp_path / "data"
    (place / "images").mkdir(parents=True)
    rows = []
    for i in range(12):
        draw_image(i % 3, i).save(place / "images" / f"{i}.png")
        rows.append((f"images/{i}.png", ("a", "b", "c")[i % 3]))
    write_table(place / "labels.csv", rows)
    project = tmp_path / "table.lnl"
    import_dataset(
        ImportParameters(str(place / "labels.csv"), str(project), label_column="label"), quiet=True
    )
    return project


def change_labels(
    project: Path, changes: dict[str, str], *, leave_out: tuple[str, ...] = ()
) -> None:
    file = project.parent / "data" / "labels.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        old = list(csv.DictReader(stream))
    write_table(
        file,
        [
            (row["path"], changes.get(row["path"], row["label"]))
            for row in old
            if row["path"] not in leave_out
        ],
    )


def test_a_changed_label_is_shown_and_changes_nothing_by_itself(table_project: Path) -> None:
    with Session.open(table_project, reviewer="ann") as session:
        session.relabel(np.array([1]), 2)
    before = state(table_project)
    change_labels(table_project, {"images/0.png": "b", "images/1.png": "a"})
    metrics = refresh(table_project)
    assert (metrics["labels_changed"], metrics["labels_undecided"]) == (2, 1)
    assert {
        "path": "images/1.png",
        "given": "b",
        "source": "a",
        "current": "c",
        "status": "relabelled",
    } in metrics["examples"]["labels"]
    assert state(table_project) == before
    with Session.open(table_project) as session:
        assert session.columns.source_label.tolist() == [1, 0, *[-2] * 10]
        changes = session.take_source_labels()
        assert changes.rows.tolist() == [0]
        assert session.columns.current[:2].tolist() == [1, 2]  # the decision of a person stays
        assert session.columns.status[:2].tolist() == [RELABELLED, RELABELLED]
        session.undo()
        assert session.columns.current[0] == 0 and session.columns.status[0] == UNSEEN
    change_labels(table_project, {"images/0.png": "a", "images/1.png": "b"})
    assert refresh(table_project)["labels_changed"] == 0
    with Session.open(table_project) as session:
        assert (session.columns.source_label == -2).all()


def test_a_row_that_has_gone_is_told_from_a_file_that_has_gone(table_project: Path) -> None:
    (table_project.parent / "data" / "images" / "3.png").unlink()
    change_labels(table_project, {}, leave_out=("images/7.png",))
    metrics = refresh(table_project)
    assert (metrics["missing"], metrics["unlisted"], metrics["newly_gone"]) == (1, 1, 2)
    with Session.open(table_project) as session:
        reasons = {path: str(reason) for path, reason in session.unreadable()}
    assert "not found" in reasons["images/3.png"] and "no longer lists" in reasons["images/7.png"]


def test_files_that_are_gone_are_refused_where_nobody_is_asked(table_project: Path) -> None:
    images = table_project.parent / "data" / "images"
    wanted = UpdateParameters(refuse_missing=True)
    with Session.open(table_project) as session:
        session.exclude(np.array([rows_by_path(session)["images/3.png"]]))
    # Nobody misses what was excluded, and a row is taken out of a table by a person.
    (images / "3.png").unlink()
    change_labels(table_project, {}, leave_out=("images/7.png",))
    assert refresh(table_project, wanted)["newly_gone"] == 2
    (images / "5.png").unlink()
    before = state(table_project)
    with pytest.raises(UserError, match="1 of 10 images are missing") as caught:
        refresh(table_project, wanted)
    assert caught.value.code == "files_missing" and state(table_project) == before
    assert refresh(table_project, replace(wanted, accept_missing=True))["newly_gone"] == 1
    assert refresh(table_project, wanted)["newly_gone"] == 0


def test_what_a_move_did_not_find_is_refused_where_nobody_is_asked(table_project: Path) -> None:
    images = table_project.parent / "data" / "images"
    (images / "5.png").rename(table_project.parent / "5.png")
    with Session.open(table_project) as session:
        run_job(session, RelocateParameters(str(table_project.parent / "data")), quiet=True)
    with pytest.raises(UserError, match="1 of 12 images are missing"):
        refresh(table_project, UpdateParameters(refuse_missing=True))
    refresh(table_project)
    assert refresh(table_project, UpdateParameters(refuse_missing=True))["newly_gone"] == 0


def test_most_of_a_dataset_gone_is_asked_about(table_project: Path) -> None:
    for i in range(8):
        (table_project.parent / "data" / "images" / f"{i}.png").unlink()
    before = state(table_project)
    with pytest.raises(UserError, match="no longer in") as caught:
        refresh(table_project)
    assert caught.value.code == "most_missing" and state(table_project) == before
    assert refresh(table_project, UpdateParameters(accept_missing=True))["missing"] == 8


def test_a_table_that_was_cut_short_is_asked_about(table_project: Path) -> None:
    with Session.open(table_project, reviewer="ann") as session:
        session.keep(np.array([8, 9]))
        session.exclude(np.array([0]))
    # What was excluded here may be left out, as of a table that was exported.
    change_labels(table_project, {}, leave_out=("images/0.png", "images/1.png"))
    metrics = refresh(table_project)
    assert (metrics["unlisted"], metrics["newly_gone_decided"]) == (2, 1)
    before = state(table_project)
    cut = tuple(f"images/{i}.png" for i in range(7, 12))
    change_labels(table_project, {}, leave_out=cut)
    with pytest.raises(UserError, match="no longer lists them") as caught:
        refresh(table_project, UpdateParameters())
    assert caught.value.code == "most_missing" and state(table_project) == before
    assert "2 of them were decided on" in str(caught.value.message)
    metrics = refresh(table_project, UpdateParameters(accept_missing=True))
    assert (metrics["unlisted"], metrics["newly_gone_decided"]) == (7, 2)
    assert refresh(table_project)["newly_gone_decided"] == 0


def test_a_project_of_an_earlier_version_is_told_once_how_it_was_read(table_project: Path) -> None:
    with open_project(table_project) as project, project.transaction() as connection:
        connection.execute("DELETE FROM meta WHERE key = 'import'")
    with pytest.raises(UserError, match="not on record"):
        refresh(table_project)
    source = str(table_project.parent / "data" / "labels.csv")
    refresh(table_project, UpdateParameters(ImportParameters(source, "", label_column="label")))
    assert refresh(table_project)["samples"] == 12


def test_a_dataset_that_moved_with_its_project_is_still_found(table_project: Path) -> None:
    moved = table_project.parent.parent / "elsewhere"
    shutil.move(table_project.parent, moved)
    metrics = refresh(moved / "table.lnl")
    assert (metrics["samples"], metrics["added"], metrics["missing"]) == (12, 0, 0)
    assert metrics["source"] == str(moved / "data" / "labels.csv")


def test_a_project_moved_alone_has_its_images_and_its_table_at_one_place(
    table_project: Path, tmp_path: Path
) -> None:
    """After an update both are known from where the project is now, and from nowhere else."""
    alone = tmp_path / "deep" / "down" / "p.lnl"
    alone.parent.mkdir(parents=True)
    shutil.move(table_project, alone)
    refresh(alone)
    with open_project(alone, read_only=True) as opened:
        root = opened.dataset_root
    copied = tmp_path / "copied"
    shutil.copytree(root, copied / root.name)
    shutil.copytree(alone, copied / "p.lnl")
    with open_project(copied / "p.lnl", read_only=True) as opened:
        parameters = load_parameters(opened)
        assert parameters is not None
        assert Path(parameters.source).is_relative_to(opened.dataset_root)


def moved_to(project: Path, folder: Path) -> Path:
    """The project moved without its dataset, which stays where it was."""
    folder.mkdir(parents=True)
    shutil.move(project, folder / "p.lnl")
    refresh(folder / "p.lnl")
    return folder / "p.lnl"


def test_a_copy_of_the_dataset_beside_the_project_that_is_not_read_is_named(
    table_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = table_project.parent / "data"
    alone = moved_to(table_project, tmp_path / "elsewhere")
    copy = Path(shutil.copytree(data, alone.parent / "data"))
    assert main(["update", str(alone), "--json"]) == 0
    heard = capsys.readouterr()
    assert json.loads(heard.out)["other_copy"] == str(copy)
    assert f"relocate PROJECT --image-root {copy}" in heard.err and f"`{data}`" in heard.err
    assert main(["info", str(alone)]) == 0
    assert f"--image-root {copy}" in capsys.readouterr().out
    refresh(alone, RelocateParameters(str(copy)))
    assert refresh(alone)["other_copy"] == ""
    with Session.open(alone) as session:
        assert (session.dataset_root, session.images.other_copy) == (copy, None)


@pytest.mark.parametrize("is_beside", [True, False])
def test_a_dataset_that_is_gone_is_looked_for_where_it_may_be(
    table_project: Path, tmp_path: Path, *, is_beside: bool
) -> None:
    data = table_project.parent / "data"
    alone = moved_to(table_project, tmp_path / "elsewhere")
    copy = alone.parent / ("data" if is_beside else "another name")
    shutil.move(data, copy)
    # As a project that knows nothing of what lies beside it.
    with open_project(alone) as project, project.transaction() as connection:
        connection.execute("UPDATE meta SET value = '' WHERE key = 'root_relative'")
        text = project.meta("import")
        kept = json.dumps({**json.loads(text), "relative": {}})
        connection.execute("UPDATE meta SET value = ? WHERE key = 'import'", (kept,))
    with pytest.raises(UserError, match="does not exist") as caught:
        refresh(alone)
    place = str(copy) if is_beside else "DIR"
    assert f"relocate PROJECT --image-root {place}`" in str(caught.value.hint)
    refresh(alone, RelocateParameters(str(copy)))
    assert refresh(alone)["missing"] == 0


@pytest.mark.parametrize("beside", ["nothing", "other images", "the dataset", "a link to it"])
def test_only_a_copy_that_is_not_read_is_named(
    table_project: Path, tmp_path: Path, beside: str
) -> None:
    project, data = table_project, table_project.parent / "data"
    if beside != "the dataset":
        project = moved_to(table_project, tmp_path / "elsewhere")
    there = project.parent / "data"
    if beside == "other images":
        (there / "images").mkdir(parents=True)
        draw_image(0, 1).save(there / "images" / "another.png")
    elif beside == "a link to it":
        there.symlink_to(data, target_is_directory=True)
    assert refresh(project)["other_copy"] == ""


def test_a_table_is_read_from_where_its_images_are(table_project: Path, tmp_path: Path) -> None:
    """An earlier version kept both places apart."""
    data = table_project.parent / "data"
    copied = tmp_path / "copied"
    shutil.copytree(data, copied / "data")
    shutil.copytree(table_project, copied / "p.lnl")
    with open_project(copied / "p.lnl") as project:
        kept = json.loads(project.meta("import"))
        kept["relative"] = {}
        with project.transaction() as connection:
            values = (json.dumps(kept), "import")
            connection.execute("UPDATE meta SET value = ? WHERE key = ?", values)
        assert project.dataset_root.is_relative_to(copied)
        parameters = load_parameters(project)
        assert parameters is not None and Path(parameters.source).is_relative_to(copied)


def test_annotators_come_along(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    lines = ["path,ann,bob"]
    for i in range(6):
        draw_image(i % 2, i).save(tmp_path / "images" / f"{i}.png")
        lines.append(f"images/{i}.png,{'xy'[i % 2]},{'xy'[i % 2]}")
    table = tmp_path / "votes.csv"
    table.write_text("\n".join(lines[:6]), encoding="utf-8")
    project = tmp_path / "votes.lnl"
    import_dataset(
        ImportParameters(str(table), str(project), annotator_columns=("ann", "bob")), quiet=True
    )
    lines[1] = "images/0.png,x,y"
    table.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UserError, match="two people disagree on 1 images"):
        refresh(project)
    accepted = UpdateParameters(ImportParameters("", "", accept_layout=True))
    assert refresh(project, accepted)["added"] == 1
    with open_project(project, read_only=True) as opened:
        found = arrays_of_annotators(opened)
    assert found == [[0, 1], [1, 1], [0, 0], [1, 1], [0, 0], [1, 1]]


def arrays_of_annotators(project: Any) -> list[list[int]]:
    from lnl_gui.store.dataset.annotators import load_annotations

    found = load_annotations(project)
    assert found is not None and found.names == ("ann", "bob")
    return found.labels.tolist()


def test_splits_follow_the_dataset(tmp_path: Path) -> None:
    for i in range(12):
        place = tmp_path / "set" / "train" / ("a", "b")[i % 2]
        place.mkdir(parents=True, exist_ok=True)
        draw_image(i % 2, i).save(place / f"{i}.png")
        other = tmp_path / "set" / "test" / ("a", "b")[i % 2]
        other.mkdir(parents=True, exist_ok=True)
        draw_image(i % 2, 50 + i).save(other / f"t{i}.png")
    project = tmp_path / "set.lnl"
    import_dataset(ImportParameters(str(tmp_path / "set"), str(project)), quiet=True)
    with Session.open(project) as session:
        run_job(session, EMBED, quiet=True)
        row = rows_by_path(session)["train/a/2.png"]
    shutil.move(tmp_path / "set" / "train" / "a" / "2.png", tmp_path / "set" / "test" / "a")
    metrics = refresh(project)
    assert (metrics["moved"], metrics["splits_changed"], metrics["labels_changed"]) == (1, 1, 0)
    with Session.open(project) as session:
        assert session.split_names[session.columns.split[row]] == "test"


def test_the_command_previews_and_takes_labels_over(
    table_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_labels(table_project, {"images/0.png": "b"})
    before = state(table_project)
    assert main(["update", str(table_project), "--preview", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["preview"], found["labels_changed"]) == (True, 1)
    assert state(table_project) == before
    assert main(["update", str(table_project), "--take-labels", "--json"]) == 0
    taken = capsys.readouterr()
    found = json.loads(taken.out)
    # As the text: what was taken over is decided.
    assert (found["labels_taken"], found["labels_undecided"]) == (1, 0)
    assert "nobody has decided on 0 of them, 1 were taken over" in taken.err
    with Session.open(table_project) as session:
        assert session.columns.current[0] == 1
        assert session.undo_text() is not None


def test_verdicts_given_while_the_dataset_is_read_are_kept(embedded: Path, images: Path) -> None:
    draw_image(1, 999).save(images / "circle" / "new.png")
    with Session.open(embedded) as session:
        run = session.runs.start(UpdateParameters())
        update.run(
            UpdateParameters(),
            TerminalContext(quiet=True),
            project_folder=embedded,
            run_folder=run.folder,
        )
        session.exclude(np.array([5]))
        session.runs.finish(run.id, "done", None)
    with Session.open(embedded) as session:
        assert len(session) == 61 and session.columns.status[5] != UNSEEN


def test_changes_found_before_another_update_are_refused(embedded: Path, images: Path) -> None:
    with Session.open(embedded) as session:
        run = session.runs.start(UpdateParameters())
        update.run(
            UpdateParameters(),
            TerminalContext(quiet=True),
            project_folder=embedded,
            run_folder=run.folder,
        )
        other = session.runs.start(UpdateParameters(accept_missing=True))
        shutil.copy(run.folder / "changes.json", other.folder / "changes.json")
        session.runs.finish(other.id, "done", None)
        with pytest.raises(UserError, match="has changed since"):
            session.runs.finish(run.id, "done", None)


def test_after_an_update_the_same_encoder_embeds_what_is_new(
    embedded: Path, images: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw_image(1, 999).save(images / "circle" / "new.png")
    refresh(embedded)
    assert main(["info", str(embedded), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["missing"], facts["labels_changed"], facts["stage"]) == (0, 0, "imported")
    assert main(["embed", str(embedded), "--json"]) == 0
    metrics = json.loads(capsys.readouterr().out)
    assert list(metrics["encoders"]) == ["bundled-fast"] and metrics["reused"] == 60
    with Session.open(embedded) as session:
        assert session.stage().name == "EMBEDDED"


@pytest.mark.parametrize("record", ["rendering", "encoders"])
def test_what_an_earlier_version_embedded_is_kept_where_pixels_mean_the_same(
    embedded: Path, images: Path, capsys: pytest.CaptureFixture[str], record: str
) -> None:
    draw_image(1, 999).save(images / "circle" / "new.png")
    see_through = draw_image(2, 998).convert("RGBA")
    see_through.putalpha(90)
    see_through.save(images / "circle" / "circle-07.png")
    refresh(embedded)
    assert main(["embed", str(embedded)]) == 0
    with Session.open(embedded) as session, session.project.connection as connection:
        # An earlier version kept no record of it.
        connection.execute(f"UPDATE run SET metrics = json_remove(metrics, '$.{record}')")
    draw_image(0, 997).save(images / "circle" / "newer.png")
    refresh(embedded)
    capsys.readouterr()
    assert main(["embed", str(embedded), "--json"]) == 0
    said = capsys.readouterr()
    reused = json.loads(said.out)["reused"]
    assert reused == (60 if record == "rendering" else 0)
    assert ("embedded anew" in said.err) == (record == "encoders")


def test_a_preview_of_an_update_leaves_nothing_behind(embedded: Path, images: Path) -> None:
    draw_image(1, 999).save(images / "circle" / "new.png")

    def files() -> list[Path]:
        # SQLite's own, which every reader of the database makes.
        return sorted(f for f in embedded.rglob("*") if not f.name.startswith("project.db-"))

    before = files()
    found = update.preview(UpdateParameters(), TerminalContext(quiet=True), embedded)
    assert found["added"] == 1
    assert files() == before


def test_a_move_between_class_folders_is_a_change_of_label(embedded: Path, images: Path) -> None:
    with Session.open(embedded) as session:
        row = rows_by_path(session)["circle/circle-02.png"]
    shutil.move(images / "circle" / "circle-02.png", images / "stripes" / "circle-02.png")
    metrics = refresh(embedded)
    assert (metrics["added"], metrics["moved"], metrics["labels_changed"]) == (0, 1, 1)
    with Session.open(embedded) as session:
        assert session.path_of(row) == "stripes/circle-02.png"
        names = [entry.name for entry in session.classes]
        assert names[session.columns.given[row]] == "circle"
        assert names[session.columns.source_label[row]] == "stripes"
        shown = session.views.select_rows(ViewSpec(flagged=None, issue=("source_label",)))
        assert shown.tolist() == [row]
        session.relabel(np.array([row]), names.index("stripes"))
        # Decided as the dataset says: nothing differs any more.
        assert not session.columns.source_differs.any()


def test_classes_that_people_edited_stay_so_and_what_comes_new_is_said(
    embedded: Path, images: Path
) -> None:
    with Session.open(embedded) as session:
        edits = session.class_edits
        edits.rename(session.class_named("square").id, "quad")
        edits.merge([session.class_named("stripes").id], session.class_named("quad").id)
        edits.delete(session.class_named("circle").id)
        edits.add("hexagon")
        session.undo()
    for number, name in enumerate(("square", "stripes", "circle", "hexagon")):
        (images / name).mkdir(exist_ok=True)
        draw_image(0, 900 + number).save(images / name / "new.png")
    metrics = refresh(embedded)
    assert metrics["new_classes"] == [] and metrics["labels_changed"] == 0
    assert sorted(metrics["edited_classes"]) == [["circle", "", 1], ["stripes", "quad", 1]]
    with Session.open(embedded) as session:
        found = rows_by_path(session)
        labels = [
            session.class_name(int(session.columns.given[found[f"{name}/new.png"]]))
            for name in ("square", "stripes", "circle", "hexagon")
        ]
        assert labels == ["quad", "quad", "", "hexagon"]
        session.class_edits.add("circle")
        assert session.class_name(int(session.columns.given[found["circle/new.png"]])) == "circle"


@pytest.mark.parametrize("both", [False, True])
def test_a_class_that_the_dataset_now_calls_as_people_do_is_no_new_one(
    embedded: Path, images: Path, both: bool
) -> None:
    with Session.open(embedded) as session:
        session.class_edits.rename(session.class_named("square").id, "quad")
        before = session.columns.current.copy()
    shutil.move(images / "square", images / "quad")
    if both:
        draw_image(0, 900).save(images / "quad" / "new.png")
        (images / "square").mkdir()
        shutil.copy(images / "quad" / "new.png", images / "square" / "other.png")
    metrics = refresh(embedded)
    # A class beside the former one is another class.
    assert metrics["new_classes"] == (["quad"] if both else [])
    with Session.open(embedded) as session:
        if not both:
            assert (metrics["labels_changed"], metrics["added"]) == (0, 0)
            assert [c.name for c in session.shown_classes].count("quad (2)") == 0
            assert (session.columns.current == before).all()


def test_an_update_is_on_record_and_is_nobodys_act(embedded: Path, images: Path) -> None:
    with Session.open(embedded, reviewer="ann") as session:
        session.keep(np.array([3]))
    draw_image(1, 999).save(images / "circle" / "new.png")
    refresh(embedded)
    with open_project(embedded, read_only=True) as project:
        kinds = [operation.kind for operation in journal_queries.operations(project)]
        assert kinds == ["keep", "update"]
        assert decisions.reviewers(project) == ["ann"]
        snapshot = take_snapshot(embedded)
        facts = report_facts.collect_facts(project, snapshot, curate(snapshot))
    assert [act[:2] for act in facts.acts] == [("ann", "keep")]


def test_images_inside_a_container_are_updated_and_found_again(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 255, (30, 8, 8), np.uint8)
    place = tmp_path / "data"
    place.mkdir()
    np.savez(place / "a.npz", images=images, labels=np.arange(30) % 3)
    project = tmp_path / "a.lnl"
    import_dataset(ImportParameters(str(place / "a.npz"), str(project)), quiet=True)
    with Session.open(project) as session:
        run_job(session, EMBED, quiet=True)
    assert refresh(project)["content_changed"] == 0
    changed = images.copy()
    changed[4] = 255 - changed[4]
    np.savez(
        place / "a.npz",
        images=np.concatenate([changed, images[:2] ^ 1]),
        labels=np.append(np.arange(30) % 3, [2, 2]),
    )
    metrics = refresh(project)
    assert (metrics["added"], metrics["content_changed"], metrics["missing"]) == (2, 1, 0)
    with Session.open(project) as session:
        assert run_job(session, EMBED, quiet=True).metrics["reused"] == 29
    shutil.move(place, tmp_path / "elsewhere")
    with Session.open(project) as session:
        metrics = run_job(
            session, RelocateParameters(str(tmp_path / "elsewhere")), quiet=True
        ).metrics
    assert (metrics["found"], metrics["different"]) == (32, 0)
    assert refresh(project)["missing"] == 0
