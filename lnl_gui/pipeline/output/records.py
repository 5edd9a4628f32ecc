"""The records beside an exported dataset: the journal, and what could not be read."""

from pathlib import Path

from lnl_gui.dataset.csv_table import write_table
from lnl_gui.store.dataset.samples import STATUS_NAMES, load_unreadable
from lnl_gui.store.history import journal_queries
from lnl_gui.store.history.former_names import FormerNames
from lnl_gui.store.project import Project
from lnl_gui.util.moments import utc_text


def write_records(folder: Path, project: Project) -> None:
    """The journal, one line a sample an act, and what could not be read."""
    lines = list(journal_queries.export_rows(project))
    # The number of columns of `journal_queries.export_rows`, for a project without verdicts.
    columns = list(zip(*lines, strict=True)) if lines else [()] * 11
    number, kind, when, reviewer, undone, params, path, *changes = columns
    old_label, new_label, old_status, new_status = (
        # -1 of an undo or redo without changes, as of a sample without a label, is the empty text.
        [-1 if value is None else value for value in column]
        for column in changes
    )
    # As classes were called when it was decided, like the names in the parameters. Those of today
    # may be other classes, or none.
    former = FormerNames(project)
    called = [former.at(*moment) for moment in zip(when, number, strict=True)]
    old_names, new_names = (
        [names[label] for names, label in zip(called, labels, strict=True)]
        for labels in (old_label, new_label)
    )
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
            "old_label": old_names,
            "new_label": new_names,
            "old_status": [status_of[status + 1] for status in old_status],
            "new_status": [status_of[status + 1] for status in new_status],
        },
    )
    unreadable = load_unreadable(project)
    write_table(
        folder / "unreadable.csv",
        {"path": [path for path, _ in unreadable], "reason": [str(why) for _, why in unreadable]},
    )
