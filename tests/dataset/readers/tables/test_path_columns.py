"""Which column names the files where numbers of rows and keys of a database could, too."""

import base64
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

NUMBER = 12
OTHER = [(at * 5 + 3) % NUMBER for at in range(NUMBER)]
"""Names of files in an order that is not that of the rows."""


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", [f"img/{at}.png" for at in range(NUMBER)])


def label(name: int) -> str:
    return ("cat", "dog")[name // 2 % 2]


RIGHT = {f"{name}.png": label(name) for name in range(NUMBER)}


def write(file: Path, header: str, rows: Sequence[Sequence[object]]) -> Path:
    file.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return file


def labels_of(source: Path, **said: str) -> tuple[dict[str, str], str, str]:
    """The labels, what is doubtful and what is noted."""
    listing = read_dataset(source, **said)  # type: ignore[arg-type]
    found = {record.file.name: record.label for record in listing.records}
    return found, " ".join(map(str, listing.suspicions)), " ".join(map(str, listing.warnings))


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("header", ["", "Unnamed: 0", "index", "row"])
@pytest.mark.parametrize("name", ["photo_no", "image", "id"])
def test_mere_row_numbers_name_no_files(folder: Path, header: str, name: str, first: int) -> None:
    rows = [(at + first, number, label(number)) for at, number in enumerate(OTHER)]
    found, doubts, notes = labels_of(write(folder / "t.csv", f"{header},{name},label", rows))
    assert (found, doubts) == (RIGHT, "")
    assert f"by column `{name}`" in notes and "only counts the rows" in notes


@pytest.mark.parametrize("name", ["photo", "picture_no", "image", "name"])
def test_a_telling_name_goes_before_an_id_and_both_are_said(folder: Path, name: str) -> None:
    rows = [(at, number, label(number)) for at, number in enumerate(OTHER)]
    file = write(folder / "t.csv", f"id,{name},label", rows)
    found, doubts, _ = labels_of(file)
    assert found == RIGHT
    assert f"by column `{name}`, but `id` names files" in doubts and "--path-column" in doubts
    assert labels_of(file, path_column=name)[:2] == (RIGHT, "")
    by_id, doubts, _ = labels_of(file, path_column="id")
    assert by_id != RIGHT and doubts == ""


def test_two_columns_of_which_none_tells_are_doubtful(folder: Path) -> None:
    rows = [(at, number, label(number)) for at, number in enumerate(OTHER)]
    found, doubts, _ = labels_of(write(folder / "t.csv", "id,serial,label", rows))
    assert found != RIGHT
    assert "by column `id`, but `serial` names files" in doubts


@pytest.mark.parametrize("header", ["id,number,label", ",id,label", "image,age,label"])
def test_columns_that_agree_or_repeat_are_no_choice(folder: Path, header: str) -> None:
    second = {"id,number,label": range(NUMBER), "image,age,label": [4, 5] * 6}
    numbers = second.get(header, range(NUMBER))
    rows = [(at, number, label(at)) for at, number in enumerate(numbers)]
    found, doubts, _ = labels_of(write(folder / "t.csv", header, rows))
    assert (found, doubts) == (RIGHT, "")


def test_numbers_of_classes_name_no_files(folder: Path) -> None:
    rows = [(at, at % 5) for at in range(NUMBER)]
    found, doubts, _ = labels_of(write(folder / "t.csv", "id,label", rows))
    assert found == {f"{at}.png": f"{at % 5}" for at in range(NUMBER)} and doubts == ""


def database(file: Path, names: str, images: Sequence[tuple[int, str]], given: str) -> Path:
    connection = sqlite3.connect(file)
    connection.execute(f"create table images({names})")
    connection.execute(f"create table labels({given})")
    connection.executemany("insert into images values(?, ?)", images)
    rows = [(key, label(int(Path(name).stem))) for key, name in images]
    connection.executemany("insert into labels values(?, ?)", rows)
    connection.commit()
    connection.close()
    return file


@pytest.mark.parametrize("first", [0, 1, 500])
def test_a_database_names_its_files_in_another_table(folder: Path, first: int) -> None:
    images = [(at + first, f"img/{number}.png") for at, number in enumerate(OTHER)]
    file = database(folder / "a.db", "id int, path text", images, "image_id int, label text")
    found, doubts, notes = labels_of(file)
    assert found == RIGHT
    if first == 500:
        assert doubts == "" and "`image_id` are named by `path` of `images`" in notes
    else:
        assert "`image_id` was taken for `id` of `images`" in doubts
        assert "--path-column image_id" in doubts
        by_number, doubts, _ = labels_of(file, path_column="image_id")
        assert by_number != RIGHT and doubts == ""


@pytest.mark.parametrize(
    ("names", "given"),
    [
        ("images.csv", "image_id,label"),
        ("files.csv", "id,image_id,category"),
        ("list.tsv", "img_id,label"),
    ],
)
@pytest.mark.parametrize("first", [0, 500])
def test_a_table_beside_names_the_files(folder: Path, names: str, given: str, first: int) -> None:
    sign = "\t" if names.endswith(".tsv") else ","
    text = [f"{at + first}{sign}{number}.png" for at, number in enumerate(OTHER)]
    (folder / names).write_text("\n".join([f"id{sign}file_name", *text]))
    rows: list[tuple[object, ...]] = [
        (at + first, label(number)) for at, number in enumerate(OTHER)
    ]
    if given.startswith("id,"):
        rows = [(at + 1000, *row) for at, row in enumerate(rows)]
    found, doubts, notes = labels_of(write(folder / "t.csv", given, rows))
    assert found == RIGHT
    assert f"`id` of `{names}`" in doubts if first == 0 else f"`file_name` of `{names}`" in notes
    assert bool(doubts) == (first == 0)


def test_a_table_beside_that_agrees_or_is_of_other_files_says_nothing(folder: Path) -> None:
    file = write(folder / "t.csv", "id,label", [(at, label(at)) for at in range(NUMBER)])
    same = [(at, f"{at}.png") for at in range(NUMBER)]
    gone = [(at, f"{at}_mask.png") for at in range(NUMBER)]
    for rows in (same, gone, same[:2]):
        write(folder / "other.csv", "id,file_name", rows)
        assert labels_of(file)[:2] == (RIGHT, "")


def test_masks_of_images_that_lie_deeper_are_no_images_unsaid(
    tmp_path: Path, make_images: MakeImages
) -> None:
    deep = [f"a/b/c/{at}.png" for at in range(NUMBER)]
    root = make_images(tmp_path / "deep", [*deep, *(f"masks/{at}_m.png" for at in range(NUMBER))])
    file = write(root / "t.csv", "image_id,label", [(at, label(at)) for at in range(NUMBER)])
    write(root / "other.csv", "image_id,file_name", [(at, name) for at, name in enumerate(deep)])
    assert labels_of(file)[:2] == (RIGHT, "")
    write(root / "other.csv", "image_id,file_name", [(at, f"{at}_m.png") for at in range(NUMBER)])
    assert "--path-column image_id" in labels_of(file)[1]
    assert labels_of(file, path_column="image_id")[:2] == (RIGHT, "")


def test_ids_of_two_tables_that_may_not_belong_together_are_doubtful(folder: Path) -> None:
    write(
        folder / "other.csv", "id,file_name", [(at + 99, f"{n}.png") for at, n in enumerate(OTHER)]
    )
    rows = [(at + 99, label(number)) for at, number in enumerate(OTHER)]
    found, doubts, _ = labels_of(write(folder / "t.csv", "id,label", rows))
    assert found == RIGHT and "If the two tables do not belong together" in doubts


LABEL_STUDIO = [
    "/data/local-files/?d=img%5C{}.png",
    "http://localhost:8080/data/local-files/?d=img/{}.png",
    "http://ls.corp/data/upload/1/0a1b2c3d-{}.png",
]
WRAPPED = ["'{}.png'", "PosixPath('img/{}.png')", '<img src="img/{}.png">', "{{'path': '{}.png'}}"]


@pytest.mark.parametrize("written", [*LABEL_STUDIO, *WRAPPED])
def test_a_name_with_something_around_it_goes_before_a_running_id(
    folder: Path, written: str
) -> None:
    rows = [(at, written.format(number), label(number)) for at, number in enumerate(OTHER)]
    found, doubts, _ = labels_of(write(folder / "t.csv", "id,image,label", rows))
    assert (found, doubts) == (RIGHT, "")


def test_a_file_in_a_store_of_label_studio_goes_before_a_running_id(folder: Path) -> None:
    def stored(number: int) -> str:
        key = base64.b64encode(f"s3://bucket/img/{number}.png".encode()).decode()
        return f"/tasks/{number + 3}/resolve/?fileuri={key}"

    rows = [(at, stored(number), label(number)) for at, number in enumerate(OTHER)]
    found, doubts, _ = labels_of(write(folder / "t.csv", "id,image,label", rows))
    assert (found, doubts) == (RIGHT, "")


@pytest.mark.parametrize("place", ["img", "a"])
@pytest.mark.parametrize("header", ["id,url,label", "number,link,label"])
def test_web_addresses_that_end_like_the_files_go_before_an_id(
    folder: Path, header: str, place: str
) -> None:
    rows = [(at, f"https://x.org/{place}/{n}.png", label(n)) for at, n in enumerate(OTHER)]
    file = write(folder / "t.csv", header, rows)
    number, address, _ = header.split(",")
    found, doubts, _ = labels_of(file)
    assert found == RIGHT
    assert f"by column `{address}`, but `{number}` names files" in doubts
    assert labels_of(file, path_column=address)[:2] == (RIGHT, "")


@pytest.mark.parametrize(
    "header, written",
    [
        ("id,url,label", "https://x.org/get?name={}.png"),
        ("n,photo,label", "photo {}"),
        ("id,file,label", "IMG_{}"),
    ],
)
def test_texts_that_speak_of_other_files_make_an_id_doubtful(
    folder: Path, header: str, written: str
) -> None:
    rows = [(at, written.format(number), label(number)) for at, number in enumerate(OTHER)]
    _, doubts, _ = labels_of(write(folder / "t.csv", header, rows))
    assert f"`{header.split(',')[1]}` names files that are there too" in doubts


@pytest.mark.parametrize(
    "written",
    [
        "https://farm.example/{}_o.jpg",
        "https://x.org/photos/{}/medium.jpg",
        "https://x.org/img/{}.png",
        "photo {}",
    ],
)
def test_an_id_beside_addresses_that_name_no_other_files_is_not_doubted(
    folder: Path, written: str
) -> None:
    agrees = "." not in written or written.endswith("img/{}.png")
    rows = [(at, written.format(at if agrees else at + 1000), label(at)) for at in range(NUMBER)]
    found, doubts, notes = labels_of(write(folder / "t.csv", "id,photo,label", rows))
    assert (found, doubts) == (RIGHT, "") and "end of their path" not in notes
