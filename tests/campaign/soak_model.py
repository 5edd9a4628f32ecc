"""What a soak expects and what it measures."""

import csv
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil

from lnl_gui.store.dataset.samples import UNSEEN

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Decision:
    """One operation on n samples: arrays (n,)."""

    rows: np.ndarray
    old_status: np.ndarray
    old_label: np.ndarray
    status: np.ndarray
    label: np.ndarray
    in_bulk: bool
    """whether the suggestions of several were accepted at once"""


class ExpectedVerdicts:
    """Status and label of every sample as the keys that were pressed must have left them.

    Nothing is taken from the window after it has begun: each decision is kept with what it
    replaced, so that undo and redo are followed without looking.
    """

    def __init__(self, given: np.ndarray) -> None:
        self.status = np.zeros(len(given), np.uint8)
        self.label = given.astype(np.int32)
        self._done: list[Decision] = []
        self._undone: list[Decision] = []
        self.acknowledged = 0
        """operations that must be in the journal"""

    def decide(
        self, rows: np.ndarray, status: np.ndarray, label: np.ndarray, *, accepted: bool = False
    ) -> None:
        """A verdict on `rows` int64 (n,) with what each becomes, uint8 and int32 (n,).

        Where it changes nothing it is no operation and no step of undo, but for the first look at
        one sample that was accepted among others.
        """
        says = (self.status[rows] != status) | (self.label[rows] != label)
        if len(rows) == 1 and status[0] != UNSEEN and not self._looked_at(int(rows[0])):
            says[:] = True
        if not says.any():
            return
        rows, status, label = rows[says], status[says], label[says]
        before = self.status[rows], self.label[rows]
        in_bulk = accepted and len(rows) > 1
        self._done.append(Decision(rows, *before, status, label, in_bulk))
        self._undone.clear()
        self._set(rows, status, label)

    def _looked_at(self, row: int) -> bool:
        """Whether the newest decision in force on a sample was made on it, not on many at once."""
        found = next((past for past in reversed(self._done) if row in past.rows), None)
        return found is not None and not found.in_bulk

    def undo(self) -> None:
        if self._done:
            entry = self._done.pop()
            self._undone.append(entry)
            self._set(entry.rows, entry.old_status, entry.old_label)

    def redo(self) -> None:
        if self._undone:
            entry = self._undone.pop()
            self._done.append(entry)
            self._set(entry.rows, entry.status, entry.label)

    def _set(self, rows: np.ndarray, status: np.ndarray, label: np.ndarray) -> None:
        self.acknowledged += 1
        self.status[rows], self.label[rows] = status, label

    def as_lists(self) -> dict[str, object]:
        """For JSON."""
        return {
            "status": self.status.tolist(),
            "label": self.label.tolist(),
            "acknowledged": self.acknowledged,
        }


@dataclass(frozen=True)
class Measurement:
    """The window's process at one moment."""

    minute: float
    page: str
    """"start" where no project is open"""
    memory: float
    """MB in use by the window's process; its workers apart"""
    worker_memory: float
    handles: int
    threads: int
    widgets: int
    operations: int
    """in the journal"""
    database: float
    """MB"""
    verdicts: int
    median: float
    """milliseconds from a verdict's key to its being on disk and on the screen's list"""
    slowest: float
    """milliseconds, 99th percentile"""
    opened: int
    """how often the project was opened"""


class Recorder:
    """Appends measurements to a table as they are made, so that a killed soak leaves its own."""

    def __init__(self, table: Path) -> None:
        self._table = table
        self._process = psutil.Process()
        self._began = time.monotonic()
        self._took: list[float] = []
        self.verdicts = self.opened = 0

    def took(self, seconds: float) -> None:
        """One verdict took so long."""
        self._took.append(1000 * seconds)
        self.verdicts += 1

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self._began) / 60

    def record(self, page: str, *, widgets: int, operations: int, database: Path) -> None:
        """Measure now, and begin to time verdicts anew."""
        took = np.array(self._took or [0.0])
        self._took.clear()
        now = Measurement(
            minute=round(self.minutes, 2),
            page=page,
            memory=round(self._process.memory_info().rss / MEGABYTE, 1),
            worker_memory=round(self._workers() / MEGABYTE, 1),
            handles=_handles(self._process),
            threads=self._process.num_threads(),
            widgets=widgets,
            operations=operations,
            database=round(database.stat().st_size / MEGABYTE, 2),
            verdicts=self.verdicts,
            median=round(float(np.median(took)), 2),
            slowest=round(float(np.percentile(took, 99)), 2),
            opened=self.opened,
        )
        new = not self._table.exists()
        with self._table.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(asdict(now)))
            if new:
                writer.writeheader()
            writer.writerow(asdict(now))

    def _workers(self) -> int:
        total = 0
        for child in self._process.children(recursive=True):
            try:
                total += child.memory_info().rss
            except psutil.Error:
                # It has ended since it was listed.
                continue
        return total


def _handles(process: psutil.Process) -> int:
    return int(process.num_fds() if hasattr(process, "num_fds") else process.num_handles())


def read_measurements(table: Path) -> list[Measurement]:
    """What a soak has recorded."""
    with table.open(newline="", encoding="utf-8") as stream:
        return [
            Measurement(
                **{name: kind(row[name]) for name, kind in Measurement.__annotations__.items()}
            )
            for row in csv.DictReader(stream)
        ]


@dataclass(frozen=True)
class Growth:
    """How much more there is at the end than after the first third."""

    name: str
    early: float
    late: float
    allowed: float

    @property
    def too_much(self) -> bool:
        return self.late - self.early > self.allowed

    def __str__(self) -> str:
        said = "GROWS" if self.too_much else "stays"
        return f"{self.name:10} {self.early:9.1f} -> {self.late:9.1f}  {said}"


def growth(measured: list[Measurement], page: str) -> list[Growth]:
    """Of memory, handles, threads and widgets on one page, the first third left to warm up."""
    there = [found for found in measured if found.page == page]
    steady = there[len(there) // 3 :]
    quarter = max(1, len(steady) // 4)
    found = []
    for name in ("memory", "handles", "threads", "widgets"):
        values = [float(getattr(each, name)) for each in steady]
        early, late = np.median(values[:quarter]), np.median(values[-quarter:])
        # Threads of the pool come and go; what leaks does so at each reopening or verdict.
        allowed = {"memory": max(15.0, 0.05 * early), "widgets": 0.05 * early}.get(name, 4.0)
        found.append(Growth(name, float(early), float(late), float(allowed)))
    return found
