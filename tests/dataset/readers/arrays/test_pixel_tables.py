"""Tables whose rows are images, as they are handed out."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.containers.read import close_containers
from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.array_images import drawings, labels, pixels, splits


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_containers()


WORDS = [str(n % 3) for n in range(12)]


def table(file: Path, images: np.ndarray, header: str = "label,pixel") -> None:
    flat = images.reshape(len(images), -1)
    start, name = header.split(",") if "," in header else ("", header)
    lines = [",".join([start, *(f"{name}{n}" for n in range(flat.shape[1]))] if start else [])]
    lines += [
        ",".join([word, *map(str, row)]) for word, row in zip(WORDS, flat.tolist(), strict=True)
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines if start else lines[1:]) + "\n")


@pytest.mark.parametrize("header", ["label,pixel", "label,pixel_", "label,", "emotion,x"])
def test_columns_of_pixels(tmp_path: Path, header: str) -> None:
    table(tmp_path / "train.csv", drawings(12), header)
    for place in (tmp_path, tmp_path / "train.csv"):
        listing = read_dataset(place)
        assert listing.reader == "pixel-table"
        assert np.array_equal(pixels(listing), drawings(12))
        assert labels(listing) == WORDS
        assert splits(listing) == ["train"] * 12
        assert listing.records[3].path == "train.csv/00003"


def test_without_a_header(tmp_path: Path) -> None:
    table(tmp_path / "mnist_test.csv", drawings(12), "")
    listing = read_dataset(tmp_path / "mnist_test.csv")
    assert np.array_equal(pixels(listing), drawings(12))
    assert labels(listing) == WORDS


def test_names_by_place_and_gzip(tmp_path: Path) -> None:
    names = [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)]
    lines = [",".join(["label", *names])]
    rows = drawings(12).reshape(12, -1).tolist()
    lines += [",".join([word, *map(str, row)]) for word, row in zip(WORDS, rows, strict=True)]
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    assert np.array_equal(pixels(read_dataset(tmp_path / "t.csv.gz")), drawings(12))


def test_parts_in_folders_of_their_names(tmp_path: Path) -> None:
    images = drawings(24)
    for part, rows in (("train", images[:12]), ("test", images[12:])):
        name = f"sign_mnist_{part}"
        table(tmp_path / name / f"{name}.csv", rows)
    listing = read_dataset(tmp_path)
    assert splits(listing) == ["train"] * 12 + ["test"] * 12


@pytest.mark.parametrize(
    "copy", ["train/train.csv", "train - Copy.csv", "a copy of train.csv", "train (1).csv"]
)
def test_a_copy_of_a_table_is_read_once_and_said(tmp_path: Path, copy: str) -> None:
    images = drawings(24)
    table(tmp_path / "train.csv", images[:12])
    table(tmp_path / "test.csv", images[12:])
    (tmp_path / copy).parent.mkdir(exist_ok=True)
    (tmp_path / copy).write_bytes((tmp_path / "train.csv").read_bytes())
    listing = read_dataset(tmp_path)
    assert splits(listing) == ["train"] * 12 + ["test"] * 12
    assert not listing.suspicions
    assert str(listing.warnings[0]) == f"`{copy}` is a copy of `train.csv`, and was read once."


@pytest.mark.parametrize("case", ["part", "other columns", "other size"])
def test_tables_of_the_same_images_are_a_doubt(tmp_path: Path, case: str) -> None:
    images = drawings(12)
    table(tmp_path / "all.csv", images)
    lines = (tmp_path / "all.csv").read_text().splitlines(keepends=True)
    if case == "part":
        (tmp_path / "some.csv").write_text("".join(lines[:6]))
    elif case == "other columns":
        (tmp_path / "some.csv").write_text(
            "".join([lines[0].replace("label", "digit"), *lines[1:]])
        )
    else:
        table(tmp_path / "some.csv", images[:, ::2, ::2])
    listing = read_dataset(tmp_path)
    assert ["`all.csv / some.csv`" in str(doubt) for doubt in listing.suspicions] == [True]
    assert not read_dataset(tmp_path / "all.csv").suspicions


def test_the_pixels_of_a_table_beside_pictures_are_not_sought_as_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(tmp_path / "mnist.csv", drawings(12))
    for number in range(20):
        Image.fromarray(drawings(1)[0]).save(tmp_path / f"{number}.png")
    sought: list[str] = []
    found = FileFinder.find_text

    def counted(finder: FileFinder, cell: str, base: Path) -> str:
        sought.append(cell)
        return found(finder, cell, base)

    monkeypatch.setattr(FileFinder, "find_text", counted)
    assert read_dataset(tmp_path).reader == "pixel-table"
    assert len(sought) < 100


def test_the_label_may_come_last_and_images_in_colour(tmp_path: Path) -> None:
    images = drawings(12, 28, 3)
    flat = images.reshape(12, -1).tolist()
    lines = [",".join([*(f"pixel{n:04}" for n in range(2352)), "label"])]
    lines += [",".join([*map(str, row), word]) for word, row in zip(WORDS, flat, strict=True)]
    (tmp_path / "hmnist_28_28_RGB.csv").write_text("\n".join(lines))
    listing = read_dataset(tmp_path / "hmnist_28_28_RGB.csv")
    assert np.array_equal(pixels(listing), images)
    assert labels(listing) == WORDS


def test_fer2013(tmp_path: Path) -> None:
    images = drawings(12, 48)
    usage = ["Training"] * 6 + ["PublicTest"] * 3 + ["PrivateTest"] * 3
    lines = ["emotion,pixels,Usage"]
    for word, image, part in zip(WORDS, images.reshape(12, -1).tolist(), usage, strict=True):
        lines.append(f"{word},{' '.join(map(str, image))},{part}")
    (tmp_path / "fer2013.csv").write_text("\n".join(lines))
    listing = read_dataset(tmp_path)
    assert np.array_equal(pixels(listing), images)
    assert splits(listing) == usage
    assert labels(listing) == WORDS


def test_a_part_without_labels(tmp_path: Path) -> None:
    table(tmp_path / "train.csv", drawings(12))
    flat = drawings(5).reshape(5, -1).tolist()
    lines = [",".join(f"pixel{n}" for n in range(784)), *(",".join(map(str, r)) for r in flat)]
    (tmp_path / "test.csv").write_text("\n".join(lines))
    listing = read_dataset(tmp_path)
    assert labels(listing) == [*WORDS, *[""] * 5]
    assert splits(listing) == ["train"] * 12 + ["test"] * 5


def test_fractions(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", np.round(drawings(12) / 255, 6))
    assert np.array_equal(pixels(read_dataset(tmp_path / "a.csv")), drawings(12))


def test_tables_of_features_are_no_images(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("label,f0,f1\ncat,1,2\ndog,3,4\n")
    with pytest.raises(UserError):
        read_dataset(tmp_path / "a.csv")


def test_marks_of_a_hundred_classes_beside_paths_are_no_pixels(tmp_path: Path) -> None:
    names = [str(n) for n in range(100)]
    lines = [",".join(["file", "label", *names])]
    for number in range(12):
        Image.fromarray(drawings(1)[0]).save(tmp_path / f"{number}.png")
        lines.append(",".join([f"{number}.png", str(number % 3), *(["0.01"] * 100)]))
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    listing = read_dataset(tmp_path / "labels.csv")
    assert listing.reader == "table"
    assert labels(listing) == WORDS


@pytest.mark.parametrize("cell", ["", "x", "nan,", "1e999"])
def test_a_cell_that_is_no_number_is_said(tmp_path: Path, cell: str) -> None:
    table(tmp_path / "a.csv", drawings(12))
    text = (tmp_path / "a.csv").read_text().splitlines()
    row = text[5].split(",")
    row[40] = cell
    text[5] = ",".join(row)
    (tmp_path / "a.csv").write_text("\n".join(text))
    with pytest.raises(UserError, match=r"a\.csv"):
        read_dataset(tmp_path / "a.csv")


def save(
    file: Path, images: np.ndarray, words: np.ndarray, *, last: bool, header: str = ""
) -> None:
    """Rows of a label and pixels without names, or with numbers for names from `header` on."""
    flat = images.reshape(len(images), -1)
    table = np.column_stack([flat, words] if last else [words, flat])
    names = range(int(header or 0), table.shape[1] + int(header or 0))
    lines = [",".join(map(str, names))] if header else []
    lines += [",".join(map(str, row)) for row in table.tolist()]
    file.write_text("\n".join(lines) + "\n")


def kinds_of_images(kind: str) -> np.ndarray:
    generator = np.random.default_rng(3)
    if kind == "noise":
        return generator.integers(0, 255, (600, 8, 8))
    if kind == "photographs":
        return drawings(600, 16)
    if kind == "colour photographs":
        return drawings(600, 16, 3)
    rim = generator.integers(0, 17 if kind == "drawings" else 2, (600, 8, 8))
    # Drawings are empty at their rim, or nearly so.
    rim[:, [0, -1]] *= generator.random((600, 2, 8)) < 0.05
    return rim


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("header", ["", "0", "1"])
@pytest.mark.parametrize(
    ("kind", "classes"),
    [
        ("noise", 10),
        ("photographs", 10),
        ("photographs", 100),
        ("colour photographs", 40),
        ("drawings", 10),
        ("drawings", 40),
        ("black and white", 10),
        ("black and white", 40),
    ],
)
def test_the_label_of_columns_without_names_is_the_first_or_the_last(
    tmp_path: Path, kind: str, classes: int, header: str, last: bool
) -> None:
    images = kinds_of_images(kind)
    words = np.random.default_rng(5).integers(0, classes, len(images))
    save(tmp_path / "a.csv", images, words, last=last, header=header)
    listing = read_dataset(tmp_path / "a.csv")
    assert labels(listing) == list(map(str, words))
    assert listing.suspicions == []
    few = replace(listing, records=listing.records[::50])
    top = images.max()
    expected = images[::50] * (255 / top if top < 128 else 1)
    assert np.abs(pixels(few) - expected).max() <= 1


def test_a_column_that_is_empty_everywhere_is_no_label(tmp_path: Path) -> None:
    images = kinds_of_images("drawings")
    images[:, [0, -1]] = 0
    words = np.arange(600) % 10
    save(tmp_path / "optdigits.csv", images, words, last=True)
    assert labels(read_dataset(tmp_path / "optdigits.csv")) == list(map(str, words))


def test_labels_written_as_fractions(tmp_path: Path) -> None:
    images, words = kinds_of_images("noise"), np.arange(600) % 3
    rows = np.column_stack([words, images.reshape(600, -1)])
    np.savetxt(tmp_path / "a.csv", rows, delimiter=",")
    listing = read_dataset(tmp_path / "a.csv")
    assert labels(listing) == list(map(str, words))
    few = replace(listing, records=listing.records[::50])
    assert np.array_equal(pixels(few), images[::50])


def test_where_the_label_cannot_be_told_it_is_asked_for(tmp_path: Path) -> None:
    """Two columns of two values, neither like the pixel beside it."""
    images = np.random.default_rng(3).integers(0, 2, (600, 8, 8))
    words = np.random.default_rng(5).integers(0, 2, 600)
    save(tmp_path / "a.csv", images, words, last=True)
    doubtful = read_dataset(tmp_path / "a.csv")
    assert "--label-column 1 or --label-column 65" in str(doubtful.suspicions[0])
    listing = read_dataset(tmp_path / "a.csv", label_column="65")
    assert listing.suspicions == []
    assert labels(listing) == list(map(str, words))
    few = replace(listing, records=listing.records[::50])
    assert np.array_equal(pixels(few), images[::50] * 255)
    first = read_dataset(tmp_path / "a.csv", label_column="1")
    assert labels(first) == list(map(str, images[:, 0, 0]))


def test_a_label_named_like_a_pixel_is_none(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", drawings(12), "x784,x")
    listing = read_dataset(tmp_path / "a.csv", label_column="x784")
    assert np.array_equal(pixels(listing), drawings(12))
    assert labels(listing) == WORDS
