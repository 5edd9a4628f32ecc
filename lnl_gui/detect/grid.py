"""A grid of methods x noisy label sets: scores against a known truth, as Markdown and CSV.

For injected noise or a dataset with confirmed labels; no method sees the truth.
"""

import csv
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.util.progress import Progress, no_progress

FIGURES = (
    "auroc",
    "average_precision",
    "f1",
    "suggestion",
    "flagged",
    "expected_errors",
    "true_errors",
    "covered",
    "seconds",
)


@dataclass(frozen=True)
class Case:
    """One noisy label set.

    Attributes:
        name: dataset and kind of noise; cases that differ by seed alone share it.
        seed: of the noise and of the methods.
        embeddings: K spaces (N, D_k).
        truth: (N,) int.
        given: (N,) int.
        number_of_classes: C.
    """

    name: str
    seed: int
    embeddings: Sequence[np.ndarray]
    truth: np.ndarray
    given: np.ndarray
    number_of_classes: int


@dataclass(frozen=True)
class Finding:
    """What a method says of N labels.

    Attributes:
        suspicion: (N,) higher is more suspect.
        flagged: (N,) bool.
        suggested_label: (N,) int.
        expected_errors: the method's own estimate; NaN when it has none.
        interval: of that estimate, in samples; NaN when it has none.
    """

    suspicion: np.ndarray
    flagged: np.ndarray
    suggested_label: np.ndarray
    expected_errors: float = float("nan")
    interval: tuple[float, float] = (float("nan"), float("nan"))


Method = Callable[[Case], Mapping[str, Finding]]
"""Judges a case, possibly by several variants at one cost, by name."""


def consensus_method(case: Case) -> dict[str, Finding]:
    """The consensus with its defaults."""
    found = find_suspects(
        case.embeddings, case.given, number_of_classes=case.number_of_classes, seed=case.seed
    )
    count = len(case.given)
    low, high = found.noise_rate_interval
    return {
        "consensus": Finding(
            np.nan_to_num(found.suspicion),
            found.flagged,
            found.suggested_label,
            found.noise_rate * count,
            (low * count, high * count),
        )
    }


def score(case: Case, finding: Finding) -> dict[str, float]:
    """The `FIGURES` of one finding but for the seconds; NaN where errors are needed to have one.

    Suggestion is the share of true errors whose suggested label is the true one.
    """
    wrong = case.truth != case.given
    errors, mixed = int(wrong.sum()), bool(wrong.any() and not wrong.all())
    nan = float("nan")
    low, high = finding.interval
    return {
        "auroc": float(roc_auc_score(wrong, finding.suspicion)) if mixed else nan,
        "average_precision": (
            float(average_precision_score(wrong, finding.suspicion)) if mixed else nan
        ),
        "f1": float(f1_score(wrong, finding.flagged)) if errors else nan,
        "suggestion": (
            float((finding.suggested_label == case.truth)[wrong].mean()) if errors else nan
        ),
        "flagged": float(finding.flagged.mean()),
        "expected_errors": finding.expected_errors,
        "true_errors": float(errors),
        "covered": nan if np.isnan(low) else float(low <= errors <= high),
    }


def run_grid(
    cases: Sequence[Case], methods: Sequence[Method], *, progress: Progress = no_progress
) -> list[dict[str, str | float]]:
    """Judge every case by every method; one row each, `FIGURES` beside `case`, `seed`, `method`.

    Variants of one method share its seconds, which are wall-clock time.
    """
    rows: list[dict[str, str | float]] = []
    total = len(cases) * len(methods)
    for place, (case, method) in enumerate((c, m) for c in cases for m in methods):
        progress(place, total)
        started = time.perf_counter()
        findings = method(case)
        seconds = time.perf_counter() - started
        for name, finding in findings.items():
            row: dict[str, str | float] = {"case": case.name, "seed": case.seed, "method": name}
            rows.append(row | score(case, finding) | {"seconds": seconds})
    progress(total, total)
    return rows


def to_csv(rows: Sequence[Mapping[str, str | float]]) -> str:
    """All rows, a line each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["case", "seed", "method", *FIGURES], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: f"{v:.4f}" if isinstance(v, float) else v for k, v in row.items()})
    return text.getvalue()


def mean_by(rows: Sequence[Mapping[str, str | float]], figure: str) -> dict[str, dict[str, float]]:
    """Mean of a figure over the seeds, by method, then by case; NaN is left out."""
    gathered: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        value = float(row[figure])
        place = gathered.setdefault(str(row["method"]), {}).setdefault(str(row["case"]), [])
        if not np.isnan(value):
            place.append(value)
    return {
        method: {case: float(np.mean(v)) if v else float("nan") for case, v in by_case.items()}
        for method, by_case in gathered.items()
    }


def to_markdown(rows: Sequence[Mapping[str, str | float]]) -> str:
    """One table for each figure, methods down and cases across, means over the seeds."""
    cases = list(dict.fromkeys(str(row["case"]) for row in rows))
    parts = []
    for figure in FIGURES:
        table = mean_by(rows, figure)
        shown = {m: v for m, v in table.items() if not all(np.isnan(list(v.values())))}
        if not shown:
            continue
        lines = [
            f"## {figure.replace('_', ' ')}",
            "",
            f"| method | mean | {' | '.join(cases)} |",
            f"|---|{'---|' * (len(cases) + 1)}",
        ]
        for method, values in shown.items():
            known = [v for v in values.values() if not np.isnan(v)]
            mean = float(np.mean(known))
            cells = [mean, *(values.get(case, float("nan")) for case in cases)]
            lines.append(f"| {method} | {' | '.join(_cell(v) for v in cells)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _cell(value: float) -> str:
    if np.isnan(value):
        return "-"
    return f"{value:.0f}" if value >= 10.0 else f"{value:.3f}"
