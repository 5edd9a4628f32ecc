"""Activations of a network's frozen part, computed once for each image and cached on disk.

An epoch over kept activations costs only the trained part. They lie in parts of some hundred
samples, each written whole, so that a killed job redoes at most one part, and two runs on the same
images (before and after cleaning) share them.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.containers.stamp import location_stamp
from lnl_gui.learn.data.sources import ImageSource, PixelSource, batches
from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import read_json, write_json
from lnl_gui.util.log import logger
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

PART_BYTES = 16 << 20
"""What a killed job has to compute again at most."""
BATCH = 32

Compute = Callable[[np.ndarray], np.ndarray]
"""Pixels (B, S, S, 3) uint8 to activations (B, ...) float32."""


@dataclass(frozen=True)
class Activations:
    """Cached activations of N images as a source of rows, memory-mapped.

    Attributes:
        parts: arrays (n_i, ...) float16.
        place: (N, 2) int64, each row's part and its position there.
    """

    parts: Sequence[np.ndarray]
    place: np.ndarray

    def __len__(self) -> int:
        return len(self.place)

    def load(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """Activations (B, ...) float32 of `rows` (B,) int; `epoch` plays no part."""
        place = self.place[rows]
        out = np.empty((len(rows), *self.parts[0].shape[1:]), np.float32)
        for part in np.unique(place[:, 0]):
            here = np.flatnonzero(place[:, 0] == part)
            out[here] = self.parts[part][place[here, 1]]
        return out


def keep_activations(
    source: ImageSource,
    compute: Compute,
    folder: Path,
    *,
    key: str,
    progress: Progress = no_progress,
) -> Activations:
    """Load the activations of all files of `source`, computing those that are not cached yet.

    Args:
        source: images without augmentation.
        compute: the frozen part of the network.
        folder: where activations of any network may lie; each `key` gets its own folder.
        key: identifies the weights, the cut and the preprocessing.
        progress: images done of those that are not kept yet.

    Returns:
        a source of the N files' activations, kept as float16.

    Raises:
        UserError: when the disk is full; finished parts stay.
    """
    home = folder / key
    names = [_identity(file) for file in source.files]
    parts, known = _read(home)
    missing = [row for row, name in enumerate(names) if name not in known]
    # A name that occurs twice is computed once.
    todo = list({names[row]: row for row in missing}.values())
    start = 0
    while start < len(todo):
        progress(start, len(todo))
        rows = np.array(todo[start : start + _part_length(parts)])
        values = _compute(source, rows, compute)
        number = len(parts)
        try:
            write_array(home / f"{number:06}.npy", values)
            # The names come last: they alone make a part count, so that a kill between the two
            # leaves none.
            listed = {"names": [names[row] for row in rows], "digest": _digest(values)}
            write_json(home / f"{number:06}.json", listed)
        except OSError as error:
            raise as_user_error(error, message("keep activations for training")) from error
        # Mapped, not loaded: activations of a dataset may exceed the memory.
        parts.append(np.lib.format.open_memmap(home / f"{number:06}.npy", mode="r"))
        known |= {names[row]: (number, place) for place, row in enumerate(rows)}
        start += len(rows)
    progress(len(todo), len(todo))
    place = np.array([known[name] for name in names], np.int64).reshape(-1, 2)
    return Activations(parts, place)


def _compute(source: ImageSource, rows: np.ndarray, compute: Compute) -> np.ndarray:
    cut = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    pixels = batches(PixelSource(source), cut, 0)
    values = np.concatenate([compute(batch.values) for batch in pixels])
    # Half the disk and reading time of float32; what exceeds its range must not become infinite.
    limit = np.finfo(np.float16).max
    return np.clip(values, -limit, limit).astype(np.float16)


def _part_length(parts: Sequence[np.ndarray]) -> int:
    """Samples in the next part; the first is short because the size of a sample is not known."""
    if not parts:
        return BATCH
    sample = int(np.prod(parts[0].shape[1:])) * parts[0].itemsize
    return max(BATCH, min(512, PART_BYTES // sample) // BATCH * BATCH)


def _read(home: Path) -> tuple[list[np.ndarray], dict[str, tuple[int, int]]]:
    """Parts up to the first that is missing or damaged, and the place of each name in them."""
    parts: list[np.ndarray] = []
    known: dict[str, tuple[int, int]] = {}
    while (names := home / f"{len(parts):06}.json").is_file():
        number = len(parts)
        values = readable_array(names.with_suffix(".npy"), kinds="f")
        listed = _names(names, values)
        if values is None or listed is None:
            # Without names first: the part is written anew, and they are of the one before.
            names.unlink()
            break
        parts.append(values)
        known |= {name: (number, place) for place, name in enumerate(listed)}
    return parts, known


def _names(file: Path, values: np.ndarray | None) -> list[str] | None:
    """Whose activations a part holds; None where it is not as it was written."""
    try:
        listed = read_json(file)
        names, digest = list(map(str, listed["names"])), listed["digest"]
    # Damaged, or of an earlier version, which could not tell damage.
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("%s is damaged: %s", file, error)
        return None
    if values is None or digest != _digest(values) or len(names) != len(values):
        logger.warning("the activations beside %s are damaged; they are computed again", file)
        return None
    return names


def _digest(values: np.ndarray) -> str:
    return hashlib.blake2b(np.ascontiguousarray(values).data, digest_size=16).hexdigest()


def _identity(file: ImageLocation) -> str:
    """A name that changes when the file or the container does."""
    try:
        stamp = location_stamp(file)
    except OSError:
        # The decoder will say what is wrong with it.
        return str(file)
    # Not the content: hashing every image would cost the reading that keeping saves.
    text = f"{file}|{stamp}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
