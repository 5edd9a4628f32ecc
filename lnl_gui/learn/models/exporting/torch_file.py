"""The format of torch.export, which needs torch alone; the metadata travels as extra files."""

from pathlib import Path

import numpy as np
import torch

from lnl_gui.learn.models.exporting.model_to_export import ModelToExport
from lnl_gui.learn.models.exporting.parity import CheckImages, Logits, check_logits
from lnl_gui.learn.models.exporting.result import ExportedFormat, with_version

NAME, FILE = "torch-export", "model.pt2"


def export_torch(model: ModelToExport, folder: Path, checked: CheckImages) -> ExportedFormat:
    """Write `model.pt2` and run it.

    Args:
        model: to write.
        folder: where to.
        checked: what it must compute.

    Raises:
        UserError: when it computes something else.
        OSError: when it cannot be written.
    """
    torch.export.save(model.program, folder / FILE, extra_files=model.metadata)
    difference = check_logits(NAME, _logits(folder / FILE), checked)
    return ExportedFormat(NAME, FILE, with_version("torch"), difference, len(checked))


def _logits(file: Path) -> Logits:
    module = torch.export.load(file).module()

    def logits(images: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return module(torch.from_numpy(images)).numpy()

    return logits
