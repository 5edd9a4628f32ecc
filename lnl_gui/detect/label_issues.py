"""`find_label_issues`: wrong labels in a dataset, from embeddings or predicted probabilities.

The function keeps its name, arguments and the fields of its result between versions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lnl_gui.detect.checked_arrays import (
    Embeddings,
    InvalidInput,
    check_device,
    checked_embeddings,
    checked_groups,
    checked_labels,
    checked_names,
    checked_probabilities,
    checked_seed,
    copies_by_hash,
    copies_by_rows,
    number_of_classes,
)
from lnl_gui.detect.consensus.consensus import judge_probabilities
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import (
    ALL_THE_SAME,
    DRAWN_BY_LOT,
    NOT_JUDGED,
    TOO_WEAK,
)
from lnl_gui.detect.consensus.uncertainty import expected_errors
from lnl_gui.detect.detectors.confident_learning import SCORES, label_quality
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.groups import joined_groups
from lnl_gui.detect.hard_predictions import are_hard
from lnl_gui.detect.judgement import (
    NOTHING_RULED_OUT,
    judge_labels,
    rules_nothing_out,
    sound_labels,
    untold_frames,
    with_reason_first,
)
from lnl_gui.detect.label_warnings import warn_of
from lnl_gui.store.detection.posterior import dense_posterior
from lnl_gui.store.detection.rate_doubts import OF_UNKNOWN_RATE
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.allocator import freed_memory_kept
from lnl_gui.util.progress import Progress, no_progress
from lnl_gui.util.statistics.intervals import Estimate

# Classifiers reach as much on digits; one that was shown the labels agrees with all of them.
_SUSPICIOUS_AGREEMENT, _ENOUGH = 0.999, 200
_OF_PREDICTIONS = (
    (
        ALL_THE_SAME,
        message("All rows of pred_probs are the same, so the labels cannot be judged."),
    ),
    (
        DRAWN_BY_LOT,
        message(
            "The labels cannot be judged by pred_probs: they follow the predictions no better than"
            " labels drawn by lot (these agree with {agreement:.0%} of them, the largest class"
            " alone with {majority:.0%}). Do not trust the suspects; see whether rows and columns"
            " are in the right order, or train another classifier."
        ),
    ),
    (
        TOO_WEAK,
        message(
            "pred_probs is too weak for this data: the predictions agree with {agreement:.0%} of"
            " the labels, and always naming the largest class would agree with {majority:.0%}."
            " Train another classifier before trusting the suspects."
        ),
    ),
    (
        NOTHING_RULED_OUT,
        message(
            "The labels cannot be judged by pred_probs: the predictions agree with"
            " {agreement:.0%} of them, the largest class alone with {majority:.0%}, and that leaves"
            " any number of wrong ones possible, from none to all. Do not trust the suspects; train"
            " another classifier."
        ),
    ),
)
"""What is said of embeddings, and how of predictions alone."""
_FRAMES = message(
    "About {share:.0%} of the images have others that are all but equal, as the frames"
    " of a video have. Such images vouch for each other's labels, so that nothing is"
    " known of how many are wrong. Pass `groups`: one number for the images of each"
    " video, patient or series."
)
_HARD = message(
    "pred_probs are all but hard: the classifier claims to be as sure of nearly every"
    " sample, so that its own mistakes cannot be told from wrong labels. Perhaps none"
    " of the {count:,} labels that differ from its predictions is wrong, and no label"
    " is said to need no look. Pass out-of-sample probabilities that tell where it is"
    " unsure: calibrated ones (scikit-learn: CalibratedClassifierCV), those of logistic"
    " regression or of a random forest of 100 trees; or pass embeddings."
)
_SEEN = message(
    "pred_probs agrees with {agreement:.1%} of the labels. Was the classifier trained on"
    " these samples? Only predictions on samples it has not seen can find wrong labels."
)
_SERIOUS = frozenset(
    said.template
    for said in (
        *NOT_JUDGED,
        TOO_WEAK,
        NOTHING_RULED_OUT,
        *(of_predictions for _, of_predictions in _OF_PREDICTIONS),
        _FRAMES,
        _HARD,
        _SEEN,
    )
)
"""Templates of what a program is told by Python's warnings too."""


