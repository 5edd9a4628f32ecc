"""Model of the review: session, filters, reading order, selection, verdicts.

Views listen to its signals; the grid, the filters and the inspector never talk to each other.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from lnl_gui.gui.model import refusals
from lnl_gui.gui.model.sample_words import SampleWords
from lnl_gui.gui.model.view import View, rearrange
from lnl_gui.gui.model.waiting import WaitingSamples
from lnl_gui.session.acts.verdicts import ACCEPT, ASK, EXCLUDE, KEEP, RESET, UNSURE_VERDICT
from lnl_gui.session.browsing.views import ViewSpec, open_suspects
from lnl_gui.session.changes import Changes
from lnl_gui.session.samples.selection import Selection
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.sample_counts import Counts
from lnl_gui.store.dataset.samples import UNSEEN, left_out_number
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message

_Decision = Callable[[np.ndarray], Changes]
_EVERYTHING = ViewSpec(flagged=None, sort="given", descending=False)
"""All samples, class by class, as before any detection."""


class ReviewModel(QObject):
    """One open project as the window shows it."""

    order_changed = Signal()
    selection_changed = Signal()
    current_changed = Signal()
    changed = Signal(object)
    """`Changes` after every operation."""
    refused = Signal(object)
    """A `UserError` that an operation met."""
    reversed = Signal(object, bool)
    """`Changes` of an undo or redo, and whether the view shows any of its samples."""
    sight_requested = Signal(int)
    """A position should come into sight."""
    focus_requested = Signal()
    """The keyboard focus should return to the pictures: to the grid, or to the loupe over it."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.spec = self.usual_spec()
        self.within: np.ndarray | None = None
        self.topic = ""
        self._skipped: Message | None = None
        self._waiting = WaitingSamples(session)
        self.words = SampleWords(session)
        self.order = session.views.select_rows(self.spec)
        self.selection = Selection(len(self.order))
        self._on_purpose = False
        self.auto_advance = True
        """Whether a verdict moves the cursor on."""
        self.on_hold = False
        """A dialog has been asked for and is about to open: no key is a verdict until then."""
        self.in_sight: Callable[[np.ndarray], bool] | None = None
        """Whether any of some positions, int64 (n,), can be seen; None where nothing shows them."""
        self._stand_on_undecided(None)

    # What is shown

    def show_view(
        self, spec: ViewSpec, within: np.ndarray | None = None, *, topic: str = ""
    ) -> None:
        """Filter and sort anew; the current sample stays current where it is shown and undecided.

        `within` is a mask bool (N,) of the samples to choose from, and `topic` names what it stands
        for where that is no choice in a chart.
        """
        row = self.current_row
        # A view that was saved, or is in force, may name classes that have been merged since.
        spec = spec.in_classes(self.session.label_map)
        if self.session.blind:
            spec = spec.without_reasons()
        try:
            order = self.session.views.select_rows(spec, within=within)
        except UserError as error:
            self.refused.emit(error)
            return
        # The same mask with other filters keeps what it stands for.
        self.topic = topic if within is not self.within or topic else self.topic
        self.spec, self.within, self.order = spec, within, order
        self.selection.resize(len(self.order))
        self._stand_on_undecided(row)
        # First: the grid counts its lines anew, and the current position is looked up in them.
        self.order_changed.emit()
        self.selection_changed.emit()
        self.current_changed.emit()

    def view(self) -> View:
        """The filters, mask and topic in force and the current row, for `show_again`."""
        return View(self.spec, self.within, self.topic, self.current_row)

    def show_again(self, view: View) -> None:
        """Restore what `view` returned."""
        self.show_view(view.spec, view.within, topic=view.topic)
        found = np.flatnonzero(self.order == (-1 if view.row is None else view.row))
        if len(found):
            self.stand_at(int(found[0]))

    def clear_filters(self) -> None:
        """All suspects again, in the same order, without any other filter."""
        blank = self.usual_spec()
        # Only samples without a label have a confidence.
        sort = "suspicion" if self.spec.sort == "confidence" else self.spec.sort
        self.show_view(replace(blank, sort=sort, descending=self.spec.descending))

    def usual_spec(self) -> ViewSpec:
        """All suspects, the worst first; all samples where none have been looked for."""
        if self.counts().flagged:
            return ViewSpec()
        return _EVERYTHING

    def show_unlabelled(self, *, suggested: int | None = None) -> None:
        """Samples that came without a label, surest suggestions first; of one class where asked."""
        classes = () if suggested is None else (suggested,)
        self.show_view(
            ViewSpec(flagged=None, unlabelled=True, suggested=classes, sort="confidence")
        )

    def refresh(self) -> None:
        """Apply the same filters and sort to what is true now."""
        self.show_view(self.spec, self.within)

    def sort_rest(self, fixed: int) -> None:
        """Sort anew what follows the first `fixed` positions; those, and what is decided, stay."""
        wanted = self.session.views.select_rows(self.spec, within=self.within)
        self.order = rearrange(self.order, wanted, self.session.columns.status, fixed)
        self.selection.keep_first(fixed, len(self.order))
        # No `current_changed`: the current sample is among those that stay.
        self.order_changed.emit()
        self.selection_changed.emit()

    @property
    def hides_reasons(self) -> bool:
        """Whether what the detectors think must not be seen.

        An audit is unbiased only so, and a second opinion is independent only so.
        """
        return self.spec.blind or self.session.blind

    def _stand_on_undecided(self, row: int | None) -> None:
        """The cursor to a row if the view shows it, and on from what is decided."""
        self._on_purpose = False
        found = np.flatnonzero(self.order == (-1 if row is None else row))
        position = int(found[0]) if len(found) else self.selection.current
        if position < 0:
            return
        following = self.next_waiting(position)
        self.selection.stand_at(position if following is None else following)

    @property
    def current_row(self) -> int | None:
        """The row under the cursor; None in an empty view."""
        position = self.selection.current
        return int(self.order[position]) if 0 <= position < len(self.order) else None

    def selected_rows(self) -> np.ndarray:
        """Row ids, int64 (n,), that a verdict acts on: the selection, else the current one."""
        return self.selection.rows(self.order)

    def counts(self) -> Counts:
        """Numbers of samples by status, and of suspects left."""
        return self.session.counts()

    def skipped(self) -> Message:
        """How many files and folders are left out, whatever for; nothing for none."""
        self._skipped = self._skipped or left_out_number(self.session.left_out())
        return self._skipped

    def unreviewed_shown(self) -> np.ndarray:
        """Undecided rows of the view, int64 (n,) in reading order."""
        return self._waiting.rows(self.order, self.spec)

    def undecided_shown(self) -> int:
        """How many rows of the view are undecided."""
        return self._waiting.count(self.order, self.spec)

    def next_waiting(self, position: int) -> int | None:
        """The first position from this one on that waits for a verdict, else from the start."""
        return self._waiting.next(self.order, self.spec, position)

    def _waits(self, row: int) -> bool:
        return self._waiting.holds(row, self.spec)

    def describe(self, position: int) -> str:
        """One sample in words."""
        row, selected = int(self.order[position]), bool(self.selection.mask[position])
        return self.words.sample(row, reasons=not self.hides_reasons, selected=selected)

    # Moving and selecting

    def move_to(self, position: int, *, extend: bool = False) -> None:
        """Make a position current on purpose; `extend` selects everything on the way there."""
        if extend and 0 <= position < len(self.order):
            self.selection.extend_to(position)
            self._moved(on_purpose=True)
        else:
            self._move(position, on_purpose=True)

    def stand_at(self, position: int) -> None:
        """Make a position current that nobody has chosen: if decided, it is protected there."""
        self._move(position, on_purpose=False)

    def _move(self, position: int, *, on_purpose: bool) -> None:
        if 0 <= position < len(self.order):
            self.selection.stand_at(position)
            self._moved(on_purpose=on_purpose)

    def _moved(self, *, on_purpose: bool) -> None:
        # Before the signals: what listens asks whether the sample is protected.
        self._on_purpose = on_purpose
        self.selection_changed.emit()
        self.current_changed.emit()

    def begin_at(self, position: int) -> None:
        """Make the first undecided position from this one on current."""
        self.stand_at(position)
        self.move_to_undecided()

    @property
    def on_purpose(self) -> bool:
        """Whether somebody has made the current sample current: by a click or an arrow key."""
        return self._on_purpose

    @property
    def protected(self) -> bool:
        """Whether the current sample is decided, and nobody has chosen it to decide it anew."""
        row = self.current_row
        return (
            row is not None
            and not self._on_purpose
            and not self.selection.mask.any()
            and self.session.columns.status[row] != UNSEEN
            # Decided, and there to be decided anew.
            and not self._waits(row)
        )

    def go_to_row(self, row: int) -> bool:
        """Make a sample current where the view shows it; whether it does."""
        found = np.flatnonzero(self.order == row)
        if len(found):
            self.move_to(int(found[0]))
        return len(found) > 0

    def move_to_undecided(self) -> None:
        """Move on to the next undecided position if the current one is decided."""
        here = self.current_row
        if here is None or not self._waits(here):
            self.move_to_next()

    def move_to_next(self) -> None:
        """Move to the next undecided position after the current one."""
        position = self.selection.current
        here = self.current_row
        decided = here is None or not self._waits(here)
        following = self.next_waiting(position if decided else position + 1)
        if following is not None:
            self.stand_at(following)

    def go_on(self) -> None:
        """On from the current sample after a verdict, as after any other one."""
        self._advance(self.selection.current)

    def move_to_suspects(self) -> None:
        """On to the next suspect not decided that is shown; where none is, to all suspects."""
        here, places = self.selection.current, self._open_suspects()
        # Among all samples the next verdict would fall on one that nobody suspects.
        if self.spec == _EVERYTHING and self.within is None:
            self.show_view(self.usual_spec())
        elif not len(places):
            self.clear_filters()
        else:
            # Once there are verdicts the current one has been looked at.
            ahead = places[places > here if self.counts().reviewed else places >= here]
            self.stand_at(int(ahead[0] if len(ahead) else places[0]))
            self.focus_requested.emit()
            return
        places = self._open_suspects()
        if len(places):
            self.stand_at(int(places[0]))
        else:
            self.move_to_undecided()
        self.focus_requested.emit()

    def _open_suspects(self) -> np.ndarray:
        """Positions shown whose sample is suspected and not decided, int64 (n,)."""
        suspect = np.zeros(len(self.session), bool)
        suspect[open_suspects(self.session.columns)] = True
        return np.flatnonzero(suspect[self.order])

    def change_selection(self, change: Callable[[Selection], None]) -> None:
        """Apply a change to the selection and emit the signals it calls for."""
        current = self.selection.current
        change(self.selection)
        self._on_purpose |= self.selection.current != current
        self.selection_changed.emit()
        # Only then: the inspector reads an image for it.
        if self.selection.current != current:
            self.current_changed.emit()

    # Verdicts

    def verdict(self, kind: str) -> None:
        """Accept, keep, exclude, unsure or reset the selection, then go on."""
        if not self._accepts_unseen(kind):
            self._decide(self._decision(kind), unseen=kind == RESET)

    def relabel(self, class_id: int, rows: np.ndarray | None = None) -> None:
        """Give `rows` int64 (n,), by default the selection, a class, then go on."""
        self._decide(lambda rows: self.session.relabel(rows, class_id), rows)

    def decide_rows(self, kind: str, rows: np.ndarray) -> None:
        """One verdict on `rows` int64 (n,) that need not be selected, such as a whole group."""
        if self._accepts_unseen(kind):
            return
        if self._judge(self._decision(kind), rows, unseen=kind == RESET) is not None:
            # Or the next key would decide what is selected once more.
            self._on_purpose = False
            self.change_selection(Selection.clear)

    def undo(self, operation: int | None = None) -> None:
        """Take the newest operation back and go to where it was, if the view shows it.

        Where an `operation` is named it is refused once that is the newest no more.
        """
        if operation is None or operation == self.session.newest_operation():
            self._reverse(self.session.undo)
            return
        self.refused.emit(refusals.not_the_newest())

    def redo(self) -> None:
        """Do the operation undone last again, and go on from where it is as after it."""
        self._reverse(self.session.redo, again=True)

    def show_rows(self, rows: np.ndarray) -> None:
        """Go to the first of `rows` int64 (n,), out of the filters in force where they hide it."""
        if not self._go_to(rows):
            suspects = bool(self.session.columns.flagged[rows].all())
            self.show_view(ViewSpec(flagged=True if suspects else None))
            self._go_to(rows)
        self.focus_requested.emit()

    def announce(self, changes: Changes) -> None:
        """Emit `changed` for a change made here or elsewhere, such as by a finished run."""
        if changes.scores:
            self._skipped = None
        by_class = self.spec.given or self.spec.suggested or self.spec.current
        # First: the filters show what is in force by the classes there are now.
        self.spec = self.spec.in_classes(self.session.label_map)
        self.changed.emit(changes)
        if changes.classes and changes.labels and by_class:
            # Samples have come to the class, or gone from it, that is all that is shown.
            self.refresh()

    def note_image(self, there: bool) -> None:
        """An image was there or not: say so once where that changes what is known of the others."""
        if self.session.images.note_image(there=there):
            self.announce(Changes())

    def do(self, operation: Callable[[], Changes | None]) -> Changes | None:
        """An operation of the session that is no plain verdict; None where it was refused."""
        return self._apply(operation)

    def _decision(self, kind: str) -> _Decision:
        session = self.session
        return {
            ACCEPT: session.accept,
            KEEP: session.keep,
            EXCLUDE: session.exclude,
            UNSURE_VERDICT: session.unsure,
            ASK: session.ask,
            RESET: session.reset,
        }[kind]

    def _accepts_unseen(self, kind: str) -> bool:
        if kind != ACCEPT or not self.hides_reasons:
            return False
        self.refused.emit(refusals.no_suggestion_while_blind())
        return True

    def refuse_unready(self) -> bool:
        """Whether what a verdict would act on is protected, out of sight or gone, which is said."""
        return self._refuse_hasty() or self.refuse_gone(self.selected_rows())

    def refuse_gone(self, rows: np.ndarray, *, any_of: bool = False) -> bool:
        """Whether of all, or any, of `rows` int64 (n,) there is no picture; then that is said."""
        gone = self.session.images.gone(rows)
        if not len(rows) or not (gone.any() if any_of else gone.all()):
            return False
        self.refused.emit(refusals.nothing_to_see(int(gone.sum())))
        return True

    def _refuse_hasty(self) -> bool:
        return self._refuse_protected() or self._refuse_unseen()

    def _refuse_unseen(self) -> bool:
        """Scrolled away, it is brought back: the next key decides what can be seen by then."""
        positions = self.selection.positions
        if not len(positions):
            positions = np.array([self.selection.current])
        if self.in_sight is None or self.current_row is None or self.in_sight(positions):
            return False
        self.sight_requested.emit(int(positions[0]))
        self.refused.emit(refusals.out_of_sight(len(positions)))
        return True

    def _refuse_protected(self) -> bool:
        row = self.current_row
        if row is None or not self.protected:
            return False
        self.refused.emit(refusals.decided_already(self.words.verdict(row)))
        return True

    def _decide(
        self, operation: _Decision, rows: np.ndarray | None = None, *, unseen: bool = False
    ) -> None:
        if rows is None and self._refuse_hasty():
            return
        rows = self.selected_rows() if rows is None else rows
        if len(rows) == 0:
            return
        last = self._last_of(rows)
        if self._judge(operation, rows, unseen=unseen) is not None:
            self._advance(last)

    def _judge(self, operation: _Decision, rows: np.ndarray, *, unseen: bool) -> Changes | None:
        """A verdict on those of `rows` int64 (n,) that can be seen; None where it was refused.

        One that says nothing of the picture, such as to forget a decision, is `unseen`.
        """
        if unseen:
            return self._apply(lambda: operation(rows))
        return self._apply(lambda: refusals.on_what_is_seen(self.session, operation, rows))

    def _apply(self, operation: Callable[[], Changes | None]) -> Changes | None:
        try:
            if self.on_hold:
                raise refusals.about_to_ask()
            # Before a detection there is nothing that a verdict could lean on.
            hidden = self.hides_reasons or not self.session.statistics.detected
            self.session.note_reasons(hidden=hidden)
            with self.session.project.short_wait():
                changes = operation()
        except UserError as error:
            self.refused.emit(error)
            return None
        if changes is not None:
            self.announce(changes)
        return changes

    def _last_of(self, rows: np.ndarray) -> int:
        """The last position of `rows` int64 (n,), or the current one where none is shown."""
        if len(rows) == 1 and self.current_row == rows[0]:
            return self.selection.current
        positions = self._positions_of(rows)
        return int(positions[-1]) if len(positions) else self.selection.current

    def _positions_of(self, rows: np.ndarray) -> np.ndarray:
        """Where the view shows any of `rows` int64 (n,), int64 (m,) ascending."""
        # Of one row, which most verdicts are on, without a table of all of them.
        found = self.order == rows[0] if len(rows) == 1 else np.isin(self.order, rows)
        return np.flatnonzero(found)

    def _advance(self, position: int) -> None:
        if not self.auto_advance:
            self.stand_at(self.selection.current)
            return
        following = self.next_waiting(position)
        self.stand_at(position if following is None else following)

    def _reverse(self, operation: Callable[[], Changes | None], *, again: bool = False) -> None:
        changes = self._apply(operation)
        if changes is not None and changes.classes:
            # An edit of classes is nowhere in particular.
            self.reversed.emit(changes, True)
        elif changes is not None and len(changes.rows):
            places = self._positions_of(changes.rows)
            if len(places) and again and changes.labels and self.auto_advance:
                self._advance(int(places[-1]))
            elif len(places):
                self.stand_at(int(places[0]))
            self.reversed.emit(changes, len(places) > 0)

    def _go_to(self, rows: np.ndarray) -> bool:
        """Make the first of `rows` int64 (n,) current that the view shows; whether it shows any."""
        found = self._positions_of(rows)
        if len(found):
            self.stand_at(int(found[0]))
        return len(found) > 0
