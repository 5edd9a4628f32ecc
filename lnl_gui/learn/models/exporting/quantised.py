"""ONNX in 8-bit integers: ranges from the dataset's images, and what that costs in accuracy.

Static quantisation by onnxruntime: weights a channel at a time in 7 bits, so that no processor
saturates when it adds their products, activations in 8.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.learn.data.sources import load_pixels
from lnl_gui.learn.models.exporting.model_to_export import INPUT, ModelToExport
from lnl_gui.learn.models.exporting.onnx_file import FILE as WHOLE
from lnl_gui.learn.models.exporting.onnx_file import (
    onnx_logits,
    onnxruntime_without_events,
    write_onnx,
)
from lnl_gui.learn.models.exporting.parity import CheckImages, Logits
from lnl_gui.learn.models.exporting.result import (
    ExportedFormat,
    QuantisationLoss,
    with_version,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.log import quiet_root_logger
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress
from lnl_gui.util.statistics.paired import paired_difference

NAME, FILE = "onnx-int8", "model-int8.onnx"
CALIBRATION_IMAGES = 128
MEASURED_IMAGES = 2000
"""More say little more: the interval of a difference is then within a point."""
LEAST_CALIBRATION = 8
_BATCH = 32
_LAYERS = ("Gemm", "MatMul", "Conv")
"""Operators that have weights to round."""


@dataclass(frozen=True)
class QuantisationImages:
    """The user's images that quantisation looks at.

    Attributes:
        calibration: that the model was trained on, or any; their ranges are taken.
        held_out: that the model was not trained on, H of them.
        labels: (H,) int, the best labels known in the model's classes.
    """

    calibration: Sequence[ImageLocation] = ()
    held_out: Sequence[ImageLocation] = ()
    labels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


def export_quantised(
    model: ModelToExport,
    folder: Path,
    checked: CheckImages,
    *,
    images: QuantisationImages,
    progress: Progress = no_progress,
) -> ExportedFormat:
    """Write `model-int8.onnx` and measure what it loses.

    Args:
        model: to write.
        folder: where to; a `model.onnx` that is there already is the one to quantise.
        checked: images that are always there, to say how often both models agree.
        images: of the user's.
        progress: held-out images measured of all.

    Raises:
        UserError: when too few images can be read to take ranges from, or its logits are no
            numbers.
        OSError: when it cannot be written.
    """
    calibration = _readable(images.calibration, model)
    if len(calibration) < LEAST_CALIBRATION:
        raise UserError(
            message(
                "INT8 needs at least {least} images of the dataset to take the ranges of numbers"
                " from; {found} can be read.",
                least=LEAST_CALIBRATION,
                found=len(calibration),
            ),
            message("Name the project instead of the model's folder, or leave INT8 out."),
            code="no_calibration",
        )
    with tempfile.TemporaryDirectory(dir=folder, prefix=".int8-") as temporary:
        whole = folder / WHOLE
        if not whole.is_file():
            whole = Path(temporary) / WHOLE
            write_onnx(model, whole)
        _quantise(whole, folder / FILE, model.preprocessing.normalise(calibration))
        both = _Both(onnx_logits(whole), onnx_logits(folder / FILE))
        counts = both.compare(checked.images)
        held = _measured(model, both, images, progress)
    loss = _loss(counts, held, len(calibration))
    return ExportedFormat(NAME, FILE, with_version("onnxruntime"), None, loss.compared, loss)


@dataclass(frozen=True)
class _Counts:
    """Of n images: how often both models name one class, and which of the two is right."""

    images: int = 0
    same: int = 0
    labelled: int = 0
    before: int = 0
    after: int = 0
    gained: int = 0
    lost: int = 0

    def plus(self, other: "_Counts") -> "_Counts":
        values = zip(astuple(self), astuple(other), strict=True)
        return _Counts(*(mine + theirs for mine, theirs in values))


@dataclass(frozen=True)
class _Both:
    """The float32 and the INT8 model, from (n, 3, S, S) to (n, C) float32."""

    precise: Logits
    quantised: Logits

    def compare(self, images: np.ndarray, labels: np.ndarray | None = None) -> _Counts:
        """Compare them on images (n, 3, S, S) float32, with their labels (n,) int where known."""
        before, after = self.precise(images), self.quantised(images)
        if not np.isfinite(after).all():
            raise UserError(
                message("The INT8 model gives logits that are no numbers; it was not kept."),
                message("Leave INT8 out; the other formats are unharmed."),
                code="export_differs",
            )
        found, now = before.argmax(axis=1), after.argmax(axis=1)
        same = int((found == now).sum())
        if labels is None:
            return _Counts(len(images), same)
        right, still = found == labels, now == labels
        gained, lost = int((~right & still).sum()), int((right & ~still).sum())
        return _Counts(
            len(images), same, len(images), int(right.sum()), int(still.sum()), gained, lost
        )


def _quantise(source: Path, target: Path, images: np.ndarray) -> None:
    """Write the INT8 form of an ONNX file, its ranges from images (n, 3, S, S) float32."""
    from onnxruntime import quantization  # noqa: PLC0415 -- an extra

    onnxruntime_without_events()

    class CalibrationImages(quantization.CalibrationDataReader):  # type: ignore[misc]
        """Hands out the images a batch at a time, as the library asks for them."""

        def __init__(self) -> None:
            self._parts = iter([images[at : at + _BATCH] for at in range(0, len(images), _BATCH)])

        def get_next(self) -> dict[str, np.ndarray] | None:
            """The next batch; None at the end."""
            part = next(self._parts, None)
            return None if part is None else {INPUT: part}

    # It advises steps that torch's exporter has done already.
    with quiet_root_logger():
        quantization.quantize_static(
            source,
            target,
            CalibrationImages(),
            quant_format=quantization.QuantFormat.QDQ,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            # One range for all channels of EfficientNet-Lite names another class for a third of
            # the images, one for each for 2 %.
            per_channel=True,
            reduce_range=True,
            nodes_to_exclude=_last_layers(source),
        )


def _last_layers(source: Path) -> list[str]:
    """Names of the nodes that make the logits of an ONNX file.

    They stay in 32 bits: the standardisation of the features is part of their weights, so that
    features of little spread, which one range for all rounds to nothing, have large ones.
    """
    import onnx  # noqa: PLC0415 -- an extra

    graph = onnx.load(source, load_external_data=False).graph
    makers = {output: node for node in graph.node for output in node.output}
    found, waiting = [], [output.name for output in graph.output]
    while waiting:
        node = makers.get(waiting.pop())
        if node is None:
            continue
        if node.op_type in _LAYERS:
            found.append(node.name)
        else:
            waiting += node.input
    return found


def _readable(files: Sequence[ImageLocation], model: ModelToExport) -> np.ndarray:
    """Pixels (n, S, S, 3) uint8 of the first files that can be read."""
    found = []
    for file in files:
        try:
            found.append(load_pixels(file, model.preprocessing))
        except UserError:
            continue
        if len(found) == CALIBRATION_IMAGES:
            break
    side = model.preprocessing.image_size
    return np.stack(found) if found else np.zeros((0, side, side, 3), np.uint8)


def _measured(
    model: ModelToExport, both: _Both, images: QuantisationImages, progress: Progress
) -> _Counts:
    """Both models on the held-out images that can be read."""
    counts, total = _Counts(), min(len(images.held_out), MEASURED_IMAGES)
    for start in range(0, total, _BATCH):
        pixels, labels = [], []
        for at in range(start, min(start + _BATCH, total)):
            try:
                pixels.append(load_pixels(images.held_out[at], model.preprocessing))
            except UserError:
                continue
            labels.append(int(images.labels[at]))
        if pixels:
            batch = model.preprocessing.normalise(np.stack(pixels))
            counts = counts.plus(both.compare(batch, np.array(labels)))
        progress(min(start + _BATCH, total), total)
    return counts


def _loss(checked: _Counts, held: _Counts, calibration_images: int) -> QuantisationLoss:
    every = checked.plus(held)
    same = every.same / every.images
    if not held.labelled:
        return QuantisationLoss(0, None, None, None, same, every.images, calibration_images)
    return QuantisationLoss(
        held.labelled,
        held.before / held.labelled,
        held.after / held.labelled,
        paired_difference(held.gained, held.lost, held.labelled),
        same,
        every.images,
        calibration_images,
    )
