"""Images whose names say their class: `cat.0.jpg`, `dog_1.png`, `0001_cat.jpg`."""

from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.image_names.name_words import find_words, word_in
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.other_readings import other_readings
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import no_progress
from tests.dataset.conftest import MakeImages

CATS_AND_DOGS = [f"{name}.{at}.png" for name in ("cat", "dog") for at in range(12)]
DIGITS = [f"{digit}_{at}.png" for digit in range(5) for at in range(6)]


def sizes(listing: Listing) -> dict[str, int]:
    return Counter(record.label for record in listing.records)


def offered(root: Path) -> dict[str, int]:
    """The number of classes of each other reading, by its reader."""
    outcome: Listing | UserError
    try:
        outcome = read_dataset(root)
    except UserError as error:
        outcome = error
    found = other_readings(outcome, root, ReaderOptions(), no_progress)
    return {str(reading.changes.get("reader")): reading.classes for reading in found}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("cat.12.jpg", "cat"),
        ("cat (12).JPG", "cat"),
        ("cat12.png", "cat"),
        ("pitted_surface-7.bmp", "pitted_surface"),
        ("obj1__0.png", "obj1"),
        ("0_12.jpg", "0"),
        ("User.0.3.jpg", "User.0"),
        ("12.jpg", ""),
        ("cat.jpg", ""),
        ("n01440764_tench.jpg", ""),
        ("_7.jpg", ""),
    ],
)
def test_the_word_before_the_last_number(name: str, word: str) -> None:
    assert word_in(name) == word


@pytest.mark.parametrize("folder", ["", "images/", "data/raw/", "pictures of pets/"])
@pytest.mark.parametrize("form", ["{}.{}.png", "{}_{}.png", "{} ({}).png", "{}{}.png"])
def test_words_of_all_names_are_the_classes_where_nothing_else_is(
    tmp_path: Path, make_images: MakeImages, folder: str, form: str
) -> None:
    names = [form.format(name, at) for name in ("cat", "dog") for at in range(12)]
    root = make_images(tmp_path / "a" / "d", [folder + name for name in names])
    if folder.startswith("pictures"):
        # One folder of a name of its own may be one class.
        assert read_dataset(root).class_names == ["pictures of pets"]
        assert offered(root)["file-names"] == 2
        return
    listing = read_dataset(root)
    assert listing.reader == "file-names" and sizes(listing) == {"cat": 12, "dog": 12}
    assert not listing.suspicions
    assert any("taken from the images' names" in str(said) for said in listing.warnings)


def test_parts_and_images_of_other_names(tmp_path: Path, make_images: MakeImages) -> None:
    others = [*(f"test1/{at}.png" for at in range(9)), "static/logo.png"]
    root = make_images(tmp_path / "d", [*(f"train/{name}" for name in CATS_AND_DOGS), *others])
    with pytest.raises(UserError, match=r"words that come again"):
        read_dataset(root / "test1", reader="file-names")
    listing = read_dataset(root, reader="file-names")
    assert sizes(listing) == {"cat": 12, "dog": 12, "": 9}
    assert Counter(record.split for record in listing.records) == {"train": 24, "test1": 9}
    assert [entry.path for entry in listing.skipped] == ["static/logo.png"]


@pytest.mark.parametrize(
    "names",
    [
        DIGITS,
        [f"obj{at}__{view}.png" for at in range(4) for view in range(8)],
        [f"{side}_{at}.png" for side in ("left", "right") for at in range(12)],
        [f"{name}_{at}.png" for name in ("cat", "dog", "cow") for at in range(4)],
        [*CATS_AND_DOGS, *(f"x{at}y.png" for at in range(3))],
    ],
    ids=["numbers", "numbered", "sides", "few", "others"],
)
def test_what_is_not_certain_is_asked(
    tmp_path: Path, make_images: MakeImages, names: list[str]
) -> None:
    root = make_images(tmp_path / "a" / "d", names)
    with pytest.raises(UserError, match=r"--reader file-names"):
        read_dataset(root)
    assert offered(root)["file-names"] > 1
    assert read_dataset(root, reader="file-names").records
    inside = make_images(tmp_path / "b" / "d", [f"images/{name}" for name in names])
    assert any("--reader file-names" in str(doubt) for doubt in read_dataset(inside).suspicions)


def test_a_file_that_may_hold_the_labels_is_asked_about(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "a" / "d", CATS_AND_DOGS)
    (root / "boxes.xml").write_text("<a/>", encoding="utf-8")
    with pytest.raises(UserError, match=r"--reader file-names.*boxes\.xml"):
        read_dataset(root)


def test_the_folder_of_one_class_is_not_divided(tmp_path: Path, make_images: MakeImages) -> None:
    breeds = [f"{breed}_{at}.png" for breed in ("tabby", "siamese") for at in range(12)]
    root = make_images(tmp_path / "d", [*(f"cat/{n}" for n in breeds), "dog/1.png", "dog/2.png"])
    assert read_dataset(root).class_names == ["cat", "dog"]
    with pytest.raises(UserError, match=r"none lies in a class folder"):
        read_dataset(root / "cat")
    assert "file-names" not in offered(root)


@pytest.mark.parametrize(
    "words",
    [
        ("IMG", "DSC"),
        ("train", "test"),
        ("image", "mask"),
        ("VID_20210320", "VID_20210321", "IMG_20210322"),
        ("d", "d0059_c", "d0813_c"),
        ("frame",),
        tuple(f"name{chr(97 + at)}" for at in range(12)),
    ],
)
def test_words_that_say_nothing_are_no_classes(words: tuple[str, ...]) -> None:
    each = 24 // len(words)
    assert not find_words({"": [f"{word}_{at}.png" for word in words for at in range(each)]})


