"""Curves of a training in the tools people compare experiments with: TensorBoard and MLflow.

A tracker listens to the events that every training sends while it runs, the same that the window
draws. A tool that fails while a training runs is said once and left out: it is no reason to lose
hours of work.
"""

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from lnl_gui.util.errors import UserError
from lnl_gui.util.extras import package_missing
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import JobContext

TENSORBOARD, MLFLOW = TOOLS = ("tensorboard", "mlflow")
_STEP_FIELDS = {"number", "epoch", "epochs"}
"""Numbers of an event that count, and are no measurement."""


class Tracker(Protocol):
    """A run in a tool that keeps curves."""

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Note what the job was asked for."""

    def scalar(self, name: str, value: float, step: int) -> None:
        """One point of a curve."""

    def close(self, *, failed: bool) -> None:
        """End the run."""


@dataclass(frozen=True)
class TrackTo:
    """Where the curves go."""

    tool: str
    """one of `TOOLS`"""
    place: str
    """a folder of TensorBoard, an address of MLflow's tracking server or store"""


def parse_tracking(text: str) -> TrackTo:
    """`tensorboard:DIR` or `mlflow:URI`.

    Raises:
        ValueError: when it is neither.
    """
    tool, separator, place = text.partition(":")
    if tool not in TOOLS or not separator or not place:
        raise ValueError(text)
    return TrackTo(tool, place)


def open_tracker(wanted: TrackTo, *, project: Path, name: str) -> Tracker:
    """Begin a run in a tool.

    Args:
        wanted: which tool, and where.
        project: the project's folder, whose name the experiment gets.
        name: of the run.

    Raises:
        UserError: when the tool is not installed, or its place cannot be written or reached.
    """
    try:
        if wanted.tool == TENSORBOARD:
            return TensorBoardTracker(Path(wanted.place).expanduser() / name)
        return MlflowTracker(wanted.place, experiment=project.stem, name=name)
    except ImportError as error:
        # Each tool is an extra of its name; what is missing may be one of its own packages.
        purpose = message("Tracking with {tool}", tool=wanted.tool)
        raise package_missing(purpose, error.name or wanted.tool, wanted.tool) from error
    except Exception as error:  # of a foreign library, which raises what it likes
        raise UserError(
            message(
                "{tool} cannot write to {place}: {error}.",
                tool=wanted.tool,
                place=wanted.place,
                error=error,
            ),
            message("Check the folder or the address."),
            code="tracking_failed",
        ) from error


class TensorBoardTracker:
    """Event files of TensorBoard, written without torch and without TensorFlow.

    Args:
        folder: of the run.

    Raises:
        ImportError: when TensorBoard is not installed.
    """

    def __init__(self, folder: Path) -> None:
        summary = import_module("tensorboard.summary")
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = summary.Writer(str(folder))
        self._folder = folder

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Leave a table of the parameters beside the curves; TensorBoard has texts for that."""
        lines = ["name\tvalue", *(f"{name}\t{value}" for name, value in values.items())]
        (self._folder / "parameters.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def scalar(self, name: str, value: float, step: int) -> None:
        """One point, on disk at once: somebody looks on while the training runs."""
        self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def close(self, *, failed: bool) -> None:
        """Close the file."""
        self._writer.close()


class MlflowTracker:
    """A run of an MLflow experiment.

    Args:
        address: of the tracking server or store.
        experiment: made where there is none.
        name: of the run.

    Raises:
        ImportError: when MLflow is not installed.
    """

    def __init__(self, address: str, *, experiment: str, name: str) -> None:
        # MLflow reports its use to its makers unless it is told not to before it is imported.
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        self._client = import_module("mlflow").MlflowClient(tracking_uri=address)
        found = self._client.get_experiment_by_name(experiment)
        identifier = found.experiment_id if found else self._client.create_experiment(experiment)
        self._run = self._client.create_run(identifier, run_name=name).info.run_id

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Parameters of the run."""
        for name, value in values.items():
            self._client.log_param(self._run, name, value)

    def scalar(self, name: str, value: float, step: int) -> None:
        """One value of a metric."""
        self._client.log_metric(self._run, name, value, step=step)

    def close(self, *, failed: bool) -> None:
        """End the run as finished or failed."""
        self._client.set_terminated(self._run, status="FAILED" if failed else "FINISHED")


class TrackedContext:
    """A job context whose epochs and trials go to trackers too.

    Args:
        context: the one that all goes on to.
        trackers: runs that are open.
    """

    def __init__(self, context: JobContext, trackers: Sequence[Tracker]) -> None:
        self.memory, self.threads = context.memory, context.threads
        self._context, self._trackers = context, list(trackers)
        self._steps: Counter[str] = Counter()

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        """Report progress; raises `Cancelled` when asked to stop."""
        self._context.progress(stage, done, total, whole=whole)

    def log(self, message: Message) -> None:
        """Add one line to the job's log."""
        self._context.log(message)

    def event(self, name: str, **values: Any) -> None:
        """Send on a live figure, and its numbers to the trackers."""
        self._context.event(name, **values)
        series = str(values.get("series", name))
        self._steps[series] += 1
        points = {
            f"{series}/{key}": float(value)
            for key, value in values.items()
            if key not in _STEP_FIELDS and is_number(value)
        }
        self.points(points, self._steps[series])

    def points(self, values: Mapping[str, float], step: int) -> None:
        """Send points to every tracker that still works.

        Args:
            values: by name of the curve.
            step: of all of them.
        """
        for name, value in values.items():
            self._each(lambda tracker, n=name, v=value: tracker.scalar(n, v, step))

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Send what the job was asked for."""
        self._each(lambda tracker: tracker.parameters(values))

    def close(self, *, failed: bool) -> None:
        """End the runs."""
        self._each(lambda tracker: tracker.close(failed=failed))

    def _each(self, act: Any) -> None:
        for tracker in list(self._trackers):
            try:
                act(tracker)
            except Exception as error:  # of a foreign library, which raises what it likes
                self._trackers.remove(tracker)
                self._context.log(
                    message("note: no longer tracked, the training goes on: {error}", error=error)
                )


def is_number(value: object) -> bool:
    """Whether an event's value is a measurement."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def run_name(kind: str, recipe: str) -> str:
    """The name of a run: what is done, how, and when."""
    return f"{kind}-{recipe}-{time.strftime('%Y%m%d-%H%M%S')}"
