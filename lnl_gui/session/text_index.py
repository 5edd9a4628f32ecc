"""Substring search over all paths without a Python loop over rows."""

import numpy as np


class TextIndex:
    """All paths, lower case, in one string with line breaks between them."""

    def __init__(self, paths: list[str]) -> None:
        lowered = [path.lower().replace("\n", " ") for path in paths]
        self._text = "\n".join(lowered)
        lengths = np.fromiter((len(path) + 1 for path in lowered), np.int64, len(lowered))
        self._starts = np.concatenate([[0], np.cumsum(lengths)])[:-1] if lowered else lengths

    def mask(self, needle: str) -> np.ndarray:
        """Which paths contain `needle`, whatever its case; bool (N,)."""
        found = np.zeros(len(self._starts), bool)
        needle = needle.lower()
        position = self._text.find(needle)
        while position >= 0:
            row = int(np.searchsorted(self._starts, position, side="right")) - 1
            found[row] = True
            following = row + 1
            if following >= len(self._starts):
                break
            position = self._text.find(needle, int(self._starts[following]))
        return found
