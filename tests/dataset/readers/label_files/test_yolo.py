"""YOLO's text files as Ultralytics, Label Studio, LabelImg, Darknet and Roboflow lay them out."""

from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = ("cat", "dog", "fox")
COUNT = 18


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def lay_out(
    root: Path, make_images: MakeImages, image: str, text: str, line: str = "{c} .5 .5 .2 .3\n"
) -> Path:
    """Images and their texts by templates with `n`, `c` its class and `s` its split."""
    facts = [
        {
            "n": n,
            "c": n % 3,
            "s": "train" if n < 12 else "val",
            "d": (n // 3) % 2,
            "w": NAMES[n % 3],
        }
        for n in range(COUNT)
    ]
    make_images(root, [image.format(**each) for each in facts])
    for each in facts:
        write(root / text.format(**each), line.format(**each))
    return root


def truth(listing: Listing) -> bool:
    return all(r.label == NAMES[int(r.file.stem[1:]) % 3] for r in listing.records)


@pytest.mark.parametrize(
    ("image", "text", "names"),
    [
        ("images/a{n}.jpg", "labels/a{n}.txt", "classes.txt"),
        ("a{n}.jpg", "a{n}.txt", "classes.txt"),
        ("images/a{n}.jpg", "labels/a{n}.txt", "labels/classes.txt"),
        ("images/{s}/a{n}.jpg", "labels/{s}/a{n}.txt", "labels/{s}/classes.txt"),
        ("obj_{s}_data/a{n}.jpg", "obj_{s}_data/a{n}.txt", "obj.names"),
        ("{s}/a{n}.jpg", "{s}/a{n}.txt", "{s}/_darknet.labels"),
        ("images/{s}/a{n}.jpg", "labels/{s}/a{n}.txt", "classes.txt"),
        ("{s}/images/a{n}.jpg", "{s}/labels/a{n}.txt", "classes.txt"),
    ],
)
@pytest.mark.parametrize("line", ["{c} .5 .5 .2 .3\n", "{c}.0 .1 .1 .9 .1 .5 .9\n"])
def test_texts_are_read_without_a_yaml_file(
    tmp_path: Path, make_images: MakeImages, image: str, text: str, names: str, line: str
) -> None:
    root = lay_out(tmp_path / "d", make_images, image, text, line)
    for split in ("train", "val"):
        write(root / names.format(s=split), "\n".join(NAMES))
    listing = read_dataset(root)
    assert truth(listing) and len(listing.records) == COUNT
    assert listing.reader == "label-files" and not listing.suspicions
    by_split = {r.split for r in listing.records}
    assert by_split == ({"train", "val"} if "{s}" in image else {""})
    if names == "classes.txt":
        (root / names).unlink()
        assert read_dataset(root).class_names == ["0", "1", "2"]


def test_each_folder_may_number_the_classes_in_its_own_way(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = lay_out(tmp_path / "d", make_images, "{s}/a{n}.jpg", "{s}/a{n}.txt")
    write(root / "train" / "classes.txt", "\n".join(NAMES))
    write(root / "val" / "classes.txt", "fox\ndog\ncat\nowl\n")
    for n in range(12, COUNT):
        write(root / "val" / f"a{n}.txt", f"{2 - n % 3} .5 .5 .2 .3\n")
    listing = read_dataset(root)
    assert truth(listing) and any("`owl`" in str(said) for said in listing.warnings)


def test_a_class_without_a_name_in_the_list_beside_it_is_asked_about(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = lay_out(tmp_path / "d", make_images, "{s}/a{n}.jpg", "{s}/a{n}.txt")
    write(root / "train" / "classes.txt", "cat\ndog\n")
    [doubt] = map(str, read_dataset(root).suspicions)
    assert "class 2, for which the list of names beside it has none" in doubt


@pytest.mark.parametrize("yaml", [False, True])
def test_a_text_that_is_no_box_gives_no_class(
    tmp_path: Path, make_images: MakeImages, yaml: bool
) -> None:
    root = lay_out(tmp_path / "d", make_images, "images/a{n}.jpg", "labels/a{n}.txt")
    # More than are opened to be sure of what the files hold.
    make_images(root, [f"images/b{n}.jpg" for n in range(240)])
    for n in range(240):
        write(root / "labels" / f"b{n}.txt", f"{n % 3} .5 .5 .2 .2\n")
    caption = sorted((root / "labels").glob("b*.txt"))[100]
    write(caption, "a cat\n")
    if yaml:
        write(root / "data.yaml", "names: [cat, dog, fox]\n")
    # Beside the image, where there are labels: a caption.
    write(root / "images" / "a4.txt", "dark picture\n")
    (root / "labels" / "a4.txt").unlink()
    listing = read_dataset(root)
    assert set(listing.class_names) - {""} == ({*NAMES} if yaml else {"0", "1", "2"})
    [skipped] = listing.skipped
    assert Path(skipped.path).stem == caption.stem
    assert "something else than boxes" in str(skipped.reason)
    assert [r.label for r in listing.records if r.path.endswith("a4.jpg")] == [""]


def test_numbers_with_a_point_are_those_of_the_yaml_file(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = lay_out(tmp_path / "d", make_images, "images/a{n}.jpg", "labels/a{n}.txt")
    write(root / "labels" / "a4.txt", "1.0 .5 .5 .2 .2\n")
    write(root / "data.yaml", "names: [cat, dog, fox]\n")
    listing = read_dataset(root)
    assert truth(listing) and listing.class_names == list(NAMES)


@pytest.mark.parametrize("line", ["{c} .5 .5 .2 .3\n", "0 .5 .5 .2 .3\n"])
@pytest.mark.parametrize(
    ("image", "text"),
    [("{w}/a{n}.jpg", "{w}/a{n}.txt"), ("{w}/images/a{n}.jpg", "{w}/labels/a{n}.txt")],
)
def test_class_folders_with_boxes_that_say_no_more_have_the_names(
    tmp_path: Path, make_images: MakeImages, image: str, text: str, line: str
) -> None:
    listing = read_dataset(lay_out(tmp_path / "d", make_images, image, text, line))
    assert listing.reader == "class-folders" and truth(listing) and not listing.suspicions


def test_boxes_of_one_class_are_not_all_that_is_told(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = lay_out(
        tmp_path / "d", make_images, "images/a{n}.jpg", "labels/a{n}.txt", "0 .5 .5 .2 .2\n"
    )
    # Pictures without the thing lie in a folder of their own.
    make_images(root, [f"Negative/{n}.jpg" for n in range(COUNT)])
    listing = read_dataset(root)
    assert set(listing.class_names) == {"images", "Negative"} and listing.suspicions


def test_class_folders_with_boxes_of_other_classes_are_asked_about(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = lay_out(tmp_path / "d", make_images, "{w}/a{n}.jpg", "{w}/a{n}.txt", "{d} .5 .5 .2 .3\n")
    [doubt] = map(str, read_dataset(root).suspicions)
    assert "say something else" in doubt


@pytest.mark.parametrize(
    "line",
    ["a picture of a {w}\n", "{c}\n", "{c} 12 40 33 80\n", "{c} .5 .5 .2\n", "{w} .5 .5 .2 .2\n"],
)
def test_other_texts_are_no_boxes(tmp_path: Path, make_images: MakeImages, line: str) -> None:
    flat = lay_out(tmp_path / "flat" / "d", make_images, "a{n}.jpg", "a{n}.txt", line)
    with pytest.raises(UserError, match="not taken for their labels"):
        read_dataset(flat)
    folders = lay_out(tmp_path / "d", make_images, "{w}/a{n}.jpg", "{w}/a{n}.txt", line)
    assert read_dataset(folders).reader == "class-folders"


def test_texts_of_a_few_images_are_no_labels_of_all(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"{NAMES[n % 3]}/a{n}.jpg" for n in range(COUNT)])
    for n in range(0, 6):
        write(root / NAMES[n % 3] / f"a{n}.txt", f"{n % 2} .5 .5 .2 .2\n")
    assert read_dataset(root).reader == "class-folders"