@dataclass(frozen=True)
class LabelIssues:
    """What `find_label_issues` found among N labels of C classes.

    As an array it is `flagged`, so that `labels[~numpy.asarray(issues)]` are the others.

    Attributes:
        suspicion: (N,) float32, probability that the label is wrong; NaN for samples without one.
        flagged: (N,) bool, the suspects: where the expected F1 of the list is highest.
        suggested_label: (N,) int32, the class proposed; for unlabelled samples too. -1 where none
            fits: for images of none of the classes, and where nothing can be said.
        posterior: (N, C) float32, probability of each class; NaN where nothing can be said. With
            more than 20 classes all but the 20 likeliest share the rest.
        noise_rate: share of wrong labels; NaN where it is not known, by hard predictions alone or
            where the labels cannot be judged.
        expected_errors: their number, with `value`, NaN where it is not known, and the ends `low`
            and `high` of its 95 % interval, of errors at random: where `low` is 0, `warnings` say
            what no interval holds.
        off_topic: (N,) bool, images of none of the classes; all False without embeddings.
        groups: (N,) int32, -1 alone: those that were passed, joined with copies that were found.
        well_labelled: (N,) bool, the largest set of labels of which at most 1 % are wrong; empty
            where that cannot be known, as by hard predictions alone.
        well_labelled_bound: upper 95 % bound of the share of wrong labels in it; 1 where it is
            empty.
        warnings: what to distrust, in sentences; `str` gives them in English.
        cannot_judge: whether nothing is known of the labels, as where they follow the images no
            better than labels drawn by lot: do not act on the suspects then.
    """

    suspicion: np.ndarray
    flagged: np.ndarray
    suggested_label: np.ndarray
    posterior: np.ndarray
    noise_rate: float
    expected_errors: Estimate
    off_topic: np.ndarray
    groups: np.ndarray
    well_labelled: np.ndarray
    well_labelled_bound: float
    warnings: tuple[Message, ...]
    cannot_judge: bool = False

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.flagged, dtype=dtype, copy=True if copy is None else copy)


@overload
def find_label_issues(
    labels: ArrayLike,
    pred_probs: ArrayLike | None = None,
    *,
    embeddings: Embeddings | None = None,
    return_indices_ranked_by: None = None,
    class_names: Sequence[str] | None = None,
    groups: ArrayLike | None = None,
    content_hashes: Sequence[str | bytes] | np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    device: str = PROCESSOR,
) -> LabelIssues: ...


@overload
def find_label_issues(
    labels: ArrayLike,
    pred_probs: ArrayLike | None = None,
    *,
    embeddings: Embeddings | None = None,
    return_indices_ranked_by: str,
    class_names: Sequence[str] | None = None,
    groups: ArrayLike | None = None,
    content_hashes: Sequence[str | bytes] | np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    device: str = PROCESSOR,
) -> np.ndarray: ...


