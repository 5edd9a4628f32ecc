"""Tables of pixels that lie in a folder twice: copies of a file, and tables of the same rows."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from lnl_gui.dataset.listing import shorten
from lnl_gui.util.messages import Message, message

_BLOCK = 1 << 20
_SAMPLED = 500
_REPEATED = 0.1
"""Share of a table's rows in another above which one is a part of the other: equal images within a
dataset are far fewer."""
_FEWEST_LABELS = 10

Rows = tuple[Path, np.ndarray, Sequence[str]]
"""A table's file, its pixels (N, P) and its labels."""


def without_copies(root: Path, files: Sequence[Path]) -> tuple[list[Path], list[Message]]:
    """The files without those that are equal to another, which are named in notes."""
    sizes: dict[int, list[Path]] = {}
    # A copy's name is the longer one, `train - Copy.csv`, and those unpacked once more lie deeper.
    for file in sorted(files, key=lambda file: (len(file.parts), len(file.name), file.name)):
        sizes.setdefault(_size(file), []).append(file)
    copies: dict[Path, Path] = {}
    for alike in sizes.values():
        first: dict[str, Path] = {}
        for file in alike if len(alike) > 1 else ():
            original = first.setdefault(_digest(file), file)
            if original != file:
                copies[file] = original
    notes = [
        message(
            "`{copy}` is a copy of `{file}`, and was read once.",
            copy=_shown(root, copy),
            file=_shown(root, of),
        )
        for copy, of in copies.items()
    ]
    return [file for file in files if file not in copies], notes


def repeated_rows(tables: Sequence[Rows]) -> list[Message]:
    """Doubts about tables of which two hold the same images, such as a whole and its parts."""
    pairs = [
        (first[0], second[0])
        for at, first in enumerate(tables)
        for second in tables[at + 1 :]
        if _share_rows(first, second)
    ]
    if not pairs:
        return []
    return [
        message(
            "Tables that hold the same images: {names}. All were read, so that images count"
            " several times. Choose one table itself, or move the others away.",
            names=shorten(f"{first.name} / {second.name}" for first, second in pairs),
        )
    ]


def _share_rows(one: Rows, other: Rows) -> bool:
    (_, small, _), (_, large, _) = sorted((one, other), key=lambda rows: len(rows[1]))
    if not len(small):
        return False
    if small.shape[1] != large.shape[1]:
        return _same_labels(one[2], other[2])
    # A table with a single fraction is kept as fractions whole.
    kind = np.promote_types(small.dtype, large.dtype)
    there = {hash(row.astype(kind, copy=False).tobytes()) for row in large}
    sample = small[:: max(1, len(small) // _SAMPLED)].astype(kind, copy=False)
    shared = sum(hash(row.tobytes()) in there for row in sample)
    return shared >= _REPEATED * len(sample)


def _same_labels(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the same images were written in two sizes: their labels are in one order."""
    changes = sum(a != b for a, b in pairwise(one))
    # Those sorted by class are alike in any two parts of one size.
    return len(one) >= _FEWEST_LABELS and changes > len(set(one)) > 1 and list(one) == list(other)


def _digest(file: Path) -> str:
    found = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _shown(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix()
