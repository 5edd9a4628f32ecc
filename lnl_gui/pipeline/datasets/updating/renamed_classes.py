"""Classes that a dataset calls otherwise than before, and labels that have changed wholesale."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lnl_gui.dataset.listing import Listing
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.sample_matching import NEW
from lnl_gui.store.dataset.classes import LONGEST_NAME
from lnl_gui.store.dataset.source_state import NO_LABEL
from lnl_gui.store.jobs.parameters import CHANGED_LABELS
from lnl_gui.util.class_names import without_marks_around
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_NEARLY_ALL = 0.9
"""Share of the samples of a class that go to one name, and of that name's that come from it."""
_FEW = 3
"""Samples from which on that is no chance, where the two names are not spelled alike."""
_MOST, _SEVERAL = 0.5, 5
"""Share of the labels, and number of them, from which on an update asks about their change."""
_SHOWN = 4


@dataclass(frozen=True)
class RenamedClasses:
    """Class ids by the new name that the dataset has for each, and the names that they get here."""

    ids: Mapping[str, int] = field(default_factory=dict)
    shown: Mapping[int, str] = field(default_factory=dict)


def names_taken_over(known: KnownSamples, found: Sequence[str]) -> dict[str, int]:
    """Classes that the dataset calls as people do now, as after a patch, and no longer as before.

    Where it has both names, the other one is a class of its own.
    """
    return {
        name: number
        for name, number in known.renamed.items()
        if name in found
        and name not in known.class_names
        and known.class_names[number] not in found
    }


def find_renamed(
    known: KnownSamples,
    listing: Listing,
    row_of: np.ndarray,
    given: Sequence[int],
    taken: Mapping[str, int],
) -> RenamedClasses:
    """Classes all of whose samples, or nearly all, the dataset now calls by one new name.

    Args:
        known: the project.
        listing: the dataset; it has the new name and no longer the former one.
        row_of: (M,) the sample of each image, `NEW` where it is none.
        given: (M,) its label, as a place among the listing's class names.
        taken: names that are known to be of a class.
    """
    pairs = _pairs(known, listing.class_names, row_of, given)
    before, now = Counter[int](), Counter[str]()
    for (number, name), count in pairs.items():
        before[number] += count
        now[name] += count
    ids: dict[str, int] = {}
    for (number, name), count in pairs.most_common():
        is_new = name not in known.class_names and name not in taken and name not in ids
        is_gone = known.class_names[number] not in listing.class_names
        is_free = number not in taken.values() and number not in ids.values()
        enough = count >= _FEW or _alike(name, known.class_names[number])
        nearly_all = count >= _NEARLY_ALL * max(before[number], now[name])
        if is_new and is_gone and is_free and enough and nearly_all:
            ids[name] = number
    return RenamedClasses(ids, _shown(known, listing.class_names, ids))


def _pairs(
    known: KnownSamples, names: Sequence[str], row_of: np.ndarray, given: Sequence[int]
) -> Counter[tuple[int, str]]:
    """How many samples of each class have each name now."""
    former = labels_before(known)
    return Counter(
        (int(former[row]), names[label])
        for row, label in zip(row_of.tolist(), given, strict=True)
        if row != NEW and label >= 0 and former[row] >= 0
    )


def labels_before(known: KnownSamples) -> np.ndarray:
    """What the dataset said of each sample when it was last read, class ids (N,)."""
    found = np.array(known.samples.given, np.int64)
    found[list(known.state.labels)] = list(known.state.labels.values())
    return found


def _alike(left: str, right: str) -> bool:
    return _plain(left) == _plain(right)


def _plain(name: str) -> str:
    """A name as people respell it: capitals, blanks, and an `s` for several."""
    letters = "".join(c for c in without_marks_around(name).casefold() if c.isalnum())
    return letters.removesuffix("s") or letters


