"""Record finished runs: read the files a job left in its run folder into the database."""

import shutil

from lnl_gui.store import runs
from lnl_gui.store.dataset_changes import apply_changes, read_changes
from lnl_gui.store.project import Project
from lnl_gui.store.runs import Run, RunResult
from lnl_gui.store.samples import record_unreadable
from lnl_gui.util.atomic import read_json
from lnl_gui.util.messages import NOTHING, Message, from_json

CHANGES_DATASET = ("update", "relocate")
"""Kinds of job that leave changes of the dataset."""
UPDATE_REVIEWER = "dataset"
"""Who the journal says has made them: nobody's verdicts."""
PARTS = "parts"
"""Folder inside a run's folder for what a killed job resumes from."""


def finish_run(
    project: Project, run_id: str, state: str, result: RunResult | None, reason: Message = NOTHING
) -> Run:
    """Record how a run ended; after an embedding also which samples could not be read.

    What a job found to have changed in the dataset is changed before the run counts as done.
    """
    before = runs.load_run(project, run_id)
    if state == runs.DONE and before.kind in CHANGES_DATASET:
        apply_changes(project, read_changes(before.folder), run_id, UPDATE_REVIEWER)
    run = runs.record_end(project, run_id, state, result, reason)
    if state == runs.DONE and run.kind == "embed":
        # The job's process may only read the database, so that it leaves this as a file for the
        # writer.
        errors = read_json(run.folder / "unreadable.json")
        record_unreadable(project, {int(row): from_json(reason) for row, reason in errors.items()})
    if state == runs.DONE:
        # Only a finished and recorded run no longer needs the parts it could resume from.
        shutil.rmtree(run.folder / PARTS, ignore_errors=True)
    return run


def settle_abandoned(project: Project) -> list[Run]:
    """Settle runs whose process is gone: those with a result become done, others interrupted.

    Call only while holding the writer's lock and with no worker at work.
    """
    settled = []
    for run in runs.load_runs(project):
        if run.state == runs.RUNNING:
            # The result is written last, so that its being there says that the body finished.
            result = runs.readable_result(run)
            state = runs.INTERRUPTED if result is None else runs.DONE
            settled.append(finish_run(project, run.id, state, result))
    return settled