def test_a_list_of_classes_asks_for_images_without_labels(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "a" / "d", CATS_AND_DOGS)
    names = tmp_path / "classes.txt"
    names.write_text("lynx\nwolf\n", encoding="utf-8")
    assert read_dataset(root, class_names=names).reader == "class-folders"


def test_folders_named_alike_with_the_same_words_in_each_are_sets(
    tmp_path: Path, make_images: MakeImages
) -> None:
    paths = [
        f"coil-{number}/obj{thing}__{at}.png"
        for number in (20, 100)
        for thing in range(1, number // 2 + 1)
        for at in range(0, 360, 90)
    ]
    root = make_images(tmp_path / "coil", paths)
    listing = read_dataset(root)
    [doubt] = map(str, listing.suspicions)
    assert "--reader file-names" in doubt and "`obj1`" in doubt
    assert listing.class_names == ["coil-20", "coil-100"]
    assert len(read_dataset(root, reader="file-names").class_names) == 50


@pytest.mark.parametrize(
    "path",
    [
        # Other words in each: patients.
        "grade {c}/p{c}{w:02d}x_{n}.png",
        # Few words: people who showed each sign.
        "sign {c}/{few}_{n}.png",
        # Numbers alone are classes of digits.
        "{c}/user{w}_{n}.png",
        # Words of their own.
        "{word}/thing{w}_{n}.png",
    ],
)
def test_classes_with_numbers_in_their_names_are_no_sets(
    tmp_path: Path, make_images: MakeImages, path: str
) -> None:
    paths = [
        path.format(c=c, w=w, n=n, few="anna" if w % 2 else "ben", word="cat" if c > 1 else "dog")
        for c in (1, 2)
        for w in range(12)
        for n in range(3 * (w // 2), 3 * (w // 2) + 3)
    ]
    assert read_dataset(make_images(tmp_path / "d", dict.fromkeys(paths))).suspicions == []


def test_two_numbers_behind_words_of_letters(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"{word}_{at + 7}_{at % 3}.png" for word in ("ALPHA", "BETA") for at in range(24)]
    root = make_images(tmp_path / "d", names)
    with pytest.raises(UserError, match=r"`ALPHA`, `BETA`.*--reader file-names"):
        read_dataset(root)
    assert sizes(read_dataset(root, reader="file-names")) == {"ALPHA": 24, "BETA": 24}
    # Of two numbers the first is one of the word where it comes again.
    objects = [f"obj{thing}_{at}.png" for thing in range(4) for at in range(6)]
    assert set(find_words({"": objects}).counts) == {"obj0", "obj1", "obj2", "obj3"}
    assert not find_words({"": [f"a{at}b_{at}_{at}.png" for at in range(40)]})


@pytest.mark.parametrize("folder", ["", "images/", "train/"])
@pytest.mark.parametrize(
    "form",
    [
        "{:04d}_{}.png",
        "img_{}_{}.png",
        "{}-{}.png",
        "{}.{}.png",
        "{} ({}).png",
        "2021-03-04 {} {}.png",
    ],
)
def test_words_behind_the_numbers_are_the_classes_where_nothing_else_is(
    tmp_path: Path, make_images: MakeImages, folder: str, form: str
) -> None:
    truth = {
        folder + form.format(at, name): name for at, name in enumerate(["cat", "red_fox"] * 12)
    }
    listing = read_dataset(make_images(tmp_path / "a" / "d", truth))
    assert {record.path: record.label for record in listing.records} == truth
    assert listing.reader == "file-names" and not listing.suspicions
    assert any("behind the last number" in str(said) for said in listing.warnings)


@pytest.mark.parametrize(
    "names",
    [
        # Each class counted from 1, or two views of each thing: nothing tells which.
        [f"{at}_{name}.png" for at in range(12) for name in ("cat", "dog")],
        [f"{at}_{('left', 'right')[at % 2]}.png" for at in range(24)],
        [f"{at}_{('cat', 'dog', 'cow')[at % 3]}.png" for at in range(18)],
        [*(f"{at}_{('cat', 'dog')[at % 2]}.png" for at in range(24)), "x.png"],
    ],
    ids=["pairs", "sides", "few", "others"],
)
def test_words_behind_the_numbers_that_are_not_certain_are_asked_about(
    tmp_path: Path, make_images: MakeImages, names: list[str]
) -> None:
    root = make_images(tmp_path / "a" / "d", names)
    with pytest.raises(UserError, match=r"end with few words.*--reader file-names"):
        read_dataset(root)
    listing = read_dataset(root, reader="file-names")
    assert all(
        record.label in (*record.path.removesuffix(".png").split("_"), "")
        for record in listing.records
    )
    assert len(listing.class_names) > 1


@pytest.mark.parametrize("words", [("mask", "image"), ("train", "test"), ("IMG", "DSC"), ("b", "")])
def test_words_behind_the_numbers_that_say_nothing_are_no_classes(words: tuple[str, ...]) -> None:
    assert not find_words({"": [f"{at}_{words[at % 2]}.png" for at in range(24)]})


def test_words_behind_the_numbers_inside_of_class_folders_are_no_classes(
    tmp_path: Path, make_images: MakeImages
) -> None:
    names = [f"{at}_{('young', 'old')[at % 2]}.png" for at in range(24)]
    root = make_images(tmp_path / "d", [f"{c}/{name}" for c in ("cat", "dog") for name in names])
    assert sizes(read_dataset(root)) == {"cat": 24, "dog": 24}
