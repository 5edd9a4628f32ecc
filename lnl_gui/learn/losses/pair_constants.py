"""Parts of the active-passive pairs (Ma et al., ICML 2020), and the constants they share."""

import math
from typing import Literal

Active = Literal["nce", "nfl"]
Passive = Literal["rce", "mae"]

FOCUS = 0.5
"""Gamma of the normalised focal loss in the active-passive paper."""
LOG_OF_ZERO = math.log(1e-4)
"""The authors' stand-in A for log 0 in reverse cross-entropy; the SCE paper writes -4."""
