"""What a run's result depends on, so that a stage whose inputs are unchanged is not done again.

Each input is a short digest under its name. They are compared by content where that is cheap
(labels and verdicts, so that an undone verdict counts as no change) and by the run that made them
where it is not (embeddings, scores).
"""

import hashlib
import json
import shutil
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.containers.stamp import container_stamp
from lnl_gui.store.database.derived_files import is_embedding
from lnl_gui.store.dataset import column_cache
from lnl_gui.store.dataset.classes import ClassInfo, load_classes, present_names
from lnl_gui.store.dataset.source_state import SAMPLES_CHANGED
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.arrays import (
    EMBEDDING,
    FACTS,
    attached_runs,
    embedding_runs,
    is_whole,
    load_facts,
)
from lnl_gui.store.jobs.job_kinds import kind_of, to_dict
from lnl_gui.store.jobs.parameters import (
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    FinetuneParameters,
    JobParameters,
    TuneParameters,
)
from lnl_gui.store.jobs.runs import Run
from lnl_gui.store.project import Project
from lnl_gui.store.review.standing_samples import load_current
from lnl_gui.util.files.atomic import read_json, write_json
from lnl_gui.util.plugins import plugin_versions

Inputs = dict[str, str]
"""Name of an input -> digest of what it is now."""

_LABELS = "labels and verdicts"
_FILE = "inputs.json"
_KEPT = {_FILE, runs.SPEC, runs.LOG}
_HOW = {"device", "batch_size", "allow_download", "partial"}
"""Fields of an embedding's parameters that say how it is computed, not what comes of it."""


def inputs_of(project: Project, parameters: JobParameters) -> Inputs:
    """What a job would read now; empty for kinds whose result never grows old.

    Args:
        project: open, for reading at least.
        parameters: of the job.
    """
    match parameters:
        case EmbedParameters():
            # One embedding serves every later run that names its encoder, so that the other
            # encoders of the same run play no role.
            return _common(project) | {"parameters": _digest_of(parameters, {*_HOW, "encoders"})}
        case DetectParameters():
            embeddings = _embeddings(project, parameters.encoders)
            return _common(project) | {
                "parameters": _digest_of(parameters, {"device"}),
                "embeddings": _digest(embeddings | _attached(project)),
                _LABELS: present_verdicts(project),
            }
        case FinetuneParameters() | TuneParameters():
            # The device changes a result in the last bits only.
            detection = runs.latest_run(project, "detect")
            return _common(project) | {
                "parameters": _digest_of(parameters, {"device", "partial"}),
                "embeddings": _digest(_embeddings(project, (parameters.encoder,))),
                _LABELS: present_verdicts(project),
                "detection": detection.id if detection else "",
            }
        case ExportParameters():
            # Whether it may replace another changes nothing of what is written.
            newest = {kind: runs.latest_run(project, kind) for kind in ("detect", "finetune")}
            return _common(project) | {
                "parameters": _digest_of(parameters, {"overwrite"}),
                _LABELS: present_verdicts(project),
                "detection": newest["detect"].id if newest["detect"] else "",
                "training": newest["finetune"].id if newest["finetune"] else "",
                "journal": _digest(_newest_operation(project)),
            }
    return {}


def _newest_operation(project: Project) -> list[int | None]:
    """The last act of a person: the journal is exported, and an undone act stays in it."""
    return list(project.connection.execute("SELECT MAX(id) FROM op").fetchone())


def finished_run(project: Project, parameters: JobParameters) -> Run | None:
    """The finished run whose result still is what this job would make, or None."""
    return _finished(project, parameters, inputs_of(project, parameters))


def changed_inputs(project: Project, parameters: JobParameters) -> list[str]:
    """Which inputs differ from the newest finished run's; empty where there is no such run."""
    newest = runs.latest_run(project, kind_of(parameters).name)
    if newest is None:
        return []
    before, now = _recorded(newest), inputs_of(project, parameters)
    return [name for name, digest in now.items() if before.get(name) != digest]


