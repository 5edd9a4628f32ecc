"""Zero-shot classification by the class names' text embeddings (CLIP), as a detector.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (ICML
2021). Only for encoders that embed text too. O(N D C), memory O(N + C D).
"""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.inputs import check_inputs, unit_rows
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

# CLIP's learnt temperature, at the bound its authors clipped it to.
SCALE = 100.0
_CHUNK = 8192
# One number is fitted; an even part of so many tells it.
_FIT_ROWS = 5000


def class_directions(text_embedding: np.ndarray) -> np.ndarray:
    """Unit vector of each class, (C, D) float32, from its text embeddings.

    Prompts are normalised, averaged and normalised again, as in CLIP's own zero-shot code.

    Args:
        text_embedding: (C, D), or (C, P, D) for P prompts a class.
    """
    if text_embedding.ndim == 2:
        return unit_rows([text_embedding])
    classes, prompts, dimension = text_embedding.shape
    unit = unit_rows([text_embedding.reshape(-1, dimension)])
    return unit_rows([unit.reshape(classes, prompts, dimension).mean(axis=1)])


def same_encoder(embedding: np.ndarray, text_embedding: np.ndarray) -> None:
    """Check that images (N, D) and texts (C, D) or (C, P, D) can be compared.

    Raises:
        UserError: when they come from different encoders.
    """
    if embedding.shape[1] != text_embedding.shape[-1]:
        raise UserError(
            message(
                "The images' embedding has {shape} dimensions, the class names' {shape2}.",
                shape=embedding.shape[1],
                shape2=text_embedding.shape[-1],
            ),
            message("Take both from the same encoder."),
        )


def zero_shot(
    embedding: np.ndarray,
    text_embedding: np.ndarray,
    given_labels: np.ndarray,
    *,
    scale: float | None = SCALE,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Score by one less the given label's probability, a softmax of scaled cosines.

    Args:
        embedding: (N, D) float of the images.
        text_embedding: (C, D) or (C, P, D) float of the class names.
        given_labels: (N,) int32 in [0, C), -1 for none.
        scale: of the cosines; 100 is CLIP's own, None fits it to the given labels by likelihood.
        progress: samples done of all; may raise `Cancelled`.

    Returns:
        score (N,) in [0, 1]; vote (N,), the most probable class; details `confidence` (N,), its
        probability, and `scale` (1,).

    Raises:
        UserError: when images and texts come from different encoders, or for input `check_inputs`
            refuses.
    """
    same_encoder(embedding, text_embedding)
    usable = np.flatnonzero(check_inputs([embedding], given_labels, len(text_embedding)))
    classes = class_directions(text_embedding)
    if scale is None:
        scale = _fit_scale(embedding, classes, given_labels, usable)
    score = np.full(len(given_labels), np.nan, dtype=np.float32)
    vote = np.full(len(given_labels), NO_VOTE, dtype=np.int32)
    confidence = np.zeros(len(given_labels), dtype=np.float32)
    for start in range(0, len(usable), _CHUNK):
        progress(start, len(usable))
        rows = usable[start : start + _CHUNK]
        probability = softmax(scale * (unit_rows([embedding], rows) @ classes.T), axis=1)
        vote[rows] = probability.argmax(axis=1)
        confidence[rows] = probability.max(axis=1)
        # The others' sum: 1 - p of a sure sample rounds to 0, and sure samples would have no order.
        probability[np.arange(len(rows)), given_labels[rows]] = 0
        score[rows] = probability.sum(axis=1).clip(max=1)
    progress(len(usable), len(usable))
    details = {"confidence": confidence, "scale": np.array([scale])}
    return DetectorResult("zero_shot", score, vote, details)


def _fit_scale(
    embedding: np.ndarray, classes: np.ndarray, given_labels: np.ndarray, usable: np.ndarray
) -> float:
    """The scale under which the given labels of an even part are likeliest."""
    rows = usable[:: -(-len(usable) // _FIT_ROWS)]
    cosine = unit_rows([embedding], rows) @ classes.T
    at = np.arange(len(rows)), given_labels[rows]

    def loss(log_scale: float) -> float:
        return -float(log_softmax(np.exp(log_scale) * cosine, axis=1)[at].mean())

    # Between 0.14 and 403, around CLIP's 100, in the logarithm.
    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 6.0), method="bounded").x))
