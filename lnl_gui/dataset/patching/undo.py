"""Takes back what was done to a dataset in place, a patch or an addition of images."""

from pathlib import Path

from lnl_gui.dataset.patching.add_images import ADDED, take_back_additions
from lnl_gui.dataset.patching.apply import no_undo, undo_patch
from lnl_gui.dataset.patching.undo_folder import UNDO_FILE
from lnl_gui.util.files.atomic import read_json


def take_back(undo: Path) -> int:
    """Take back what the folder was made for; it goes away with that.

    Args:
        undo: the folder that was named when the dataset was changed.

    Returns:
        How many images were moved back or removed.

    Raises:
        UserError: when the folder is no such one, or a file has changed since or cannot be moved.
    """
    try:
        kept = read_json(undo / UNDO_FILE)
        if not isinstance(kept, dict) or ADDED not in kept:
            return undo_patch(undo)
        return take_back_additions(undo, kept)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise no_undo(undo) from error
