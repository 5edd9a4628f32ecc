"""Whether a wheel and a source archive hold all that they must, and nothing else.

python packaging/check_package.py DIR [--twice]

--twice   build a wheel from the sources too and compare it with the one in DIR, which `build`
          has made from the source archive
"""

import base64
import csv
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path

# Also where this file is loaded by its path, as the tests do.
sys.path.append(str(Path(__file__).resolve().parent))
from frozen.sources import ROOT, version

PACKAGE, RESOURCES = "lnl_gui", "lnl_gui/resources"
NEEDED = (
    f"{PACKAGE}/py.typed",
    f"{PACKAGE}/__main__.py",
    f"{RESOURCES}/CHANGELOG.md",
    f"{RESOURCES}/icons/app.svg",
    f"{RESOURCES}/translations/error_codes.json",
    f"{RESOURCES}/translations/de/LC_MESSAGES/lnl.mo",
)
"""Of the wheel; named, so that a folder which is renamed in the sources is noticed here."""
FIELDS = ("Name", "Version", "Summary", "Requires-Python", "License-Expression", "Classifier")
COMMAND = "lnl-gui = lnl_gui.__main__:run"
ALONGSIDE = ("README.md", "LICENSE", "constraints.txt", "pyproject.toml", "PKG-INFO")
"""Of the source archive, beside the folders."""


def expected(root: Path = ROOT) -> set[str]:
    """Names of the files that a wheel must have, but for its metadata.

    Args:
        root: of the sources.
    """
    code = {path.relative_to(root).as_posix() for path in _files(root / PACKAGE)}
    given = root / "resources"
    resources = {f"{RESOURCES}/{path.relative_to(given).as_posix()}" for path in _files(given)}
    return code | resources | {f"{RESOURCES}/CHANGELOG.md"}


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield path


def wheel_faults(wheel: Path, wanted: set[str]) -> list[str]:
    """What is wrong with a wheel, in words; nothing when it is right.

    Args:
        wheel: the file.
        wanted: names of its files, but for the metadata.
    """
    with zipfile.ZipFile(wheel) as archive:
        own = f"{PACKAGE}-{version()}.dist-info/"
        names = {name for name in archive.namelist() if not name.endswith("/")}
        inside = {name for name in names if not name.startswith(own)}
        faults = [f"missing: {name}" for name in sorted((wanted | set(NEEDED)) - inside)]
        faults += [f"does not belong there: {name}" for name in sorted(inside - wanted)]
        missing = {f"{own}{name}" for name in ("METADATA", "RECORD", "licenses/LICENSE")} - names
        if missing:
            return [*faults, *(f"missing: {name}" for name in sorted(missing))]
        faults += _metadata_faults(
            BytesParser(policy=compat32).parsebytes(archive.read(f"{own}METADATA"))
        )
        if COMMAND not in archive.read(f"{own}entry_points.txt").decode():
            faults.append(f"entry_points.txt has no `{COMMAND}`")
        return faults + _record_faults(archive, f"{own}RECORD", names)


def _metadata_faults(metadata: Message) -> list[str]:
    faults = [f"the metadata has no {name}" for name in FIELDS if not metadata.get(name)]
    if metadata.get("Version") != version():
        faults.append(f"the metadata's version is {metadata.get('Version')}, not {version()}")
    if "# " not in str(metadata.get_payload()):
        faults.append("the metadata has no description")
    return faults


def _record_faults(archive: zipfile.ZipFile, record: str, names: set[str]) -> list[str]:
    """Files that RECORD does not list, or whose sum is another one."""
    rows = list(csv.reader(archive.read(record).decode().splitlines()))
    listed = {name: digest for name, digest, _ in rows}
    faults = [f"not in RECORD: {name}" for name in sorted(names - set(listed))]
    for name, digest in sorted(listed.items()):
        if digest and name in names:
            found = base64.urlsafe_b64encode(hashlib.sha256(archive.read(name)).digest())
            if digest != f"sha256={found.decode().rstrip('=')}":
                faults.append(f"another sum in RECORD: {name}")
    return faults


def archive_faults(archive: Path, root: Path = ROOT) -> list[str]:
    """What is missing in a source archive, in words.

    Args:
        archive: the .tar.gz.
        root: of the sources.
    """
    top = f"{PACKAGE}-{version()}/"
    with tarfile.open(archive) as opened:
        names = {member.name.removeprefix(top) for member in opened if member.isfile()}
    folders = (PACKAGE, "resources", "tests", "packaging")
    wanted = {p.relative_to(root).as_posix() for name in folders for p in _files(root / name)}
    return [
        f"missing in the archive: {name}"
        for name in sorted(wanted | set(ALONGSIDE))
        if name not in names
    ]


def contents(wheel: Path) -> dict[str, int]:
    """Checksums (CRC-32) of a wheel's files by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {entry.filename: entry.CRC for entry in archive.infolist()}


def differences(one: Path, other: Path) -> list[str]:
    """Files that two wheels do not have alike, in words."""
    first, second = contents(one), contents(other)
    names = sorted(
        name for name in first.keys() | second.keys() if first.get(name) != second.get(name)
    )
    return [f"differs between the wheels from archive and sources: {name}" for name in names]


def faults(folder: Path) -> list[str]:
    """What is wrong with the package in a folder, in words.

    Args:
        folder: with one wheel and one source archive of the version of the sources.

    Raises:
        SystemExit: when one of them is not there.
    """
    return wheel_faults(_the(folder, "*.whl"), expected()) + archive_faults(
        _the(folder, "*.tar.gz")
    )


def _the(folder: Path, pattern: str) -> Path:
    found = [path for path in folder.glob(pattern) if f"-{version()}" in path.name]
    if len(found) != 1:
        sys.exit(
            f"{folder} must hold one {pattern} of version {version()}, and holds {len(found)}."
        )
    return found[0]


def main(arguments: Sequence[str]) -> None:
    """Check what is in a folder, and stop with all that is wrong with it."""
    places = [word for word in arguments if not word.startswith("-")]
    if len(places) != 1 or set(arguments) - {*places, "--twice"}:
        sys.exit(__doc__)
    folder = Path(places[0])
    found = faults(folder)
    if "--twice" in arguments:
        with tempfile.TemporaryDirectory() as made:
            command = [sys.executable, "-m", "build", "--wheel", "--outdir", made, str(ROOT)]
            subprocess.run(command, check=True)
            found += differences(_the(folder, "*.whl"), _the(Path(made), "*.whl"))
    if found:
        sys.exit("\n".join(found))
    print(f"{folder}: the package is whole")


if __name__ == "__main__":
    main(sys.argv[1:])
