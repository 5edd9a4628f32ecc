"""Writes a table of file names and labels beside the images, which lie as in the dataset."""

import json
from collections.abc import Callable
from importlib import import_module
from math import isnan
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

from lnl_gui.dataset.csv_table import inert, inert_path, write_table
from lnl_gui.dataset.listing import first_few
from lnl_gui.dataset.writers.items import ExportItem, ExportSet, WrittenImages
from lnl_gui.dataset.writers.placing import place_as_they_lie, split_folder
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.files.undated_zip import UndatedZip
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.progress import Progress, no_progress
from lnl_gui.util.visible import without_xml_faults

COLUMNS = (
    "file_name",
    "label",
    "split",
    "original_label",
    "suggested_label",
    "suspicion",
    "flagged",
    "status",
    "group",
)
WriteRows = Callable[[Path, list[dict[str, Any]]], None]


def table_writer(file_name: str, write_rows: WriteRows) -> Callable[..., WrittenImages]:
    """A writer of images as they lie with a table of one form beside them.

    Args:
        file_name: of the table.
        write_rows: writes the rows, dictionaries with the keys `COLUMNS`, into a file.

    Raises:
        UserError: by the writer, as `place_images`, and when the table cannot be written.
    """

    def write(
        destination: Path,
        exported: ExportSet,
        *,
        images: str = "copy",
        progress: Progress = no_progress,
    ) -> WrittenImages:
        result = place_as_they_lie(
            destination, exported.items, top=split_folder, images=images, progress=progress
        )
        destination.mkdir(parents=True, exist_ok=True)
        target = destination / file_name
        try:
            write_rows(target, table_rows(exported, result, images=images))
        except OSError as error:
            raise as_user_error(error, message("write `{target}`", target=target)) from error
        if write_rows in (write_csv, write_xlsx):
            explain_apostrophes(result, exported)
        return result

    return write


def explain_apostrophes(result: WrittenImages, exported: ExportSet) -> None:
    """Say which class names have an apostrophe in a table that people open in a spreadsheet."""
    changed = sorted(name for name in exported.class_names if inert(name) != name)
    if changed:
        result.warnings.append(
            message_n(
                "{count:,} class whose name begins as a formula has an apostrophe before it in the"
                " table, for spreadsheets: {shown}. LNL reads it back without; other programs do"
                " not.",
                "{count:,} classes whose names begin as formulas have an apostrophe before them in"
                " the table, for spreadsheets: {shown}. LNL reads them back without; other programs"
                " do not.",
                len(changed),
                shown=first_few(map(inert, changed)),
            )
        )


def table_rows(exported: ExportSet, result: WrittenImages, *, images: str) -> list[dict[str, Any]]:
    """One row for each image that was written.

    Args:
        exported: the set.
        result: where its images are.
        images: how they were written; with `none` rows name the originals.
    """
    return [
        _row(item, item.path if images == "none" else path)
        for number, (item, path) in enumerate(zip(exported.items, result.paths, strict=True))
        if number not in result.failed
    ]


def _row(item: ExportItem, path: str) -> dict[str, Any]:
    return {
        "file_name": path,
        "label": item.class_name,
        "split": item.split,
        "original_label": item.given_label,
        "suggested_label": item.suggested_label,
        # JSON has no NaN.
        "suspicion": None if isnan(item.suspicion) else round(item.suspicion, 6),
        "flagged": int(item.flagged),
        "status": item.status,
        "group": item.group,
    }


def write_csv(target: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as CSV; text that a spreadsheet would take for a formula gets an apostrophe.

    File names get `./` instead: with an apostrophe they would name no file.

    Args:
        target: the file.
        rows: dictionaries with the keys `COLUMNS`.
    """
    write_table(target, _columns(rows))


def write_csv_as_is(target: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as CSV for a program, which would take an apostrophe for part of a label.

    Args:
        target: the file.
        rows: dictionaries with the keys `COLUMNS`.
    """
    write_table(target, _columns(rows), as_is=True)


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    # A form may leave some out, the same in every row.
    names = [name for name in COLUMNS if not rows or name in rows[0]]
    columns = {name: ["" if r[name] is None else r[name] for r in rows] for name in names}
    columns["file_name"] = [inert_path(path) for path in columns["file_name"]]
    return columns


def write_json_lines(target: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as JSON Lines, UTF-8.

    Args:
        target: the file.
        rows: dictionaries with the keys `COLUMNS`.
    """
    with atomic_file(target, "w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def write_parquet(target: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as Parquet.

    Args:
        target: the file.
        rows: dictionaries with the keys `COLUMNS`.
    """
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")

    types = {"suspicion": arrow.float32(), "flagged": arrow.bool_()}
    schema = arrow.schema([(name, types.get(name, arrow.string())) for name in COLUMNS])
    columns = {name: [row[name] for row in rows] for name in COLUMNS}
    columns["flagged"] = [bool(flagged) for flagged in columns["flagged"]]
    with atomic_file(target) as stream:
        parquet.write_table(arrow.table(columns, schema=schema), stream)


def write_xlsx(target: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as an Excel sheet with a fixed header line.

    Characters that a sheet can't hold are written as `\\u001b`.

    Args:
        target: the file.
        rows: dictionaries with the keys `COLUMNS`.
    """
    openpyxl = import_module("openpyxl")
    excel = import_module("openpyxl.writer.excel")

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return inert(without_xml_faults(value))

    book = openpyxl.Workbook(write_only=True)
    # Write-only: row by row into the file, where others keep every cell in memory.
    sheet = book.create_sheet("labels")
    # Before any row: openpyxl has written a sheet's head by then.
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    for row in rows:
        named = row | {"file_name": inert_path(row["file_name"])}
        sheet.append([cell(named[name]) for name in COLUMNS])
    with (
        atomic_file(target) as stream,
        UndatedZip(stream, "w", ZIP_DEFLATED, strict_timestamps=False) as archive,
    ):
        # `book.save` would make the archive itself, with the time of day in every member.
        excel.ExcelWriter(book, archive).write_data()
