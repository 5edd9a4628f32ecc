"""Details of one sample: image, detectors, neighbours, exemplars, history."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.charts.loss_histogram import LossHistogram
from lnl_gui.gui.i18n.numbers import fill, percent
from lnl_gui.gui.inspector.details import PathLine, facts_html, history_text
from lnl_gui.gui.inspector.explanation_text import breakable, certainty_text, label_text, summary
from lnl_gui.gui.inspector.image_loader import ImageLoader, LoadedImage
from lnl_gui.gui.inspector.image_view import ImageView
from lnl_gui.gui.inspector.opinions import OpinionList
from lnl_gui.gui.inspector.sample_view import SampleView
from lnl_gui.gui.inspector.tiles import PictureTiles
from lnl_gui.store.dataset.samples import STATUS_WORDS
from lnl_gui.util.translation import localized, tr

LATE_MILLISECONDS = 150
"""How long the picture before may stand beside the labels of the next."""
_WIDE = 1.15
"""Width over height from which the reasons stand beside the image."""
_LEAST_WIDE = 620
"""Width in pixels below which neither the image's buttons nor the reasons would have room so."""


class Inspector(QWidget):
    """Shows one `SampleView`; a click on a thumbnail emits `sample_requested` with its row."""

    sample_requested = Signal(int)
    path_copied = Signal(str)
    looked_for = Signal(bool)
    """Whether the original image of the sample shown was there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: SampleView | None = None
        self._loader = ImageLoader(self)
        self._loader.loaded.connect(self._arrived)
        self._late = QTimer(self, singleShot=True, interval=LATE_MILLISECONDS)
        self._late.timeout.connect(self._await)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        # Dragged too far, Qt hides a part and leaves no way back in sight.
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._build_image())
        self._panel = self._build_reasons()
        self.splitter.addWidget(self._panel)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.show_sample(None)

    def _build_image(self) -> QWidget:
        self.image = ImageView()
        self.image.zoom_changed.connect(self._zoom_changed)
        self.zoom_label = _label("", "small")
        self.size_label = _label("", "small")
        row = QHBoxLayout()
        row.setContentsMargins(10, 4, 10, 4)
        row.setSpacing(2)
        row.addWidget(self.size_label)
        row.addStretch(1)
        row.addWidget(self.zoom_label)
        row.addSpacing(6)
        for text, name, action in (
            ("−", tr("Zoom out"), lambda: self.image.zoom_by(0.8)),
            ("+", tr("Zoom in"), lambda: self.image.zoom_by(1.25)),
            (tr("Fit"), tr("Fit the image"), self.image.fit),
            ("1:1", tr("True pixels"), self.image.show_true_pixels),
        ):
            button = QToolButton()
            button.setText(text)
            button.setToolTip(name)
            button.setAccessibleName(name)
            # A click leaves the keys with the grid.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(action)
            row.addWidget(button)
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.image, 1)
        column.addLayout(row)
        return panel

    def _build_reasons(self) -> QWidget:
        self.labels = _label("", "heading", wrap=True)
        self.suspicion = _label("", "", wrap=True)
        self.summary = _label("", "muted", wrap=True)
        self.opinions = OpinionList()
        self.neighbours = PictureTiles(tr("Nearest neighbours"))
        self.loss = LossHistogram(compact=True)
        self.loss_text = _label("", "small", wrap=True)
        self.given_exemplars = PictureTiles(
            tr("Typical samples of the given class"), side=64, captions=False
        )
        self.suggested_exemplars = PictureTiles(
            tr("Typical samples of the suggested class"), side=64, captions=False
        )
        self.history = _label("", "", wrap=True)
        self.facts = QLabel()
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.facts.setWordWrap(True)
        self.path = PathLine()
        self.path.copied.connect(self.path_copied)
        for tiles in (self.neighbours, self.given_exemplars, self.suggested_exemplars):
            tiles.activated.connect(self.sample_requested)
        self._reasons = QVBoxLayout()
        self._reasons.setContentsMargins(16, 14, 16, 16)
        self._reasons.setSpacing(6)
        for widget in (self.labels, self.suspicion, self.summary):
            self._reasons.addWidget(widget)
        self._opinions_head = self._section(tr("Why it is suspect"), self.opinions)
        self._neighbours_head = self._section(tr("Nearest neighbours"), self.neighbours)
        self._loss_head = self._section(tr("Its loss among its class"), self.loss, self.loss_text)
        self._exemplars_head = self._section(tr("Typical of both classes"), self._build_exemplars())
        self._section(tr("History"), self.history)
        self._section(tr("File"), self.path, self.facts)
        self._reasons.addStretch(1)
        return self._scrolled()

    def _build_exemplars(self) -> QWidget:
        self.exemplars = QWidget()
        row = QHBoxLayout(self.exemplars)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        self.given_name = _label("", "strong", wrap=True)
        self.suggested_name = _label("", "strong", wrap=True)
        for name, tiles in (
            (self.given_name, self.given_exemplars),
            (self.suggested_name, self.suggested_exemplars),
        ):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(name)
            column.addWidget(tiles)
            column.addStretch(1)
            row.addLayout(column, 1)
        return self.exemplars

    def _section(self, title: str, *widgets: QWidget) -> tuple[QWidget, ...]:
        head = _label(title, "section")
        head.setContentsMargins(0, 12, 0, 0)
        self._reasons.addWidget(head)
        for widget in widgets:
            self._reasons.addWidget(widget)
        return (head, *widgets)

    def _scrolled(self) -> QScrollArea:
        panel = QFrame()
        panel.setProperty("role", "panel")
        panel.setLayout(self._reasons)
        scroll = QScrollArea()
        scroll.setAccessibleName(tr("Details"))
        scroll.setWidget(panel)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(300)
        return scroll

    def view(self) -> SampleView | None:
        return self._view

    def loader(self) -> ImageLoader:
        return self._loader

    def show_sample(self, view: SampleView | None) -> None:
        """Show a sample, or an invitation to choose one."""
        previous, self._view = self._view, view
        self._panel.setVisible(view is not None)
        if view is None:
            self._loader.forget()
            self._late.stop()
            self.image.set_message(tr("Choose a sample to see it up close."))
            self.size_label.clear()
            self.zoom_label.clear()
            return
        # The same image after a verdict is not read again and keeps its zoom.
        if previous is None or previous.file != view.file:
            self._loader.forget()
            self._loader.request(view.row, view.file, rendering=view.rendering)
            # The picture before it stays for a moment: a grid that is run through must not flicker.
            self._late.start()
            if previous is None:
                self._await()
        self._show_labels(view)
        self._show_evidence(view)
        self.history.setText(breakable(history_text(view.history)))
        self.path.set_sample(view)
        self.facts.setText(facts_html(view.facts))

    def _show_labels(self, view: SampleView) -> None:
        arrow = f"  →  {view.suggested}" if view.suggested and view.suggested != view.given else ""
        self.labels.setText(breakable(f"{label_text(view.given)}{arrow}"))
        status = "" if view.status == "unseen" else f" · {localized(STATUS_WORDS[view.status])}"
        changed = view.current != view.given
        now = tr(" · now {}").format(label_text(view.current)) if changed else ""
        scored = certainty_text(view)
        alone = tr("Judge it by the picture alone")
        words = f"{alone if view.reasons_hidden else scored}{status}"
        self.suspicion.setText(breakable(f"{words[:1].upper()}{words[1:]}{now}"))
        text = summary(view)
        self.summary.setText(breakable(text))
        self.summary.setVisible(bool(text))
        labelled = tr("Image of {}, labelled {}") if view.given else tr("Image of {}, no label")
        self.image.setAccessibleName(labelled.format(view.path, view.given))

    def _show_evidence(self, view: SampleView) -> None:
        self.opinions.set_opinions(view.opinions, view.given)
        self.neighbours.set_pictures(view.neighbours, view.given, rendering=view.rendering)
        self.given_name.setText(breakable(view.given))
        self.suggested_name.setText(breakable(view.suggested))
        self.given_exemplars.set_pictures(view.given_exemplars, rendering=view.rendering)
        self.suggested_exemplars.set_pictures(view.suggested_exemplars, rendering=view.rendering)
        place = view.loss
        if place is not None:
            self.loss.set_losses(
                place.losses, place.gaussians, threshold=place.threshold, mark=place.loss, bins=48
            )
            self.loss_text.setText(breakable(_loss_sentence(view)))
        exemplars = bool(view.given_exemplars or view.suggested_exemplars)
        for widgets, wanted in (
            (self._opinions_head, bool(view.opinions)),
            (self._neighbours_head, bool(view.neighbours)),
            (self._loss_head, place is not None),
            (self._exemplars_head, exemplars),
        ):
            for widget in widgets:
                widget.setVisible(wanted)

    def _await(self) -> None:
        """Nobody judges the picture before by the labels of this one."""
        self.image.set_message(tr("Reading the image…"))
        self.size_label.clear()

    def _arrived(self, result: LoadedImage) -> None:
        if self._view is None:
            return
        self._late.stop()
        if result.absent:
            self.image.set_message(tr("The original image is not there."))
            self.size_label.clear()
            self.looked_for.emit(False)
            return
        self.looked_for.emit(True)
        if not result.levels:
            self.image.set_message(tr("This image cannot be shown: {}.").format(result.problem))
            self.size_label.clear()
            return
        self.image.set_image(result.levels)
        size = self.image.image_size()
        self.size_label.setText(f"{size.width()} × {size.height()}")

    def _zoom_changed(self, zoom: float) -> None:
        self.zoom_label.setText(percent(zoom))

    def resizeEvent(self, event: QResizeEvent) -> None:
        width, height = event.size().width(), event.size().height()
        wide = width > max(_WIDE * height, _LEAST_WIDE)
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self.splitter.orientation() != wanted:
            self.splitter.setOrientation(wanted)


def _label(text: str, role: str, *, wrap: bool = False) -> QLabel:
    result = QLabel(text)
    # Names of classes come from datasets, and none of them is markup.
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(wrap)
    if role:
        result.setProperty("role", role)
    if wrap:
        # By its own hint it is as wide as its longest word, and would widen the panel.
        result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return result


def _loss_sentence(view: SampleView) -> str:
    place = view.loss
    if place is None or not len(place.losses):
        return ""
    below = 100 * float((place.losses < place.loss).mean())
    text = fill(tr("Higher than {:.0f} % of the samples labelled {}."), below, view.given)
    if len(place.gaussians) < 2:
        return text
    return tr("{} The left bell is what fits its label, the right one what does not.").format(text)
