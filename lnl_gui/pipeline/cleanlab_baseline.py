"""cleanlab as a rival, on the same embeddings in the same run, where it is installed."""

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lnl_gui.detect.detectors.registry import run_detector
from lnl_gui.detect.grid import Case, Finding, Method

FILTERS = (
    "prune_by_noise_rate",
    "prune_by_class",
    "both",
    "confident_learning",
    "predicted_neq_given",
)
SCORES = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
STRENGTHS = (0.0003, 0.001, 0.003, 0.01, 0.1)
FOLDS = 5


def installed() -> bool:
    """Whether there is a cleanlab to compare with."""
    return find_spec("cleanlab") is not None


def can_judge(case: Case) -> bool:
    """Whether every class that occurs has a sample for each fold."""
    counts = np.bincount(case.given)
    return int(counts[counts > 0].min()) >= FOLDS


def held_out_probabilities(case: Case, strengths: Sequence[float] = STRENGTHS) -> np.ndarray:
    """(N, C) by 5-fold logistic regression; the strength with the best agreement is kept."""
    inputs = np.concatenate([np.asarray(e, np.float32) for e in case.embeddings], axis=1)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=case.seed)
    best, kept = -1.0, np.empty(0)
    for strength in strengths:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=200))
        found = cross_val_predict(model, inputs, case.given, cv=folds, method="predict_proba")
        agreement = float((found.argmax(1) == case.given).mean())
        if agreement > best:
            best, kept = agreement, found
    return kept


def cleanlab_method(case: Case) -> dict[str, Finding]:
    """Every filter of cleanlab with its default score, and every score with the default filter."""
    from cleanlab.filter import find_label_issues  # noqa: PLC0415 - an extra
    from cleanlab.rank import get_label_quality_scores  # noqa: PLC0415 - an extra

    probabilities = held_out_probabilities(case)
    suggested = probabilities.argmax(1)
    suspicion = {
        name: 1.0
        - get_label_quality_scores(
            case.given,
            probabilities,
            method=name,
            adjust_pred_probs=False,
        )
        for name in SCORES
    }
    flagged = {
        name: find_label_issues(case.given, probabilities, filter_by=name, n_jobs=1)
        for name in FILTERS
    }
    findings = {
        f"cleanlab {name}": Finding(suspicion[SCORES[0]], flags, suggested)
        for name, flags in flagged.items()
    }
    for name in SCORES[1:]:
        findings[f"cleanlab {name}"] = Finding(suspicion[name], flagged[FILTERS[0]], suggested)
    return findings


def registered_method(name: str) -> Method:
    """A detector of ours by name, flagging at a score of one half."""

    def judge(case: Case) -> dict[str, Finding]:
        found = run_detector(
            name,
            case.embeddings,
            case.given,
            number_of_classes=case.number_of_classes,
            seed=case.seed,
        )
        suspicion = np.nan_to_num(found.score)
        return {name: Finding(suspicion, suspicion > 0.5, found.vote)}

    return judge
