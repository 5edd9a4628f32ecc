"""Panel of combinable filters with the number of samples left."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayoutItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.i18n.numbers import decimal
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.model.sample_words import STATUS_TITLES
from lnl_gui.gui.review.blind_mode import REASON
from lnl_gui.gui.review.filter_counts import by_column, by_review, by_shown
from lnl_gui.gui.review.more_filters import MoreFilters
from lnl_gui.gui.review.saved_views import ViewsButton
from lnl_gui.gui.widgets.basic import as_plain, button, frame, label, number
from lnl_gui.gui.widgets.counted_combo import CountedCombo
from lnl_gui.gui.widgets.leaving_line import LeavingLine
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import localized, tr

# A little longer than between two letters of a quick typist: one filter for a word.
TYPING_MILLISECONDS = 160
Shown = tuple[bool | None, bool | None]
"""`flagged` and `unlabelled` of a view."""
_SHOW: tuple[tuple[Message, Shown], ...] = (
    (message("Suspects"), (True, None)),
    (message("Not suspects"), (False, None)),
    (message("All samples"), (None, None)),
    (message("Without a label"), (None, True)),
)
_PLACES = {shown: place for place, (_, shown) in enumerate(_SHOW)}
_REVIEWED: tuple[tuple[Message, bool | None], ...] = (
    (message("Reviewed or not"), None),
    (message("Not reviewed"), False),
    (message("Reviewed"), True),
)


class _PercentBox(QDoubleSpinBox):
    """Per cent with a digit after the point only where it is none of the whole numbers."""

    def textFromValue(self, value: float) -> str:
        return decimal(value, 0 if value == round(value) else self.decimals())


class FilterPanel(QWidget):
    """The filters beside the grid, and under them the number of samples they leave."""

    applied = Signal()
    """A filter was chosen or given up; the keyboard focus may return to the grid."""
    unreadable_requested = Signal()

    def __init__(self, review: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._quiet = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        scroll = QScrollArea()
        scroll.setAccessibleName(tr("Filters"))
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        self._layout = QVBoxLayout(inner)
        self._layout.setContentsMargins(14, 10, 14, 14)
        self._layout.setSpacing(7)
        scroll.setWidget(inner)
        self._build()
        self._layout.addStretch(1)
        self._inner, self._scroll = inner, scroll
        outer.addWidget(scroll, 1)
        outer.addWidget(self._build_foot())
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MILLISECONDS)
        self._typing.timeout.connect(self._apply)
        review.order_changed.connect(self.take_over)
        review.changed.connect(lambda _changes: self._count())
        review.changed.connect(self._classes_edited)
        self.take_over()

    def least_width(self) -> int:
        """Width in pixels that shows every filter whole, scroll bar included."""
        # The paddings of the style sheet count once it has been applied, which is when it is shown.
        for each in (self._inner, *self._inner.findChildren(QWidget)):
            each.ensurePolished()
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        return self._inner.minimumSizeHint().width() + bar

    # Building

    def _build(self) -> None:
        self.blind = label("", "muted", wrap=True)
        self._layout.addWidget(self.blind)
        self.show_what = self._combo(tr("Show"), [localized(text) for text, _ in _SHOW])
        self._offer_unlabelled()
        self.reviewed = self._combo(
            "", [localized(text) for text, _ in _REVIEWED], name=tr("Reviewed")
        )
        self._build_status()
        self._section(tr("LABELS"))
        self.given = self._row(
            tr("Given"),
            [tr("Any")],
            tr("Given label"),
        )
        self.suggested = self._row(
            tr("Suggested"),
            [tr("Any")],
            tr("Suggested label"),
        )
        self.current = self._row(
            tr("Current"),
            [tr("Any")],
            tr("Current label"),
        )
        self._fill_classes()
        splits, nameless = self._review.session.split_names, tr("(none)")
        self.split = self._row(
            tr("Split"),
            [tr("Any"), *(name or nameless for name in splits)],
            tr("Split"),
        )
        self._build_suspicion()
        self._section(tr("PATH"))
        self.text = LeavingLine()
        self.text.setPlaceholderText(tr("Part of a path"))
        self.text.setClearButtonEnabled(True)
        self.text.setAccessibleName(tr("Filter by path"))
        self.text.textEdited.connect(lambda: self._typing.start())
        # Emptied by its button or the program it applies as well.
        self.text.textChanged.connect(lambda text: None if text else self._typing.start())
        self.text.left.connect(self._apply_and_leave)
        self._layout.addWidget(self.text)
        self.more = MoreFilters(self._review)
        self.more.chosen.connect(self._apply)
        self.more.left.connect(self.applied)
        self._layout.addWidget(self.more)
        self._count_choices()

    def _count_choices(self) -> None:
        """Connect each combo box to the function that counts its choices."""
        review = self._review
        self.show_what.count_with(
            lambda: by_shown(review, [value for _, value in _SHOW[: self.show_what.count()]])
        )
        self.reviewed.count_with(lambda: by_review(review, [value for _, value in _REVIEWED]))
        for name in ("given", "suggested", "current"):
            combo: CountedCombo = getattr(self, name)
            combo.count_with(partial(self._count_classes, name))
        self.split.count_with(partial(by_column, review, "split", self.split.count() - 1))

    def _count_classes(self, name: str) -> list[int | None]:
        counts = by_column(self._review, name, len(self._review.session.classes))
        return [counts[0], *(counts[number + 1] for number in self._class_ids)]

    def _fill_classes(self) -> None:
        """Offer the classes as they are now."""
        shown = self._review.session.shown_classes
        self._class_ids = [entry.id for entry in shown]
        for combo in (self.given, self.suggested, self.current):
            combo.clear()
            combo.addItems([tr("Any"), *(entry.name for entry in shown)])
            for place, entry in enumerate(shown, 1):
                combo.setItemData(place, as_plain(entry.name), Qt.ItemDataRole.ToolTipRole)

    def _offer_unlabelled(self) -> None:
        """Offer samples without a label, the last of the list, where there are any."""
        some = self._review.counts().unlabelled > 0 or bool(self._review.spec.unlabelled)
        last, offered = len(_SHOW) - 1, self.show_what.count() == len(_SHOW)
        if some and not offered:
            self.show_what.addItem(localized(_SHOW[last][0]))
        elif offered and not some:
            self.show_what.removeItem(last)

    def _classes_edited(self, changes: Changes) -> None:
        if changes.classes:
            self._fill_classes()
            self.take_over()

    def _chosen_class(self, combo: QComboBox) -> tuple[int, ...]:
        place = combo.currentIndex() - 1
        return (self._class_ids[place],) if place >= 0 else ()

    def _class_place(self, wanted: tuple[int, ...]) -> int:
        """Where the one class that a filter names is in the lists; 0 for any."""
        known = len(wanted) == 1 and wanted[0] in self._class_ids
        return self._class_ids.index(wanted[0]) + 1 if known else 0

    def _section(self, text: str) -> None:
        if text:
            self._layout.addSpacing(5)
            self._layout.addWidget(label(text.upper(), "section"))

    def _combo(self, title: str, entries: list[str], *, name: str = "") -> CountedCombo:
        self._section(title)
        combo = self._list(entries, name or title[:1] + title[1:].lower())
        self._layout.addWidget(combo)
        return combo

    def _row(self, title: str, entries: list[str], name: str) -> CountedCombo:
        """A list beside its caption."""
        caption = label(title, "muted")
        caption.setMinimumWidth(self.fontMetrics().horizontalAdvance(tr("Suggested")) + 8)
        combo = self._list(entries, name)
        row = QHBoxLayout()
        row.addWidget(caption)
        row.addWidget(combo, 1)
        self._layout.addLayout(row)
        return combo

    def _list(self, entries: list[str], name: str) -> CountedCombo:
        combo = CountedCombo(name)
        combo.addItems(entries)
        # A person's choice alone: `take_over` sets the index too.
        combo.activated.connect(self._apply)
        combo.left.connect(self.applied)
        return combo

    def _build_status(self) -> None:
        self._section(tr("STATUS"))
        self.status: dict[int, QCheckBox] = {}
        self._status_counts = {}
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        for line, (status, title) in enumerate(STATUS_TITLES.items()):
            box = QCheckBox(localized(title))
            box.setAccessibleName(tr("Only status {}").format(localized(title)))
            box.clicked.connect(self._apply_and_leave)
            count = label("", "small")
            count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(box, line, 0)
            grid.addWidget(count, line, 1)
            self.status[status], self._status_counts[status] = box, count
        self._layout.addLayout(grid)

    def _build_suspicion(self) -> None:
        self._section(tr("SUSPICION"))
        row = QHBoxLayout()
        self.lowest, self.highest = _PercentBox(), _PercentBox()
        for box, value, name in (
            (self.lowest, 0.0, tr("from")),
            (self.highest, 100.0, tr("to")),
        ):
            box.setRange(0.0, 100.0)
            box.setSingleStep(5.0)
            box.setDecimals(1)
            box.setSuffix(" %")
            box.setMinimumWidth(70)
            box.setValue(value)
            box.setAccessibleName(tr("Suspicion {}").format(name))
            # Or 95 typed would be the filters 9 and 95.
            box.setKeyboardTracking(False)
            box.valueChanged.connect(lambda _value: self._apply())
        row.addWidget(self.lowest, 1)
        row.addWidget(label(tr("to"), "muted"))
        row.addWidget(self.highest, 1)
        self._layout.addLayout(row)

    def _build_foot(self) -> QFrame:
        foot = frame("foot")
        column = QVBoxLayout(foot)
        column.setContentsMargins(14, 8, 14, 10)
        column.setSpacing(5)
        self.left = label("", "strong")
        self.left.setAccessibleName(tr("Samples shown"))
        column.addWidget(self.left)
        self.unreadable = button("", "link", name=tr("Files that are left out"))
        self.unreadable.clicked.connect(self.unreadable_requested)
        column.addWidget(self.unreadable, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        self.reset = button(tr("Clear filters"), "link")
        self.reset.clicked.connect(self.clear)
        self.views = ViewsButton(self._review)
        self.views.opened.connect(self.applied)
        row.addWidget(self.reset)
        row.addStretch(1)
        row.addWidget(self.views)
        column.addLayout(row)
        return foot

    # From the widgets to the view

    def spec(self) -> ViewSpec:
        """The filters as set, with the sort that is in force."""
        low, high = self.lowest.value() / 100, self.highest.value() / 100
        flagged, unlabelled = _SHOW[self.show_what.currentIndex()][1]
        spec = replace(
            self._review.spec,
            flagged=flagged,
            unlabelled=unlabelled,
            reviewed=_REVIEWED[self.reviewed.currentIndex()][1],
            status=tuple(status for status, box in self.status.items() if box.isChecked()),
            given=self._chosen_class(self.given),
            suggested=self._chosen_class(self.suggested),
            current=self._chosen_class(self.current),
            split=(self.split.currentIndex() - 1,) if self.split.currentIndex() > 0 else (),
            suspicion=None if (low, high) == (0.0, 1.0) else (low, high),
            text=self.text.text(),
            # Whoever filters has left the audit: what is left of one is no random sample.
            audit=None,
            deciding=False,
        )
        return self.more.apply_to(_sorted_by_what_there_is(spec, self._review.spec))

    def _apply(self) -> None:
        if self._quiet:
            return
        self._typing.stop()
        spec = self.spec()
        if spec != self._review.spec:
            self._review.show_view(spec, self._review.within)

    def _apply_and_leave(self) -> None:
        self._apply()
        self.applied.emit()

    def clear(self) -> None:
        """All suspects again, without any other filter."""
        self._review.clear_filters()
        self.applied.emit()

    # From the view to the widgets

    def take_over(self) -> None:
        """Set the widgets from the filters in force."""
        spec = self._review.spec
        # The widgets' signals would apply each filter before the next one is set.
        self._quiet = True
        self._offer_unlabelled()
        place = _PLACES.get((spec.flagged, spec.unlabelled), _PLACES[None, spec.unlabelled or None])
        self.show_what.setCurrentIndex(place)
        self.reviewed.setCurrentIndex([value for _, value in _REVIEWED].index(spec.reviewed))
        for status, box in self.status.items():
            box.setChecked(status in spec.status)
        for combo, wanted in (
            (self.given, spec.given),
            (self.suggested, spec.suggested),
            (self.current, spec.current),
        ):
            combo.setCurrentIndex(self._class_place(wanted))
        self.split.setCurrentIndex(spec.split[0] + 1 if len(spec.split) == 1 else 0)
        low, high = spec.suspicion or (0.0, 1.0)
        self.lowest.setValue(100 * low)
        self.highest.setValue(100 * high)
        # Not while somebody types: letters typed since would be lost.
        if not self.text.hasFocus():
            self.text.setText(spec.text)
        self.more.take_over(spec)
        self._show_blindness()
        self._quiet = False
        self._count()

    def _show_blindness(self) -> None:
        """Disable all filters in an audit, those by the detectors' evidence in any blind review."""
        hidden, drawn = self._review.hides_reasons, self._review.spec.blind
        self.blind.setVisible(hidden)
        self.blind.setText(
            tr("A blind review shows the samples drawn. End it to filter again.")
            if drawn
            else tr("You judge blind: filters by what the detectors think rest.")
        )
        # The first is the line that explains.
        for place in range(1, self._layout.count()):
            _enable(self._layout.itemAt(place), not drawn)
        self.reset.setEnabled(not drawn)
        self.views.setEnabled(not drawn)
        reasons = (self.show_what, self.suggested, self.lowest, self.highest, *self.more.reasons())
        for widget in reasons:
            widget.setEnabled(not hidden)
            widget.setToolTip(localized(REASON) if hidden else "")

    def _count(self) -> None:
        shown, all_samples = len(self._review.order), len(self._review.session)
        self.left.setText(tr("{} of {} shown").format(number(shown), number(all_samples)))
        skipped = self._review.skipped()
        self.unreadable.setText(f"{localized(skipped)}…")
        self.unreadable.setVisible(bool(skipped))
        by_status = self._review.counts().by_status
        for (status, count), value in zip(
            self._status_counts.items(), by_status.values(), strict=True
        ):
            count.setText(number(value) if value or status == 0 else "")


def _sorted_by_what_there_is(spec: ViewSpec, before: ViewSpec) -> ViewSpec:
    """Samples without a label have a confidence where others have a suspicion."""
    if spec.unlabelled == before.unlabelled:
        return spec
    if spec.unlabelled and spec.sort == "suspicion":
        return replace(spec, sort="confidence")
    return spec if spec.sort != "confidence" else replace(spec, sort="suspicion")


def _enable(item: QLayoutItem | None, enabled: bool) -> None:
    """A widget of a layout, or all those of a layout inside it."""
    widget = item.widget() if item is not None else None
    layout = item.layout() if item is not None else None
    if widget is not None:
        widget.setEnabled(enabled)
    if layout is not None:
        for place in range(layout.count()):
            _enable(layout.itemAt(place), enabled)
