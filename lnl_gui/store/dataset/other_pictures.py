"""Which picture here somebody decided on elsewhere: by its content, and by its name without that.

Files are renumbered and take each other's names: where the contents are known on both sides, a name
that holds something else says nothing, and a verdict on it would stand on a picture nobody judged.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n

OTHER_PICTURES = "other_pictures"
"""The code of the refusal that asks what to do with them."""
ASK, LEAVE, TAKE = "ask", "leave", "take"
"""What becomes of decisions on pictures that are not the ones here: the person is asked, they are
left out, or they are taken by name, as of the same images saved anew."""
NOWHERE = -1
"""The row of a picture that is not here, or not known to be."""


@dataclass
class FoundPictures:
    """Where the pictures are that somebody decided on."""

    rows: dict[tuple[str, bytes], int] = field(default_factory=dict)
    """by path and content hash, `NOWHERE` for none"""
    moved: set[int] = field(default_factory=set)
    """rows found by their content under another path"""
    by_name: set[int] = field(default_factory=set)
    """rows found by their path alone: the content is not known on both sides"""
    others: dict[tuple[str, bytes], int] = field(default_factory=dict)
    """those whose path holds another picture here, which is nowhere else or in several places, by
    the row at that path"""
    missing: set[str] = field(default_factory=set)
    """paths that are not here"""

    def take(self) -> None:
        """Take the other pictures for the ones that were decided on."""
        self.rows |= self.others


def find_pictures(
    named: Sequence[tuple[str, bytes]], paths: Sequence[str], hashes: np.ndarray
) -> FoundPictures:
    """Find the samples here that others name.

    Args:
        named: path and content hash of each, empty where that is not known.
        paths: of the N samples here.
        hashes: S32 (N,) of their contents, empty where not known.
    """
    found = FoundPictures()
    row_of = {path: row for row, path in enumerate(paths)}
    alone = _alone(hashes)
    distinct = dict.fromkeys(named)
    shared = {held for held, count in Counter(held for _, held in distinct).items() if count > 1}
    by_name = []
    for path, held in distinct:
        row, elsewhere = row_of.get(path, NOWHERE), alone.get(held, NOWHERE)
        if row == NOWHERE:
            found.rows[path, held] = elsewhere
            if elsewhere == NOWHERE:
                found.missing.add(path)
            else:
                found.moved.add(elsewhere)
            continue
        here = bytes(hashes[row])
        if held and here == held:
            found.rows[path, held] = row
        # One of several copies says nothing of where the others are.
        elif elsewhere != NOWHERE and held not in shared:
            found.rows[path, held] = elsewhere
            found.moved.add(elsewhere)
        elif held and here:
            found.rows[path, held] = NOWHERE
            found.others[path, held] = row
        else:
            by_name.append((path, held))
    for path, held in by_name:
        row = row_of[path]
        # The picture here is one that was found by its content: this name meant another.
        if row in found.moved:
            found.rows[path, held] = NOWHERE
            found.others[path, held] = row
        else:
            found.rows[path, held] = row
            found.by_name.add(row)
    return found


def _alone(hashes: np.ndarray) -> dict[bytes, int]:
    """Contents that one sample alone has, with its row."""
    values, rows, count = np.unique(hashes, return_index=True, return_counts=True)
    alone = (count == 1) & (values != b"")
    return dict(zip(values[alone].tolist(), rows[alone].tolist(), strict=True))


def refuse_others(others: Sequence[str], count: int, source: str) -> None:
    """Ask what becomes of decisions on other pictures.

    Args:
        others: their paths.
        count: how many samples are decided on in all.
        source: what they come from.

    Raises:
        UserError: where there are any.
    """
    if not others:
        return
    raise UserError(
        message(
            "{source} decides on other pictures than the ones of these names here: {others:,} of"
            " {count:,}, such as {example}.",
            source=source,
            others=len(others),
            count=count,
            example=min(others),
        ),
        message(
            "Nothing was changed. Leave these out with `--other-pictures leave`. If they are the"
            " same images, only saved anew, take them in by their names with"
            " `--other-pictures take`."
        ),
        code=OTHER_PICTURES,
    )


def what_became_of(others: int, choice: str) -> Message:
    """What has become of decisions on so many other pictures."""
    if choice == LEAVE:
        return message_n(
            "{count:,} decision on another picture than the one here was left out",
            "{count:,} decisions on other pictures than the ones here were left out",
            others,
        )
    return message_n(
        "{count:,} decision was taken in by name on a file with another content",
        "{count:,} decisions were taken in by name on files with another content",
        others,
    )
