"""Which sample each row of a foreign file is about, by the paths that it names."""

from collections.abc import Sequence

import numpy as np

from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

NONE = -1
_LONGEST_TAIL = 4
"""Parts of a path at its end that are compared where the whole is another machine's."""
_MOST = 0.9
"""Share of the paths whose ends must name one sample each for ends to be trusted."""


def rows_of_paths(snapshot: Snapshot, paths: Sequence[str]) -> np.ndarray:
    """The sample of each path, int64 (n,), or `NONE`.

    A path is compared as the dataset writes it, as it lies on disk, and by its end where only one
    sample ends so.

    Raises:
        UserError: when two paths are one sample, or none is any.
    """
    cleaned = [_clean(path) for path in paths]
    found = np.full(len(paths), NONE, np.int64)
    for known in (snapshot.samples.paths, snapshot.samples.files, map(str, snapshot.files())):
        rows = _unique([_clean(path) for path in known])
        _fill(found, cleaned, rows)
        if (found != NONE).all():
            break
    if (found == NONE).all():
        # All are another machine's. Where some are known, the others are other datasets' images,
        # which a name alone would take for samples.
        found = _by_tail(cleaned, snapshot)
    _check(found, paths)
    return found


def _by_tail(cleaned: Sequence[str], snapshot: Snapshot) -> np.ndarray:
    known = [_clean(path) for path in snapshot.samples.paths]
    # The longest first: file names alone repeat from folder to folder.
    for parts in range(_LONGEST_TAIL, 0, -1):
        found = np.full(len(cleaned), NONE, np.int64)
        rows = _unique([_tail(path, parts) for path in known])
        _fill(found, [_tail(path, parts) for path in cleaned], rows)
        if (found != NONE).mean() >= _MOST:
            return found
    return np.full(len(cleaned), NONE, np.int64)


def _clean(path: str) -> str:
    # As Windows writes paths, and as `find .` does.
    return path.strip().replace("\\", "/").removeprefix("./")


def _tail(path: str, parts: int) -> str:
    return "/".join(path.split("/")[-parts:])


def _unique(texts: Sequence[str]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for row, text in enumerate(texts):
        rows[text] = NONE if text in rows else row
    return rows


def _fill(found: np.ndarray, texts: Sequence[str], rows: dict[str, int]) -> None:
    taken = set(found[found != NONE].tolist())
    for at in np.flatnonzero(found == NONE).tolist():
        row = rows.get(texts[at], NONE)
        if row not in taken:
            found[at] = row


def _check(found: np.ndarray, paths: Sequence[str]) -> None:
    known = found[found != NONE]
    if not len(known):
        raise UserError(
            message(
                "None of the {count:,} paths is one of the project's samples; the first is"
                " `{path}`.",
                count=len(paths),
                path=paths[0] if paths else "",
            ),
            message("Paths are written as in samples.csv, relative to the dataset."),
            code="row_order",
        )
    rows, times = np.unique(known, return_counts=True)
    if (times > 1).any():
        twice = np.flatnonzero(found == rows[np.argmax(times > 1)]).tolist()
        raise UserError(
            message(
                "Two rows are about one sample: `{first}` and `{second}`.",
                first=paths[twice[0]],
                second=paths[twice[1]],
            ),
            message("Leave one of them out."),
            code="row_order",
        )
