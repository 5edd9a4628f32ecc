"""Dialog for the preferences: theme, language, keys, cache, computing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.cache_row import CacheRow
from lnl_gui.gui.dialogs.choices import AUTOMATIC, DeviceChoice
from lnl_gui.gui.dialogs.doctor import DoctorDialog
from lnl_gui.gui.dialogs.embed import device_combo
from lnl_gui.gui.dialogs.form import DialogFrame, FormRows, PathField, absolute, ask, number_field
from lnl_gui.gui.widgets.key_field import KeyField, moves_focus
from lnl_gui.jobs.remote_host import check_host
from lnl_gui.util.cluster import check_cluster
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.process.program import program_command
from lnl_gui.util.translation import LANGUAGES, SYSTEM, localized, tr

_THEMES = (
    ("system", message("As the system")),
    ("light", message("Light")),
    ("dark", message("Dark")),
)
FONT_PERCENT = range(80, 161, 10)
"""Sizes of letters to choose from, of the system's."""
# Native text is in the system's language: settings written as Strg+Z would be read as nothing.
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
    language: str = "system"
    reduced_motion: bool = False
    cache_folder: str = ""
    cache_megabytes: int = 2048
    device: str = "auto"
    threads: int = 0
    all_gpus: bool = False
    host: str = ""
    cluster: str = ""
    reviewer: str = ""
    rerank_every: int = 25
    auto_advance: bool = True
    font_percent: int = 100
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
        self._frame = DialogFrame(self, tr("Preferences"), "", accept=tr("Save"))
        self.complaint = self._frame.complaint
        self.tabs = QTabWidget()
        self.tabs.addTab(self._look(preferences), tr("Look"))
        self.tabs.addTab(self._review(preferences), tr("Review"))
        self.tabs.addTab(self._key_table(), tr("Keys"))
        self.tabs.addTab(self._storage(preferences, cache_default), tr("Cache"))
        self.tabs.addTab(self._computing(preferences, devices), tr("Computing"))
        self._frame.body.addWidget(self.tabs, 1)
        self._frame.check_with(self.parameters)
        self.finished.connect(self.cache_now.stop)

    def _look(self, preferences: Preferences) -> QWidget:
        self.theme = QComboBox()
        self.theme.setAccessibleName(tr("Theme"))
        for key, title in _THEMES:
            self.theme.addItem(localized(title), key)
        self.theme.setCurrentIndex(max(0, self.theme.findData(preferences.theme)))
        self.reduced_motion = QCheckBox(tr("Nothing moves by itself"))
        self.reduced_motion.setChecked(preferences.reduced_motion)
        self.language = QComboBox()
        self.language.setAccessibleName(tr("Language"))
        self.language.addItem(tr("As the system"), SYSTEM)
        for code, name in LANGUAGES:
            self.language.addItem(name, code)
        self.language.setCurrentIndex(max(0, self.language.findData(preferences.language)))
        self.font_size = number_field(
            tr("Size of the letters"), FONT_PERCENT[0], FONT_PERCENT[-1], preferences.font_percent
        )
        self.font_size.setSingleStep(FONT_PERCENT.step)
        self.font_size.setSuffix(" %")
        return _page(
            (
                (
                    tr("Size of the &letters"),
                    self.font_size,
                    tr("Takes effect at once when saved."),
                ),
                (
                    tr("&Theme"),
                    self.theme,
                    tr("Takes effect at once when saved."),
                ),
                (
                    tr("&Language"),
                    self.language,
                    tr("The window is built anew; the project stays where it was."),
                ),
                (
                    tr("&Motion"),
                    self.reduced_motion,
                    tr("Bars and menus change at once."),
                ),
            )
        )

    def _review(self, preferences: Preferences) -> QWidget:
        self.reviewer = QLineEdit(preferences.reviewer)
        self.reviewer.setAccessibleName(tr("Your name"))
        self.reviewer.setPlaceholderText(tr("The name of your account"))
        self.rerank = number_field(
            tr("Re-rank after verdicts"), 0, 10_000, preferences.rerank_every
        )
        self.auto_advance = QCheckBox(tr("A verdict moves on to the next sample"))
        self.auto_advance.setChecked(preferences.auto_advance)
        self.rerank.setSingleStep(5)
        self.rerank.setSpecialValueText(tr("Never"))
        return _page(
            (
                (
                    tr("Your &name"),
                    self.reviewer,
                    tr("Stands beside your verdicts in the journal."),
                ),
                (
                    tr("&Going on"),
                    self.auto_advance,
                    tr("Otherwise the arrow keys do."),
                ),
                (
                    tr("&Re-rank after"),
                    self.rerank,
                    tr("So many verdicts; what is on the screen keeps its place."),
                ),
            )
        )

    def _key_table(self) -> QWidget:
        self.table = QTableWidget(len(self._keys), 2)
        self.table.setAccessibleName(tr("Keys of each action"))
        self.table.setHorizontalHeaderLabels([tr("Action"), tr("Keys")])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(40)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.setColumnWidth(1, 190)
        self.editors: dict[str, KeyField] = {}
        for line, choice in enumerate(self._keys):
            self._add_key_row(line, choice)
        reset = QPushButton(tr("Set all keys back"))
        # Qt makes the buttons of a dialog auto-default: with the focus it would take Return.
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
        editor = KeyField(QKeySequence(choice.keys, _PORTABLE))
        editor.setAccessibleName(tr("Keys of {}").format(choice.text))
        editor.entered.connect(lambda: self.table.scrollToItem(item))
        self.table.setCellWidget(line, 1, editor)
        self.editors[choice.action] = editor

    def _reset_keys(self) -> None:
        for choice in self._keys:
            sequence = QKeySequence(choice.default_keys, _PORTABLE)
            self.editors[choice.action].setKeySequence(sequence)

    def _storage(self, preferences: Preferences, cache_default: str) -> QWidget:
        self.cache_folder = PathField(tr("Cache folder"))
        self.cache_folder.set_text(preferences.cache_folder)
        self.cache_folder.line.setPlaceholderText(cache_default or tr("The system's cache folder"))
        self.cache_now = CacheRow()
        size = preferences.cache_megabytes
        self.cache_size = number_field(tr("Largest size of the cache"), 64, 1_000_000, size)
        self.cache_size.setSingleStep(256)
        self.cache_size.setSuffix(tr(" MB"))
        return _page(
            (
                (
                    tr("&Folder"),
                    self.cache_folder,
                    tr("Thumbnails and weights; safe to delete."),
                ),
                (
                    tr("&Largest size"),
                    self.cache_size,
                    tr("The oldest thumbnails go first."),
                ),
                (
                    tr("Thumbnails now"),
                    self.cache_now,
                    tr("They are made again where they are needed."),
                ),
            )
        )

    def _computing(self, preferences: Preferences, devices: Sequence[DeviceChoice]) -> QWidget:
        self.device = device_combo(devices, preferences.device)
        self.threads = number_field(tr("Threads"), 0, 256, preferences.threads)
        self.threads.setSpecialValueText(tr("All but one"))
        self.all_gpus = QCheckBox(tr("Train on all GPUs"))
        self.all_gpus.setChecked(preferences.all_gpus)
        host = self._host_row(preferences)
        self.cluster = QLineEdit(preferences.cluster)
        self.cluster.setAccessibleName(tr("Ray cluster"))
        self.cluster.setPlaceholderText(tr("This machine"))
        return _page(
            (
                (
                    tr("&Device"),
                    self.device,
                    tr("Used unless a job says otherwise."),
                ),
                (
                    tr("&Threads"),
                    self.threads,
                    tr("One core stays free, so that the window stays live."),
                ),
                (
                    tr("&Several GPUs"),
                    self.all_gpus,
                    tr("A process for each; the batches stay as they are."),
                ),
                (
                    tr("Run &jobs on"),
                    host,
                    tr("A machine that ssh reaches, with the same LNL; the review stays here."),
                ),
                (
                    tr("Ray &cluster"),
                    self.cluster,
                    tr("local, auto or HOST:PORT: embeddings, predictions and searches use it."),
                ),
            )
        )

    def _host_row(self, preferences: Preferences) -> QWidget:
        self.host = QLineEdit(preferences.host)
        self.host.setAccessibleName(tr("Run jobs on"))
        self.host.setPlaceholderText(tr("This machine"))
        self.test_host = QPushButton(tr("Test"))
        self.test_host.setAutoDefault(False)
        self.test_host.clicked.connect(self._test_host)
        self.host.textChanged.connect(lambda text: self.test_host.setEnabled(bool(text.strip())))
        self.test_host.setEnabled(bool(preferences.host))
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.host, 1)
        layout.addWidget(self.test_host)
        return row

    def _test_host(self) -> None:
        try:
            host = check_host(self.host.text().strip())
        except UserError as error:
            self.complaint.say(error)
            return
        DoctorDialog([*program_command(), "doctor", "--host", host], parent=self).open()

    def parameters(self) -> Preferences:
        """The preferences as set.

        Raises:
            UserError: when two actions share keys, the cache's place is a file, or the host or the
                cluster none.
        """
        host, cluster = self.host.text().strip(), self.cluster.text().strip()
        folder = self.cache_folder.text()
        if folder and absolute(folder).is_file():
            raise UserError(
                message("{folder} is a file.", folder=folder),
                message("Choose a folder for the cache."),
            )
        return replace(
            self._preferences,
            theme=self.theme.currentData(),
            language=self.language.currentData(),
            reduced_motion=self.reduced_motion.isChecked(),
            cache_folder=str(absolute(folder)) if folder else "",
            cache_megabytes=self.cache_size.value(),
            device=self.device.currentData(),
            threads=self.threads.value(),
            all_gpus=self.all_gpus.isChecked(),
            host=check_host(host) if host else "",
            cluster=check_cluster(cluster) if cluster else "",
            reviewer=self.reviewer.text().strip(),
            rerank_every=self.rerank.value(),
            auto_advance=self.auto_advance.isChecked(),
            font_percent=self.font_size.value(),
            keys=self._changed_keys(),
        )

    def _changed_keys(self) -> tuple[tuple[str, str], ...]:
        taken: dict[str, str] = {}
        changed = []
        for choice in self._keys:
            sequence = self.editors[choice.action].keySequence()
            keys = sequence.toString(_PORTABLE)
            if moves_focus(sequence):
                raise UserError(
                    message(
                        "“{text}” cannot have the key {keys}, which moves the focus.",
                        text=choice.text,
                        keys=keys,
                    ),
                    message("Give it another key."),
                )
            # Any number of actions may have none.
            if keys and keys in taken:
                raise UserError(
                    message(
                        "“{taken}” and “{text}” share the keys {keys}.",
                        taken=taken[keys],
                        text=choice.text,
                        keys=keys,
                    ),
                    message("Give one of them other keys."),
                )
            taken[keys] = choice.text
            if keys != QKeySequence(choice.default_keys, _PORTABLE).toString(_PORTABLE):
                changed.append((choice.action, keys))
        return tuple(changed)


def _page(rows: Sequence[tuple[str, QWidget, str]]) -> QWidget:
    page = QWidget()
    outer = QVBoxLayout(page)
    outer.setContentsMargins(16, 18, 16, 16)
    lines = FormRows()
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
