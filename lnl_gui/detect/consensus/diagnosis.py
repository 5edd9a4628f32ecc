"""Warnings about data on which the consensus is unreliable."""

from collections.abc import Sequence
from dataclasses import dataclass

from lnl_gui.detect.consensus.class_separation import ClassSeparation, labels_follow_images
from lnl_gui.detect.consensus.doubtful_names import (
    AlikeNames,
    ConfusedPair,
    DoubtfulNames,
    ExchangedNames,
    WideClass,
)
from lnl_gui.detect.consensus.few_labels import FEW
from lnl_gui.detect.consensus.noise_rate import NoiseRate
from lnl_gui.detect.consensus.problem import (
    FEWEST_SAMPLES,
    Problem,
    labels_a_class,
    units_of_class,
)
from lnl_gui.store.detection.rate_doubts import PERHAPS_FEW, PERHAPS_NONE, RATE_UNKNOWN
from lnl_gui.util.messages import Message, message, message_n

# Of five folds two samples each, as `problem.FEWEST_SAMPLES` has it for the whole.
SMALL_CLASS = 10
# A probe that closes less than this share of the gap between the largest class's share and 1 cannot
# tell the classes apart.
_WEAK_GAIN = 0.15
_SHOWN_PAIRS = 5
# Share of independent images above which nothing is said of the others.
_INDEPENDENT = 0.5
# Beyond an interval from half the number to half as much again nothing is said on how many.
_UNIDENTIFIED = 0.25


def diagnose(
    problem: Problem,
    agreement: float,
    majority_rate: float,
    class_names: Sequence[str] = (),
    *,
    separation: ClassSeparation | None = None,
    held_back: int = 0,
    rate: NoiseRate | None = None,
    doubtful: DoubtfulNames | None = None,
) -> list[Message]:
    """Warnings to show with the suspicions, in sentences.

    Args:
        problem: what was judged.
        agreement: out-of-fold agreement of the probe with the labels.
        majority_rate: agreement of a vote for the largest class.
        class_names: what people call the classes; without them their ids are named.
        separation: how well the images tell the classes apart; None where it was not measured.
        held_back: labels that are suspect only between classes that are not told apart.
        rate: what was estimated of the noise; None where that was not possible.
        doubtful: classes a good part of which is suspected to be others.
    """
    said = {frozenset(pair) for pair in rate.even_pairs} if rate is not None else set()
    doubtful = doubtful or DoubtfulNames()
    exchanged = [e for e in doubtful.exchanged if frozenset((e.given, e.other)) not in said]
    wide = [each for each in doubtful.wide if each.given not in {e.given for e in exchanged}]
    names = _Names(problem, class_names)
    overlapping = _overlapping(separation, held_back, class_names)
    perhaps_none = _perhaps_none(rate) if rate is not None else []
    return [
        # Classes that are not told apart are the reason of it, and more to the point.
        *(perhaps_none if not overlapping else ()),
        *_left_out(problem),
        *_unsolvable(problem),
        *_dependent(problem),
        *_small_classes(problem, class_names),
        *(_weak(problem, agreement, majority_rate, separation) if problem.solvable else ()),
        *overlapping,
        *(perhaps_none if overlapping else ()),
        *(_unidentified(rate, names) if rate is not None else ()),
        *_exchanged(exchanged, names),
        *_confused(doubtful.confused, names),
        *_wide(wide, names),
        *_alike([each for each in doubtful.alike if not _said(each, said)], names),
    ]


def _said(pair: AlikeNames, said: set[frozenset[int]]) -> bool:
    """Whether something has been said of the two classes already."""
    return frozenset((pair.given, pair.other)) in said


def _left_out(problem: Problem) -> list[Message]:
    found = []
    if problem.unusable:
        found.append(
            message(
                "Left out, because their embeddings hold values that are not numbers:"
                " {count:,}. Embed the images again.",
                count=problem.unusable,
            )
        )
    if problem.unlabelled and problem.solvable:
        found.append(
            message_n(
                "{count:,} sample without a label got a suggestion; it counts in no figure here.",
                "{count:,} samples without a label got suggestions; they count in no figure here.",
                problem.unlabelled,
            )
        )
        labels = labels_a_class(problem)
        if labels < FEW:
            found.append(
                message(
                    "These suggestions rest on about {labels} independent labels a class. With"
                    " fewer than {fewest} many are wrong where classes resemble each other: look at"
                    " them before accepting, or label more images and rank again.",
                    labels=max(1, round(labels)),
                    fewest=round(FEW),
                )
            )
    return found


def _unsolvable(problem: Problem) -> list[Message]:
    if len(problem.present) < 2:
        return [ONE_LABEL]
    if len(problem.given) < FEWEST_SAMPLES:
        return [TOO_FEW.with_fields(count=len(problem.given))]
    if len(problem.units.unique()) < 2:
        return [COPIES_OF_ONE]
    if problem.features.constant:
        return [ALL_THE_SAME]
    return []


