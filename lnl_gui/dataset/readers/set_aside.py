"""What an export of this program says of images that a person had set aside."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.store.dataset.samples import EXCLUDED, STATUS_NAMES
from lnl_gui.util.messages import message

SET_ASIDE = message("excluded when this was exported")
STATUS, FLAGGED = "status", "flagged"
"""Fields that every form of an export has which tells what was decided. Others than ours have one
called `status` too."""


def is_set_aside(facts: Mapping[str, Any]) -> bool:
    """Whether the fields of an image in an export say that it is no part of the dataset."""
    return facts.get(STATUS) == STATUS_NAMES[EXCLUDED] and FLAGGED in facts
