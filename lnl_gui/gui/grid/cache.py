"""LRU cache of pixmaps within a budget of bytes."""

from collections import OrderedDict

from PySide6.QtGui import QPixmap

# About 490 thumbnails of 160 logical pixels at double density.
BUDGET_BYTES = 192 * 2**20


class PixmapCache:
    """Pixmaps by key within a budget of bytes. GUI thread only, as pixmaps are."""

    def __init__(self, budget: int = BUDGET_BYTES) -> None:
        self._budget = budget
        self._used = 0
        self._entries: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def used_bytes(self) -> int:
        return self._used

    def get(self, key: tuple[int, int]) -> QPixmap | None:
        pixmap = self._entries.get(key)
        if pixmap is not None:
            self._entries.move_to_end(key)
        return pixmap

    def put(self, key: tuple[int, int], pixmap: QPixmap) -> None:
        self.discard(key)
        self._entries[key] = pixmap
        self._used += _size(pixmap)
        # The newest stays even when it alone is over the budget, or it would be loaded without end.
        while self._used > self._budget and len(self._entries) > 1:
            _, dropped = self._entries.popitem(last=False)
            self._used -= _size(dropped)

    def discard(self, key: tuple[int, int]) -> None:
        dropped = self._entries.pop(key, None)
        if dropped is not None:
            self._used -= _size(dropped)

    def clear(self) -> None:
        self._entries.clear()
        self._used = 0


def _size(pixmap: QPixmap) -> int:
    return max(1, pixmap.width() * pixmap.height() * 4)
