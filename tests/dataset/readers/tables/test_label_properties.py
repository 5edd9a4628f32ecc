"""Lists in label cells, files of class names and split columns, for texts that nobody thinks of."""

import csv
import io
import json
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lnl_gui.dataset.readers.class_names.class_maps import read_class_maps
from lnl_gui.dataset.readers.tables.label_cells import lists_in
from lnl_gui.dataset.readers.tables.labels import interpret_labels
from lnl_gui.dataset.readers.tables.split_columns import split_of_cell
from lnl_gui.dataset.readers.tables.tables import read_table
from lnl_gui.util.class_names import clean_label

# No control characters and lone surrogates: these are cleaned away or are no text.
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
NAMES = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: clean_label(text) == text)
PLAIN = st.from_regex(r"[A-Za-zäöü][a-zäöü]{1,8}( [a-z]{2,8})?", fullmatch=True)


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_lists_come_back_as_they_were_written(names: list[str]) -> None:
    for cell in (json.dumps(names), json.dumps(names, ensure_ascii=False), repr(names)):
        assert lists_in({cell: cell}) == {cell: names}
    whole = repr(tuple(names))
    assert lists_in({whole: whole}) == {whole: names}


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=8))
def test_no_cell_is_too_odd(cells: list[str]) -> None:
    counts = Counter(cells)
    meanings = interpret_labels(counts)
    for cell in counts:
        assert isinstance(meanings.class_of(cell), str)
        if meanings.problem_of(cell):  # what means several has no class
            assert meanings.class_of(cell) == ""


@settings(deadline=None, max_examples=30)
@given(st.lists(PLAIN, min_size=2, max_size=6, unique=True), st.booleans())
def test_names_come_back_from_every_form(names: list[str], numbered: bool) -> None:
    pairs = {str(number): name for number, name in enumerate(names)}
    stream = io.StringIO()
    csv.writer(stream).writerows([("class_id", "class_name"), *pairs.items()])
    forms = {
        "a.txt": "\n".join(f"{n} {name}" for n, name in pairs.items())
        if numbered
        else "\n".join(names),
        "b.json": json.dumps(pairs) if numbered else json.dumps(names),
        "c.json": json.dumps({name: int(number) for number, name in pairs.items()}),
        "d.yaml": "names:\n" + "".join(f"  {n}: {name}\n" for n, name in pairs.items()),
        "e.csv": stream.getvalue(),
        "f.pbtxt": "".join(f"item {{ id: {n} name: '{name}' }}\n" for n, name in pairs.items()),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, text in forms.items():
            file = Path(folder) / name
            file.write_text(text, encoding="utf-8")
            assert dict(read_class_maps(file)[0].names) == pairs, name


@settings(deadline=None)
@given(st.text(max_size=12))
def test_a_split_of_yes_and_no_is_one_of_two_or_none(cell: str) -> None:
    assert split_of_cell("is_valid")(cell) in {"valid", "train", ""}
    assert split_of_cell("fold")(cell).removeprefix("fold ") in cell


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(PLAIN, PLAIN), min_size=1, max_size=6))
def test_tables_come_back(rows: list[tuple[str, str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([("path", "label"), *((f"{path}.png", c) for path, c in rows)])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t.csv"
        file.write_text(stream.getvalue(), encoding="utf-8")
        table = read_table(file, known_names=("path", "label"))
    assert [tuple(row) for row in table.rows] == [(f"{path}.png", c) for path, c in rows]
