"""Runs: one execution of a job, its parameters, state, artifacts and figures.

A run's folder holds `spec.json` from the start and `result.json` once its body has finished, so
that a result outlives a killed window: whoever opens the project next adopts it.
"""

import json
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

from lnl_gui.store.former_metrics import present_metrics
from lnl_gui.store.job_kinds import kind_of, present_name, recorded_names, to_dict
from lnl_gui.store.parameters import JobParameters
from lnl_gui.store.project import Project
from lnl_gui.store.source_state import SAMPLES_CHANGED
from lnl_gui.util.atomic import write_json
from lnl_gui.util.errors import UserError
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
    """
    kind = kind_of(parameters).name
    # Sorted, because the text is compared with that of earlier runs.
    spec = json.dumps(to_dict(parameters), sort_keys=True)
    marks = ", ".join("?" * len(_RESUMABLE))
    with project.transaction() as connection:
        row = connection.execute(
            f"SELECT id FROM run WHERE kind = ? AND spec = ? AND state IN ({marks})"
            " AND started > coalesce((SELECT max(started) FROM run WHERE kind = ?"
            " AND state = ?), 0) ORDER BY started DESC LIMIT 1",
            (kind, spec, *_RESUMABLE, kind, DONE),
        ).fetchone()
        identifier = row[0] if row else f"{kind}-{uuid.uuid4().hex[:12]}"
        connection.execute(
            "INSERT INTO run(id, kind, spec, state, seed, versions, started)"
            # Taken up again, a run keeps its id and folder, and records the versions that finish
            # it.
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET state = excluded.state,"
            " versions = excluded.versions, started = excluded.started, ended = NULL",
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
    run.folder.mkdir(parents=True, exist_ok=True)
    write_json(run.folder / SPEC, {"kind": kind, "parameters": run.parameters})
    return run


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


_COLUMNS = "id, kind, spec, state, started, ended, metrics, message"


def _artifacts(project: Project, identifier: str) -> dict[str, str]:
    return dict(
        project.connection.execute(
            "SELECT kind, path FROM artifact WHERE run_id = ?", (identifier,)
        )
    )


def _run(project: Project, row: tuple[Any, ...], artifacts: dict[str, str]) -> Run:
    identifier, kind, spec, state, started, ended, metrics, reason = row
    return Run(
        identifier,
        present_name(kind),
        json.loads(spec),
        state,
        started,
        ended,
        present_metrics(kind, json.loads(metrics)),
        artifacts,
        project.runs / identifier,
        from_text(reason),
    )


def load_run(project: Project, identifier: str) -> Run:
    """One run by id."""
    row = project.connection.execute(
        f"SELECT {_COLUMNS} FROM run WHERE id = ?", (identifier,)
    ).fetchone()
    return _run(project, row, _artifacts(project, identifier))


def load_runs(project: Project) -> list[Run]:
    """All runs, oldest first."""
    rows = project.connection.execute(f"SELECT {_COLUMNS} FROM run ORDER BY started").fetchall()
    artifacts: dict[str, dict[str, str]] = {}
    # One query for all runs, not one for each.
    for identifier, kind, path in project.connection.execute(
        "SELECT run_id, kind, path FROM artifact"
    ):
        artifacts.setdefault(identifier, {})[kind] = path
    return [_run(project, row, artifacts.get(row[0], {})) for row in rows]


def forget_run(project: Project, identifier: str) -> None:
    """Delete a run with its artifacts and folder."""
    with project.transaction() as connection:
        # Artifacts first: they refer to the run by a foreign key.
        connection.execute("DELETE FROM artifact WHERE run_id = ?", (identifier,))
        connection.execute("DELETE FROM run WHERE id = ?", (identifier,))
    # Where a system keeps mapped files open they stay until the project is next cleaned.
    shutil.rmtree(project.runs / identifier, ignore_errors=True)


def latest_run(project: Project, kind: str) -> Run | None:
    """The newest run of a kind that is done and whose folder is there."""
    # Runs recorded under a former name of the kind count too.
    names = recorded_names(kind)
    marks = ", ".join("?" * len(names))
    rows = project.connection.execute(
        f"SELECT {_COLUMNS} FROM run WHERE kind IN ({marks}) AND state = ? ORDER BY started DESC",
        (*names, DONE),
    )
    for row in rows:
        # Superseded detections stay in the table for the jobs list, without their folders.
        if (project.runs / row[0]).is_dir():
            return _run(project, row, _artifacts(project, row[0]))
    return None


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
    return {
        kind
        for kind, run in newest.items()
        if run is not None and not (kind in _OF_ALL_SAMPLES and is_outdated(project, run))
    }


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
    return run.started < float(project.meta(SAMPLES_CHANGED, "0"))
