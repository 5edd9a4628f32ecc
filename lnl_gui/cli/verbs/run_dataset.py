"""The dataset of a project that `lnl-gui run` goes on with: read again, changes taken in."""

import argparse
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import cancel_on_interrupt, run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.cli.verbs import update
from lnl_gui.session.projects import is_made_of
from lnl_gui.store.jobs.import_parameters import load_parameters
from lnl_gui.store.jobs.parameters import MOST_MISSING, ImportParameters, UpdateParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_CHANGES = (
    *("added", "moved", "newly_gone", "returned", "content_changed", "labels_newly_changed"),
    *("splits_changed", "new_classes", "renamed_classes"),
)
"""Figures of an update that are zero where the dataset is as it was."""


def take_in_changes(options: argparse.Namespace, reused: list[str]) -> None:
    """Update the project where its dataset has changed; only what depends on that is redone then.

    Args:
        options: of the command line.
        reused: takes "import" where nothing has changed.

    Raises:
        UserError: when the project is of another dataset, or the dataset is not there, or images
            of it are missing and it is not to go on without them.
    """
    project: Path = options.project
    tell(message("{project} exists: going on with it", project=project))
    refuse_other_dataset(project, options.source)
    parameters = UpdateParameters(
        _said_anew(shared.import_parameters(options, project), project),
        accept_missing=options.partial,
        # What an update takes for gone no later stage misses.
        refuse_missing=True,
    )
    try:
        if not options.again and not has_changed(parameters, project):
            reused.append("import")
            tell(message("{stage}: nothing has changed, not done again", stage="import"))
            return
        with open_session(project) as session:
            metrics = run_job(session, parameters).metrics
    except UserError as error:
        raise _as_of_run(error, project) from error
    # Labels that differ are not taken over by themselves, and decisions may be of what was there
    # before: neither must be overlooked.
    asks = (
        metrics["labels_changed"]
        or metrics["content_changed_decided"]
        or metrics["newly_gone_decided"]
    )
    for line in update.summary(metrics, 0):
        (warn if asks else tell)(line)


def _as_of_run(error: UserError, project: Path) -> UserError:
    """What an update asks, with the option of this verb that answers it."""
    if error.code != MOST_MISSING:
        return error
    return UserError(
        error.message,
        message(
            "If the dataset is not as it should be, put it right first; another one is imported as"
            " a project of its own. If it is right, go on with --partial: images that are gone or"
            " others are marked, and what was decided about them is kept."
            " `lnl-gui update {project} --preview --accept-missing` says what would change.",
            project=project,
        ),
        code=error.code,
    )


def _said_anew(dataset: ImportParameters, project: Path) -> ImportParameters:
    """What a command line asks for, that may be the one of the import once more.

    A doubtful reading that was accepted then is not the one that there may be now.
    """
    with open_project(project, read_only=True) as opened:
        before = load_parameters(opened)
    accepted = before is not None and before.accept_layout
    return replace(dataset, accept_layout=dataset.accept_layout and not accepted)


def refuse_other_dataset(project: Path, source: Path) -> None:
    """Refuse to go on with a project as if it were of a dataset that it was not made of.

    Raises:
        UserError: when it is of another one.
    """
    with open_project(project, read_only=True) as opened:
        root = opened.dataset_root
    # After `relocate` the images lie elsewhere than the import said.
    if is_made_of(project, source) or root == source:
        return
    raise UserError(
        message("{project} is of another dataset than {source}.", project=project, source=source),
        message(
            "Name another project. If the dataset was moved: `lnl-gui update {project} --source"
            " {source}`.",
            project=project,
            source=source,
        ),
        code="other_dataset",
    )


def has_changed(parameters: UpdateParameters, project: Path) -> bool:
    """Whether an update would change anything; nothing is written.

    Raises:
        UserError: when the dataset cannot be read.
    """
    # Reading needs numpy and more, which `--help` does not wait for.
    body = import_module("lnl_gui.pipeline.datasets.updating.update")
    with TerminalContext() as context, cancel_on_interrupt(context):
        found = body.find_update(parameters, context, project, preview=True)
    return bool(found.changes.readable_again) or any(found.metrics[name] for name in _CHANGES)
