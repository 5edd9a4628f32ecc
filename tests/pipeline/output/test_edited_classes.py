"""Exports and reports after classes were merged, renamed and deleted."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.containers.read import close_containers
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.dataset.writers import list_writers
from lnl_gui.pipeline.output.model_context import model_context
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.figures.export_preview import export_preview
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.column_cache import load_fixed
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import ExportParameters, ImportParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.files.array_file import write_array
from tests.builders import add_detection
from tests.files import read_table

CLASSES = ("ant", "bee", "cow", "dog", "elk")
OF_EACH = 3


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Five classes of three images each."""
    for number, name in enumerate(np.repeat(CLASSES, OF_EACH).tolist()):
        file = tmp_path / "in" / name / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (6, 5), (9 * number, 3, 80)).save(file)
    folder = tmp_path / "p.lnl"
    import_dataset(ImportParameters(str(tmp_path / "in"), str(folder)), quiet=True)
    return folder


def edit(project: Path, *words: str) -> None:
    assert main(["classes", str(project), *words]) == 0


def merged(project: Path) -> None:
    edit(project, "merge", "bee", "--into", "ant")
    edit(project, "merge", "dog", "--into", "cow")
    edit(project, "rename", "elk", "moose")


def deleted(project: Path) -> None:
    edit(project, "delete", "bee")
    edit(project, "delete", "dog")


LEFT = {merged: {"ant": 6, "cow": 6, "moose": 3}, deleted: {"ant": 3, "cow": 3, "elk": 3}}


def export(project: Path, out: Path, **options: Any) -> dict[str, Any]:
    with Session.open(project) as session:
        found = run_job(session, ExportParameters(str(out), **options), quiet=True).metrics
    return dict(found)


