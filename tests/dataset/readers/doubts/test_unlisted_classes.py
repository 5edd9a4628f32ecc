"""A table or label file of a few images, beside class folders of which it says nothing."""

import json
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

CLASSES = ("bird", "cat", "dog")
LEFT_OUT = "which lie in folders that look like classes; they were left out"
NEW = [f"v{k}.jpg" for k in range(6)]


def said(listing: Listing) -> str:
    return " ".join(map(str, listing.suspicions))


def of(folder: str, number: int = 10) -> list[str]:
    return [f"{folder}{c}/{c}{k}.jpg" for c in CLASSES for k in range(number)]


def csv(names: Sequence[str], head: str = "file,label\n", between: str = ",") -> str:
    return head + "".join(f"{n}{between}{c}\n" for n, c in zip(names, cycle(CLASSES), strict=False))


def lines(names: Sequence[str]) -> str:
    rows = zip(names, cycle(CLASSES), strict=False)
    return "".join(json.dumps({"file_name": n, "label": c}) + "\n" for n, c in rows)


def coco(names: Sequence[str]) -> str:
    return json.dumps(
        {
            "images": [{"id": k, "file_name": name} for k, name in enumerate(names)],
            "annotations": [
                {"id": k, "image_id": k, "category_id": k % 3} for k in range(len(names))
            ],
            "categories": [{"id": k, "name": name} for k, name in enumerate(CLASSES)],
        }
    )


def inside(folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in NEW]


TRAIN = of("train/")
DEEP = [path.replace("/", "/images/", 2).replace("/images", "", 1) for path in TRAIN]


@pytest.mark.parametrize(
    ("images", "table", "text"),
    [
        (TRAIN + inside("val"), "val/metadata.jsonl", lines(NEW)),
        (TRAIN + inside("test"), "test/metadata.csv", csv(NEW, "file_name,label\n")),
        (DEEP + inside("val"), "val/labels.csv", csv(NEW)),
        (DEEP + inside("val"), "val_labels.csv", csv(inside("val"))),
        (TRAIN + inside("test"), "test.txt", csv(inside("test"), "", " ")),
        (TRAIN + inside("val"), "val/annotations.json", coco(NEW)),
        (TRAIN + inside("Final_Test"), "GT-final_test.csv", csv(NEW, "Filename;ClassId\n", ";")),
        (of("") + inside("new"), "new.csv", csv(NEW)),
        (of(""), "audit.csv", csv([f"{c}/{c}0.jpg" for c in CLASSES], "path,label\n")),
        (of(""), "fixed.csv", "path,label\ncat/cat0.jpg,dog\ncat/cat1.jpg,dog\n"),
    ],
)
def test_a_table_of_some_images_beside_class_folders_is_doubtful(
    tmp_path: Path, make_images: MakeImages, images: list[str], table: str, text: str
) -> None:
    root = make_images(tmp_path / "d", images)
    (root / table).write_text(text)
    listing = read_dataset(root)
    doubt = said(listing)
    assert "--reader class-folders" in doubt
    if listing.reader != "class-folders":
        assert f"--reader {listing.reader}" in doubt
        assert LEFT_OUT in doubt
        assert LEFT_OUT not in said(read_dataset(root, reader=listing.reader))
    assert LEFT_OUT not in said(read_dataset(root, reader="class-folders"))


@pytest.mark.parametrize("name", ["n0144353{}", "id0000{}", "HR_1{}", "sku1000{}", "patient00{}"])
@pytest.mark.parametrize("inner", ["", "/images"])
def test_the_labels_names_are_classes_whatever_they_look_like(
    tmp_path: Path, make_images: MakeImages, name: str, inner: str
) -> None:
    folders = [name.format(k) for k in range(3)]
    images = [f"train/{f}{inner}/{f}_{k}.jpg" for f in folders for k in range(10)]
    root = make_images(tmp_path / "d", [*images, *(f"val/images/{new}" for new in NEW)])
    rows = [f"{new},{folders[k % 3]},0,0,62,62\n" for k, new in enumerate(NEW)]
    (root / "val" / "val_annotations.csv").write_text("file,wnid,x,y,w,h\n" + "".join(rows))
    assert LEFT_OUT in said(read_dataset(root))


