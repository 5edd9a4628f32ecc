"""Encoders run by torch: on a GPU in half precision, or on the CPU where OpenVINO cannot."""

from functools import partial

import numpy as np
import torch
from torch import nn

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading.batch_halving import embed_halving
from lnl_gui.encoders.loading.devices import release_memory
from lnl_gui.encoders.preprocessing import Preprocessing

# To begin with; running out of memory halves them.
_BATCH_SIZES = {"cuda": 256, "xpu": 128, "mps": 64, "cpu": 16}


class PixelModel(nn.Module):
    """A backbone on (B, H, W, 3) uint8 pixels, with the normalisation as part of the graph."""

    scale: torch.Tensor
    offset: torch.Tensor

    def __init__(self, model: nn.Module, preprocessing: Preprocessing) -> None:
        super().__init__()
        self.model = model
        mean, std = (torch.tensor(v) for v in (preprocessing.mean, preprocessing.std))
        # Division by 255, mean and deviation in one product and one sum; pixels travel as bytes.
        self.register_buffer("scale", (1 / (255 * std)).view(1, 3, 1, 1))
        self.register_buffer("offset", (-mean / std).view(1, 3, 1, 1))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pixels (B, H, W, 3) uint8 to embeddings (B, D), float32 unless under autocast."""
        values = pixels.permute(0, 3, 1, 2).float()
        return self.model(values * self.scale + self.offset)


class TorchEncoder:
    """An encoder run by torch; see `lnl_gui.encoders.encoder.Encoder`."""

    def __init__(self, backbone: Backbone, key: str, device: str, *, batch_size: int = 0) -> None:
        self.name = backbone.name
        self.key = key
        self.dimension = backbone.dimension
        self.preprocessing = backbone.preprocessing
        self.batch_size = batch_size or _BATCH_SIZES[torch.device(device).type]
        self.device = device
        self._device = torch.device(device)
        model = PixelModel(backbone.model, backbone.preprocessing).eval().to(self._device)
        # The layout in which convolutions are fastest.
        self._model = model.to(memory_format=torch.channels_last)

    def embed(self, batch: np.ndarray) -> np.ndarray:
        """Embed pixels (B, H, W, 3) uint8 as (B, D) float32, fewer at a time if memory runs out.

        Raises:
            UserError: with code `out_of_memory` when even an eighth of the batch does not fit.
        """
        release = partial(release_memory, self._device)
        embeddings, self.batch_size = embed_halving(
            self._forward, batch, batch_size=self.batch_size, release=release
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


def embed_float32(backbone: Backbone, pixels: np.ndarray) -> np.ndarray:
    """Embed (B, H, W, 3) uint8 as (B, D) float32 by eager torch, the reference of conversions."""
    model = PixelModel(backbone.model, backbone.preprocessing).eval()
    with torch.inference_mode():
        return model(torch.from_numpy(pixels)).numpy()
