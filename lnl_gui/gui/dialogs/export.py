"""Dialog for the parameters of an export."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QRadioButton, QWidget

from lnl_gui.gui.dialogs.choices import FormatChoice, ReviewState
from lnl_gui.gui.dialogs.form import (
    DialogFrame,
    FormRows,
    PathField,
    absolute,
    ask,
    is_filled,
    label,
)
from lnl_gui.remote.address import remote_url, source_text
from lnl_gui.session.figures.export_preview import ExportPreview, preview_sentences
from lnl_gui.store.detection.unjudged import never_judged
from lnl_gui.store.jobs.parameters import ALL_MODEL_FORMATS, PLAIN_MODEL, ExportParameters
from lnl_gui.store.review.second_opinion import waiting_summary
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.inside import Inside
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.split_shares import EXAMPLE, KEEP, NONE, parse_shares
from lnl_gui.util.translation import localized, tr

_IMAGES = (
    (
        "copy",
        message("Copy the images"),
        message("Safe everywhere; needs as much space as the images."),
    ),
    (
        "hardlink",
        message("Hard links"),
        message("No extra space; the same disk only. Do not edit the exported files."),
    ),
    (
        "symlink",
        message("Symbolic links"),
        message(
            "No extra space; broken if the dataset moves. Windows may ask for developer mode.",
        ),
    ),
    (
        "none",
        message("Tables only"),
        message("The CSV of all samples and the journal, no images."),
    ),
)
_NEW = "new"
_SPLITS = (
    (
        KEEP,
        message("As in the dataset"),
        message("What is in train, validation or test stays there."),
    ),
    (
        NONE,
        message("None"),
        message("All images together."),
    ),
    (
        _NEW,
        message("Draw new ones"),
        message("Every class in proportion; copies and groups stay together."),
    ),
)
_MODELS: tuple[tuple[tuple[str, ...], Message, Message], ...] = (
    (
        (PLAIN_MODEL,),
        message("Weights and a script that loads them"),
        message("For timm and PyTorch, without LNL; checked against the model."),
    ),
    (
        ("huggingface",),
        message("Hugging Face as well"),
        message("For transformers and the hub; checked against the model."),
    ),
    (
        ("onnx",),
        message("ONNX as well"),
        message("For other programs and languages; checked against the model."),
    ),
    (
        ("onnx", "onnx-int8"),
        message("ONNX and its 8-bit form as well"),
        message("Smaller and faster; what it loses in accuracy is measured and written down."),
    ),
    (
        ("openvino",),
        message("OpenVINO as well"),
        message("For Intel's processors; checked against the model."),
    ),
    (
        ("torch-export",),
        message("torch.export as well"),
        message("For PyTorch without LNL; checked against the model."),
    ),
    (
        (ALL_MODEL_FORMATS,),
        message("Every format"),
        message("All of these; takes a minute or two."),
    ),
    (
        (),
        message("No model"),
        message("The data and what was found out about it."),
    ),
)


class ExportDialog(QDialog):
    """Destination, how images and the model travel, and the unreviewed and the unsure."""

    def __init__(
        self,
        state: ReviewState,
        *,
        preview: Callable[[ExportParameters], ExportPreview] | None = None,
        formats: tuple[FormatChoice, ...] = (),
        destination: str = "",
        dataset: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(580)
        self._state, self._dataset, self._preview = state, dataset, preview
        # Until the worker has told what else there is.
        self._formats = formats or (FormatChoice("class-folders", tr("Class folders"), ""),)
        self._frame = DialogFrame(
            self,
            tr("Export the curated dataset"),
            tr(
                "The images with their current labels, a CSV of every sample, the journal of all "
                "verdicts and a report to read. The originals stay as they are.",
            ),
            accept=tr("Export"),
        )
        self.complaint = self._frame.complaint
        self._build_places(destination)
        self._build_unreviewed()
        self._build_waiting()
        self._build_unsure()
        self._build_unlabelled()
        self._build_excluded()
        self.unjudged = label(localized(never_judged(state.unjudged)), "warning")
        self.unjudged.setVisible(state.unjudged > 0)
        self._frame.body.addWidget(self.unjudged)
        self.summary = label(role="strong")
        self._frame.body.addWidget(self.summary)
        self._frame.body.addStretch(1)
        self._update()
        self._frame.check_with(self.parameters)

    def _build_places(self, destination: str) -> None:
        self.destination = PathField(tr("Destination folder"))
        self.destination.set_text(destination)
        self.images = QComboBox()
        self.images.setAccessibleName(tr("Images"))
        for key, title, _ in _IMAGES:
            self.images.addItem(localized(title), key)
        rows = self._frame.rows()
        rows.add(tr("&Destination"), self.destination, buddy=self.destination.line)
        self.format = QComboBox()
        self.format.setAccessibleName(tr("Format"))
        for choice in self._formats:
            self.format.addItem(choice.title, choice)
        self.format_hint = rows.add(tr("&Format"), self.format, self._formats[0].description)
        self.format.currentIndexChanged.connect(self._update)
        self.images_hint = rows.add(tr("&Images"), self.images, localized(_IMAGES[0][2]))
        self.images.currentIndexChanged.connect(self._update)
        self._build_splits(rows)
        # Made without a model as well: `parameters` asks it.
        self.model = QComboBox()
        self.model.setAccessibleName(tr("Trained model"))
        for _, title, _ in _MODELS:
            self.model.addItem(localized(title))
        self.model_hint = None
        if self._state.has_model:
            self.model_hint = rows.add(tr("&Model"), self.model, localized(_MODELS[0][2]))
            if self._state.model_outdated:
                older = tr("The trained model is out of date: verdicts came after it.")
                self._frame.body.addWidget(label(older, "warning"))
        self.model.currentIndexChanged.connect(self._update)

    def _build_splits(self, rows: FormRows) -> None:
        self.splits = QComboBox()
        self.splits.setAccessibleName(tr("Splits"))
        for key, title, _ in _SPLITS:
            self.splits.addItem(localized(title), key)
        self.splits_hint = rows.add(tr("&Splits"), self.splits, localized(_SPLITS[0][2]))
        self.splits.currentIndexChanged.connect(self._update)
        self.parts = QLineEdit(EXAMPLE)
        self.parts.setAccessibleName(tr("Parts and their shares"))
        rows.add(tr("&Parts"), self.parts)

    def _build_unreviewed(self) -> None:
        self.keep_given = QRadioButton(tr("keep their given label"))
        self.accept_suggestions = QRadioButton(tr("get the suggested label"))
        self.cluster_labels = QRadioButton(
            tr("get the label of their TURTLE cluster, and so do all that nobody has decided on")
        )
        self.keep_given.setChecked(True)
        said = message_n(
            "{count:,} flagged sample nobody has looked at",
            "{count:,} flagged samples nobody has looked at",
            self._state.flagged_unreviewed,
        )
        head = label(localized(said), "strong")
        for choice in (self.keep_given, self.accept_suggestions, self.cluster_labels):
            choice.toggled.connect(self._update)
        for widget in (head, self.keep_given, self.accept_suggestions, self.cluster_labels):
            widget.setVisible(self._state.flagged_unreviewed > 0)
            self._frame.body.addWidget(widget)

    def _count_undecided(self, amount: int) -> None:
        said = message_n(
            "get the label of their TURTLE cluster: {count:,} image nobody has decided on,"
            " suspect or not",
            "get the label of their TURTLE cluster: all {count:,} images nobody has decided on,"
            " suspects or not",
            amount,
        )
        self.cluster_labels.setText(localized(said))

    def _build_waiting(self) -> None:
        waiting = self._state.opinions_waiting
        self.waiting = label(f"{localized(waiting_summary(waiting))}.", "warning")
        self.waiting.setVisible(waiting > 0)
        self._frame.body.addWidget(self.waiting)

    def _build_unsure(self) -> None:
        said = message_n(
            "Leave out {count:,} sample marked unsure",
            "Leave out {count:,} samples marked unsure",
            self._state.unsure,
        )
        self.exclude_unsure = QCheckBox(localized(said))
        self.exclude_unsure.setVisible(self._state.unsure > 0)
        self.exclude_unsure.toggled.connect(self._update)
        self._frame.body.addWidget(self.exclude_unsure)

    def _build_unlabelled(self) -> None:
        self.unlabelled = QCheckBox()
        self._count_unlabelled(self._state.unlabelled)
        self.unlabelled.setVisible(self._state.unlabelled > 0)
        self.unlabelled.toggled.connect(self._update)
        self._frame.body.addWidget(self.unlabelled)

    def _count_unlabelled(self, amount: int) -> None:
        said = message_n(
            "Also write {count:,} image without a label",
            "Also write {count:,} images without a label",
            amount,
        )
        self.unlabelled.setText(localized(said))

    def _build_excluded(self) -> None:
        said = message_n(
            "Also write {count:,} image that was set aside",
            "Also write {count:,} images that were set aside",
            self._state.excluded,
        )
        self.excluded = QCheckBox(localized(said))
        self.excluded.setVisible(self._state.excluded > 0)
        self.excluded.toggled.connect(self._update)
        self._frame.body.addWidget(self.excluded)

    def _follow_format(self) -> None:
        """What the chosen format cannot hold is not offered."""
        chosen: FormatChoice = self.format.currentData()
        if self.format_hint is not None:
            self.format_hint.setText(chosen.description)
        self.images.setEnabled(not chosen.holds_images)
        # A link cannot lie inside a file.
        if chosen.holds_images:
            self.images.setCurrentIndex(0)
        self.unlabelled.setEnabled(chosen.holds_unlabelled)
        if not chosen.holds_unlabelled:
            self.unlabelled.setChecked(False)
        self.excluded.setEnabled(chosen.tells_status)
        if not chosen.tells_status:
            self.excluded.setChecked(False)

    def _update(self) -> None:
        self._follow_format()
        self.parts.setEnabled(self.splits.currentData() == _NEW)
        if self.splits_hint is not None:
            self.splits_hint.setText(localized(_SPLITS[self.splits.currentIndex()][2]))
        if self.images_hint is not None:
            self.images_hint.setText(localized(_IMAGES[self.images.currentIndex()][2]))
        if self.model_hint is not None:
            self.model_hint.setText(localized(_MODELS[self.model.currentIndex()][2]))
        self._summarize()

    def _summarize(self) -> None:
        """Say what will be written, by the rule of the export itself."""
        chosen = self._choices()
        self.summary.setVisible(self._preview is not None)
        if self._preview is None:
            return
        found = self._preview(chosen)
        self._count_undecided(found.undecided)
        self._count_unlabelled(found.unlabelled)
        sentences = preview_sentences(found, chosen)
        self.summary.setText(" ".join(map(localized, sentences)))

    def _choices(self) -> ExportParameters:
        """What is chosen but for the places."""
        return ExportParameters(
            destination="",
            format=self.format.currentData().name,
            images=self.images.currentData(),
            accept_suggestions=self.accept_suggestions.isChecked(),
            cluster_labels=self.cluster_labels.isChecked(),
            exclude_unsure=self.exclude_unsure.isChecked(),
            unlabelled=self.unlabelled.isChecked(),
            excluded=self.excluded.isChecked(),
            model_formats=_MODELS[self.model.currentIndex()][0],
        )

    def parameters(self) -> ExportParameters:
        """What to export.

        Raises:
            UserError: when the destination is missing, taken or, for images, inside the dataset's
            folder, or the splits cannot be read.
        """
        if not self.destination.text():
            raise UserError(
                message("The export needs a folder."),
                message("Choose an empty or new one."),
            )
        destination = absolute(self.destination.text())
        self._check(destination)
        chosen = self.splits.currentData()
        splits = self.parts.text().strip() if chosen == _NEW else chosen
        # Read here already, so that a mistake is said in the dialog and not by the job.
        parse_shares(splits)
        return replace(self._choices(), destination=source_text(destination), splits=splits)

    def _check(self, destination: Path) -> None:
        if destination.is_file():
            raise UserError(
                message("{destination} is a file.", destination=destination),
                message("Choose a folder."),
            )
        # Tables alone go beside what is there; the job refuses to replace what is a person's.
        if self.images.currentData() == "none":
            return
        if is_filled(destination):
            raise UserError(
                message("{destination} is not empty.", destination=destination),
                message("Choose an empty or new folder."),
            )
        if self._dataset is not None and _is_inside(destination, self._dataset):
            raise UserError(
                message("The destination lies inside the dataset."),
                message("Choose a folder elsewhere, so that the dataset stays as it is."),
            )


def _is_inside(destination: Path, dataset: Path) -> bool:
    # Of URLs nothing is looked up.
    named = dataset in (destination, *destination.parents)
    return named or (remote_url(dataset) is None and Inside(dataset).holds(destination))


def ask_export(
    parent: QWidget | None,
    state: ReviewState,
    formats: tuple[FormatChoice, ...],
    *,
    preview: Callable[[ExportParameters], ExportPreview] | None = None,
    destination: str = "",
    dataset: Path | None = None,
) -> ExportParameters | None:
    """Ask for the export; None when the dialog was closed.

    Args:
        parent: of the dialog.
        state: of the review.
        formats: that there are.
        preview: what an export with such parameters would write; None: nothing is said of it.
        destination: proposed.
        dataset: the folder that was read as a whole; None where none was.
    """
    return ask(
        ExportDialog(
            state,
            preview=preview,
            formats=formats,
            destination=destination,
            dataset=dataset,
            parent=parent,
        )
    )
