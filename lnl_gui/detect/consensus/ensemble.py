"""First members of the consensus: out-of-fold scores of linear probes with robust losses.

The strength of each probe's L2 penalty is found by hill climbing on out-of-fold agreement with the
given labels, the only criterion without truth. Above `SEARCH_ROWS` samples the climb looks at an
evenly spread part and the whole is fitted once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from torch import Tensor

from lnl_gui.detect.consensus.problem import Problem
from lnl_gui.detect.probes.class_softmax import log_softmax_of_classes
from lnl_gui.detect.probes.cross_fitting import cross_fit, train_probes
from lnl_gui.detect.probes.hill_climbing import hill_climb
from lnl_gui.detect.probes.nested_folds import (
    can_nest,
    own_scores,
    pair_exclusions,
    pair_log_scores,
)
from lnl_gui.detect.probes.robust_loss import ActivePassive, EarlyLearning, GradientRule
from lnl_gui.util.process.side_by_side import side_by_side
from lnl_gui.util.progress import Progress

SEARCH_ROWS = 8_000
"""Samples the climb looks at: the standard error of an agreement is then .6 % at most."""
PENALTIES = 7
MOST_MEMORY_CELLS = 100_000_000
"""Of early learning's running means (n, K, c); above this its probe is left out."""
# The middle of the grid, so that the climb is short whichever way it goes.
_FIRST_PENALTY = 3


@dataclass(frozen=True)
class EnsembleMember:
    """One score matrix of the consensus.

    Attributes:
        name: shown beside its weight.
        scores: (n, c) float32 out-of-fold log-probabilities.
        agreement: share of samples whose best class is their label.
        penalty: index of the L2 strength in its probe's grid; None where there is none.
        nested: (n, K, c) float32, see `lnl_gui.detect.probes.nested_folds`; None where it is not
            known.
    """

    name: str
    scores: Tensor
    agreement: float
    penalty: int | None = None
    nested: Tensor | None = None


@dataclass(frozen=True)
class ProbeFamily:
    """A robust loss with its grid of L2 strengths.

    Attributes:
        name: shown beside its weight.
        rule: makes the loss for n samples.
        penalties: (`PENALTIES`,) L2 strengths for c classes, rising.
    """

    name: str
    rule: Callable[[int], GradientRule]
    penalties: Callable[[int], np.ndarray]


def _active_passive(samples: int) -> GradientRule:
    return ActivePassive()


# Over eight label sets of CIFAR-10 these two lead the robust losses (mean F1 of a per-class mixture
# .876 and .866; GCE .850, CE .793, dynamic weights .754).
ROBUST_PROBES = (
    ProbeFamily("NCE+RCE", _active_passive, lambda c: np.geomspace(0.003, 3.0, PENALTIES) / c),
    ProbeFamily(
        "ELR", EarlyLearning, lambda c: 0.03 * np.geomspace(0.03, 10.0, PENALTIES) / c**0.5
    ),
)


def agreement(scores: Tensor, labels: Tensor) -> float:
    """Share in [0, 1] of rows of `scores` (n, C) whose highest is at their label (n,) int64."""
    return float((scores.argmax(1) == labels).double().mean())


def tolerance(share: float, count: int) -> float:
    """One standard error of an agreement `share` in [0, 1] over `count` samples (binomial)."""
    return float(np.sqrt(max(share * (1.0 - share), 0.0) / count))