def find_label_issues(
    labels: ArrayLike,
    pred_probs: ArrayLike | None = None,
    *,
    embeddings: Embeddings | None = None,
    return_indices_ranked_by: str | None = None,
    class_names: Sequence[str] | None = None,
    groups: ArrayLike | None = None,
    content_hashes: Sequence[str | bytes] | np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    device: str = PROCESSOR,
) -> LabelIssues | np.ndarray:
    """Find the labels of a dataset that are probably wrong.

    At least one of `embeddings` and `pred_probs` is needed. With embeddings alone classifiers are
    trained on them, out of fold; probabilities alone are calibrated and read through a noise model
    fitted to the labels; with both the predictions join the classifiers at a weight that is learnt.

    It is called as cleanlab's function of this name is, with `labels, pred_probs` and
    `return_indices_ranked_by`; what that is told of its filters has no place here.

    Args:
        labels: (N,) int in [0, C), -1 for samples without a label.
        pred_probs: (N, C) probabilities of a classifier that was not trained on the sample it
            predicts, as by cross-validation.
        embeddings: (N, D) numbers, or a list of such arrays from several encoders.
        return_indices_ranked_by: `self_confidence`, `normalized_margin` or
            `confidence_weighted_entropy` of the posterior: then the result is the (S,) int64
            indices of the suspects alone, the worst first.
        class_names: C names, used in the warnings.
        groups: (N,) int, -1 alone: samples that are no independent witnesses, such as one
            patient's images.
        content_hashes: N strings or bytes, equal for files of equal content; empty where unknown.
            Without them samples whose embeddings are equal are taken for copies of one image.
        seed: the same seed gives the same result.
        progress: called as `progress(done, total)`; may raise to stop.
        device: of torch, such as `cuda`, for the classifiers; what its memory does not hold is
            computed on the processor.

    Raises:
        UserError: also a `ValueError`, for arguments of a wrong shape or kind, numbers that are
            not finite, labels out of range, an unknown score, a device that is not there, or
            nothing to compare.

    Warns:
        LabelIssuesWarning: where the suspects are not to be trusted, as where `cannot_judge`.

    Example:
        >>> import lnl_gui
        >>> issues = lnl_gui.find_label_issues(labels, embeddings=embeddings)  # doctest: +SKIP
        >>> worst_first = issues.suspicion.argsort()[::-1]  # doctest: +SKIP
    """
    if return_indices_ranked_by not in (None, *SCORES):
        raise InvalidInput(
            message("There is no score `{name}`.", name=str(return_indices_ranked_by)),
            message("Use {names}.", names=", ".join(SCORES)),
        )
    check_device(device)
    seed = checked_seed(seed)
    names = checked_names(class_names)
    given = checked_labels(labels)
    spaces = checked_embeddings(embeddings, len(given))
    classes = number_of_classes(given, pred_probs, names)
    probabilities = checked_probabilities(pred_probs, len(given), classes)
    if not spaces and probabilities is None:
        raise InvalidInput(
            message("There is nothing to judge the labels by."),
            message("Pass embeddings or pred_probs."),
        )
    together = checked_groups(groups, len(given))
    copies = copies_by_hash(content_hashes, len(given))
    warnings: list[Message] = []
    if content_hashes is None and spaces:
        copies, said = copies_by_rows(spaces)
        warnings += said
    if spaces:
        wanted = DetectionInput(
            spaces,
            given,
            number_of_classes=classes,
            seed=seed,
            extra_votes=[] if probabilities is None else [_vote(probabilities)],
            class_names=names or (),
            groups=together,
            copies=copies,
            device=device,
        )
        # Jobs have it already; a program that calls this function mostly has not.
        with freed_memory_kept():
            judged = judge_labels(wanted, progress=progress)
        consensus, off_topic = judged.consensus, judged.off_topic.flagged
    else:
        assert probabilities is not None
        consensus = judge_probabilities(
            probabilities, given, seed=seed, class_names=names or (), groups=together, copies=copies
        )
        consensus = with_reason_first(consensus)
        said_of_images = consensus.warnings
        consensus = replace(consensus, warnings=[_of_predictions(w) for w in said_of_images])
        off_topic = np.zeros(len(given), bool)
        warnings.append(
            message("Images of none of the classes were not looked for: that needs embeddings.")
        )
    if probabilities is not None:
        warnings += _seen(probabilities, given)
    found = _result(consensus, off_topic, together, copies, classes, warnings)
    if together is None and spaces:
        found = _doubted(found, consensus, given)
    # Of predictions that tell nothing at all that is said already.
    alone = None if spaces or not consensus.informative else probabilities
    if alone is not None and are_hard(alone, given):
        found = _of_hard_predictions(found, alone, given)
    warn_of(said for said in found.warnings if said.template in _SERIOUS)
    return (
        found
        if return_indices_ranked_by is None
        else _ranked(found, given, return_indices_ranked_by)
    )


