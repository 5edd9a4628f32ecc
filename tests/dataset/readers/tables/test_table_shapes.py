"""Tables as R, spreadsheets, shell scripts and other tools write them; files in other places."""

import bz2
import gzip
import lzma
from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.files.file_index import FileIndex
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

ROWS = [(f"{i:02d}.png", ("cat", "dog")[i % 2]) for i in range(12)]
BODY = "path,label\n" + "".join(f"{path},{label}\n" for path, label in ROWS)


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", [path for path, _ in ROWS])


def read(folder: Path, text: str, name: str = "t.csv", **options: str) -> Listing:
    (folder / name).write_text(text, encoding="utf-8")
    return read_dataset(folder / name, **options)  # type: ignore[arg-type]


def pairs(listing: Listing) -> list[tuple[str, str]]:
    return [(record.file.name, record.label) for record in listing.records]


def test_names_of_rows_as_r_writes_them(folder: Path) -> None:
    rows = "".join(f'"{i + 1}","{path}","{label}"\n' for i, (path, label) in enumerate(ROWS))
    assert pairs(read(folder, '"path","label"\n' + rows)) == ROWS
    blank = '"path" "label"\n' + rows.replace(",", " ")
    assert pairs(read(folder, blank, "t.txt")) == ROWS


@pytest.mark.parametrize(
    "above",
    [
        "# exported 2024-05-01\n",
        "# one\n# two\n\n",
        "Labels of camera 3\n\n",
        "Labels of camera 3,\nsecond line,\n",
        "\n\n",
        "Project,Camera 3\nDate,2024-05-01\nUser,Ann\n\n",
        "Class,Ann\n",
    ],
)
def test_comments_and_titles_above_the_header(folder: Path, above: str) -> None:
    assert pairs(read(folder, above + BODY)) == ROWS


def test_keys_and_values_above_the_header_are_named(folder: Path) -> None:
    [said] = [
        str(text)
        for text in read(folder, "Project,Camera 3\nUser,Ann\n" + BODY).warnings
        if "above the header" in str(text)
    ]
    assert "Project: Camera 3, User: Ann" in said


@pytest.mark.parametrize("cells", ["path,label", "x,y"])
def test_rows_that_hold_names_of_columns_stay(folder: Path, cells: str) -> None:
    rows = [f"{path.removesuffix('.png')},{label}\n" for path, label in ROWS]
    assert len(read(folder, f"path,label\n{cells}\n" + "".join(rows)).records) == len(ROWS)


def test_header_behind_a_comment_sign(folder: Path) -> None:
    assert pairs(read(folder, "#" + BODY)) == ROWS
    assert pairs(read(folder, "# filename class\n" + blanks("{1} {2}\n"), "t.txt")) == ROWS


def blanks(line: str) -> str:
    return "".join(line.format(i + 1, path, label) for i, (path, label) in enumerate(ROWS))


@pytest.mark.parametrize("line", ["{0} {1} {2}\n", "{0}\t0.0\t{1}\t{2}\n", "{1}   {2}\n"])
def test_lists_with_and_without_a_number_before(folder: Path, line: str) -> None:
    assert pairs(read(folder, blanks(line), "t.lst")) == ROWS


def test_index_label_path_as_mxnet_writes_it(folder: Path) -> None:
    text = "".join(f"{i}\t{i % 2}.000000\t{path}\n" for i, (path, _) in enumerate(ROWS))
    assert pairs(read(folder, text, "t.lst")) == [(p, str(i % 2)) for i, (p, _) in enumerate(ROWS)]


def test_paths_with_blanks_before_the_label(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["my cat 1.png", "my dog 2.png"])
    listing = read(root, "my cat 1.png cat\nmy dog 2.png dog\n", "t.txt")
    assert pairs(listing) == [("my cat 1.png", "cat"), ("my dog 2.png", "dog")]


