"""Dialog that sends samples to somebody for review."""

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from lnl_gui.gui.dialogs.form import DialogFrame, PathField, absolute, ask, number_field
from lnl_gui.store.history.pack_format import FULL, MOST_SAMPLES, SUFFIX, THUMBNAILS
from lnl_gui.store.jobs.parameters import PackParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized, tr


class SendDialog(QDialog):
    """Where the file goes, which images it holds, and how many reviewers share the samples."""

    def __init__(
        self, rows: tuple[int, ...], destination: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(520)
        self._rows = rows
        form = DialogFrame(
            self,
            tr("Send for review"),
            localized(
                message_n(
                    "One file with {count:,} sample and what is known of it, without the dataset"
                    " and models. LNL opens it on any machine; what is decided there comes back as"
                    " a small file.",
                    "One file with {count:,} samples and what is known of them, without the dataset"
                    " and models. LNL opens it on any machine; what is decided there comes back as"
                    " a small file.",
                    len(rows),
                )
            ),
            accept=tr("Write the file"),
        )
        fields = form.rows()
        self.images = QComboBox()
        self.images.addItem(tr("Small pictures, without a camera's notes"), THUMBNAILS)
        self.images.addItem(tr("The files as they are"), FULL)
        self.images.setAccessibleName(tr("Images"))
        self.most = number_field(
            tr("At most"), 1, min(MOST_SAMPLES, len(rows)), min(MOST_SAMPLES, len(rows))
        )
        self.place = PathField(tr("File"), folder=False)
        self.place.set_text(str(destination))
        fields.add(tr("Images"), self.images)
        fields.add(tr("At most"), self.most, tr("In the order in which they are shown."))
        fields.add(tr("File"), self.place)
        form.check_with(self.parameters)

    def parameters(self) -> PackParameters:
        """What was chosen.

        Raises:
            UserError: when the file has another suffix, or its folder is not there.
        """
        file = absolute(self.place.text())
        if file.suffix != SUFFIX or not file.parent.is_dir():
            raise UserError(
                message("Choose a file ending in {suffix}, in a folder that exists.", suffix=SUFFIX)
            )
        return PackParameters(str(file), self._rows[: self.most.value()], self.images.currentData())


def ask_pack(parent: QWidget, rows: tuple[int, ...], destination: Path) -> PackParameters | None:
    """What to send; None when the dialog was closed."""
    return ask(SendDialog(rows, destination, parent))
