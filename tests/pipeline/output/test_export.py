"""Export: what is in, atomic, originals untouched, round trip."""

import json
import os
import sys
import time
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.cli.verbs.info import collect_facts
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.pipeline.datasets.matching import content
from lnl_gui.pipeline.output import export as export_body
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import ExportParameters, ImportParameters, UpdateParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import from_json
from tests.builders import add_detection, forget_shown
from tests.conftest import draw_image
from tests.files import read_table


@pytest.fixture
def project(class_folders: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "shapes.lnl"
    import_dataset(ImportParameters(str(class_folders), str(folder)), quiet=True)
    return folder


def export(project: Path, destination: Path, **options: object) -> dict[str, object]:
    with Session.open(project) as session:
        parameters = ExportParameters(str(destination), **options)  # type: ignore[arg-type]
        return run_job(session, parameters, quiet=True).metrics


def test_verdicts_become_folders_and_come_back_as_labels(
    project: Path, class_folders: Path, tmp_path: Path
) -> None:
    before = {file: file.stat().st_mtime_ns for file in class_folders.rglob("*.png")}
    with Session.open(project, reviewer="ann") as session:
        rows = {path: row for row, path in enumerate(session.columns.paths)}
        session.relabel(np.array([rows["circle/square-11.png"]]), session.class_named("square").id)
        session.exclude(np.array([rows["stripes/circle-11.png"]]))
    metrics = export(project, tmp_path / "out")
    assert (metrics["exported"], metrics["changed_labels"], metrics["excluded"]) == (35, 1, 1)
    listing = read_dataset(tmp_path / "out" / "images")
    labels = {record.file.name: record.label for record in listing.records}
    assert labels["square-11.png"] == "square"
    assert "circle-11.png" not in labels
    rows_out = {row["path"]: row for row in read_table(tmp_path / "out" / "samples.csv")}
    assert len(rows_out) == 36
    assert rows_out["circle/square-11.png"]["given_label"] == "circle"
    assert rows_out["circle/square-11.png"]["current_label"] == "square"
    assert rows_out["stripes/circle-11.png"]["status"] == "excluded"
    acts = read_table(tmp_path / "out" / "journal.csv")
    assert [(act["kind"], act["reviewer"]) for act in acts] == [
        ("relabel", "ann"),
        ("exclude", "ann"),
    ]
    assert {file: file.stat().st_mtime_ns for file in before} == before


@pytest.mark.parametrize("accept_suggestions", [False, True])
@pytest.mark.parametrize("exclude_unsure", [False, True])
@pytest.mark.parametrize("unlabelled", [False, True])
def test_what_is_said_before_an_export_is_what_it_writes(
    tmp_path: Path, *, accept_suggestions: bool, exclude_unsure: bool, unlabelled: bool
) -> None:
    lines = ["path,label"]
    for number in range(24):
        draw_image(number % 3, seed=number).save(tmp_path / f"{number:02}.png")
        lines.append(f"{number:02}.png,{'' if number % 4 == 0 else 'ab'[number % 2]}")
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(lines))
    project = tmp_path / "made.lnl"
    import_dataset(ImportParameters(str(table), str(project)), quiet=True)
    add_detection(project)
    with Session.open(project) as session:
        given = session.columns.given
        bare, labelled = np.flatnonzero(given < 0), np.flatnonzero(given >= 0)
        session.exclude(np.array([bare[0], labelled[0], labelled[1]]))
        session.unsure(np.array([bare[1], labelled[2]]))
        session.ask(labelled[3:4])
        session.relabel(np.array([bare[2], *labelled[4:7]]), 0)
    choices = {
        "accept_suggestions": accept_suggestions,
        "exclude_unsure": exclude_unsure,
        "unlabelled": unlabelled,
    }
    for excluded in (False, True):
        options = {"format": "csv", "images": "copy", "excluded": excluded, **choices}
        parameters = ExportParameters(str(tmp_path / f"out {excluded}"), **options)  # type: ignore[arg-type]
        with Session.open(project) as session:
            told = session.statistics.export_preview(parameters)
            metrics = run_job(session, parameters, quiet=True).metrics
        files = sum(1 for _ in (Path(parameters.destination) / "images").rglob("*.png"))
        # Three were set aside, two are unsure, one is asked about, four are relabelled.
        assert told.undecided == 14
        assert told.samples == 24
        assert told.written == metrics["exported"] == files
        assert (told.changed, told.added) == (metrics["changed_labels"], metrics["labels_added"])


