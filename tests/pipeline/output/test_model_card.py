"""The README of an exported model: what the hub reads, what people read, and what is not known."""

from typing import Any

import pytest

from lnl_gui.pipeline.output.model_card import CardFacts, model_card, plain
from lnl_gui.store.detection.rate_doubts import PERHAPS_NONE

SCORES = {"samples": 200, "accuracy": 0.9, "balanced_accuracy": 0.85}
LOSS = {
    "images": 200,
    "before": 0.9,
    "after": 0.88,
    "difference": {"value": -0.02, "low": -0.05, "high": 0.01},
    "same_class": 0.97,
    "compared": 208,
    "calibration_images": 128,
}


def card(**changes: Any) -> dict[str, Any]:
    entry = {"file": "model-int8.onnx", "checked_with": "onnxruntime 1", "difference": None}
    return {
        "license": "cc-by-nc-4.0",
        "architecture": {"library": "timm", "title": "timm: net"},
        "class_names": ["cat", "dog"],
        "encoder": "mae-b",
        "recipe": {"name": "quick"},
        "validation_accuracy": 0.875,
        "training_samples": 1234,
        "transform": {
            "input_size": [3, 64, 64],
            "interpolation": "bicubic",
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
            "crop_pct": 0.875,
            "crop_mode": "center",
        },
        "preprocessing": {"integers": [0, 4095]},
        "exports": {"onnx-int8": entry | {"images": 208, "loss": LOSS}},
        **changes,
    }


def front_matter(text: str) -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    _, matter, _ = text.split("---\n", 2)
    return yaml.safe_load(matter)


def test_what_was_not_judged_is_said_beside_the_estimates() -> None:
    rate = (0.1, 0.08, 0.12)
    counts = {"images": 9}
    for unjudged, said in ((0, False), (5, True)):
        text = model_card(card(), CardFacts(counts=counts, noise_rate=rate, unjudged=unjudged))
        assert ("- not judged, and so in neither estimate: 5 labels" in text) is said
    doubt = PERHAPS_NONE.with_fields(high=0.2)
    facts = CardFacts(counts=counts, noise_rate=rate, rate_doubts=[doubt])
    assert f"- {doubt}" in model_card(card(), facts)
    # Beside no estimate there is nothing to leave out of.
    assert "not judged" not in model_card(card(), CardFacts(counts=counts, unjudged=5))


def test_front_matter_is_what_the_hub_reads() -> None:
    facts = CardFacts(name="pets: a # 'name'\n---", training={"after": SCORES})
    found = front_matter(model_card(card(), facts))
    assert found["license"] == "cc-by-nc-4.0"
    assert found["library_name"] == "timm"
    entry = found["model-index"][0]
    assert entry["name"] == facts.name
    assert entry["results"][0]["metrics"] == [{"type": "accuracy", "value": 0.9}]


def test_figures_stand_with_their_intervals() -> None:
    facts = CardFacts(
        name="pets",
        training={"after": SCORES, "before": SCORES | {"accuracy": 0.8}},
        counts={"images": 1000},
        noise_rate=(0.1, 0.08, 0.12),
        errors=(100.0, 80.0, 120.0),
    )
    text = model_card(card(), facts)
    # Clopper and Pearson, of 160 and 180 in 200.
    assert "| given labels | 80.0% | 73.8% to 85.3% | 85.0% |" in text
    assert "| curated labels | 90.0% | 85.0% to 93.8% | 85.0% |" in text
    # What the training has measured of samples that are right or wrong together counts first; of an
    # earlier version their units are all that is known: of 18 in 20.
    for training in (
        {"after": SCORES | {"interval": [0.683, 0.988]}},
        {"after": SCORES, "units": 20},
    ):
        assert "| 90.0% | 68.3% to 98.8% | 85.0% |" in model_card(
            card(), CardFacts(training=training)
        )
    assert "10.0% (95 % interval 8.0% to 12.0%)" in text
    assert "100 labels (80 to 120)" in text
    assert "-2.0 points (95 % interval -5.0 to +1.0) on 200 held-out images" in text
    assert "values 0 to 4095 (integers) are black to white" in text
    assert "- training images: 1,234" in text


def test_what_was_not_measured_is_said() -> None:
    unknown = LOSS | dict.fromkeys(("before", "after", "difference"), "not measured")
    exports = card()["exports"]
    exports["onnx-int8"]["loss"] = unknown
    text = model_card(card(exports=exports, license="unknown"), CardFacts())
    assert "Its loss of accuracy was not measured" in text
    assert "Not measured: no samples were held out." in text
    assert "licence of the back-bone's weights is not known" in text
    assert front_matter(text)["license"] == "unknown"
    alone = model_card(
        card(), CardFacts(name="x", training={"after": SCORES}, counts={"images": 1})
    )
    assert "No model was trained on the given labels" in alone
    assert "not estimated" in alone


def test_names_stay_text() -> None:
    assert plain("a|b\n# c <i>") == "a\\|b \\# c \\<i\\>"
    text = model_card(card(class_names=["[x](http://y)", "a\n---\n"]), CardFacts())
    assert '0 "\\[x\\](http://y)", 1 "a ---".' in text
    # Where one name ends and the next begins can be told.
    assert '0 "a, b", 1 "c".' in model_card(card(class_names=["a, b", "c"]), CardFacts())


@pytest.mark.parametrize(
    ("mode", "crop", "said"),
    [
        ("center", 0.875, "shorter side has 73 pixels and the longer one 73 x longer / shorter"),
        ("squash", 1.0, "to 64 x 64 pixels, whatever their shape."),
        ("squash", 0.875, "to 73 x 73 pixels, whatever their shape; of these the central 64 x 64"),
        ("border", 1.0, "longer side has 64 pixels"),
    ],
)
def test_a_stranger_can_prepare_images(mode: str, crop: float, said: str) -> None:
    transform = card()["transform"] | {"crop_mode": mode, "crop_pct": crop}
    assert said in model_card(card(transform=transform), CardFacts())


def test_a_network_of_another_package_names_it() -> None:
    other = {"library": "their.module", "title": "their.module: net"}
    text = model_card(card(architecture=other), CardFacts())
    assert "load_model.py" not in text
    assert "their.module" in text
