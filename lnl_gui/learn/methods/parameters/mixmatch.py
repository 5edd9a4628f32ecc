"""Constants of methods that warm up and then train by MixMatch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lnl_gui.learn.methods.parameters.warm_up import WarmUpTraining

RAMP_EPOCHS = 16
"""DivideMix's ramp of lambda_u after the warm-up: early guesses are too poor to count fully."""


@dataclass(frozen=True)
class MixMatchTraining(WarmUpTraining):
    """Parameters of methods that warm up and then train by MixMatch."""

    batch_size: int = 64
    temperature: float = 0.5
    alpha: float = 4.0
    unlabelled_weight: float = 25.0
    ramp_epochs: int = RAMP_EPOCHS
    train_on_strong: bool = False
    """Strong views to train (Nishi et al.), weak ones to model losses and guess."""


CLOTHING1M: Final[Mapping[str, Any]] = {
    "warm_up_epochs": 1,
    "warm_up_part": "head",
    "batch_size": 32,
    "warm_up_batch_size": 64,
    "alpha": 0.5,
    "unlabelled_weight": 0.0,
    "weight_decay": 1e-3,
    "clip_norm": 10.0,
    # In their code for Clothing1M it is added whatever the noise.
    "confidence_penalty": 1.0,
}
"""What the authors of DivideMix take for Clothing1M, and those of UNICON after them."""
