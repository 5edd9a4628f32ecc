"""The noise lab's figures as Markdown and CSV."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lnl_gui.dataset.csv_table import write_table
from lnl_gui.pipeline.noise_test import MEANS, Row
from lnl_gui.util.atomic import atomic_file

_COLUMNS = ("noise", "seed", "detector", "samples", "wrong", "flagged", *MEANS, "expected_errors")


def write_report(folder: Path, metrics: dict[str, Any]) -> None:
    """Write `detect.md` and `detect.csv` into `folder`, each atomically."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = metrics["rows"]
    write_table(
        folder / "detect.csv",
        {name: ["" if row[name] is None else str(row[name]) for row in rows] for name in _COLUMNS},
    )
    with atomic_file(folder / "detect.md", "w", encoding="utf-8") as stream:
        stream.write(as_markdown(metrics["means"], metrics["note"]))


def as_markdown(rows: Sequence[Row], note: str) -> str:
    """One table a figure: detectors by noises, means over the seeds."""
    noises = list(dict.fromkeys(row["noise"] for row in rows))
    detectors = list(dict.fromkeys(row["detector"] for row in rows))
    cell = {(row["noise"], row["detector"]): row for row in rows}
    parts = [f"{note}\n"]
    for figure in MEANS:
        lines = [
            f"## {figure.replace('_', ' ').capitalize()}\n",
            f"| detector | {' | '.join(noises)} |",
            f"|---{'|---:' * len(noises)}|",
        ]
        for detector in detectors:
            values = [cell.get((noise, detector), {}).get(figure) for noise in noises]
            lines.append(f"| {detector} | {' | '.join(map(_shown, values))} |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
