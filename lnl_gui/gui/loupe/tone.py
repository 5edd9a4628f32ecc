"""Brightness and contrast of a picture, as the window of values that is shown from black to white.

For 8 bits the window is one of grey levels; for more it is one of the picture's own values, which
are read again through it, so that what lies outside the range usually shown can be seen too.
"""

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage

from lnl_gui.pictures.rendering import Range, Rendering, window

_NARROWEST = 1 / 512
_STEP = 0.1
"""What one press of a key moves the level, of the range usually shown."""


@dataclass(frozen=True)
class Tone:
    """The window shown, as shares of the range usually shown: its width, and its middle."""

    width: float = 1.0
    level: float = 0.5

    @property
    def is_neutral(self) -> bool:
        """Whether pictures look as they are embedded."""
        return self == NEUTRAL

    def brighter(self, steps: float) -> "Tone":
        """So many steps brighter, or darker where negative."""
        return Tone(self.width, min(max(self.level - _STEP * steps * self.width, -1.0), 2.0))

    def sharper(self, steps: float) -> "Tone":
        """So many steps of more contrast, or of less where negative."""
        return Tone(min(max(self.width * 0.8**steps, _NARROWEST), 4.0), self.level)

    def window(self, usual: Range) -> tuple[float, float]:
        """Width and level in the values of a picture that is usually shown in a range."""
        black, white = usual
        span = white - black
        return self.width * span, black + self.level * span

    def rendering(self, usual: Range) -> Rendering:
        """How to decode a picture of more than 8 bits that is usually shown in a range."""
        return window(*self.window(usual))

    def table(self) -> np.ndarray:
        """The grey level shown for each of 256, uint8 (256,)."""
        black = self.level - self.width / 2
        levels = (np.arange(256) / 255 - black) / self.width
        return np.clip(np.rint(255 * levels), 0, 255).astype(np.uint8)


NEUTRAL = Tone()


def tone_of(width: float, level: float, usual: Range) -> Tone:
    """The tone of a window given in the values of a picture usually shown in a range."""
    span = (usual[1] - usual[0]) or 1.0
    return Tone(max(width / span, _NARROWEST), (level - usual[0]) / span)


def toned(image: QImage, tone: Tone) -> QImage:
    """A picture in another tone, of the format `RGB32`; for a thread, not for the window."""
    if tone.is_neutral:
        return image
    size = (image.height(), image.bytesPerLine())
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(size)
    out = np.take(tone.table(), pixels)
    # The fourth byte of each pixel is unused, and must be full.
    out[:, 3::4] = 255
    width, height, line = image.width(), image.height(), image.bytesPerLine()
    # A copy: Qt does not keep the array alive.
    return QImage(out.tobytes(), width, height, line, image.format()).copy()
