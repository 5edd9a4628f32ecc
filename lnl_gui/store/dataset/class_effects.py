"""What edits of classes alone have made of the labels of a dataset."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.store.dataset.classes import ClassInfo


@dataclass(frozen=True)
class EditedClass:
    """A class of the dataset that is another one now.

    Attributes:
        name: as the dataset calls it.
        now: what it is called now, or the class it was merged into; "" where it was deleted.
        samples: how many came with it.
    """

    name: str
    now: str
    samples: int


@dataclass(frozen=True)
class LabelEffects:
    """Why N labels are others than came, in bool arrays of that length.

    Attributes:
        changed: by a decision, whatever the two classes are called now.
        added: they came without one.
        renamed: by edits of classes alone, which took or changed the name.
    """

    changed: np.ndarray
    added: np.ndarray
    renamed: np.ndarray


def label_effects(
    came: np.ndarray, given: np.ndarray, label: np.ndarray, other: np.ndarray
) -> LabelEffects:
    """Tell decisions from edits of classes, of N labels.

    Args:
        came: int (N,), the labels of the dataset as they were written, -1 for none.
        given: int (N,), the same as they mean now.
        label: int (N,), the labels now.
        other: bool (N,), where a label is another word than came, see `other_word`.
    """
    # By the class and not by its name: one may have taken the name that another had.
    decided = label != given
    return LabelEffects(
        (came >= 0) & decided, (came < 0) & (label >= 0), (came >= 0) & ~decided & other
    )


def other_word(classes: Sequence[ClassInfo], came: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Where a label is another word than the one the dataset gave, bool (N,).

    Args:
        classes: all by id.
        came: int (N,), the labels of the dataset as they were written, -1 for none.
        label: int (N,), the labels now, of live classes, -1 for none.
    """
    # Names as numbers: a million texts need not be compared.
    number: dict[str, int] = {}
    written, now = (
        np.array([*(number.setdefault(name, len(number)) for name in names), -1], np.int64)
        for names in ([c.key for c in classes], [c.name for c in classes])
    )
    return written[came] != now[label]


def edited_classes(
    classes: Sequence[ClassInfo], came: np.ndarray, given: np.ndarray
) -> list[EditedClass]:
    """The classes of the dataset that were renamed, merged or deleted, in its order.

    Args:
        classes: all by id.
        came: int (N,), the labels of the dataset as they were written, -1 for none.
        given: int (N,), the same as they mean now.
    """
    rows = np.flatnonzero((came >= 0) & other_word(classes, came, given))
    first, samples = np.unique(came[rows], return_index=True, return_counts=True)[1:]
    return [
        EditedClass(
            classes[came[row]].key,
            classes[given[row]].name if given[row] >= 0 else "",
            count,
        )
        for row, count in zip(rows[first].tolist(), samples.tolist(), strict=True)
    ]
