"""Which samples of a view wait for a verdict.

Mostly those that nobody has decided. Where reviewers disagree all are decided, and wait for
somebody to settle them; where samples decide what cleaning has gained, a suggestion accepted for
many at once counts as no verdict.
"""

import numpy as np

from lnl_gui.session.browsing.undecided import Undecided
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import UNSEEN


class WaitingSamples:
    """What waits in the view of a session: rows int64 (n,) in reading order, and its filters."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._undecided: tuple[np.ndarray, Undecided] | None = None

    def rows(self, order: np.ndarray, spec: ViewSpec) -> np.ndarray:
        """Undecided rows of the view, int64 (m,) in reading order."""
        if self._judges_anew(spec):
            return order[self._still_to_judge(order)]
        return order[self._session.columns.status[order] == UNSEEN]

    def count(self, order: np.ndarray, spec: ViewSpec) -> int:
        """How many rows int64 (n,) are undecided: after a verdict without looking at them all."""
        if self._judges_anew(spec):
            return int(np.count_nonzero(self._still_to_judge(order)))
        known = self._undecided
        if known is None or known[0] is not order:
            known = order, Undecided(self._session.columns, order)
            self._undecided = known
        return known[1].count()

    def next(self, order: np.ndarray, spec: ViewSpec, position: int) -> int | None:
        """The first position of rows int64 (n,) that waits, from this one on, else from 0 on."""
        if spec.disagreement:
            waiting = np.flatnonzero(self._session.derived.disagreement[order])
        elif self._judges_anew(spec):
            waiting = np.flatnonzero(self._still_to_judge(order))
        else:
            return self._session.views.next_unreviewed(order, position)
        following = waiting[waiting >= position]
        return next(iter((following if len(following) else waiting).tolist()), None)

    def holds(self, row: int, spec: ViewSpec) -> bool:
        """Whether a sample waits."""
        if spec.disagreement:
            return bool(self._session.derived.disagreement[row])
        if self._judges_anew(spec):
            return row in self._session.statistics.open_samples()
        return bool(self._session.columns.status[row] == UNSEEN)

    def _judges_anew(self, spec: ViewSpec) -> bool:
        """Whether a suggestion accepted for many samples at once counts as no verdict here."""
        return spec.deciding and not self._session.blind

    def _still_to_judge(self, order: np.ndarray) -> np.ndarray:
        """Which positions of the view decide what cleaning gained and are not judged, bool (n,)."""
        return np.isin(order, self._session.statistics.open_samples())
