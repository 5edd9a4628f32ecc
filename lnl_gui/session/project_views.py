"""The samples a view shows, in its order, and views saved under a name."""

import json
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lnl_gui.session.browsing import views
from lnl_gui.session.browsing.derived_columns import WITHOUT_IMAGE
from lnl_gui.session.browsing.text_index import TextIndex
from lnl_gui.session.state import SessionState
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.util.errors import UserError
from lnl_gui.util.json_text import parse_json, parsed_object
from lnl_gui.util.log import logger
from lnl_gui.util.messages import message
from lnl_gui.util.typed import typed

_LOOKED_AT = 256
LEFT_OFF = "left_off"
"""Entry of the project's header."""


class _Chosen(NamedTuple):
    """A saved view of chosen samples as it is written: filters and ids."""

    spec: views.ViewSpec
    samples: tuple[int, ...]


@dataclass(frozen=True)
class SavedView:
    """A view saved under a name.

    Attributes:
        spec: its filters and its sort.
        samples: ids of the samples it chooses from, ascending, such as those of a lasso; None where
            that is all of them.
    """

    spec: views.ViewSpec
    samples: tuple[int, ...] | None = None


class ProjectViews:
    """Filters, orders and saved views of an open project.

    Args:
        state: of the open project.
    """

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self._text_index: TextIndex | None = None

    def select_rows(self, spec: views.ViewSpec, *, within: np.ndarray | None = None) -> np.ndarray:
        """Row ids a view shows, int64 (n,) in reading order; `within` is an optional mask (N,).

        Raises:
            UserError: for an issue, detector or audit that is not there, or, working blind, for
                a view of what others decided.
        """
        if self._state.blind and (
            spec.disagreement is not None or {*spec.reviewer} - {self._state.reviewer}
        ):
            raise UserError(
                message("A second opinion is blind to the others' verdicts."),
                message("Take the filters by reviewer and disagreement away."),
                code="blind",
            )
        # A saved view may name classes that have been merged since.
        spec = spec.in_classes(self._state.class_map)
        if self._text_index is None and spec.text.strip():
            self._text_index = TextIndex(self._state.columns.paths)
        # Built at the first search by text: it holds a copy of all paths.
        index = self._text_index or TextIndex([])
        mask = views.filter_mask(
            self._state.columns, spec, text_index=index, within=within, derived=self._state.derived
        )
        rows = np.flatnonzero(mask)
        return views.order_rows(rows, spec, orders=self._state.orders, derived=self._state.derived)

    def prepare_order(self, spec: views.ViewSpec) -> None:
        """Sort all samples as a view does, for `select_rows` to take soon after."""
        self._state.orders.prepare(spec.sort, descending=spec.descending)

    def pair_groups(self, rows: np.ndarray) -> list[views.PairGroup]:
        """Groups of `rows` int64 (n,) by (given -> suggested) label, the largest first."""
        return views.pair_groups(self._state.columns, rows)

    def next_unreviewed(self, order: np.ndarray, position: int) -> int | None:
        """The first undecided position of `order` (n,) from `position` on, then from the start."""
        status = self._state.columns.status
        found = _first_unseen(status, order, max(position, 0), len(order))
        return _first_unseen(status, order, 0, position) if found is None else found

    def save(self, name: str, spec: views.ViewSpec, *, within: np.ndarray | None = None) -> None:
        """Save a view under a name, in place of one of that name.

        `within` is the mask (N,) of `select_rows`. Of its samples those that have no image at that
        time are not kept, for they are not shown.

        Raises:
            UserError: when the project cannot be written.
        """
        kept: object = spec.to_dict()
        if within is not None:
            # A list, which earlier programs leave out: of an object they would take the filters
            # alone, and show all samples.
            kept = [kept, np.flatnonzero(within & self._showable(spec)).tolist()]
        with self._state.project.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO view VALUES (?, ?)", (name, json.dumps(kept))
            )

    def samples_of(self, saved: SavedView) -> tuple[np.ndarray | None, int]:
        """The mask bool (N,) of the samples a saved view chooses from, and how many have gone.

        The mask is None where it chooses from all samples.
        """
        if saved.samples is None:
            return None, 0
        known = self._showable(saved.spec)
        samples = np.array(saved.samples, np.int64)
        mask = np.zeros(len(known), bool)
        mask[samples[(samples >= 0) & (samples < len(known))]] = True
        mask &= known
        return mask, len(samples) - int(np.count_nonzero(mask))

    def _showable(self, spec: views.ViewSpec) -> np.ndarray:
        """Which samples a view with these filters can show at all, bool (N,)."""
        readable = self._state.columns.readable
        return np.ones_like(readable) if {*spec.issue} & {*WITHOUT_IMAGE} else readable

    def leave_off(self, spec: views.ViewSpec, row: int) -> None:
        """Keep the view and the sample that a review is at.

        Raises:
            UserError: when the project cannot be written.
        """
        kept = json.dumps({"spec": spec.to_dict(), "row": int(row), "detected": self._detected})
        with self._state.project.transaction() as connection:
            # In the header and not the journal: where one was is nothing that undo should take
            # back.
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (LEFT_OFF, kept))

    def left_off(self) -> tuple[views.ViewSpec, int] | None:
        """The view and the row kept last; None for none, and before or after a detection."""
        kept = parsed_object(self._state.project.meta(LEFT_OFF, "{}"))
        row, spec = kept.get("row"), kept.get("spec")
        if not isinstance(row, int) or not isinstance(spec, dict):
            return None
        # Who went through all samples before there were suspects goes on with the suspects.
        if kept.get("detected") != self._detected:
            return None
        try:
            return typed(spec, views.ViewSpec, source=LEFT_OFF, unknown_fields=True), row
        except UserError as error:
            logger.warning("%s", error)
            return None

    @property
    def _detected(self) -> bool:
        columns = self._state.columns
        return bool((columns.flagged & columns.readable).any())

    def delete(self, name: str) -> None:
        """Delete a saved view.

        Raises:
            UserError: when the project cannot be written.
        """
        with self._state.project.transaction() as connection:
            connection.execute("DELETE FROM view WHERE name = ?", (name,))

    def saved(self) -> dict[str, SavedView]:
        """Saved views by name."""
        rows = self._state.project.connection.execute("SELECT name, spec FROM view ORDER BY name")
        found = {}
        for name, text in rows:
            try:
                found[str(name)] = _saved_view(str(name), text)
            except (ValueError, UserError) as error:
                # Damaged: a view is soon made anew, and no reason to show no project.
                logger.warning("the view %s is damaged: %s", name, error)
        return found


def _saved_view(name: str, text: object) -> SavedView:
    """A view as `ProjectViews.save` has written it.

    Raises:
        ValueError, UserError: when it is damaged.
    """
    values = parse_json(text) if isinstance(text, str | bytes) else None
    if isinstance(values, list):
        return SavedView(*typed(values, _Chosen, source=name, unknown_fields=True))
    if not isinstance(values, dict) or not values:
        raise ValueError("no filters")
    return SavedView(typed(values, views.ViewSpec, source=name, unknown_fields=True))


def _first_unseen(status: np.ndarray, order: np.ndarray, start: int, stop: int) -> int | None:
    """The first position in [start, stop) of an undecided row; None where there is none.

    Args:
        status: of every sample, uint8 (N,).
        order: rows in reading order, int64 (n,).
        start: the first position to look at.
        stop: the position to stop before.
    """
    # The next one is nearly always near; a million statuses in another order take 10 ms.
    size = _LOOKED_AT
    while start < stop:
        block = np.flatnonzero(status[order[start : min(stop, start + size)]] == UNSEEN)
        if len(block):
            return start + int(block[0])
        start, size = start + size, 4 * size
    return None
