"""Colours of charts and painted widgets, light and dark.

Accents keep a contrast of at least 4.5 : 1 against the base colour of their theme.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor, QPalette

from lnl_gui.store.dataset.class_colours import shown_colour

_LIGHT_HEAT = ("#fbefe3", "#fbc48c", "#ef7f45", "#c2371e", "#7a0c12")
_DARK_HEAT = ("#33271f", "#6e3518", "#bb5520", "#f59a58", "#ffe3c7")


@dataclass(frozen=True)
class ChartColours:
    """Colours of one chart in the palette's theme."""

    dark: bool
    text: QColor
    faint: QColor
    line: QColor
    base: QColor
    accent: QColor
    suspect: QColor
    clean: QColor
    good: QColor
    bad: QColor


def is_dark(palette: QPalette) -> bool:
    """Whether text is lighter than the ground it stands on."""
    return palette.base().color().lightness() < palette.text().color().lightness()


def blend(first: QColor, second: QColor, share: float) -> QColor:
    """`share` of `second` over `first`, opaque."""
    return QColor(
        round(first.red() + share * (second.red() - first.red())),
        round(first.green() + share * (second.green() - first.green())),
        round(first.blue() + share * (second.blue() - first.blue())),
    )


def with_alpha(colour: QColor, alpha: float) -> QColor:
    """The colour made translucent, `alpha` in [0, 1]."""
    result = QColor(colour)
    result.setAlphaF(alpha)
    return result


def chart_colours(palette: QPalette) -> ChartColours:
    """The colours that suit a widget's palette."""
    dark = is_dark(palette)
    base, text = palette.base().color(), palette.text().color()
    return ChartColours(
        dark=dark,
        text=text,
        faint=blend(base, text, 0.64),
        line=blend(base, text, 0.16),
        base=base,
        accent=palette.link().color(),
        suspect=QColor("#ff9d5c" if dark else "#b34a09"),
        clean=QColor("#6fb1f5" if dark else "#2f6db5"),
        good=QColor("#62cf88" if dark else "#1c7a3f"),
        bad=QColor("#ff8078" if dark else "#b3261e"),
    )


def pack(colours: list[QColor]) -> np.ndarray:
    """The colours as 0xffRRGGBB numbers, (n,) uint32, the layout of `Format_RGB32`."""
    return np.array([colour.rgba() for colour in colours], dtype=np.uint32)


def class_table(colours: Sequence[str], *, dark: bool) -> np.ndarray:
    """Packed colours of K classes and of "none" at the end, (K + 1,) uint32.

    Args:
        colours: `#rrggbb` of each class, "" for its default.
        dark: whether the ground is dark.
    """
    shown = [shown_colour(index, colour, dark=dark) for index, colour in enumerate(colours)]
    return pack(list(map(QColor, [*shown, shown_colour(-1, dark=dark)])))


def heat_table(*, dark: bool, levels: int = 256, floor: QColor | None = None) -> np.ndarray:
    """A scale from faint to strong, packed, (levels,) uint32.

    `floor` replaces the faintest colour, for marks that must stay visible on the base.
    """
    stops = [QColor(name) for name in (_DARK_HEAT if dark else _LIGHT_HEAT)]
    if floor is not None:
        stops[0] = floor
    place = np.linspace(0, len(stops) - 1, levels)
    channels = [
        np.interp(place, np.arange(len(stops)), [channel(stop) for stop in stops])
        for channel in (QColor.red, QColor.green, QColor.blue)
    ]
    red, green, blue = (np.rint(channel).astype(np.uint32) for channel in channels)
    return np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue


def readable_on(ground: QColor) -> QColor:
    """Black or white, whichever is easier to read on `ground`."""
    # Luma of ITU-R BT.601.
    luminance = 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue()
    return QColor("#101214") if luminance > 140 else QColor("#ffffff")
