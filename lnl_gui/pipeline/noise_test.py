"""How far can I trust this on my data? Known noise is added, and what each detector finds counted.

The project's labels are not touched. Each finished cell is one line in the run's folder, so that
a stopped run goes on with the next one.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.detectors.registry import describe_detector, list_detectors, run_detector
from lnl_gui.detect.grid import Case, Finding, Method, consensus_method
from lnl_gui.learn.bench.figures import detection_figures
from lnl_gui.pipeline import cleanlab_baseline
from lnl_gui.pipeline.benchmark_noise import GIVEN, LabNoise, class_map_of, inject, parse_noises
from lnl_gui.pipeline.known_truth import KnownTruth, known_truth
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot, wanted_embeddings
from lnl_gui.pipeline.threads import at_most
from lnl_gui.store.parameters import NoiseTestParameters
from lnl_gui.util.progress import JobContext, Progress, stage_progress

CONSENSUS, CLEANLAB = "consensus", "cleanlab"
PROJECT = "this project's detection"
MEANS = ("precision", "recall", "f1", "average_precision", "suggestion_accuracy", "seconds")
Row = dict[str, Any]


def run(
    parameters: NoiseTestParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Judge each detector on each noise and seed; figures and their means go to the metrics.

    Raises:
        UserError: for an unknown noise or detector, without embeddings, or with too little truth.
    """
    noises = parse_noises(parameters.noises, truth_known=parameters.truth is not None)
    snapshot = take_snapshot(project_folder)
    embeddings = list(wanted_embeddings(snapshot, parameters.encoders).values())
    truth = known_truth(
        snapshot,
        usable_rows(snapshot, embeddings),
        part=parameters.part,
        table=Path(parameters.truth) if parameters.truth else None,
        column=parameters.truth_column,
    )
    context.log(truth.note)
    cases = _cases(snapshot, embeddings, truth, noises, parameters.seeds)
    methods = _methods(parameters, context)
    with at_most(context.threads):
        rows = _run_grid(
            cases,
            methods,
            _rows_file(run_folder, snapshot, truth, embeddings),
            stage_progress(context, "noise test"),
        )
    if LabNoise(GIVEN) in noises and snapshot.scores.folder is not None:
        rows += _project_rows(snapshot, truth)
    metrics = {
        "source": truth.source,
        "samples": len(truth.rows),
        "note": truth.note,
        "rows": rows,
        "means": means(rows),
    }
    return {"artifacts": {}, "metrics": metrics}


def usable_rows(snapshot: Snapshot, embeddings: Sequence[np.ndarray]) -> np.ndarray:
    """(N,) bool, samples that were read and embedded."""
    finite = [np.isfinite(embedding[:, 0]) for embedding in embeddings]
    return snapshot.samples.readable & np.logical_and.reduce(finite)


def _cases(
    snapshot: Snapshot,
    embeddings: Sequence[np.ndarray],
    truth: KnownTruth,
    noises: Sequence[LabNoise],
    seeds: int,
) -> list[tuple[LabNoise, Callable[[], Case]]]:
    """Each case is made when its turn comes; nothing is drawn in labels as they came."""
    spaces = [np.asarray(embedding[truth.rows], np.float32) for embedding in embeddings]
    # Classes nobody in this part belongs to would only widen every matrix.
    present, compact = np.unique(truth.labels, return_inverse=True)
    labels = compact.astype(np.int32)
    confused = class_map_of(snapshot, present)

    def case_of(noise: LabNoise, seed: int) -> Callable[[], Case]:
        def make() -> Case:
            if noise.kind == GIVEN:
                given = snapshot.samples.given[truth.rows].astype(np.int32)
                classes = len(snapshot.class_names)
                return Case(str(noise), seed, spaces, truth.labels, given, classes)
            given = inject(
                labels,
                noise,
                number_of_classes=len(present),
                seed=seed,
                features=spaces[0],
                class_map=confused,
            )
            return Case(str(noise), seed, spaces, labels, given, len(present))

        return make

    return [
        (noise, case_of(noise, seed))
        for noise in noises
        for seed in range(1 if noise.kind == GIVEN else max(1, seeds))
    ]


def _methods(parameters: NoiseTestParameters, context: JobContext) -> dict[str, Method]:
    names = parameters.detectors or tuple(d.name for d in list_detectors() if d.default)
    methods: dict[str, Method] = {CONSENSUS: consensus_method}
    methods |= {name: _detector_method(describe_detector(name).name) for name in names}
    if parameters.compare_cleanlab and cleanlab_baseline.installed():
        methods[CLEANLAB] = _cleanlab_method
    elif parameters.compare_cleanlab:
        context.log("cleanlab is not installed, so it is not compared: pip install cleanlab.")
    return methods


