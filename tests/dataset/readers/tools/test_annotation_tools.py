"""Exports of annotation tools, in the layouts that these write."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

NAMES = [f"{i:02d}" for i in range(8)]
CLASS = {name: ("cat", "dog")[i % 2] for i, name in enumerate(NAMES)}
EPOCH = "2024-01-05T09:00:00.000000Z"

ToolImage = Callable[[str, list[str]], dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "d", [f"images/{n}.jpg" for n in [*NAMES, "two", "none"]])


def found(listing: Listing) -> dict[str, str]:
    return {record.file.stem: record.label for record in listing.records if record.label}


def skipped(listing: Listing) -> dict[str, str]:
    return {
        Path(entry.path).stem.rpartition("-")[2]: str(entry.reason) for entry in listing.skipped
    }


def lines(items: Iterable[object]) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


# -- one label an image, in each tool's own form ---------------------------------------------


def label_studio(name: str, labels: list[str]) -> dict[str, Any]:
    result = {
        "id": "aB3",
        "type": "choices",
        "value": {"choices": labels},
        "from_name": "class",
        "to_name": "image",
        "origin": "manual",
    }
    guessed = result | {"value": {"choices": ["bird"]}}
    guess = {"id": 9, "model_version": "m1", "score": 0.4, "result": [guessed]}
    annotation = {
        "id": 5,
        "completed_by": 1,
        "result": [result] if labels else [],
        "was_cancelled": False,
        "ground_truth": False,
        "lead_time": 2.5,
        "task": 3,
    }
    return {
        "id": 3,
        "annotations": [annotation],
        "file_upload": f"0a1b2c3d-{name}.jpg",
        "drafts": [],
        "predictions": [guess],
        "data": {"image": f"/data/upload/2/0a1b2c3d-{name}.jpg"},
        "meta": {},
        "created_at": EPOCH,
    }


def labelbox(name: str, labels: list[str]) -> dict[str, Any]:
    answers = [{"feature_id": "f", "name": n, "value": n, "classifications": []} for n in labels]
    made: dict[str, Any] = {"feature_id": "g", "name": "Animal", "value": "animal"}
    made |= {"radio_answer": answers[0]} if len(labels) == 1 else {"checklist_answers": answers}
    label = {
        "label_kind": "Default",
        "version": "1.0.0",
        "id": "cl1",
        "label_details": {"created_at": EPOCH, "created_by": "ann@example.org", "reviews": []},
        "annotations": {
            "objects": [],
            "classifications": [made] if labels else [],
            "relationships": [],
        },
    }
    return {
        "data_row": {
            "id": "clz1",
            "global_key": f"key-{name}",
            "external_id": f"{name}.jpg",
            "row_data": f"https://storage.labelbox.com/x%2F{name}.jpg?Expires=1&Signature=ab",
        },
        "media_attributes": {"height": 5, "width": 6},
        "projects": {"clp": {"name": "Animals", "labels": [label], "project_details": {}}},
    }


def labelbox_old(name: str, labels: list[str]) -> dict[str, Any]:
    made = {"featureId": "f", "schemaId": "s", "title": "Animal", "value": "animal"}
    answers = [{"featureId": "f", "title": n, "value": n} for n in labels]
    made |= {"answer": answers[0]} if len(labels) == 1 else {"answers": answers}
    return {
        "ID": "ck1",
        "DataRow ID": "ck2",
        "Labeled Data": f"https://storage.labelbox.com/ab%2F{name}.jpg?Expires=1",
        "Label": {"objects": [], "classifications": [made]} if labels else {},
        "Created By": "ann@example.org",
        "Project Name": "Animals",
        "External ID": f"{name}.jpg",
        "Skipped": not labels,
        "Reviews": [],
    }


def sagemaker(name: str, labels: list[str]) -> dict[str, Any]:
    numbers = [("cat", "dog").index(label) for label in labels]
    meta: dict[str, Any] = {
        "job-name": "labeling-job/animals",
        "human-annotated": "yes",
        "creation-date": "2024-01-05T09:00:00.000000",
    }
    value: Any = numbers
    if len(labels) == 1:
        value = numbers[0]
        meta |= {
            "confidence": 0.8,
            "class-name": labels[0],
            "type": "groundtruth/image-classification",
        }
    else:
        meta |= {
            "class-map": {str(n): c for n, c in zip(numbers, labels, strict=True)},
            "confidence-map": {str(n): 0.7 for n in numbers},
            "type": "groundtruth/image-classification-multilabel",
        }
    place = f"s3://bucket/animals/{name}.jpg"
    return {"source-ref": place, "animals": value, "animals-metadata": meta}


def vertex(name: str, labels: list[str]) -> dict[str, Any]:
    origin = {"aiplatform.googleapis.com/annotation_set_name": "80"}
    made: Any = [{"displayName": n, "annotationResourceLabels": origin} for n in labels]
    key = "classificationAnnotation" if len(made) == 1 else "classificationAnnotations"
    use = "training" if name in ("00", "01", "02", "03") else "test"
    return {
        "imageGcsUri": f"gs://bucket/animals/{name}.jpg",
        key: made[0] if len(made) == 1 else made,
        "dataItemResourceLabels": {"aiplatform.googleapis.com/ml_use": use},
    }


def data_labeling(name: str, labels: list[str]) -> dict[str, Any]:
    values = [{"annotationSpec": {"displayName": label}} for label in labels]
    payload = {"mimeType": "IMAGE_PNG", "imageUri": f"gs://bucket/animals/{name}.jpg"}
    return {
        "name": "projects/p/examples/e",
        "imagePayload": payload,
        "annotations": [{"annotationValue": {"imageClassificationAnnotation": v}} for v in values],
    }


def custom_vision(name: str, labels: list[str]) -> dict[str, Any]:
    return {
        "id": "5b1d",
        "created": EPOCH,
        "width": 6,
        "height": 5,
        "originalImageUri": f"https://store.blob.core.windows.net/i/animals/{name}.jpg?sv=1",
        "tags": [{"tagId": "1", "tagName": label, "created": EPOCH} for label in labels],
        "regions": [],
    }


def doccano(name: str, labels: list[str]) -> dict[str, Any]:
    return {"id": 1, "filename": f"{name}.jpg", "label": labels, "Comments": []}


def datumaro_item(name: str, labels: list[str]) -> dict[str, Any]:
    made = [
        {
            "id": 0,
            "type": "label",
            "attributes": {},
            "group": 0,
            "label_id": ("cat", "dog").index(n),
        }
        for n in labels
    ]
    return {"id": name, "annotations": made, "attr": {"frame": 0}, "image": {"path": f"{name}.jpg"}}


def datumaro(items: list[Any]) -> dict[str, Any]:
    labels = [{"name": n, "parent": "", "attributes": []} for n in ("cat", "dog")]
    categories = {"label": {"labels": labels, "attributes": []}}
    return {"info": {}, "categories": categories, "items": items}


def via_image(name: str, labels: list[str]) -> dict[str, Any]:
    given: Any = labels[0] if len(labels) == 1 else dict.fromkeys(labels, True)
    return {
        "filename": f"{name}.jpg",
        "size": 631,
        "regions": [],
        "file_attributes": {"animal": given} if labels else {},
    }


def via(items: list[Any]) -> dict[str, Any]:
    images = {f"{item['filename']}{item['size']}": item for item in items}
    return {"_via_settings": {"ui": {}}, "_via_img_metadata": images, "_via_attributes": {}}


def encord(name: str, labels: list[str]) -> dict[str, Any]:
    mark = {"name": "Animal", "value": "animal", "featureHash": "h", "classificationHash": "c"}
    chosen = [{"name": label, "value": label, "featureHash": label} for label in labels]
    answer = {"name": "Animal", "value": "animal", "answers": chosen, "featureHash": "g"}
    answers = {"c": {"classifications": [answer], "classificationHash": "c", "featureHash": "h"}}
    objects = [{"name": "Ear", "boundingBox": {}, "objectHash": "o"}]
    unit = {
        "data_title": f"{name}.jpg",
        "data_link": f"https://storage.googleapis.com/b/{name}.jpg?sig=1",
        "data_type": "image/jpeg",
        "labels": {"objects": objects, "classifications": [mark] if labels else []},
    }
    return {
        "data_title": f"{name}.jpg",
        "data_type": "image",
        "label_status": "LABELLED",
        "object_answers": {},
        "classification_answers": answers if labels else {},
        "data_units": {name: unit},
    }


def encord_global(name: str, labels: list[str]) -> dict[str, Any]:
    """A classification of the whole file: no mark among the image's own labels."""
    row = encord(name, labels)
    row["data_units"][name]["labels"]["classifications"] = []
    for answer in row["classification_answers"].values():
        answer |= {"range": [], "spaces": {}, "createdBy": "ann@b.org"}
    return row