def _shown(known: KnownSamples, found: Sequence[str], ids: Mapping[str, int]) -> dict[int, str]:
    """Names for classes whose name nobody here has chosen, also for those that go back to theirs.

    What people call a class, it is called.
    """
    people = {number for number in known.renamed.values() if number not in known.followed}
    names = set(known.renamed)
    shown = {
        number: name
        for name, number in ids.items()
        if number not in people
        and number not in known.edited
        and len(name) <= LONGEST_NAME
        and name not in names
    }
    back = {
        number: known.class_names[number]
        for name, number in known.renamed.items()
        if number in known.followed and known.class_names[number] in found and name not in found
    }
    return back | shown


def refuse_most_labels(
    known: KnownSamples, row_of: np.ndarray, labels: Mapping[int, int], names: Mapping[int, str]
) -> None:
    """Stop where most labels are others than before, or where classes have changed their names.

    Args:
        known: the project.
        row_of: (M,) the sample of each image.
        labels: by row those that differ from the given label.
        names: of all classes by id.

    Raises:
        UserError: with the code `CHANGED_LABELS`.
    """
    former = labels_before(known)
    rows = row_of[row_of != NEW]
    rows = rows[former[rows] >= 0]
    now = known.samples.given.astype(np.int64)
    now[list(labels)] = list(labels.values())
    differ = rows[former[rows] != now[rows]]
    if len(differ) < _SEVERAL:
        return
    if len(differ) <= _MOST * len(rows) and not _have_shifted(former[rows], now[rows]):
        return
    pairs = Counter(zip(former[differ].tolist(), now[differ].tolist(), strict=True))
    shown = [
        f"`{names[old]}` -> `{names.get(new, '')}` ({count:,})"
        for (old, new), count in pairs.most_common(_SHOWN)
    ]
    raise UserError(
        message(
            "The dataset gives {differ:,} of {count:,} images another label than before:"
            " {changes}{more}.",
            differ=len(differ),
            count=len(rows),
            changes=", ".join(shown),
            more=", ..." if len(pairs) > _SHOWN else "",
        ),
        message(
            "If a column, a list of class names or the names of folders were changed by mistake,"
            " put them right. If the new labels are meant, say `lnl-gui update PROJECT"
            " --accept-layout`: they are shown beside those of before, and what was decided stays."
        ),
        code=CHANGED_LABELS,
    )


def _have_shifted(former: np.ndarray, now: np.ndarray) -> bool:
    """Whether a class went wholly to another whose own samples are elsewhere, as by a new line.

    Two classes that the dataset has made one do not.
    """
    target: dict[int, int] = {}
    for number in np.unique(former).tolist():
        values, counts = np.unique(now[former == number], return_counts=True)
        most = int(counts.argmax())
        if counts[most] >= max(_FEW, _NEARLY_ALL * counts.sum()):
            target[number] = int(values[most])
    return any(
        other != number and target.get(other, other) not in (other, NO_LABEL)
        for number, other in target.items()
    )


def classes_gone(
    known: KnownSamples,
    found: Sequence[str],
    labels: Mapping[int, int],
    names: Mapping[int, str],
    renamed: RenamedClasses,
) -> list[list[object]]:
    """Classes that the dataset no longer has, and which people have decided for.

    Each with the class that most of those samples are of in the dataset, and their number.

    Args:
        known: the project.
        found: the dataset's class names.
        labels: by row the dataset's labels that differ from the given one.
        names: of all classes by id.
        renamed: classes that only have another name.
    """
    taken = {*renamed.ids.values(), *names_taken_over(known, found).values(), *known.edited}
    decided: dict[int, Counter[int]] = {}
    for row, label in labels.items():
        number = int(known.samples.current[row])
        if known.samples.status[row] > 0 and label not in (number, NO_LABEL):
            decided.setdefault(number, Counter())[label] += 1
    gone = []
    for number, others in sorted(decided.items()):
        if number < 0 or number in taken or known.class_names[number] in found:
            continue
        other, count = others.most_common(1)[0]
        if 2 * count > others.total():
            gone.append([names[number], names[other], others.total()])
    return gone
