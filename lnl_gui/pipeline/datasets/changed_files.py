"""Refuses what would give decisions to images that hold something else than when they were made."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.containers.location import url_of
from lnl_gui.pipeline.datasets.matching.contents_now import ContentsNow
from lnl_gui.pipeline.datasets.matching.same_pictures import (
    SeenPictures,
    read_pictures,
    saved_anew,
    show_the_same,
)
from lnl_gui.pipeline.datasets.missing_files import stats_of
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.replaced_pictures import load_replaced, not_known_message
from lnl_gui.store.history.picture_hashes import picture_hashes
from lnl_gui.store.jobs import arrays
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.progress import JobContext, stage_progress


def refuse_changed(
    snapshot: Snapshot, rows: np.ndarray, context: JobContext, *, stats: np.ndarray | None = None
) -> list[Message]:
    """Stop when images that people decided on hold something else than when they were embedded.

    Args:
        snapshot: of a project.
        rows: (n,) int64 of the samples needed, whose files are there.
        context: of the job.
        stats: (n, 2) int64 of their files, see `content.file_stats`, where they are known.

    Returns:
        what is to be said of images that hold something else and that nobody has decided on.

    Raises:
        UserError: with the code `files_changed`.
    """
    found = _changed(snapshot, rows, context, stats)
    if not len(found.rows):
        return []
    decided = snapshot.samples.status > 0
    paths = snapshot.samples.paths
    of_people = found.rows[decided[found.rows]]
    if len(of_people) and found.written[decided[found.rows]].all():
        raise UserError(
            not_known_message(len(of_people), paths[int(of_people[0])]),
            message(
                "Update from the dataset (`lnl-gui update PROJECT`): these decisions do not stand"
                " then until somebody looks again, or lets them stand."
            ),
            code="files_changed",
        )
    if len(of_people):
        raise UserError(
            message_n(
                "{count:,} image that was decided on holds something else now: `{example}`.",
                "{count:,} images that were decided on hold something else now, such as"
                " `{example}`.",
                len(of_people),
                example=paths[int(of_people[0])],
            ),
            _what_helps(found.known),
            code="files_changed",
        )
    return [_of_before(snapshot, found.rows)]


def never_seen(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray:
    """Which of some samples were decided on while nothing told what their files hold, int64.

    Args:
        snapshot: of a project.
        rows: (n,) int64.
    """
    with open_project(snapshot.folder, read_only=True) as project:
        hashes = picture_hashes(project, len(snapshot))
        stats = arrays.load_file_stats(project, len(snapshot))
    unknown = (hashes == b"") & (stats[:, 0] < 0) & (snapshot.samples.status > 0)
    return rows[unknown[rows]]


def changed_since_embedding(snapshot: Snapshot, context: JobContext) -> tuple[int, list[Message]]:
    """How many images hold something else than when they were embedded, and that in words.

    Those that are not there are no matter here, and those at URLs are not asked for: each would be
    a request, and an update of the dataset makes them.
    """
    with_file = np.flatnonzero(snapshot.samples.readable)
    here = [row for row in with_file.tolist() if url_of(snapshot.file_of(row)) is None]
    rows = np.array(here, np.int64)
    progress = stage_progress(context, message("Looking for changed images"))
    stats = stats_of(snapshot, rows, progress=progress)
    there = stats[:, 0] >= 0
    found = _changed(snapshot, rows[there], context, stats[there])
    return len(found.rows), [_of_before(snapshot, found.rows)] if len(found.rows) else []


@dataclass(frozen=True)
class _Changed:
    """Samples whose files hold something else, int64 (n,) ascending."""

    rows: np.ndarray
    written: np.ndarray
    """bool (n,), those that were never embedded: their files are others, or were written anew"""
    known: bool
    """whether an update has found all that people decided on among them"""


def _changed(
    snapshot: Snapshot, rows: np.ndarray, context: JobContext, stats: np.ndarray | None
) -> _Changed:
    """Which of `rows` hold something else, but for what people decided on and was saved anew."""
    with open_project(snapshot.folder, read_only=True) as project:
        hashes = arrays.content_hashes(project, len(snapshot))
        before = arrays.load_file_stats(project, len(snapshot))
        updated = load_replaced(project).present(hashes)
    decided = snapshot.samples.status > 0
    now = ContentsNow([snapshot.file_of(row) for row in rows.tolist()], context, stats=stats)
    others, _ = now.other_than(rows, hashes, before, decided)
    people = [at for at in sorted(others) if decided[rows[at]]]
    for at in _saved_anew(snapshot, [int(rows[at]) for at in people], context):
        del others[people[at]]
    written = now.touched(rows, (hashes == b"") & decided, before, updated)
    others |= written
    changed = rows[sorted(others)]
    known = all(
        now_held == updated[rows[at]] for at, now_held in others.items() if decided[rows[at]]
    )
    return _Changed(changed, np.isin(changed, rows[[*written]]), known)


def _of_before(snapshot: Snapshot, changed: np.ndarray) -> Message:
    """That what is told of changed samples, int64 (n,), is told of their former content."""
    return message_n(
        "{count:,} image holds something else than when it was embedded: `{example}`. What is"
        " told of it is told of what was there before.",
        "{count:,} images hold something else than when they were embedded, such as"
        " `{example}`. What is told of them is told of what was there before.",
        len(changed),
        example=snapshot.samples.paths[int(changed[0])],
    )


def _saved_anew(snapshot: Snapshot, rows: list[int], context: JobContext) -> list[int]:
    """Which of n samples show what they did and were only saved anew, by their places in `rows`."""
    if not rows or snapshot.facts is None:
        return []
    readable, now = read_pictures(
        [snapshot.file_of(row) for row in rows],
        snapshot.rendering,
        stage_progress(context, message("Looking for images that were saved anew")),
    )
    then = SeenPictures(snapshot.facts, snapshot.signatures).of(np.array(rows)[readable])
    same: np.ndarray = readable[show_the_same(then, now) & saved_anew(then, now)]
    return [int(at) for at in same]


def refuse_renamed(snapshot: Snapshot, context: JobContext, *, stats: np.ndarray) -> None:
    """Stop before pictures are embedded that people decided on and that have other names now.

    An update gives them their decisions back; once they are embedded nobody knows whose they are.

    Args:
        snapshot: of a project.
        context: of the job.
        stats: (N, 2) int64 of the files as they are now, see `content.file_stats`.

    Raises:
        UserError: with the code `files_changed`.
    """
    decided = snapshot.samples.status > 0
    if not decided.any():
        return
    with open_project(snapshot.folder, read_only=True) as project:
        hashes = load_replaced(project).present(arrays.content_hashes(project, len(snapshot)))
        before = arrays.load_file_stats(project, len(snapshot))
    there = np.where(stats[:, 0] >= 0, np.arange(len(snapshot)), -1)
    now = ContentsNow(snapshot.files(), context, stats=stats)
    others, _ = now.other_than(there, hashes, before, decided)
    contents = set(others.values())
    renamed = [row for row in sorted(others) if decided[row] and bytes(hashes[row]) in contents]
    if renamed:
        raise UserError(
            message_n(
                "{count:,} image that was decided on has another name now; it was `{example}`.",
                "{count:,} images that were decided on have other names now, such as what was"
                " `{example}`.",
                len(renamed),
                example=snapshot.samples.paths[renamed[0]],
            ),
            message(
                "Update from the dataset first (`lnl-gui update PROJECT`): the decisions follow"
                " their pictures. Then embed what has changed (`lnl-gui embed PROJECT`)."
            ),
            code="files_changed",
        )


def _what_helps(updated: bool) -> Message:
    """What to do about decisions on other pictures, by whether an update has found them already."""
    if not updated:
        return message(
            "Update from the dataset (`lnl-gui update PROJECT`): decisions follow pictures that"
            " have other names now. Then look whether the others fit what is there now"
            " (`lnl-gui review PROJECT list --issue other_picture`), and embed what has changed"
            " (`lnl-gui embed PROJECT`)."
        )
    return message("Embed what has changed (`lnl-gui embed PROJECT`), and export again.")
