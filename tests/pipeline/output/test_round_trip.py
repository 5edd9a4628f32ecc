"""What every format keeps of a dataset when this program reads its own files again."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.containers.read import close_containers, image_bytes
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.dataset.writers import list_writers
from lnl_gui.session.figures.export_summary import export_warnings
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import ExportParameters, ImportParameters
from lnl_gui.util.errors import UserError

FORMATS = [writer.name for writer in list_writers()]
WITH_GROUPS = [writer.name for writer in list_writers() if writer.tells_groups]
CLASSES = ("cat, tabby", 'say "hi"', "Größe 猫")
IMAGES, ASIDE = 24, 4
SPLITS = {
    "all of them": ("train", "train", "validation", "test"),
    "some of them": ("train", "", "", "test"),
    "none of them": ("", "", "", ""),
    "odd words": ("val", "fold 2", "trainval", "test"),
}
Made = dict[str, Path]
Truth = tuple[str, str, str]
"""Label, split and group."""


def truth(number: int, kind: str) -> Truth:
    part = number // 3 % 4
    return CLASSES[number % 3], SPLITS[kind][part], f"patient {number // 6}"


@pytest.fixture(scope="module")
def relabelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make(tmp_path_factory.mktemp("relabelled") / "in", "all of them")
    with Session.open(project, reviewer="ann") as session:
        session.relabel(np.array([0, 1]), session.class_named(CLASSES[2]).id)
    return project


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Projects of images of 24 shades by how many have a split; one image was set aside."""
    made: Made = {}

    def project(kind: str) -> Path:
        if kind not in made:
            made[kind] = make(tmp_path_factory.mktemp("round") / "in", kind)
        return made[kind]

    return project


def make(folder: Path, kind: str) -> Path:
    folder.mkdir(parents=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("path", "label", "split", "patient"))
        for number in range(IMAGES):
            Image.new("RGB", (9, 7), (10 * number, 9, 9)).save(folder / f"{number:02}.png")
            rows.writerow((f"{number:02}.png", *truth(number, kind)))
    project = folder.parent / "p.lnl"
    source = str(folder / "labels.csv")
    import_dataset(ImportParameters(source, str(project), group_column="patient"), quiet=True)
    with Session.open(project, reviewer="ann") as session:
        session.exclude(np.array([ASIDE]))
    return project


def export(project: Path, destination: Path, **options: object) -> dict[str, object]:
    with Session.open(project) as session:
        parameters = ExportParameters(str(destination), **options)  # type: ignore[arg-type]
        return run_job(session, parameters, quiet=True).metrics


def found_in(listing: Listing) -> dict[int, Truth]:
    assert listing.suspicions == [], [str(doubt) for doubt in listing.suspicions]
    found = {}
    for record in listing.records:
        with Image.open(io.BytesIO(image_bytes(record.file))) as image:
            number = int(np.asarray(image.convert("RGB"))[0, 0, 0]) // 10
        found[number] = (record.label, record.split, record.group)
    assert len(found) == len(listing.records)
    close_containers()
    return found


def expected(kind: str, name: str, *, groups: bool) -> dict[int, Truth]:
    def kept(number: int) -> Truth:
        label, split, group = truth(number, kind)
        if name == "class-folders":
            label = label.replace('"', "_")
        if name == "npz":
            # The words of its arrays are MedMNIST's, and the part `fold` is none of theirs.
            split = {"validation": "val", "fold 2": ""}.get(split, split)
        return label, split, group if groups else ""

    return {number: kept(number) for number in range(IMAGES) if number != ASIDE}


@pytest.mark.parametrize("kind", SPLITS)
@pytest.mark.parametrize("name", FORMATS)
def test_labels_splits_and_groups_come_back(
    projects: Callable[[str], Path], tmp_path: Path, name: str, kind: str
) -> None:
    if name == "class-folders" and kind == "odd words":
        pytest.skip("`trainval` beside `val` is doubted, as in any folder")
    export(projects(kind), tmp_path / "out", format=name)
    groups = name in WITH_GROUPS
    column = "group" if groups else None
    images = read_dataset(tmp_path / "out" / "images", group_column=column)
    assert found_in(images) == expected(kind, name, groups=groups)
    whole = found_in(read_dataset(tmp_path / "out"))
    assert whole == expected(kind, "", groups=True)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "class-folders"])
