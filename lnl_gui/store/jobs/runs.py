"""Runs: one execution of a job, its parameters, state, artifacts and figures.

A run's folder holds `spec.json` from the start and `result.json` once its body has finished, so
that a result outlives a killed window: whoever opens the project next adopts it.
"""

import json
import math
import platform
import shutil
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from lnl_gui.store.database.containment import check_identifier, is_identifier, is_inside
from lnl_gui.store.database.derived_files import is_detection, is_embedding
from lnl_gui.store.dataset.column_cache import sample_count
from lnl_gui.store.dataset.source_state import CHANGED_BY, SAMPLES_CHANGED, UPDATED, UPDATED_BY
from lnl_gui.store.jobs.former_metrics import present_metrics, present_parameters
from lnl_gui.store.jobs.job_kinds import kind_of, present_name, recorded_names, to_dict
from lnl_gui.store.jobs.parameters import JobParameters
from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.log import logger
from lnl_gui.util.messages import NOTHING, Message, from_text, message, to_text
from lnl_gui.util.typed import read_typed

RUNNING, DONE, CANCELLED, FAILED, INTERRUPTED = (
    "running",
    "done",
    "cancelled",
    "failed",
    "interrupted",
)
STATE_WORDS = {
    RUNNING: message("Running"),
    DONE: message("Done"),
    CANCELLED: message("Cancelled"),
    FAILED: message("Failed"),
    INTERRUPTED: message("Interrupted"),
}
"""What people read for each state."""
SPEC, RESULT, LOG = "spec.json", "result.json", "log.txt"
# RUNNING too: a killed process leaves its row so.
_RESUMABLE = (RUNNING, CANCELLED, FAILED, INTERRUPTED)
FIRST_LOOK = "first_look"
"""Kind of the run that scores a part of the samples, before any detection."""
_SAID_ON_THE_WAY = {"embed": {"partial"}}
"""By kind fields of the parameters that change nothing of the parts an unfinished run has left."""
_OF_ALL_SAMPLES = ("embed", "detect")
"""Kinds whose result is incomplete once the dataset has got new images."""
_RECORDED = (
    "lnl-gui",
    "torch",
    "torchvision",
    "timm",
    "open_clip_torch",
    "safetensors",
    "scikit-learn",
    "numpy",
    "openvino",
)


@dataclass(frozen=True)
class RunResult:
    """Artifacts, figures and inputs of a finished job."""

    artifacts: dict[str, str] = field(default_factory=dict)
    """artifact name -> path relative to the project folder"""
    metrics: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    """digests of what it was made from, see `lnl_gui.store.run_inputs`; empty where not recorded"""


@dataclass(frozen=True)
class Run:
    """One execution of a job."""

    id: str
    kind: str
    parameters: dict[str, Any]
    state: str
    started: float
    ended: float | None
    metrics: dict[str, Any]
    artifacts: dict[str, str]
    """Artifact name -> path relative to the project folder."""
    folder: Path
    message: Message
    number: int = 0
    """its place among all runs: the newest has the highest, whatever the clock said"""

    @property
    def is_there(self) -> bool:
        """Whether its folder still exists: a superseded run's is removed to free disk space."""
        return self.folder.is_dir()

    @property
    def is_superseded(self) -> bool:
        """Whether it is a detection whose scores gave way to newer ones."""
        return self.kind == "detect" and self.state == DONE and not self.is_there

    def log(self) -> str:
        """Text of its log file; empty where there is none."""
        try:
            # A line may be cut in the middle of a character when the process was killed.
            return (self.folder / LOG).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""


def versions() -> dict[str, str]:
    """Versions of what a result depends on."""
    # A copy, so that nobody changes what is cached.
    return dict(_versions())


