"""Filters by issue, detector, reviewer and cluster."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.filter_counts import by_column, by_name, by_share
from lnl_gui.gui.widgets.basic import label
from lnl_gui.gui.widgets.counted_combo import CountedCombo
from lnl_gui.session import detection
from lnl_gui.session.browsing.derived_columns import (
    MISSING,
    NOTED,
    OTHER_PICTURE,
    SOURCE_LABEL,
    UNREADABLE,
    WELL_LABELLED,
)
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.store.detection.issue_titles import ISSUE_TITLES
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

MOST_CLUSTERS = 500
_ISSUES = {
    SOURCE_LABEL: message("Label changed in the dataset"),
    OTHER_PICTURE: message("Decided on another picture"),
    MISSING: message("Missing in the dataset"),
    UNREADABLE: message("Not readable"),
    WELL_LABELLED: message("None: well labelled"),
    NOTED: message("With a note"),
    **ISSUE_TITLES,
}
_CAPTIONS = {
    "issue": message("Issue"),
    "detector": message("Doubted by"),
    "reviewer": message("Reviewer"),
    "cluster": message("Cluster"),
    "tag": message("Tag"),
    "part": message("My share"),
}
MOST_REVIEWERS = 4
"""Shares among so many are on offer; the command line knows any number."""
Choices = list[tuple[str, tuple[Any, ...]]]


class MoreFilters(QWidget):
    """Lists of issues, detectors, reviewers and clusters."""

    chosen = Signal()
    left = Signal()
    """A choice is made or given up; the keyboard focus may return to the grid."""

    def __init__(self, review: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(7)
        layout.setColumnStretch(1, 1)
        layout.setColumnMinimumWidth(0, self.fontMetrics().horizontalAdvance(tr("Suggested")) + 8)
        self._sources: dict[str, Callable[[], Choices]] = {
            "issue": self._issues,
            "detector": self._detectors,
            "reviewer": self._reviewers,
            "cluster": self._clusters,
            "tag": self._tags,
            "part": self._parts,
        }
        self.combos = {name: CountedCombo(localized(_CAPTIONS[name])) for name in self._sources}
        self.captions = {
            name: label(localized(title), "muted") for name, title in _CAPTIONS.items()
        }
        for line, (name, combo) in enumerate(self.combos.items()):
            combo.count_with(partial(self._counts, name))
            combo.activated.connect(lambda _index: self.chosen.emit())
            combo.left.connect(self.left)
            layout.addWidget(self.captions[name], line, 0)
            layout.addWidget(combo, line, 1)
        review.changed.connect(self._changed)
        self._fill_lists(*self._sources)

    def _changed(self, changes: Changes) -> None:
        if changes.scores:
            self._fill_lists("issue", "detector", "cluster")
        if changes.labels:
            self._fill_lists("reviewer")
        if changes.remarks or changes.labels:
            self._fill_lists("tag", "issue")

    def _fill_lists(self, *names: str) -> None:
        for name in names:
            chosen = getattr(self._review.spec, name) or ()
            self.combos[name].set_choices(self._sources[name](), chosen)
            for widget in (self.combos[name], self.captions[name]):
                widget.setVisible(self.combos[name].count() > 1)

    def take_over(self, spec: ViewSpec) -> None:
        """Show the filters in force."""
        for name, combo in self.combos.items():
            # A saved view may name a detector or reviewer who is not on the list: then it is added.
            if not combo.set_value(getattr(spec, name) or ()):
                self._fill_lists(name)

    def reasons(self) -> tuple[CountedCombo, ...]:
        """The lists that a blind review hides."""
        return tuple(self.combos[name] for name in ("issue", "detector", "cluster"))

    def apply_to(self, spec: ViewSpec) -> ViewSpec:
        """The view with what is chosen here."""
        values = {name: combo.value() for name, combo in self.combos.items()}
        return replace(spec, **{**values, "part": values["part"] or None})

    # What there is to choose from

    def _issues(self) -> Choices:
        names = self._review.session.derived.issue_names()
        titles = ((_ISSUES.get(name, name.replace("_", " ").capitalize()), name) for name in names)
        return [(tr("Any"), ()), *((localized(title), (name,)) for title, name in titles)]

    def _detectors(self) -> Choices:
        titles = detection.detector_titles(self._review.session.detection)
        found = [(localized(title), (name,)) for name, title in titles.items()]
        return [(tr("Any"), ()), *found]

    def _reviewers(self) -> Choices:
        # Whoever judges blind sees no verdict of others, and a filter by them is refused.
        names = [] if self._review.session.blind else self._review.session.team.reviewers()
        return [(tr("Any"), ()), *((name, (name,)) for name in names)]

    def _tags(self) -> Choices:
        names = self._review.session.remarks.tag_names()
        return [(tr("Any"), ()), *((name, (name,)) for name in names)]

    def _parts(self) -> Choices:
        """Shares among reviewers, the same as on the command line; copies stay together."""
        shares = [
            (tr("{} of {}").format(number, parts), (number, parts))
            for parts in range(2, MOST_REVIEWERS + 1)
            for number in range(1, parts + 1)
        ]
        return [(tr("Any"), ()), *shares]

    def _clusters(self) -> Choices:
        cluster = self._review.session.columns.cluster
        count = int(cluster.max(initial=-1)) + 1
        found = [(str(i), (i,)) for i in range(min(count, MOST_CLUSTERS))]
        return [(tr("Any"), ()), *found]

    def _counts(self, name: str) -> list[int | None]:
        combo, derived = self.combos[name], self._review.session.derived
        if name == "cluster":
            return by_column(self._review, "cluster", combo.count() - 1)
        if name == "part":
            return by_share(self._review, combo.values, derived.shares)
        look_up: dict[str, Callable[[Any], np.ndarray]] = {
            "issue": derived.issue,
            "detector": derived.against,
            "reviewer": derived.decided_by,
            "tag": derived.tagged,
        }
        return by_name(self._review, name, combo.values, look_up[name])
