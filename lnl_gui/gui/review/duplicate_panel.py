"""Panel of duplicate groups, harmful ones first."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.model.view import View
from lnl_gui.gui.review.group_list import GroupList, GroupModel
from lnl_gui.gui.review.task_bar import ReviewTask, TaskButton
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import number
from lnl_gui.session.browsing.derived_columns import ALONE
from lnl_gui.session.browsing.duplicates import DuplicateGroup
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import NOT_HERE, Changes
from lnl_gui.store.dataset.samples import EXCLUDED
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized, tr

# Nobody goes through more; harmful groups come first, so none of those is lost before.
MOST_GROUPS = 5000
REFRESH_MILLISECONDS = 200


def group_labels(review: ReviewModel, group: DuplicateGroup) -> str:
    """The labels in a group, the most frequent first: `cat ×2, dog`."""
    columns = review.session.columns
    rows = group.rows[columns.status[group.rows] != EXCLUDED]
    labels, counts = np.unique(columns.current[rows], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    parts = [
        review.words.label_name(int(labels[i])) + (f" ×{counts[i]}" if counts[i] > 1 else "")
        for i in order[:4]
    ]
    return ", ".join(parts) + (", …" if len(order) > 4 else "")


def harm_text(group: DuplicateGroup) -> str:
    """Whether labels differ within a group, and whether it spans splits."""
    words = [tr("labels differ")] * group.conflicting + [tr("across splits")] * group.across_splits
    return " · ".join(words) or tr("same label")


class DuplicatePanel(QWidget):
    """The list of groups; a click or a key shows one alone in the grid."""

    shown = Signal()
    decided_unseen = Signal(object)
    """A `Message` about the newest operation, which decided samples that are not shown."""
    settled = Signal(str)
    """A message: no undecided sample is left in any group after this one."""

    def __init__(
        self,
        review: ReviewModel,
        theme: Theme,
        key_of: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._review, self._theme, self._key_of = review, theme, key_of
        self._mask: np.ndarray | None = None
        self._open_id = ALONE
        self._before: View | None = None
        self._stale, self._anew = True, True
        self.model = GroupModel[DuplicateGroup](lambda group: group.id, self._words, self)
        name = tr("Groups of duplicates")
        self.list = GroupList(name, self.model, self._draw, theme)
        self.list.chosen.connect(self.open)
        self.list.left.connect(self.leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MILLISECONDS)
        self._later.timeout.connect(self.refresh)
        review.changed.connect(self._changed)
        review.order_changed.connect(self._mark)
        self._mark()

    def _words(self, group: DuplicateGroup) -> str:
        return tr("{}, {}, {} left").format(
            group_labels(self._review, group), harm_text(group), group.left
        )

    def _draw(
        self,
        painter: QPainter,
        first: QRectF,
        second: QRectF,
        metrics: QFontMetricsF,
        group: DuplicateGroup,
    ) -> None:
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.TextElideMode.ElideRight
        labels = metrics.elidedText(group_labels(self._review, group), right, first.width())
        painter.setPen(self._theme.color("text"))
        painter.drawText(first, middle, labels)
        painter.setPen(self._theme.color("danger" if group.harmful else "muted"))
        painter.drawText(
            second, middle, metrics.elidedText(harm_text(group), right, second.width())
        )

    def _changed(self, changes: Changes) -> None:
        self._stale = True
        self._anew |= changes.scores
        self._later.start()

    def showEvent(self, event: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Load the groups anew if they have changed and can be seen."""
        if self._stale and (self.isVisible() or self.is_open):
            self._load()

    def _load(self) -> None:
        groups = self._review.session.statistics.duplicate_groups(limit=MOST_GROUPS)
        # Only a detection brings other groups: after a verdict they keep their places under the
        # mouse.
        if self._anew:
            self.model.set_groups(groups)
        else:
            self.model.update_groups(groups)
        self._stale = self._anew = False
        harmful = sum(group.harmful for group in groups)
        if not groups:
            text = tr("No two samples show the same image, as far as is known.")
        elif harmful:
            said = message_n(
                "{count:,} group of {groups:,} does harm; it comes first.",
                "{count:,} groups of {groups:,} do harm; they come first.",
                harmful,
                groups=len(groups),
            )
            text = localized(said)
        else:
            said = message_n(
                "{count:,} group, which does no harm.",
                "{count:,} groups, none of which does harm.",
                len(groups),
            )
            text = localized(said)
        self.list.hint.setText(text)
        self._mark()

    # One group in the grid

    @property
    def is_open(self) -> bool:
        """Whether the grid shows one of the groups."""
        return self._mask is not None and self._review.within is self._mask

    def open(self, place: int) -> None:
        """Show one group alone."""
        if not 0 <= place < len(self.model.groups):
            return
        group = self.model.groups[place]
        if not self.is_open:
            self._before = self._review.view()
        self._mask = np.zeros(len(self._review.session), bool)
        self._mask[group.rows] = True
        self._open_id = group.id
        self._review.show_view(
            ViewSpec(flagged=None, sort="suspicion", descending=False),
            self._mask,
            topic="duplicates",
        )
        # What is least suspect is what one would keep.
        self._review.stand_at(0)
        self.shown.emit()

    def step(self, steps: int) -> None:
        """To the next group, or the one before; the first one when none is open."""
        if self._stale:
            self._load()
        place = self.model.place(self._open_id)
        self.open(place + steps if self.is_open and place >= 0 else 0)

    def leave(self) -> None:
        """Restore the view shown before the first group, at the sample one was at."""
        self._mask = None
        self._review.show_again(self._before or View(ViewSpec()))
        self.shown.emit()

    def _mark(self) -> None:
        self.list.offer_way_back(self.is_open)
        self.list.mark(self.model.place(self._open_id) if self.is_open else -1)

    # Verdicts on the group of the current sample

    def keep_one(self) -> None:
        """Keep the current sample and exclude the others of its group."""
        self._decide(lambda rows, row: self._review.session.keep_one(rows, row))

    def same_label(self) -> None:
        """Give all of the group the current sample's label."""

        def relabel(rows: np.ndarray, row: int) -> Changes:
            session = self._review.session
            label = int(session.columns.current[row])
            if label < 0:
                raise UserError(
                    message("This image has no label that the others could be given."),
                    message("Choose one that has, or give it a label first."),
                    code=NOT_HERE,
                )
            return session.relabel(rows, label)

        self._decide(relabel)

    def exclude_all(self) -> None:
        """Exclude the whole group."""
        self._decide(lambda rows, row: self._review.session.exclude(rows))

    def _decide(self, operation: Callable[[np.ndarray, int], Changes]) -> None:
        row = self._review.current_row
        # In a group of its own the first sample is current, decided or not.
        if row is None or (not self.is_open and self._review.refuse_unready()):
            return
        rows = self._group_of(row)
        if len(rows) < 2:
            hint = message("These keys act on samples of which there are several.")
            text = message("This sample has no duplicate.")
            self._review.refused.emit(UserError(text, hint, code=NOT_HERE))
            return
        # Copies are compared: what cannot be seen is no copy that anybody has compared.
        if self._review.refuse_gone(rows, any_of=True):
            return
        changes = self._review.do(lambda: operation(rows, row))
        if changes is None:
            return
        if self.is_open:
            self._go_on()
            return
        self._say_unseen(changes)
        self._review.go_on()

    def _say_unseen(self, changes: Changes) -> None:
        """Duplicates lie anywhere, and a filter may hide them."""
        hidden = len(changes.rows) - np.count_nonzero(np.isin(changes.rows, self._review.order))
        if hidden:
            self.decided_unseen.emit(
                message_n(
                    "{done}, {count:,} of which is not shown here",
                    "{done}, {count:,} of which are not shown here",
                    int(hidden),
                    done=changes.text,
                )
            )

    def _group_of(self, row: int) -> np.ndarray:
        session = self._review.session
        group = session.derived.duplicate_group
        if group[row] == ALONE:
            return np.zeros(0, np.int64)
        return np.flatnonzero((group == group[row]) & session.columns.readable)

    def _go_on(self) -> None:
        """To the next group of which something is left, after this one."""
        self._load()
        place = self.model.place(self._open_id)
        after = [i for i, group in enumerate(self.model.groups) if group.left and i > place]
        if after:
            self.open(after[0])
        else:
            self._review.current_changed.emit()
            self.settled.emit(tr("All groups of duplicates are decided"))

    def task(self) -> ReviewTask | None:
        """Content of the task bar while a group is shown, else None."""
        if not self.is_open:
            return None
        place = self.model.place(self._open_id)
        group = self.model.groups[place] if place >= 0 else None
        words = harm_text(group) if group is not None else ""
        of = tr("{} of {}").format(number(place + 1), number(len(self.model.groups)))
        key = self._key_of
        return ReviewTask(
            tr("Duplicates {}   ·   {}").format(of, words),
            tr("{} goes on, {} excludes all of them.").format(
                key("next-group"), key("exclude-group")
            ),
            (
                TaskButton(
                    tr("Keep this one  {}").format(key("keep-one")),
                    self.keep_one,
                    primary=True,
                ),
                TaskButton(tr("Same label  {}").format(key("same-label")), self.same_label),
                TaskButton(tr("Back  {}").format(key("duplicates")), self.leave),
            ),
            "warning" if group is not None and group.harmful else "",
        )