def encord_group(name: str, labels: list[str]) -> dict[str, Any]:
    """A data group: its one unit is the group, and its images are spaces."""
    row = encord(name, labels)
    unit = row["data_units"][name]
    space = {
        "space_type": "image",
        "child_info": {"layout_key": "front", "file_name": unit["data_title"]},
        "labels": {"0": unit["labels"]},
    }
    group = {"data_title": "", "data_type": "group", "labels": {}}
    return row | {"data_type": "group", "data_units": {"g": group}, "spaces": {"s": space}}


def encord_group_global(name: str, labels: list[str]) -> dict[str, Any]:
    row = encord_group(name, labels)
    row["spaces"]["s"]["labels"] = {}
    for answer in row["classification_answers"].values():
        answer |= {"range": [], "spaces": {"s": {"range": [], "type": "frame"}}}
    return row


def scale(name: str, labels: list[str]) -> dict[str, Any]:
    address = f"https://b.s3.amazonaws.com/images/{name}.jpg"
    return {
        "task_id": name,
        "type": "categorization",
        "status": "completed",
        "params": {
            "attachment_type": "image",
            "attachment": address,
            "categories": ["cat", "dog"],
        },
        "response": {"category": labels[0] if len(labels) == 1 else labels},
    }


def scale_attributes(name: str, labels: list[str]) -> dict[str, Any]:
    box = {"label": "ear", "left": 1, "top": 1, "width": 2, "height": 2}
    said = {"annotations": [box], "global_attributes": {"animal": labels}}
    return scale(name, labels) | {"type": "imageannotation", "response": said}


def scale_form(name: str, labels: list[str]) -> dict[str, Any]:
    attachments = [
        {"type": "image", "content": f"https://i.imgur.com/{name}.jpg"},
        {"type": "text", "content": "Which animal is it?"},
    ]
    fields = {
        "animal": {"type": "category", "field_id": "animal", "response": [labels]},
        "remark": {"type": "text", "field_id": "remark", "response": ["blurred"]},
    }
    return scale(name, labels) | {
        "type": "textcollection",
        "params": {"attachments": attachments},
        "response": {"annotations": fields},
    }


def scale_page(items: list[Any]) -> dict[str, Any]:
    return {"docs": items, "total": len(items), "limit": 100, "offset": 0, "has_more": False}


def vott_image(name: str, labels: list[str]) -> dict[str, Any]:
    regions = [{"id": label, "type": "RECTANGLE", "tags": [label]} for label in labels]
    path = f"file:/home/ann/photos/{name}.jpg"
    return {"asset": {"id": name, "name": f"{name}.jpg", "path": path}, "regions": regions}


def vott(items: list[Any]) -> dict[str, Any]:
    assets = {item["asset"]["id"]: item for item in items}
    return {"name": "pets", "tags": [{"name": "cat"}], "version": "2.2.0", "assets": assets}


def edge_boxes(name: str, labels: list[str]) -> dict[str, Any]:
    """In a project of boxes the label is the file's name."""
    boxes = [{"label": label, "x": 0, "y": 0, "width": 9, "height": 9} for label in labels]
    return edge_label(name, [name]) | {"boundingBoxes": boxes}


def edge_label(name: str, labels: list[str]) -> dict[str, Any]:
    given = {"type": "label", "label": labels[0]} if labels else {"type": "unlabeled"}
    path = f"{name}.jpg"
    return {"path": path, "category": "training", "label": given, "boundingBoxes": []}


def edge(items: list[Any]) -> dict[str, Any]:
    return {"version": 1, "files": items}


def plain(items: list[Any]) -> list[Any]:
    return items


