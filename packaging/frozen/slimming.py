"""Linux: drop what only a debugger reads from libraries, and copies of one file.

`strip` breaks some of the libraries that auditwheel has rewritten: it puts parts where the loader
does not look for them. So each is stripped aside, and taken only where all that is loaded into
memory is, byte for byte, where it was.
"""

import hashlib
import os
import shutil
import struct
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

_THREAD_LOCAL = 7
_LOADED = (1, 2, _THREAD_LOCAL)
"""Program headers of what is loaded, of the table of dynamic symbols, of thread-local data."""
_MAGIC = b"\x7fELF\x02\x01"
"""64 bits, little endian: all that is built here."""
_LEAST_BYTES = 16_384
"""Smaller copies are not worth a link."""


def slim(folder: Path) -> int:
    """Strip the libraries of a program's folder and link copies; the bytes that this saved."""
    return sum(_stripped(file) for file in _files(folder) if _is_library(file)) + _linked(folder)


def segments(content: bytes) -> list[tuple[int, int, int, bytes]]:
    """What of a library comes into memory: kind, address, length there, and the bytes.

    The headers of the file itself, which say where its parts lie, are left out.

    Args:
        content: of an ELF file of 64 bits.

    Raises:
        ValueError: when it is none.
    """
    if content[:6] != _MAGIC:
        raise ValueError("no ELF file of 64 bits")
    (table,) = struct.unpack_from("<Q", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    end = table + size * count
    found = []
    for place in range(table, end, size):
        kind, _flags, offset, address, _, held, length, align = struct.unpack_from(
            "<IIQQQQQQ", content, place
        )
        if kind not in _LOADED:
            continue
        if kind == 1 and align and (offset - address) % align:
            raise ValueError("a part that no loader takes")
        if kind == _THREAD_LOCAL and align:
            # The loader rounds it up; gold writes it so, and `strip` writes it as it is: in
            # libtorch_cpu.so, where the symbols take 89 MB.
            length = -(-length // align) * align
        # The first part begins with the file's own headers.
        begin = max(offset, min(64, offset + held)) if offset < 64 else offset
        body = bytearray(content[begin : offset + held])
        for at in range(max(begin, table), min(end, offset + held)):
            body[at - begin] = 0
        found.append((kind, address, length, bytes(body)))
    return found


def _stripped(file: Path) -> int:
    """Strip a library where that changes nothing that is loaded; the bytes saved."""
    aside = file.with_name(f".{file.name}.stripped")
    done = subprocess.run(
        ["strip", "--strip-unneeded", "-o", str(aside), str(file)], capture_output=True, check=False
    )
    try:
        if done.returncode != 0:
            return 0
        before, after = file.read_bytes(), aside.read_bytes()
        if len(after) >= len(before) or segments(before) != segments(after):
            return 0
        shutil.copymode(file, aside)
        aside.replace(file)
        return len(before) - len(after)
    except (ValueError, struct.error):
        return 0
    finally:
        aside.unlink(missing_ok=True)


def _linked(folder: Path) -> int:
    """Make relative links of all but the first of files that are alike; the bytes saved."""
    alike: dict[tuple[int, str], list[Path]] = defaultdict(list)
    for file in _files(folder):
        size = file.stat().st_size
        if size >= _LEAST_BYTES and _is_library(file):
            alike[size, hashlib.sha256(file.read_bytes()).hexdigest()].append(file)
    saved = 0
    for (size, _), files in alike.items():
        # In one folder alone: a library is sought beside the one it was loaded by.
        for first, *others in _by_folder(files):
            for other in others:
                other.unlink()
                other.symlink_to(os.path.relpath(first, other.parent))
                saved += size
    return saved


def _by_folder(files: list[Path]) -> Iterator[list[Path]]:
    folders: dict[Path, list[Path]] = defaultdict(list)
    for file in files:
        folders[file.parent].append(file)
    yield from folders.values()


def _is_library(file: Path) -> bool:
    return ".so" in file.suffixes or file.suffix == ".so"


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield file