@pytest.mark.parametrize(("listed", "left"), [("train", "test"), ("test", "train")])
def test_a_small_part_is_missed_too(
    tmp_path: Path, make_images: MakeImages, listed: str, left: str
) -> None:
    many, few = of(f"{listed}/", 20), of(f"{left}/", 2)
    root = make_images(tmp_path / "d", [*many, *few])
    rows = [f"{path},{path.split('/')[1]}\n" for path in many]
    (root / "labels.csv").write_text("path,label\n" + "".join(rows))
    assert f"`{left}/bird`" in said(read_dataset(root))
    # Of a part that is listed some may have been left out on purpose.
    rows += [f"{path},{path.split('/')[1]}\n" for path in few[1:]]
    (root / "labels.csv").write_text("path,label\n" + "".join(rows))
    assert LEFT_OUT not in said(read_dataset(root))


def listed_and(*others: str) -> list[str]:
    return [*inside("images"), *others]


@pytest.mark.parametrize(
    ("images", "listed"),
    [
        (listed_and("docs/a.png", "figures/b.png"), inside("images")),  # pictures of a README
        (listed_and(*inside("masks"), *inside("depth")), inside("images")),
        (listed_and(*(f"test/{k}.jpg" for k in range(20))), inside("images")),
        (listed_and(*(f"extra/{k}.jpg" for k in range(20))), inside("images")),
        (of("") + [f"{c}/more.jpg" for c in CLASSES], of("")),  # nearly all
        (of("images/") + of("masks/"), of("images/")),
        (of("train/") + of("val/") + of("masks/"), of("train/") + of("val/")),
        ([f"patient{p}/{k}.jpg" for p in range(9) for k in range(4)], ["patient1/1.jpg"] * 2),
        (
            [f"{p}/{k}.jpg" for p in ("ab12", "cd34", "ef56", "gh78", "ij90") for k in range(9)],
            [f"{p}/0.jpg" for p in ("ab12", "cd34", "ef56", "gh78", "ij90")],  # one of each video
        ),
    ],
)
@pytest.mark.parametrize("write", [csv, lambda names: csv(names, "", " ")])
def test_tables_of_all_that_has_a_label_are_not(
    tmp_path: Path,
    make_images: MakeImages,
    images: list[str],
    listed: list[str],
    write: Callable[[Sequence[str]], str],
) -> None:
    root = make_images(tmp_path / "d", images)
    text = write(listed).rstrip() + f"\n{images[1]}{',' if write is csv else ' '}cat\n"
    (root / ("labels.csv" if write is csv else "labels.txt")).write_text(text)
    listing = read_dataset(root)
    assert listing.reader in ("table", "label-files")
    assert LEFT_OUT not in said(listing)


def test_classes_that_come_again_in_other_folders_are_missed(
    tmp_path: Path, make_images: MakeImages
) -> None:
    kinds = {"waldo": 4, "notwaldo": 30}
    sizes = ("64", "128", "256")
    images = {
        size: [f"{size}/{kind}/{size}_{k}.jpg" for kind, n in kinds.items() for k in range(n)]
        for size in sizes
    }
    root = make_images(tmp_path / "d", [path for of_size in images.values() for path in of_size])
    listed = [*images["64"][:6], *images["128"][:3], *images["128"][-3:]]
    rows = [f"{path},{int('/waldo/' in path)}" for path in listed]
    (root / "labels.csv").write_text("\n".join(["fname,label", *rows]), encoding="utf-8")
    assert LEFT_OUT in said(read_dataset(root))
    # Patients of which the table has all that is known.
    renamed = make_images(tmp_path / "p", [f"scans/p{k % 9}x/{k}.jpg" for k in range(90)])
    rows = [f"scans/p{k % 9}x/{k}.jpg,{k % 9 % 2}" for k in range(40)]
    (renamed / "labels.csv").write_text("\n".join(["fname,label", *rows]), encoding="utf-8")
    assert LEFT_OUT not in said(read_dataset(renamed))


def test_a_whole_part_is_missed_where_of_another_some_images_are(
    tmp_path: Path, make_images: MakeImages
) -> None:
    images = {part: of(f"{part}/", n) for part, n in (("train", 20), ("test", 6), ("val", 4))}
    root = make_images(tmp_path / "d", [path for paths in images.values() for path in paths])
    for part in ("train", "test"):
        # Of the one class some images in `train` came later.
        rows = [
            f"{path},{path.split('/')[1]}" for path in images[part] if "train/dog/dog1" not in path
        ]
        (root / f"{part}.csv").write_text("\n".join(["filename,class", *rows]), encoding="utf-8")
    doubts = said(read_dataset(root))
    assert LEFT_OUT in doubts and "`val/bird`, `val/cat`, `val/dog` (12 in all)" in doubts
