"""The current sample as large as the window, with the verdict keys at hand."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.context import ActionLookup
from lnl_gui.gui.inspector.explanation_text import certainty_text, label_text
from lnl_gui.gui.inspector.sample_view import SampleView
from lnl_gui.gui.inspector.sample_view_builder import brief_view, sample_view, without_reasons
from lnl_gui.gui.loupe.arrangement import (
    MOST,
    SHOWN,
    TITLES,
    WITH_REASONS,
    Arrangement,
    rows_ahead,
    shown_rows,
)
from lnl_gui.gui.loupe.companions import Companions
from lnl_gui.gui.loupe.pane import LoupePane
from lnl_gui.gui.loupe.pictures import LoupePictures
from lnl_gui.gui.loupe.tone import NEUTRAL
from lnl_gui.gui.loupe.tone_bar import ToneBar
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.blind_mode import REASON
from lnl_gui.gui.review.class_letters import ClassLetters
from lnl_gui.gui.review.verdict_bar import VerdictBar
from lnl_gui.gui.widgets.basic import ElidedLabel, label, number, word_button
from lnl_gui.gui.widgets.wheel import spare_from_wheel
from lnl_gui.util.translation import localized, tr

COMPANIONS_MILLISECONDS = 60
"""How long the cursor must rest before the pictures beside the image are looked up."""
_FACTOR = 1.25
_ALT, _CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
_KEYS = Qt.Key
_CLAIMED = (_KEYS.Key_Plus, _KEYS.Key_Equal, _KEYS.Key_Minus, _KEYS.Key_Escape, _KEYS.Key_F2)


class Loupe(QWidget):
    """One sample, or a few to compare; verdicts are on the framed one."""

    left = Signal()
    """Back to the grid."""

    def __init__(
        self,
        review: ReviewModel,
        actions: ActionLookup,
        usable: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._review = review
        images = review.session.images
        self._pinned: tuple[int, ...] = ()
        self.arrangement = Arrangement.SINGLE
        self.pictures = LoupePictures(
            lambda row: (images.file_of(row), images.rendering, images.thumbnail_of(row)), self
        )
        self.pictures.ready.connect(self._arrived)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Loupe"))
        # A key acts only where a visible widget holds its action, and the grid's page is hidden
        # now.
        self.addActions(list(usable))
        ClassLetters(review, actions, self)
        self._later = QTimer(self, singleShot=True, interval=COMPANIONS_MILLISECONDS)
        self._later.timeout.connect(self._show_companions)
        self._build(actions)
        for signal in (review.current_changed, review.order_changed, review.selection_changed):
            signal.connect(self._follow)
        review.changed.connect(self._changed)

    # Its parts

    def _build(self, actions: ActionLookup) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        self.panes = [LoupePane() for _ in range(MOST)]
        area = QWidget()
        self._grid = QGridLayout(area)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        for place, pane in enumerate(self.panes):
            self._grid.addWidget(pane, place // 2, place % 2)
            pane.chosen.connect(self._choose)
            # The pane is bound here: when the signal comes the loop's variable is the last one.
            pane.image.moved.connect(lambda pane=pane: self._move_together(pane))
        self.companions = Companions(self._review.session)
        self.companions.sample_requested.connect(self.compare_with)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        # Dragged too far, Qt would hide a part and leave no way back in sight.
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(area)
        self.splitter.addWidget(self.companions)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([660, 400])
        column.addWidget(self.splitter, 1)
        column.addWidget(self._tools())
        self.verdicts = VerdictBar(self._review, actions)
        column.addWidget(self.verdicts)
        spare_from_wheel(self)

    def _head(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("role", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(14)
        self.labels = ElidedLabel(role="heading", middle=True)
        self.certainty = label("", "muted")
        self.path = ElidedLabel(role="small", middle=True)
        self.place = label("", "muted")
        row.addWidget(self.labels, 3)
        row.addWidget(self.certainty)
        row.addWidget(self.path, 2)
        row.addWidget(self.place)
        self.close_button = word_button("✕", tr("Back to the grid ({})").format("Esc"))
        self.close_button.clicked.connect(self.left)
        row.addWidget(self.close_button)
        return bar

    def _tools(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("role", "foot")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(4)
        self._choices = QButtonGroup(self)
        self.choices: dict[Arrangement, QToolButton] = {}
        for arrangement, (title, explanation) in TITLES.items():
            each = word_button(localized(title), localized(explanation))
            each.setCheckable(True)
            each.clicked.connect(lambda _on=False, it=arrangement: self.arrange(it))
            self.choices[arrangement] = each
            self._choices.addButton(each)
            row.addWidget(each)
        row.addStretch(1)
        self.tone_bar = ToneBar()
        self.tone_bar.changed.connect(lambda _tone: self._show_pictures())
        for pane in self.panes:
            pane.dragged.connect(self._drag_tone)
            pane.reset_requested.connect(lambda: self.tone_bar.choose(NEUTRAL))
        row.addWidget(self.tone_bar)
        row.addSpacing(10)
        for text, name, act in (
            ("−", tr("Zoom out"), lambda: self._zoom(1 / _FACTOR)),
            ("+", tr("Zoom in"), lambda: self._zoom(_FACTOR)),
            (tr("Fit"), tr("Fit the image"), lambda: self._each(lambda p: p.image.fit())),
            ("1:1", tr("True pixels"), lambda: self._each(lambda p: p.image.show_true_pixels())),
        ):
            each = word_button(text, name)
            each.clicked.connect(act)
            row.addWidget(each)
        return bar

    # What is shown

    def begin(self) -> None:
        """Show the current sample; two to four selected ones are compared.

        A verdict here is on what is seen, so nothing else stays selected.
        """
        positions = self._review.selection.positions
        self._pinned = ()
        if 2 <= len(positions) <= MOST:
            self._pinned = tuple(int(row) for row in self._review.order[positions])
            self.arrangement = Arrangement.TWO if len(positions) == 2 else Arrangement.FOUR
        if len(positions):
            first = self._review.selection.current
            self._review.move_to(first if first in positions else int(positions[0]))
        self.refresh()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the image alone, beside others, or several images."""
        self.arrangement = arrangement
        self.refresh()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def compare_with(self, row: int) -> None:
        """The current sample beside another one."""
        current = self._review.current_row
        if current is not None and row != current:
            self._pinned = (current, row)
            self.arrange(Arrangement.TWO)

    def shown_rows(self) -> tuple[int, ...]:
        """The rows seen now."""
        review = self._review
        return shown_rows(self.arrangement, review.order, review.selection.current, self._pinned)

    def refresh(self) -> None:
        """Show what is current now."""
        hidden = self._review.hides_reasons
        if hidden and self.arrangement in WITH_REASONS:
            self.arrangement = Arrangement.SINGLE
        self.choices[self.arrangement].setChecked(True)
        for arrangement in WITH_REASONS:
            self.choices[arrangement].setEnabled(not hidden)
            why = REASON if hidden else TITLES[arrangement][1]
            self.choices[arrangement].setToolTip(localized(why))
        rows = self.shown_rows()
        views = [self._brief(row) for row in rows]
        current = self._review.current_row
        self._show_head(next((view for view in views if view.row == current), None))
        for place, pane in enumerate(self.panes):
            pane.setVisible(place < max(1, len(rows)))
            if place < len(rows):
                view = views[place]
                caption = _labels(view) if len(rows) > 1 else ""
                pane.show_row(view.row, tr("Image of {}").format(view.path), caption)
                pane.set_current(len(rows) > 1 and view.row == current)
        if not rows:
            self.panes[0].row = -1
            self.panes[0].image.set_message(tr("Nothing matches these filters"))
            self.panes[0].caption.hide()
        self.companions.setVisible(self.arrangement in WITH_REASONS and bool(rows))
        self._later.start()
        self._show_pictures()

    def _brief(self, row: int) -> SampleView:
        view = brief_view(self._review.session, row)
        return without_reasons(view) if self._review.hides_reasons else view

    def _show_head(self, view: SampleView | None) -> None:
        self.labels.set_full("" if view is None else _labels(view))
        hidden = view is None or view.reasons_hidden
        parts = [] if hidden or view is None else [certainty_text(view)]
        if view is not None and view.status != "unseen":
            parts.append(self._review.words.verdict(view.row))
        self.certainty.setText(" · ".join(parts))
        self.path.set_full("" if view is None else view.path)
        position, count = self._review.selection.current + 1, len(self._review.order)
        self.place.setText(tr("{} of {}").format(number(position), number(count)))

    def _show_pictures(self) -> None:
        rows, review = self.shown_rows(), self._review
        position = review.selection.current
        following = review.next_waiting(position) if rows else None
        ahead = rows_ahead(review.order, position, following, SHOWN.get(self.arrangement, 1))
        self.pictures.want(rows, ahead, self.tone_bar.tone)
        # Of those that are kept already no signal comes.
        for row in rows:
            self._arrived(row)

    def _arrived(self, row: int) -> None:
        picture = self.pictures.picture(row)
        if picture is None or not self.isVisible():
            return
        for pane in self.panes:
            pane.show_picture(picture)
        if row == self._review.current_row:
            self.tone_bar.show_range(picture.usual)

    def _show_companions(self) -> None:
        row = self._review.current_row
        if row is None or not self.isVisible() or self.arrangement not in WITH_REASONS:
            return
        view = sample_view(self._review.session, row)
        if self.arrangement is Arrangement.CLASSES:
            self.companions.show_classes(view)
        else:
            self.companions.show_neighbours(view)

    def _follow(self) -> None:
        # Closed it reads no image; `begin` shows what is current when it is opened.
        if self.isVisible():
            self.refresh()

    def _changed(self, changes: object) -> None:
        if getattr(changes, "scores", False):
            # A new embedding may render images of more than 8 bits another way.
            self.pictures.forget()
        self._follow()

    # Keys and mouse

    def _choose(self, row: int) -> None:
        if row != self._review.current_row:
            self._review.go_to_row(row)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _drag_tone(self, contrast: float, brightness: float) -> None:
        self.tone_bar.choose(self.tone_bar.tone.sharper(contrast).brighter(brightness))

    def _each(self, act: Callable[[LoupePane], object]) -> None:
        for pane in self.panes:
            if pane.isVisible():
                act(pane)

    def _zoom(self, factor: float) -> None:
        self._each(lambda pane: pane.image.zoom_by(factor))

    def _move_together(self, source: LoupePane) -> None:
        self._each(lambda pane: pane.image.follow(source.image) if pane is not source else None)

    def event(self, event: QEvent) -> bool:
        """Keys that a shortcut of the window would take; those with Alt change the tone."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            toning = event.modifiers() == _ALT and event.key() in _TONES
            if event.key() in _CLAIMED or toning:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if modifiers & _ALT and key in _TONES:
            _TONES[key](self.tone_bar)
        elif key == _KEYS.Key_Escape or (key == _KEYS.Key_Space and not modifiers):
            # Held down, the key that opened the loupe would close it again.
            if not event.isAutoRepeat():
                self.left.emit()
        elif key == _KEYS.Key_F2:
            self._arrange_next()
        elif key in (_KEYS.Key_Plus, _KEYS.Key_Equal, _KEYS.Key_Minus):
            self._zoom(1 / _FACTOR if key == _KEYS.Key_Minus else _FACTOR)
        elif not modifiers & _CONTROL and (step := self._steps().get(key)) is not None:
            self._go(step)
        elif modifiers & _CONTROL and key in _PANS:
            self._each(lambda pane: pane.image.pan_by(_PANS[key].toPointF()))
        elif modifiers & _CONTROL and key == _KEYS.Key_0:
            self._each(lambda pane: pane.image.fit())
        elif modifiers & _CONTROL and key == _KEYS.Key_1:
            self._each(lambda pane: pane.image.show_true_pixels())
        else:
            super().keyPressEvent(event)

    def _steps(self) -> dict[Qt.Key, int]:
        line = 2 if len(self.shown_rows()) > 2 else 1
        page = SHOWN.get(self.arrangement, 1)
        return {
            _KEYS.Key_Left: -1,
            _KEYS.Key_Right: 1,
            _KEYS.Key_Up: -line,
            _KEYS.Key_Down: line,
            _KEYS.Key_PageUp: -page,
            _KEYS.Key_PageDown: page,
        }

    def _go(self, step: int) -> None:
        """To another sample: among those compared where they were chosen, else in order."""
        review, rows = self._review, self.shown_rows()
        if len(self._pinned) > 1 and rows == self._pinned and review.current_row in rows:
            place = rows.index(review.current_row) + step
            if 0 <= place < len(rows) and review.go_to_row(rows[place]):
                return
            self._pinned = ()
        # Past the ends of what was chosen the reading order goes on.
        last = len(review.order) - 1
        review.move_to(min(max(review.selection.current + step, 0), last))
        self.refresh()

    def _arrange_next(self) -> None:
        allowed = [each for each in Arrangement if self.choices[each].isEnabled()]
        place = allowed.index(self.arrangement) + 1
        self.arrange(allowed[place % len(allowed)])


_TONES: dict[Qt.Key, Callable[[ToneBar], None]] = {
    _KEYS.Key_Up: lambda bar: bar.brighten(1),
    _KEYS.Key_Down: lambda bar: bar.brighten(-1),
    _KEYS.Key_Right: lambda bar: bar.sharpen(1),
    _KEYS.Key_Left: lambda bar: bar.sharpen(-1),
    _KEYS.Key_0: lambda bar: bar.choose(NEUTRAL),
}
_PANS = {
    _KEYS.Key_Left: QPoint(40, 0),
    _KEYS.Key_Right: QPoint(-40, 0),
    _KEYS.Key_Up: QPoint(0, 40),
    _KEYS.Key_Down: QPoint(0, -40),
}


def _labels(view: SampleView) -> str:
    """Given and suggested label, and what was decided."""
    text = label_text(view.given)
    if view.suggested and view.suggested != view.given:
        text += f"  →  {view.suggested}"
    if view.current != view.given:
        text += tr(" · now {}").format(label_text(view.current))
    return text
