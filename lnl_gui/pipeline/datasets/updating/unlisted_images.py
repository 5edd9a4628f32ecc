"""Images that are where they were and that the dataset no longer lists, as of a table cut short."""

from collections.abc import Mapping

import numpy as np

from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.store.dataset.samples import EXCLUDED
from lnl_gui.store.dataset.source_state import UNLISTED
from lnl_gui.store.jobs.parameters import MOST_MISSING
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

# Less than of files that are gone: nobody deletes a file without meaning to, but a table is saved
# while it is filtered, or cut where a program died.
_MANY, _SEVERAL = 0.25, 5


def refuse_many_unlisted(known: KnownSamples, gone: Mapping[int, str], source: str) -> None:
    """Stop where many images are still there and are listed no longer.

    Args:
        known: the project.
        gone: by row how each sample has left the dataset.
        source: of the dataset.

    Raises:
        UserError: with the code `MOST_MISSING`.
    """
    status = known.samples.status
    rows = np.array(
        [row for row, kind in gone.items() if kind == UNLISTED and row not in known.state.gone],
        np.int64,
    )
    present = len(known) - len(known.state.gone)
    # What was excluded here is left out of what is exported, and of a table made from that.
    wanted = int((status[rows] != EXCLUDED).sum())
    if wanted < _SEVERAL or wanted <= _MANY * present:
        return
    raise UserError(
        message(
            "{count:,} of {present:,} images of the project are still there, but `{source}` no"
            " longer lists them, such as `{example}`; {decided:,} of them were decided on.",
            count=len(rows),
            present=present,
            source=source,
            example=known.samples.paths[int(rows[0])],
            decided=int((status[rows] > 0).sum()),
        ),
        message(
            "If a table was cut short or saved while it was filtered, put it right. If these images"
            " are meant to go, go on with --accept-missing: they are marked, and what was decided"
            " about them is kept."
        ),
        code=MOST_MISSING,
    )
