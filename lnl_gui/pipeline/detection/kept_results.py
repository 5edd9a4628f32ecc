"""Results of detectors kept from one detection to the next, and computed anew where damaged."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.store.database.derived_files import readable_table
from lnl_gui.store.jobs.arrays import file_stem
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.log import logger

_DETAIL = "detail:"
_BY_SAMPLE = ("loss", "cluster", "neighbours", "neighbour_similarity")
"""Details with a row for each sample, where a detector gives them."""


def finished(
    folder: Path, name: str, compute: Callable[[], DetectorResult], *, samples: int, classes: int
) -> DetectorResult:
    """The kept result of a detector, computed and kept first where there is none.

    Args:
        folder: of what depends on the same embeddings, labels and parameters.
        name: of the detector.
        compute: makes the result.
        samples: N.
        classes: K.
    """
    file = folder / f"{file_stem(name)}.npz"
    found = _read(file, name, samples=samples, classes=classes)
    if found is not None:
        return found
    result = compute()
    columns: dict[str, Any] = {f"{_DETAIL}{key}": value for key, value in result.details.items()}
    with atomic_file(file) as stream:
        np.savez(stream, score=result.score, vote=result.vote, **columns)
    # As it is called when it is read again: a key may hold more than the detector's name.
    return replace(result, name=name)


def _read(file: Path, name: str, *, samples: int, classes: int) -> DetectorResult | None:
    saved = readable_table(file, {"score": ("f", (samples,)), "vote": ("i", (samples,))})
    if saved is None:
        return None
    details = {k.removeprefix(_DETAIL): v for k, v in saved.items() if k.startswith(_DETAIL)}
    shapes = (details[key].shape[:1] for key in _BY_SAMPLE if key in details)
    votes = saved["vote"]
    within = not samples or NO_VOTE <= votes.min() <= votes.max() < classes
    if not within or any(shape != (samples,) for shape in shapes):
        logger.warning("%s is damaged: it is not of these samples", file)
        return None
    return DetectorResult(name, saved["score"], votes, details)
