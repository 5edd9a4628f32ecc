"""Every format that is written, read back by this program and by the tool it is meant for."""

import gc
import io
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import numpy as np
import pandas
import pytest
from PIL import Image

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.containers.read import close_containers, image_bytes
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.dataset.writers import list_writers
from lnl_gui.session.figures.export_summary import export_summary
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import ExportParameters, ImportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import from_json
from tests.builders import add_detection

OURS = [writer.name for writer in list_writers()]
INSIDE = [writer.name for writer in list_writers() if writer.holds_images]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight images of two splits and two classes, one relabelled and one set aside."""
    top = tmp_path_factory.mktemp("writers")
    for number in range(8):
        split = ("train", "test")[number % 2]
        name = ("cat", "polar bear")[number // 4]
        file = top / "in" / split / name / f"photo {number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 7), (30 * number, 9, 9)).save(file)
    folder = top / "p.lnl"
    import_dataset(ImportParameters(str(top / "in"), str(folder)), quiet=True)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as session:
        rows = {Path(path).stem: row for row, path in enumerate(session.columns.paths)}
        session.relabel(np.array([rows["photo 0"]]), session.class_named("polar bear").id)
        session.exclude(np.array([rows["photo 7"]]))
    return folder


EXPECTED = {
    (0, 0): ("polar bear", "train"),
    (1, 30): ("cat", "test"),
    (2, 60): ("cat", "train"),
    (3, 90): ("cat", "test"),
    (4, 120): ("polar bear", "train"),
    (5, 150): ("polar bear", "test"),
    (6, 180): ("polar bear", "train"),
}
BY_RED = {red: found for (_, red), found in EXPECTED.items()}


def export(project: Path, destination: Path, **options: object) -> dict[str, object]:
    with Session.open(project) as session:
        parameters = ExportParameters(str(destination), **options)  # type: ignore[arg-type]
        return run_job(session, parameters, quiet=True).metrics


def red_of(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as image:
        return int(np.asarray(image.convert("RGB"))[0, 0, 0])


def read_back(place: Path) -> dict[int, tuple[str, str]]:
    """By its shade of red each image's label and split, as this program reads them."""
    listing = read_dataset(place)
    assert listing.suspicions == [], [str(doubt) for doubt in listing.suspicions]
    found = {red_of(image_bytes(r.file)): (r.label, r.split) for r in listing.records}
    assert len(found) == len(listing.records)
    close_containers()
    return found


@pytest.mark.parametrize("name", OURS)
def test_this_program_reads_what_it_wrote(project: Path, tmp_path: Path, name: str) -> None:
    metrics = export(project, tmp_path / "out", format=name)
    assert metrics["exported"] == 7
    found = read_back(tmp_path / "out" / "images")
    if name == "label-studio":
        # An open suspect's label is for a person to confirm: it has none until then.
        found = {red: (label or BY_RED[red][0], split) for red, (label, split) in found.items()}
    assert {red: label for red, (label, _) in found.items()} == {
        red: label for red, (label, _) in BY_RED.items()
    }
    spoken = {"val": "validation"}
    assert {red: spoken.get(s, s) for red, (_, s) in found.items()} == {
        red: split for red, (_, split) in BY_RED.items()
    }


@pytest.mark.parametrize("name", OURS)
def test_the_export_as_a_whole_comes_back(project: Path, tmp_path: Path, name: str) -> None:
    export(project, tmp_path / "out", format=name)
    assert read_back(tmp_path / "out") == BY_RED


