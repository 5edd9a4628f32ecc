"""`find_label_issues`: wrong labels in a dataset, from embeddings or predicted probabilities.

The function keeps its name, arguments and the fields of its result between versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TypeAlias, overload

import numpy as np
import torch
from numpy.typing import ArrayLike, DTypeLike

from lnl_gui.detect.consensus.consensus import judge_probabilities
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import ALL_THE_SAME, DRAWN_BY_LOT, TOO_WEAK
from lnl_gui.detect.consensus.uncertainty import expected_errors
from lnl_gui.detect.detectors.confident_learning import SCORES, label_quality
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.groups import joined_groups, linked_groups
from lnl_gui.detect.judgement import judge_labels, sound_labels, untold_frames
from lnl_gui.store.posterior import dense_posterior
from lnl_gui.util.allocator import freed_memory_kept
from lnl_gui.util.errors import UserError
from lnl_gui.util.given_arrays import is_masked, plain_array
from lnl_gui.util.intervals import Estimate
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

Embeddings: TypeAlias = ArrayLike | Sequence[ArrayLike]
# Room for printed digits and float16: ten classes rounded to three digits are off by .005 at most.
_SUM_TOLERANCE = 0.01
# Classifiers reach as much on digits; one that was shown the labels agrees with all of them.
_SUSPICIOUS_AGREEMENT, _ENOUGH = 0.999, 200
# Fewer whole numbers than these may be those of several images.
_FEWEST_NUMBERS = 16
# Beyond it numbers of single precision overflow where they are squared or subtracted.
_LARGEST = 1e18
# More are no classes but ids of another kind, and the posterior has a column for each.
_MOST_CLASSES = 10_000_000
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
)
"""What is said of embeddings, and how of predictions alone."""


class InvalidInput(UserError, ValueError):
    """An argument that cannot be used: what it is, and what is expected."""


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
        noise_rate: share of wrong labels.
        expected_errors: their number, with `value` and the ends `low` and `high` of its 95 %
            interval.
        off_topic: (N,) bool, images of none of the classes; all False without embeddings.
        groups: (N,) int32, -1 alone: those that were passed, joined with copies that were found.
        well_labelled: (N,) bool, the largest set of labels of which at most 1 % are wrong.
        well_labelled_bound: upper 95 % bound of the share of wrong labels in it; 1 where it is
            empty.
        warnings: what to distrust, in sentences; `str` gives them in English.
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
    _check_device(device)
    seed = checked_seed(seed)
    names = _names(class_names)
    given = _labels(labels)
    spaces = _embeddings(embeddings, len(given))
    classes = _number_of_classes(given, pred_probs, names)
    probabilities = _probabilities(pred_probs, len(given), classes)
    if not spaces and probabilities is None:
        raise InvalidInput(
            message("There is nothing to judge the labels by."),
            message("Pass embeddings or pred_probs."),
        )
    together = _groups(groups, len(given))
    copies = _copies(content_hashes, len(given))
    warnings: list[Message] = []
    if content_hashes is None and spaces:
        copies, said = _equal_rows(spaces)
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
    errors = expected_errors(consensus.suspicion, relative_error=consensus.relative_error)
    judged = np.isfinite(consensus.suspicion)
    if not consensus.informative or not consensus.weights:
        # Nothing was told by the images, so that no number is ruled out.
        errors = replace(errors, low=0.0, high=float(judged.sum()))
    sound = sound_labels(consensus, off_topic)
    alone = np.full(len(judged), -1, np.int32)
    known = [grouping for grouping in (groups, copies) if grouping is not None]
    return LabelIssues(
        suspicion=consensus.suspicion,
        flagged=consensus.flagged,
        suggested_label=consensus.suggested_label,
        posterior=dense_posterior(consensus.posterior, consensus.posterior_classes, classes),
        noise_rate=consensus.noise_rate,
        expected_errors=errors,
        off_topic=off_topic,
        groups=joined_groups(*known) if known else alone,
        well_labelled=sound.chosen,
        well_labelled_bound=sound.bound,
        warnings=(*consensus.warnings, *warnings),
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
        expected_errors=replace(found.expected_errors, low=0.0, high=float(judged)),
        well_labelled=np.zeros_like(found.well_labelled),
        well_labelled_bound=1.0,
        warnings=(
            *found.warnings,
            message(
                "About {share:.0%} of the images have others that are all but equal, as the frames"
                " of a video have. Such images vouch for each other's labels, so that nothing is"
                " known of how many are wrong. Pass `groups`: one number for the images of each"
                " video, patient or series.",
                share=share,
            ),
        ),
    )


def _check_device(device: str) -> None:
    if device == PROCESSOR:
        return
    try:
        torch.empty(0, device=device)
    # What torch was built without is an assertion to it.
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise InvalidInput(
            message("There is no device {wanted} here.", wanted=device),
            message("Pass `cpu`, or a device on which torch computes."),
        ) from error


def checked_seed(seed: object) -> int:
    """A seed that every generator of random numbers takes.

    Raises:
        UserError: for anything else than a whole number from 0 on, such as None.
    """
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
        raise InvalidInput(
            message("The seed is {seed}.", seed=repr(seed)),
            message("Pass a whole number from 0 on: the same seed gives the same result."),
        )
    return int(seed)


def _names(class_names: Sequence[str] | None) -> tuple[str, ...] | None:
    if class_names is None:
        return None
    if isinstance(class_names, str):
        raise InvalidInput(
            message("class_names is one text, `{name}`.", name=class_names),
            message("Pass a list with the name of each class."),
        )
    return tuple(str(name) for name in class_names)


def _array(values: object, name: Message) -> np.ndarray:
    """An array of numpy.

    Raises:
        UserError: where entries are masked: what lies under a mask is no value.
    """
    found = plain_array(values)
    if is_masked(found):
        raise InvalidInput(
            message(
                "{count:,} entries of {name} are masked.",
                count=int(np.ma.count_masked(found)),
                name=name,
            ),
            message("Leave such samples out; a label that is not known is -1."),
        )
    return np.asarray(found)


def _of_predictions(said: Message) -> Message:
    """A warning on an embedding, where there are predictions alone."""
    for of_images, of_predictions in _OF_PREDICTIONS:
        if said.template == of_images.template:
            return of_predictions.with_fields(**dict(said.fields))
    return said


def _labels(labels: ArrayLike) -> np.ndarray:
    found = _array(labels, Message("labels"))
    if found.ndim != 1 or not found.size:
        raise InvalidInput(
            message("The labels have the shape {shape}.", shape=str(found.shape)),
            message("Pass one integer a sample, and -1 for samples without a label."),
        )
    if found.dtype.kind not in "iu":
        raise InvalidInput(
            message("The labels are of the type {dtype}.", dtype=str(found.dtype)),
            message("Pass integer class ids: numpy.unique(labels, return_inverse=True)[1]."),
        )
    if int(found.min()) < -1:
        raise InvalidInput(
            message("Label {label} is below -1.", label=int(found.min())),
            message("Class ids begin at 0; -1 stands for no label."),
        )
    if int(found.max()) >= _MOST_CLASSES:
        raise InvalidInput(
            message("Label {label} is no class number.", label=int(found.max())),
            message("Pass integer class ids: numpy.unique(labels, return_inverse=True)[1]."),
        )
    return found.astype(np.int32)


def _number_of_classes(
    given: np.ndarray, pred_probs: ArrayLike | None, class_names: tuple[str, ...] | None
) -> int:
    highest = int(given.max())
    columns = None if pred_probs is None else np.shape(pred_probs)
    if class_names is not None:
        classes, said = (
            len(class_names),
            message("class_names has {count} names", count=len(class_names)),
        )
    elif columns is not None and len(columns) == 2:
        classes, said = columns[1], message("pred_probs has {count} columns", count=columns[1])
    else:
        return max(highest + 1, 1)
    if highest >= classes:
        raise InvalidInput(
            message("Label {label} is out of range: {said}.", label=highest, said=said),
            message("Class ids are 0 to C - 1."),
        )
    return classes


def _embeddings(embeddings: Embeddings | None, count: int) -> list[np.ndarray]:
    if embeddings is None:
        return []
    listed = isinstance(embeddings, (list, tuple)) and any(np.ndim(e) == 2 for e in embeddings)
    spaces = []
    for place, space in enumerate(embeddings if listed else [embeddings]):  # type: ignore[arg-type]
        name = message("embeddings[{place}]", place=place)
        spaces.append(_array(space, name))
        _check_matrix(spaces[-1], name, count)
    return spaces


def _probabilities(pred_probs: ArrayLike | None, count: int, classes: int) -> np.ndarray | None:
    if pred_probs is None:
        return None
    found = _array(pred_probs, message("pred_probs"))
    _check_matrix(found, message("pred_probs"), count)
    found = found.astype(np.float64)
    if found.shape[1] != classes:
        raise InvalidInput(
            message(
                "pred_probs has {columns} columns for {classes} classes.",
                columns=found.shape[1],
                classes=classes,
            )
        )
    sums = found.sum(axis=1)
    wrong = (found < 0).any(axis=1) | (np.abs(sums - 1) > _SUM_TOLERANCE)
    if wrong.any():
        raise InvalidInput(
            message(
                "Row {row} of pred_probs is no distribution: it adds up to {total:.3f}.",
                row=int(np.flatnonzero(wrong)[0]),
                total=float(sums[wrong][0]),
            ),
            message("Pass probabilities, not logits."),
        )
    return found / sums[:, None]


def _check_matrix(values: np.ndarray, name: Message, count: int) -> None:
    if values.ndim != 2 or len(values) != count or not values.shape[1]:
        raise InvalidInput(
            message(
                "{name} has the shape {shape}; {count} labels need ({count}, D).",
                name=name,
                shape=str(values.shape),
                count=count,
            )
        )
    if values.dtype.kind not in "fiu":
        raise InvalidInput(
            message("{name} is of the type {dtype}.", name=name, dtype=str(values.dtype)),
            message("Pass real numbers."),
        )
    for start in range(0, count, 8192):
        finite = np.isfinite(values[start : start + 8192]).all(axis=1)
        if not finite.all():
            raise InvalidInput(
                message(
                    "Row {row} of {name} holds a value that is not finite.",
                    row=start + int(np.flatnonzero(~finite)[0]),
                    name=name,
                ),
                message("Leave such samples out."),
            )
        large = np.abs(values[start : start + 8192].astype(np.float64)).max(axis=1) > _LARGEST
        if large.any():
            raise InvalidInput(
                message(
                    "Row {row} of {name} holds a value beyond {largest:.0e}.",
                    row=start + int(np.flatnonzero(large)[0]),
                    name=name,
                    largest=_LARGEST,
                ),
                message("Divide by the largest value: only how rows differ matters."),
            )


def _groups(groups: ArrayLike | None, count: int) -> np.ndarray | None:
    if groups is None:
        return None
    found = _array(groups, Message("groups"))
    if found.shape != (count,) or found.dtype.kind not in "iu":
        raise InvalidInput(
            message(
                "groups is of the shape {shape} and type {dtype}.",
                shape=str(found.shape),
                dtype=str(found.dtype),
            ),
            message("Pass one integer a sample, and -1 for samples alone."),
        )
    return found.astype(np.int64)


def _copies(hashes: Sequence[str | bytes] | np.ndarray | None, count: int) -> np.ndarray | None:
    """(N,) int32: samples of equal content, -1 alone."""
    if hashes is None:
        return None
    if len(hashes) != count:
        raise InvalidInput(
            message(
                "content_hashes has {found} entries for {count} labels.",
                found=len(hashes),
                count=count,
            )
        )
    texts = [h.decode("latin-1") if isinstance(h, bytes) else str(h or "") for h in hashes]
    content = np.array(texts)
    rows = np.flatnonzero(content != "")
    rows = rows[np.argsort(content[rows], kind="stable")]
    same = content[rows[1:]] == content[rows[:-1]]
    return linked_groups(rows[:-1][same], rows[1:][same], count)


def _equal_rows(spaces: Sequence[np.ndarray]) -> tuple[np.ndarray | None, list[Message]]:
    """(N,) int32 of samples whose rows are equal in every space, -1 alone, and that it is so.

    None without any, and where all are equal: such embeddings tell nothing of images. So do few
    whole numbers, which different images may share.
    """
    count = len(spaces[0])
    width = sum(space.shape[1] for space in spaces)
    if width < _FEWEST_NUMBERS and all(space.dtype.kind != "f" for space in spaces):
        return None, []
    # Adding zero makes one of the two zeros.
    digests = np.array(
        [
            blake2b(
                b"".join((space[row] + 0).tobytes() for space in spaces), digest_size=16
            ).digest()
            for row in range(count)
        ]
    )
    _, group, size = np.unique(digests, return_inverse=True, return_counts=True)
    several = size[group.reshape(-1)] > 1
    if not several.any() or len(size) == 1:
        return None, []
    copies = joined_groups(np.where(several, group.reshape(-1), -1))
    said = message(
        "{count:,} samples have the embedding of another one; as copies of one image they count"
        " together as one. Where they are different images, pass content_hashes.",
        count=int(several.sum()),
    )
    return copies, [said]


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
    return [
        message(
            "pred_probs agrees with {agreement:.1%} of the labels. Was the classifier trained on"
            " these samples? Only predictions on samples it has not seen can find wrong labels.",
            agreement=agreement,
        )
    ]
