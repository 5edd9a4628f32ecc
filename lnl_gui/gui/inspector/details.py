"""History, facts and the path of a sample."""

from html import escape
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from lnl_gui.containers.location import outer_path, url_of
from lnl_gui.gui.inspector.explanation_text import breakable
from lnl_gui.gui.inspector.reveal import reveal
from lnl_gui.gui.inspector.sample_view import Remark, SampleView
from lnl_gui.gui.widgets.basic import as_plain
from lnl_gui.util.translation import tr


def history_text(history: tuple[Remark, ...]) -> str:
    """One line for each remark, newest first; what was undone is marked."""
    lines = []
    for remark in reversed(history):
        who = f" · {remark.reviewer}" if remark.reviewer else ""
        undone = tr(" (undone)") if remark.undone else ""
        lines.append(f"{remark.when}{who}\n{remark.text}{undone}")
    return "\n".join(lines) or tr("No verdict yet.")


def facts_html(facts: tuple[tuple[str, str], ...]) -> str:
    """A table of names and values."""
    cells = [(escape(name), escape(breakable(value))) for name, value in facts]
    rows = "".join(
        f'<tr><td style="padding-right:16px">{name}</td><td>{value}</td></tr>'
        for name, value in cells
    )
    return f'<table cellspacing="0" cellpadding="1">{rows}</table>'


class PathLine(QWidget):
    """The path, a button that copies it and one that shows the file in its folder."""

    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._file = ""
        self._on_disk: Path | None = None
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName(tr("Path"))
        # By its own hint a label is as wide as its longest word and would widen the panel.
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.copy_button = _link(tr("Copy path"))
        self.copy_button.clicked.connect(self._copy)
        self.show_button = _link(tr("Show in folder"))
        self.show_button.clicked.connect(self._reveal)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.copy_button)
        row.addWidget(self.show_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.text)
        column.addLayout(row)

    def set_sample(self, view: SampleView) -> None:
        self._file, remote = str(view.file), url_of(view.file) is not None
        self._on_disk = None if remote else outer_path(view.file)
        self.show_button.setEnabled(not remote)
        # Zero-width spaces let a long path wrap at its folders.
        folders = view.path.replace("/", "/\u200b").replace("\\", "\\\u200b")
        self.text.setText(breakable(folders))
        self.text.setToolTip(as_plain(self._file))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._file)
        self.copied.emit(self._file)

    def _reveal(self) -> None:
        # An image inside a container has no folder of its own: its container is shown.
        if self._on_disk is not None:
            reveal(self._on_disk)


def _link(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "link")
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
