"""Resizing as Pillow does it, byte for byte, in compiled loops that take a fifth of its time.

Embeddings depend on every byte: other libraries' antialiased filters differ by 0.2 grey levels on
average, which moves the bundled encoders' embeddings by 2 to 6 % of their length. Pillow's own
arithmetic (Resample.c: whole-number weights of 22 bits, first along the rows, then along the
columns, rounded to bytes between) vectorises once the rows are turned into columns.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

Size = tuple[int, int]
"""Width and height in pixels."""
Window = tuple[int, int, int, int]
"""Left, top, width and height of a part of a resized picture."""

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
LARGEST_COPY = 4_000_000
"""Pixels of a picture that may be copied into an array; larger ones stay Pillow's."""
WORTH_COMPILING = 200
"""Pictures from which on loading the loops costs less than they save."""
_BITS = 22
_REDUCING_GAP = 2.0


def _box(x: np.ndarray) -> np.ndarray:
    return ((x > -0.5) & (x <= 0.5)).astype(np.float64)


def _bilinear(x: np.ndarray) -> np.ndarray:
    return np.maximum(1.0 - np.abs(x), 0.0)


def _bicubic(x: np.ndarray) -> np.ndarray:
    a, x = -0.5, np.abs(x)
    near = ((a + 2.0) * x - (a + 3.0)) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * a
    return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))


def _lanczos(x: np.ndarray) -> np.ndarray:
    return np.where((x >= -3.0) & (x < 3.0), np.sinc(x) * np.sinc(x / 3), 0.0)


_KERNELS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "box": (_box, 0.5),
    "bilinear": (_bilinear, 1.0),
    "bicubic": (_bicubic, 2.0),
    "lanczos": (_lanczos, 3.0),
}
"""Function and support of each filter."""


@dataclass(frozen=True)
class _Axis:
    """How `count` pixels along one axis are made of those from `start` to `stop`."""

    start: int
    stop: int
    first: np.ndarray
    """(count,) uint64, in the picture"""
    first_within: np.ndarray
    """(count,) uint64, counted from `start`"""
    weights: np.ndarray
    """(count, taps) int32"""
    kept: bool = False
    """The length stays: the pixels from `start` to `stop` are copied."""


class ResizedPicture:
    """A decoded picture that is resized several times.

    Args:
        source: L or RGB, of any size; or its pixels (H, W) or (H, W, 3) uint8.
        compiled: by the compiled loops; the bytes are the same without.
    """

    def __init__(self, source: Image.Image | np.ndarray, *, compiled: bool = False) -> None:
        self._source = source
        height, width = (
            source.shape[:2] if isinstance(source, np.ndarray) else (source.height, source.width)
        )
        self.size: Size = (width, height)
        self._coloured = source.ndim == 3 if isinstance(source, np.ndarray) else source.mode != "L"
        self._compiled = compiled and width * height <= LARGEST_COPY

    @functools.cached_property
    def image(self) -> Image.Image:
        """As Pillow's image."""
        source = self._source
        return Image.fromarray(source) if isinstance(source, np.ndarray) else source

    @functools.cached_property
    def pixels(self) -> np.ndarray:
        """(H, W) or (H, W, 3) uint8, read only."""
        return np.asarray(self._source)

    @functools.cached_property
    def planes(self) -> np.ndarray:
        """Columns first and rows last, (W, 1, H) or (W, 3, H) uint8, for the compiled loops."""
        width, height = self.size
        pixels = np.ascontiguousarray(self.pixels).reshape(height, -1)
        planes = np.empty((pixels.shape[1], height), np.uint8)
        _loops().transposed(pixels, planes)
        return planes.reshape(width, -1, height)

    def grey(self) -> "ResizedPicture":
        """The luminance of a picture in RGB."""
        if self._compiled:
            return _Grey(self)
        return ResizedPicture(self.image.convert("L"))

    def resized(self, size: Size, filter_name: str, window: Window | None = None) -> np.ndarray:
        """The picture at another size, or a part of that.

        Args:
            size: of the whole.
            filter_name: of `FILTERS`.
            window: the part that is wanted; None for the whole.

        Returns:
            (H, W) or (H, W, 3) uint8.
        """
        left, top, width, height = window or (0, 0, *size)
        if not self._compiled or filter_name not in _KERNELS:
            whole = self.image.resize(size, FILTERS[filter_name])
            if window is not None:
                whole = whole.crop((left, top, left + width, top + height))
            return np.asarray(whole)
        along = _axis(self.size[0], size[0], filter_name, left, width)
        down = _axis(self.size[1], size[1], filter_name, top, height)
        return self._resized(along, down)

    def within(self, side: int, filter_name: str) -> np.ndarray:
        """The picture with its longer side at most `side` pixels, as `PIL.Image.thumbnail` does.

        Args:
            side: in pixels; a smaller picture stays as it is.
            filter_name: of `FILTERS`.

        Returns:
            (H, W) or (H, W, 3) uint8.
        """
        if max(self.size) <= side:
            return self.pixels
        size = _within(*self.size, side)
        factors = (
            before / (after * _REDUCING_GAP) for before, after in zip(self.size, size, strict=True)
        )
        # A large picture is reduced by a whole number first, which Pillow does fast by itself.
        if not self._compiled or max(factors) >= 2:
            small = self.image.copy()
            small.thumbnail((side, side), FILTERS[filter_name], reducing_gap=_REDUCING_GAP)
            return np.asarray(small)
        return self.resized(size, filter_name)

    def _resized(self, along: _Axis, down: _Axis) -> np.ndarray:
        loops = _loops()
        width, height = len(along.first), len(down.first)
        if along.kept:
            # Nothing is to be done along the rows, so that they need not be turned.
            part = self.pixels[down.start : down.stop, along.start : along.stop]
            rows = np.ascontiguousarray(part).reshape(len(part), 1, -1)
            if not down.kept:
                out = np.empty((height, 1, rows.shape[2]), np.uint8)
                loops.weighted(rows, 0, down.first_within, down.weights, out)
                rows = out
        else:
            planes = self.planes
            rows = np.empty((height, 1, width * planes.shape[1]), np.uint8)
            loops.resized(
                planes,
                down.start,
                down.stop - down.start,
                along.first,
                along.weights,
                down.first_within,
                down.weights,
                rows,
            )
        return rows.reshape((height, width, 3) if self._coloured else (height, width))


