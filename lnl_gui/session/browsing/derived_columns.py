"""Derived columns: read or computed on first use, then cached.

Issues, detectors' votes, duplicate groups, who decided what, disagreements, audits.
"""

import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from lnl_gui.session.figures.gain import newest_comparison
from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.session.samples.selection import distinct
from lnl_gui.store.dataset.classes import load_class_map
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.detection import scores
from lnl_gui.store.detection.detection_tables import read_detectors, read_issues
from lnl_gui.store.history import audits
from lnl_gui.store.history.remarks import Remarks, load_remarks
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.arrays import file_stem, load_facts
from lnl_gui.store.project import Project
from lnl_gui.store.review import decisions, second_opinion
from lnl_gui.store.review.second_opinion import ReviewerComparisons
from lnl_gui.util.errors import UserError
from lnl_gui.util.log import logger
from lnl_gui.util.messages import Message, message

UNREADABLE = "unreadable"
"""The issue of a file that could not be read: known from embedding, not from detection."""
MISSING, SOURCE_LABEL = "missing", "source_label"
"""Likewise, known from an update: what has left the dataset, and labels that it has changed."""
OTHER_PICTURE = "other_picture"
"""Decisions on another picture than the one that the file holds now, also known from updates."""
WITHOUT_IMAGE = (UNREADABLE, MISSING)
"""Issues that show samples which all other views leave out."""
WELL_LABELLED = "well_labelled"
"""The opposite of an issue: labels that nobody need look at."""
TRUNCATED = "truncated"
"""The issue of a file that lacks its end or is damaged; what is made up of it is grey."""
NOTED = "noted"
"""Samples that somebody has left a note on."""
ALONE = -1
"""Duplicate group of a sample that has no duplicate."""
_FEW = 1_000
"""Up to so many samples decided anew, comparing those again is faster than comparing all."""


