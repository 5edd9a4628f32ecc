"""Names of a package's modules by its files, without importing any of them.

PyInstaller's own listing imports every package on the way, which for torch and timm takes minutes.
"""

import importlib.util
import re
from pathlib import Path

_COMPILED = re.compile(r"\.(cpython|cp3|abi3|pypy)[\w-]*\.(so|pyd)$|\.(so|pyd|py)$")
_KEPT_LOOPS = "from lnl_gui.util.process.compiled_loop import"
_TESTS = {"test", "tests", "__pycache__", "testing_data", "conftest.py"}


def modules_of(package: str) -> list[str]:
    """The package and all below it, sorted, without tests; none where it is not installed."""
    parent, _, last = package.rpartition(".")
    # Of a package inside another one the place follows from the outer one's files.
    places = [place / last for place in _places(parent)] if parent else _places(package)
    found = {package}
    for place in places:
        if place.is_dir():
            found |= set(_below(place, package))
    return sorted(found) if places else []


def modules_with_compiled_loops(sources: Path) -> list[str]:
    """Modules that keep compiled loops on disk, which numba does beside a file of source alone.

    Args:
        sources: folder of the package.
    """
    return sorted(
        ".".join(file.relative_to(sources.parent).with_suffix("").parts)
        for file in sources.rglob("*.py")
        if _KEPT_LOOPS in file.read_text("utf-8")
    )


def _places(package: str) -> list[Path]:
    top, *inner = package.split(".")
    spec = importlib.util.find_spec(top)
    locations = (spec.submodule_search_locations or []) if spec else []
    return [Path(location).joinpath(*inner) for location in locations]


def _below(folder: Path, name: str) -> list[str]:
    found = []
    for entry in sorted(folder.iterdir()):
        if entry.name in _TESTS:
            continue
        if entry.is_dir():
            if entry.name.isidentifier() and any(entry.glob("*.py")):
                inner = f"{name}.{entry.name}"
                found += [inner, *_below(entry, inner)]
        elif _COMPILED.search(entry.name):
            stem = _COMPILED.sub("", entry.name)
            if stem.isidentifier() and stem not in ("__init__", "__main__"):
                found.append(f"{name}.{stem}")
    return found
