"""A trained model with its card in a folder of its own, checked on real images."""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.loading.openvino_conversion import photographs
from lnl_gui.learn.data.sources import load_pixels
from lnl_gui.learn.models.export import CHECKED_IMAGES, TOLERANCE, ModelFormat, export_model
from lnl_gui.learn.models.model_file import LoadedModel, load_model
from lnl_gui.store.model_folder import CARD, WEIGHTS
from lnl_gui.util.atomic import atomic_file
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message

FORMATS: dict[str, ModelFormat] = {"onnx": "onnx", "torch-export": "torch_export"}
SAFETENSORS = "safetensors"
_STEM = "model"


@dataclass(frozen=True)
class TrainedExport:
    """A checked export; `difference` is relative to the largest logit."""

    file: Path
    card: Path
    difference: float
    images: int


def export_trained(
    model: Path, folder: Path, *, format: str, files: Iterable[ImageLocation] = ()
) -> TrainedExport:
    """Write a trained model and its card into `folder`.

    Args:
        model: the folder of a trained model.
        folder: where to; files of the same names are replaced.
        format: `onnx`, `torch-export` or `safetensors`.
        files: images to check on beside photographs; unreadable ones are passed over.

    Raises:
        UserError: when it computes something else than the model, or cannot be written.
    """
    opened = load_model(model)
    checked = _readable(files, opened)
    try:
        if format == SAFETENSORS:
            return _copy_checked(opened, model, folder, checked)
        made = export_model(opened, folder / _STEM, format=FORMATS[format], files=checked)
        card = _copy(model / CARD, folder / CARD)
    except OSError as error:
        raise as_user_error(error, message("write {folder}", folder=folder)) from error
    return TrainedExport(made.file, card, made.difference, made.images)


def _readable(files: Iterable[ImageLocation], model: LoadedModel) -> list[ImageLocation]:
    """The first images that can be read, as many as a check looks at."""
    found: list[ImageLocation] = []
    for file in files:
        try:
            load_pixels(file, model.preprocessing)
        except UserError:
            continue
        found.append(file)
        if len(found) == CHECKED_IMAGES:
            break
    return found


def _copy_checked(
    model: LoadedModel, source: Path, folder: Path, files: list[ImageLocation]
) -> TrainedExport:
    """Weights and card as they are; the copy is opened and must give the same logits."""
    pixels = [*photographs(model.preprocessing)]
    pixels += [load_pixels(file, model.preprocessing) for file in files]
    images = torch.from_numpy(model.preprocessing.normalise(np.stack(pixels)))
    folder.mkdir(parents=True, exist_ok=True)
    # An earlier export stays until the new one has been checked.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as temporary:
        made = Path(temporary)
        for name in (WEIGHTS, CARD):
            _copy(source / name, made / name)
        difference = _difference(model, load_model(made), images)
        # Written so that a difference that is no number fails too.
        if not difference <= TOLERANCE:
            raise UserError(
                message(
                    "The copy of the model differs by {difference:.1e} of its largest logit.",
                    difference=difference,
                ),
                message("Check the disk; the model itself is unharmed."),
                code="export_differs",
            )
        for name in (WEIGHTS, CARD):
            (made / name).replace(folder / name)
    return TrainedExport(folder / WEIGHTS, folder / CARD, difference, len(images))


def _difference(model: LoadedModel, copy: LoadedModel, images: torch.Tensor) -> float:
    with torch.inference_mode():
        truth, found = (each.classifier.eval()(images) for each in (model, copy))
    return float((found - truth).abs().max() / truth.abs().max().clamp_min(1e-6))


def _copy(source: Path, target: Path) -> Path:
    with source.open("rb") as reading, atomic_file(target) as writing:
        shutil.copyfileobj(reading, writing)
    return target
