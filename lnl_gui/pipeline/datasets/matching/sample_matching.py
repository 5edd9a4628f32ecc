"""Which images of a dataset are which samples of a project: by path, by place, by content."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

import numpy as np

NEW = -1
"""The sample of an image that is none yet."""


def match_by_place(
    known: Sequence[tuple[str, str]], found: Sequence[tuple[str, str]]
) -> np.ndarray:
    """For each of n images found the sample that it is, int64 (n,), or `NEW`.

    Args:
        known: path as it came, and place on disk, of each sample.
        found: likewise of each image found.
    """
    row_of = np.full(len(found), NEW, np.int64)
    # The whole pair first: a path may be written twice and mean two files. Then the path, which is
    # how the dataset names the image, wherever its file lies now; then the file by another name.
    for key in (_both, _path, _place):
        _match(row_of, known, found, key)
    return row_of


def _both(pair: tuple[str, str]) -> Hashable:
    return pair


def _path(pair: tuple[str, str]) -> Hashable:
    return pair[0]


def _place(pair: tuple[str, str]) -> Hashable:
    return pair[1]


def _match(
    row_of: np.ndarray,
    known: Sequence[tuple[str, str]],
    found: Sequence[tuple[str, str]],
    key: Callable[[tuple[str, str]], Hashable],
) -> None:
    taken = set(row_of[row_of >= 0].tolist())
    free = np.flatnonzero(row_of == NEW).tolist()
    if not free or len(taken) == len(known):
        return
    rows = numbers_alone((key(pair), row) for row, pair in enumerate(known) if row not in taken)
    images = numbers_alone((key(found[at]), at) for at in free)
    for name, at in images.items():
        row_of[at] = rows.get(name, NEW)


def numbers_alone(pairs: Iterable[tuple[Hashable, int]]) -> dict[Hashable, int]:
    """Keys that come once, with their number."""
    numbers: dict[Hashable, int] = {}
    repeated = set()
    for key, number in pairs:
        if key in numbers:
            repeated.add(key)
        numbers[key] = number
    return {key: number for key, number in numbers.items() if key not in repeated}


def match_by_content(
    gone: Sequence[tuple[int, bytes, str]], new: Sequence[tuple[int, bytes, str]]
) -> dict[int, int]:
    """Vanished samples that are there under another path: number of the new image -> row.

    Args:
        gone: (row, content hash, file name) of each sample whose file has gone.
        new: (number, content hash, file name) of each image that is no sample yet.
    """
    by_hash: dict[bytes, list[tuple[int, str]]] = defaultdict(list)
    for row, content, name in gone:
        if content:
            by_hash[content].append((row, name))
    pairs: dict[int, int] = {}
    # Those that kept their name first: of several copies each then stays what it was.
    for same_name in (True, False):
        for number, content, name in new:
            rows = by_hash.get(content, [])
            fits = next((entry for entry in rows if not same_name or entry[1] == name), None)
            if number not in pairs and fits is not None:
                rows.remove(fits)
                pairs[number] = fits[0]
    return pairs


def keep_places(row_of: np.ndarray, places: Mapping[int, int]) -> list[int]:
    """Give images of unknown content the sample at their place, where that is nowhere else.

    Args:
        row_of: (M,) of each image, filled in where it is `NEW`.
        places: by image the sample whose place it has.

    Returns:
        the samples given: the same place holds another content.
    """
    taken = set(row_of.tolist())
    given = {at: row for at, row in places.items() if row_of[at] == NEW and row not in taken}
    for at, row in given.items():
        row_of[at] = row
    return list(given.values())
