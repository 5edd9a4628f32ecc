"""A patch, from a project to its dataset, to a copy, in place, and back."""

import csv
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset
from lnl_gui.dataset.patching.cells import _cells
from lnl_gui.dataset.patching.changes import LabelChange, read_patch, write_patch
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.errors import UserError

MENDABLE = 3


def make_image(file: Path, shade: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4), (shade, 7, 7)).save(file)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def labels(source: Path) -> dict[str, str]:
    return {record.path: record.label for record in read_dataset(source).records}


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    source = tmp_path / "pets"
    for number, path in enumerate(
        [
            "train/cat/1.png",
            "train/cat/2.png",
            "train/dog/1.png",
            "train/dog/3.png",
            "test/cat/5.png",
            "test/dog/6.png",
        ]
    ):
        make_image(source / path, 30 * number)
    return source


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """With what other programs leave in a table: semicolons, a note with a line break, a mark."""
    rows = ["image;note;class", 'a.png;"one; two\nthree";0', "b.png; plain ;1", 'c.png;"x ""y""";1']
    file = tmp_path / "labels.csv"
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*rows, ""]).encode())
    for shade, name in enumerate("abc"):
        make_image(tmp_path / f"{name}.png", shade)
    return file


def patch_of(source: Path, project: Path, verdicts: dict[str, str | None]) -> Path:
    """Import, decide, and write the patch by the verb."""
    import_dataset(ImportParameters(str(source), str(project)), quiet=True)
    with Session.open(project, reviewer="ann") as session:
        rows = {path: row for row, path in enumerate(session.columns.paths)}
        for path, name in verdicts.items():
            if name is None:
                session.exclude(np.array([rows[path]]))
            else:
                session.relabel(np.array([rows[path]]), session.class_named(name).id)
    file = project.with_suffix(".jsonl")
    assert main(["patch", str(project), str(file)]) == 0
    return file


def test_class_folders_get_their_labels_and_give_them_back(folders: Path, tmp_path: Path) -> None:
    before = contents(folders)
    patch = patch_of(
        folders,
        tmp_path / "p.lnl",
        {"train/cat/1.png": "dog", "test/dog/6.png": None, "train/dog/3.png": "cat"},
    )
    assert main(["apply", str(patch), str(folders)]) == 0
    assert contents(folders) == before, "without a place nothing is changed"
    assert main(["apply", str(patch), str(folders), "--in-place"]) == 0
    # The name was taken in its new class.
    wanted = {
        "train/dog/1 (2).png": before["train/cat/1.png"],
        "train/cat/2.png": before["train/cat/2.png"],
        "train/dog/1.png": before["train/dog/1.png"],
        "train/cat/3.png": before["train/dog/3.png"],
        "test/cat/5.png": before["test/cat/5.png"],
    }
    assert contents(folders) == wanted
    assert main(["apply", str(patch), str(folders), "--in-place"]) == 0, "nothing is left to do"
    assert contents(folders) == wanted
    assert main(["apply", "--undo", f"{folders}.undo"]) == 0
    assert contents(folders) == before
    assert not Path(f"{folders}.undo").exists()


def test_a_copy_is_changed_and_the_original_is_not(folders: Path, tmp_path: Path) -> None:
    before = contents(folders)
    patch = patch_of(folders, tmp_path / "p.lnl", {"train/cat/1.png": "dog"})
    out = tmp_path / "out"
    assert main(["apply", str(patch), str(folders), "--out", str(out)]) == 0
    assert contents(folders) == before
    assert contents(out) == {k: v for k, v in before.items() if k != "train/cat/1.png"} | {
        "train/dog/1 (2).png": before["train/cat/1.png"]
    }


def test_a_grown_and_sorted_dataset_takes_the_patch(folders: Path, tmp_path: Path) -> None:
    """New images, one moved elsewhere: it is known by its content."""
    patch = patch_of(folders, tmp_path / "p.lnl", {"train/cat/1.png": "dog"})
    make_image(folders / "train" / "cat" / "new.png", 201)
    (folders / "train" / "cat" / "1.png").rename(folders / "train" / "cat" / "renamed.png")
    assert main(["apply", str(patch), str(folders), "--in-place"]) == 0
    found = labels(folders)
    assert found["train/dog/renamed.png"] == "dog"
    assert found["train/cat/new.png"] == "cat"
    assert len(found) == 7


