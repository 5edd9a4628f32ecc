"""Encoders run by torch: on a GPU in half precision, or on the CPU where OpenVINO cannot."""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from lnl_gui.encoders.backbone import Backbone
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.errors import UserError

logger = logging.getLogger(__name__)

HALVINGS = 3
"""How often running out of memory halves the batch before it becomes an error."""
_BATCH_SIZES = {"cuda": 256, "mps": 64, "cpu": 16}


class PixelModel(nn.Module):
    """A backbone that takes (B, H, W, 3) uint8 pixels: the normalisation is part of the graph."""

    scale: torch.Tensor
    offset: torch.Tensor

    def __init__(self, model: nn.Module, preprocessing: Preprocessing) -> None:
        super().__init__()
        self.model = model
        mean, std = (torch.tensor(v) for v in (preprocessing.mean, preprocessing.std))
        self.register_buffer("scale", (1 / (255 * std)).view(1, 3, 1, 1))
        self.register_buffer("offset", (-mean / std).view(1, 3, 1, 1))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, D) embeddings."""
        values = pixels.permute(0, 3, 1, 2).float()
        return self.model(values * self.scale + self.offset)


class TorchEncoder:
    """An encoder run by torch; see `lnl_gui.encoders.registry.Encoder`."""

    def __init__(self, backbone: Backbone, key: str, device: str, *, batch_size: int = 0) -> None:
        self.name = backbone.name
        self.key = key
        self.dimension = backbone.dimension
        self.preprocessing = backbone.preprocessing
        self.batch_size = batch_size or _BATCH_SIZES[torch.device(device).type]
        self._device = torch.device(device)
        model = PixelModel(backbone.model, backbone.preprocessing).eval().to(self._device)
        self._model = model.to(memory_format=torch.channels_last)

    def embed(self, batch: np.ndarray) -> np.ndarray:
        """(B, H, W, 3) uint8 pixels to (B, D) float32 embeddings.

        Raises:
            UserError: with code `out_of_memory` when even an eighth of the batch does not fit.
        """
        embeddings, self.batch_size = embed_halving(
            self._forward, batch, batch_size=self.batch_size, release=self._release
        )
        return embeddings

    def _forward(self, batch: np.ndarray) -> np.ndarray:
        pixels = torch.from_numpy(np.ascontiguousarray(batch))
        if self._device.type == "cuda":
            pixels = pixels.pin_memory()
        with torch.inference_mode(), self._precision():
            output = self._model(pixels.to(self._device, non_blocking=True))
        return output.float().cpu().numpy()

    def _precision(self) -> torch.autocast:
        kind = self._device.type
        # bfloat16 has float32's range; before Ampere only float16 is fast.
        bfloat = kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        dtype = torch.float16 if kind == "mps" or (kind == "cuda" and not bfloat) else None
        return torch.autocast(kind, dtype=dtype or torch.bfloat16, enabled=kind != "cpu")

    def _release(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        elif self._device.type == "mps":
            torch.mps.empty_cache()


def embed_halving(
    forward: Callable[[np.ndarray], np.ndarray],
    batch: np.ndarray,
    *,
    batch_size: int,
    release: Callable[[], None],
) -> tuple[np.ndarray, int]:
    """Run `forward` over (B, ...) in parts, halving their size up to three times when memory ends.

    Args:
        forward: (b, ...) to (b, D); may raise torch's out-of-memory error.
        release: gives cached memory back before the next try.

    Returns:
        (B, D) and the size that fitted.

    Raises:
        UserError: with code `out_of_memory` after three halvings.
    """
    for halving in range(HALVINGS + 1):
        size = max(1, batch_size >> halving)
        try:
            parts = [forward(batch[at : at + size]) for at in range(0, len(batch), size)]
            return np.concatenate(parts), size
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            logger.warning("Out of memory with %d images at a time.", size)
        release()
    raise UserError(
        f"The device's memory does not hold {size} images at a time.",
        "Close other programs that use it, choose a smaller encoder, or run on the CPU.",
        code="out_of_memory",
    )


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether the error says that memory ran out (MPS says so only in its text)."""
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error).lower()


def choose_device(wanted: str) -> str:
    """`auto` picks cuda, then mps, then cpu; anything else is checked.

    Raises:
        UserError: when the wanted device is not there.
    """
    available = [kind for kind, there in _devices().items() if there]
    if wanted == "auto":
        return available[0]
    if wanted.partition(":")[0] not in available:
        raise UserError(
            f"There is no device {wanted} here.",
            f"Available: {', '.join(available)}.",
            code="unknown_device",
        )
    return wanted


def list_devices() -> list[tuple[str, str]]:
    """(device, title) of everything there is to compute on, the fastest first."""
    found = []
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(at) for at in range(torch.cuda.device_count())]
        found += [(f"cuda:{at}", name) for at, name in enumerate(names)]
    if torch.backends.mps.is_available():
        found.append(("mps", "GPU of this Mac"))
    return [*found, ("cpu", "Processor")]


def embed_float32(backbone: Backbone, pixels: np.ndarray) -> np.ndarray:
    """(B, H, W, 3) uint8 to (B, D) float32, eager on the CPU: the truth conversions must meet."""
    model = PixelModel(backbone.model, backbone.preprocessing).eval()
    with torch.inference_mode():
        return model(torch.from_numpy(pixels)).numpy()


def to_openvino(backbone: Backbone, openvino: Any) -> Any:
    """The OpenVINO model of one image: (1, H, W, 3) uint8 to (1, D) float32."""
    side = backbone.preprocessing.image_size
    model = PixelModel(backbone.model, backbone.preprocessing).eval()
    pixels = torch.zeros((1, side, side, 3), dtype=torch.uint8)
    with torch.no_grad(), _root_logger_kept(), warnings.catch_warnings():
        try:
            return openvino.convert_model(torch.export.export(model, (pixels,)))
        except Exception as error:  # models that adapt to any size export operations it lacks
            logger.info("Exporting %s failed (%s); tracing it.", backbone.name, error)
        warnings.simplefilter("ignore")  # tracing is deprecated, and remarks on every constant
        return openvino.convert_model(model, example_input=pixels)


@contextmanager
def _root_logger_kept() -> Iterator[None]:
    """OpenVINO's converter gives the root logger a handler and a level of its own."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


def _devices() -> dict[str, bool]:
    return {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
