"""A column of paths as one block of bytes: loads fast, decodes only the rows asked for."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np

# Names on Linux are bytes: those that are no UTF-8 reach Python as lone surrogates, which plain
# UTF-8 refuses to encode.
_CODEC = ("utf-8", "surrogatepass")
_CHUNK = 50_000


class PathColumn(Sequence[str]):
    """A read-only sequence of texts.

    Args:
        block: uint8 (B,), the texts in UTF-8 with a line break between them.
        starts: int64 (N + 1,), where each text starts; the last entry is B + 1.
    """

    def __init__(self, block: np.ndarray, starts: np.ndarray) -> None:
        self.block = block
        self.starts = starts

    @classmethod
    def of(cls, texts: Iterable[str]) -> "PathColumn":
        """Pack texts, each let go before the next is asked for."""
        packed, starts = bytearray(), array("q", [0])
        for text in texts:
            # A line break between them, so that a stretch is decoded at once and then split.
            packed += text.encode(*_CODEC) + b"\n"
            starts.append(len(packed))
        del packed[-1:]
        return cls(np.frombuffer(packed, np.uint8), np.array(starts, np.int64))

    def is_text(self) -> bool:
        """Whether all of it can be read as text; the bytes may come from a damaged file."""
        # Plain letters need no decoding, and most paths have no others.
        if not len(self.block) or self.block.max() < 0x80:
            return True
        try:
            self.block.tobytes().decode(*_CODEC)
        except UnicodeDecodeError:
            return False
        return True

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self._text(i) for i in range(*row.indices(len(self)))]
        place = int(row)
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._text(place)

    def _text(self, row: int) -> str:
        low, high = int(self.starts[row]), int(self.starts[row + 1]) - 1
        return self.block[low:high].tobytes().decode(*_CODEC)

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _CHUNK):
            yield from self._chunk(start, min(start + _CHUNK, len(self)))

    def _chunk(self, start: int, stop: int) -> list[str]:
        low, high = int(self.starts[start]), int(self.starts[stop]) - 1
        texts = self.block[low:high].tobytes().decode(*_CODEC).split("\n")
        # A path may itself hold a line break; then each is cut out by its place.
        return texts if len(texts) == stop - start else self[start:stop]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # compared by content, like a list

    def sort_order(self) -> np.ndarray:
        """Rows in alphabetical order (of code points), int32 (N,)."""
        texts = list(self)
        return np.array(sorted(range(len(texts)), key=texts.__getitem__), np.int32)
