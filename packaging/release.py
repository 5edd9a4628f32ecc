"""A release is a tag: whether all agrees with it, what it says, and the sums of what it ships.

python packaging/release.py check v1.2.0    the tag is the version and the changelog has it
python packaging/release.py notes v1.2.0    the changelog's section, for the release's page
python packaging/release.py sums DIR        write DIR/SHA256SUMS over all files there
"""

import hashlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path

# Also where this file is loaded by its path, as the tests do.
sys.path.append(str(Path(__file__).resolve().parent))
from frozen.sources import ROOT, version

CHANGELOG = ROOT / "packaging" / "CHANGELOG.md"
SUMS = "SHA256SUMS"
UNRELEASED = "Unreleased"
_TAG = re.compile(r"v(\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?)")
_HEADING = re.compile(r"^## +(\S+)(?: +\(?(\d{4}-\d{2}-\d{2})\)?)? *$")


def version_of(tag: str) -> str:
    """The version that a tag names.

    Args:
        tag: such as `v1.2.0` or `v1.2.0rc1`.

    Raises:
        SystemExit: when it names none.
    """
    found = _TAG.fullmatch(tag)
    if found is None:
        sys.exit(f"The tag {tag!r} names no version: it must look like v1.2.0 or v1.2.0rc1.")
    return found[1]


def sections(changelog: str) -> dict[str, str]:
    """The changelog's text by version, in its order.

    Args:
        changelog: in Markdown, a heading of the second level for each version.

    Raises:
        SystemExit: when a version has two sections, or a heading cannot be read.
    """
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in changelog.splitlines():
        if not line.startswith("## "):
            lines.append(line)
            continue
        heading = _HEADING.match(line)
        if heading is None:
            sys.exit(f"{CHANGELOG.name}: this heading names no version: {line}")
        if heading[1] in found:
            sys.exit(f"{CHANGELOG.name} has two sections {heading[1]}.")
        lines = found.setdefault(heading[1], [])
    return {name: "\n".join(lines).strip() for name, lines in found.items()}


def notes(tag: str, changelog: str) -> str:
    """What the changelog says of a release.

    Args:
        tag: of the release.
        changelog: the whole text.

    Raises:
        SystemExit: when it says nothing.
    """
    wanted, found = version_of(tag), sections(changelog)
    if not found.get(wanted):
        why = "is empty" if wanted in found else "is missing"
        sys.exit(
            f"The section {wanted} of {CHANGELOG.name} {why}: give it what {UNRELEASED} says before"
            " the tag is set."
        )
    return found[wanted]


def check(tag: str, release: str, changelog: str) -> None:
    """Stop where tag, version and changelog are not of one release.

    Args:
        tag: of the release.
        release: the version that the sources name.
        changelog: the whole text.

    Raises:
        SystemExit: saying what disagrees, and what to do.
    """
    wanted = version_of(tag)
    if wanted != release:
        sys.exit(
            f"The tag is {tag}, but lnl_gui/__init__.py says __version__ = {release!r}. Set the"
            f" version to {wanted}, or remove the tag and set v{release}."
        )
    notes(tag, changelog)
    if sections(changelog).get(UNRELEASED):
        sys.exit(
            f"{CHANGELOG.name} still has lines under {UNRELEASED}, which {tag} ships: move them to"
            f" {wanted}."
        )


def write_sums(folder: Path) -> Path:
    """Write the SHA-256 of each file as `sha256sum --check` reads them, sorted by name.

    Args:
        folder: of what is shipped; folders in it are passed over.

    Raises:
        SystemExit: when it holds no file.
    """
    shipped = [f for f in folder.iterdir() if f.is_file() and f.name != SUMS]
    if not shipped:
        sys.exit(f"{folder} holds nothing to be shipped.")
    target = folder / SUMS
    lines = [f"{_sum(file)}  {file.name}\n" for file in sorted(shipped, key=lambda f: f.name)]
    # Not by the system's line break: sha256sum would look for names that end in one.
    target.write_bytes("".join(lines).encode("utf-8"))
    return target


def _sum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main(arguments: Sequence[str]) -> None:
    """Do what the first word says."""
    match arguments:
        case ["check", tag]:
            check(tag, version(), CHANGELOG.read_text("utf-8"))
            print(f"{tag}: version and changelog agree")
        case ["notes", tag]:
            # As bytes: a console of Windows may know none of the characters.
            sys.stdout.buffer.write(f"{notes(tag, CHANGELOG.read_text('utf-8'))}\n".encode())
        case ["sums", folder]:
            print(write_sums(Path(folder)).read_text("utf-8"), end="")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
