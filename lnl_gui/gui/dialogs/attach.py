"""Dialog for predictions and embeddings that were made elsewhere."""

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QRadioButton, QWidget

from lnl_gui.gui.dialogs.form import DialogFrame, PathField, absolute, ask, label
from lnl_gui.store.jobs.parameters import AttachParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr


class AttachDialog(QDialog):
    """Which file, what is in it, and in which order.

    Args:
        class_names: of the project, to say how they are written.
        parent: of the dialog.
    """

    def __init__(self, class_names: tuple[str, ...], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(580)
        self._frame = DialogFrame(
            self,
            tr("Attach predictions or embeddings"),
            tr(
                "Made by a model of yours: probabilities by class, which become a detector, or"
                " embeddings, which the detectors can use like those of an encoder.",
            ),
            accept=tr("Attach"),
        )
        self.complaint = self._frame.complaint
        self.predictions = QRadioButton(tr("Predicted probabilities (N, C)"))
        self.embedding = QRadioButton(tr("Embeddings (N, D)"))
        self.predictions.setChecked(True)
        for choice in (self.predictions, self.embedding):
            self._frame.body.addWidget(choice)
        self._build_files(class_names)
        self.logits = QCheckBox(tr("The values are scores before the softmax (logits)"))
        self.out_of_sample = QCheckBox(
            tr("From cross-validation: no sample was predicted by a model trained on it")
        )
        self.partial = QCheckBox(tr("Go on although samples have no row"))
        self.hiding = label(
            tr(
                "Predictions of a model on the samples it was trained on hide wrong labels; they do"
                " not join the consensus."
            ),
            "muted",
        )
        for line in (self.logits, self.out_of_sample, self.hiding, self.partial):
            self._frame.body.addWidget(line)
        self._frame.body.addStretch(1)
        self.embedding.toggled.connect(self._update)
        self.out_of_sample.toggled.connect(self._update)
        self._update()
        self._frame.check_with(self.parameters)

    def _build_files(self, class_names: tuple[str, ...]) -> None:
        filters = tr("Arrays and tables (*.npy *.npz *.csv *.tsv *.gz);;All files (*)")
        self.file = PathField(
            tr("File of predictions or embeddings"), folder=False, filters=filters
        )
        self.paths = PathField(tr("List of paths"), folder=False)
        self.classes = QLineEdit()
        self.classes.setAccessibleName(tr("Class of each column"))
        self.classes.setPlaceholderText(", ".join(class_names[:4]))
        rows = self._frame.rows()
        rows.add(tr("&File"), self.file, buddy=self.file.line)
        rows.add(
            tr("&Paths"),
            self.paths,
            tr("One a line, where the file names none. Empty: all samples in their order."),
            buddy=self.paths.line,
        )
        rows.add(
            tr("&Classes"),
            self.classes,
            tr("Of the columns in their order, with commas between, where the file does not say."),
        )

    def _update(self) -> None:
        of_classes = self.predictions.isChecked()
        for widget in (self.classes, self.logits, self.out_of_sample):
            widget.setEnabled(of_classes)
        self.hiding.setVisible(of_classes and not self.out_of_sample.isChecked())

    def parameters(self) -> AttachParameters:
        """What to attach.

        Raises:
            UserError: when no file is named, or one that is not there.
        """
        file = _file(self.file.text(), needed=True)
        paths = _file(self.paths.text(), needed=False)
        if self.embedding.isChecked():
            return AttachParameters(embedding=file, paths=paths, partial=self.partial.isChecked())
        names = tuple(name.strip() for name in self.classes.text().split(",") if name.strip())
        return AttachParameters(
            pred_probs=file,
            class_order=names,
            paths=paths,
            logits=self.logits.isChecked(),
            out_of_sample=self.out_of_sample.isChecked(),
            partial=self.partial.isChecked(),
        )


def _file(text: str, *, needed: bool) -> str | None:
    if not text:
        if needed:
            raise UserError(message("Choose a file first."))
        return None
    file: Path = absolute(text)
    if not file.is_file():
        raise UserError(
            message("`{file}` does not exist.", file=file), message("Check the spelling.")
        )
    return str(file)


def ask_attach(parent: QWidget | None, class_names: tuple[str, ...]) -> AttachParameters | None:
    """Ask what to attach; None when the dialog was closed."""
    return ask(AttachDialog(class_names, parent=parent))
