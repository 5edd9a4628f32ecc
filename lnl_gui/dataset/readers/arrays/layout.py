"""How the rows of an array are images: order of axes, shape of flat rows, black and white."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.containers.kinds.layout import Layout
from lnl_gui.containers.limits import MEMBER_LIMIT
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_CHANNELS = (1, 3, 4)
_SAMPLED_ROWS = 256
_SAMPLED_BYTES = 64 << 20
"""What is looked at to find the layout; the array itself may be larger than the memory."""
_CLEARLY_SMOOTHER = 0.8
"""Neighbouring pixels are alike; read in the wrong order they are not. Of two orders the one is
taken whose mean difference of neighbours is below this part of the other's: 0.1 to 0.7 for colour
images of 8 to 64 pixels (CIFAR-10, clothing), up to 1.2 for grey ones of 8."""
# 8 to 16 bits: cameras and scanners store 10, 12 or 14 of them in a type of 16.
_DEPTHS = (255, 1023, 4095, 16383, 65535)
# scikit-learn's digits count from 0 to 16.
_LOW_DEPTH = 16
_SMALLEST_SIDE = 4


@dataclass(frozen=True)
class GuessedLayout:
    """A layout and what a person should know about it."""

    layout: Layout
    notes: tuple[Message, ...] = ()


def guess_layout(array: np.ndarray, name: str, wanted: Sequence[int] = ()) -> GuessedLayout:
    """How each row of `array` (N, ...) is an image.

    Args:
        array: mapped or in memory; only some rows are looked at.
        name: what it is called, for messages.
        wanted: the shape a person said an image has, H x W, H x W x C or C x H x W; () finds it.

    Raises:
        UserError: when it is no array of images, or the shape is not clear.
    """
    if array.dtype.kind not in "buif" or array.ndim < 2 or 0 in array.shape:
        raise _not_images(array, name)
    if array[:1].nbytes > MEMBER_LIMIT:
        raise _not_images(array, name)
    order, shape = _wanted(array, name, wanted) if wanted else _found(array, name)
    sample = sampled_rows(array)
    black, white, notes = _value_range(sample, name)
    return GuessedLayout(Layout(order, shape, white, black), tuple(notes))


def could_be_images(shape: Sequence[int], kind: str) -> bool:
    """Whether an array of this shape (N, ...) and kind of type may be images."""
    if kind not in "buif" or len(shape) not in (2, 3, 4) or 0 in shape:
        return False
    if len(shape) == 2:
        return bool(_flat_shapes(shape[1]))
    return len(shape) == 3 or shape[1] in _CHANNELS or shape[3] in _CHANNELS


def sampled_rows(array: np.ndarray) -> np.ndarray:
    """Some rows of an array (n, ...), evenly spread, copied into memory: at least one."""
    size = max(1, array[:1].nbytes)
    # Files are often sorted by class: the first rows would show one class alone.
    count = min(len(array), _SAMPLED_ROWS, max(1, _SAMPLED_BYTES // size))
    return np.array(array[:: max(1, len(array) // count)][:count])


def _wanted(array: np.ndarray, name: str, wanted: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    if math.prod(array.shape[1:]) != math.prod(wanted):
        raise UserError(
            message(
                "The images of `{name}` have {there} values each; {shape} are {asked}.",
                name=name,
                there=math.prod(array.shape[1:]),
                shape=_written(wanted),
                asked=math.prod(wanted),
            ),
            message("Give the shape of one image with --image-shape, such as 3x32x32 or 28x28."),
            code="image_shape",
        )
    order = _order_of(wanted)
    return order, () if tuple(array.shape[1:]) == tuple(wanted) else tuple(wanted)


def _order_of(shape: Sequence[int]) -> str:
    if len(shape) == 2:
        return ""
    return "chw" if shape[0] in _CHANNELS and shape[2] not in _CHANNELS else ""


def _found(array: np.ndarray, name: str) -> tuple[str, tuple[int, ...]]:
    """The order of axes and, for flat rows, their shape."""
    sizes = tuple(array.shape[1:])
    if len(sizes) == 3:
        first, last = sizes[0] in _CHANNELS, sizes[2] in _CHANNELS
        if first == last:
            raise _unclear(array, name) if first else _not_images(array, name)
        return ("chw" if first else ""), ()
    if len(sizes) == 2 and min(sizes) >= _SMALLEST_SIDE:
        return "", ()
    if len(sizes) > 3:
        raise _not_images(array, name)
    return _found_flat(array, name, sizes)


def _found_flat(
    array: np.ndarray, name: str, sizes: tuple[int, ...]
) -> tuple[str, tuple[int, ...]]:
    """Rows of pixels in one line: square images, their channels by what makes them smooth."""
    shapes = _flat_shapes(math.prod(sizes))
    # (1024, 3) and (3, 1024) say themselves where the channels are.
    if len(sizes) == 2:
        shapes = [s for s in shapes if (s[-1] if len(s) == 3 and s[0] > 4 else s[0]) in sizes]
    if not shapes:
        raise _not_images(array, name)
    if len(shapes) == 1:
        return _order_of(shapes[0]), shapes[0]
    rows = sampled_rows(array).astype(np.float32)
    planes, interleaved = (_roughness(rows, shape) for shape in shapes)
    if planes < _CLEARLY_SMOOTHER * interleaved:
        return "chw", shapes[0]
    if interleaved < _CLEARLY_SMOOTHER * planes:
        return "", shapes[1]
    raise _unclear(array, name)


def _flat_shapes(width: int) -> list[tuple[int, ...]]:
    """The shapes a flat row may have: square and grey, or square with planes or triples."""
    side = math.isqrt(width)
    if side * side == width:
        return [(side, side)] if side >= _SMALLEST_SIDE else []
    side = math.isqrt(width // 3)
    colour = 3 * side * side == width and side >= _SMALLEST_SIDE
    return [(3, side, side), (side, side, 3)] if colour else []


def _roughness(rows: np.ndarray, shape: tuple[int, ...]) -> float:
    """The mean difference of neighbouring pixels."""
    images = rows.reshape(len(rows), *shape)
    if shape[0] == 3 and len(shape) == 3:
        images = images.transpose(0, 2, 3, 1)
    return float(np.abs(np.diff(images, axis=1)).mean() + np.abs(np.diff(images, axis=2)).mean())


def _value_range(sample: np.ndarray, name: str) -> tuple[float, float, list[Message]]:
    """What is black and what is white, with a note where that is not the usual."""
    if sample.dtype.kind == "b":
        return 0.0, 1.0, []
    finite = sample[np.isfinite(sample)] if sample.dtype.kind == "f" else sample
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    black, white, usual = _scale(low, high, whole=bool(np.all(finite == np.rint(finite))))
    if usual:
        return black, white, []
    note = message(
        "The values of `{name}` are shown from {black:.2f} (black) to {white:.2f} (white).",
        name=name,
        black=black,
        white=white,
    )
    return black, white, [note]


def _scale(low: float, high: float, *, whole: bool) -> tuple[float, float, bool]:
    """Black, white, and whether that needs no word."""
    if low >= 0 and high <= 1:
        # An array of zeros alone says nothing of its scale.
        return 0.0, 1.0, not whole or high == 1
    if low >= -1 and high <= 1:
        # What torchvision's `Normalize(0.5, 0.5)` makes of pixels.
        return -1.0, 1.0, True
    if low < 0 or (high <= _LOW_DEPTH and not whole):
        return _rounded(low), _rounded(high), False
    if high <= _LOW_DEPTH:
        return 0.0, float(_LOW_DEPTH), False
    white = next((float(depth) for depth in _DEPTHS if high <= depth), _rounded(high))
    return 0.0, white, white in (255.0, 65535.0)


def _rounded(value: float) -> float:
    """As a key of a member writes it."""
    return float(f"{value:g}")


def _written(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape))


def _not_images(array: np.ndarray, name: str) -> UserError:
    return UserError(
        message(
            "`{name}` is an array of shape {shape} and type {dtype}, which is not one of images.",
            name=name,
            shape=_written(array.shape) or "1",
            dtype=str(array.dtype),
        ),
        message("Give the shape of one image with --image-shape, such as 3x32x32 or 28x28."),
        code="image_shape",
    )


def _unclear(array: np.ndarray, name: str) -> UserError:
    return UserError(
        message(
            "It is not clear how `{name}` of shape {shape} holds images: the channels may come"
            " first or last.",
            name=name,
            shape=_written(array.shape),
        ),
        message("Give the shape of one image with --image-shape, such as 3x32x32 or 32x32x3."),
        code="image_shape",
    )
