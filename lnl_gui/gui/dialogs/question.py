"""A question with two answers, and a question for a name, in the dress of all dialogs."""

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.form import CANCEL, MARGIN, SPACING, DialogFrame, ask, fit, hint, label
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.visible import harmless

WIDTH = 440


class QuestionDialog(QDialog):
    """Title, explanation, and the button that says what will be done, beside "Cancel"."""

    def __init__(self, title: str, text: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(harmless(title))
        self.setMinimumWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(SPACING)
        self.title, self.text = label(title, "heading"), hint(text)
        layout.addWidget(self.title)
        layout.addWidget(self.text)
        self.buttons = QDialogButtonBox(CANCEL)
        self.accept_button = QPushButton(action)
        self.accept_button.setProperty("role", "primary")
        self.buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setDefault(True)
        self.accept_button.setFocus()
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout.addSpacing(4)
        layout.addWidget(self.buttons)
        fit(self)

    def parameters(self) -> bool:
        """Yes: whoever closes the dialog otherwise is not asked."""
        return True


class ChoiceDialog(QuestionDialog):
    """A question with a second thing that may be done instead."""

    def __init__(
        self, title: str, text: str, action: str, other: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, text, action, parent)
        self._first = True
        self.other_button = QPushButton(other)
        self.buttons.addButton(self.other_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.other_button.clicked.connect(self._choose_other)
        fit(self)

    def _choose_other(self) -> None:
        self._first = False
        self.accept()

    def parameters(self) -> bool:
        """Whether the first of the two."""
        return self._first


class NameDialog(QDialog):
    """A line for a name."""

    def __init__(
        self, title: str, text: str, caption: str, action: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(WIDTH)
        self._frame = DialogFrame(self, title, text, accept=action)
        self.line = QLineEdit()
        self.line.setAccessibleName(caption)
        self._frame.rows().add(caption, self.line)
        self._frame.check_with(self.parameters)

    def parameters(self) -> str:
        """The name.

        Raises:
            UserError: when there is none.
        """
        name = self.line.text().strip()
        if not name:
            raise UserError(message("A name is needed."))
        return name


def ask_which(
    parent: QWidget | None, title: str, text: str, action: str, other: str
) -> bool | None:
    """Whether to do what the button `action` says, or what `other` says; None for neither."""
    return ask(ChoiceDialog(title, text, action, other, parent))


def ask_yes(parent: QWidget | None, title: str, text: str, action: str) -> bool:
    """Whether to do what the button `action` says."""
    return ask(QuestionDialog(title, text, action, parent)) is True


def ask_name(parent: QWidget | None, title: str, text: str, caption: str, action: str) -> str:
    """A name; "" where the dialog was closed."""
    return ask(NameDialog(title, text, caption, action, parent)) or ""
