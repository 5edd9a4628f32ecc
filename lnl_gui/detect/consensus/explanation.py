"""Why one label is suspected, in sentences, from the arrays a detect run leaves.

O(N + k) for each detector.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.mixture import Mixture, clean_probability

# By rank among the samples, since detectors' scores are on scales of their own.
_STRENGTHS = ((0.99, "very strong"), (0.95, "strong"), (0.8, "moderate"), (0.0, "weak"))


@dataclass(frozen=True)
class DetectorExplanation:
    """What one detector says of one sample.

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
    strength: str
    sentence: str


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
        mixture_sentence: where the loss lies among those of its class; empty without one.
    """

    headline: str
    by_detector: list[DetectorExplanation]
    neighbours: list[NeighbourEvidence]
    neighbour_sentence: str
    mixture_sentence: str

    def lines(self) -> list[str]:
        """All of it as lines of text."""
        said = [self.headline, *(explained.sentence for explained in self.by_detector)]
        return said + [s for s in (self.neighbour_sentence, self.mixture_sentence) if s]


def explain_sample(
    row: int,
    given_labels: np.ndarray,
    *,
    class_names: Sequence[str],
    suspicion: np.ndarray,
    suggested_label: np.ndarray,
    detectors: Sequence[DetectorResult],
    titles: Mapping[str, str] | None = None,
    neighbours: np.ndarray | None = None,
    neighbour_similarity: np.ndarray | None = None,
    loss: np.ndarray | None = None,
    mixture: Mixture | None = None,
) -> Explanation:
    """Explain the suspicion of the sample at `row`.

    Args:
        row: which of the N samples.
        given_labels: (N,) int32.
        class_names: C names.
        suspicion: (N,) of the consensus; NaN where it could not judge.
        suggested_label: (N,) int32 of the consensus.
        detectors: results whose details are not needed.
        titles: what a person calls each detector, by its name.
        neighbours: (N, k) int32, -1 for none.
        neighbour_similarity: (N, k) cosine.
        loss: (N,) of the robust probe on the given label.
        mixture: two Gaussians on the losses of each class.
    """
    given = int(given_labels[row])
    by_detector = [
        _explain_detector(result, row, given, class_names, titles or {}) for result in detectors
    ]
    near = _neighbours_of(row, given_labels, neighbours, neighbour_similarity)
    return Explanation(
        _headline(float(suspicion[row]), given, int(suggested_label[row]), class_names),
        sorted(by_detector, key=lambda explained: -np.nan_to_num(explained.rank, nan=-1.0)),
        near,
        _neighbour_sentence(near, given, class_names),
        _mixture_sentence(row, given, class_names, loss, mixture),
    )


def _name(label: int, class_names: Sequence[str]) -> str:
    return f'"{class_names[label]}"' if label >= 0 else "no class"


def _headline(suspicion: float, given: int, suggested: int, class_names: Sequence[str]) -> str:
    if given < 0:
        return "There is no given label to judge."
    if not np.isfinite(suspicion):
        return f"The label {_name(given, class_names)} could not be judged."
    chance = f"is wrong with a probability of about {100 * suspicion:.0f} %"
    start = f"The label {_name(given, class_names)} {chance}"
    if suggested in (given, NO_VOTE):
        return f"{start}; no other class is likelier."
    return f"{start}; {_name(suggested, class_names)} is likelier."


def _explain_detector(
    result: DetectorResult,
    row: int,
    given: int,
    class_names: Sequence[str],
    titles: Mapping[str, str],
) -> DetectorExplanation:
    title = titles.get(result.name, result.name)
    score, vote = float(result.score[row]), int(result.vote[row])
    if not np.isfinite(score):
        nothing = f"{title} could not judge this sample."
        return DetectorExplanation(result.name, score, float("nan"), vote, "", nothing)
    judged = result.score[np.isfinite(result.score)]
    rank = float((judged < score).mean())
    strength = next(word for least, word in _STRENGTHS if rank >= least)
    return DetectorExplanation(
        result.name,
        score,
        rank,
        vote,
        strength,
        f"{title} {_vote_words(vote, given, class_names)} and suspects it more than "
        f"{_per_cent(rank)} of the samples ({strength} evidence).",
    )


def _per_cent(share: float) -> str:
    """Rounded down, so that 99.96 % does not become all."""
    return f"{np.floor(share * 1000) / 10:.1f} %" if share >= 0.99 else f"{100 * share:.0f} %"


def _vote_words(vote: int, given: int, class_names: Sequence[str]) -> str:
    if vote == NO_VOTE:
        return "proposes no class"
    if vote == given:
        return f"agrees with {_name(given, class_names)}"
    return f"says {_name(vote, class_names)}"


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
) -> str:
    labels = [other.label for other in near if other.label >= 0]
    if not labels:
        return ""
    found, counts = np.unique(labels, return_counts=True)
    # The given label first among equals, so that a tie reads as support for it.
    order = np.lexsort((found != given, -counts))[:3]
    parts = [f"{counts[i]} {_name(int(found[i]), class_names)}" for i in order]
    return f"Of the {len(labels)} most similar images, the labels say {', '.join(parts)}."


def _mixture_sentence(
    row: int,
    given: int,
    class_names: Sequence[str],
    loss: np.ndarray | None,
    mixture: Mixture | None,
) -> str:
    if loss is None or mixture is None or given < 0 or not np.isfinite(loss[row]):
        return ""
    group = np.array([given]) if len(mixture.weight) > 1 else np.array([0])
    clean = float(clean_probability(loss[row : row + 1], mixture, group)[0])
    low, high = mixture.mean[group[0]]
    whom = "all classes" if mixture.pooled[group[0]] else _name(given, class_names)
    return (
        f"Its loss of {loss[row]:.2f} belongs to the {'easy' if clean >= 0.5 else 'hard'} group of "
        f"{whom} with a probability of {100 * max(clean, 1 - clean):.0f} % "
        f"(centres {low:.2f} and {high:.2f})."
    )
