"""The charts of the open project; a choice in one filters the grid."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QStackedWidget, QVBoxLayout, QWidget

from lnl_gui.gui.charts.loss_panel import ALL, LossPanel
from lnl_gui.gui.charts.map_colours import BY_STATUS, MapColumns
from lnl_gui.gui.charts.noise_rates import ClassNoise, NoiseRates
from lnl_gui.gui.charts.pair_table import count_pairs
from lnl_gui.gui.charts.panels import MapPanel, MatrixPanel
from lnl_gui.gui.charts.plugin import further_charts
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.widgets.basic import label
from lnl_gui.session import detection
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.store.dataset.classes import present_names
from lnl_gui.store.detection.unjudged import not_counted
from lnl_gui.store.jobs.parameters import PCA
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import localized, tr

MATRIX, LOSS, MAP, CLASSES = "matrix", "loss", "map", "classes"
TITLES = {
    MATRIX: message("Given × suggested"),
    MAP: message("Map of the images"),
    LOSS: message("Loss"),
    CLASSES: message("Noise by class"),
}
HINTS = {
    MATRIX: message("Click a cell to see its suspects."),
    LOSS: message("Drag the line; the grid shows the samples right of it."),
    MAP: message("Draw around points to see their samples; what the grid shows stands out."),
    CLASSES: message("Click a class to see its suspects."),
}
# Above any cross-entropy. Not infinity: a saved view is JSON, which has none.
_HIGHEST_LOSS = 1e9
# Verdicts may come several a second; the chart follows in one go.
REFRESH_MILLISECONDS = 120


class ChartsPanel(QWidget):
    """One chart at a time, drawn anew only while it can be seen."""

    acted = Signal()
    """A choice in a chart has changed what the grid shows."""
    projection_missing = Signal()
    """The map is visible and the chosen projection has not been computed yet."""
    projection_chosen = Signal(str)
    """PCA, UMAP or t-SNE, chosen by the user."""
    projection_stopped = Signal()
    projection_retried = Signal()

    def __init__(self, review: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._hints: dict[str, Message | str] = dict(HINTS)
        self._fill: dict[str, Callable[[], None]] = {
            MATRIX: self._fill_matrix,
            LOSS: self._fill_loss,
            MAP: self._fill_map,
            CLASSES: self._fill_classes,
        }
        self._computed: dict[str, np.ndarray] = {}
        self._on_map: tuple[int, int, tuple[str, ...], tuple[str, ...], bytes] | None = None
        self.matrix_panel, self.loss_panel, self.map_panel = (
            MatrixPanel(),
            LossPanel(review),
            MapPanel(),
        )
        self.matrix, self.loss = self.matrix_panel.matrix, self.loss_panel.histogram
        self.map, self.classes = self.map_panel.map, NoiseRates()
        self._build()
        self._connect()

    def _build(self) -> None:
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Chart"))
        self.stack = QStackedWidget()
        charts = (self.matrix_panel, self.map_panel, self.loss_panel, self.classes)
        for (name, title), chart in zip(TITLES.items(), charts, strict=True):
            self._add(name, title, chart)
        for info in further_charts():
            further, name = info.build(self._review), str(info.title)
            self._hints[name], self._fill[name] = info.hint, further.refresh
            self._add(name, info.title, further.widget)
        self._stale = set(self._fill)
        self.hint = label("", "muted", wrap=True)
        self.provisional = label("", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.choice)
        layout.addWidget(self.provisional)
        layout.addWidget(self.hint)
        layout.addWidget(self.stack, 1)
        self._tell_provisional()
        self._choose(0)

    def _tell_provisional(self) -> None:
        """Say above every chart that it shows a first look at a part, or leaves out what is new."""
        statistics = self._review.session.statistics
        # Before a detection there are no figures to leave anything out.
        later = not_counted(int(statistics.unjudged.sum()) if statistics.detected else 0)
        text = localized(statistics.provisional or later)
        self.provisional.setText(text)
        self.provisional.setVisible(bool(text))

    def _add(self, name: str, title: Message | str, chart: QWidget) -> None:
        self.choice.addItem(localized(title), name)
        self.stack.addWidget(chart)

    def _connect(self) -> None:
        # One change may be told by several signals: the charts are drawn once for all of them.
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MILLISECONDS)
        self._later.timeout.connect(self.refresh)
        self.choice.currentIndexChanged.connect(self._choose)
        self.matrix.cell_activated.connect(self._show_pair)
        self.loss_panel.threshold_dragged.connect(self._follow_losses)
        self.loss_panel.threshold_chosen.connect(self._show_losses)
        bar = self.map_panel.projections
        # First: what is known of the projection before, as that it failed, says nothing of this.
        bar.chosen.connect(self.projection_chosen)
        bar.chosen.connect(self.projection_changed)
        bar.stopped.connect(self.projection_stopped)
        bar.retried.connect(self.projection_retried)
        self.map.lassoed.connect(self._show_lasso)
        self.map.point_activated.connect(self._review.go_to_row)
        self.classes.class_activated.connect(self._show_class)
        self._review.changed.connect(self._changed)
        self._review.current_changed.connect(self._mark_current)
        self._review.order_changed.connect(self._shown_changed)

    def show_chart(self, name: str) -> None:
        """Bring a chart to the front: one of ours, or another package's by its title."""
        self.choice.setCurrentIndex(self.choice.findData(name))

    def _choose(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        self.hint.setText(localized(self._hints[self.choice.itemData(index)]))
        self.refresh()

    def _changed(self, changes: Changes) -> None:
        if changes.scores or changes.labels or changes.classes:
            # These change with a detection only, and with the classes.
            unmoved = set() if changes.scores or changes.classes else {MATRIX, LOSS, CLASSES}
            self._stale |= set(self._fill) - unmoved
            self._later.start()
        if changes.scores:
            self._computed = {}
            self._tell_provisional()

    # The projection of the map

    def choose_projection(self, name: str) -> None:
        """Set PCA, UMAP or t-SNE without emitting `projection_chosen`."""
        self.map_panel.projections.choose(name)

    def projection(self) -> str:
        """PCA, UMAP or t-SNE, as it is chosen."""
        return self.map_panel.projections.choice()

    def projection_changed(self) -> None:
        """Another projection was chosen, or the chosen one has been computed."""
        self._stale.add(MAP)
        self.refresh()

    def show_projection_work(
        self, text: str, share: float | None, *, stopping: bool = False
    ) -> None:
        """Show progress of the projection; `share` in [0, 1], None while unknown."""
        self.map_panel.projections.show_work(text, share, stopping=stopping)

    def show_projection_trouble(self, text: str, *, again: bool) -> None:
        """Show why there is no projection; `again` offers a button to try again."""
        self.map_panel.projections.show_trouble(text, again=again)

    def show_no_projection_work(self) -> None:
        """No projection is being computed and nothing went wrong."""
        self.map_panel.projections.show_nothing()

    def showEvent(self, event: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Draw the chart in front anew if what it shows has changed."""
        name = self.choice.currentData()
        if not self.isVisible() or name not in self._stale:
            return
        self._stale.discard(name)
        self._fill[name]()

    # From the project to the charts

    def _names(self) -> tuple[str, ...]:
        """By number; "" for classes that are merged or deleted."""
        return tuple(present_names(self._review.session.classes))

    def _fill_matrix(self) -> None:
        columns = self._review.session.columns
        flagged, names = columns.flagged & columns.readable, self._names()
        given, suggested, counts = count_pairs(
            columns.given[flagged], columns.suggested[flagged], classes=len(names)
        )
        self.matrix.set_pairs(given, suggested, counts, names)

    def _fill_loss(self) -> None:
        self.loss_panel.fill()

    def _fill_map(self) -> None:
        session = self._review.session
        axes = detection.principal_axes(session.detection)
        if axes is None:
            return
        # Other coordinates under a lasso would select samples nobody drew around.
        if self.map.is_dragging():
            self._stale.add(MAP)
            self._later.start()
            return
        chosen, columns, names = self._chosen_projection(), session.columns, self._names()
        gone = np.flatnonzero(~columns.readable)
        colours = tuple(entry.colour for entry in session.classes)
        shown = (columns.version, id(chosen), names, colours, gone.tobytes())
        # Verdicts move no point and change one colour: a million would be compared to find that.
        if shown != self._on_map:
            points = np.array(axes if chosen is None else chosen, np.float32)
            # The grid shows none of them, whatever a lasso takes.
            points[gone] = np.nan
            self.map.set_points(points)
        if shown != self._on_map or self.map.colour_by() == BY_STATUS:
            self.map.set_columns(
                MapColumns(
                    columns.given,
                    columns.suggested,
                    columns.suspicion,
                    columns.status,
                    names,
                    colours,
                )
            )
        self._on_map = shown
        self._mark_current()
        self._mark_shown()
        if chosen is None and self.projection() != PCA:
            self.projection_missing.emit()

    def _chosen_projection(self) -> np.ndarray | None:
        """Coordinates (N, 2); None for the principal axes: nothing else chosen, or computed yet."""
        method = self.projection()
        if method == PCA:
            return None
        if method not in self._computed:
            found = detection.computed_projection(self._review.session.project, method)
            if found is not None:
                # A copy: a file that is mapped cannot be replaced everywhere.
                self._computed[method] = np.array(found)
        return self._computed.get(method)

    def _fill_classes(self) -> None:
        session = self._review.session
        noise = detection.class_noise(session.detection)
        if noise is None:
            return
        rate, interval = noise.rate, noise.interval
        given = session.columns.given
        sizes = np.bincount(given[given >= 0], minlength=len(rate))
        low, high = interval[:, 0], interval[:, 1]
        rows = [
            ClassNoise(i, name, float(rate[i]), float(low[i]), float(high[i]), int(sizes[i]))
            for i, name in enumerate(self._names()[: len(rate)])
            if name
        ]
        self.classes.set_rates(rows, session.detection.summary.noise_rate)

    def _mark_current(self) -> None:
        row = self._review.current_row
        self.map.set_current(-1 if row is None else row)

    def _shown_changed(self) -> None:
        if self.choice.currentData() == MAP and self.isVisible():
            self._mark_shown()
        else:
            self._stale.add(MAP)

    def _mark_shown(self) -> None:
        """What the grid shows stands out on the map, unless that is everything or all suspects."""
        review = self._review
        if review.spec.is_plain and review.within is None:
            self.map.set_selection(None)
            return
        mask = np.zeros(len(review.session), bool)
        mask[review.order] = True
        self.map.set_selection(mask)

    # From the charts to the grid

    def _show_pair(self, given: int, suggested: int) -> None:
        self._show(ViewSpec(given=(given,), suggested=(suggested,)))

    def _show_class(self, class_id: int) -> None:
        self._show(ViewSpec(given=(class_id,)))

    def _losses_above(self, threshold: float, class_id: int) -> ViewSpec:
        given = () if class_id == ALL else (class_id,)
        return ViewSpec(flagged=None, given=given, loss=(threshold, _HIGHEST_LOSS), sort="loss")

    def _follow_losses(self, threshold: float, class_id: int) -> None:
        """Filter the grid while the threshold is dragged; the keyboard focus stays in the chart."""
        self._review.show_view(self._losses_above(threshold, class_id))

    def _show_losses(self, threshold: float, class_id: int) -> None:
        self._show(self._losses_above(threshold, class_id))

    def _show_lasso(self, mask: np.ndarray) -> None:
        if mask.any():
            self._show(ViewSpec(flagged=None), mask)

    def _show(self, spec: ViewSpec, within: np.ndarray | None = None) -> None:
        sort = spec.sort if spec.loss is not None else self._review.spec.sort
        self._review.show_view(replace(spec, sort=sort), within)
        self.acted.emit()