TOOLS: list[Any] = [
    pytest.param(label_studio, plain, ".json", id="label-studio"),
    pytest.param(labelbox, plain, ".ndjson", id="labelbox"),
    pytest.param(labelbox, plain, ".json", id="labelbox-as-array"),
    pytest.param(labelbox_old, plain, ".json", id="labelbox-old"),
    pytest.param(sagemaker, plain, ".manifest", id="sagemaker"),
    pytest.param(vertex, plain, ".jsonl", id="vertex"),
    pytest.param(data_labeling, plain, ".jsonl", id="data-labeling"),
    pytest.param(custom_vision, plain, ".json", id="custom-vision"),
    pytest.param(encord, plain, ".json", id="encord"),
    pytest.param(encord_global, plain, ".json", id="encord-of-whole-file"),
    pytest.param(encord_group, plain, ".json", id="encord-data-group"),
    pytest.param(encord_group_global, plain, ".json", id="encord-data-group-of-whole-file"),
    pytest.param(scale, plain, ".json", id="scale"),
    pytest.param(scale, scale_page, ".json", id="scale-page-of-tasks"),
    pytest.param(scale_form, plain, ".json", id="scale-form"),
    pytest.param(scale_attributes, plain, ".jsonl", id="scale-attributes"),
    pytest.param(doccano, plain, ".jsonl", id="doccano"),
    pytest.param(datumaro_item, datumaro, ".json", id="datumaro"),
    pytest.param(via_image, via, ".json", id="via"),
    pytest.param(vott_image, vott, ".json", id="vott"),
    pytest.param(edge_boxes, edge, ".labels", id="edge-impulse"),
    pytest.param(
        via_image, lambda items: via(items)["_via_img_metadata"], ".json", id="via-export"
    ),
]


@pytest.mark.parametrize(("image", "whole", "suffix"), TOOLS)
def test_one_label_an_image(
    folder: Path, image: ToolImage, whole: Callable[[list[Any]], Any], suffix: str
) -> None:
    items = [image(n, [c]) for n, c in CLASS.items()]
    items += [image("two", ["cat", "dog"]), image("none", [])]
    value = whole(items)
    text = json.dumps(value) if suffix in (".json", ".labels") else lines(value)
    (folder / f"export{suffix}").write_text(text)
    listing = read_dataset(folder / f"export{suffix}", image_root=folder)
    assert found(listing) == CLASS
    assert listing.annotators == [] and listing.suspicions == []
    assert skipped(listing)["two"] == "several labels: `cat`, `dog`"
    if image is not doccano:  # a plain table; in a folder it would have to be named
        beside = read_dataset(folder)
        assert found(beside) == CLASS and beside.reader == "label-files"


def test_edge_impulse_by_folder(tmp_path: Path, make_images: MakeImages) -> None:
    """The file at the root says all; those in the folders say it again."""
    parts = {"training": ["00", "01", "02"], "testing": ["03"]}
    root = make_images(
        tmp_path / "d", [f"{p}/{n}.jpg" for p, names in parts.items() for n in names]
    )
    for part, names in parts.items():
        items = [edge_label(n, [CLASS[n]]) | {"category": part} for n in names]
        write_json(root / part / "info.labels", edge(items))
    by_folder = read_dataset(root)
    every = [
        edge_label(f"{part}/{name}", [CLASS[name]]) | {"category": part}
        for part, names in parts.items()
        for name in names
    ]
    write_json(root / "info.labels", edge(every))
    write_json(root / "training" / "bounding_boxes.labels", {"version": 1, "boundingBoxes": {}})
    for listing in (by_folder, read_dataset(root), read_dataset(root / "info.labels")):
        assert {Path(p).name: label for p, label in found(listing).items()} == {
            name: CLASS[name] for names in parts.values() for name in names
        }
        assert Counter(r.split for r in listing.records) == {"training": 3, "testing": 1}
        assert listing.suspicions == []


def test_labels_and_boxes_of_edge_impulse_are_asked_about(folder: Path) -> None:
    items = [
        edge_boxes(n, ["ear"]) | {"label": {"type": "label", "label": c}} for n, c in CLASS.items()
    ]
    write_json(folder / "info.labels", edge(items))
    with pytest.raises(UserError, match="several kinds of labels"):
        read_dataset(folder)
    assert found(read_dataset(folder, label_column="label")) == CLASS


def test_lines_under_the_suffix_of_json(folder: Path) -> None:
    (folder / "export.json").write_text(lines(labelbox(n, [c]) for n, c in CLASS.items()))
    assert found(read_dataset(folder / "export.json")) == CLASS


def test_parts_of_vertex(folder: Path) -> None:
    (folder / "export.jsonl").write_text(lines(vertex(n, [c]) for n, c in CLASS.items()))
    listing = read_dataset(folder / "export.jsonl")
    assert [r.split for r in listing.records] == ["training"] * 4 + ["test"] * 4


def test_automl_table(folder: Path) -> None:
    rows = [f"{('TRAIN', 'TEST')[i // 4]},gs://b/x/{n}.jpg,{CLASS[n]}" for i, n in enumerate(NAMES)]
    rows += ["UNASSIGNED,gs://b/x/two.jpg,cat,dog", "VALIDATION,gs://b/x/none.jpg"]
    (folder / "import.csv").write_text("\n".join(rows) + "\n")
    listing = read_dataset(folder / "import.csv")
    assert found(listing) == CLASS
    assert [r.split for r in listing.records] == ["TRAIN"] * 4 + ["TEST"] * 4 + ["VALIDATION"]
    assert skipped(listing)["two"] == "several labels: `cat`, `dog`"
    without = [row.partition(",")[2] for row in rows]
    (folder / "import.csv").write_text("\n".join(without) + "\n")
    assert found(read_dataset(folder / "import.csv")) == CLASS
    boxes = [f"{row},0.1,0.1,,,0.3,0.3,," for row in rows[:8]]
    (folder / "import.csv").write_text("\n".join(boxes) + "\n")
    assert found(read_dataset(folder / "import.csv")) == CLASS


def test_datumaro_by_split(tmp_path: Path, make_images: MakeImages) -> None:
    """The same names may come in both splits."""
    places = [f"images/{split}/{n}.jpg" for split in ("train", "val") for n in NAMES]
    root = make_images(tmp_path / "d", places)
    (root / "annotations").mkdir()
    for split in ("train", "val"):
        items = [datumaro_item(n, [CLASS[n]]) for n in NAMES]
        (root / "annotations" / f"{split}.json").write_text(json.dumps(datumaro(items)))
    listing = read_dataset(root)
    assert len(listing.records) == 16
    assert {(r.split, r.file.parent.name) for r in listing.records} == {
        ("train",) * 2,
        ("val",) * 2,
    }
    assert all(r.label == CLASS[r.file.stem] for r in listing.records)


