"""A folder from which LNL is installed without a network: wheels, pins, this set-up, sums."""

import hashlib
import json
import platform
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from set_up.environment import Environment
from set_up.running import run, say
from set_up.torch_build import CPU, TorchBuild

WHEELS, FACTS, SUMS = "wheels", "bundle.json", "SHA256SUMS"
_BLOCK = 1 << 22
_README = """\
LNL, to install without a network.

  python3 bootstrap.py setup      installs into .venv beside this file
  python3 bootstrap.py demo       the same, and cleans handwritten digits

For Python {python} on {platform}; other Pythons and systems need a bundle of their own.
`--into DIR` names another place for the environment. On Windows write `py` for `python3`.
A window needs some libraries of the system; `lnl-gui doctor` names those that are missing.
"""


def facts(build: TorchBuild) -> dict[str, str]:
    """What wheels of this machine fit."""
    return {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "platform": sysconfig.get_platform(),
        "system": platform.platform(),
        "torch": build.name,
    }


def collect(
    target: Path, checkout: Path, environment: Environment, build: TorchBuild, *, extras: str
) -> None:
    """Fill the folder; what an interrupted run has put there is taken up.

    Args:
        target: the bundle's folder.
        checkout: the sources of LNL.
        environment: whose pip collects.
        build: of PyTorch.
        extras: such as `[onnx,tune]`.

    Raises:
        CalledProcessError: when a package cannot be had.
        SystemExit: when the folder holds something else, or what was collected does not fit.
    """
    wheels = target / WHEELS
    if target.exists() and any(target.iterdir()) and not wheels.is_dir():
        sys.exit(f"{target} holds something else; name a new folder.")
    wheels.mkdir(parents=True, exist_ok=True)
    (target / SUMS).unlink(missing_ok=True)
    fresh = target / f"{WHEELS}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    # `wheel`, not `download`: what comes as sources alone is built here, not where it is installed.
    pip = [environment.python, "-m", "pip", "wheel", "--wheel-dir", fresh]
    pins = build.constraints(checkout / "constraints.txt", target / "constraints.txt")
    # What an earlier run has collected is taken up, and what is of no use any more left behind.
    pip += ["--find-links", wheels, *build.pip, "-c", pins]
    run([*pip, f".{extras}", "uv"], folder=checkout)
    _check_build(fresh, build)
    shutil.rmtree(wheels)
    fresh.rename(wheels)
    if pins.parent != target:
        shutil.copy(pins, target)
    shutil.copy(checkout / "packaging" / "bootstrap.py", target)
    shutil.copytree(
        checkout / "packaging" / "set_up",
        target / "set_up",
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    known = facts(build)
    (target / FACTS).write_text(json.dumps(known, indent=1), "utf-8")
    (target / "README.txt").write_text(_README.format(**known), "utf-8")
    write_sums(target)


def _check_build(wheels: Path, build: TorchBuild) -> None:
    """A mirror that has the processor's torch and not its torchvision gives a broken pair."""
    local = {
        name: [w.name for w in wheels.glob(f"{name}-*.whl") if "+cpu" in w.name]
        for name in ("torch", "torchvision")
    }
    have = [w.name for name in local for w in wheels.glob(f"{name}-*.whl")]
    if build.name == CPU and bool(local["torch"]) != bool(local["torchvision"]):
        sys.exit(f"These are not built for the same thing, and cannot be used: {', '.join(have)}")
    if build.name == CPU and any(wheels.glob("nvidia_*.whl")):
        sys.exit(f"Wheels for the processor were wanted, and these need CUDA: {', '.join(have)}")


def _files(target: Path) -> Iterator[Path]:
    """Everything that a bundle promises; the environment made in it is none of it."""
    for name in ("bootstrap.py", "constraints.txt", FACTS, "README.txt"):
        yield target / name
    for folder in (WHEELS, "set_up"):
        files = (target / folder).iterdir()
        yield from sorted(file for file in files if file.suffix in (".whl", ".py"))


def write_sums(target: Path) -> None:
    """The list that `sha256sum --check` reads."""
    lines = [f"{_sum(file)}  {file.relative_to(target).as_posix()}\n" for file in _files(target)]
    (target / SUMS).write_text("".join(lines), "utf-8", newline="\n")


def _sum(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def read_facts(folder: Path) -> dict[str, Any]:
    """What a bundle is for.

    Raises:
        SystemExit: when the folder is no bundle, or an unfinished one.
    """
    if not (folder / FACTS).is_file() or not (folder / SUMS).is_file():
        sys.exit(f"{folder} is no whole bundle: `bootstrap.py bundle {folder}` makes one.")
    return dict(json.loads((folder / FACTS).read_text("utf-8")))


def check(folder: Path) -> None:
    """Stop where a bundle is for another machine, or is not as it was written.

    Raises:
        SystemExit: then, with the reason.
    """
    wanted, here = read_facts(folder), facts(TorchBuild(CPU))
    for name in ("python", "platform"):
        if wanted[name] != here[name]:
            sys.exit(f"This bundle is for {name} {wanted[name]}, and this is {here[name]}.")
    lines = (folder / SUMS).read_text("utf-8").splitlines()
    say(f"Checking {len(lines)} files of {folder}")
    known = dict(reversed(line.split("  ", 1)) for line in lines)
    wrong = [name for name in known if not _is_as_written(folder / name, known[name])]
    # A wheel that nobody listed would be installed all the same.
    found = {w.relative_to(folder).as_posix() for w in (folder / WHEELS).glob("*.whl")}
    wrong += sorted(found - known.keys())
    if wrong:
        sys.exit(f"Not as they were written: {', '.join(wrong)}. Copy the bundle again.")


def _is_as_written(file: Path, digest: str) -> bool:
    return file.is_file() and _sum(file) == digest


def size_text(folder: Path) -> str:
    """How large a bundle is."""
    total = sum(file.stat().st_size for file in _files(folder))
    return f"{total / 1e9:.2f} GB"
