"""Tables whose paths differ from the files' names in the suffix or in leading zeros."""

from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NUMBER = 12


def read(folder: Path, paths: list[str], column: str = "path") -> Listing:
    rows = [f"{path},{('cat', 'dog')[i % 2]}" for i, path in enumerate(paths)]
    (folder / "t.csv").write_text("\n".join([f"{column},label", *rows]))
    return read_dataset(folder / "t.csv")


def files(listing: Listing) -> list[str]:
    places = [Path(str(record.file)) for record in listing.records]
    return [place.relative_to(listing.root).as_posix() for place in places]


@pytest.mark.parametrize(
    ("cell", "file", "said"),
    [
        ("img/{:02d}.jpg", "img/{:02d}.png", "another suffix"),
        ("{:02d}.jpeg", "images/{:02d}.png", "another suffix"),
        ("/home/ann/img/{:02d}.bmp", "img/{:02d}.png", "another suffix"),
        ("{}.jpg", "train_images/{}.png", "another suffix"),
        ("{}", "{:05d}.png", "numbers"),
        ("{}.png", "img/{:05d}.png", "numbers"),
        ("img/{}.jpg", "img/{:03d}.png", "numbers"),
        ("{}.0", "img/{}.png", "numbers"),
        ("{}.0", "{:04d}.png", "numbers"),
    ],
)
def test_names_that_are_nearly_those_of_the_files(
    tmp_path: Path, make_images: MakeImages, cell: str, file: str, said: str
) -> None:
    root = make_images(tmp_path, [file.format(i + 1) for i in range(NUMBER)])
    listing = read(root, [cell.format(i + 1) for i in range(NUMBER)], "id")
    assert files(listing) == [file.format(i + 1) for i in range(NUMBER)]
    notes = [str(w) for w in listing.warnings if said in str(w)]
    assert len(notes) == 1 and f"{NUMBER}, such as `{cell.format(1)}`" in notes[0]


@pytest.mark.parametrize(
    ("cell", "file"), [("img/{:02d}.jpg", "img/{:02d}.png"), ("{}", "img/{:05d}.png")]
)
def test_so_they_are_in_a_folder_that_was_opened(
    tmp_path: Path, make_images: MakeImages, cell: str, file: str
) -> None:
    root = make_images(tmp_path, [file.format(i) for i in range(NUMBER)])
    read(root, [cell.format(i) for i in range(NUMBER)], "id")
    listing = read_dataset(root)
    assert listing.reader == "table" and listing.class_names == ["cat", "dog"]


def test_class_folders_stay_beside_a_table_of_numbers(
    tmp_path: Path, make_images: MakeImages
) -> None:
    names = [f"{('oak', 'elm')[i % 2]}/{i:04d}.png" for i in range(NUMBER)]
    root = make_images(tmp_path, names)
    (root / "prices.csv").write_text("id,class\n" + "".join(f"{i},c{i % 3}\n" for i in range(9)))
    assert read_dataset(root).class_names == ["elm", "oak"]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("img/{:02d}.jpg", ["img/{:02d}.png", "img/{:02d}.webp"]),
        ("img/{:02d}.jpg", ["other/{:02d}.png"]),
        ("{:02d}.jpg", ["masks/{:02d}.png", "images/x{:02d}.jpg"]),
        ("{}", ["img/{:03d}.png", "img/{:05d}.png"]),
        ("{}.png", ["a{:03d}.png"]),
    ],
)
def test_names_that_fit_several_files_or_none(
    tmp_path: Path, make_images: MakeImages, cell: str, names: list[str]
) -> None:
    root = make_images(tmp_path, [name.format(i) for i in range(NUMBER) for name in names])
    with pytest.raises(UserError, match="file not found") as caught:
        read(root, [cell.format(i) for i in range(NUMBER)])
    assert "named otherwise" in str(caught.value.hint) and "--image-root" in str(caught.value.hint)


def test_a_file_of_another_row_is_not_taken(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path, [f"img/{i}.png" for i in range(NUMBER)])
    listing = read(root, [*(f"img/{i}.png" for i in range(NUMBER)), "img/0.jpg", "img/00001.png"])
    assert len(listing.records) == NUMBER and len(listing.skipped) == 2


def test_numbers_padded_to_several_lengths_are_not_taken(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path, [f"{i:0{2 + i % 2}d}.png" for i in range(NUMBER)])
    assert files(read(root, [f"{i}" for i in range(NUMBER)], "id")) == ["10.png"]


def test_labels_that_cannot_be_used_are_no_matter_of_the_folder(
    tmp_path: Path, make_images: MakeImages
) -> None:
    make_images(tmp_path, [f"{i}.png" for i in range(NUMBER)])
    rows = [f'{i}.png,"[[{i}, 2]]"' for i in range(NUMBER)]
    (tmp_path / "t.csv").write_text("\n".join(["path,label", *rows]))
    with pytest.raises(UserError) as caught:
        read_dataset(tmp_path / "t.csv")
    assert "--label-column" in str(caught.value.hint)
    assert "--image-root" not in str(caught.value.hint)
