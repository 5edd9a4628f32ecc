"""What an array of labels says: one class for each row, or why there is none."""

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from lnl_gui.dataset.readers.several_labels import several_labels
from lnl_gui.dataset.readers.tables.labels import interpret_labels
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

# Four probabilities written with two digits miss 1 by up to this.
_SUM_TOLERANCE = 0.02


@dataclass(frozen=True)
class ArrayLabels:
    """N labels, "" where there is none, and for some of those why."""

    labels: list[str]
    problems: dict[int, Message] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()


def could_be_labels(shape: tuple[int, ...], kind: str) -> bool:
    """Whether an array of this shape and kind of type may hold one label for each row."""
    flat = len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)
    return (flat and kind in "biufSU") or (len(shape) == 2 and kind in "biuf")


def read_labels(array: np.ndarray, name: str) -> ArrayLabels:
    """The label of each row.

    Args:
        array: (N,) or (N, 1) of numbers or texts, or (N, C) with a mark for the class.
        name: what it is called, for messages.

    Raises:
        UserError: when it holds something else.
    """
    values = np.array(array)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 2 and values.dtype.kind in "biuf":
        return _marked(values, name)
    if values.ndim != 1 or values.dtype.kind not in "biufSU":
        raise _not_labels(array, name)
    return _texts(values) if values.dtype.kind in "SU" else _numbers(values, name)


def named_classes(names: np.ndarray) -> list[str]:
    """The names (C,) of the classes as they are read."""
    texts = [w.decode("utf-8", "replace") if isinstance(w, bytes) else w for w in names.tolist()]
    return [clean_label(str(text)) for text in texts]


def with_names(labels: ArrayLabels, names: np.ndarray) -> ArrayLabels | None:
    """Numbers replaced by the names (C,) of the classes; None where one has no name."""
    named = {str(number): name for number, name in enumerate(named_classes(names))} | {"": ""}
    # Of two classes with one name, as ImageNet's two `crane`, one would be lost.
    if not set(labels.labels) <= named.keys() or len(set(named.values())) < len(named):
        return None
    return replace(labels, labels=[named[label] for label in labels.labels])


def _numbers(values: np.ndarray, name: str) -> ArrayLabels:
    if values.dtype.kind == "f":
        # pandas writes a missing number as NaN, and its whole column as fractions.
        known = values[np.isfinite(values)]
        if np.any(known != np.rint(known)):
            raise _not_labels(values, name)
        values = np.where(np.isfinite(values), values, -1)
    found, place = np.unique(values.astype(np.int64), return_inverse=True)
    # Below 0 stands for `none` in every library that has such a number.
    words = [str(number) if number >= 0 else "" for number in found.tolist()]
    return ArrayLabels([words[at] for at in place.reshape(-1).tolist()])


def _texts(values: np.ndarray) -> ArrayLabels:
    found, place = np.unique(values, return_inverse=True)
    words = [
        clean_label(w.decode("utf-8", "replace") if isinstance(w, bytes) else w)
        for w in found.tolist()
    ]
    meanings = interpret_labels(Counter([words[at] for at in place.tolist()]))
    problems = {
        row: meanings.problem_of(words[at])
        for row, at in enumerate(place.tolist())
        if meanings.problem_of(words[at])
    }
    labels = [meanings.class_of(words[at]) for at in place.tolist()]
    return ArrayLabels(labels, problems, tuple(meanings.warnings))


def _marked(values: np.ndarray, name: str) -> ArrayLabels:
    """One-hot rows, or probabilities whose largest counts."""
    numbers = values.astype(np.float64)
    if np.all((numbers == 0) | (numbers == 1)):
        return _one_hot(numbers, name)
    sums = numbers.sum(axis=1)
    if np.any(numbers < 0) or np.any(np.abs(sums - 1) > _SUM_TOLERANCE):
        raise _not_labels(values, name)
    note = message(
        "`{name}` holds probabilities; the class of the largest is the label.", name=name
    )
    return ArrayLabels([str(at) for at in numbers.argmax(axis=1).tolist()], notes=(note,))


def _one_hot(numbers: np.ndarray, name: str) -> ArrayLabels:
    marks = numbers.sum(axis=1)
    labels = [str(at) for at in numbers.argmax(axis=1).tolist()]
    problems: dict[int, Message] = {}
    for row in np.flatnonzero(marks != 1).tolist():
        labels[row] = ""
        several = [str(at) for at in np.flatnonzero(numbers[row]).tolist()]
        problems[row] = several_labels(several) if several else message("no class is marked")
    if not len(numbers) or np.all(marks != 1):
        raise _not_labels(numbers, name)
    return ArrayLabels(labels, problems)


def _not_labels(array: np.ndarray, name: str) -> UserError:
    return UserError(
        message(
            "`{name}` is an array of shape {shape} and type {dtype}, which holds no class for each"
            " image.",
            name=name,
            shape="x".join(map(str, array.shape)) or "1",
            dtype=str(array.dtype),
        ),
        message("Name the array of the labels with --label-column."),
        code="not_labels",
    )
