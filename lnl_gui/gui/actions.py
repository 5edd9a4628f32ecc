"""Everything a person can do in the window: one table of id, text, keys and help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from lnl_gui.gui import icons
from lnl_gui.gui.theme import Theme

VERDICTS, MOVING, VIEW, PROJECT = "Verdicts", "Moving and selecting", "View", "Project"
CHECKS = "Checks"
GROUPS = (VERDICTS, MOVING, VIEW, PROJECT, CHECKS)


@dataclass(frozen=True)
class ActionSpec:
    """One action. `keys` are in Qt's portable text; `in_grid` limits them to grid and inspector,

    so that a letter typed into a filter is not a verdict.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    help: str
    group: str
    icon: str = ""
    in_grid: bool = False


def _class_key(number: int) -> ActionSpec:
    text = f"Class with key {number}"
    help_text = f"Relabel the selection as the class with key {number}"
    return ActionSpec(f"class-{number}", text, (str(number),), help_text, VERDICTS, in_grid=True)


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "accept", "Accept", ("W",), "Take the suggested label", VERDICTS, "accept", in_grid=True
    ),
    ActionSpec("keep", "Keep", ("Q",), "The given label is right", VERDICTS, "keep", in_grid=True),
    ActionSpec(
        "exclude", "Exclude", ("E",), "Leave out of the dataset", VERDICTS, "exclude", in_grid=True
    ),
    ActionSpec(
        "unsure", "Unsure", ("N",), "Look at it again later", VERDICTS, "unsure", in_grid=True
    ),
    ActionSpec(
        "relabel", "Class…", ("R", "/"), "Type any class name", VERDICTS, "relabel", in_grid=True
    ),
    *(_class_key(number) for number in range(1, 10)),
    ActionSpec("reset", "Reset", ("Backspace",), "Forget the verdict", VERDICTS, in_grid=True),
    ActionSpec("undo", "Undo", ("Ctrl+Z",), "Take the last verdict back", VERDICTS, "undo"),
    ActionSpec("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Do it again", VERDICTS, "redo"),
    ActionSpec(
        "accept-all",
        "Accept all shown",
        ("Ctrl+Shift+A",),
        "Accept everything shown that is left",
        VERDICTS,
        in_grid=True,
    ),
    ActionSpec(
        "next",
        "Next not reviewed",
        ("J",),
        "Go to the next undecided sample",
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "next-pair",
        "Next group",
        ("P",),
        "Show the largest group with something to review",
        MOVING,
        "groups",
        in_grid=True,
    ),
    ActionSpec("all-pairs", "All groups", ("Shift+P",), "Leave the group", MOVING, in_grid=True),
    ActionSpec(
        "select-all", "Select all", ("Ctrl+A",), "Select everything shown", MOVING, in_grid=True
    ),
    ActionSpec("clear", "Select none", ("Esc",), "Clear the selection", MOVING, in_grid=True),
    ActionSpec("refresh", "Refresh the view", ("F5",), "Filter and sort anew", VIEW, "retry"),
    ActionSpec("zoom-in", "Larger pictures", ("+", "="), "Larger pictures", VIEW, "zoom-in"),
    ActionSpec("zoom-out", "Smaller pictures", ("-",), "Smaller pictures", VIEW, "zoom-out"),
    ActionSpec("find", "Find by path", ("Ctrl+F",), "Type a part of the path", VIEW, "search"),
    ActionSpec("focus-grid", "Go to the grid", ("F6",), "Move the keys to the grid", VIEW),
    ActionSpec("filters", "Filters", ("F7",), "Show or hide the filters", VIEW, "filter"),
    ActionSpec("side", "Details", ("F8",), "Show or hide the details", VIEW, "panel"),
    ActionSpec("jobs", "Jobs", ("F9",), "Show or hide jobs and their logs", VIEW, "jobs"),
    ActionSpec("theme", "Light or dark", ("F10",), "Switch between light and dark", VIEW, "theme"),
    ActionSpec("keys", "Keys", ("?", "F1"), "Show all keys", VIEW, "keyboard"),
    ActionSpec("open", "Open dataset…", ("Ctrl+O",), "A folder or a table", PROJECT, "folder-open"),
    ActionSpec(
        "open-project", "Open project…", ("Ctrl+Shift+O",), "A project folder", PROJECT, "folder"
    ),
    ActionSpec("close", "Close project", ("Ctrl+W",), "Back to the start page", PROJECT, "home"),
    ActionSpec(
        "find-suspects", "Find suspects", ("Ctrl+D",), "Embed and detect", PROJECT, "search"
    ),
    ActionSpec(
        "find-suspects-options",
        "Find suspects with options…",
        ("Ctrl+Shift+D",),
        "Choose encoders and detectors",
        PROJECT,
        "search",
    ),
    ActionSpec("finetune", "Fine-tune…", ("Ctrl+T",), "Train and compare", PROJECT, "train"),
    ActionSpec("export", "Export…", ("Ctrl+E",), "Write the curated dataset", PROJECT, "export"),
    ActionSpec("progress", "Progress", ("F3",), "Budget, audits and agreement", CHECKS),
    ActionSpec("duplicates", "Duplicates and leaks", ("F4",), "Go through them", CHECKS),
    ActionSpec(
        "next-group",
        "Next duplicates",
        ("G",),
        "The next group of duplicates",
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "previous-group",
        "Previous duplicates",
        ("Shift+G",),
        "The group before",
        CHECKS,
        in_grid=True,
    ),
    ActionSpec("keep-one", "Keep this one", ("K",), "Exclude its duplicates", CHECKS, in_grid=True),
    ActionSpec(
        "same-label", "Same label", ("L",), "Give its duplicates its label", CHECKS, in_grid=True
    ),
    ActionSpec(
        "exclude-group",
        "Exclude with duplicates",
        ("Shift+E",),
        "Exclude it and its duplicates",
        CHECKS,
        in_grid=True,
    ),
    ActionSpec("audit", "Draw an audit…", ("Ctrl+U",), "Judge a random sample blind", CHECKS),
    ActionSpec(
        "second-opinion",
        "Second opinion…",
        ("Ctrl+B",),
        "Review blind, or end it",
        CHECKS,
    ),
    ActionSpec(
        "disagreements", "Disagreements", ("Ctrl+Shift+B",), "Where reviewers differ", CHECKS
    ),
    ActionSpec("merge", "Merge another copy…", (), "Take in its verdicts", CHECKS),
    ActionSpec("trust", "How far can I trust this?…", ("Ctrl+L",), "Test the detectors", CHECKS),
    ActionSpec("trust-result", "Figures of the last test", (), "Show them again", CHECKS),
    ActionSpec("preferences", "Preferences…", ("Ctrl+,",), "Look and keys", PROJECT, ""),
    ActionSpec("about", "About", (), "Version and licence", PROJECT, "info"),
    ActionSpec("quit", "Quit", ("Ctrl+Q",), "Close the window", PROJECT, ""),
)


