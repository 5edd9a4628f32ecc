"""What the frozen program is made of, by PyInstaller's own tables of the files it took."""

import ast
import os
import subprocess
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

from frozen.contents import is_of_cuda
from frozen.sources import ROOT

TABLES = ("COLLECT-00.toc", "PYZ-00.toc")
"""Files beside the program, and modules inside it."""
BOOTLOADER = "pyinstaller"
"""The distribution whose program starts every frozen one; no table names it."""
_NOT_FILES = {"SYMLINK", "DEPENDENCY", "EXECUTABLE", "OPTION"}
_LIBRARY_SUFFIXES = (".so", ".dylib", ".dll", ".pyd")


@dataclass
class Shipped:
    """What a frozen program holds, apart from LNL."""

    distributions: list[Distribution] = field(default_factory=list)
    """sorted by name"""
    libraries: dict[str, list[str]] = field(default_factory=dict)
    """names of the libraries inside the wheels of a distribution, by its name"""
    system: dict[str, list[Path]] = field(default_factory=dict)
    """libraries of the system, by the Debian package that owns them; "" where none does"""


def sources(work: Path) -> list[Path]:
    """Every file that was taken, as it lay on the machine that built the program.

    Args:
        work: PyInstaller's folder of the build.

    Raises:
        SystemExit: when its tables are not there.
    """
    found = set()
    for name in TABLES:
        table = work / name
        if not table.is_file():
            sys.exit(f"{table} is missing: build the program first (packaging/build.py).")
        # A tuple of the build's inputs, of which the last one is the table.
        for _, source, kind in ast.literal_eval(table.read_text("utf-8"))[-1]:
            if kind not in _NOT_FILES and Path(source).is_absolute():
                found.add(Path(os.path.normpath(source)))
    return sorted(found)


def shipped(files: Iterable[Path], installed: Iterable[Distribution] | None = None) -> Shipped:
    """The distributions and system libraries that files belong to.

    Args:
        files: that were taken.
        installed: distributions to look for; None takes those of this Python.
    """
    owners = _owners(distributions() if installed is None else installed)
    taken: dict[str, Distribution] = {}
    libraries: dict[str, set[str]] = defaultdict(set)
    system: dict[str, list[Path]] = defaultdict(list)
    for file in files:
        if file in owners:
            name, owner = owners[file]
            if not _is_metadata(file):
                taken[name] = owner
            if file.parent.name.endswith((".libs", ".dylibs")):
                libraries[name].add(file.name)
        elif _is_of_system(file):
            system[debian_package(file) or ""].append(file)
    taken |= {name: owner for name, owner in owners.values() if name.lower() == BOOTLOADER}
    taken.pop("lnl-gui", None)
    return Shipped(
        [taken[name] for name in sorted(taken, key=str.lower)],
        {name: sorted(found) for name, found in sorted(libraries.items())},
        dict(sorted(system.items())),
    )


def is_library(name: str) -> bool:
    """Whether a file's name is a shared library's, with a version behind it or without."""
    return name.endswith(_LIBRARY_SUFFIXES) or ".so." in name


def _owners(installed: Iterable[Distribution]) -> dict[Path, tuple[str, Distribution]]:
    found = {}
    for each in installed:
        # Asked for once: each time all of the metadata is read.
        owner = each.name, each
        for file in each.files or ():
            found[Path(os.path.normpath(str(each.locate_file(file))))] = owner
    return found


def _is_metadata(file: Path) -> bool:
    # A distribution of which only the name was taken ships nothing.
    return any(part.endswith((".dist-info", ".egg-info")) for part in file.parts)


def _is_of_system(file: Path) -> bool:
    # Of CUDA a build for the processor must hold nothing, which `contents` sees to; the other one
    # takes it from NVIDIA's wheels, which name their licence.
    is_other = is_library(file.name) and not is_of_cuda(file.as_posix())
    return is_other and not (_is_own(file) or _is_of_python(file))


def _is_own(file: Path) -> bool:
    return any(file.is_relative_to(ROOT / name) for name in ("lnl_gui", "resources", "packaging"))


def _is_of_python(file: Path) -> bool:
    """Whether a library came with Python, whose licence names what it has inside."""
    if file.name.startswith(("libpython", "python3")) or file.is_relative_to(_stdlib()):
        return True
    # Debian's Python shares its folder with all the system's libraries.
    return sys.base_prefix != "/usr" and file.is_relative_to(sys.base_prefix)


@cache
def _stdlib() -> str:
    return sysconfig.get_path("stdlib")


def debian_package(file: Path) -> str | None:
    """The package of Debian that a file is from; None where there is none, or no Debian."""
    # Packages name files under /lib which lie under /usr/lib.
    places = [str(file), str(file.resolve())]
    places += [place.removeprefix("/usr") for place in places if place.startswith("/usr/")]
    for place in dict.fromkeys(places):
        if owner := _asked(("dpkg-query", "--search", place)):
            return owner.partition(":")[0]
    return None


def _asked(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def debian_version(package: str) -> str:
    """The installed version of a package of Debian."""
    return _asked(("dpkg-query", "--show", "--showformat=${Version}", package)).strip()
