"""The layout of the Hugging Face hub for `TimmWrapperForImageClassification`, and timm's own hub.

The weights are those of `model.safetensors`, which have timm's names already.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from lnl_gui.learn.models.exporting.model_to_export import ModelToExport
from lnl_gui.learn.models.exporting.parity import CheckImages, PictureLogits, check_pictures
from lnl_gui.learn.models.exporting.result import ExportedFormat, with_version
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import message

NAME, FILE, PREPROCESSOR = "huggingface", "config.json", "preprocessor_config.json"


def fits_huggingface(model: ModelToExport) -> bool:
    """Whether transformers can build the network: one of timm's, its head included."""
    return model.plain.architecture.library == "timm" and model.plain.architecture.is_whole


def export_huggingface(model: ModelToExport, folder: Path, checked: CheckImages) -> ExportedFormat:
    """Write `config.json` and `preprocessor_config.json`, and let transformers open the folder.

    Args:
        model: to write.
        folder: where its `model.safetensors` is already.
        checked: what it must compute.

    Raises:
        UserError: when transformers cannot build such a network, or computes something else.
        OSError: when they cannot be written.
    """
    if not fits_huggingface(model):
        raise UserError(
            message(
                "Hugging Face's transformers cannot build {name}; it wraps networks of timm alone.",
                name=model.plain.architecture.title,
            ),
            message("Choose another format, ONNX for example."),
            code="format_misfit",
        )
    pretrained = _pretrained(model)
    write_json(folder / FILE, _config(model, pretrained))
    write_json(
        folder / PREPROCESSOR,
        {
            "image_processor_type": "TimmWrapperImageProcessor",
            "architecture": model.plain.architecture.name,
            "pretrained_cfg": pretrained,
        },
    )
    difference = check_pictures(NAME, _logits(folder), checked)
    return ExportedFormat(NAME, FILE, with_version("transformers"), difference, len(checked))


def _pretrained(model: ModelToExport) -> dict[str, Any]:
    """How timm describes weights: their preprocessing and the names of first and last layer."""
    own: dict[str, Any] = getattr(model.plain.module, "pretrained_cfg", None) or {}
    return {
        **model.transform,
        "num_classes": len(model.class_names),
        "first_conv": own.get("first_conv"),
        "classifier": model.plain.architecture.head,
        "license": model.license or "unknown",
    }


def _config(model: ModelToExport, pretrained: dict[str, Any]) -> dict[str, Any]:
    return {
        "architectures": ["TimmWrapperForImageClassification"],
        "model_type": "timm_wrapper",
        "architecture": model.plain.architecture.name,
        "model_args": model.plain.architecture.arguments,
        "num_classes": len(model.class_names),
        "num_features": getattr(model.plain.module, "num_features", None),
        "label_names": model.class_names,
        "pretrained_cfg": pretrained,
        "problem_type": "single_label_classification",
        "dtype": "float32",
    }


def _logits(folder: Path) -> PictureLogits:
    import transformers  # noqa: PLC0415 -- an extra

    with _quiet(transformers):
        network = transformers.AutoModelForImageClassification.from_pretrained(
            folder, local_files_only=True
        ).eval()
        processor = transformers.AutoImageProcessor.from_pretrained(folder, local_files_only=True)

    def logits(pictures: Sequence[Image.Image]) -> np.ndarray:
        with torch.inference_mode():
            # One at a time, as the live model: large networks need much memory for each.
            rows = [network(**processor(each, return_tensors="pt")).logits for each in pictures]
        return torch.cat(rows).numpy()

    return logits


@contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Without its bars and its remarks on itself, which are no part of this program's output."""
    settings = transformers.utils.logging
    shown, level = settings.is_progress_bar_enabled(), settings.get_verbosity()
    settings.disable_progress_bar()
    settings.set_verbosity_error()
    try:
        yield
    finally:
        settings.set_verbosity(level)
        if shown:
            settings.enable_progress_bar()
