"""Whether two pictures of one scene differ in one place, as a moved needle or a scratch does.

A fixed camera's photographs agree nearly everywhere, whatever there is to see in them: the detail
of whole patches says that they are copies. What tells them apart fills a few cells, and there
nothing of the one explains the other. A copy's differences are small and lie all over it.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lnl_gui.detect.copies.brightness import unexplained_by_gain
from lnl_gui.detect.copies.likeness import aligned, pair_parts, patches_at
from lnl_gui.detect.copies.orientations import oriented

IN_ONE_PLACE = 0.06
"""Greatest `difference_in_one_place` of a copy: of 700 copies, compressed, brightened, reduced,
shifted, cropped and shot again by hand, one lies above. Scratches and ticks begin at .1, half of
them lie above .4."""
# Cells a side of a place, and from one place to the next.
_WINDOW, _STEP = 6, 2
# Of pairs of one scene some are as like as can be, the needle at one angle and the camera at one
# place, and a few are copies after all. Of photographs with noise, copies that are brightened,
# mirrored or reduced lie below half of that, those compressed to 60 % near it.
_NEAREST, _NEARER = 0.02, 0.5


def difference_in_one_place(
    signatures: np.ndarray, left: np.ndarray, right: np.ndarray, orientation: np.ndarray
) -> np.ndarray:
    """Greatest mean square of what one patch, laid over the other, leaves unexplained in a window.

    Args:
        signatures: (N, S, S) uint8 patches of grey.
        left: (m,) int rows, whose patches are turned.
        right: (m,) int rows.
        orientation: (m,) int in [0, 8), see `oriented`.

    Returns:
        (m,) float32, in units of the patch's variance.
    """
    found = np.empty(len(left), np.float32)
    for part in pair_parts(len(left)):
        turned = np.ascontiguousarray(oriented(signatures[left[part]], orientation[part]))
        a = torch.from_numpy(turned.astype(np.float32))
        b = patches_at(signatures, right[part])
        there, back = aligned(signatures, left[part], right[part], orientation[part])
        # The blurred one of the two is better left as it is, and which one that is, is not known.
        found[part] = torch.minimum(_greatest(a, b, there), _greatest(b, a, back)).numpy()
    return found


def nearer_than_a_scene(detail: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """(m,) bool: pairs whose detail agrees far more than that of photographs of one scene.

    Copies share the noise of one photograph; two of one scene have each their own.

    Args:
        detail: (m,) likeness of the pairs.
        usual: (n,) that of photographs of one scene, at least one.
    """
    nearest = float(np.quantile(1.0 - usual, _NEAREST))
    return np.asarray(1.0 - detail < _NEARER * nearest)


def _greatest(moving: Tensor, fixed: Tensor, parameters: Tensor) -> Tensor:
    """Of (m, S, S) patches, the first laid over the second, in any window: (m,)."""
    found = unexplained_by_gain(moving[:, None], fixed[:, None], parameters)
    windows = F.avg_pool2d(found.rest * found.rest, _WINDOW, stride=_STEP).flatten(1)
    return windows.max(dim=1).values * found.cells / found.energy