# Installed versions do not change while a process runs, and each is a look-up on disk.
@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0], "platform": platform.platform()}
    for name in _RECORDED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def start_run(project: Project, parameters: JobParameters) -> Run:
    """Begin a run, or take up the newest unfinished one of the same kind and parameters.

    Finished parts in its folder are then not done again.

    Raises:
        UserError: when the disk is full, or the project may not be written.
    """
    kind = kind_of(parameters).name
    # Sorted, because the text is compared with that of earlier runs.
    spec = json.dumps(to_dict(parameters), sort_keys=True)
    with project.transaction() as connection:
        identifier = _unfinished(project, kind, spec) or f"{kind}-{uuid.uuid4().hex[:12]}"
        connection.execute(
            "INSERT INTO run(id, kind, spec, state, seed, versions, started)"
            # Taken up again, a run keeps its id and folder, and records the versions that finish
            # it.
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET state = excluded.state,"
            " spec = excluded.spec, versions = excluded.versions, started = excluded.started,"
            " ended = NULL",
            (
                identifier,
                kind,
                spec,
                RUNNING,
                getattr(parameters, "seed", None),
                json.dumps(versions()),
                time.time(),
            ),
        )
    run = load_run(project, identifier)
    try:
        run.folder.mkdir(parents=True, exist_ok=True)
        write_json(run.folder / SPEC, {"kind": kind, "parameters": run.parameters})
    except OSError as error:
        raise as_user_error(error, message("put the job on record")) from error
    return run


def _unfinished(project: Project, kind: str, spec: str) -> str | None:
    """The run to take up: newer than any that is done, and than the last change of the samples."""
    marks = ", ".join("?" * len(_RESUMABLE))
    rows = project.connection.execute(
        f"SELECT id, spec FROM run WHERE kind = ? AND state IN ({marks})"
        " AND rowid > coalesce((SELECT max(rowid) FROM run WHERE kind = ? AND state = ?), 0)"
        " AND rowid > ? ORDER BY rowid DESC",
        (kind, *_RESUMABLE, kind, DONE, _changed_after(project) or 0),
    )
    wanted = _parts_spec(kind, spec)
    same = (name for name, other in rows if _parts_spec(kind, other) == wanted)
    return next((name for name in same if is_identifier(name)), None)


def _parts_spec(kind: str, spec: str) -> Any:
    """What of a run's parameters its parts depend on."""
    left_out = _SAID_ON_THE_WAY.get(kind)
    if not left_out:
        return spec
    parameters = parsed_object(spec)
    return {name: value for name, value in parameters.items() if name not in left_out}


def _changed_after(project: Project) -> int | None:
    """The number of the run that last changed the samples; None where it is not on record."""
    row = project.connection.execute(
        "SELECT rowid FROM run WHERE id = ?", (project.meta(CHANGED_BY),)
    ).fetchone()
    return int(row[0]) if row else None


def record_end(
    project: Project,
    identifier: str,
    state: str,
    result: RunResult | None,
    reason: Message = NOTHING,
) -> Run:
    """Record how a run ended, with its artifacts and figures."""
    result = result or RunResult()
    with project.transaction() as connection:
        connection.execute(
            "UPDATE run SET state = ?, ended = ?, metrics = ?, message = ? WHERE id = ?",
            (state, time.time(), json.dumps(result.metrics), to_text(reason), identifier),
        )
        connection.executemany(
            "INSERT OR REPLACE INTO artifact VALUES (?, ?, ?)",
            [(identifier, name, path) for name, path in result.artifacts.items()],
        )
    return load_run(project, identifier)


def write_result(folder: Path, result: RunResult) -> None:
    """Leave the result in the run's folder, whole or not at all."""
    write_json(folder / RESULT, asdict(result))


def not_on_record(error: UserError, result: RunResult, hint: Message = NOTHING) -> UserError:
    """Why a run that is done is not on record; what it wrote outside of the project is there.

    Args:
        error: that came of recording it.
        result: of the run.
        hint: what to do about it, in place of the error's, which is to do all of it again.
    """
    made = result.metrics.get("destination")
    if not made:
        return error
    return UserError(
        message(
            "{error} {destination} is whole all the same; only the record that it was made is"
            " missing.",
            error=error.message,
            destination=str(made),
        ),
        hint,
        code=error.code,
    )