def test_what_does_not_fit_stops_all_of_it(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patch = patch_of(
        folders, tmp_path / "p.lnl", {"train/cat/1.png": "dog", "train/dog/3.png": "cat"}
    )
    make_image(folders / "train" / "cat" / "1.png", 222)
    before = contents(folders)
    assert main(["apply", str(patch), str(folders), "--in-place"]) == MENDABLE
    assert "train/cat/1.png is another image now" in capsys.readouterr().err
    assert contents(folders) == before
    assert main(["apply", str(patch), str(folders), "--in-place", "--partial"]) == 0
    assert labels(folders)["train/cat/3.png"] == "cat"
    assert labels(folders)["train/cat/1.png"] == "cat"


def test_somebody_elses_label_is_not_written_over(folders: Path, tmp_path: Path) -> None:
    make_image(folders / "train" / "fox" / "9.png", 99)
    patch = patch_of(folders, tmp_path / "p.lnl", {"train/cat/1.png": "dog"})
    (folders / "train" / "cat" / "1.png").rename(folders / "train" / "fox" / "1.png")
    assert main(["apply", str(patch), str(folders), "--in-place"]) == MENDABLE
    assert labels(folders)["train/fox/1.png"] == "fox"


def test_in_a_table_only_the_changed_cells_differ(table: Path, tmp_path: Path) -> None:
    before = table.read_bytes()
    patch = patch_of(table, tmp_path / "p.lnl", {"b.png": "0", "c.png": None})
    assert main(["apply", str(patch), str(table), "--in-place"]) == 0
    wanted = before.replace(b"b.png; plain ;1", b"b.png; plain ;0")
    wanted = wanted.replace(b'c.png;"x ""y""";1\r\n', b"")
    assert table.read_bytes() == wanted
    assert main(["apply", "--undo", f"{table}.undo"]) == 0
    assert table.read_bytes() == before
    out = tmp_path / "new.csv"
    assert main(["apply", str(patch), str(table), "--out", str(out)]) == 0
    assert out.read_bytes() == wanted and table.read_bytes() == before


def test_boxes_in_a_label_cell_are_not_those_of_another_image(tmp_path: Path) -> None:
    """Of JSON in the cells only what says the class alone can be taken from another row."""
    for whole, code in ((True, MENDABLE), (False, 0)):
        folder = tmp_path / f"{whole}"
        rows = [["image", "label"]]
        for number in range(4):
            make_image(folder / f"{number}.png", 30 * number)
            box = {"rectanglelabels": [("cat", "dog")[number % 2]]}
            cell = json.dumps([{"x": number} | box if whole else box])
            rows.append([f"{number}.png", cell])
        with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(rows)
        source = folder / "labels.csv"
        before = source.read_bytes()
        patch = patch_of(source, tmp_path / f"{whole}.lnl", {"0.png": "dog"})
        assert main(["apply", str(patch), str(source), "--in-place"]) == code
        assert labels(source)["0.png"] == ("cat" if whole else "dog")
        assert (source.read_bytes() == before) == whole


def test_rows_in_an_open_quotation_mark_are_not_taken_out(tmp_path: Path) -> None:
    lines = ["path,label", '0.png,"cat', "1.png,dog", "2.png,cat", '3.png,"dog', "4.png,cat"]
    for number in range(5):
        make_image(tmp_path / f"{number}.png", 30 * number)
    source = tmp_path / "labels.csv"
    source.write_text("\n".join([*lines, ""]))
    before = source.read_bytes()
    patch = patch_of(source, tmp_path / "p.lnl", {"0.png": "dog"})
    assert main(["apply", str(patch), str(source), "--in-place"]) == MENDABLE
    assert source.read_bytes() == before


@pytest.mark.parametrize("order", ["be", "le"])
def test_marks_and_the_order_of_bytes_stay(table: Path, tmp_path: Path, order: str) -> None:
    mark = {"be": b"\xfe\xff", "le": b"\xff\xfe"}[order]
    text = table.read_bytes().decode("utf-8-sig")
    table.write_bytes(mark + text.encode(f"utf-16-{order}"))
    patch = patch_of(table, tmp_path / "p.lnl", {"b.png": "0"})
    assert main(["apply", str(patch), str(table), "--in-place"]) == 0
    wanted = text.replace("b.png; plain ;1", "b.png; plain ;0")
    assert table.read_bytes() == mark + wanted.encode(f"utf-16-{order}")


def test_a_patch_that_cannot_be_expressed_changes_nothing(table: Path, tmp_path: Path) -> None:
    """The table numbers its classes, and the new one has no number."""
    (tmp_path / "classes.txt").write_text("cat\ndog\n")
    before = table.read_bytes()
    patch = tmp_path / "x.jsonl"
    write_patch(patch, [LabelChange("a.png", "", "cat", "fox")], dataset="d")
    words = ["--class-names", str(tmp_path / "classes.txt")]
    assert main(["apply", str(patch), str(table), "--in-place", *words]) == MENDABLE
    assert table.read_bytes() == before
    write_patch(patch, [LabelChange("a.png", "", "cat", "dog")], dataset="d")
    assert main(["apply", str(patch), str(table), "--in-place", *words]) == 0
    assert table.read_bytes() == before.replace(b'three";0', b'three";1')


EDITS = {
    "merge": (["merge", "dog", "--into", "cat"], "cat"),
    "rename": (["rename", "dog", "hound"], "hound"),
    "delete": (["delete", "dog"], ""),
}
FORMS = ["folders", "labels.csv", "labels.jsonl", "map.json", "coco.json"]


def dataset_of(form: str, place: Path) -> Path:
    """Six images of cats and dogs in turn, in one of the forms that can be edited."""
    words = {f"{number}.png": ("cat", "dog")[number % 2] for number in range(6)}
    for number, (path, word) in enumerate(words.items()):
        make_image(place / (f"{word}/{path}" if form == "folders" else path), 30 * number)
    if form == "folders":
        return place
    texts = {
        "labels.csv": "file,label\n" + "".join(f"{p},{w}\n" for p, w in words.items()),
        "labels.jsonl": "".join(
            json.dumps({"file": p, "label": w}) + "\n" for p, w in words.items()
        ),
        "map.json": json.dumps(words, indent=1),
        "coco.json": json.dumps(
            {
                "images": [{"id": n, "file_name": path} for n, path in enumerate(words)],
                "annotations": [
                    {"id": n, "image_id": n, "category_id": 1 + n % 2} for n in range(6)
                ],
                "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
            }
        ),
    }
    (place / form).write_text(texts[form], encoding="utf-8")
    return place / form


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("form", FORMS)
def test_edits_of_classes_are_in_the_patch_and_are_taken_back(
    tmp_path: Path, form: str, edit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source, project = dataset_of(form, tmp_path / "pets"), tmp_path / "p.lnl"
    words, now = EDITS[edit]
    before = contents(tmp_path / "pets")
    import_dataset(ImportParameters(str(source), str(project)), quiet=True)
    assert main(["classes", str(project), *words]) == 0
    with Session.open(project, reviewer="ann") as session:
        # Beside a decision: an image of the edited class that is another one now.
        row = next(r for r, path in enumerate(session.columns.paths) if path.endswith("5.png"))
        session.relabel(np.array([row]), session.class_named("cat").id)
    patch = tmp_path / "p.jsonl"
    capsys.readouterr()
    assert main(["patch", str(project), str(patch), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    lost = 2 if edit == "delete" else 0
    assert told == {"relabelled": 3 - lost, "removed": 0, "unlabelled": lost}
    changes = {c.path.split("/")[-1]: (c.before, c.after) for c in read_patch(patch)}
    assert changes == {"1.png": ("dog", now), "3.png": ("dog", now), "5.png": ("dog", "cat")}
    code = main(["apply", str(patch), str(source), "--in-place"])
    if (form, edit) == ("coco.json", "rename"):
        # A category that the file does not have.
        assert code == MENDABLE and contents(tmp_path / "pets") == before
        return
    assert code == 0
    told_on_screen = capsys.readouterr().err
    assert ("a folder `unlabelled`" in told_on_screen) == ((form, edit) == ("folders", "delete"))
    found = {path.split("/")[-1]: label for path, label in labels(source).items()}
    assert found == {
        "0.png": "cat",
        "1.png": now,
        "2.png": "cat",
        "3.png": now,
        "4.png": "cat",
        "5.png": "cat",
    }
    if form == "folders" and edit == "delete":
        assert (source / "unlabelled" / "1.png").is_file()
    assert main(["apply", str(patch), str(source), "--in-place"]) == 0, "nothing is left to do"
    assert main(["apply", "--undo", f"{source}.undo"]) == 0
    assert contents(tmp_path / "pets") == before
    # Nor is a folder left that the patch has made.
    assert {path.name for path in source.glob("*/")} <= {"cat", "dog"}


def test_a_folder_of_images_without_a_label_takes_those_of_a_deleted_class(tmp_path: Path) -> None:
    source, project = dataset_of("folders", tmp_path / "pets"), tmp_path / "p.lnl"
    make_image(source / "no label" / "1.png", 250)
    import_dataset(ImportParameters(str(source), str(project)), quiet=True)
    assert main(["classes", str(project), "delete", "dog"]) == 0
    patch = tmp_path / "p.jsonl"
    assert main(["patch", str(project), str(patch)]) == 0
    assert main(["apply", str(patch), str(source), "--in-place"]) == 0
    # One name was taken there.
    assert len(list((source / "no label").iterdir())) == 4
    assert sorted(set(labels(source).values())) == ["", "cat"]


def test_an_undone_edit_and_a_class_nobody_edited_are_in_no_patch(
    folders: Path, tmp_path: Path
) -> None:
    project = tmp_path / "p.lnl"
    import_dataset(ImportParameters(str(folders), str(project)), quiet=True)
    assert main(["classes", str(project), "delete", "dog"]) == 0
    assert main(["review", str(project), "undo"]) == 0
    assert main(["patch", str(project), str(tmp_path / "p.jsonl")]) == 0
    assert read_patch(tmp_path / "p.jsonl") == []


def test_the_lines_are_readable_and_in_order(tmp_path: Path) -> None:
    changes = [LabelChange("b", "", "x", None), LabelChange("a", "0" * 64, None, "ü")]
    write_patch(tmp_path / "p", changes, dataset="pets")
    lines = (tmp_path / "p").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"lnl_patch": 1, "dataset": "pets", "changes": 2},
        {"path": "a", "sha256": "0" * 64, "from": None, "to": "ü"},
        {"path": "b", "sha256": "", "from": "x", "to": None},
    ]
    assert read_patch(tmp_path / "p") == sorted(changes, key=lambda change: change.path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no patch"),
        ("[1]\n", "no patch"),
        ('{"lnl_patch": 2, "changes": 0}\n', "newer version"),
        ('{"lnl_patch": 1, "changes": 2}\n{"path": "a", "from": "x", "to": "y"}\n', "incomplete"),
        ('{"lnl_patch": 1, "changes": 1}\n{"path": "a", "to": "y"}\n', "line 2"),
        ('{"lnl_patch": 1, "changes": 1}\n{"path": 5, "from": "x", "to": "y"}\n', "line 2"),
        ('{"lnl_patch": 1, "changes": 1}\n' + "[" * 100_000, "line 2"),
    ],
)
def test_what_is_no_patch_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "p").write_text(text)
    with pytest.raises(UserError, match=reason):
        read_patch(tmp_path / "p")


