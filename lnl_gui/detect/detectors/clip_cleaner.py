"""CLIPCleaner: labels that class names as text and a classifier on images both believe.

Feng, Tzimiropoulos and Patras, "CLIPCleaner: Cleaning Noisy Labels with CLIP" (ACM Multimedia
2024). Only for encoders that embed text too. Selection alone, not its training by MixFix. A
logistic regression dominates the time: O(iterations N D C), memory O(N (C + D)).
"""

import numpy as np
from scipy.special import log_softmax, logsumexp

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.detectors.zero_shot import same_encoder
from lnl_gui.detect.inputs import check_inputs, unit_rows
from lnl_gui.detect.mixture import clean_probability, fit_mixture
from lnl_gui.util.progress import Progress, no_progress

TEMPERATURE = 0.07
"""Of the cosines between images and texts: CLIP's before its training, and the authors'."""
MIXTURE_THRESHOLD, CONSISTENCY_THRESHOLD = 0.5, 0.8
"""theta_gmm and theta_cons of the authors' code."""
# scikit-learn's default of 100 does not converge on a thousand dimensions; the authors' number.
_ITERATIONS = 10_000


def clip_cleaner(
    embedding: np.ndarray,
    text_embedding: np.ndarray,
    given_labels: np.ndarray,
    *,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Select labels by CLIPCleaner's four criteria; score by one less the weakest of them.

    Twice, by the probabilities of the class names as text and by those of a logistic regression on
    the images (class weights balanced, fitted to the given labels): the posterior of the clean
    component of a Gaussian mixture of the losses of each given class, at least .5, and the given
    label's probability over the largest, at least .8. The authors write their prompts with a
    language model; here they are whatever `text_embedding` was made of.

    Args:
        embedding: (N, D) float of the images.
        text_embedding: (C, D) or, for P prompts a class, (C, P, D) float of the class names.
        given_labels: (N,) int32 in [0, C), -1 for none.
        progress: steps done of all; may raise `Cancelled`.

    Returns:
        score (N,) in [0, 1], half-way where a criterion is at its threshold; vote (N,), the most
        probable class by text; details `selected` (N,) bool, the labels the paper would keep, and
        `confidence` (N,), the voted class's probability.

    Raises:
        UserError: when images and texts come from different encoders, or for input `check_inputs`
            refuses.
    """
    same_encoder(embedding, text_embedding)
    number_of_classes = len(text_embedding)
    usable = np.flatnonzero(check_inputs([embedding], given_labels, number_of_classes))
    labels, images = given_labels[usable], unit_rows([embedding], usable)
    progress(0, 2)
    by_text = text_log_probabilities(images, text_embedding)
    progress(1, 2)
    by_image = _image_log_probabilities(images, labels, number_of_classes)
    progress(2, 2)
    criteria = np.stack(
        [
            found
            for logs in (by_text, by_image)
            for found in _criteria(logs, labels, number_of_classes)
        ]
    )
    score = np.full(len(given_labels), np.nan, np.float32)
    vote = np.full(len(given_labels), NO_VOTE, np.int32)
    confidence = np.zeros(len(given_labels), np.float32)
    selected = np.zeros(len(given_labels), bool)
    score[usable] = 1 - criteria.min(axis=0, initial=1.0)
    # At the threshold inclusively, as in the authors' code.
    selected[usable] = (criteria >= 0.5).all(axis=0)
    vote[usable] = by_text.argmax(axis=1)
    confidence[usable] = np.exp(by_text.max(axis=1, initial=-np.inf))
    return DetectorResult(
        "clip_cleaner", score, vote, {"confidence": confidence, "selected": selected}
    )


def text_log_probabilities(
    images: np.ndarray, text_embedding: np.ndarray, *, temperature: float = TEMPERATURE
) -> np.ndarray:
    """Log-probabilities (n, C): a class's share of exp(cosine / temperature), over its prompts.

    Args:
        images: (n, D) unit vectors.
        text_embedding: (C, D) or (C, P, D).
        temperature: of the cosines.
    """
    classes, dimension = len(text_embedding), text_embedding.shape[-1]
    texts = unit_rows([text_embedding.reshape(-1, dimension)])
    cosine = (images @ texts.T).reshape(len(images), classes, -1).astype(np.float64)
    # Summed over prompts and not averaged as directions: one that fits is enough.
    return log_softmax(logsumexp(cosine / temperature, axis=2), axis=1)


def _image_log_probabilities(
    images: np.ndarray, labels: np.ndarray, number_of_classes: int
) -> np.ndarray:
    """Log-probabilities (n, C) of a balanced logistic regression on its own training samples."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- loads for a second

    found = np.full((len(images), number_of_classes), -np.inf)
    present = np.unique(labels)
    if len(present) < 2:
        found[:, present] = 0.0
        return found
    classifier = LogisticRegression(class_weight="balanced", max_iter=_ITERATIONS, random_state=0)
    found[:, present] = classifier.fit(images, labels).predict_log_proba(images)
    return found


def _criteria(
    log_probabilities: np.ndarray, labels: np.ndarray, number_of_classes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Both criteria (n,) in [0, 1] of (n, C) log-probabilities, moved so that both begin at .5."""
    if not len(labels):
        return np.zeros(0), np.zeros(0)
    given = log_probabilities[np.arange(len(labels)), labels]
    losses = -given
    mixture = fit_mixture(losses, labels, number_of_groups=number_of_classes)
    consistency = np.exp(given - log_probabilities.max(axis=1))
    return (
        _from_half(clean_probability(losses, mixture, labels), MIXTURE_THRESHOLD),
        _from_half(consistency, CONSISTENCY_THRESHOLD),
    )


def _from_half(values: np.ndarray, threshold: float) -> np.ndarray:
    """Values in [0, 1] stretched on either side of the threshold, which becomes .5."""
    return np.interp(values, [0.0, threshold, 1.0], [0.0, 0.5, 1.0])