class DerivedColumns:
    """Cached columns of detection results and of the journal; all arrays have length N.

    Args:
        project: open.
        columns: of its samples.
        detection: gives the scores of the newest detection that the columns show.
    """

    def __init__(
        self, project: Project, columns: SampleColumns, detection: Callable[[], scores.Scores]
    ) -> None:
        self._project = project
        self._columns = columns
        self._detection = detection
        self._of_scores: dict[str, np.ndarray] = {}
        self._of_journal: dict[str, np.ndarray] = {}
        self._comparisons: ReviewerComparisons | None = None
        self._decided_anew = np.zeros(0, np.int64)
        self._version = columns.version
        self._remarks: Remarks | None = None
        self._shares: np.ndarray | None = None

    def forget_verdicts(self, rows: np.ndarray | None = None) -> None:
        """Drop what was derived from the journal, for `rows` int64 (n,) or for all samples."""
        self._of_journal.clear()
        # All: a merge or a replay, which may bring notes as well; a verdict brings none.
        if rows is None:
            self._remarks = None
            self._comparisons, self._decided_anew = None, np.zeros(0, np.int64)
        elif len(self._decided_anew) > _FEW:
            # All are compared again in any case: to collect on would take the square of the time.
            self._comparisons, self._decided_anew = None, np.zeros(0, np.int64)
        elif self._comparisons is not None:
            # Collected and not compared yet: a verdict must not wait for what only some views show.
            self._decided_anew = distinct(np.concatenate([self._decided_anew, rows]))

    def take_comparisons(self, comparisons: ReviewerComparisons) -> None:
        """Drop what was derived from the journal, but for these comparisons, computed elsewhere."""
        self.forget_verdicts()
        self._comparisons = comparisons

    def issue(self, name: str) -> np.ndarray:
        """Which samples an issue concerns, bool (N,).

        Raises:
            UserError: when the newest detection did not look for it.
        """
        if name == UNREADABLE:
            return self._unreadable
        if name == MISSING:
            return self._columns.missing
        if name == SOURCE_LABEL:
            return self._columns.source_differs
        if name == OTHER_PICTURE:
            return self._columns.other_picture
        if name == NOTED:
            return self._at(self.remarks.notes)
        if name == WELL_LABELLED:
            return self._columns.well_labelled
        return self._score(f"issue-{name}-flagged", message("no issue called {name}", name=name))

    @property
    def cut_short(self) -> np.ndarray:
        """Which files were damaged and read as far as they go, bool (N,); known from embedding.

        Mapped and not kept, so that of one sample hardly anything is read.
        """
        facts = load_facts(self._project, len(self._columns.given))
        names = () if facts is None else facts.dtype.names or ()
        if facts is None or TRUNCATED not in names or facts.dtype[TRUNCATED] != np.bool_:
            return np.zeros(len(self._columns.given), bool)
        found: np.ndarray = facts[TRUNCATED]
        return found

    def vote(self, detector: str) -> np.ndarray:
        """The class a detector votes for, int32 (N,), -1 for none.

        Raises:
            UserError: when the newest detection did not run it.
        """
        stem = f"detector-{file_stem(detector)}"
        said = self._score(f"{stem}-vote", message("no detector called {name}", name=detector))
        # Written with the classes of that day, of which some may have been merged since.
        return load_class_map(self._project).of(said)

    def against(self, detector: str) -> np.ndarray:
        """Which samples a detector would give another class, bool (N,).

        Raises:
            UserError: when the newest detection did not run it.
        """
        vote = self.vote(detector)
        return (vote >= 0) & (vote != self._columns.given) & ~self._columns.unlabelled

    def detector_names(self) -> list[str]:
        """Detectors of the newest detection."""
        return [entry.name for entry in read_detectors(self._folder())]

    def issue_names(self) -> list[str]:
        """Issues the newest detection looked for; before any, files that could not be read."""
        missing, unreadable, sound = self._remember_scores("first", self._find_first).tolist()
        found = {
            SOURCE_LABEL: self._any_source_differs(),
            OTHER_PICTURE: bool(self._columns.other_picture.any()),
            MISSING: missing,
            UNREADABLE: unreadable,
            WELL_LABELLED: sound,
            NOTED: bool(self.remarks.notes),
        }
        first = [name for name, there in found.items() if there]
        return [*first, *(entry.name for entry in read_issues(self._folder()))]

    def _find_first(self) -> np.ndarray:
        """Whether anything is missing, unreadable, well labelled: what no verdict changes."""
        columns = self._columns
        found = (columns.missing.any(), self._unreadable.any(), columns.well_labelled.any())
        return np.array(found)

    @property
    def _unreadable(self) -> np.ndarray:
        """Without what is missing in the dataset, which is an issue of its own, bool (N,)."""
        found: np.ndarray = ~(self._columns.readable | self._columns.missing)
        return found

    def _any_source_differs(self) -> bool:
        return bool(len(self.source_differing()))

    def source_differing(self) -> np.ndarray:
        """Rows int64 (n,) whose label in the dataset is another now than here."""
        # Few labels have changed in a dataset, and verdicts change the others' by the thousand.
        columns = self._columns
        rows = self._remember_scores("sourced", lambda: np.flatnonzero(columns.source_label >= 0))
        return rows[columns.source_label[rows] != columns.current[rows]]

    def losses_of(self, given: int) -> np.ndarray:
        """Losses of the samples of one given label, float32 (n,), without those that have none."""
        return self._remember_scores(f"losses:{given}", lambda: self._find_losses(given))

    def _find_losses(self, given: int) -> np.ndarray:
        losses = self._columns.loss[self._columns.given == given]
        return losses[np.isfinite(losses)]

    @property
    def remarks(self) -> Remarks:
        """Notes, tags and second labels."""
        if self._remarks is None:
            self._remarks = load_remarks(self._project)
        return self._remarks

    def tagged(self, name: str) -> np.ndarray:
        """Which samples have a tag, bool (N,)."""
        return self._at(self.remarks.tags.get(name, ()))

    def _at(self, rows: Iterable[int]) -> np.ndarray:
        found = np.zeros(len(self._columns.given), bool)
        found[list(rows)] = True
        return found

    def forget_remarks(self) -> None:
        """Read them anew when next asked."""
        self._remarks = None

    @property
    def shares(self) -> np.ndarray:
        """A number for each sample by its path, uint32 (N,), the same on every machine.

        Copies of one image have the number of the first of them: who sees one sees them all.
        """
        # Not Python's hash(): it is salted anew in each process, and two people's shares would
        # overlap.
        if self._shares is None:
            paths = self._columns.paths
            self._shares = np.array(
                [zlib.crc32(path.encode("utf-8", "surrogatepass")) for path in paths], np.uint32
            )
        # Groups follow each detection, so that only the numbers of paths can be kept.
        group = self.duplicate_group
        found = self._shares.copy()
        together = np.flatnonzero(group >= 0)
        _, first, inverse = np.unique(group[together], return_index=True, return_inverse=True)
        found[together] = self._shares[together[first]][inverse]
        return found

    @property
    def agreement(self) -> np.ndarray:
        """How many detectors would give each sample another class, int16 (N,)."""
        return self._remember_scores("agreement", self._count_against)

    @property
    def duplicate_group(self) -> np.ndarray:
        """Group of exact and near duplicates, int32 (N,), -1 for a sample that has none."""
        return self._remember_scores("duplicate_group", self._load_groups)

    def decided_by(self, reviewer: str) -> np.ndarray:
        """Which samples have a verdict or an opinion of a reviewer in force, bool (N,)."""
        key = f"reviewer:{reviewer}"
        return self._remember_journal(key, lambda: self._decided_by(reviewer))

    def audit_rows(self, audit: int) -> np.ndarray:
        """Rows of an audit in the order drawn, int64 (n,)."""
        return self._remember_journal(
            f"audit:{audit}", lambda: audits.load_audit(self._project, audit).rows
        )

    @property
    def deciding_rows(self) -> np.ndarray:
        """Held-out rows on which the models of the newest training disagree, int64 (n,), in random
        order; none without a training that compared two."""
        return self._remember_journal("deciding", self._find_deciding)

    def forget_runs(self) -> None:
        """Drop what was derived from the newest training."""
        self._of_journal.pop("deciding", None)
        self._of_journal.pop("audited", None)

    def _find_deciding(self) -> np.ndarray:
        found = newest_comparison(self._project, len(self._columns.given))
        return np.zeros(0, np.int64) if found is None else found.rows

    @property
    def audited(self) -> np.ndarray:
        """Which samples were judged for an audit or a comparison and not as suspects, bool (N,)."""
        return self._remember_journal("audited", self._find_audited)

    def _find_audited(self) -> np.ndarray:
        found = audits.drawn_by_any(self._project, len(self._columns.given))
        compared = newest_comparison(self._project, len(found))
        if compared is not None:
            # Those with a verdict before were perhaps judged as suspects.
            found[compared.rows[~compared.decided]] = True
        return found

    @property
    def comparisons(self) -> ReviewerComparisons:
        """What several reviewers decided, for each sample with an opinion."""
        rows, before = self._decided_anew, self._comparisons
        if before is None or len(rows) > _FEW:
            self._comparisons = second_opinion.compare(self._project)
        elif len(rows):
            self._comparisons = second_opinion.compare_again(self._project, before, rows)
        self._decided_anew = np.zeros(0, np.int64)
        assert self._comparisons is not None
        return self._comparisons

    @property
    def disagreement(self) -> np.ndarray:
        """On which samples two reviewers differ and nobody has settled it, bool (N,)."""
        return self._remember_journal("disagreement", self._find_disagreements)

    def _find_disagreements(self) -> np.ndarray:
        found = np.zeros(len(self._columns.given), bool)
        found[self.comparisons.rows[self.comparisons.open]] = True
        return found

    def _decided_by(self, reviewer: str) -> np.ndarray:
        status = decisions.own_view(self._project, reviewer, self._columns.given)[1]
        return status != UNSEEN

    def _count_against(self) -> np.ndarray:
        count = np.zeros(len(self._columns.given), np.int16)
        for name in self.detector_names():
            try:
                count += self.against(name)
            except UserError as error:
                # Its votes are damaged, which is told of; the others still count.
                logger.warning("%s", error)
        return count

    def _load_groups(self) -> np.ndarray:
        count = len(self._columns.given)
        found = scores.sample_array(self._detection(), scores.DUPLICATE_GROUP)
        if found is None:
            return np.full(count, ALONE, np.int32)
        return np.array(found, np.int32)

    def _score(self, name: str, missing: Message) -> np.ndarray:
        def load() -> np.ndarray:
            found = scores.sample_array(self._detection(), name)
            if found is None:
                raise UserError(
                    message("The newest detection knows {missing}.", missing=missing),
                    message("Find suspects again, or take that filter away."),
                    code="no_such_scores",
                )
            return np.array(found)

        return self._remember_scores(name, load)

    def _folder(self) -> Path | None:
        run = runs.newest_detection(self._project)
        return run.folder if run else None

    def _remember_scores(self, key: str, compute: Callable[[], np.ndarray]) -> np.ndarray:
        # The version counts detections taken over: what was read from the older one's folder is
        # void.
        if self._version != self._columns.version:
            self._of_scores.clear()
            self._version = self._columns.version
        if key not in self._of_scores:
            self._of_scores[key] = compute()
        return self._of_scores[key]

    def _remember_journal(self, key: str, compute: Callable[[], np.ndarray]) -> np.ndarray:
        if key not in self._of_journal:
            self._of_journal[key] = compute()
        return self._of_journal[key]
