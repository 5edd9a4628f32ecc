"""Label aggregation over several annotators: majority vote and Dawid-Skene, with a model's prior.

Majority vote; Dawid and Skene's weighting by each annotator's own confusion matrix ("Maximum
Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", 1979); and the same with a
classifier's probabilities as each sample's prior, so that the image itself counts.
O(iterations N A C), memory O(N C + A C^2).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax, logsumexp

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

MAXIMUM_CLASSES = 1000
"""A confusion matrix of so many classes is 8 MB for each annotator."""
# Five annotators of 2 000 images take 14, where four of them gave two labels in five 45.
_ITERATIONS = 100
_SMALLEST_CHANGE = 1e-5
# One count of an annotator who is right in seven of ten: without it one of few labels is taken for
# perfect or worthless.
_PRIOR_COUNT = 1.0
_PRIOR_ACCURACY = 0.7
_SMALLEST = 1e-12


@dataclass(frozen=True)
class DawidSkene:
    """Dawid-Skene fit of A annotators' labels of N samples.

    Attributes:
        label: (N,) int32, the likeliest class; -1 where nobody labelled and there is no model.
        quality: (N,) float32, its probability.
        posterior: (N, C) float32, rows sum to one; NaN where `label` is -1.
        confusion: (A, C, C) float64, P(annotator says column | true class is row).
        prior: (C,) float64, share of each true class.
        annotator_quality: (A,) float64, expected share of an annotator's labels that are right;
            NaN for one who labelled nothing.
        model_weight: exponent given to the model's probabilities; 0 without a model.
    """

    label: np.ndarray
    quality: np.ndarray
    posterior: np.ndarray
    confusion: np.ndarray
    prior: np.ndarray
    annotator_quality: np.ndarray
    model_weight: float


def majority_label(
    labels: np.ndarray, *, probabilities: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Majority vote: the most frequent label of each sample and its share of the votes.

    Args:
        labels: (N, A) int32, -1 where an annotator did not label.
        probabilities: (N, C) of any model; breaks ties. Without it a tie falls to the earliest
            annotator who named one of the tied classes.

    Returns:
        label (N,) int32, -1 where nobody labelled, and share (N,) float32 in [0, 1].
    """
    known = labels >= 0
    # Annotators are compared in pairs: no table over classes, however many there are.
    same = (labels[:, :, None] == labels[:, None, :]) & known[:, :, None]
    count = same.sum(axis=2)
    most = count.max(axis=1, initial=0)
    best = known & (count == most[:, None])
    if probabilities is None:
        preference = -np.arange(labels.shape[1], dtype=np.float64)[None]
    else:
        preference = np.take_along_axis(probabilities, np.maximum(labels, 0), axis=1)
    chosen = np.where(best, preference, -np.inf).argmax(axis=1)
    winner = np.where(most > 0, labels[np.arange(len(labels)), chosen], NO_VOTE)
    share = most / np.maximum(known.sum(axis=1), 1)
    return winner.astype(np.int32), share.astype(np.float32)


def dawid_skene(
    labels: np.ndarray,
    *,
    number_of_classes: int,
    probabilities: np.ndarray | None = None,
    progress: Progress = no_progress,
) -> DawidSkene:
    """Fit true labels and each annotator's confusion matrix by expectation-maximisation.

    Dawid and Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm",
    Applied Statistics 1979.

    Args:
        labels: (N, A) int32 in [0, C), -1 where an annotator did not label.
        number_of_classes: C.
        probabilities: (N, C) out-of-fold probabilities of a model that was trained on these
            labels' majority or on none of them; rows with NaN count as no model. They become each
            sample's prior, raised to the power that the labels make likeliest.
        progress: steps done of the most there are; may raise `Cancelled`.

    Raises:
        UserError: without any label, for a label out of range, or with more than 1000 classes.
    """
    _check(labels, number_of_classes)
    model = None if probabilities is None else _log_model(probabilities)
    majority, _ = majority_label(labels, probabilities=probabilities)
    posterior = _first_guess(majority, labels, number_of_classes)
    weight = 0.0 if model is None else 1.0
    for iteration in range(_ITERATIONS):
        progress(iteration, _ITERATIONS)
        confusion, prior = _maximise(labels, posterior)
        evidence = _evidence(labels, confusion)
        if model is not None:
            weight = _best_weight(model, prior, evidence)
        before = posterior
        posterior = np.exp(log_softmax(_log_prior(model, prior, weight) + evidence, axis=1))
        # The mean and not the largest change: single ambiguous samples creep for a long time.
        if np.abs(posterior - before).mean() < _SMALLEST_CHANGE:
            break
    progress(_ITERATIONS, _ITERATIONS)
    return _consensus(labels, posterior, confusion, prior, weight, model)


def _check(labels: np.ndarray, classes: int) -> None:
    if labels.ndim != 2 or not (labels >= 0).any():
        raise UserError(
            message("There is no annotator's label to weigh."), message("Name the label columns.")
        )
    if int(labels.max()) >= classes:
        raise UserError(
            message(
                "Label {count} is not one of the {classes} classes.",
                count=int(labels.max()),
                classes=classes,
            )
        )
    if classes > MAXIMUM_CLASSES:
        raise UserError(
            message(
                "Annotators cannot be weighed over {classes} classes (at most {maximum_classes}).",
                classes=classes,
                maximum_classes=MAXIMUM_CLASSES,
            ),
            message("Use the majority of their labels."),
            code="too_many_classes",
        )


