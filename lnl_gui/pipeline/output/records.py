"""The records beside an exported dataset: the journal, and what could not be read."""

from pathlib import Path

import numpy as np

from lnl_gui.dataset.csv_table import write_table
from lnl_gui.pipeline.output.class_names import ClassNames
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.samples import STATUS_NAMES, load_unreadable
from lnl_gui.store.history import journal_queries
from lnl_gui.store.project import Project
from lnl_gui.util.moments import utc_text


def write_records(folder: Path, project: Project, snapshot: Snapshot) -> None:
    """The journal, one line a sample an act, and what could not be read."""
    # Also of classes that are gone: a verdict for one was no verdict for none.
    names = ClassNames([entry.name for entry in snapshot.classes])
    lines = list(journal_queries.export_rows(project))
    # The number of columns of `journal_queries.export_rows`, for a project without verdicts.
    columns = list(zip(*lines, strict=True)) if lines else [()] * 11
    number, kind, when, reviewer, undone, params, path, *changes = columns
    old_label, new_label, old_status, new_status = (
        np.array([-1 if value is None else value for value in column], np.int64)
        for column in changes
    )
    # Shifted by one, so that -1 of an undo or redo without changes is the empty text.
    status_of = ["", *STATUS_NAMES]
    write_table(
        folder / "journal.csv",
        {
            "operation": number,
            "kind": kind,
            "time": [utc_text(moment) for moment in when],
            "reviewer": reviewer,
            "undone": undone,
            "params": params,
            "path": path,
            "old_label": names.of(old_label),
            "new_label": names.of(new_label),
            "old_status": [status_of[status + 1] for status in old_status.tolist()],
            "new_status": [status_of[status + 1] for status in new_status.tolist()],
        },
    )
    unreadable = load_unreadable(project)
    write_table(
        folder / "unreadable.csv",
        {"path": [path for path, _ in unreadable], "reason": [str(why) for _, why in unreadable]},
    )
