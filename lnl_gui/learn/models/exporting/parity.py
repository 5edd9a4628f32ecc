"""Whether an exported model gives the live model's logits, on photographs and the user's images."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from PIL import Image

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.loading.openvino_conversion import cut_outs
from lnl_gui.encoders.preprocessing import LONGEST
from lnl_gui.learn.data.sources import load_picture
from lnl_gui.learn.models.model_file import LoadedModel
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

TOLERANCE = 1e-3
"""Largest difference of a logit, relative to the largest logit."""
CHECKED_IMAGES = 16
Logits = Callable[[np.ndarray], np.ndarray]
"""From (n, 3, S, S) float32 images to (n, C) float32 logits."""
PictureLogits = Callable[[Sequence[Image.Image]], np.ndarray]
"""From n RGB pictures of any size to (n, C) float32 logits."""


@dataclass(frozen=True)
class CheckImages:
    """Pictures to check an export on, and what the live model makes of them.

    Attributes:
        pictures: n in RGB, of any size.
        images: (n, 3, S, S) float32, normalised.
        logits: (n, C) float32.
    """

    pictures: list[Image.Image] = field(repr=False)
    images: np.ndarray = field(repr=False)
    logits: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.pictures)


def check_images(model: LoadedModel, files: Iterable[ImageLocation]) -> CheckImages:
    """Photographs, and the first of the files that can be read, with the live model's logits."""
    pictures = [*cut_outs(), *_first_readable(files, model)]
    pixels = np.stack([model.preprocessing.apply(picture) for picture in pictures])
    images = model.preprocessing.normalise(pixels)
    with torch.inference_mode():
        # One at a time: large networks need much memory for each.
        logits = [model.classifier.eval()(torch.from_numpy(image[None])) for image in images]
    return CheckImages(pictures, images, torch.cat(logits).numpy())


def _first_readable(files: Iterable[ImageLocation], model: LoadedModel) -> list[Image.Image]:
    found: list[Image.Image] = []
    for file in files:
        try:
            picture = load_picture(file, model.preprocessing)
        except UserError:
            continue
        # Of longer strips only the middle is scaled here, which gives pixels a little different.
        if max(picture.size) <= LONGEST * min(picture.size):
            found.append(picture)
        if len(found) == CHECKED_IMAGES:
            break
    return found


def relative_difference(found: np.ndarray, truth: np.ndarray) -> float:
    """The largest difference of a logit, relative to the largest logit; both (n, C) float."""
    return float(np.abs(found - truth).max() / max(1e-6, float(np.abs(truth).max())))


def check_logits(title: str, logits: Logits, checked: CheckImages) -> float:
    """The difference of an export that takes normalised images.

    Args:
        title: of its format, for the error.
        logits: of the export.
        checked: what it is compared with.

    Raises:
        UserError: when it is above the tolerance.
    """
    # Two batch sizes show that the batch is dynamic.
    found = np.concatenate([logits(checked.images[:1]), logits(checked.images[1:])])
    return _accepted(title, found, checked)


def check_pictures(title: str, logits: PictureLogits, checked: CheckImages) -> float:
    """The difference of an export that prepares pictures itself; otherwise as `check_logits`.

    Raises:
        UserError: when it is above the tolerance.
    """
    return _accepted(title, logits(checked.pictures), checked)


def _accepted(title: str, found: np.ndarray, checked: CheckImages) -> float:
    shapes_differ = found.shape != checked.logits.shape
    difference = np.inf if shapes_differ else relative_difference(found, checked.logits)
    # Written so that a difference that is no number fails too.
    if not difference <= TOLERANCE:
        raise UserError(
            message(
                "The exported model ({format}) differs from the trained one by {difference:.1e} of"
                " its largest logit; nothing was kept.",
                format=title,
                difference=difference,
            ),
            message("Leave this format out; the trained model is unharmed."),
            code="export_differs",
        )
    return difference