def _dependent(problem: Problem) -> list[Message]:
    """How few the independent images are, where most belong to groups or are copies."""
    independent = len(problem.units.unique())
    if not problem.solvable or independent > _INDEPENDENT * len(problem.given):
        return []
    found = [
        message(
            "{images:,} images, but {independent:,} independent ones: copies of one image, and"
            " images of one group, such as a video or a patient, tell as much as one of them.",
            images=len(problem.given),
            independent=independent,
        )
    ]
    # Copies count as one wherever something is fitted, the images of a group do not.
    if float(problem.weight.sum()) > independent / _INDEPENDENT:
        found.append(
            message(
                "Suspects are less often wrong than their suspicion says, because a mistake about"
                " one image of a group is made about all of them. Look at one of each group first."
            )
        )
    return found


def _small_classes(problem: Problem, class_names: Sequence[str]) -> list[Message]:
    counts = units_of_class(problem, problem.given).numpy()
    small = problem.present[counts < SMALL_CLASS]
    # Copies of one image are no classes at all.
    if small.size == 0 or len(problem.units.unique()) < 2:
        return []
    named_ids = (class_names[label] if class_names else str(label) for label in small[:5])
    named = Message(", ".join(named_ids))
    if small.size > 5:
        named = message("{names} and {count} more", names=str(named), count=small.size - 5)
    if int(counts.sum()) < len(problem.given):
        return [
            message(
                "Classes with fewer than {fewest} independent images (copies of one image, and"
                " images of one group, count as one): {named}."
                " Their labels cannot be judged well; look at them by eye.",
                fewest=SMALL_CLASS,
                named=named,
            )
        ]
    return [
        message(
            "Classes with fewer than {fewest} samples: {named}."
            " Their labels cannot be judged well; look at them by eye.",
            fewest=SMALL_CLASS,
            named=named,
        )
    ]


def _weak(
    problem: Problem, agreement: float, majority_rate: float, separation: ClassSeparation | None
) -> list[Message]:
    small_gain = agreement - majority_rate < _WEAK_GAIN * (1.0 - majority_rate)
    if not labels_follow_images(separation, agreement, majority_rate):
        if not small_gain:
            # Copies agree with each other; of few images nobody can tell that from chance.
            return [
                FEW_INDEPENDENT.with_fields(
                    agreement=agreement,
                    majority=majority_rate,
                    images=len(problem.given),
                    independent=max(1, round(float(problem.weight.sum()))),
                )
            ]
        return [DRAWN_BY_LOT.with_fields(agreement=agreement, majority=majority_rate)]
    # Of thousands of classes the agreement with the labels is all there is.
    if not (small_gain if separation is None else separation.weak):
        return []
    return [TOO_WEAK.with_fields(agreement=agreement, majority=majority_rate)]


def _overlapping(
    separation: ClassSeparation | None, held_back: int, class_names: Sequence[str]
) -> list[Message]:
    if separation is None or not separation.informative:
        return []

    def name(label: int) -> str:
        return class_names[label] if class_names else str(label)

    found = [
        message(
            "The images do not tell the classes {first} and {second} apart: on {samples:,} images"
            " that look like either, the label is guessed with {area:.2f} (0.5 is chance, 1 is"
            " certain; at most {high:.2f}). Consider merging them.",
            first=name(pair.first),
            second=name(pair.second),
            samples=pair.samples,
            area=pair.area,
            high=pair.high,
        )
        for pair in separation.pairs[:_SHOWN_PAIRS]
    ]
    if len(separation.pairs) > _SHOWN_PAIRS:
        found.append(
            message(
                "{count} more pairs of classes are not told apart.",
                count=len(separation.pairs) - _SHOWN_PAIRS,
            )
        )
    if held_back:
        found.append(
            message_n(
                "{count:,} label that is suspect only between such classes is held back and not"
                " among the suspects.",
                "{count:,} labels that are suspect only between such classes are held back and not"
                " among the suspects.",
                held_back,
            )
        )
    return found


