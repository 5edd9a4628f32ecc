"""Which project is open in a window."""

from PySide6.QtCore import QObject, Signal

from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.session.session import Session


class CurrentProject(QObject):
    """The review of the open project, or None.

    Its signals outlive a project: parts that live as long as the window connect to them once.
    """

    opened = Signal(object)
    """The `ReviewModel` of a project that has just been opened."""
    closing = Signal()
    """The project is about to close; it can still be read and written."""
    closed = Signal()
    changed = Signal(object)
    """`Changes` of the open project."""
    order_changed = Signal()
    reversed = Signal(object, bool)
    """`Changes` of an undo or redo, and whether the view shows any of its samples."""
    refused = Signal(object)
    """A `UserError` that an operation on the open project met."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._review: ReviewModel | None = None

    @property
    def review(self) -> ReviewModel | None:
        """The open project as the window shows it."""
        return self._review

    def open(self, session: Session) -> ReviewModel:
        """Make this the open project; closes the one before."""
        self.close()
        try:
            review = self._review = ReviewModel(session, self)
        except Exception:
            # Or its lock would keep everybody out until the window is gone.
            session.close()
            raise
        review.changed.connect(self.changed)
        review.order_changed.connect(self.order_changed)
        review.reversed.connect(self.reversed)
        review.refused.connect(self.refused)
        self.opened.emit(review)
        return review

    def close(self) -> None:
        """Close the open project, if there is one."""
        review = self._review
        if review is None:
            return
        # Jobs stop and views let go while the session can still record how they ended.
        self.closing.emit()
        self._review = None
        review.session.close()
        review.deleteLater()
        self.closed.emit()
