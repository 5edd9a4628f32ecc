"""Explanation of one sample's suspicion in sentences, from the arrays of a detect run.

O(N + k) for each detector.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.mixture import Mixture, clean_probability
from lnl_gui.util.messages import NOTHING, Message, joined, message

# By rank among the samples, since detectors' scores are on scales of their own.
_STRENGTHS = (
    (0.99, message("very strong")),
    (0.95, message("strong")),
    (0.8, message("moderate")),
    (0.0, message("weak")),
)


@dataclass(frozen=True)
class DetectorExplanation:
    """The evidence of one detector on one sample.

    Attributes:
        detector: its name.
        score: as the detector gives it; NaN if it could not judge.
        rank: share of the judged samples that it suspects less, in [0, 1]; NaN likewise.
        vote: the class it proposes, -1 for none.
        strength: `very strong`, `strong`, `moderate` or `weak`; empty where it could not judge.
        sentence: the same in words.
    """

    detector: str
    score: float
    rank: float
    vote: int
    strength: Message
    sentence: Message


@dataclass(frozen=True)
class NeighbourEvidence:
    """A nearest neighbour: its row, its given label and its cosine similarity."""

    row: int
    label: int
    similarity: float


@dataclass(frozen=True)
class Explanation:
    """The evidence for and against one sample's given label, in sentences.

    Attributes:
        headline: the suspicion in one sentence.
        by_detector: one for each detector, most suspicious first.
        neighbours: nearest first.
        neighbour_sentence: what they say together; empty without any.
        copies_sentence: what the labels of its image's other copies say; empty without any.
        mixture_sentence: where the loss lies among those of its class; empty without one.
    """

    headline: Message
    by_detector: list[DetectorExplanation]
    neighbours: list[NeighbourEvidence]
    neighbour_sentence: Message
    mixture_sentence: Message
    copies_sentence: Message = NOTHING

    def lines(self) -> list[Message]:
        """All sentences, headline first."""
        said = [self.headline, *(explained.sentence for explained in self.by_detector)]
        more = (self.copies_sentence, self.neighbour_sentence, self.mixture_sentence)
        return said + [sentence for sentence in more if sentence]


def explain_sample(
    row: int,
    given_labels: np.ndarray,
    *,
    class_names: Sequence[str],
    suspicion: np.ndarray,
    suggested_label: np.ndarray,
    detectors: Sequence[DetectorResult],
    titles: Mapping[str, Message | str] | None = None,
    neighbours: np.ndarray | None = None,
    neighbour_similarity: np.ndarray | None = None,
    loss: np.ndarray | None = None,
    mixture: Mixture | None = None,
    confidence: np.ndarray | None = None,
    off_topic: np.ndarray | None = None,
    copies: np.ndarray | None = None,
) -> Explanation:
    """Explain the suspicion of the sample at `row`.

    Args:
        row: which of the N samples.
        given_labels: (N,) int32, -1 for none.
        class_names: C names.
        suspicion: (N,) float of the consensus; NaN where it could not judge.
        suggested_label: (N,) int32 of the consensus.
        detectors: results whose details are not needed.
        titles: what a person calls each detector, by its name.
        neighbours: (N, k) int32, -1 for none.
        neighbour_similarity: (N, k) cosine.
        loss: (N,) of the robust probe on the given label.
        mixture: two Gaussians on the losses of each class.
        confidence: (N,) probability of the suggestion for samples without a label, else NaN.
        off_topic: (N,) bool, images of none of the classes.
        copies: (N,) int32, the same number for copies of one image, -1 alone.
    """
    given = int(given_labels[row])
    # Detectors judge labels: without one there is nothing that any of them could say.
    by_detector = [
        _explain_detector(result, row, given, class_names, titles or {})
        for result in (detectors if given >= 0 else ())
    ]
    near = _neighbours_of(row, given_labels, neighbours, neighbour_similarity)
    return Explanation(
        _off_topic_headline(float(suspicion[row]))
        if off_topic is not None and off_topic[row]
        else _unlabelled_headline(row, suggested_label, confidence, class_names)
        if given < 0
        else _headline(float(suspicion[row]), given, int(suggested_label[row]), class_names),
        sorted(by_detector, key=lambda explained: -np.nan_to_num(explained.rank, nan=-1.0)),
        near,
        _neighbour_sentence(near, given, class_names),
        _mixture_sentence(row, given, class_names, loss, mixture),
        _copies_sentence(row, given_labels, copies, class_names),
    )


def _name(label: int, class_names: Sequence[str]) -> Message:
    if label < 0:
        return message("no class")
    return Message('"{name}"', (("name", class_names[label]),))


def _unlabelled_headline(
    row: int, suggested: np.ndarray, confidence: np.ndarray | None, class_names: Sequence[str]
) -> Message:
    label = int(suggested[row])
    if label >= 0 and confidence is not None and not np.isfinite(confidence[row]):
        return message(
            "It came without a label; a person called it {label}.", label=_name(label, class_names)
        )
    if label < 0 or confidence is None or not np.isfinite(confidence[row]):
        return message("It has no label, and none can be suggested.")
    return message(
        "It has no label; {label} is suggested, with a probability of about {percent:.0f} %.",
        label=_name(label, class_names),
        percent=100 * float(confidence[row]),
    )


def _off_topic_headline(suspicion: float) -> Message:
    if not np.isfinite(suspicion):
        return message(
            "The image lies unusually far from all classes; if it is of none of them, set it aside."
        )
    return message(
        "The image lies unusually far from all classes; if it is of none of them, set it aside."
        " Its label alone is wrong with a probability of about {percent:.0f} %.",
        percent=100 * suspicion,
    )


def _headline(suspicion: float, given: int, suggested: int, class_names: Sequence[str]) -> Message:
    label = _name(given, class_names)
    if not np.isfinite(suspicion):
        return message("The label {label} could not be judged.", label=label)
    if suggested in (given, NO_VOTE):
        return message(
            "The label {label} is wrong with a probability of about {percent:.0f} %; no other"
            " class is likelier.",
            label=label,
            percent=100 * suspicion,
        )
    return message(
        "The label {label} is wrong with a probability of about {percent:.0f} %; {other} is"
        " likelier.",
        label=label,
        percent=100 * suspicion,
        other=_name(suggested, class_names),
    )


def _explain_detector(
    result: DetectorResult,
    row: int,
    given: int,
    class_names: Sequence[str],
    titles: Mapping[str, Message | str],
) -> DetectorExplanation:
    title = titles.get(result.name, result.name)
    score, vote = float(result.score[row]), int(result.vote[row])
    if not np.isfinite(score):
        nothing = message("{title} could not judge this sample.", title=title)
        return DetectorExplanation(result.name, score, float("nan"), vote, NOTHING, nothing)
    judged = result.score[np.isfinite(result.score)]
    rank = float((judged < score).mean())
    strength = next(word for least, word in _STRENGTHS if rank >= least)
    return DetectorExplanation(
        result.name,
        score,
        rank,
        vote,
        strength,
        message(
            "{title} {vote} and suspects it more than {share} of the samples"
            " ({strength} evidence).",
            title=title,
            vote=_vote_words(vote, given, class_names),
            share=_per_cent(rank),
            strength=strength,
        ),
    )


def _per_cent(share: float) -> Message:
    """Rounded down, so that 99.96 % does not become all."""
    if share >= 0.99:
        return Message("{percent:.1f} %", (("percent", float(np.floor(share * 1000) / 10)),))
    return Message("{percent:.0f} %", (("percent", 100 * share),))


def _vote_words(vote: int, given: int, class_names: Sequence[str]) -> Message:
    if vote == NO_VOTE:
        return message("proposes no class")
    if vote == given:
        return message("agrees with {label}", label=_name(given, class_names))
    return message("says {label}", label=_name(vote, class_names))


def _neighbours_of(
    row: int,
    given_labels: np.ndarray,
    neighbours: np.ndarray | None,
    similarity: np.ndarray | None,
) -> list[NeighbourEvidence]:
    if neighbours is None or similarity is None:
        return []
    return [
        NeighbourEvidence(int(other), int(given_labels[other]), float(cosine))
        for other, cosine in zip(neighbours[row], similarity[row], strict=True)
        if other >= 0
    ]


def _neighbour_sentence(
    near: list[NeighbourEvidence], given: int, class_names: Sequence[str]
) -> Message:
    labels = [other.label for other in near if other.label >= 0]
    if not labels:
        return NOTHING
    return message(
        "Of the {count} most similar images, the labels say {labels}.",
        count=len(labels),
        labels=_counted(labels, given, class_names),
    )


def _copies_sentence(
    row: int, given_labels: np.ndarray, copies: np.ndarray | None, class_names: Sequence[str]
) -> Message:
    if copies is None or copies[row] < 0:
        return NOTHING
    others = copies == copies[row]
    others[row] = False
    labels = [int(label) for label in given_labels[others] if label >= 0]
    if not labels:
        return NOTHING
    return message(
        "The labels of other copies of this image say {labels}.",
        labels=_counted(labels, int(given_labels[row]), class_names),
    )


def _counted(labels: Sequence[int], given: int, class_names: Sequence[str]) -> Message:
    """The three most frequent labels and how often each occurs."""
    found, counts = np.unique(labels, return_counts=True)
    # The given label first among equals, so that a tie reads as support for it.
    order = np.lexsort((found != given, -counts))[:3]
    parts = [
        Message(
            "{count} {label}",
            (("count", int(counts[i])), ("label", _name(int(found[i]), class_names))),
        )
        for i in order
    ]
    return joined(parts)


def _mixture_sentence(
    row: int,
    given: int,
    class_names: Sequence[str],
    loss: np.ndarray | None,
    mixture: Mixture | None,
) -> Message:
    if loss is None or mixture is None or given < 0 or not np.isfinite(loss[row]):
        return NOTHING
    group = np.array([given]) if len(mixture.weight) > 1 else np.array([0])
    clean = float(clean_probability(loss[row : row + 1], mixture, group)[0])
    low, high = mixture.mean[group[0]]
    whom = message("all classes")
    if not mixture.pooled[group[0]]:
        whom = _name(given, class_names)
    return message(
        "Its loss of {loss:.2f} belongs to the {side} group of {whom} with a probability of"
        " {percent:.0f} % (centres {low:.2f} and {high:.2f}).",
        loss=float(loss[row]),
        side=message("easy") if clean >= 0.5 else message("hard"),
        whom=whom,
        percent=100 * max(clean, 1 - clean),
        low=float(low),
        high=float(high),
    )
