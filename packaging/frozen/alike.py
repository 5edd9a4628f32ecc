"""Two builds of one commit: what makes them alike, and what differs where they are not."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

_CACHE = "__pycache__"


def settle(folder: Path, epoch: int) -> None:
    """Give all in a folder one time and plain rights, and take out what its trial compiled.

    The trial leaves numba's machine code for this very processor, which other processors pass over;
    times and rights else follow from when and by whom it was built.

    Args:
        folder: the frozen program, or what is laid out around it.
        epoch: the time, in seconds.
    """
    for cache in sorted(folder.rglob(_CACHE)):
        shutil.rmtree(cache)
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            if os.utime in os.supports_follow_symlinks:
                os.utime(path, (epoch, epoch), follow_symlinks=False)
            continue
        runs = path.is_dir() or path.stat().st_mode & 0o111
        path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch))


def listing(place: Path) -> dict[str, str]:
    """Of each file what must be alike: rights and SHA-256, or where a link leads.

    Args:
        place: a folder, or one file, whose name does not count.
    """
    if place.is_file():
        return {"": _digest(place)}
    return {path.relative_to(place).as_posix(): _described(path) for path in _files(place)}


def digest_of(listed: Mapping[str, str]) -> str:
    """One SHA-256 of a whole listing."""
    lines = "".join(f"{seen}  {name}\n" for name, seen in sorted(listed.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def differences(first: Path, second: Path) -> list[str]:
    """What two builds do not have alike, a line each, sorted by name.

    Args:
        first: a program's folder, or an installer.
        second: the other build's.
    """
    one, other = listing(first), listing(second)
    found = []
    for name in sorted(one.keys() | other.keys()):
        if name not in other or name not in one:
            found.append(f"only in {first if name in one else second}: {name}")
        elif one[name] != other[name]:
            found.append(f"differs: {name or first.name} ({one[name]}, {other[name]})")
            found += [f"    {part}" for part in _parts(first / name, second / name)]
    return found


def _parts(first: Path, second: Path) -> Iterator[str]:
    """Modules that differ inside two programs, where PyInstaller is there to read them."""
    try:
        from PyInstaller.archive.readers import ArchiveReadError, CArchiveReader
    except ImportError:
        return
    try:
        one, other = _members(CArchiveReader(str(first))), _members(CArchiveReader(str(second)))
    except ArchiveReadError:
        return
    yield from (n for n in sorted(one.keys() | other.keys()) if one.get(n) != other.get(n))


def _members(archive: object) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name, entry in archive.toc.items():  # type: ignore[attr-defined]
        if entry[-1] != "z":
            found[name] = archive.extract(name)  # type: ignore[attr-defined]
            continue
        inner = archive.open_embedded_archive(name)  # type: ignore[attr-defined]
        found |= {f"{name}: {module}": inner.extract(module, raw=True) for module in inner.toc}
    return found


def _described(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink().as_posix()}"
    return f"{path.stat().st_mode & 0o777:o} {_digest(path)}"


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or path.is_file():
            yield path
