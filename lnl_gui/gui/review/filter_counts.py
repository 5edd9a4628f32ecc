"""Counts of samples for each choice of a filter, other filters unchanged."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.session.browsing.derived_columns import WITHOUT_IMAGE
from lnl_gui.session.browsing.views import suspects
from lnl_gui.session.project_views import SavedView
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.util.errors import UserError

Counts = list[int | None]


def rows_without(review: ReviewModel, **cleared: Any) -> np.ndarray:
    """Rows int64 (n,) shown with some filters cleared, in any order; empty where a filter fails."""
    # The sort that is cached for most views: any other would be computed only to be counted.
    spec = replace(
        review.spec, audit=None, deciding=False, sort="suspicion", descending=True, **cleared
    )
    try:
        return review.session.views.select_rows(spec, within=review.within)
    except UserError:
        return np.zeros(0, np.int64)


def by_column(review: ReviewModel, name: str, choices: int) -> Counts:
    """Counts for "any" and each id 0..choices-1 of a column."""
    rows = rows_without(review, **{name: ()})
    values = getattr(review.session.columns, name)[rows]
    counts = np.bincount(values[values >= 0], minlength=choices)[:choices]
    return [len(rows), *counts.tolist()]


def by_shown(review: ReviewModel, values: Sequence[tuple[bool | None, bool | None]]) -> Counts:
    """Counts for pairs of `ViewSpec.flagged` and `ViewSpec.unlabelled`."""
    rows = rows_without(review, flagged=None, unlabelled=None)
    session = review.session
    suspect = suspects(session.columns, session.derived)[rows]
    unlabelled = session.columns.unlabelled[rows]
    counts: Counts = []
    for flagged, without in values:
        mask = np.ones(len(rows), bool) if without is None else unlabelled == without
        if flagged is not None:
            mask &= (suspect == flagged) & ~unlabelled
        counts.append(int(np.count_nonzero(mask)))
    return counts


def by_review(review: ReviewModel, values: Sequence[bool | None]) -> Counts:
    """Counts for reviewed (True), not reviewed (False) and both (None), as `values` asks."""
    rows = rows_without(review, reviewed=None)
    return _of_bool(review.session.columns.status[rows] != UNSEEN, values)


def _of_bool(mask: np.ndarray, values: Sequence[bool | None]) -> Counts:
    true = int(np.count_nonzero(mask))
    known = {True: true, False: len(mask) - true, None: len(mask)}
    return [known[value] for value in values]


def by_name(
    review: ReviewModel,
    field: str,
    values: Sequence[tuple[Any, ...]],
    look_up: Callable[[Any], np.ndarray],
) -> Counts:
    """Counts for "any" and each name; `look_up` gives its mask (N,) bool, a refusal a None."""
    rows = rows_without(review, **{field: ()})
    counts: Counts = []
    for value in values:
        if not value:
            counts.append(len(rows))
            continue
        # Samples that every view leaves out unless it asks for them.
        if value[0] in WITHOUT_IMAGE:
            counts.append(len(rows_without(review, **{field: value})))
            continue
        try:
            counts.append(int(np.count_nonzero(look_up(value[0])[rows])))
        except UserError:
            counts.append(None)
    return counts


def by_share(review: ReviewModel, values: Sequence[tuple[int, ...]], shares: np.ndarray) -> Counts:
    """Counts for "any" and pairs (number, parts); `shares` int (N,) says whose a sample is."""
    rows = rows_without(review, part=None)
    share = shares[rows]
    return [
        int(np.count_nonzero(share % value[1] == value[0] - 1)) if value else len(rows)
        for value in values
    ]


def of_view(review: ReviewModel, saved: SavedView) -> int | None:
    """How many samples a saved view shows; None where it cannot be shown."""
    views = review.session.views
    mask, _gone = views.samples_of(saved)
    spec = replace(saved.spec, sort="suspicion", descending=True)
    try:
        return len(views.select_rows(spec, within=mask))
    except UserError:
        return None
