"""Versions of LNL, Python and the libraries, against what is asked for and what was tested."""

import platform
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

from packaging.requirements import Requirement

import lnl_gui
from lnl_gui.pipeline.diagnosis.finding import DOUBT, MISSING, Diagnosis
from lnl_gui.util.extras import install_hint, repair_hint
from lnl_gui.util.messages import Message, message

DISTRIBUTION = "lnl-gui"
# `requires-python` of pyproject.toml.
_OLDEST, _TOO_NEW = (3, 11), (3, 14)
_FOR_DEVELOPERS = {"test", "mutation", "build"}


def checkout() -> Path | None:
    """The folder of the sources where LNL runs from a checkout, else None."""
    folder = Path(lnl_gui.__file__).parents[1]
    return folder if (folder / "pyproject.toml").is_file() else None


def requirements() -> tuple[list[Requirement], dict[str, list[Requirement]]]:
    """What LNL needs on this platform, and by the name of an extra what each one adds."""
    folder = checkout()
    if folder is not None:
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        extras = project["optional-dependencies"]
        needed = _here(project["dependencies"])
        return needed, {name: _here(extras[name]) for name in extras}
    lines = requires(DISTRIBUTION) or []
    names = metadata(DISTRIBUTION).get_all("Provides-Extra") or []
    plain = [line for line in lines if "extra ==" not in line]
    # With an extra named all that is needed anyway passes too, which is no part of the extra.
    return _here(plain), {
        name: [r for r in _here(lines, extra=name) if "extra" in str(r.marker)] for name in names
    }


def _here(lines: Iterable[str], *, extra: str = "") -> list[Requirement]:
    found = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    return [r for r in found if r.marker is None or r.marker.evaluate({"extra": extra})]


def pins() -> dict[str, str]:
    """The versions the tests ran with, where LNL runs from a checkout."""
    folder = checkout()
    file = folder / "constraints.txt" if folder else None
    if file is None or not file.is_file():
        return {}
    # Of several lines for one package the one for this Python and platform.
    found = _here(file.read_text("utf-8").splitlines())
    return {_plain(r.name): str(r.specifier).removeprefix("==") for r in found}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def installed(name: str) -> str | None:
    """The version of a package, None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def check_versions() -> Iterator[Diagnosis]:
    """LNL itself, Python, and each library that is needed."""
    yield Diagnosis("versions", "lnl-gui", message("LNL {version}", version=lnl_gui.__version__))
    yield _python()
    tested = pins()
    for requirement in requirements()[0]:
        yield _library(requirement, tested.get(_plain(requirement.name), ""))


def _python() -> Diagnosis:
    text = message(
        "{version}, {platform}", version=platform.python_version(), platform=platform.platform()
    )
    if _OLDEST <= sys.version_info[:2] < _TOO_NEW:
        return Diagnosis("versions", "Python", text)
    hint = message("LNL needs Python 3.11, 3.12 or 3.13.")
    return Diagnosis("versions", "Python", text, MISSING, hint)


def _library(requirement: Requirement, tested: str) -> Diagnosis:
    name, found = requirement.name, installed(requirement.name)
    wanted = name + str(requirement.specifier)
    mend = repair_hint(message("pip install '{requirement}'", requirement=wanted))
    if found is None:
        return Diagnosis("versions", name, message("not installed"), MISSING, mend)
    # By default a pre-release meets no specifier, and would be called too old.
    if not requirement.specifier.contains(found, prereleases=True):
        text = message("{found}, but {wanted} is needed", found=found, wanted=wanted)
        return Diagnosis("versions", name, text, MISSING, mend)
    # A local part, as torch's "+cpu", says how it was built.
    if tested and found.partition("+")[0] != tested.partition("+")[0]:
        other = message("{found}; tested with {tested}", found=found, tested=tested)
        return Diagnosis("versions", name, other, DOUBT)
    return Diagnosis("versions", name, Message(found))


def check_extras() -> Iterator[Diagnosis]:
    """Each extra, which adds something that most do without."""
    for name, packages in requirements()[1].items():
        if name in _FOR_DEVELOPERS:
            continue
        missing = [r.name for r in packages if installed(r.name) is None]
        if missing:
            text = message("not installed: {names}", names=", ".join(missing))
            yield Diagnosis("extras", name, text, DOUBT, install_hint(name))
        else:
            yield Diagnosis("extras", name, message("installed"))
