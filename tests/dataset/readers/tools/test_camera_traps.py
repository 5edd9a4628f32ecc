"""What MegaDetector and SpeciesNet write of camera trap images, in their forms."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.apply import apply_in_place, plan_patch
from lnl_gui.dataset.patching.changes import LabelChange, content_digest
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

NAMES = [f"site/img_{at:02d}.jpg" for at in range(12)]
TRUTH = ("animal", "person", "vehicle", "empty") * 3
ELEPHANT = (
    "55631055-3e0e-4b7a-9612-dedebe9f78b0;mammalia;proboscidea;elephantidae;loxodonta;africana;"
    "african elephant"
)
RODENT = "90d950db-2106-4bd9-a4c1-777604c3eada;mammalia;rodentia;;;;rodent"
BLANK = "f1856211-cfb7-4a5b-9158-c0f72fd09ee6;;;;;;blank"
UNKNOWN = f"f2efdae9-efb8-48fb-8a91-eccf79ab4ffb{';no cv result' * 6}"
VULPES = "00000000-0000-0000-0000-000000000001;mammalia;carnivora;canidae;vulpes;;"
MOUSE = "00000000-0000-0000-0000-00000000000{};mammalia;rodentia;muridae;{};{};mouse"


@pytest.fixture
def root(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(tmp_path / "d", NAMES)


def detection(category: str, confidence: float = 0.9, species: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"category": category, "conf": confidence, "bbox": [0.0, 0.2, 0.1, 0.2]}
    # In the order of their confidence, the best first.
    return found | ({"classifications": [[species, 0.8], ["9", 0.1]]} if species else {})


def megadetector(images: Sequence[Any], **more: Any) -> dict[str, Any]:
    metadata = {"typical_detection_threshold": 0.2, "conservative_detection_threshold": 0.05}
    return {
        "info": {
            "format_version": "1.4",
            "detector": "md_v5a.0.0.pt",
            "detector_metadata": metadata,
        },
        "detection_categories": {"1": "animal", "2": "person", "3": "vehicle"},
        "images": list(images),
        **more,
    }


def detected(categories: Sequence[str], *, names: Sequence[str] = NAMES) -> list[Any]:
    numbers = {"animal": "1", "person": "2", "vehicle": "3"}
    return [
        {"file": name, "detections": [detection(numbers[c])] if c in numbers else []}
        for name, c in zip(names, categories, strict=True)
    ]


def write(root: Path, value: object, name: str = "output.json") -> Path:
    (root / name).write_text(json.dumps(value), encoding="utf-8")
    return root / name


def labels(listing: Listing) -> list[str]:
    return [record.label for record in listing.records]


def of_model(listing: Listing) -> list[str]:
    return [str(said) for said in listing.suspicions if "what a model predicted" in str(said)]


@pytest.mark.parametrize("form", ["batch", "list"])
def test_the_class_of_what_was_detected(root: Path, form: str) -> None:
    value: object = megadetector(detected(TRUTH))
    if form == "list":
        value = [
            {
                "file": name,
                "detections": [{"category": c, "confidence": 0.9, "bbox": [1.0, 2.0, 5.0, 4.0]}]
                if c != "empty"
                else [],
            }
            for name, c in zip(NAMES, TRUTH, strict=True)
        ]
    file = write(root, value)
    for listing in (read_dataset(root), read_dataset(file)):
        assert labels(listing) == list(TRUTH)
        assert len(of_model(listing)) == 1 and not listing.skipped


def test_what_is_unsure_does_not_count_and_what_failed_has_no_label(root: Path) -> None:
    images = detected(TRUTH)
    images[0]["detections"] = [detection("1", 0.9), detection("2", 0.1)]
    images[3]["detections"] = [detection("1", 0.05), detection("3", 0.199)]
    images[4] = {"file": NAMES[4], "failure": "Failure image access", "detections": None}
    images[5]["detections"].append(detection("7"))  # of which the file says nothing
    images.append({"file": "site/clip.mp4", "frame_rate": 20, "detections": [detection("1")]})
    write(root, megadetector(images))
    listing = read_dataset(root)
    assert labels(listing) == [label if at != 4 else "" for at, label in enumerate(TRUTH)]
    assert [entry.path for entry in listing.skipped] == ["site/clip.mp4"]
    assert any("0.2 or more" in str(text) for text in listing.warnings)


@pytest.mark.parametrize(
    ("info", "label"),
    [
        ({"detector": "md_v4.1.0.pb"}, "empty"),
        ({"detector": "md_v5b.0.0.pt"}, "animal"),
        ({}, "animal"),
        ({"detector_metadata": {"typical_detection_threshold": 0.7}}, "empty"),
    ],
)
def test_from_which_confidence_on_the_model_says(root: Path, info: object, label: str) -> None:
    images = detected(TRUTH)
    images[0]["detections"] = [detection("1", 0.6)]
    write(root, megadetector(images, info=info))
    assert labels(read_dataset(root))[0] == label


def test_several_categories_in_one_image_are_told(root: Path) -> None:
    images = detected(TRUTH)
    images[1]["detections"].append(detection("3"))
    write(root, megadetector(images))
    listing = read_dataset(root)
    [skipped] = listing.skipped
    assert skipped.path == NAMES[1]
    assert str(skipped.reason) == "several labels: `person`, `vehicle`"


def test_a_classifier_tells_the_species_of_what_was_detected(root: Path) -> None:
    images = detected(["animal", "animal", "person", "empty"] * 3)
    for at, image in enumerate(images):
        if at % 4 < 2:
            image["detections"] = [detection("1", 0.9, "35"[at % 2]), detection("1", 0.3)]
    more = {"classification_categories": {"3": "bear", "5": "elk", "9": "fox"}}
    write(root, megadetector(images, **more))
    assert labels(read_dataset(root)) == ["bear", "elk", "person", "empty"] * 3


def speciesnet(predictions: Sequence[str]) -> dict[str, Any]:
    return {
        "predictions": [
            {
                "filepath": name,
                "country": "KEN",
                "classifications": {"classes": [BLANK, text], "scores": [0.6, 0.4]},
                "detections": [detection("1", 0.935) | {"label": "animal"}],
                "prediction": text,
                "prediction_score": 0.935,
                "prediction_source": "classifier",
                "model_version": "4.0.0a_pt",
            }
            for name, text in zip(NAMES, predictions, strict=True)
        ]
    }


def test_the_common_name_of_what_was_predicted(root: Path) -> None:
    value = speciesnet([ELEPHANT, BLANK, RODENT, UNKNOWN] * 3)
    value["predictions"][0] = {
        "filepath": NAMES[0],
        "failures": ["CLASSIFIER", "DETECTOR"],
        "model_version": "4.0.0a_pt",
    }
    file = write(root, value, "predictions.json")
    for listing in (read_dataset(root), read_dataset(file)):
        expected = ["african elephant", "blank", "rodent", ""] * 3
        assert labels(listing) == ["", *expected[1:]]
        assert len(of_model(listing)) == 1 and "SpeciesNet 4.0.0a_pt" in of_model(listing)[0]


def test_taxa_without_a_common_name_or_of_one_name(root: Path) -> None:
    mice = [MOUSE.format(2, "mus", "musculus"), MOUSE.format(3, "apodemus", "")]
    write(root, speciesnet([VULPES, *mice, BLANK] * 3))
    assert labels(read_dataset(root))[:3] == [
        "vulpes genus",
        "mouse (mus musculus)",
        "mouse (apodemus genus)",
    ]


def test_a_table_of_predictions(root: Path) -> None:
    texts = [ELEPHANT, BLANK, UNKNOWN] * 4
    rows = [f"{name},{text},0.9" for name, text in zip(NAMES, texts, strict=True)]
    (root / "predictions.csv").write_text(
        "\n".join(["filepath,prediction,prediction_score", *rows])
    )
    listing = read_dataset(root)
    assert labels(listing) == ["african elephant", "blank", ""] * 4
    assert len(of_model(listing)) == 1


def test_labels_of_people_come_first(root: Path) -> None:
    write(root, megadetector(detected(TRUTH)))
    rows = [f"{name},{('fox', 'elk')[at % 2]}" for at, name in enumerate(NAMES)]
    (root / "labels.csv").write_text("\n".join(["file,label", *rows]))
    listing = read_dataset(root)
    assert labels(listing) == ["fox", "elk"] * 6 and not of_model(listing)


def test_folders_that_look_like_classes_are_asked_about(
    tmp_path: Path, make_images: MakeImages
) -> None:
    names = [f"{kind}/{at}.jpg" for kind in ("fox", "elk") for at in range(8)]
    root = make_images(tmp_path / "d", names)
    write(root, megadetector(detected(TRUTH + TRUTH[:4], names=names)))
    listing = read_dataset(root)
    assert set(labels(listing)) == {"fox", "elk"}
    assert "`output.json`" in str([str(said) for said in listing.suspicions])


def test_what_a_detector_wrote_is_not_edited(root: Path) -> None:
    """A box is no place for the class of an image; a prediction is."""
    digest = content_digest(root / NAMES[0])
    change = LabelChange(NAMES[0], digest, "animal", "empty")
    plan = plan_patch([change], write(root, megadetector(detected(TRUTH))), read_dataset)
    assert [conflict.path for conflict in plan.conflicts] == [NAMES[0]] and not plan.wanted
    change = LabelChange(NAMES[0], digest, "african elephant", "rodent")
    file = write(root, speciesnet([ELEPHANT, BLANK, RODENT] * 4))
    apply_in_place(plan_patch([change], file, read_dataset), read_dataset)
    assert json.loads(file.read_text())["predictions"][0]["prediction"] == RODENT
