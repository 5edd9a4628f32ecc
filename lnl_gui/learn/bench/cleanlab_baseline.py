"""cleanlab as a baseline detector on the same embeddings, where it is installed.

Confident learning (Northcutt, Jiang & Chuang, JAIR 2021) as cleanlab's documentation runs it:
out-of-fold probabilities of a logistic regression, its filters and its scores.
"""

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lnl_gui.detect.detectors.confident_learning import FILTERS, SCORES
from lnl_gui.learn.bench.findings import Finding

VARIANTS: dict[str, tuple[str, str]] = {
    f"cleanlab {name}": (SCORES[0], name) for name in FILTERS
} | {f"cleanlab {name}": (name, FILTERS[0]) for name in SCORES[1:]}
"""Name -> score and filter: every filter with the default score, every score with the default
filter."""
STRENGTHS = (0.0003, 0.001, 0.003, 0.01, 0.1)
"""Regularisations C to choose from. On standardised embeddings of a thousand dimensions
scikit-learn's default of 1 overfits."""
FOLDS = 5


def installed() -> bool:
    """Whether there is a cleanlab to compare with."""
    return find_spec("cleanlab") is not None


def can_judge(given: np.ndarray) -> bool:
    """Whether every class that occurs among labels (N,) has a sample for each fold."""
    counts = np.bincount(given)
    return int(counts[counts > 0].min()) >= FOLDS


def held_out_probabilities(
    embeddings: Sequence[np.ndarray],
    given: np.ndarray,
    *,
    seed: int,
) -> np.ndarray:
    """Out-of-fold class probabilities (N, C) of a logistic regression, float64.

    Of the `STRENGTHS` the one that agrees best with the given labels is kept.

    Args:
        embeddings: K spaces (N, D_k), joined and standardised.
        given: (N,) int labels; C is the number of classes that occur.
        seed: of the folds.
    """
    inputs = np.concatenate([np.asarray(e, np.float32) for e in embeddings], axis=1)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    best, kept = -1.0, np.empty(0)
    for strength in STRENGTHS:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=200))
        found = cross_val_predict(model, inputs, given, cv=folds, method="predict_proba")
        # By the given labels, the only ones a user of cleanlab has.
        agreement = float((found.argmax(1) == given).mean())
        if agreement > best:
            best, kept = agreement, found
    return kept


def judge(variant: str, given: np.ndarray, probabilities: np.ndarray) -> Finding:
    """Find wrong labels by one of cleanlab's filters and scores.

    Args:
        variant: a key of `VARIANTS`.
        given: (N,) int labels.
        probabilities: (N, C), out-of-fold.
    """
    from cleanlab.filter import find_label_issues  # noqa: PLC0415 - an extra
    from cleanlab.rank import get_label_quality_scores  # noqa: PLC0415 - an extra

    score, rule = VARIANTS[variant]
    quality = get_label_quality_scores(given, probabilities, method=score, adjust_pred_probs=False)
    flagged = find_label_issues(given, probabilities, filter_by=rule, n_jobs=1)
    return Finding(1.0 - quality, flagged, probabilities.argmax(1))
