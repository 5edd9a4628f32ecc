"""The colours of classes: those chosen for them, else ten that are told apart, then hues apart."""

import colorsys

_LIGHT = (
    *("#2f6db5", "#d9730d", "#2a8c4a", "#c0392b", "#7d55c7"),
    *("#8c5a3c", "#c2498f", "#5f6b7a", "#8a8a00", "#0e8a9a"),
)
_DARK = (
    *("#6fb1f5", "#ffab5e", "#62cf88", "#ff8078", "#b79bf2"),
    *("#cfa184", "#f28fc8", "#a9b5c4", "#d4d45a", "#55cfdd"),
)
_NO_CLASS = {False: "#9aa3af", True: "#6b7280"}
# Hues a golden angle apart stay distinct however many classes there are.
_GOLDEN_ANGLE = 0.381966
_LEAST_LIGHTNESS = 0.62
"""Of a chosen colour on a dark ground."""


def default_colour(class_id: int, *, dark: bool = False) -> str:
    """The colour `#rrggbb` of a class nobody has chosen one for; negative: of no class."""
    if class_id < 0:
        return _NO_CLASS[dark]
    if class_id < len(_LIGHT):
        return (_DARK if dark else _LIGHT)[class_id]
    hue = class_id * _GOLDEN_ANGLE % 1.0
    return _written(hue, 0.70 if dark else 0.42, 0.45 + 0.25 * (class_id % 3) / 2)


def shown_colour(class_id: int, colour: str = "", *, dark: bool = False) -> str:
    """The colour `#rrggbb` that a class is shown in everywhere.

    Args:
        class_id: its number.
        colour: of the class, `#rrggbb`; "" where it is not known.
        dark: whether it stands on a dark ground, where a dark one is made lighter.
    """
    if colour in ("", default_colour(class_id)):
        return default_colour(class_id, dark=dark)
    if not dark:
        return colour
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    return colour if lightness >= _LEAST_LIGHTNESS else _written(hue, _LEAST_LIGHTNESS, saturation)


def _written(hue: float, lightness: float, saturation: float) -> str:
    parts = colorsys.hls_to_rgb(hue, lightness, saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
