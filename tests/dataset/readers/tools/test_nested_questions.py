"""Questions that annotation tools ask of those who chose an answer to another one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = [f"{at:02d}" for at in range(8)]
KIND = {name: ("cat", "dog")[at % 2] for at, name in enumerate(NAMES)}
BREEDS = {"cat": ("siamese", "persian"), "dog": ("poodle", "collie")}
BREED = {name: BREEDS[KIND[name]][at // 4] for at, name in enumerate(NAMES)}

Make = Callable[[str, str], dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "d", [f"images/{name}.jpg" for name in NAMES])


def labelbox(name: str, below: str, answers: str = "radio_answer") -> dict[str, Any]:
    def asked(question: str, label: str, inner: list[Any]) -> dict[str, Any]:
        chosen = {"name": label, "value": label, "classifications": inner}
        given = chosen if answers == "radio_answer" else [chosen]
        return {"name": question, "value": question.lower(), answers: given}

    nested = asked("Animal", KIND[name], [asked(below, BREED[name], [])])
    return {
        "data_row": {"id": "a", "external_id": f"{name}.jpg"},
        "projects": {
            "p": {
                "labels": [
                    {
                        "label_details": {"created_by": "ann@b.org"},
                        "annotations": {"objects": [], "classifications": [nested]},
                    }
                ]
            }
        },
    }


def labelbox_checklist(name: str, below: str) -> dict[str, Any]:
    return labelbox(name, below, "checklist_answers")


def encord(name: str, below: str) -> dict[str, Any]:
    """What is asked below an answer stands beside it, before or behind."""

    def asked(question: str, label: str, feature: str) -> dict[str, Any]:
        chosen = [{"name": label, "value": label, "featureHash": label}]
        value = question.lower()
        return {"name": question, "value": value, "answers": chosen, "featureHash": feature}

    marks = [{"name": "Animal", "value": "animal", "featureHash": "h", "classificationHash": "c"}]
    unit = {
        "data_title": f"{name}.jpg",
        "data_type": "image/jpeg",
        "labels": {"objects": [], "classifications": marks},
    }
    given = [asked(below, BREED[name], "n"), asked("Animal", KIND[name], "t")]
    return {
        "data_units": {name: unit},
        "classification_answers": {"c": {"classificationHash": "c", "classifications": given}},
    }


def scale_fields(name: str, below: str) -> dict[str, Any]:
    """A set of fields, in which each is as one outside it."""
    fields = {
        key: {"type": "category", "field_id": key, "response": [[label]]}
        for key, label in (("Animal", KIND[name]), (below, BREED[name]))
    }
    form = {"pet": {"type": "field_set", "field_id": "pet", "response": [fields]}}
    image = {"type": "image", "content": f"https://b.s3.amazonaws.com/images/{name}.jpg"}
    return {
        "task_id": name,
        "type": "textcollection",
        "status": "completed",
        "params": {"attachments": [image]},
        "response": {"annotations": form},
    }


@pytest.mark.parametrize("make", [labelbox, labelbox_checklist, encord, scale_fields])
def test_each_of_nested_questions_can_be_chosen(folder: Path, make: Make) -> None:
    (folder / "a.json").write_text(json.dumps([make(name, "Breed") for name in NAMES]))
    for source in (folder, folder / "a.json"):
        with pytest.raises(UserError, match="several kinds of labels") as caught:
            read_dataset(source, image_root=folder)
        assert "`Animal`" in str(caught.value.message) and "`Breed`" in str(caught.value.message)
        for question, truth in (("Animal", KIND), ("Breed", BREED)):
            listing = read_dataset(source, image_root=folder, label_column=question)
            assert {r.file.stem: r.label for r in listing.records} == truth
            assert not listing.annotators and not listing.suspicions


@pytest.mark.parametrize(
    ("make", "top", "nested"),
    [(labelbox, "Animal", "Animal/Animal"), (encord, "Animal (t)", "Animal (n)")],
)
def test_a_nested_question_of_the_same_name_is_no_second_opinion(
    folder: Path, make: Make, top: str, nested: str
) -> None:
    (folder / "a.json").write_text(json.dumps([make(name, "Animal") for name in NAMES]))
    with pytest.raises(UserError, match="several kinds of labels"):
        read_dataset(folder)
    for question, truth in ((top, KIND), (nested, BREED)):
        listing = read_dataset(folder, label_column=question)
        assert {r.file.stem: r.label for r in listing.records} == truth


def test_what_is_asked_below_two_choices_is_one_answer(folder: Path) -> None:
    """Of two breeds in an image neither is the later answer of a person."""
    rows = [labelbox_checklist(name, "Breed") for name in NAMES]
    other = labelbox_checklist(NAMES[1], "Breed")["projects"]["p"]["labels"][0]
    first = rows[0]["projects"]["p"]["labels"][0]["annotations"]["classifications"][0]
    first["checklist_answers"] += other["annotations"]["classifications"][0]["checklist_answers"]
    (folder / "a.json").write_text(json.dumps(rows))
    listing = read_dataset(folder, label_column="Breed")
    [skipped] = listing.skipped
    assert str(skipped.reason) == "several labels: `siamese`, `poodle`"


def test_a_way_through_nested_choices_is_one_label(folder: Path) -> None:
    """As a task of Scale with taxonomies may have it; of nested choices only the last count."""
    tasks = []
    for name in NAMES:
        task = scale_fields(name, "Breed")
        task["type"] = "categorization"
        task["params"] = {
            "attachment_type": "image",
            "attachment": f"https://b.s3.amazonaws.com/images/{name}.jpg",
            "taxonomies": {
                "animal": {
                    "type": "category",
                    "choices": [{"choice": k, "subchoices": BREEDS[k]} for k in BREEDS],
                }
            },
        }
        task["response"] = {"taxonomies": {"animal": [[KIND[name], BREED[name]]]}}
        tasks.append(task)
    (folder / "a.json").write_text(json.dumps(tasks))
    labels = {r.file.stem: r.label for r in read_dataset(folder).records}
    assert labels == {name: f"{KIND[name]}/{BREED[name]}" for name in NAMES}
    for task, name in zip(tasks, NAMES, strict=True):
        task["response"] = {"taxonomies": {"animal": BREED[name]}}
    (folder / "a.json").write_text(json.dumps(tasks))
    assert {r.file.stem: r.label for r in read_dataset(folder).records} == BREED