def test_list_of_names_without_suffix_has_no_header(folder: Path) -> None:
    text = "".join(f"{path[:-4]} {label} 1 7\n" for path, label in ROWS)
    assert pairs(read(folder, text, "t.txt", label_column="2")) == ROWS
    with pytest.raises(UserError, match="--label-column"):
        read(folder, "".join(f"{p} {i % 2} {i % 2 + 1} 5\n" for i, (p, _) in enumerate(ROWS)))


LETTERED = [(f"ima{'abcdefghijkl'[i]}", label) for i, (_, label) in enumerate(ROWS)]


@pytest.fixture
def lettered(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "letters", [f"img/{name}.png" for name, _ in LETTERED])


@pytest.mark.parametrize("sign", [",", "\t", " "])
def test_a_first_line_that_names_an_image_is_no_header(lettered: Path, sign: str) -> None:
    text = "".join(f"{name}{sign}{label}\n" for name, label in LETTERED)
    listing = read(lettered, text)
    assert pairs(listing) == [(f"{name}.png", label) for name, label in LETTERED]
    assert listing.suspicions == []
    said = " ".join(map(str, listing.warnings))
    assert "has no header" in said and "taken for its header" not in said
    assert read(lettered, text, label_column="2", path_column="1").records == listing.records
    # Who names a column by it takes it for the header.
    assert len(read(lettered, text, label_column="cat").records) == len(LETTERED) - 1


def test_a_first_line_that_names_an_image_and_no_class_is_doubtful(lettered: Path) -> None:
    rows = "".join(f"{name},{label}\n" for name, label in LETTERED[1:])
    (doubt,) = map(str, read(lettered, "imaa,rare\n" + rows).suspicions)
    assert "but `imaa` is an image" in doubt and "`path,label`" in doubt
    assert read(lettered, "Bild,Klasse\n" + rows).suspicions == []


def test_names_with_unquoted_commas_are_said(folder: Path) -> None:
    rows = "".join(f"a,{path},{label}\n" for path, label in ROWS)
    with pytest.raises(UserError) as caught:
        read(folder, "path,label\n" + rows)
    assert "None of the 12 rows" in str(caught.value) and "quotation marks" in str(caught.value)
    assert "`a`: the line has 3 cells, the header 2" in str(caught.value)


def test_id_beside_a_web_address(folder: Path) -> None:
    head = "image_id,url,label\n"
    rows = "".join(f"{p[:-4]},https://x.org/photos/{i}.jpg,{c}\n" for i, (p, c) in enumerate(ROWS))
    assert pairs(read(folder, head + rows)) == ROWS


@pytest.mark.parametrize("label", ["dx", "Finding Labels", "Diagnosis", "breed"])
def test_what_labels_are_called_in_a_field(folder: Path, label: str) -> None:
    rows = "".join(f"{p},{c},{i % 3},t{i % 4}\n" for i, (p, c) in enumerate(ROWS))
    assert pairs(read(folder, f"image,{label},visit,site\n{rows}")) == ROWS


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_tables(folder: Path, pack: object) -> None:
    suffix = {"compress": ".gz"}.get("", "")
    for module, suffix in ((gzip, ".gz"), (bz2, ".bz2"), (lzma, ".xz")):
        if module.compress is pack:
            (folder / f"t.csv{suffix}").write_bytes(module.compress(BODY.encode()))
            assert pairs(read_dataset(folder / f"t.csv{suffix}")) == ROWS
            assert pairs(read_dataset(folder)) == ROWS


def test_damaged_compressed_table_is_refused(folder: Path) -> None:
    (folder / "t.csv.gz").write_bytes(gzip.compress(BODY.encode())[:-12])
    with pytest.raises(UserError, match="cannot be unpacked"):
        read_dataset(folder / "t.csv.gz")
    (folder / "t.tar.gz").write_bytes(b"x")
    with pytest.raises(UserError, match="cannot be unpacked"):
        read_dataset(folder / "t.tar.gz")


