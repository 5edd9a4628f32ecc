"""From a job's kind to its body: a whitelist, imported only when it runs."""

from importlib import import_module
from pathlib import Path
from typing import Any

from lnl_gui.jobs.protocol import Result
from lnl_gui.jobs.run_log import LoggedContext
from lnl_gui.store import runs
from lnl_gui.store.parameters import from_dict
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import JobContext

BODIES = {
    "catalogue": "lnl_gui.pipeline.catalogue",
    "demo": "lnl_gui.pipeline.demo",
    "import": "lnl_gui.pipeline.import_dataset",
    "embed": "lnl_gui.pipeline.embed",
    "detect": "lnl_gui.pipeline.detect",
    "finetune": "lnl_gui.pipeline.finetune",
    "tune": "lnl_gui.pipeline.tune",
    "export": "lnl_gui.pipeline.export",
    "noise_test": "lnl_gui.pipeline.noise_test",
    "map": "lnl_gui.pipeline.projection",
}

_MISMATCH = "torchvision::"
"""What torch says when torchvision was built for another torch."""
WITHOUT_PROJECT = ("catalogue", "demo", "import")
"""Kinds that need no project: they say what there is, or make one."""


def run_body(
    kind: str, parameters: dict[str, Any], context: JobContext, *, project: Path, run_id: str
) -> Result:
    """Run a job's body in this process and leave its result in the run's folder.

    Args:
        kind: a key of `BODIES`.
        parameters: the JSON form of the kind's parameters.
        context: progress, log and cancel.
        project: the project folder.
        run_id: the run, or "" for a kind that needs no project.

    Raises:
        UserError: what a user can mend.
        Cancelled: when the context was asked to stop.
    """
    if kind not in BODIES:
        raise UserError(f"Unknown kind of job: {kind}.", code="unknown_job")
    spec = from_dict(kind, parameters)
    try:
        return _run(kind, spec, context, project=project, run_id=run_id)
    except (RuntimeError, ImportError) as error:
        if _MISMATCH in str(error):
            raise _mismatched_pair() from error
        raise


def _run(kind: str, spec: Any, context: JobContext, *, project: Path, run_id: str) -> Result:
    body = import_module(BODIES[kind])
    if kind in WITHOUT_PROJECT:
        made: Result = Result(**body.run(spec, context))
        return made
    folder = project / "runs" / run_id
    logged = LoggedContext(context, folder)
    try:
        result = Result(**body.run(spec, logged, project_folder=project, run_folder=folder))
    except Exception as error:
        logged.note_failure(error)
        raise
    runs.write_result(folder, {"artifacts": result.artifacts, "metrics": result.metrics})
    return result


def _mismatched_pair() -> UserError:
    found = runs.versions()
    return UserError(
        f"torch {found.get('torch')} and torchvision {found.get('torchvision')} do not belong"
        " together.",
        "Install both at once from one index, for example with"
        " `uv pip install --reinstall torch torchvision`.",
        code="broken_torch",
    )
