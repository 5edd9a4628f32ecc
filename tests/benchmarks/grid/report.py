"""The grid's report: Markdown tables, each figure beside cleanlab's."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import stdev

import numpy as np

from lnl_gui.learn.bench.cleanlab_baseline import VARIANTS
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, DETECT
from tests.benchmarks.grid.copies import CopiesFigures
from tests.benchmarks.grid.gain import GainFigures
from tests.benchmarks.grid.planted import PlantedFigures
from tests.benchmarks.grid.reliability import Reliability, calibration_error, pooled

FEW_CLASSES = 4
DEFAULT = DETECT + next(iter(VARIANTS))
"""cleanlab's default filter and score."""
HEADINGS = (
    "data",
    "label sets",
    "F1",
    "cleanlab default / best filter",
    "AP",
    "cleanlab default / best score",
    "suggestion right",
    "cleanlab's",
    "expected / true errors",
    "covered",
    "F1 differs by seed",
    "at least cleanlab's default",
    "worst seed's difference",
)


@dataclass(frozen=True)
class Summary:
    """Means over settings (dataset, noise) of what seeds average to; shares in [0, 1].

    Attributes:
        label_sets: how many.
        f1, average_precision, suggestion: of the consensus.
        cleanlab_f1, cleanlab_average_precision, cleanlab_suggestion: of cleanlab's defaults; None
            where it was left out.
        best_f1, best_average_precision: of the filter and of the score that are best in each
            setting.
        ratio: errors expected over true, over all label sets.
        covered: share of the intervals that hold the true number.
        spread: mean over settings of the best less the worst seed's F1.
        at_least: share of label sets with an F1 at or above that of cleanlab's default.
        worst: mean over settings of the lowest difference to it.
    """

    label_sets: int
    f1: float
    average_precision: float
    suggestion: float
    cleanlab_f1: float | None
    cleanlab_average_precision: float | None
    cleanlab_suggestion: float | None
    best_f1: float | None
    best_average_precision: float | None
    ratio: float
    covered: float
    spread: float
    at_least: float | None
    worst: float | None


def summarise(cells: Iterable[BenchmarkCell]) -> Summary:
    """Summarise cells of one or more datasets, noises and seeds; those without errors count not."""
    settings: dict[tuple[str, str], dict[str, dict[int, BenchmarkCell]]] = {}
    for cell in cells:
        if cell.f1 is not None:
            methods = settings.setdefault((cell.dataset, str(cell.label_noise)), {})
            methods.setdefault(cell.method, {})[cell.seed] = cell
    known = [methods for methods in settings.values() if CONSENSUS in methods]
    ours = [cell for methods in known for cell in methods[CONSENSUS].values()]
    beside = [methods for methods in known if DEFAULT in methods]
    differences = [_differences(methods) for methods in beside]
    return Summary(
        label_sets=len(ours),
        f1=_mean(_figure(methods, CONSENSUS, "f1") for methods in known),
        average_precision=_mean(_figure(m, CONSENSUS, "average_precision") for m in known),
        suggestion=_mean(_figure(m, CONSENSUS, "suggestion_accuracy") for m in known),
        cleanlab_f1=_maybe_mean(_figure(m, DEFAULT, "f1") for m in beside),
        cleanlab_average_precision=_maybe_mean(
            _figure(m, DEFAULT, "average_precision") for m in beside
        ),
        cleanlab_suggestion=_maybe_mean(_figure(m, DEFAULT, "suggestion_accuracy") for m in beside),
        best_f1=_maybe_mean(_best(m, "f1") for m in beside),
        best_average_precision=_maybe_mean(_best(m, "average_precision") for m in beside),
        ratio=sum(cell.expected_errors or 0 for cell in ours) / sum(cell.wrong for cell in ours),
        covered=_mean(cell.covered or 0.0 for cell in ours),
        spread=_mean(float(np.ptp([c.f1 for c in m[CONSENSUS].values()])) for m in known),
        at_least=_maybe_mean(float(d >= 0) for group in differences for d in group),
        worst=_maybe_mean(min(group) for group in differences),
    )


def _figure(methods: dict[str, dict[int, BenchmarkCell]], method: str, name: str) -> float:
    return _mean(getattr(cell, name) for cell in methods[method].values())


def _best(methods: dict[str, dict[int, BenchmarkCell]], name: str) -> float:
    return max(_figure(methods, DETECT + variant, name) for variant in VARIANTS)


def _differences(methods: dict[str, dict[int, BenchmarkCell]]) -> list[float]:
    theirs = methods[DEFAULT]
    pairs = [(cell, theirs[seed]) for seed, cell in methods[CONSENSUS].items() if seed in theirs]
    return [(ours.f1 or 0.0) - (other.f1 or 0.0) for ours, other in pairs]


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _maybe_mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return float(np.mean(known)) if known else None


