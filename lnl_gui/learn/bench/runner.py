"""Runner of benchmarks; each cell is one line of the table, from which a stopped run resumes.

Detectors and training methods are measured on the same noisy labels and fill the same table.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

import numpy as np

from lnl_gui.learn.bench.figures import Accuracies, accuracies, detection_figures
from lnl_gui.learn.bench.findings import Finding
from lnl_gui.learn.bench.label_set import LabelSet
from lnl_gui.learn.bench.plan import (
    CURATED,
    ORACLE,
    RELABEL,
    BenchmarkData,
    BenchmarkPlan,
    check_names,
    is_detection,
)
from lnl_gui.learn.bench.table import BenchmarkCell, append_cell, claim_folder, read_cells
from lnl_gui.learn.bench.training import (
    HeadTraining,
    Training,
    TrainingTask,
    loss_finding,
)
from lnl_gui.learn.methods.method import NoiseEstimate
from lnl_gui.store.jobs.benchmark_names import DETECT
from lnl_gui.util.constants import Constant
from lnl_gui.util.progress import Progress, no_progress

OnFinding = Callable[[LabelSet, str, Finding], None]
"""Called with what a method found on a label set."""


def no_cell(cell: BenchmarkCell) -> None:
    """Ignore a finished cell."""


def no_finding(labels: LabelSet, method: str, found: Finding) -> None:
    """Ignore what a method found."""


def run_benchmark(
    data: BenchmarkData,
    plan: BenchmarkPlan,
    *,
    folder: Path,
    training: Training | None = None,
    on_cell: Callable[[BenchmarkCell], None] = no_cell,
    on_finding: OnFinding = no_finding,
    progress: Progress = no_progress,
) -> list[BenchmarkCell]:
    """Run what `folder` does not hold yet, and return all cells of the plan in its order.

    Args:
        data: the dataset.
        plan: the grid.
        folder: holds the table, and what it rests on.
        training: how methods are trained; None trains heads on the first embedding.
        on_cell: called with each new cell.
        on_finding: called before that with what its method found, of which a cell keeps figures
            alone.
        progress: cells done of all; may raise `Cancelled`, finished cells are kept.

    Raises:
        UserError: for unknown names, or a folder that holds results of other data.
    """
    check_names(data, plan)
    claim_folder(folder, data, plan)
    kept = {cell.key: cell for cell in read_cells(folder)}
    train = training or HeadTraining(data, hidden=plan.hidden)
    labels: LabelSet | None = None
    wanted: list[BenchmarkCell] = []
    trials = plan.trials()
    progress(0, len(trials))
    for noise, seed, method in trials:
        cell = kept.get((data.name, noise.kind, noise.rate, method, seed))
        if cell is None:
            # Trials come sorted by noise and seed, so that one set of labels in memory is enough.
            if labels is None or (labels.noise, labels.seed) != (noise, seed):
                labels = LabelSet(data, noise, seed)
            constants = plan.constants.get(method, {})
            cell = run_cell(labels, method, train, constants=constants, on_finding=on_finding)
            # On disk before anyone is told of it.
            append_cell(folder, cell)
            on_cell(cell)
        wanted.append(cell)
        progress(len(wanted), len(trials))
    return wanted


def run_cell(
    labels: LabelSet,
    method: str,
    train: Training,
    *,
    constants: Mapping[str, Constant],
    on_finding: OnFinding = no_finding,
) -> BenchmarkCell:
    """Measure one method of a plan on one label set."""
    started, borrowed = perf_counter(), labels.borrowed
    learnt: Accuracies | None = None
    fitted: float | None = None
    if is_detection(method):
        found = labels.detect(method)
    else:
        learnt, found, fitted = _train(labels, method, train, constants)
    # With what was computed for another method before: the order of a plan must not make one look
    # fast.
    seconds = perf_counter() - started + labels.borrowed - borrowed
    if found is not None:
        on_finding(labels, method, found)
    return make_cell(labels, method, found, learnt=learnt, train=fitted, seconds=seconds)


def make_cell(
    labels: LabelSet,
    method: str,
    found: Finding | None,
    *,
    learnt: Accuracies | None = None,
    train: float | None = None,
    seconds: float = 0.0,
) -> BenchmarkCell:
    """The figures of what a method found and learnt; `train` as in `BenchmarkCell`."""
    detection = detection_figures(found, labels.wrong, labels.data.labels) if found else None
    interval = found.interval if found and found.interval else (None, None)
    return BenchmarkCell(
        dataset=labels.data.name,
        noise=labels.noise.kind,
        rate=labels.noise.rate,
        method=method,
        seed=labels.seed,
        samples=len(labels.given),
        wrong=int(labels.wrong.sum()),
        seconds=seconds,
        flagged=int(found.flagged.sum()) if found else None,
        expected_errors=found.expected_errors if found else None,
        expected_low=interval[0],
        expected_high=interval[1],
        train=train,
        **(vars(learnt) if learnt else {}),
        **(vars(detection) if detection else {}),
    )


def _train(
    labels: LabelSet, method: str, train: Training, constants: Mapping[str, Constant]
) -> tuple[Accuracies, Finding | None, float | None]:
    # All with plain cross-entropy: what is compared is the labels.
    corrected = method in (ORACLE, CURATED) or method.startswith(RELABEL)
    task = TrainingTask(
        "plain:ce" if corrected else method,
        _labels_to_learn(labels, method),
        noise=lambda: NoiseEstimate(
            float(labels.consensus.noise_rate), labels.consensus.transition_matrix
        ),
        constants=constants,
        seed=labels.seed,
    )
    outcome = train(task)
    test_labels = labels.data.test_labels
    assert test_labels is not None  # HeadTraining and every other training tests on some
    learnt = accuracies(outcome.test_predictions, test_labels)
    if outcome.probabilities is None:
        return learnt, None, None
    fitted = float((outcome.probabilities.argmax(axis=1) == labels.data.labels).mean())
    # What was corrected beforehand says nothing of the losses on the given labels.
    found = None if corrected else loss_finding(outcome.probabilities, labels.given)
    return learnt, found, fitted


def _labels_to_learn(labels: LabelSet, method: str) -> np.ndarray:
    """(N,) int64 labels that a method learns from."""
    if method == ORACLE:
        return labels.data.labels.astype(np.int64)
    if method.startswith(RELABEL):
        finding = labels.detect(DETECT + method.removeprefix(RELABEL))
        assert finding is not None  # only cleanlab may be unable to judge
        vote = finding.suggested_label
        return np.where(vote >= 0, vote, labels.given).astype(np.int64)
    if method != CURATED:
        return labels.given.astype(np.int64)
    found = labels.consensus
    corrected = found.flagged & (found.suggested_label >= 0)
    # Only what is flagged is changed, as a person would who accepts every suggestion.
    return np.where(corrected, found.suggested_label, labels.given).astype(np.int64)
