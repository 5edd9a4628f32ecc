"""Refuses to write decisions down for images that hold something else than when they were made."""

import numpy as np

from lnl_gui.pipeline.datasets.contents_now import ContentsNow
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store import arrays
from lnl_gui.store.project import open_project
from lnl_gui.store.replaced_pictures import load_replaced
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.progress import JobContext


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
    with open_project(snapshot.folder, read_only=True) as project:
        hashes = arrays.content_hashes(project, len(snapshot))
        before = arrays.load_file_stats(project, len(snapshot))
        updated = load_replaced(project).present(hashes)
    decided = snapshot.samples.status > 0
    now = ContentsNow([snapshot.file_of(row) for row in rows.tolist()], context, stats=stats)
    others, _ = now.other_than(rows, hashes, before, decided)
    changed = rows[sorted(others)]
    if not len(changed):
        return []
    paths = snapshot.samples.paths
    of_people = changed[decided[changed]]
    if len(of_people):
        raise UserError(
            message_n(
                "{count:,} image that was decided on holds something else now: `{example}`.",
                "{count:,} images that were decided on hold something else now, such as"
                " `{example}`.",
                len(of_people),
                example=paths[int(of_people[0])],
            ),
            _what_helps(
                all(
                    now_held == updated[rows[at]]
                    for at, now_held in others.items()
                    if decided[rows[at]]
                ),
                bool(snapshot.other_picture[of_people].any()),
            ),
            code="files_changed",
        )
    return [
        message_n(
            "{count:,} image holds something else than when it was embedded: `{example}`. What is"
            " told of it is told of what was there before.",
            "{count:,} images hold something else than when they were embedded, such as"
            " `{example}`. What is told of them is told of what was there before.",
            len(changed),
            example=paths[int(changed[0])],
        )
    ]


def _what_helps(updated: bool, left: bool) -> Message:
    """What to do about decisions on other pictures.

    Args:
        updated: whether an update has found these pictures already.
        left: whether it has, and nobody has looked at some of them again since.
    """
    if not updated:
        return message(
            "Update from the dataset (`lnl-gui update PROJECT`): decisions follow pictures that"
            " have other names now. Then look whether the others fit what is there now"
            " (`lnl-gui review PROJECT list --issue other_picture`), and embed what has changed"
            " (`lnl-gui embed PROJECT`)."
        )
    if left:
        return message(
            "Look whether the decisions fit what is there now: `lnl-gui review PROJECT list --issue"
            " other_picture` names them. Then embed what has changed (`lnl-gui embed PROJECT`),"
            " and export again."
        )
    return message("Embed what has changed (`lnl-gui embed PROJECT`), and export again.")