@pytest.mark.parametrize("name", [w.name for w in list_writers() if w.name != "cleanlab"])
@pytest.mark.parametrize("edited", LEFT)
def test_classes_that_are_gone_are_in_no_format(
    project: Path, tmp_path: Path, name: str, edited: Callable[[Path], None]
) -> None:
    edited(project)
    export(project, tmp_path / "out", format=name)
    listing = read_dataset(tmp_path / "out" / "images")
    found = {c: sum(r.label == c for r in listing.records) for c in listing.class_names}
    close_containers()
    assert found == LEFT[edited]
    for file in (tmp_path / "out" / "images").rglob("*.json"):
        assert '""' not in re.findall(r"\[[^]]*\]", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("edited", LEFT)
def test_numbers_and_probabilities_are_those_of_the_classes_there_are(
    project: Path, tmp_path: Path, edited: Callable[[Path], None]
) -> None:
    add_detection(project)
    with open_project(project) as store:
        folder = runs.latest_run(store, "detect").folder  # type: ignore[union-attr]
    # Twice as probable as the class before it; the last image can only be what is deleted.
    posterior = np.tile(np.array([1, 2, 4, 8, 16]) / 31, (5 * OF_EACH, 1))
    posterior[-1] = [0, 1, 0, 0, 0]
    write_array(folder / "posterior.npy", posterior.astype(np.float16))
    write_array(folder / "posterior_classes.npy", np.tile(np.arange(5), (5 * OF_EACH, 1)))
    edited(project)
    export(project, tmp_path / "out", format="cleanlab")
    place = tmp_path / "out" / "images"
    names = [row["class_name"] for row in read_table(place / "classes.csv")]
    assert names == list(LEFT[edited])
    probabilities = np.load(place / "pred_probs.npy")
    expected = [3, 12, 16] if edited is merged else [1, 4, 16]
    assert probabilities[0] == pytest.approx(np.array(expected) / sum(expected), abs=2e-3)
    assert np.isnan(probabilities[-1]).all() == (edited is deleted)
    rows = read_table(place / "label_issues.csv")
    assert all(names[int(row["label"])] == row["label_name"] for row in rows)
    if edited is merged:
        # The dataset's own word, and the number of the class it is now.
        assert {(r["given_label_name"], r["given_label"]) for r in rows} == {
            ("ant", "0"),
            ("bee", "0"),
            ("cow", "1"),
            ("dog", "1"),
            ("elk", "2"),
        }


def test_a_model_of_other_classes_is_told_in_the_export(
    probed_original: Path, tmp_path: Path
) -> None:
    from shutil import copytree

    copytree(probed_original.parent, tmp_path / "copy")
    project = tmp_path / "copy" / probed_original.name
    plain = export(project, tmp_path / "plain", images="none", format="csv")
    assert "model" not in json.dumps(plain["warnings"])
    edit(project, "merge", "circle", "--into", "square")
    edit(project, "rename", "stripes", "lines")
    found = export(project, tmp_path / "out", images="none", format="csv")
    told = json.dumps(found["warnings"])
    assert "nor its names are those of this export" in told
    assert "`circle` -> `square`, `stripes` -> `lines`" in told


def test_swapped_names_and_a_new_class_are_told_apart_in_the_export(
    probed_original: Path, tmp_path: Path
) -> None:
    from shutil import copytree

    def told(name: str, *edits: str) -> str:
        copytree(probed_original.parent, tmp_path / name)
        project = tmp_path / name / probed_original.name
        for words in edits:
            edit(project, *words.split())
        found = export(project, tmp_path / f"{name} out", images="none", format="csv")
        return json.dumps(found["warnings"])

    swapped = told("a", "rename circle x", "rename square circle", "rename x square")
    # By its names all squares would be circles.
    assert "go by the names" not in swapped
    assert "`circle` -> `square`, `square` -> `circle`" in swapped
    more = told("b", "add triangle")
    assert "only the dataset has" in more and "`triangle`" in more
    assert "go by the names" in more


def test_a_quantised_model_is_judged_by_classes_and_not_by_names_that_they_swapped(
    probed_original: Path, tmp_path: Path
) -> None:
    from shutil import copytree

    copytree(probed_original.parent, tmp_path / "copy")
    project = tmp_path / "copy" / probed_original.name

    def judged() -> tuple[list[str], list[int]]:
        snapshot = take_snapshot(project)
        with open_project(project, read_only=True) as store:
            trained = runs.latest_run(store, "finetune")
        assert trained is not None
        place = project / trained.artifacts["model"]
        found = model_context(snapshot, trained, place).images.quantisation
        return [image.name for image in found.held_out], found.labels.tolist()

    before = judged()
    assert len(set(before[1])) > 1
    edit(project, "rename", "circle", "x")
    edit(project, "rename", "square", "circle")
    edit(project, "rename", "x", "square")
    assert judged() == before


def said_by(page: Path) -> str:
    text = re.sub(r"<style.*?</style>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_what_was_given_stays_as_it_came_and_edits_are_counted_apart(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, "merge", "bee", "--into", "ant")
    edit(project, "delete", "dog")
    edit(project, "rename", "elk", "moose")
    with Session.open(project, reviewer="ann") as session:
        rows = {path: row for row, path in enumerate(session.columns.paths)}
        session.relabel(np.array([rows["dog/9.png"]]), session.class_named("cow").id)
        session.relabel(np.array([rows["bee/3.png"]]), session.class_named("cow").id)
    metrics = export(project, tmp_path / "out")
    # Of three bees and three dogs one each was decided, and three elks are called otherwise.
    assert (metrics["changed_labels"], metrics["labels_added"]) == (2, 0)
    assert metrics["labels_of_edited_classes"] == 2 + 2 + 3
    assert (metrics["exported"], metrics["unlabelled"]) == (13, 2)
    table = {row["path"]: row for row in read_table(tmp_path / "out" / "samples.csv")}
    assert all(row["given_label"] == path.split("/")[0] for path, row in table.items())
    assert [table[p]["current_label"] for p in ("bee/4.png", "dog/10.png", "elk/12.png")] == [
        "ant",
        "",
        "moose",
    ]
    words = said_by(tmp_path / "out" / "report.html")
    for figure in (
        "15 in the curated set 2 of them without a label 13 in this export",
        "2 labels changed 7 labels of edited classes",
        "ant 3 5",
        "bee cow 1",
        "dog cow 1",
        "In the dataset Now Images bee ant 3 dog deleted 3 elk moose 3",
    ):
        assert figure in words
    capsys.readouterr()
    assert main(["info", str(project), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["unlabelled"], facts["unlabelled_left"]) == (0, 2)
    assert facts["labels_of_edited_classes"] == 7


def test_a_verdict_for_a_class_that_is_gone_keeps_its_name_in_the_journal(
    project: Path, tmp_path: Path
) -> None:
    with Session.open(project, reviewer="ann") as session:
        session.relabel(np.array([0]), session.class_named("bee").id)
    edit(project, "delete", "bee")
    export(project, tmp_path / "out", images="none", format="csv")
    assert read_table(tmp_path / "out" / "journal.csv")[0]["new_label"] == "bee"


def swap(project: Path, one: str, other: str) -> None:
    edit(project, "rename", one, "neither")
    edit(project, "rename", other, one)
    edit(project, "rename", "neither", other)


def relabel(project: Path, path: str, name: str) -> None:
    assert main(["review", str(project), "relabel", "--class", name, "--path", path]) == 0


def test_names_that_were_swapped_change_neither_counts_nor_what_the_journal_says(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    relabel(project, "ant/0.png", "bee")
    swap(project, "ant", "bee")
    relabel(project, "cow/6.png", "bee")
    with Session.open(project) as session:
        came = load_fixed(session.project).given
        preview = export_preview(
            session.columns, session.classes, came, ExportParameters(str(tmp_path / "out"))
        )
    assert preview.changed == 2
    metrics = export(project, tmp_path / "out")
    # Two by a person; the other two ants and the three bees are called otherwise.
    assert (metrics["changed_labels"], metrics["labels_of_edited_classes"]) == (2, 5)
    journal = [row for row in read_table(tmp_path / "out" / "journal.csv") if row["path"]]
    assert [(r["path"], r["old_label"], r["new_label"]) for r in journal] == [
        ("ant/0.png", "ant", "bee"),
        ("cow/6.png", "cow", "bee"),
    ]
    assert [json.loads(row["params"])["class"] for row in journal] == ["bee", "bee"]
    table = {row["path"]: row for row in read_table(tmp_path / "out" / "samples.csv")}
    # What the class that was called bee then, and ant now, is called.
    assert [table[p]["current_label"] for p in ("ant/0.png", "cow/6.png")] == ["ant", "bee"]
    words = said_by(tmp_path / "out" / "report.html")
    assert "2 labels changed 5 labels of edited classes" in words
    assert "ant → bee ant 1 cow bee 1" in words
    capsys.readouterr()
    assert main(["info", str(project), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["labels_of_edited_classes"] == 5


def test_the_journal_calls_a_class_as_it_was_called_at_each_decision(
    project: Path, tmp_path: Path
) -> None:
    relabel(project, "cow/6.png", "bee")
    edit(project, "rename", "bee", "wasp")
    relabel(project, "cow/7.png", "wasp")
    with Session.open(project) as session:
        # The last label, and the name of its class.
        session.undo()
        session.undo()
    relabel(project, "cow/8.png", "bee")
    edit(project, "merge", "bee", "--into", "ant")
    relabel(project, "elk/12.png", "ant")
    export(project, tmp_path / "out", images="none", format="csv")
    journal = [row for row in read_table(tmp_path / "out" / "journal.csv") if row["path"]]
    assert [(r["old_label"], r["new_label"]) for r in journal] == [
        ("cow", "bee"),
        ("cow", "wasp"),
        ("cow", "bee"),
        ("elk", "ant"),
    ]


def test_info_and_export_agree_on_what_has_no_label_once_a_class_is_deleted(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session.open(project, reviewer="ann") as session:
        session.relabel(np.array([0, 1]), session.class_named("bee").id)
        session.exclude(np.array([2, 4]))
        session.unsure(np.array([6]))
    edit(project, "delete", "bee")
    metrics = export(project, tmp_path / "out", images="none", format="csv")
    capsys.readouterr()
    assert main(["info", str(project), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    # Two of the three bees are left to label, and of two ants the class decided for is gone.
    assert (facts["unlabelled_left"], facts["without_label"]) == (2, 4)
    assert metrics["unlabelled"] == 4
    assert (facts["by_status"]["unsure"], facts["unsure_of_deleted_classes"]) == (3, 2)
    assert main(["info", str(project)]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert "without a label now 4" in words and "unsure as their class was deleted 2" in words


def test_without_edits_nothing_is_said_of_them(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = export(project, tmp_path / "out")
    assert metrics["labels_of_edited_classes"] == 0
    assert "edited" not in said_by(tmp_path / "out" / "report.html")
    capsys.readouterr()
    assert main(["info", str(project)]) == 0
    said = capsys.readouterr().out
    assert "edited" not in said and "deleted" not in said and "without a label now" not in said
