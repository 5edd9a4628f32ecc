"""A session on an open project: columns, verdicts, undo, views, runs.

Window and command line change a project through this class only. No Qt, no torch.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from lnl_gui.containers.read import close_containers
from lnl_gui.session.acquaintance import meet_project, remember_project
from lnl_gui.session.acts import history, verdicts
from lnl_gui.session.acts.class_edits import ClassEdits
from lnl_gui.session.acts.recording import Recording
from lnl_gui.session.acts.remarks import SampleRemarks
from lnl_gui.session.acts.rescue import Rescue
from lnl_gui.session.acts.team import Team
from lnl_gui.session.browsing import duplicates
from lnl_gui.session.changes import NOT_HERE, Changes
from lnl_gui.session.figures import evidence, stages
from lnl_gui.session.figures.exemplars import Exemplars
from lnl_gui.session.images import SampleImages
from lnl_gui.session.project_runs import ProjectRuns
from lnl_gui.session.project_views import ProjectViews
from lnl_gui.session.samples.columns import Row
from lnl_gui.session.samples.selection import distinct
from lnl_gui.session.state import SessionState
from lnl_gui.session.statistics import ReviewStatistics
from lnl_gui.store import finish_run
from lnl_gui.store.damage import Damage
from lnl_gui.store.database.connection import opening_error
from lnl_gui.store.database.read_only import read_only_error
from lnl_gui.store.dataset import samples
from lnl_gui.store.dataset.classes import ClassInfo, LabelMap, in_order
from lnl_gui.store.dataset.sample_counts import Counts
from lnl_gui.store.dataset.samples import UNSEEN, load_decided
from lnl_gui.store.detection import scores
from lnl_gui.store.history.looked_at import looked_at
from lnl_gui.store.jobs.parameters import FIRST_LOOK_FROM
from lnl_gui.store.jobs.runs import FIRST_LOOK
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.review.second_opinion import without_verdict
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.files.unfinished import sweep_unfinished
from lnl_gui.util.log import logger
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.process.account import account_name


class Session:
    """One open project. Verdict operations are on disk when they return.

    They raise `UserError` where the project is read-only, lent, or its disk is full; `rows` are
    integers (n,), in any order.

    Args:
        project: the open project; the session closes it.
        reviewer: whose verdicts these are.
        blind: see and change only the reviewer's own verdicts: a second opinion.
        shows_images: as of `Recording`.
    """

    def __init__(
        self,
        project: Project,
        *,
        reviewer: str,
        blind: bool = False,
        shows_images: bool | None = None,
    ) -> None:
        self._state = SessionState(project, reviewer=reviewer)
        self.project = project
        self.columns = self._state.columns
        self.derived = self._state.derived
        self.orders = self._state.orders
        self.split_names: list[str] = samples.load_split_names(project)
        self.dataset_root = project.dataset_root
        self.images = SampleImages(self._state, self.dataset_root)
        self.team = Team(self._state)
        self.class_edits = ClassEdits(self._state)
        self.remarks = SampleRemarks(self._state)
        self.views = ProjectViews(self._state)
        self.statistics = ReviewStatistics(self._state)
        self.exemplars = Exemplars(self.columns)
        self.runs = ProjectRuns(self._state)
        self.rescue = Rescue(self._state)
        self._recording = Recording(self._state, self.rescue, shows_images=shows_images)
        if blind:
            self.team.work_as(reviewer, blind=True)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        reviewer: str | None = None,
        read_only: bool = False,
        blind: bool = False,
        shows_images: bool | None = None,
        announce: Callable[[Message], object] = logger.warning,
    ) -> "Session":
        """Open a project; for reading only when another process is its writer.

        Args:
            folder: the project folder.
            reviewer: whose verdicts are given; the user by default.
            read_only: change nothing.
            blind: see and change only the reviewer's own verdicts.
            shows_images: as of `Recording`.
            announce: is told of a project from elsewhere before anything in it is written, once;
                what it raises leaves the project as it is.

        Raises:
            UserError: when the folder is no project or of a newer format, is damaged, or leads
                out of itself.
        """
        known = meet_project(folder, None if read_only else announce)
        project = open_project(folder, read_only=read_only)
        try:
            if not project.read_only:
                if not known:
                    remember_project(project)
                # The lock is ours, so that no other window has a worker on this project: what
                # still says running was killed.
                finish_run.settle_abandoned(project)
                finish_run.sweep_temporary(project)
                sweep_unfinished()
            return cls(
                project,
                reviewer=reviewer or account_name(),
                blind=blind,
                shows_images=shows_images,
            )
        except sqlite3.DatabaseError as error:
            project.close()
            raise opening_error(error, folder) from error
        except BaseException:
            # Or its lock would keep everybody out until this process ends.
            project.close()
            raise

    def close(self) -> None:
        """Back up what was decided, let go of the project and of the containers of its images."""
        self._recording.close()
        self._leave_word()
        close_containers()
        self.project.close()

    def _leave_word(self) -> None:
        """How much is left, for the list of recent projects, which opens none of them."""
        counts = self._state.known_counts
        if counts is None or self.read_only or not self.project.is_there():
            return
        with suppress(OSError):
            write_json(self.project.arrays / stages.LEFT, {"flagged_left": counts.flagged_left})

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
    def reviewer(self) -> str:
        """Whose verdicts these are."""
        return self._state.reviewer

    @property
    def blind(self) -> bool:
        """Whether only the reviewer's own verdicts are seen."""
        return self._state.blind

    @property
    def classes(self) -> list[ClassInfo]:
        """All classes; the index is the id. Those merged or deleted are not `live`."""
        return self._state.classes

    @property
    def label_map(self) -> LabelMap:
        """What labels of earlier results mean now."""
        return self._state.class_map

    @property
    def shown_classes(self) -> list[ClassInfo]:
        """The classes that samples can be of, in the order in which lists show them."""
        return in_order(self._state.classes)

    @property
    def name(self) -> str:
        """The project's name as people say it."""
        return self.folder.stem

    @property
    def read_only(self) -> bool:
        """Whether nothing can be recorded: another process writes, or the folder is protected."""
        return self.project.read_only

    @property
    def read_only_reason(self) -> Message:
        """Why the project is read-only; empty when it is not."""
        why = self.project.why_read_only
        return NOTHING if why is None else read_only_error(why, self.folder).message

    # Samples

    def path_of(self, row: Row) -> str:
        """A sample's path as it came."""
        return self.columns.paths[int(row)]

    def unreadable(self) -> list[tuple[str, Message]]:
        """(path, reason) of everything that is left out."""
        return samples.load_unreadable(self.project)

    def left_out(self) -> list[samples.LeftOut]:
        """What is skipped, not readable or missing in the dataset, and why."""
        return samples.load_left_out(self.project)

    def damage(self) -> list[Damage]:
        """Files that can be computed again and cannot be read: what this session goes without."""
        return self._state.damage()

    def class_name(self, label: int) -> str:
        """The name of a class by id; "" for -1, which stands for no label."""
        return self.classes[label].name if label >= 0 else ""

    def class_named(self, name: str) -> ClassInfo:
        """A class by name; whatever its case where that leaves one.

        Raises:
            UserError: when there is none, or several and none is written so.
        """
        for found in self.shown_classes:
            # The exact name first: classes may differ in case alone.
            if found.name == name:
                return found
        wanted = name.casefold()
        alike = [found for found in self.shown_classes if found.name.casefold() == wanted]
        if len(alike) == 1:
            return alike[0]
        if alike:
            raise UserError(
                message(
                    "{name} is not the name of a class, and these differ from it in capitals:"
                    " {classes}.",
                    name=name,
                    classes=", ".join(found.name for found in alike),
                ),
                message("Write the name as the class has it."),
            )
        raise UserError(
            message("There is no class called {name}.", name=name),
            message(
                "Classes: {classes}.", classes=", ".join(c.name for c in self.shown_classes[:20])
            ),
        )

    # Verdicts

    def note_reasons(self, *, hidden: bool) -> None:
        """Keep with the verdicts that follow whether what the detectors think is hidden."""
        self._recording.reasons_hidden = hidden

    def accept(self, rows: np.ndarray, *, named: bool = False) -> Changes:
        """Give each of `rows` int64 (n,) its suggested label; those without one are left alone.

        Args:
            rows: any.
            named: each was asked for by name, so that what is perhaps an image of none of the
                classes is set aside among others too.

        Raises:
            UserError: when none of them has a suggestion.
        """
        rows = _rows(rows)
        change = verdicts.accept(self.columns, rows, named=named)
        if len(rows) and not len(change.rows):
            raise UserError(
                message("There is no suggestion to accept."),
                message("Keep the label, or choose a class."),
                code=NOT_HERE,
            )
        return self._recording.record_part(verdicts.ACCEPT, change, rows)

    def keep(self, rows: np.ndarray, *, one_by_one: bool = False) -> Changes:
        """Confirm the given labels of `rows` int64 (n,); those that came without are left alone.

        Args:
            rows: any.
            one_by_one: each was decided by itself elsewhere, so that many are no bulk verdict.

        Raises:
            UserError: when all of them did.
        """
        rows = _rows(rows)
        change = verdicts.keep(self.columns, rows)
        if len(rows) and not len(change.rows):
            raise UserError(
                message("There is no label to keep."),
                message("Accept the suggestion, or choose a class."),
                code=NOT_HERE,
            )
        return self._recording.record_part(verdicts.KEEP, change, rows, one_by_one=one_by_one)

    def relabel(self, rows: np.ndarray, class_id: int, *, one_by_one: bool = False) -> Changes:
        """Give all samples of `rows` int64 (n,) one class; `one_by_one` as in `keep`.

        Raises:
            UserError: when there is no such class, or the project cannot be written.
        """
        params = {"class": self._state.live_class(class_id).name}
        change = verdicts.relabel(self.columns, _rows(rows), class_id)
        return self._recording.record(verdicts.RELABEL, change, params, one_by_one=one_by_one)

    def exclude(self, rows: np.ndarray, *, one_by_one: bool = False) -> Changes:
        """Exclude `rows` int64 (n,) from the curated dataset; `one_by_one` as in `keep`."""
        change = verdicts.exclude(self.columns, _rows(rows))
        return self._recording.record(verdicts.EXCLUDE, change, one_by_one=one_by_one)

    def unsure(self, rows: np.ndarray) -> Changes:
        """Mark `rows` int64 (n,) as looked at and undecided."""
        change = verdicts.unsure(self.columns, _rows(rows))
        return self._recording.record(verdicts.UNSURE_VERDICT, change)

    def ask(self, rows: np.ndarray) -> Changes:
        """Leave `rows` int64 (n,) to a colleague."""
        return self._recording.record(verdicts.ASK, verdicts.ask(self.columns, _rows(rows)))

    def reset(self, rows: np.ndarray) -> Changes:
        """Forget the decisions on `rows` int64 (n,); the journal keeps them."""
        return self._recording.record(verdicts.RESET, verdicts.reset(self.columns, _rows(rows)))

    def keep_one(self, rows: np.ndarray, chosen: Row) -> Changes:
        """Confirm one of the duplicates `rows` int64 (n,), exclude the others, as one operation.

        Raises:
            UserError: when `chosen` is none of them.
        """
        rows = _rows(rows)
        if int(chosen) not in rows:
            raise UserError(message("The sample to keep is not in the group."))
        change = duplicates.keep_one(self.columns, rows, int(chosen))
        return self._recording.record(verdicts.KEEP_ONE, change, {"path": self.path_of(chosen)})

    def take_source_labels(self) -> Changes:
        """Give undecided samples the label that the dataset gives them now.

        Raises:
            UserError: while reviewing blind, or when the project cannot be written.
        """
        if self.blind:
            raise UserError(message("Labels are taken over once nobody works blind any more."))
        change = verdicts.take_source(self.columns)
        return self._recording.record(verdicts.TAKE_SOURCE, change)

    def keep_undecided(self, rows: np.ndarray, reviewer: str) -> Changes:
        """Confirm the given labels of those of `rows` int64 (n,) that nobody has decided on.

        Args:
            rows: any.
            reviewer: who has decided so, elsewhere.

        Raises:
            UserError: while reviewing blind, or when the project cannot be written.
        """
        if self.blind:
            raise UserError(message("Decisions are taken in once nobody works blind any more."))
        rows = _rows(rows)
        change = verdicts.keep(self.columns, rows[self.columns.status[rows] == UNSEEN])
        return self._recording.record(verdicts.KEEP, change, reviewer=reviewer, one_by_one=True)

    def confirm(self, rows: np.ndarray) -> Changes:
        """Let decisions that were made on other pictures stand for those there now.

        Args:
            rows: int64 (n,); those of which nothing was decided on another picture stay as they
                are.

        Raises:
            UserError: while reviewing blind, or when the project cannot be written.
        """
        if self.blind:
            raise UserError(message("Decisions are taken in once nobody works blind any more."))
        rows = _rows(rows)
        rows = rows[self.columns.other_picture[rows]]
        label, status = load_decided(self.project, self.columns.given)
        change = verdicts.adopt(self.columns, rows, label[rows], status[rows])
        return self._recording.record(verdicts.CONFIRM, change)

    def adopt_opinions(self) -> Changes:
        """Make opinions nobody opposes the verdicts on samples that have none, as one operation.

        Raises:
            UserError: while reviewing blind, or when the project cannot be written.
        """
        if self.blind:
            raise UserError(message("Opinions are adopted once nobody works blind any more."))
        waiting = without_verdict(self.columns.status, self.columns.readable)
        found = self.derived.comparisons.unopposed(waiting)
        change = verdicts.adopt(self.columns, *found)
        return self._recording.record(verdicts.ADOPT, change)

    def undo(self) -> Changes | None:
        """Undo the newest operation, also one of an earlier session; blind, one's own newest.

        Returns None when there is nothing to undo.
        """
        return self._recording.undo()

    def redo(self) -> Changes | None:
        """Redo what was undone last; None when there is nothing to redo."""
        return self._recording.redo()

    def undo_text(self) -> Message | None:
        """The operation that `undo` would take back, in words; None for none."""
        return self._recording.undo_text()

    def newest_operation(self) -> int | None:
        """The number of the operation that `undo` would take back; None for none."""
        return self._recording.newest_operation()

    def redo_text(self) -> Message | None:
        """The operation that `redo` would do again, in words; None for none."""
        return self._recording.redo_text()

    def history(self, row: Row) -> list[history.HistoryEntry]:
        """Every verdict on one sample, oldest first; blind, only one's own."""
        entries = history.sample_history(self.project, self.classes, int(row))
        return [e for e in entries if not self.blind or e.reviewer == self.reviewer]

    def looked_at(self, rows: np.ndarray) -> np.ndarray:
        """Which of `rows` int64 (n,) a person looked at when deciding, bool (n,)."""
        return looked_at(self.project, rows)

    # State

    def counts(self) -> Counts:
        """How much there is and how much is left; a verdict costs no new count."""
        return self._state.counts()

    def stage(self) -> stages.ProjectStage:
        """How far this project has come."""
        return self._state.stage()

    @property
    def wants_first_look(self) -> bool:
        """Whether a part of the labels is worth judging before all of the images are embedded."""
        return (
            self.stage() < stages.ProjectStage.EMBEDDED
            and self.counts().samples >= FIRST_LOOK_FROM
            and self.runs.latest("detect") is None
            and self.runs.latest(FIRST_LOOK) is None
        )

    def steps(self) -> stages.Steps:
        """What is done, and what of it is in part or out of date."""
        return self._state.steps()

    def is_outdated(self, kind: str) -> bool:
        """Whether verdicts differ from those that the newest run of a kind was made from."""
        return self._state.is_outdated(kind)

    def next_step(self) -> stages.NextStep:
        """What a user would do first: what keeps from going on, else what comes next."""
        return self.statistics.first_step(self.images.absent_files, self.team.waiting_count())

    def evidence(self, row: Row) -> evidence.SampleEvidence:
        """Why a sample is suspected."""
        return evidence.sample_evidence(
            self.columns,
            self._state.scores,
            self._state.class_map,
            self._state.derived.duplicate_group,
            int(row),
        )

    @property
    def detection(self) -> scores.Scores:
        """The newest detect run's scores with its summary and folder."""
        return self._state.scores


def _rows(rows: np.ndarray) -> np.ndarray:
    # An operation holds each sample once: (operation, sample) is the key of the table of changes.
    return distinct(np.asarray(rows, np.int64))
