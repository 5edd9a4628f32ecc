"""The part of an export that is always there: weights, card, and a script that loads them."""

import runpy
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from PIL import Image

from lnl_gui.learn.models.exporting.architecture import OPEN_CLIP, TIMM
from lnl_gui.learn.models.exporting.model_to_export import ModelToExport
from lnl_gui.learn.models.exporting.parity import (
    CheckImages,
    Logits,
    PictureLogits,
    check_logits,
    check_pictures,
)
from lnl_gui.learn.models.exporting.result import ExportedFormat, with_version
from lnl_gui.learn.models.model_file import load_model
from lnl_gui.store.jobs.model_folder import WEIGHTS
from lnl_gui.util.errors import UserError
from lnl_gui.util.log import quiet_root_logger
from lnl_gui.util.messages import message
from lnl_gui.util.paths import resource

NAME, SCRIPT = "safetensors", "load_model.py"
_PACKAGES = {TIMM: "timm", OPEN_CLIP: "open_clip_torch"}


def script_of(model: ModelToExport) -> Path | None:
    """The script that loads such a model; None for networks of another package."""
    architecture = model.plain.architecture
    if architecture.library not in _PACKAGES:
        return None
    return resource("model", "load_timm.py" if architecture.is_whole else "load_features.py")


def write_weights(model: ModelToExport, folder: Path) -> None:
    """Write `model.safetensors` with its metadata, and `load_model.py` where there can be one.

    Raises:
        OSError: when they cannot be written.
    """
    # Channels last, as networks are trained, is not contiguous, which safetensors refuses.
    state = model.plain.module.state_dict()
    tensors = {name: value.contiguous() for name, value in state.items()}
    # Which library's tensors they are: transformers refuses a file that does not say so.
    metadata = {"format": "pt", **model.metadata}
    # Not by its own writer, whose files nobody but their owner may read.
    (folder / WEIGHTS).write_bytes(safetensors.torch.save(tensors, metadata=metadata))
    script = script_of(model)
    if script is not None:
        shutil.copyfile(script, folder / SCRIPT)


def check_weights(model: ModelToExport, folder: Path, checked: CheckImages) -> ExportedFormat:
    """Open a written folder as somebody else would, its card included, and compare the logits.

    Args:
        model: as written.
        folder: with weights, card and script.
        checked: what they must compute.

    Raises:
        UserError: when they compute something else, or the script fails.
    """
    if script_of(model) is None:
        difference = check_logits(NAME, _own_logits(folder), checked)
        return ExportedFormat(NAME, WEIGHTS, "", difference, len(checked))
    try:
        found = _script_logits(folder / SCRIPT)
        difference = check_pictures(NAME, found, checked)
    except (RuntimeError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise UserError(
            message(
                "{script} cannot open the exported model: {error}.", script=SCRIPT, error=error
            ),
            message("The trained model is unharmed; please report this."),
            code="export_differs",
        ) from error
    library = with_version(_PACKAGES[model.plain.architecture.library])
    return ExportedFormat(NAME, WEIGHTS, library, difference, len(checked))


def _script_logits(script: Path) -> PictureLogits:
    # A file of this program's, copied a moment ago; nothing in the card makes it run other code.
    with quiet_root_logger():
        names = runpy.run_path(str(script))
    network, transform = names["model"], names["transform"]

    def logits(pictures: Sequence[Image.Image]) -> np.ndarray:
        with torch.inference_mode():
            # One at a time, as the live model: large networks need much memory for each.
            rows = [network(transform(picture)[None]) for picture in pictures]
        return torch.cat(rows).numpy()

    return logits


def _own_logits(folder: Path) -> Logits:
    network = load_model(folder).classifier

    def logits(images: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return network(torch.from_numpy(images)).numpy()

    return logits
