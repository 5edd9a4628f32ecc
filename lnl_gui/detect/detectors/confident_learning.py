"""Confident learning on out-of-fold probabilities.

Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels" (JAIR
2021), with the counting, calibration and rounding of the cleanlab package, so that its users find
the same samples here. O(N C + C^2) and a sort a class.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import xlogy

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

FILTERS = (
    "prune_by_noise_rate",
    "prune_by_class",
    "both",
    "confident_learning",
    "predicted_neq_given",
)
SCORES = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
MAXIMUM_CLASSES = 5000
"""A confident joint of so many classes is 200 MB."""
# cleanlab's own, so that ties fall as they do there.
_TOLERANCE = 1e-6
_NEVER = 2.0


def confident_thresholds(given_labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Threshold of each class: its mean probability over the samples given it.

    Args:
        given_labels: (N,) int in [0, C).
        probabilities: (N, C) out-of-fold.

    Returns:
        (C,) float; 2, which no probability reaches, for a class that no sample is given.
    """
    thresholds = [
        probabilities[rows, label].mean() if len(rows) else _NEVER
        for label, rows in enumerate(_rows_by_class(given_labels, probabilities.shape[1]))
    ]
    # cleanlab's lower bound: less the tolerance, a threshold is still above a probability of 0.
    return np.maximum(thresholds, 2 * _TOLERANCE)


def _rows_by_class(given_labels: np.ndarray, classes: int) -> list[np.ndarray]:
    # One sort, where comparing all labels with each class would take O(N C).
    order = np.argsort(given_labels, kind="stable")
    edges = np.searchsorted(given_labels[order], np.arange(1, classes))
    return np.split(order, edges)