ONE_LABEL = message("All samples have the same label, so there is nothing to compare it with.")
TOO_FEW = message("{count} samples are too few to judge; nothing was flagged.")
COPIES_OF_ONE = message("All images are copies of one, so the labels cannot be judged.")
FEW_INDEPENDENT = message(
    "The labels cannot be judged: a classifier agrees with {agreement:.0%} of them,"
    " the largest class alone with {majority:.0%}, but the {images:,} images count"
    " as {independent:,} independent ones (copies of one image count as one), too"
    " few to tell that from chance. Do not trust the suspects; add different"
    " images."
)
ALL_THE_SAME = message("All embeddings are the same, so the labels cannot be judged; embed again.")
DRAWN_BY_LOT = message(
    "The labels cannot be judged by this embedding: they follow the images no better"
    " than labels drawn by lot (a classifier agrees with {agreement:.0%} of them, the"
    " largest class alone with {majority:.0%}). Do not trust the suspects; try another"
    " encoder."
)
TOO_WEAK = message(
    "The embedding is too weak for this data: a classifier on it agrees with"
    " {agreement:.0%} of the labels, and always naming the largest class would agree with"
    " {majority:.0%}. Try another encoder before trusting the suspects."
)
NOT_JUDGED = (ONE_LABEL, TOO_FEW, COPIES_OF_ONE, FEW_INDEPENDENT, ALL_THE_SAME, DRAWN_BY_LOT)
"""What is said where nothing is known of the labels."""


def _perhaps_none(rate: NoiseRate) -> list[Message]:
    """That clean labels are possible too, which who looks at suspects must know before all."""
    low, high = rate.interval
    if rate.relative_error < _UNIDENTIFIED or low > 0.0 or not rate.perhaps_none:
        return []
    return [PERHAPS_NONE.with_fields(high=high)]


def _unidentified(rate: NoiseRate, names: "_Names") -> list[Message]:
    """What about the noise does not follow from the data."""
    found = []
    low, high = rate.interval
    if rate.relative_error >= _UNIDENTIFIED:
        if low > 0.0:
            found.append(RATE_UNKNOWN.with_fields(low=low, high=high))
        elif not rate.perhaps_none:
            found.append(PERHAPS_FEW.with_fields(high=high))
    for true, given in rate.even_pairs[:_SHOWN_PAIRS]:
        found.append(
            message(
                "About half of the images of {true} seem to be labelled {given}. Which of the two"
                " labels is the mistake cannot be identified from the data: look at some of each,"
                " and rank again.",
                true=names[true],
                given=names[given],
            )
        )
    return found


@dataclass(frozen=True)
class _Names:
    """What people call the present classes."""

    problem: Problem
    class_names: Sequence[str]

    def __getitem__(self, label: int) -> str:
        number = int(self.problem.present[label])
        return self.class_names[number] if self.class_names else str(number)


def _exchanged(exchanged: Sequence[ExchangedNames], names: _Names) -> list[Message]:
    """What else leaves open whose name is the mistake."""
    return [
        message(
            "Most labels of {given} are taken for wrong: about {suspects:,} of its {samples:,}"
            " images look like those of {other}. Either they are {other}, or these labels are"
            " right, and {given} is rare and resembles {other} or has images labelled {other}."
            " That cannot be identified from the data: look at some of each, and rank again.",
            given=names[each.given],
            other=names[each.other],
            suspects=each.suspects,
            samples=each.samples,
        )
        for each in exchanged[:_SHOWN_PAIRS]
    ]


def _confused(confused: Sequence[ConfusedPair], names: _Names) -> list[Message]:
    """Pairs that may be two names of one thing."""
    return [
        message(
            "About {forward:,} of {first_count:,} images of {first} look like {second}, and"
            " {back:,} of {second_count:,} the other way. Either many of these labels were"
            " exchanged, or the two are names of one thing: then none of them is wrong, and the"
            " classes should be merged.",
            first=names[pair.first],
            second=names[pair.second],
            forward=pair.suspects[0],
            back=pair.suspects[1],
            first_count=pair.samples[0],
            second_count=pair.samples[1],
        )
        for pair in confused[:_SHOWN_PAIRS]
    ]


def _wide(wide: Sequence[WideClass], names: _Names) -> list[Message]:
    """Classes that may hold several others."""
    return [
        message(
            "Most labels of {given} are taken for wrong: about {suspects:,} of its {samples:,}"
            " images look like those of {others}. Either they are wrong, or {given} is a wider"
            " class that holds these: then they are right. Decide which of the names is meant"
            " before you accept suggestions.",
            given=names[each.given],
            suspects=each.suspects,
            samples=each.samples,
            others=Message(", ".join(names[other] for other in each.others)),
        )
        for each in wide[:_SHOWN_PAIRS]
    ]


def _alike(alike: Sequence[AlikeNames], names: _Names) -> list[Message]:
    """Classes of which some images look like another's, in a dataset that is hardly doubted."""
    return [
        message(
            "About {suspects:,} of {samples:,} images of {given} look like {other}. Either these"
            " labels are wrong, or the embedding hardly tells the two classes apart: then they are"
            " right. Look at some before you accept suggestions.",
            given=names[each.given],
            other=names[each.other],
            suspects=each.suspects,
            samples=each.samples,
        )
        for each in alike[:_SHOWN_PAIRS]
    ]
