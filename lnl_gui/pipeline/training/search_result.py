"""What a search for settings found, and whether it is more than luck.

The best of N trials is compared with what the recipe's own numbers, the first trial, led to (the
linear probe, where that training kept it). Both answered the same validation samples: the p-value
is that of the exact test of paired answers, in which copies are one witness, times the N - 1 trials
that could have come out best (Bonferroni). Where all settings are equally good, at most 5 % of
searches call one clearly better; simulated in `test_search_result`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lnl_gui.learn.training.validation_answers import unpack
from lnl_gui.pipeline.training.trial import TrialOutcome, Values
from lnl_gui.util.statistics.intervals import wilson
from lnl_gui.util.statistics.paired import SIGNIFICANT, paired_difference
from lnl_gui.util.statistics.paired_units import exact_unit_test, usual_size


def facts_of(number: int, outcome: TrialOutcome | None) -> Values:
    """What is told of a trial beside its settings, see `search_words.TRIAL_FACTS`."""
    if outcome is None:
        return {"number": number, "validation_accuracy": None}
    return {
        "number": number,
        "validation_accuracy": outcome.accuracy,
        "chosen": outcome.chosen,
        "kept_probe": outcome.kept_probe,
        "probe_accuracy": outcome.probe_accuracy,
    }


def search_metrics(
    settings: Sequence[Values], outcomes: Sequence[TrialOutcome | None], names: Sequence[str]
) -> dict[str, Any]:
    """The figures of a search.

    Args:
        settings: what each trial was given, the first the recipe's own numbers.
        outcomes: of the same; None of those that learnt nothing, which not all are.
        names: of the settings that were searched.
    """
    known = [at for at, outcome in enumerate(outcomes) if outcome is not None]
    better = [
        at for at, outcome in enumerate(outcomes) if outcome is not None and not outcome.kept_probe
    ]
    found: dict[str, Any] = {
        "trials": [
            {**facts_of(at + 1, outcome), **values}
            for at, (values, outcome) in enumerate(zip(settings, outcomes, strict=True))
        ],
        "best": None,
        "best_trial": None,
        "validation_accuracy": None,
        "default_validation_accuracy": outcomes[0].accuracy if outcomes[0] else None,
        "probe_accuracy": _some(outcomes).probe_accuracy,
        "validation_samples": _some(outcomes).samples,
        "nothing_beat_the_probe": not better,
        "clearly_better": None if outcomes[0] is None and better else False,
    }
    if not better:
        return found
    # Of equal ones the first: the recipe's own numbers need no reason.
    at = max(better, key=lambda at: (_accuracy(outcomes[at]), -at))
    best = outcomes[at]
    assert best is not None
    found |= {
        "best": {name: settings[at][name] for name in names},
        "best_trial": at + 1,
        "validation_accuracy": best.accuracy,
        "validation_accuracy_interval": _interval(best),
    }
    if at and outcomes[0] is not None:
        found |= _comparison(outcomes[0], best, choices=sum(1 for each in known if each))
    return found


def _some(outcomes: Sequence[TrialOutcome | None]) -> TrialOutcome:
    return next(outcome for outcome in outcomes if outcome is not None)


def _accuracy(outcome: TrialOutcome | None) -> float:
    return -1.0 if outcome is None else outcome.accuracy


def _units(outcome: TrialOutcome) -> np.ndarray:
    """(V,) int unit of each validation sample; copies share one."""
    groups = np.asarray(outcome.groups or [-1] * outcome.samples)
    alone = groups < 0
    # Each a number of its own, above those of the groups.
    groups = np.where(alone, groups.max(initial=0) + 1 + np.arange(len(groups)), groups)
    return np.unique(groups, return_inverse=True)[1]


def _worth(outcome: TrialOutcome) -> float:
    """How many samples count as one: at most as many as the group that one is in has."""
    return max(1.0, usual_size(np.bincount(_units(outcome))))


def _interval(outcome: TrialOutcome) -> list[float]:
    independent = max(1, round(outcome.samples / _worth(outcome)))
    found = wilson(outcome.accuracy, independent)
    return [found.low, found.high]


def _comparison(default: TrialOutcome, best: TrialOutcome, *, choices: int) -> dict[str, Any]:
    """Paired figures of the best trial and the recipe's own numbers.

    Args:
        default: what the first trial reached.
        best: what the best one of the others did.
        choices: how many others there were.
    """
    samples = default.samples
    before = default.probe_packed if default.kept_probe else default.packed
    changes = unpack(best.packed, samples).astype(int) - unpack(before, samples)
    gained, lost = int((changes > 0).sum()), int((changes < 0).sum())
    chance = min(1.0, choices * exact_unit_test(np.bincount(_units(best), changes)))
    clear = gained > lost and chance < SIGNIFICANT
    worth = _worth(best)
    interval = paired_difference(
        gained / worth,
        lost / worth,
        max(1.0, samples / worth),
        confidence=1.0 - SIGNIFICANT / choices,
    )
    low, high = interval.low, interval.high
    # Nothing is claimed that the exact test denies.
    return {
        "compared_accuracy": default.probe_accuracy if default.kept_probe else default.accuracy,
        "compared_with_probe": default.kept_probe,
        "gained": gained,
        "lost": lost,
        "difference": interval.value,
        "difference_interval": [low, high] if clear else [min(low, 0.0), max(high, 0.0)],
        "p_value": chance,
        "compared_trials": choices,
        "clearly_better": clear,
    }
