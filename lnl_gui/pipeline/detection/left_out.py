"""What a detection does without, because it is of the images of before an update."""

from collections.abc import Mapping, Sequence

import numpy as np

from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.jobs.arrays import ATTACHED
from lnl_gui.util.messages import Message, message, message_n


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


def replaced_messages(snapshot: Snapshot, wanted: Sequence[str]) -> list[Message]:
    """One for each set of attached predictions that is of pictures which were replaced since.

    Args:
        snapshot: of the project.
        wanted: detectors that were named.
    """
    return [
        message_n(
            "{count:,} prediction of {name} is of a picture that was replaced since, and is not"
            " used: `{example}`. Attach the predictions again.",
            "{count:,} predictions of {name} are of pictures that were replaced since, and are not"
            " used, such as `{example}`. Attach the predictions again.",
            len(found.of_others),
            name=found.name,
            example=snapshot.samples.paths[found.of_others[0]],
        )
        for found in snapshot.predictions
        if found.of_others and (not wanted or found.name in wanted)
    ]


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
