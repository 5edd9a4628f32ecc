"""The journal of another copy, its samples numbered as the same pictures are here."""

from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.store.dataset import column_cache
from lnl_gui.store.dataset.classes import load_classes
from lnl_gui.store.dataset.other_pictures import (
    ASK,
    TAKE,
    FoundPictures,
    find_pictures,
    refuse_others,
)
from lnl_gui.store.dataset.samples import KEPT, RELABELLED
from lnl_gui.store.history import audits
from lnl_gui.store.history.import_operations import ForeignJournal
from lnl_gui.store.history.journal import Change
from lnl_gui.store.history.picture_hashes import judged_hashes, picture_hashes
from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_SHARED, _ALIKE = 0.5, 0.9
"""Share of the smaller project's pictures that the other one must have, and of those that must have
the same given label, for two imports whose files are called otherwise to be of one dataset."""


@dataclass(frozen=True)
class Placed:
    """Another journal and audits, their samples numbered by the pictures here."""

    journal: ForeignJournal
    audits: list[audits.Audit]
    moved: int
    """samples found by their content under another path"""
    others: tuple[str, ...]
    """paths that hold another picture here than the one decided on"""
    missing: tuple[str, ...]
    """paths of pictures that are not here"""
    by_name: int
    """samples found by their path alone: their content is not known on both sides"""


class CopiesOfDataset:
    """This project and another one of the same images, which may be called otherwise there.

    Args:
        project: open, for reading at least.
        other: likewise.

    Raises:
        UserError: when they are of different datasets.
    """

    def __init__(self, project: Project, other: Project) -> None:
        self._other = other
        self._fixed = column_cache.load_fixed(project)
        self._there = column_cache.load_fixed(other)
        self._here_hashes = picture_hashes(project, len(self._fixed.given))
        self._there_hashes = picture_hashes(other, len(self._there.given))
        # By name: classes added by a person may be numbered differently in the copies.
        self._given = tuple(
            names[fixed.given]
            for names, fixed in zip(
                map(_class_keys, (project, other)), (self._fixed, self._there), strict=True
            )
        )
        if not (
            self._have_same_names() or self._are_copies(project, other) or self._share_pictures()
        ):
            raise UserError(
                message(
                    "{other} is a project of another dataset than {folder}.",
                    other=other.folder,
                    folder=project.folder,
                ),
                message(
                    "Only copies of one project, or projects of the same images and given"
                    " labels, can be merged. To carry verdicts to a changed dataset, replay the"
                    " journal."
                ),
                code="other_dataset",
            )

    def _have_same_names(self) -> bool:
        here, there = self._given
        return np.array_equal(here, there) and np.array_equal(
            self._fixed.paths.block, self._there.paths.block
        )

    def _are_copies(self, project: Project, other: Project) -> bool:
        """Whether both were one project, whose dataset has changed in the copies since."""
        here, there = self._given
        count = min(len(here), len(there))
        is_one = project.meta("uuid") == other.meta("uuid") != ""
        # A given label never changes.
        return is_one and np.array_equal(here[:count], there[:count])

    def _share_pictures(self) -> bool:
        shared, here, there = np.intersect1d(
            self._here_hashes, self._there_hashes, return_indices=True
        )
        known = shared != b""
        least = min(len(self._here_hashes), len(self._there_hashes))
        if not known.any() or known.sum() < _SHARED * least:
            return False
        alike = self._given[0][here[known]] == self._given[1][there[known]]
        return bool(np.mean(alike) >= _ALIKE)

    def place(
        self,
        foreign: ForeignJournal,
        drawn: list[audits.Audit],
        class_of: np.ndarray,
        others: str,
    ) -> Placed:
        """Find the pictures here that the other copy speaks of.

        Args:
            foreign: its journal, with samples as they are numbered there.
            drawn: audits of it.
            class_of: int32 (C + 1,), class ids here by class ids there, -1 by -1.
            others: what becomes of decisions on other pictures than those of the same path here.

        Raises:
            UserError: when there are such, and they are neither left nor taken.
        """
        change, here = foreign.change, self._here_hashes
        rows = np.concatenate([change.rows, *(audit.rows for audit in drawn)]).astype(np.int64)
        hashes = self._hashes_of(foreign, drawn)
        paths = [self._there.paths[row] for row in rows.tolist()]
        pairs = list(zip(paths, hashes.tolist(), strict=True))
        pictures = find_pictures(pairs, self._fixed.paths, here)
        # A sample keeps its number in all copies, also where its content is there twice.
        inside = np.minimum(rows, len(here) - 1)
        same = (rows < len(here)) & (hashes != b"") & (here[inside] == hashes)
        found = _Found(pictures, pairs, same)
        if others == ASK:
            refuse_others(found.others, len(set(paths)), str(self._other.folder))
        if others == TAKE:
            pictures.take()
        placed = np.array([pictures.rows[pair] for pair in pairs], np.int64)
        placed[same] = rows[same]
        given = class_of[self._there.given[change.rows]]
        journal = _renumbered(foreign, placed[: len(change.rows)], given, self._fixed.given)
        ends = np.cumsum([len(change.rows), *(len(audit.rows) for audit in drawn)]).tolist()
        kept = [
            replace(audit, rows=placed[start:end])
            for audit, start, end in zip(drawn, ends, ends[1:], strict=False)
        ]
        # A random sample of which a part is of other pictures is none.
        kept = [audit for audit in kept if (audit.rows >= 0).all()]
        moved = self._moved(placed, paths)
        return Placed(journal, kept, moved, found.others, found.missing, found.by_name)

    def _moved(self, placed: np.ndarray, paths: list[str]) -> int:
        here = self._fixed.paths
        pairs = zip(placed.tolist(), paths, strict=True)
        return len({row for row, path in pairs if row >= 0 and here[row] != path})

    def _hashes_of(self, foreign: ForeignJournal, drawn: list[audits.Audit]) -> np.ndarray:
        """Of verdicts what was judged, and of audits what is there."""
        change = foreign.change
        operations = np.array([op.id for op in foreign.operations], np.int64)[foreign.owner]
        judged = judged_hashes(self._other, len(self._there.given), change.rows, operations)
        return np.concatenate([judged, *(self._there_hashes[audit.rows] for audit in drawn)])


