"""Open a dataset: how it is read on the left, what that gives on the right, then import it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.form import FRAME_HEIGHT, ErrorLabel, PathField, absolute
from lnl_gui.gui.open_dataset.choices import ReadingChoices
from lnl_gui.gui.open_dataset.existing import ExistingProject
from lnl_gui.gui.open_dataset.preview_requests import PreviewRequests
from lnl_gui.gui.open_dataset.project_place import checked_project, default_project
from lnl_gui.gui.open_dataset.result import PreviewPanel
from lnl_gui.gui.open_dataset.texts import import_text
from lnl_gui.gui.widgets.basic import button, frame, label, restyle
from lnl_gui.gui.widgets.drops import dropped_path
from lnl_gui.gui.widgets.wheel import spare_from_wheel
from lnl_gui.remote.address import source_text
from lnl_gui.session.projects import is_project, projects_of
from lnl_gui.store.dataset.dataset_preview import Changes, DatasetPreview, OtherReading
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr

SIZE = (1120, 760)
CHOICES_WIDTH = 318
TYPING_MILLISECONDS = 350
"""A path is looked at once nobody has typed for so long."""


@dataclass(frozen=True)
class OpenChoice:
    """What was chosen: to import a dataset, or to open the project it has (`project`)."""

    parameters: ImportParameters | None = None
    find_suspects: bool = False
    project: Path | None = None


class OpenDatasetDialog(QDialog):
    """Everything about one dataset, before anything is made of it."""

    def __init__(
        self,
        requests: PreviewRequests,
        source: str = "",
        parent: QWidget | None = None,
        *,
        known: Sequence[Path] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Open a dataset"))
        self.setAcceptDrops(True)
        self._requests = requests
        self._preview: DatasetPreview | None = None
        self._asked: ImportParameters | None = None
        self._project_is_typed = False
        self._known = known
        self._chosen_project: Path | None = None
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MILLISECONDS)
        self._build()
        self._connect()
        self._fit_screen()
        self.source.setText(source_text(Path(source)) if source else "")
        self._source_changed()

    # Parts

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 18, 20, 18)
        outer.setSpacing(12)
        outer.addWidget(label(tr("Open a dataset"), "title"))
        outer.addLayout(self._build_source())
        self.existing = ExistingProject()
        outer.addWidget(self.existing)
        middle = QHBoxLayout()
        middle.setSpacing(18)
        middle.addWidget(self._build_choices())
        card = frame("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(0, 0, 0, 0)
        self.panel = PreviewPanel()
        inner.addWidget(self.panel)
        middle.addWidget(card, 1)
        outer.addLayout(middle, 1)
        self.complaint = ErrorLabel()
        outer.addWidget(self.complaint)
        outer.addLayout(self._build_foot())
        spare_from_wheel(self)

    def _build_source(self) -> QHBoxLayout:
        self.source = QLineEdit()
        self.source.setAccessibleName(tr("Dataset folder or file"))
        self.source.setPlaceholderText(
            tr("A folder of images, a table or another file of labels, or a URL such as s3://…")
        )
        self.source.setClearButtonEnabled(True)
        self.folder_button = button(tr("F&older…"), name=tr("Browse for a folder"))
        self.file_button = button(tr("F&ile…"), name=tr("Browse for a file"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.source, 1)
        row.addWidget(self.folder_button)
        row.addWidget(self.file_button)
        return row

    def _build_choices(self) -> QWidget:
        self.choices = ReadingChoices()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(8)
        column.addWidget(label(tr("HOW IT IS READ"), "section"))
        column.addWidget(self.choices, 1)
        scroll = QScrollArea()
        scroll.setAccessibleName(tr("How it is read"))
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        # `setWidget` turns the filling on, in the palette's colour instead of the dialog's.
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.find_suspects = QCheckBox(tr("Then fin&d suspect labels"))
        self.find_suspects.setChecked(True)
        # Beside the choices it speaks of: at the foot it took the room of the project's path.
        self.is_right = QCheckBox(tr("The reading is ri&ght"))
        left = QWidget()
        left.setFixedWidth(CHOICES_WIDTH)
        outer = QVBoxLayout(left)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll, 1)
        outer.addWidget(self.is_right)
        outer.addWidget(self.find_suspects)
        return left

    def _build_foot(self) -> QHBoxLayout:
        self.cancel_button = QPushButton(tr("Cancel"))
        # Qt makes the buttons of a dialog auto-default: Return in a field would press one of them.
        self.cancel_button.setAutoDefault(False)
        self.import_button = QPushButton(tr("Import"))
        self.import_button.setAutoDefault(False)
        self.project = PathField(tr("Project folder"))
        self.project.setToolTip(tr("Verdicts, embeddings and results are kept there."))
        place = QLabel(tr("P&roject"))
        place.setBuddy(self.project.line)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(place)
        foot.addWidget(self.project, 1)
        foot.addSpacing(14)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.import_button)
        return foot

    def _connect(self) -> None:
        self._typing.timeout.connect(self._source_changed)
        self.source.textChanged.connect(self._source_typed)
        self.folder_button.clicked.connect(self._browse_folder)
        self.file_button.clicked.connect(self._browse_file)
        self.choices.changed.connect(self._ask)
        self.choices.typed.connect(self._source_typed)
        self.existing.chosen.connect(self._open_existing)
        self.panel.reading_chosen.connect(self._take_reading)
        self.panel.rows.role_chosen.connect(self._take_changes)
        self.project.line.textEdited.connect(self._project_typed)
        self.project.browsed.connect(lambda: self._project_typed(self.project.text()))
        self.is_right.toggled.connect(self._show_state)
        self.cancel_button.clicked.connect(self.reject)
        self.import_button.clicked.connect(self._press)
        self._requests.found.connect(self._found)
        self._requests.failed.connect(self._failed)
        self._requests.progressed.connect(self.panel.show_progress)
        self.finished.connect(self._leave)

    def _fit_screen(self) -> None:
        room = self.screen().availableGeometry()
        width, height = SIZE
        self.resize(min(width, room.width()), min(height, room.height() - FRAME_HEIGHT))

    # What a person does

    def _browse_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Dataset folder"), self.source.text())
        if chosen:
            self.show_source(Path(chosen))

    def _browse_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("File of labels or images"), self.source.text()
        )
        if chosen:
            self.show_source(Path(chosen))

    def show_source(self, source: Path) -> None:
        """Look at another dataset."""
        self.source.setText(source_text(source))
        self._source_changed()

    def _source_typed(self) -> None:
        """What is shown is of another text: nothing can be imported until it is looked at."""
        self._forget_answer()
        self._typing.start()

    def _source_changed(self) -> None:
        self._typing.stop()
        text = self.source.text().strip()
        source = absolute(text) if text else None
        looked_at = source_text(source) if source is not None else ""
        if self._asked is not None and looked_at != self._asked.source:
            self.choices.reset()
            self._asked = None
        if source is None:
            self._requests.cancel()
            self.existing.show_projects(())
            self.panel.show_nothing()
            self._show_state()
            return
        own = [source] if is_project(source) else projects_of(source, self._known)
        self.existing.show_projects(own)
        if not self._project_is_typed:
            self.project.set_text(str(default_project(source)))
        self._ask()

    def _open_existing(self, folder: Path) -> None:
        self._chosen_project = folder
        self.accept()

    def _project_typed(self, text: str) -> None:
        self._project_is_typed = bool(text.strip())
        self.complaint.clear()

    def _take_reading(self, reading: OtherReading) -> None:
        if "source" in reading.changes:
            self.show_source(Path(str(reading.changes["source"])))
            return
        self._take_changes(reading.changes)

    def _take_changes(self, changes: Changes) -> None:
        self.choices.apply(changes)
        self._ask()

    # Asking and showing

    def _ask(self) -> None:
        text = self.source.text().strip()
        if not text:
            return
        self._typing.stop()
        wanted = self.choices.parameters(absolute(text))
        if wanted == self._asked and (self._preview is not None or self._requests.at_work):
            self._show_state()
            return
        same = self._asked is not None and self._asked.source == wanted.source
        self._forget_answer()
        self._asked = wanted
        self.panel.show_reading(keep=same)
        self._requests.request(wanted)

    def _forget_answer(self) -> None:
        self._preview = None
        self._requests.cancel()
        self.complaint.clear()
        self._show_state()

    def _found(self, preview: DatasetPreview) -> None:
        first = self._preview is None or self._preview.is_partial
        self._preview = preview
        self.choices.show_found(preview)
        if self._asked is not None and self._asked != self.choices.parameters(
            Path(self._asked.source)
        ):
            # Columns that look like annotators were ticked: that is another reading.
            self._ask()
            return
        # What was agreed to was another reading.
        if first:
            self.is_right.setChecked(False)
        self.panel.show_preview(preview)
        # Buttons made just now would come last, behind Import.
        for before, after in pairwise((self.find_suspects, *self.panel.others.buttons)):
            QWidget.setTabOrder(before, after)
        self._show_state()

    def _failed(self, error: UserError) -> None:
        self.panel.show_failure(error)
        self._show_state()

    def _show_state(self) -> None:
        """What can be pressed now, and what that will do."""
        preview = self._preview
        usable = preview is not None and preview.is_readable and not preview.is_partial
        doubtful = usable and preview is not None and preview.is_doubtful
        sure = usable and preview is not None and not (preview.doubts or preview.cautions)
        existing = self.existing.folder is not None
        self.is_right.setVisible(doubtful)
        self.import_button.setText(
            import_text(preview) if usable and preview is not None else tr("Import")
        )
        self.import_button.setEnabled(usable and (not doubtful or self.is_right.isChecked()))
        # Return must not import what somebody ought to look at first.
        self.import_button.setDefault(sure and not existing)
        self.existing.open.setDefault(existing)
        main = (sure and not existing) or (doubtful and self.is_right.isChecked())
        restyle(self.import_button, "role", "primary" if main else "")

    def _press(self) -> None:
        try:
            self.parameters()
        except UserError as error:
            self.complaint.say(error)
        else:
            self.accept()

    def _leave(self) -> None:
        self._typing.stop()
        self._requests.cancel()
        self.panel.stop()

    def parameters(self) -> ImportParameters:
        """What to import.

        Raises:
            UserError: when nothing is read yet, or the project's folder cannot be used.
        """
        preview = self._preview
        unread = preview is None or preview.is_partial or not preview.is_readable
        if self._asked is None or preview is None or unread:
            raise UserError(
                message("The dataset has not been read yet."),
                message("Choose one, and wait until its contents are shown."),
            )
        source = Path(self._asked.source)
        project = checked_project(self.project.text(), source)
        agreed = preview.is_doubtful and self.is_right.isChecked()
        return replace(self._asked, project=str(project), accept_layout=agreed)

    def choice(self) -> OpenChoice:
        """What was chosen.

        Raises:
            UserError: as `parameters`.
        """
        if self._chosen_project is not None:
            return OpenChoice(project=self._chosen_project)
        return OpenChoice(self.parameters(), self.find_suspects.isChecked())

    # Drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.show_source(path)


def ask_open_dataset(
    requests: PreviewRequests,
    parent: QWidget | None = None,
    source: str = "",
    *,
    known: Sequence[Path] = (),
) -> OpenChoice | None:
    """Ask for a dataset; None when the dialog was closed. `known` are projects to look among."""
    dialog = OpenDatasetDialog(requests, source, parent, known=known)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    choice = dialog.choice() if accepted else None
    # A child of the window, it would live as long as that.
    dialog.deleteLater()
    return choice
