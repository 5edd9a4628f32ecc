"""The keys of the classes under the grid: a click, or the key, gives the selection the class."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from lnl_gui.gui.context import ActionLookup
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.class_letters import keyed_classes
from lnl_gui.gui.widgets.basic import as_plain, button_text, label
from lnl_gui.gui.widgets.low_window import fit_margins
from lnl_gui.session.changes import Changes
from lnl_gui.store.dataset.classes import ClassInfo
from lnl_gui.util.translation import tr
from lnl_gui.util.visible import harmless

LONGEST = 110
"""Width in pixels at which a name is cut in its middle."""
GAP, MARGIN = 4, 3


class ClassLegend(QFrame):
    """A line of keys and classes; those that do not fit are counted at its end."""

    def __init__(
        self, review: ReviewModel, actions: ActionLookup, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._review, self._actions = review, actions
        self.buttons: list[QToolButton] = []
        self.setProperty("role", "bar")
        self.setAccessibleName(tr("Keys of the classes"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, MARGIN, 12, MARGIN)
        self._row.setSpacing(GAP)
        self.rest = label("", "muted")
        self._row.addStretch(1)
        self._row.addWidget(self.rest)
        review.changed.connect(self._classes_edited)
        actions.keys_changed.connect(self.fill)
        self.fill()

    def _classes_edited(self, changes: Changes) -> None:
        if changes.classes:
            self.fill()

    def fill(self) -> None:
        """Show the classes and keys as they are now."""
        for each in self.buttons:
            # Taken out at once: what is deleted later would keep its place until then.
            self._row.removeWidget(each)
            each.deleteLater()
        self.buttons = [self._button(entry) for entry in keyed_classes(self._review, self._actions)]
        for place, each in enumerate(self.buttons):
            self._row.insertWidget(place, each)
        self.setVisible(bool(self.buttons))
        self._fit()

    def _button(self, entry: ClassInfo) -> QToolButton:
        result = QToolButton(self)
        name = harmless(entry.name)
        cut = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, LONGEST)
        # As the picker writes keys: a class may itself be called by a digit.
        result.setText(button_text(f"[{entry.shortcut}] {cut}"))
        result.setToolTip(as_plain("\n".join(filter(None, (name, entry.description, entry.note)))))
        result.setAccessibleName(tr("{}, key {}").format(name, entry.shortcut))
        result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Without the argument of the signal, which would be taken for samples.
        result.clicked.connect(lambda _checked, number=entry.id: self._review.relabel(number))
        return result

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def set_low(self, low: bool) -> None:
        """Whether the window is low."""
        fit_margins(self._row, MARGIN, low=low)

    def minimumSizeHint(self) -> QSize:
        # Many classes must not widen the window.
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Show as many as there is room for."""
        classes = len(self._review.session.shown_classes)
        margins = self._row.contentsMargins()
        more = tr("{} more: {}").format(classes, self._actions.key("relabel"))
        room = self.width() - margins.left() - margins.right()
        room -= self.fontMetrics().horizontalAdvance(more) + 2 * GAP
        shown = 0
        for each in self.buttons:
            room -= each.sizeHint().width() + GAP
            fits = room >= 0
            each.setVisible(fits)
            shown += fits
        left = classes - shown
        text = tr("{} more: {}").format(left, self._actions.key("relabel")) if left else ""
        self.rest.setText(text)
