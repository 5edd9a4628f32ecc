"""The small classifier that methods train on cached embeddings."""

from torch import Tensor, nn


class EmbeddingHead(nn.Module):
    """A linear classifier on prepared embeddings, or one with a hidden layer before it.

    Args:
        dimension: P of the features (B, P).
        number_of_classes: C of the logits (B, C).
        hidden: width of the hidden layer; 0 for none.
    """

    def __init__(self, dimension: int, number_of_classes: int, *, hidden: int = 0) -> None:
        super().__init__()
        self.dimension = hidden or dimension
        self.backbone: nn.Module = nn.Identity()
        if hidden:
            self.backbone = nn.Sequential(nn.Linear(dimension, hidden), nn.ReLU())
        self.head = nn.Linear(self.dimension, number_of_classes)

    def forward(self, features: Tensor) -> Tensor:
        """Features (B, P) to logits (B, C)."""
        return self.head(self.backbone(features))
