"""Images inside Parquet and Arrow files: Hugging Face's hub and `save_to_disk`, pandas, polars.

The images stay where they are; only the columns of labels are read. The forms are those of
`datasets` (https://huggingface.co/docs/datasets), which stores an image as a struct of bytes and
path, and of tables with a column of bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from lnl_gui.containers.kinds.column_key import column_key
from lnl_gui.containers.location import ImageLocation, Member
from lnl_gui.dataset.listing import Listing, Reading, Record, Skipped, shorten
from lnl_gui.dataset.readers.arrays.column_labels import column_labels
from lnl_gui.dataset.readers.embedded.columns import (
    EmbeddedColumns,
    choose_embedded,
    hub_features,
    image_column,
    plain_features,
)
from lnl_gui.dataset.readers.embedded.shards import Shard, Shards, find_shards
from lnl_gui.dataset.readers.embedded.table import EmbeddedTable
from lnl_gui.dataset.readers.files.locate import locate_files
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.set_aside import FLAGGED, SET_ASIDE, STATUS, is_set_aside
from lnl_gui.dataset.readers.tables.column_names import GROUP_NAMES, plain_name
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "embedded-images"
_LEAST_DIGITS = 5


@dataclass
class _Found:
    """What the shards gave so far."""

    records: list[Record] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    doubts: list[Message] = field(default_factory=list)


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file or folder of one of these forms, with a column of images."""
    shards = find_shards(source)
    if shards is None:
        return False
    # Its own state.json says so: a file that is missing is then named by `read`.
    if shards.saved:
        return True
    try:
        with EmbeddedTable(shards.files[0].file) as table:
            return bool(image_column(table.schema, table.first_values))
    except (OSError, ValueError):  # pyarrow's errors are ones of these
        return False


def containers(source: Path) -> list[Path]:
    """The files of a dataset, whether or not they hold images."""
    shards = find_shards(source)
    return [] if shards is None else [shard.file for shard in shards.files]


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the images of all files that belong to the dataset.

    Raises:
        UserError: when there are none, a file is damaged, or a named column is not there.
    """
    shards = find_shards(source)
    if shards is None or not shards.files:
        raise _no_files(source, shards)
    root = source if source.is_dir() else source.parent
    total, columns = _looked_over(shards, options)
    found = _Found(doubts=shards.doubts())
    for shard in shards.files:
        with _named_in_errors(shard), EmbeddedTable(shard.file) as table:
            _check_columns(shard, table, columns)
            _add(found, shard, table, columns, root, options)
        progress(len(found.records) + len(found.skipped), total)
    listing = finish_listing(
        root,
        NAME,
        found.records,
        found.skipped,
        # Each of a hundred shards may say the same.
        [*_column_notes(columns), *dict.fromkeys(found.notes)],
        suspicions=list(dict.fromkeys(found.doubts)),
        group_column=columns.group,
    )
    return replace(listing, reading=_reading(shards, root, columns, listing))


def _looked_over(shards: Shards, options: ReaderOptions) -> tuple[int, EmbeddedColumns]:
    """The number of rows, and the columns as the first file has them."""
    total, columns = 0, None
    for shard in shards.files:
        with _named_in_errors(shard), EmbeddedTable(shard.file) as table:
            # The footers say how many rows there are, so that the bar has an end before one is
            # read.
            total += table.rows
            columns = columns or _columns(shards, table, options)
    assert columns is not None  # there is a file
    return total, columns


def _columns(shards: Shards, table: EmbeddedTable, options: ReaderOptions) -> EmbeddedColumns:
    file = shards.files[0].file
    image = image_column(table.schema, table.first_values)
    if not image:
        raise UserError(
            message(
                "`{file}` has no column of images. Its columns are {names}.",
                file=file,
                names=shorten(map(str, table.schema.names), shown=20),
            ),
            message("Choose a dataset whose images lie in its files."),
            code="no_images",
        )
    features = {**plain_features(shards.features), **hub_features(table.schema)}
    return choose_embedded(
        table.schema,
        image,
        features,
        label=options.label_column,
        split=options.split_column,
        group=options.group_column,
        source=file,
    )


def _check_columns(shard: Shard, table: EmbeddedTable, columns: EmbeddedColumns) -> None:
    wanted = {columns.image, columns.label, columns.split, columns.group} - {""}
    absent = sorted(wanted - set(map(str, table.schema.names)))
    if absent:
        raise UserError(
            message(
                "`{file}` has no column {names}, which the other files have.",
                file=shard.file,
                names=shorten(absent),
            ),
            message("Choose a folder whose files are parts of one dataset."),
            code="unknown_column",
        )


def _add(
    found: _Found,
    shard: Shard,
    table: EmbeddedTable,
    columns: EmbeddedColumns,
    root: Path,
    options: ReaderOptions,
) -> None:
    """Add the rows of one file."""
    cells = table.column(columns.label).to_pylist() if columns.label else [None] * table.rows
    labels = column_labels(cells, columns.class_names)
    splits = _cells(table, columns.split, shard.split)
    groups = _cells(table, columns.group, "")
    aside = _set_aside(table)
    elsewhere = _images_elsewhere(found, shard, table, columns, root, options)
    found.notes += labels.notes
    digits = max(_LEAST_DIGITS, len(str(table.rows)))
    shown = shard.file.relative_to(root).as_posix()
    # Made once for all rows: only the number differs.
    head = column_key(columns.image, 0, digits=1).removesuffix("0")
    for row, label in enumerate(labels.labels):
        number = f"{row:0{digits}}"
        path = f"{shown}/{number}"
        place: ImageLocation | str | Message = Member(shard.file, table.kind, head + number)
        problem = SET_ASIDE if row in aside else labels.problems.get(row)
        if row in elsewhere:
            place = elsewhere[row]
        if isinstance(place, Message) or problem is not None:
            reason = place if isinstance(place, Message) else problem
            found.skipped.append(Skipped(path, reason or message("no label")))
        else:
            record = Record(path, place, label, splits[row], group=groups[row])
            found.records.append(record)


def _set_aside(table: EmbeddedTable) -> set[int]:
    """The rows of an export of this program that are no part of the dataset."""
    if not {STATUS, FLAGGED} <= set(map(str, table.schema.names)):
        return set()
    cells = table.column(STATUS).to_pylist()
    return {at for at, cell in enumerate(cells) if is_set_aside({STATUS: cell, FLAGGED: None})}


def _cells(table: EmbeddedTable, column: str, otherwise: str) -> list[str]:
    """A column's cells as text; `otherwise` where there is no column or no value."""
    if not column:
        return [otherwise] * table.rows
    cells = table.column(column).to_pylist()
    return [otherwise if cell is None else str(cell).strip() for cell in cells]


