"""Which samples verdicts have touched, so that counts follow them and are not made anew."""

from collections import deque

import numpy as np

from lnl_gui.session.samples.selection import distinct

REMEMBERED = 4_096
"""Acts; who asks after more than these have been given counts anew."""


class VerdictLog:
    """The samples of the newest acts, for those who have counted before them."""

    def __init__(self) -> None:
        self._acts: deque[np.ndarray] = deque(maxlen=REMEMBERED)
        self.position = 0
        """How many acts there have been; what was counted at one position holds until the next."""

    def note(self, rows: np.ndarray) -> None:
        """An act has changed `rows` int64 (n,)."""
        self._acts.append(rows)
        self.position += 1

    def note_all(self) -> None:
        """Any sample may have changed."""
        self._acts.clear()
        self.position += 1

    def since(self, position: int) -> np.ndarray | None:
        """Rows changed after a position, int64 (n,) ascending; None where any may have."""
        acts = self.position - position
        if acts > len(self._acts):
            return None
        # From the end: of thousands of acts the newest one is asked for.
        newest = [self._acts[-place] for place in range(1, acts + 1)]
        return distinct(np.concatenate(newest)) if newest else np.zeros(0, np.int64)
