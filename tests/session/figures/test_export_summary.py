"""What an export holds is said in sentences, one for each thing that there is to say."""

from typing import Any

import pytest

from lnl_gui.session.figures.export_summary import export_summary, export_warnings
from lnl_gui.util.messages import message, to_json


def said(**metrics: Any) -> list[str]:
    return list(map(str, export_summary(metrics)))


def test_of_an_export_without_anything_to_say_nothing_is_said() -> None:
    assert said() == []
    assert said(made={}, splits={}, changed_labels=0, excluded=0, unreadable=0) == []
    assert export_warnings({}) == []


def test_how_images_came_there_and_how_many_each_part_has() -> None:
    made = {"copy": 1200, "hardlink": 3, "symlink": 1, "nothing": 7}
    assert said(made=made) == ["Images: 1,200 copied, 3 hard links, 1 symbolic links."]
    splits = {"train": {"images": 1500, "classes": 2}, "test": {"images": 20, "classes": 2}}
    assert said(splits=splits) == ["Splits: train 1,500, test 20."]


@pytest.mark.parametrize(
    ("metrics", "one", "more"),
    [
        ("changed_labels", "1 label was changed.", "1,234 labels were changed."),
        (
            "labels_added",
            "1 image without a label got one.",
            "1,234 images without a label got one.",
        ),
        ("excluded", "1 image was left out.", "1,234 images were left out."),
        (
            "unreadable",
            "1 file is not readable, see unreadable.csv.",
            "1,234 files are not readable, see unreadable.csv.",
        ),
    ],
)
def test_one_and_many(metrics: str, one: str, more: str) -> None:
    assert said(**{metrics: 1}) == [one]
    assert said(**{metrics: 1234}) == [more]


def test_of_what_was_set_aside_some_may_be_in_it() -> None:
    assert said(excluded=5, excluded_written=5) == [
        "5 images that were set aside are in it; their status says so."
    ]
    assert said(excluded=6, excluded_written=1) == [
        "5 images were left out.",
        "1 image that was set aside is in it; its status says so.",
    ]


def test_all_of_it_stands_in_one_order() -> None:
    found = said(
        unreadable=2,
        excluded=3,
        labels_added=4,
        changed_labels=5,
        splits={"all": {"images": 6}},
        made={"copy": 6},
    )
    assert [line.split()[0] for line in found] == ["Images:", "Splits:", "5", "4", "3", "2"]


def test_warnings_are_told_as_they_were_written() -> None:
    notes = [message("{count} links became copies.", count=3), message("The disk is slow.")]
    assert export_warnings({"warnings": list(map(to_json, notes))}) == notes


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ({}, []),
        ({"failed": 2}, ["2 files are not readable, see unreadable.csv."]),
        ({"skipped": 1}, ["1 file was skipped when the dataset was read, see unreadable.csv."]),
        ({"gone": 3}, ["3 images are missing in the dataset, see unreadable.csv."]),
        (
            {"gone": 1, "skipped": 5},
            [
                "5 files were skipped when the dataset was read, see unreadable.csv.",
                "1 image is missing in the dataset, see unreadable.csv.",
            ],
        ),
    ],
)
def test_only_what_could_not_be_read_is_said_to_be_so(
    kinds: dict[str, int], expected: list[str]
) -> None:
    assert said(unreadable=sum(kinds.values()), unreadable_kinds=kinds) == expected
    assert said(decided_gone=4)[0].startswith("Of images that are missing or not readable, 4 were")