def test_via_table(folder: Path) -> None:
    head = (
        "filename,file_size,file_attributes,region_count,region_id,"
        "region_shape_attributes,region_attributes"
    )
    attributes = {n: json.dumps({"animal": c}).replace('"', '""') for n, c in CLASS.items()}
    rows = [f'{n}.jpg,631,"{a}",0,0,"{{}}","{{}}"' for n, a in attributes.items()]
    (folder / "via_export_csv.csv").write_text("\n".join([head, *rows]) + "\n")
    assert found(read_dataset(folder / "via_export_csv.csv")) == CLASS
    shape = '"{""name"":""rect"",""x"":1,""y"":1,""width"":2,""height"":2}"'
    rows = [
        f'{n}.jpg,631,"{{}}",2,{i},{shape},"{a}"' for n, a in attributes.items() for i in (0, 1)
    ]
    (folder / "via_export_csv.csv").write_text("\n".join([head, *rows]) + "\n")
    assert found(read_dataset(folder)) == CLASS


def test_via_table_of_version_3(folder: Path) -> None:
    head = [
        "# Exported using VGG Image Annotator (http://www.robots.ox.ac.uk/~vgg/software/via)",
        "# CSV_HEADER = metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,"
        "metadata",
    ]
    for place in ("[]", "[2,10,20,50,80]"):
        rows = [
            f'1_{i},"[""{n}.jpg""]",0,[],"{place}","{{""1"": ""{c}""}}"'
            for i, (n, c) in enumerate(CLASS.items())
        ]
        (folder / "via3.csv").write_text("\n".join([*head, *rows]) + "\n")
        assert found(read_dataset(folder / "via3.csv")) == CLASS


def test_automl_table_of_files_here(folder: Path) -> None:
    rows = [
        f"{('TRAIN', 'UNASSIGNED', 'TEST')[i % 3]},{n}.jpg,{c}"
        for i, (n, c) in enumerate(CLASS.items())
    ]
    (folder / "import.csv").write_text("\n".join(rows) + "\n")
    listing = read_dataset(folder / "import.csv")
    assert found(listing) == CLASS
    assert {record.split for record in listing.records} == {"TRAIN", "", "TEST"}


# -- several people, several questions -------------------------------------------------------


def several(task: dict[str, Any], said: dict[int, list[str]], cancelled: int = 0) -> dict[str, Any]:
    first = task["annotations"][0]
    result = first["result"][0]
    task["annotations"] = [
        first
        | {
            "completed_by": person,
            "was_cancelled": person == cancelled,
            "result": [result | {"value": {"choices": labels}}],
        }
        for person, labels in said.items()
    ]
    return task


def test_annotators_of_label_studio(folder: Path) -> None:
    tasks = [several(label_studio(n, [c]), {1: [c], 2: [c], 7: ["dog"]}) for n, c in CLASS.items()]
    tasks.append(several(label_studio("two", ["cat"]), {1: ["cat", "dog"], 2: ["cat"]}))
    tasks.append(several(label_studio("none", ["cat"]), {1: ["dog"], 2: ["cat"], 7: ["cat"]}, 1))
    (folder / "project-1-at-2024.json").write_text(json.dumps(tasks))
    listing = read_dataset(folder / "project-1-at-2024.json")
    assert listing.annotators == ["1", "2", "7"] and listing.votes
    said = {r.file.stem: r.annotations for r in listing.records}
    assert said == {n: (c, c, "dog") for n, c in CLASS.items()} | {
        "two": ("", "cat", ""),
        "none": ("", "cat", "cat"),
    }
    person = {"id": 1, "email": "ann@example.org", "first_name": "Ann"}
    for item in tasks:
        item["annotations"][0]["completed_by"] = person
    (folder / "project-1-at-2024.json").write_text(json.dumps(tasks))
    assert read_dataset(folder).annotators == ["2", "7", "ann@example.org"]


@pytest.mark.parametrize(
    ("others", "doubtful", "noted"),
    [({}, True, False), ({7: ["cat"]}, False, False), ({7: ["cat"], 8: ["dog"]}, False, True)],
)
@pytest.mark.parametrize("form", ["json", "csv", "columns"])
def test_people_who_disagree(
    folder: Path, others: dict[int, list[str]], doubtful: bool, noted: bool, form: str
) -> None:
    """Of two nobody knows which is right; of more those who mostly agree with the others."""
    answers: dict[str, dict[int, list[str]]] = {n: {1: [c], 2: [c]} for n, c in CLASS.items()}
    answers[NAMES[0]] = {1: ["cat"], 2: ["dog"], **others}
    answers[NAMES[1]] |= {who: [CLASS[NAMES[1]]] for who in others}
    if form == "json":
        tasks = [several(label_studio(n, ["cat"]), said) for n, said in answers.items()]
        (folder / "a.json").write_text(json.dumps(tasks))
    elif form == "columns":
        # A word for nothing is no answer that another could contradict.
        people = [1, 2, *others]
        cells = {n: [said.get(who, ["N/A"])[0] for who in people] for n, said in answers.items()}
        lines = [",".join([f"{n}.jpg", *said]) for n, said in cells.items()]
        header = ",".join(["image", *(f"person {who}" for who in people)])
        (folder / "a.csv").write_text("\n".join([header, *lines]) + "\n")
        columns = [f"person {who}" for who in people]
        listing = read_dataset(folder / "a.csv", annotator_columns=columns)
    else:
        rows = [f"{n}.jpg,{who},{c}" for n, said in answers.items() for who, (c,) in said.items()]
        (folder / "a.csv").write_text("\n".join(["image,annotator,label", *rows]) + "\n")
    if form != "columns":
        listing = read_dataset(folder / f"a.{form}")
    assert ["disagree on 1 images" in str(s) for s in listing.suspicions] == [True] * doubtful
    assert any("As many people" in str(w) for w in listing.warnings) == noted


