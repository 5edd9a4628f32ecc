"""Runs the body of a job kind: looked up in a whitelist, imported only when it runs."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from lnl_gui.containers.read import close_containers
from lnl_gui.jobs.remote_host import chosen_host
from lnl_gui.jobs.remote_run import KINDS, run_on_host
from lnl_gui.jobs.run_log import LoggedContext
from lnl_gui.store.database.containment import RUNS, check_identifier
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.job_kinds import JobKind, from_dict, kind_named
from lnl_gui.store.jobs.parameters import JobParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import open_project
from lnl_gui.store.run_inputs import drop_stale_parts, inputs_of
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.extras import repair_hint
from lnl_gui.util.messages import message
from lnl_gui.util.process.allocator import freed_memory_kept
from lnl_gui.util.process.collection import no_collections
from lnl_gui.util.progress import JobContext
from lnl_gui.util.typed import typed

_MISMATCH = "torchvision::"
"""What torch says when torchvision was built for another torch."""


def run_body(
    kind: str, parameters: dict[str, Any], context: JobContext, *, project: Path, run_id: str
) -> RunResult:
    """Run a job's body in this process and leave its result in the run's folder.

    Args:
        kind: its name in `lnl_gui.store.jobs.job_kinds`.
        parameters: the JSON form of the kind's parameters.
        context: progress, log and cancel.
        project: the project folder.
        run_id: the run, or "" for a kind that needs no project.

    Raises:
        UserError: what a user can mend.
        Cancelled: when the context was asked to stop.
    """
    found = kind_named(kind)
    host = chosen_host() if kind in KINDS and run_id else ""
    # Checked before the import: a wrong parameter is said at once, not after torch has loaded.
    spec = from_dict(found.parameters, parameters)
    if host:
        return _run_elsewhere(host, kind, parameters, context, project=project, run_id=run_id)
    try:
        with freed_memory_kept():
            return _run(found, spec, context, project=project, run_id=run_id)
    except (RuntimeError, ImportError) as error:
        if _MISMATCH in str(error):
            raise _mismatched_pair() from error
        raise
    finally:
        # A worker stays for the next job, and Windows neither moves nor deletes an open file.
        close_containers()


def _run_elsewhere(
    host: str,
    kind: str,
    parameters: dict[str, Any],
    context: JobContext,
    *,
    project: Path,
    run_id: str,
) -> RunResult:
    logged = LoggedContext(context, project / RUNS / check_identifier(run_id))
    try:
        return run_on_host(host, kind, parameters, logged, project=project, run_id=run_id)
    except Exception as error:
        logged.note_failure(error)
        raise


def _run(
    kind: JobKind, spec: JobParameters, context: JobContext, *, project: Path, run_id: str
) -> RunResult:
    with no_collections():
        body = import_module(kind.body)
    if not kind.needs_project:
        return _checked(body.run(spec, context), kind)
    folder = project / RUNS / check_identifier(run_id)
    logged = LoggedContext(context, folder)
    try:
        # Taken before the body reads the project: a verdict given while it works makes the
        # result one of older verdicts, never of newer ones.
        with open_project(project, read_only=True) as opened:
            inputs = inputs_of(opened, spec)
        if inputs and drop_stale_parts(folder, inputs):
            logged.log(message("Begun anew: what this was made from has changed."))
        made = body.run(spec, logged, project_folder=project, run_folder=folder)
        result = replace(_checked(made, kind), inputs=inputs)
    except Exception as error:
        logged.note_failure(error)
        raise
    # Last of all: its presence means that the run is whole, also to a window that starts after a
    # crash.
    try:
        runs.write_result(folder, result)
    except OSError as error:
        unrecorded = as_user_error(error, message("put the job on record"))
        raise runs.not_on_record(unrecorded, result) from error
    return result


def _checked(made: object, kind: JobKind) -> RunResult:
    # Bodies return plain dictionaries; what is wrong with one is found here and not when a project
    # is opened.
    return typed(made, RunResult, source=message("result of {body}", body=kind.body))


def _mismatched_pair() -> UserError:
    found = runs.versions()
    return UserError(
        message(
            "torch {torch} and torchvision {torchvision} do not belong together.",
            torch=found.get("torch", ""),
            torchvision=found.get("torchvision", ""),
        ),
        repair_hint(
            message(
                "Install both at once from one index, for example with `uv pip install"
                " --reinstall torch torchvision`."
            )
        ),
        code="broken_torch",
    )
