"""Preprocessing: resize and crop a decoded image to the pixels an encoder was trained on.

The steps are those of timm's and open_clip's evaluation transforms, in Pillow and numpy alone, so
that an encoder that needs no torch needs no torchvision either. Normalisation by mean and standard
deviation is part of the encoder's graph: pixels stay bytes until then.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from lnl_gui.dataset.pixels.resampling import ResizedPicture
from lnl_gui.pictures.rendering import Rendering

_FILTERS = ("nearest", "bilinear", "bicubic", "lanczos")
LONGEST = 16
"""A longer side beyond so many shorter ones is cut before it is scaled: a strip of 30000 x 1 pixels
would become 224 high and 6 720 000 wide."""

LARGEST_SIDE = 2048
"""Encoders look at 1 024 pixels at most; a batch of larger images fills the memory."""


@dataclass(frozen=True)
class Preprocessing:
    """How an image becomes a square of `image_size` pixels, and how its values are normalised.

    Attributes:
        image_size: S, side of the square in pixels.
        resize_mode: `shortest` (keep the aspect ratio, cut the centre), `squash` (ignore the aspect
            ratio) or `longest` (keep it, pad with the mean).
        interpolation: `nearest`, `bilinear`, `bicubic` or `lanczos`.
        crop_fraction: side of the centre crop relative to the resized image, timm's `crop_pct`.
        mean: of each channel, for pixel values scaled to [0, 1].
        std: standard deviation of each channel, likewise.
        integers, floats: the values shown black and white in pictures of more than 8 bits, as
            `rendering` puts them together.

    Raises:
        ValueError: for an unknown resize mode or interpolation, a side of no or of too many pixels,
            and a mean or standard deviation that cannot be.
    """

    image_size: int
    resize_mode: str = "shortest"
    interpolation: str = "bicubic"
    crop_fraction: float = 1.0
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    integers: tuple[float, float] | None = None
    floats: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.resize_mode not in ("shortest", "squash", "longest"):
            raise ValueError(f"unknown resize mode: {self.resize_mode}")
        if self.interpolation not in _FILTERS:
            raise ValueError(f"unknown interpolation: {self.interpolation}")
        if not 1 <= self.image_size <= LARGEST_SIDE:
            raise ValueError(f"a side of {self.image_size} pixels; at most {LARGEST_SIDE}")
        if not 0.1 <= self.crop_fraction <= 10:
            raise ValueError(f"a crop of {self.crop_fraction}")
        for value in (*self.mean, *self.std):
            if not math.isfinite(value) or abs(value) > 1e3:
                raise ValueError(f"a mean or standard deviation of {value}")
        if min(self.std) < 1e-6:
            raise ValueError(f"a standard deviation of {min(self.std)}")

    @property
    def resized_side(self) -> int:
        """Pixels of the resized side, before the centre is cut; what a decoder must deliver."""
        return math.floor(self.image_size / self.crop_fraction)

    @property
    def rendering(self) -> Rendering:
        """How a picture becomes RGB before it is resized."""
        return Rendering(self.integers, self.floats)

    def with_rendering(self, rendering: Rendering) -> "Preprocessing":
        """The same for the images of a dataset that is rendered so."""
        return replace(self, integers=rendering.integers, floats=rendering.floats)

    def apply(self, image: Image.Image) -> np.ndarray:
        """Resize and crop an RGB image of any size to pixels (S, S, 3) uint8."""
        # Converting what is RGB already would copy it.
        return self.apply_to(ResizedPicture(image if image.mode == "RGB" else image.convert("RGB")))

    def apply_to(self, picture: ResizedPicture) -> np.ndarray:
        """Pixels (S, S, 3) uint8 of an RGB picture of which other sizes are made too."""
        size = self._resized_size(*picture.size)
        if max(size) > LONGEST * self.resized_side:
            image, size = self._middle(picture.image, size)
            picture = ResizedPicture(image)
        return self._central_square(picture, size)

    def normalise(self, pixels: np.ndarray) -> np.ndarray:
        """Normalise pixels (B, H, W, 3) uint8 to (B, 3, H, W) float32, the input of a backbone."""
        values = pixels.astype(np.float32) / np.float32(255)
        mean, std = (np.array(value, dtype=np.float32) for value in (self.mean, self.std))
        values = (values - mean) / std
        return np.ascontiguousarray(values.transpose(0, 3, 1, 2))

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; without the ranges where there are none, as before there were any."""
        unset = {n for n in ("integers", "floats") if getattr(self, n) is None}
        return {name: value for name, value in asdict(self).items() if name not in unset}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Preprocessing":
        """The inverse of `to_dict`; lists become tuples."""
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**known)

    def _middle(
        self, image: Image.Image, size: tuple[int, int]
    ) -> tuple[Image.Image, tuple[int, int]]:
        """The middle of a long strip, and the size it comes to, with some more than is cut."""
        width, height = image.size
        # An even margin on both sides keeps the centre where it is.
        kept = math.ceil(LONGEST / 2 * min(width, height) * self.image_size / self.resized_side)
        kept = max(1, min(kept + (kept - max(width, height)) % 2, max(width, height)))
        if width > height:
            left = (width - kept) // 2
            cut = image.crop((left, 0, left + kept, height))
        else:
            top = (height - kept) // 2
            cut = image.crop((0, top, width, top + kept))
        return cut, self._resized_size(cut.width, cut.height)

    def _resized_size(self, width: int, height: int) -> tuple[int, int]:
        side = self.resized_side
        if self.resize_mode == "squash":
            return side, side
        if self.resize_mode == "shortest":
            # torchvision truncates the longer side, and so does every number computed with it.
            short = min(width, height)
            return max(1, side * width // short), max(1, side * height // short)
        scale = side / max(width, height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def _central_square(self, picture: ResizedPicture, size: tuple[int, int]) -> np.ndarray:
        side = self.image_size
        left, top = (_offset(length, side) for length in size)
        if left >= 0 and top >= 0:
            return picture.resized(size, self.interpolation, (left, top, side, side))
        # The mean becomes 0 after normalisation, so that the padding says nothing.
        square = np.empty((side, side, 3), np.uint8)
        square[:] = [round(255 * value) for value in self.mean]
        width, height = (min(length, side) for length in size)
        x, y = max(-left, 0), max(-top, 0)
        square[y : y + height, x : x + width] = picture.resized(
            size, self.interpolation, (max(left, 0), max(top, 0), width, height)
        )
        return square


def _offset(length: int, side: int) -> int:
    """Where a centred `side` begins in `length`, negative for padding, rounded as timm does."""
    return round((length - side) / 2) if length >= side else -((side - length) // 2)
