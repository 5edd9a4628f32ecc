"""Export of a saved model to ONNX or to torch.export's format.

An export counts only once its logits on real images equal the live model's; until then it lies
under a temporary name.
"""

import os
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import nn

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.loading.openvino_conversion import photographs
from lnl_gui.encoders.loading.openvino_encoder import import_openvino
from lnl_gui.learn.data.sources import load_pixels
from lnl_gui.learn.models.model_file import LoadedModel, load_model
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message

ModelFormat = Literal["onnx", "torch_export"]
SUFFIXES: dict[ModelFormat, str] = {"onnx": ".onnx", "torch_export": ".pt2"}
TOLERANCE = 1e-3
"""Largest difference of a logit, relative to the largest logit."""
MAXIMUM_BATCH = 4096
CHECKED_IMAGES = 16
Logits = Callable[[np.ndarray], np.ndarray]
"""From (n, 3, S, S) float32 images to (n, C) float32 logits."""


@dataclass(frozen=True)
class ExportedModel:
    """A checked export.

    Attributes:
        file: where it lies.
        format: which one it is.
        difference: the largest difference of a logit from the live model's, relative to the
            largest logit.
        images: how many images it was checked on.
    """

    file: Path
    format: ModelFormat
    difference: float
    images: int


def export_model(
    model: LoadedModel | Path,
    target: Path,
    *,
    format: ModelFormat = "onnx",
    files: Sequence[ImageLocation] = (),
) -> ExportedModel:
    """Write a model with a dynamic batch as one file and check it.

    Args:
        model: an open model, or its folder.
        target: the file; its suffix becomes that of the format.
        format: `onnx` (logits of (B, 3, S, S) float32 images) or `torch_export` (the same).
        files: images for the check, the user's own; photographs that scikit-learn brings are
            checked in any case.

    Raises:
        UserError: when a library is missing, the export computes something else, or the file
            cannot be written. No file is left then.
    """
    opened = load_model(model) if isinstance(model, Path) else model
    target = target.with_suffix(SUFFIXES[format])
    target.parent.mkdir(parents=True, exist_ok=True)
    images = _check_images(opened, files)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as temporary:
        file = Path(temporary) / target.name
        write, load = (_write_onnx, _load_onnx) if format == "onnx" else (_write_torch, _load_torch)
        try:
            write(opened, file)
        except OSError as error:
            raise as_user_error(error, message("write {target}", target=target)) from error
        difference = _difference(opened.classifier, load(file), images)
        os.replace(file, target)  # noqa: PTH105 -- overwrites on every platform
    return ExportedModel(target, format, difference, len(images))


def _check_images(model: LoadedModel, files: Sequence[ImageLocation]) -> np.ndarray:
    """(n, 3, S, S) float32, normalised."""
    pixels = [*photographs(model.preprocessing)]
    pixels += [load_pixels(file, model.preprocessing) for file in files[:CHECKED_IMAGES]]
    return model.preprocessing.normalise(np.stack(pixels))


def _difference(classifier: nn.Module, exported: Logits, images: np.ndarray) -> float:
    """The largest relative difference of a logit, over a batch of one and one of the others.

    Raises:
        UserError: when it is above the tolerance.
    """
    with torch.inference_mode():
        truth = classifier.eval()(torch.from_numpy(images)).numpy()
    # Two batch sizes show that the batch is dynamic.
    found = np.concatenate([exported(images[:1]), exported(images[1:])])
    difference = float(np.abs(found - truth).max() / max(1e-6, float(np.abs(truth).max())))
    # Written so that a difference that is no number fails too.
    if not difference <= TOLERANCE:
        raise UserError(
            message(
                "The exported model differs from the trained one by {difference:.1e} of"
                " its largest logit; it was not kept.",
                difference=difference,
            ),
            message("Use another format; the safetensors model is unharmed."),
            code="export_differs",
        )
    return difference


def _program(model: LoadedModel) -> torch.export.ExportedProgram:
    side = model.preprocessing.image_size
    batch = torch.export.Dim("batch", min=1, max=MAXIMUM_BATCH)
    with torch.no_grad():
        # On two images: a batch of one would be taken for a constant.
        return torch.export.export(
            model.classifier.eval(), (torch.zeros(2, 3, side, side),), dynamic_shapes=({0: batch},)
        )


def _write_torch(model: LoadedModel, file: Path) -> None:
    torch.export.save(_program(model), file)


def _load_torch(file: Path) -> Logits:
    module = torch.export.load(file).module()

    def logits(images: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return module(torch.from_numpy(images)).numpy()

    return logits


def _write_onnx(model: LoadedModel, file: Path) -> None:
    try:
        import onnxscript  # noqa: F401, PLC0415 -- an extra that torch's exporter needs
    except ImportError as error:
        raise UserError(
            message("Exporting to ONNX needs the package onnxscript."),
            message("Install it: pip install 'lnl-gui[onnx]'. torch_export needs nothing more."),
            code="package_missing",
        ) from error
    with warnings.catch_warnings():
        # The exporter warns of its own internals, which the check afterwards covers.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _program(model),
            (),
            str(file),
            input_names=["images"],
            output_names=["logits"],
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _load_onnx(file: Path) -> Logits:
    """Through OpenVINO, which shares no code with torch."""
    core = import_openvino().Core()
    # In float32: on processors with bfloat16 OpenVINO would else compute in it and fail the check.
    compiled = core.compile_model(core.read_model(file), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    # A copy: the next call writes into the same memory.
    return lambda images: np.array(compiled(images)[0])