def test_annotators_of_labelbox(folder: Path) -> None:
    items = []
    for name, kind in CLASS.items():
        item = labelbox(name, [kind])
        other = labelbox(name, ["dog"])["projects"]["clp"]["labels"][0]
        other["label_details"]["created_by"] = "ben@example.org"
        item["projects"]["clp"]["labels"].append(other)
        items.append(item)
    (folder / "a.ndjson").write_text(lines(items))
    old = [labelbox_old(n, [c]) for n, c in CLASS.items()]
    old += [labelbox_old(n, ["dog"]) | {"Created By": "ben@example.org"} for n in NAMES]
    (folder / "b.json").write_text(json.dumps(old))
    for name in ("a.ndjson", "b.json"):
        listing = read_dataset(folder / name)
        assert listing.annotators == ["ann@example.org", "ben@example.org"]
        assert all(r.annotations == (CLASS[r.file.stem], "dog") for r in listing.records)


def test_several_questions_must_be_chosen_from(folder: Path) -> None:
    tasks = []
    for number, (name, kind) in enumerate(CLASS.items()):
        task = label_studio(name, [kind])
        results = task["annotations"][0]["result"]
        quality = ("sharp", "blurred")[number // 4]
        results.append(results[0] | {"from_name": "quality", "value": {"choices": [quality]}})
        tasks.append(task)
    (folder / "export.json").write_text(json.dumps(tasks))
    for source in (folder, folder / "export.json"):
        with pytest.raises(UserError, match="several kinds of labels: `class`, `quality`"):
            read_dataset(source)
        assert found(read_dataset(source, label_column="class")) == CLASS
        assert read_dataset(source, label_column="Quality").class_names == ["blurred", "sharp"]
    with pytest.raises(UserError, match="has no labels `size`"):
        read_dataset(folder / "export.json", label_column="size")


def test_boxes_serve_where_there_are_no_choices(folder: Path) -> None:
    tasks = []
    for name, kind in CLASS.items():
        task = label_studio(name, [kind])
        box = {"x": 1.0, "y": 1.0, "width": 9.0, "height": 9.0, "rectanglelabels": [kind]}
        result = task["annotations"][0]["result"][0] | {"type": "rectanglelabels", "value": box}
        task["annotations"][0]["result"] = [result, result]
        tasks.append(task)
    (folder / "export.json").write_text(json.dumps(tasks))
    assert found(read_dataset(folder)) == CLASS


def test_boxes_beside_labels_do_not_count(folder: Path) -> None:
    """An image may have a class of its own and boxes of its parts."""
    tasks = [label_studio(n, [c]) for n, c in CLASS.items()]
    for task in tasks:
        result = task["annotations"][0]["result"]
        box = {"x": 1.0, "y": 1.0, "width": 9.0, "height": 9.0, "rectanglelabels": ["ear"]}
        result.append(result[0] | {"type": "rectanglelabels", "from_name": "box", "value": box})
    rows = [labelbox(n, [c]) for n, c in CLASS.items()]
    for row in rows:
        given = row["projects"]["clp"]["labels"][0]["annotations"]
        given["objects"] = [{"name": "ear", "annotation_kind": "ImageBoundingBox"}]
    old = [labelbox_old(n, [c]) for n, c in CLASS.items()]
    for row in old:
        row["Label"]["objects"] = [{"title": "ear", "value": "ear"}]
    items = [datumaro_item(n, [c]) for n, c in CLASS.items()]
    for item in items:
        box = {"id": 1, "type": "bbox", "label_id": 1, "bbox": [1, 1, 2, 2]}
        item["annotations"] += [box, box | {"label_id": 0}]
    for value in (tasks, rows, old, datumaro(items)):
        (folder / "export.json").write_text(json.dumps(value))
        assert found(read_dataset(folder / "export.json")) == CLASS


def test_labels_of_rekognition(folder: Path) -> None:
    """An attribute of its own for every label."""
    items = []
    for name, kind in CLASS.items():
        item = sagemaker(name, [kind])
        items.append(
            {
                "source-ref": item["source-ref"],
                f"set_{kind}": 1,
                f"set_{kind}-metadata": item["animals-metadata"] | {"human-annotated": "no"},
            }
        )
    (folder / "out.manifest").write_text(lines(items))
    listing = read_dataset(folder / "out.manifest")
    assert found(listing) == CLASS
    assert any("8 of 8 labels were given by the service" in str(w) for w in listing.warnings)


def test_failed_and_verifying_jobs_do_not_count(folder: Path) -> None:
    items = [sagemaker(n, [c]) for n, c in CLASS.items()]
    for item in items:
        item["check"] = 0
        item["check-metadata"] = {"class-name": "good", "type": "groundtruth/label-verification"}
    items[0]["animals-metadata"] = {"failure-reason": "no access"}
    (folder / "out.manifest").write_text(lines(items))
    listing = read_dataset(folder / "out.manifest")
    assert found(listing) == {n: c for n, c in CLASS.items() if n != "00"}


def test_several_exports_in_a_folder_are_not_mixed(folder: Path) -> None:
    for day in ("05", "06"):
        tasks = [label_studio(n, [c]) for n, c in CLASS.items()]
        (folder / f"project-1-at-2024-01-{day}.json").write_text(json.dumps(tasks))
    with pytest.raises(UserError, match="holds several files of labels"):
        read_dataset(folder)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json"])
def test_tables_of_label_studio(folder: Path, suffix: str) -> None:
    """Two people; several choices are an object in the cell."""
    rows = [
        {
            "image": f"/data/upload/1/0a1b2c3d-{name}.jpg",
            "id": i,
            "choice": choice,
            "annotator": person,
            "annotation_id": 10 * i + person,
            "created_at": EPOCH,
            "updated_at": EPOCH,
            "lead_time": 2.5,
        }
        for i, (name, kind) in enumerate({**CLASS, "two": {"choices": ["cat", "dog"]}}.items())
        for person, choice in ((1, kind), (2, "dog"))
    ]
    if suffix == ".json":
        (folder / "min.json").write_text(json.dumps(rows))
    else:
        mark = {".csv": ",", ".tsv": "\t"}[suffix]
        text = [mark.join(rows[0])]
        for row in rows:
            cells = [json.dumps(v) if isinstance(v, dict) else str(v) for v in row.values()]
            text.append(mark.join('"' + c.replace('"', '""') + '"' for c in cells))
        (folder / f"min{suffix}").write_text("\n".join(text) + "\n")
    listing = read_dataset(folder / f"min{suffix}")
    assert listing.class_names == ["cat", "dog"] and listing.annotators == ["1", "2"]
    said = {r.file.stem: r.annotations for r in listing.records}
    assert said.pop("two", ("", "dog")) == ("", "dog")
    assert said == {n: (c, "dog") for n, c in CLASS.items()}


# -- a file for each image -------------------------------------------------------------------


def write_json(file: Path, value: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value))


