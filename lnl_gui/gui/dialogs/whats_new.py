"""What has changed in LNL, to read."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from lnl_gui.gui.dialogs.form import show_until_closed
from lnl_gui.gui.widgets.basic import button, label
from lnl_gui.installation.news import ReleaseNotes
from lnl_gui.util.translation import tr

_WIDTH, _HEIGHT = 720, 560


class WhatsNewDialog(QDialog):
    """The changes of some versions; a button shows those of all.

    Args:
        changes: shown at first, the newest first.
        whole: of all versions.
        parent: owner.
    """

    def __init__(
        self,
        changes: Sequence[ReleaseNotes],
        whole: Sequence[ReleaseNotes],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._whole = whole
        self.setWindowTitle(tr("What is new"))
        self.resize(_WIDTH, _HEIGHT)
        self.text = QTextBrowser()
        self.text.setAccessibleName(tr("What is new"))
        # Nothing here opens the network by itself.
        self.text.setOpenLinks(False)
        self.all_button = button(tr("All versions"))
        self.all_button.clicked.connect(self._show_all)
        self.all_button.setVisible(len(whole) > len(changes))
        close = button(tr("Close"), "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self.all_button)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(label(tr("What is new"), "title"))
        layout.addWidget(self.text, 1)
        layout.addLayout(row)
        self._show(changes)

    def _show(self, changes: Sequence[ReleaseNotes]) -> None:
        said = "\n\n".join(each.text for each in changes)
        self.text.setMarkdown(said or tr("The list of changes did not come with this copy."))

    def _show_all(self) -> None:
        self._show(self._whole)
        self.all_button.hide()


def show_whats_new(
    parent: QWidget | None, changes: Sequence[ReleaseNotes], whole: Sequence[ReleaseNotes]
) -> None:
    """Show the changes until the dialog is closed."""
    show_until_closed(WhatsNewDialog(changes, whole, parent))
