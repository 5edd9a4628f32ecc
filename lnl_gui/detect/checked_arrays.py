"""Arguments of the library's functions, read into arrays and checked.

Whatever cannot be used is an `InvalidInput` that says what it is and what is expected.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from scipy.sparse import issparse

from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.groups import joined_groups, linked_groups
from lnl_gui.util.errors import UserError
from lnl_gui.util.given_arrays import is_masked, plain_array
from lnl_gui.util.messages import Message, message

Embeddings: TypeAlias = ArrayLike | Sequence[ArrayLike]
# Room for printed digits and float16: ten classes rounded to three digits are off by .005 at most.
_SUM_TOLERANCE = 0.01
# Fewer whole numbers than these may be those of several images.
_FEWEST_NUMBERS = 16
# Beyond it numbers of single precision overflow where they are squared or subtracted.
_LARGEST = 1e18
# Generators of torch take whole numbers of 64 bits, and some add to a seed.
_LARGEST_SEED = 2**62
# More are no classes but ids of another kind, and the posterior has a column for each.
_MOST_CLASSES = 10_000_000


class InvalidInput(UserError, ValueError):
    """An argument that cannot be used: what it is, and what is expected."""


def check_device(device: str) -> None:
    """Check that torch computes on a device.

    Raises:
        UserError: where it does not.
    """
    if device == PROCESSOR:
        return
    try:
        torch.empty(0, device=device)
    # What torch was built without is an assertion to it.
    except (RuntimeError, AssertionError) as error:
        raise InvalidInput(
            message("There is no device {wanted} here.", wanted=device),
            message("Pass `cpu`, or a device on which torch computes."),
        ) from error


def checked_seed(seed: object) -> int:
    """A seed that every generator of random numbers takes.

    Raises:
        UserError: for anything else than a whole number from 0 on, such as None, and for one that
            is too large.
    """
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
        raise InvalidInput(
            message("The seed is {seed}.", seed=repr(seed)),
            message("Pass a whole number from 0 on: the same seed gives the same result."),
        )
    if int(seed) > _LARGEST_SEED:
        raise InvalidInput(
            message("The seed is {seed}.", seed=repr(seed)),
            message("Pass a whole number from 0 to {largest}.", largest=_LARGEST_SEED),
        )
    return int(seed)


def missing_count(values: np.ndarray) -> int:
    """How many of the labels (N,) are none: NaN, None, or the missing value of a frame."""
    if values.dtype.kind == "f":
        return int(np.isnan(values).sum())
    return sum(map(_is_missing, values.ravel())) if values.dtype.kind == "O" else 0


def _is_missing(value: object) -> bool:
    try:
        return value is None or bool(value != value)
    except TypeError:
        # pandas' NA is neither equal nor unequal to anything.
        return True
    except ValueError:
        return False


def checked_names(class_names: Sequence[str] | None) -> tuple[str, ...] | None:
    """Class names, or None.

    Raises:
        UserError: for one text in place of a list.
    """
    if class_names is None:
        return None
    if isinstance(class_names, str):
        raise InvalidInput(
            message("class_names is one text, `{name}`.", name=class_names),
            message("Pass a list with the name of each class."),
        )
    return tuple(str(name) for name in class_names)


def _array(values: object, name: Message) -> np.ndarray:
    """An array of numpy.

    Raises:
        UserError: where it is sparse, or entries are masked: what lies under a mask is no value.
    """
    if issparse(values):
        raise InvalidInput(
            message("{name} is a sparse matrix.", name=name),
            message("Pass a dense one: `.toarray()` makes it of a sparse one."),
        )
    found = plain_array(values)
    if is_masked(found):
        raise InvalidInput(
            message(
                "{count:,} entries of {name} are masked.",
                count=int(np.ma.count_masked(found)),
                name=name,
            ),
            message("Leave such samples out; a label that is not known is -1."),
        )
    return np.asarray(found)


def checked_labels(labels: ArrayLike) -> np.ndarray:
    """Labels (N,) int32, -1 for none.

    Raises:
        UserError: for what is no whole number, below -1, or no row of at least one.
    """
    found = _array(labels, Message("labels"))
    if found.ndim != 1 or not found.size:
        raise InvalidInput(
            message("The labels have the shape {shape}.", shape=str(found.shape)),
            message("Pass one integer a sample, and -1 for samples without a label."),
        )
    missing = missing_count(found)
    if missing:
        raise InvalidInput(
            message("Labels are missing, as NaN, NA or None: {count:,}.", count=missing),
            message(
                "Pass integer class ids, and -1 for samples without a label: numpy.unique would"
                " make a class of them."
            ),
        )
    if found.dtype.kind not in "iu":
        raise InvalidInput(
            message("The labels are of the type {dtype}.", dtype=str(found.dtype)),
            message("Pass integer class ids: numpy.unique(labels, return_inverse=True)[1]."),
        )
    if int(found.min()) < -1:
        raise InvalidInput(
            message("Label {label} is below -1.", label=int(found.min())),
            message("Class ids begin at 0; -1 stands for no label."),
        )
    if int(found.max()) >= _MOST_CLASSES:
        raise InvalidInput(
            message("Label {label} is no class number.", label=int(found.max())),
            message("Pass integer class ids: numpy.unique(labels, return_inverse=True)[1]."),
        )
    return found.astype(np.int32)


def number_of_classes(
    given: np.ndarray, pred_probs: ArrayLike | None, class_names: tuple[str, ...] | None
) -> int:
    """How many classes there are: by their names, by the columns of predictions, or by the labels.

    Args:
        given: (N,) int labels, -1 for none.
        pred_probs: (N, C), or None.
        class_names: the C names, or None.

    Raises:
        UserError: for a label beyond them.
    """
    highest = int(given.max())
    columns = None if pred_probs is None else np.shape(pred_probs)
    if class_names is not None:
        classes, said = (
            len(class_names),
            message("class_names has {count} names", count=len(class_names)),
        )
    elif columns is not None and len(columns) == 2:
        classes, said = columns[1], message("pred_probs has {count} columns", count=columns[1])
    else:
        return max(highest + 1, 1)
    if highest >= classes:
        raise InvalidInput(
            message("Label {label} is out of range: {said}.", label=highest, said=said),
            message("Class ids are 0 to C - 1."),
        )
    return classes


def checked_embeddings(embeddings: Embeddings | None, count: int) -> list[np.ndarray]:
    """One or several spaces (N, D_k); none where None is passed.

    Raises:
        UserError: for another shape, or values that are no finite numbers.
    """
    if embeddings is None:
        return []
    several: Sequence[object] = [embeddings]
    if isinstance(embeddings, (list, tuple)) and any(
        issparse(e) or np.ndim(e) == 2 for e in embeddings
    ):
        several = embeddings
    spaces = []
    for place, space in enumerate(several):
        name = message("embeddings[{place}]", place=place)
        spaces.append(_array(space, name))
        _check_matrix(spaces[-1], name, count)
    return spaces


def checked_probabilities(
    pred_probs: ArrayLike | None, count: int, classes: int
) -> np.ndarray | None:
    """Distributions (N, C) float64 that add up to 1 exactly, or None.

    Raises:
        UserError: for another shape, or rows that are no distribution.
    """
    if pred_probs is None:
        return None
    found = _array(pred_probs, message("pred_probs"))
    _check_matrix(found, message("pred_probs"), count)
    found = found.astype(np.float64)
    if found.shape[1] != classes:
        raise InvalidInput(
            message(
                "pred_probs has {columns} columns for {classes} classes.",
                columns=found.shape[1],
                classes=classes,
            )
        )
    sums = found.sum(axis=1)
    wrong = (found < 0).any(axis=1) | (np.abs(sums - 1) > _SUM_TOLERANCE)
    if wrong.any():
        raise InvalidInput(
            message(
                "Row {row} of pred_probs is no distribution: it adds up to {total:.3f}.",
                row=int(np.flatnonzero(wrong)[0]),
                total=float(sums[wrong][0]),
            ),
            message("Pass probabilities, not logits."),
        )
    return found / sums[:, None]


def _check_matrix(values: np.ndarray, name: Message, count: int) -> None:
    if values.ndim != 2 or len(values) != count or not values.shape[1]:
        raise InvalidInput(
            message(
                "{name} has the shape {shape}; {count} labels need ({count}, D).",
                name=name,
                shape=str(values.shape),
                count=count,
            )
        )
    if values.dtype.kind not in "fiu":
        raise InvalidInput(
            message("{name} is of the type {dtype}.", name=name, dtype=str(values.dtype)),
            message("Pass real numbers."),
        )
    for start in range(0, count, 8192):
        finite = np.isfinite(values[start : start + 8192]).all(axis=1)
        if not finite.all():
            raise InvalidInput(
                message(
                    "Row {row} of {name} holds a value that is not finite.",
                    row=start + int(np.flatnonzero(~finite)[0]),
                    name=name,
                ),
                message("Leave such samples out."),
            )
        large = np.abs(values[start : start + 8192].astype(np.float64)).max(axis=1) > _LARGEST
        if large.any():
            raise InvalidInput(
                message(
                    "Row {row} of {name} holds a value beyond {largest:.0e}.",
                    row=start + int(np.flatnonzero(large)[0]),
                    name=name,
                    largest=_LARGEST,
                ),
                message("Divide by the largest value: only how rows differ matters."),
            )


def checked_groups(groups: ArrayLike | None, count: int) -> np.ndarray | None:
    """Groups (N,) int64, negative alone, or None.

    Raises:
        UserError: for anything else than one whole number a sample.
    """
    if groups is None:
        return None
    found = _array(groups, Message("groups"))
    if found.shape != (count,) or found.dtype.kind not in "iu":
        raise InvalidInput(
            message(
                "groups is of the shape {shape} and type {dtype}.",
                shape=str(found.shape),
                dtype=str(found.dtype),
            ),
            message("Pass one integer a sample, and -1 for samples alone."),
        )
    return found.astype(np.int64)


def copies_by_hash(
    hashes: Sequence[str | bytes] | np.ndarray | None, count: int
) -> np.ndarray | None:
    """(N,) int32: samples of equal content, -1 alone; None without hashes.

    Raises:
        UserError: for more or fewer hashes than samples.
    """
    if hashes is None:
        return None
    if len(hashes) != count:
        raise InvalidInput(
            message(
                "content_hashes has {found} entries for {count} labels.",
                found=len(hashes),
                count=count,
            )
        )
    texts = [h.decode("latin-1") if isinstance(h, bytes) else str(h or "") for h in hashes]
    content = np.array(texts)
    rows = np.flatnonzero(content != "")
    rows = rows[np.argsort(content[rows], kind="stable")]
    same = content[rows[1:]] == content[rows[:-1]]
    return linked_groups(rows[:-1][same], rows[1:][same], count)


def copies_by_rows(spaces: Sequence[np.ndarray]) -> tuple[np.ndarray | None, list[Message]]:
    """(N,) int32 of samples whose rows are equal in every space, -1 alone, and that it is so.

    None without any, and where all are equal: such embeddings tell nothing of images. So do few
    whole numbers, which different images may share.
    """
    count = len(spaces[0])
    width = sum(space.shape[1] for space in spaces)
    if width < _FEWEST_NUMBERS and all(space.dtype.kind != "f" for space in spaces):
        return None, []
    # Adding zero makes one of the two zeros.
    digests = np.array(
        [
            blake2b(
                b"".join((space[row] + 0).tobytes() for space in spaces), digest_size=16
            ).digest()
            for row in range(count)
        ]
    )
    _, group, size = np.unique(digests, return_inverse=True, return_counts=True)
    several = size[group.reshape(-1)] > 1
    if not several.any() or len(size) == 1:
        return None, []
    copies = joined_groups(np.where(several, group.reshape(-1), -1))
    said = message(
        "{count:,} samples have the embedding of another one; as copies of one image they count"
        " together as one. Where they are different images, pass content_hashes.",
        count=int(several.sum()),
    )
    return copies, [said]
