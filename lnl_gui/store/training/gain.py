"""What cleaning gained, from the disagreements of two trained models and the verdicts in force.

From verdicts comes the *verified* difference, from corrected given labels the *estimated* one.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNDECIDED
from lnl_gui.store.training.training_comparison import FURTHER, TrainingComparison
from lnl_gui.util.statistics.intervals import Estimate, student_critical_value
from lnl_gui.util.statistics.paired_units import (
    LEAST_UNITS,
    Units,
    exact_unit_test,
    unit_difference,
)

VERIFIED, ESTIMATED, ALIKE = "verified", "estimated", "alike"
"""What a difference rests on; `ALIKE`: on two models that name the same classes."""
LEAST_REVIEWED = 10
"""From so many reviewed samples on a random part of the disagreements says something of all."""
PART_CONFIDENCE = 0.995
"""Of the interval from a part of the disagreements, which is looked at again after each verdict."""
_FIGURES = (
    "exact",
    "disagreements",
    "open",
    "undecidable",
    "seen_before",
    "corrected",
    "degraded",
    "p_value",
    "compared",
)
_CHANGED = "changed_labels"
"""In the JSON form; runs of earlier versions do not have it."""
_LATER: dict[str, Any] = {
    "units": None,
    "classes_edited": False,
    "not_followed": False,
    "decided": 0,
    "decided_at_once": 0,
    "by_verdicts": None,
}
"""Likewise, with what they are where it was not kept."""


@dataclass(frozen=True)
class Gain:
    """What cleaning gained in accuracy on held-out samples, from the verdicts in force.

    Attributes:
        estimated: difference in [-1, 1] with its 95 % interval, where nobody has decided by
            given labels corrected for noise.
        verified: the difference on labels that a person confirmed; None while too few of the
            disagreements are decided.
        exact: whether every disagreement that can be decided is.
        disagreements: how many held-out samples decide.
        open: how many of them nobody has decided on.
        undecidable: how many of them a person excluded or was unsure of; they count neither way.
        seen_before: decided with the suggestion in sight; where it is not known whether it was, if
            that was before the training.
        corrected: decided samples that the curated model has right and the other wrong.
        degraded: the other way round.
        p_value: of the exact test on these, McNemar's or that of `units`; None unless `exact`.
        compared: held-out samples, without those that count neither way.
        changed: how many labels that were trained on differ from the given ones; None where that is
            not on record.
        further: by how much the estimated difference may be more, if held-out labels have the
            errors that people repaired in those trained on; its interval holds that.
        units: how many independent witnesses the held-out samples are, as frames of one video and
            copies of one image count as one; None where each sample is one, or that is not on
            record.
        classes_edited: whether classes were merged or deleted since the training.
        not_followed: whether the figures are of the classes before that.
        decided: how many of the held-out samples a person looked at and decided on; 0 where that is
            not on record.
        decided_at_once: how many others were decided on with many at once, or accepted unseen,
            which confirms none of them.
        by_verdicts: how many of the `changed` labels follow a verdict of somebody who had the image
            in view; None where that is not on record.
    """

    estimated: Estimate
    verified: Estimate | None
    exact: bool
    disagreements: int
    open: int
    undecidable: int
    seen_before: int
    corrected: int
    degraded: int
    p_value: float | None
    compared: int
    changed: int | None = None
    further: float = 0.0
    units: int | None = None
    classes_edited: bool = False
    not_followed: bool = False
    decided: int = 0
    decided_at_once: int = 0
    by_verdicts: int | None = None

    @property
    def too_few_units(self) -> bool:
        """Whether no test can tell these units from chance, whatever they say."""
        return self.units is not None and self.units < LEAST_UNITS

    @property
    def claims_nothing(self) -> bool:
        """Whether no verdict on held-out samples can show a gain or a loss through cleaning."""
        return self.nothing_cleaned or self.too_few_units

    @property
    def nothing_cleaned(self) -> bool:
        """Whether both models had the same labels, so that no difference is due to cleaning."""
        return self.changed == 0

    @property
    def alike(self) -> bool:
        """Whether both models name the same class for every held-out sample that counts."""
        return self.disagreements == self.undecidable

    @property
    def by_nobody(self) -> bool:
        """Whether no verdict changed a label that was trained on: all changes are LNL's own."""
        return self.by_verdicts == 0

    @property
    def by_few(self) -> bool:
        """Whether most of the labels that changed are LNL's suggestions that nobody looked at."""
        if self.changed is None or self.by_verdicts is None:
            return False
        return 2 * self.by_verdicts < self.changed

    @property
    def best(self) -> Estimate:
        """The verified difference where there is one, else the estimated."""
        return self.verified or self.estimated

    @property
    def kind(self) -> str:
        """What `best` rests on: `VERIFIED`, `ESTIMATED` or `ALIKE`."""
        if self.alike:
            return ALIKE
        return ESTIMATED if self.verified is None else VERIFIED


