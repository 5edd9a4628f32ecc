"""`--track`: the curves of a training in TensorBoard or MLflow."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lnl_gui.jobs.tracking import (
    TrackedContext,
    TrackTo,
    is_number,
    open_tracker,
    parse_tracking,
    run_name,
)
from lnl_gui.store.jobs.job_kinds import kind_of, to_dict
from lnl_gui.store.jobs.parameters import FinetuneParameters, TuneParameters
from lnl_gui.util.progress import JobContext
from lnl_gui.util.translation import tr


def add_tracking(parser: argparse.ArgumentParser) -> None:
    """Where curves go beside the project."""
    parser.add_argument(
        "--track",
        type=track_to,
        action="append",
        metavar="TOOL:PLACE",
        help=tr(
            "also write curves and figures to tensorboard:DIR or mlflow:URI (extras of these"
            " names); may be given more than once"
        ),
    )


def track_to(text: str) -> TrackTo:
    """A tool and a place.

    Raises:
        argparse.ArgumentTypeError: when it is none.
    """
    try:
        return parse_tracking(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(tr("must be tensorboard:DIR or mlflow:URI")) from error


@contextmanager
def tracked(
    wanted: Sequence[TrackTo],
    parameters: FinetuneParameters | TuneParameters,
    context: JobContext,
    *,
    project: Path,
) -> Iterator[TrackedContext]:
    """A context whose events go to the tools too; their runs end with it.

    Args:
        wanted: may be empty.
        parameters: of the job.
        context: that all goes on to.
        project: the project's folder.

    Raises:
        UserError: when a tool is not installed or cannot be reached, before anything is trained.
    """
    name = run_name(kind_of(parameters).name, parameters.recipe)
    trackers = [open_tracker(entry, project=project, name=name) for entry in wanted]
    found = TrackedContext(context, trackers)
    found.parameters(to_dict(parameters))
    try:
        yield found
    except BaseException:
        found.close(failed=True)
        raise
    found.close(failed=False)


def final_points(metrics: Mapping[str, Any]) -> dict[str, float]:
    """The figures of a finished job that are numbers, one level deep, by name."""
    found: dict[str, float] = {}
    for name, value in metrics.items():
        nested = value if isinstance(value, Mapping) else {"": value}
        for inner, entry in nested.items():
            if is_number(entry):
                found[f"result/{name}/{inner}".rstrip("/")] = float(entry)
    return found
