"""Constants of TURN, by the encoder."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lnl_gui.learn.data.augmentation import AugmentationName
from lnl_gui.learn.methods.method import Setting
from lnl_gui.learn.training.rates import Optimiser

VIT_PROBE = Optimiser("sgd", 1e-2, 1e-3)
VIT_TUNING = Optimiser("sgd", 1e-2, 1e-5)

_TABLE: dict[str, tuple[Optimiser, Optimiser]] = {
    # Name, learning rate, weight decay; all for batches of 128.
    "vit": (VIT_PROBE, VIT_TUNING),
    "convnext": (Optimiser("sgd", 1e-1, 1e-4), Optimiser("adamw", 1e-4, 1e-4)),
    "mae": (Optimiser("adamw", 1e-2, 1e-5), Optimiser("adamw", 1e-4, 1e-3)),
    "msn": (Optimiser("sgd", 1e-2, 1e-2), Optimiser("sgd", 1e-3, 1e-5)),
    "clip": (Optimiser("adamw", 1e-3, 1e-6), Optimiser("adamw", 1e-5, 1e-5)),
    "resnet": (Optimiser("adamw", 1e-3, 1e-5), Optimiser("adamw", 1e-3, 1e-5)),
    # Of no column in the paper: a tenth of ResNet-50's rate, see `SMALL_BATCHES`.
    "batch_norm": (Optimiser("adamw", 1e-3, 1e-5), Optimiser("adamw", 1e-4, 1e-5)),
}
"""(probe, full fine-tuning) for ViT-B/16, ConvNeXt-T, MAE-B, MSN-B, CLIP-B and ResNet-50."""

SMALL_BATCHES: Final[Mapping[str, Any]] = {
    "train_batch_norm": False,
    "batch_size": 32,
    "warm_up_steps": 5,
}
"""For convolutional networks with batch normalisation other than ResNet-50. With its settings an
epoch on 600 photographs took EfficientNet-Lite2 from .70 to .32 of the validation part; with kept
statistics, a tenth of the rate and small batches EfficientNet-Lite0 stays where its probe was
(.595 to .571, held out .800 to .780)."""


@dataclass(frozen=True)
class TurnParameters:
    """Constants of TURN; the defaults are the authors' for ViT-B/16, see `turn_parameters`."""

    probe_epochs: int = 20
    least_probe_steps: int = 600
    """Each epoch of the probe passes over a small set more than once, until all have so many."""
    tuning_epochs: int = 4
    q: float = 0.7
    clean_threshold: float = 0.6
    class_floor: int = 10
    """Fewest samples drawn from a class that has them, however few look clean: a single class that
    nobody believes would else empty the whole set."""
    batch_size: int = 128
    probe_optimiser: Optimiser = VIT_PROBE
    tuning_optimiser: Optimiser = VIT_TUNING
    train_batch_norm: bool = True
    """False keeps the statistics of pre-training while the whole network learns."""
    warm_up_steps: int = 0
    """Of the fine-tuning: its rate grows to its full value over so many steps."""
    weak_view: AugmentationName = "auto"
    """`affine` for small images and `photograph` for others, as in the paper, unless named."""
    patience: int = 0
    """Stop after so many epochs without a better validation accuracy; 0 never."""
    seed: int = 0


def turn_parameters(encoder: str) -> TurnParameters:
    """The paper's optimisers for an encoder's family; ours for other convolutional ones.

    The pre-training decides before the architecture: a CLIP or MAE vision transformer takes the
    column of CLIP or MAE.

    Args:
        encoder: its name in the catalogue, in timm or in open_clip.
    """
    lowered = encoder.lower()
    family = next((name for name in ("clip", "mae", "msn", "convnext") if name in lowered), None)
    if family is None:
        # DINOv2 has no column of its own; its networks are vision transformers.
        family = "vit" if "vit" in lowered or "dino" in lowered else "batch_norm"
    # ResNet-50 itself, as the paper has it.
    if family == "batch_norm" and "resnet50" in lowered:
        family = "resnet"
    probe, tuning = _TABLE[family]
    parameters = replace(TurnParameters(), probe_optimiser=probe, tuning_optimiser=tuning)
    return replace(parameters, **SMALL_BATCHES) if family == "batch_norm" else parameters


def turn_defaults(setting: Setting, encoder: str) -> TurnParameters:
    """The paper's table by encoder; on embeddings one rate for all."""
    if setting == "embedding":
        return TurnParameters(probe_optimiser=Optimiser("sgd", 1e-2, 1e-3))
    return turn_parameters(encoder)
