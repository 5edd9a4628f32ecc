"""Columns that no label is taken from unasked: their names say that they hold something else."""

import re
from collections.abc import Sequence

from lnl_gui.dataset.readers.tables.column_names import (
    FINDING_NAMES,
    FOREIGN_LABEL_NAMES,
    GROUP_NAMES,
    LABEL_NAMES,
    OTHER_WORDS,
    PATH_NAMES,
    SPECIAL_LABEL_NAMES,
    SPLIT_NAMES,
    plain_name,
)
from lnl_gui.util.class_names import is_number

_WORD = re.compile(r"[^\W_]+")
# `name` is what many a table calls the class.
_OTHER_NAMES = frozenset([*PATH_NAMES, *SPLIT_NAMES, *GROUP_NAMES]) - {"name"}
_LABEL_WORDS = frozenset([*LABEL_NAMES, *FOREIGN_LABEL_NAMES, *SPECIAL_LABEL_NAMES, *FINDING_NAMES])
_NUMBERED = frozenset(["id", "ids", "idx", "index"])
_NUMBERED_OTHERWISE = frozenset(["annotation", "tag", "result", "y"])
_NEARLY = 0.8
"""Distinct values for each row below which a column of words may well hold classes. Twice as many
rows as classes are certain only in a table of some size."""


def says_other(column: str) -> bool:
    """Whether a column's name says that it holds no labels: `width`, `patient_id`, `Jahr`."""
    name = plain_name(column)
    words = _WORD.findall(name)
    if name in _OTHER_NAMES:
        return True
    if _calls_label(words):
        return False
    return not OTHER_WORDS.isdisjoint(words)


def _calls_label(words: Sequence[str]) -> bool:
    """Whether words end in one for labels, or in `id` behind one: `site class`, `species_id`."""
    if len(words) > 1 and words[-1] in _NUMBERED:
        return words[-2] in _LABEL_WORDS - _NUMBERED_OTHERWISE
    return bool(words) and words[-1] in _LABEL_WORDS - {"y"}


def nearly_labels(sample: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a column's words repeat, though less than those of classes usually do."""
    values = [cell for row in sample if (cell := row[at].strip())]
    distinct = set(values)
    if len(distinct) < 2 or len(distinct) > _NEARLY * len(values):
        return False
    return not any(map(is_number, distinct))
