"""Devices torch can compute on; torch, which takes seconds, is imported where a GPU may be."""

import ctypes
import platform
import sys
from typing import TYPE_CHECKING

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

if TYPE_CHECKING:
    import torch

# Whether a driver is installed shows without importing torch: of NVIDIA, AMD and Intel.
_DRIVERS = (
    *("libcuda.so.1", "libamdhip64.so", "libze_loader.so.1"),
    *("nvcuda.dll", "amdhip64.dll", "ze_loader.dll"),
)
_PROCESSOR = ("cpu", message("Processor"))


def choose_device(wanted: str) -> str:
    """Choose a torch device: `auto` picks cuda, xpu, mps or cpu; other names are checked.

    Raises:
        UserError: when the wanted device is not there.
    """
    available = [kind for kind, there in _devices().items() if there]
    if wanted == "auto":
        return available[0]
    if wanted.partition(":")[0] not in available:
        raise UserError(
            message("There is no device {wanted} here.", wanted=wanted),
            message("Available: {available}.", available=", ".join(available)),
            code="unknown_device",
        )
    return wanted


def list_devices() -> list[tuple[str, Message | str]]:
    """(device, title) of everything there is to compute on, the fastest first."""
    if not accelerator_possible():
        return [_PROCESSOR]
    import torch  # noqa: PLC0415 - takes seconds

    found: list[tuple[str, Message | str]] = []
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(at) for at in range(torch.cuda.device_count())]
        found += [(f"cuda:{at}", name) for at, name in enumerate(names)]
    if torch.xpu.is_available():
        names = [torch.xpu.get_device_name(at) for at in range(torch.xpu.device_count())]
        found += [(f"xpu:{at}", name) for at, name in enumerate(names)]
    if torch.backends.mps.is_available():
        found.append(("mps", message("GPU of this Mac")))
    return [*found, _PROCESSOR]


def _devices() -> dict[str, bool]:
    if not accelerator_possible():
        return {"cuda": False, "xpu": False, "mps": False, "cpu": True}
    import torch  # noqa: PLC0415 - takes seconds

    return {
        "cuda": torch.cuda.is_available(),
        "xpu": torch.xpu.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }


def accelerator_possible() -> bool:
    """Whether asking torch for a GPU is worth its import: a driver's library can be opened."""
    if sys.platform == "darwin":
        # torch has MPS on Apple's own processors.
        return platform.machine() == "arm64"
    return any(_can_open(library) for library in _DRIVERS)


def _can_open(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def release_memory(device: "torch.device") -> None:
    """Give back the memory that torch keeps of a device for what comes next."""
    import torch  # noqa: PLC0415 - takes seconds

    # Processors have no such store.
    empty = getattr(torch.get_device_module(device), "empty_cache", None)
    if empty is not None:
        empty()
