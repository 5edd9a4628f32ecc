"""`README.md` of an exported model, in the form of the Hugging Face hub's model cards.

In English whatever the reader's language: it goes to other people, with front matter that programs
read.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lnl_gui.store.detection.untold_frames import said_of_training
from lnl_gui.store.training.accuracy_interval import accuracy_interval
from lnl_gui.store.training.gain import gain_from_dict
from lnl_gui.store.training.gain_words import (
    basis,
    headline,
    is_estimated,
    of_an_earlier_version,
    remarks,
)
from lnl_gui.util.messages import Message
from lnl_gui.util.visible import harmless

FILE_NAME = "README.md"
_SHOWN_CLASSES = 200
_FORMATS = {
    "safetensors": "PyTorch, by `load_model.py`",
    "huggingface": "transformers (`AutoModelForImageClassification`), timm (`local-dir:`)",
    "onnx": "ONNX runtimes, float32",
    "onnx-int8": "ONNX runtimes, 8-bit integers",
    "openvino": "OpenVINO, compiled with `INFERENCE_PRECISION_HINT: f32`",
    "torch-export": "PyTorch (`torch.export.load`)",
}
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#"})


@dataclass(frozen=True)
class CardFacts:
    """What a project knows of its model beside the model's own card.

    Attributes:
        name: of the dataset; "" where only the model is there.
        training: figures of the training as `training_facts` gives them; empty where not known.
        counts: samples by what was decided on them.
        noise_rate: estimated share of wrong labels with its 95 % interval; None where not known.
        errors: estimated number of wrong labels with its 95 % interval; None where not known.
        unjudged: labels that the estimates do not count, as nothing is known of them.
        rate_doubts: what the estimates do not say.
    """

    name: str = ""
    training: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    noise_rate: tuple[float, float, float] | None = None
    errors: tuple[float, float, float] | None = None
    unjudged: int = 0
    rate_doubts: Sequence[Message] = ()


def model_card(card: Mapping[str, Any], facts: CardFacts) -> str:
    """The text of the file.

    Args:
        card: content of the exported `model.json`.
        facts: of the project.
    """
    sections = [
        _front_matter(card, facts),
        _head(card, facts),
        _use(card),
        _files(card),
        _before_and_after(facts.training),
        _data(facts),
        _training(card, facts.training),
        _input(card),
        _license(card),
    ]
    return "\n".join(filter(None, sections))


def plain(text: object) -> str:
    """Foreign text as Markdown that shows it as it is, on one line."""
    return " ".join(harmless(str(text)).split()).translate(_MARKS)


def _front_matter(card: Mapping[str, Any], facts: CardFacts) -> str:
    """YAML whose values are JSON, which is YAML too, so that no name can end it."""
    library = str(card["architecture"]["library"])
    values: dict[str, Any] = {
        "license": card["license"],
        "library_name": library,
        "pipeline_tag": "image-classification",
        "tags": ["image-classification", library],
    }
    after = facts.training.get("after")
    if after:
        dataset = {"name": facts.name or "not named", "type": "image-folder"}
        metrics = [{"type": "accuracy", "value": after["accuracy"]}]
        task = {"type": "image-classification"}
        result = {"task": task, "dataset": dataset, "metrics": metrics}
        values["model-index"] = [{"name": facts.name or "model", "results": [result]}]
    lines = [f"{name}: {json.dumps(value, ensure_ascii=True)}" for name, value in values.items()]
    return "\n".join(("---", *lines, "---", ""))


def _head(card: Mapping[str, Any], facts: CardFacts) -> str:
    classes = len(card["class_names"])
    of = f" of {plain(facts.name)}" if facts.name else ""
    return (
        f"# Image classifier{of}\n\n"
        f"It tells {classes:,} classes apart: `{card['architecture']['title']}` with a linear"
        " layer, trained on labels that were cleaned with LNL.\n"
    )


def _use(card: Mapping[str, Any]) -> str:
    library = card["architecture"]["library"]
    package = {"timm": "timm", "open_clip": "open_clip_torch"}.get(library)
    if package is None:
        return (
            "## Use\n\n"
            f"The network is built by the package of `{plain(library)}`, which `lnl-gui predict`"
            " needs; the files of other formats below need no such package.\n"
        )
    return (
        f"## Use\n\n```\npip install {package}\npython load_model.py IMAGE...\n```\n\n"
        "Importing `load_model` gives `model`, `transform` and `CLASSES`.\n"
    )


def _files(card: Mapping[str, Any]) -> str:
    rows = []
    for name, each in card["exports"].items():
        checked = f"with {each['checked_with']}" if each["checked_with"] else "with LNL"
        equal = each["difference"]
        if equal is not None:
            checked += f" on {each['images']} images: logits within {equal:.0e} of the largest"
        rows.append(f"| `{each['file']}` | {_FORMATS.get(name, name)} | {checked} |")
    table = "\n".join(("| file | for | checked |", "|---|---|---|", *rows))
    lost = [_loss(each["loss"]) for each in card["exports"].values() if "loss" in each]
    return "\n".join(("## Files", "", table, "", *lost))


def _loss(loss: Mapping[str, Any]) -> str:
    """What 8 bits cost, or that it was not measured."""
    text = (
        f"INT8: ranges taken from {loss['calibration_images']} images. It names the same class as"
        f" float32 for {loss['same_class']:.1%} of {loss['compared']:,} images. "
    )
    difference = loss["difference"]
    if not isinstance(difference, Mapping):
        return text + "**Its loss of accuracy was not measured:** no held-out image has a label.\n"
    return text + (
        f"Accuracy {loss['before']:.1%} before, {loss['after']:.1%} after:"
        f" {100 * difference['value']:+.1f} points (95 % interval {100 * difference['low']:+.1f} to"
        f" {100 * difference['high']:+.1f}) on {loss['images']:,} held-out images.\n"
    )


def _before_and_after(training: Mapping[str, Any]) -> str:
    if not training.get("after"):
        return "## Before and after\n\nNot measured: no samples were held out.\n"
    series = (("given labels", training.get("before")), ("curated labels", training["after"]))
    units = training.get("units")
    rows = [_accuracy(title, each, units) for title, each in series if each]
    table = "\n".join(
        (
            "| trained on | accuracy | 95 % interval | mean over classes |",
            "|---|---|---|---|",
            *rows,
        )
    )
    doubt = (
        " Wrong ones among them are not corrected here: the difference of the rows is not the gain."
        if training.get("before") and is_estimated(training)
        else ""
    )
    return (
        f"## Before and after\n\nOn {training['after']['samples']:,} held-out images, by their"
        f" labels at the time of training, not all of which a person has confirmed.{doubt}"
        f"\n\n{table}\n\n{_gain(training)}"
    )


def _accuracy(title: str, found: Mapping[str, Any], units: int | None) -> str:
    interval = accuracy_interval(found, units)
    return (
        f"| {title} | {found['accuracy']:.1%} | {interval.low:.1%} to {interval.high:.1%} |"
        f" {found['balanced_accuracy']:.1%} |"
    )


def _gain(training: Mapping[str, Any]) -> str:
    if not training.get("before"):
        return "No model was trained on the given labels to compare with.\n"
    if "difference_kind" not in training:
        return f"{of_an_earlier_version()}\n"
    gain = gain_from_dict(dict(training))
    age = ["**The model is out of date:** verdicts came after it."]
    warning = said_of_training(training)
    said = [f"{headline(gain)}.", basis(gain), *remarks(gain), *([warning] if warning else ())]
    return " ".join(map(str, said + (age if training.get("outdated") else []))) + "\n"


def _data(facts: CardFacts) -> str:
    if not facts.counts:
        return ""
    lines = [f"- {name}: {number:,}" for name, number in facts.counts.items()]
    if facts.noise_rate is None:
        lines.append("- wrong among the given labels: not estimated")
    else:
        value, low, high = facts.noise_rate
        lines.append(
            f"- wrong among the given labels, estimated: {value:.1%}"
            f" (95 % interval {low:.1%} to {high:.1%})"
        )
    if facts.errors is not None:
        value, low, high = facts.errors
        lines.append(f"- that is {value:,.0f} labels ({low:,.0f} to {high:,.0f})")
    if facts.noise_rate is not None:
        lines += [f"- {doubt}" for doubt in facts.rate_doubts]
    if facts.noise_rate is not None and facts.unjudged:
        lines.append(f"- not judged, and so in neither estimate: {facts.unjudged:,} labels")
    return "\n".join(("## Data", "", *lines, ""))


def _training(card: Mapping[str, Any], training: Mapping[str, Any]) -> str:
    recipe = card.get("recipe")
    name = recipe.get("name", "") if isinstance(recipe, Mapping) else ""
    versions = card.get("versions") or {}
    said = {
        "back-bone": card["encoder"],
        "recipe": name or training.get("recipe"),
        "chosen by validation accuracy": card.get("chosen"),
        "validation accuracy, on labels as trained on": card.get("validation_accuracy"),
        "training images": card.get("training_samples"),
        "validation images": card.get("validation_samples"),
        "seed": card.get("seed"),
        "date": card.get("created"),
        "hash of the curated labels": card.get("curated_sha256"),
        "versions": ", ".join(f"{key} {value}" for key, value in versions.items()),
    }
    lines = [
        f"- {key}: {plain(_figure(value))}" for key, value in said.items() if value is not None
    ]
    return "\n".join(("## How it was trained", "", *lines, ""))


def _figure(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _input(card: Mapping[str, Any]) -> str:
    transform, shown = card["transform"], card["preprocessing"]
    names = card["class_names"]
    # Numbered and quoted: a name may hold commas.
    listed = ", ".join(
        f'{number} "{plain(name)}"' for number, name in enumerate(names[:_SHOWN_CLASSES])
    )
    more = (
        f" and {len(names) - _SHOWN_CLASSES:,} more in `model.json`"
        if names[_SHOWN_CLASSES:]
        else ""
    )
    deep = [
        f"In images of more than 8 bits the values {low:g} to {high:g} ({kind}) are black to white."
        for kind in ("integers", "floats")
        if shown.get(kind)
        for low, high in [shown[kind]]
    ]
    side = transform["input_size"][-1]
    return "\n".join(
        (
            "## Input and output",
            "",
            f"`images`: float32 (batch, 3, {side}, {side}), RGB, (pixel / 255 - mean) / std with"
            f" mean {transform['mean']} and std {transform['std']}.",
            "",
            "Images are turned upright as their EXIF says, transparency is laid on white, and they"
            f" are made RGB. {_resized(transform)}",
            *deep,
            "",
            f"`logits`: float32 (batch, {len(names)}), in the order of the classes:"
            f" {listed}{more}. Exactly as they are called they stand in `class_names` of"
            " `model.json`.",
            "",
        )
    )


def _resized(transform: Mapping[str, Any]) -> str:
    """How an image becomes a square, so that a stranger can do the same; see `Preprocessing`."""
    side, mode = transform["input_size"][-1], transform["crop_mode"]
    resized = math.floor(side / transform["crop_pct"])
    by = f"{transform['interpolation']}, with antialiasing as in Pillow"
    square = f"the central {side} x {side} pixels"
    middle = f"from (length - {side}) / 2 of each side on, rounded to the nearest, halves to even"
    if mode == "squash":
        text = f"They are resized ({by}) to {resized} x {resized} pixels, whatever their shape"
        return f"{text}." if resized == side else f"{text}; of these {square} are taken, {middle}."
    if mode == "border":
        return (
            f"They are resized ({by}) so that the longer side has {resized} pixels and the shorter"
            " one as many as its share, rounded to the nearest, and are centred in a square of"
            f" {side} x {side} pixels of the mean colour; what is beyond it is cut off."
        )
    return (
        f"They are resized ({by}) so that the shorter side has {resized} pixels and the longer one"
        f" {resized} x longer / shorter, rounded down; of these {square} are taken, {middle}."
    )


def _license(card: Mapping[str, Any]) -> str:
    if card["license"] == "unknown":
        said = "The licence of the back-bone's weights is not known; ask whoever published them."
    else:
        said = f"The back-bone's weights: `{plain(card['license'])}`."
    return f"## Licence\n\n{said} The terms of the dataset hold beside it.\n"
