"""What is shipped beside LNL, with all licences: `licences.py PROGRAM WORK DIST`.

Run by the Python of the environment that the program was built with, after PyInstaller:

    PROGRAM   the folder of the frozen program, which gets THIRD_PARTY_LICENCES, LICENSE and the
              list of its parts (CycloneDX)
    WORK      PyInstaller's folder of that build
    DIST      gets both too, under names that tell the system

Stops where something has no licence's text, or must not be shipped with a program under Apache 2.0.
"""

import os
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

# Also where this file is loaded by its path, as the tests do.
sys.path.append(str(Path(__file__).resolve().parent))
from frozen import licence_texts, macos
from frozen.licence_texts import Part
from frozen.shipped import shipped, sources
from frozen.sources import ROOT, version

try:
    from frozen.sbom import bill
except ImportError as error:
    sys.exit(
        f"{error.name} is missing in {sys.prefix}: install what builds need, `lnl-gui[build]`."
    )

LICENCES, BILL = "THIRD_PARTY_LICENCES", "lnl-gui.cdx.json"
_LINE = "=" * 80


def document(parts: Sequence[Part], release: str) -> str:
    """The text that goes along: a table of all parts, then each licence's text once.

    Args:
        parts: all that is shipped with LNL.
        release: version of LNL.
    """
    width = max(len(part.name) + len(part.version) for part in parts) + 1
    table = [f"{part.name + ' ' + part.version:<{width}}  {part.licence}" for part in parts]
    head = (
        f"LNL {release} is under the Apache License 2.0 (LICENSE). It is shipped with these parts,"
        " each under the\nlicence that is named, whose text follows below.\n"
    )
    first_place: dict[str, str] = {}
    return "\n".join([head, *table, "", *(_section(part, first_place) for part in parts)])


def _section(part: Part, first_place: dict[str, str]) -> str:
    lines = [_LINE, f"{part.name} {part.version}", f"Licence: {part.licence}"]
    if part.note:
        lines.append(part.note)
    if part.libraries:
        lines.append(f"Libraries inside: {', '.join(part.libraries)}")
    for name, text in part.texts:
        # The Apache licence alone is that of thirty parts.
        place = first_place.setdefault(text, f"{part.name}, {name}")
        own = place == f"{part.name}, {name}"
        lines += ["", f"--- {name}", "", text if own else f"The text is that of {place}."]
    return "\n".join([*lines, ""])


def place_in(program: Path) -> Path:
    """Where in a program's folder the texts go; in a bundle of macOS beside its other resources."""
    return program / "Contents" / "Resources" if program.suffix == ".app" else program


def system_name() -> str:
    """The system and its machine, as in the names of installers."""
    names = {"darwin": "macos", "win32": "windows"}
    return f"{names.get(sys.platform, 'linux')}-{platform.machine().lower()}"


def write(program: Path, dist: Path, parts: Sequence[Part], *, epoch: int) -> list[Path]:
    """Write licences and list into the program's folder and, by system, into another one.

    Args:
        program: the frozen program.
        dist: where installers go.
        parts: all that is shipped with LNL.
        epoch: the time the list is dated by, in seconds.

    Returns:
        The files in `dist`.
    """
    inside = place_in(program)
    text, listed = document(parts, version()), bill(parts, release=version(), epoch=epoch)
    shutil.copyfile(ROOT / "LICENSE", inside / "LICENSE")
    made = [
        dist / f"{LICENCES}-{system_name()}.txt",
        dist / f"lnl-gui-{version()}-{system_name()}.cdx.json",
    ]
    for content, places in (
        (text, (inside / LICENCES, made[0])),
        (listed, (inside / BILL, made[1])),
    ):
        for place in places:
            # By bytes, so that the line breaks are the same on every system.
            place.write_bytes(content.encode("utf-8"))
    return made


def main(arguments: Sequence[str]) -> None:
    """Write both for a program, or stop with what is wrong."""
    if len(arguments) != 3:
        sys.exit(__doc__)
    program, work, dist = map(Path, arguments)
    found = shipped(sources(work))
    parts = licence_texts.parts(found)
    if said := licence_texts.faults(parts, found):
        sys.exit("The program cannot be shipped like this:\n" + "\n".join(said))
    for file in write(program, dist, parts, epoch=int(os.environ.get("SOURCE_DATE_EPOCH", "0"))):
        print(f"{file}: {len(parts)} parts, {file.stat().st_size / 1e6:.1f} MB")
    if program.suffix == ".app":
        macos.seal(program, os.environ)


if __name__ == "__main__":
    main(sys.argv[1:])
