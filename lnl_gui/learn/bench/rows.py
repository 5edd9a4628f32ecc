"""The noise lab's table on disk: one line a finished cell."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan, Cell
from lnl_gui.util.atomic import read_json, write_json
from lnl_gui.util.errors import UserError

ROWS_FILE = "cells.jsonl"
SETTINGS_FILE = "settings.json"


def append_cell(folder: Path, cell: Cell) -> None:
    """Add a row as one line, on disk when the call returns."""
    file = folder / ROWS_FILE
    line = json.dumps(asdict(cell)) + "\n"
    # A line cut short by a kill must not swallow the next one.
    torn = file.exists() and not file.read_bytes().endswith(b"\n") and file.stat().st_size
    with file.open("ab") as stream:
        stream.write(("\n" + line if torn else line).encode())
        stream.flush()
        os.fsync(stream.fileno())


def read_cells(folder: Path) -> list[Cell]:
    """All whole rows of a folder."""
    file = folder / ROWS_FILE
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [Cell(**values) for values in map(_parsed, lines) if values is not None]


def claim_folder(folder: Path, data: BenchmarkData, plan: BenchmarkPlan) -> None:
    """Make sure that all rows of a folder were made with the same constants.

    Raises:
        UserError: when it holds others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "dataset": data.name,
        "network": data.network,
        "samples": [len(data.labels), len(data.test_labels)],
        "hidden": plan.hidden,
        "constants": {name: dict(values) for name, values in sorted(plan.constants.items())},
    }
    file = folder / SETTINGS_FILE
    if not file.exists():
        write_json(file, settings)
    elif read_json(file) != settings:
        raise UserError(
            f"The folder {folder} holds results of another dataset or of other constants.",
            "Choose an empty folder.",
            code="lab_folder",
        )


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except json.JSONDecodeError:
        return None
    return values if isinstance(values, dict) else None
