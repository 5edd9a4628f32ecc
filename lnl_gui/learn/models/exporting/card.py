"""The card of an exported model: what training wrote, and how to build the network without LNL."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from lnl_gui.learn.models.exporting.model_to_export import MAXIMUM_BATCH, ModelToExport
from lnl_gui.learn.models.exporting.result import ExportedFormat
from lnl_gui.learn.models.model_file import EXPORTED_FORMAT, LoadedModel
from lnl_gui.store.jobs.model_folder import CARD
from lnl_gui.util.files.atomic import write_json

SCALING = "folded: weight = trained weight * scale, bias = trained bias - weight @ mean"


def write_card(
    folder: Path, model: LoadedModel, made: ModelToExport, formats: Sequence[ExportedFormat] = ()
) -> None:
    """Write `model.json`.

    Raises:
        OSError: when it cannot be written.
    """
    architecture = made.plain.architecture
    head = model.classifier.head.linear
    card = {
        **model.card,
        "format": EXPORTED_FORMAT,
        "architecture": {"title": architecture.title, **asdict(architecture)},
        "head": {
            "layer": architecture.head,
            "kind": "linear",
            "features": head.in_features,
            "classes": head.out_features,
            "scaling": SCALING,
        },
        "transform": made.transform,
        "largest_batch": MAXIMUM_BATCH,
        "license": made.license or "unknown",
        "exports": {each.format: each.to_dict() for each in formats},
    }
    write_json(folder / CARD, card)
