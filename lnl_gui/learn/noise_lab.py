"""The noise lab: methods and detectors on labels whose errors are known.

A plan is a grid of noises, methods and seeds over one dataset of cached embeddings. Each cell is
one row, appended to the folder's table as soon as it is there, so that a stopped run goes on with
the next cell.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from lnl_gui.dataset.noise import (
    inject_asymmetric,
    inject_instance_dependent,
    inject_symmetric,
    next_class_map,
)
from lnl_gui.detect.consensus import Consensus, find_suspects
from lnl_gui.detect.registry import describe_detector, run_detector
from lnl_gui.detect.threshold import expected_f_threshold
from lnl_gui.learn.data import ArraySource
from lnl_gui.learn.embedding_space import EmbeddingSpace, fit_space
from lnl_gui.learn.lab_figures import Accuracies, DetectionFigures, accuracies, detection_figures
from lnl_gui.learn.lab_training import loss_flags, train_on_embeddings
from lnl_gui.learn.methods import describe_method
from lnl_gui.util.atomic import write_json
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import Progress, no_progress

DETECT = "detect:"
CONSENSUS = "detect:consensus"
CURATED = "curated"
ORACLE = "oracle"
ROWS_FILE = "cells.jsonl"
TRUST_RATES = (0.1, 0.3)


@dataclass(frozen=True)
class LabData:
    """A dataset whose labels are known to be right.

    Attributes:
        name: as in `published.Setting`, or any other.
        embedding: (N, D) of the training samples, any float type.
        labels: (N,) int true labels.
        test_embedding: (M, D).
        test_labels: (M,) int true labels.
        number_of_classes: C.
        given: further label sets (N,) by name, such as what people said.
        class_map: (C,) of asymmetric noise; None maps each class to the next.
        network: as in `published.Setting`.
    """

    name: str
    embedding: np.ndarray
    labels: np.ndarray
    test_embedding: np.ndarray
    test_labels: np.ndarray
    number_of_classes: int
    given: Mapping[str, np.ndarray] = field(default_factory=dict)
    class_map: np.ndarray | Mapping[int, int] | None = None
    network: str = ""


@dataclass(frozen=True)
class Noise:
    """A kind of noise ("symmetric", "asymmetric", "instance", or a name in `LabData.given`)."""

    kind: str
    rate: float = 0.0
    """Share of labels to flip; of no meaning for given label sets."""


@dataclass(frozen=True)
class LabPlan:
    """What to run. Methods are those of `methods`, and besides them:

    `detect:NAME` a detector alone, `detect:consensus` the consensus, `curated` cross-entropy on
    labels that the consensus has mended, `oracle` cross-entropy on the true labels. `constants`
    change a method's numbers by name; `hidden` gives all heads a hidden layer of that width.
    """

    noises: tuple[Noise, ...]
    methods: tuple[str, ...]
    seeds: tuple[int, ...] = (0, 1, 2)
    constants: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    hidden: int = 0


@dataclass(frozen=True)
class Cell:
    """One finished cell. Accuracies and rates lie in [0, 1]; None where a method has no such.

    `best` and `last` are test accuracies over epochs as papers print them. `honest` is what one
    gets who chooses the epoch on one half of the test samples and reports on the other, averaged
    over both ways.
    """

    dataset: str
    noise: str
    rate: float
    true_rate: float
    method: str
    seed: int
    best: float | None
    last: float | None
    honest: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    average_precision: float | None
    suggestion_accuracy: float | None
    seconds: float

    @property
    def key(self) -> tuple[str, str, float, str, int]:
        """What tells cells apart."""
        return (self.dataset, self.noise, self.rate, self.method, self.seed)


def no_cell(cell: Cell) -> None:
    """Ignore a finished cell."""


def run_lab(
    data: LabData,
    plan: LabPlan,
    *,
    folder: Path,
    on_cell: Callable[[Cell], None] = no_cell,
    progress: Progress = no_progress,
) -> list[Cell]:
    """Run what `folder` does not hold yet, and return all cells of the plan in its order.

    Args:
        data: the dataset.
        plan: the grid.
        folder: holds the rows, and the plan they belong to.
        on_cell: called with each new cell.
        progress: cells done of all; may raise `Cancelled`, finished cells are kept.

    Raises:
        UserError: for unknown names, or a folder that holds another plan's rows.
    """
    _check(data, plan)
    _claim(folder, data, plan)
    rows = {cell.key: cell for cell in read_cells(folder)}
    space = fit_space(data.embedding)
    points = [(noise, seed) for noise in plan.noises for seed in plan.seeds]
    total = len(points) * len(plan.methods)
    wanted: list[Cell] = []
    for noise, seed in points:
        bench = _Bench(data, plan, noise, seed, space)
        for method in plan.methods:
            cell = rows.get((data.name, noise.kind, noise.rate, method, seed))
            if cell is None:
                cell = bench.run(method)
                append_cell(folder, cell)
                on_cell(cell)
            wanted.append(cell)
            progress(len(wanted), total)
    return wanted


def check_trust(
    embedding: np.ndarray,
    confirmed_labels: np.ndarray,
    number_of_classes: int,
    *,
    detectors: tuple[str, ...] = ("consensus",),
    rates: tuple[float, ...] = TRUST_RATES,
    seed: int = 0,
    progress: Progress = no_progress,
) -> list[Cell]:
    """How much of known noise each detector finds on samples whose labels a person confirmed.

    Args:
        embedding: (n, D) of those samples.
        confirmed_labels: (n,) int.
        number_of_classes: C.
        detectors: names of the registry, or "consensus".
        rates: shares of labels to flip, each once at random and once by resemblance.
        seed: of the noise.
        progress: cells done of all.
    """
    noises = tuple(Noise(kind, rate) for rate in rates for kind in ("symmetric", "instance"))
    nothing = np.zeros((0, embedding.shape[1]), np.float32)
    none = np.zeros(0, np.int32)
    data = LabData("own", embedding, confirmed_labels, nothing, none, number_of_classes)
    plan = LabPlan(noises, tuple(DETECT + name for name in detectors), seeds=(seed,))
    _check(data, plan)
    space = fit_space(embedding)
    cells: list[Cell] = []
    for noise in noises:
        bench = _Bench(data, plan, noise, seed, space)
        for method in plan.methods:
            cells.append(bench.run(method))
            progress(len(cells), len(noises) * len(detectors))
    return cells


def noisy_labels(data: LabData, noise: Noise, seed: int) -> np.ndarray:
    """(N,) int64 labels with the errors of a noise.

    Raises:
        UserError: for a kind that is neither a generator nor one of the given label sets.
    """
    labels, classes = data.labels, data.number_of_classes
    if noise.kind in data.given:
        return np.asarray(data.given[noise.kind]).astype(np.int64)
    if noise.kind == "symmetric":
        injected = inject_symmetric(labels, classes, rate=noise.rate, seed=seed)
    elif noise.kind == "asymmetric":
        class_map = next_class_map(classes) if data.class_map is None else data.class_map
        injected = inject_asymmetric(
            labels, classes, rate=noise.rate, seed=seed, class_map=class_map
        )
    elif noise.kind == "instance":
        injected = inject_instance_dependent(
            labels, classes, rate=noise.rate, seed=seed, features=data.embedding
        )
    else:
        known = ", ".join(["symmetric", "asymmetric", "instance", *data.given])
        raise UserError(f"There is no noise called {noise.kind}.", f"Known are: {known}.")
    return injected.noisy_label.astype(np.int64)


def append_cell(folder: Path, cell: Cell) -> None:
    """Add a row as one line, on disk when the call returns."""
    file = folder / ROWS_FILE
    line = json.dumps(asdict(cell)) + "\n"
    # A line cut short by a kill must not swallow the next one.
    torn = file.exists() and not file.read_bytes().endswith(b"\n") and file.stat().st_size
    with file.open("ab") as stream:
        stream.write(("\n" + line if torn else line).encode())
        stream.flush()
        os.fsync(stream.fileno())


def read_cells(folder: Path) -> list[Cell]:
    """All whole rows of a folder."""
    file = folder / ROWS_FILE
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [Cell(**values) for values in map(_parsed, lines) if values is not None]


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except json.JSONDecodeError:
        return None
    return values if isinstance(values, dict) else None


def _check(data: LabData, plan: LabPlan) -> None:
    for method in plan.methods:
        if method in (CURATED, ORACLE, CONSENSUS):
            continue
        if method.startswith(DETECT):
            describe_detector(method.removeprefix(DETECT))
        else:
            describe_method(method)
    for noise in plan.noises:
        noisy_labels(data, noise, 0)


def _claim(folder: Path, data: LabData, plan: LabPlan) -> None:
    """Make sure that all rows of a folder were made with the same constants."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "dataset": data.name,
        "network": data.network,
        "samples": [len(data.labels), len(data.test_labels)],
        "hidden": plan.hidden,
        "constants": {name: dict(values) for name, values in sorted(plan.constants.items())},
    }
    file = folder / "settings.json"
    if not file.exists():
        write_json(file, settings)
    elif json.loads(file.read_text(encoding="utf-8")) != settings:
        raise UserError(
            f"The folder {folder} holds results of another dataset or of other constants.",
            "Choose an empty folder.",
            code="lab_folder",
        )


