"""What the dataset would be read as: summary, doubts, other readings, classes and details."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QTabWidget, QVBoxLayout, QWidget

from lnl_gui.gui.open_dataset.class_table import ClassTable
from lnl_gui.gui.open_dataset.details import FirstRows, NoteList, SkippedList, SplitTable
from lnl_gui.gui.open_dataset.notices import Notices, OtherReadings
from lnl_gui.gui.open_dataset.texts import contents, facts, failure_hint, plain
from lnl_gui.gui.widgets.basic import label, number, restyle
from lnl_gui.store.dataset.dataset_preview import ClassPreview, DatasetPreview
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized, tr


class PreviewPanel(QWidget):
    """The right side of the dialog."""

    reading_chosen = Signal(object)
    """An `OtherReading`."""

    def __init__(self) -> None:
        super().__init__()
        self.summary = label("", "heading", wrap=True)
        self.format = label("", "pill")
        self.format.setMinimumHeight(22)
        self.facts = label("", "", wrap=True)
        self.why = label("", "muted", wrap=True)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Progress of the reading"))
        self.notices = Notices()
        self.others = OtherReadings()
        self.others.chosen.connect(self.reading_chosen)
        self.classes = ClassTable(self)
        self.splits, self.skipped = SplitTable(), SkippedList()
        self.notes, self.rows = NoteList(), FirstRows()
        self.tabs = QTabWidget()
        self.tabs.tabBar().setAccessibleName(tr("Details"))
        self.tabs.setDocumentMode(True)
        self._pages: tuple[tuple[QWidget, str], ...] = (
            (self.classes.view, tr("Classes")),
            (self.splits, tr("Splits")),
            (self.skipped, tr("Skipped")),
            (self.notes, tr("Notes")),
            (self.rows, tr("First rows")),
        )
        for page, title in self._pages:
            self.tabs.addTab(page, title)
        self._lay_out()
        self.show_nothing()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.summary, 1)
        head.addWidget(self.format, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.facts)
        column.addWidget(self.why)
        column.addWidget(self.progress)
        column.addWidget(self.notices)
        column.addWidget(self.others)
        column.addWidget(self.tabs, 1)
        # Without tabs the head would be spread over the whole height.
        self._space = QWidget()
        column.addWidget(self._space, 1)

    def stop(self) -> None:
        """End the threads that read images."""
        self.classes.stop()

    # States

    def show_nothing(self) -> None:
        """No dataset is chosen."""
        self._say(tr("Choose a folder or a file"), tr("Or drop one here. It is only read."))
        self._show_body(shown=False)

    def show_reading(self, *, keep: bool) -> None:
        """The answer is on its way; what is shown of the same dataset may stay, greyed."""
        if not keep:
            self._say(tr("Reading…"), "")
            self._show_body(shown=False)
        for part in (self.notices, self.others, self.tabs):
            part.setEnabled(False)
        self.progress.setRange(0, 0)
        self.progress.show()

    def show_progress(self, stage: Message, done: int, total: int) -> None:
        """How far the reading is."""
        self.progress.setRange(0, total)
        self.progress.setValue(min(done, total))
        if not self.tabs.isEnabled() and done:
            self._say(tr("{}: {}").format(localized(stage), number(done)), self.why.text())

    def show_failure(self, error: UserError) -> None:
        """Nothing could be said at all."""
        self._say(localized(error.message), localized(error.hint), tone="danger")
        self._show_body(shown=False)

    def show_preview(self, preview: DatasetPreview) -> None:
        """Show what was found."""
        for part in (self.notices, self.others, self.tabs):
            part.setEnabled(True)
        self.progress.setVisible(not preview.others_are_known)
        self.progress.setRange(0, 0)
        if preview.is_partial:
            begun = contents(preview.images, preview.class_count)
            self._say(tr("The first rows: {}").format(begun), plain(preview.why))
        elif preview.is_readable:
            self._say(contents(preview.images, preview.class_count), plain(preview.why))
        else:
            self._say(plain(preview.error), failure_hint(preview), tone="danger")
        self.facts.setText(facts(preview))
        self.facts.setVisible(bool(self.facts.text()))
        self.format.setText(localized(preview.title))
        self.format.setVisible(preview.is_readable)
        self.notices.show_notices(preview.doubts, preview.cautions)
        self.others.show_readings(
            preview.others, known=preview.others_are_known, instead=not preview.is_readable
        )
        self._fill_tabs(preview)

    def _fill_tabs(self, preview: DatasetPreview) -> None:
        self.classes.show(_lines(preview))
        self.splits.show_splits(preview.splits)
        self.skipped.show_skipped(preview.skipped)
        self.notes.show_notes(preview.notes)
        if preview.columns is not None:
            self.rows.show_columns(preview.columns)
        has_splits = any(name for name, _ in preview.splits)
        counts: tuple[int | None, ...] = (
            preview.class_count or preview.unlabelled,
            len(preview.splits) if has_splits else 0,
            preview.skipped_count,
            len(preview.notes),
            None if preview.columns is not None and preview.columns.rows else 0,
        )
        for at, ((_, title), count) in enumerate(zip(self._pages, counts, strict=True)):
            self.tabs.setTabText(at, tr("{} ({})").format(title, number(count)) if count else title)
            self.tabs.setTabVisible(at, count is None or count > 0)
        self.tabs.setVisible(any(count != 0 for count in counts))
        # `isVisible` is False for all parts of a dialog that is not shown yet.
        self._space.setVisible(not self.tabs.isVisibleTo(self))

    def _say(self, summary: str, why: str, *, tone: str = "") -> None:
        self.summary.setText(summary)
        restyle(self.summary, "role", f"{tone}-heading" if tone else "heading")
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def _show_body(self, *, shown: bool) -> None:
        body = (self.facts, self.tabs, self.notices, self.others, self.format, self.progress)
        for part in body:
            part.setVisible(shown)
        self._space.setVisible(not shown)


def _lines(preview: DatasetPreview) -> tuple[ClassPreview, ...]:
    """The classes, and below them the images without one."""
    if not preview.unlabelled:
        return preview.classes
    without = ClassPreview("", preview.unlabelled, preview.unlabelled_examples)
    return (*preview.classes, without)
