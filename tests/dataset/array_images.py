"""Drawn arrays and what a listing's members decode to, for tests of the readers of arrays."""

import io

import numpy as np
from PIL import Image

from lnl_gui.containers.location import Member
from lnl_gui.containers.read import image_bytes
from lnl_gui.dataset.listing import Listing


def drawings(count: int, side: int = 28, channels: int = 0) -> np.ndarray:
    """Smooth random images, uint8 (count, side, side[, channels])."""
    generator = np.random.default_rng(1)
    coarse = generator.integers(0, 256, (count, side // 4, side // 4, channels or 1))
    fine = coarse.repeat(4, 1).repeat(4, 2) + generator.integers(-5, 5, (1, side, side, 1))
    images = np.clip(fine, 0, 255).astype(np.uint8)
    images.reshape(-1)[:2] = 0, 255
    return images if channels else images[..., 0]


def pixels(listing: Listing) -> np.ndarray:
    """Every image of a listing, decoded from its container."""
    found = []
    for record in listing.records:
        assert isinstance(record.file, Member)
        found.append(np.asarray(Image.open(io.BytesIO(image_bytes(record.file)))))
    return np.stack(found)


def labels(listing: Listing) -> list[str]:
    """The labels of a listing, in its order."""
    return [record.label for record in listing.records]


def splits(listing: Listing) -> list[str]:
    """The splits of a listing, in its order."""
    return [record.split for record in listing.records]
