"""Ask for the preferences: look, keys, cache, computing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.choices import AUTOMATIC, DeviceChoice
from lnl_gui.gui.dialogs.embed import device_combo
from lnl_gui.gui.dialogs.form import Frame, PathField, Rows, absolute, ask, number_field
from lnl_gui.util.errors import UserError

_THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
_PORTABLE = QKeySequence.SequenceFormat.PortableText


@dataclass(frozen=True)
class KeyChoice:
    """One action, its keys now and as they come, in Qt's portable text."""

    action: str
    text: str
    keys: str
    default_keys: str


@dataclass(frozen=True)
class Preferences:
    """What a user sets once. `cache_folder` empty means the platform's; `threads` 0 all but one."""

    theme: str = "system"
    cache_folder: str = ""
    cache_megabytes: int = 2048
    device: str = "auto"
    threads: int = 0
    reviewer: str = ""
    rerank_every: int = 25
    keys: tuple[tuple[str, str], ...] = ()
    """(action, keys) of the actions whose keys differ from how they come."""


class PreferencesDialog(QDialog):
    """Tabs of preferences; nothing changes before "Save"."""

    def __init__(
        self,
        preferences: Preferences,
        keys: Sequence[KeyChoice] = (),
        *,
        devices: Sequence[DeviceChoice] = (AUTOMATIC,),
        cache_default: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumSize(600, 520)
        self._keys = tuple(keys)
        self._preferences = preferences
        self._frame = Frame(self, "Preferences", "", accept="Save")
        self.complaint = self._frame.complaint
        self.tabs = QTabWidget()
        self.tabs.addTab(self._look(preferences), "Look")
        self.tabs.addTab(self._review(preferences), "Review")
        self.tabs.addTab(self._key_table(), "Keys")
        self.tabs.addTab(self._storage(preferences, cache_default), "Cache")
        self.tabs.addTab(self._computing(preferences, devices), "Computing")
        self._frame.body.addWidget(self.tabs, 1)
        self._frame.check_with(self.parameters)

    def _look(self, preferences: Preferences) -> QWidget:
        self.theme = QComboBox()
        self.theme.setAccessibleName("Theme")
        for key, title in _THEMES:
            self.theme.addItem(title, key)
        self.theme.setCurrentIndex(max(0, self.theme.findData(preferences.theme)))
        return _page((("&Theme", self.theme, "Takes effect at once when saved."),))

    def _review(self, preferences: Preferences) -> QWidget:
        self.reviewer = QLineEdit(preferences.reviewer)
        self.reviewer.setAccessibleName("Your name")
        self.reviewer.setPlaceholderText("The name of your account")
        self.rerank = number_field("Re-rank after verdicts", 0, 10_000, preferences.rerank_every)
        self.rerank.setSingleStep(5)
        self.rerank.setSpecialValueText("Never")
        return _page(
            (
                ("Your &name", self.reviewer, "Stands beside your verdicts in the journal."),
                (
                    "&Re-rank after",
                    self.rerank,
                    "So many verdicts; what is on the screen keeps its place.",
                ),
            )
        )

    def _key_table(self) -> QWidget:
        self.table = QTableWidget(len(self._keys), 2)
        self.table.setAccessibleName("Keys of each action")
        self.table.setHorizontalHeaderLabels(["Action", "Keys"])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(40)
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(1, 190)
        self.editors: dict[str, QKeySequenceEdit] = {}
        for line, choice in enumerate(self._keys):
            self._add_key_row(line, choice)
        reset = QPushButton("Set all keys back")
        reset.setAutoDefault(False)
        reset.clicked.connect(self._reset_keys)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.addWidget(self.table, 1)
        layout.addWidget(reset, 0, Qt.AlignmentFlag.AlignLeft)
        return page

    def _add_key_row(self, line: int, choice: KeyChoice) -> None:
        item = QTableWidgetItem(choice.text)
        item.setFlags(item.flags() & ~item.flags().ItemIsEditable)
        self.table.setItem(line, 0, item)
        editor = QKeySequenceEdit(QKeySequence(choice.keys, _PORTABLE))
        editor.setAccessibleName(f"Keys of {choice.text}")
        editor.setClearButtonEnabled(True)
        editor.setMaximumSequenceLength(1)
        self.table.setCellWidget(line, 1, editor)
        self.editors[choice.action] = editor

    def _reset_keys(self) -> None:
        for choice in self._keys:
            sequence = QKeySequence(choice.default_keys, _PORTABLE)
            self.editors[choice.action].setKeySequence(sequence)

    def _storage(self, preferences: Preferences, cache_default: str) -> QWidget:
        self.cache_folder = PathField("Cache folder")
        self.cache_folder.set_text(preferences.cache_folder)
        self.cache_folder.line.setPlaceholderText(cache_default or "The system's cache folder")
        size = preferences.cache_megabytes
        self.cache_size = number_field("Largest size of the cache", 64, 1_000_000, size)
        self.cache_size.setSingleStep(256)
        self.cache_size.setSuffix(" MB")
        return _page(
            (
                ("&Folder", self.cache_folder, "Thumbnails and weights; safe to delete."),
                ("&Largest size", self.cache_size, "The oldest thumbnails go first."),
            )
        )

    def _computing(self, preferences: Preferences, devices: Sequence[DeviceChoice]) -> QWidget:
        self.device = device_combo(devices, preferences.device)
        self.threads = number_field("Threads", 0, 256, preferences.threads)
        self.threads.setSpecialValueText("All but one")
        return _page(
            (
                ("&Device", self.device, "Used unless a job says otherwise."),
                ("&Threads", self.threads, "One core stays free, so that the window stays live."),
            )
        )

    def parameters(self) -> Preferences:
        """The preferences as set.

        Raises:
            UserError: when two actions share keys or the cache's place is a file.
        """
        folder = self.cache_folder.text()
        if folder and absolute(folder).is_file():
            raise UserError(f"{folder} is a file.", "Choose a folder for the cache.")
        return replace(
            self._preferences,
            theme=self.theme.currentData(),
            cache_folder=str(absolute(folder)) if folder else "",
            cache_megabytes=self.cache_size.value(),
            device=self.device.currentData(),
            threads=self.threads.value(),
            reviewer=self.reviewer.text().strip(),
            rerank_every=self.rerank.value(),
            keys=self._changed_keys(),
        )

    def _changed_keys(self) -> tuple[tuple[str, str], ...]:
        taken: dict[str, str] = {}
        changed = []
        for choice in self._keys:
            keys = self.editors[choice.action].keySequence().toString(_PORTABLE)
            if keys and keys in taken:
                raise UserError(
                    f"“{taken[keys]}” and “{choice.text}” share the keys {keys}.",
                    "Give one of them other keys.",
                )
            taken[keys] = choice.text
            if keys != QKeySequence(choice.default_keys, _PORTABLE).toString(_PORTABLE):
                changed.append((choice.action, keys))
        return tuple(changed)


def _page(rows: Sequence[tuple[str, QWidget, str]]) -> QWidget:
    page = QWidget()
    outer = QVBoxLayout(page)
    outer.setContentsMargins(16, 18, 16, 16)
    lines = Rows()
    for text, field, explanation in rows:
        lines.add(text, field, explanation)
    outer.addLayout(lines.layout)
    outer.addStretch(1)
    return page


def ask_preferences(
    parent: QWidget | None,
    preferences: Preferences,
    keys: Sequence[KeyChoice] = (),
    *,
    devices: Sequence[DeviceChoice] = (AUTOMATIC,),
    cache_default: str | Path = "",
) -> Preferences | None:
    """Ask for the preferences; None when the dialog was closed."""
    return ask(
        PreferencesDialog(
            preferences, keys, devices=devices, cache_default=str(cache_default), parent=parent
        )
    )