class _Bench:
    """All methods on one noise and seed; the consensus is computed at most once."""

    def __init__(
        self, data: LabData, plan: LabPlan, noise: Noise, seed: int, space: EmbeddingSpace
    ) -> None:
        self.data, self.plan, self.noise, self.seed = data, plan, noise, seed
        self.features = space.apply(data.embedding)
        self.test = ArraySource(space.apply(data.test_embedding))
        self.given = noisy_labels(data, noise, seed)
        self.wrong = self.given != data.labels
        self._consensus: Consensus | None = None

    def run(self, method: str) -> Cell:
        started = perf_counter()
        learnt: Accuracies | None
        found: DetectionFigures | None
        if method.startswith(DETECT):
            found = self._detect(method.removeprefix(DETECT))
            learnt = None
        else:
            learnt, found = self._train(method)
        return Cell(
            dataset=self.data.name,
            noise=self.noise.kind,
            rate=self.noise.rate,
            true_rate=float(self.wrong.mean()),
            method=method,
            seed=self.seed,
            best=learnt.best if learnt else None,
            last=learnt.last if learnt else None,
            honest=learnt.honest if learnt else None,
            precision=found.precision if found else None,
            recall=found.recall if found else None,
            f1=found.f1 if found else None,
            average_precision=found.average_precision if found else None,
            suggestion_accuracy=found.suggestion_accuracy if found else None,
            seconds=perf_counter() - started,
        )

    @property
    def consensus(self) -> Consensus:
        if self._consensus is None:
            self._consensus = find_suspects(
                [self.data.embedding],
                self.given.astype(np.int32),
                number_of_classes=self.data.number_of_classes,
                seed=self.seed,
            )
        return self._consensus

    def _detect(self, name: str) -> DetectionFigures | None:
        if name == "consensus":
            found = self.consensus
            return self._figures(found.suspicion, found.flagged, found.suggested_label)
        result = run_detector(
            name,
            [self.data.embedding],
            self.given.astype(np.int32),
            number_of_classes=self.data.number_of_classes,
            seed=self.seed,
        )
        flagged = result.score >= expected_f_threshold(result.score)
        return self._figures(result.score, flagged, result.vote)

    def _train(self, method: str) -> tuple[Accuracies, DetectionFigures | None]:
        mended = method in (ORACLE, CURATED)
        outcome = train_on_embeddings(
            "plain:ce" if mended else method,
            self.features,
            self._labels(method),
            number_of_classes=self.data.number_of_classes,
            test=self.test,
            noise_rate=lambda: float(self.consensus.noise_rate),
            constants=self.plan.constants.get(method, {}),
            hidden=self.plan.hidden,
            seed=self.seed,
        )
        learnt = accuracies(outcome.test_predictions, self.data.test_labels)
        if mended:
            return learnt, None
        loss, flagged = loss_flags(outcome.probabilities, self.given, self.data.number_of_classes)
        return learnt, self._figures(loss, flagged, outcome.probabilities.argmax(axis=1))

    def _labels(self, method: str) -> np.ndarray:
        """(N,) int64 labels that a method learns from."""
        if method == ORACLE:
            return self.data.labels.astype(np.int64)
        if method != CURATED:
            return self.given
        found = self.consensus
        mended = found.flagged & (found.suggested_label >= 0)
        return np.where(mended, found.suggested_label, self.given).astype(np.int64)

    def _figures(
        self, score: np.ndarray, flagged: np.ndarray, vote: np.ndarray
    ) -> DetectionFigures | None:
        if not self.wrong.any():
            return None
        return detection_figures(score, flagged, vote, self.wrong, self.data.labels)
