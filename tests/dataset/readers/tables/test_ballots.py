"""Cells that hold the answers of several people about an image."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.apply import plan_patch
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = [f"{at:02d}.png" for at in range(30)]
CLASSES = ("cat", "dog", "bird")
TRUTH = [CLASSES[at % 3] for at in range(30)]


def other(label: str) -> str:
    return CLASSES[(CLASSES.index(label) + 1) % 3]


def votes(at: int) -> list[str]:
    """Three people, of whom another one errs in each of some images."""
    said = [TRUTH[at]] * 3
    if at % 5 in (1, 2, 3):
        said[at % 3] = other(TRUTH[at])
    return said


def read(root: Path, cells: Sequence[str], **options: str) -> Listing:
    (root / "labels.json").write_text(
        json.dumps([{"file": n, "label": cell} for n, cell in zip(NAMES, cells, strict=True)]),
        encoding="utf-8",
    )
    return read_dataset(root / "labels.json", **options)  # type: ignore[arg-type]


@pytest.fixture
def root(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "d", NAMES)


def as_counts(said: Sequence[str]) -> str:
    return json.dumps(Counter(said))


def as_pairs(said: Sequence[str]) -> str:
    return ";".join(f"{name}:{number}" for name, number in Counter(said).items())


FORMS: list[Callable[[Sequence[str]], str]] = [
    *(sign.join for sign in (",", ", ", "|", ";", "/", " ", "+")),
    *(json.dumps, str, as_counts, as_pairs),
]


@pytest.mark.parametrize("form", FORMS)
def test_the_label_is_what_most_said(root: Path, form: Callable[[Sequence[str]], str]) -> None:
    listing = read(root, [form(votes(at)) for at in range(30)])
    assert [record.label for record in listing.records] == TRUTH
    assert set(listing.class_names) == set(CLASSES) and not listing.skipped
    assert listing.votes and listing.annotators == ["answer 1", "answer 2", "answer 3"]
    assert [Counter(r.annotations) for r in listing.records] == [
        Counter(votes(at)) for at in range(30)
    ]
    assert any("answers of several people" in str(text) for text in listing.warnings)
    assert not listing.suspicions


def test_no_answer_is_always_that_of_most_where_they_are_counted(root: Path) -> None:
    """As if one person were never wrong."""
    listing = read(root, [as_counts(votes(at)) for at in range(30)])
    for place in range(3):
        right = sum(r.annotations[place] == r.label for r in listing.records)
        assert 20 <= right < 30


def test_people_in_order_keep_it(root: Path) -> None:
    listing = read(root, ["|".join(votes(at)) for at in range(30)])
    assert [list(record.annotations) for record in listing.records] == list(map(votes, range(30)))


def test_a_missing_answer_and_ties_are_told(root: Path) -> None:
    cells = ["|".join(votes(at)) for at in range(30)]
    cells[0], cells[4], cells[6] = "cat|cat", "dog", ""
    cells[7] = "dog|bird|cat"
    listing = read(root, cells)
    truth = [label if at != 6 else "" for at, label in enumerate(TRUTH)]
    assert [record.label for record in listing.records] == truth
    assert listing.records[0].annotations == ("cat", "cat", "")
    assert any("As many people said" in str(w) and "`07.png`" in str(w) for w in listing.warnings)


def test_two_people_who_disagree_are_doubtful(root: Path) -> None:
    cells = [f"{label};{label if at % 6 else other(label)}" for at, label in enumerate(TRUTH)]
    listing = read(root, cells)
    assert "The two people disagree on 5 images" in " ".join(map(str, listing.suspicions))


def objects(at: int) -> list[str]:
    """As many as an image shows, in most three."""
    return [CLASSES[(at + k // 2) % 3] for k in range((3, 3, 3, 1, 5)[at % 5])]


NO_ANSWERS: list[list[str]] = [
    ["A/A", "A/B", "B/B"],
    ["bison bison", "gorilla gorilla", "bos taurus"],
    ["255 0 0", "0 255 0", "255 255 0"],
    ["0 0 1", "0 1 0", "1 0 0"],
    ["cat,dog", "dog,bird", "bird,cat"],
    ["maillot, tank suit", "cat, true cat", "dog"],
    ["10|10|10|20", "10|30|30|30", "40|40|10|10"],
]


@pytest.mark.parametrize("cells", NO_ANSWERS)
def test_names_and_rows_of_numbers_are_no_answers(root: Path, cells: list[str]) -> None:
    rows = [cells[at % len(cells)] for at in range(29)]
    assert not read(root, [*rows, "cat"]).annotators


@pytest.mark.parametrize("form", [",".join, "|".join, as_counts])
def test_objects_are_no_answers(root: Path, form: Callable[[Sequence[str]], str]) -> None:
    listing = read(root, [form(objects(at)) for at in range(30)])
    assert not listing.annotators and listing.suspicions
    assert set(listing.class_names) == set(CLASSES)


def test_a_cell_of_answers_is_not_overwritten(root: Path) -> None:
    """A patch could only make up what the people said."""
    lines = [f"{name},{'|'.join(votes(at))}" for at, name in enumerate(NAMES)]
    (root / "t.csv").write_text("\n".join(["file,label", *lines]))
    with pytest.raises(UserError, match="cannot be edited"):
        plan_patch([], root / "t.csv", read_dataset)


@pytest.mark.parametrize("names", ["alice,bob,carol", "annotator_1,annotator_2,annotator_3"])
def test_columns_of_people_are_to_be_named(root: Path, names: str) -> None:
    lines = [f"{name},{','.join(votes(at))}" for at, name in enumerate(NAMES)]
    (root / "t.csv").write_text("\n".join([f"file,{names}", *lines]))
    with pytest.raises(UserError) as caught:
        read_dataset(root / "t.csv")
    assert "--annotator-column" in str(caught.value.hint)
    listing = read_dataset(root / "t.csv", annotator_columns=names.split(","))
    assert [record.label for record in listing.records] == TRUTH


@pytest.mark.parametrize("share", [1, 1 / 3])
def test_columns_of_numbers_of_votes_are_not_taken_for_a_label(root: Path, share: float) -> None:
    lines = [
        f"{name},{','.join(f'{votes(at).count(c) * share:.3g}' for c in CLASSES)}"
        for at, name in enumerate(NAMES)
    ]
    (root / "t.csv").write_text("\n".join([f"file,{','.join(CLASSES)}", *lines]))
    with pytest.raises(UserError) as caught:
        read_dataset(root / "t.csv")
    assert "votes for each class" in str(caught.value.hint)
