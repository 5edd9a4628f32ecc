"""Class probabilities of image files by a saved model."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.learn.data.sources import ArraySource, load_pixels
from lnl_gui.learn.models.frozen import frozen_function
from lnl_gui.learn.models.inference import predict_logits
from lnl_gui.learn.models.model_file import LoadedModel, load_model
from lnl_gui.learn.models.precision import choose_precision
from lnl_gui.pictures.memory import DecodingMemory
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import Progress, no_progress

BATCH = 32
WORTH_CONVERTING = 200
"""From so many images on, converting the model for the CPU (some seconds) pays."""


@dataclass(frozen=True)
class Predictions:
    """Class probabilities of N image files.

    Attributes:
        class_names: C names, in the order of the columns.
        probabilities: (N, C) float32; rows of files that could not be read are NaN.
        unreadable: the reason by row.
    """

    class_names: list[str]
    probabilities: np.ndarray
    unreadable: dict[int, Message] = field(default_factory=dict)


def predict(
    model: LoadedModel | Path,
    files: Sequence[ImageLocation],
    *,
    device: str = "auto",
    workers: int = 2,
    progress: Progress = no_progress,
) -> Predictions:
    """Predict the class probabilities of image files.

    Args:
        model: an open model, or the folder of one.
        files: N image files.
        device: `auto` or a torch device.
        workers: decoding threads.
        progress: files done of N.

    Raises:
        UserError: when the model cannot be opened or the device is not there.
    """
    opened = load_model(model) if isinstance(model, Path) else model
    compute = _function(opened, choose_device(device), len(files))
    probabilities = np.full((len(files), len(opened.class_names)), np.nan, np.float32)
    unreadable: dict[int, Message] = {}
    memory = DecodingMemory()
    with ThreadPoolExecutor(workers, thread_name_prefix="decode") as pool:
        for start in range(0, len(files), BATCH):
            some = files[start : start + BATCH]
            loaded = list(pool.map(lambda file: _pixels_or_reason(opened, file, memory), some))
            # An unreadable file costs its own row only.
            good = {n: value for n, value in enumerate(loaded) if isinstance(value, np.ndarray)}
            unreadable |= {start + n: v for n, v in enumerate(loaded) if isinstance(v, Message)}
            if good:
                logits = compute(np.stack(list(good.values())))
                rows = start + np.array(list(good))
                probabilities[rows] = torch.softmax(torch.from_numpy(logits), dim=1).numpy()
            progress(min(start + BATCH, len(files)), len(files))
    return Predictions(opened.class_names, probabilities, unreadable)


def _function(model: LoadedModel, device: str, count: int) -> Callable[[np.ndarray], np.ndarray]:
    """From pixels (b, S, S, 3) uint8 to logits (b, C) float32."""
    precision = choose_precision(device)
    classifier = model.classifier.to(precision.device)
    # Without a key, so that the cache holds encoders and not every fine-tuned model.
    if count >= WORTH_CONVERTING and precision.device.type == "cpu":
        return frozen_function(classifier, model.preprocessing, device=precision.device)

    def compute(pixels: np.ndarray) -> np.ndarray:
        images = ArraySource(model.preprocessing.normalise(pixels))
        return predict_logits(classifier, images, precision=precision).numpy()

    return compute


def _pixels_or_reason(
    model: LoadedModel, file: ImageLocation, memory: DecodingMemory
) -> np.ndarray | Message:
    try:
        return load_pixels(file, model.preprocessing, memory=memory)
    except UserError as error:
        return error.message