def _detector_method(name: str) -> Method:
    def judge(case: Case) -> dict[str, Finding]:
        found = run_detector(
            name,
            case.embeddings,
            case.given,
            number_of_classes=case.number_of_classes,
            seed=case.seed,
        )
        flagged = found.score >= expected_f_threshold(found.score)
        return {name: Finding(found.score, flagged, found.vote)}

    return judge


def _cleanlab_method(case: Case) -> dict[str, Finding]:
    return (
        dict(cleanlab_baseline.cleanlab_method(case)) if cleanlab_baseline.can_judge(case) else {}
    )


def _run_grid(
    cases: Sequence[tuple[LabNoise, Callable[[], Case]]],
    methods: dict[str, Method],
    file: Path,
    progress: Progress,
) -> list[Row]:
    kept = {(row["noise"], row["seed"], row["method"]): row["rows"] for row in _saved(file)}
    rows: list[Row] = []
    done, total = 0, len(cases) * len(methods)
    for noise, make in cases:
        case = make()
        for name, method in methods.items():
            progress(done, total)
            key = (str(noise), case.seed, name)
            if key not in kept:
                kept[key] = _judge(noise, case, method)
                _save(file, {"noise": key[0], "seed": key[1], "method": name, "rows": kept[key]})
            rows += kept[key]
            done += 1
    progress(total, total)
    return rows


def _project_rows(snapshot: Snapshot, truth: KnownTruth) -> list[Row]:
    """The project's own newest detection, with all it was told: verdicts, annotators, emphasis."""
    found, rows = snapshot.scores, truth.rows
    given = snapshot.samples.given[rows].astype(np.int32)
    finding = Finding(found.suspicion[rows], found.flagged[rows], found.suggested[rows])
    case = Case(GIVEN, 0, [], truth.labels, given, len(snapshot.class_names))
    return _judge(LabNoise(GIVEN), case, lambda _: {PROJECT: finding})


def _judge(noise: LabNoise, case: Case, method: Method) -> list[Row]:
    started = perf_counter()
    findings = method(case)
    seconds = perf_counter() - started
    wrong = case.given != case.truth
    return [
        {
            "noise": str(noise),
            "seed": case.seed,
            "detector": name,
            "samples": len(wrong),
            "wrong": int(wrong.sum()),
            "flagged": int(found.flagged.sum()),
            **_figures(found, wrong, case.truth),
            "expected_errors": _number(found.expected_errors),
            "expected_errors_interval": [_number(value) for value in found.interval],
            "seconds": round(seconds, 3),
        }
        for name, found in findings.items()
    ]


def _figures(found: Finding, wrong: np.ndarray, truth: np.ndarray) -> Row:
    """None where there is nothing wrong to find."""
    if not wrong.any():
        return dict.fromkeys(MEANS[:-1])
    figures = detection_figures(found.suspicion, found.flagged, found.suggested_label, wrong, truth)
    return {name: round(float(getattr(figures, name)), 4) for name in MEANS[:-1]}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 1)


def means(rows: Sequence[Row]) -> list[Row]:
    """One row a noise and detector with the mean of each figure over the seeds."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["noise"], row["detector"]), []).append(row)
    found = []
    for (noise, detector), group in groups.items():
        entry: Row = {"noise": noise, "detector": detector, "seeds": len(group)}
        for name in MEANS:
            known = [row[name] for row in group if row[name] is not None]
            entry[name] = round(float(np.mean(known)), 4) if known else None
        found.append(entry)
    return found


def _rows_file(
    run_folder: Path, snapshot: Snapshot, truth: KnownTruth, embeddings: Sequence[np.ndarray]
) -> Path:
    """Named by what the figures rest on, so that none of another state is taken up."""
    digest = hashlib.sha256(truth.rows.tobytes() + truth.labels.tobytes())
    confused = class_map_of(snapshot, np.unique(truth.labels))
    digest.update(b"" if confused is None else confused.tobytes())
    for embedding in embeddings:
        digest.update(np.ascontiguousarray(embedding[:: max(1, len(embedding) // 64)]).tobytes())
    return run_folder / "parts" / f"rows-{digest.hexdigest()[:16]}.jsonl"


def _saved(file: Path) -> Iterator[Row]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    for line in lines:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:  # cut short by a kill; it is computed again
            continue


def _save(file: Path, row: Row) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    torn = file.is_file() and file.stat().st_size > 0 and not file.read_bytes().endswith(b"\n")
    with file.open("ab") as stream:
        stream.write((("\n" if torn else "") + json.dumps(row) + "\n").encode())
        stream.flush()
        os.fsync(stream.fileno())