def read_result(folder: Path) -> RunResult | None:
    """The result in a run's folder, or None where its body has not finished.

    Raises:
        UserError: naming file and field, when it is damaged.
    """
    file = folder / RESULT
    if not file.is_file():
        return None
    return read_typed(file, RunResult)


def readable_result(run: Run) -> RunResult | None:
    """The result of a run, or None where it is missing or damaged (logged as a warning)."""
    try:
        return read_result(run.folder)
    except UserError as error:
        logger.warning("%s", error)
        return None


_COLUMNS = "id, kind, spec, state, started, ended, metrics, message, rowid"


def _artifacts(project: Project, identifier: str) -> dict[str, str]:
    return dict(
        project.connection.execute(
            "SELECT kind, path FROM artifact WHERE run_id = ?", (identifier,)
        )
    )


def _run(project: Project, row: tuple[Any, ...], artifacts: dict[str, str]) -> Run | None:
    """A recorded run, or None for a row that no LNL has written."""
    identifier, kind, spec, state, started, ended, metrics, reason, number = row
    if not is_identifier(identifier) or not isinstance(kind, str) or state not in STATE_WORDS:
        logger.warning("a run of %s was left out: %r", project.folder, str(identifier)[:80])
        return None
    return Run(
        identifier,
        present_name(kind),
        present_parameters(kind, parsed_object(spec)),
        state,
        _seconds(started) or 0.0,
        _seconds(ended),
        present_metrics(kind, parsed_object(metrics)),
        # What a project says of its files is followed inside it alone.
        {name: path for name, path in artifacts.items() if is_inside(project.folder, path)},
        project.run_folder(identifier),
        from_text(str(reason)),
        number,
    )


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def load_run(project: Project, identifier: str) -> Run:
    """One run by id.

    Raises:
        UserError: when there is none.
    """
    row = project.connection.execute(
        f"SELECT {_COLUMNS} FROM run WHERE id = ?", (check_identifier(identifier),)
    ).fetchone()
    found = _run(project, row, _artifacts(project, identifier)) if row is not None else None
    if found is None:
        raise UserError(message("There is no run {identifier}.", identifier=identifier))
    return found


def load_runs(project: Project) -> list[Run]:
    """All runs, oldest first."""
    rows = project.connection.execute(f"SELECT {_COLUMNS} FROM run ORDER BY rowid").fetchall()
    artifacts: dict[str, dict[str, str]] = {}
    # One query for all runs, not one for each.
    for identifier, kind, path in project.connection.execute(
        "SELECT run_id, kind, path FROM artifact"
    ):
        artifacts.setdefault(identifier, {})[kind] = path
    found = (_run(project, row, artifacts.get(row[0], {})) for row in rows)
    return [run for run in found if run is not None]


def forget_run(project: Project, identifier: str) -> None:
    """Delete a run with its artifacts and folder.

    Raises:
        UserError: when the identifier is none, or the project cannot be written.
    """
    folder = project.run_folder(identifier)
    with project.transaction() as connection:
        # Artifacts first: they refer to the run by a foreign key.
        connection.execute("DELETE FROM artifact WHERE run_id = ?", (identifier,))
        connection.execute("DELETE FROM run WHERE id = ?", (identifier,))
    # Where a system keeps mapped files open they stay until the project is next cleaned.
    shutil.rmtree(folder, ignore_errors=True)


