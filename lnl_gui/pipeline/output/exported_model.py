"""The trained model of a project as a part of its export."""

from importlib import import_module
from pathlib import Path

from lnl_gui.pipeline.output.model_classes import other_classes
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.store.project import Project
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import JobContext, stage_progress

MODEL = "model"
"""The folder of the export that holds it."""


def write_model(
    folder: Path,
    project: Project,
    snapshot: Snapshot,
    parameters: ExportParameters,
    context: JobContext,
) -> list[Message]:
    """Write the newest trained model, if there is one and it is wanted; say what was written.

    Returns:
        What a person should know of it.
    """
    trained = runs.latest_run(project, "finetune")
    if trained is None or "model" not in trained.artifacts or not parameters.model_formats:
        return []
    source = project.folder / trained.artifacts["model"]
    if not source.is_dir():
        return []
    # Only this needs torch, which takes seconds to load.
    exporting = import_module("lnl_gui.pipeline.output.export_model")
    contexts = import_module("lnl_gui.pipeline.output.model_context")
    done = exporting.export_trained(
        source,
        folder / MODEL,
        formats=parameters.model_formats,
        project=contexts.model_context(snapshot, trained, source),
        progress=stage_progress(context, message("Writing the model")),
    )
    for said in exporting.described(done):
        context.log(said)
    reading = import_module("lnl_gui.learn.models.model_file")
    return [
        *done.doubts,
        *other_classes(reading.model_classes(source), project, snapshot, trained),
    ]
