"""Tables and class folders come back for names, labels, encodings and orders nobody thinks of."""

import csv
import os
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.files.folder_names import is_unlabelled_name
from lnl_gui.dataset.readers.missing_words import says_nothing
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.dataset.readers.tables.labels import MISSING_SIGNS
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.errors import UserError

# Surrogates and control characters are no text; the rest no file system has, or Windows not.
LETTERS = st.characters(
    categories=("L", "N", "P", "S", "M", "Zs"),
    exclude_characters='/\\<>:"|?*' if os.name == "nt" else "/\\",
)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name.strip()).casefold())


NAMES = st.one_of(
    st.sampled_from(
        ["a b", "1", "001", "ä", "a,b", "x;y", "c'd", "日本", "50%", "#1", "e&f", "+1"]
    ),
    st.text(LETTERS, min_size=1, max_size=10),
).filter(lambda name: name == name.strip(". ") and bool(clean_label(name)))
FILES = st.lists(NAMES.map("{}.png".format), min_size=2, max_size=8, unique_by=_folded)
LABELS = st.one_of(
    st.sampled_from(["1", "01", "1.0", "2", "cat", "Cat", "a,b", 'a "b"', "a|b", "none", "NaN"]),
    st.sampled_from(["é", "Straße", "猫", "犬", " x ", "a;b", "[1, 2]", "train", "b.png", ""]),
    st.text(LETTERS, min_size=1, max_size=10),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "shift_jis")
QUICK = settings(deadline=None, max_examples=40)


def make_files(folder: Path, names: Sequence[str]) -> None:
    """Files that hold their own places: the same in two folders would be copies."""
    for name in names:
        (folder / name).write_text(f"{folder.name}/{name}", encoding="utf-8")


