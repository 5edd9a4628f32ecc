"""Rows of the recipes' benchmark: pace, times told and taken, falls, curves, what differs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

_NEVER_ALIKE = {"seconds", "images_per_second", "waiting_fraction", "model_folder"}
_HEADINGS = (
    "recipe",
    "encoder",
    "epochs",
    "ms an image",
    "ms a step",
    "told s",
    "took s",
    "held out: probe, chosen",
    "lowest epoch from the probe",
    "undone",
    "curves",
    "killed in",
    "resumed s",
    "the same",
)


@dataclass(frozen=True)
class Row:
    """What one recipe came to.

    Attributes:
        recipe: its name.
        encoder: whose network or embedding it trains on.
        epochs: of all its parts.
        image: milliseconds for each training image of an epoch after the probe.
        step: the same for each batch; 0 without.
        told: seconds foretold; None where no time is told.
        seconds: of the whole command.
        probe: held-out accuracy in [0, 1] of the linear probe.
        chosen: of the model that was kept.
        fall: the lowest validation accuracy of an epoch that was not undone, less the probe's.
        allowed: how low that may be by chance.
        undone: epochs undone.
        without_curve: epochs without a training, validation or held-out accuracy.
        stopped: where the killed training was.
        resumed: seconds of the command given again.
        differences: figures and files in which it came to something else.
        notes: what the training said.
    """

    recipe: str
    encoder: str
    epochs: int
    image: float
    step: float
    told: float | None
    seconds: float
    probe: float
    chosen: float
    fall: float
    allowed: float
    undone: int
    without_curve: int
    stopped: str
    resumed: float
    differences: list[str]
    notes: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def row_of(
    recipe: str,
    encoder: str,
    metrics: Mapping[str, Any],
    *,
    batch_size: int,
    told: float | None,
    seconds: float,
    stopped: str,
    resumed: float,
    differences: list[str],
    standard_errors: float,
) -> Row:
    """The row of a training.

    Args:
        recipe: its name.
        encoder: its name.
        metrics: what `lnl-gui finetune --json` printed.
        batch_size: 0 where there are no batches.
        told: seconds foretold.
        seconds: of the whole command.
        stopped: where the killed training was.
        resumed: seconds of the command given again.
        differences: of the two results.
        standard_errors: by so many an epoch may lie below the probe.
    """
    epochs: list[Mapping[str, Any]] = metrics["epochs"]
    probe, trained = epochs[0], epochs[1:]
    kept = [epoch for epoch in trained if not epoch["figures"].get("undone")]
    # In the mean: the first epoch of some prepares what all others use.
    images = metrics["training_samples"]
    image = 1000 * sum(epoch["seconds"] for epoch in trained) / max(1, len(trained) * images)
    accuracies = ("training_accuracy", "validation_accuracy", "holdout_accuracy")
    before = probe["validation_accuracy"]
    samples = max(1, round(metrics["training_samples"] * 0.1))
    return Row(
        recipe,
        encoder,
        len(epochs),
        image,
        image * batch_size,
        told,
        seconds,
        probe["holdout_accuracy"],
        metrics["after"]["accuracy"],
        min((epoch["validation_accuracy"] - before for epoch in kept), default=0.0),
        standard_errors * math.sqrt(before * (1 - before) / samples),
        len(trained) - len(kept),
        sum(any(epoch[name] is None for name in accuracies) for epoch in epochs),
        stopped,
        resumed,
        differences,
        [str(note) for note in metrics["warnings"]],
    )


def differences(
    first: Any, second: Any, models: Mapping[str, bytes], others: Mapping[str, bytes]
) -> list[str]:
    """Names of figures and files in which two trainings differ, but for times.

    Args:
        first: of `lnl-gui finetune --json`.
        second: the same of the other.
        models: content by name of the first one's files.
        others: of the second one's.
    """
    found = list(_different(first, second, ""))
    names = sorted({*models, *others})
    return found + [name for name in names if models.get(name) != others.get(name)]


def _different(first: Any, second: Any, name: str) -> list[str]:
    if isinstance(first, dict) and isinstance(second, dict):
        names = [key for key in sorted({*first, *second}) if key not in _NEVER_ALIKE]
        return [
            each
            for key in names
            for each in _different(first.get(key), second.get(key), f"{name}.{key}".strip("."))
        ]
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        pairs = enumerate(zip(first, second, strict=True))
        return [each for at, (a, b) in pairs for each in _different(a, b, f"{name}[{at}]")]
    return [] if first == second else [name]


def as_markdown(rows: Sequence[Row]) -> str:
    """The table; accuracies in %, falls in points of the validation part and what is chance."""
    lines = [f"| {' | '.join(_HEADINGS)} |", f"| --- | --- |{' ---: |' * (len(_HEADINGS) - 2)}"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    notes = [f"- {row.recipe}: {note}" for row in rows for note in row.notes]
    return "\n".join([*lines, *(["", *notes] if notes else [])])


def _cells(row: Row) -> list[str]:
    return [
        row.recipe,
        row.encoder,
        str(row.epochs),
        f"{row.image:.1f}",
        f"{row.step:.0f}" if row.step else "-",
        "-" if row.told is None else f"{row.told:.0f}",
        f"{row.seconds:.0f}",
        f"{row.probe:.1%}, {row.chosen:.1%}",
        f"{100 * row.fall:+.1f} ({100 * row.allowed:.1f})",
        str(row.undone),
        "all" if not row.without_curve else f"{row.without_curve} without",
        row.stopped,
        f"{row.resumed:.0f}",
        "yes" if not row.differences else ", ".join(row.differences[:3]),
    ]
