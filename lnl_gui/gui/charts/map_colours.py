"""Colour codes of the embedding map: one code a sample, one colour a code."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from lnl_gui.gui.i18n.numbers import percent
from lnl_gui.gui.style.colours import (
    ChartColours,
    blend,
    class_table,
    heat_table,
    pack,
)
from lnl_gui.store.dataset.samples import STATUS_WORDS
from lnl_gui.util.translation import localized, tr

BY_STATUS = "status"
COLOUR_BY = ("given", "suggested", "suspicion", BY_STATUS)
_LEGEND_MOST = 12


@dataclass(frozen=True, eq=False)
class MapColumns:
    """Values (N,) of the samples: class ids, -1 for none; suspicion in [0, 1]; status."""

    given: np.ndarray
    suggested: np.ndarray
    suspicion: np.ndarray
    status: np.ndarray
    class_names: tuple[str, ...]
    class_colours: tuple[str, ...] = ()
    """`#rrggbb` of each class; () for the defaults"""


@dataclass(frozen=True, eq=False)
class Colouring:
    """Codes (N,) into packed colours (K,), and the entries of the legend."""

    codes: np.ndarray
    table: np.ndarray
    legend: tuple[tuple[str, QColor], ...]
    rising: bool = False
    """Whether higher codes are to be drawn above lower ones."""


def colouring(columns: MapColumns, by: str, colours: ChartColours) -> Colouring:
    """The colouring by one of `COLOUR_BY`."""
    if by == "suspicion":
        return _by_suspicion(columns.suspicion, colours)
    if by == BY_STATUS:
        return _by_status(columns.status, colours)
    names = columns.class_names
    chosen = columns.class_colours or ("",) * len(names)
    return _by_class(getattr(columns, by), names, chosen, colours)


def _by_class(
    labels: np.ndarray, names: Sequence[str], chosen: Sequence[str], colours: ChartColours
) -> Colouring:
    table = class_table(chosen, dark=colours.dark)
    # One byte a code where it suffices: a million of them are looked up at every redraw.
    kind = np.uint8 if len(names) < 255 else np.uint32
    codes = np.where(labels < 0, len(names), labels).astype(kind)
    sizes = np.bincount(codes, minlength=len(names) + 1)
    shown = np.argsort(-sizes[: len(names)], kind="stable")[:_LEGEND_MOST]
    legend = [(names[c], QColor.fromRgb(int(table[c]))) for c in sorted(shown) if sizes[c]]
    if sizes[len(names)]:
        legend.append((tr("none"), QColor.fromRgb(int(table[-1]))))
    if len(names) > _LEGEND_MOST:
        legend.append((tr("and {} more").format(len(names) - _LEGEND_MOST), colours.faint))
    return Colouring(codes, table, tuple(legend))


def _by_suspicion(suspicion: np.ndarray, colours: ChartColours) -> Colouring:
    table = heat_table(dark=colours.dark, floor=blend(colours.base, colours.text, 0.22))
    # What was never scored lies below all that was.
    known = np.nan_to_num(suspicion, nan=0.0)
    codes = np.clip(known * 255, 0, 255).astype(np.uint8)
    legend = tuple(
        (percent(share), QColor.fromRgb(int(table[round(255 * share)])))
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    return Colouring(codes, table, legend, rising=True)


def _by_status(status: np.ndarray, colours: ChartColours) -> Colouring:
    shades = [
        blend(colours.base, colours.text, 0.24),
        colours.good,
        colours.accent,
        colours.bad,
        QColor("#f0c069" if colours.dark else "#a86a00"),
        QColor("#c39be0" if colours.dark else "#7a3fa8"),
    ]
    codes = np.minimum(status, len(shades) - 1).astype(np.uint8)
    legend = tuple(zip(map(localized, STATUS_WORDS.values()), shades, strict=True))
    return Colouring(codes, pack(shades), legend, rising=True)
