"""How many labels may be wrong if errors hit the images of a class at random, in one way or more.

A probe that learnt from labels of which .4 of one class bear the other's name is unsure of that
class, as it would be of hard images with right labels, and its likelihood does not tell the two
apart. Its surest images do: the more of one class bear another name, the more of the surest do,
while of hard images the surest bear their own. Errors at images that look like another class show
nowhere; no limit holds for them.
"""

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.calibration import MOST_ROWS
from lnl_gui.util.statistics.intervals import wilson

# Of as many images as bear a class's name, the share that is looked at. Less tells less of few
# images, more takes hard ones for wrong.
_SUREST = 0.3
_FEWEST = 10
_ROUNDS = 200


@torch.inference_mode()
def random_error_limit(scores: Tensor, given: Tensor, units: Tensor) -> float:
    """Share of wrong labels, in [0, 1], that random errors hardly exceed (upper end of 95 %).

    No more than disagree with the probe out of fold are wrong either, but for chance.

    On 27 label sets of two to ten classes (120 to 900 images) by which nothing was chosen all
    intervals held that reach it where perhaps no label is wrong; without it 22 did. Of right labels
    it leaves up to 10 % open with 120 images, 1 to 5 % with more.

    Args:
        scores: (n, C) float32 out-of-fold log-scores of a probe that learnt from given labels.
        given: (n,) int64 in [0, C).
        units: (n,) int64, equal for images that are no independent witnesses.

    Time O(n C log n).
    """
    if len(given) > MOST_ROWS:
        part = slice(None, None, -(-len(given) // MOST_ROWS))
        scores, given, units = scores[part], given[part], units[part]
    if not len(given):
        return 0.0
    independent = len(units.unique())
    surest, looked_at = _rates_of_surest(scores, given)
    counts = torch.bincount(given, minlength=scores.shape[1]).double().numpy()
    at_random = _share_wrong(surest, counts)
    seen = max(1, round(min(looked_at / len(given), 1.0) * independent))
    disagreeing = float((scores.argmax(1) != given).double().mean())
    return min(wilson(at_random, seen).high, wilson(disagreeing, independent).high)


def _rates_of_surest(scores: Tensor, given: Tensor) -> tuple[np.ndarray, int]:
    """(C, C) names borne by the surest images of each class, in shares, and how many these are."""
    classes = scores.shape[1]
    best, second = scores.topk(2, dim=1).values.unbind(1)
    bearing = torch.eye(classes, dtype=torch.float64)
    looked_at = 0
    for label, count in enumerate(torch.bincount(given, minlength=classes).tolist()):
        most = min(max(_FEWEST, round(_SUREST * count)), len(given))
        own = scores[:, label]
        margin = own - torch.where(own < best, best, second)
        names = given[margin.topk(most).indices]
        bearing[label] = torch.bincount(names, minlength=classes).double() / most
        looked_at += most
    return bearing.numpy(), looked_at


def _share_wrong(transition: np.ndarray, counts: np.ndarray) -> float:
    """Share of wrong labels among given ones of known counts (C,), by P(given | true) (C, C).

    How many images truly are of each class follows by the fit of highest likelihood (EM).
    """
    true = counts.copy()
    for _ in range(_ROUNDS):
        expected = np.maximum(transition.T @ true, 1e-9)
        true *= transition @ (counts / expected)
    wrong = float((true * (1.0 - np.diagonal(transition))).sum())
    return min(1.0, max(0.0, wrong / float(counts.sum())))
