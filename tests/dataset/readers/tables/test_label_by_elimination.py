"""The column of labels where none is called so, and what labels are called elsewhere."""

from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

CLASSES = ("cat", "dog")
NAMES = [f"{i:02d}.png" for i in range(12)]


def write(file: Path, head: str, rows: list[str]) -> None:
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    "column",
    [
        "patient_id",
        "age",
        "size",
        "Jahr",
        "camera",
        "source",
        "site",
        "image_width",
        "date",
        "fold",
    ],
)
def test_a_column_called_after_something_else_is_not_taken(
    tmp_path: Path, make_images: MakeImages, column: str
) -> None:
    root = make_images(tmp_path / "d", [f"img/{name}" for name in NAMES])
    # `fold` stands beside another column of splits.
    head, more = ("path,split,fold", "train,") if column == "fold" else (f"path,{column}", "")
    rows = [f"img/{name},{more}{20 + at % 3}" for at, name in enumerate(NAMES)]
    write(root / "labels.csv", head, rows)
    for source in (root, root / "labels.csv"):
        with pytest.raises(UserError, match="--label-column") as caught:
            read_dataset(source)
        assert f"`{column}`" in str(caught.value)
    assert len(read_dataset(root, label_column=column).class_names) == 3


@pytest.mark.parametrize(
    "column", ["kind", "what", "name", "gender", "tumour", "site_class", "quality", "7"]
)
def test_any_other_column_that_is_left_is_the_label(
    tmp_path: Path, make_images: MakeImages, column: str
) -> None:
    root = make_images(tmp_path / "d", NAMES)
    rows = [f"{name},{CLASSES[at % 2]}" for at, name in enumerate(NAMES)]
    write(root / "labels.csv", f"path,{column}", rows)
    listing = read_dataset(root)
    assert Counter(r.label for r in listing.records) == {"cat": 6, "dog": 6}
    assert not listing.suspicions


def test_few_rows_of_many_classes_beside_another_column(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", NAMES)
    rows = [f"{name},species {at % 7},{'mf'[at % 2]}" for at, name in enumerate(NAMES)]
    write(root / "t.csv", "file,plante,sex", rows)
    with pytest.raises(UserError, match="`sex`, `plante` could"):
        read_dataset(root / "t.csv")
    write(root / "t.csv", "file,plante,site", rows)
    with pytest.raises(UserError, match="`plante`, `site` could"):
        read_dataset(root / "t.csv")


@pytest.mark.parametrize(
    "head",
    [
        "datei,klasse,jahr",
        "fichier,étiquette,source",
        "fichier,e\u0301tiquette,source",
        "imagen,clase,fuente",
        "immagine,classe,sito",
        "imagem,rótulo,origem",
        "图片,类别,来源",
        "画像,ラベル,機種",
        "file,taxon,camera",
        "file,taxonomy,person",
    ],
)
def test_labels_are_called_so_in_other_languages(
    tmp_path: Path, make_images: MakeImages, head: str
) -> None:
    root = make_images(tmp_path / "d", NAMES)
    rows = [f"{name},class {at % 8},{2020 + at % 2}" for at, name in enumerate(NAMES)]
    write(root / "t.csv", head, rows)
    listing = read_dataset(root / "t.csv")
    assert len(listing.class_names) == 8


GRADES = ("0.0", "0.3333333333333333", "0.6666666666666666", "1.0")


def graded(number: int) -> list[str]:
    return [f"{at:02d}.png,{GRADES[at % 4]},{CLASSES[at % 2]}" for at in range(number)]


@pytest.mark.parametrize("head", ["image,probs,type", ""])
def test_few_fractions_again_and_again_may_be_the_labels(
    tmp_path: Path, make_images: MakeImages, head: str
) -> None:
    """As in ELPV: how likely it is that a cell is defective, and what kind of cell it is."""
    root = make_images(tmp_path / "d", [f"{at:02d}.png" for at in range(24)])
    write(root / "t.csv", head or graded(24)[0], graded(24) if head else graded(24)[1:])
    with pytest.raises(UserError, match="not clear which column") as caught:
        read_dataset(root / "t.csv")
    columns = ("probs", "type") if head else ("column 2", "column 3")
    assert all(f"`{column}`" in str(caught.value) for column in columns)
    assert len(read_dataset(root / "t.csv", label_column=columns[0]).class_names) == 4


def test_fractions_beside_a_column_of_one_word_are_the_labels(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"{at:02d}.png" for at in range(24)])
    write(root / "t.csv", "image,probs,type", [row.replace("dog", "cat") for row in graded(24)])
    assert len(read_dataset(root / "t.csv").class_names) == 4


@pytest.mark.parametrize(
    ("column", "cell"), [("measured", "{:.2f}"), ("confidence", "0.{:.0f}5"), ("ratio", "{:.3f}")]
)
def test_measured_fractions_are_no_rivals(
    tmp_path: Path, make_images: MakeImages, column: str, cell: str
) -> None:
    root = make_images(tmp_path / "d", [f"{at:02d}.png" for at in range(24)])
    numbers = [cell.format(at % 2 if column == "confidence" else at * 0.37) for at in range(24)]
    rows = [f"{at:02d}.png,{CLASSES[at % 2]},{numbers[at]}" for at in range(24)]
    write(root / "t.csv", f"image,kind,{column}", rows)
    assert read_dataset(root / "t.csv").class_names == ["cat", "dog"]


@pytest.mark.parametrize(
    "sizes", ["width,height", "img_width,image_height", "w,h", "bytes,channels"]
)
def test_sizes_of_pictures_are_no_rivals(
    tmp_path: Path, make_images: MakeImages, sizes: str
) -> None:
    root = make_images(tmp_path / "d", NAMES)
    rows = [f"{name},{CLASSES[at % 2]},{640 + at % 3},480" for at, name in enumerate(NAMES)]
    write(root / "t.csv", f"image,angle,{sizes}", rows)
    assert read_dataset(root / "t.csv").class_names == ["cat", "dog"]


def test_a_width_in_words_may_be_the_label(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", NAMES)
    words = ("wide", "narrow")
    rows = [f"{n},{CLASSES[at % 2]},{words[at // 3 % 2]}" for at, n in enumerate(NAMES)]
    write(root / "t.csv", "image,angle,width", rows)
    with pytest.raises(UserError, match="`angle`, `width`"):
        read_dataset(root / "t.csv")
