"""Shared state of a session: columns, classes, the reviewer, and counts.

Each part of a session (`team`, `views`, `statistics`, `runs`) is given this state, never the
session, so that no part knows another.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from lnl_gui.session.browsing.derived_columns import DerivedColumns
from lnl_gui.session.browsing.orders import Orders
from lnl_gui.session.changes import Changes
from lnl_gui.session.figures import stages
from lnl_gui.session.figures.result_age import ResultAge
from lnl_gui.session.samples.columns import (
    ReadDetection,
    SampleColumns,
    load_columns_and_scores,
    reload_labels,
    reload_pixels,
    reload_scores,
)
from lnl_gui.store.damage import Damage, damaged_files
from lnl_gui.store.dataset import samples
from lnl_gui.store.dataset.classes import ClassInfo, class_map, load_classes
from lnl_gui.store.dataset.replaced_pictures import has_replaced
from lnl_gui.store.dataset.sample_counts import Counts
from lnl_gui.store.dataset.samples import load_unread, unread_message
from lnl_gui.store.detection import scores
from lnl_gui.store.history.journal import Change
from lnl_gui.store.jobs import runs
from lnl_gui.store.project import Project
from lnl_gui.store.review import decisions
from lnl_gui.store.review.standing_samples import load_current
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, message


class SessionState:
    """The columns of an open project and its present reviewer.

    Args:
        project: the open project.
        reviewer: whose verdicts are given.
    """

    def __init__(self, project: Project, *, reviewer: str) -> None:
        self.project = project
        self.reviewer = reviewer
        self.blind = False
        self.columns: SampleColumns
        self.scores: scores.Scores
        self.columns, self.scores = load_columns_and_scores(project)
        self.classes: list[ClassInfo] = load_classes(project)
        self.class_map = class_map(self.classes)
        self.derived = DerivedColumns(project, self.columns, lambda: self.scores)
        self.orders = Orders(self.columns, self.derived)
        self.age = ResultAge(project, self.in_force)
        self._in_force: tuple[np.ndarray, np.ndarray] | None = None
        self._counts: Counts | None = None
        self._done: set[str] | None = None
        self._partial: bool | None = None
        self._unread: Message | None = None
        self._embedded_since: bool | None = None
        self._damage: list[Damage] | None = None
        self._reviewers: list[str] | None = None

    def __len__(self) -> int:
        return len(self.columns.paths)

    def live_class(self, class_id: int) -> ClassInfo:
        """A class by id.

        Raises:
            UserError: for a number of none, or of one that was merged or deleted.
        """
        if not 0 <= class_id < len(self.classes) or not self.classes[class_id].live:
            raise UserError(message("There is no class number {class_id}.", class_id=class_id))
        return self.classes[class_id]

    def in_force(self) -> tuple[np.ndarray, np.ndarray]:
        """The project's labels int32 (N,) and statuses uint8 (N,).

        Those of the columns, but while somebody works blind: then these are their own verdicts, of
        which nothing was trained or exported.
        """
        if not self.blind:
            return self.columns.current, self.columns.status
        if self._in_force is None:
            self._in_force = load_current(self.project, self.columns.given)
        return self._in_force

    # Counts

    @property
    def known_counts(self) -> Counts | None:
        """The counts, if anybody has asked for them."""
        return self._counts

    def counts(self) -> Counts:
        """How much there is and how much is left; a verdict costs no new count."""
        if self._counts is None:
            self._counts = stages.count(self.columns)
        return self._counts

    def stage(self) -> stages.ProjectStage:
        """How far this project has come."""
        return stages.stage_of(self._done_kinds(), self.counts())

    def steps(self) -> stages.Steps:
        """What is done, and what of it is in part or out of date."""
        return stages.steps_of(
            self._done_kinds(),
            self.counts(),
            model_outdated=self.is_outdated("finetune"),
            export_outdated=self.is_outdated("export"),
            export_partial=self._exported_in_part(),
            unread=bool(self.unread()),
        )

    def _done_kinds(self) -> set[str]:
        if self._done is None:
            self._done = runs.done_kinds(self.project)
        return self._done

    def is_outdated(self, kind: str) -> bool:
        """Whether verdicts differ from those that the newest run of a kind was made from."""
        return self.age.is_outdated(kind, self.classes)

    def _exported_in_part(self) -> bool:
        if self._partial is None:
            newest = runs.latest_run(self.project, "export")
            self._partial = newest is not None and bool(newest.metrics.get("partial"))
        return self._partial

    def embedded_since_detection(self) -> bool:
        """Whether the images were embedded anew, and suspects are those of before."""
        if self._embedded_since is None:
            detect, embed = (runs.latest_run(self.project, kind) for kind in ("detect", "embed"))
            self._embedded_since = bool(detect and embed and detect.number < embed.number)
        return self._embedded_since

    def unread(self) -> Message:
        """That images could not be read for what the machine said; nothing where all could.

        The embedding lacks them, and they are to be read again.
        """
        if self._unread is None:
            found = load_unread(self.project)
            self._unread = unread_message(self.project, found) if found else NOTHING
        return self._unread

    def damage(self) -> list[Damage]:
        """Files that can be computed again and cannot be read, looked up once after each run."""
        if self._damage is None:
            self._damage = damaged_files(self.project)
        return list(self._damage)

    def reviewers(self) -> list[str]:
        """Everybody with a verdict or an opinion in force, in order of their first."""
        if self._reviewers is None:
            self._reviewers = decisions.reviewers(self.project)
        return list(self._reviewers)

    # What has changed

    def apply(self, change: Change, when: float) -> None:
        """Apply a change that has just been recorded in the journal to columns and counts."""
        change = self.columns.standing(self._for_classes(change))
        if self._counts is not None:
            # Before `touch`: the old statuses are counted from the columns.
            self._counts = stages.count_after(self._counts, self.columns, change)
        self.columns.touch(change, when)
        # An opinion leaves the current labels as they are, so that no result is older for it.
        if not self.blind:
            self.age.note_verdict()
        self.derived.forget_verdicts(change.rows)

    def _for_classes(self, change: Change) -> Change:
        """A change as it reads now: the journal has labels of classes that were merged since."""
        given = self.columns.given[change.rows]
        new = samples.present_labels(self.class_map, given, change.new_label, change.new_status)
        return replace(change, new_label=new[0], new_status=new[1])

    def reload_classes(self) -> np.ndarray:
        """Read the classes anew, and with them what labels mean where any was merged or deleted.

        Returns:
            samples whose current label is another now, int64 (n,).
        """
        before = self.class_map
        self.classes = load_classes(self.project)
        self.derived.forget_remarks()
        self.age.forget()
        self.class_map = class_map(self.classes)
        # Labels mean what they meant: a rename or a colour must not read a million samples anew.
        if before.table is None and self.class_map.table is None:
            return np.zeros(0, np.int64)
        current = self.columns.current.copy()
        reload_labels(self.project, self.columns)
        self.take_run("detect")
        self.derived.forget_verdicts()
        self.work_as(self.reviewer, blind=self.blind)
        return np.flatnonzero(current != self.columns.current)

    def note_reviewer(self, name: str) -> None:
        """Add a reviewer to the cached list of reviewers."""
        if self._reviewers is not None and name not in self._reviewers:
            self._reviewers.append(name)

    def recheck_reviewer(self, name: str) -> None:
        """Read the list of reviewers anew where one has come or gone."""
        known = self._reviewers
        if known is not None and (name in known) != decisions.has_decided(self.project, name):
            self._reviewers = None

    def take_reviewers(self, names: Iterable[str] | None) -> None:
        """Replace the cached list of reviewers; None to read it anew."""
        self._reviewers = None if names is None else list(names)

    def forget_counts(self) -> None:
        """Count anew when next asked, after verdicts from elsewhere."""
        self._counts = None
        self.age.forget()

    def take_run(self, kind: str, read: ReadDetection | None = None) -> None:
        """Load the results of a finished embedding or detection, or `read` ones, into columns."""
        if kind == "embed":
            reload_pixels(self.project, self.columns)
            if has_replaced(self.project):
                # It may have found more of them.
                self.work_as(self.reviewer, blind=self.blind)
        self.scores = reload_scores(self.project, self.columns, read)

    def forget_runs(self) -> None:
        """Drop the cached kinds of run that are done, and the counts."""
        self._done = self._counts = self._damage = self._partial = None
        self._embedded_since = self._unread = None
        self.age.forget()
        self.derived.forget_runs()

    def work_as(self, reviewer: str, *, blind: bool = False) -> Changes:
        """Hand over to another reviewer.

        Blind, the columns show the reviewer's own verdicts alone, and new ones are opinions that
        leave the current labels as they are.
        """
        self.reviewer, self.blind = reviewer, blind
        self._in_force = None
        self.forget_counts()
        self.columns.own_of = reviewer if blind else None
        if blind:
            label, status, when = decisions.own_view(self.project, reviewer, self.columns.given)
            self.columns.take_over(label, status, when)
        else:
            self.columns.take_over(*load_current(self.project, self.columns.given))
        # Who looks at the journal changes nothing of what it says.
        self.derived.forget_verdicts(np.zeros(0, np.int64))
        text = (
            message("{reviewer} reviews blind", reviewer=reviewer)
            if blind
            else message("{reviewer} reviews", reviewer=reviewer)
        )
        return Changes(labels=True, rows=np.arange(len(self)), text=text)