def detection_table(
    cells: Sequence[BenchmarkCell], key: Callable[[BenchmarkCell], str], total: str = ""
) -> str:
    """One row for each value of `key`, and one for all."""
    groups: dict[str, list[BenchmarkCell]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    if total:
        groups[f"**{total}**"] = list(cells)
    rows = [_detection_row(name, summarise(group)) for name, group in groups.items()]
    return table(HEADINGS, rows)


def _detection_row(name: str, found: Summary) -> list[str]:
    return [
        name,
        str(found.label_sets),
        _share(found.f1),
        f"{_share(found.cleanlab_f1)} / {_share(found.best_f1)}",
        _share(found.average_precision),
        f"{_share(found.cleanlab_average_precision)} / {_share(found.best_average_precision)}",
        _share(found.suggestion),
        _share(found.cleanlab_suggestion),
        f"{found.ratio:.2f}",
        _percent(found.covered),
        _share(found.spread),
        _percent(found.at_least),
        "-" if found.worst is None else f"{found.worst:+.3f}",
    ]


def calibration_table(entries: Sequence[Reliability]) -> str:
    """Bins of suspicion: what is stated, and what is true."""
    bins = pooled(entries)
    rows = [
        [f"{b.low:g} - {b.high:g}", str(b.count), _share(b.stated), _share(b.true)] for b in bins
    ]
    said = f"\nExpected calibration error {_share(calibration_error(bins))}.\n"
    return table(("suspicion", "labels", "stated mean", "truly wrong"), rows) + said


def copies_table(figures: Sequence[CopiesFigures]) -> str:
    """Shares flagged, by dataset and by what is known of the groups."""
    ways = list(figures[0].flagged)
    rows = [
        [
            f.dataset,
            f.groups,
            *(_percent(f.flagged[way]) for way in ways),
            _percent(f.false_alarms),
            _percent(f.grouped),
            _percent(f.mistaken, ".1f"),
        ]
        for f in figures
    ]
    wrong = (f"wrong, {way}" for way in ways)
    headings = ("data", "groups", *wrong, "right", "copies grouped", "others grouped")
    return table(headings, rows)


def planted_table(figures: Sequence[PlantedFigures]) -> str:
    """Means over seeds, and over all."""
    headings = (
        "data",
        "AUROC",
        "planted flagged",
        "own flagged",
        "own wrong labels flagged as off-topic",
    )
    groups: dict[str, list[PlantedFigures]] = {}
    for figure in figures:
        groups.setdefault(figure.dataset, []).append(figure)
    groups["**all**"] = list(figures)
    rows = [
        [
            name,
            _share(_mean(f.auroc for f in group)),
            _percent(_mean(f.found for f in group)),
            _percent(_mean(f.false_alarms for f in group), ".1f"),
            _percent(_mean(f.errors_mistaken for f in group), ".1f"),
        ]
        for name, group in groups.items()
    ]
    return table(headings, rows)


def gain_table(figures: Sequence[GainFigures]) -> str:
    """In points of accuracy: each dataset and noise, mean over seeds, and all."""
    headings = (
        "data",
        "noise",
        "estimated",
        "verified",
        "true",
        "bias",
        "estimated - verified",
        "covered",
        "verified covers",
        "true, all suggestions",
        "true, suspects left out",
        "all labels true",
    )
    groups: dict[tuple[str, str], list[GainFigures]] = {}
    for figure in figures:
        groups.setdefault((figure.dataset, figure.noise), []).append(figure)
    groups["**all**", ""] = list(figures)
    rows = [
        [
            *names,
            _points(f.stated for f in group),
            _points(f.verified for f in group),
            _points(f.true for f in group),
            _with_error([f.stated - f.true for f in group]),
            _with_error([f.stated - f.verified for f in group]),
            f"{sum(f.covered for f in group)} of {len(group)}",
            f"{sum(f.verified_covered for f in group)} of {len(group)}",
            _points(f.suggested for f in group),
            _points(f.left_out for f in group),
            _points(f.best for f in group),
        ]
        for names, group in groups.items()
    ]
    return table(headings, rows)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, its first column text."""
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}".replace("0.", ".", 1)


def _percent(value: float | None, form: str = ".0f") -> str:
    return "-" if value is None else f"{100 * value:{form}} %"


def _with_error(values: Sequence[float]) -> str:
    """Points, and the standard error of their mean."""
    mean = _points(values)
    return mean if len(values) < 2 else f"{mean} ± {100 * stdev(values) / len(values) ** 0.5:.1f}"


def _points(values: Iterable[float]) -> str:
    return f"{100 * _mean(values):+.1f}"
