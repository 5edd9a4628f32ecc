"""What there is to compute on."""

import os
from collections.abc import Iterator

import psutil

from lnl_gui.pipeline.diagnosis.finding import DOUBT, MISSING, Diagnosis
from lnl_gui.util.extras import repair_hint
from lnl_gui.util.messages import message
from lnl_gui.util.process.cores import available_cores


def check_devices() -> Iterator[Diagnosis]:
    """Processor and memory, and what torch finds of GPUs."""
    memory = psutil.virtual_memory()
    yield Diagnosis(
        "devices",
        "processor",
        message(
            "{cores} threads of {all}; memory {free:.1f} GB free of {total:.1f} GB",
            cores=available_cores(),
            all=os.cpu_count() or 1,
            free=memory.available / 1e9,
            total=memory.total / 1e9,
        ),
    )
    try:
        # Whatever a broken pair of torch and torchvision raises while it is imported.
        import torch  # noqa: PLC0415
        import torchvision  # noqa: F401, PLC0415
    except Exception as error:
        hint = repair_hint(
            message("Install both at once from one index: pip install torch torchvision")
        )
        text = message("cannot be imported: {error}", error=error)
        yield Diagnosis("devices", "torch", text, MISSING, hint)
        return
    yield from _graphics(torch)


def _graphics(torch: object) -> Iterator[Diagnosis]:
    from lnl_gui.encoders.loading.devices import list_devices  # noqa: PLC0415 - needs torch

    found = [(device, title) for device, title in list_devices() if device != "cpu"]
    for device, title in found:
        yield Diagnosis("devices", device, message("{title}", title=title))
    if found:
        return
    built = getattr(getattr(torch, "version", None), "cuda", None)
    text = message("none; everything runs on the processor")
    if built:
        text = message("none that CUDA {version} of this torch can use", version=built)
    yield Diagnosis("devices", "gpu", text, DOUBT if built and _has_driver() else "ok")


def _has_driver() -> bool:
    """Whether a driver of NVIDIA is loaded, so that a GPU was expected."""
    return os.path.exists("/proc/driver/nvidia/version")  # noqa: PTH110 - no such thing elsewhere
