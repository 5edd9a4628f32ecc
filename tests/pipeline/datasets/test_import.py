"""Import as a job: doubtful readings stop, own exports and projects are known."""

import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import ExportParameters, ImportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import from_json
from tests.conftest import draw_image


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two classes of twelve images, in train and test."""
    for kind, name in enumerate(("cat", "dog")):
        for i in range(12):
            place = tmp_path / "set" / ("test" if i % 4 == 0 else "train") / name
            place.mkdir(parents=True, exist_ok=True)
            draw_image(kind, i).save(place / f"{i:02d}.png")
    return tmp_path / "set"


def sites(folder: Path) -> Path:
    for site in ("a", "b"):
        for kind, name in enumerate(("cat", "dog")):
            (folder / f"site {site}" / name).mkdir(parents=True)
            for i in range(4):
                draw_image(kind, i).save(folder / f"site {site}" / name / f"{i}.png")
    return folder


def test_doubtful_layout_stops_a_script_unless_it_is_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, project = sites(tmp_path / "set"), tmp_path / "p.lnl"
    command = ["import", str(source), "--project", str(project), "--json"]
    assert main(command) == 3
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == "doubtful_layout" and not project.exists()
    assert "The same folder names (`cat`, `dog`)" in said.err
    assert "--class-level" in said.err and "--accept-layout" in said.err
    assert main([*command, "--accept-layout"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["classes"] == 4 and "The same folder names" in str(result["warnings"][0])


def test_level_settles_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = sites(tmp_path / "set")
    command = ["import", str(source), "--project", str(tmp_path / "p.lnl"), "--class-level", "2"]
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["classes"] == 2


def export(source: Path, project: Path, out: Path, images: str, **options: bool) -> None:
    """Import, give some verdicts, export."""
    import_dataset(ImportParameters(str(source), str(project)), quiet=True)
    with Session.open(project) as session:
        row = {path: row for row, path in enumerate(session.columns.paths)}
        dog = session.class_named("dog").id
        session.relabel(np.array([row["train/cat/01.png"]]), dog)
        session.exclude(np.array([row["train/cat/02.png"]]))
        session.unsure(np.array([row["test/dog/04.png"]]))
        run_job(session, ExportParameters(str(out), images=images, **options), quiet=True)


@pytest.mark.parametrize("images", ["copy", "none"])
@pytest.mark.parametrize("exclude_unsure", [False, True])
def test_own_export_comes_back_exactly(
    dataset: Path, tmp_path: Path, images: str, exclude_unsure: bool
) -> None:
    out = tmp_path / "out"
    export(dataset, tmp_path / "p.lnl", out, images, exclude_unsure=exclude_unsure)
    for source in (out, out / "samples.csv"):
        listing = read_dataset(source)
        assert listing.reader == "lnl-export"
        assert len(listing.records) == 22 if exclude_unsure else 23
        found = {(r.split, r.label): 0 for r in listing.records}
        for record in listing.records:
            found[record.split, record.label] += 1
        assert found == {
            ("test", "cat"): 3,
            ("test", "dog"): 2 if exclude_unsure else 3,
            ("train", "cat"): 7,
            ("train", "dog"): 10,
        }
        gone = {entry.path for entry in listing.skipped}
        unsure = {"test/dog/04.png"} if exclude_unsure else set()
        assert gone == {"train/cat/02.png"} | unsure
        assert all("excluded" in str(entry.reason) for entry in listing.skipped)
        assert all(record.file.is_file() for record in listing.records)


@pytest.mark.parametrize("form", ["csv", "jsonl", "coco"])
def test_unlabelled_images_that_were_exported_come_back_once(tmp_path: Path, form: str) -> None:
    (tmp_path / "set").mkdir()
    for i in range(6):
        draw_image(i % 2, i).save(tmp_path / "set" / f"{i}.png")
    rows = [f"{i}.png,{['cat', 'dog', ''][i % 3]}" for i in range(6)]
    table = tmp_path / "set" / "labels.csv"
    table.write_text("\n".join(["path,label", *rows]))
    import_dataset(ImportParameters(str(table), str(tmp_path / "p.lnl")), quiet=True)
    out = tmp_path / "out"
    with Session.open(tmp_path / "p.lnl") as session:
        wanted = ExportParameters(str(out), format=form, unlabelled=True)
        run_job(session, wanted, quiet=True)
    listing = read_dataset(out)
    assert sorted(record.label for record in listing.records) == [
        "",
        "",
        "cat",
        "cat",
        "dog",
        "dog",
    ]
    assert all(record.file.is_relative_to(out) for record in listing.records)


def test_class_names_that_no_folder_may_bear_come_back(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    for i in range(4):
        draw_image(i % 2, i).save(tmp_path / "set" / f"{i}.png")
    rows = [f"{i}.png,{('a:b?', 'con')[i % 2]}" for i in range(4)]
    (tmp_path / "set" / "labels.csv").write_text("\n".join(["path,label", *rows]))
    import_dataset(
        ImportParameters(str(tmp_path / "set" / "labels.csv"), str(tmp_path / "p.lnl")), quiet=True
    )
    with Session.open(tmp_path / "p.lnl") as session:
        run_job(session, ExportParameters(str(tmp_path / "out")), quiet=True)
    assert read_dataset(tmp_path / "out").class_names == ["a:b?", "con"]


def test_exports_and_projects_inside_the_dataset_are_left_out(
    dataset: Path, tmp_path: Path
) -> None:
    export(dataset, dataset / "p.lnl", dataset / "cleaned", "copy")
    (dataset / "p.lnl").rename(dataset / "renamed project")
    listing = read_dataset(dataset)
    assert (len(listing.records), listing.class_names) == (24, ["cat", "dog"])
    assert any("`cleaned`, `renamed project`" in str(warning) for warning in listing.warnings)
    assert read_dataset(dataset / "cleaned").reader == "lnl-export"


def test_tables_exported_into_the_dataset_itself_leave_it_as_it_is(
    dataset: Path, tmp_path: Path
) -> None:
    export(dataset, tmp_path / "p.lnl", dataset, "none")
    listing = read_dataset(dataset)
    assert (listing.reader, len(listing.records)) == ("class-folders", 24)
    assert len(read_dataset(dataset / "samples.csv").records) == 23


@pytest.mark.parametrize(
    ("added", "classes", "doubt"),
    [
        ("images/train/bird/0.png", ["bird", "cat", "dog"], ""),  # a class that is new
        ("images/bird/0.png", ["bird", "cat", "dog"], ""),
        ("images/val/cat/0.png", ["cat", "dog"], ""),  # a split that is new
        ("images/train/cat/more.png", ["cat", "dog"], ""),
        ("images/train/cat/more/0.png", ["cat", "dog"], "Images in `images/train/cat/more`"),
        ("images/0.png", ["cat", "dog"], "not clear which class"),
        ("bird/0.png", ["cat", "dog"], "Images beside the folder `images`"),
        ("0.png", ["cat", "dog"], "Images beside the folder `images`"),
    ],
)
def test_images_put_into_an_export_are_read_or_said(
    dataset: Path, tmp_path: Path, added: str, classes: list[str], doubt: str
) -> None:
    out = tmp_path / "out"
    export(dataset, tmp_path / "p.lnl", out, "copy")
    assert not read_dataset(out).suspicions
    (out / added).parent.mkdir(exist_ok=True, parents=True)
    draw_image(1, 50).save(out / added)
    listing = read_dataset(out)
    assert listing.class_names == classes
    assert (out / added in [record.file for record in listing.records]) == (not doubt)
    said = " ".join(map(str, listing.suspicions))
    assert doubt in said and bool(doubt) == bool(said)


def test_what_is_gone_from_the_folders_of_an_export_is_said(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(dataset, tmp_path / "p.lnl", out, "copy")
    (out / "images" / "test" / "cat" / "00.png").unlink()
    listing = read_dataset(out)
    assert not listing.suspicions and len(listing.records) == 22
    (out / "images" / "train" / "cat").rename(out / "images" / "train" / "Katze")
    listing = read_dataset(out)
    assert listing.class_names == ["cat", "dog", "Katze"] and len(listing.records) == 22
    assert "were read as classes: `train/Katze`" in str(listing.suspicions[0])
    for file in (out / "images" / "train").rglob("*.png"):
        file.unlink()
    (doubt,) = read_dataset(out).suspicions
    assert "18 of 23 exported images are gone" in str(doubt)


def test_what_was_skipped_is_counted_by_reason(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    for i in range(4):
        draw_image(i % 2, i).save(tmp_path / "set" / f"{i}.png")
    rows = "0.png,a\n1.png,b\n2.png,a|b\n3.png,b|a\ngone.png,a\n"
    (tmp_path / "set" / "labels.csv").write_text("path,label\n" + rows)
    parameters = ImportParameters(str(tmp_path / "set"), str(tmp_path / "p.lnl"))
    reasons = import_dataset(parameters, quiet=True).metrics["skipped_reasons"]
    said = [str(from_json(reason)) for reason in reasons]
    assert said == [
        "Skipped: 2, such as `2.png`: several labels: `a`, `b`.",
        "Skipped: 1, such as `gone.png`: file not found.",
    ]


def test_preview_says_what_would_be_read_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = sites(tmp_path / "set")
    (source / "loose.png").write_bytes(b"")
    before = sorted(tmp_path.rglob("*"))
    assert main(["import", str(source), "--preview", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["reader"], found["samples"], found["doubtful"]) == ("class-folders", 17, True)
    assert found["unlabelled"] == 1
    assert found["classes"]["site a/cat"] == 4
    assert found["skipped"] == []
    assert [(o["option"], o["classes"], o["samples"], o["names"]) for o in found["others"]] == [
        ("--class-level 1", 2, 16, "`site a`, `site b`"),
        ("--class-level 2", 2, 16, "`cat`, `dog`"),
    ]
    assert (found["class_level"], "level 2" in found["why"]) == (2, True)
    assert main(["import", str(source), "--preview", "--class-level", "2"]) == 0
    text = capsys.readouterr().out
    assert "cat 8, dog 8" in text and "DOUBTFUL" not in text
    assert sorted(tmp_path.rglob("*")) == before


def test_preview_names_other_readings(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (dataset / "labels.csv").write_text("path,label\ntrain/cat/01.png,a\ntest/dog/00.png,b\n")
    assert main(["import", str(dataset), "--preview"]) == 0
    text = capsys.readouterr().out
    assert "other reading: --reader class-folders" in text


def test_majority_of_answers_in_rows_is_the_given_label(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    lines = ["image,annotator,label"]
    for i in range(12):
        draw_image(i % 2, i).save(tmp_path / "set" / f"{i}.png")
        for person in ("ann", "bob", "cy"):
            wrong = person == "ann" and i % 3 == 0
            lines.append(f"{i}.png,{person},{'dog' if wrong else ('cat', 'dog')[i % 2]}")
    (tmp_path / "set" / "crowd.csv").write_text("\n".join(lines))
    for column in (None, "label"):
        project = tmp_path / f"{column}.lnl"
        source = str(tmp_path / "set" / "crowd.csv")
        import_dataset(ImportParameters(source, str(project), label_column=column), quiet=True)
        with Session.open(project) as session:
            assert session.columns.given.tolist() == [i % 2 for i in range(12)]


def test_a_project_is_not_made_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        import_dataset(ImportParameters(str(tmp_path), str(tmp_path / "p.lnl")), quiet=True)
    assert not (tmp_path / "p.lnl").exists()
