"""An encoder: the colours of an eight by eight picture, without any weights."""

from pathlib import Path

from torch import Tensor, nn

from lnl_gui.encoders.catalogue.download import Remote
from lnl_gui.encoders.encoder import EncoderInfo
from lnl_gui.encoders.preprocessing import Preprocessing

SIDE = 8
INFO = EncoderInfo(
    "colours",
    "Colours",
    "Red, green and blue of an eight by eight picture.",
    source="lnl_example.encoder",
    download_bytes=0,
    image_size=SIDE,
    dimension=3 * SIDE * SIDE,
    model="colours",
)


class Colours(nn.Module):
    """(B, 3, H, W) to (B, 3 H W), scaled by one trainable number."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Conv2d(3, 3, 1, groups=3, bias=False)
        nn.init.ones_(self.scale.weight)

    def forward(self, pixels: Tensor) -> Tensor:
        """Flatten the pixels."""
        return self.scale(pixels).flatten(1)


def describe(model: str, /) -> EncoderInfo:
    """There is one model only."""
    return INFO


def remote(info: EncoderInfo) -> Remote | Path:
    """The weights file; a package that has real weights carries them or names their address."""
    return Path(__file__)


def build(info: EncoderInfo, file: Path | None) -> tuple[nn.Module, Preprocessing, int]:
    """The model, how its pixels are made, and the length of an embedding."""
    return Colours(), Preprocessing(SIDE, "squash"), info.dimension
