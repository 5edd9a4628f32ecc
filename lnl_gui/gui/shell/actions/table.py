"""The actions as `QAction`s, with the keys that are set now."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from lnl_gui.gui.i18n.keys import shown
from lnl_gui.gui.shell.actions import ACTIONS, MOVING, VERDICTS
from lnl_gui.gui.shell.actions.spec import ActionSpec
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized, tr

ROLES = {
    "about": QAction.MenuRole.AboutRole,
    "preferences": QAction.MenuRole.PreferencesRole,
    "quit": QAction.MenuRole.QuitRole,
}
"""Actions that stand in the application's own menu on macOS."""
PICTURE_KEYS = ("loupe",)
"""Their keys press a button that has the focus, so they belong to the pictures alone."""
REPEATING = (
    "next",
    "next-pair",
    "next-group",
    "previous-group",
    "undo",
    "redo",
    "zoom-in",
    "zoom-out",
)
"""What a key that is held down does again and again: it moves, or can be taken back."""
NOT_IN_LOUPE = ("accept-all", "select-all", "clear", *PICTURE_KEYS)
"""What acts on more than is seen there, or has another meaning."""


class ActionTable(QObject):
    """The table as `QAction`s.

    Args:
        parent: owner of the actions.
        theme: colours of the icons.
        keys: the user's own keys, by id, instead of the table's.
    """

    keys_changed = Signal()

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
            first = f"  {shown(action.shortcuts()[0])}" if chosen else ""
            # Buttons show this text; menus show keys by themselves.
            action.setIconText(f"{localized(spec.text)}{first}")
            listed = ", ".join(map(shown, action.shortcuts()))
            help_text = localized(spec.help)
            action.setToolTip(f"{help_text} ({listed})" if listed else help_text)
        self.keys_changed.emit()

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
        return shown(shortcuts[0]) if shortcuts else ""

    def words(self, identifier: str) -> tuple[str, str]:
        """The word on an action's button, and its first key."""
        return self[identifier].text().rstrip("…"), self.key(identifier)

    def enable_for_project(self, is_open: bool) -> None:
        """Enable what needs an open project, or disable it."""
        for spec in ACTIONS:
            if spec.needs_project:
                self._by_id[spec.id].setEnabled(is_open)

    def show_undo(self, undo: Message | None, redo: Message | None) -> None:
        """Set tool tips of undo and redo to what they would do; None disables."""
        for identifier, text, doing, nothing in (
            ("undo", undo, tr("Undo"), tr("Nothing to undo")),
            ("redo", redo, tr("Redo"), tr("Nothing to redo")),
        ):
            action = self._by_id[identifier]
            action.setEnabled(text is not None)
            keys = shown(action.shortcuts()[0]) if action.shortcuts() else ""
            action.setToolTip(f"{doing}: {localized(text)} ({keys})" if text else nothing)

    def in_grid(self) -> list[QAction]:
        """Actions whose keys belong to the grid and its companions."""
        return [self[s.id] for s in ACTIONS if s.in_grid and s.id not in PICTURE_KEYS]

    def on_pictures(self) -> list[QAction]:
        """Actions whose keys work while the grid itself has the focus."""
        return [self[identifier] for identifier in PICTURE_KEYS]

    def in_loupe(self) -> list[QAction]:
        """Actions whose keys work in the loupe: verdicts, and moving among samples."""
        specs = (*VERDICTS.actions, *MOVING.actions)
        return [self[s.id] for s in specs if s.in_grid and s.id not in NOT_IN_LOUPE]

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
        # Told, not guessed: macOS moves what has a role, and Qt guesses it from English words.
        action.setMenuRole(ROLES.get(spec.id, QAction.MenuRole.NoRole))
        # Held down, a verdict would decide samples that nobody has seen yet.
        action.setAutoRepeat(spec.id in REPEATING)
        context = Qt.ShortcutContext
        action.setShortcutContext(
            context.WidgetWithChildrenShortcut if spec.in_grid else context.WindowShortcut
        )

    def _draw(self) -> None:
        for spec in ACTIONS:
            if spec.icon:
                colour, faint = self._theme.color("text"), self._theme.color("border")
                self._by_id[spec.id].setIcon(icons.icon(spec.icon, colour, disabled=faint))
