"""Devices torch can compute on."""

import torch

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message


def choose_device(wanted: str) -> str:
    """Choose a torch device: `auto` picks cuda, then mps, then cpu; other names are checked.

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
    found: list[tuple[str, Message | str]] = []
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(at) for at in range(torch.cuda.device_count())]
        found += [(f"cuda:{at}", name) for at, name in enumerate(names)]
    if torch.backends.mps.is_available():
        found.append(("mps", message("GPU of this Mac")))
    return [*found, ("cpu", message("Processor"))]


def _devices() -> dict[str, bool]:
    return {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
