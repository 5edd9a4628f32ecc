"""Tables of papers as text, Markdown, CSV and JSON: measured with interval, [printed]."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnl_gui.learn.bench.papers.comparison import Comparison, compare, differences
from lnl_gui.learn.bench.papers.paper_table import PaperTable
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.util.files.atomic import atomic_file, write_json
from lnl_gui.util.messages import Message, in_english, message, to_json
from lnl_gui.util.translation import current_language, localized, tr


@dataclass(frozen=True)
class TableRun:
    """A table as it was run.

    Attributes:
        table: which.
        cells: what was measured, of all seeds.
        changes: in what it is not the paper's setting; empty where it is.
        read: what was read.
        folder: where its results are kept.
    """

    table: PaperTable
    cells: Sequence[BenchmarkCell]
    changes: Sequence[Message]
    read: Message
    folder: Path

    @property
    def compared(self) -> list[Comparison]:
        """Each row and column beside the printed figure."""
        return compare(self.table, self.cells)

    @property
    def sentences(self) -> list[Message]:
        """Where it differs from the paper; of a run in another setting nothing is concluded."""
        if self.changes:
            return [
                message(
                    "The printed figures are not judged by these: the setting is not the paper's."
                )
            ]
        return differences(self.compared)


def write_tables(folder: Path, run: TableRun) -> list[Path]:
    """Write `table.md`, `table.csv` and `table.json`, each atomically, and return the files."""
    texts = {"table.md": as_text(run), "table.csv": as_csv(run)}
    for name, text in texts.items():
        with atomic_file(folder / name, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
    write_json(folder / "table.json", as_json(run))
    return [folder / name for name in (*texts, "table.json")]


def as_json(run: TableRun) -> dict[str, Any]:
    """The table with all its figures, accuracies in [0, 1]."""
    table = run.table
    return in_english(
        {
            "table": table.name,
            "paper": table.paper,
            "title": to_json(table.title),
            "source": table.source,
            "figure": table.figure,
            "paper_setting": not run.changes,
            "changes": [to_json(change) for change in run.changes],
            "note": to_json(table.note),
            "read": to_json(run.read),
            "rows": [_row(entry) for entry in run.compared],
            "sentences": [to_json(sentence) for sentence in run.sentences],
        }
    )


def as_csv(run: TableRun) -> str:
    """One line for each row and column."""
    text = io.StringIO()
    rows = [_row(entry) for entry in run.compared]
    writer = csv.DictWriter(text, ["table", *(rows[0] if rows else ()), "paper_setting"])
    writer.writeheader()
    for row in rows:
        curve = " ".join(f"{share:.4f}" for share in row["curve"])
        extra = {"table": run.table.name, "curve": curve, "paper_setting": not run.changes}
        writer.writerow(row | extra)
    return text.getvalue()


def _row(entry: Comparison) -> dict[str, Any]:
    printed = entry.printed
    return {
        "noise": entry.noise.kind,
        "rate": entry.noise.rate,
        "method": entry.method,
        "seeds": entry.seeds,
        "measured": round(entry.measured.value, 4),
        "low": round(entry.measured.low, 4),
        "high": round(entry.measured.high, 4),
        "printed": printed.accuracy if printed else None,
        "difference": None if entry.difference is None else round(entry.difference, 4),
        "differs": entry.differs if printed else None,
        "train": None if entry.train is None else round(entry.train, 4),
        "printed_train": printed.train if printed else None,
        "source": printed.source if printed else None,
        "seconds": round(entry.seconds, 1),
        "curve": [round(share, 4) for share in entry.curve],
    }


def as_text(run: TableRun) -> str:
    """The table in Markdown, which is read as plain text too, with the sentences below it."""
    table, found = run.table, run.compared
    accuracy = (
        tr("Accuracy of the last epoch")
        if table.figure == "last"
        else tr("Accuracy of the best epoch")
    )
    parts = [f"## {table.name}: {localized(table.title)}", table.source, localized(run.read)]
    if run.changes:
        changes = "; ".join(localized(change) for change in run.changes)
        said = message("NOT THE PAPER'S SETTING: {changes}.", changes=changes)
        parts.append(f"**{localized(said)}**")
    said = message(
        "{accuracy} on the test images in %, [as printed], (95 % interval over {seeds} seeds).",
        accuracy=accuracy,
        seeds=max((entry.seeds for entry in found), default=0),
    )
    if any(entry.seeds == 1 for entry in found):
        said = message(
            "{accuracy} on the test images in %, [as printed], (95 % interval of the test images"
            " alone: one seed says nothing of others).",
            accuracy=accuracy,
        )
    parts += [localized(said), _grid(found, _entry)]
    if any(entry.train is not None for entry in found):
        parts += [tr("Accuracy on the training images in %, [as printed]."), _grid(found, _train)]
    parts += [tr("Test accuracy after each epoch in %."), _curves(found)]
    parts.append("\n".join(f"- {localized(sentence)}" for sentence in run.sentences))
    if table.note:
        parts.append(localized(table.note))
    return "\n\n".join(parts) + "\n"


def _grid(found: Sequence[Comparison], shown: Any) -> str:
    noises = list(dict.fromkeys(entry.noise for entry in found))
    entries = {(entry.noise, entry.method): shown(entry) for entry in found}
    lines = [
        f"| {tr('method')} | " + " | ".join(map(str, noises)) + " |",
        "|---" + "|---:" * len(noises) + "|",
    ]
    for method in dict.fromkeys(entry.method for entry in found):
        row = [entries.get((noise, method), "-") for noise in noises]
        lines.append(f"| {method} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def _entry(entry: Comparison) -> str:
    measured = entry.measured
    printed = f" [{_percent(entry.printed.accuracy)}]" if entry.printed else ""
    reach = f"{_percent(measured.low)}-{_percent(measured.high)}"
    return f"{_percent(measured.value)}{printed} ({reach})"


def _train(entry: Comparison) -> str:
    if entry.train is None:
        return "-"
    printed = entry.printed.train if entry.printed else None
    return _percent(entry.train) + (f" [{_percent(printed)}]" if printed is not None else "")


def _curves(found: Sequence[Comparison]) -> str:
    return "\n".join(
        f"- {entry.method}, {entry.noise}: " + " ".join(_percent(share) for share in entry.curve)
        for entry in found
    )


def _percent(share: float) -> str:
    return current_language().number(format(100 * share, ".1f"))
