"""Two trained models on the same held-out samples: where they differ, and what that is worth.

Only the samples on which the two disagree decide which is better. They are kept in an order drawn
at random, so that whoever reviews the first few has judged a random part of them. From the verdicts
in force comes the *verified* difference, from corrected given labels the *estimated* one.
"""

import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.store.classes import LabelMap
from lnl_gui.store.derived_files import readable_table
from lnl_gui.store.samples import EXCLUDED, KEPT, RELABELLED, UNDECIDED
from lnl_gui.util.atomic import atomic_file
from lnl_gui.util.intervals import Estimate, critical_value, student_critical_value
from lnl_gui.util.paired import exact_sign_test, significant_difference

VERIFIED, ESTIMATED = "verified", "estimated"
FILE_NAME = "disagreements.npz"
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
_FIELDS = ("rows", "before", "after", "right_before", "right_after", "decided", "figures")
_FIGURE_SHAPES = ((2,), (3,))
"""Without and with the number of changed labels, which was not kept at first."""
_KINDS = "iiiffbf"
"""Their kinds of numbers."""
_FURTHER = "further_gain"
"""In the file and the JSON form; what earlier versions wrote does not have it."""


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
        further_gain: (d,) float64 by how much the change may be more, if held-out labels have the
            errors that people repaired in those trained on; None where that is not on record.
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

    def __len__(self) -> int:
        return len(self.rows)


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
        seen_before: decided before the training, perhaps with the suggestion in sight.
        corrected: decided samples that the curated model has right and the other wrong.
        degraded: the other way round.
        p_value: of McNemar's exact test on these; None unless `exact`.
        compared: held-out samples, without those that count neither way.
        changed: how many labels that were trained on differ from the given ones; None where that is
            not on record.
        further: by how much the estimated difference may be more, if held-out labels have the
            errors that people repaired in those trained on; its interval holds that.
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

    @property
    def nothing_cleaned(self) -> bool:
        """Whether both models had the same labels, so that no difference is due to cleaning."""
        return self.changed == 0

    @property
    def best(self) -> Estimate:
        """The verified difference where there is one, else the estimated."""
        return self.verified or self.estimated


def save_comparison(folder: Path, found: TrainingComparison) -> None:
    """Write it into the folder of a trained model, whole or not at all."""
    figures = np.array([found.samples, found.model_error], np.float64)
    if found.changed is not None:
        figures = np.append(figures, found.changed)
    more: dict[str, Any] = {}
    if found.further_gain is not None:
        more[_FURTHER] = found.further_gain
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
    further = stored.get(_FURTHER)
    if further is not None and (
        further.shape != rows.shape or further.dtype.kind != "f" or not np.isfinite(further).all()
    ):
        return None
    found = TrainingComparison(*arrays, samples, float(figures[1]), changed, further)
    return found if meaning.table is None else _for_classes(found, meaning)


def _for_classes(found: TrainingComparison, meaning: LabelMap) -> TrainingComparison:
    """Without the samples for which the two models name what is one class now."""
    before, after = meaning.of(found.before), meaning.of(found.after)
    differ = before != after
    return replace(
        found,
        rows=found.rows[differ],
        before=before[differ],
        after=after[differ],
        right_before=found.right_before[differ],
        right_after=found.right_after[differ],
        decided=found.decided[differ],
        further_gain=None if found.further_gain is None else found.further_gain[differ],
    )


def gain_now(
    found: TrainingComparison, label: np.ndarray, status: np.ndarray, looked_at: np.ndarray
) -> Gain:
    """The gain of cleaning from the verdicts in force.

    Args:
        found: the two models.
        label: (N,) int current labels of all samples of the project.
        status: (N,) uint8 their states.
        looked_at: (d,) bool, whether a person looked at `found.rows`, as by
            `lnl_gui.store.looked_at`: a verdict on more samples at once than can be looked at
            confirms nothing.
    """
    state, label = status[found.rows], label[found.rows]
    decided, out = _decided(state, looked_at), _left_out(state)
    change = (found.after == label).astype(np.int64) - (found.before == label)
    samples = max(1, found.samples - int(out.sum()))
    gained, lost = int((change[decided] > 0).sum()), int((change[decided] < 0).sum())
    waiting = ~decided & ~out
    exact = not waiting.any()
    further = 0.0 if found.further_gain is None else float(found.further_gain[waiting].sum())
    further /= samples
    return Gain(
        estimated=_estimated(found, change, decided, waiting, samples, further),
        # Of nothing that was cleaned nothing can be confirmed, not even that it brought nothing.
        verified=None if found.changed == 0 else _verified(change, decided, out, samples),
        exact=exact,
        disagreements=len(found),
        open=int(waiting.sum()),
        undecidable=int(out.sum()),
        seen_before=int((decided & found.decided).sum()),
        corrected=gained,
        degraded=lost,
        p_value=exact_sign_test(gained, lost) if exact and found.changed != 0 else None,
        compared=samples,
        changed=found.changed,
        further=further,
    )


