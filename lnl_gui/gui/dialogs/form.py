"""Widgets that dialogs are made of: frame, form rows, hints, error label, path field.

A dialog offers `parameters()`, which returns the frozen object or raises `UserError`; pressing
the main button shows that error in place and keeps the dialog open.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTabBar,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.widgets import basic
from lnl_gui.gui.widgets.wheel import spare_from_wheel
from lnl_gui.remote.address import remote_url
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized, tr

MARGIN = 20
SPACING = 12
LEAST_SCROLLED, MOST_SCROLLED = 130, 330
LEAST_HEIGHT = 600
"""Least height of a dialog in pixels, however small the screen."""
FRAME_HEIGHT = 48
"""What a window manager puts around a dialog, at most."""
CANCEL = QDialogButtonBox.StandardButton.Cancel
T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class ParameterDialog(Protocol[T_co]):
    """Protocol of a dialog that returns a parameter object."""

    def parameters(self) -> T_co:
        """What was chosen; raises `UserError` when it cannot be used."""

    def exec(self) -> int:
        """Show the dialog and wait."""

    def deleteLater(self) -> None:
        """Free the dialog."""


def ask(dialog: ParameterDialog[T]) -> T | None:
    """Show the dialog; what was chosen, or None if it was closed."""
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    chosen = dialog.parameters() if accepted else None
    # Its parent would keep it, and every further one, until the window closes.
    dialog.deleteLater()
    return chosen


def show_until_closed(dialog: QDialog) -> bool:
    """Show a dialog that gives nothing back; whether it was accepted."""
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    # As in `ask`.
    dialog.deleteLater()
    return accepted


def label(text: str = "", role: str = "") -> QLabel:
    """Text in one of the roles of the style sheet, wrapped."""
    return basic.label(text, role, wrap=True)


def hint(text: str = "") -> QLabel:
    """Secondary text."""
    return label(text, "muted")


class ErrorLabel(QFrame):
    """A label for an error; hidden when there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._text = label(role="danger")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text)
        self.hide()

    def text(self) -> str:
        return self._text.text()

    def say(self, error: UserError) -> None:
        words = f"{localized(error.message)} {localized(error.hint)}".strip()
        self._text.setText(words)
        self._text.setAccessibleName(tr("Problem: {}").format(words))
        self.show()

    def clear(self) -> None:
        self._text.clear()
        self.hide()


def fit(dialog: QDialog) -> None:
    """Give wrapped text its height; Qt's own size hint forgets it in nested layouts."""
    layout = dialog.layout()
    if layout is None:
        return
    # The style sheet is the window's: until they are polished, buttons are lower than they will be.
    for each in (dialog, *dialog.findChildren(QWidget)):
        each.ensurePolished()
    layout.activate()
    width = max(dialog.width(), dialog.minimumWidth(), layout.sizeHint().width())
    # What scrolls asks for the height that it needs at its width.
    dialog.resize(width, dialog.height())
    layout.invalidate()
    layout.activate()
    wraps = layout.hasHeightForWidth()
    height = layout.totalHeightForWidth(width) if wraps else layout.sizeHint().height()
    height = max(height, dialog.minimumHeight())
    # Lists scroll before a button leaves the screen.
    room = dialog.screen().availableGeometry().height() - FRAME_HEIGHT
    dialog.resize(width, min(height, max(room, LEAST_HEIGHT)))


class _Scroll(QScrollArea):
    """As tall as what it holds, up to a limit."""

    def sizeHint(self) -> QSize:
        inner = self.widget()
        layout = inner.layout() if inner is not None else None
        if layout is None:
            return super().sizeHint()
        width = max(self.width(), layout.minimumSize().width())
        height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else 0
        return QSize(width, min(max(height, layout.sizeHint().height()) + 4, MOST_SCROLLED))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), LEAST_SCROLLED))


