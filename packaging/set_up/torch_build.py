"""Which build of PyTorch: with CUDA, of 6 GB, or for the processor alone."""

import ctypes.util
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from set_up.network import why_not_reachable
from set_up.running import say

AUTO, CPU, GPU = BUILDS = ("auto", "cpu", "gpu")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
INDEX_VARIABLE = "LNL_TORCH_SOURCE"
"""A folder of wheels, or an index, to take torch and torchvision from instead: a mirror."""
_PAIR = ("torch==", "torchvision==")


@dataclass(frozen=True)
class TorchBuild:
    """A build, and where the installers find it."""

    name: str
    """`CPU` or `GPU`"""
    uv: tuple[str, ...] = ()
    """options of uv"""
    pip: tuple[str, ...] = ()
    """options of pip"""
    download_gigabytes: float = 0.8
    disk_gigabytes: float = 2.6
    pinned: tuple[str, ...] = ()
    """versions of torch and torchvision that take the place of LNL's own pins"""

    def constraints(self, own: Path, target: Path) -> Path:
        """The file of pins to install by: LNL's own, or one beside with other ones of torch.

        Args:
            own: LNL's.
            target: where another one is written.
        """
        if not self.pinned:
            return own
        kept = [w for w in own.read_text("utf-8").splitlines() if not w.startswith(_PAIR)]
        target.write_text("\n".join([*kept, *self.pinned, ""]), "utf-8")
        return target


def has_nvidia_driver() -> bool:
    """Whether a driver of NVIDIA is installed, so that CUDA is of use."""
    if sys.platform == "win32":
        return ctypes.util.find_library("nvcuda") is not None
    return (
        Path("/proc/driver/nvidia/version").exists()
        or shutil.which("nvidia-smi") is not None
        or ctypes.util.find_library("cuda") is not None
    )


def choose(wanted: str, environment: Mapping[str, str] = os.environ) -> TorchBuild:
    """The build that was asked for; of `AUTO`, the one that is of use here.

    Args:
        wanted: one of `BUILDS`.
        environment: of this process.

    Raises:
        SystemExit: when the processor's build was asked for and cannot be had.
    """
    build = GPU if wanted == AUTO and has_nvidia_driver() else wanted
    if build == GPU:
        return gpu_build(sys.platform)
    source = environment.get(INDEX_VARIABLE, "")
    # The wheels of PyPI for Windows and macOS are without CUDA.
    if not source and not sys.platform.startswith("linux"):
        return TorchBuild(CPU)
    reason = "" if source else why_not_reachable(f"{CPU_INDEX}/torch/")
    if not reason:
        return cpu_build(source)
    if wanted == CPU:
        sys.exit(
            f"{CPU_INDEX} cannot be reached ({reason}), and PyPI's PyTorch for Linux brings CUDA."
            f" Name a mirror, or a folder with both wheels, in {INDEX_VARIABLE}."
        )
    say(
        f"No driver of NVIDIA was found, but {CPU_INDEX} cannot be reached ({reason}): taking the"
        " larger PyTorch from PyPI, with CUDA. It works without a GPU too."
    )
    return gpu_build(sys.platform)


def cpu_build(source: str) -> TorchBuild:
    """The processor's build, from PyTorch's own index or from where somebody named.

    Args:
        source: a folder, or an address of an index; "" for PyTorch's own.
    """
    if not source:
        # uv takes torch's packages alone from there; that index has old versions of others too.
        return TorchBuild(CPU, ("--torch-backend", "cpu"), ("--extra-index-url", CPU_INDEX))
    if "://" not in source:
        folder = str(Path(source).expanduser().absolute())
        found = ("--find-links", folder)
        return TorchBuild(CPU, found, found, pinned=pins_of(Path(folder)))
    # Not uv's first index that has a package: a mirror has old versions of other packages too.
    strategy = ("--index-strategy", "unsafe-best-match")
    return TorchBuild(CPU, ("--index", source, *strategy), ("--extra-index-url", source))


def pins_of(folder: Path) -> tuple[str, ...]:
    """The versions of torch and torchvision that a folder has for this Python.

    Raises:
        SystemExit: when it has not one of each.
    """
    here, pins = f"cp{sys.version_info.major}{sys.version_info.minor}", []
    for name in ("torch", "torchvision"):
        words = [wheel.name.split("-") for wheel in folder.glob(f"{name}-*.whl")]
        versions = {word[1] for word in words if word[2] in (here, "py3")}
        if len(versions) != 1:
            sys.exit(f"{folder} must have one wheel of {name} for this Python ({here}).")
        pins.append(f"{name}=={versions.pop()}")
    return tuple(pins)


def gpu_build(platform: str) -> TorchBuild:
    """The build for GPUs of NVIDIA, which on macOS is the one for Apple's.

    Args:
        platform: as `sys.platform` has it.
    """
    if platform.startswith("linux"):
        return TorchBuild(GPU, download_gigabytes=3.3, disk_gigabytes=7.2)
    if platform == "win32":
        # PyPI's wheels for Windows have no CUDA.
        return TorchBuild(GPU, ("--torch-backend", "auto"), (), 3.3, 7.2)
    return TorchBuild(GPU)
