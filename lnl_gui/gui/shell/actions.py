"""Table of all actions: id, text, keys, help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import localized, tr

NATIVE = QKeySequence.SequenceFormat.NativeText
VERDICTS, MOVING, VIEW, PROJECT = (
    message("Verdicts"),
    message("Moving and selecting"),
    message("View"),
    message("Project"),
)
CHECKS = message("Checks")
GROUPS = (VERDICTS, MOVING, VIEW, PROJECT, CHECKS)


@dataclass(frozen=True)
class ActionSpec:
    """One action. `keys` are in Qt's portable text; `in_grid` limits them to grid and inspector,

    so that a letter typed into a filter is not a verdict.
    """

    id: str
    text: Message
    keys: tuple[str, ...]
    help: Message
    group: Message
    icon: str = ""
    in_grid: bool = False


def _class_key(number: int) -> ActionSpec:
    text = message("Class with key {number}", number=number)
    help_text = message("Relabel the selection as the class with key {number}", number=number)
    return ActionSpec(f"class-{number}", text, (str(number),), help_text, VERDICTS, in_grid=True)


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "accept",
        message("Accept"),
        ("W",),
        message("Take the suggested label"),
        VERDICTS,
        "accept",
        in_grid=True,
    ),
    ActionSpec(
        "keep",
        message("Keep"),
        ("Q",),
        message("The given label is right"),
        VERDICTS,
        "keep",
        in_grid=True,
    ),
    ActionSpec(
        "exclude",
        message("Exclude"),
        ("E",),
        message("Leave out of the dataset"),
        VERDICTS,
        "exclude",
        in_grid=True,
    ),
    ActionSpec(
        "unsure",
        message("Unsure"),
        ("N",),
        message("Look at it again later"),
        VERDICTS,
        "unsure",
        in_grid=True,
    ),
    ActionSpec(
        "ask",
        message("Ask a colleague"),
        ("C",),
        message("Leave it to somebody else"),
        VERDICTS,
        in_grid=True,
    ),
    ActionSpec(
        "relabel",
        message("Class…"),
        ("R", "/"),
        message("Type any class name"),
        VERDICTS,
        "relabel",
        in_grid=True,
    ),
    *(_class_key(number) for number in (*range(1, 10), 0)),
    ActionSpec(
        "reset",
        message("Reset"),
        ("Backspace",),
        message("Forget the verdict"),
        VERDICTS,
        in_grid=True,
    ),
    ActionSpec(
        "undo",
        message("Undo"),
        ("Ctrl+Z",),
        message("Take the last verdict back"),
        VERDICTS,
        "undo",
    ),
    ActionSpec(
        "redo",
        message("Redo"),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        message("Do it again"),
        VERDICTS,
        "redo",
    ),
    ActionSpec(
        "accept-all",
        message("Accept all shown"),
        ("Ctrl+Shift+A",),
        message("Accept everything shown that is left"),
        VERDICTS,
        in_grid=True,
    ),
    ActionSpec(
        "next",
        message("Next not reviewed"),
        ("J",),
        message("Go to the next undecided sample"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "next-pair",
        message("Next group"),
        ("P",),
        message("Show the largest group with something to review"),
        MOVING,
        "groups",
        in_grid=True,
    ),
    ActionSpec(
        "all-pairs",
        message("All groups"),
        ("Shift+P",),
        message("Leave the group"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "select-all",
        message("Select all"),
        ("Ctrl+A",),
        message("Select everything shown"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "clear",
        message("Select none"),
        ("Esc",),
        message("Clear the selection"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "loupe",
        message("Loupe"),
        ("Space",),
        message("Fill the window with the image"),
        VIEW,
        "zoom-in",
        in_grid=True,
    ),
    ActionSpec(
        "refresh",
        message("Refresh the view"),
        ("F5",),
        message("Filter and sort anew"),
        VIEW,
        "retry",
    ),
    ActionSpec(
        "zoom-in",
        message("Larger pictures"),
        # On many keyboards + is = with Shift.
        ("+", "="),
        message("Larger pictures"),
        VIEW,
        "zoom-in",
    ),
    ActionSpec(
        "zoom-out",
        message("Smaller pictures"),
        ("-",),
        message("Smaller pictures"),
        VIEW,
        "zoom-out",
    ),
    ActionSpec(
        "find",
        message("Find by path"),
        ("Ctrl+F",),
        message("Type a part of the path"),
        VIEW,
        "search",
    ),
    ActionSpec(
        "focus-grid",
        message("Go to the grid"),
        ("F6",),
        message("Move the keys to the grid"),
        VIEW,
    ),
    ActionSpec(
        "filters",
        message("Filters"),
        ("F7",),
        message("Show or hide the filters"),
        VIEW,
        "filter",
    ),
    ActionSpec(
        "side",
        message("Details"),
        ("F8",),
        message("Show or hide the details"),
        VIEW,
        "panel",
    ),
    ActionSpec(
        "jobs",
        message("Jobs"),
        ("F9",),
        message("Show or hide jobs and their logs"),
        VIEW,
        "jobs",
    ),
    ActionSpec(
        "theme",
        message("Light or dark"),
        ("F10",),
        message("Switch between light and dark"),
        VIEW,
        "theme",
    ),
    ActionSpec(
        "keys",
        message("Keys"),
        ("?",),
        message("Show all keys"),
        VIEW,
        "keyboard",
    ),
    ActionSpec(
        "help",
        message("Guide"),
        ("F1",),
        message("How to do what, and what the numbers mean"),
        VIEW,
        "info",
    ),
    ActionSpec(
        "open",
        message("Open dataset…"),
        ("Ctrl+O",),
        message("A folder or a table"),
        PROJECT,
        "folder-open",
    ),
    ActionSpec(
        "open-project",
        message("Open project…"),
        ("Ctrl+Shift+O",),
        message("A project folder"),
        PROJECT,
        "folder",
    ),
    ActionSpec(
        "update",
        message("Refresh the dataset"),
        ("Ctrl+R",),
        message("Read the dataset again"),
        PROJECT,
        "retry",
    ),
    ActionSpec(
        "locate",
        message("Locate the folder…"),
        (),
        message("Say where the images lie now"),
        PROJECT,
        "folder",
    ),
    ActionSpec(
        "classes",
        message("Classes…"),
        ("Ctrl+K",),
        message("Add, rename, merge, delete and describe classes"),
        PROJECT,
    ),
    ActionSpec(
        "check",
        message("Check the project"),
        (),
        message("Look for damage and mend it"),
        PROJECT,
        "search",
    ),
    ActionSpec(
        "close",
        message("Close project"),
        ("Ctrl+W",),
        message("Back to the start page"),
        PROJECT,
        "home",
    ),
    ActionSpec(
        "find-suspects",
        message("Find suspects"),
        ("Ctrl+D",),
        message("Embed and detect"),
        PROJECT,
        "search",
    ),
    ActionSpec(
        "find-suspects-options",
        message("Find suspects with options…"),
        ("Ctrl+Shift+D",),
        message("Choose encoders and detectors"),
        PROJECT,
        "search",
    ),
    ActionSpec(
        "finetune",
        message("Fine-tune…"),
        ("Ctrl+T",),
        message("Train and compare"),
        PROJECT,
        "train",
    ),
    ActionSpec(
        "tune",
        message("Search for training settings…"),
        ("Ctrl+Shift+T",),
        message("Train with other numbers, and compare"),
        PROJECT,
        "train",
    ),
    ActionSpec(
        "trials",
        message("Trials of the last search"),
        (),
        message("Show them again"),
        PROJECT,
        "train",
    ),
    ActionSpec(
        "predict",
        message("Classify new images…"),
        ("Ctrl+I",),
        message("Let the trained model name the classes of a folder"),
        PROJECT,
        "image",
    ),
    ActionSpec(
        "export",
        message("Export…"),
        ("Ctrl+E",),
        message("Write the curated dataset"),
        PROJECT,
        "export",
    ),
    ActionSpec(
        "report",
        message("Report…"),
        ("Ctrl+P",),
        message("Write what was found and done as a PDF or a web page"),
        PROJECT,
        "export",
    ),
    ActionSpec(
        "progress",
        message("Progress"),
        ("F3",),
        message("Budget, audits and agreement"),
        CHECKS,
    ),
    ActionSpec(
        "duplicates",
        message("Duplicates and leaks"),
        ("F4",),
        message("Go through them"),
        CHECKS,
    ),
    ActionSpec(
        "next-group",
        message("Next duplicates"),
        ("G",),
        message("The next group of duplicates"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "previous-group",
        message("Previous duplicates"),
        ("Shift+G",),
        message("The group before"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "keep-one",
        message("Keep this one"),
        ("K",),
        message("Exclude its duplicates"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "same-label",
        message("Same label"),
        ("L",),
        message("Give its duplicates its label"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "exclude-group",
        message("Exclude with duplicates"),
        ("Shift+E",),
        message("Exclude it and its duplicates"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "audit",
        message("Draw an audit…"),
        ("Ctrl+U",),
        message("Judge a random sample blind"),
        CHECKS,
    ),
    ActionSpec(
        "deciding",
        message("Judge what decides the gain"),
        ("Ctrl+Shift+U",),
        message("Judge blind the held-out images on which the trained models differ"),
        CHECKS,
    ),
    ActionSpec(
        "second-opinion",
        message("Second opinion…"),
        ("Ctrl+B",),
        message("Review blind, or end it"),
        CHECKS,
    ),
    ActionSpec(
        "disagreements",
        message("Disagreements"),
        ("Ctrl+Shift+B",),
        message("Where reviewers differ"),
        CHECKS,
    ),
    ActionSpec(
        "merge",
        message("Merge another copy…"),
        (),
        message("Take in its verdicts"),
        CHECKS,
    ),
    ActionSpec(
        "remark",
        message("Notes and tags…"),
        ("T",),
        message("A note, tags, and what the image also contains"),
        VERDICTS,
        in_grid=True,
    ),
    ActionSpec(
        "send",
        message("Send for review…"),
        (),
        message("Write what is shown into one file for somebody else"),
        CHECKS,
    ),
    ActionSpec(
        "send-back",
        message("Save the review…"),
        (),
        message("Write the verdicts into a file that the other copy takes in"),
        CHECKS,
    ),
    ActionSpec(
        "take-in",
        message("Take in a review…"),
        (),
        message("Verdicts that come back from somebody else"),
        CHECKS,
    ),
    ActionSpec(
        "attach",
        message("Attach predictions…"),
        (),
        message("Probabilities or embeddings of a model of yours"),
        CHECKS,
    ),
    ActionSpec(
        "take-source",
        message("Take over changed labels…"),
        (),
        message("Labels that the dataset has changed"),
        CHECKS,
    ),
    ActionSpec(
        "preferences",
        message("Preferences…"),
        ("Ctrl+,",),
        message("Look and keys"),
        PROJECT,
        "",
    ),
    ActionSpec(
        "about",
        message("About"),
        (),
        message("Version and licence"),
        PROJECT,
        "info",
    ),
    ActionSpec(
        "quit",
        message("Quit"),
        ("Ctrl+Q",),
        message("Close the window"),
        PROJECT,
        "",
    ),
    ActionSpec(
        "trust",
        message("Noise test…"),
        ("Ctrl+L",),
        message("How far can I trust this? Tests the detectors"),
        CHECKS,
    ),
    ActionSpec(
        "trust-result",
        message("Result of the last noise test"),
        (),
        message("Show them again"),
        CHECKS,
    ),
)


PICTURE_KEYS = ("loupe",)
"""Their keys press a button that has the focus, so they belong to the pictures alone."""
NOT_IN_LOUPE = ("accept-all", "select-all", "clear", *PICTURE_KEYS)
"""What acts on more than is seen there, or has another meaning."""
NEED_PROJECT = (
    "loupe",
    "update",
    "locate",
    "classes",
    "check",
    "take-source",
    "attach",
    "close",
    "find-suspects",
    "find-suspects-options",
    "finetune",
    "tune",
    "trials",
    "predict",
    "export",
    "report",
    "refresh",
    "find",
    "filters",
    "side",
    "focus-grid",
    "progress",
    "duplicates",
    "audit",
    "deciding",
    "second-opinion",
    "disagreements",
    "merge",
    "send",
    "send-back",
    "take-in",
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
        self._by_id = {spec.id: QAction(localized(spec.text), parent) for spec in ACTIONS}
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
            action.setIconText(f"{localized(spec.text)}{first}")
            shown = ", ".join(sequence.toString(NATIVE) for sequence in action.shortcuts())
            help_text = localized(spec.help)
            action.setToolTip(f"{help_text} ({shown})" if shown else help_text)

    def taken(self, key: str) -> str:
        """What a key of one character does as keys are set now; "" for one that is free.

        Keys of classes are theirs.
        """
        wanted = QKeySequence(key)
        for spec in ACTIONS:
            action = self._by_id[spec.id]
            if not spec.id.startswith("class-") and wanted in action.shortcuts():
                return action.text()
        return ""

    def key(self, identifier: str) -> str:
        """The first key of an action as it is set now; "" for none."""
        shortcuts = self._by_id[identifier].shortcuts()
        return shortcuts[0].toString(NATIVE) if shortcuts else ""

    def words(self, identifier: str) -> tuple[str, str]:
        """The word on an action's button, and its first key."""
        return self[identifier].text().rstrip("…"), self.key(identifier)

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
        return [self[s.id] for s in ACTIONS if s.in_grid and s.id not in PICTURE_KEYS]

    def on_pictures(self) -> list[QAction]:
        """Actions whose keys work while the grid itself has the focus."""
        return [self[identifier] for identifier in PICTURE_KEYS]

    def in_loupe(self) -> list[QAction]:
        """Actions whose keys work in the loupe: verdicts, and moving among samples."""
        groups = (VERDICTS, MOVING)
        return [
            self[s.id]
            for s in ACTIONS
            if s.in_grid and s.group in groups and s.id not in NOT_IN_LOUPE
        ]

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
        action.setAutoRepeat(spec.id not in PICTURE_KEYS)
        context = Qt.ShortcutContext
        action.setShortcutContext(
            context.WidgetWithChildrenShortcut if spec.in_grid else context.WindowShortcut
        )

    def _draw(self) -> None:
        for spec in ACTIONS:
            if spec.icon:
                colour, faint = self._theme.color("text"), self._theme.color("border")
                self._by_id[spec.id].setIcon(icons.icon(spec.icon, colour, disabled=faint))
