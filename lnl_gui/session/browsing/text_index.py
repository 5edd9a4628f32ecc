"""Substring search over all paths without a Python loop over rows."""

from collections.abc import Sequence

import numpy as np

from lnl_gui.store.dataset.paths_column import PathColumn

_FEW = 5_000
"""Hits up to which one search after the other is faster than looking at every byte."""

_PART = 2**18
"""Bytes compared at a time: few enough to stay in the processor's cache."""


class TextIndex:
    """All N paths in lower case, as one block of UTF-8 with line breaks between them."""

    def __init__(self, paths: Sequence[str]) -> None:
        packed = paths if isinstance(paths, PathColumn) else PathColumn.of(paths)
        text = packed.block.tobytes()
        if not text.isascii():
            # Lower case may be longer than upper case beyond ASCII, so places are counted anew.
            packed = PathColumn.of([path.lower() for path in packed])
            text = packed.block.tobytes()
        self._text = text.lower()
        self._starts = packed.starts[:-1]

    def mask(self, needle: str) -> np.ndarray:
        """Which paths contain `needle`, ignoring case, bool (N,)."""
        found = np.zeros(len(self._starts), bool)
        wanted = needle.lower().encode("utf-8", "surrogatepass")
        if not len(found) or not wanted:
            found[:] = not wanted
            return found
        position, hits = self._text.find(wanted), 0
        while position >= 0:
            row = int(np.searchsorted(self._starts, position, side="right")) - 1
            found[row] = True
            hits += 1
            if row + 1 >= len(self._starts):
                break
            if hits == _FEW:
                return self._mask_of_many(wanted)
            position = self._text.find(wanted, int(self._starts[row + 1]))
        return found

    def _mask_of_many(self, wanted: bytes) -> np.ndarray:
        """The same by comparing all bytes with the needle's rarest one, then with the others."""
        block = np.frombuffer(self._text, np.uint8)
        frequency = np.bincount(block[:: max(1, len(block) // 100_000)], minlength=256)
        # The rarest byte first leaves the fewest places for the others to be compared at.
        places = sorted(range(len(wanted)), key=lambda place: int(frequency[wanted[place]]))
        body = block[places[0] : len(block) - len(wanted) + 1 + places[0]]
        found = np.zeros(len(self._starts), bool)
        for start in range(0, len(body), _PART):
            hits = np.flatnonzero(body[start : start + _PART] == wanted[places[0]]) + start
            for place in places[1:]:
                hits = hits[block[hits + place] == wanted[place]]
            found[np.searchsorted(self._starts, hits, side="right") - 1] = True
        return found
