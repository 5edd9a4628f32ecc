"""Classes that may be worth merging, with the evidence; nothing is ever merged by itself."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lnl_gui.session.state import SessionState
from lnl_gui.store.dataset.classes import ClassInfo, in_order
from lnl_gui.store.dataset.sample_counts import open_suspects
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.similar_names import (
    differ_in_a_letter,
    differ_in_a_number_before,
    differ_in_a_number_behind,
    differ_in_signs,
)

ALIKE, INSIDE, CONFUSED, SMALL, NAMES = "alike", "inside", "confused", "small", "names"
_EXAMPLES = 6
_FEW = 5
"""A class of fewer samples than this cannot be learnt, nor its errors be found."""
_MOSTLY = 0.4
"""Share of a class that detection would give one other class, from which it may lie inside it."""
_LEAST_INSIDE = 10
_BOTH_WAYS = 0.15
"""Share of each of two classes that detection would give the other, from which they may be one."""
_MOST_SUSPECTS = 0.6


@dataclass(frozen=True)
class MergeHint:
    """Two classes that may be one."""

    kind: str
    """`ALIKE`, `INSIDE`, `CONFUSED`, `SMALL` or `NAMES`"""
    first: int
    """the class that would be merged"""
    second: int
    """the one it would be merged into; -1 where nothing says which"""
    evidence: Message
    rows: np.ndarray
    """samples that show it, int64 (n,), at most some"""


def merge_hints(state: SessionState) -> list[MergeHint]:
    """What detection and the classes' sizes and names say, the surest first."""
    found = [
        *_alike(state),
        *_inside(state),
        *_confused(state),
        *_named_alike(state),
        *_small(state),
    ]
    # One hint a pair: the surer one says enough.
    pairs: dict[frozenset[int], MergeHint] = {}
    for hint in found:
        pairs.setdefault(frozenset((hint.first, hint.second)), hint)
    return list(pairs.values())


def _alike(state: SessionState) -> list[MergeHint]:
    """Pairs that the images do not tell apart, by the newest detection."""
    hints = []
    meaning, count = state.class_map.table, len(state.classes)
    for pair in state.scores.summary.overlapping:
        ids = [pair.first, pair.second]
        # They come from a file, which may be damaged.
        if not all(0 <= number < count for number in ids):
            continue
        if meaning is not None:
            ids = [int(meaning[number]) for number in ids]
        # Deleted since, or merged already.
        if min(ids) < 0 or ids[0] == ids[1]:
            continue
        small, large = sorted(ids, key=lambda number: int(_sizes(state)[number]))
        text = message(
            "The images do not tell {first} and {second} apart: on {samples:,} images that look"
            " like either, the label is guessed with {area:.2f} (0.5 is chance, 1 is certain).",
            first=state.classes[small].name,
            second=state.classes[large].name,
            samples=pair.samples,
            area=pair.area,
        )
        hints.append(MergeHint(ALIKE, small, large, text, _between(state, small, large)))
    return hints


@dataclass(frozen=True)
class _Doubted:
    """How many images detection would move from one class to another, and back.

    `of_suspects` is the smaller share that these are of all suspects of either class.
    """

    inner: ClassInfo
    outer: ClassInfo
    moved: int
    size: int
    back: int
    outer_size: int
    of_suspects: float

    @property
    def share(self) -> float:
        return self.moved / self.size

    @property
    def share_back(self) -> float:
        return self.back / max(1, self.outer_size)


def _doubted(state: SessionState) -> list[_Doubted]:
    """Pairs of classes with open suspects, by their number; the first is long enough to judge."""
    columns = state.columns
    doubted = open_suspects(columns.flagged, columns.status, columns.readable)
    doubted &= (columns.suggested >= 0) & (columns.given >= 0)
    doubted &= columns.suggested != columns.given
    pairs, number = np.unique(
        np.stack([columns.given[doubted], columns.suggested[doubted]], 1),
        axis=0,
        return_counts=True,
    )
    # By the given labels, for these are what the detection doubted.
    given = columns.given[columns.readable & (columns.given >= 0)]
    size = np.bincount(given, minlength=len(state.classes)).tolist()
    moved = {(int(a), int(b)): int(n) for (a, b), n in zip(pairs, number, strict=True)}
    suspects = np.bincount(columns.given[doubted], minlength=len(state.classes)).tolist()
    found = []
    for (inner, outer), count in sorted(moved.items(), key=lambda item: -item[1]):
        if size[inner] < _LEAST_INSIDE:
            continue
        back = moved.get((outer, inner), 0)
        of_suspects = min(count / suspects[inner], back / max(1, suspects[outer]))
        ends = state.classes[inner], state.classes[outer]
        found.append(_Doubted(*ends, count, size[inner], back, size[outer], of_suspects))
    return found