def search_rows(count: int) -> slice:
    """Evenly spread rows of `count`, at most `SEARCH_ROWS` of them."""
    return slice(None, None, max(1, -(-count // SEARCH_ROWS)))


def robust_members(
    problem: Problem,
    *,
    penalties: Mapping[str, int] = MappingProxyType({}),
    threads: int = 1,
    seed: int,
    progress: Progress,
) -> list[EnsembleMember]:
    """Fit each probe and keep those within one standard error of the best agreement.

    The one-standard-error rule of cross-validation (Breiman et al. 1984): a probe that is only by
    chance the worse one still lowers the variance of the mean of their log-probabilities.

    Args:
        problem: n samples of c classes.
        penalties: index of the L2 strength of each probe, by name, as an earlier fit on the same
            samples found it, which spares the climb; probes it does not name are left out.
        threads: how many probes are fitted at a time; the result is the same.
        seed: of the order of the samples.
        progress: called at every step; may raise `Cancelled`.
    """
    cells = len(problem.given) * problem.number_of_folds * len(problem.present)
    probes_tried: Sequence[ProbeFamily] = ROBUST_PROBES
    if cells > MOST_MEMORY_CELLS:
        probes_tried = ROBUST_PROBES[:1]
    if penalties:
        probes_tried = [probe for probe in probes_tried if probe.name in penalties]

    def fit(probe: ProbeFamily, report: Progress) -> EnsembleMember:
        known = penalties.get(probe.name)
        # How many fits a climb takes is not known beforehand: at every step it is only asked
        # whether to stop.
        return _fit(
            problem, probe, penalty=known, seed=seed, progress=lambda step, steps: report(0, 1)
        )

    fitted = side_by_side(
        [partial(fit, probe) for probe in probes_tried],
        threads,
        lambda done, _: progress(done, len(probes_tried)),
    )
    if penalties:
        return fitted
    best = max(member.agreement for member in fitted)
    floor = best - tolerance(best, len(problem.given))
    return [member for member in fitted if member.agreement >= floor]


def _fit(
    problem: Problem, probe: ProbeFamily, *, penalty: int | None, seed: int, progress: Progress
) -> EnsembleMember:
    classes, probes = len(problem.present), problem.number_of_folds
    penalties = probe.penalties(classes)

    def scores_of(rows: slice, index: int) -> Tensor:
        labels = problem.labels[rows]
        logits, _ = cross_fit(
            problem.matrix_on_device[rows],
            labels,
            probe.rule(len(labels)),
            problem.folds[rows],
            classes=classes,
            probes=probes,
            weight_decay=float(penalties[index]),
            sample_weights=problem.weight[rows],
            seed=seed,
            progress=progress,
        )
        return log_softmax_of_classes(logits)

    nest = problem.nested and can_nest(len(problem.given), probes, classes)

    def whole(index: int) -> EnsembleMember:
        nested = None
        if nest:
            nested = _nested(problem, probe, float(penalties[index]), seed, progress)
        scores = (
            scores_of(slice(None), index) if nested is None else own_scores(nested, problem.folds)
        )
        share = agreement(scores, problem.labels)
        return EnsembleMember(probe.name, scores, share, index, nested)

    if penalty is not None:
        return whole(penalty)
    part = search_rows(len(problem.given))

    def evaluate(index: int) -> tuple[float, Tensor]:
        scores = scores_of(part, index)
        return agreement(scores, problem.labels[part]), scores

    chosen, share, scores = hill_climb(evaluate, PENALTIES, _FIRST_PENALTY)
    # The penalty stands beside the mean loss, so that the part's choice holds for all samples.
    if nest or part.step > 1:
        return whole(chosen)
    return EnsembleMember(probe.name, scores, share, chosen)


def _nested(
    problem: Problem, probe: ProbeFamily, penalty: float, seed: int, progress: Progress
) -> Tensor:
    """(n, K, c) of one probe for each pair of folds."""
    excluded = pair_exclusions(problem.number_of_folds)
    number, classes = excluded.shape[1], len(problem.present)
    *_, trained = train_probes(
        problem.matrix_on_device,
        problem.labels,
        probe.rule(len(problem.given)),
        classes=classes,
        folds=problem.folds,
        excluded=excluded,
        probes=number,
        weight_decay=penalty,
        sample_weights=problem.weight,
        seed=seed,
        progress=progress,
    )
    return pair_log_scores(
        problem.matrix_on_device, problem.folds, trained, problem.number_of_folds
    )
