"""Two trained models on the same held-out samples: where they differ, and what that is worth.

Only the samples on which the two disagree decide which is better. They are kept in an order drawn
at random, so that whoever reviews the first few has judged a random part of them. `gain` makes of
them what cleaning gained.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.store.database.derived_files import readable_table
from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.util.files.atomic import atomic_file

FILE_NAME = "disagreements.npz"
_FIELDS = ("rows", "before", "after", "right_before", "right_after", "decided", "figures")
_FIGURE_SHAPES = ((2,), (3,))
"""Without and with the number of changed labels, which was not kept at first."""
_KINDS = "iiiffbf"
"""Their kinds of numbers."""
FURTHER = "further_gain"
"""In the file and the JSON form; what earlier versions wrote does not have it."""
_OPTIONAL = {FURTHER: "f", "held": "i", "unit": "i", "right": "f", "classes": "i"}
"""Arrays that files of earlier versions do not have, with their kinds of numbers."""
_BY_VERDICTS = "by_verdicts"
"""Likewise one number, kept as an array of one."""


@dataclass(frozen=True)
class TrainingComparison:
    """What is kept of two models on H held-out samples, of which they disagree on d.

    Attributes:
        rows: (d,) int64 samples of the project, in random order.
        before: (d,) int32 class that the model trained on given labels names.
        after: (d,) int32 class that the model trained on curated labels names.
        right_before: (d,) float64 probability that `before` is right, by the corrected given label.
        right_after: (d,) float64 the same of `after`.
        decided: (d,) bool, had a verdict when the models were trained, so perhaps not a blind one.
        samples: H.
        model_error: standard error of the estimated difference that more samples would not lessen.
        changed: how many labels that were trained on differ from the given ones; None where that is
            not on record.
        by_verdicts: how many of them follow a verdict of somebody who had the image in view; None
            where that is not on record.
        further_gain: (d,) float64 by how much the change may be more, if held-out labels have the
            errors that people repaired in those trained on; None where that is not on record.
        held: (H,) int64 the held-out samples, ascending; None where that is not on record.
        unit: (H,) int64 equal for those that are no independent witnesses, such as copies of one
            image and frames of one video; None where that is not on record.
        right: (d, C) float32 probability of each class, of which `right_before` and `right_after`
            are two; None where that is not on record.
        classes: (L,) int32 the classes that there were at the training; None where that is not on
            record.
        classes_edited: whether some of them have been merged or deleted since.
        not_followed: whether the probabilities are of the classes before that.
    """

    rows: np.ndarray
    before: np.ndarray
    after: np.ndarray
    right_before: np.ndarray
    right_after: np.ndarray
    decided: np.ndarray
    samples: int
    model_error: float
    changed: int | None = None
    further_gain: np.ndarray | None = None
    held: np.ndarray | None = None
    unit: np.ndarray | None = None
    right: np.ndarray | None = None
    classes: np.ndarray | None = None
    classes_edited: bool = False
    not_followed: bool = False
    by_verdicts: int | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def held_rows(self) -> np.ndarray:
        """(H,) int64 the held-out samples; those that decide alone, where no others are known."""
        return self.rows if self.held is None else self.held


def save_comparison(folder: Path, found: TrainingComparison) -> None:
    """Write it into the folder of a trained model, whole or not at all."""
    figures = np.array([found.samples, found.model_error], np.float64)
    if found.changed is not None:
        figures = np.append(figures, found.changed)
    kept = {name: getattr(found, name) for name in _OPTIONAL}
    more: dict[str, Any] = {name: array for name, array in kept.items() if array is not None}
    if found.by_verdicts is not None:
        more[_BY_VERDICTS] = np.array([found.by_verdicts], np.int64)
    with atomic_file(folder / FILE_NAME) as stream:
        np.savez(
            stream,
            rows=found.rows,
            before=found.before,
            after=found.after,
            right_before=found.right_before,
            right_after=found.right_after,
            decided=found.decided,
            figures=figures,
            **more,
        )


def load_comparison(folder: Path, count: int, meaning: LabelMap) -> TrainingComparison | None:
    """Read it from a model's folder; None where there is none, or it is not of this project.

    Args:
        folder: of the trained model.
        count: samples of the project; rows beyond them are damage.
        meaning: what labels mean now; models that name one class of two are of one mind.
    """
    shapes: dict[str, tuple[str, tuple[int | None, ...]]]
    shapes = {name: (kind, (None,)) for name, kind in zip(_FIELDS, _KINDS, strict=True)}
    stored = readable_table(folder / FILE_NAME, shapes)
    if stored is None:
        return None
    rows, before, after, old, new, decided, figures = (stored[name] for name in _FIELDS)
    arrays = (rows, before, after, old, new, decided)
    kinds = "".join(array.dtype.kind for array in (*arrays, figures))
    sound = all(array.shape == rows.shape for array in arrays) and figures.shape in _FIGURE_SHAPES
    if kinds != _KINDS or not sound or rows.ndim != 1 or not np.isfinite(figures).all():
        return None
    if len(rows) and not 0 <= rows.min() <= rows.max() < count:
        return None
    samples = int(figures[0])
    if samples < len(rows):
        return None
    changed = int(figures[2]) if len(figures) > 2 else None
    more: dict[str, Any] = {name: stored[name] for name in _OPTIONAL if name in stored}
    found = TrainingComparison(*arrays, samples, float(figures[1]), changed, **more)
    if not _is_sound(found, more, count):
        return None
    found = replace(found, by_verdicts=_whole_number(stored.get(_BY_VERDICTS)))
    return found if meaning.table is None else _for_classes(found, meaning)


def _whole_number(stored: np.ndarray | None) -> int | None:
    """A number that was kept as an array of one, 0 or more; None for anything else."""
    if stored is None or stored.shape != (1,) or stored.dtype.kind != "i" or stored[0] < 0:
        return None
    return int(stored[0])


def _is_sound(found: TrainingComparison, more: dict[str, np.ndarray], count: int) -> bool:
    """Whether the arrays that not every version wrote fit the others."""
    kinds = (array.dtype.kind == _OPTIONAL[name] for name, array in more.items())
    if not all(kinds) or not all(np.isfinite(array).all() for array in more.values()):
        return False
    further, right, held, unit = found.further_gain, found.right, found.held, found.unit
    if further is not None and further.shape != found.rows.shape:
        return False
    if found.classes is not None and found.classes.ndim != 1:
        return False
    named = max(found.before.max(initial=-1), found.after.max(initial=-1))
    if right is not None and (
        right.ndim != 2 or len(right) != len(found) or right.shape[1] <= named
    ):
        return False
    if (held is None) != (unit is None):
        return False
    if held is None or unit is None:
        return True
    shaped = held.shape == unit.shape == (found.samples,)
    return bool(
        shaped
        and (np.diff(held) > 0).all()
        and (not len(held) or (held[0] >= 0 and held[-1] < count and unit.min() >= 0))
        and np.isin(found.rows, held).all()
    )


def _for_classes(found: TrainingComparison, meaning: LabelMap) -> TrainingComparison:
    """By the classes of now, without the samples for which the two models name what is one."""
    before, after = meaning.of(found.before), meaning.of(found.after)
    # What earlier versions wrote shows no more than whether classes are concerned that it names.
    known = np.append(found.before, found.after) if found.classes is None else found.classes
    edited = bool((meaning.of(known) != known).any())
    old, new, right = found.right_before, found.right_after, found.right
    if edited and right is not None:
        right = meaning.added_up(right)
        # A class that was deleted is right of nothing.
        old, new = (
            np.where(named >= 0, right[np.arange(len(right)), named], 0.0).astype(np.float64)
            for named in (before, after)
        )
    differ = before != after
    return replace(
        found,
        rows=found.rows[differ],
        before=before[differ],
        after=after[differ],
        right_before=old[differ],
        right_after=new[differ],
        decided=found.decided[differ],
        further_gain=None if found.further_gain is None else found.further_gain[differ],
        right=None if right is None else right[differ],
        classes_edited=edited,
        not_followed=edited and right is None,
    )