def _ranked(found: LabelIssues, given: np.ndarray, score: str) -> np.ndarray:
    """The suspects, the lowest score first."""
    rows = np.flatnonzero(found.flagged)
    quality = label_quality(given[rows], found.posterior[rows], score=score)
    return rows[np.argsort(quality, kind="stable")].astype(np.int64)


def _result(
    consensus: Consensus,
    off_topic: np.ndarray,
    groups: np.ndarray | None,
    copies: np.ndarray | None,
    classes: int,
    warnings: list[Message],
) -> LabelIssues:
    errors = expected_errors(
        consensus.suspicion,
        relative_error=consensus.relative_error,
        perhaps_right=consensus.perhaps_right,
    )
    judged = np.isfinite(consensus.suspicion)
    # Then nothing was told by the images, so that no number is ruled out.
    unknown = not consensus.informative or not consensus.weights or rules_nothing_out(consensus)
    if unknown:
        errors = Estimate(math.nan, 0.0, float(judged.sum()))
    sound = sound_labels(consensus, off_topic)
    alone = np.full(len(judged), -1, np.int32)
    known = [grouping for grouping in (groups, copies) if grouping is not None]
    return LabelIssues(
        suspicion=consensus.suspicion,
        flagged=consensus.flagged,
        suggested_label=consensus.suggested_label,
        posterior=dense_posterior(consensus.posterior, consensus.posterior_classes, classes),
        noise_rate=math.nan if unknown else consensus.noise_rate,
        expected_errors=errors,
        off_topic=off_topic,
        groups=joined_groups(*known) if known else alone,
        well_labelled=sound.chosen,
        well_labelled_bound=sound.bound,
        warnings=(*consensus.warnings, *warnings),
        cannot_judge=unknown,
    )


def _doubted(found: LabelIssues, consensus: Consensus, given: np.ndarray) -> LabelIssues:
    """What is known where most images may be frames of videos that nobody told: that none is."""
    if consensus.warm_start is None:
        return found
    share = untold_frames(consensus.warm_start.features, given, found.groups)
    if not share:
        return found
    judged = int(np.isfinite(found.suspicion).sum())
    return replace(
        found,
        noise_rate=math.nan,
        expected_errors=Estimate(math.nan, 0.0, float(judged)),
        well_labelled=np.zeros_like(found.well_labelled),
        well_labelled_bound=1.0,
        warnings=(*found.warnings, _FRAMES.with_fields(share=share)),
        cannot_judge=True,
    )


def _of_hard_predictions(
    found: LabelIssues, probabilities: np.ndarray, given: np.ndarray
) -> LabelIssues:
    """What is known where the classifier's own mistakes may be all that disagrees."""
    other = int(((probabilities.argmax(axis=1) != given) & (given >= 0)).sum())
    high = max(found.expected_errors.high, float(other))
    return replace(
        found,
        noise_rate=math.nan,
        expected_errors=Estimate(math.nan, 0.0, high),
        well_labelled=np.zeros_like(found.well_labelled),
        well_labelled_bound=1.0,
        warnings=(
            _HARD.with_fields(count=other),
            # What the predictions alone would allow is too narrow.
            *(w for w in found.warnings if w.template not in OF_UNKNOWN_RATE),
        ),
    )


def _of_predictions(said: Message) -> Message:
    """A warning on an embedding, where there are predictions alone."""
    for of_images, of_predictions in _OF_PREDICTIONS:
        if said.template == of_images.template:
            return of_predictions.with_fields(**dict(said.fields))
    return said


def _vote(probabilities: np.ndarray) -> DetectorResult:
    return DetectorResult(
        "pred_probs",
        (1.0 - probabilities.max(axis=1)).astype(np.float32),
        probabilities.argmax(axis=1).astype(np.int32),
    )


def _seen(probabilities: np.ndarray, given: np.ndarray) -> list[Message]:
    """A warning where the classifier seems to have learnt the labels that it is to judge."""
    labelled = given >= 0
    agreement = float((probabilities.argmax(axis=1) == given)[labelled].mean())
    if agreement < _SUSPICIOUS_AGREEMENT or labelled.sum() < _ENOUGH:
        return []
    return [_SEEN.with_fields(agreement=agreement)]
