"""Dialog for adding the reviewed images of another project to the dataset of this one."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QWidget

from lnl_gui.gui.dialogs.form import DialogFrame, PathField, absolute, ask
from lnl_gui.session.projects import is_project
from lnl_gui.store.jobs.parameters import ExtendParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr
from lnl_gui.util.visible import harmless

AUTOMATIC = ""


class ExtendDialog(QDialog):
    """Which reviewed images, and which part of the dataset they join; nothing is done yet.

    Args:
        parts: of the dataset, as it calls them; none where it has no parts.
        reviewed: the project that is probably meant; None for no guess.
        parent: of the dialog.
    """

    def __init__(
        self, parts: Sequence[str], reviewed: Path | None, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(580)
        self._frame = DialogFrame(
            self,
            tr("Add reviewed images to the dataset"),
            tr(
                "Images that were reviewed as a project of their own are copied into this dataset,"
                " in its own layout. First you are told what that would do; nothing is changed"
                " before you agree."
            ),
            accept=tr("Find out what it does"),
        )
        self.complaint = self._frame.complaint
        self.reviewed = PathField(tr("Project of the reviewed images"))
        self.reviewed.set_text(str(reviewed or ""))
        rows = self._frame.rows()
        rows.add(tr("&Project"), self.reviewed, buddy=self.reviewed.line)
        self.part = QComboBox()
        self.part.setAccessibleName(tr("Part of the dataset"))
        self.part.addItem(tr("The one for training"), AUTOMATIC)
        for name in parts:
            self.part.addItem(harmless(name), name)
        if parts:
            rows.add(tr("P&art"), self.part)
        self.undecided = QCheckBox(tr("Also images whose label nobody has decided on"))
        self._frame.body.addWidget(self.undecided)
        self._frame.body.addStretch(1)
        self._frame.check_with(self.parameters)

    def parameters(self) -> ExtendParameters:
        """What to look into.

        Raises:
            UserError: when no project is named.
        """
        folder = absolute(self.reviewed.text()) if self.reviewed.text() else None
        if folder is None or not is_project(folder):
            raise UserError(
                message("Choose the project in which the new images were reviewed."),
                message("“Classify new images…” and then “Review them…” make one."),
            )
        return ExtendParameters(
            str(folder),
            self.part.currentData(),
            undecided=self.undecided.isChecked(),
            preview=True,
        )


def ask_extend(
    parent: QWidget | None, parts: Sequence[str], reviewed: Path | None
) -> ExtendParameters | None:
    """Ask which images join; None when the dialog was closed."""
    return ask(ExtendDialog(parts, reviewed, parent=parent))
