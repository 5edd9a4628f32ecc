"""Types of encoders: the description of one, one that runs, and one as a torch module.

Nothing heavy is imported here, so that the catalogue can be listed at once.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.messages import Message

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class EncoderInfo:
    """Description of an encoder, known without loading it.

    Attributes:
        name: what the user types; `title` and `description` are what the user reads.
        source: `bundled`, `timm` or `open_clip`; for an encoder of another package the dotted name
            of its module, which is a `lnl_gui.encoders.loading.sources.Library`.
        download_bytes: size of the weights file, 0 when there is nothing to download.
        image_size: side of the square the model sees, in pixels.
        dimension: length of an embedding.
        model: the model's name in timm (with its tag) or in open_clip.
        tag: open_clip's name of the weights; empty otherwise.
        license: of the weights, as the hub names it, such as `apache-2.0`; empty where not known.
    """

    name: str
    title: Message | str
    description: Message | str
    source: str
    download_bytes: int
    image_size: int
    dimension: int
    model: str
    tag: str = ""
    license: str = ""


class Encoder(Protocol):
    """An encoder that turns pixels into embeddings.

    Attributes:
        name: as in `EncoderInfo`.
        key: identifies weights and preprocessing, whatever device computes.
        dimension: D, length of an embedding.
        preprocessing: makes its pixels.
        batch_size: images it embeds at a time.
        device: torch's name of what computes, such as `cpu` or `cuda:0`.
    """

    name: str
    key: str
    dimension: int
    preprocessing: Preprocessing
    batch_size: int
    device: str

    def embed(self, batch: np.ndarray) -> np.ndarray:
        """Embed pixels (B, H, W, 3) uint8, as `preprocessing` makes them, as (B, D) float32."""


@dataclass(frozen=True)
class Backbone:
    """A torch model without head, from normalised images (B, 3, H, W) to embeddings (B, D).

    Attributes:
        name: of the encoder.
        model: in evaluation mode, on the CPU, float32, all parameters trainable.
        dimension: D.
        preprocessing: how its pixels are made; `normalise` gives the model's input.
        blocks: its residual blocks from input to output, for training only the last ones; what
            follows the last block (final normalisation, last convolution) is part of the last.
    """

    name: str
    model: "nn.Module"
    dimension: int
    preprocessing: Preprocessing
    blocks: "list[nn.Module]" = field(repr=False)