def scrolled(column: QVBoxLayout) -> QScrollArea:
    """A list of choices that scrolls when it is long."""
    inner = QWidget()
    column.setContentsMargins(2, 2, 12, 2)
    column.addStretch(1)
    inner.setLayout(column)
    scroll = _Scroll()
    scroll.setWidget(inner)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # `setWidget` turns the filling on, in the palette's colour instead of the dialog's.
    scroll.viewport().setAutoFillBackground(False)
    inner.setAutoFillBackground(False)
    return scroll


class _Body(QScrollArea):
    """What a dialog asks for: where the screen is too low, its lists shrink first, then it scrolls.

    Without it the lines of a text that wraps would be laid over one another.
    """

    def __init__(self, column: QVBoxLayout) -> None:
        super().__init__()
        self.inner, self._column = _AtLeast(), column
        column.setContentsMargins(0, 0, 0, 0)
        self.inner.setLayout(column)
        self.setWidget(self.inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Its fields are stops of the Tab key, and come into sight with the focus.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # As in `scrolled`.
        self.viewport().setAutoFillBackground(False)
        self.inner.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        size = self._column.sizeHint()
        width = max(self.width(), size.width())
        if self._column.hasHeightForWidth():
            size.setHeight(self._column.totalHeightForWidth(width))
        return size

    def minimumSizeHint(self) -> QSize:
        least = self._column.minimumSize()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(least.width() + bar, min(least.height(), LEAST_SCROLLED))


class _AtLeast(QWidget):
    """Inside a scroll area: as low as its layout can be at a width, not as high as it would be."""

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.minimumHeightForWidth(width) if layout is not None else -1


def add_page(pages: QTabWidget, title: str) -> QVBoxLayout:
    """The layout of a new page of a dialog that has several."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(SPACING, SPACING, SPACING, 0)
    column.setSpacing(SPACING)
    pages.addTab(page, title)
    return column


def _focus_chain(dialog: QDialog) -> Iterator[QWidget]:
    """Widgets of a dialog that take the focus by the Tab key, in tab order."""
    place: QWidget = dialog
    while (following := place.nextInFocusChain()) is not None and following is not dialog:
        place = following
        if place.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield place


class DialogFrame:
    """A dialog's layout: heading, lead, body, error, buttons."""

    def __init__(self, dialog: QDialog, head: str, lead: str, *, accept: str) -> None:
        dialog.setWindowTitle(head)
        outer = QVBoxLayout(dialog)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.setSpacing(SPACING)
        outer.addWidget(label(head, "title"))
        self.lead = hint(lead)
        outer.addWidget(self.lead)
        if not lead:
            self.lead.hide()
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACING)
        self.scroll = _Body(self.body)
        outer.addWidget(self.scroll, 1)
        self.complaint = ErrorLabel()
        outer.addWidget(self.complaint)
        self.buttons = QDialogButtonBox(CANCEL)
        self.accept_button = QPushButton(accept)
        # Before it is laid out, or its size would be that of a plain button.
        self.accept_button.setProperty("role", "primary")
        self.buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setDefault(True)
        self.buttons.rejected.connect(dialog.reject)
        outer.addSpacing(4)
        outer.addWidget(self.buttons)
        self._dialog = dialog

    def rows(self) -> "FormRows":
        """New rows of caption and field at the end of the body."""
        grid = FormRows()
        self.body.addLayout(grid.layout)
        return grid

    def fit(self) -> None:
        fit(self._dialog)

    def only_to_read(self, reason: Message) -> None:
        """Show what there is, and say why nothing can be changed; call it after `check_with`."""
        self.complaint.say(UserError(reason))
        self.scroll.inner.setEnabled(False)
        self.accept_button.setEnabled(False)
        closing = self.buttons.button(CANCEL)
        # As the default one it would be bold, and wider than it was laid out.
        closing.setAutoDefault(False)
        closing.setText(tr("Close"))
        closing.setFocus()
        self.fit()

    def check_with(self, read: Callable[[], Any]) -> None:
        """Accept only when `read` raises no `UserError`; otherwise show it."""

        def press() -> None:
            try:
                read()
            except UserError as error:
                self.complaint.say(error)
                self.fit()
            else:
                self._dialog.accept()

        self.buttons.accepted.connect(press)
        # A dialog on a small screen is scrolled, and its fields lie in the way.
        spare_from_wheel(self._dialog)
        self._name_stops()
        self._order_focus()
        self.fit()

    def _name_stops(self) -> None:
        """Give what Tab stops at beside the fields the name of the dialog for a screen reader."""
        for each in self._dialog.findChildren(QWidget):
            if isinstance(each, QTabBar | QScrollArea) and not each.accessibleName():
                each.setAccessibleName(self._dialog.windowTitle())

    def _order_focus(self) -> None:
        """Put the buttons last in tab order, although they are created first."""
        buttons = [self.accept_button, self.buttons.button(CANCEL)]
        fields = [each for each in _focus_chain(self._dialog) if each not in buttons]
        # With their box: in an open dialog it hands the focus to the main button, and before the
        # fields it would send Tab from the last button to the first one for ever.
        for before, after in pairwise((fields[-1], self.buttons, *buttons)):
            QWidget.setTabOrder(before, after)
        next(each for each in fields if each.isVisibleTo(self._dialog)).setFocus()


