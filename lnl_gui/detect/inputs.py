"""Validation of embeddings and labels, and rows of unit norm, shared by all detectors."""

import math
from collections.abc import Sequence

import numpy as np

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

# Embeddings are memory-mapped: a part at a time keeps them out of memory, and in the cache.
_CHECK_ROWS = 1024
# Of float16, whose exponent is all ones in what is not finite.
_WITHOUT_SIGN, _NOT_FINITE = 0x7FFF, 0x7C00

# Rows looked at for whether an embedding tells images apart, and how few cannot say.
_ROWS_ASKED, _LEAST_ROWS = 5_000, 4
# Distance from the middle, of its length, that float16 and rounding alone may make; and of how many
# rows nothing more may be seen.
_ALIKE, _NEARLY_ALL = 2e-3, 0.95


def check_inputs(
    embeddings: Sequence[np.ndarray], given_labels: np.ndarray, number_of_classes: int
) -> np.ndarray:
    """Check the input of a detector, and find the samples that can be judged.

    Args:
        embeddings: K spaces (N, D_k), any float type.
        given_labels: (N,) int in [0, C), -1 for none.
        number_of_classes: C.

    Returns:
        (N,) bool, True where every space is finite and there is a label.

    Raises:
        UserError: when there is no embedding, lengths differ, a label is out of range, or no
            sample can be judged.
    """
    if not embeddings:
        raise UserError(
            message("There is no embedding to judge the labels by."),
            message("Embed the images first."),
        )
    if number_of_classes < 1:
        raise UserError(
            message("The dataset has no class."), message("Import a dataset with labels.")
        )
    samples = len(given_labels)
    lengths = [len(space) for space in embeddings]
    if any(length != samples for length in lengths):
        raise UserError(
            message(
                "{samples} labels do not match embeddings of {lengths} samples.",
                samples=samples,
                lengths=", ".join(map(str, lengths)),
            ),
            message("Embed the dataset again."),
        )
    if samples and int(given_labels.max()) >= number_of_classes:
        raise UserError(
            message(
                "Label {count} is not one of the {number_of_classes} classes.",
                count=int(given_labels.max()),
                number_of_classes=number_of_classes,
            ),
            message("Import the dataset again."),
        )
    usable = usable_rows(embeddings) & (given_labels >= 0)
    if samples and not (given_labels >= 0).any():
        raise UserError(
            message("No image has a label yet, so there is nothing to compare."),
            message("Label some of each class, then find suspects."),
            code="no_labels",
        )
    if not usable.any():
        raise UserError(
            message("No sample has both a label and a readable embedding."),
            message("Check that the images can be opened, then embed them again."),
        )
    return usable


def usable_rows(embeddings: Sequence[np.ndarray]) -> np.ndarray:
    """Find the rows, (N,) bool, that are finite in each of K spaces (N, D_k), a part at a time."""
    usable = np.ones(len(embeddings[0]), dtype=bool)
    for space in embeddings:
        for start in range(0, len(space), _CHECK_ROWS):
            stop = start + _CHECK_ROWS
            usable[start:stop] &= _finite(space[start:stop])
    return usable


def _finite(part: np.ndarray) -> np.ndarray:
    """(n,) bool, whether all of a row of (n, D) is finite."""
    if part.dtype != np.float16:
        return np.isfinite(part).all(axis=1)
    # numpy looks at float16 one by one: as whole numbers an eighth of the time.
    largest = (part.view(np.uint16) & _WITHOUT_SIGN).max(axis=1, initial=0)
    return largest < _NOT_FINITE


def unit_rows(embeddings: Sequence[np.ndarray], rows: np.ndarray | None = None) -> np.ndarray:
    """Normalise the rows of each space and concatenate them, to rows of Euclidean norm 1.

    The inner product of two rows is the mean of their cosines over the spaces. A row of zeros
    stays zero.

    Args:
        embeddings: K spaces (N, D_k), any float type.
        rows: n of the samples, as a mask (N,) bool or indices (n,) int; None takes all.

    Returns:
        (n, sum of D_k) float32.
    """
    parts = []
    for space in embeddings:
        part = np.asarray(space if rows is None else space[rows], dtype=np.float32)
        norm = np.linalg.norm(part, axis=1, keepdims=True)
        # numpy's own square root is a float64, which would widen the rows to twice their size.
        parts.append(part / np.maximum(norm * math.sqrt(len(embeddings)), 1e-12))
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def tells_nothing(embedding: np.ndarray) -> bool:
    """Whether nearly all images look the same to an encoder, so that nothing can be told apart.

    Args:
        embedding: (N, D) float16; rows without a value are NaN.
    """
    some = np.asarray(embedding[:: max(1, len(embedding) // _ROWS_ASKED)], np.float32)
    some = some[np.isfinite(some).all(axis=1)]
    if len(some) < _LEAST_ROWS:
        return False
    middle = np.median(some, axis=0)
    apart = np.linalg.norm(some - middle, axis=1)
    return bool((apart <= _ALIKE * max(float(np.linalg.norm(middle)), 1e-6)).mean() > _NEARLY_ALL)
