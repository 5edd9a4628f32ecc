"""Turns rows of (path, label, split) into a listing: finds files, settles repeated paths."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.class_names import clean_label
from lnl_gui.dataset.listing import (
    Listing,
    Record,
    Skipped,
    is_text,
    printable,
    shorten,
    suffix_of,
)
from lnl_gui.dataset.readers.columns import TableColumns
from lnl_gui.dataset.readers.finder import FileFinder, FileNotUsable
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.scan import is_ignored
from lnl_gui.dataset.readers.tables import Table
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

_REPORT_EVERY = 5000
_SAMPLE = 200
_NEVER_IMAGES = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".md", ".py", ".zip"})
_MAXIMUM_BASES = 60


@dataclass(frozen=True, slots=True)
class LabelledPath:
    """One row: the path as written, its label ("" if none), its split, where paths start.

    `annotations` holds what each annotator said, in the order of the options' columns.
    """

    path: str
    label: str
    split: str
    base: Path
    annotations: tuple[str, ...] = ()


def table_rows(
    table: Table, columns: TableColumns, base: Path, *, prefix: str = "", split: str = ""
) -> list[LabelledPath]:
    """The rows of a table; `prefix` goes before each path, `split` serves where there is none."""
    return [
        LabelledPath(
            prefix + row[columns.path],
            _row_label(table, columns, row),
            row[columns.split].strip() if columns.split >= 0 else split,
            base,
            tuple(row[at] for at in columns.annotators),
        )
        for row in table.rows
    ]


def _row_label(table: Table, columns: TableColumns, row: Sequence[str]) -> str:
    if columns.label >= 0:
        return row[columns.label]
    if columns.annotators:  # the first that is given stands in until all are weighed
        return next((row[at] for at in columns.annotators if row[at].strip()), "")
    hot = [at for at in columns.one_hot if row[at].strip() in ("1", "1.0")]
    return table.columns[hot[0]] if len(hot) == 1 else ""


def find_base(paths: Sequence[str], folder: Path, warnings: list[Message]) -> Path:
    """The folder that relative paths start from: the table's, one below it, or its parent.

    The first is taken unless another finds more of a sample of the paths.
    """
    finder = FileFinder()
    sample = paths[:: max(1, len(paths) // _SAMPLE)]
    best, best_hits = folder, sum(finder.exists(path, folder) for path in sample)
    if best_hits == len(sample):
        return best
    for base in _other_bases(folder):
        hits = sum(finder.exists(path, base) for path in sample)
        if hits > best_hits:
            best, best_hits = base, hits
    if best != folder:
        warnings.append(
            message("The paths were found in `{best}`, not beside the table.", best=best)
        )
    return best


def _other_bases(folder: Path) -> list[Path]:
    try:
        children = sorted(p for p in folder.iterdir() if p.is_dir() and not is_ignored(p.name))
    except OSError:
        children = []
    return [*children[:_MAXIMUM_BASES], folder.parent]


def list_rows(
    root: Path,
    reader: str,
    rows: Sequence[LabelledPath],
    *,
    skipped: Sequence[Skipped] = (),
    warnings: Sequence[Message] = (),
    annotators: Sequence[str] = (),
    progress: Progress = no_progress,
) -> Listing:
    """A listing in the order of the rows.

    A path that comes twice with one label is kept once; with another label, the first is kept
    and the others are skipped. Rows without a label or a usable file are skipped.

    Raises:
        UserError: when no row can be used.
    """
    lost = list(skipped)
    repeats: list[str] = []
    records = list(_records(rows, lost, repeats, progress))
    if not records:
        raise _nothing_usable(root, rows, lost)
    notes = list(warnings)
    if repeats:
        notes.append(
            message(
                "Repeated rows, read once: {count} ({repeats}).",
                count=len(repeats),
                repeats=shorten(repeats),
            )
        )
    return finish_listing(root, reader, records, lost, notes, annotators)


def _records(
    rows: Sequence[LabelledPath],
    skipped: list[Skipped],
    repeats: list[str],
    progress: Progress,
) -> Iterator[Record]:
    finder = FileFinder()
    labels: dict[Path, str] = {}
    for number, row in enumerate(rows, 1):
        if number % _REPORT_EVERY == 0:
            progress(number, len(rows))
        label = clean_label(row.label)
        try:
            file = _usable_file(row, label, finder)
        except FileNotUsable as error:
            skipped.append(Skipped(printable(row.path), error.reason))
            continue
        if file in labels:
            _settle_repeat(row, label, labels[file], skipped, repeats)
            continue
        labels[file] = label
        said = tuple(clean_label(text) if is_text(text) else "" for text in row.annotations)
        yield Record(row.path, file, label, row.split, said)
    progress(len(rows), len(rows))


def _settle_repeat(
    row: LabelledPath, label: str, first: str, skipped: list[Skipped], repeats: list[str]
) -> None:
    if label == first:
        repeats.append(row.path)
    else:
        reason = message(
            "the path came before with label `{first}`; this row says `{label}`",
            first=first,
            label=label,
        )
        skipped.append(Skipped(row.path, reason))


def _usable_file(row: LabelledPath, label: str, finder: FileFinder) -> Path:
    if not is_text(row.path) or not is_text(row.label):
        raise FileNotUsable(message("the row is not valid text"))
    file = finder.find(row.path, row.base)
    if suffix_of(file.name) in _NEVER_IMAGES:
        raise FileNotUsable(message("not an image"))
    if not label:
        raise FileNotUsable(message("no label"))
    return file


def _nothing_usable(root: Path, rows: Sequence[LabelledPath], skipped: list[Skipped]) -> UserError:
    if not rows:
        return UserError(
            message("`{root}` lists no images: it has no rows below its header.", root=root),
            message("Choose a table with at least one path and label."),
            code="no_images",
        )
    example = skipped[-1]
    return UserError(
        message(
            "None of the {count} rows can be used; for example `{path}`: {reason}."
            " Looked from `{base}`.",
            count=len(rows),
            path=example.path[:120],
            reason=example.reason,
            base=rows[0].base,
        ),
        message("If the images lie elsewhere, give that folder with --image-root."),
        code="no_images",
    )