@functools.cache
def _loops() -> Any:
    from lnl_gui.dataset.pixels import resampling_loops  # noqa: PLC0415 - takes half a second

    return resampling_loops


class _Grey(ResizedPicture):
    """The luminance of a picture in RGB, made of its planes."""

    def __init__(self, coloured: ResizedPicture) -> None:
        self.size = coloured.size
        self._of = coloured
        self._coloured, self._compiled = False, True

    @functools.cached_property
    def image(self) -> Image.Image:
        """As Pillow's image."""
        return Image.fromarray(self.pixels)

    @functools.cached_property
    def pixels(self) -> np.ndarray:
        """(H, W) uint8."""
        width, height = self.size
        pixels = np.empty((height, width), np.uint8)
        _loops().transposed(self.planes.reshape(width, height), pixels)
        return pixels

    @functools.cached_property
    def planes(self) -> np.ndarray:
        """(W, 1, H) uint8."""
        planes = np.empty((self.size[0], 1, self.size[1]), np.uint8)
        _loops().grey(self._of.planes, planes)
        return planes


def _within(width: int, height: int, side: int) -> Size:
    """The size that Pillow's `thumbnail` chooses."""
    aspect = width / height

    def nearest(number: float, distance: Callable[[int], float]) -> int:
        return max(min(math.floor(number), math.ceil(number), key=distance), 1)

    if aspect <= 1:
        return nearest(side * aspect, lambda n: abs(aspect - n / side)), side
    return side, nearest(side / aspect, lambda n: abs(aspect - side / n) if n else 0)


@functools.lru_cache(maxsize=512)
def _axis(length: int, size: int, filter_name: str, begin: int, count: int) -> _Axis:
    """Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc`, of the pixels that are wanted."""
    if length == size:
        # Pillow leaves an axis alone whose length stays.
        whole = np.arange(count, dtype=np.uint64)
        ones = np.full((count, 1), 1 << _BITS, np.int32)
        return _Axis(begin, begin + count, whole, whole, ones, kept=True)
    kernel, support = _KERNELS[filter_name]
    scale = length / size
    wide = max(scale, 1.0)
    support *= wide
    taps = min(math.ceil(support) * 2 + 1, length)
    centre = (np.arange(begin, begin + count) + 0.5) * scale
    lowest = np.maximum((centre - support + 0.5).astype(np.int64), 0)
    highest = np.minimum((centre + support + 0.5).astype(np.int64), length)
    # Near the end a window of all taps begins earlier, and its first ones weigh nothing.
    first = np.minimum(lowest, length - taps)
    at = first[:, None] + np.arange(taps)
    inside = (at >= lowest[:, None]) & (at < highest[:, None])
    weights = np.where(inside, kernel((at - centre[:, None] + 0.5) * (1.0 / wide)), 0.0)
    weights /= weights.sum(axis=1, keepdims=True)
    whole_numbers = np.trunc(weights * (1 << _BITS) + np.copysign(0.5, weights)).astype(np.int32)
    first, whole_numbers = _without_zeros(first, whole_numbers, length)
    start = int(first.min())
    return _Axis(
        start,
        int(first.max()) + whole_numbers.shape[1],
        first.astype(np.uint64),
        (first - start).astype(np.uint64),
        whole_numbers,
    )


def _without_zeros(
    first: np.ndarray, weights: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """The same sums of as few taps as do: Pillow's windows are one or two wider than the filter."""
    used = weights != 0
    before = used.argmax(axis=1)
    taps = int((weights.shape[1] - used[:, ::-1].argmax(axis=1) - before).max())
    moved = np.minimum(first + before, length - taps)
    padded = np.pad(weights, ((0, 0), (0, taps)))
    at = (moved - first)[:, None] + np.arange(taps)
    return moved, np.ascontiguousarray(np.take_along_axis(padded, at, axis=1))