def gain_now(
    found: TrainingComparison,
    label: np.ndarray,
    status: np.ndarray,
    looked_at: np.ndarray,
    *,
    reasons: np.ndarray | None = None,
    held_looked_at: np.ndarray | None = None,
) -> Gain:
    """The gain of cleaning from the verdicts in force.

    Args:
        found: the two models.
        label: (N,) int current labels of all samples of the project.
        status: (N,) uint8 their states.
        looked_at: (d,) bool, whether a person looked at `found.rows`, as by
            `lnl_gui.store.history.looked_at`: a verdict on more samples at once than can be looked
            at confirms nothing.
        reasons: (d,) int, 1 where the detectors' opinions were to be seen when they were decided
            on, 0 where not, -1 where that is not known, as by
            `lnl_gui.store.history.looked_at.reasons_seen`; None for -1 everywhere.
        held_looked_at: (H,) bool, as `looked_at` of `found.held`; None where only those of
            `found.rows` are known.
    """
    decided_on = _verdicts(found, label, status, looked_at, held_looked_at)
    if reasons is None:
        reasons = np.full(len(found), -1, np.int8)
    # Of a class that was deleted since: there is nothing to hold the models against.
    labelled = label[found.rows] >= 0
    found, looked_at, reasons = _of_rows(found, labelled), looked_at[labelled], reasons[labelled]
    state = status[found.rows]
    decided, out = _decided(state, looked_at), _left_out(state, looked_at)
    change = _change(found, label)
    units = _units(found, label, out)
    samples = max(1, units.samples)
    gained, lost = int((change[decided] > 0).sum()), int((change[decided] < 0).sum())
    waiting = ~decided & ~out
    exact = not waiting.any()
    further = 0.0 if found.further_gain is None else float(found.further_gain[waiting].sum())
    further /= samples
    tested = exact and found.changed != 0
    alike = bool(out.all())
    gain = Gain(
        # What both models say alike they gain nothing on, whatever is true there.
        estimated=unit_difference(change[decided], units.take(decided))
        if alike
        else _estimated(found, change, decided, waiting, units, further),
        # Of nothing that was cleaned nothing can be confirmed, not even that it brought nothing;
        # and where nothing differs nobody has confirmed anything.
        verified=None if alike or found.changed == 0 else _verified(change, decided, out, units),
        exact=exact,
        disagreements=len(found),
        open=int(waiting.sum()),
        undecidable=int(out.sum()),
        seen_before=int((decided & _perhaps_seen(found, reasons)).sum()),
        corrected=gained,
        degraded=lost,
        p_value=exact_unit_test(units.take(decided).sums(change[decided])) if tested else None,
        compared=samples,
        changed=found.changed,
        further=further,
        units=None if units.alone else units.count,
        classes_edited=found.classes_edited,
        not_followed=found.not_followed,
        decided=decided_on[0],
        decided_at_once=decided_on[1],
        by_verdicts=found.by_verdicts,
    )
    return _without_claim(gain) if gain.too_few_units else gain


def _perhaps_seen(found: TrainingComparison, reasons: np.ndarray) -> np.ndarray:
    """Of which disagreements verdicts may lean on the detectors' opinions, bool (d,)."""
    # Blind is what `gain` asks for since the training, as with a table of its paths.
    perhaps: np.ndarray = (reasons > 0) | ((reasons < 0) & found.decided)
    return perhaps