def confident_class(given_labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Class that each sample confidently belongs to.

    Args:
        given_labels: (N,) int in [0, C).
        probabilities: (N, C) out-of-fold.

    Returns:
        (N,) int64, the most probable of the classes at or above their threshold; -1 for none.
    """
    passed = probabilities >= confident_thresholds(given_labels, probabilities) - _TOLERANCE
    count = passed.sum(axis=1)
    chosen = np.where(count > 1, probabilities.argmax(axis=1), passed.argmax(axis=1))
    return np.where(count > 0, chosen, NO_VOTE)


def confident_joint(
    given_labels: np.ndarray, probabilities: np.ndarray, *, calibrate: bool = True
) -> np.ndarray:
    """Count samples by given label and confident class.

    Args:
        given_labels: (N,) int in [0, C).
        probabilities: (N, C) out-of-fold.
        calibrate: scale each row to the number of samples of its given label. Samples without a
            confident class are not counted otherwise.

    Returns:
        (C, C) int64; row: given label, column: confident class.

    Raises:
        UserError: with more than 5000 classes, whose joint does not fit in memory.
    """
    classes = probabilities.shape[1]
    _check_size(classes)
    confident = confident_class(given_labels, probabilities)
    counted = confident >= 0
    key = given_labels[counted].astype(np.int64) * classes + confident[counted]
    joint = np.bincount(key, minlength=classes * classes).reshape(classes, classes)
    # A class no sample confidently belongs to would divide by zero in the calibration.
    np.fill_diagonal(joint, np.maximum(joint.diagonal(), 1))
    return _calibrated(joint, np.bincount(given_labels, minlength=classes)) if calibrate else joint


def _check_size(classes: int) -> None:
    if classes > MAXIMUM_CLASSES:
        raise UserError(
            message(
                "Confident learning keeps a table of {classes} x {classes} classes in"
                " memory, more than its limit of {maximum_classes}.",
                classes=classes,
                maximum_classes=MAXIMUM_CLASSES,
            ),
            message("Leave this detector out; the others do not need it."),
            code="too_many_classes",
        )


def _calibrated(joint: np.ndarray, class_counts: np.ndarray) -> np.ndarray:
    scaled = (joint.T / joint.sum(axis=1) * class_counts).T
    scaled = scaled / np.maximum(scaled.sum(), 1e-100) * class_counts.sum()
    return np.stack([_round_keeping_sum(row) for row in scaled])


def _round_keeping_sum(values: np.ndarray) -> np.ndarray:
    """Round to integers whose sum is the rounded sum, moving those with the largest remainder."""
    rounded = values.round()
    wanted = values.sum().round()
    while (missing := int(wanted - rounded.sum())) != 0:
        step = 1 if missing > 0 else -1
        order = np.argsort(values - rounded)[::-step]
        rounded[order[: min(abs(missing), len(values))]] += step
    return rounded.astype(np.int64)


def transition_matrix(joint: np.ndarray) -> np.ndarray:
    """Transition matrix P(given = column | true = row), (C, C) float64, of a joint (C, C) int.

    Rows sum to one. A class that the joint never finds true is taken to be labelled rightly.
    """
    counts = joint.T.astype(np.float64)
    empty = counts.sum(axis=1) == 0
    counts[empty, empty] = 1
    return counts / counts.sum(axis=1, keepdims=True)


def noise_rate(joint: np.ndarray) -> float:
    """Noise rate in [0, 1]: share of a confident joint (C, C) off its diagonal."""
    return 1 - float(joint.trace() / max(joint.sum(), 1))


def label_quality(
    given_labels: np.ndarray, probabilities: np.ndarray, *, score: str = "self_confidence"
) -> np.ndarray:
    """Label quality in [0, 1], lower is more suspect.

    self_confidence is P[y]; normalized_margin is P[y] less the largest other, brought to [0, 1];
    confidence_weighted_entropy is log(1 + e) / e of e = entropy / (log C P[y]).

    Args:
        given_labels: (N,) int in [0, C).
        probabilities: (N, C) out-of-fold.
        score: one of `SCORES`.

    Returns:
        (N,) float32 or float64.

    Raises:
        UserError: for an unknown score.
    """
    rows, classes = np.arange(len(given_labels)), probabilities.shape[1]
    confidence = probabilities[rows, given_labels]
    if classes == 1:
        return np.ones_like(confidence)
    if score == "self_confidence":
        return confidence
    if score == "normalized_margin":
        others = probabilities.copy()
        others[rows, given_labels] = -np.inf
        return (confidence - others.max(axis=1) + 1) / 2
    if score == "confidence_weighted_entropy":
        entropy = -xlogy(probabilities, probabilities).sum(axis=1) / np.log(classes)
        weighted = entropy / np.maximum(confidence, _TOLERANCE)
        return np.log(weighted + 1) / np.maximum(weighted, _TOLERANCE)
    raise _unknown("score", score, SCORES)


def find_label_errors(
    given_labels: np.ndarray,
    probabilities: np.ndarray,
    *,
    rule: str = "prune_by_noise_rate",
    joint: np.ndarray | None = None,
    min_samples_per_class: int = 1,
) -> np.ndarray:
    """Find the samples whose label one of cleanlab's five filters takes for wrong.

    Args:
        given_labels: (N,) int in [0, C).
        probabilities: (N, C) out-of-fold.
        rule: one of `FILTERS`.
        joint: (C, C), a calibrated confident joint; computed when absent.
        min_samples_per_class: how many of each class are never flagged.

    Returns:
        (N,) bool.

    Raises:
        UserError: for an unknown rule, or too many classes for the joint.
    """
    if rule not in FILTERS:
        raise _unknown("filter", rule, FILTERS)
    if rule == "predicted_neq_given":
        flagged = probabilities.argmax(axis=1) != given_labels
    elif rule == "confident_learning":
        confident = confident_class(given_labels, probabilities)
        flagged = (confident >= 0) & (confident != given_labels)
    else:
        counts = confident_joint(given_labels, probabilities) if joint is None else joint
        counts = _keep_some(counts, min_samples_per_class)
        flagged = _prune(given_labels, probabilities, counts, rule, min_samples_per_class)
    # As cleanlab does: what the model predicts itself is never an error, whatever the counts ask.
    flagged[_predicted_as_given(given_labels, probabilities)] = False
    return flagged


def _keep_some(joint: np.ndarray, fewest: int) -> np.ndarray:
    """Raise each class's diagonal to `fewest` at the cost of its errors, evenly."""
    diagonal = np.maximum(joint.diagonal(), fewest)
    cost = diagonal - joint.diagonal()
    # The diagonal is one of the cells that hold a count.
    errors = np.maximum(np.count_nonzero(joint, axis=1) - 1.0, 1.0)
    kept = np.maximum(joint - (cost / errors)[:, None], 0)
    np.fill_diagonal(kept, diagonal)
    return kept.astype(np.int64)


def _prune(
    given_labels: np.ndarray,
    probabilities: np.ndarray,
    counts: np.ndarray,
    rule: str,
    fewest: int,
) -> np.ndarray:
    flagged = np.zeros(len(given_labels), dtype=bool)
    for label, rows in enumerate(_rows_by_class(given_labels, len(counts))):
        # cleanlab leaves classes of so few samples alone.
        if len(rows) <= max(fewest, 1):
            continue
        mask = np.ones(len(rows), dtype=bool)
        if rule in ("prune_by_class", "both"):
            mask &= _least_confident(probabilities[rows, label], counts[label, label])
        if rule in ("prune_by_noise_rate", "both"):
            mask &= _widest_margins(probabilities, rows, label, counts[label])
        flagged[rows] = mask
    return flagged


def _least_confident(confidence: np.ndarray, right: int) -> np.ndarray:
    """All but the `right` most confident of one class."""
    mask = np.zeros(len(confidence), dtype=bool)
    mask[np.argsort(confidence)[: max(len(confidence) - right, 0)]] = True
    return mask


def _widest_margins(
    probabilities: np.ndarray, rows: np.ndarray, label: int, counts: np.ndarray
) -> np.ndarray:
    """For each other class, as many samples as the joint counts there, by margin over `label`."""
    mask = np.zeros(len(rows), dtype=bool)
    # Only classes with a count: most cells of a large joint are empty.
    for other in np.flatnonzero(counts):
        if other != label:
            margin = probabilities[rows, other] - probabilities[rows, label]
            mask[np.argsort(-margin)[: counts[other]]] = True
    return mask


def _predicted_as_given(given_labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Whether the given label is the largest probability, to within 1e-6."""
    raised = probabilities.copy()
    raised[np.arange(len(given_labels)), given_labels] += _TOLERANCE
    return raised.argmax(axis=1) == given_labels


def _unknown(kind: str, name: str, known: Sequence[str]) -> UserError:
    return UserError(
        message("There is no {kind} called {name}.", kind=kind, name=name),
        message("Choose one of {known}.", known=", ".join(known)),
    )


def confident_learning(
    given_labels: np.ndarray,
    probabilities: np.ndarray,
    *,
    rule: str = "prune_by_noise_rate",
    score: str = "self_confidence",
) -> DetectorResult:
    """Confident learning as one detector; rows of NaN probabilities or label -1 are left out.

    The score is one less the label quality, the vote the largest probability. Details: `flagged`
    (N,) bool, `confident_joint` and `transition_matrix` (C, C), `noise_rate` (1,).

    Args:
        given_labels: (N,) int in [0, C), -1 for none.
        probabilities: (N, C) out-of-fold, NaN where there are none.
        rule: one of `FILTERS`, for `flagged`.
        score: one of `SCORES`.

    Raises:
        UserError: without a sample that has both, for an unknown rule or score, or with more than
            5000 classes.
    """
    usable = np.flatnonzero((given_labels >= 0) & np.isfinite(probabilities).all(axis=1))
    if not len(usable):
        raise UserError(
            message("No sample has both a label and probabilities."),
            message("Embed the images again."),
        )
    # Without a gap nothing needs copying.
    whole = len(usable) == len(given_labels)
    kept = probabilities if whole else probabilities[usable]
    given = given_labels if whole else given_labels[usable]
    joint = confident_joint(given, kept)
    suspicion = np.full(len(given_labels), np.nan, dtype=np.float32)
    suspicion[usable] = 1 - label_quality(given, kept, score=score)
    vote = np.full(len(given_labels), NO_VOTE, dtype=np.int32)
    vote[usable] = kept.argmax(axis=1)
    flagged = np.zeros(len(given_labels), dtype=bool)
    flagged[usable] = find_label_errors(given, kept, rule=rule, joint=joint)
    details = {
        "flagged": flagged,
        "confident_joint": joint,
        "transition_matrix": transition_matrix(joint),
        "noise_rate": np.array([noise_rate(joint)]),
    }
    return DetectorResult("confident_learning", suspicion, vote, details)


def detect_confident_learning(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    seed: int = 0,
    device: str = PROCESSOR,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Confident learning on out-of-fold probabilities of a linear probe; see `confident_learning`.

    Embeddings are K spaces (N, D_k), given labels (N,) int32 in [0, C), -1 for none; groups and
    copies (N,) int and the device as in `out_of_fold_probabilities`.

    Raises:
        UserError: for input `check_inputs` refuses, or with more than 5000 classes.
    """
    # Before the probes, which would take minutes to reach the same error.
    _check_size(number_of_classes)
    probabilities = out_of_fold_probabilities(
        embeddings,
        given_labels,
        number_of_classes=number_of_classes,
        groups=groups,
        copies=copies,
        seed=seed,
        device=device,
        progress=progress,
    )
    return confident_learning(given_labels, probabilities)
