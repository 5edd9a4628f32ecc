"""Edits of classes, and what became of new images of edited classes, in words."""

from pathlib import Path

import pytest

from lnl_gui.session.acts.class_words import edit_message, new_images_message
from lnl_gui.session.acts.operation_text import operation_message, written_operations
from lnl_gui.store.dataset.classes import EDIT
from lnl_gui.store.history.journal import REMARK


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"action": "add", "name": "owl"}, "Added class owl"),
        ({"action": "rename", "name": "owl", "to": "bird"}, "Renamed class owl to bird"),
        ({"action": "merge", "name": "owl, crow", "to": "bird"}, "Merged owl, crow into bird"),
        ({"action": "delete", "name": "owl"}, "Deleted class owl"),
        ({"action": "reorder"}, "Reordered the classes"),
        ({"action": "colour", "name": "owl"}, "Gave class owl a colour"),
        ({"action": "key", "name": "owl", "to": "W"}, "Gave class owl the key W"),
        ({"action": "key", "name": "owl", "to": ""}, "Took the key of class owl away"),
        ({"action": "describe", "name": "owl"}, "Described class owl"),
        ({"action": "note", "name": "owl"}, "Left a note on class owl"),
        # What is damaged, or of a newer version.
        ({}, "Edited classes"),
        ({"action": "split", "name": "owl"}, "Edited classes"),
        ({"action": "rename"}, "Renamed class ? to ?"),
    ],
)
def test_an_edit_in_words(params: dict[str, str], text: str) -> None:
    assert str(edit_message(params)) == text
    assert str(operation_message(EDIT, params)) == text


def test_new_images_of_a_merged_class_are_of_the_one_it_became() -> None:
    assert str(new_images_message("owl", "bird", 1)) == (
        "1 new image is of the class owl, which was merged here: it is bird now."
    )
    assert str(new_images_message("owl", "bird", 1200)) == (
        "1,200 new images are of the class owl, which was merged here: they are bird now."
    )


def test_new_images_of_a_deleted_class_have_no_label() -> None:
    assert str(new_images_message("owl", "", 1)) == (
        "1 new image is of the class owl, which was deleted here: it has no label."
        " Add the class again to bring its label back."
    )
    assert str(new_images_message("owl", "", 1200)) == (
        "1,200 new images are of the class owl, which was deleted here: they have no label."
        " Add the class again to bring their label back."
    )


@pytest.mark.parametrize(
    ("kind", "one", "more"),
    [
        (
            "accept",
            "Accepted the suggestion for 1 sample",
            "Accepted the suggestion for 1,200 samples",
        ),
        ("keep", "Kept the label of 1 sample", "Kept the label of 1,200 samples"),
        ("exclude", "Excluded 1 sample", "Excluded 1,200 samples"),
        ("unsure", "Marked as unsure 1 sample", "Marked as unsure 1,200 samples"),
        ("ask", "Asked a colleague about 1 sample", "Asked a colleague about 1,200 samples"),
        ("reset", "Reset 1 sample", "Reset 1,200 samples"),
        ("relabel", "Relabelled 1 sample as owl", "Relabelled 1,200 samples as owl"),
        (
            "keep_one",
            "Kept one and excluded the rest of 1 sample",
            "Kept one and excluded the rest of 1,200 samples",
        ),
        (
            "take_source",
            "Took over the dataset's new label of 1 sample",
            "Took over the dataset's new label of 1,200 samples",
        ),
        ("adopt", "Adopted the opinions on 1 sample", "Adopted the opinions on 1,200 samples"),
        ("from_the_future", "from_the_future 1 sample", "from_the_future 1,200 samples"),
    ],
)
def test_a_verdict_in_words(kind: str, one: str, more: str) -> None:
    assert str(operation_message(kind, {"count": 1, "class": "owl"})) == one
    assert str(operation_message(kind, {"count": 1200, "class": "owl"})) == more
    # The verdicts themselves are not kept there, so that damage to it is told and no more.
    damaged = str(operation_message(kind, {"count": "many"}))
    assert "some samples" in damaged and ("as ?" in damaged) == (kind == "relabel")


@pytest.mark.parametrize(
    ("action", "one", "more"),
    [
        ("note", "Left a note on 1 sample", "Left a note on 1,200 samples"),
        ("tag", "Tagged 1 sample as dusk", "Tagged 1,200 samples as dusk"),
        ("untag", "Took the tag dusk off 1 sample", "Took the tag dusk off 1,200 samples"),
        ("also", "Gave 1 sample the second label dusk", "Gave 1,200 samples the second label dusk"),
        (
            "not_also",
            "Took the second label dusk off 1 sample",
            "Took the second label dusk off 1,200 samples",
        ),
        ("sing", "Said something of 1 sample", "Said something of 1,200 samples"),
    ],
)
def test_a_remark_in_words(action: str, one: str, more: str) -> None:
    params = {"action": action, "value": "dusk"}
    assert str(operation_message(REMARK, {**params, "count": 1})) == one
    assert str(operation_message(REMARK, {**params, "count": 1200})) == more
    assert "some samples" in str(operation_message(REMARK, params))
    damaged = str(operation_message(REMARK, {"action": action, "count": 1}))
    assert damaged == one.replace("dusk", "?")


def test_how_many_operations_were_written_is_told() -> None:
    assert str(written_operations(1, Path("j.jsonl"))) == "1 operation -> j.jsonl"
    assert str(written_operations(1200, Path("j.jsonl"))) == "1,200 operations -> j.jsonl"
