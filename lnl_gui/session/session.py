"""An open project: its columns, the verdicts a person can give, undo, views, runs.

The one door through which the window and the command line change a project. No Qt, no torch.
"""

import getpass
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.session import (
    audit,
    budget,
    duplicates,
    evidence,
    history,
    second_opinion,
    stages,
    verdicts,
    views,
)
from lnl_gui.session.changes import Changes
from lnl_gui.session.columns import SampleColumns, load_columns, reload_pixels, reload_scores
from lnl_gui.session.derived_columns import DerivedColumns
from lnl_gui.session.merged import Merged, merge_copy
from lnl_gui.session.orders import Orders
from lnl_gui.session.selection import distinct
from lnl_gui.session.text_index import TextIndex
from lnl_gui.store import (
    audits,
    finish_run,
    journal,
    journal_file,
    run_inputs,
    runs,
    samples,
    scores,
)
from lnl_gui.store import merge as merging
from lnl_gui.store.journal import Change
from lnl_gui.store.parameters import JobParameters
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.runs import Run, RunResult
from lnl_gui.store.samples import UNSEEN, ClassInfo
from lnl_gui.store.thumbnails import thumbnail_path
from lnl_gui.util.errors import UserError
from lnl_gui.util.intervals import MODEL_ERROR
from lnl_gui.util.messages import NOTHING, Message, message, message_n
from lnl_gui.util.progress import JobContext

Row = int | np.integer[Any]


