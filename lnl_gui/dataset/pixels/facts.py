"""Pixel facts: size, hashes, brightness and sharpness from one pass over a file."""

import hashlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.pixels.measures import Measures, measured
from lnl_gui.dataset.pixels.perceptual_hash import hash_of
from lnl_gui.dataset.pixels.resampling import LARGEST_COPY, ResizedPicture
from lnl_gui.dataset.pixels.thumbnail import encode_thumbnail, own_thumbnail
from lnl_gui.pictures.decoding import decode_with_header
from lnl_gui.pictures.memory import DecodingMemory, Share
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering

ANALYSIS_SIDE = 256
"""Brightness, sharpness and entropy are measured with the longer side at most this long."""
SIGNATURE_SIDE = 32
"""Cells on each side of the patch by which copies of an image are told."""

FACTS_DTYPE = np.dtype(
    [
        ("width", np.int32),
        ("height", np.int32),
        ("format", "U8"),
        ("content_hash", "S32"),
        ("perceptual_hash", np.uint64),
        ("brightness", np.float32),
        ("brightness_low", np.float32),
        ("brightness_high", np.float32),
        ("sharpness", np.float32),
        ("contrast", np.float32),
        ("entropy", np.float32),
        ("truncated", np.bool_),
        ("several", np.bool_),
    ]
)
"""One row of facts as a numpy structured type; the fields are those of `PixelFacts`."""


@dataclass(frozen=True, kw_only=True)
class PixelFacts(Measures):
    """Facts of one image file, with what was measured of its luminance.

    Attributes:
        width, height: full size in pixels, upright.
        format: `JPEG`, `PNG`, ... as found in the bytes, whatever the file's name.
        content_hash: BLAKE2b-128 of the file's bytes, 32 hexadecimal characters.
        perceptual_hash: 64-bit DCT hash; `f"{value:016x}"` equals `str(imagehash.phash(image))`.
        truncated: the file is cut short or damaged; what is left of it was read.
        several: the file holds more pictures, pages or frames, than the one that was read.
    """

    width: int
    height: int
    format: str
    content_hash: str
    perceptual_hash: int
    truncated: bool = False
    several: bool = False

    def as_row(self) -> tuple[int | float | str | bytes, ...]:
        """The values in the order of `FACTS_DTYPE`."""
        values = [getattr(self, name) for name in FACTS_DTYPE.names or ()]
        return tuple(values)


def current_facts(stored: np.ndarray) -> np.ndarray:
    """Facts (N,) that an earlier version wrote, with the fields of today, zero where unknown.

    Args:
        stored: (N,) of any of the types that facts have had; one of `FACTS_DTYPE` is not copied.
    """
    if stored.dtype == FACTS_DTYPE:
        return stored
    facts = np.zeros(len(stored), FACTS_DTYPE)
    known = set(stored.dtype.names or ())
    for name in (name for name in FACTS_DTYPE.names or () if name in known):
        facts[name] = stored[name]
    return facts


@dataclass(frozen=True)
class DecodedSample:
    """One file after the pass: RGB picture (maybe reduced), encoded thumbnail, facts.

    `signature` is a patch of grey of the whole image, (32, 32) uint8.
    `rendering` is the key of the rendering that it was made by, "" where any gives the same.
    """

    picture: ResizedPicture
    thumbnail: bytes
    facts: PixelFacts
    signature: np.ndarray
    rendering: str = ""

    @property
    def thumbnail_name(self) -> str:
        """What its thumbnail is kept by: the content, and the rendering where it matters."""
        return "-".join(filter(None, (self.facts.content_hash, self.rendering)))


def read_sample(
    file: ImageLocation | bytes,
    *,
    minimum_side: int,
    thumbnail_side: int = 256,
    share: Share | None = None,
    rendering: Rendering = AS_DECLARED,
    compiled: bool = False,
) -> DecodedSample:
    """Read a file once and derive everything its bytes and pixels give.

    Args:
        file: the image, opened for reading only; or its bytes.
        minimum_side: a JPEG may be decoded at reduced scale as long as its shorter side keeps
            this many pixels (and enough for the thumbnail); 0 decodes at full size.
        thumbnail_side: longest side of the thumbnail in pixels.
        share: of the memory that images in other threads take meanwhile; None shares none.
        rendering: of the dataset.
        compiled: resize in compiled loops, whose bytes are the same; for many files.

    Raises:
        UnreadableImage: with the reason in plain words.
    """
    share = share or Share(DecodingMemory())
    data = file if isinstance(file, bytes) else read_bytes(file, reserve=share.file)
    # One decoding serves encoder, thumbnail and facts, so that the largest of them decides.
    side = max(minimum_side, thumbnail_side, ANALYSIS_SIDE) if minimum_side > 0 else 0
    decoded = decode_with_header(
        data,
        minimum_side=side,
        reserve=share.pixels,
        rendering=rendering,
        largest_array=LARGEST_COPY if compiled else 0,
    )
    picture = ResizedPicture(decoded.source, compiled=compiled)
    grey = picture.grey()
    small = grey.within(ANALYSIS_SIDE, "box")
    facts = PixelFacts(
        width=decoded.width,
        height=decoded.height,
        format=decoded.format,
        content_hash=content_hash(data),
        perceptual_hash=hash_of(grey, compiled=compiled),
        truncated=decoded.truncated,
        several=decoded.several,
        **vars(measured(small, compiled=compiled)),
    )
    thumbnail = own_thumbnail(data, decoded, thumbnail_side)
    if thumbnail is None:
        thumbnail = encode_thumbnail(picture, thumbnail_side)
    key = rendering.key if decoded.rendered else ""
    patch = _signature_of(ResizedPicture(small, compiled=compiled))
    return DecodedSample(picture, thumbnail, facts, patch, key)


def signature(grey: Image.Image) -> np.ndarray:
    """The patch by which copies are told: the whole grey image as (32, 32) uint8."""
    return _signature_of(ResizedPicture(grey))


def _signature_of(grey: ResizedPicture) -> np.ndarray:
    return grey.resized((SIGNATURE_SIDE, SIGNATURE_SIDE), "bilinear")


def content_hash(data: bytes) -> str:
    """BLAKE2b-128 of a file's bytes as 32 hexadecimal characters."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()
