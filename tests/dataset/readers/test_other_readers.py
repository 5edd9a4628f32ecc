"""JSON, JSON lines, COCO, Label Studio, Hugging Face, Parquet, and the registry."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import list_readers, read_dataset
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.util.class_names import natural_key, sort_class_names
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", ["images/1.png", "images/2.png", "images/3.png"])


def pairs(listing: Listing) -> list[tuple[str, str]]:
    return [(record.path, record.label) for record in listing.records]


def write_json(folder: Path, value: Any, name: str = "labels.json") -> Path:
    (folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return folder / name


EXPECTED = [("images/1.png", "cat"), ("images/2.png", "dog")]


def test_json_lines(folder: Path) -> None:
    lines = [json.dumps({"path": path, "label": label}) for path, label in EXPECTED]
    (folder / "a.jsonl").write_text("\ufeff" + "\n\n".join(lines), encoding="utf-8")
    assert pairs(read_dataset(folder / "a.jsonl")) == EXPECTED


def test_broken_json_line_is_named(folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"path": "images/1.png", "label": "a"}\n{"path": \n')
    with pytest.raises(UserError, match="line 2"):
        read_dataset(folder / "a.jsonl")
    (folder / "b.jsonl").write_text("[1, 2]\n")
    with pytest.raises(UserError, match="not an object"):
        read_dataset(folder / "b.jsonl")
    (folder / "c.jsonl").write_text("\n")
    with pytest.raises(UserError, match="empty"):
        read_dataset(folder / "c.jsonl")


def test_json_list_of_objects_and_map(folder: Path) -> None:
    objects = [{"file_name": path, "label": [label], "width": 6.0} for path, label in EXPECTED]
    assert pairs(read_dataset(write_json(folder, objects))) == EXPECTED
    assert pairs(read_dataset(write_json(folder, dict(EXPECTED)))) == EXPECTED


def test_unknown_and_broken_json(folder: Path) -> None:
    for value in ({"a": {"b": 1}}, [1, 2], {}, "x"):
        with pytest.raises(UserError, match="structure that is not known"):
            read_dataset(write_json(folder, value))
    (folder / "broken.json").write_text('{\n"a": ')
    with pytest.raises(UserError, match="line 2, is not valid JSON"):
        read_dataset(folder / "broken.json")
    (folder / "deep.json").write_text("[" * 100_000)
    with pytest.raises(UserError, match="not valid JSON"):
        read_dataset(folder / "deep.json")


def test_coco_with_one_class_an_image(folder: Path) -> None:
    value = {
        "images": [{"id": n, "file_name": f"{n}.png"} for n in (1, 2, 3)],
        "categories": [{"id": 7, "name": "cat"}, {"id": 9, "name": "dog"}],
        "annotations": [
            {"image_id": 1, "category_id": 7},
            {"image_id": 1, "category_id": 7},
            {"image_id": 2, "category_id": 9},
            {"image_id": 3, "category_id": 7},
            {"image_id": 3, "category_id": 9},
        ],
    }
    listing = read_dataset(write_json(folder, value))
    assert pairs(listing) == [("1.png", "cat"), ("2.png", "dog")]
    assert [(s.path, str(s.reason)) for s in listing.skipped] == [
        ("3.png", "several classes: cat, dog")
    ]
    del value["images"][0]["file_name"]
    with pytest.raises(UserError, match="a field is missing: 'file_name'"):
        read_dataset(write_json(folder, value))


def task(address: str, *choices: str, cancelled: bool = False) -> dict[str, Any]:
    results = [{"type": "choices", "value": {"choices": [choice]}} for choice in choices]
    annotation = {"result": results, "was_cancelled": cancelled}
    return {"id": 1, "data": {"image": address}, "annotations": [annotation]}


def test_label_studio_exports(folder: Path) -> None:
    value = [
        task("/data/upload/4/0a1b2c3d-1.png", "cat"),
        task("/data/local-files/?d=images/2.png", "dog"),
        task("images/3.png", "cat", "dog"),
        task("images/1.png", "dog", cancelled=True),
    ]
    listing = read_dataset(write_json(folder, value), image_root=folder)
    assert [(r.file, r.label) for r in listing.records] == [
        (folder / "images" / "1.png", "cat"),
        (folder / "images" / "2.png", "dog"),
    ]
    assert [str(item.reason)[:14] for item in listing.skipped] == ["several labels"]
    minimal = [
        {"image": path, "choice": label, "id": n} for n, (path, label) in enumerate(EXPECTED)
    ]
    assert pairs(read_dataset(write_json(folder, minimal))) == EXPECTED


def test_label_studio_with_its_host_means_files_of_this_machine(folder: Path) -> None:
    host = "http://localhost:8080/data/local-files/?d=images"
    value = [task(f"{host}/1.png", "cat"), task(f"{host}%5C2.png", "dog")]
    listing = read_dataset(write_json(folder, value))
    assert [(r.file, r.label) for r in listing.records] == [
        (folder / "images" / "1.png", "cat"),
        (folder / "images" / "2.png", "dog"),
    ]


def test_huggingface_metadata_at_the_root(folder: Path) -> None:
    (folder / "metadata.csv").write_text("file_name,label\nimages/1.png,cat\nimages/2.png,dog\n")
    listing = read_dataset(folder)
    assert listing.reader == "huggingface"
    assert pairs(listing) == [*EXPECTED, ("images/3.png", "")]


def test_huggingface_metadata_in_split_folders(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "hf", ["data/train/0.png", "data/test/0.png"])
    for split, label in (("train", "cat"), ("test", "dog")):
        line = json.dumps({"file_name": "0.png", "label": label})
        (root / "data" / split / "metadata.jsonl").write_text(line)
    listing = read_dataset(root)
    assert [(r.path, r.label, r.split) for r in listing.records] == [
        ("data/test/0.png", "dog", "test"),
        ("data/train/0.png", "cat", "train"),
    ]


@pytest.mark.parametrize("other", ["dev", "holdout", "Validierung", "extra", "unlabeled"])
@pytest.mark.parametrize("form", ["metadata.csv", "labels.json"])
def test_a_folder_beside_that_of_a_part_is_a_part(
    tmp_path: Path, make_images: MakeImages, other: str, form: str
) -> None:
    for part in ("train", other):
        names = [f"{part}{at}.png" for at in range(4)]
        inside = names if form == "metadata.csv" else [f"data/{name}" for name in names]
        folder = make_images(tmp_path / "set" / part, inside)
        rows = [f"{name},{'ab'[at % 2]}" for at, name in enumerate(names)]
        labels = {name.removesuffix(".png"): at % 2 for at, name in enumerate(names)}
        text = (
            "\n".join(["file_name,label", *rows])
            if form == "metadata.csv"
            else json.dumps({"classes": ["a", "b"], "labels": labels})
        )
        (folder / form).write_text(text)
    records = read_dataset(tmp_path / "set").records
    assert Counter((r.split, r.label) for r in records) == dict.fromkeys(
        ((part, label) for part in ("train", other) for label in "ab"), 2
    )


@pytest.mark.parametrize(
    ("tags", "split"),
    [(["holdout"], "holdout"), (["Testdaten"], "Testdaten"), (["blurred", "test again"], "")],
)
def test_tags_of_fiftyone(
    tmp_path: Path, make_images: MakeImages, tags: list[str], split: str
) -> None:
    root = make_images(tmp_path / "set", [f"data/{at}.png" for at in range(4)])
    label = {"_cls": "Classification"}
    samples = [
        {
            "filepath": f"data/{at}.png",
            "tags": tags,
            "ground_truth": {**label, "label": "ab"[at % 2]},
        }
        for at in range(4)
    ]
    (root / "samples.json").write_text(json.dumps({"samples": samples}))
    assert {record.split for record in read_dataset(root).records} == {split}


def test_huggingface_captions_leave_class_folders_alone(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "hf", ["cat/1.png", "dog/2.png"])
    (root / "metadata.csv").write_text("name,text\ncat/1.png,hello\n")
    assert read_dataset(root).reader == "class-folders"


def test_parquet(folder: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"path": [p for p, _ in EXPECTED], "label": [c for _, c in EXPECTED]}
    parquet.write_table(arrow.table(columns), folder / "a.parquet")
    assert pairs(read_dataset(folder / "a.parquet")) == EXPECTED
    (folder / "b.parquet").write_bytes(b"not parquet")
    with pytest.raises(UserError, match="cannot be read as parquet"):
        read_dataset(folder / "b.parquet")


def test_cells_of_objects() -> None:
    values = [None, float("nan"), 3.0, 3.5, True, ["a"], {"path": "x.png"}, {"bytes": b""}, "t"]
    assert [cell_text(v) for v in values] == ["", "", "3", "3.5", "True", "a", "x.png", "", "t"]


def test_registry_suggests_the_nearest_name(folder: Path) -> None:
    names = [reader.name for reader in list_readers()]
    assert names == [
        "lnl-export",
        "webdataset",
        "cifar",
        "idx",
        "stl10",
        "matlab-arrays",
        "arrays",
        "hdf5",
        "tfrecord",
        "lmdb",
        "pixel-table",
        "embedded-images",
        "huggingface",
        "label-files",
        "table",
        "json",
        "parquet",
        "spreadsheet",
        "class-folders",
        "file-names",
    ]
    with pytest.raises(UserError, match=r"Did you mean class-folders\?"):
        read_dataset(folder, reader="class_folder")
    with pytest.raises(UserError, match="holds no table"):
        read_dataset(folder, reader="table")
    with pytest.raises(UserError, match="no metadata file"):
        read_dataset(folder, reader="huggingface")


def test_reader_may_be_forced(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["cat/1.png", "dog/2.png"])
    (root / "labels.csv").write_text("path,label\ncat/1.png,x\ndog/2.png,y\n")
    assert read_dataset(root).class_names == ["x", "y"]
    assert read_dataset(root, reader="class-folders").class_names == ["cat", "dog"]


def test_what_is_no_dataset(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    (tmp_path / "p.lnl").mkdir()
    (tmp_path / "notes.md").write_text("x")
    for name, message in (
        ("a.zip", "cannot be unpacked"),
        ("p.lnl", "is a project"),
        ("absent", "does not exist"),
        ("notes.md", "no format that is known"),
    ):
        with pytest.raises(UserError, match=message):
            read_dataset(tmp_path / name)


def test_natural_order() -> None:
    assert sorted(["b10", "B9", "a", "b09", "10", "9"], key=natural_key) == [
        "9",
        "10",
        "a",
        "B9",
        "b09",
        "b10",
    ]
    assert sort_class_names(["10", "9", "x"]) == ["9", "10", "x"]
    assert sort_class_names(["1.5", "-2", "10"]) == ["-2", "1.5", "10"]


@pytest.mark.parametrize(
    "value",
    [
        {"version": 2, "data": [{"image": path, "label": label} for path, label in EXPECTED]},
        {label: [path] for path, label in EXPECTED},
        {path: {"label": label, "width": 6} for path, label in EXPECTED},
        {path: [label] for path, label in EXPECTED},
        # pandas' `to_json` with each of its orients
        {
            "image": {str(i): path for i, (path, _) in enumerate(EXPECTED)},
            "label": {str(i): label for i, (_, label) in enumerate(EXPECTED)},
        },
        {"path": [path for path, _ in EXPECTED], "class": [label for _, label in EXPECTED]},
        {str(i): {"image": path, "label": label} for i, (path, label) in enumerate(EXPECTED)},
        {"columns": ["path", "label"], "index": [0, 1], "data": [list(row) for row in EXPECTED]},
        [list(row) for row in [*EXPECTED, ("images/3.png", "cat")]],
    ],
)
def test_nested_json(folder: Path, value: object) -> None:
    assert pairs(read_dataset(write_json(folder, value)))[:2] == EXPECTED


@pytest.mark.parametrize(
    "label",
    [
        lambda name: {"ground_truth": {"_cls": "Classification", "label": name, "tags": []}},
        lambda name: {"annotation": {"class": name, "score": 0.4}},
        lambda name: {"annotation": {"category": {"name": name, "id": 3}}},
        lambda name: {"animal": {"label": name}},
        lambda name: {"label": {"species": name}},
        lambda name: {"tags": [{"name": "animal", "value": name}]},
    ],
)
def test_labels_in_objects(folder: Path, label: Callable[[str], dict[str, object]]) -> None:
    objects = [{"image": {"path": path, "width": 3}} | label(name) for path, name in EXPECTED]
    assert pairs(read_dataset(write_json(folder, objects))) == EXPECTED


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ({"cat": 0.9, "dog": 0.1}, 'no class is known in `{"cat": 0.9, "dog": 0.1}`'),
        ({"species": "cat", "colour": "red"}, "several labels: `cat`, `red`"),
        ({"bbox": [1, 2], "where": {"x": 1}}, 'no class is known in `{"bbox": [1, 2]'),
    ],
)
def test_objects_without_a_known_class_are_shown(folder: Path, label: object, said: str) -> None:
    objects = [{"image": path, "label": label} for path, _ in EXPECTED]
    with pytest.raises(UserError) as caught:
        read_dataset(write_json(folder, objects))
    assert said in str(caught.value)


def test_paths_by_split_are_no_classes(folder: Path) -> None:
    value = {"train": ["images/1.png"], "test": ["images/2.png"]}
    with pytest.raises(UserError, match="structure that is not known"):
        read_dataset(write_json(folder, value))
