"""Collects garbage in the GUI thread only.

Python collects in whichever thread happens to make the object that is one too many. A thread that
reads pictures would then destroy widgets of a closed page, which Qt allows in the GUI thread alone:
it crashes, or waits for a lock of Qt's with Python's own lock in hand, and the window hangs for
good. calibre and Anki collect in the same way.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MILLISECONDS = 1000


class GuiThreadCollector(QObject):
    """Switches Python's own collections off, and does what they would have done now and then.

    Args:
        parent: with its end Python's own collections come back.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MILLISECONDS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due, and with it the younger ones."""
        due = [
            generation
            for generation, (count, threshold) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if threshold and count > threshold
        ]
        if due:
            gc.collect(due[-1])

    def stop(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.enable()
