"""Arrays that can be computed again: read where they are whole, passed over where they are not.

Verdicts live in the database alone. Everything read here was computed, and a copy cut short or an
array of another shape costs what it held and nothing else.
"""

import zipfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from lnl_gui.util.log import logger

CORE = {"suspicion": "f", "suggested": "iu", "flagged": "b", "loss": "f"}
"""Columns without which a detection says nothing, with the kinds of their numbers."""
_PLANES = ("neighbours", "neighbour_similarity", "projection")
_COLUMNS = (
    "detector-",
    "issue-",
    "cluster",
    "duplicate_group",
    "picture_parts",
    "suspicion_spread",
    "suspicion_when_decided",
    "agreeing",
    "perhaps_right",
)
"""Arrays with a row, and with a number, for each sample."""


def readable_array(
    file: Path,
    *,
    kinds: str = "biufSUV",
    shape: Sequence[int | None] | None = None,
    mapped: bool = True,
) -> np.ndarray | None:
    """An array of any shape, or None where it is missing, damaged or of another kind (logged).

    Args:
        file: an `.npy` file.
        kinds: of numbers (numpy's letters) that it may hold.
        shape: the lengths it must have, None for any.
        mapped: read its pages when they are asked for, and not at once.
    """
    try:
        # Mapped in any case: that compares the shape that is claimed with the length of the file,
        # where reading would first ask for so much memory. And neither zip nor pickle.
        # By its name: numpy looks up a `Path`'s true place, which takes as long as all the rest.
        found = np.lib.format.open_memmap(str(file), mode="r")
    except FileNotFoundError:
        return None
    # On damaged bytes numpy raises whatever its parser of Python's syntax does.
    except Exception as why:
        logger.warning("%s is damaged: %s", file, why)
        return None
    if found.dtype.kind not in kinds or found.ndim == 0:
        logger.warning("%s holds no such array", file)
        return None
    if shape is not None and not _fits(found.shape, shape):
        logger.warning("%s has the shape %s instead of %s", file, found.shape, shape)
        return None
    return found if mapped else np.array(found)


def readable_table(
    file: Path, fields: Mapping[str, tuple[str, Sequence[int | None]]]
) -> dict[str, np.ndarray] | None:
    """All arrays of an `.npz` file by name; None where it is missing, damaged or another (logged).

    Args:
        file: written by `numpy.savez`, so not packed.
        fields: arrays it must hold, by name: their kinds of numbers (numpy's letters), and the
            lengths they must have, None for any. What else it holds has any shape and kind.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            claimed = sum(entry.file_size for entry in entries)
            if claimed > file.stat().st_size:
                logger.warning("%s is damaged: it claims to unpack to %d bytes", file, claimed)
                return None
            # `numpy.load` opens the archive once more and each array twice.
            found = {
                entry.filename.removesuffix(".npy"): _array_in(archive, entry) for entry in entries
            }
    except FileNotFoundError:
        return None
    # Zip and numpy raise whatever they stumble over.
    except Exception as why:
        logger.warning("%s is damaged: %s", file, why)
        return None
    for name, (kinds, shape) in fields.items():
        array = found.get(name)
        if array is None or array.dtype.kind not in kinds or not _fits(array.shape, shape):
            logger.warning("%s holds no such array %s", file, name)
            return None
    return found


def _array_in(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(entry) as stream:
        return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))


def _fits(found: tuple[int, ...], wanted: Sequence[int | None]) -> bool:
    return len(found) == len(wanted) and all(
        want in (None, length) for length, want in zip(found, wanted, strict=True)
    )


def shape_in_detection(folder: Path, name: str) -> tuple[int | None, ...] | None:
    """The shape that an array of a detection must have, None for any.

    Args:
        folder: of the run.
        name: of the array, without its ending.
    """
    if name not in _PLANES and not name.startswith(_COLUMNS):
        return None
    first = readable_array(folder / "suspicion.npy", shape=(None,))
    if first is None:
        return None
    return (len(first), None) if name in _PLANES else (len(first),)


def is_embedding(file: Path, count: int | None = None) -> bool:
    """Whether a file holds an embedding float (N, D), of `count` samples where that is given."""
    return readable_array(file, kinds="f", shape=(count, None)) is not None


def is_detection(folder: Path, *, samples: int, classes: int) -> bool:
    """Whether a detection's folder holds all columns that it cannot be without.

    Args:
        folder: of the run.
        samples: how many there are now; it may be of fewer.
        classes: how many there are now.
    """
    try:
        states = [(folder / f"{name}.npy").stat() for name in CORE]
    except OSError:
        return False
    stamp = tuple((state.st_mtime_ns, state.st_size, state.st_ino) for state in states)
    return _is_detection(folder, stamp, samples, classes)


# Asked for at each look at a detection; an array is read again only when its file is another.
@lru_cache(maxsize=64)
def _is_detection(folder: Path, _stamp: tuple[object, ...], samples: int, classes: int) -> bool:
    columns = [
        readable_array(folder / f"{name}.npy", kinds=kinds, shape=(None,))
        for name, kinds in CORE.items()
    ]
    if any(column is None for column in columns):
        return False
    found = [column for column in columns if column is not None]
    suggested = found[1]
    whole = len({len(column) for column in found}) == 1 and len(found[0]) <= samples
    if whole and len(suggested):
        # Bytes that were damaged in place show nowhere else, and would choose names of classes.
        whole = int(suggested.min()) >= -1 and int(suggested.max()) < classes
    if not whole:
        logger.warning("the detection %s is damaged", folder)
    return whole
