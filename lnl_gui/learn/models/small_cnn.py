"""The small network of the active-passive and dynamic-weight experiments on 32x32 images."""

import torch
from torch import Tensor, nn

IMAGE_SIZE = 32


def _convolution(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]


class SmallCNN(nn.Module):
    """Three 3x3 convolutions with ReLU and max-pooling, then two linear layers, Xavier-initialised.

    `backbone` ends with the hidden layer's activations (B, `hidden`), `head` is the last linear
    layer.
    """

    def __init__(self, number_of_classes: int, *, width: int = 32, hidden: int = 128) -> None:
        super().__init__()
        side = IMAGE_SIZE // 8
        first = nn.Linear(4 * width * side * side, hidden)
        self.dimension = hidden
        self.backbone = nn.Sequential(
            *_convolution(3, width),
            *_convolution(width, 2 * width),
            *_convolution(2 * width, 4 * width),
            nn.Flatten(),
            first,
            nn.ReLU(),
        )
        self.head = nn.Linear(hidden, number_of_classes)
        for layer in (first, self.head):
            # Linear layers only, as in the experiments; convolutions keep torch's own.
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, C) of normalised images (B, 3, 32, 32) float32.

        Raises:
            ValueError: for images of another size.
        """
        if images.shape[-2:] != torch.Size((IMAGE_SIZE, IMAGE_SIZE)):
            raise ValueError(f"the small network takes {IMAGE_SIZE}x{IMAGE_SIZE} images")
        return self.head(self.backbone(images))