def _verdicts(
    found: TrainingComparison,
    label: np.ndarray,
    status: np.ndarray,
    looked_at: np.ndarray,
    held_looked_at: np.ndarray | None,
) -> tuple[int, int]:
    """How many held-out samples that count a person decided on with a look, and without one."""
    held = found.held_rows
    if found.held is None:
        held_looked_at = looked_at
    elif held_looked_at is None:
        held_looked_at = np.isin(held, found.rows[looked_at])
    decided = np.isin(status[held], (KEPT, RELABELLED)) & (label[held] >= 0)
    return int((decided & held_looked_at).sum()), int((decided & ~held_looked_at).sum())


def _without_claim(gain: Gain) -> Gain:
    """With intervals that rule nothing out."""

    def open_to_both_sides(found: Estimate) -> Estimate:
        return Estimate(found.value, -1.0, 1.0)

    return replace(
        gain,
        estimated=open_to_both_sides(gain.estimated),
        verified=open_to_both_sides(gain.verified) if gain.verified else None,
    )


def _change(found: TrainingComparison, label: np.ndarray) -> np.ndarray:
    """(d,) int64: 1 where the curated model alone is right by the labels (N,), -1 the other."""
    label = label[found.rows]
    return (found.after == label).astype(np.int64) - (found.before == label)


def _of_rows(found: TrainingComparison, chosen: np.ndarray) -> TrainingComparison:
    """Only some of the disagreements, bool (d,); of no others is anything held out."""
    if chosen.all():
        return found
    names = ("rows", "before", "after", "right_before", "right_after", "decided", FURTHER, "right")
    arrays = {name: getattr(found, name) for name in names}
    taken = {name: array[chosen] for name, array in arrays.items() if array is not None}
    left = found.samples - int((~chosen).sum())
    # With all that were held out on record they are counted by their labels.
    return replace(found, **taken, samples=left if found.held is None else found.samples)


def _units(found: TrainingComparison, label: np.ndarray, out: np.ndarray) -> Units:
    """The units of the held-out samples that count, by the labels (N,) of now.

    Args:
        found: the two models.
        label: of all samples of the project.
        out: (d,) bool, disagreements that count neither way.
    """
    if found.held is None or found.unit is None:
        # As many as there are; the disagreements first.
        counted = np.ones(found.samples, np.int64)
        counted[: len(found)][out] = 0
        return Units(counted, np.arange(len(found)))
    counts = label[found.held] >= 0
    place = np.searchsorted(found.held, found.rows)
    counts[place[out]] = False
    _, unit = np.unique(found.unit, return_inverse=True)
    unit = unit.reshape(-1)
    return Units(np.bincount(unit[counts], minlength=int(unit.max(initial=-1)) + 1), unit[place])


def open_rows(
    found: TrainingComparison, label: np.ndarray, status: np.ndarray, looked_at: np.ndarray
) -> np.ndarray:
    """The rows nobody has decided on, int64 (n,) in random order; arguments as of `gain_now`."""
    state = status[found.rows]
    decided, out = _decided(state, looked_at), _left_out(state, looked_at)
    return found.rows[~decided & ~out & (label[found.rows] >= 0)]


def _decided(state: np.ndarray, looked_at: np.ndarray) -> np.ndarray:
    return np.isin(state, (KEPT, RELABELLED)) & looked_at


def _left_out(state: np.ndarray, looked_at: np.ndarray) -> np.ndarray:
    # What a script excludes unseen stays in the exam: it would take out what a model finds hard.
    return np.isin(state, (EXCLUDED, *UNDECIDED)) & looked_at


def gain_to_dict(gain: Gain) -> dict[str, Any]:
    """The JSON form: `difference` is the verified one where there is one, and says which it is."""
    best = gain.best
    return {
        "difference": best.value,
        "difference_interval": [best.low, best.high],
        "difference_kind": gain.kind,
        ESTIMATED: asdict(gain.estimated),
        VERIFIED: asdict(gain.verified) if gain.verified else None,
        **{name: getattr(gain, name) for name in _FIGURES},
        _CHANGED: gain.changed,
        FURTHER: gain.further,
        **{name: getattr(gain, name) for name in _LATER},
    }