class FormRows:
    """Captions on the left, fields on the right, an explanation under a field."""

    def __init__(self) -> None:
        self.layout = QGridLayout()
        self.layout.setHorizontalSpacing(14)
        self.layout.setVerticalSpacing(8)
        self.layout.setColumnStretch(1, 1)

    def add(
        self, text: str, field: QWidget, explanation: str = "", *, buddy: QWidget | None = None
    ) -> QLabel | None:
        """Add a row; returns the label of its explanation, if there is one."""
        line = self.layout.rowCount()
        caption = QLabel(text)
        # The buddy takes the focus when the caption's shortcut key is pressed.
        caption.setBuddy(buddy or field)
        self.layout.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignVCenter)
        self.layout.addWidget(field, line, 1)
        if not explanation:
            return None
        under = hint(explanation)
        self.layout.addWidget(under, line + 1, 1)
        return under


def number_field(name: str, lowest: int, highest: int, value: int) -> QSpinBox:
    """A whole number; arrow keys step it, and the wheel where it has the focus."""
    field = QSpinBox()
    field.setAccessibleName(name)
    # A style sheet's padding does not reach the line inside a spin box.
    field.lineEdit().setTextMargins(7, 0, 0, 0)
    field.setRange(lowest, highest)
    field.setValue(value)
    return field


class PathField(QWidget):
    """A line for a path with a button that browses for a folder or file."""

    browsed = Signal()
    """A path was chosen with the button."""

    def __init__(self, name: str, *, folder: bool = True, filters: str = "") -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setClearButtonEnabled(True)
        # The letter of its caption moves the focus to this widget.
        self.setFocusProxy(self.line)
        button = QPushButton(tr("Browse…"))
        # Qt makes the buttons of a dialog auto-default: with the focus it would take Return.
        button.setAutoDefault(False)
        button.setAccessibleName(tr("Browse for {}").format(name.lower()))
        button.clicked.connect(self._browse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.line, 1)
        layout.addWidget(button)
        self._name, self._folder, self._filters = name, folder, filters

    def text(self) -> str:
        return self.line.text().strip()

    def set_text(self, text: str) -> None:
        self.line.setText(text)

    def _browse(self) -> None:
        if self._folder:
            chosen = QFileDialog.getExistingDirectory(self, self._name, self.text())
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, self._name, self.text(), self._filters)
        if chosen:
            self.line.setText(str(Path(chosen)))
            self.browsed.emit()


def absolute(text: str) -> Path:
    """What was typed as an absolute path, `~` understood; a URL stays one."""
    if remote_url(text) is not None:
        return Path(text.strip())
    return Path(text).expanduser().absolute()


def is_filled(folder: Path) -> bool:
    """Whether the folder exists and holds anything."""
    # One entry is enough to know; a folder may hold a million.
    return folder.is_dir() and next(folder.iterdir(), None) is not None