def supervisely(*tags: tuple[str, str | None], objects: Iterable[str] = ()) -> dict[str, Any]:
    made = [
        {"id": 1, "tagId": 2, "name": name, "value": value, "labelerLogin": "ann"}
        for name, value in tags
    ]
    things = [{"id": 1, "classTitle": name, "geometryType": "rectangle"} for name in objects]
    size = {"width": 6, "height": 5}
    return {"description": "", "tags": made, "size": size, "objects": things}


@pytest.mark.parametrize("kind", ["tag", "value", "objects"])
def test_supervisely(tmp_path: Path, make_images: MakeImages, kind: str) -> None:
    parts = {n: ("train", "val")[i // 4] for i, n in enumerate(NAMES)}
    root = make_images(tmp_path / "d", [f"{parts[n]}/img/{n}.jpg" for n in NAMES])
    write_json(root / "meta.json", {"classes": [], "tags": [{"name": "cat"}, {"name": "dog"}]})
    for name, label in CLASS.items():
        given = {
            "tag": supervisely((label, None), objects=["ear"]),
            "value": supervisely(("animal", label)),
            "objects": supervisely(objects=[label, label]),
        }[kind]
        write_json(root / parts[name] / "ann" / f"{name}.jpg.json", given)
    listing = read_dataset(root)
    assert found(listing) == CLASS
    assert {r.file.stem: r.split for r in listing.records} == parts


def test_supervisely_with_several_tags(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"ds/img/{n}.jpg" for n in NAMES])
    for name, label in CLASS.items():
        given = supervisely(("animal", label), ("light", "day"))
        write_json(root / "ds" / "ann" / f"{name}.jpg.json", given)
    with pytest.raises(UserError, match="several kinds of labels"):
        read_dataset(root)
    assert found(read_dataset(root, label_column="animal")) == CLASS


def labelme(name: str, *flags: str, shapes: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "version": "5.4.1",
        "flags": {label: label in flags for label in ("cat", "dog", "blurred")},
        "shapes": [
            {"label": s, "points": [[1, 1], [2, 2]], "shape_type": "rectangle"} for s in shapes
        ],
        "imagePath": f"..\\photos\\{name}.jpg",
        "imageData": None,
        "imageHeight": 5,
        "imageWidth": 6,
    }


@pytest.mark.parametrize("by_flags", [True, False])
def test_labelme(tmp_path: Path, make_images: MakeImages, by_flags: bool) -> None:
    root = make_images(tmp_path / "d", [f"{n}.jpg" for n in [*NAMES, "two"]])
    for name, label in CLASS.items():
        given = (
            labelme(name, label, shapes=["ear"]) if by_flags else labelme(name, shapes=[label] * 2)
        )
        write_json(root / f"{name}.json", given)
    both = labelme("two", "cat", "dog") if by_flags else labelme("two", shapes=["cat", "dog"])
    write_json(root / "two.json", both)
    listing = read_dataset(root)
    assert found(listing) == CLASS
    assert skipped(listing) == {"two": "several labels: `cat`, `dog`"}


def test_shapes_in_class_folders_are_no_labels(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"{CLASS[n]}/{n}.jpg" for n in NAMES])
    for name, label in CLASS.items():
        write_json(root / label / f"{name}.json", labelme(name, shapes=["ear"]))
    listing = read_dataset(root)
    assert listing.reader == "class-folders" and found(listing) == CLASS


def test_cvat_file_that_was_chosen(folder: Path) -> None:
    images = [f'<image id="{n}" name="{n}.jpg"><tag label="{CLASS[n]}"/></image>' for n in NAMES]
    text = (
        f"<?xml version='1.0'?><annotations><version>1.1</version>{''.join(images)}</annotations>"
    )
    (folder / "job 7.xml").write_text(text)
    assert found(read_dataset(folder / "job 7.xml")) == CLASS


@pytest.mark.parametrize("value", [None, 1, "x", [1], {"a": 1}])
@pytest.mark.parametrize("key", ["annotations", "data"])
def test_a_field_of_another_kind_is_said(folder: Path, key: str, value: object) -> None:
    """A hand-edited export is refused or read, never a crash."""
    tasks = [label_studio(n, [c]) for n, c in CLASS.items()]
    tasks[3][key] = value
    (folder / "export.json").write_text(json.dumps(tasks))
    try:
        assert "03" not in found(read_dataset(folder / "export.json"))
    except UserError as error:
        assert "Label Studio" in str(error)


def test_taxonomy_of_label_studio(folder: Path) -> None:
    tasks = [label_studio(n, [c]) for n, c in CLASS.items()]
    for task, kind in zip(tasks, CLASS.values(), strict=True):
        result = task["annotations"][0]["result"][0]
        result |= {"type": "taxonomy", "value": {"taxonomy": [["Animal", kind]]}}
    (folder / "export.json").write_text(json.dumps(tasks))
    assert found(read_dataset(folder)) == {n: f"Animal/{c}" for n, c in CLASS.items()}


def test_prodigy(folder: Path) -> None:
    """What was rejected or passed over is no label."""
    kinds = [{"id": "cat"}, {"id": "dog"}]
    rows: list[dict[str, Any]] = [
        {"image": f"images/{n}.jpg", "options": kinds, "accept": [c], "answer": "accept"}
        for n, c in CLASS.items()
    ]
    rows[0]["answer"], rows[1]["answer"] = "reject", "ignore"
    rows[2] |= {"image": "data:image/jpeg;base64,aaaa", "path": "images/02.jpg"}
    rows[3] |= {"image": "data:image/jpeg;base64,aaaa", "meta": {"file": "03.jpg"}}
    (folder / "export.jsonl").write_text(lines(rows))
    wanted = {n: c for n, c in CLASS.items() if n not in ("00", "01")}
    assert found(read_dataset(folder / "export.jsonl")) == wanted
    single = [
        {"image": row["image"], "label": kind, "answer": row["answer"]}
        for row, kind in zip(rows, CLASS.values(), strict=True)
    ]
    (folder / "export.jsonl").write_text(lines([r for r in single if "data:" not in r["image"]]))
    listing = read_dataset(folder / "export.jsonl")
    assert found(listing) == {n: c for n, c in wanted.items() if n not in ("02", "03")}