@pytest.mark.parametrize("moves", [[["../../x", "a"]], [["a", "/etc/x"]], [["a"]], 5])
def test_somebody_elses_undo_file_reaches_nothing_outside(tmp_path: Path, moves: object) -> None:
    undo = tmp_path / "d.undo"
    undo.mkdir()
    (undo / "undo.json").write_text(json.dumps({"moves": moves, "table": ""}))
    assert main(["apply", "--undo", str(undo)]) == MENDABLE
    assert undo.is_dir()


def test_a_form_that_cannot_be_edited_is_named(tmp_path: Path, folders: Path) -> None:
    patch = tmp_path / "x.jsonl"
    write_patch(patch, [LabelChange("a.png", "", "cat", "dog")], dataset="d")
    source = tmp_path / "pets.zip"
    shutil.make_archive(str(source.with_suffix("")), "zip", folders)
    assert main(["apply", str(patch), str(source), "--in-place"]) == MENDABLE


@pytest.mark.parametrize("head", ["path,verdict,label", "\ufeffpath;verdict", "x\tVerdict\tPath"])
def test_a_table_of_verdicts_is_told_from_a_patch(
    tmp_path: Path, folders: Path, capsys: pytest.CaptureFixture[str], head: str
) -> None:
    table = tmp_path / "verdicts.csv"
    table.write_text(f"{head}\n", encoding="utf-8")
    assert main(["apply", str(table), str(folders), "--in-place"]) == MENDABLE
    said = capsys.readouterr().err
    assert f"lnl-gui review PROJECT apply --table {table}" in said and "lnl-gui patch" in said
    table.write_text("path,label\n")
    assert main(["apply", str(table), str(folders), "--in-place"]) == MENDABLE
    assert "is no patch of this program" in capsys.readouterr().err


