"""Names that are no answer are no classes without a question; true names with such words are."""

import csv
from pathlib import Path

import pytest

from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.dataset.readers.unsure_classes import unsure_doubts


def doubted(*names: str) -> str:
    return " ".join(str(doubt) for doubt in unsure_doubts(names))


@pytest.mark.parametrize(
    "odd",
    [
        *("cat?", "cat ?", "Cat??", "?cat", "cat (?)", "cat [?]", "cat_?", "cat？", "¿cat?"),
        *("maybe_cat", "maybe cat", "maybeCat", "Cat-maybe", "perhaps cat", "unsure cat"),
        *("cat (unsure)", "cat_unsure", "cat [not sure]", "not sure cat", "cat (uncertain)"),
        *("not cat", "not_cat", "NotCat", "Not-Cat"),
    ],
)
def test_a_name_that_is_no_answer_is_doubted_and_named(odd: str) -> None:
    assert f"{odd}" in doubted("cat", "dog", odd) and "dog" not in doubted("cat", "dog", odd)


def test_brackets_say_enough_by_themselves() -> None:
    assert "cat (unsure)" in doubted("cat (unsure)", "dog")


@pytest.mark.parametrize(
    "names",
    [
        ("notebook", "book", "knot", "note", "pen"),
        ("hot dog", "not hot dog"),
        ("hot_dog", "not_hot_dog", "unknown"),
        ("occluded", "partly occluded", "not occluded"),
        ("ripe apple", "not ripe apple", "ripe pear", "not ripe pear"),
        ("Guess Who?", "Monopoly", "Risk"),
        ("what?", "how", "why"),
        ("forget-me-not", "rose", "tulip"),
        ("benign", "likely benign", "uncertain significance", "likely pathogenic", "pathogenic"),
        ("unsure", "cat", "dog"),
        ("yes", "no", "maybe"),
        ("?", "cat", "dog"),
        ("(unsure)", "cat", "dog"),
        ("mask", "no_mask", "incorrect_mask"),
        ("glioma", "meningioma", "notumor", "pituitary"),
        ("cat/not", "cat/yes"),
        ("1", "2", "10"),
    ],
)
def test_true_names_are_not_doubted(names: tuple[str, ...]) -> None:
    assert doubted(*names) == ""


def test_a_table_with_such_labels_is_doubtful(tmp_path: Path) -> None:
    labels = ["cat", "dog", "cat?", "dog", "cat", "dog"]
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "label"])
        for number, label in enumerate(labels):
            (tmp_path / f"{number}.png").write_bytes(b"x")
            rows.writerow([f"{number}.png", label])
    doubts = [str(doubt) for doubt in read_dataset(tmp_path).suspicions]
    assert len(doubts) == 1 and "cat?" in doubts[0]
