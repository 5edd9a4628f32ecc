"""How far can I trust this on my data? Known noise is added, and what each detector finds counted.

The project's labels are not touched. Each finished cell is one line in the run's folder, so that
a stopped run goes on with the next one.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.detect.detectors.registry import describe_detector, list_detectors
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.detectors.text_registry import TEXT_NAMES
from lnl_gui.detect.threads import at_most
from lnl_gui.learn.bench import cleanlab_baseline
from lnl_gui.learn.bench.findings import Finding
from lnl_gui.learn.bench.label_set import LabelSet
from lnl_gui.learn.bench.plan import CLEANLAB, BenchmarkData, BenchmarkPlan
from lnl_gui.learn.bench.runner import make_cell, run_benchmark
from lnl_gui.learn.bench.table import BenchmarkCell, as_rows, means
from lnl_gui.pipeline.benchmarks.benchmark_data import detection_data, measured_classes, usable_rows
from lnl_gui.pipeline.benchmarks.known_truth import KnownTruth, known_truth
from lnl_gui.pipeline.detection import text_detectors
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot, wanted_embeddings
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, DETECT, GIVEN, Noise, parse_noises
from lnl_gui.store.jobs.parameters import NoiseTestParameters
from lnl_gui.util.extras import package_hint
from lnl_gui.util.messages import message, to_json
from lnl_gui.util.progress import JobContext, stage_progress

PROJECT = DETECT + "this project's detection"


def run(
    parameters: NoiseTestParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Judge each detector on each noise and seed; figures and their means go to the metrics.

    Raises:
        UserError: for an unknown noise or detector, without embeddings, or with too little truth.
    """
    noises = parse_noises(parameters.noises, truth_known=parameters.truth is not None)
    snapshot = take_snapshot(project_folder)
    by_encoder = wanted_embeddings(snapshot, parameters.encoders)
    embeddings = list(by_encoder.values())
    truth = known_truth(
        snapshot,
        usable_rows(snapshot, embeddings),
        part=parameters.part,
        table=Path(parameters.truth) if parameters.truth else None,
        column=parameters.truth_column,
    )
    context.log(truth.note)
    data = detection_data(snapshot, truth, embeddings, name=project_folder.stem)
    judges = _judges(parameters, project_folder, by_encoder, truth.rows, data, context)
    data = replace(data, judges=judges)
    seeds = tuple(range(max(1, parameters.seeds)))
    plan = BenchmarkPlan(tuple(noises), _methods(parameters, context), seeds)
    # Named by what the figures rest on, so that none of another state of the project is taken up.
    folder = run_folder / "parts" / f"cells-{data.fingerprint()}"
    with at_most(context.threads):
        cells = run_benchmark(
            data,
            plan,
            folder=folder,
            progress=stage_progress(context, message("Testing the detectors")),
        )
    if Noise(GIVEN) in noises and snapshot.scores.folder is not None:
        cells.append(_project_cell(snapshot, truth, data))
    metrics = {
        "source": truth.source,
        "samples": len(truth.rows),
        "note": to_json(truth.note),
        "rows": as_rows(cells),
        "means": means(cells),
    }
    return {"artifacts": {}, "metrics": metrics}


def _methods(parameters: NoiseTestParameters, context: JobContext) -> tuple[str, ...]:
    names = parameters.detectors or tuple(d.name for d in list_detectors() if d.default)
    methods = [CONSENSUS]
    for name in names:
        # These two have no entry among the others: one is made of them, the second needs words.
        known = DETECT + name == CONSENSUS or name in TEXT_NAMES
        methods.append(DETECT + (name if known else describe_detector(name).name))
    if parameters.compare_cleanlab and cleanlab_baseline.installed():
        methods.append(CLEANLAB)
    elif parameters.compare_cleanlab:
        context.log(
            message(
                "cleanlab is not installed, so it is not compared. {hint}",
                hint=package_hint("cleanlab"),
            )
        )
    return tuple(methods)


def _judges(
    parameters: NoiseTestParameters,
    project_folder: Path,
    embeddings: Mapping[str, np.ndarray],
    rows: np.ndarray,
    data: BenchmarkData,
    context: JobContext,
) -> dict[str, Callable[[np.ndarray], DetectorResult]]:
    """The detectors that were asked for by name and compare images with words."""
    wanted = [name for name in parameters.detectors if name in TEXT_NAMES]
    if not wanted:
        return {}
    encoder = text_detectors.encoders_for(wanted, project_folder, embeddings)[0]
    judge = partial(
        text_detectors.text_result,
        encoder=encoder,
        embedding=np.asarray(embeddings[encoder.name][rows], np.float32),
        class_names=data.class_names,
        groups=data.groups,
        copies=data.copies,
        context=context,
    )
    return {name: partial(_judged, judge, name) for name in wanted}


def _judged(judge: Callable[..., DetectorResult], name: str, given: np.ndarray) -> DetectorResult:
    return judge(name, given_labels=given)


def _project_cell(snapshot: Snapshot, truth: KnownTruth, data: BenchmarkData) -> BenchmarkCell:
    """Figures of the project's newest detection, which used verdicts, annotators, emphasis."""
    found, rows = snapshot.scores, truth.rows
    suggested = measured_classes(snapshot, truth).compact(found.suggested[rows])
    finding = Finding(found.suspicion[rows], found.flagged[rows], suggested)
    return make_cell(LabelSet(data, Noise(GIVEN), 0), PROJECT, finding)