def latest_run(project: Project, kind: str, *, damaged_too: bool = False) -> Run | None:
    """The newest run of a kind that is done and whose folder is there.

    Args:
        project: open, for reading at least.
        kind: of job.
        damaged_too: also a detection whose scores cannot be read.
    """
    # Runs recorded under a former name of the kind count too.
    names = recorded_names(kind)
    marks = ", ".join("?" * len(names))
    rows = project.connection.execute(
        # By the order in which they were recorded: a clock may go back.
        f"SELECT {_COLUMNS} FROM run WHERE kind IN ({marks}) AND state = ? ORDER BY rowid DESC",
        (*names, DONE),
    ).fetchall()
    for row in rows:
        found = _run(project, row, _artifacts(project, row[0]))
        # Superseded detections stay in the table for the jobs list, without their folders.
        if found is not None and found.is_there and (damaged_too or is_whole(project, found)):
            return found
    return None


def newest_detection(project: Project) -> Run | None:
    """The newest detection; before there is any, the first look, which is provisional."""
    return latest_run(project, "detect") or latest_run(project, FIRST_LOOK)


def is_whole(project: Project, run: Run) -> bool:
    """Whether a detection's scores can be read; of other kinds each file is looked at when used."""
    if run.kind not in ("detect", FIRST_LOOK):
        return True
    classes = project.connection.execute("SELECT count(*) FROM class").fetchone()[0]
    return is_detection(run.folder, samples=sample_count(project), classes=classes)


def done_kinds(project: Project) -> set[str]:
    """Kinds of job of which there is a finished run that covers the dataset as it is now."""
    rows = project.connection.execute("SELECT DISTINCT kind FROM run WHERE state = ?", (DONE,))
    kinds = {present_name(kind) for (kind,) in rows.fetchall()}
    if "attach" in kinds and _has_embedding(project):
        kinds.add("embed")
    newest = {kind: latest_run(project, kind) for kind in kinds}
    if newest.get("embed") is None and "embed" in newest:
        # An attached embedding, unless nothing was attached and the embedding's folder is gone.
        newest["embed"] = newest.get("attach")
    if newest.get("embed") is not None and not _has_readable_embedding(project):
        del newest["embed"]
    return {
        kind
        for kind, run in newest.items()
        if run is not None and not (kind in _OF_ALL_SAMPLES and is_outdated(project, run))
    }


def _has_readable_embedding(project: Project) -> bool:
    """Whether the file of any embedding can be read, where any is on record."""
    files = [
        project.folder / path
        for run in load_runs(project)
        if run.state == DONE
        for kind, path in run.artifacts.items()
        if kind.startswith("embedding:")
    ]
    return not files or any(is_embedding(file) for file in files)


def _has_embedding(project: Project) -> bool:
    """Whether an embedding was attached, which stands for one that was computed."""
    found = project.connection.execute(
        "SELECT 1 FROM artifact JOIN run ON run.id = run_id"
        " WHERE run.kind = 'attach' AND state = ? AND artifact.kind LIKE 'embedding:%' LIMIT 1",
        (DONE,),
    )
    return found.fetchone() is not None


def is_outdated(project: Project, run: Run) -> bool:
    """Whether the dataset has got new images, or other pixels, since a run began."""
    changed = _changed_after(project)
    if changed is not None:
        return run.number < changed
    # Earlier versions left the time alone.
    return run.started < _time_in_header(project, SAMPLES_CHANGED)


def is_before_update(project: Project, run: Run) -> bool:
    """Whether the dataset was read again, or found elsewhere, since a run began."""
    row = project.connection.execute(
        "SELECT rowid FROM run WHERE id = ?", (project.meta(UPDATED_BY),)
    ).fetchone()
    return run.number < row[0] if row else run.started < _time_in_header(project, UPDATED)


def updated_by(project: Project) -> str:
    """The kind of the job that last recorded what has left the dataset; "" where none is known."""
    row = project.connection.execute(
        "SELECT kind FROM run WHERE id = ?", (project.meta(UPDATED_BY),)
    ).fetchone()
    return str(row[0]) if row else ""


def _time_in_header(project: Project, key: str) -> float:
    try:
        return float(project.meta(key, "0"))
    except ValueError:
        return 0.0