def _log_model(probabilities: np.ndarray) -> np.ndarray:
    """(N, C) log-probabilities; a row with NaN says nothing."""
    missing = ~np.isfinite(probabilities).all(axis=1)
    log = np.log(np.maximum(probabilities.astype(np.float64), _SMALLEST))
    log[missing] = 0
    return log


def _first_guess(majority: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """(N, C) each sample's shares of votes, the majority counted once more."""
    votes = np.zeros((len(labels), classes))
    # Where votes are even, the class that broke the tie begins ahead.
    for column in (*labels.T, majority):
        given = np.flatnonzero(column >= 0)
        votes[given, column[given]] += 1
    # Unlabelled samples: every class is as likely to begin with.
    votes[votes.sum(axis=1) == 0] = 1
    return votes / votes.sum(axis=1, keepdims=True)


def _maximise(labels: np.ndarray, posterior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Confusion matrices (A, C, C) and prior (C,), with a few counts of a fair annotator.

    Without them an annotator of few labels is taken for perfect or for worthless.
    """
    classes = posterior.shape[1]
    fair = np.full((classes, classes), (1 - _PRIOR_ACCURACY) / max(classes - 1, 1))
    np.fill_diagonal(fair, _PRIOR_ACCURACY if classes > 1 else 1.0)
    confusion = np.empty((labels.shape[1], classes, classes))
    for annotator, column in enumerate(labels.T):
        said = np.zeros((classes, classes))
        given = np.flatnonzero(column >= 0)
        np.add.at(said, column[given], posterior[given])
        counts = said.T + _PRIOR_COUNT * fair
        confusion[annotator] = counts / counts.sum(axis=1, keepdims=True)
    labelled = (labels >= 0).any(axis=1)
    # One count spread over all classes: the logarithm of an unseen one stays finite.
    prior = posterior[labelled].sum(axis=0) + 1 / classes
    return confusion, prior / prior.sum()


def _evidence(labels: np.ndarray, confusion: np.ndarray) -> np.ndarray:
    """(N, C) log-likelihood of a sample's labels under each true class."""
    evidence = np.zeros((len(labels), confusion.shape[1]))
    for column, matrix in zip(labels.T, confusion, strict=True):
        given = np.flatnonzero(column >= 0)
        evidence[given] += np.log(matrix.T[column[given]])
    return evidence


def _log_prior(model: np.ndarray | None, prior: np.ndarray, weight: float) -> np.ndarray:
    """(N, C) or (1, C) log-probability of each class before the annotators are labelled."""
    if model is None:
        return np.log(prior)[None]
    # A missing model leaves log 1 = 0 everywhere, and the prior takes over.
    missing = (model == 0).all(axis=1, keepdims=True)
    return np.where(missing, np.log(prior), log_softmax(weight * model, axis=1))


def _best_weight(model: np.ndarray, prior: np.ndarray, evidence: np.ndarray) -> float:
    """The exponent of the model's probabilities under which the labels are likeliest."""
    # Loads for three quarters of a second, and few fit this weight.
    from scipy.optimize import minimize_scalar  # noqa: PLC0415

    def loss(weight: float) -> float:
        joint = _log_prior(model, prior, weight) + evidence
        return -float(logsumexp(joint, axis=1).mean())

    # At 0 the model says nothing; 4 makes odds of 2 to 1 into 16 to 1.
    return float(minimize_scalar(loss, bounds=(0.0, 4.0), method="bounded").x)


def _consensus(
    labels: np.ndarray,
    posterior: np.ndarray,
    confusion: np.ndarray,
    prior: np.ndarray,
    weight: float,
    model: np.ndarray | None,
) -> DawidSkene:
    labelled = np.asarray((labels >= 0).any(axis=1))
    if model is not None:
        labelled |= (model != 0).any(axis=1)
    label = np.where(labelled, posterior.argmax(axis=1), NO_VOTE).astype(np.int32)
    quality = np.where(labelled, posterior.max(axis=1), np.nan).astype(np.float32)
    shown = np.where(labelled[:, None], posterior, np.nan).astype(np.float32)
    return DawidSkene(
        label, quality, shown, confusion, prior, _qualities(labels, posterior), weight
    )


def _qualities(labels: np.ndarray, posterior: np.ndarray) -> np.ndarray:
    """(A,) mean posterior of the labels an annotator gave."""
    qualities = np.full(labels.shape[1], np.nan)
    for annotator, column in enumerate(labels.T):
        given = np.flatnonzero(column >= 0)
        if len(given):
            qualities[annotator] = posterior[given, column[given]].mean()
    return qualities


def annotators_result(consensus: DawidSkene, given_labels: np.ndarray) -> DetectorResult:
    """Turn the aggregated labels into a detector of errors in the given labels.

    Args:
        consensus: fit of N samples.
        given_labels: (N,) int, -1 for none.

    Returns:
        score (N,), one less the posterior of the given label; vote (N,), the likeliest class;
        details `quality` (N,) and `annotator_quality` (A,).
    """
    rows = np.arange(len(given_labels))
    score = 1 - consensus.posterior[rows, np.maximum(given_labels, 0)]
    unknown = (given_labels < 0) | (consensus.label < 0)
    return DetectorResult(
        "annotators",
        np.where(unknown, np.nan, score),
        consensus.label,
        {"quality": consensus.quality, "annotator_quality": consensus.annotator_quality},
    )