def gain_from_dict(values: dict[str, Any]) -> Gain:
    """The gain from its JSON form, as a run records it."""
    verified = values[VERIFIED]
    return Gain(
        estimated=Estimate(**values[ESTIMATED]),
        verified=Estimate(**verified) if verified else None,
        **{name: values[name] for name in _FIGURES},
        changed=values.get(_CHANGED),
        further=values.get(FURTHER, 0.0),
        **{name: values.get(name, otherwise) for name, otherwise in _LATER.items()},
    )


def _estimated(
    found: TrainingComparison,
    change: np.ndarray,
    decided: np.ndarray,
    waiting: np.ndarray,
    units: Units,
    further: float,
) -> Estimate:
    """Mean change, known where it was decided and expected elsewhere; it may be `further` more."""
    samples = max(1, units.samples)
    expected = np.where(decided, change, found.right_after - found.right_before)
    square = np.where(decided, np.abs(change), found.right_after + found.right_before)
    counted = decided | waiting
    value = float(expected[counted].sum()) / samples
    # What is not decided changes together with the others of its unit, as frames do.
    open_size = np.where(waiting, np.sqrt(square.clip(0.0)), 0.0)
    known = np.where(decided, change, 0)
    together = float(((np.abs(units.sums(known)) + units.sums(open_size)) ** 2).sum())
    together -= float((open_size**2).sum() + (known**2).sum())
    alike = float((units.sizes**2).sum()) * value**2
    variance = max(0.0, float(square[counted].sum()) + together - alike) / samples**2
    # One unit more either way: few disagreements say little about a difference.
    variance += (units.usual_size / samples) ** 2
    # What the model behind the corrected labels may be off by counts for what is not decided.
    share = float(waiting.sum()) / max(1, int(counted.sum()))
    reach = units.critical * math.sqrt(variance + (share * found.model_error) ** 2)
    return Estimate(value, max(-1.0, value - reach), min(1.0, value + reach + further))


def _verified(
    change: np.ndarray, decided: np.ndarray, out: np.ndarray, units: Units
) -> Estimate | None:
    """The difference from verdicts alone: on all disagreements, or on the first in random order."""
    closed = decided | out
    first = len(closed) if closed.all() else int(np.argmin(closed))
    judged = np.flatnonzero(decided[:first])
    if first == len(closed):
        return unit_difference(change[judged], units.take(judged))
    several = len(np.unique(units.of[judged])) >= LEAST_UNITS
    if len(judged) < LEAST_REVIEWED or not several:
        return None
    left = 1 - first / len(closed)
    return _from_part(change[judged], units.take(judged), units.take(~out), left=left)


def _from_part(known: np.ndarray, judged: Units, whole: Units, *, left: float) -> Estimate:
    """Difference when a random part of the disagreements was decided.

    Args:
        known: (n,) changes -1, 0 and 1 of the part.
        judged: the units of the part.
        whole: those of all disagreements that count.
        left: share of the disagreements that are not in the part.
    """
    samples = max(1, whole.samples)
    share = len(whole.of) / samples
    value = share * float(known.mean())
    # One gain and one loss more: of few samples that all say the same, the spread would be 0.
    padded = np.append(known, (1, -1))
    part = left * share**2 * float(padded.var()) / len(known)
    # Of two of one unit: how alike they are, with one pair more that is.
    shared = float((judged.sums(known) ** 2).sum() - (known**2).sum())
    alike = max(0.0, (shared + 2.0) / (judged.pairs + 2.0))
    spread = share * samples * float((padded**2).mean()) + whole.pairs * alike
    spread = max(0.0, spread - float((whole.sizes**2).sum()) * value**2) / samples**2
    freedom = min(len(known), len(np.unique(judged.of))) - 1
    reach = student_critical_value(freedom, PART_CONFIDENCE) * math.sqrt(part + spread)
    return Estimate(value, max(-1.0, value - reach), min(1.0, value + reach))
