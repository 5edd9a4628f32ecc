"""Everything a person can do in the window: one table of id, text, keys and help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from lnl_gui.gui.i18n.language import translate, translated
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme

NATIVE = QKeySequence.SequenceFormat.NativeText
VERDICTS, MOVING, VIEW, PROJECT = (
    translate("Window", "Verdicts"),
    translate("Window", "Moving and selecting"),
    translate("Window", "View"),
    translate("Window", "Project"),
)
CHECKS = translate("Window", "Checks")
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
    text = translate("Window", "Class with key {}").format(number)
    help_text = translate("Window", "Relabel the selection as the class with key {}").format(number)
    return ActionSpec(f"class-{number}", text, (str(number),), help_text, VERDICTS, in_grid=True)


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "accept",
        translate("Window", "Accept"),
        ("W",),
        translate("Window", "Take the suggested label"),
        VERDICTS,
        "accept",
        in_grid=True,
    ),
    ActionSpec(
        "keep",
        translate("Window", "Keep"),
        ("Q",),
        translate("Window", "The given label is right"),
        VERDICTS,
        "keep",
        in_grid=True,
    ),
    ActionSpec(
        "exclude",
        translate("Window", "Exclude"),
        ("E",),
        translate("Window", "Leave out of the dataset"),
        VERDICTS,
        "exclude",
        in_grid=True,
    ),
    ActionSpec(
        "unsure",
        translate("Window", "Unsure"),
        ("N",),
        translate("Window", "Look at it again later"),
        VERDICTS,
        "unsure",
        in_grid=True,
    ),
    ActionSpec(
        "relabel",
        translate("Window", "Class…"),
        ("R", "/"),
        translate("Window", "Type any class name"),
        VERDICTS,
        "relabel",
        in_grid=True,
    ),
    *(_class_key(number) for number in range(1, 10)),
    ActionSpec(
        "reset",
        translate("Window", "Reset"),
        ("Backspace",),
        translate("Window", "Forget the verdict"),
        VERDICTS,
        in_grid=True,
    ),
    ActionSpec(
        "undo",
        translate("Window", "Undo"),
        ("Ctrl+Z",),
        translate("Window", "Take the last verdict back"),
        VERDICTS,
        "undo",
    ),
    ActionSpec(
        "redo",
        translate("Window", "Redo"),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        translate("Window", "Do it again"),
        VERDICTS,
        "redo",
    ),
    ActionSpec(
        "accept-all",
        translate("Window", "Accept all shown"),
        ("Ctrl+Shift+A",),
        translate("Window", "Accept everything shown that is left"),
        VERDICTS,
        in_grid=True,
    ),
    ActionSpec(
        "next",
        translate("Window", "Next not reviewed"),
        ("J",),
        translate("Window", "Go to the next undecided sample"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "next-pair",
        translate("Window", "Next group"),
        ("P",),
        translate("Window", "Show the largest group with something to review"),
        MOVING,
        "groups",
        in_grid=True,
    ),
    ActionSpec(
        "all-pairs",
        translate("Window", "All groups"),
        ("Shift+P",),
        translate("Window", "Leave the group"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "select-all",
        translate("Window", "Select all"),
        ("Ctrl+A",),
        translate("Window", "Select everything shown"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "clear",
        translate("Window", "Select none"),
        ("Esc",),
        translate("Window", "Clear the selection"),
        MOVING,
        in_grid=True,
    ),
    ActionSpec(
        "refresh",
        translate("Window", "Refresh the view"),
        ("F5",),
        translate("Window", "Filter and sort anew"),
        VIEW,
        "retry",
    ),
    ActionSpec(
        "zoom-in",
        translate("Window", "Larger pictures"),
        ("+", "="),
        translate("Window", "Larger pictures"),
        VIEW,
        "zoom-in",
    ),
    ActionSpec(
        "zoom-out",
        translate("Window", "Smaller pictures"),
        ("-",),
        translate("Window", "Smaller pictures"),
        VIEW,
        "zoom-out",
    ),
    ActionSpec(
        "find",
        translate("Window", "Find by path"),
        ("Ctrl+F",),
        translate("Window", "Type a part of the path"),
        VIEW,
        "search",
    ),
    ActionSpec(
        "focus-grid",
        translate("Window", "Go to the grid"),
        ("F6",),
        translate("Window", "Move the keys to the grid"),
        VIEW,
    ),
    ActionSpec(
        "filters",
        translate("Window", "Filters"),
        ("F7",),
        translate("Window", "Show or hide the filters"),
        VIEW,
        "filter",
    ),
    ActionSpec(
        "side",
        translate("Window", "Details"),
        ("F8",),
        translate("Window", "Show or hide the details"),
        VIEW,
        "panel",
    ),
    ActionSpec(
        "jobs",
        translate("Window", "Jobs"),
        ("F9",),
        translate("Window", "Show or hide jobs and their logs"),
        VIEW,
        "jobs",
    ),
    ActionSpec(
        "theme",
        translate("Window", "Light or dark"),
        ("F10",),
        translate("Window", "Switch between light and dark"),
        VIEW,
        "theme",
    ),
    ActionSpec(
        "keys",
        translate("Window", "Keys"),
        ("?", "F1"),
        translate("Window", "Show all keys"),
        VIEW,
        "keyboard",
    ),
    ActionSpec(
        "open",
        translate("Window", "Open dataset…"),
        ("Ctrl+O",),
        translate("Window", "A folder or a table"),
        PROJECT,
        "folder-open",
    ),
    ActionSpec(
        "open-project",
        translate("Window", "Open project…"),
        ("Ctrl+Shift+O",),
        translate("Window", "A project folder"),
        PROJECT,
        "folder",
    ),
    ActionSpec(
        "close",
        translate("Window", "Close project"),
        ("Ctrl+W",),
        translate("Window", "Back to the start page"),
        PROJECT,
        "home",
    ),
    ActionSpec(
        "find-suspects",
        translate("Window", "Find suspects"),
        ("Ctrl+D",),
        translate("Window", "Embed and detect"),
        PROJECT,
        "search",
    ),
    ActionSpec(
        "find-suspects-options",
        translate("Window", "Find suspects with options…"),
        ("Ctrl+Shift+D",),
        translate("Window", "Choose encoders and detectors"),
        PROJECT,
        "search",
    ),
    ActionSpec(
        "finetune",
        translate("Window", "Fine-tune…"),
        ("Ctrl+T",),
        translate("Window", "Train and compare"),
        PROJECT,
        "train",
    ),
    ActionSpec(
        "export",
        translate("Window", "Export…"),
        ("Ctrl+E",),
        translate("Window", "Write the curated dataset"),
        PROJECT,
        "export",
    ),
    ActionSpec(
        "progress",
        translate("Window", "Progress"),
        ("F3",),
        translate("Window", "Budget, audits and agreement"),
        CHECKS,
    ),
    ActionSpec(
        "duplicates",
        translate("Window", "Duplicates and leaks"),
        ("F4",),
        translate("Window", "Go through them"),
        CHECKS,
    ),
    ActionSpec(
        "next-group",
        translate("Window", "Next duplicates"),
        ("G",),
        translate("Window", "The next group of duplicates"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "previous-group",
        translate("Window", "Previous duplicates"),
        ("Shift+G",),
        translate("Window", "The group before"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "keep-one",
        translate("Window", "Keep this one"),
        ("K",),
        translate("Window", "Exclude its duplicates"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "same-label",
        translate("Window", "Same label"),
        ("L",),
        translate("Window", "Give its duplicates its label"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "exclude-group",
        translate("Window", "Exclude with duplicates"),
        ("Shift+E",),
        translate("Window", "Exclude it and its duplicates"),
        CHECKS,
        in_grid=True,
    ),
    ActionSpec(
        "audit",
        translate("Window", "Draw an audit…"),
        ("Ctrl+U",),
        translate("Window", "Judge a random sample blind"),
        CHECKS,
    ),
    ActionSpec(
        "second-opinion",
        translate("Window", "Second opinion…"),
        ("Ctrl+B",),
        translate("Window", "Review blind, or end it"),
        CHECKS,
    ),
    ActionSpec(
        "disagreements",
        translate("Window", "Disagreements"),
        ("Ctrl+Shift+B",),
        translate("Window", "Where reviewers differ"),
        CHECKS,
    ),
    ActionSpec(
        "merge",
        translate("Window", "Merge another copy…"),
        (),
        translate("Window", "Take in its verdicts"),
        CHECKS,
    ),
    ActionSpec(
        "preferences",
        translate("Window", "Preferences…"),
        ("Ctrl+,",),
        translate("Window", "Look and keys"),
        PROJECT,
        "",
    ),
    ActionSpec(
        "about",
        translate("Window", "About"),
        (),
        translate("Window", "Version and licence"),
        PROJECT,
        "info",
    ),
    ActionSpec(
        "quit",
        translate("Window", "Quit"),
        ("Ctrl+Q",),
        translate("Window", "Close the window"),
        PROJECT,
        "",
    ),
    ActionSpec(
        "trust",
        translate("Window", "How far can I trust this?…"),
        ("Ctrl+L",),
        translate("Window", "Test the detectors"),
        CHECKS,
    ),
    ActionSpec(
        "trust-result",
        translate("Window", "Figures of the last test"),
        (),
        translate("Window", "Show them again"),
        CHECKS,
    ),
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
            first = f"  {action.shortcuts()[0].toString(NATIVE)}" if chosen else ""
            # Buttons show this text; menus show keys by themselves.
            action.setIconText(f"{spec.text}{first}")
            shown = ", ".join(sequence.toString(NATIVE) for sequence in action.shortcuts())
            action.setToolTip(f"{spec.help} ({shown})" if shown else spec.help)

    def key(self, identifier: str) -> str:
        """The first key of an action as it is set now; "" for none."""
        shortcuts = self._by_id[identifier].shortcuts()
        return shortcuts[0].toString(NATIVE) if shortcuts else ""

    def enable(self, identifiers: tuple[str, ...], enabled: bool) -> None:
        for identifier in identifiers:
            self._by_id[identifier].setEnabled(enabled)

    def show_undo(self, undo: str | None, redo: str | None) -> None:
        """Say what undo and redo would do; None where there is nothing."""
        for identifier, text, doing, nothing in (
            ("undo", undo, translate("Window", "Undo"), translate("Window", "Nothing to undo")),
            ("redo", redo, translate("Window", "Redo"), translate("Window", "Nothing to redo")),
        ):
            action = self._by_id[identifier]
            action.setEnabled(text is not None)
            keys = action.shortcuts()[0].toString(NATIVE) if action.shortcuts() else ""
            action.setToolTip(f"{doing}: {translated(text)} ({keys})" if text else nothing)

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
