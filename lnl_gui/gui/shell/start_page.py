"""Start page: open a dataset, a recent project or the demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.i18n.numbers import moment
from lnl_gui.gui.review.progress_words import suspects_left_message
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import ElidedLabel, button, frame, label, restyle
from lnl_gui.gui.widgets.drops import dropped_path
from lnl_gui.session.projects import last_changed, suspects_left
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

COLUMN_WIDTH = 760
_PITCH = message(
    "Find the wrong labels in an image dataset, put them right by keyboard, "
    "and train on the result. Everything stays on this computer.",
)


@dataclass(frozen=True)
class RecentProject:
    """One line of the recent projects."""

    folder: Path
    exists: bool
    changed: str
    left: str = ""
    """suspects left, in words"""


def describe_recent(paths: Sequence[str]) -> list[RecentProject]:
    """Look up what is still there and when it was last worked on."""
    found = []
    for path in paths:
        changed = last_changed(Path(path))
        text = moment(changed) if changed is not None else tr("not found")
        left = suspects_left(Path(path))
        words = "" if left is None else localized(suspects_left_message(left))
        found.append(RecentProject(Path(path), changed is not None, text, words))
    return found


class StartPage(QScrollArea):
    """Three ways in and the recent projects."""

    open_requested = Signal(str)
    """A folder, a table or a project; empty to ask."""
    project_requested = Signal()
    table_requested = Signal()
    demo_requested = Signal()
    forget_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setAcceptDrops(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        inner = QWidget()
        outer = QHBoxLayout(inner)
        column = QWidget()
        column.setMaximumWidth(COLUMN_WIDTH)
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(24, 40, 24, 32)
        self._column.setSpacing(14)
        outer.addStretch(1)
        # So much that it takes its full width before the sides take any.
        outer.addWidget(column, 100)
        outer.addStretch(1)
        self.setWidget(inner)
        self._build_head()
        self._build_drop()
        self._build_recent()
        self._column.addStretch(1)
        theme.changed.connect(self._draw)
        self._draw()

    def _build_head(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(18)
        self._logo = QLabel()
        self._logo.setAccessibleName("LNL")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label(tr("Clean labels, better models"), "hero"))
        words.addWidget(label(localized(_PITCH), "muted", wrap=True))
        row.addWidget(self._logo, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self._column.addLayout(row)
        self._column.addSpacing(12)

    def _build_drop(self) -> None:
        self.drop = frame("drop")
        inner = QVBoxLayout(self.drop)
        inner.setContentsMargins(28, 26, 28, 26)
        inner.setSpacing(14)
        self._drop_icon = QLabel()
        inner.addWidget(self._drop_icon, 0, Qt.AlignmentFlag.AlignHCenter)
        title = label(tr("Drop a folder or a file here"), "heading")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner.addWidget(title)
        hint = label(
            tr(
                "Class folders, tables, exports of labelling tools, arrays, archives. "
                "You see what is in it before anything is done; your files are only read.",
            ),
            "muted",
            wrap=True,
        )
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner.addWidget(hint)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.open_folder = button(
            tr("Open folder…"),
            "primary",
            name=tr("Open a folder of images"),
        )
        self.open_table = button(
            tr("Open file…"),
            name=tr("Open a file of labels or images"),
        )
        self.open_project = button(
            tr("Open project…"),
            name=tr("Open an existing project"),
        )
        self.open_folder.clicked.connect(lambda: self.open_requested.emit(""))
        self.open_table.clicked.connect(self.table_requested)
        self.open_project.clicked.connect(self.project_requested)
        row.addStretch(1)
        for each in (self.open_folder, self.open_table, self.open_project):
            row.addWidget(each)
        row.addStretch(1)
        inner.addLayout(row)
        self._column.addWidget(self.drop)
        self._build_demo()

    def _build_demo(self) -> None:
        card = frame("card")
        row = QHBoxLayout(card)
        row.setContentsMargins(18, 14, 18, 14)
        row.setSpacing(14)
        self._demo_icon = QLabel()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(tr("New here? Try the demo"), "strong"))
        words.addWidget(
            label(
                tr(
                    "1,797 handwritten digits, a fifth of them with a wrong label that we know of. "
                    "Takes about a minute.",
                ),
                "muted",
                wrap=True,
            )
        )
        self.demo = button(tr("Try the demo"))
        self.demo.clicked.connect(self.demo_requested)
        row.addWidget(self._demo_icon)
        row.addLayout(words, 1)
        row.addWidget(self.demo)
        self._column.addWidget(card)

    def _build_recent(self) -> None:
        self._column.addSpacing(10)
        self._recent_title = label(tr("RECENT PROJECTS"), "section")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(8)
        self._column.addWidget(self._recent_title)
        self._column.addLayout(self._recent)
        self.recent_buttons: list[QPushButton] = []

    def show_recent(self, projects: Sequence[RecentProject]) -> None:
        """List the recent projects anew."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                # Later: its own menu may have asked for this.
                widget.deleteLater()
        self.recent_buttons = []
        for project in projects:
            self._recent.addWidget(self._recent_line(project))
        self._recent_title.setVisible(bool(projects))

    def _recent_line(self, project: RecentProject) -> QWidget:
        path = str(project.folder)
        line = button("", "large", name=tr("Open {}").format(path))
        line.setEnabled(project.exists)
        line.setMinimumHeight(58)
        line.setCursor(Qt.CursorShape.PointingHandCursor)
        line.clicked.connect(lambda: self.open_requested.emit(path))
        forget = QAction(tr("Remove from this list"), line)
        forget.triggered.connect(lambda: self.forget_requested.emit(path))
        line.addAction(forget)
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._fill_line(line, project)
        self.recent_buttons.append(line)
        return line

    def _fill_line(self, line: QPushButton, project: RecentProject) -> None:
        inner = QHBoxLayout(line)
        inner.setContentsMargins(16, 0, 16, 0)
        inner.setSpacing(14)
        mark = QLabel()
        role = "accent" if project.exists else "muted"
        scale = self.devicePixelRatioF()
        mark.setPixmap(icons.pixmap("folder", self._theme.color(role), 22, scale))
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(label(project.folder.stem, "strong"))
        words.addWidget(ElidedLabel(str(project.folder), "small"))
        words.addStretch(1)
        inner.addWidget(mark)
        inner.addLayout(words, 1)
        if project.left:
            inner.addWidget(label(project.left, "small"))
        inner.addWidget(label(project.changed, "small"))
        for part in line.findChildren(QLabel):
            # Labels on a button would take its clicks.
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _draw(self) -> None:
        scale = self.devicePixelRatioF()
        accent = self._theme.color("accent")
        self._logo.setPixmap(icons.pixmap("app", "#000001", 60, scale))
        self._drop_icon.setPixmap(icons.pixmap("folder-open", accent, 44, scale))
        self._demo_icon.setPixmap(icons.pixmap("demo", accent, 28, scale))

    # Drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event) is not None:
            restyle(self.drop, "over", "true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        restyle(self.drop, "over", "false")

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self.drop, "over", "false")
        path = dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_requested.emit(str(path))
