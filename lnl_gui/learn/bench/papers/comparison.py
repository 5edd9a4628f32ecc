"""Measured accuracies of a paper's table beside the printed ones: intervals, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from lnl_gui.learn.bench.papers.paper_table import PaperTable
from lnl_gui.learn.bench.published import Published, Setting, published
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.util.messages import Message, message
from lnl_gui.util.statistics.intervals import Estimate, student, wilson

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Comparison:
    """One row and column of a paper's table. Accuracies and their differences are shares.

    Attributes:
        noise, method: which.
        seeds: how many runs.
        measured: mean over them with its 95 % interval; of one run, that of its test images.
        train: mean accuracy on the training images; None where they were not predicted.
        printed: what the paper has; None where it has nothing, or it is not known here.
        curve: mean test accuracy after each epoch.
        seconds: mean time of a run.
    """

    noise: Noise
    method: str
    seeds: int
    measured: Estimate
    train: float | None
    printed: Published | None
    curve: tuple[float, ...]
    seconds: float

    @property
    def difference(self) -> float | None:
        """Measured less printed."""
        return None if self.printed is None else self.measured.value - self.printed.accuracy

    @property
    def differs(self) -> bool:
        """Whether the printed accuracy lies outside the interval of the measured one."""
        printed = self.printed
        return printed is not None and not (
            self.measured.low <= printed.accuracy <= self.measured.high
        )


def compare(table: PaperTable, cells: Sequence[BenchmarkCell]) -> list[Comparison]:
    """What was measured of a table beside what is printed, in the table's order.

    Args:
        table: whose cells they are.
        cells: of any number of seeds.
    """
    groups: dict[tuple[Noise, str], list[BenchmarkCell]] = {}
    for cell in cells:
        groups.setdefault((cell.label_noise, cell.method), []).append(cell)
    return [
        _compared(table, noise, method, groups[noise, method])
        for method in table.methods
        for noise in table.noises
        if (noise, method) in groups
    ]


def _compared(
    table: PaperTable, noise: Noise, method: str, cells: Sequence[BenchmarkCell]
) -> Comparison:
    figures = [cell.best if table.figure == "best" else cell.last for cell in cells]
    trains = [cell.train for cell in cells if cell.train is not None]
    epochs = zip(*(cell.curve for cell in cells), strict=False)
    return Comparison(
        noise,
        method,
        len(cells),
        interval([figure or 0.0 for figure in figures], tests=cells[0].tests or 0),
        fmean(trains) if trains else None,
        published(Setting(table.dataset, table.network, noise.kind, noise.rate), method),
        tuple(fmean(epoch) for epoch in epochs),
        fmean(cell.seconds for cell in cells),
    )


def interval(figures: Sequence[float], *, tests: int) -> Estimate:
    """Mean of accuracies in [0, 1] with its 95 % interval by Student's t over the runs.

    Args:
        figures: one a seed, at least one.
        tests: test images; a single run has the score interval of its share of them, which knows
            nothing of other seeds.
    """
    if len(figures) > 1:
        found = student(figures, confidence=CONFIDENCE)
        return Estimate(found.value, max(0.0, found.low), min(1.0, found.high))
    share = figures[0]
    return wilson(share, tests, confidence=CONFIDENCE) if tests else Estimate(share, 0.0, 1.0)


def differences(found: Sequence[Comparison]) -> list[Message]:
    """One sentence for each figure that differs from the printed one, and how many do not."""
    printed = [entry for entry in found if entry.printed is not None]
    if not printed:
        return [message("No figure of the paper is known here to compare with.")]
    said = [_difference(entry) for entry in printed if entry.differs]
    within = len(printed) - len(said)
    return [
        message(
            "{within} of {all} printed figures lie within the 95 % interval of the measured one.",
            within=within,
            all=len(printed),
        ),
        *said,
        *_orders(found),
    ]


def _difference(entry: Comparison) -> Message:
    printed, measured, difference = entry.printed, entry.measured, entry.difference
    assert printed is not None and difference is not None
    figures = message(
        "{method}, {noise}: {measured:.1%} ({low:.1%} to {high:.1%}) measured, {printed:.1%}"
        " printed",
        method=entry.method,
        noise=str(entry.noise),
        measured=measured.value,
        low=measured.low,
        high=measured.high,
        printed=printed.accuracy,
    )
    points = 100 * abs(difference)
    if difference < 0:
        return message("{figures}: {points:.1f} points lower.", figures=figures, points=points)
    return message("{figures}: {points:.1f} points higher.", figures=figures, points=points)


def _orders(found: Sequence[Comparison]) -> list[Message]:
    """A sentence for each noise under which the methods come in another order than printed."""
    said: list[Message] = []
    for noise in dict.fromkeys(entry.noise for entry in found):
        rows = [entry for entry in found if entry.noise == noise and entry.printed is not None]
        here = sorted(rows, key=lambda entry: -entry.measured.value)
        there = sorted(rows, key=lambda entry: -(entry.printed.accuracy if entry.printed else 0))
        if [entry.method for entry in here] != [entry.method for entry in there]:
            said.append(
                message(
                    "{noise}: the order is {here}; printed is {there}.",
                    noise=str(noise),
                    here=" > ".join(entry.method for entry in here),
                    there=" > ".join(entry.method for entry in there),
                )
            )
    return said
