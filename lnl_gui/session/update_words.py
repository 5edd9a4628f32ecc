"""What an update of the dataset found, in words."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.util.messages import Message, message_n


def replaced_message(metrics: Mapping[str, Any]) -> Message:
    """Samples that people decided on, and whose file is another picture or another form of it now.

    Args:
        metrics: of the update, in which there are some.
    """
    return message_n(
        "{count:,} image that was decided on is another file now: `{example}`. The decision stays;"
        " look whether it fits what is there now.",
        "{count:,} images that were decided on are other files now, such as `{example}`. The"
        " decisions stay; look whether they fit what is there now.",
        metrics["content_changed_decided"],
        example=metrics["examples"]["content_changed_decided"][0],
    )


def other_pictures_message(count: int) -> Message:
    """Decisions that were made on other pictures than the ones that are there now."""
    return message_n(
        "{count:,} decision was made on another picture than the one there now; it teaches nothing"
        " and counts in no audit until somebody looks again:"
        " `lnl-gui review PROJECT list --issue other_picture`",
        "{count:,} decisions were made on other pictures than the ones there now; they teach"
        " nothing and count in no audit until somebody looks again:"
        " `lnl-gui review PROJECT list --issue other_picture`",
        count,
    )
