"""A benchmark's report: CSV with every cell, Markdown with means over seeds."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from lnl_gui.learn.bench.plan import is_detection
from lnl_gui.learn.bench.published import Setting, published_accuracy
from lnl_gui.learn.bench.table import COLUMNS, BenchmarkCell
from lnl_gui.store.jobs.benchmark_names import DETECT, Noise
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.files.replaceable import begins_with, refuse_other_kind
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import current_language, localized, tr

Figure = Callable[[BenchmarkCell], float | None]


@dataclass(frozen=True)
class Section:
    """One table of the report: what it shows of a cell, in percent unless it is a number."""

    title: Message
    figure: Figure
    percent: bool = True


BEST = message("Best accuracy")
SECTIONS = (
    Section(message("Last accuracy"), lambda cell: cell.last),
    Section(BEST, lambda cell: cell.best),
    Section(message("Accuracy at an honestly chosen epoch"), lambda cell: cell.honest),
    Section(message("Precision of the labels flagged"), lambda cell: cell.precision),
    Section(message("Recall of the wrong labels"), lambda cell: cell.recall),
    Section(message("F1 of the wrong labels found"), lambda cell: cell.f1),
    Section(message("Average precision of the ranking"), lambda cell: cell.average_precision),
    Section(message("Area under the ROC curve of the ranking"), lambda cell: cell.auroc),
    Section(message("Suggestion right on wrong labels"), lambda cell: cell.suggestion_accuracy),
    Section(message("Labels flagged"), lambda cell: cell.flagged, percent=False),
    Section(message("Wrong labels"), lambda cell: cell.wrong, percent=False),
    Section(message("Wrong labels expected"), lambda cell: cell.expected_errors, percent=False),
    Section(message("Intervals that hold the true number"), lambda cell: cell.covered),
    Section(message("Seconds"), lambda cell: cell.seconds, percent=False),
)


def refuse_other_report(folder: Path, name: str) -> None:
    """Refuse to write a report over files that are something else; before the hours of work.

    Args:
        folder: of the report.
        name: of its files.

    Raises:
        UserError: when something else is there.
    """
    table = folder / f"{name}.csv"
    is_table = begins_with(",".join(COLUMNS).encode() + rb"\r?\n")
    for file in (table, folder / f"{name}.md"):
        # The Markdown has no mark of its own: it is ours where the table beside it is.
        refuse_other_kind(file, message("a benchmark"), lambda _: is_table(table))


def write_report(
    folder: Path,
    cells: Sequence[BenchmarkCell],
    *,
    name: str,
    note: str = "",
    network: str = "",
) -> list[Path]:
    """Write `NAME.csv` and `NAME.md` into `folder`, each atomically, and return the files.

    Args:
        folder: where to; made where it is missing.
        cells: in the order rows and columns shall have.
        name: of the files.
        note: what was measured, above the tables.
        network: as in `published.Setting`.

    Raises:
        UserError: when they cannot be written.
    """
    files = [folder / f"{name}.md", folder / f"{name}.csv"]
    texts = as_markdown(cells, note=note, network=network), as_csv(cells)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in zip(files, texts, strict=True):
            with atomic_file(file, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
    except OSError as error:
        raise as_user_error(error, message("write to {folder}", folder=folder)) from error
    return files


def as_csv(cells: Sequence[BenchmarkCell]) -> str:
    """One line for each cell, all its figures."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    # A curve is one entry: its length differs from method to method.
    writer.writerows(
        asdict(cell) | {"curve": " ".join(f"{share:.4f}" for share in cell.curve)} for cell in cells
    )
    return text.getvalue()


def as_markdown(cells: Sequence[BenchmarkCell], *, note: str = "", network: str = "") -> str:
    """One table for each figure: methods by noises, mean ± deviation over seeds.

    A printed figure of a paper in the same setting follows in brackets.
    """
    parts = [f"{note}\n"] if note else []
    parts += [
        _table(section, cells, network)
        for section in SECTIONS
        if any(section.figure(cell) is not None for cell in cells)
    ]
    return "\n".join(parts)


def _table(section: Section, cells: Sequence[BenchmarkCell], network: str) -> str:
    noises = list(dict.fromkeys(cell.label_noise for cell in cells))
    shown = [cell for cell in cells if section.figure(cell) is not None]
    # Where only detectors are compared nobody needs to be told that each is one.
    common = DETECT if all(is_detection(cell.method) for cell in cells) else ""
    lines = [
        f"## {localized(section.title)}{' (%)' if section.percent else ''}\n",
        f"| {tr('method')} | {tr('mean')} | " + " | ".join(map(str, noises)) + " |",
        "|---" + "|---:" * (len(noises) + 1) + "|",
    ]
    for method in dict.fromkeys(cell.method for cell in shown):
        groups = [
            [c for c in shown if (c.label_noise, c.method) == (noise, method)] for noise in noises
        ]
        entries = [
            _entry(group, section) + _beside(section, cells[0].dataset, network, noise, method)
            for noise, group in zip(noises, groups, strict=True)
        ]
        # A mean of means: a noise with more seeds must not count more.
        means = [np.mean(_values(group, section)) for group in groups if group]
        entries.insert(0, _shown(float(np.mean(means)), section))
        lines.append(f"| {method.removeprefix(common)} | " + " | ".join(entries) + " |")
    return "\n".join(lines) + "\n"


def _values(cells: Sequence[BenchmarkCell], section: Section) -> np.ndarray:
    values = [value for value in map(section.figure, cells) if value is not None]
    return np.array(values) * (100 if section.percent else 1)


def _shown(value: float, section: Section) -> str:
    form = ".1f" if section.percent or value < 100 else ".0f"
    return current_language().number(format(value, form))


def _entry(cells: Sequence[BenchmarkCell], section: Section) -> str:
    values = _values(cells, section)
    if not len(values):
        return "-"
    spread = f" ± {_shown(float(values.std(ddof=1)), section)}" if len(values) > 1 else ""
    return _shown(float(values.mean()), section) + spread


def _beside(section: Section, dataset: str, network: str, noise: Noise, method: str) -> str:
    if section.title != BEST:
        return ""
    setting = Setting(dataset, network, noise.kind, noise.rate)
    printed = published_accuracy(setting, method)
    return "" if printed is None else f" [{_shown(100 * printed, section)}]"
