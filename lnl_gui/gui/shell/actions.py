"""Table of all actions: id, text, keys, help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from lnl_gui.gui.i18n.language import tr
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized

NATIVE = QKeySequence.SequenceFormat.NativeText
VERDICTS, MOVING, VIEW, PROJECT = (
    tr("Verdicts"),
    tr("Moving and selecting"),
    tr("View"),
    tr("Project"),
)
CHECKS = tr("Checks")
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
    text = tr("Class with key {}").format(number)
    help_text = tr("Relabel the selection as the class with key {}").format(number)
    return ActionSpec(f"class-{number}", text, (str(number),), help_text, VERDICTS, in_grid=True)


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "accept",
        tr("Accept"),
        ("W",),
        tr("Take the suggested label"),
        VERDICTS,
        "accept",
        in_grid=True,
    ),
    ActionSpec(
        "keep",
        tr("Keep"),
        ("Q",),
        tr("The given label is right"),
        VERDICTS,
        "keep",
        in_grid=True,
    ),
    ActionSpec(
        "exclude",
        tr("Exclude"),
        ("E",),
        tr("Leave out of the dataset"),
        VERDICTS,
        "exclude",
        in_grid=True,
    ),
    ActionSpec(
        "unsure",
        tr("Unsure"),
        ("N",),
        tr("Look at it again later"),
        VERDICTS,
        "unsure",
        in_grid=True,
    ),
    ActionSpec(
        "relabel",
        tr("Class…"),
        ("R", "/"),
        tr("Type any class name"),
        VERDICTS,
        "relabel",
        in_grid=True,
    ),
    *(_class_key(number) for number in range(1, 10)),
    ActionSpec(
        "reset",
        tr("Reset"),
        ("Backspace",),
        tr("Forget the verdict"),
        VERDICTS,
        in_grid=True,
    ),
    ActionSpec(
        "undo",
        tr("Undo"),
        ("Ctrl+Z",),
        tr("Take the last verdict back"),
        VERDICTS,
        "undo",
    ),
    ActionSpec(
        "redo",
        tr("Redo"),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        tr("Do it again"),
        VERDICTS,
        "redo",
    ),
    ActionSpec(
        "accept-all",
        tr("Accept all shown"),
        ("Ctrl+Shift+A",),
        tr("Accept everything shown that is left"),
        VERDICTS,
        in_grid=True,
    ),
    ActionSpec(
        "next",
        tr("Next not reviewed"),
        ("J",),
        tr("Go to the next undecided sample"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "next-pair",
        tr("Next group"),
        ("P",),
        tr("Show the largest group with something to review"),
        MOVING,
        "groups",
        in_grid=True,
    ),
    ActionSpec(
        "all-pairs",
        tr("All groups"),
        ("Shift+P",),
        tr("Leave the group"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "select-all",
        tr("Select all"),
        ("Ctrl+A",),
        tr("Select everything shown"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "clear",
        tr("Select none"),
        ("Esc",),
        tr("Clear the selection"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "refresh",
        tr("Refresh the view"),
        ("F5",),
        tr("Filter and sort anew"),
        VIEW,
        "retry",
    ),
    ActionSpec(
        "zoom-in",
        tr("Larger pictures"),
        ("+", "="),
        tr("Larger pictures"),
        VIEW,
        "zoom-in",
    ),
    ActionSpec(
        "zoom-out",
        tr("Smaller pictures"),
        ("-",),
        tr("Smaller pictures"),
        VIEW,
        "zoom-out",
    ),
    ActionSpec(
        "find",
        tr("Find by path"),
        ("Ctrl+F",),
        tr("Type a part of the path"),
        VIEW,
        "search",
    ),
    ActionSpec(
        "focus-grid",
        tr("Go to the grid"),
        ("F6",),
        tr("Move the keys to the grid"),
        VIEW,
    ),
    ActionSpec(
        "filters",
        tr("Filters"),
        ("F7",),
        tr("Show or hide the filters"),
        VIEW,
        "filter",
    ),
    ActionSpec(
        "side",
        tr("Details"),
        ("F8",),
        tr("Show or hide the details"),
        VIEW,
        "panel",
    ),
    ActionSpec(
        "jobs",
        tr("Jobs"),
        ("F9",),
        tr("Show or hide jobs and their logs"),
        VIEW,
        "jobs",
    ),
    ActionSpec(
        "theme",
        tr("Light or dark"),
        ("F10",),
        tr("Switch between light and dark"),
        VIEW,
        "theme",
    ),
    ActionSpec(
        "keys",
        tr("Keys"),
        ("?", "F1"),
        tr("Show all keys"),
        VIEW,
        "keyboard",
    ),
    ActionSpec(
        "open",
        tr("Open dataset…"),
        ("Ctrl+O",),
        tr("A folder or a table"),
        PROJECT,
        "folder-open",
    ),
    ActionSpec(
        "open-project",
        tr("Open project…"),
        ("Ctrl+Shift+O",),
        tr("A project folder"),
        PROJECT,
        "folder",
    ),
    ActionSpec(
        "close",
        tr("Close project"),
        ("Ctrl+W",),
        tr("Back to the start page"),
        PROJECT,
        "home",
    ),
    ActionSpec(
        "find-suspects",
        tr("Find suspects"),
        ("Ctrl+D",),
        tr("Embed and detect"),
        PROJECT,
        "search",
    ),
    ActionSpec(
        "find-suspects-options",
        tr("Find suspects with options…"),
        ("Ctrl+Shift+D",),
        tr("Choose encoders and detectors"),
        PROJECT,
        "search",
    ),
    ActionSpec(
        "finetune",
        tr("Fine-tune…"),
        ("Ctrl+T",),
        tr("Train and compare"),
        PROJECT,
        "train",
    ),
    ActionSpec(
        "export",
        tr("Export…"),
        ("Ctrl+E",),
        tr("Write the curated dataset"),
        PROJECT,
        "export",
    ),
    ActionSpec(
        "progress",
        tr("Progress"),
        ("F3",),
        tr("Budget, audits and agreement"),
        CHECKS,
    ),
    ActionSpec(
        "duplicates",
        tr("Duplicates and leaks"),
        ("F4",),
        tr("Go through them"),
        CHECKS,
    ),
    ActionSpec(
        "next-group",
        tr("Next duplicates"),
        ("G",),
        tr("The next group of duplicates"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "previous-group",
        tr("Previous duplicates"),
        ("Shift+G",),
        tr("The group before"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "keep-one",
        tr("Keep this one"),
        ("K",),
        tr("Exclude its duplicates"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "same-label",
        tr("Same label"),
        ("L",),
        tr("Give its duplicates its label"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "exclude-group",
        tr("Exclude with duplicates"),
        ("Shift+E",),
        tr("Exclude it and its duplicates"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "audit",
        tr("Draw an audit…"),
        ("Ctrl+U",),
        tr("Judge a random sample blind"),
        CHECKS,
    ),
    ActionSpec(
        "second-opinion",
        tr("Second opinion…"),
        ("Ctrl+B",),
        tr("Review blind, or end it"),
        CHECKS,
    ),
    ActionSpec(
        "disagreements",
        tr("Disagreements"),
        ("Ctrl+Shift+B",),
        tr("Where reviewers differ"),
        CHECKS,
    ),
    ActionSpec(
        "merge",
        tr("Merge another copy…"),
        (),
        tr("Take in its verdicts"),
        CHECKS,
    ),
    ActionSpec(
        "preferences",
        tr("Preferences…"),
        ("Ctrl+,",),
        tr("Look and keys"),
        PROJECT,
        "",
    ),
    ActionSpec(
        "about",
        tr("About"),
        (),
        tr("Version and licence"),
        PROJECT,
        "info",
    ),
    ActionSpec(
        "quit",
        tr("Quit"),
        ("Ctrl+Q",),
        tr("Close the window"),
        PROJECT,
        "",
    ),
    ActionSpec(
        "trust",
        tr("How far can I trust this?…"),
        ("Ctrl+L",),
        tr("Test the detectors"),
        CHECKS,
    ),
    ActionSpec(
        "trust-result",
        tr("Figures of the last noise test"),
        (),
        tr("Show them again"),
        CHECKS,
    ),
)


NEED_PROJECT = (
    "close",
    "find-suspects",
    "find-suspects-options",
    "finetune",
    "export",
    "refresh",
    "find",
    "filters",
    "side",
    "focus-grid",
    "progress",
    "duplicates",
    "audit",
    "second-opinion",
    "disagreements",
    "merge",
    "trust",
    "trust-result",
    "zoom-in",
    "zoom-out",
)


class ActionTable(QObject):
    """The table as `QAction`s.

    Args:
        parent: owner of the actions.
        theme: colours of the icons.
        keys: the user's own keys, by id, instead of the table's.
    """

    def __init__(
        self,
        parent: QObject,
        theme: Theme,
        keys: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._by_id = {spec.id: QAction(spec.text, parent) for spec in ACTIONS}
        for spec in ACTIONS:
            self._configure(spec)
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
            first = f"  {action.shortcuts()[0].toString(NATIVE)}" if chosen else ""
            # Buttons show this text; menus show keys by themselves.
            action.setIconText(f"{spec.text}{first}")
            shown = ", ".join(sequence.toString(NATIVE) for sequence in action.shortcuts())
            action.setToolTip(f"{spec.help} ({shown})" if shown else spec.help)

    def key(self, identifier: str) -> str:
        """The first key of an action as it is set now; "" for none."""
        shortcuts = self._by_id[identifier].shortcuts()
        return shortcuts[0].toString(NATIVE) if shortcuts else ""

    def enable_for_project(self, is_open: bool) -> None:
        """Enable what needs an open project, or disable it."""
        for identifier in NEED_PROJECT:
            self._by_id[identifier].setEnabled(is_open)

    def show_undo(self, undo: Message | None, redo: Message | None) -> None:
        """Set tool tips of undo and redo to what they would do; None disables."""
        for identifier, text, doing, nothing in (
            ("undo", undo, tr("Undo"), tr("Nothing to undo")),
            ("redo", redo, tr("Redo"), tr("Nothing to redo")),
        ):
            action = self._by_id[identifier]
            action.setEnabled(text is not None)
            keys = action.shortcuts()[0].toString(NATIVE) if action.shortcuts() else ""
            action.setToolTip(f"{doing}: {localized(text)} ({keys})" if text else nothing)

    def in_grid(self) -> list[QAction]:
        """Actions whose keys belong to the grid and its companions."""
        return [self._by_id[spec.id] for spec in ACTIONS if spec.in_grid]

    def everywhere(self) -> list[QAction]:
        return [self._by_id[spec.id] for spec in ACTIONS if not spec.in_grid]

    def connect_handlers(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Connect each action to its handler, by id.

        Raises:
            KeyError: for an action without a handler.
        """
        for spec in ACTIONS:
            handler = handlers[spec.id]
            # `act` is bound as a default: a closure would call the last handler for all.
            self._by_id[spec.id].triggered.connect(lambda _checked=False, act=handler: act())

    def _configure(self, spec: ActionSpec) -> None:
        action = self._by_id[spec.id]
        action.setObjectName(spec.id)
        context = Qt.ShortcutContext
        action.setShortcutContext(
            context.WidgetWithChildrenShortcut if spec.in_grid else context.WindowShortcut
        )

    def _draw(self) -> None:
        for spec in ACTIONS:
            if spec.icon:
                colour, faint = self._theme.color("text"), self._theme.color("border")
                self._by_id[spec.id].setIcon(icons.icon(spec.icon, colour, disabled=faint))