WORDS = {
    "cp1251": ["красная лиса", "серый волк", "бурый медведь", "белый заяц"],
    "cp932": ["赤い狐の写真", "灰色の狼です", "茶色のくまさん", "白いうさぎ"],
    "gb18030": ["红色的狐狸图片", "灰色的狼在这里", "棕色的熊很大", "白色的兔子"],
    "cp1250": ["żółta łódź", "źrebię śpi", "święto książki", "gęś i łabędź"],
}


@pytest.mark.parametrize("encoding", WORDS)
def test_encodings_are_guessed_and_can_be_chosen(folder: Path, encoding: str) -> None:
    words = WORDS[encoding]
    rows = [f"{path},{words[i % 4]}" for i, (path, _) in enumerate(ROWS)]
    (folder / "t.csv").write_bytes("\n".join(["path,label", *rows]).encode(encoding))
    guessed = read_dataset(folder / "t.csv")
    assert set(guessed.class_names) == set(words)
    assert f"read as {encoding}" in str(guessed.warnings[0])
    chosen = read_dataset(folder / "t.csv", encoding=encoding)
    assert set(chosen.class_names) == set(words) and chosen.warnings == []


def test_wrong_encoding_is_refused(folder: Path) -> None:
    (folder / "t.csv").write_text(BODY.replace("cat", "Kätzchen"), encoding="cp1252")
    for encoding in ("utf-8", "klingon"):
        with pytest.raises(UserError, match=f"is not {encoding} text"):
            read_dataset(folder / "t.csv", encoding=encoding)


@pytest.mark.parametrize(
    "before",
    ["D:\\proj\\data\\", "/mnt/nas/proj/data/", "s3://bucket/data/", "gs://b/", "proj/data/"],
)
def test_paths_of_another_machine_are_found_by_their_end(
    tmp_path: Path, make_images: MakeImages, before: str
) -> None:
    root = make_images(tmp_path / "d", [f"img/{path}" for path, _ in ROWS])
    sign = "\\" if "\\" in before else "/"
    listing = read(root, "path,label\n" + "".join(f"{before}img{sign}{p},{c}\n" for p, c in ROWS))
    assert pairs(listing) == ROWS
    assert any("by the end of their path" in str(warning) for warning in listing.warnings)


def test_names_that_come_in_every_class_are_found_in_good_time(tmp_path: Path) -> None:
    """A comparison with each file of the name took a hundred seconds for as many thousand rows."""
    for number in range(60):
        (tmp_path / f"class {number}").mkdir()
        for i in range(40):
            (tmp_path / f"class {number}" / f"{i}.png").touch()
    index = FileIndex(tmp_path)
    found = [index.match(f"D:\\x\\class {n}\\{i}.png") for n in range(60) for i in range(40)]
    assert all(match is not None and match.common == 2 for match in found)


def test_paths_quoted_as_in_an_address(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["img/my cat.png", "img/dög.png"])
    listing = read(root, "path,label\nimg/my%20cat.png,cat\nimg/d%C3%B6g.png,dog\n")
    assert pairs(listing) == [("my cat.png", "cat"), ("dög.png", "dog")]


def test_images_in_several_folders(tmp_path: Path, make_images: MakeImages) -> None:
    places = [f"part_{1 + i // 6}/images/{path}" for i, (path, _) in enumerate(ROWS)]
    root = make_images(tmp_path / "d", places)
    assert pairs(read(root, BODY)) == ROWS
    stems = "image_id,label\n" + "".join(f"{path[:-4]},{label}\n" for path, label in ROWS)
    assert pairs(read(root, stems)) == ROWS
    assert pairs(read_dataset(root)) == ROWS