def test_of_a_folder_whose_labels_stand_in_a_table_that_table_is_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    (folder / "img").mkdir(parents=True)
    for shade, name in enumerate("abcd"):
        make_image(folder / "img" / f"{name}.png", shade)
    lines = ["path,label", *(f"img/{n}.png,{'cat' if n < 'c' else 'dog'}" for n in "abcd")]
    (folder / "labels.csv").write_text("\n".join(lines))
    patch = patch_of(folder, tmp_path / "p.lnl", {"img/a.png": "dog", "img/d.png": None})
    capsys.readouterr()
    table = folder / "labels.csv"
    before = table.read_bytes()
    # A copy of the table alone, in a folder of its own, would name no image.
    assert main(["apply", str(patch), str(folder), "--out", str(tmp_path / "out")]) == MENDABLE
    said = capsys.readouterr().err
    copy = folder / "labels-new.csv"
    assert f'lnl-gui apply PATCH "{table}" --out "{copy}"' in said
    wanted = {"img/a.png": "dog", "img/b.png": "cat", "img/c.png": "dog"}
    assert main(["apply", str(patch), str(table), "--out", str(copy)]) == 0
    assert labels(copy) == wanted and table.read_bytes() == before
    copy.unlink()
    capsys.readouterr()
    assert main(["apply", str(patch), str(folder), "--in-place"]) == 0
    said = capsys.readouterr().err
    assert str(table) in said and "1 image leaves that file and stays in the folder" in said
    assert labels(table) == wanted
    found = {record.path: record.label for record in read_dataset(folder).records}
    assert found == wanted | {"img/d.png": ""}
    assert main(["apply", "--undo", f"{table}.undo"]) == 0
    assert table.read_bytes() == before


