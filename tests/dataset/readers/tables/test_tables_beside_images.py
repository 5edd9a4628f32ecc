"""Labels beside the images in a file of another form than CSV, and cells of several labels."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = [f"{i:02d}" for i in range(12)]
CLASS = {name: ("cat", "dog")[i % 2] for i, name in enumerate(NAMES)}
ROWS = [{"image": f"{n}.jpg", "label": c} for n, c in CLASS.items()]


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "d", [f"images/{n}.jpg" for n in NAMES])


def labels(listing: Listing) -> dict[str, str]:
    return {record.file.stem: record.label for record in listing.records}


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def as_parquet(folder: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.Table.from_pylist(ROWS)
    pytest.importorskip("pyarrow.parquet").write_table(table, str(folder / "labels.parquet"))


def as_excel(folder: Path) -> None:
    book = pytest.importorskip("openpyxl").Workbook()
    book.active.append(["image", "label"])
    for row in ROWS:
        book.active.append(list(row.values()))
    book.save(folder / "labels.xlsx")


WAYS: list[Callable[[Path], None]] = [
    as_parquet,
    as_excel,
    lambda d: write(d / "labels.json", json.dumps({r["image"]: r["label"] for r in ROWS})),
    lambda d: write(d / "truth.json", json.dumps(ROWS)),
    lambda d: write(d / "annotations" / "all.jsonl", "\n".join(map(json.dumps, ROWS))),
    lambda d: write(
        d / "annotations.txt", "image label\n" + "".join(f"{n}.jpg {c}\n" for n, c in CLASS.items())
    ),
    lambda d: write(
        d / "coco" / "truth.json",
        json.dumps(
            {
                "images": [{"id": i, "file_name": f"{n}.jpg"} for i, n in enumerate(NAMES)],
                "annotations": [
                    {"id": i, "image_id": i, "category_id": i % 2} for i in range(len(NAMES))
                ],
                "categories": [{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}],
            }
        ),
    ),
]


@pytest.mark.parametrize("make", WAYS)
def test_labels_beside_the_images(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder)
    listing = read_dataset(folder)
    assert labels(listing) == CLASS and listing.suspicions == []


def test_split_lists_of_coop(folder: Path) -> None:
    parts = {"train": NAMES[:6], "val": NAMES[6:8], "test": NAMES[8:]}
    value = {
        part: [[f"{n}.jpg", int(CLASS[n] == "dog"), CLASS[n]] for n in chosen]
        for part, chosen in parts.items()
    }
    write(folder / "split_zhou.json", json.dumps(value))
    listing = read_dataset(folder)
    assert labels(listing) == CLASS
    assert all(r.file.stem in parts[r.split] for r in listing.records)


def test_faces_with_attributes(tmp_path: Path, make_images: MakeImages) -> None:
    """CelebA; the list of its parts holds no labels."""
    root = make_images(tmp_path / "d", [f"img_align_celeba/{n}.jpg" for n in NAMES])
    rows = [f"{n}.jpg -1  {1 if c == 'cat' else -1}" for n, c in CLASS.items()]
    write(root / "list_attr_celeba.txt", "\n".join(["12", "Male Smiling ", *rows]) + "\n")
    parts = [f"{n}.jpg {i // 4}" for i, n in enumerate(NAMES)]
    write(root / "list_eval_partition.txt", "\n".join(parts) + "\n")
    with pytest.raises(UserError, match="`Male`, `Smiling`"):
        read_dataset(root)
    listing = read_dataset(root, label_column="smiling")
    wanted = {"cat": "Smiling", "dog": "not Smiling"}
    assert labels(listing) == {n: wanted[c] for n, c in CLASS.items()}
    assert [r.split for r in listing.records] == ["train"] * 4 + ["val"] * 4 + ["test"] * 4


def test_a_list_of_parts_alone_holds_no_labels(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"img_align_celeba/{n}.jpg" for n in NAMES])
    parts = [f"{n}.jpg {i // 4}" for i, n in enumerate(NAMES)]
    write(root / "list_eval_partition.txt", "\n".join(parts) + "\n")
    assert not {"0", "1", "2"} & set(read_dataset(root).class_names)


@pytest.mark.parametrize("number", [12, 4])
def test_web_addresses_by_their_names_alone(folder: Path, number: int) -> None:
    """Many of one place that all are here; a few may as well be other pictures."""
    rows = [f"https://host/i/{n}.jpg?sv=1,{CLASS[n]}" for n in NAMES[:number]]
    write(folder / "t.csv", "\n".join(["url,label", *rows]) + "\n")
    if number == 12:
        assert labels(read_dataset(folder / "t.csv")) == CLASS
        return
    with pytest.raises(UserError, match="web address"):
        read_dataset(folder / "t.csv")
    chosen = read_dataset(folder / "t.csv", image_root=folder)
    assert {n: c for n, c in labels(chosen).items() if c} == {n: CLASS[n] for n in NAMES[:4]}


@pytest.mark.parametrize(
    ("cat", "dog", "both"),
    [
        ("['cat']", "['dog']", "['cat', 'dog']"),
        ('["cat"]', '["dog"]', '["cat", "dog"]'),
        ("['cat']", "['dog']", "['cat' 'dog']"),  # numpy, which Python reads as one word
        ("[cat]", "[dog]", "[cat dog]"),
        ("{cat}", "{dog}", "{cat,dog}"),
        ("{'cat'}", "{'dog'}", "{'cat', 'dog'}"),
        ("('cat',)", "('dog',)", "('cat', 'dog')"),
        ("cat", "dog", "cat|dog"),
        ("cat", "dog", "cat;dog"),
        ("cat", "dog", "cat, dog"),
        ("cat", "dog", "cat/dog"),
        ("cat", "dog", "cat + dog"),
        ("cat", "dog", "cat & dog"),
        ("cat", "dog", '{"choices": ["cat", "dog"]}'),
    ],
)
def test_several_labels_in_a_cell(folder: Path, cat: str, dog: str, both: str) -> None:
    cells = [(cat, dog)[i % 2] for i in range(10)] + [both, both]
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    rows = [f"images/{n}.jpg,{cell}" for n, cell in zip(NAMES, quoted, strict=True)]
    write(folder / "t.csv", "\n".join(["path,label", *rows]) + "\n")
    listing = read_dataset(folder / "t.csv")
    assert labels(listing) == {n: CLASS[n] for n in NAMES[:10]}
    assert {str(entry.reason) for entry in listing.skipped} == {"several labels: `cat`, `dog`"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a|x", "b|y"),
        ("cat (red)", "dog"),
        ("[unknown", "dog]"),
        ("sea lion", "hot dog"),
        ("maillot, tank suit", "dog"),
        ("(other)", "dog"),
        ("either/or", "neither/nor"),
    ],
)
def test_names_with_such_signs_stay(folder: Path, first: str, second: str) -> None:
    rows = [f'images/{n}.jpg,"{(first, second)[i % 2]}"' for i, n in enumerate(NAMES)]
    write(folder / "t.csv", "\n".join(["path,label", *rows]) + "\n")
    assert set(read_dataset(folder / "t.csv").class_names) == {first, second}


def test_several_labels_in_every_cell(folder: Path) -> None:
    sets = ["a|b", "b|c", "a|c"]
    rows = [f"images/{n}.jpg,{sets[i % 3]}" for i, n in enumerate(NAMES)]
    write(folder / "t.csv", "\n".join(["path,label", *rows]) + "\n")
    with pytest.raises(UserError, match="several labels"):
        read_dataset(folder / "t.csv")


def test_many_labels_of_few_words_are_doubtful(tmp_path: Path, make_images: MakeImages) -> None:
    """As the satellite images of the Amazon are labelled."""
    root = make_images(tmp_path / "d", [f"{i}.jpg" for i in range(48)])
    weather, ground = ("haze", "clear", "cloudy"), ("primary", "water", "road", "bare")
    tags = [f"{w} {g} {h}" for w in weather for g in ground for h in ground if g < h]
    rows = [f"{i}.jpg,{tags[i % len(tags)]}" for i in range(48)]
    write(root / "train.csv", "\n".join(["image_name,tags", *rows]) + "\n")
    assert any("made of 7 words" in str(s) for s in read_dataset(root).suspicions)


@pytest.mark.parametrize(
    ("column", "cells", "doubtful"),
    [
        ("tags", ("haze primary", "agriculture clear primary water", "clear primary"), True),
        ("keywords", ("red car", "red house", "sky"), True),
        ("tags", ("hot dog", "sea lion", "cat"), False),
        ("label", ("red car", "red house", "blue car"), False),
    ],
)
def test_few_sets_of_words_in_a_column_of_tags(
    folder: Path, column: str, cells: tuple[str, ...], doubtful: bool
) -> None:
    rows = [f"images/{n}.jpg,{cells[i % len(cells)]}" for i, n in enumerate(NAMES)]
    write(folder / "t.csv", "\n".join([f"path,{column}", *rows]) + "\n")
    listing = read_dataset(folder / "t.csv")
    assert ["several labels" in str(s) for s in listing.suspicions] == [True] * doubtful


def test_numbers_written_in_several_ways_are_said(folder: Path) -> None:
    rows = [f"images/{n}.jpg,{('01', '1', '2')[i % 3]}" for i, n in enumerate(NAMES)]
    write(folder / "t.csv", "\n".join(["path,label", *rows]) + "\n")
    listing = read_dataset(folder / "t.csv")
    assert any("same number: `01 / 1`" in str(w) for w in listing.warnings)


def test_several_numbers_in_a_cell(folder: Path) -> None:
    """As the protein atlas of Kaggle writes them."""
    cells = [("16", "16 0", "0", "5 16")[i % 4] for i in range(12)]
    rows = [f"images/{n}.jpg,{cell}" for n, cell in zip(NAMES, cells, strict=True)]
    write(folder / "t.csv", "\n".join(["Id,Target", *rows]) + "\n")
    listing = read_dataset(folder / "t.csv")
    assert listing.class_names == ["0", "16"] and len(listing.skipped) == 6


@pytest.mark.parametrize("name", ["img{}.png", "image_{}.png", "Scan {:03d}.png"])
def test_ids_that_are_the_numbers_in_all_names(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    root = make_images(tmp_path / "d", [name.format(at) for at in range(1, 31)])
    rows = [f"{at},{'abc'[at % 3]}" for at in range(1, 31)]
    (root / "metadata.csv").write_text("\n".join(["id,letter", *rows]), encoding="utf-8")
    listing = read_dataset(root)
    assert {Path(str(r.place)).name: r.label for r in listing.records} == {
        name.format(at): "abc"[at % 3] for at in range(1, 31)
    }
    assert not listing.suspicions
    assert any("numbers in their names" in str(warning) for warning in listing.warnings)


@pytest.mark.parametrize(
    ("first", "number"),
    [
        # From 0, where the files begin with 1: each label would be that of the next image.
        (0, 30),
        # An image that no row tells of.
        (1, 29),
        # A row without an image.
        (1, 31),
    ],
)
def test_numbers_of_rows_are_no_numbers_of_images(
    tmp_path: Path, make_images: MakeImages, first: int, number: int
) -> None:
    root = make_images(tmp_path / "d", [f"img{at}.png" for at in range(1, 31)])
    rows = [f"{at},{'abc'[at % 3]}" for at in range(first, first + number)]
    (root / "metadata.csv").write_text("\n".join(["id,letter", *rows]), encoding="utf-8")
    with pytest.raises(UserError):
        read_dataset(root)
