"""What is to be expected of accepting suggestions unseen: how many are wrong, and which."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.util.messages import NOTHING, Message, joined, message, message_n
from lnl_gui.util.statistics.intervals import MODEL_ERROR, Estimate, error_count
from lnl_gui.util.statistics.verdict_calibration import VerdictCalibration

SHOWN_PAIRS = 3
# Of n labels of which none was wrong as many may be in as many others (95 %): the rule of three.
_UNSEEN = 3.0


@dataclass(frozen=True)
class WrongPair:
    """Suggestions of one class for samples of one given label.

    Attributes:
        given: class id; -1 for samples without a label.
        suggested: class id.
        count: how many there are.
        wrong: how many are expected to be wrong.
    """

    given: int
    suggested: int
    count: int
    wrong: float


@dataclass(frozen=True)
class Outlook:
    """What accepting would bring.

    Attributes:
        count: suggestions that would be accepted.
        wrong: how many of them are expected to be wrong, with the 95 % interval. Its upper end is
            never 0: what rests on few labels cannot be known to be right.
        pairs: where most of the wrong ones are, the most first.
        doubts: what the detection says where perhaps no label is wrong: then every suggestion for
            one is, and the expected number of wrong ones says nothing.
    """

    count: int
    wrong: Estimate
    pairs: tuple[WrongPair, ...]
    doubts: tuple[Message, ...] = ()
    of_doubtful_names: int = 0
    """suggestions for labels of classes of which the detection says that their names are in doubt:
    should those labels be right, all of these are wrong"""


def outlook(
    columns: SampleColumns,
    rows: np.ndarray,
    *,
    posterior: np.ndarray | None,
    classes: np.ndarray | None,
    relative_error: float = MODEL_ERROR,
    calibration: VerdictCalibration | None = None,
    perhaps_right: np.ndarray | None = None,
    doubts: Sequence[Message] = (),
) -> Outlook:
    """Expect how many suggestions are wrong, by the detection's probabilities.

    On 27 kinds of noisy labels it expected 14.1 % of 26 000 suggestions to be wrong; 15.3 % were.

    Args:
        columns: of the project's N samples.
        rows: int64 (n,), the samples whose suggestions would be accepted.
        posterior: (N, k) probabilities of the k likeliest classes; None where they were not kept.
        classes: (N, k) int their ids.
        relative_error: of the number of wrong labels, see the detection's summary. Beyond what is
            usual it says that labels may be right, and their suggestions wrong, that look wrong.
        calibration: what verdicts given since the detection say of its suspicions.
        perhaps_right: bool (N,), labels that may all be right whatever their suspicion, see
            `lnl_gui.session.figures.budget.perhaps_right_of`; None for none.
        doubts: what the detection says of labels of which perhaps none is wrong.
    """
    rows = rows[columns.suggested[rows] >= 0]
    suggested, given = columns.suggested[rows], columns.given[rows]
    # Where nothing better is known: a suggestion is right at most as often as the label is wrong.
    right = columns.suspicion[rows].astype(np.float64)
    if posterior is not None and classes is not None:
        chosen = np.where(classes[rows] == suggested[:, None], posterior[rows], 0.0)
        right = np.where(given >= 0, chosen.sum(axis=1, dtype=np.float64), right)
    doubted = columns.suspicion[rows].astype(np.float64)
    if calibration is not None:
        likely = calibration.corrected(doubted)
        right *= np.divide(likely, doubted, out=np.ones(len(rows)), where=doubted > 0.0)
        doubted = likely
    right = np.where(given < 0, columns.confidence[rows], right)
    # A suggestion that is the given label changes nothing.
    wrong = np.where(suggested == given, 0.0, 1 - np.nan_to_num(right))
    pairs, place, count = np.unique(
        np.stack([given, suggested], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    sums = np.bincount(place.reshape(-1), weights=wrong, minlength=len(pairs))
    # Fewer than half a sample would read as "0 of them".
    most = [n for n in np.argsort(-sums, kind="stable")[:SHOWN_PAIRS].tolist() if sums[n] >= 0.5]
    changed = suggested != given
    doubted = np.nan_to_num(doubted[changed & (given >= 0)])
    named = changed & (perhaps_right[rows] if perhaps_right is not None else False)
    return Outlook(
        len(rows),
        _interval(
            wrong[changed],
            labelled=int((columns.given >= 0).sum()),
            doubted=float(doubted.sum()) * _beyond_usual(doubted, relative_error, calibration),
            perhaps_wrong=float((1 - wrong[named]).sum()),
        ),
        tuple(
            WrongPair(int(pairs[n, 0]), int(pairs[n, 1]), int(count[n]), float(sums[n]))
            for n in most
        ),
        tuple(doubts) if len(doubted) else (),
        int(named.sum()),
    )


def _beyond_usual(
    doubted: np.ndarray, relative_error: float, calibration: VerdictCalibration | None
) -> float:
    """Relative error of the number of wrong labels among some, beyond what is always allowed for.

    Args:
        doubted: (n,) float in [0, 1], how likely each is to be wrong.
        relative_error: of the detection.
        calibration: what is known better than by it.
    """
    if calibration is not None and len(doubted):
        relative_error = calibration.relative_error(doubted)
    return math.sqrt(max(0.0, relative_error**2 - MODEL_ERROR**2))


def _interval(
    wrong: np.ndarray, *, labelled: int, doubted: float, perhaps_wrong: float
) -> Estimate:
    """How many of suggestions (n,) that are wrong with these probabilities will be.

    Args:
        wrong: (n,) float in [0, 1].
        labelled: how many labels the probabilities rest on.
        doubted: standard error of the number of labels that are wrong among them, beyond the usual.
        perhaps_wrong: how many more are wrong where labels of doubtful names are right.
    """
    count = len(wrong)
    variance = float((wrong * (1.0 - wrong)).sum()) + doubted**2
    found = error_count(float(wrong.sum()), variance, count)
    unseen = min(float(count), _UNSEEN * max(1.0, count / max(labelled, 1)))
    most = min(float(count), found.high + perhaps_wrong)
    return Estimate(found.value, found.low, max(most, unseen))


def describe(found: Outlook, class_name: Callable[[int], str]) -> Message:
    """How many suggestions will be wrong and where, in words; nothing where there are none.

    Where perhaps no label is wrong, the most that may be and the reason: on letters of 50 classes
    53 % of the labels that were suspected at .97 and more were right, where 3 % at most should be.
    """
    if not found.count:
        return NOTHING
    said = message(
        "About {wrong:,} of {count:,} suggestions will be wrong, between {low:,} and {high:,}"
        " (95 %).",
        wrong=round(found.wrong.value),
        count=found.count,
        low=math.floor(found.wrong.low),
        high=math.ceil(found.wrong.high),
    )
    if round(found.wrong.value) == 0 or found.doubts:
        said = message(
            "Up to {high:,} of {count:,} suggestions may be wrong (95 %).",
            count=found.count,
            high=math.ceil(found.wrong.high),
        )
    if found.of_doubtful_names:
        said = joined((said, _named(found)), " ")
    if found.doubts:
        return joined((said, *found.doubts), " ")
    if not found.pairs:
        return said
    pairs = joined(
        message(
            "{given} → {suggested} ({wrong:,} of {count:,})",
            given=class_name(pair.given) or message("(no label)"),
            suggested=class_name(pair.suggested),
            wrong=round(pair.wrong),
            count=pair.count,
        )
        for pair in found.pairs
    )
    return joined((said, message("Most of them: {pairs}.", pairs=pairs)), " ")


def _named(found: Outlook) -> Message:
    return message_n(
        "{count:,} is for a label of a class whose name is in doubt: should that be right, the"
        " suggestion is wrong.",
        "{count:,} are for labels of classes whose names are in doubt: should those be right, these"
        " suggestions are wrong.",
        found.of_doubtful_names,
    )