def test_of_a_folder_with_several_tables_each_takes_its_own_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    (folder / "img").mkdir(parents=True)
    for part, names in (("train", "abcd"), ("test", "efgh")):
        for name in names:
            make_image(folder / "img" / f"{name}.png", ord(name) - ord("a"))
        lines = ["path,label", *(f"img/{n}.png,{'cat' if n in 'abef' else 'dog'}" for n in names)]
        (folder / f"{part}.csv").write_text("\n".join(lines))
    patch = patch_of(folder, tmp_path / "p.lnl", {"img/a.png": "dog", "img/h.png": None})
    capsys.readouterr()
    assert main(["apply", str(patch), str(folder), "--in-place"]) == MENDABLE
    said = capsys.readouterr().err
    assert f'lnl-gui apply PATCH "{folder / "test.csv"}" --in-place --partial' in said
    for part in ("train", "test"):
        table = str(folder / f"{part}.csv")
        assert main(["apply", str(patch), table, "--in-place", "--partial"]) == 0
    assert labels(folder / "train.csv")["img/a.png"] == "dog"
    assert "img/h.png" not in labels(folder / "test.csv")


cell_text = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6)
rows = st.lists(st.lists(cell_text, min_size=2, max_size=4), min_size=1, max_size=5)


@settings(deadline=None)
@given(rows, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]))
def test_cells_are_those_of_the_module_csv(
    rows: Sequence[Sequence[str]], delimiter: str, end: str
) -> None:
    import io

    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    text = stream.getvalue()
    found = list(_cells(text, delimiter))
    wanted = list(csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True))
    assert [[cell.text for cell in row] for row in found] == wanted
    for row in found:
        for cell in row:
            raw = text[cell.start : cell.end]
            assert cell.text in raw or '"' in raw