def drop_stale_parts(folder: Path, inputs: Inputs) -> bool:
    """Remove what an unfinished run left that was made from other inputs; whether there was any.

    A run is taken up by its parameters alone. A training stopped half way and begun again after
    new verdicts would otherwise go on with the old labels.

    Args:
        folder: the run's.
        inputs: as they are now.
    """
    file = folder / _FILE
    # Without a record the run is fresh or of an earlier version, whose parts stay trusted.
    before = read_json(file) if file.is_file() else inputs
    stale = (
        [path for path in folder.iterdir() if path.name not in _KEPT] if before != inputs else []
    )
    for path in stale:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    # After the removal: killed in between, the next start still sees the old inputs and removes the
    # rest.
    write_json(file, inputs)
    return bool(stale)


def _finished(project: Project, parameters: JobParameters, inputs: Inputs) -> Run | None:
    if not inputs:
        return None
    if isinstance(parameters, EmbedParameters):
        made = embedding_runs(project)
        candidates = [made.get(name) for name in parameters.encoders]
    else:
        candidates = [runs.latest_run(project, kind_of(parameters).name)]
    found = [run for run in candidates if run is not None and _serves(project, run, inputs)]
    return found[0] if found and len(found) == len(candidates) else None


def _serves(project: Project, run: Run, inputs: Inputs) -> bool:
    whole = all(
        is_embedding(project.folder / path)
        if name.startswith(EMBEDDING)
        else (project.folder / path).exists()
        for name, path in run.artifacts.items()
    )
    if FACTS in run.artifacts:
        whole &= load_facts(project, column_cache.sample_count(project)) is not None
    # An embedding without images that the machine did not give is not what was asked for either.
    if run.kind == "embed":
        whole &= is_whole(project, run)
    # A training that was stopped early is done, and yet not what was asked for.
    return whole and not run.metrics.get("cancelled") and _recorded(run) == inputs


def _recorded(run: Run) -> Inputs:
    result = runs.readable_result(run)
    return result.inputs if result is not None else {}


def _common(project: Project) -> Inputs:
    fixed = column_cache.load_fixed(project)
    images = hashlib.sha256(fixed.given.tobytes())
    for column in (fixed.paths, fixed.files):
        # Paths and not pixels: hashing a dataset's files would cost a pass over the disk.
        images.update(column.block.tobytes())
    images.update(fixed.split.tobytes())
    for container in fixed.containers:
        images.update(_container_state(project.dataset_root / container).encode())
    images.update(project.meta(SAMPLES_CHANGED).encode())
    installed = {
        name: version
        for name, version in runs.versions().items()
        # Another machine gives the same result but for the last bits.
        if name not in ("python", "platform")
    }
    return {
        "images": images.hexdigest()[:16],
        "versions": _digest(installed | plugin_versions()),
    }


def _container_state(container: Path) -> str:
    """Sizes and times: few containers hold all images, so that looking at each costs little."""
    try:
        return container_stamp(container)
    except OSError:
        return "missing"


def present_verdicts(project: Project) -> str:
    """Digest of the labels and verdicts in force."""
    label, status = load_current(project, column_cache.load_fixed(project).given)
    return digest_of_verdicts(label, status, load_classes(project))


def digest_of_verdicts(label: np.ndarray, status: np.ndarray, classes: Sequence[ClassInfo]) -> str:
    """Digest of current labels int32 (N,) and statuses uint8 (N,) of all samples."""
    found = hashlib.sha256(label.tobytes() + status.tobytes())
    found.update(_digest(present_names(classes)).encode())
    return found.hexdigest()[:16]


def recorded_verdicts(run: Run) -> str | None:
    """Digest of the labels and verdicts that a run was made from; None where not recorded."""
    return _recorded(run).get(_LABELS)


def _embeddings(project: Project, encoders: tuple[str, ...]) -> dict[str, str]:
    made = embedding_runs(project)
    return {name: made[name].id for name in encoders or made if name in made}


def _attached(project: Project) -> dict[str, str]:
    """Predictions that were attached; nothing where there are none, as in earlier versions."""
    return {f"predictions {name}": run.id for name, run in attached_runs(project).items()}


def _digest_of(parameters: JobParameters, left_out: Set[str]) -> str:
    """Of the fields that have a part in the result."""
    return _digest({k: v for k, v in to_dict(parameters).items() if k not in left_out})


def _digest(values: Any) -> str:
    # Sorted, so that the order of keys plays no role.
    text = json.dumps(values, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
