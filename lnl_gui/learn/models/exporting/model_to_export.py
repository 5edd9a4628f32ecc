"""What every format is written from: the plain network, its trace, and what is said of it."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch

from lnl_gui.encoders.loading.sources import describe
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.models.exporting.architecture import PlainModel, plain_model
from lnl_gui.learn.models.model_file import LoadedModel

MAXIMUM_BATCH = 4096
BATCH, INPUT, OUTPUT = "batch", "images", "logits"
"""Names of the free axis, the input and the output, in every format that has names."""
_CROP_MODES = {"shortest": "center", "squash": "squash", "longest": "border"}


@dataclass(frozen=True)
class ModelToExport:
    """A classifier in its library's own form, with its classes and how its images are prepared.

    `license` is that of the back-bone's weights, "" where it is not known.
    """

    plain: PlainModel
    class_names: list[str]
    preprocessing: Preprocessing
    license: str

    @cached_property
    def program(self) -> torch.export.ExportedProgram:
        """The trace, from (B, 3, S, S) to (B, C) with any B up to `MAXIMUM_BATCH`."""
        side = self.preprocessing.image_size
        batch = torch.export.Dim(BATCH, min=1, max=MAXIMUM_BATCH)
        with torch.no_grad():
            # On two images: a batch of one would be taken for a constant.
            return torch.export.export(
                self.plain.module, (torch.zeros(2, 3, side, side),), dynamic_shapes=({0: batch},)
            )

    @property
    def transform(self) -> dict[str, Any]:
        """The preparation of images as arguments of timm's `create_transform`."""
        shown = self.preprocessing
        return {
            "input_size": [3, shown.image_size, shown.image_size],
            "interpolation": shown.interpolation,
            "mean": list(shown.mean),
            "std": list(shown.std),
            "crop_pct": shown.crop_fraction,
            "crop_mode": _CROP_MODES[shown.resize_mode],
        }

    @property
    def metadata(self) -> dict[str, str]:
        """What goes into the metadata of each format; lists and tables as JSON."""
        return {
            "class_names": json.dumps(self.class_names, ensure_ascii=False),
            "preprocessing": json.dumps(self.transform),
            "architecture": self.plain.architecture.title,
            "license": self.license or "unknown",
        }


def model_to_export(model: LoadedModel) -> ModelToExport:
    """Rebuild a trained model for export."""
    # Weights that somebody brought are under the terms of whoever made them.
    own = bool(model.card.get("own_weights"))
    return ModelToExport(
        plain_model(model),
        model.class_names,
        model.preprocessing,
        "" if own else describe(model.card["encoder"]).license,
    )
