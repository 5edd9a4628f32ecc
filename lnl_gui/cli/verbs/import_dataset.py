"""`lnl-gui import SOURCE`: read a dataset into a new project."""

import argparse
import json
from importlib import import_module
from pathlib import Path

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.failures import failure_of, report
from lnl_gui.cli.jobs import cancel_on_interrupt, import_dataset
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.session.projects import free_name, projects_of
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import stage_progress
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_source(parser)
    parser.add_argument(
        "--project", type=shared.absolute, metavar="DIR", help=tr("default: SOURCE.lnl beside it")
    )
    parser.add_argument(
        "--new",
        action="store_true",
        help=tr("make a new project although this dataset has one"),
    )
    parser.add_argument(
        "--preview",
        action="store_true",
        help=tr("say what would be read, by which format and what is doubtful; write nothing"),
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Import and say what was found."""
    if options.preview:
        return _preview(options)
    project = _project(options)
    metrics = import_dataset(shared.import_parameters(options, project)).metrics
    tell(
        message(
            "{samples:,} samples in {classes:,} classes ({reader}), {skipped:,} skipped ->"
            " {project}",
            samples=metrics["samples"],
            classes=metrics["classes"],
            reader=metrics["reader"],
            skipped=metrics["skipped"],
            project=project,
        )
    )
    if metrics["unlabelled"]:
        tell(message("without a label: {count:,}", count=metrics["unlabelled"]))
    if metrics["annotators"]:
        tell(message("annotators: {annotators}", annotators=", ".join(metrics["annotators"])))
    if options.json:
        print(json.dumps({"project": str(project), **metrics}))
    return 0


def _project(options: argparse.Namespace) -> Path:
    """Where the project is made: as named, else beside the dataset unless that has one already.

    Raises:
        UserError: naming the project that the dataset has.
    """
    own = projects_of(options.source)
    if options.project or not own:
        if own:
            warn(message("note: {project} is a project of this dataset too", project=own[0]))
        return options.project or shared.default_project(options.source)
    if options.new:
        return free_name(shared.default_project(options.source))
    raise UserError(
        message(
            "{source} has a project already: {project}.", source=options.source, project=own[0]
        ),
        message(
            "Open it with `lnl-gui {project}`, or take over what has changed in the dataset with"
            " `lnl-gui update {project}`. For a new one say --new, or name it with --project.",
            project=own[0],
        ),
        code="has_project",
    )


def _preview(options: argparse.Namespace) -> int:
    """Print what an import would read; an error where it could read nothing."""
    # Reading needs numpy and more, which `--help` does not wait for.
    body = import_module("lnl_gui.pipeline.datasets.preview_dataset")
    text = import_module("lnl_gui.cli.verbs.preview_text")
    parameters = shared.import_parameters(options, options.source)
    with TerminalContext() as context, cancel_on_interrupt(context):
        try:
            found = body.preview(
                parameters,
                stage_progress(context, message("Reading the dataset")),
                looking=stage_progress(context, message("Looking for other readings")),
            )
        finally:
            # Archives were unpacked to be looked at; nothing of that stays behind.
            body.clear_previews(older_than=0)
    if found.is_readable:
        print(json.dumps(text.as_json(found)) if options.json else text.as_text(found))
        return 0
    error = UserError(found.error, found.hint, code=found.error_code)
    if not options.json:
        print(text.as_text(found))
        raise error
    # One document: what was found out, with the error.
    return report(failure_of(error, options), as_json=True, details=text.as_json(found))
