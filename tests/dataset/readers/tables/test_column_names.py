"""Names of columns as people and programs write them."""

from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.tables.column_names import KNOWN_NAMES, plain_name
from tests.dataset.conftest import MakeImages

NUMBER = 24


@pytest.mark.parametrize(
    ("column", "plain"),
    [
        *(("isDeleted", "is_deleted"), ("DeleteFlag", "delete_flag"), ("isTEST", "is_test")),
        *(("QCStatus", "qc_status"), ("MDSCode", "mds_code"), ("HTMLFile", "html_file")),
        *(("URL", "url"), ("URLs", "urls"), ("imageURLs", "image_urls"), ("IDs", "ids")),
        *(("TEST", "test"), ("X1", "x1"), ("istGelöscht", "ist_gelöscht")),
        *(("Finding Labels", "finding_labels"), ("FindingLabels", "finding_labels")),
        *(("Answer.imageLabel", "image_label"), ("INPUT:imageUrl", "image_url")),
        # Usual names without a `_` stay what they are.
        *(("ImageID", "imageid"), ("patientId", "patientid"), ("fileName", "filename")),
    ],
)
def test_capitals_part_words_but_acronyms_stay_whole(column: str, plain: str) -> None:
    assert plain_name(column) == plain


def test_usual_names_are_plain() -> None:
    assert {plain_name(name) for name in KNOWN_NAMES} == KNOWN_NAMES


@pytest.fixture
def root(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", [f"{at}.png" for at in range(NUMBER)])


def write(root: Path, header: str, rows: list[str]) -> Path:
    (root / "t.csv").write_text("\n".join([header, *rows]))
    return root / "t.csv"


def given(at: int) -> str:
    return ("cat", "dog")[at % 2]


@pytest.mark.parametrize(("name", "yes"), [("isTest", "test"), ("isTrain", "train")])
def test_splits_of_yes_and_no(root: Path, name: str, yes: str) -> None:
    rows = [f"{at}.png,{given(at)},{at < 6}" for at in range(NUMBER)]
    records = read_dataset(write(root, f"path,label,{name}", rows)).records
    assert Counter(record.split for record in records)[yes] == 6


@pytest.mark.parametrize("name", ["lesionId", "VideoID", "slideId", "caseId"])
def test_groups_are_offered(root: Path, name: str) -> None:
    rows = [f"{at}.png,{given(at)},P{at // 3}" for at in range(NUMBER)]
    columns = read_dataset(write(root, f"path,label,{name}", rows)).reading.columns
    assert columns is not None
    assert columns.group_candidates == ((name, 8),)


@pytest.mark.parametrize("name", ["annotatorId", "RaterID", "createdBy", "labelerId"])
def test_rows_of_several_people_are_their_votes(root: Path, name: str) -> None:
    people = ("ann", "bob", "eve")
    rows = [
        f"{at}.png,{given(at + (person == 'eve'))},{person}"
        for at in range(NUMBER)
        for person in people
    ]
    listing = read_dataset(write(root, f"path,label,{name}", rows))
    assert listing.annotators == list(people)
    assert [record.label for record in listing.records] == [given(at) for at in range(NUMBER)]
    assert not listing.suspicions


@pytest.mark.parametrize("name", ["labelName", "categoryName", "ClassLabel"])
def test_labels_are_known_beside_other_columns_and_no_header_is_guessed(
    root: Path, name: str
) -> None:
    weather = ("sun", "rain", "fog")
    rows = [f"{at}.png,{given(at)},{weather[at % 3]}" for at in range(NUMBER)]
    listing = read_dataset(write(root, f"imageName,{name},weather", rows))
    assert [record.label for record in listing.records] == [given(at) for at in range(NUMBER)]
    assert not any("header" in str(said) for said in listing.warnings)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        *(("Datei", "Ergebnis"), ("Bildname", "Klasse"), ("Fichier", "Classe")),
        *(("Image", "Verdict"), ("ファイル名", "判定"), ("文件名", "结果"), ("archivo", "clase")),
    ],
)
def test_names_of_other_languages_without_suffixes(root: Path, path: str, label: str) -> None:
    people = ("Müller", "Schmidt")
    rows = [f"{at},{given(at)},{people[at // 5 % 2]}" for at in range(NUMBER)]
    (root / "t.csv").write_text("\n".join([f"{path},{label},von", *rows]), encoding="utf-8")
    for source in (root, root / "t.csv"):
        records = read_dataset(source).records
        assert [record.label for record in records] == [given(at) for at in range(NUMBER)]


@pytest.mark.parametrize("name", ["finding", "Findings", "Finding"])
def test_a_finding_is_the_label_where_nothing_else_is_called_one(root: Path, name: str) -> None:
    sides = [f"{at}.png,{'MF'[at // 2 % 2]},{given(at)}" for at in range(NUMBER)]
    assert read_dataset(write(root, f"file,sex,{name}", sides)).class_names == ["cat", "dog"]
    # Beside a diagnosis it is not meant, nor where it is the text of a report.
    said = [f"{row},{'xy'[at // 3 % 2]}" for at, row in enumerate(sides)]
    listing = read_dataset(write(root, f"file,sex,{name},diagnosis", said))
    assert listing.class_names == ["x", "y"] and not listing.suspicions
    texts = [f"{at}.png,text {at} of this,{given(at)}" for at in range(NUMBER)]
    assert read_dataset(write(root, f"file,{name},tb", texts)).class_names == ["cat", "dog"]


def test_a_label_may_be_the_name_of_its_image(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "set", ["cat.png", "dog.png", "cow.png"])
    rows = ["cat.png,cat,1", "dog.png,dog,1", "cow.png,cow,2"]
    assert read_dataset(write(root, "path,label,side", rows)).class_names == ["cat", "cow", "dog"]