def test_the_curated_label_comes_back_and_not_the_given_one(
    relabelled: Path, tmp_path: Path, name: str
) -> None:
    export(relabelled, tmp_path / "out", format=name)
    found = found_in(read_dataset(tmp_path / "out" / "images"))
    curated = {0: CLASSES[2], 1: CLASSES[2]}
    assert {number: label for number, (label, _, _) in found.items()} == {
        number: curated.get(number, truth(number, "all of them")[0]) for number in found
    }
    assert len(found) == IMAGES - 1


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_as_a_whole_keeps_groups_and_what_was_set_aside(
    projects: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    [writer] = [writer for writer in list_writers() if writer.name == name]
    kind = "some of them"
    export(projects(kind), tmp_path / "out", format=name, excluded=writer.tells_status)
    for column in (None, "patient"):
        listing = read_dataset(tmp_path / "out", group_column=column)
        assert found_in(listing) == expected(kind, "", groups=True)
        assert listing.group_column == "patient"
        assert len(listing.skipped) == 1


def test_an_export_of_an_earlier_version_offers_its_groups(
    projects: Callable[[str], Path], tmp_path: Path
) -> None:
    """It does not say whose groups they are: copies that were found stand in the same column."""
    export(projects("none of them"), tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    del told["group_column"], told["found_groups"]
    manifest.write_text(json.dumps(told), "utf-8")
    listing = read_dataset(tmp_path / "out")
    assert not listing.group_column and {record.group for record in listing.records} == {""}
    assert sum("--group-column" in str(said) for said in listing.warnings) == 1
    named = read_dataset(tmp_path / "out", group_column="group")
    assert found_in(named) == expected("none of them", "", groups=True)


def test_an_imported_export_is_exported_with_the_same_groups(
    projects: Callable[[str], Path], tmp_path: Path
) -> None:
    export(projects("all of them"), tmp_path / "out")
    again = tmp_path / "again.lnl"
    import_dataset(ImportParameters(str(tmp_path / "out"), str(again)), quiet=True)
    with Session.open(again, reviewer="bob") as session:
        session.keep(np.array([0]))
    export(again, tmp_path / "second")
    assert found_in(read_dataset(tmp_path / "second")) == expected("all of them", "", groups=True)


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_format_has_no_place_for_is_said(tmp_path: Path, name: str) -> None:
    project = make(tmp_path / "in", "none of them")
    with Session.open(project, reviewer="ann") as session:
        session.class_edits.add("lynx")
    notes = export_warnings(export(project, tmp_path / "out", format=name))
    said = [str(note) for note in notes]
    files = [file.read_bytes() for file in (tmp_path / "out" / "images").rglob("*.*")]
    # NumPy keeps text in UTF-32.
    listed = any("lynx".encode(form) in file for file in files for form in ("utf-8", "utf-32-le"))
    assert listed != any("manifest.json" in note and "`lynx`" in note for note in said)
    assert (name in WITH_GROUPS) != any(
        "samples.csv" in note and "patient" in note for note in said
    )


def test_what_is_not_taken_over_of_a_review_is_said(tmp_path: Path) -> None:
    project = make(tmp_path / "in", "none of them")
    with Session.open(project, reviewer="ann") as session:
        session.keep(np.array([0, 1]))
        session.unsure(np.array([2]))
        session.remarks.note(np.array([3]), "dark")
    for exclude_unsure, decided in ((False, "3 images had"), (True, "2 images had")):
        export(project, tmp_path / decided, exclude_unsure=exclude_unsure)
        said = " ".join(map(str, read_dataset(tmp_path / decided).warnings))
        assert decided in said and "second labels of 1 image" in said
    plain = make(tmp_path / "plain" / "in", "none of them")
    export(plain, tmp_path / "out")
    notes = " ".join(map(str, read_dataset(tmp_path / "out").warnings))
    assert "had been decided" not in notes and "second labels" not in notes


@pytest.mark.parametrize("name", [w.name for w in list_writers() if w.holds_images])
def test_where_the_originals_are_gone_the_files_with_the_images_are_named(
    tmp_path: Path, name: str
) -> None:
    project = make(tmp_path / "in", "none of them")
    export(project, tmp_path / "out", format=name)
    (tmp_path / "in").rename(tmp_path / "elsewhere")
    with pytest.raises(UserError) as refused:
        read_dataset(tmp_path / "out")
    assert str(tmp_path / "out" / "images") in str(refused.value.hint)
    assert len(read_dataset(tmp_path / "out" / "images").records) == IMAGES - 1


@pytest.mark.parametrize(
    ("name", "images"),
    [(name, "copy") for name in FORMATS] + [(name, "none") for name in ("csv", "coco", "cvat")],
)
def test_classes_without_an_image_come_back(tmp_path: Path, name: str, images: str) -> None:
    project = make(tmp_path / "in", "all of them")
    with Session.open(project, reviewer="ann") as session:
        for added in ("lynx", "gone again"):
            session.class_edits.add(added)
        session.class_edits.delete(session.class_named("gone again").id)
    export(project, tmp_path / "out", format=name, images=images)
    listing = read_dataset(tmp_path / "out")
    assert sorted(listing.class_names) == sorted([*CLASSES, "lynx"])
    assert {record.label for record in listing.records} == set(CLASSES)
    again = tmp_path / "again.lnl"
    import_dataset(ImportParameters(str(tmp_path / "out"), str(again)), quiet=True)
    with Session.open(again) as session:
        assert sorted(entry.name for entry in session.classes) == sorted([*CLASSES, "lynx"])


def test_the_columns_of_the_table_are_those_of_the_readme(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    told = readme.partition("`DIR/samples.csv`")[2].partition("`lnl-gui --help`")[0]
    always, _, sometimes = told.partition("where there are any")
    columns = [
        [name for part in re.findall(r"`([a-z_,]+)`", text) for name in part.split(",") if name]
        for text in (always, sometimes.partition("\n`accepted_unseen` is")[0])
    ]
    project = make(tmp_path / "in", "none of them")
    export(project, tmp_path / "plain")
    assert header(tmp_path / "plain") == columns[0]
    with Session.open(project, reviewer="ann") as session:
        rows = np.array([0])
        session.remarks.note(rows, "dark")
        session.remarks.tag(rows, "night")
        session.remarks.also(rows, 1)
    export(project, tmp_path / "more", splits="train=.5,test=.5")
    assert {*header(tmp_path / "more"), "file"} == {*columns[0], *columns[1]}


def header(folder: Path) -> list[str]:
    with (folder / "samples.csv").open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


# A list of classes has no place in a table, nor in folders, which are not made empty.
WITHOUT_CLASS_LIST = {"class-folders", "imagefolder", "csv", "jsonl", "parquet", "xlsx"}


@pytest.fixture(scope="module")
def with_unused_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make(tmp_path_factory.mktemp("unused") / "in", "some of them")
    with Session.open(project, reviewer="ann") as session:
        session.class_edits.add("owl")
    return project


@pytest.mark.parametrize("name", FORMATS)
def test_a_class_without_an_image_is_told_of(
    with_unused_class: Path, tmp_path: Path, name: str
) -> None:
    export(with_unused_class, tmp_path / "out", format=name)
    listing = read_dataset(tmp_path / "out" / "images")
    assert listing.listed_alone == ([] if name in WITHOUT_CLASS_LIST else ["owl"])
    assert any("`owl`" in str(said) for said in listing.warnings) == bool(listing.listed_alone)


def test_a_part_of_any_name_comes_back_from_arrays(tmp_path: Path) -> None:
    """Of all formats that of arrays has no place for a split but their names."""
    for kind, (names, expected_splits) in {
        "own": ({"my_part_": 4, "train_": 4}, {"my part", "train"}),
        "one": ({"my_part_": 4}, {""}),
        "pieces": ({"batch_2_": 4, "batch_3_": 5}, {""}),
    }.items():
        arrays = {}
        for name, count in names.items():
            arrays[f"{name}images"] = np.arange(count * 192, dtype=np.uint8).reshape(-1, 8, 8, 3)
            arrays[f"{name}labels"] = np.arange(count) % 2
        np.savez(tmp_path / f"{kind}.npz", **arrays)
        listing = read_dataset(tmp_path / f"{kind}.npz")
        assert {record.split for record in listing.records} == expected_splits, kind
