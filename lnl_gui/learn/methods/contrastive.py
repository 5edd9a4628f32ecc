"""Unsupervised contrastive loss of UNICON: SimCLR's NT-Xent on a projection head."""

import torch
from torch import Tensor, nn

from lnl_gui.learn.methods.parameters.unicon import TEMPERATURE


class ProjectionHead(nn.Module):
    """Two-layer projection head: features (B, D) to (B, `outputs`), where views are compared.

    Args:
        dimension: D, also the width of the hidden layer.
        outputs: dimensions of the projection; SimCLR's 128.
    """

    def __init__(self, dimension: int, *, outputs: int = 128) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(dimension, dimension), nn.ReLU(), nn.Linear(dimension, outputs)
        )

    def forward(self, features: Tensor) -> Tensor:
        """Features (B, D) to projections (B, K), K = `outputs`, not normalised."""
        return self.layers(features)


def nt_xent(first: Tensor, second: Tensor, *, temperature: float = TEMPERATURE) -> Tensor:
    """Normalised temperature-scaled cross-entropy (Chen et al., ICML 2020).

    Each of the 2 B projections must pick out the other view of its own sample among all others by
    cosine.

    Args:
        first: projections (B, K) of one view, any float type.
        second: projections (B, K) of another view of the same samples.
        temperature: divides the cosines.

    Returns:
        the mean over 2 B projections, a float32 scalar in nats.
    """
    both = torch.cat([first, second]).to(torch.promote_types(first.dtype, torch.float32))
    both = nn.functional.normalize(both, dim=1)
    # Mixed precision would take the product in half precision, where exp(1 / 0.05) overflows.
    with torch.autocast(both.device.type, enabled=False):
        similarity = both @ both.T / temperature
    itself = torch.eye(len(both), dtype=torch.bool, device=both.device)
    # A projection is nearest to itself; left in, nothing else would be learnt.
    similarity = similarity.masked_fill(itself, -torch.inf)
    # Row i of the first view belongs with row i of the second, B further on, and the other way
    # round.
    partner = torch.arange(len(both), device=both.device).roll(len(first))
    return nn.functional.cross_entropy(similarity, partner)