def test_an_export_warns_of_opinions_that_nobody_has_adopted(project: Path, tmp_path: Path) -> None:
    with Session.open(project, reviewer="ben", blind=True) as session:
        session.exclude(np.arange(3))
    metrics = export(project, tmp_path / "before")
    assert metrics["exported"] == 36
    assert any("3 opinions of a second" in str(from_json(note)) for note in metrics["warnings"])  # type: ignore[attr-defined]
    with Session.open(project, reviewer="ann") as session:
        session.adopt_opinions()
    metrics = export(project, tmp_path / "after")
    assert metrics["exported"] == 33
    assert not any("opinion" in str(from_json(note)) for note in metrics["warnings"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("images", ["copy", "hardlink", "symlink"])
def test_images_are_the_originals_bytes(project: Path, tmp_path: Path, images: str) -> None:
    if images == "symlink" and sys.platform == "win32":
        pytest.skip("needs a privilege on Windows")
    export(project, tmp_path / "out", images=images)
    with Session.open(project, read_only=True) as session:
        for row in range(len(session)):
            label = session.classes[session.columns.current[row]].name
            copy = tmp_path / "out" / "images" / label / session.images.file_of(row).name
            assert copy.read_bytes() == session.images.file_of(row).read_bytes()


@pytest.mark.parametrize("images", ["copy", "none"])
def test_labels_accepted_unseen_are_told_in_the_export_and_of_it(
    project: Path, tmp_path: Path, images: str
) -> None:
    add_detection(project)
    with Session.open(project) as session:
        columns = session.columns
        rows = np.flatnonzero(columns.suggested != columns.given)[:4]
        session.accept(rows[:3])
        session.accept(rows[:1])
        session.relabel(rows[3:], int(columns.suggested[rows[3]]))
        paths = {session.path_of(row) for row in rows[1:3]}
        facts = collect_facts(session)
        assert (facts["accepted_unseen"], facts["accepted_before"]) == (2, 0)
    metrics = export(project, tmp_path / "out", images=images)
    assert metrics["accepted_unseen"] == 2
    table = read_table(tmp_path / "out" / "samples.csv")
    assert {row["path"] for row in table if row["accepted_unseen"] == "1"} == paths
    listing = read_dataset(tmp_path / "out")
    assert sum(record.accepted_unseen for record in listing.records) == 2
    assert not listing.suspicions
    assert any("2 labels are suggestions" in str(text) for text in listing.warnings)
    parameters = ImportParameters(str(tmp_path / "out"), str(tmp_path / "again.lnl"))
    import_dataset(parameters, quiet=True)
    with Session.open(tmp_path / "again.lnl") as session:
        found = session.statistics.accepted_unseen
        assert found.sum() == 2 and (session.statistics.accepted_before == found).all()
        session.keep(np.flatnonzero(found)[:1])
        assert session.statistics.accepted_unseen.sum() == 1
        assert session.statistics.accepted_before.sum() == 1


def test_labels_of_which_it_is_not_known_whether_anybody_looked_are_told_so(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_detection(project)
    with Session.open(project) as session:
        rows = np.flatnonzero(session.columns.suggested != session.columns.given)[:4]
        session.accept(rows[:3])
        forget_shown(session.project)
    assert main(["info", str(project)]) == 0
    told = capsys.readouterr().out
    assert "3 labels that are suggestions it is not known" in told
    assert "accepted without a look" not in told
    metrics = export(project, tmp_path / "out")
    assert (metrics["accepted_unseen"], metrics["accepted_not_known"]) == (3, 3)
    said = [str(from_json(note)) for note in metrics["warnings"]]
    assert any("not known" in note for note in said)
    assert not any("nobody looked at" in note for note in said)
    with Session.open(project) as session:
        # A look settles it.
        session.keep(rows[:1])
        session.accept(rows[:1])
        assert session.statistics.accepted_not_known.sum() == 2


def test_an_update_reads_which_labels_nobody_looked_at(project: Path, tmp_path: Path) -> None:
    """Of new images of an export, and of those there were before."""
    add_detection(project)
    with Session.open(project) as session:
        columns = session.columns
        rows = np.flatnonzero(columns.suggested != columns.given)[:4]
        session.accept(rows)
        paths = [session.path_of(row) for row in rows]
    export(project, tmp_path / "out", images="none")
    table = tmp_path / "out" / "samples.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    # Two of them come later; of two that were there one has been looked at since.
    first = [line for line in lines if not any(path in line for path in paths[:2])]
    later = [
        line.replace(",1,relabelled", ",0,relabelled") if paths[2] in line else line
        for line in lines
    ]
    again = tmp_path / "again.lnl"
    table.write_text("\n".join(first), encoding="utf-8")
    import_dataset(ImportParameters(str(tmp_path / "out"), str(again)), quiet=True)
    with Session.open(again) as session:
        assert session.statistics.accepted_unseen.sum() == 2
        table.write_text("\n".join(later), encoding="utf-8")
        run_job(session, UpdateParameters(), quiet=True)
    with Session.open(again) as session:
        unseen = {
            session.path_of(row) for row in np.flatnonzero(session.statistics.accepted_unseen)
        }
    assert unseen == {path for path in paths if path != paths[2]}


def test_suggestions_are_applied_only_when_asked(project: Path, tmp_path: Path) -> None:
    add_detection(project)
    assert export(project, tmp_path / "a")["changed_labels"] == 0
    changed = export(project, tmp_path / "b", accept_suggestions=True)["changed_labels"]
    with Session.open(project, read_only=True) as session:
        flagged = session.columns.flagged
        differs = session.columns.suggested != session.columns.given
        assert changed == int((flagged & differs).sum()) > 0


def test_a_folder_that_is_no_export_is_never_replaced(project: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("precious")
    with pytest.raises(UserError, match="no export"):
        export(project, tmp_path / "out", overwrite=True)
    export(project, tmp_path / "out", images="none")
    assert (tmp_path / "out" / "thesis.txt").read_text() == "precious"
    assert (tmp_path / "out" / "samples.csv").is_file()


def test_an_earlier_export_is_replaced_as_a_whole(project: Path, tmp_path: Path) -> None:
    export(project, tmp_path / "out")
    stale = tmp_path / "out" / "images" / "circle" / "stale.png"
    stale.write_bytes(b"x")
    with pytest.raises(UserError, match="already holds an export"):
        export(project, tmp_path / "out")
    # Nobody knows what it is: it may be somebody's work.
    with pytest.raises(UserError, match=r"images/circle/stale\.png"):
        export(project, tmp_path / "out", overwrite=True)
    assert stale.read_bytes() == b"x"
    stale.unlink()
    (tmp_path / "out" / ".DS_Store").write_bytes(b"written by a file manager")
    export(project, tmp_path / "out", overwrite=True)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["exported"] == 36
    assert {file.name for file in tmp_path.iterdir()} == {"shapes", "shapes.lnl", "out"}


def test_no_decision_is_written_down_for_another_picture(embedded: Path, tmp_path: Path) -> None:
    folder = embedded.parent / "shapes" / "circle"
    with Session.open(embedded) as session:
        rows = {path: row for row, path in enumerate(session.columns.paths)}
        session.relabel(np.array([rows["circle/circle-03.png"]]), session.class_named("square").id)
    # The same pixels, and a file that is new: nothing has changed.
    os.utime(folder / "circle-04.png")
    (unjudged,) = export(embedded, tmp_path / "a")["warnings"]
    assert "no detection has judged" in str(unjudged)
    draw_image(1, 999).save(folder / "circle-05.png")
    (said, _) = export(embedded, tmp_path / "b")["warnings"]
    assert "circle/circle-05.png" in str(said)
    for old, new in [("3", "aside"), ("6", "3"), ("aside", "6")]:
        names = [f"circle-0{part}.png" if part != "aside" else part for part in (old, new)]
        (folder / names[0]).rename(folder / names[1])
    with pytest.raises(UserError, match=r"circle-03\.png") as refused:
        export(embedded, tmp_path / "c")
    assert refused.value.code == "files_changed"
    assert "lnl-gui update PROJECT" in str(refused.value.hint)
    with Session.open(embedded) as session:
        run_job(session, UpdateParameters(), quiet=True)
    export(embedded, tmp_path / "c")
    assert (tmp_path / "c" / "images" / "square" / "circle-06.png").is_file()


def test_a_refused_export_names_what_helps_and_not_what_has_been_done(
    embedded: Path, tmp_path: Path
) -> None:
    def hint() -> str:
        with pytest.raises(UserError, match=r"circle-03\.png") as refused:
            export(embedded, tmp_path / "out")
        return str(refused.value.hint)

    def keep() -> None:
        with Session.open(embedded) as session:
            session.keep(np.array([list(session.columns.paths).index("circle/circle-03.png")]))

    file = embedded.parent / "shapes" / "circle" / "circle-03.png"
    keep()
    draw_image(1, 999).save(file)
    assert "lnl-gui update PROJECT" in hint()
    with Session.open(embedded) as session:
        run_job(session, UpdateParameters(), quiet=True)
    # Nothing is decided of what is there now.
    said = export(embedded, tmp_path / "undecided")["warnings"]
    assert [entry for entry in map(str, said) if "decision was made on another picture" in entry]
    keep()
    assert hint() == "Embed what has changed (`lnl-gui embed PROJECT`), and export again."
    # Another one again, which no update has found.
    draw_image(2, 998).save(file)
    assert "lnl-gui update PROJECT" in hint()


def test_each_file_is_looked_at_once_before_it_is_written(
    embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []
    before = content._stat

    def stat(file: Path) -> tuple[int, int]:
        seen.append(file)
        return before(file)

    monkeypatch.setattr(content, "_stat", stat)
    parameters = ExportParameters(str(tmp_path / "out"), images="none")
    context = TerminalContext(quiet=True)
    export_body.run(parameters, context, project_folder=embedded, run_folder=tmp_path)
    context.close()
    assert len(seen) == len(set(seen)) == 60


def _export(home: Path, project: Path, out: Path) -> None:
    os.environ["LNL_HOME"] = str(home)
    sys.exit(main(["export", str(project), str(out)]))


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
@pytest.mark.parametrize("delay", [0.0, 0.4, 1.2])
def test_a_killed_export_leaves_nothing_half_done(
    project: Path, own_home: Path, tmp_path: Path, delay: float
) -> None:
    out = tmp_path / "out"
    # From a server that has imported the program once, where the system has one.
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    context = get_context(method)
    context.set_forkserver_preload([__name__, export_body.__name__])
    process = context.Process(target=_export, args=(own_home, project, out))
    process.start()
    deadline = time.monotonic() + 60
    while process.is_alive() and time.monotonic() < deadline:
        if any(path.name.startswith(".out.") for path in tmp_path.iterdir()):
            time.sleep(delay / 50)
            break
        time.sleep(0.001)
    process.kill()
    process.join()
    if out.exists():
        assert (out / "manifest.json").is_file()
        assert len(list(out.rglob("*.png"))) == 36
    export(project, tmp_path / "again")
    assert len(list((tmp_path / "again").rglob("*.png"))) == 36