def test_darwin(folder: Path) -> None:
    for name, kind in CLASS.items():
        given = {
            "version": "2.0",
            "item": {"name": f"{name}.jpg", "path": "/", "slots": []},
            "annotations": [{"tag": {}, "name": kind}, {"bounding_box": {}, "name": "ear"}],
        }
        write_json(folder / "annotations" / f"{name}.json", given)
    assert found(read_dataset(folder)) == CLASS


def test_attributes_of_cvat_tags(folder: Path) -> None:
    images = [
        f'<image id="{n}" name="{n}.jpg"><tag label="animal"><attribute name="kind">{c}</attribute>'
        "</tag></image>"
        for n, c in CLASS.items()
    ]
    (folder / "annotations.xml").write_text(f"<annotations>{''.join(images)}</annotations>")
    listing = read_dataset(folder)
    assert set(found(listing).values()) == {"animal"}
    assert any("attributes (`kind`)" in str(w) for w in listing.warnings)
    assert found(read_dataset(folder, label_column="kind")) == CLASS
    with pytest.raises(UserError, match="has no labels `size`"):
        read_dataset(folder, label_column="size")


def test_tables_of_crowdsourcing(folder: Path) -> None:
    """Mechanical Turk and Toloka put words before the columns' names."""
    rows = [(n, w, CLASS[n] if w < 2 else "dog") for n in NAMES for w in range(3)]
    head = "HITId,WorkerId,AssignmentStatus,Input.image_url,Answer.category.label"
    turk = [f"H,W{w},Approved,https://b.s3.amazonaws.com/images/{n}.jpg,{c}" for n, w, c in rows]
    (folder / "turk.csv").write_text("\n".join([head, *turk]) + "\n")
    head = "INPUT:image\tOUTPUT:result\tASSIGNMENT:worker_id"
    toloka = [f"/proj/images/{n}.jpg\t{c}\tW{w}" for n, w, c in rows]
    (folder / "toloka.tsv").write_text("\n".join([head, *toloka]) + "\n")
    for name in ("turk.csv", "toloka.tsv"):
        listing = read_dataset(folder / name)
        assert listing.annotators == ["W0", "W1", "W2"]
        said = {r.file.stem: r.annotations for r in listing.records if any(r.annotations)}
        assert said == {n: (c, c, "dog") for n, c in CLASS.items()}


def test_table_of_labelbox(folder: Path) -> None:
    cells = {n: json.dumps({"animal": c}).replace('"', '""') for n, c in CLASS.items()}
    rows = [f'a,https://s/{n}.jpg,"{cell}",{n}.jpg' for n, cell in cells.items()]
    head = "ID,Labeled Data,Label,External ID"
    (folder / "t.csv").write_text("\n".join([head, *rows]) + "\n")
    assert found(read_dataset(folder / "t.csv")) == CLASS


def test_columns_of_several_people_are_pointed_at(folder: Path) -> None:
    rows = [f"images/{n}.jpg,{c},{c},dog" for n, c in CLASS.items()]
    (folder / "t.csv").write_text("\n".join(["path,rater1,rater2,rater3", *rows]) + "\n")
    with pytest.raises(UserError) as caught:
        read_dataset(folder / "t.csv")
    assert "--annotator-column" in str(caught.value.hint)