def open_rows(found: TrainingComparison, status: np.ndarray, looked_at: np.ndarray) -> np.ndarray:
    """The rows nobody has decided on, int64 (n,) in random order; arguments as of `gain_now`."""
    state = status[found.rows]
    return found.rows[~_decided(state, looked_at) & ~_left_out(state)]


def _decided(state: np.ndarray, looked_at: np.ndarray) -> np.ndarray:
    return np.isin(state, (KEPT, RELABELLED)) & looked_at


def _left_out(state: np.ndarray) -> np.ndarray:
    return np.isin(state, (EXCLUDED, *UNDECIDED))


def gain_to_dict(gain: Gain) -> dict[str, Any]:
    """The JSON form: `difference` is the verified one where there is one, and says which it is."""
    best = gain.best
    return {
        "difference": best.value,
        "difference_interval": [best.low, best.high],
        "difference_kind": VERIFIED if gain.verified else ESTIMATED,
        ESTIMATED: asdict(gain.estimated),
        VERIFIED: asdict(gain.verified) if gain.verified else None,
        **{name: getattr(gain, name) for name in _FIGURES},
        _CHANGED: gain.changed,
        _FURTHER: gain.further,
    }


def gain_from_dict(values: dict[str, Any]) -> Gain:
    """The gain from its JSON form, as a run records it."""
    verified = values[VERIFIED]
    return Gain(
        estimated=Estimate(**values[ESTIMATED]),
        verified=Estimate(**verified) if verified else None,
        **{name: values[name] for name in _FIGURES},
        changed=values.get(_CHANGED),
        further=values.get(_FURTHER, 0.0),
    )


def _estimated(
    found: TrainingComparison,
    change: np.ndarray,
    decided: np.ndarray,
    waiting: np.ndarray,
    samples: int,
    further: float,
) -> Estimate:
    """Mean change, known where it was decided and expected elsewhere; it may be `further` more."""
    expected = np.where(decided, change, found.right_after - found.right_before)
    square = np.where(decided, np.abs(change), found.right_after + found.right_before)
    counted = decided | waiting
    value = float(expected[counted].sum()) / samples
    variance = max(0.0, float(square[counted].sum()) / samples - value**2) / samples
    # One sample more either way: few disagreements say little about a difference.
    variance += 1.0 / samples**2
    # What the model behind the corrected labels may be off by counts for what is not decided.
    share = float(waiting.sum()) / max(1, int(counted.sum()))
    reach = critical_value(0.95) * math.sqrt(variance + (share * found.model_error) ** 2)
    return Estimate(value, max(-1.0, value - reach), min(1.0, value + reach + further))


def _verified(
    change: np.ndarray, decided: np.ndarray, out: np.ndarray, samples: int
) -> Estimate | None:
    """The difference from verdicts alone: on all disagreements, or on the first in random order."""
    closed = decided | out
    first = len(closed) if closed.all() else int(np.argmin(closed))
    known = change[:first][decided[:first]]
    if first == len(closed):
        return significant_difference(int((known > 0).sum()), int((known < 0).sum()), samples)
    if len(known) < LEAST_REVIEWED:
        return None
    share = (len(closed) - int(out.sum())) / samples
    return _from_part(known, share, samples, left=1 - first / len(closed))


def _from_part(known: np.ndarray, share: float, samples: int, *, left: float) -> Estimate:
    """Difference when a random part of the disagreements was decided.

    Args:
        known: (n,) changes -1, 0 and 1 of the part.
        share: of the held-out samples that the models disagree on.
        samples: held-out samples.
        left: share of the disagreements that are not in the part.
    """
    value = share * float(known.mean())
    # One gain and one loss more: of few samples that all say the same, the spread would be 0.
    padded = np.append(known, (1, -1))
    part = left * share**2 * float(padded.var()) / len(known)
    whole = max(0.0, share * float((padded**2).mean()) - value**2) / samples
    reach = student_critical_value(len(known) - 1, PART_CONFIDENCE) * math.sqrt(part + whole)
    return Estimate(value, max(-1.0, value - reach), min(1.0, value + reach))
