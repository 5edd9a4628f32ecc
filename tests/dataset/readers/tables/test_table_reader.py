"""Tables of path and label, written by the csv module, by pandas and by hand."""

import codecs
import csv
import json
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

ROWS = [("img/1.png", "cat"), ("img/2.png", "dog"), ("img/3.png", "cat"), ("img/10.png", "dog")]


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "set", [path for path, _ in ROWS])


def write(folder: Path, text: str, name: str = "labels.csv", encoding: str = "utf-8") -> Path:
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


def pairs(listing: Listing) -> list[tuple[str, str]]:
    return [(record.path, record.label) for record in listing.records]


def table(delimiter: str = ",", header: str = "path,label", end: str = "\n") -> str:
    lines = [header.replace(",", delimiter)] if header else []
    return end.join([*lines, *(delimiter.join(row) for row in ROWS)]) + end


def test_rows_keep_their_order_and_paths(folder: Path) -> None:
    listing = read_dataset(write(folder, table()))
    assert listing.reader == "table" and listing.root == folder
    assert pairs(listing) == ROWS
    assert listing.class_names == ["cat", "dog"]
    assert listing.records[0].file == folder / "img" / "1.png"
    assert listing.warnings == listing.skipped == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt"])
def test_delimiter_is_found_whatever_the_suffix(folder: Path, delimiter: str, name: str) -> None:
    assert pairs(read_dataset(write(folder, table(delimiter), name))) == ROWS


def test_space_separated_list_without_header(folder: Path) -> None:
    assert pairs(read_dataset(write(folder, table(" ", header=""), "train.txt"))) == ROWS


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(folder: Path, mark: bytes, encoding: str, end: str) -> None:
    text = table(end=end).replace("cat", "Kätzchen")
    (folder / "a.csv").write_bytes(mark + text.encode(encoding))
    listing = read_dataset(folder / "a.csv")
    assert listing.class_names == ["Kätzchen", "dog"] or listing.class_names == ["dog", "Kätzchen"]
    assert len(listing.records) == 4 and listing.warnings == []


def test_latin_1_is_read_and_said(folder: Path) -> None:
    listing = read_dataset(write(folder, table().replace("cat", "Kätzchen"), encoding="latin-1"))
    assert "Kätzchen" in listing.class_names
    assert "not UTF-8" in str(listing.warnings[0])


def test_binary_file_is_refused(folder: Path) -> None:
    (folder / "a.csv").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(UserError, match="not text"):
        read_dataset(folder / "a.csv")


@pytest.mark.parametrize("text", ["", "\n\n", "path,label\n", "\ufeff"])
def test_empty_tables(folder: Path, text: str) -> None:
    with pytest.raises(UserError):
        read_dataset(write(folder, text))


def test_one_column_is_no_table(folder: Path) -> None:
    with pytest.raises(UserError, match="only one column"):
        read_dataset(write(folder, "path\nimg/1.png\nimg/2.png\n"))