class _Found:
    """What is said of the pictures that are not simply where they were."""

    def __init__(
        self, pictures: FoundPictures, pairs: list[tuple[str, bytes]], same: np.ndarray
    ) -> None:
        rest = {pair for pair, is_same in zip(pairs, same.tolist(), strict=True) if not is_same}
        self.by_name = len({pictures.rows[pair] for pair in rest} & pictures.by_name)
        self.others = tuple(
            sorted({path for path, held in pictures.others if (path, held) in rest})
        )
        self.missing = tuple(sorted({path for path, _ in rest} & pictures.missing))


def _class_keys(project: Project) -> np.ndarray:
    # The last place is that of samples without a label, whose class is -1.
    return np.array([*(entry.key for entry in load_classes(project)), ""], object)


def _renumbered(
    foreign: ForeignJournal, rows: np.ndarray, given_there: np.ndarray, given: np.ndarray
) -> ForeignJournal:
    """The journal without the samples that are not here.

    Args:
        foreign: as it is numbered there.
        rows: (n,) the sample here of each change, or -1.
        given_there: (n,) its given label there.
        given: (N,) those of all samples here.
    """
    change, owner = foreign.change, foreign.owner
    status = change.new_status.copy()
    labelled = np.isin(status, (KEPT, RELABELLED)) & (rows >= 0)
    labelled[labelled] = given_there[labelled] != given[rows[labelled]]
    # What was given there another file may be given here.
    status[labelled] = np.where(
        change.new_label[labelled] == given[rows[labelled]], KEPT, RELABELLED
    )
    there = np.flatnonzero(rows >= 0)
    # An operation names a sample once.
    _, first = np.unique(np.column_stack([owner[there], rows[there]]), axis=0, return_index=True)
    chosen = there[np.sort(first)]
    placed = Change(rows, change.old_label, change.new_label, change.old_status, status)
    mask = np.zeros(len(rows), bool)
    mask[chosen] = True
    return ForeignJournal(foreign.operations, owner[chosen], placed.of(mask))
