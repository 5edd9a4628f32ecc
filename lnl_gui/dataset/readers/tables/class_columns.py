"""Tables with a column of files for each class: `cat,dog` above the images of either."""

from collections.abc import Sequence

from lnl_gui.dataset.listing import is_image_name, shorten
from lnl_gui.dataset.readers.tables.column_names import KNOWN_NAMES, plain_name
from lnl_gui.dataset.readers.tables.other_columns import says_other
from lnl_gui.dataset.readers.tables.tables import Table, header_taken
from lnl_gui.util.messages import message

PATH, LABEL = "path", "label"


def with_rows_of_images(table: Table) -> Table:
    """The table with a row for each image, where its columns list those of each class.

    They do where some end before the others, no file comes twice, and no column has a name that
    says what else is there: pairs of images, as of both eyes, fill their columns alike.
    """
    if not table.has_header or not _are_classes(table.columns):
        return table
    columns = [[row[at].strip() for row in table.rows] for at in range(len(table.columns))]
    lists = [_without_end(cells) for cells in columns]
    lengths = set(map(len, lists))
    files = [file for cells in lists for file in cells]
    if len(lengths) == 1 or 0 in lengths or len(set(files)) < len(files):
        return table
    if not all(map(is_image_name, files)):
        return table
    rows = [
        [file, name] for name, cells in zip(table.columns, lists, strict=True) for file in cells
    ]
    said = message(
        "Each column of `{source}` lists images; the columns' names ({names}) are the classes.",
        source=table.source.name,
        names=shorten(table.columns),
    )
    return Table(
        table.source,
        [PATH, LABEL],
        rows,
        skipped=table.skipped,
        warnings=[*(said for said in table.warnings if said != header_taken(table.source)), said],
        suspicions=table.suspicions,
        encoding=table.encoding,
        beside=table.beside,
    )


def _are_classes(columns: Sequence[str]) -> bool:
    return len(columns) > 1 and not any(
        plain_name(column) in KNOWN_NAMES or says_other(column) for column in columns
    )


def _without_end(cells: list[str]) -> list[str]:
    """The cells up to the last one that is filled."""
    last = max((at for at, cell in enumerate(cells) if cell), default=-1)
    return cells[: last + 1]