class Session:
    """One open project. Verdict operations are on disk when they return.

    Args:
        project: the open project; the session closes it.
        reviewer: whose verdicts these are.
        blind: see and change only the reviewer's own verdicts: a second opinion.
    """

    def __init__(self, project: Project, *, reviewer: str, blind: bool = False) -> None:
        self.project = project
        self.reviewer = reviewer
        self.blind = False
        self.columns: SampleColumns = load_columns(project)
        self.classes: list[ClassInfo] = samples.load_classes(project)
        self.split_names: list[str] = samples.load_split_names(project)
        self.dataset_root = project.dataset_root
        self.derived = DerivedColumns(project, self.columns)
        self.orders = Orders(self.columns, self.derived)
        self._text_index: TextIndex | None = None
        self._counts: stages.Counts | None = None
        self._done: set[str] | None = None
        self._reviewers: list[str] | None = None
        self._scores = self._load_scores()
        if blind:
            self.work_as(reviewer, blind=True)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        reviewer: str | None = None,
        read_only: bool = False,
        blind: bool = False,
    ) -> "Session":
        """Open a project; for reading only when another process is its writer.

        Raises:
            UserError: when the folder is no project or of a newer format.
        """
        project = open_project(folder, read_only=read_only)
        if not project.read_only:
            finish_run.settle_abandoned(project)
        return cls(project, reviewer=reviewer or _user_name(), blind=blind)

    def close(self) -> None:
        """Let go of the project."""
        self.project.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.columns.paths)

    @property
    def folder(self) -> Path:
        """The project folder."""
        return self.project.folder

    @property
    def name(self) -> str:
        """The project's name as people say it."""
        return self.folder.stem

    @property
    def read_only(self) -> bool:
        """Whether verdicts can be given here."""
        return self.project.read_only

    @property
    def read_only_reason(self) -> Message:
        """Why not, in words; empty when they can."""
        if not self.read_only:
            return NOTHING
        return message("Another window has this project open, or the folder is write-protected.")

    # Samples

    def path_of(self, row: Row) -> str:
        """A sample's path as it came."""
        return self.columns.paths[int(row)]

    def file_of(self, row: Row) -> Path:
        """The original image. Never written."""
        return self.dataset_root / self.columns.files[int(row)]

    def thumbnail_of(self, row: Row) -> Path | None:
        """The cached thumbnail, or None when there is none yet."""
        content_hash = self.columns.content_hash[int(row)].decode("ascii")
        path = thumbnail_path(content_hash) if content_hash else None
        return path if path is not None and path.is_file() else None

    def unreadable(self) -> list[tuple[str, Message]]:
        """(path, reason) of everything that was skipped."""
        return samples.load_unreadable(self.project)

    def class_named(self, name: str) -> ClassInfo:
        """A class by name, whatever its case.

        Raises:
            UserError: when there is none.
        """
        for found in self.classes:
            if found.name == name:
                return found
        for found in self.classes:
            if found.name.casefold() == name.casefold():
                return found
        raise UserError(
            message("There is no class called {name}.", name=name),
            message("Classes: {classes}.", classes=", ".join(c.name for c in self.classes[:20])),
        )

    def add_class(self, name: str) -> Changes:
        """Add a class the dataset did not have."""
        name = name.strip()
        if not name or any(found.name == name for found in self.classes):
            raise UserError(
                message("A class needs a new name; {name} will not do.", name=repr(name))
            )
        self.classes.append(samples.add_class(self.project, name))
        return Changes(classes=True, text=message("Added class {name}", name=name))

    # Verdicts

    def accept(self, rows: np.ndarray) -> Changes:
        """Give each sample its suggested label."""
        return self._commit("accept", {}, verdicts.accept(self.columns, _rows(rows)))

    def keep(self, rows: np.ndarray) -> Changes:
        """Confirm the given labels."""
        return self._commit("keep", {}, verdicts.keep(self.columns, _rows(rows)))

    def relabel(self, rows: np.ndarray, class_id: int) -> Changes:
        """Give all samples one class."""
        if not 0 <= class_id < len(self.classes):
            raise UserError(message("There is no class number {class_id}.", class_id=class_id))
        change = verdicts.relabel(self.columns, _rows(rows), class_id)
        return self._commit("relabel", {"class": self.classes[class_id].name}, change)

    def exclude(self, rows: np.ndarray) -> Changes:
        """Set samples aside."""
        return self._commit("exclude", {}, verdicts.exclude(self.columns, _rows(rows)))

    def unsure(self, rows: np.ndarray) -> Changes:
        """Mark samples as looked at and undecided."""
        return self._commit("unsure", {}, verdicts.unsure(self.columns, _rows(rows)))

    def reset(self, rows: np.ndarray) -> Changes:
        """Forget the decisions on samples; the journal keeps them."""
        return self._commit("reset", {}, verdicts.reset(self.columns, _rows(rows)))

    def keep_one(self, rows: np.ndarray, chosen: Row) -> Changes:
        """Confirm one of several duplicates and exclude the others, as one operation.

        Raises:
            UserError: when `chosen` is none of them.
        """
        rows = _rows(rows)
        if int(chosen) not in rows:
            raise UserError(message("The sample to keep is not in the group."))
        change = duplicates.keep_one(self.columns, rows, int(chosen))
        return self._commit("keep_one", {"path": self.path_of(chosen)}, change)

    def adopt_opinions(self) -> Changes:
        """Make opinions nobody opposes the verdicts on samples that have none, as one operation."""
        if self.blind:
            raise UserError(message("Opinions are adopted once nobody works blind any more."))
        found = self.derived.comparisons.unopposed(self.columns.status == UNSEEN)
        change = verdicts.adopt(self.columns, *found)
        return self._commit("adopt", {}, change)

    def undo(self) -> Changes | None:
        """Take the newest operation back, also one of an earlier day; blind, one's own newest."""
        found = journal.undo(self.project, self.reviewer, opinions=self.blind)
        return self._after_reversal(found, undone=True)

    def redo(self) -> Changes | None:
        """Do again what was undone last."""
        found = journal.redo(self.project, self.reviewer, opinions=self.blind)
        return self._after_reversal(found, undone=False)

    def undo_text(self) -> Message | None:
        """What undo would take back."""
        operation = journal.undoable(self.project, opinions_of=self._opinions_of)
        return _operation_text(operation) if operation else None

    def redo_text(self) -> Message | None:
        """What redo would do again."""
        operation = journal.redoable(self.project, opinions_of=self._opinions_of)
        return _operation_text(operation) if operation else None

    def history(self, row: Row) -> list[history.HistoryEntry]:
        """Every verdict on one sample, oldest first; blind, only one's own."""
        entries = history.sample_history(self.project, self.classes, int(row))
        return [e for e in entries if not self.blind or e.reviewer == self.reviewer]

    @property
    def _opinions_of(self) -> str | None:
        return self.reviewer if self.blind else None

    def _commit(self, kind: str, params: dict[str, Any], change: Change) -> Changes:
        if len(change.rows) == 0:
            return Changes()
        params = {**params, "count": len(change.rows)}
        if self.blind:
            recorded = {**params, "verdict": kind}
            journal.append(self.project, journal.OPINION, recorded, change, self.reviewer)
        else:
            journal.append(self.project, kind, params, change, self.reviewer)
        if self._reviewers is not None and self.reviewer not in self._reviewers:
            self._reviewers.append(self.reviewer)
        self._apply(change, time.time())
        return Changes(labels=True, rows=change.rows, text=_text(kind, params))

    def _after_reversal(
        self, found: tuple[journal.Operation, Change] | None, *, undone: bool
    ) -> Changes | None:
        if found is None:
            return None
        operation, change = found
        self._reviewers = None
        self._apply(change, time.time())
        done = _operation_text(operation)
        text = (
            message("Undid: {done}", done=done) if undone else message("Redid: {done}", done=done)
        )
        return Changes(labels=True, rows=change.rows, text=text)

    def _apply(self, change: Change, when: float) -> None:
        if self._counts is not None:
            self._counts = stages.count_after(self._counts, self.columns, change)
        self.columns.touch(change, when)
        self.derived.forget_verdicts(change.rows)

    # Second opinion, audit, duplicates, budget

    def work_as(self, reviewer: str, *, blind: bool = False) -> Changes:
        """Hand over to another reviewer.

        Blind, the columns show the reviewer's own verdicts alone, and new ones are opinions that
        leave the current labels as they are.
        """
        self.reviewer, self.blind = reviewer, blind
        self._counts = None
        if blind:
            label, status, when = journal.own_view(self.project, reviewer, self.columns.given)
            self.columns.take_over(label, status, when)
        else:
            self.columns.take_over(*samples.load_current(self.project, self.columns.given))
        # Who looks at the journal changes nothing of what it says.
        self.derived.forget_verdicts(np.zeros(0, np.int64))
        text = (
            message("{reviewer} reviews blind", reviewer=reviewer)
            if blind
            else message("{reviewer} reviews", reviewer=reviewer)
        )
        return Changes(labels=True, rows=np.arange(len(self)), text=text)

    def reviewers(self) -> list[str]:
        """Everybody with a verdict or an opinion in force, in order of their first."""
        if self._reviewers is None:
            self._reviewers = journal.reviewers(self.project)
        return list(self._reviewers)

    def disagreements(self) -> list[second_opinion.ReviewerComparison]:
        """The queue of samples on which reviewers differ; empty while working blind.

        Any verdict on such a sample settles it; `ViewSpec(disagreement=True)` shows them.
        """
        if self.blind:
            return []
        found = self.derived.comparisons
        return [found.one(int(place)) for place in np.flatnonzero(found.open)]

    def disagreement_count(self) -> int:
        """How many samples that queue has."""
        return 0 if self.blind else int(self.derived.comparisons.open.sum())

    def disagreement_on(self, row: Row) -> second_opinion.ReviewerComparison | None:
        """What reviewers decided about a sample, if it is in that queue."""
        if self.blind or not self.derived.disagreement[int(row)]:
            return None
        return self.derived.comparisons.find(int(row))

    def agreement(self) -> list[second_opinion.ReviewerAgreement]:
        """Cohen's kappa of each pair of reviewers who decided about the same samples."""
        return self.derived.comparisons.agreement

    def draw_audit(self, size: int, *, seed: int = 0, stratified: bool = False) -> audits.Audit:
        """Draw a random sample of what is neither flagged nor reviewed, and put it on record.

        `ViewSpec(audit=drawn.id)` shows it; that view is `blind`.

        Raises:
            UserError: when there is nothing to draw from.
        """
        rows = audit.auditable(self.columns)
        classes = self.columns.given[rows] if stratified else None
        drawn = audit.draw(rows, size, seed=seed, classes=classes)
        return audits.save_audit(
            self.project,
            drawn,
            reviewer=self.reviewer,
            seed=seed,
            stratified=stratified,
            population=len(rows),
        )

    def audit_reports(self) -> list[audit.AuditReport]:
        """What each audit says so far, oldest first."""
        return [audit.report(self.columns, found) for found in audits.load_audits(self.project)]

    def duplicate_groups(self, *, limit: int | None = None) -> list[duplicates.DuplicateGroup]:
        """Groups of duplicates, those that do harm first; none before detection."""
        return duplicates.duplicate_groups(self.columns, self.derived.duplicate_group, limit=limit)

    def pace(self) -> budget.ReviewPace:
        """How fast this reviewer has been over the last minutes, and how long it will take."""
        left = self.counts().flagged_left
        return budget.review_pace(self.project, reviewer=self.reviewer, left=left, now=time.time())

    def expected_right(self, rows: np.ndarray) -> float:
        """How many of the given labels of `rows` are right, by their suspicion."""
        return float(np.nansum(1 - self.columns.suspicion[rows], dtype=np.float64))

    def budget(self, *, next_samples: int = 100, target_rate: float = 0.01) -> budget.Budget:
        """What reviewing the next suspects would bring, and whether it is enough."""
        return budget.review_budget(
            self.orders.suspicion_sorted((self.columns.status == UNSEEN) & self.columns.readable),
            next_samples=next_samples,
            target_rate=target_rate,
            relative_error=self._scores.summary.get("relative_error", MODEL_ERROR),
        )

    def merge(self, folder: Path, context: JobContext) -> tuple[merging.MergeReport, Changes]:
        """Take in the journal of another copy of this project.

        Raises:
            UserError: when the other is no project, or one of another dataset.
        """
        merged = merge_copy(self.project, folder, context)
        return merged.report, self.show_merged(merged)

    def lend(self) -> Project:
        """The project for another thread to `merge_copy` into; until it is closed none writes here.

        Raises:
            UserError: when this project is open for reading only, or lent already.
        """
        return self.project.lend()

    def show_merged(self, merged: Merged) -> Changes:
        """Take over what `merge_copy` made of the lent project."""
        self.classes = samples.load_classes(self.project)
        self.derived.take_comparisons(merged.comparisons)
        self._reviewers = merged.reviewers
        if self.blind:
            self.work_as(self.reviewer, blind=True)
        else:
            self._counts = None
            self.columns.take_over(merged.label, merged.status, merged.verdict_time)
        text = message(
            "Took in {operations:,} operations of {name}",
            operations=merged.report.operations,
            name=merged.name,
        )
        return Changes(labels=True, classes=True, rows=merged.report.rows, text=text)

    def replay(self, source: Path) -> tuple[journal_file.ReplayReport, Changes]:
        """Do again what a journal file tells; samples are found by path or content.

        Raises:
            UserError: when the file is no journal.
        """
        report = journal_file.replay_journal(self.project, source)
        text = message(
            "Replayed {operations:,} operations of {name}",
            operations=report.imported.operations,
            name=source.name,
        )
        return report, self._after_import(report.imported.rows, text)

    def write_journal(self, target: Path) -> int:
        """Write the journal as JSON lines; returns how many operations it has."""
        return journal_file.write_journal(self.project, target)

    def _after_import(self, rows: np.ndarray, text: Message) -> Changes:
        self.classes = samples.load_classes(self.project)
        self.derived.forget_verdicts()
        self._reviewers = None
        self.work_as(self.reviewer, blind=self.blind)
        return Changes(labels=True, classes=True, rows=rows, text=text)

    # Views

    def select_rows(self, spec: views.ViewSpec, *, within: np.ndarray | None = None) -> np.ndarray:
        """Row ids a view shows, in reading order; `within` is an optional mask (N,).

        Raises:
            UserError: for an issue, detector or audit that is not there, or, working blind, for
                a view of what others decided.
        """
        if self.blind and (spec.disagreement is not None or {*spec.reviewer} - {self.reviewer}):
            raise UserError(
                message("A second opinion is blind to the others' verdicts."),
                message("Take the filters by reviewer and disagreement away."),
                code="blind",
            )
        if self._text_index is None and spec.text.strip():
            self._text_index = TextIndex(self.columns.paths)
        index = self._text_index or TextIndex([])
        mask = views.filter_mask(
            self.columns, spec, text_index=index, within=within, derived=self.derived
        )
        rows = np.flatnonzero(mask)
        return views.order_rows(rows, spec, orders=self.orders, derived=self.derived)

    def prepare_order(self, spec: views.ViewSpec) -> None:
        """Sort all samples as a view does, for `select_rows` to take soon after."""
        self.orders.prepare(spec.sort, descending=spec.descending)

    def pair_groups(self, rows: np.ndarray) -> list[views.PairGroup]:
        """Groups by (given -> suggested), the largest first."""
        return views.pair_groups(self.columns, rows)

    def next_unreviewed(self, order: np.ndarray, position: int) -> int | None:
        """The next position nobody has looked at: after `position`, then from the start."""
        unseen = np.flatnonzero(self.columns.status[order] == UNSEEN)
        if len(unseen) == 0:
            return None
        after = int(np.searchsorted(unseen, position))
        return int(unseen[after % len(unseen)])

    def save_view(self, name: str, spec: views.ViewSpec) -> None:
        """Remember a view under a name."""
        with self.project.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO view VALUES (?, ?)", (name, json.dumps(spec.to_dict()))
            )

    def delete_view(self, name: str) -> None:
        """Forget a saved view."""
        with self.project.transaction() as connection:
            connection.execute("DELETE FROM view WHERE name = ?", (name,))

    def views(self) -> dict[str, views.ViewSpec]:
        """Saved views by name."""
        rows = self.project.connection.execute("SELECT name, spec FROM view ORDER BY name")
        return {name: views.ViewSpec.from_dict(json.loads(spec)) for name, spec in rows}

    # State

    def counts(self) -> stages.Counts:
        """How much there is and how much is left; a verdict costs no new count."""
        if self._counts is None:
            self._counts = stages.count(self.columns)
        return self._counts

    def stage(self) -> stages.ProjectStage:
        """How far this project has come."""
        if self._done is None:
            self._done = runs.done_kinds(self.project)
        return stages.stage_of(self._done, self.counts())

    def next_step(self) -> stages.NextStep:
        """What a user would do now."""
        return stages.next_step(self.stage(), self.counts())

    def evidence(self, row: Row) -> evidence.SampleEvidence:
        """Why a sample is suspected."""
        return evidence.gather(self.columns, self._scores, int(row))

    @property
    def detection(self) -> scores.Scores:
        """The newest detect run's scores with its summary and folder."""
        return self._scores

    # Runs

    def start_run(self, parameters: JobParameters) -> Run:
        """Begin a run, or take up an unfinished one of the same parameters."""
        return runs.start_run(self.project, parameters)

    def finished_run(self, parameters: JobParameters) -> Run | None:
        """The finished run that a job of these parameters would only repeat, or None."""
        return run_inputs.finished_run(self.project, parameters)

    def changed_inputs(self, parameters: JobParameters) -> list[str]:
        """What such a job reads that has changed since its kind was last finished."""
        return run_inputs.changed_inputs(self.project, parameters)

    def finish_run(
        self, run_id: str, state: str, result: RunResult | None, reason: Message = NOTHING
    ) -> Changes:
        """Record how a run ended and take its result over."""
        run = finish_run.finish_run(self.project, run_id, state, result, reason)
        self._done = self._counts = None
        scored = state == runs.DONE and run.kind in ("embed", "detect")
        if scored:
            if run.kind == "embed":
                reload_pixels(self.project, self.columns)
            self._scores = reload_scores(self.project, self.columns)
        return Changes(scores=scored, runs=True, text=NOTHING)

    def forget_run(self, run_id: str) -> None:
        """Remove a run nobody goes back to."""
        runs.forget_run(self.project, run_id)

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        return runs.load_runs(self.project)

    def latest_run(self, kind: str) -> Run | None:
        """The newest run of a kind that is done."""
        return runs.latest_run(self.project, kind)

    def _load_scores(self) -> scores.Scores:
        run = runs.latest_run(self.project, "detect")
        return scores.load_scores(run.folder) if run else scores.no_scores(len(self))


def _rows(rows: np.ndarray) -> np.ndarray:
    return distinct(np.asarray(rows, np.int64))


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no account name, as in some containers
        return "reviewer"


_PAST = {
    "accept": message("Accepted the suggestion for {samples}"),
    "keep": message("Kept the label of {samples}"),
    "exclude": message("Excluded {samples}"),
    "unsure": message("Marked as unsure {samples}"),
    "reset": message("Reset {samples}"),
    "keep_one": message("Kept one and excluded the rest of {samples}"),
    "adopt": message("Adopted the opinions on {samples}"),
}


def _text(kind: str, params: dict[str, Any]) -> Message:
    samples = message_n("{count:,} sample", "{count:,} samples", int(params.get("count", 0)))
    if kind == "relabel":
        return message("Relabelled {samples} as {name}", samples=samples, name=params["class"])
    past = _PAST.get(kind, Message("{kind} {samples}", (("kind", kind),)))
    return past.with_fields(samples=samples)


def _operation_text(operation: journal.Operation) -> Message:
    return _text(operation.params.get("verdict", operation.kind), operation.params)