def write_rows(
    file: Path,
    rows: Sequence[Sequence[str]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    end: str = "\n",
    quoting: int = csv.QUOTE_MINIMAL,
) -> None:
    """A table as the csv module writes it."""
    with file.open("w", encoding=encoding, newline="") as stream:
        kind = {"delimiter": delimiter, "lineterminator": end}
        csv.writer(stream, quoting=quoting, **kind).writerows(rows)  # type: ignore[arg-type]


def labels_of(listing: Listing) -> dict[str, str]:
    """The label of each file, "" for none."""
    return {record.file.name: record.label for record in listing.records}


def check_rows(listing: Listing, given: dict[str, str]) -> None:
    """Every file has the label of its row, or it is said why not."""
    found = labels_of(listing)
    skipped = {entry.path.strip(): entry.reason for entry in listing.skipped}
    plain = {name: clean_label(label) for name, label in given.items()}
    plain = {name: "" if says_nothing(label) else label for name, label in plain.items()}
    # A cell of several labels, whose row is left out, does not make words of the others.
    read = [label for name, label in plain.items() if label and name in found]
    numbers = all(re.fullmatch(r"\d+(\.\d*)?|\.\d+", label) for label in read)
    for name, label in plain.items():
        # The other labels tell whether these are classes.
        if label in {*MISSING_SIGNS, "-1"} and found.get(name) == "":
            continue
        expected = re.sub(r"(?<=\d)\.0*$", "", label) if numbers else label
        if name in found:
            assert found[name] == expected or _is_list(label, found[name]), name
        else:
            assert skipped[name.strip()], name


def _is_list(label: str, found: str) -> bool:
    """A list of one label, in brackets or with a sign of division behind it, is that label."""
    bracketed = len(label) > 1 and label[0] in "[{(" and found in label
    return bracketed or label.strip("|;,/ ") == found


@QUICK
@given(
    FILES,
    st.data(),
    st.sampled_from(ENCODINGS),
    st.sampled_from(",;\t|"),
    st.permutations(["path", "label", "split"]),
    st.booleans(),
)
def test_a_table_comes_back(
    names: list[str],
    data: st.DataObject,
    encoding: str,
    delimiter: str,
    columns: list[str],
    is_named: bool,
) -> None:
    labels = data.draw(st.lists(LABELS, min_size=len(names), max_size=len(names)))
    given = dict(zip(names, labels, strict=True))
    cells = [{"path": n, "label": text, "split": "train"} for n, text in given.items()]
    rows = [columns, *([row[column] for column in columns] for row in cells)]
    text = "".join(map("".join, rows))
    if text.encode(encoding, "ignore").decode(encoding) != text:
        encoding = "utf-8"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make_files(folder, names)
        write_rows(folder / "t.csv", rows, encoding=encoding, delimiter=delimiter)
        try:
            listing = read_dataset(folder / "t.csv", encoding=encoding if is_named else None)
        except UserError as error:
            # Nothing but that there is no label, or several in each cell, is a reason.
            assert error.code in ("no_labels", "no_images"), error
            return
    notes = [*listing.warnings, *listing.suspicions]
    guess = any("UTF-8" in n.template or "The encoding of" in n.template for n in notes)
    assert not (guess and (is_named or encoding.startswith("utf")))
    if not guess:
        check_rows(listing, given)


@QUICK
@given(FILES, st.data(), st.sampled_from([",", ";", "\t"]), st.booleans())
def test_a_table_of_pandas_comes_back(
    names: list[str], data: st.DataObject, separator: str, with_index: bool
) -> None:
    labels = data.draw(st.lists(LABELS, min_size=len(names), max_size=len(names)))
    given = dict(zip(names, labels, strict=True))
    frame = pd.DataFrame({"filename": list(given), "label": list(given.values())})
    with tempfile.TemporaryDirectory() as place:
        make_files(Path(place), names)
        frame.to_csv(Path(place) / "t.csv", sep=separator, index=with_index)
        try:
            listing = read_dataset(Path(place) / "t.csv")
        except UserError as error:
            assert error.code in ("no_labels", "no_images"), error
            return
    check_rows(listing, given)


@pytest.mark.parametrize("index", [False, True])
def test_a_column_called_label_is_no_split(tmp_path: Path, index: bool) -> None:
    make_files(tmp_path, ["1.png", "2.png"])
    frame = pd.DataFrame({"filename": ["1.png", "2.png"], "label": ["train", "train"]})
    frame.to_csv(tmp_path / "t.csv", index=index)
    listing = read_dataset(tmp_path / "t.csv")
    assert [(r.label, r.split) for r in listing.records] == [("train", "")] * 2


@QUICK
@given(FILES, st.data())
def test_order_quoting_and_line_ends_never_matter(names: list[str], data: st.DataObject) -> None:
    labels = data.draw(st.lists(LABELS, min_size=len(names), max_size=len(names)))
    rows = list(zip(names, labels, strict=True))
    mixed = data.draw(st.permutations(rows))
    with tempfile.TemporaryDirectory() as place:
        make_files(Path(place), names)
        found = []
        for body, end, quoting in (
            (rows, "\n", csv.QUOTE_MINIMAL),
            (mixed, "\n", csv.QUOTE_MINIMAL),
            (rows, "\r\n", csv.QUOTE_ALL),
            (rows, "\r", csv.QUOTE_MINIMAL),
        ):
            file = Path(place) / "t.csv"
            write_rows(file, [("path", "label"), *body], end=end, quoting=quoting)
            try:
                listing = read_dataset(file)
            except UserError as error:
                found.append((error.code, {}, []))
                continue
            skipped = sorted(entry.path for entry in listing.skipped)
            found.append(("", labels_of(listing), [*listing.class_names, *skipped]))
    assert all(other == found[0] for other in found[1:])


@QUICK
@given(st.lists(NAMES, min_size=2, max_size=5, unique_by=_folded), st.integers(1, 3))
def test_class_folders_come_back(names: list[str], count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        for name in names:
            (Path(place) / name).mkdir()
            make_files(Path(place) / name, [f"{number}.png" for number in range(count)])
        try:
            listing = read_dataset(Path(place))
        except UserError as error:
            assert error.message
            return
    found = {(record.file.parent.name, record.label) for record in listing.records}
    # The strategy takes words out of the program's own source, `nolabel` among them.
    labels = {name: "" if is_unlabelled_name(name) else clean_label(name) for name in names}
    if found != set(labels.items()):
        assert listing.suspicions or listing.skipped


@QUICK
@given(
    st.lists(st.integers(0, 10**7), min_size=2, max_size=8),
    st.sampled_from(["{}", "{}.0", "{:05}"]),
    st.randoms(use_true_random=False),
)
def test_numbers_are_in_the_order_of_numbers(numbers: list[int], form: str, random: object) -> None:
    with tempfile.TemporaryDirectory() as place:
        names = [f"{at}.png" for at in range(len(numbers))]
        make_files(Path(place), names)
        rows = [(name, form.format(n)) for name, n in zip(names, numbers, strict=True)]
        write_rows(Path(place) / "t.csv", [("path", "label"), *rows])
        listing = read_dataset(Path(place) / "t.csv")
    plain = form.removesuffix(".0")
    assert listing.class_names == [plain.format(n) for n in sorted(set(numbers))]


STEPS = st.sampled_from(["..", ".", "images", "%2e%2e", "..\\", "", "other", "set"])


@settings(deadline=None, max_examples=100)
@given(st.lists(STEPS, max_size=4), st.sampled_from(["/", "\\", "%2F"]))
@example(["", "%2e%2e"], "/")
@example(["%2e%2e"], "/")
def test_no_path_leads_outside_silently(steps: list[str], joint: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "above" / "set"
        for folder in (root, root / "images", root.parent, root.parent / "other", root.parents[1]):
            folder.mkdir(parents=True, exist_ok=True)
            make_files(folder, ["0.png"])
        make_files(root, ["1.png", "2.png"])
        path = joint.join([*steps, "0.png"])
        write_rows(root / "t.csv", [("path", "label"), ("1.png", "a"), ("2.png", "b"), (path, "a")])
        listing = read_dataset(root / "t.csv")
    outside = [r for r in listing.records if not r.file.is_relative_to(root)]
    assert not outside or listing.suspicions
    assert len(listing.records) + len(listing.skipped) == 3
