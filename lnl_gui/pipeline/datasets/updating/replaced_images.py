"""Images of samples that have become other pictures: what is recorded of them, and when to ask."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.same_pictures import SeenPictures, saved_anew, show_the_same
from lnl_gui.store.dataset.replaced_pictures import Replaced
from lnl_gui.store.jobs.parameters import MOST_MISSING
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

OTHERS = 0.02
"""Share of the images compared that may hold another picture in a folder that somebody names,
before a person must say that this is the dataset."""
_MOST = 0.5
"""Likewise in the folder that the dataset was read from before: images there are edited."""


def replaced_pictures(
    known: KnownSamples,
    now: Mapping[int, bytes],
    there: Iterable[int],
    touched: Collection[int] = (),
) -> tuple[Replaced, ...]:
    """Samples that hold another picture than when the dataset was last read.

    Args:
        known: the samples.
        now: by sample what its file holds, where that is not what was embedded; empty where it
            cannot be read.
        there: samples whose files are there.
        touched: samples of which nothing was known but their files' sizes and times, and these are
            others: what they held before is empty.
    """
    found = []
    for row in there:
        # What was embedded, where the file is as it was then: a picture may be put back.
        after, before = now.get(row, bytes(known.hashes[row])), bytes(known.held[row])
        if (before or row in touched) and after and before != after:
            found.append((row, _text(before), _text(after)))
    return tuple(found)


def replaced_by_embedding(
    held: np.ndarray, before: SeenPictures | None, now: SeenPictures, touched: np.ndarray
) -> tuple[Replaced, ...]:
    """Samples of which an embedding has seen another picture than was known of them.

    Args:
        held: S32 (N,), contents as they were known; empty where they were not.
        before: the N pictures of the embedding before, if there was one.
        now: of this one.
        touched: bool (N,), that were decided on before any embedding, and whose files were written
            since.
    """
    after = now.facts["content_hash"]
    then = before.facts["content_hash"] if before is not None else np.zeros(len(after), "S32")
    rows = np.flatnonzero(((held != b"") | touched) & (after != b"") & (held != after))
    # Only what was embedded before can be compared as a picture.
    seen = np.flatnonzero((held[rows] == then[rows]) & (held[rows] != b""))
    same = seen
    if before is not None:
        old, new = before.of(rows[seen]), now.of(rows[seen])
        same = seen[show_the_same(old, new) & saved_anew(old, new)]
    others = np.delete(rows, same).tolist()
    return tuple((row, _text(bytes(held[row])), _text(bytes(after[row]))) for row in others)


def _text(content: bytes) -> str:
    return content.decode("ascii", "replace")


def refuse_other_dataset(
    known: KnownSamples,
    replaced: Sequence[Replaced],
    there: Iterable[int],
    source: str,
    *,
    named: bool,
) -> None:
    """Ask when many images have the names of the project's and hold something else.

    Args:
        known: the samples.
        replaced: those whose files hold something else than when the dataset was last read.
        there: those whose files are there.
        source: what was read.
        named: whether somebody has named it anew.

    Raises:
        UserError: with the code `MOST_MISSING`.
    """
    # Of those that were never embedded nobody knows whether they hold something else.
    replaced = [entry for entry in replaced if known.hashes[entry[0]]]
    compared = sum(bool(known.hashes[row]) for row in there)
    if len(replaced) <= (OTHERS if named else _MOST) * compared:
        return
    raise UserError(
        message(
            "{different:,} of {compared:,} files in `{root}` have the names of images of the"
            " project but hold something else, such as `{example}`.",
            different=len(replaced),
            compared=compared,
            root=source,
            example=known.samples.paths[replaced[0][0]],
        ),
        message(
            "Another dataset is imported as a project of its own. If these images were edited or"
            " saved anew, go on with --accept-missing: what was decided about them is kept, and"
            " marked until somebody looks again."
        ),
        code=MOST_MISSING,
    )