def superannotate(name: str, *tags: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What SuperAnnotate keeps of an image."""
    metadata = {"name": name, "width": 8, "height": 8, "projectId": 9, "status": "Completed"}
    things = [{"type": "tag", "probability": 100, "attributes": [], **tag} for tag in tags]
    return {"metadata": metadata, "instances": things, "tags": [], "comments": [], **more}


@pytest.mark.parametrize("form", ["named", "numbered", "free tags", "old names of files", "list"])
def test_superannotate(folder: Path, form: str) -> None:
    classes = [{"id": 5, "name": "cat", "type": "tag"}, {"id": 6, "name": "dog", "type": "tag"}]
    box = {"type": "bbox", "className": "ear", "points": {"x1": 1, "x2": 2, "y1": 1, "y2": 2}}
    images = []
    for name, kind in CLASS.items():
        number = 5 + (kind == "dog")
        tag = {"classId": number} if form == "numbered" else {"classId": 1, "className": kind}
        given = superannotate(f"{name}.jpg", *(() if form == "free tags" else (tag,)))
        given["instances"].append(box)
        if form == "free tags":
            given["tags"] = [kind]
        images.append(given)
        if form != "list":
            end = "___objects.json" if form == "old names of files" else ".json"
            write_json(folder / "images" / f"{name}.jpg{end}", given)
    if form == "list":
        write_json(folder / "annotations.json", images)
    else:
        write_json(folder / "images" / "classes" / "classes.json", classes)
    listing = read_dataset(folder)
    assert found(listing) == CLASS and not listing.suspicions
    assert "SuperAnnotate" in str(listing.reading.why)
    if form != "list":
        assert found(read_dataset(folder / "images")) == CLASS


def test_superannotate_by_split_and_apart_from_the_images(
    tmp_path: Path, make_images: MakeImages
) -> None:
    folder = make_images(tmp_path / "d", [f"photos/{name}.jpg" for name in CLASS])
    for name, kind in CLASS.items():
        part = "train" if name < "04" else "val"
        given = superannotate(f"{name}.jpg", {"className": kind})
        write_json(folder / part / f"{name}.jpg.json", given)
    listing = read_dataset(folder)
    assert found(listing) == CLASS
    assert {record.split for record in listing.records} == {"train", "val"}


def test_attributes_of_superannotate_are_asked_about(folder: Path) -> None:
    for name, kind in CLASS.items():
        tag = {"className": "animal", "attributes": [{"name": kind, "groupName": "kind"}]}
        write_json(folder / "images" / f"{name}.jpg.json", superannotate(f"{name}.jpg", tag))
    with pytest.raises(UserError, match="several kinds of labels: `class`, `kind`"):
        read_dataset(folder)
    assert found(read_dataset(folder, label_column="kind")) == CLASS


def test_superannotate_with_two_tags_has_several_labels(folder: Path) -> None:
    for name, kind in CLASS.items():
        tags = [{"className": kind}, *([{"className": "bird"}] if name == "03" else [])]
        write_json(folder / "images" / f"{name}.jpg.json", superannotate(f"{name}.jpg", *tags))
    listing = read_dataset(folder)
    assert "03" not in found(listing) and "`dog`, `bird`" in skipped(listing)["03"]


def test_a_classification_of_an_image_group_holds_for_all_its_images(folder: Path) -> None:
    """One that is marked in some of the images holds for these alone."""
    rows = [encord(name, ["cat"]) for name in CLASS]
    group = rows[0] | {"data_type": "img_group"}
    group["data_units"] = {key: unit for row in rows for key, unit in row["data_units"].items()}
    for unit in group["data_units"].values():
        unit["labels"]["classifications"] = []
    group["classification_answers"]["c"] |= {"range": [], "spaces": {}}
    write_json(folder / "labels.json", [group])
    assert found(read_dataset(folder)) == dict.fromkeys(CLASS, "cat")
    marked = {"name": "Animal", "value": "animal", "classificationHash": "c"}
    group["data_units"]["02"]["labels"]["classifications"] = [marked]
    write_json(folder / "labels.json", [group])
    assert found(read_dataset(folder)) == {"02": "cat"}


def test_deleted_objects_of_encord_are_no_labels(folder: Path) -> None:
    rows = [encord(name, []) for name in CLASS]
    for row, (name, kind) in zip(rows, CLASS.items(), strict=True):
        deleted = {"name": "bird", "boundingBox": {}, "objectHash": "d", "isDeleted": True}
        kept = {"name": kind, "boundingBox": {}, "objectHash": "o", "isDeleted": False}
        row["data_units"][name]["labels"]["objects"] = [deleted, kept]
    write_json(folder / "labels.json", rows)
    assert found(read_dataset(folder)) == CLASS


def test_tasks_of_scale_that_are_not_done_say_nothing(folder: Path) -> None:
    tasks = [scale(name, [kind]) for name, kind in CLASS.items()]
    tasks[0]["status"], tasks[1]["response"] = "pending", None
    (folder / "tasks.json").write_text(json.dumps(tasks))
    known = {name: kind for name, kind in CLASS.items() if name > "01"}
    assert found(read_dataset(folder)) == known


def test_what_was_drawn_for_scale_is_no_label_of_the_image(folder: Path) -> None:
    box = {"label": "ear", "left": 1, "top": 1, "width": 2, "height": 2}
    tasks = [
        scale(name, [kind]) | {"response": {"annotations": [box]}} for name, kind in CLASS.items()
    ]
    (folder / "tasks.json").write_text(json.dumps(tasks))
    with pytest.raises(UserError, match="not clear which column"):
        read_dataset(folder)


def _labelme_at(root: Path, part: str, name: str, kind: str) -> None:
    given = {"shapes": [], "imagePath": f"{name}.jpg", "flags": {kind: True}}
    write_json(root / part / f"{name}.json", given)


def _supervisely_at(root: Path, part: str, name: str, kind: str) -> None:
    (root / part / "img").mkdir(exist_ok=True)
    (root / part / f"{name}.jpg").rename(root / part / "img" / f"{name}.jpg")
    given = {"tags": [{"name": kind, "value": None}], "objects": []}
    write_json(root / part / "ann" / f"{name}.jpg.json", given)


def _superannotate_at(root: Path, part: str, name: str, kind: str) -> None:
    given = superannotate(f"{name}.jpg", {"className": kind})
    write_json(root / part / f"{name}.jpg.json", given)


@pytest.mark.parametrize("place", [_labelme_at, _supervisely_at, _superannotate_at])
@pytest.mark.parametrize("parts", [("train", "holdout"), ("Trainingsdaten", "Test Set")])
def test_splits_of_any_words_beside_each_other(
    tmp_path: Path,
    make_images: MakeImages,
    place: Callable[[Path, str, str, str], None],
    parts: tuple[str, str],
) -> None:
    part_of = {name: parts[name > "03"] for name in CLASS}
    root = make_images(tmp_path / "d", [f"{part}/{name}.jpg" for name, part in part_of.items()])
    for name, part in part_of.items():
        place(root, part, name, CLASS[name])
    listing = read_dataset(root)
    labels = {record.file.stem: record.label for record in listing.records}
    assert labels == CLASS
    assert {record.file.stem: record.split for record in listing.records} == part_of


def test_yolo_and_cvat_with_splits_of_any_words(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"{part}/{n}" for part in ("train", "holdout") for n in range(4)]
    yolo = make_images(tmp_path / "yolo", [f"images/{name}.jpg" for name in names])
    (yolo / "data.yaml").write_text("names: [cat, dog]\n")
    cvat = make_images(tmp_path / "cvat", [f"{name}.jpg" for name in names])
    for part in ("train", "holdout"):
        (yolo / "labels" / part).mkdir(parents=True)
        for n in range(4):
            (yolo / "labels" / part / f"{n}.txt").write_text(f"{n % 2} .5 .5 .1 .1\n")
        tags = [f'<image name="{part}/{n}.jpg"><tag label="k{n % 2}"/></image>' for n in range(4)]
        (cvat / f"{part}.xml").write_text(f"<annotations>{''.join(tags)}</annotations>")
    for root in (yolo, cvat):
        splits = Counter(record.split for record in read_dataset(root).records)
        assert splits == {"train": 4, "holdout": 4}


@pytest.mark.parametrize("words", [("train", "holdout"), ("Trainingsdaten", "Testdaten")])
def test_lists_of_parts_of_any_words_are_no_classes(
    folder: Path, make_images: MakeImages, words: tuple[str, str]
) -> None:
    rows = {word: [[f"{n}.jpg", "0", c] for n, c in CLASS.items()] for word in words}
    (folder / "split.json").write_text(
        json.dumps({w: r[i::2] for i, (w, r) in enumerate(rows.items())})
    )
    listing = read_dataset(folder)
    assert found(listing) == CLASS and {r.split for r in listing.records if r.label} == set(words)
    paths = {word: [row[0] for row in given[i::2]] for i, (word, given) in enumerate(rows.items())}
    (folder / "split.json").write_text(json.dumps(paths))
    with pytest.raises(UserError):
        read_dataset(folder / "split.json")
