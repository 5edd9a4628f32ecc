"""Record finished runs: read the files a job left in its run folder into the database."""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from lnl_gui.store.database.containment import ARRAYS, BACKUPS, MODELS, RUNS
from lnl_gui.store.dataset.replaced_pictures import Replaced, record_replaced
from lnl_gui.store.dataset.samples import record_unreadable
from lnl_gui.store.dataset_changes import apply_changes, read_changes
from lnl_gui.store.detection.detection_summary import StoredMessage
from lnl_gui.store.history.journal import UPDATE, insert_operation
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.runs import Run, RunResult
from lnl_gui.store.project import Project, has_writer
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import is_temporary, write_json
from lnl_gui.util.log import logger
from lnl_gui.util.messages import NOTHING, Message, from_json, to_json
from lnl_gui.util.typed import read_typed

CHANGES_DATASET = ("update", "relocate", "extend")
"""Kinds of job that leave changes of the dataset; a mere preview leaves none."""
UPDATE_REVIEWER = "dataset"
"""Who the journal says has made them: nobody's verdicts."""
PARTS = "parts"
"""Folder inside a run's folder for what a killed job resumes from."""
_UNREADABLE, _REPLACED = "unreadable.json", "replaced.json"
_SWEPT = {ARRAYS, RUNS, MODELS, BACKUPS}
_FORMER_TEMPORARY = re.compile(r"\.\d+\.embedding-.+\.npy")
"""An embedding that an earlier version was writing."""


def write_unreadable(folder: Path, unreadable: Mapping[int, Message]) -> None:
    """Leave the reasons by row in an embedding's folder: its process may only read the database."""
    write_json(folder / _UNREADABLE, {str(row): to_json(why) for row, why in unreadable.items()})


def write_replaced(folder: Path, replaced: Sequence[Replaced]) -> None:
    """Leave in an embedding's folder which samples hold another picture than was known of them."""
    # A run that was killed once its arrays were written finds nothing anew: this file alone tells.
    if replaced or not (folder / _REPLACED).is_file():
        write_json(folder / _REPLACED, list(replaced))


def read_unreadable(folder: Path) -> dict[int, Message]:
    """Why samples could not be read, by row.

    Raises:
        OSError: when the file is missing.
        UserError: when it is damaged.
    """
    stored = read_typed(folder / _UNREADABLE, dict[int, StoredMessage], unknown_fields=True)
    return {row: from_json(why) for row, why in stored.items()}


def finish_run(
    project: Project, run_id: str, state: str, result: RunResult | None, reason: Message = NOTHING
) -> Run:
    """Record how a run ended; after an embedding also which samples could not be read.

    What a job found to have changed in the dataset is changed before the run counts as done.
    """
    before = runs.load_run(project, run_id)
    unreadable = None
    if state == runs.DONE and before.kind == "embed":
        # Read before anything is recorded, so that a damaged file leaves no run done in half.
        unreadable = read_unreadable(before.folder)
        _record_replaced(project, before.folder)
    if (
        state == runs.DONE
        and before.kind in CHANGES_DATASET
        and not before.parameters.get("preview")
    ):
        _change_dataset(project, before)
    run = runs.record_end(project, run_id, state, result, reason)
    if unreadable is not None:
        record_unreadable(project, unreadable)
    if state == runs.DONE:
        # Only a finished and recorded run no longer needs the parts it could resume from.
        shutil.rmtree(run.folder / PARTS, ignore_errors=True)
    return run


def _record_replaced(project: Project, folder: Path) -> None:
    """Keep which pictures an embedding found to be others, so that no decision passes to them.

    Raises:
        UserError: when the file that tells is damaged.
    """
    # Embeddings of earlier versions left none.
    if not (folder / _REPLACED).is_file():
        return
    replaced = read_typed(folder / _REPLACED, list[Replaced])
    if replaced:
        with project.transaction() as connection:
            told = {"content_changed": len(replaced)}
            found = insert_operation(connection, UPDATE, told, UPDATE_REVIEWER)
            record_replaced(connection, found, replaced)


def _change_dataset(project: Project, run: Run) -> None:
    """Make what a job has found; where that is not possible any more, the run has failed.

    Raises:
        UserError: when its changes are damaged, or of a project that has changed since.
    """
    try:
        apply_changes(project, read_changes(run.folder), run.id, UPDATE_REVIEWER)
    except UserError as error:
        runs.record_end(project, run.id, runs.FAILED, None, error.message)
        raise


def settle_abandoned(project: Project) -> list[Run]:
    """Settle runs whose process is gone: those with a result become done, others interrupted.

    What a finished run could have resumed from is removed where that is left to do.

    Call only while holding the writer's lock and with no worker at work.
    """
    settled = []
    for run in runs.load_runs(project):
        if run.state == runs.RUNNING:
            # The result is written last, so that its being there says that the body finished.
            result = runs.readable_result(run)
            settled.append(_settle(project, run, result))
        elif run.state == runs.DONE:
            # A kill may have come between the record and their removal.
            shutil.rmtree(run.folder / PARTS, ignore_errors=True)
    return settled


def state_now(project: Project, run: Run) -> str:
    """The state of a run, or how it will be settled where its process is gone."""
    if run.state != runs.RUNNING or has_writer(project.folder):
        return run.state
    return runs.INTERRUPTED if runs.readable_result(run) is None else runs.DONE


def sweep_temporary(project: Project, *, only_look: bool = False) -> list[Path]:
    """Remove what killed processes were still writing; returns the files.

    Call only while holding the writer's lock and with no worker at work, or to look alone.
    """
    swept = []
    for place, folders, names in os.walk(project.folder):
        if Path(place) == project.folder:
            # In place, so that nothing is looked for in any other.
            folders[:] = sorted(_SWEPT.intersection(folders))
        for name in names:
            if is_temporary(name) or _FORMER_TEMPORARY.fullmatch(name):
                file = Path(place, name)
                with suppress(OSError):
                    if not only_look:
                        file.unlink()
                    swept.append(file)
    return swept


def _settle(project: Project, run: Run, result: RunResult | None) -> Run:
    if result is not None:
        try:
            return finish_run(project, run.id, runs.DONE, result)
        except (OSError, UserError) as error:
            # Done again when it is asked for again; the project must open in any case.
            logger.warning("%s", error)
    return finish_run(project, run.id, runs.INTERRUPTED, None)
