"""Early-learning regularisation (ELR, Liu et al., NeurIPS 2020)."""

import torch
from torch import Tensor

from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.losses.targets import Reduction, log_probabilities, reduce

FLOOR = 1e-4
"""The authors' clamp of p: log(1 - <p, t>) stays finite where both are sure."""


class EarlyLearningRegularisation:
    """CE + strength * log(1 - <p, t>), t a moving average of each sample's own predictions.

    The targets start at zero and move each time the loss is computed with `indices` while gradients
    are enabled; they are part of the training state.

    Args:
        number_of_samples: rows the targets are kept for.
        number_of_classes: C.
        beta: memory of the moving average: 0.7 for CIFAR-10, 0.9 for CIFAR-100.
        strength: lambda: 3 for CIFAR-10, 7 for CIFAR-100.
    """

    def __init__(
        self,
        number_of_samples: int,
        number_of_classes: int,
        *,
        beta: float = 0.7,
        strength: float = 3.0,
    ) -> None:
        self.beta = beta
        self.strength = strength
        self.moving_targets = torch.zeros(number_of_samples, number_of_classes)

    def __call__(
        self,
        logits: Tensor,
        targets: Tensor,
        indices: Tensor | None = None,
        *,
        reduction: Reduction = "mean",
    ) -> Tensor:
        """Compute the loss of a batch, and move its targets where gradients are enabled.

        Args:
            logits: (B, C).
            targets: labels (B,) or probabilities (B, C).
            indices: rows (B,) of the samples in the whole set; required.
            reduction: "mean" gives a scalar, "none" a (B,) tensor.

        Raises:
            ValueError: without indices.
        """
        if indices is None:
            raise ValueError("early-learning regularisation needs each sample's row: pass indices")
        # Clamped before the targets move, as in the authors' code, and renormalised only in them.
        p = log_probabilities(logits).exp().clamp(FLOOR, 1 - FLOOR)
        # The targets are no function of the weights: a gradient through them would pull the targets
        # to the predictions.
        moving = self._move(p.detach(), indices)
        # Grows to -infinity as p and t agree: its gradient outweighs that of a wrong label once the
        # early, right prediction is in t. log1p keeps the digits of small agreements.
        regulariser = torch.log1p(-(p * moving).sum(dim=1))
        losses = cross_entropy(logits, targets, reduction="none") + self.strength * regulariser
        return reduce(losses, reduction)

    def _move(self, p: Tensor, indices: Tensor) -> Tensor:
        # Built on the CPU before the device is known; moves once.
        self.moving_targets = self.moving_targets.to(p.device)
        moving = self.moving_targets[indices].to(p.dtype)
        # Evaluation, and the first pass of gradient caching, must not move the targets a second
        # time.
        if not torch.is_grad_enabled():
            return moving
        moving = self.beta * moving + (1 - self.beta) * p / p.sum(dim=1, keepdim=True)
        self.moving_targets[indices] = moving.to(self.moving_targets.dtype)
        return moving

    def state_dict(self) -> dict[str, Tensor]:
        """The moving targets (N, C) float32, for exact resume."""
        return {"moving_targets": self.moving_targets}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Restore the moving targets (N, C) float32 of `state_dict`."""
        # Updated in place later: the state a caller still holds must not change with it.
        self.moving_targets = state["moving_targets"].clone()
