"""What a pass needs of one image file, and how it is made; in this process or in another."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lnl_gui.containers.errors import NO_MEMORY
from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.pixels.facts import PixelFacts, read_sample
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import DecodingMemory
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering
from lnl_gui.util.messages import NOTHING, Message, message


@dataclass(frozen=True)
class DecodedFile:
    """Facts, thumbnail and the pixels for each preprocessing; or the reason why not.

    `signature` is (32, 32) uint8, pixels are (S, S, 3) uint8.
    """

    facts: PixelFacts | None = None
    pixels: dict[Preprocessing, np.ndarray] = field(default_factory=dict)
    signature: np.ndarray | None = None
    thumbnail_name: str = ""
    thumbnail: bytes = b""
    reason: Message = NOTHING


@dataclass(frozen=True)
class Decoding:
    """How the files of a pass are decoded.

    Attributes:
        preprocessings: of the encoders, each once.
        thumbnail_side: longest side of a thumbnail in pixels.
        rendering: of the dataset.
        compiled: resize in compiled loops.
    """

    preprocessings: Sequence[Preprocessing]
    thumbnail_side: int = 256
    rendering: Rendering = AS_DECLARED
    compiled: bool = False

    def decode(self, file: ImageLocation | bytes, memory: DecodingMemory) -> DecodedFile:
        """Read and decode one file, once for all preprocessings.

        Args:
            file: where it lies, or its bytes.
            memory: of all images that this process decodes at one time.
        """
        # The decoder may reduce a JPEG, but never below what the largest encoder needs.
        side = max(preprocessing.resized_side for preprocessing in self.preprocessings)
        try:
            with memory.share() as share:
                sample = read_sample(
                    file,
                    minimum_side=side,
                    thumbnail_side=self.thumbnail_side,
                    share=share,
                    rendering=self.rendering,
                    compiled=self.compiled,
                )
                pixels = {p: p.apply_to(sample.picture) for p in self.preprocessings}
        except UnreadableImage as error:
            return DecodedFile(reason=error.reason)
        except MemoryError:
            return DecodedFile(reason=NO_MEMORY)
        # Pillow refuses shapes that nobody thought of; such a file costs its own row.
        except (ValueError, OSError) as error:
            return DecodedFile(
                reason=message("cannot be brought to size: {reason}", reason=str(error))
            )
        return DecodedFile(
            sample.facts, pixels, sample.signature, sample.thumbnail_name, sample.thumbnail
        )
