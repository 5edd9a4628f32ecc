"""From sample to sample, and which of them are meant."""

from lnl_gui.gui.shell.actions.spec import ActionGroup, ActionSpec
from lnl_gui.util.messages import message

MOVING = ActionGroup(
    message("Moving and selecting"),
    (
        ActionSpec(
            "next",
            message("Next not reviewed"),
            ("J",),
            message("Go to the next undecided sample"),
            in_grid=True,
        ),
        ActionSpec(
            "next-pair",
            message("Next group"),
            ("P",),
            message("Show the largest group with something to review"),
            icon="groups",
            in_grid=True,
        ),
        ActionSpec(
            "all-pairs",
            message("All groups"),
            ("Shift+P",),
            message("Leave the group"),
            in_grid=True,
        ),
        ActionSpec(
            "select-all",
            message("Select all"),
            ("Ctrl+A",),
            message("Select everything shown"),
            in_grid=True,
        ),
        ActionSpec(
            "clear", message("Select none"), ("Esc",), message("Clear the selection"), in_grid=True
        ),
    ),
)
