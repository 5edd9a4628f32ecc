"""Figures of a review: audits, budget, duplicate groups."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from lnl_gui.session.browsing import duplicates
from lnl_gui.session.browsing.orders import suspicion_sorted
from lnl_gui.session.browsing.remaining import Remaining, remaining_samples
from lnl_gui.session.figures import accepting, audit, budget
from lnl_gui.session.figures.budget import Budget
from lnl_gui.session.figures.export_preview import ExportPreview, export_preview
from lnl_gui.session.figures.first_step import Standing, first_step
from lnl_gui.session.figures.gain import newest_gain, open_samples
from lnl_gui.session.figures.learnt import training_size
from lnl_gui.session.figures.sitting import Sitting, newest_sitting
from lnl_gui.session.figures.stages import NextStep
from lnl_gui.session.figures.unseen_decisions import UnseenDecisions, unseen_decisions
from lnl_gui.session.samples.absent_files import AbsentFiles
from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.session.state import SessionState
from lnl_gui.store.dataset.column_cache import load_fixed
from lnl_gui.store.dataset.samples import EXCLUDED, UNSEEN, load_split_names
from lnl_gui.store.detection.doubtful_labels import PERHAPS_RIGHT
from lnl_gui.store.detection.first_look_words import provisional_words
from lnl_gui.store.detection.rate_doubts import perhaps_none_wrong, rate_doubts
from lnl_gui.store.detection.scores import sample_array
from lnl_gui.store.history import audits
from lnl_gui.store.history.looked_at import NOT_KNOWN, verdict_origins
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.store.project import open_project
from lnl_gui.store.review.accepted_labels import load_accepted, unseen_suggestions
from lnl_gui.store.training.gain import Gain
from lnl_gui.store.training.training_size import TrainingSize
from lnl_gui.util.messages import NOTHING, Message, from_json
from lnl_gui.util.statistics.intervals import Estimate
from lnl_gui.util.statistics.verdict_calibration import VerdictCalibration


@dataclass(frozen=True)
class _Calibrated:
    version: int
    position: int
    """of the columns and of their log when it was fitted"""
    calibration: VerdictCalibration | None


class ReviewStatistics:
    """Figures of an open project.

    Args:
        state: of the open project.
    """

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self._accepted: np.ndarray | None = None
        self._calibrated: _Calibrated | None = None

    def draw_audit(self, size: int, *, seed: int = 0, stratified: bool = False) -> audits.Audit:
        """Draw a random sample of what is neither flagged nor reviewed, and put it on record.

        `ViewSpec(audit=drawn.id)` shows it; that view is `blind`.

        Raises:
            UserError: when there is nothing to draw from.
        """
        rows = audit.auditable(self._state.columns)
        classes = self._state.columns.given[rows] if stratified else None
        drawn = audit.draw(rows, size, seed=seed, classes=classes)
        detection = runs.latest_run(self._state.project, "detect")
        return audits.save_audit(
            self._state.project,
            drawn,
            reviewer=self._state.reviewer,
            seed=seed,
            stratified=stratified,
            population=len(rows),
            # By the run and not the time: clocks are set back.
            detection=detection.id if detection else "",
        )

    def audit_reports(self) -> list[audit.AuditReport]:
        """Report of each audit so far, oldest first."""
        return [
            audit.report(self._state.columns, found, bound=self._claimed_bound(found))
            for found in audits.load_audits(self._state.project)
        ]

    def _claimed_bound(self, found: audits.Audit) -> float | None:
        """Of the labels that need no look, where the detection knew none of the audit's verdicts.

        A later one puts what the audit found wrong out of the set, which would then look better.
        """
        run = runs.latest_run(self._state.project, "detect")
        if run is None or not audits.is_drawn_after(
            self._state.project, found, run.id, started=run.started
        ):
            return None
        return self._state.scores.summary.well_labelled_bound

    def gain(self) -> Gain | None:
        """What cleaning gained, by the newest training and the verdicts in force.

        Also while somebody works blind: their opinions alone say nothing of the two models.
        """
        return newest_gain(self._state.project, *self._state.in_force())

    def open_samples(self) -> np.ndarray:
        """Held-out rows that decide the gain and nobody has judged, int64 (n,) in random order."""
        return open_samples(self._state.project, self._state.columns)

    def duplicate_groups(self, *, limit: int | None = None) -> list[duplicates.DuplicateGroup]:
        """Groups of duplicates, those that do harm first; none before detection."""
        return duplicates.duplicate_groups(
            self._state.columns, self._state.derived.duplicate_group, limit=limit
        )

    def expected_right(self, rows: np.ndarray) -> float:
        """Expected number of right given labels among `rows` int64 (n,): the sum of 1 - suspicion.

        Samples without a suspicion count as 0.
        """
        return float(np.nansum(1 - self._state.columns.suspicion[rows], dtype=np.float64))

    def accepting(self, rows: np.ndarray) -> accepting.Outlook:
        """What accepting the suggestions of `rows` int64 (n,) unseen would bring."""
        posterior, classes = (
            sample_array(self._state.scores, name) for name in ("posterior", "posterior_classes")
        )
        if classes is not None:
            classes = self._state.class_map.of(classes)
        calibration = self._calibration()
        expected = partial(
            accepting.outlook,
            self._state.columns,
            rows,
            posterior=posterior,
            classes=classes,
            relative_error=self._state.scores.summary.relative_error,
            perhaps_right=self._perhaps_right(self._state.columns),
        )
        if self.cannot_judge:
            # Then no probability holds, and any of the suggestions may be wrong.
            found = expected(calibration=None, doubts=(self.why_unjudged,))
            return replace(found, wrong=_reaching(found.wrong, found.count, found.count), pairs=())
        found = expected(calibration=calibration)
        if calibration is not None and calibration.tells_of(self._state.columns.suspicion[rows]):
            return found
        before = expected(calibration=None, doubts=self.rate_doubts if self.at_random else ())
        return replace(before, wrong=found.wrong.reaching(before.wrong), pairs=found.pairs)

    def _calibration(self) -> VerdictCalibration | None:
        """What verdicts say of the suspicions; fitted once for all figures between two acts."""
        columns, known = self._state.columns, self._calibrated
        version, position = columns.version, columns.log.position
        if known is None or (known.version, known.position) != (version, position):
            error = self._state.scores.summary.relative_error
            audited = audits.drawn_by_any(self._state.project, len(self._state))
            fitted = budget.calibration_of(columns, audited, relative_error=error)
            known = self._calibrated = _Calibrated(version, position, fitted)
        return known.calibration

    def _perhaps_right(self, columns: SampleColumns) -> np.ndarray | None:
        """Labels (N,) that every interval holds to be right perhaps; None for none."""
        return budget.perhaps_right_of(columns, sample_array(self._state.scores, PERHAPS_RIGHT))

    @property
    def unread(self) -> Message:
        """That images could not be read for what the machine said; nothing where all could."""
        return self._state.unread()

    @property
    def provisional(self) -> Message:
        """What a first look at a part of the samples found; nothing once all are judged."""
        run = runs.newest_detection(self._state.project)
        if run is None or run.kind != runs.FIRST_LOOK:
            return NOTHING
        return provisional_words(run.metrics)

    @property
    def cannot_judge(self) -> bool:
        """Whether the newest detection knows nothing of the labels, so that no figure holds."""
        return self._state.scores.summary.cannot_judge

    @property
    def why_unjudged(self) -> Message:
        """The reason where the newest detection knows nothing of the labels, else nothing."""
        warnings = self._state.scores.summary.warnings
        return from_json(warnings[0]) if self.cannot_judge and warnings else NOTHING

    def first_step(self, absent: AbsentFiles, waiting: int) -> NextStep:
        """What a user would do first.

        Args:
            absent: what a look for some of the images has found.
            waiting: opinions of second reviewers that nobody has adopted.
        """
        state = self._state
        status = state.columns.status[state.derived.source_differing()]
        changed = int(np.count_nonzero(status == UNSEEN))
        standing = Standing(
            absent=absent,
            damage=state.damage(),
            unread=state.unread(),
            embedded_anew=state.embedded_since_detection(),
            changed_images=state.scores.summary.changed_images,
            other_pictures=int(np.count_nonzero(state.columns.other_picture)),
            labels_changed=changed,
            labels_standing=len(status) - changed,
            waiting=waiting,
            cannot_judge=self.cannot_judge,
            model_outdated=state.is_outdated("finetune"),
            export_doubt=state.steps().doubts[-1],
        )
        return first_step(state.stage(), state.counts(), standing)

    @property
    def rate_doubts(self) -> tuple[Message, ...]:
        """What no interval of wrong labels says: it goes with every sentence that tells one."""
        return rate_doubts(self._state.scores.summary)

    @property
    def at_random(self) -> bool:
        """Whether such intervals begin at none and hold for errors at random alone."""
        return perhaps_none_wrong(self._state.scores.summary)

    def remaining(self, *, most_next: int = 100, target_rate: float = 0.01) -> Remaining:
        """What remains likely wrong below the line, and how many to look at next."""
        found = remaining_samples(
            self._state.columns,
            self._state.orders,
            most_next=most_next,
            target_rate=target_rate,
            relative_error=self._state.scores.summary.relative_error,
            calibration=self._calibration(),
            perhaps_right=self._perhaps_right(self._state.columns),
        )
        blind = int(np.count_nonzero(self._blind() & ~self._state.columns.flagged))
        if self.cannot_judge:
            blind = found.samples
        return replace(
            found,
            errors=_reaching(found.errors, blind, found.samples),
            enough=found.enough and blind <= target_rate * found.samples,
            at_random=self.at_random,
        )

    def unseen_decisions(self) -> UnseenDecisions:
        """Labels that count as reviewed and nobody looked at one by one, and what to expect."""
        columns = self._state.columns
        found = unseen_decisions(
            columns,
            accepting=self.accepting,
            relative_error=self._state.scores.summary.relative_error,
            perhaps_right=self._perhaps_right(columns),
            calibration=self._calibration,
        )
        errors = found.errors if self.detected else None
        if errors is not None and self.cannot_judge:
            errors = _reaching(errors, found.samples, found.samples)
        return replace(found, errors=errors, at_random=self.at_random)

    @property
    def detected(self) -> bool:
        """Whether there was a detection, be it of a part, so that there are figures of it."""
        return self._state.scores.folder is not None

    @property
    def unjudged(self) -> np.ndarray:
        """Labels of which the newest detection knows nothing, bool (N,); before any, all."""
        return self._state.columns.unjudged

    @property
    def unjudged_left(self) -> np.ndarray:
        """Those of them that nobody has decided about either, bool (N,)."""
        return self.unjudged & (self._state.columns.status == UNSEEN)

    def _blind(self) -> np.ndarray:
        """Labels whose suspicion says nothing of them, bool (N,)."""
        return self.accepted_before & np.isfinite(self._state.columns.suspicion)

    @property
    def accepted_unseen(self) -> np.ndarray:
        """Labels that are suggestions nobody has looked at, as an export names them, bool (N,).

        Those that came with an export, and those that were accepted here without a look.
        """
        return self._unseen_suggestions()[0]

    @property
    def accepted_not_known(self) -> np.ndarray:
        """Those of `accepted_unseen` that somebody may have looked at: it was not kept; (N,)."""
        unseen, origins = self._unseen_suggestions()
        return unseen & (origins == NOT_KNOWN)

    def _unseen_suggestions(self) -> tuple[np.ndarray, np.ndarray]:
        columns, count = self._state.columns, len(self._state.columns.paths)
        origins = verdict_origins(self._state.project, count)
        accepted = load_accepted(self._state.project, count)
        found = unseen_suggestions(
            columns.given, columns.current, columns.status, origins, accepted
        )
        return found & columns.readable & (columns.status != EXCLUDED), origins

    @property
    def accepted_before(self) -> np.ndarray:
        """Labels that this program gave and nobody has looked at in this project, bool (N,).

        They came with an export, see `lnl_gui.store.review.accepted_labels`.
        """
        columns = self._state.columns
        if self._accepted is None:
            self._accepted = load_accepted(self._state.project, len(columns.paths))
        return self._accepted & (columns.status == UNSEEN) & columns.readable

    def training_size(self) -> TrainingSize:
        """How many images a training would learn from."""
        return training_size(self._state.columns, load_split_names(self._state.project))

    def export_preview(self, parameters: ExportParameters) -> ExportPreview:
        """What an export would write of what is there now."""
        came = load_fixed(self._state.project).given
        found = export_preview(self._state.columns, self._state.classes, came, parameters)
        return replace(found, unknown=self.why_unjudged)

    def sitting(self) -> Sitting | None:
        """What the present reviewer did since the last long pause; None without a verdict."""
        return newest_sitting(self._state.project, self._state.columns, self._state.reviewer)

    def budget(self, *, next_samples: int = 100, target_rate: float = 0.01) -> budget.Budget:
        """What reviewing the next suspects would bring, and whether it is enough.

        Verdicts given since the detection correct it at once.
        """
        known = self._state.orders.known_worst_first()
        blind = int(self._blind().sum())
        return self._budget_of(
            self._state.columns,
            known,
            blind,
            self._calibration(),
            next_samples=next_samples,
            target_rate=target_rate,
        )

    def budgeting(
        self, *, next_samples: int = 100, target_rate: float = 0.01
    ) -> Callable[[], Budget]:
        """What gives the budget of now in whichever thread calls it."""
        state, frozen = self._state, self._state.columns.frozen()
        known, position = state.orders.known_worst_first(), state.columns.log.position
        blind, audited = int(self._blind().sum()), audits.drawn_by_any(state.project, len(state))

        def compute() -> Budget:
            if not frozen.knows_verdicts:
                # By a connection of its own: the other one is in use meanwhile.
                with open_project(state.project.folder, read_only=True) as project:
                    frozen.read_verdicts(project)
                times, in_view = frozen.verdict_time.copy(), frozen.in_view.copy()
                state.columns.offer_verdicts(times, in_view, position)
            error = state.scores.summary.relative_error
            return self._budget_of(
                frozen,
                known,
                blind,
                budget.calibration_of(frozen, audited, relative_error=error),
                next_samples=next_samples,
                target_rate=target_rate,
            )

        return compute

    def _budget_of(
        self,
        columns: SampleColumns,
        worst_first: np.ndarray | None,
        blind: int,
        calibration: VerdictCalibration | None,
        *,
        next_samples: int,
        target_rate: float,
    ) -> Budget:
        relative_error = self._state.scores.summary.relative_error
        waiting = (columns.status == UNSEEN) & columns.readable
        doubtful = self._perhaps_right(columns)
        rest = suspicion_sorted(columns.suspicion, waiting, worst_first)
        found = budget.review_budget(
            rest,
            next_samples=next_samples,
            target_rate=target_rate,
            relative_error=relative_error,
            hidden=budget.hidden_error(columns, relative_error),
            perhaps_right=None if doubtful is None else columns.suspicion[waiting & doubtful],
            # After 60 verdicts the errors left were in the interval in 95 % of 109 label sets, 84 %
            # without.
            calibration=calibration,
        )
        if self.cannot_judge:
            blind = found.unreviewed
        errors = _reaching(found.remaining_errors, blind, found.unreviewed)
        left = int(np.count_nonzero(waiting & columns.unjudged))
        return replace(
            found,
            unjudged=left,
            remaining_errors=errors,
            residual_rate=errors.times(1 / found.unreviewed) if blind else found.residual_rate,
            enough=found.enough and blind <= target_rate * found.unreviewed and not left,
        )


def _reaching(errors: Estimate, blind: int, samples: int) -> Estimate:
    """The number where so many of the samples may be wrong without the detection's knowing.

    Where all may be so, nothing is ruled out, not even that none is.
    """
    if blind >= samples > 0:
        return replace(errors, low=0.0, high=float(samples))
    return replace(errors, high=min(errors.high + blind, max(float(samples), errors.high)))
