"""uv, or pip where there is no uv, fills the environment."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from set_up.environment import Environment
from set_up.running import run, say
from set_up.torch_build import CPU, TorchBuild

_IMPORT = "import torch, torchvision; torchvision.ops.nms"
MEGABITS = 50
"""A second, of the connection that the time is told for."""


@dataclass(frozen=True)
class Source:
    """Where LNL and its packages come from."""

    folder: Path
    """of the checkout or of the bundle"""
    wheels: Path | None = None
    """of a bundle, which needs no network"""
    extras: str = ""
    """such as `[test]`"""

    def wanted(self, constraints: Path) -> list[str]:
        """What to install, as words for uv and pip.

        Args:
            constraints: the file of pins.
        """
        pinned = ["-c", str(constraints)]
        if self.wheels is None:
            return [*pinned, "-e", f".{self.extras}"]
        return [*pinned, "--no-index", "--find-links", str(self.wheels), f"lnl-gui{self.extras}"]


def tell_size(build: TorchBuild, environment: Environment, *, offline: bool) -> None:
    """Say what is to come, and stop where the disk has no room for it.

    Raises:
        SystemExit: when the disk is too full.
    """
    minutes = build.download_gigabytes * 8000 / MEGABITS / 60
    download = (
        "nothing to download"
        if offline
        else f"about {build.download_gigabytes} GB to download ({minutes:.0f} minutes at"
        f" {MEGABITS} Mbit/s)"
    )
    kind = "for the processor" if build.name == CPU else "with CUDA"
    less = "" if build.name == CPU else "; --cpu takes a quarter of it"
    say(
        f"Installing packages: {download}, {build.disk_gigabytes} GB on disk, PyTorch {kind}{less}."
        " Stopped, it goes on with what it has."
    )
    place = environment.folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    if free < build.disk_gigabytes:
        sys.exit(
            f"{place} has {free:.1f} GB free, too little. Free some space, or name another folder"
            " with --into."
        )


def install(environment: Environment, source: Source, build: TorchBuild) -> None:
    """Put LNL and all it needs into the environment. Quick when it is there already.

    One resolution takes torch and torchvision from one index, so that they always match.

    Raises:
        CalledProcessError: when a package cannot be had.
    """
    uv = find_uv(environment, source)
    own = source.folder / "constraints.txt"
    wanted = source.wanted(build.constraints(own, environment.folder / "constraints.txt"))
    if uv is None:
        options = [] if source.wheels else build.pip
        pip = [environment.python, "-m", "pip", "install"]
        run([*pip, *options, *wanted], folder=source.folder)
        return
    options = ["--offline"] if source.wheels else build.uv
    command = [uv, "pip", "install", "--python", environment.python, *options, *wanted]
    run(command, folder=source.folder)


def find_uv(environment: Environment, source: Source) -> Path | None:
    """The uv installer: the one on the PATH, else one put into the environment; None without."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    local = environment.script("uv")
    if local.exists():
        return local
    if source.wheels is not None:
        return _from_wheel(source.wheels, local)
    try:
        command = [environment.python, "-m", "pip", "install", "--quiet", "uv"]
        run(command, folder=source.folder)
    except subprocess.CalledProcessError:
        say("uv cannot be installed here; pip takes its place")
        return None
    return local


def _from_wheel(wheels: Path, target: Path) -> Path | None:
    """Take the program out of its wheel: a bundle needs no pip, which Debian ships apart."""
    for wheel in wheels.glob("uv-*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            inside = [n for n in archive.namelist() if n.endswith(f"/scripts/{target.name}")]
            for name in inside[:1]:
                target.write_bytes(archive.read(name))
                target.chmod(0o755)
                return target
    return None


def check_pair(environment: Environment, folder: Path, build: TorchBuild) -> None:
    """Stop where torch is not the build that was wanted, or torchvision was built for another.

    Raises:
        SystemExit: then, with the reason.
    """
    if build.name == CPU and environment.torch_build() != CPU:
        sys.exit("PyTorch for the processor was wanted, and one with CUDA was installed.")
    command = [environment.python, "-c", _IMPORT]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(mismatch(done.stderr))


def mismatch(errors: str) -> str:
    """What to say where importing torch and torchvision failed.

    Args:
        errors: standard error of it.
    """
    last: Sequence[str] = errors.strip().splitlines()[-1:] or ["it ended without a word"]
    return (
        f"torch and torchvision cannot be imported together: {last[0]}\nBoth must be built for the"
        " same thing and come from one index: a torch for the processor (+cpu) beside PyPI's"
        " torchvision, which is built for CUDA, fails in this way."
    )
