"""Content hashes by which the pictures of a project are known to others."""

from collections.abc import Callable, Sequence

import numpy as np

from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.dataset.replaced_pictures import load_replaced
from lnl_gui.store.history.pack_format import PACK_OF
from lnl_gui.store.jobs import arrays
from lnl_gui.store.project import Project
from lnl_gui.util.files.array_file import write_array

ReadHashes = Callable[[Sequence[int]], Sequence[bytes]]
"""Content hashes of the files of some samples as they are now, empty where one cannot be read."""
_PACKED = "packed_hashes.npy"


def picture_hashes(project: Project, count: int) -> np.ndarray:
    """Content hash of what each sample holds now, S32 (count,), empty where unknown.

    Of a project made of a pack they are those of the images that were packed: its own files are
    smaller copies.
    """
    if not project.meta(PACK_OF):
        return load_replaced(project).present(arrays.content_hashes(project, count))
    packed = readable_array(project.arrays / _PACKED, kinds="S", shape=(count,), mapped=False)
    return np.zeros(count, "S32") if packed is None else packed.astype("S32")


def with_files_read(
    project: Project, hashes: np.ndarray, rows: Sequence[int], read: ReadHashes
) -> np.ndarray:
    """The hashes S32 (N,) with those of samples that were never embedded, read from their files.

    Args:
        project: open, for reading at least.
        hashes: as `picture_hashes` gives them.
        rows: of the samples that are wanted.
        read: reads files.
    """
    unknown = [row for row in rows if not hashes[row]]
    # A pack's own files are smaller copies of what was packed.
    if not unknown or project.meta(PACK_OF):
        return hashes
    found = hashes.copy()
    found[unknown] = np.array(list(read(unknown)), "S32")
    return found


def judged_hashes(
    project: Project, count: int, rows: np.ndarray, operations: np.ndarray
) -> np.ndarray:
    """Content hash of what samples held when operations were made on them, S32 (n,).

    Args:
        project: open, for reading at least.
        count: samples of it.
        rows: int64 (n,).
        operations: int64 (n,), the id of one on each.
    """
    hashes = picture_hashes(project, count)
    if project.meta(PACK_OF):
        return hashes[rows]
    return load_replaced(project).judged(hashes, rows, operations)


def save_packed_hashes(project: Project, hashes: list[str]) -> None:
    """Keep the hashes (N,) of the images that a pack was made of.

    Raises:
        OSError: when they cannot be written.
    """
    values = [text.encode("ascii", "replace") for text in hashes]
    write_array(project.arrays / _PACKED, np.array(values, "S32"))
