"""Embeddings that a detection does without, because they are of the images of before an update."""

from collections.abc import Mapping, Sequence

import numpy as np

from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.arrays import ATTACHED
from lnl_gui.util.messages import Message, message


def left_out_messages(
    snapshot: Snapshot, wanted: Sequence[str], used: Mapping[str, np.ndarray]
) -> list[Message]:
    """One for each embedding that would have been used; who named others did not want it.

    Args:
        snapshot: of the project.
        wanted: encoders that were named.
        used: (N, D) embeddings that are used, by encoder.
    """
    if wanted:
        return []
    return [_message(name) for name in snapshot.outdated if name not in used]


def _message(name: str) -> Message:
    if name.startswith(ATTACHED):
        return message(
            "Not used: the embedding {name} is of the images of before the last update. Attach it"
            " again, with a row for each image.",
            name=name,
        )
    return message(
        "Not used: the embedding {name} is of the images of before the last update. Embed again;"
        " only what is new is computed.",
        name=name,
    )