def _images_elsewhere(
    found: _Found,
    shard: Shard,
    table: EmbeddedTable,
    columns: EmbeddedColumns,
    root: Path,
    options: ReaderOptions,
) -> dict[int, str | Message]:
    """For rows without bytes the file they name, or why there is none."""
    rows = table.without_bytes(columns.image).tolist()
    if not rows:
        return {}
    if not columns.has_paths:
        return dict.fromkeys(rows, message("the cell of the image is empty"))
    paths = table.paths(columns.image)
    named = [row for row in rows if paths[row]]
    located = locate_files(
        [paths[row] for row in named],
        [options.image_root or shard.file.parent] * len(named),
        options.image_root or root,
        root_was_given=options.image_root is not None,
    )
    found.notes += located.warnings
    found.doubts += located.suspicions
    empty: dict[int, str | Message] = dict.fromkeys(rows, message("the cell of the image is empty"))
    return {**empty, **dict(zip(named, located.files, strict=True))}


def _column_notes(columns: EmbeddedColumns) -> Iterator[Message]:
    if columns.label and columns.others:
        yield message(
            "The labels were taken from column `{column}`; {others} are others, to be chosen"
            " with --label-column.",
            column=columns.label,
            others=shorten(columns.others),
        )


def _reading(shards: Shards, root: Path, columns: EmbeddedColumns, listing: Listing) -> Reading:
    files = shorten((shard.file.relative_to(root).as_posix() for shard in shards.files), 3)
    why = message(
        "Images in column `{image}` of {files}, labels in column `{label}`.",
        image=columns.image,
        files=files,
        label=columns.label or "-",
    )
    candidates = tuple(
        (name, len(listing.class_names) if name == columns.label else 0)
        for name in (columns.label, *columns.others)
        if name
    )
    found = ColumnsFound(
        columns.names,
        path=columns.image,
        label=columns.label,
        split=columns.split,
        candidates=candidates,
        group=columns.group,
        group_candidates=_group_candidates(columns),
    )
    return Reading(why, found, classes=columns.class_names)


def _group_candidates(columns: EmbeddedColumns) -> tuple[tuple[str, int], ...]:
    taken = {columns.image, columns.label, columns.split, columns.group}
    named = [name for name in columns.names if plain_name(name) in GROUP_NAMES]
    # How many groups is not known before all files are read.
    return tuple((name, 0) for name in named if name not in taken)


@contextmanager
def _named_in_errors(shard: Shard) -> Iterator[None]:
    """Damage of a file becomes an error that names it.

    Raises:
        UserError: when it cannot be read.
    """
    try:
        yield
    # pyarrow's errors are ones of these.
    except (OSError, ValueError, MemoryError) as error:
        raise UserError(
            message("`{file}` cannot be read: {reason}.", file=shard.file, reason=str(error)[:190]),
            message("Download or write the file again."),
            code="damaged_file",
        ) from error


def _no_files(source: Path, shards: Shards | None) -> UserError:
    if shards is not None and shards.missing:
        return UserError(
            message(
                "`{source}` lacks the files that its own list names: {names}.",
                source=source,
                names=shorten(shards.missing),
            ),
            message("Copy the folder again, with all its files."),
            code="no_images",
        )
    return UserError(
        message("`{source}` holds no Parquet or Arrow files with images.", source=source),
        message("Choose the folder of such files, or one of them."),
        code="no_images",
    )
