"""ResNet-18 with pre-activation for 32x32 images (He et al., ECCV 2016), as DivideMix trains it."""

from torch import Tensor, nn
from torch.nn import functional

WIDTHS = (64, 128, 256, 512)
BLOCKS_OF_A_STAGE = 2


class _Block(nn.Module):
    """Normalise, activate, convolve, twice; the shortcut starts behind the first activation."""

    def __init__(self, inputs: int, outputs: int, *, stride: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.shortcut: nn.Module | None = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False)

    def forward(self, images: Tensor) -> Tensor:
        active = functional.relu(self.norm1(images))
        # Where the shape stays, the input itself goes past, not its activation.
        past = images if self.shortcut is None else self.shortcut(active)
        return self.conv2(functional.relu(self.norm2(self.conv1(active)))) + past


class PreActResNet18(nn.Module):
    """Pre-activation ResNet-18 for small images; `backbone` ends with features (B, 512).

    Args:
        number_of_classes: C of the logits (B, C).
    """

    def __init__(self, number_of_classes: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        inputs = WIDTHS[0]
        for stage, width in enumerate(WIDTHS):
            for number in range(BLOCKS_OF_A_STAGE):
                stride = 2 if stage and not number else 1
                blocks.append(_Block(inputs, width, stride=stride))
                inputs = width
        self.dimension = inputs
        first = nn.Conv2d(3, WIDTHS[0], 3, padding=1, bias=False)
        # DivideMix's code neither normalises nor activates behind the last block.
        self.backbone = nn.Sequential(first, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(inputs, number_of_classes)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, C) of normalised images (B, 3, S, S) float32."""
        return self.head(self.backbone(images))
