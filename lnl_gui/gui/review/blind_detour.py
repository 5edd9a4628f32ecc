"""A blind review of some samples, from the view that was shown before and back to it."""

from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.model.view import View
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.util.translation import tr


class BlindDetour(QObject):
    """Shows samples to be judged by the picture alone, and remembers where from."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._before: View | None = None
        context.project.opened.connect(self._forget)

    def show(self, spec: ViewSpec, *, under_way: bool) -> None:
        """Show a view from its first undecided sample on.

        Args:
            spec: the view.
            under_way: from one such view to another the way back stays the first view.
        """
        review = self._context.review
        if review is None:
            return
        if not under_way:
            self._before = review.view()
        review.show_view(spec)
        review.begin_at(0)
        review.focus_requested.emit()

    def leave(self) -> None:
        """Restore the view that was shown before."""
        review = self._context.review
        if review is None:
            return
        review.show_again(self._before or View(ViewSpec()))
        self._before = None
        review.focus_requested.emit()

    def hint(self) -> str:
        """The keys of the verdicts."""
        key = self._context.actions.key
        return tr(
            "Judge by the picture alone: {} keeps the label, {} gives another, "
            "{} excludes, {} is unsure.",
        ).format(key("keep"), key("relabel"), key("exclude"), key("unsure"))

    def _forget(self) -> None:
        self._before = None
