"""JSON and JSON lines: flat objects, a map of path to label, COCO, exports of annotation tools."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Listing, Skipped
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import tool_reason
from lnl_gui.dataset.readers.table_files.located_rows import rows_of
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet, list_rows
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tools.annotated import annotated_rows
from lnl_gui.dataset.readers.tools.coco import Pairs, coco_fields, coco_pairs
from lnl_gui.dataset.readers.tools.image_groups import Fields, take_groups
from lnl_gui.dataset.readers.tools.json_text import parse_json, table_of_value
from lnl_gui.dataset.readers.tools.json_tools import JsonTool, tool_of
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "json"

_UNKNOWN = message(
    "Known are: a list of objects with a path and a label, a map of path to label, COCO"
    " (`images`, `annotations`, `categories`) and the exports of annotation tools."
)


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file with a JSON suffix."""
    return source.is_file() and inner_suffix(source) in file_types.JSON


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read a JSON or JSON-lines file by its structure.

    Raises:
        UserError: when it is not JSON or of no known structure.
    """
    value, warnings = parse_json(source, encoding=options.encoding)
    # Tools first: their tasks are a list of objects too, and would pass for a plain table.
    tool = tool_of(value)
    if tool is not None:
        return _list_annotations(source, tool, value, options, progress)
    skipped: list[Skipped] = []
    # Without `categories` it is COCO all the same: captions have none, and are refused by name.
    if isinstance(value, dict) and {"images", "annotations"} <= value.keys():
        pairs = coco_pairs(value, source, skipped)
        fields = coco_fields(value)
        return _list_pairs(source, pairs, fields, skipped, options, progress)
    table = table_of_value(source, value)
    if table is not None:
        table.warnings += warnings
        return _list_table(source, table, options, progress)
    raise UserError(
        message("`{source}` has a structure that is not known.", source=source),
        _UNKNOWN,
        code="not_a_table",
    )


def _list_table(source: Path, table: Table, options: ReaderOptions, progress: Progress) -> Listing:
    if not table.columns:
        raise UserError(
            message("`{source}` is empty.", source=source),
            message("Choose a file with paths and labels."),
        )
    found = rows_of(table, source.parent, options)
    return list_rows(source.parent, NAME, found, search_root=options.image_root, progress=progress)


def _list_annotations(
    source: Path, tool: JsonTool, value: Any, options: ReaderOptions, progress: Progress
) -> Listing:
    found = tool.read(value, source)
    warnings: list[Message] = []
    suspicions: list[Message] = []
    paths = [image.path for image in found.images]
    base = options.image_root or find_base(paths, source.parent, warnings, suspicions)
    rows = annotated_rows(
        found, source, base, question=options.label_column, group=options.group_column
    )
    rows.warnings[:0] = warnings
    rows.suspicions += suspicions
    rows.reading = replace(rows.reading, why=tool_reason([source], source, tool.title))
    return list_rows(source.parent, NAME, rows, search_root=options.image_root, progress=progress)


def _list_pairs(
    source: Path,
    pairs: Pairs,
    fields: Fields,
    skipped: list[Skipped],
    options: ReaderOptions,
    progress: Progress,
) -> Listing:
    warnings: list[Message] = []
    suspicions: list[Message] = []
    base = options.image_root
    if base is None:
        cells = [path for path, _ in pairs]
        base = find_base(cells, source.parent, warnings, suspicions)
    rows = [LabelledPath(path, label, "", base) for path, label in pairs]
    found = RowSet(rows, skipped, warnings, suspicions)
    take_groups(found, fields, options.group_column)
    return list_rows(source.parent, NAME, found, search_root=options.image_root, progress=progress)