def _inside(state: SessionState) -> list[MergeHint]:
    """Classes most of whose open samples detection would give one other class, and not back."""
    hints = []
    for pair in _doubted(state):
        # Mistaken for each other both ways they look alike; neither lies inside the other.
        if pair.share < _MOSTLY or pair.share_back >= pair.share / 2:
            continue
        text = message(
            "{moved:,} of {size:,} images of {inner} look like {outer} ({share:.0%}), and"
            " {back:,} of {outer_size:,} the other way: {inner} may be a part of it.",
            moved=pair.moved,
            size=pair.size,
            share=pair.share,
            inner=pair.inner.name,
            outer=pair.outer.name,
            back=pair.back,
            outer_size=pair.outer_size,
        )
        ids = pair.inner.id, pair.outer.id
        hints.append(MergeHint(INSIDE, *ids, text, _between(state, *ids)))
    return hints


def _confused(state: SessionState) -> list[MergeHint]:
    """Classes of each of which detection would give a good part to the other.

    None of two classes in all, and none where others are confused as much: that is noise.
    """
    hints: list[MergeHint] = []
    if len(state.classes) < 3:
        return hints
    for pair in _doubted(state):
        both_ways = min(pair.share, pair.share_back) >= _BOTH_WAYS
        if pair.outer_size < _LEAST_INSIDE or not both_ways or pair.of_suspects < _MOST_SUSPECTS:
            continue
        text = message(
            "{moved:,} of {size:,} images of {inner} look like {outer}, and {back:,} of"
            " {outer_size:,} the other way: either many of these labels were exchanged, or the two"
            " are names of one thing.",
            moved=pair.moved,
            size=pair.size,
            inner=pair.inner.name,
            outer=pair.outer.name,
            back=pair.back,
            outer_size=pair.outer_size,
        )
        ends = sorted((pair.inner, pair.outer), key=lambda c: int(_sizes(state)[c.id]))
        ids = ends[0].id, ends[1].id
        hints.append(MergeHint(CONFUSED, *ids, text, _between(state, *ids)))
    return hints


def _named_alike(state: SessionState) -> list[MergeHint]:
    """Names that differ in capitals, blanks, signs and accents, a plural, a letter or a number."""
    classes = {entry.name: entry for entry in in_order(state.classes)}
    sizes = _sizes(state)

    def hint(names: tuple[str, ...], text: Callable[[str, str], Message]) -> MergeHint:
        small, large = sorted((classes[n] for n in names), key=lambda c: int(sizes[c.id]))
        said = text(small.name, large.name)
        return MergeHint(NAMES, small.id, large.id, said, _some_of(state, small.id))

    numbers = (*differ_in_a_number_before(classes), *differ_in_a_number_behind(classes))
    signs = [(group[0], other) for group in differ_in_signs(classes) for other in group[1:]]
    return [
        *(hint(pair, _of_signs) for pair in signs),
        *(hint(pair, _of_a_letter) for pair in differ_in_a_letter(classes)),
        *(hint(pair, _of_a_number) for pair in numbers),
    ]


def _of_signs(first: str, second: str) -> Message:
    return message(
        "The names {first} and {second} differ in capitals, blanks, signs or accents alone.",
        first=first,
        second=second,
    )


def _of_a_letter(first: str, second: str) -> Message:
    return message(
        "The names {first} and {second} differ in a plural or in one letter.",
        first=first,
        second=second,
    )


def _of_a_number(first: str, second: str) -> Message:
    return message(
        "The names {first} and {second} differ in a number before or behind them.",
        first=first,
        second=second,
    )


def _small(state: SessionState) -> list[MergeHint]:
    """Classes with next to no samples."""
    hints, sizes = [], _sizes(state)
    for entry in in_order(state.classes):
        size = int(sizes[entry.id])
        if size >= _FEW:
            continue
        text = message_n(
            "{name} has {count:,} image: too few to learn from, or to find errors in.",
            "{name} has {count:,} images: too few to learn from, or to find errors in.",
            size,
            name=entry.name,
        )
        hints.append(MergeHint(SMALL, entry.id, -1, text, _some_of(state, entry.id)))
    return hints


def _sizes(state: SessionState) -> np.ndarray:
    columns = state.columns
    return np.bincount(
        columns.current[columns.readable & (columns.current >= 0)], minlength=len(state.classes)
    )


def _some_of(state: SessionState, label: int) -> np.ndarray:
    columns = state.columns
    return np.flatnonzero((columns.current == label) & columns.readable)[:_EXAMPLES]


def _between(state: SessionState, first: int, second: int) -> np.ndarray:
    """Samples of either class that detection would give the other, else some of each."""
    columns = state.columns
    one, other = (
        (columns.given == a) & (columns.suggested == b)
        for a, b in ((first, second), (second, first))
    )
    rows = np.flatnonzero((one | other) & columns.readable)
    order = np.argsort(-np.nan_to_num(columns.suspicion[rows]), kind="stable")
    rows = rows[order][:_EXAMPLES]
    if len(rows):
        return rows
    half = _EXAMPLES // 2
    return np.concatenate([_some_of(state, first)[:half], _some_of(state, second)[:half]])
