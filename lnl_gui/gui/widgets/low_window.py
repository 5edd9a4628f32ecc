"""Windows that are low, as on netbooks and projectors: what is around the pictures gives way."""

from PySide6.QtWidgets import QLayout

LOW_WINDOW = 740
"""Heights in pixels below which bars are as thin as they can be; 1280 × 720 is one of them."""
_THIN, _NARROW = 1, 6


def fit_margins(layout: QLayout, usual: int, *, low: bool, sides: int = 0) -> None:
    """The margins around what a bar holds.

    Args:
        layout: of the bar.
        usual: the margins above and below where there is room.
        low: whether the window is low.
        sides: those left and right where there is room, if they may be narrower; 0 for as they are.
    """
    found, height = layout.contentsMargins(), _THIN if low else usual
    left, right = found.left(), found.right()
    if sides:
        left = right = _NARROW if low else sides
    layout.setContentsMargins(left, height, right, height)
