"""Class probabilities and features of image files by a saved model."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import nn

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data.sources import ArraySource, load_pixels
from lnl_gui.learn.models.frozen import converts_quickly, frozen_function
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
WORTH_QUICKLY = 20
"""The same of a model that is converted quickly: with 32 images the bundled encoders take 1.7 and
2.9 seconds of the processor instead of 2.8 and 5.1, the conversion included."""
Compute = Callable[[np.ndarray], np.ndarray]


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
    return predictor(opened, len(files), device=device, workers=workers)(files, progress)


def predictor(
    model: LoadedModel,
    count: int,
    *,
    device: str = "auto",
    workers: int = 2,
    threads: int | None = None,
) -> Callable[[Sequence[ImageLocation], Progress], Predictions]:
    """A function that predicts image files in whatever pieces they come.

    Args:
        model: an open model.
        count: images that it is used for, in all pieces together.
        device: `auto` or a torch device.
        workers: decoding threads.
        threads: of the processor, for the network; None takes all cores.

    Returns:
        from files and a progress call to their predictions, those of `predict`; pieces begin at
        multiples of `BATCH`.

    Raises:
        UserError: when the device is not there.
    """
    chosen = choose_device(device)
    compute = _function(model.classifier, model.preprocessing, chosen, count, threads)

    def predicted(files: Sequence[ImageLocation], progress: Progress) -> Predictions:
        logits, unreadable = _outputs(
            model,
            compute,
            files,
            width=len(model.class_names),
            workers=workers,
            progress=progress,
        )
        probabilities = torch.softmax(torch.from_numpy(logits), dim=1).numpy()
        return Predictions(model.class_names, probabilities, unreadable)

    return predicted


def model_features(
    model: LoadedModel,
    files: Sequence[ImageLocation],
    *,
    device: str = "auto",
    workers: int = 2,
    progress: Progress = no_progress,
) -> tuple[np.ndarray, dict[int, Message]]:
    """Compute what a model's back-bone, without its head, makes of image files.

    Args:
        model: an open model.
        files: N image files.
        device: `auto` or a torch device.
        workers: decoding threads.
        progress: files done of N.

    Returns:
        Features (N, D) float32, NaN in rows of files that could not be read, and the reasons by
        row.

    Raises:
        UserError: when the device is not there.
    """
    network = model.classifier.backbone
    return _outputs(
        model,
        _function(network, model.preprocessing, choose_device(device), len(files)),
        files,
        width=int(model.card["dimension"]),
        workers=workers,
        progress=progress,
    )


def _outputs(
    model: LoadedModel,
    compute: Compute,
    files: Sequence[ImageLocation],
    *,
    width: int,
    workers: int,
    progress: Progress,
) -> tuple[np.ndarray, dict[int, Message]]:
    """What a part of the model makes of each file, (N, width) float32; NaN for the unreadable."""
    outputs = np.full((len(files), width), np.nan, np.float32)
    unreadable: dict[int, Message] = {}
    memory = DecodingMemory()
    with ThreadPoolExecutor(workers, thread_name_prefix="decode") as pool:
        for start in range(0, len(files), BATCH):
            some = files[start : start + BATCH]
            loaded = list(pool.map(lambda file: _pixels_or_reason(model, file, memory), some))
            # An unreadable file costs its own row only.
            good = {n: value for n, value in enumerate(loaded) if isinstance(value, np.ndarray)}
            unreadable |= {start + n: v for n, v in enumerate(loaded) if isinstance(v, Message)}
            if good:
                outputs[start + np.array(list(good))] = compute(np.stack(list(good.values())))
            progress(min(start + BATCH, len(files)), len(files))
    return outputs, unreadable


def _function(
    network: nn.Module,
    preprocessing: Preprocessing,
    device: str,
    count: int,
    threads: int | None = None,
) -> Compute:
    """From pixels (b, S, S, 3) uint8 to the network's output (b, ...) float32."""
    precision = choose_precision(device)
    placed = network.to(precision.device)
    # Without a key, so that the cache holds encoders and not every fine-tuned model.
    if precision.device.type == "cpu" and count >= _worth_converting(network):
        return frozen_function(placed, preprocessing, device=precision.device, threads=threads)

    def compute(pixels: np.ndarray) -> np.ndarray:
        images = ArraySource(preprocessing.normalise(pixels))
        return predict_logits(placed, images, precision=precision).numpy()

    return compute


def _worth_converting(network: nn.Module) -> int:
    return WORTH_QUICKLY if converts_quickly(network) else WORTH_CONVERTING


def _pixels_or_reason(
    model: LoadedModel, file: ImageLocation, memory: DecodingMemory
) -> np.ndarray | Message:
    try:
        return load_pixels(file, model.preprocessing, memory=memory)
    except UserError as error:
        return error.message