def test_quotes_commas_and_line_breaks_in_cells(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "q", ['a, "b".png' if sys.platform != "win32" else "a, b.png"])
    name = next(root.iterdir()).name
    with (root / "l.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerows([["path", "note", "label"], [name, "two\nlines, one; cell", "x, y"]])
    assert pairs(read_dataset(root / "l.csv")) == [(name, "x, y")]


def test_unclosed_quotation_mark_names_the_line(folder: Path) -> None:
    for rest in ("x" * (1 << 21), "and more\nof it\n"):
        with pytest.raises(UserError, match=r"at line 6 or before.*quotation mark"):
            read_dataset(write(folder, table() + 'img/1.png,"cat\n' + rest))


@pytest.mark.parametrize(
    ("delimiter", "lines"),
    [
        (",", {0: 'img/1.png,"cat', 2: 'img/3.png,"cat'}),
        ("\t", {1: 'img/2.png\t"dog', 2: 'img/3.png\t"cat'}),
        (",", {1: 'img/2.png,"dog'}),
        (",", {0: 'img/1.png,"cat', 1: '"img/2.png",dog'}),
        (",", {3: 'img/10.png,"dog'}),
        (",", {0: '"img/1.png,cat'}),
        (";", {0: '"img/1.png";"cat', 1: '"img/2.png";"dog"', 3: '"img/10.png";"dog"'}),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_unclosed_quotation_mark_takes_in_no_rows(
    folder: Path, delimiter: str, lines: dict[int, str], end: str
) -> None:
    body = [lines.get(at, delimiter.join(row)) for at, row in enumerate(ROWS)]
    text = end.join([f"path{delimiter}label", *body, ""])
    listing = read_dataset(write(folder, text))
    assert pairs(listing) == ROWS
    odd = [line for line in lines.values() if line.count('"') % 2]
    said = [str(w) for w in listing.warnings if "never closed" in str(w)]
    assert len(said) == 1 and f"without it: {len(odd)} (" in said[0]


def test_unclosed_quotation_mark_above_quoted_cells(folder: Path) -> None:
    rows = [
        'img/1.png,"cat,0',
        'img/2.png,5" disk,1',
        'img/3.png,"cat, small",2',
        'img/10.png,"two\nlines",3',
    ]
    listing = read_dataset(write(folder, "\n".join(["path,label,size", *rows, ""])))
    assert [record.label for record in listing.records] == [
        *("cat", '5" disk', "cat, small", "two\nlines")
    ]


def test_unclosed_quotation_mark_among_ids(tmp_path: Path, make_images: MakeImages) -> None:
    make_images(tmp_path, [f"{number}.png" for number in range(6)])
    rows = ["0,cat", '1,"dog', "2,cat", '3,"dog, big"', "4,cat", "5,dog"]
    listing = read_dataset(write(tmp_path, "\n".join(["id,label", *rows])))
    assert [record.label for record in listing.records] == [
        *("cat", "dog", "cat", "dog, big", "cat", "dog")
    ]


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_cells_in_single_quotes(folder: Path, header: bool, delimiter: str) -> None:
    more = ", small" if delimiter == "," else " small"
    rows = [[f"'{path}'", f"'{label}{more}'"] for path, label in ROWS]
    lines = [["'path'", "'label'"], *rows] if header else rows
    text = "\n".join(map(delimiter.join, lines)) + "\n"
    listing = read_dataset(write(folder, text))
    assert pairs(listing) == [(path, label + more) for path, label in ROWS]


@pytest.mark.parametrize("name", ["hen's tooth", "'quoted'"])
def test_apostrophes_in_names_stay(folder: Path, name: str) -> None:
    text = table().replace("cat", name)
    assert set(read_dataset(write(folder, text)).class_names) == {name, "dog"}


@pytest.mark.parametrize("ids", [True, False])
@pytest.mark.parametrize("comment", ["seen\nb, 5", "seen\n3, top", "\n7, 8", "a\nb5, c"])
def test_comments_that_end_like_a_row_stay(
    tmp_path: Path, make_images: MakeImages, ids: bool, comment: str
) -> None:
    make_images(tmp_path, [f"{number}.png" for number in range(6)])
    rows = [[f"{n}" if ids else f"{n}.png", comment, f"c{n % 2}"] for n in range(6)]
    with (tmp_path / "l.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["id", "note", "label"], *rows])
    listing = read_dataset(tmp_path / "l.csv")
    assert pairs(listing) == [(row[0], row[2]) for row in rows] and listing.warnings == []


@pytest.mark.parametrize("comment", ["two\nlines", "a, b\nc, d\ne, f", "\n\n", "x\n12, 14, 3"])
def test_comments_of_several_lines_stay(folder: Path, comment: str) -> None:
    with (folder / "l.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(
            [["path", "note", "label"], *((path, comment, label) for path, label in ROWS)]
        )
    listing = read_dataset(folder / "l.csv")
    assert pairs(listing) == ROWS and listing.warnings == []


def test_pandas_writes_it(folder: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS, columns=["filename", "class"])
    frame.to_csv(folder / "with_index.csv")
    frame.to_csv(folder / "plain.tsv", sep="\t", index=False, encoding="utf-16")
    for name in ("with_index.csv", "plain.tsv"):
        assert pairs(read_dataset(folder / name)) == ROWS


@pytest.mark.parametrize("path_name", ["path", "File Name", "image_id", "IMG", "image-path"])
@pytest.mark.parametrize("label_name", ["label", "Class", "target", "category_name", "y"])
def test_usual_column_names(folder: Path, path_name: str, label_name: str) -> None:
    text = table(header=f"{path_name},{label_name}")
    assert pairs(read_dataset(write(folder, text))) == ROWS


def test_path_column_is_known_by_its_cells(folder: Path) -> None:
    text = "species,what\n" + "".join(f"{label},{path}\n" for path, label in ROWS)
    assert pairs(read_dataset(write(folder, text))) == ROWS


def test_several_label_columns_are_listed_with_the_option(folder: Path) -> None:
    lines = [f"{path},{n},{label},{label}" for n, (path, label) in enumerate(ROWS)]
    file = write(folder, "\n".join(["path,index,clean,worse", *lines]))
    with pytest.raises(UserError) as caught:
        read_dataset(file)
    message = str(caught.value)
    assert "`clean`, `worse` could" in message and "--label-column" in message
    assert "index" not in message and caught.value.code == "ambiguous_column"
    assert pairs(read_dataset(file, label_column="worse")) == ROWS
    assert pairs(read_dataset(file, label_column="CLEAN")) == ROWS
    assert pairs(read_dataset(file, label_column="4")) == ROWS


ONE_NAME = [
    ("label,Label", "label", "Label"),
    ("Label,LABEL", "Label", "LABEL"),
    ("label,label", "label", "label (2)"),
    ("label,label ", "label", "label (2)"),
    ("label,label.1", "label", "label.1"),
]


@pytest.mark.parametrize(("header", "first", "second"), ONE_NAME)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_label_columns_of_one_name_that_differ_are_listed(
    folder: Path, header: str, first: str, second: str, form: str
) -> None:
    rows = [("path", *header.split(",")), *((p, c, "xyxx"[n]) for n, (p, c) in enumerate(ROWS))]
    file = write_cells(folder / f"labels.{form}", rows)
    with pytest.raises(UserError) as caught:
        read_dataset(file)
    assert caught.value.code == "ambiguous_column"
    assert f"`{first}`, `{second}` could" in str(caught.value)
    assert pairs(read_dataset(file, label_column=first)) == ROWS
    for choice in (second, "3"):
        assert [c for _, c in pairs(read_dataset(file, label_column=choice))] == [*"xyxx"]


@pytest.mark.parametrize(("header", "first", "second"), ONE_NAME)
def test_columns_of_one_name_that_agree_are_no_choice(
    folder: Path, header: str, first: str, second: str
) -> None:
    rows = [("path", *header.split(",")), *((path, label, f"{label} ") for path, label in ROWS)]
    listing = read_dataset(write_cells(folder / "labels.csv", rows))
    assert pairs(listing) == ROWS and listing.warnings == listing.suspicions == []
    assert listing.reading.columns is not None and listing.reading.columns.label == first


def test_path_columns_of_one_name_that_differ_ask(folder: Path) -> None:
    others = [path for path, _ in reversed(ROWS)]
    rows = [("path", "Path", "label"), *((p, o, c) for (p, c), o in zip(ROWS, others, strict=True))]
    file = write_cells(folder / "labels.csv", rows)
    with pytest.raises(UserError, match="--path-column"):
        read_dataset(file)
    assert pairs(read_dataset(file, path_column="path")) == ROWS
    assert [path for path, _ in pairs(read_dataset(file, path_column="Path"))] == others


def write_cells(file: Path, rows: Sequence[Sequence[str]]) -> Path:
    if file.suffix == ".csv":
        file.write_text("\n".join(map(",".join, rows)))
        return file
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file


def test_unknown_column_lists_those_there_are(folder: Path) -> None:
    with pytest.raises(UserError, match=r"has no column `breed`\. Its columns are `path`, `label`"):
        read_dataset(write(folder, table()), label_column="breed")
    with pytest.raises(UserError, match="--path-column"):
        read_dataset(write(folder, table()), path_column="where")
    with pytest.raises(UserError, match="--split-column"):
        read_dataset(write(folder, table()), split_column="part")


def test_coordinates_are_no_labels(folder: Path) -> None:
    lines = [f"{path},{n},{n},{label}" for n, (path, label) in enumerate(ROWS)]
    file = write(folder, "\n".join(["filename,x,y,species", *lines]))
    assert pairs(read_dataset(file)) == ROWS


def test_no_column_left_for_labels(folder: Path) -> None:
    with pytest.raises(UserError, match="no column for the label"):
        read_dataset(write(folder, "path,split\nimg/1.png,train\nimg/2.png,test\n"))


def test_label_number_beside_its_name_takes_the_name(folder: Path) -> None:
    ids = {"cat": "0", "dog": "1"}
    text = "path,label,class_name\n" + "".join(f"{p},{ids[c]},{c}\n" for p, c in ROWS)
    assert pairs(read_dataset(write(folder, text))) == ROWS


def test_one_hot_columns(folder: Path) -> None:
    text = "image,cat,dog\n" + "".join(
        f"{p},{float(c == 'cat')},{float(c == 'dog')}\n" for p, c in ROWS
    )
    assert pairs(read_dataset(write(folder, text))) == ROWS


def test_without_header(folder: Path) -> None:
    listing = read_dataset(write(folder, table(header="")))
    assert pairs(listing) == ROWS
    assert "no header" in str(listing.warnings[0])
    assert pairs(read_dataset(folder / "labels.csv", label_column="2", path_column="1")) == ROWS


def test_split_column_by_name_and_by_values(folder: Path) -> None:
    for header, option in (
        ("path,label,subset", None),
        ("path,label,p", None),
        ("path,label,q", "q"),
    ):
        parts = ["train", "train", "val", "test"] if header[-1] != "q" else list("ABCD")
        lines = [",".join([*row, part]) for row, part in zip(ROWS, parts, strict=True)]
        file = write(folder, "\n".join([header, *lines]))
        listing = read_dataset(file, split_column=option)
        assert [record.split for record in listing.records] == parts


def test_integer_labels_sort_as_numbers(folder: Path) -> None:
    text = "path,label\nimg/1.png,10\nimg/2.png,9\nimg/3.png,-1\nimg/10.png,100\n"
    assert read_dataset(write(folder, text)).class_names == ["-1", "9", "10", "100"]


def test_missing_files_and_long_lines_are_skipped_and_empty_labels_are_none(folder: Path) -> None:
    extra = (
        "img/absent.png,cat\n,dog\nimg,cat\nimg/3.png,\nhttps://x.org/1.png,cat\nimg/1.png,a,b\n"
    )
    text = "path,label\nimg/1.png,cat\nimg/2.png\n\n  \nimg/10.png,dog\n" + extra
    listing = read_dataset(write(folder, text))
    assert pairs(listing) == [
        ("img/1.png", "cat"),
        ("img/2.png", ""),
        ("img/10.png", "dog"),
        ("img/3.png", ""),
    ]
    assert {(item.path, str(item.reason)) for item in listing.skipped} == {
        ("img/absent.png", "file not found"),
        ("", "no path"),
        ("img", "a folder, not a file"),
        ("https://x.org/1.png", "a web address: download the images first"),
        ("img/1.png", "the line has 3 cells, the header 2"),
    }


@pytest.mark.parametrize(
    ("there", "lost", "is_doubtful"),
    [(2, 98, True), (1, 11, True), (1, 2, True), (30, 4, True), (8, 2, False), (40, 4, False)],
)
@pytest.mark.parametrize("name", ["labels.csv", "list.txt", "labels.jsonl"])
def test_many_missing_files_are_doubtful(
    tmp_path: Path, make_images: MakeImages, name: str, there: int, lost: int, is_doubtful: bool
) -> None:
    paths = [f"img/{k:03}.png" for k in range(there + lost)]
    root = make_images(tmp_path / "d", paths[:there])
    rows = [(path, ("cat", "dog")[k % 2]) for k, path in enumerate(paths)]
    text = {
        "labels.csv": "path,label\n" + "".join(f"{p},{c}\n" for p, c in rows),
        "list.txt": "".join(f"{p} {c}\n" for p, c in rows),
        "labels.jsonl": "".join(json.dumps({"path": p, "label": c}) + "\n" for p, c in rows),
    }[name]
    listing = read_dataset(write(root, text, name))
    said = [str(doubt) for doubt in listing.suspicions if "were not found" in str(doubt)]
    assert len(listing.records) == there and bool(said) == is_doubtful
    if said:
        assert f"{lost} of {there + lost} listed images" in said[0] and "--image-root" in said[0]


def test_repeated_rows(folder: Path) -> None:
    text = table() + "img/1.png,cat\n./img/2.png,dog\nimg/3.png,dog\n"
    listing = read_dataset(write(folder, text))
    assert pairs(listing) == ROWS
    assert "Repeated rows, read once: 2 (`img/1.png`, `./img/2.png`)" in str(listing.warnings[0])
    assert [item.path for item in listing.skipped] == ["img/3.png"]
    assert "came before with label `cat`; this row says `dog`" in str(listing.skipped[0].reason)


def test_paths_absolute_with_backslashes_quoted_and_padded(folder: Path) -> None:
    text = "path,label\n" + "\n".join(
        [f"{folder / 'img' / '1.png'},a", "img\\2.png,a", ".\\img\\3.png,b", " img/10.png ,b"]
    )
    listing = read_dataset(write(folder, text))
    assert [record.file.name for record in listing.records] == ["1.png", "2.png", "3.png", "10.png"]
    assert listing.records[1].path == "img\\2.png"


def test_file_addresses_missing_suffixes_and_other_case(folder: Path) -> None:
    address = (folder / "img" / "1.png").as_uri()
    text = f"id,label\n{address},a\nimg/2,a\nIMG/../img/3.PNG,b\n/img/10.png,b\n"
    listing = read_dataset(write(folder, text))
    assert [record.file.name for record in listing.records] == ["1.png", "2.png", "3.png", "10.png"]


def test_unicode_forms_of_one_name(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "u", [unicodedata.normalize("NFD", "é.png"), "ü.png"])
    file = write(root, f"path,label\n\u00e9.png,a\n{unicodedata.normalize('NFD', 'ü')}.png,b\n")
    assert len(read_dataset(file).records) == 2


def test_drive_letters_and_nul_are_simply_not_found(folder: Path) -> None:
    text = table() + "C:\\data\\1.png,cat\nimg/\0.png,cat\n../../../nothing.png,cat\n"
    assert [str(s.reason) for s in read_dataset(write(folder, text)).skipped] == [
        "file not found"
    ] * 3


def test_image_root(folder: Path, tmp_path: Path) -> None:
    file = write(tmp_path, "path,label\n1.png,cat\n2.png,dog\n", "elsewhere.csv")
    with pytest.raises(UserError, match="--image-root"):
        read_dataset(write(tmp_path, "path,label\nz/1.png,cat\n", "lost.csv"))
    listing = read_dataset(file, image_root=folder / "img")
    assert [record.file for record in listing.records] == [
        folder / "img" / "1.png",
        folder / "img" / "2.png",
    ]
    with pytest.raises(UserError, match="not a folder"):
        read_dataset(file, image_root=folder / "absent")


def test_images_folder_beside_the_table_is_found(folder: Path) -> None:
    listing = read_dataset(write(folder, "path,label\n1.png,cat\n2.png,dog\n"))
    assert [record.file.parent.name for record in listing.records] == ["img", "img"]
    assert "not beside the table" in str(listing.warnings[0])


def test_folder_with_a_table_beside_its_images(folder: Path) -> None:
    write(folder, table())
    listing = read_dataset(folder)
    assert (listing.reader, pairs(listing), listing.root) == ("table", ROWS, folder)
    assert "`labels.csv`" in str(listing.reading.why)


def test_folder_whose_table_has_several_label_columns_asks(folder: Path) -> None:
    lines = [f"{path},{label},{label}" for path, label in ROWS]
    write(folder, "\n".join(["path,clean,worse", *lines]))
    with pytest.raises(UserError, match="`clean`, `worse`"):
        read_dataset(folder)
    assert pairs(read_dataset(folder, label_column="clean")) == ROWS


def test_table_about_something_else_leaves_class_folders_alone(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", ["cat/1.png", "dog/2.png"])
    write(root, "name,count\ncat,1\ndog,1\n", "classes.csv")
    write(root, "path,label\nold/1.png,x\n", "stale.csv")
    assert read_dataset(root).reader == "class-folders"


def test_curated_export_is_read_by_its_folders(tmp_path: Path, make_images: MakeImages) -> None:
    """Its own table says what the labels were before, too."""
    root = make_images(tmp_path / "d", ["images/cat/1.png", "images/dog/2.png"])
    text = "path,given_label,current_label,suspicion\ncat/1.png,dog,cat,0.9\ndog/2.png,dog,dog,0\n"
    write(root, text, "samples.csv")
    listing = read_dataset(root)
    assert pairs(listing) == [("images/cat/1.png", "cat"), ("images/dog/2.png", "dog")]
    for column in (None, "current_label"):
        listing = read_dataset(root / "samples.csv", label_column=column)
        assert [label for _, label in pairs(listing)] == ["cat", "dog"]


def test_tables_named_after_splits(folder: Path) -> None:
    write(folder, "path,label\nimg/1.png,cat\nimg/2.png,dog\n", "train.csv")
    write(folder, "path,label\nimg/3.png,cat\n", "test.csv")
    listing = read_dataset(folder)
    assert {(r.path, r.split) for r in listing.records} == {
        ("img/1.png", "train"),
        ("img/2.png", "train"),
        ("img/3.png", "test"),
        ("img/10.png", ""),  # in no table: a sample without a label
    }


def test_two_tables_of_images_are_ambiguous(folder: Path) -> None:
    write(folder, table(), "first.csv")
    write(folder, table(), "second.csv")
    with pytest.raises(UserError, match=r"several files of labels: `first.csv`, `second.csv`"):
        read_dataset(folder)


def test_named_column_without_a_table(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["cat/1.png", "dog/2.png"])
    with pytest.raises(UserError, match="no table"):
        read_dataset(root, label_column="worse")


def test_very_long_label_and_ten_thousand_classes(folder: Path) -> None:
    long = "x" * 5000 + "9" * 5000
    many = "".join(f"img/1.png,{number}\n" for number in range(3))
    listing = read_dataset(write(folder, f"path,label\nimg/2.png,{long}\n" + many))
    assert listing.class_names == ["0", long]
    assert len(listing.skipped) == 2


@pytest.mark.shared_data
def test_real_label_columns(shared_data: Path) -> None:
    source = shared_data / "cifar10n-train"
    with pytest.raises(UserError, match="`clean`, `aggre`, `worse`"):
        read_dataset(source / "labels.csv")
    listing = read_dataset(source / "labels.csv", label_column="worse")
    assert (len(listing.records), len(listing.class_names)) == (5000, 10)
    with (source / "labels.csv").open(newline="") as stream:
        expected = [(row["path"], row["worse"]) for row in csv.DictReader(stream)]
    assert pairs(listing) == expected