class Actions(QObject):
    """The table as `QAction`s.

    Args:
        parent: owner of the actions.
        theme: colours of the icons.
        handlers: what each action does, by id.
        keys: the user's own keys, by id, instead of the table's.
    """

    def __init__(
        self,
        parent: QObject,
        theme: Theme,
        handlers: Mapping[str, Callable[[], object]],
        keys: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._by_id = {spec.id: QAction(spec.text, parent) for spec in ACTIONS}
        for spec in ACTIONS:
            self._configure(spec, handlers[spec.id])
        self.set_keys(keys or {})
        theme.changed.connect(self._draw)
        self._draw()

    def __getitem__(self, identifier: str) -> QAction:
        return self._by_id[identifier]

    def set_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Use the user's keys where there are any."""
        for spec in ACTIONS:
            chosen = keys.get(spec.id, spec.keys)
            action = self._by_id[spec.id]
            action.setShortcuts([QKeySequence(key) for key in chosen])
            first = f"  {action.shortcuts()[0].toString()}" if chosen else ""
            # Buttons show this text; menus show keys by themselves.
            action.setIconText(f"{spec.text}{first}")
            shown = ", ".join(sequence.toString() for sequence in action.shortcuts())
            action.setToolTip(f"{spec.help} ({shown})" if shown else spec.help)

    def key(self, identifier: str) -> str:
        """The first key of an action as it is set now; "" for none."""
        shortcuts = self._by_id[identifier].shortcuts()
        return shortcuts[0].toString() if shortcuts else ""

    def enable(self, identifiers: tuple[str, ...], enabled: bool) -> None:
        for identifier in identifiers:
            self._by_id[identifier].setEnabled(enabled)

    def show_undo(self, undo: str | None, redo: str | None) -> None:
        """Say what undo and redo would do; None where there is nothing."""
        for identifier, text in (("undo", undo), ("redo", redo)):
            action = self._by_id[identifier]
            action.setEnabled(text is not None)
            keys = action.shortcuts()[0].toString() if action.shortcuts() else ""
            title = identifier.capitalize()
            action.setToolTip(f"{title}: {text} ({keys})" if text else f"Nothing to {identifier}")

    def in_grid(self) -> list[QAction]:
        """Actions whose keys belong to the grid and its companions."""
        return [self._by_id[spec.id] for spec in ACTIONS if spec.in_grid]

    def everywhere(self) -> list[QAction]:
        return [self._by_id[spec.id] for spec in ACTIONS if not spec.in_grid]

    def _configure(self, spec: ActionSpec, handler: Callable[[], object]) -> None:
        action = self._by_id[spec.id]
        action.setObjectName(spec.id)
        context = Qt.ShortcutContext
        action.setShortcutContext(
            context.WidgetWithChildrenShortcut if spec.in_grid else context.WindowShortcut
        )
        action.triggered.connect(lambda _checked=False: handler())

    def _draw(self) -> None:
        for spec in ACTIONS:
            if spec.icon:
                colour, faint = self._theme.color("text"), self._theme.color("border")
                self._by_id[spec.id].setIcon(icons.icon(spec.icon, colour, disabled=faint))
