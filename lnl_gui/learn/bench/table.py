"""The table of a benchmark's results: one line on disk for each finished cell."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.dataset.label_noise.mistaken_classes import read_class_map
from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan
from lnl_gui.store.jobs.benchmark_names import CLASS_MAPS, MAP, Noise
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import read_json, write_json
from lnl_gui.util.messages import message

TABLE_FILE = "cells.jsonl"
SETTINGS_FILE = "settings.json"
CLASS_MAPS_KEY = "class_maps"
FORMAT = 3
"""Of the table. 1 had a table for training and another for detection, 2 one form of each noise."""
DECIMALS = 4

Key = tuple[str, str, float, str, int]


@dataclass(frozen=True)
class BenchmarkCell:
    """One method on one noise and seed. Shares lie in [0, 1]; None where a method has no such.

    Attributes:
        dataset, noise, rate, method, seed: what tells cells apart.
        samples: N.
        wrong: how many of them have a wrong label.
        flagged: how many are called wrong.
        best, last, honest: test accuracies, see `figures.Accuracies`.
        train: accuracy on the training images against their true labels, after the last epoch.
        precision, recall, f1, average_precision, auroc, suggestion_accuracy: see
            `figures.DetectionFigures`.
        expected_errors, expected_low, expected_high: the method's own estimate of `wrong`, with
            its 95 % interval.
        tests: M, samples tested on.
        curve: test accuracies after each epoch.
        seconds: wall-clock time, what it shares with other methods included.
    """

    dataset: str
    noise: str
    rate: float
    method: str
    seed: int
    samples: int
    wrong: int
    seconds: float
    flagged: int | None = None
    best: float | None = None
    last: float | None = None
    honest: float | None = None
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    average_precision: float | None = None
    auroc: float | None = None
    suggestion_accuracy: float | None = None
    expected_errors: float | None = None
    expected_low: float | None = None
    expected_high: float | None = None
    train: float | None = None
    tests: int | None = None
    curve: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        # JSON has no tuples; a cell read again must equal the one that was written.
        object.__setattr__(self, "curve", tuple(self.curve))

    @property
    def key(self) -> Key:
        """What tells cells apart."""
        return (self.dataset, self.noise, self.rate, self.method, self.seed)

    @property
    def label_noise(self) -> Noise:
        """The noise it was measured on."""
        return Noise(self.noise, self.rate)

    @property
    def covered(self) -> float | None:
        """1 where the interval of the estimate holds the true number of errors, else 0."""
        if self.expected_low is None or self.expected_high is None:
            return None
        return float(self.expected_low <= self.wrong <= self.expected_high)


COLUMNS = tuple(field.name for field in fields(BenchmarkCell))
FIGURES = (*COLUMNS[COLUMNS.index("seconds") : COLUMNS.index("tests")], "covered")
"""What is averaged over seeds."""


def as_rows(cells: Sequence[BenchmarkCell]) -> list[dict[str, Any]]:
    """The cells for a run's metrics, rounded to what can be told apart."""
    return [{name: _rounded(value) for name, value in asdict(cell).items()} for cell in cells]


def means(cells: Sequence[BenchmarkCell]) -> list[dict[str, Any]]:
    """One row for each noise and method with the mean of each figure over the seeds.

    A figure that no seed has is None.
    """
    groups: dict[tuple[Noise, str], list[BenchmarkCell]] = {}
    for cell in cells:
        groups.setdefault((cell.label_noise, cell.method), []).append(cell)
    return [
        {"noise": noise.kind, "rate": noise.rate, "method": method, "seeds": len(group)}
        | {name: _mean([getattr(cell, name) for cell in group]) for name in FIGURES}
        for (noise, method), group in groups.items()
    ]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _rounded(float(np.mean(known))) if known else None


def _rounded(value: Any) -> Any:
    return round(value, DECIMALS) if isinstance(value, float) else value


def append_cell(folder: Path, cell: BenchmarkCell) -> None:
    """Add a cell as one line, on disk when the call returns."""
    file = folder / TABLE_FILE
    line = json.dumps(asdict(cell)) + "\n"
    # A line cut short by a kill must not swallow the next one.
    torn = file.exists() and not file.read_bytes().endswith(b"\n") and file.stat().st_size
    with file.open("ab") as stream:
        stream.write(("\n" + line if torn else line).encode())
        stream.flush()
        # A cell may have cost hours.
        os.fsync(stream.fileno())


def read_cells(folder: Path) -> list[BenchmarkCell]:
    """All whole lines of a folder."""
    file = folder / TABLE_FILE
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [BenchmarkCell(**values) for values in map(_parsed, lines) if values is not None]


def claim_folder(folder: Path, data: BenchmarkData, plan: BenchmarkPlan) -> None:
    """Check that all cells of a folder rest on the same data, constants and maps, or record these.

    Raises:
        UserError: when it holds others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "format": FORMAT,
        "dataset": data.name,
        "network": data.network,
        "data": data.fingerprint(),
        "hidden": plan.hidden,
        "constants": {name: dict(values) for name, values in sorted(plan.constants.items())},
    }
    file = folder / SETTINGS_FILE
    recorded: dict[str, Any] = dict(read_json(file) if file.exists() else settings)
    maps: dict[str, dict[str, str]] = recorded.pop(CLASS_MAPS_KEY, {})
    wanted = _class_maps(plan)
    # Figures of different data in one table would be compared as if they were of the same.
    if recorded != settings:
        raise UserError(
            message(
                "The folder {folder} holds results of another dataset or of other constants.",
                folder=folder,
            ),
            message("Choose an empty folder."),
            code="benchmark_folder",
        )
    changed = [name for name, pairs in wanted.items() if maps.get(name, pairs) != pairs]
    if changed:
        raise UserError(
            message(
                "The map of classes {file} has changed since the figures in {folder} were made.",
                file=changed[0],
                folder=folder,
            ),
            message("Choose an empty folder."),
            code="benchmark_folder",
        )
    if not file.exists() or wanted.keys() - maps.keys():
        write_json(file, settings | {CLASS_MAPS_KEY: maps | wanted})


def _class_maps(plan: BenchmarkPlan) -> dict[str, dict[str, str]]:
    """Maps of classes that are files, whose name says nothing of what is in them."""
    names = {noise.class_map for noise in plan.noises if MAP in noise.kind} - set(CLASS_MAPS)
    return {name: read_class_map(Path(name)) for name in sorted(names) if Path(name).is_file()}


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except json.JSONDecodeError:
        return None
    return values if isinstance(values, dict) else None
