"""Images that are gone take no part in a detection.

Their embeddings and labels are still there when an update has found that the files are missing or
no longer listed. Nobody can look at such an image, so that it is neither judged nor flagged, is no
copy, and counts in no figure. Nor is anything learnt from its label: who took images out of a
dataset often did so because they were poor, and the result is that of the dataset as it is.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from lnl_gui.detect.copies.find import Copies
from lnl_gui.detect.groups import ALONE, joined_groups


def of_present_images(
    embeddings: Mapping[str, np.ndarray], files: Mapping[str, Path], readable: np.ndarray
) -> dict[str, np.ndarray]:
    """The embeddings (N, D) float16 by encoder, NaN in rows of images that are not there.

    Args:
        embeddings: memory-mapped; those without such rows are returned as they are.
        files: of the embeddings, by encoder.
        readable: (N,) bool, whether an image is in the dataset and can be read.
    """
    absent = np.flatnonzero(~readable)
    found = {}
    for name, embedding in embeddings.items():
        hidden = absent[np.isfinite(embedding[absent]).any(axis=1)]
        if len(hidden):
            # Copied as it is written: only pages with such a row take memory.
            embedding = np.load(files[name], mmap_mode="c")
            embedding[hidden] = np.nan
        found[name] = embedding
    return found


def among_present_images(copies: Copies, readable: np.ndarray, content: np.ndarray) -> Copies:
    """The copies of N images among those that are there.

    Args:
        copies: of all.
        readable: (N,) bool, whether an image is in the dataset and can be read.
        content: (N,) bytes, equal for files of equal content.
    """
    found = (copies.group != ALONE) | (copies.parts != ALONE) | copies.released
    if readable[found].all():
        return copies
    group, parts = (
        joined_groups(np.where(readable, each, ALONE)) for each in (copies.group, copies.parts)
    )
    copied = group != ALONE
    _, file, files = np.unique(content[readable], return_inverse=True, return_counts=True)
    several = np.zeros(len(readable), bool)
    several[readable] = files[file.reshape(-1)] > 1
    return replace(
        copies,
        group=group,
        exact=copies.exact & copied & several,
        closest=np.where(copied, copies.closest, 0.0).astype(copies.closest.dtype),
        released=copies.released & readable,
        parts=parts,
        pieces=copies.pieces & (parts != ALONE),
    )
