"""An open project: filters and groups, the grid, and the details beside it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QByteArray, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.charts.charts_panel import ChartsPanel
from lnl_gui.gui.grid.geometry import MAXIMUM_SIDE, MINIMUM_SIDE, SIDE_STEP
from lnl_gui.gui.grid.view import GridView
from lnl_gui.gui.inspector.image_loader import ImageLoader
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.bars import Bars
from lnl_gui.gui.review.blind_mode import HiddenTabs
from lnl_gui.gui.review.class_legend import ClassLegend
from lnl_gui.gui.review.class_letters import ClassLetters
from lnl_gui.gui.review.filter_panel import FilterPanel
from lnl_gui.gui.review.group_bar import GroupBar
from lnl_gui.gui.review.group_panel import GroupPanel
from lnl_gui.gui.review.task_bar import TaskBar
from lnl_gui.gui.review.verdict_bar import VerdictBar
from lnl_gui.gui.review.view_bar import ViewBar
from lnl_gui.gui.shell.actions.table import ActionTable
from lnl_gui.gui.shell.side_panel import SidePanel
from lnl_gui.gui.shell.sides import Sides
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import button, frame, label, tool_button
from lnl_gui.gui.widgets.type_ahead import TypeAhead
from lnl_gui.gui.widgets.wheel import spare_from_wheel
from lnl_gui.session.changes import NOT_HERE
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr

FILTER_WIDTH, SIDE_WIDTH = 256, 380
GRID_WIDTH, DETAILS_WIDTH = 420, 320
"""Least widths: with the filters they fit a screen of 1024 pixels, in a narrower window not all."""
LOW_GRID_WIDTH = 640
"""Of the grid beside both parts in a low window, where fewer rows of pictures have room."""
SIDES = range(MINIMUM_SIDE, MAXIMUM_SIDE + 1, SIDE_STEP)
"""Sizes of pictures to choose from."""
GRID_SHARE = 0.34
"""Share of the width left to the grid beside a sample looked at closely."""


class ProjectPage(QWidget):
    """Assembles the views of one open project; they meet only in the review model."""

    accept_all_requested = Signal()
    keep_all_requested = Signal()
    unreadable_requested = Signal()
    menu_requested = Signal(QPoint)
    """Where a menu of the verdicts is wanted."""

    def __init__(
        self,
        review: ReviewModel,
        theme: Theme,
        actions: ActionTable,
        *,
        side: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._review = review
        self._sizes: list[int] | None = None
        self._task_bar: TaskBar | None = None
        self.grid = GridView(review, theme, self)
        self.grid.set_side(side)
        self.verdicts = VerdictBar(review, actions)
        self.view_bar = ViewBar(review, theme, side=self.grid.side, sides=SIDES)
        self.group_bar = GroupBar(review, theme)
        self.filters = FilterPanel(review)
        self.groups = GroupPanel(review, theme)
        self.details = SidePanel(review)
        self._build(actions)
        self._connect()
        self._show_emptiness()

    def _build(self, actions: ActionTable) -> None:
        self.left = QTabWidget()
        self.left.setAccessibleName(tr("Filters and groups"))
        self.left.tabBar().setAccessibleName(tr("Filters and groups"))
        self.left.setDocumentMode(True)
        self.left.setProperty("role", "side")
        self.left.addTab(self.filters, tr("Filters"))
        self.left.addTab(self.groups, tr("Groups"))
        # Nothing refers to it here: the tabs own it.
        HiddenTabs(self.left, (self.groups,), self._review)
        self.work = QWidget()
        column = self._column = QVBoxLayout(self.work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bars = Bars(self.verdicts, self.view_bar)
        for widget in (self.bars, self.group_bar):
            column.addWidget(widget)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.grid)
        self.middle.addWidget(self._emptiness())
        column.addWidget(self.middle, 1)
        self.legend = ClassLegend(self._review, actions)
        column.addWidget(self.legend)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        # Dragged too far, Qt would hide a part and leave no way back in sight.
        self.splitter.setChildrenCollapsible(False)
        for part in (self.left, self.work, self.details):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([FILTER_WIDTH, 900, SIDE_WIDTH])
        self.left.setMinimumWidth(FILTER_WIDTH)
        self.details.setMinimumWidth(DETAILS_WIDTH)
        self.work.setMinimumWidth(GRID_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.way_to_filters = tool_button(actions["filters"])
        self.way_to_details = tool_button(actions["side"])
        self.view_bar.add_ends(self.way_to_filters, self.way_to_details)
        parts: dict[QWidget, QWidget] = {
            self.left: self.way_to_filters,
            self.details: self.way_to_details,
        }
        self.sides = Sides(self.splitter, parts, first=self.details)
        self.grid.addActions(actions.on_pictures())
        spare_from_wheel(self)
        # The verdict keys belong to the pictures and their details, not to the filters.
        for place in (self.work, self.details):
            place.addActions(actions.in_grid())
            ClassLetters(self._review, actions, place)
            TypeAhead(place)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Other languages need more room for the same filters. Only now: the style sheet, whose
        # paddings count, is that of the window.
        self.left.setMinimumWidth(max(FILTER_WIDTH, self.filters.least_width()))
        inspector = self.details.inspector.minimumSizeHint().width()
        self.details.setMinimumWidth(max(DETAILS_WIDTH, inspector))
        self.sides.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sides.fit()

    def set_low(self, low: bool) -> None:
        """Whether the window is low: the pictures have what room there is."""
        self.bars.set_low(low)
        self.legend.set_low(low)
        if self._task_bar is not None:
            self._task_bar.set_low(low)
        self.sides.keep_free(LOW_GRID_WIDTH - GRID_WIDTH if low else 0)

    def _emptiness(self) -> QFrame:
        page = frame("")
        column = QVBoxLayout(page)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.setSpacing(10)
        self.nothing = label("", "heading")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing_hint = label("", "muted")
        self.nothing_hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing_button = button(tr("Clear filters"))
        self.nothing_button.clicked.connect(self.filters.clear)
        column.addWidget(self.nothing)
        column.addWidget(self.nothing_hint)
        column.addWidget(self.nothing_button, 0, Qt.AlignmentFlag.AlignHCenter)
        return page

    def _connect(self) -> None:
        self.view_bar.side_chosen.connect(self.grid.set_side)
        self.grid.side_changed.connect(self.view_bar.set_side)
        for signal in (
            self.filters.applied,
            self.groups.shown,
            self.view_bar.left,
            self.details.charts.acted,
        ):
            signal.connect(self._review.focus_requested)
        self.group_bar.accept_requested.connect(self.accept_all_requested)
        self.group_bar.keep_requested.connect(self.keep_all_requested)
        self.group_bar.leave_requested.connect(self._leave_group)
        self.grid.opened.connect(self.look_closely)
        self.grid.menu_requested.connect(self.menu_requested)
        self.filters.unreadable_requested.connect(self.unreadable_requested)
        self._review.order_changed.connect(self._show_emptiness)

    def look_closely(self) -> None:
        """Give the sample most of the room, or give it back; the keys stay with the grid."""
        if self._sizes is not None:
            self.sides.show_alone(None)
            self.splitter.setSizes(self._sizes)
            self._sizes = None
            return
        self.sides.want(self.details)
        self.details.look_closely()
        self._sizes = self.splitter.sizes()
        room = sum(self._sizes)
        self.sides.show_alone(self.details)
        self.splitter.setSizes([0, round(room * GRID_SHARE), round(room * (1 - GRID_SHARE))])

    # What the window and its tools do here

    @property
    def charts(self) -> ChartsPanel:
        """The charts of the project."""
        return self.details.charts

    def reading_place(self) -> GridView:
        """The grid, for what must not disturb its reader."""
        return self.grid

    def add_side_tab(self, widget: QWidget, title: str, *, hidden: Callable[[], bool]) -> None:
        """A tab beside the filters, out of reach while `hidden`."""
        self.left.addTab(widget, title)
        spare_from_wheel(widget)
        HiddenTabs(self.left, (widget,), self._review, hidden)

    def add_detail_tab(self, widget: QWidget, title: str) -> None:
        """A tab beside the sample and the charts."""
        self.details.addTab(widget, title)
        spare_from_wheel(widget)

    def add_bar(self, bar: TaskBar) -> None:
        """A line above the grid, below the others."""
        self._task_bar = bar
        self._column.insertWidget(self._column.indexOf(self.middle), bar)

    def show_tab(self, widget: QWidget) -> bool:
        """Bring a tab to the front; False where it is out of reach."""
        tabs = self.left if self.left.indexOf(widget) >= 0 else self.details
        if not tabs.isTabEnabled(tabs.indexOf(widget)):
            return False
        self.sides.want(tabs)
        tabs.setCurrentWidget(widget)
        return True

    def show_note(self, text: str) -> None:
        """Show a short status text beside the verdict buttons."""
        self.verdicts.note.setText(text)

    def watch_training(self) -> None:
        """A training begins: show its curves, unless somebody goes on reviewing meanwhile."""
        reviewing = self.grid.hasFocus() and self._review.undecided_shown() > 0
        if not reviewing:
            self.sides.want(self.details)
        self.details.watch_training(to_front=not reviewing)

    def add_epoch(self, values: dict[str, Any]) -> None:
        """One more point of the curves."""
        self.details.add_epoch(values)

    def show_next_group(self) -> None:
        """The next group with something to review, or the word that there is none."""
        if not self.groups.show_next():
            text = message("No other group has anything left to review.")
            self._review.refused.emit(UserError(text, code=NOT_HERE))

    def show_all_groups(self) -> None:
        self.groups.show_all()

    def find_path(self) -> None:
        """Type a part of a path."""
        self.show_tab(self.filters)
        self.filters.text.setFocus()
        self.filters.text.selectAll()

    def zoom(self, steps: int) -> None:
        """Larger or smaller pictures."""
        self.grid.zoom(steps)

    def toggle_filters(self) -> None:
        self.sides.toggle(self.left)

    def toggle_details(self) -> None:
        self.sides.toggle(self.details)

    def layout_state(self) -> QByteArray:
        """The widths of its parts."""
        return self.splitter.saveState()

    def restore_layout(self, state: QByteArray) -> None:
        self.splitter.restoreState(state)

    def focus_grid(self) -> None:
        """Give the grid the keyboard focus; while the loupe hides it, ask for the focus instead."""
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_group(self) -> None:
        self._review.show_view(replace(self._review.spec, given=(), suggested=()))
        self._review.focus_requested.emit()

    def _show_emptiness(self) -> None:
        empty = len(self._review.order) == 0
        self.middle.setCurrentIndex(1 if empty else 0)
        if not empty:
            return
        spec = self._review.spec
        nothing_found = spec.flagged is True and spec.is_plain
        self.nothing.setText(
            tr("No suspects") if nothing_found else tr("Nothing matches these filters")
        )
        self.nothing_hint.setText(
            tr("No label of this dataset looks wrong.")
            if nothing_found
            else tr("Loosen a filter, or clear them all.")
        )
        self.nothing_button.setVisible(not nothing_found)

    def close_views(self) -> None:
        """End what runs beside the window; call before the page goes."""
        # The widths saved next are to be those without a sample looked at closely.
        if self._sizes is not None:
            self.look_closely()
        self.grid.thumbnails.stop()
        self._review.in_sight = None
        # No thread may announce a picture to what is about to be destroyed.
        for loader in self.findChildren(ImageLoader):
            loader.stop()
