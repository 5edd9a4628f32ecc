"""Training-dynamics scores: area under the margin (AUM) and mean probability of the label.

AUM (Pleiss et al. 2020) is the mean over epochs of z[y] - max_{k != y} z[k]; the other is the mean
probability of the given label. Both come from one plain cross-entropy probe.
"""

from collections.abc import Sequence

import numpy as np

from lnl_gui.detect.detectors.loss_mixture import detect_loss_mixture
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.mixture import clean_probability, fit_mixture
from lnl_gui.util.progress import Progress, no_progress


def detect_aum(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    copies: np.ndarray | None = None,
    seed: int = 0,
    device: str = PROCESSOR,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Score by the area under the margin (Pleiss et al., NeurIPS 2020). Time O(epochs N P C).

    Args:
        embeddings: K spaces (N, D_k).
        given_labels: (N,) int in [0, C), -1 for none.
        number_of_classes: C.
        copies: (N,) int, -1 alone; copies of one image count as one sample.
        seed: of the order of the samples.
        device: of torch; what its memory does not hold is computed on the processor.
        progress: training steps done of all; may raise `Cancelled`.

    Returns:
        score (N,) in [0, 1], the posterior of the lower of two Gaussians on the margins; vote (N,),
        the probe's best class; details `margin` (N,) and `loss` (N,).

    Raises:
        UserError: for input `check_inputs` refuses.
    """
    followed = _followed(
        embeddings, given_labels, number_of_classes, copies, seed, device, progress
    )
    margin = followed.details["margin"]
    judged = np.isfinite(margin)
    score = np.full(len(margin), np.nan)
    if judged.any():
        # Losses are low where margins are high.
        score[judged] = 1.0 - clean_probability(-margin[judged], fit_mixture(-margin[judged]))
    details = {"margin": margin, "loss": followed.details["loss"]}
    return DetectorResult("aum", score, followed.vote, details)


def detect_mean_probability(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    copies: np.ndarray | None = None,
    seed: int = 0,
    device: str = PROCESSOR,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Score by one less the given label's mean probability over epochs.

    Arguments, errors and cost as `detect_aum`: K spaces (N, D_k), given labels (N,), copies (N,).
    The score (N,) lies in [0, 1]; details are `confidence` (N,), the mean probability, and `loss`
    (N,).
    """
    followed = _followed(
        embeddings, given_labels, number_of_classes, copies, seed, device, progress
    )
    confidence = followed.details["confidence"]
    details = {"confidence": confidence, "loss": followed.details["loss"]}
    return DetectorResult("mean_probability", 1.0 - confidence, followed.vote, details)


def _followed(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    classes: int,
    copies: np.ndarray | None,
    seed: int,
    device: str,
    progress: Progress,
) -> DetectorResult:
    return detect_loss_mixture(
        embeddings,
        given_labels,
        number_of_classes=classes,
        # Plain cross-entropy, as in AUM's paper: a robust loss would never learn a wrong label,
        # and how late one is learnt is what tells it.
        loss="ce",
        per_class=False,
        copies=copies,
        seed=seed,
        device=device,
        progress=progress,
    )
