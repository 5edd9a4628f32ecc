"""Panel of review progress: budget, audits, second opinions."""

import time
from typing import Any

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.charts.review_progress import ReviewFigures, ReviewProgress
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.progress_words import (
    adopt_message,
    agreement_summary,
    audit_summary,
    budget_summary,
)
from lnl_gui.gui.widgets import background
from lnl_gui.gui.widgets.background import Background
from lnl_gui.gui.widgets.basic import button, label, restyle
from lnl_gui.session.browsing.derived_columns import WELL_LABELLED
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.session.figures.budget import Budget, verdicts_per_minute
from lnl_gui.session.figures.sitting import sitting_message
from lnl_gui.store.dataset.sample_counts import gone_message
from lnl_gui.util.messages import message_n
from lnl_gui.util.statistics.well_labelled import need_no_look
from lnl_gui.util.translation import localized, tr

REFRESH_MILLISECONDS = 400
"""Delay after a verdict: its own work comes first."""
SCORES_MILLISECONDS = 600
"""Delay after new scores, for which the grid is sorted as well."""


class ProgressPanel(QScrollArea):
    """The progress chart and cards for budget, audits and second opinions."""

    budget_set = Signal(int, float)
    """How many samples next, and the target in per cent."""
    review_requested = Signal()
    audit_requested = Signal()
    audit_chosen = Signal(int)
    second_requested = Signal()
    disagreements_requested = Signal()
    adopt_requested = Signal()

    def __init__(self, review: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._stale = True
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()
        self._background = Background(self)
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.refresh)
        review.changed.connect(self._changed)
        for field in (self.next_samples, self.target):
            field.valueChanged.connect(lambda _value: self._budget_edited())

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 12, 12, 14)
        column.setSpacing(12)
        self.chart = ReviewProgress()
        self.provisional = label("", wrap=True)
        column.addWidget(self.provisional)
        column.addWidget(self.chart)
        column.addWidget(self._build_budget())
        column.addWidget(self._build_audit())
        column.addWidget(self._build_second())
        column.addStretch(1)
        self.setWidget(inner)

    def _build_budget(self) -> QFrame:
        card, column = _card(tr("Budget"))
        self.budget_title = label("", "strong", wrap=True)
        self.budget_text = label("", "muted", wrap=True)
        column.addWidget(self.budget_title)
        column.addWidget(self.budget_text)
        self.gone_text = label("", "muted", wrap=True)
        column.addWidget(self.gone_text)
        self.next_samples = QSpinBox()
        self.next_samples.setRange(1, 1_000_000)
        self.next_samples.setSingleStep(50)
        self.next_samples.setValue(100)
        self.next_samples.setAccessibleName(tr("How many samples next"))
        self.target = QDoubleSpinBox()
        self.target.setRange(0.0, 100.0)
        self.target.setDecimals(1)
        self.target.setSingleStep(0.5)
        self.target.setValue(1.0)
        self.target.setSuffix(" %")
        self.target.setAccessibleName(tr("Good enough at this share of wrong labels"))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for line, (text, field) in enumerate(
            (
                (tr("Review next"), self.next_samples),
                (tr("Enough under"), self.target),
            )
        ):
            # Or 250 typed would be the budgets 2, 25 and 250.
            field.setKeyboardTracking(False)
            # A style sheet's padding does not reach the line inside a spin box.
            field.lineEdit().setTextMargins(7, 0, 0, 0)
            grid.addWidget(label(text), line, 0)
            grid.addWidget(field, line, 1)
        column.addLayout(grid)
        self.go_on = _link(tr("Next suspect"), self.review_requested)
        column.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignLeft)
        self.sound_text = label("", "muted", wrap=True)
        self.sound = button(tr("Show what needs no look"), "link")
        self.sound.clicked.connect(self._show_sound)
        self.sitting = label("", "muted", wrap=True)
        column.addWidget(self.sound_text)
        column.addWidget(self.sound, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.sitting)
        return card

    def _show_sound(self) -> None:
        """The well-labelled samples, the least suspect first."""
        self._review.show_view(ViewSpec(flagged=None, issue=(WELL_LABELLED,), descending=False))
        self._review.focus_requested.emit()

    def _show_sitting(self) -> None:
        """What needs no look, and what was done in the newest sitting."""
        session = self._review.session
        summary, sitting = session.detection.summary, session.statistics.sitting()
        bound = summary.well_labelled_bound
        for widget in (self.sound_text, self.sound):
            widget.setVisible(bound is not None)
        if bound is not None:
            self.sound_text.setText(localized(need_no_look(summary.well_labelled, bound)))
        self.sitting.setVisible(sitting is not None)
        if sitting is not None:
            words = tr("Last sitting: {}") if sitting.is_over() else tr("This sitting: {}")
            self.sitting.setText(words.format(localized(sitting_message(sitting))))

    def _build_audit(self) -> QFrame:
        card, column = _card(tr("Audit"))
        self.audit_title = label("", "strong", wrap=True)
        self.audit_text = label("", "muted", wrap=True)
        column.addWidget(self.audit_title)
        column.addWidget(self.audit_text)
        row = QHBoxLayout()
        self.draw = button(tr("Draw an audit…"))
        self.draw.clicked.connect(self.audit_requested)
        self.go_to_audit = button(tr("Go on with it"), "link")
        self.go_to_audit.clicked.connect(self._open_newest_audit)
        row.addWidget(self.draw)
        row.addWidget(self.go_to_audit)
        row.addStretch(1)
        column.addLayout(row)
        return card

    def _build_second(self) -> QFrame:
        card, column = _card(tr("Second opinion"))
        self.second_text = label("", "muted", wrap=True)
        column.addWidget(self.second_text)
        self.second = button(tr("Review blind as second reviewer…"))
        self.second.clicked.connect(self.second_requested)
        column.addWidget(self.second, 0, Qt.AlignmentFlag.AlignLeft)
        self.differ = _link(tr("Disagreements"), self.disagreements_requested)
        self.adopt = _link(tr("Adopt opinions"), self.adopt_requested)
        self.adopt.setToolTip(tr("What nobody opposes becomes the verdict"))
        for each in (self.differ, self.adopt):
            column.addWidget(each, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    # From the project to the cards

    def set_budget(self, next_samples: int, target_percent: float) -> None:
        """Set the budget without emitting `budget_set`; `target_percent` in per cent."""
        with QSignalBlocker(self.next_samples), QSignalBlocker(self.target):
            self.next_samples.setValue(next_samples)
            self.target.setValue(target_percent)
        self._mark_stale()

    def _budget_edited(self) -> None:
        self._show_budget()
        self.budget_set.emit(self.next_samples.value(), self.target.value())

    def _changed(self, changes: Changes) -> None:
        # The grid, which is sorted anew just then, comes first.
        self._mark_stale(SCORES_MILLISECONDS if changes.scores else REFRESH_MILLISECONDS)

    def _mark_stale(self, milliseconds: int = REFRESH_MILLISECONDS) -> None:
        self._stale = True
        self._later.start(milliseconds)

    def showEvent(self, event: object) -> None:
        # After the events that show it: the tab must not wait for its figures.
        self._later.start(0)

    def stop(self) -> None:
        """End what is being computed; call before the project closes."""
        self._later.stop()
        self._background.stop()

    def refresh(self) -> None:
        """Compute and show the figures, if they have changed and can be seen."""
        if not self.isVisible() or not self._stale:
            return
        self._stale = False
        self._show_budget()
        self._show_sitting()
        self._show_audits()
        self._show_second()

    def _show_budget(self) -> None:
        statistics = self._review.session.statistics
        wanted: dict[str, Any] = {
            "next_samples": self.next_samples.value(),
            "target_rate": self.target.value() / 100,
        }
        if len(self._review.session) < background.MANY_SAMPLES:
            self._take_budget(statistics.budget(**wanted))
        else:
            # The expected errors of a million samples take a sixth of a second.
            self._background.compute(
                statistics.budgeting(**wanted),
                lambda found: self._take_budget(found or statistics.budget(**wanted)),
            )

    def _take_budget(self, budget: Budget) -> None:
        session, counts = self._review.session, self._review.counts()
        provisional = localized(session.statistics.provisional)
        self.provisional.setText(provisional)
        self.provisional.setVisible(bool(provisional))
        cannot_judge = session.statistics.cannot_judge
        known = bool(np.isfinite(session.columns.suspicion).any()) and not cannot_judge
        self.chart.set_figures(
            ReviewFigures(
                counts.reviewed,
                counts.reviewed + counts.flagged_left,
                verdicts_per_minute(session.project, session.reviewer, now=time.time()),
                budget.remaining_errors if known else None,
                unjudged=budget.unjudged if known else 0,
                at_random=session.statistics.at_random,
            )
        )
        title, text, role = budget_summary(
            budget,
            at_random=session.statistics.at_random,
            unseen=session.statistics.unseen_decisions(),
        )
        if budget.unreviewed:
            text = " ".join((text, *map(localized, session.statistics.rate_doubts)))
        if cannot_judge:
            title, text, role = (
                tr("The labels cannot be judged"),
                tr("Nothing is known of how many are wrong."),
                "warning",
            )
        elif not known:
            title, text, role = (
                tr("No suspects yet"),
                tr("Find suspects to see what to expect."),
                "strong",
            )
        self.budget_title.setText(title)
        self.budget_text.setText(text)
        restyle(self.budget_title, "role", role)
        self.go_on.setVisible(counts.flagged_left > 0)
        gone = gone_message(counts.decided_gone, counts.flagged_gone)
        self.gone_text.setText(localized(gone))
        self.gone_text.setVisible(bool(gone))

    def _show_audits(self) -> None:
        reports = self._review.session.statistics.audit_reports()
        if not reports:
            self.audit_title.setText("")
            self.audit_text.setText(
                tr(
                    "A random sample of what was not flagged, judged without seeing what the "
                    "detectors think, tells how many errors are left there.",
                )
            )
        else:
            lines = [audit_summary(report) for report in reversed(reports)]
            self.audit_title.setText(lines[0][0])
            others = [title for title, _ in lines[1:4]]
            self.audit_text.setText("\n".join((lines[0][1], *others)))
        self.audit_title.setVisible(bool(reports))
        self.go_to_audit.setVisible(bool(reports) and reports[-1].left > 0)
        self.draw.setEnabled(not self._review.session.read_only)

    def _open_newest_audit(self) -> None:
        reports = self._review.session.statistics.audit_reports()
        if reports:
            self.audit_chosen.emit(reports[-1].audit)

    def _show_second(self) -> None:
        session = self._review.session
        blind = session.blind
        # How far they agree tells what the others decided.
        pairs = [] if blind else session.team.agreement()
        differ = session.team.disagreement_count()
        text = tr(
            "Somebody else decides without seeing your verdicts; then you see where you differ.",
        )
        if blind:
            text = tr("{} reviews without seeing anybody else's verdicts.").format(session.reviewer)
        elif pairs:
            text = "\n".join(agreement_summary(found) for found in pairs)
        self.second_text.setText(text)
        self.second.setText(
            tr("End the blind review") if blind else tr("Review blind as second reviewer…")
        )
        self.second.setEnabled(not session.read_only)
        self.differ.setText(
            localized(
                message_n(
                    "{count:,} disagreement to settle",
                    "{count:,} disagreements to settle",
                    differ,
                )
            )
        )
        self.differ.setVisible(differ > 0)
        waiting = session.team.waiting_count()
        self.adopt.setText(localized(adopt_message(waiting)))
        self.adopt.setVisible(waiting > 0 and not session.read_only)


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(14, 12, 14, 12)
    column.setSpacing(7)
    column.addWidget(label(title.upper(), "section"))
    return card, column


def _link(text: str, signal: object) -> QPushButton:
    result = button(text, "link")
    result.clicked.connect(signal)
    return result
