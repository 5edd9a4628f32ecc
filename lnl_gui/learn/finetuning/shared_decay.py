"""The weight decay of the linear probe, chosen once for all trainings that are compared.

Chosen for each apart, a validation part of some dozens of images decides between models that
differ more than most cleaning makes them differ; see `models.linear_probe`.
"""

import math
from pathlib import Path

from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.atomic import read_json, write_json
from lnl_gui.util.messages import message

_DECAY = "decay"


def shared_decay(file: Path | None) -> float | None:
    """The decay that an earlier training chose; None where there is none, or it is damaged."""
    if file is None or not file.is_file():
        return None
    try:
        decay = float(read_json(file)[_DECAY])
    # Damaged: it is chosen again.
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return decay if math.isfinite(decay) and decay > 0 else None


def share_decay(file: Path | None, decay: float) -> None:
    """Keep the decay for trainings that will be compared with this one.

    Args:
        file: to write; None where nothing is compared.
        decay: as it is tried, before it is divided by the number of classes.

    Raises:
        UserError: when the disk is full.
    """
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, {_DECAY: decay})
    except OSError as error:
        raise as_user_error(error, message("save the model")) from error
