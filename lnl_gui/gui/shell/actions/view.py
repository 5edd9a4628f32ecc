"""What is seen of a project, and how."""

from lnl_gui.gui.shell.actions.spec import ActionGroup, ActionSpec
from lnl_gui.util.messages import message

VIEW = ActionGroup(
    message("View"),
    (
        ActionSpec(
            "loupe",
            message("Loupe"),
            ("Space",),
            message("Fill the window with the image"),
            icon="zoom-in",
            in_grid=True,
            needs_project=True,
        ),
        ActionSpec(
            "refresh",
            message("Refresh the view"),
            ("F5",),
            message("Filter and sort anew"),
            icon="retry",
            needs_project=True,
        ),
        # On many keyboards + is = with Shift.
        ActionSpec(
            "zoom-in",
            message("Larger pictures"),
            ("+", "="),
            message("Larger pictures"),
            icon="zoom-in",
            needs_project=True,
        ),
        ActionSpec(
            "zoom-out",
            message("Smaller pictures"),
            ("-",),
            message("Smaller pictures"),
            icon="zoom-out",
            needs_project=True,
        ),
        ActionSpec(
            "find",
            message("Find by path"),
            ("Ctrl+F",),
            message("Type a part of the path"),
            icon="search",
            needs_project=True,
        ),
        ActionSpec(
            "focus-grid",
            message("Go to the grid"),
            ("F6",),
            message("Move the keys to the grid"),
            needs_project=True,
        ),
        ActionSpec(
            "filters",
            message("Filters"),
            ("F7",),
            message("Show or hide the filters"),
            icon="filter",
            needs_project=True,
        ),
        ActionSpec(
            "side",
            message("Details"),
            ("F8",),
            message("Show or hide the details"),
            icon="panel",
            needs_project=True,
        ),
        ActionSpec(
            "jobs",
            message("Jobs"),
            ("F9",),
            message("Show or hide jobs and their logs"),
            icon="jobs",
        ),
        ActionSpec(
            "theme",
            message("Light or dark"),
            ("F10",),
            message("Switch between light and dark"),
            icon="theme",
        ),
        ActionSpec("keys", message("Keys"), ("?",), message("Show all keys"), icon="keyboard"),
        ActionSpec(
            "help",
            message("Guide"),
            ("F1",),
            message("How to do what, and what the numbers mean"),
            icon="info",
        ),
    ),
)