@pytest.mark.parametrize("name", INSIDE)
def test_links_are_refused_where_images_lie_inside(
    project: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(UserError, match="inside its files"):
        export(project, tmp_path / "out", format=name, images="hardlink")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", [name for name in OURS if name not in INSIDE])
def test_an_untouched_file_keeps_its_name_and_bytes(
    project: Path, tmp_path: Path, name: str
) -> None:
    export(project, tmp_path / "out", format=name)
    written = {file.name: file.read_bytes() for file in (tmp_path / "out").rglob("*.png")}
    originals = {file.name: file.read_bytes() for file in (project.parent / "in").rglob("*.png")}
    assert written == {n: data for n, data in originals.items() if n != "photo 7.png"}


@contextmanager
def files_left_open() -> Iterator[None]:
    """Bears with libraries that leave their files to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def of_datasets(place: Path, name: str) -> dict[int, tuple[str, str]]:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    if name == "datasets":
        loaded = datasets.load_from_disk(str(place))
    else:
        cache = str(place.parent / "cache")
        loaded = datasets.load_dataset(
            "parquet" if name == "hub-parquet" else "imagefolder",
            data_files={s: str(place / "data" / f"{s}-*") for s in ("train", "test")}
            if name == "hub-parquet"
            else None,
            data_dir=None if name == "hub-parquet" else str(place),
            cache_dir=cache,
        )
    found = {}
    for split, part in loaded.items():
        for row in part:
            label = row["label"]
            if not isinstance(label, str):
                label = part.features["label"].int2str(label)
            found[int(np.asarray(row["image"].convert("RGB"))[0, 0, 0])] = (label, split)
    return found


@pytest.mark.parametrize("name", ["imagefolder", "hub-parquet", "datasets"])
def test_the_hubs_library_reads_it(project: Path, tmp_path: Path, name: str) -> None:
    export(project, tmp_path / "out", format=name)
    with files_left_open():
        assert of_datasets(tmp_path / "out" / "images", name) == BY_RED


def test_the_hubs_card_names_classes_and_files(project: Path, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    export(project, tmp_path / "out", format="hub-parquet")
    place = tmp_path / "out" / "images"
    _, head, _ = (place / "README.md").read_text(encoding="utf-8").split("---\n")
    info = yaml.safe_load(head)
    [label] = [f for f in info["dataset_info"]["features"] if f["name"] == "label"]
    assert label["dtype"]["class_label"]["names"] == {"0": "cat", "1": "polar bear"}
    for entry in info["configs"][0]["data_files"]:
        assert len(list(place.glob(entry["path"]))) == 1


def test_webdataset_reads_its_shards(project: Path, tmp_path: Path) -> None:
    webdataset = pytest.importorskip("webdataset")
    export(project, tmp_path / "out", format="webdataset")
    place = tmp_path / "out" / "images"
    classes = json.loads((place / "classes.json").read_text(encoding="utf-8"))
    found = {}
    with files_left_open():
        for split in ("train", "test"):
            shard = (place / f"{split}-000000.tar").as_uri()
            for sample in webdataset.WebDataset(shard, shardshuffle=False, empty_check=False):
                facts = json.loads(sample["json"])
                label = classes[int(sample["cls"])]
                assert facts["label"] == label
                found[red_of(sample["png"])] = (label, split)
    assert found == BY_RED


def test_equal_sets_give_equal_files(project: Path, tmp_path: Path) -> None:
    for name in ("webdataset", "npz", "hub-parquet", "coco"):
        for out in ("a", "b"):
            export(project, tmp_path / name / out, format=name)
        first, second = (
            {f.relative_to(place): f.read_bytes() for f in place.rglob("*") if f.is_file()}
            for place in (tmp_path / name / out / "images" for out in ("a", "b"))
        )
        differing = [str(f) for f in first if first[f] != second.get(f)]
        assert differing == [] or name == "npz", differing


def test_numpy_reads_the_arrays(project: Path, tmp_path: Path) -> None:
    export(project, tmp_path / "out", format="npz")
    with np.load(tmp_path / "out" / "images" / "dataset.npz") as arrays:
        names = arrays["class_names"].tolist()
        for split in ("train", "test"):
            images, labels = arrays[f"{split}_images"], arrays[f"{split}_labels"]
            assert images.shape == (len(labels), 7, 9, 3) and images.dtype == np.uint8
            for image, label in zip(images, labels, strict=True):
                assert BY_RED[int(image[0, 0, 0])] == (names[label], split)


def read_table(file: Path) -> list[dict[str, object]]:
    pandas = pytest.importorskip("pandas")
    readers: dict[str, Callable[..., object]] = {
        ".csv": pandas.read_csv,
        ".jsonl": lambda f: pandas.read_json(f, lines=True),
        ".parquet": pandas.read_parquet,
        ".xlsx": pandas.read_excel,
    }
    return readers[file.suffix](file).to_dict("records")  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["csv", "jsonl", "parquet", "xlsx"])
def test_pandas_reads_the_tables(project: Path, tmp_path: Path, name: str) -> None:
    export(project, tmp_path / "out", format=name)
    place = tmp_path / "out" / "images"
    rows = read_table(place / f"labels.{name}")
    found = {
        red_of((place / str(r["file_name"])).read_bytes()): (r["label"], r["split"]) for r in rows
    }
    assert found == BY_RED
    [relabelled] = [row for row in rows if row["status"] == "relabelled"]
    assert (relabelled["original_label"], relabelled["label"]) == ("cat", "polar bear")


def export_table(place: Path, images: list[tuple[str, str]], name: str) -> dict[int, str]:
    """Import images (file name, label), each redder than the last, and export them to `out`.

    Returns:
        the label of each shade of red.
    """
    expected = {}
    rows = ["path,label"]
    for number, (file, label) in enumerate(images):
        Image.new("RGB", (4, 4), (40 * number, 0, 0)).save(place / file)
        rows.append(f"{file},{label}")
        expected[40 * number] = label
    (place / "labels.csv").write_text("\n".join(rows))
    source = str(place / "labels.csv")
    import_dataset(ImportParameters(source, str(place / "p.lnl")), quiet=True)
    export(place / "p.lnl", place / "out", format=name)
    return expected


@pytest.mark.parametrize("name", [name for name in OURS if name not in ("npz", "cleanlab")])
def test_files_whose_names_begin_like_a_formula_keep_them(tmp_path: Path, name: str) -> None:
    """Spreadsheets compute `-name` and `=name`; names of videos and users begin so."""
    signs = enumerate("-@=+'")
    images = [(f"{sign}{number}.png", ("cat", "dog")[number % 2]) for number, sign in signs]
    expected = export_table(tmp_path, images, name)
    found = read_back(tmp_path / "out" / "images")
    assert {red: label for red, (label, _) in found.items()} == expected
    for table in (tmp_path / "out" / "images").rglob("*.csv"):
        for row in read_table(table):
            assert (table.parent / str(row["file_name"])).is_file()
            assert str(row["file_name"])[0] not in "-@=+"


@pytest.mark.parametrize("name", ["csv", "xlsx", "imagefolder", "jsonl", "parquet"])
def test_classes_whose_names_begin_like_a_formula_keep_them(tmp_path: Path, name: str) -> None:
    labels = enumerate(["-x", "=1+1", "@home", "+cat", "'tis"])
    images = [(f"{number}.png", label) for number, label in labels]
    expected = export_table(tmp_path, images, name)
    found = read_back(tmp_path / "out" / "images")
    assert {red: label for red, (label, _) in found.items()} == expected
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    # What a person opens in a spreadsheet has apostrophes, and the export says so.
    said = [warning for warning in manifest["warnings"] if "'@home" in str(warning)]
    assert len(said) == (name in ("csv", "xlsx"))
    if name == "imagefolder":
        [table] = (tmp_path / "out" / "images").rglob("metadata.csv")
        text = table.read_text(encoding="utf-8")
        assert ",@home," in text and "'@" not in text


def test_an_image_that_cannot_be_decoded_is_not_in_the_arrays(tmp_path: Path) -> None:
    images = [(f"{number}.png", "cat" if number < 3 else "dog") for number in range(6)]
    export_table(tmp_path, images, "csv")
    (tmp_path / "1.png").write_bytes(b"no picture")
    with pytest.raises(UserError) as refused:
        export(tmp_path / "p.lnl", tmp_path / "arrays", format="npz")
    assert refused.value.code == "files_missing" and not (tmp_path / "arrays").exists()
    metrics = export(tmp_path / "p.lnl", tmp_path / "arrays", format="npz", partial=True)
    assert (metrics["exported"], metrics["missing"]) == (5, 1)
    with np.load(tmp_path / "arrays" / "images" / "dataset.npz") as found:
        assert found["images"][:, 0, 0, 0].tolist() == [0, 80, 120, 160, 200]
        assert found["labels"].tolist() == [0, 0, 1, 1, 1]


def test_a_table_alone_names_the_originals(project: Path, tmp_path: Path) -> None:
    export(project, tmp_path / "out", format="csv", images="none")
    place = tmp_path / "out" / "images"
    assert [file.name for file in place.iterdir()] == ["labels.csv"]
    for row in read_table(place / "labels.csv"):
        assert (project.parent / "in" / str(row["file_name"])).is_file()


def test_cleanlab_finds_the_same_issues_in_the_probabilities(project: Path, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    export(project, tmp_path / "out", format="cleanlab")
    place = tmp_path / "out" / "images"
    table = pandas.read_csv(place / "label_issues.csv")
    assert table["is_label_issue"].dtype == bool
    score = table["label_score"]
    flagged = table["is_label_issue"]
    assert score[flagged].max() <= score[~flagged].min()
    names = pandas.read_csv(place / "classes.csv")["class_name"].tolist()
    assert [names[i] for i in table["label"]] == table["label_name"].tolist()


def test_suspects_are_predictions_for_label_studio(project: Path, tmp_path: Path) -> None:
    export(project, tmp_path / "out", format="label-studio")
    place = tmp_path / "out" / "images"
    tasks = json.loads((place / "tasks.json").read_text(encoding="utf-8"))
    choices = {
        choice.get("value")
        for choice in ElementTree.parse(place / "label_config.xml").iter("Choice")
    }
    assert choices == {"cat", "polar bear"}
    for task in tasks:
        data = task["data"]
        open_suspect = data["flagged"] and data["status"] == "unseen"
        assert bool(task["predictions"]) == (open_suspect and bool(data["suggested_label"]))
        assert bool(task["annotations"]) != bool(task["predictions"])
        for told in (*task["annotations"], *task["predictions"]):
            [choice] = told["result"][0]["value"]["choices"]
            assert choice == (data["suggested_label"] if task["predictions"] else data["label"])


def test_coco_counts_from_one_and_gives_sizes(project: Path, tmp_path: Path) -> None:
    export(project, tmp_path / "out", format="coco")
    place = tmp_path / "out" / "images" / "annotations" / "labels_train.json"
    found = json.loads(place.read_text(encoding="utf-8"))
    assert [c["id"] for c in found["categories"]] == [1, 2]
    assert {(i["width"], i["height"]) for i in found["images"]} == {(9, 7)}
    assert {a["image_id"] for a in found["annotations"]} == {i["id"] for i in found["images"]}


def test_one_array_wants_one_size(project: Path, tmp_path: Path) -> None:
    source = tmp_path / "in"
    for number, size in enumerate([(4, 4), (5, 4)]):
        file = source / "cat" / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size).save(file)
    import_dataset(ImportParameters(str(source), str(tmp_path / "p.lnl")), quiet=True)
    with pytest.raises(UserError, match="one size") as caught:
        export(tmp_path / "p.lnl", tmp_path / "out", format="npz")
    assert "cat/1.png" in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["fiftyone", "datumaro"])
def test_two_images_of_one_stem_are_not_taken_for_one(tmp_path: Path, name: str) -> None:
    for label, file in (("cat", "1.png"), ("cat", "1.bmp"), ("dog", "2.png")):
        place = tmp_path / "in" / label / file
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(place)
    import_dataset(ImportParameters(str(tmp_path / "in"), str(tmp_path / "p.lnl")), quiet=True)
    with pytest.raises(UserError, match="for the same"):
        export(tmp_path / "p.lnl", tmp_path / "out", format=name)
    assert not (tmp_path / "out").exists()


def test_the_card_of_an_imagefolder_keeps_parts_that_are_no_words_of_the_hub(
    tmp_path: Path,
) -> None:
    yaml = pytest.importorskip("yaml")
    rows, parts = ["path,label,split"], ["train", "gallery", ""]
    for number in range(6):
        Image.new("RGB", (4, 4), (number, 0, 0)).save(tmp_path / f"{number}.png")
        rows.append(f"{number}.png,{'cat' if number < 3 else 'dog'},{parts[number % 3]}")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    source = str(tmp_path / "labels.csv")
    import_dataset(ImportParameters(source, str(tmp_path / "p.lnl")), quiet=True)
    told = export(tmp_path / "p.lnl", tmp_path / "out", format="imagefolder")
    place = tmp_path / "out" / "images"
    _, head, _ = (place / "README.md").read_text(encoding="utf-8").split("---\n")
    files = yaml.safe_load(head)["configs"][0]["data_files"]
    found = {f["split"]: len([*place.glob(f["path"] + "/*.png")]) for f in files}
    assert found == {"train": 2, "gallery": 2, "without_split": 2}
    notes = [str(from_json(note)) for note in cast(list[Any], told["warnings"])]
    said = " ".join(notes)
    assert "merges `gallery`, `without_split`." in said
    tables = [pandas.read_csv(file) for file in place.rglob("metadata.csv")]
    # Else the library takes the empty column for one of numbers, and refuses the whole.
    assert len({tuple(zip(t.columns, map(str, t.dtypes), strict=True)) for t in tables}) == 1
    kept = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert kept["warnings"] == notes
    assert (kept["loaded_by"], kept["loaded_from"]) == ("datasets.load_dataset", "images")
    last = str(export_summary(told)[-1])
    assert last == f"Load it with datasets.load_dataset({str(place)!r})."
    datasets = pytest.importorskip("datasets")
    with files_left_open():
        loaded = datasets.load_dataset(str(place), cache_dir=str(tmp_path / "cache"))
        assert {name: len(part) for name, part in loaded.items()} == found


@pytest.mark.parametrize("name", ["imagefolder", "hub-parquet", "datasets"])
def test_two_splits_are_not_written_as_one(tmp_path: Path, name: str) -> None:
    rows = ["path,label,split"]
    for number, split in enumerate(["part a", "part_a"]):
        Image.new("RGB", (4, 4), (number, 0, 0)).save(tmp_path / f"{number}.png")
        rows.append(f"{number}.png,cat,{split}")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    source = str(tmp_path / "labels.csv")
    import_dataset(ImportParameters(source, str(tmp_path / "p.lnl")), quiet=True)
    with pytest.raises(UserError, match="`part a` and `part_a`"):
        export(tmp_path / "p.lnl", tmp_path / "out", format=name)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("name", ["imagefolder", "fiftyone", "datumaro"])
def test_links_lead_to_the_originals(project: Path, tmp_path: Path, name: str) -> None:
    export(project, tmp_path / "out", format=name, images="symlink")
    links = list((tmp_path / "out" / "images").rglob("*.png"))
    assert len(links) == 7 and all(link.is_symlink() and link.is_file() for link in links)
