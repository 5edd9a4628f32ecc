"""Points of two panels side by side as an SVG drawing, coloured by class."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from lnl_gui.store.dataset.class_colours import shown_colour

PANEL, GAP, TITLE, LEGEND_LINE = 480, 24, 34, 20
"""Pixels: side of a panel, between panels, height of its title and of a line of the legend."""
_RADIUS, _MARGIN = 2.6, 12
_COLUMNS = 5
_MOST_NAMED = 40
"""Classes in the legend: more cannot be told apart by colour."""
_FONT = 'font-family="sans-serif" font-size="13"'


@dataclass(frozen=True, eq=False)
class Panel:
    """A title and the places of n points, float (n, 2)."""

    title: str
    places: np.ndarray


def scatter_figure(
    panels: Sequence[Panel],
    labels: np.ndarray,
    *,
    class_names: Sequence[str],
    class_colours: Sequence[str],
    more: str,
) -> str:
    """Draw panels side by side over one legend.

    Args:
        panels: each with the places of the same n points.
        labels: int (n,), the class of each point.
        class_names: K names; "" for a class without points.
        class_colours: K colours `#rrggbb`; "" for the default.
        more: what the legend says of classes it does not name, with a field `count`.

    Returns:
        The text of an SVG document.
    """
    colours = [shown_colour(number, colour) for number, colour in enumerate(class_colours)]
    present = [number for number in np.unique(labels).tolist() if class_names[number]]
    named = present[:_MOST_NAMED]
    lines = -(-(len(named) + (len(present) > len(named))) // _COLUMNS)
    width = len(panels) * PANEL + (len(panels) - 1) * GAP
    height = TITLE + PANEL + LEGEND_LINE * (lines + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" {_FONT}>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, number * (PANEL + GAP), labels, colours)
    words = [class_names[number] for number in named]
    fills = [colours[number] for number in named]
    if len(present) > len(named):
        words.append(more.format(count=len(present) - len(named)))
        fills.append("none")
    for place, (word, fill) in enumerate(zip(words, fills, strict=True)):
        x = place % _COLUMNS * width / _COLUMNS
        y = TITLE + PANEL + LEGEND_LINE * (place // _COLUMNS + 1)
        parts.append(f'<circle cx="{x + 8:.1f}" cy="{y - 4}" r="5" fill="{fill}"/>')
        parts.append(f'<text x="{x + 18:.1f}" y="{y}">{escape(word)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _panel(panel: Panel, left: int, labels: np.ndarray, colours: Sequence[str]) -> list[str]:
    low = panel.places.min(axis=0)
    # One scale for both axes, or distances would not compare.
    scale = (PANEL - 2 * _MARGIN) / max(float(np.ptp(panel.places, axis=0).max()), 1e-9)
    places = (panel.places - low) * scale + _MARGIN
    places += (PANEL - 2 * _MARGIN - np.ptp(panel.places, axis=0) * scale) / 2
    dots = [
        f'<circle cx="{left + x:.1f}" cy="{TITLE + y:.1f}" r="{_RADIUS}" fill="{colours[label]}"/>'
        for (x, y), label in zip(places.tolist(), labels.tolist(), strict=True)
    ]
    return [
        f'<text x="{left}" y="{TITLE - 12}" font-weight="bold">{escape(panel.title)}</text>',
        f'<rect x="{left}" y="{TITLE}" width="{PANEL}" height="{PANEL}" fill="none"'
        ' stroke="#999999"/>',
        '<g fill-opacity="0.75">',
        *dots,
        "</g>",
    ]
