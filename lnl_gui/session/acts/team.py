"""Several reviewers of one project: second opinions, disagreements, copies merged."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lnl_gui.session.acts.merged import Merged, merge_copy
from lnl_gui.session.changes import Changes
from lnl_gui.session.samples.columns import Row
from lnl_gui.session.state import SessionState
from lnl_gui.store.database.integrity import refuse_broken
from lnl_gui.store.dataset.other_pictures import ASK
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.history import journal_file
from lnl_gui.store.history import merge as merging
from lnl_gui.store.history.open_pack import unpack
from lnl_gui.store.history.pack_format import PACK_OF
from lnl_gui.store.history.picture_hashes import ReadHashes, picture_hashes
from lnl_gui.store.project import Project, is_project, open_project
from lnl_gui.store.review import second_opinion
from lnl_gui.store.review.decisions import has_opinions
from lnl_gui.util.messages import Message, message_n
from lnl_gui.util.progress import JobContext


class Team:
    """Reviewers of an open project: who reviews, second opinions, merges.

    Args:
        state: of the open project.
    """

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def work_as(self, reviewer: str, *, blind: bool = False) -> Changes:
        """Hand over to another reviewer.

        Blind, the columns show the reviewer's own verdicts alone, and new ones are opinions that
        leave the current labels as they are.
        """
        return self._state.work_as(reviewer, blind=blind)

    def rename(self, name: str) -> None:
        """Record later verdicts under another name."""
        self._state.reviewer = name

    def reviewers(self) -> list[str]:
        """Everybody with a verdict or an opinion in force, in order of their first."""
        return self._state.reviewers()

    def disagreements(self) -> list[second_opinion.ReviewerComparison]:
        """The queue of samples on which reviewers differ; empty while working blind.

        Any verdict on such a sample settles it; `ViewSpec(disagreement=True)` shows them.
        """
        if self._state.blind:
            return []
        found = self._state.derived.comparisons
        return [found.one(int(place)) for place in np.flatnonzero(found.open)]

    def disagreement_count(self) -> int:
        """Number of samples on which reviewers differ; 0 while working blind."""
        return 0 if self._state.blind else int(self._state.derived.comparisons.open.sum())

    def waiting_count(self) -> int:
        """Number of samples without a verdict on which all opinions agree; 0 while working blind.

        `Session.adopt_opinions` makes verdicts of them.
        """
        if self._state.blind or not has_opinions(self._state.project):
            return 0
        columns = self._state.columns
        waiting = second_opinion.without_verdict(columns.status, columns.readable)
        return len(self._state.derived.comparisons.unopposed(waiting)[0])

    def disagreement_on(self, row: Row) -> second_opinion.ReviewerComparison | None:
        """What reviewers decided about a sample they differ on, else None."""
        if self._state.blind or not self._state.derived.disagreement[int(row)]:
            return None
        return self._state.derived.comparisons.find(int(row))

    def agreement(self) -> list[second_opinion.ReviewerAgreement]:
        """Cohen's kappa of each pair of reviewers who decided about the same samples."""
        return self._state.derived.comparisons.agreement

    def is_journal(self, other: Path) -> bool:
        """Whether what is to be merged is a journal, or a project made of one of our packs."""
        return other.is_file() or pack_of(other) == self._state.project.meta("uuid")

    def take_in(
        self, other: Path, *, others: str = ASK
    ) -> tuple[journal_file.ReplayReport, Changes]:
        """Take in what was decided in a pack of this project, or a journal file.

        Args:
            other: either of them.
            others: what becomes of decisions on other pictures, see `store.dataset.other_pictures`.

        Raises:
            UserError: when it is neither, or nothing says what becomes of other pictures.
        """
        if other.is_file():
            return self.replay(other, others=others)
        with TemporaryDirectory() as place, open_project(other, read_only=True) as made:
            # Before a line of it is replayed: a pack has been on another machine.
            refuse_broken(made.connection, other)
            # As a journal: a pack numbers its samples from 0, and a replay finds them by path or
            # content.
            file = Path(place) / f"{other.stem}.jsonl"
            journal_file.write_journal(made, file)
            return self.replay(file, others=others)

    def merge(
        self, folder: Path, context: JobContext, *, others: str = ASK
    ) -> tuple[merging.MergeReport, Changes]:
        """Merge the journal of another copy of this project.

        Raises:
            UserError: when the other is no project, one of another dataset, or nothing says what
                becomes of other pictures.
        """
        merged = merge_copy(self._state.project, folder, context, others=others)
        return merged.report, self.show_merged(merged)

    def lend(self) -> Project:
        """The project for another thread to `merge_copy` into; until it is closed none writes here.

        Raises:
            UserError: when this project is open for reading only, or lent already.
        """
        return self._state.project.lend()

    def show_merged(self, merged: Merged) -> Changes:
        """Load the verdicts that `merge_copy` has written to the lent project."""
        self._state.reload_classes()
        self._state.derived.take_comparisons(merged.comparisons)
        self._state.take_reviewers(merged.reviewers)
        if self._state.blind:
            # What was merged is everybody's verdicts, which a blind reviewer must not see.
            self._state.work_as(self._state.reviewer, blind=True)
        else:
            self._state.forget_counts()
            self._state.columns.take_over(merged.label, merged.status, merged.verdict_time)
        text = message_n(
            "Took in {count:,} operation of {name}",
            "Took in {count:,} operations of {name}",
            merged.report.operations,
            name=merged.name,
        )
        return Changes(labels=True, classes=True, rows=merged.report.rows, text=text)

    def replay(
        self, source: Path, *, others: str = ASK
    ) -> tuple[journal_file.ReplayReport, Changes]:
        """Replay a journal file; samples are matched by path and content hash.

        Raises:
            UserError: when the file is no journal, or nothing says what becomes of other pictures.
        """
        report = journal_file.replay_journal(self._state.project, source, others=others)
        text = message_n(
            "Replayed {count:,} operation of {name}",
            "Replayed {count:,} operations of {name}",
            report.imported.operations,
            name=source.name,
        )
        return report, self._after_import(report.imported.rows, text)

    def write_journal(self, target: Path, *, read: ReadHashes | None = None) -> int:
        """Write the journal as JSON lines; returns how many operations it has.

        Args:
            target: the file.
            read: reads images that were decided on and never embedded; None leaves them to their
                names.
        """
        return journal_file.write_journal(self._state.project, target, read=read)

    def known_by_name(self) -> int:
        """Samples that were decided on and that a journal names by their path alone."""
        hashes = picture_hashes(self._state.project, len(self._state.columns.paths))
        return int(((self._state.columns.status != UNSEEN) & (hashes == b"")).sum())

    def _after_import(self, rows: np.ndarray, text: Message) -> Changes:
        self._state.reload_classes()
        self._state.derived.forget_verdicts()
        self._state.take_reviewers(None)
        self._state.work_as(self._state.reviewer, blind=self._state.blind)
        return Changes(labels=True, classes=True, rows=rows, text=text)


def pack_of(folder: Path) -> str:
    """The id of the project that another one is a pack of; "" for any other."""
    if not is_project(folder):
        return ""
    with open_project(folder, read_only=True) as project:
        return project.meta(PACK_OF)


def open_pack(file: Path, folder: Path) -> Path:
    """Make a project of a pack; returns its folder.

    Raises:
        UserError: when the file is no pack, is refused, or the project cannot be written.
    """
    return unpack(file, folder)
