"""The noise lab's tables: CSV with every cell, Markdown with means over seeds."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from lnl_gui.learn.bench.plan import Cell
from lnl_gui.learn.bench.published import Setting, published_accuracy
from lnl_gui.util.atomic import atomic_file

Figure = Callable[[Cell], float | None]

COLUMNS: dict[str, Figure] = {
    "Last accuracy": lambda cell: cell.last,
    "Best accuracy": lambda cell: cell.best,
    "Accuracy at an honestly chosen epoch": lambda cell: cell.honest,
    "F1 of the wrong labels found": lambda cell: cell.f1,
    "Average precision of the ranking": lambda cell: cell.average_precision,
    "Suggestion right on wrong labels": lambda cell: cell.suggestion_accuracy,
}


def write_report(folder: Path, cells: Sequence[Cell], *, network: str = "") -> None:
    """Write `cells.csv` and `report.md` into `folder`, each atomically.

    Args:
        folder: where to.
        cells: in the order rows and columns shall have.
        network: as in `published.Setting`.
    """
    with atomic_file(folder / "cells.csv", "w", encoding="utf-8", newline="") as stream:
        stream.write(as_csv(cells))
    with atomic_file(folder / "report.md", "w", encoding="utf-8") as stream:
        stream.write(as_markdown(cells, network=network))


def as_csv(cells: Sequence[Cell]) -> str:
    """One line for each cell, all its figures."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Cell)])
    writer.writeheader()
    writer.writerows(asdict(cell) for cell in cells)
    return text.getvalue()


def as_markdown(cells: Sequence[Cell], *, network: str = "") -> str:
    """One table for each figure: methods by noises, mean ± deviation over seeds, in percent.

    A printed figure of a paper in the same setting follows in brackets.
    """
    parts = [
        _table(title, figure, cells, network)
        for title, figure in COLUMNS.items()
        if any(figure(cell) is not None for cell in cells)
    ]
    return "\n".join(parts)


def _table(title: str, figure: Figure, cells: Sequence[Cell], network: str) -> str:
    noises = list(dict.fromkeys((cell.noise, cell.rate) for cell in cells))
    methods = list(dict.fromkeys(cell.method for cell in cells if figure(cell) is not None))
    heads = [_noise_name(noise, rate) for noise, rate in noises]
    lines = [
        f"## {title} (%)\n",
        "| method | " + " | ".join(heads) + " |",
        "|---" * (len(heads) + 1) + "|",
    ]
    for method in methods:
        entries = [
            _entry([c for c in cells if (c.noise, c.rate, c.method) == (*noise, method)], figure)
            + _beside(title, cells[0].dataset, network, noise, method)
            for noise in noises
        ]
        lines.append(f"| {method} | " + " | ".join(entries) + " |")
    return "\n".join(lines) + "\n"


def _noise_name(noise: str, rate: float) -> str:
    return f"{noise} {100 * rate:.0f} %" if rate else noise


def _entry(cells: Sequence[Cell], figure: Figure) -> str:
    values = [value for value in map(figure, cells) if value is not None]
    if not values:
        return "-"
    percent = 100 * np.array(values)
    spread = f" ± {percent.std(ddof=1):.1f}" if len(values) > 1 else ""
    return f"{percent.mean():.1f}{spread}"


def _beside(title: str, dataset: str, network: str, noise: tuple[str, float], method: str) -> str:
    if title != "Best accuracy":
        return ""
    printed = published_accuracy(Setting(dataset, network, *noise), method)
    return "" if printed is None else f" [{100 * printed:.1f}]"
