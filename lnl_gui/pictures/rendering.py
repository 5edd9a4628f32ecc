"""Which values of a picture are black and white, where it has more than 8 bits of grey.

One rendering serves a dataset, so that equal values look equal in all of its images, wherever they
are shown or computed with. Without Pillow, so that the window can read one as it starts.
"""

import hashlib
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from lnl_gui.util.files.atomic import read_json, write_json

Range = tuple[float, float]
"""The values shown black and white."""
FILE = "rendering.json"
"""Among a project's arrays: how its images were last embedded."""

_VERSION = "4"
"""Of the rules by which pixels become RGB: what was made by older ones is not taken for today's."""
USUAL_DEPTHS = (255, 1023, 4095, 16383, 65535)
"""Cameras and scanners store 8, 10, 12 or 14 bits in 16."""


@dataclass(frozen=True)
class Rendering:
    """Which values are black and white in pictures of more than 8 bits.

    Attributes:
        integers: of pixels that are whole numbers; None takes the depth that the file declares.
        floats: of pixels that are fractions, and of medical images; None takes what the picture
            declares, or its own range.
        is_chosen: by a person, so that it stays whatever values the dataset gets.
    """

    integers: Range | None = None
    floats: Range | None = None
    is_chosen: bool = False

    @property
    def key(self) -> str:
        """Eight characters that differ where pictures would look different."""
        text = f"{_VERSION} {self.integers} {self.floats}"
        return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


AS_DECLARED = Rendering()
"""By each file alone: where nothing is known of its dataset."""


def window(width: float, level: float) -> Rendering:
    """The rendering that a window of medical imaging asks for, of all pictures of more than 8 bits.

    Args:
        width: values from black to white.
        level: the value shown in the middle of grey.
    """
    span = (level - width / 2, level + width / 2)
    return Rendering(span, span, is_chosen=True)


def usual_range(low: float, high: float, *, fractions: bool) -> Range:
    """The narrowest usual range that holds the values from `low` to `high`.

    Fractions within [0, 1] or [-1, 1], whole numbers of 8, 10, 12, 14 or 16 bits; whatever fits
    none of them is shown from its least value, or zero where there is none below, to its greatest.
    """
    if fractions and high <= 1 and low >= -1:
        return (0.0, 1.0) if low >= 0 else (-1.0, 1.0)
    if not fractions and low >= 0 and high <= USUAL_DEPTHS[-1]:
        return 0.0, float(next(depth for depth in USUAL_DEPTHS if high <= depth))
    return min(low, 0.0), max(high, low + 1e-12)


def covers(wide: Range | None, narrow: Range | None) -> bool:
    """Whether one range shows all that another does."""
    if wide is None or narrow is None:
        return narrow is None
    return wide[0] <= narrow[0] and wide[1] >= narrow[1]


def save_rendering(folder: Path, rendering: Rendering) -> None:
    """Write a project's rendering into the folder of its arrays.

    Raises:
        OSError: when the disk is full.
    """
    write_json(folder / FILE, asdict(rendering))


def load_rendering(folder: Path) -> Rendering:
    """A project's rendering; that of each file alone where none was written or it is damaged."""
    try:
        values = read_json(folder / FILE)
        integers, floats = (_range(values.get(name)) for name in ("integers", "floats"))
        return Rendering(integers, floats, values.get("is_chosen") is True)
    except (OSError, ValueError, TypeError, AttributeError):
        return AS_DECLARED


def _range(value: object) -> Range | None:
    if value is None:
        return None
    black, white = (float(number) for number in value)  # type: ignore[attr-defined]
    if not (math.isfinite(black) and math.isfinite(white) and black < white):
        raise ValueError("no range")
    return black, white
