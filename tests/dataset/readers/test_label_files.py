"""Folders whose labels are in a file: COCO, FiftyOne, CVAT, YOLO, CUB, Food-101, lists."""

import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = [f"{i:02d}" for i in range(8)]
CLASS = {name: ("cat", "dog")[i % 2] for i, name in enumerate(NAMES)}
SPLIT = {name: ("train", "valid")[i // 4] for i, name in enumerate(NAMES)}


def labels(listing: Listing) -> dict[str, str]:
    return {record.file.stem: record.label for record in listing.records}


def splits(listing: Listing) -> dict[str, str]:
    return {record.file.stem: record.split for record in listing.records}


def write_text(file: Path, lines: list[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def coco(names: list[str], prefix: str = "") -> dict[str, object]:
    return {
        "images": [{"id": int(n), "file_name": f"{prefix}{n}.jpg"} for n in names],
        "categories": [{"id": 7, "name": "cat"}, {"id": 9, "name": "dog"}],
        "annotations": [
            {"id": k, "image_id": int(n), "category_id": 7 if CLASS[n] == "cat" else 9}
            for k, n in enumerate(names)
        ],
    }


def test_coco_in_each_split_folder(tmp_path: Path, make_images: MakeImages) -> None:
    """As Roboflow exports it."""
    root = make_images(tmp_path / "d", [f"{SPLIT[n]}/{n}.jpg" for n in NAMES])
    for split in ("train", "valid"):
        names = [n for n in NAMES if SPLIT[n] == split]
        (root / split / "_annotations.coco.json").write_text(json.dumps(coco(names)))
    listing = read_dataset(root)
    assert listing.reader == "label-files"
    assert labels(listing) == CLASS and splits(listing) == SPLIT
    assert listing.suspicions == []


def test_coco_on_a_shelf(tmp_path: Path, make_images: MakeImages) -> None:
    """As the COCO site has it: the same file names may come in both splits."""
    root = make_images(
        tmp_path / "d", [f"{part}2017/{n}.jpg" for part in ("train", "val") for n in NAMES]
    )
    (root / "annotations").mkdir()
    for part in ("train", "val"):
        file = root / "annotations" / f"instances_{part}2017.json"
        file.write_text(json.dumps(coco(NAMES)))
    listing = read_dataset(root)
    assert len(listing.records) == 16
    assert {(r.split, r.file.parent.name) for r in listing.records} == {
        ("train", "train2017"),
        ("validation", "val2017"),
    }


def test_coco_beside_the_images_folder(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"images/{n}.jpg" for n in NAMES])
    (root / "whatever.json").write_text(json.dumps(coco(NAMES)))
    assert labels(read_dataset(root)) == CLASS


@pytest.mark.parametrize("as_numbers", [True, False])
def test_fiftyone_classification(tmp_path: Path, make_images: MakeImages, as_numbers: bool) -> None:
    root = make_images(tmp_path / "d", [f"data/{n}.jpg" for n in NAMES])
    classes = ["cat", "dog"]
    found = {n: classes.index(c) if as_numbers else c for n, c in CLASS.items()}
    value = {"classes": classes if as_numbers else None, "labels": found}
    (root / "labels.json").write_text(json.dumps(value))
    assert labels(read_dataset(root)) == CLASS


def test_fiftyone_dataset(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"data/{n}.jpg" for n in NAMES])
    samples = [
        {
            "filepath": f"data/{n}.jpg",
            "tags": ["validation" if SPLIT[n] == "valid" else "train", "blurry"],
            "metadata": None,
            "prediction": {"_cls": "Classification", "label": "bird"},
            "ground_truth": {"_cls": "Classification", "label": CLASS[n], "tags": []},
        }
        for n in NAMES
    ]
    (root / "samples.json").write_text(json.dumps({"samples": samples}))
    (root / "metadata.json").write_text("{}")
    listing = read_dataset(root)
    assert labels(listing) == CLASS
    assert set(splits(listing).values()) == {"train", "validation"}


def test_cvat_tags(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"images/{n}.jpg" for n in NAMES])
    images = [
        f'<image id="{n}" name="{n}.jpg" subset="Train" width="6" height="5">'
        f'<tag label="{CLASS[n]}" source="manual"/></image>'
        for n in NAMES
    ]
    two = '<image id="9" name="two.jpg"><tag label="cat"/><tag label="dog"/></image>'
    make_images(root, ["images/two.jpg"])
    write_text(
        root / "annotations.xml",
        ["<?xml version='1.0'?><annotations>", *images, two, "</annotations>"],
    )
    listing = read_dataset(root)
    assert labels(listing) == CLASS
    assert [str(entry.reason) for entry in listing.skipped] == ["several labels: `cat`, `dog`"]


@pytest.mark.parametrize("place", ["images/{subset}/", "{subset}/", "images/"])
@pytest.mark.parametrize("again", [True, False])
def test_cvat_subsets_in_folders_of_their_own(
    tmp_path: Path, make_images: MakeImages, place: str, again: bool
) -> None:
    """In an export of a project the same names may come in each subset."""
    if again and "subset" not in place:
        pytest.skip("two files of one name")
    images = [(("Train", "Test")[i // 4], f"{i % 4 if again else i}.jpg") for i in range(8)]
    files = [place.format(subset=subset) + name for subset, name in images]
    root = make_images(tmp_path / "d", files)
    text = "".join(
        f'<image name="{name}" subset="{subset}"><tag label="{("cat", "dog")[i % 2]}"/></image>'
        for i, (subset, name) in enumerate(images)
    )
    write_text(root / "annotations.xml", [f"<annotations>{text}</annotations>"])
    listing = read_dataset(root)
    assert [Path(str(r.file)).relative_to(root).as_posix() for r in listing.records] == files
    assert [record.label for record in listing.records] == ["cat", "dog"] * 4
    assert listing.suspicions == []
    if not again:  # samples of a dataset read before keep their paths
        assert [record.path for record in listing.records] == [name for _, name in images]


@pytest.mark.parametrize(
    "names", ["names: ['cat', 'dog']", "names:\n- cat\n- dog", "names:\n  0: cat\n  1: dog"]
)
def test_yolo_boxes(tmp_path: Path, make_images: MakeImages, names: str) -> None:
    root = make_images(tmp_path / "d", [f"{SPLIT[n]}/images/{n}.jpg" for n in NAMES])
    write_text(root / "data.yaml", ["train: ../train/images", "nc: 2", names])
    for n in NAMES:
        box = f"{int(CLASS[n] == 'dog')} 0.5 0.5 0.2 0.2"
        write_text(root / SPLIT[n] / "labels" / f"{n}.txt", [box, box])
    write_text(root / "train" / "labels" / "00.txt", ["0 .5 .5 .1 .1", "1 .5 .5 .1 .1"])
    listing = read_dataset(root)
    assert labels(listing) == {n: c for n, c in CLASS.items() if n != "00"}
    assert splits(listing) == {n: s for n, s in SPLIT.items() if n != "00"}
    assert "several labels" in str(listing.skipped[0].reason)


def test_cub(tmp_path: Path, make_images: MakeImages) -> None:
    places = {n: f"00{1 + (CLASS[n] == 'dog')}.{CLASS[n]}/{n}.jpg" for n in NAMES}
    root = make_images(tmp_path / "d", [f"images/{place}" for place in places.values()])
    write_text(root / "images.txt", [f"{i + 1} {places[n]}" for i, n in enumerate(NAMES)])
    write_text(
        root / "image_class_labels.txt",
        [f"{i + 1} {1 + (CLASS[n] == 'dog')}" for i, n in enumerate(NAMES)],
    )
    write_text(root / "classes.txt", ["1 001.cat", "2 002.dog"])
    write_text(
        root / "train_test_split.txt",
        [f"{i + 1} {int(SPLIT[n] == 'train')}" for i, n in enumerate(NAMES)],
    )
    listing = read_dataset(root)
    assert Counter((r.split, r.label) for r in listing.records) == {
        ("train", "001.cat"): 2,
        ("train", "002.dog"): 2,
        ("test", "001.cat"): 2,
        ("test", "002.dog"): 2,
    }


def test_food_101(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"images/{CLASS[n]}/{n}.jpg" for n in NAMES])
    for split, part in (("train", "train"), ("test", "valid")):
        chosen = [f"{CLASS[n]}/{n}" for n in NAMES if SPLIT[n] == part]
        write_text(root / "meta" / f"{split}.txt", chosen)
    listing = read_dataset(root)
    assert labels(listing) == CLASS
    assert set(splits(listing).values()) == {"train", "test"}


@pytest.mark.parametrize(
    "line", ["{path} {number}", "{index}\t{number}\t{path}", "{path},{number}"]
)
@pytest.mark.parametrize("suffix", [".txt", ".lst"])
def test_lists_with_numbers_and_names(
    tmp_path: Path, make_images: MakeImages, line: str, suffix: str
) -> None:
    root = make_images(tmp_path / "d", [f"images/{n}.jpg" for n in NAMES])
    for split in ("train", "valid"):
        rows = [
            line.format(path=f"images/{n}.jpg", number=int(CLASS[n] == "dog"), index=i)
            for i, n in enumerate(NAMES)
            if SPLIT[n] == split
        ]
        write_text(root / f"{split}{suffix}", rows)
    write_text(root / "classes.txt", ["cat", "dog"])
    listing = read_dataset(root)
    assert labels(listing) == CLASS and splits(listing) == SPLIT


@pytest.mark.parametrize("folder", ["", "split", "splits", "list", "lists"])
@pytest.mark.parametrize("suffix", [".txt", ".lst"])
def test_lists_of_the_splits_beside_class_folders(
    tmp_path: Path, make_images: MakeImages, folder: str, suffix: str
) -> None:
    root = make_images(tmp_path / "d", [f"{CLASS[n]}/{n}.jpg" for n in NAMES])
    for split in ("train", "valid"):
        lines = [f".//{CLASS[n]}/{n}.jpg" for n in NAMES if SPLIT[n] == split]
        write_text(root / folder / f"{split}{suffix}", lines)
    listing = read_dataset(root)
    assert labels(listing) == CLASS and splits(listing) == SPLIT
    assert listing.suspicions == []


def test_the_number_of_a_row_is_no_label_of_many_classes(
    tmp_path: Path, make_images: MakeImages
) -> None:
    """A list of MXNet of which most classes come once, so that no column looks like labels."""
    root = make_images(tmp_path / "d", [f"images/{n}.jpg" for n in NAMES])
    numbers = [5, 3, 8, 5, 1, 7, 9, 4]
    rows = [f"{40 - at}\t{numbers[at]}\timages/{n}.jpg" for at, n in enumerate(NAMES)]
    write_text(root / "train.lst", rows)
    assert labels(read_dataset(root)) == dict(zip(NAMES, map(str, numbers), strict=True))


@pytest.mark.parametrize(("folder", "doubtful"), [("train", True), ("cat", False)])
@pytest.mark.parametrize("places", [("lists/train.lst",), ("train.txt", "test.txt")])
def test_a_list_without_labels_makes_no_class_of_a_part(
    tmp_path: Path, make_images: MakeImages, folder: str, doubtful: bool, places: tuple[str, ...]
) -> None:
    root = make_images(tmp_path / "d", [f"{folder}/{n}.jpg" for n in NAMES])
    for at, place in enumerate(places):
        names = NAMES[at :: len(places)]
        write_text(root / place, [f"{folder}/{n}.jpg" for n in names])
    doubts = read_dataset(root).suspicions
    assert ["lists images without labels" in str(doubt) for doubt in doubts] == [True] * doubtful


def test_labels_in_a_list_of_their_own(tmp_path: Path, make_images: MakeImages) -> None:
    """As Clothing1M has them: the folders of the images mean nothing."""
    root = make_images(tmp_path / "d", [f"images/{i % 3}/{n}.jpg" for i, n in enumerate(NAMES)])
    path = {n: f"images/{i % 3}/{n}.jpg" for i, n in enumerate(NAMES)}
    for split in ("train", "valid"):
        write_text(root / f"noisy_{split}.txt", [path[n] for n in NAMES if SPLIT[n] == split])
    write_text(root / "noisy_label_kv.txt", [f"{path[n]} {CLASS[n]}" for n in NAMES])
    assert labels(read_dataset(root)) == CLASS


def test_a_list_whose_label_is_unclear_is_not_left_out(
    tmp_path: Path, make_images: MakeImages
) -> None:
    """As the Oxford pets have it: class, species and breed, all numbers."""
    root = make_images(tmp_path / "d", [f"images/{n}.jpg" for n in NAMES])
    rows = [f"{n} {1 + i % 4} {1 + i % 2} {1 + i // 4}" for i, n in enumerate(NAMES)]
    write_text(root / "annotations" / "trainval.txt", rows[:6])
    write_text(root / "annotations" / "test.txt", rows[6:])
    with pytest.raises(UserError, match="not clear which column"):
        read_dataset(root)
    listing = read_dataset(root / "annotations" / "trainval.txt", label_column="2")
    assert len(listing.records) == 6


@pytest.mark.parametrize("around", ["", "tiny-imagenet-200", "archive/tiny-imagenet-200"])
def test_tiny_imagenet(tmp_path: Path, make_images: MakeImages, around: str) -> None:
    wnid = {"cat": "n02121808", "dog": "n02084071"}
    places = [f"train/{wnid[CLASS[n]]}/images/{n}.JPEG" for n in NAMES]
    places += [f"val/images/v{n}.JPEG" for n in NAMES] + ["test/images/t.JPEG"]
    root = make_images(tmp_path / "d" / around, places)
    write_text(root / "wnids.txt", ["n02121808", "n02084071"])
    write_text(root / "words.txt", ["n02121808\tcat", "n02084071\tdog", "n00001740\tentity"])
    write_text(
        root / "val" / "val_annotations.txt",
        [f"v{n}.JPEG\t{wnid[CLASS[n]]}\t0\t0\t62\t62" for n in NAMES],
    )
    write_text(root / "train" / "n02121808" / "n02121808_boxes.txt", ["x.JPEG\t0\t0\t1\t1"])
    listing = read_dataset(tmp_path / "d")
    assert Counter((r.split, r.label) for r in listing.records) == {
        (split, name): 4 for split in ("train", "val") for name in ("cat", "dog")
    } | {("test", ""): 1}
    assert not listing.suspicions


def test_a_table_goes_before_label_files_further_down(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"inner/{n}.jpg" for n in NAMES])
    write_text(root / "inner" / "train.txt", [f"{n}.jpg x" for n in NAMES])
    write_text(root / "labels.csv", ["file,label", *(f"{n}.jpg,{CLASS[n]}" for n in NAMES)])
    assert set(read_dataset(root).class_names) == {"cat", "dog"}


@pytest.mark.parametrize("name", ["train.txt", "annotations.json", "data.yaml", "labels.json"])
def test_files_that_say_nothing_leave_class_folders_alone(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    root = make_images(tmp_path / "d", [f"{CLASS[n]}/{n}.jpg" for n in NAMES])
    (root / name).write_text('{"note": "hello"}')
    assert read_dataset(root).reader == "class-folders"


def rows() -> list[tuple[str, str]]:
    return [(f"{n}.jpg", CLASS[n]) for n in NAMES]


@pytest.mark.parametrize("suffix", [".parquet", ".feather", ".arrow", ".orc"])
def test_tables_of_arrow(tmp_path: Path, make_images: MakeImages, suffix: str) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    feather, orc, parquet = (
        pytest.importorskip(f"pyarrow.{name}") for name in ("feather", "orc", "parquet")
    )
    root = make_images(tmp_path / "d", [path for path, _ in rows()])
    paths, names = zip(*rows(), strict=True)
    table = pyarrow.table({"file": list(paths), "label": list(names)})
    if suffix != ".orc":
        table = table.set_column(1, "label", table["label"].dictionary_encode())
    writers = {".parquet": parquet.write_table, ".orc": orc.write_table}
    write = writers.get(suffix, lambda t, f: feather.write_feather(t, f))
    write(table, str(root / f"t{suffix}"))
    assert labels(read_dataset(root / f"t{suffix}")) == CLASS
    (root / f"t{suffix}").write_bytes(b"nothing of the kind")
    with pytest.raises(UserError, match="cannot be read as"):
        read_dataset(root / f"t{suffix}")


def test_excel(tmp_path: Path, make_images: MakeImages) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    root = make_images(tmp_path / "d", [path for path, _ in rows()])
    book = openpyxl.Workbook()
    book.active.append(["Notes of the camera"])
    sheet = book.create_sheet("labels")
    sheet.append(["Labels of May"])
    sheet.append(["File name", "Class", "Width"])
    for path, name in rows():
        sheet.append([path, name, 640])
    book.save(root / "t.xlsx")
    assert labels(read_dataset(root / "t.xlsx")) == CLASS
    (root / "t.xlsx").write_bytes(b"PK nothing")
    with pytest.raises(UserError, match="cannot be read"):
        read_dataset(root / "t.xlsx")


def test_formulas_without_values_are_named(tmp_path: Path, make_images: MakeImages) -> None:
    """What openpyxl writes and no spreadsheet has computed yet."""
    openpyxl = pytest.importorskip("openpyxl")
    root = make_images(tmp_path / "d", [path for path, _ in rows()])
    for column, is_error in (("label", True), ("area", False)):
        book = openpyxl.Workbook()
        book.active.append(["path", "class" if column == "area" else "note", column])
        for path, name in rows():
            book.active.append([path, name, f'=IF(1=1,"{name}","x")'])
        book.save(root / "t.xlsx")
        if is_error:
            for source in (root, root / "t.xlsx"):
                with pytest.raises(UserError, match=r"`label` of `t.xlsx` holds formulas"):
                    read_dataset(source)
        else:
            listing = read_dataset(root / "t.xlsx")
            assert labels(listing) == CLASS
            assert any("`area`" in str(warning) for warning in listing.warnings)


@pytest.mark.parametrize("title", [False, True])
def test_merged_cells_of_excel_hold_for_all_their_rows(
    tmp_path: Path, make_images: MakeImages, title: bool
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    root = make_images(tmp_path / "d", [path for path, _ in rows()])
    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append(["Labels of May"])
        sheet.merge_cells("A1:B1")
    sheet.append(["label", "path"])
    first = sheet.max_row + 1
    for name in dict.fromkeys(name for _, name in rows()):
        paths = [path for path, own in rows() if own == name]
        for number, path in enumerate(paths):
            sheet.append([name if number == 0 else None, path])
        sheet.merge_cells(f"A{first}:A{sheet.max_row}")
        first = sheet.max_row + 1
    book.save(root / "t.xlsx")
    listing = read_dataset(root / "t.xlsx")
    assert labels(listing) == CLASS and listing.unlabelled == 0
    sheet.unmerge_cells(f"A{2 + title}:A{1 + title + len(paths)}")
    book.save(root / "t.xlsx")
    assert read_dataset(root / "t.xlsx").unlabelled == len(paths) - 1


def test_sqlite(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [path for path, _ in rows()])
    with sqlite3.connect(root / "t.db") as connection:
        connection.execute("CREATE TABLE person(name, age)")
        connection.execute("INSERT INTO person VALUES ('ann', 4)")
        connection.execute('CREATE TABLE "image labels"(path, label)')
        connection.executemany('INSERT INTO "image labels" VALUES (?, ?)', rows())
    connection.close()
    listing = read_dataset(root / "t.db")
    assert labels(listing) == CLASS
    assert any("`image labels` was read" in str(warning) for warning in listing.warnings)
    (root / "t.db").write_bytes(b"nothing of the kind" * 99)
    with pytest.raises(UserError, match="cannot be read"):
        read_dataset(root / "t.db")


def test_a_list_of_two_parts_beside_them(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"images/{CLASS[n]}/{n}.jpg" for n in NAMES])
    for name, chosen in (("train", NAMES[:4]), ("val", NAMES[4:]), ("trainval", NAMES)):
        write_text(root / "splits" / f"{name}.txt", [f"images/{CLASS[n]}/{n}.jpg" for n in chosen])
    listing = read_dataset(root)
    assert labels(listing) == CLASS
    assert splits(listing) == {n: ("train", "val")[i // 4] for i, n in enumerate(NAMES)}
    (root / "splits" / "train.txt").unlink()
    assert labels(read_dataset(root)) == CLASS


def test_images_in_another_folder(tmp_path: Path, make_images: MakeImages) -> None:
    """The labels' folder holds no image; a person says where they are."""
    images = make_images(tmp_path / "pictures", [f"{n}.jpg" for n in NAMES])
    root = tmp_path / "labels only"
    root.mkdir()
    (root / "instances.json").write_text(json.dumps(coco(NAMES)))
    assert labels(read_dataset(root, image_root=images)) == CLASS
    (root / "instances.json").unlink()
    write_text(root / "train.txt", [f"{n}.jpg {CLASS[n]}" for n in NAMES[:4]])
    write_text(root / "val.txt", [f"{n}.jpg {CLASS[n]}" for n in NAMES[4:]])
    assert labels(read_dataset(root, image_root=images)) == CLASS


def test_a_broken_file_of_another_form_is_no_hindrance(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"{CLASS[n]}/{n}.jpg" for n in NAMES])
    write_text(root / "notes.xml", ["<annotation><broken"])
    write_text(root / "annotations.json", ['{"images": 1, "annotations": 2, "categories": 3}'])
    (root / "annotations").mkdir()
    (root / "annotations" / "list.txt").write_bytes(bytes(range(32)) * 9)
    assert labels(read_dataset(root)) == CLASS


def test_clothing_with_commas_in_its_paths(tmp_path: Path, make_images: MakeImages) -> None:
    """Clothing1M's paths are two numbers with a comma between them."""
    path = {n: f"images/{i % 3}/{n},{n}.jpg" for i, n in enumerate(NAMES)}
    root = make_images(tmp_path / "d", path.values())
    noisy = [f"{path[n]} {int(CLASS[n] == 'dog')}" for n in NAMES]
    write_text(root / "noisy_label_kv.txt", noisy)
    write_text(root / "noisy_train_key_list.txt", [path[n] for n in NAMES[:6]])
    write_text(root / "clean_test_key_list.txt", [path[n] for n in NAMES[6:]])
    write_text(root / "category_names_eng.txt", ["cat", "dog"])
    listing = read_dataset(root)
    assert {r.path: r.label for r in listing.records} == {path[n]: CLASS[n] for n in NAMES}


@pytest.mark.parametrize("same", [True, False])
def test_partitions_of_the_same_images(tmp_path: Path, make_images: MakeImages, same: bool) -> None:
    """As SUN397 has them; lists that only go on are read all."""
    paths = [f"{CLASS[n]}/{n}.jpg" for n in NAMES]
    root = make_images(tmp_path / "d", paths)
    write_text(root / "Training_01.txt", paths[:4] if same else paths[:2])
    write_text(root / "Testing_01.txt", paths[4:] if same else paths[2:4])
    write_text(root / "Training_02.txt", paths[4:] if same else paths[4:6])
    write_text(root / "Testing_02.txt", paths[:4] if same else paths[6:])
    listing = read_dataset(root)
    assert labels(listing) == CLASS
    said = any("lists numbered 01; `02`" in str(w) for w in listing.warnings)
    assert said is same
    if same:
        wanted = {n: ("Training_01", "Testing_01")[i // 4] for i, n in enumerate(NAMES)}
        assert splits(listing) == wanted


def test_whether_a_label_was_verified_is_no_label(tmp_path: Path, make_images: MakeImages) -> None:
    """As Food-101N has it beside its class folders."""
    root = make_images(tmp_path / "d", [f"images/{CLASS[n]}/{n}.jpg" for n in NAMES])
    rows = [f"{CLASS[n]}/{n}.jpg\t{int(i % 3 > 0)}" for i, n in enumerate(NAMES)]
    head = "class_name/key\tverification_label"
    write_text(root / "meta" / "verified_train.tsv", [head, *rows])
    assert labels(read_dataset(root)) == CLASS


@pytest.mark.parametrize("told", [True, False])
def test_lists_in_another_encoding(tmp_path: Path, make_images: MakeImages, told: bool) -> None:
    names = {n: ("собака", "большая кошка")[i % 2] for i, n in enumerate(NAMES)}
    root = make_images(tmp_path / "d", [f"images/{n}.jpg" for n in NAMES])
    for split, chosen in (("train", NAMES[:4]), ("val", NAMES[4:])):
        lines = "".join(f"{n}.jpg\t{names[n]}\n" for n in chosen)
        (root / f"{split}.txt").write_bytes(lines.encode("cp1251"))
    listing = read_dataset(root, encoding="cp1251" if told else None)
    assert told is not any("not UTF-8" in str(warning) for warning in listing.warnings)
    if told:
        assert labels(listing) == names
