"""Device and number format of a network's passes: float32, or mixed precision where it is fast."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.encoders.loading.devices import release_memory

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Precision:
    """Where numbers are computed, and in which format.

    Attributes:
        device: of networks and batches.
        half: type for mixed precision; None computes in float32 throughout.
    """

    device: torch.device = CPU
    half: torch.dtype | None = None

    def autocast(self) -> AbstractContextManager[Any]:
        """Mixed precision where it is on."""
        if self.half is None:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.half)

    def host(self, values: np.ndarray) -> Tensor:
        """Convert an array (B, ...) to a tensor (B, ...) of the same dtype in host memory.

        Pinned for CUDA, so that copying it to the device runs beside the network's work.
        """
        tensor = torch.from_numpy(np.ascontiguousarray(values))
        return tensor.pin_memory() if self.device.type == "cuda" else tensor

    def place(self, values: Tensor) -> Tensor:
        """Copy a host tensor (B, ...) of any dtype to the device; (B, C, H, W) channels last.

        Channels last is the layout in which convolutions are fastest, on the CPU as on CUDA.
        """
        moved = values.to(self.device, non_blocking=True)
        return moved.contiguous(memory_format=torch.channels_last) if moved.ndim == 4 else moved

    def release(self) -> None:
        """Release cached device memory, after it ran out."""
        release_memory(self.device)


def choose_precision(
    device: str | torch.device, *, mixed: bool = True, network: nn.Module | None = None
) -> Precision:
    """Choose the number format that is fastest on a device.

    bfloat16 on CUDA devices that compute in it, float16 on older ones; bfloat16 on Intel's GPUs,
    and on processors with matrix units (AMX) for networks without batch normalisation; else
    float32. bfloat16 has float32's range, so that no gradient is lost and nothing need be scaled;
    before Ampere it is emulated and slower than float32.

    Args:
        device: where numbers are computed.
        mixed: False computes in float32 throughout.
        network: what is trained, on which a processor's format depends; None trains nothing.
    """
    place = torch.device(device)
    if place.type == "cpu" and mixed and network is not None and _gains_on_processor(network):
        return Precision(place, torch.bfloat16)
    if place.type == "xpu" and mixed:
        return Precision(place, torch.bfloat16)
    if place.type != "cuda" or not mixed:
        return Precision(place)
    # torch says yes on older devices too, where it only emulates.
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return Precision(place, torch.bfloat16 if native else torch.float16)


def _gains_on_processor(network: nn.Module) -> bool:
    # Measured with AMX, milliseconds of processor an image and step, float32 against bfloat16:
    # ViT-S/16 301 and 148, ConvNeXt-T 355 and 255, but ResNet-18 132 and 175, EfficientNet-Lite2
    # 175 and 328: what convolutions gain, batch normalisation loses.
    if any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in network.modules()):
        return False
    # Of no public name yet, and missing from torch's builds for some platforms.
    supported = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(supported is not None and supported())


def device_of(network: nn.Module) -> torch.device:
    """Where the network's parameters lie."""
    return next(network.parameters()).device
