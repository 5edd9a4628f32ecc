"""What is decided of the selected samples."""

from lnl_gui.gui.shell.actions.spec import ActionGroup, ActionSpec
from lnl_gui.util.messages import message


def _class_key(number: int) -> ActionSpec:
    text = message("Class with key {number}", number=number)
    help_text = message("Relabel the selection as the class with key {number}", number=number)
    return ActionSpec(f"class-{number}", text, (str(number),), help_text, in_grid=True)


VERDICTS = ActionGroup(
    message("Verdicts"),
    (
        ActionSpec(
            "accept",
            message("Accept"),
            ("W",),
            message("Take the suggested label"),
            icon="accept",
            in_grid=True,
        ),
        ActionSpec(
            "keep",
            message("Keep"),
            ("Q",),
            message("The given label is right"),
            icon="keep",
            in_grid=True,
        ),
        ActionSpec(
            "exclude",
            message("Exclude"),
            ("E",),
            message("Leave out of the dataset"),
            icon="exclude",
            in_grid=True,
        ),
        ActionSpec(
            "unsure",
            message("Unsure"),
            ("N",),
            message("Look at it again later"),
            icon="unsure",
            in_grid=True,
        ),
        ActionSpec(
            "ask",
            message("Ask a colleague"),
            ("C",),
            message("Leave it to somebody else"),
            in_grid=True,
        ),
        ActionSpec(
            "relabel",
            message("Class…"),
            ("R", "/"),
            message("Type any class name"),
            icon="relabel",
            in_grid=True,
        ),
        # As the keys lie on a keyboard.
        *(_class_key(number) for number in (*range(1, 10), 0)),
        ActionSpec(
            "reset", message("Reset"), ("Backspace",), message("Forget the verdict"), in_grid=True
        ),
        ActionSpec(
            "undo", message("Undo"), ("Ctrl+Z",), message("Take the last verdict back"), icon="undo"
        ),
        ActionSpec(
            "redo", message("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), message("Do it again"), icon="redo"
        ),
        ActionSpec(
            "accept-all",
            message("Accept all shown"),
            ("Ctrl+Shift+A",),
            message("Accept everything shown that is left"),
            in_grid=True,
        ),
        ActionSpec(
            "remark",
            message("Notes and tags…"),
            ("T",),
            message("A note, tags, and what the image also contains"),
            in_grid=True,
        ),
    ),
)
