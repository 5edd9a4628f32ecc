"""Whether names of images look like shots in a row of several things: tracks, videos, bursts."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from lnl_gui.util.messages import Message, message

# A series, its number, and that of the shot in it: `00012_00003.png`, `video7/frame0012.jpg`.
_SHOT = re.compile(r"(?P<series>.*\d.*?[^\d])\d+\.[^./]*")
_FEWEST_SHOTS = 3
# Numbered names alone are no series: most datasets have one number a class.
_MOST_IMAGES, _SERIES_A_CLASS = 0.5, 2.0
SHOTS_IN_A_ROW = message(
    "By their names, most images are shots in a row, of {series:,} things. Such shots are"
    " recognised only where they are nearly equal; others vouch for each other's labels, and no"
    " figure here tells of a series that is labelled wrong as a whole. Name a column of groups with"
    " one value for the images of each: `lnl-gui update PROJECT --group-column NAME`; then detect"
    " again."
)


def numbered_shots(paths: Sequence[str], labels: np.ndarray) -> int:
    """How many series the images are shots of by their names; 0 where most are of none.

    Args:
        paths: of N images, with `/` between folders.
        labels: (N,) int, -1 for none.
    """
    matches = map(_SHOT.fullmatch, paths)
    names = [found["series"] if found else "" for found in matches]
    sizes = Counter(filter(None, names))
    series = {name for name, size in sizes.items() if size >= _FEWEST_SHOTS}
    classes = len(np.unique(labels[labels >= 0]))
    covered = sum(name in series for name in names)
    if covered < _MOST_IMAGES * len(paths) or len(series) < _SERIES_A_CLASS * classes:
        return 0
    return len(series)


def shots_message(paths: Sequence[str], labels: np.ndarray) -> list[Message]:
    """That shots in a row are not known as such, where images seem to be.

    Args:
        paths: of N images, with `/` between folders.
        labels: (N,) int, -1 for none.
    """
    series = numbered_shots(paths, labels)
    return [SHOTS_IN_A_ROW.with_fields(series=series)] if series else []
