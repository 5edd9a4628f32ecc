"""LEMoN: label errors by neighbours among images and among the texts of their labels.

Zhang et al., "LEMoN: Label Error Detection using Multimodal Neighbors" (ICML 2025), for the case
that labels are classes. Only for encoders that embed text too. O(N^1.5 D) for the search, then
O(N C (C + k) + N D C), memory O(N (D + k) + C D).
"""

from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.detectors.zero_shot import class_directions, same_encoder
from lnl_gui.detect.groups import units
from lnl_gui.detect.inputs import check_inputs, unit_rows
from lnl_gui.detect.neighbours.search import duplicate_groups, nearest_neighbours
from lnl_gui.util.progress import Progress, no_progress

NEIGHBOURS, IMAGE_WEIGHT, TEXT_WEIGHT, DISTANCE_RATE, DOUBT_RATE = 30, 5.0, 5.0, 0.1, 5.0
"""k, beta, gamma, tau_1 and tau_2 of the paper where no labels are known to be right to search
better ones on."""
_ROWS = 4096


@dataclass(frozen=True)
class _Space:
    """What the distances of n samples are computed from, all cosine distances.

    Attributes:
        images: (n, D) unit vectors.
        texts: (C, D) unit vectors.
        labels: (n,) int32.
        trust: (n,) exp(-tau_2 d_mm) of each sample's own image and text.
    """

    images: np.ndarray
    texts: np.ndarray
    labels: np.ndarray
    trust: np.ndarray


def lemon(
    embedding: np.ndarray,
    text_embedding: np.ndarray,
    given_labels: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Score by d_mm + beta s_n + gamma s_m, with the paper's constants for when nothing is known.

    d_mm is the distance of image and text. s_n is the mean, over the k nearest images, of the
    distance of their texts from this one; s_m that of the images whose texts are nearest from this
    image. Each counts exp(-tau_1 d) for its own distance and exp(-tau_2 d_mm) for how well its
    image and text agree.

    With classes for texts all samples of a class are equally near by text, and the authors' code
    takes the first k of them; here s_m is the mean over all others of the class, which is what an
    arbitrary choice comes to on average.

    Args:
        embedding: (N, D) float of the images.
        text_embedding: (C, D) or, for P prompts a class, (C, P, D) float of the class names.
        given_labels: (N,) int32 in [0, C), -1 for none.
        groups: (N,) int, -1 alone; members are no image neighbours of each other.
        copies: (N,) int, -1 alone; nor are copies of one image.
        progress: of the search; may raise `Cancelled`.

    Returns:
        score (N,), at least 0, not bounded by 1; vote (N,), the class under which it is lowest.

    Raises:
        UserError: when images and texts come from different encoders, or for input `check_inputs`
            refuses.
    """
    same_encoder(embedding, text_embedding)
    usable = check_inputs([embedding], given_labels, len(text_embedding))
    rows = np.flatnonzero(usable)
    space = _space(embedding, text_embedding, given_labels, rows)
    unit = units(len(usable), duplicate_groups([embedding]), groups, copies)[rows]
    # Of labelled samples alone: one without a label has no text.
    indices, _ = nearest_neighbours([space.images], NEIGHBOURS, duplicates=unit, progress=progress)
    score = np.full(len(given_labels), np.nan, np.float32)
    vote = np.full(len(given_labels), NO_VOTE, np.int32)
    for start in range(0, len(rows), _ROWS):
        part = np.arange(start, min(start + _ROWS, len(rows)))
        found = _scores(space, indices[part], part)
        score[rows[part]] = found[np.arange(len(part)), space.labels[part]]
        vote[rows[part]] = found.argmin(axis=1)
    return DetectorResult("lemon", score, vote)


def _space(
    embedding: np.ndarray, text_embedding: np.ndarray, given_labels: np.ndarray, rows: np.ndarray
) -> _Space:
    images, texts = unit_rows([embedding], rows), class_directions(text_embedding)
    labels = given_labels[rows]
    agreement = np.einsum("nd,nd->n", images, texts[labels])
    return _Space(images, texts, labels, np.exp(-DOUBT_RATE * (1 - agreement)))


def _scores(space: _Space, indices: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Scores (n, C) of samples `rows` (n,) under each class; `indices` (n, k) are neighbours."""
    multimodal = 1 - space.images[rows] @ space.texts.T
    return (
        multimodal
        + IMAGE_WEIGHT * _by_images(space, indices, rows)
        + TEXT_WEIGHT * _by_texts(space, rows)
    )


def _by_images(space: _Space, indices: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """s_n (n, C): distance of each class's text from those of the nearest images."""
    there = indices >= 0
    near = space.images[indices] @ space.images[rows][:, :, None]
    weight = np.exp(-DISTANCE_RATE * (1 - near[:, :, 0])) * space.trust[indices] * there
    by_class = np.zeros((len(rows), len(space.texts)))
    np.add.at(by_class, (np.arange(len(rows))[:, None], space.labels[indices]), weight)
    between = 1 - space.texts @ space.texts.T
    # Over those that there are: few samples, or many copies, leave fewer than k.
    return by_class @ between / np.maximum(there.sum(axis=1, keepdims=True), 1)


def _by_texts(space: _Space, rows: np.ndarray) -> np.ndarray:
    """s_m (n, C): distance of the image from those of each class, its own left out."""
    classes = len(space.texts)
    one_hot = space.labels[:, None] == np.arange(classes)
    # Sums over a class of trust and of trusted images give its mean distance from any image.
    trust, trusted = space.trust @ one_hot, (one_hot * space.trust[:, None]).T @ space.images
    # An image is at no distance from itself, so that it counts in the divisor alone.
    others = one_hot.sum(axis=0) - one_hot[rows]
    found = (trust - space.images[rows] @ trusted.T) / np.maximum(others, 1)
    # Nothing speaks for a class that no other sample has: as far as can be.
    return np.where(others > 0, found, 1.0)