def test_an_end_that_fits_several_files_is_not_guessed(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", ["x/a/1.png", "x/b/1.png", "x/b/2.png"])
    listing = read(root, "path,label\n1.png,cat\n2.png,dog\n")
    assert pairs(listing) == [("2.png", "dog")]
    assert "2 files end like this path" in str(listing.skipped[0].reason)


def test_same_names_in_two_folders_are_doubtful(tmp_path: Path, make_images: MakeImages) -> None:
    places = [f"{folder}/{path}" for folder in ("images", "masks") for path, _ in ROWS]
    root = make_images(tmp_path / "d", places)
    assert any("`masks` too" in str(doubt) for doubt in read(root, BODY).suspicions)
    listing = read_dataset(root / "t.csv", image_root=root / "images")
    assert listing.suspicions == [] and pairs(listing) == ROWS


def test_a_missing_file_is_not_taken_for_another_of_its_name(
    tmp_path: Path, make_images: MakeImages
) -> None:
    """`cat/1.png` is gone; `dog/1.png` is another picture."""
    root = make_images(tmp_path / "d", ["dog/1.png", "dog/2.png", "cat/2.png"])
    for before in ("", "/old/place/", "D:\\place\\"):
        rows = [("cat/1.png", "cat"), ("dog/1.png", "dog"), ("dog/2.png", "dog")]
        rows.append(("cat/2.png", "cat"))
        listing = read(root, "path,label\n" + "".join(f"{before}{p},{c}\n" for p, c in rows))
        assert [str(r.file.relative_to(root).as_posix()) for r in listing.records] == [
            "dog/1.png",
            "dog/2.png",
            "cat/2.png",
        ]
        assert [entry.path for entry in listing.skipped] == [f"{before}cat/1.png"]
        only = read(root, "path,label\ncat/1.png,cat\ndog/2.png,dog\n")
        assert [entry.path for entry in only.skipped] == ["cat/1.png"]


def test_image_root_lets_the_name_alone_decide(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "images", [path for path, _ in ROWS])
    (tmp_path / "t").mkdir()
    text = "path,label\n" + "".join(f"old/{label}/{path},{label}\n" for path, label in ROWS)
    (tmp_path / "t" / "t.csv").write_text(text)
    with pytest.raises(UserError, match="--image-root"):
        read_dataset(tmp_path / "t" / "t.csv")
    assert pairs(read_dataset(tmp_path / "t" / "t.csv", image_root=root)) == ROWS


def test_paths_that_leave_the_dataset_are_said(tmp_path: Path, make_images: MakeImages) -> None:
    make_images(tmp_path / "elsewhere" / "far", ["1.png"])
    root = make_images(tmp_path / "a" / "d", ["2.png"])
    text = "path,label\n../../elsewhere/far/1.png,cat\n2.png,dog\n"
    listing = read(root, text)
    assert len(listing.records) == 2
    assert ["lead out of the dataset" in str(doubt) for doubt in listing.suspicions] == [True]


@pytest.mark.parametrize("shelf", ["annotations", "meta", "labels"])
def test_table_on_a_shelf_beside_the_images(
    tmp_path: Path, make_images: MakeImages, shelf: str
) -> None:
    root = make_images(tmp_path / "d", [f"images/{path}" for path, _ in ROWS])
    (root / shelf).mkdir()
    (root / shelf / "anything.csv").write_text(BODY)
    assert pairs(read_dataset(root)) == ROWS


def test_a_table_in_each_split_folder(tmp_path: Path, make_images: MakeImages) -> None:
    """As Roboflow exports a classification."""
    places = [f"{('train', 'valid')[i % 2]}/{path}" for i, (path, _) in enumerate(ROWS)]
    root = make_images(tmp_path / "d", places)
    for part, name in enumerate(("train", "valid")):
        rows = [f"{ROWS[i][0]}, {int(i % 4 < 2)}, {int(i % 4 > 1)}" for i in range(part, 12, 2)]
        (root / name / "_classes.csv").write_text("\n".join(["filename, cat, dog", *rows]))
    listing = read_dataset(root)
    assert Counter((r.split, r.label) for r in listing.records) == {
        ("train", "cat"): 3,
        ("train", "dog"): 3,
        ("valid", "cat"): 3,
        ("valid", "dog"): 3,
    }


def test_cells_longer_than_any_path(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["a/0.png"])
    text = f"path,label\nnowhere/{'9' * 5000},cat\na/0.png,dog\n"
    assert read(root, text).class_names == ["dog"]
