"""What never changes about samples, as arrays beside the database, so that a project opens at once.

`arrays/columns/`: given labels, splits, paths and their alphabetical order. Written at import, or
by the first writer that opens a project without it. The database stays the truth: the cache is
used only while it names the project's own id and number of samples, and may be deleted.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.store.paths_column import PathColumn
from lnl_gui.store.project import Project
from lnl_gui.util.atomic import read_json, write_array, write_json

_FORMAT = 1


@dataclass(frozen=True)
class FixedColumns:
    """Arrays of length N that stay as they were imported."""

    given: np.ndarray
    """int32"""
    split: np.ndarray
    """uint8"""
    paths: PathColumn
    files: PathColumn
    """the same object as `paths` where they agree"""
    path_order: np.ndarray
    """int32, rows in alphabetical order"""


def load_fixed(project: Project) -> FixedColumns:
    """The fixed columns: from the cache, or from the database, which then makes the cache."""
    count = sample_count(project)
    found = _read(_folder(project), _stamp(project, count))
    if found is None:
        found = _from_database(project)
        if not project.read_only:
            _write_if_possible(project, found)
    return found


def sample_count(project: Project) -> int:
    """How many samples there are; ids run from 0 without gaps."""
    newest = project.connection.execute("SELECT max(id) FROM sample").fetchone()[0]
    return 0 if newest is None else int(newest) + 1


def _folder(project: Project) -> Path:
    return project.arrays / "columns"


def _stamp(project: Project, count: int) -> dict[str, object]:
    return {"format": _FORMAT, "project": project.meta("uuid"), "samples": count}


def _from_database(project: Project) -> FixedColumns:
    rows = project.connection.execute(
        "SELECT path, given, split, file FROM sample ORDER BY id"
    ).fetchall()
    texts, given, split, files = zip(*rows, strict=True) if rows else ((),) * 4
    paths = PathColumn.of(texts)
    moved = any(file is not None for file in files)
    return FixedColumns(
        np.array(given, np.int32),
        np.array(split, np.uint8),
        paths,
        PathColumn.of([f or p for f, p in zip(files, texts, strict=True)]) if moved else paths,
        paths.sort_order(),
    )


def _write_if_possible(project: Project, columns: FixedColumns) -> None:
    folder = _folder(project)
    try:
        (folder / "stamp.json").unlink(missing_ok=True)
        for name in ("given", "split", "path_order"):
            write_array(folder / f"{name}.npy", getattr(columns, name))
        for name in ("paths", "files"):
            texts: PathColumn = getattr(columns, name)
            (folder / f"{name}-block.npy").unlink(missing_ok=True)
            if name == "paths" or columns.files is not columns.paths:
                write_array(folder / f"{name}-starts.npy", texts.starts)
                write_array(folder / f"{name}-block.npy", texts.block)
        # The stamp comes last: a half-written cache is no cache.
        write_json(folder / "stamp.json", _stamp(project, len(columns.given)))
    except OSError:
        # A full or protected disk costs the next opening a second, nothing more.
        return


def _read(folder: Path, stamp: dict[str, object]) -> FixedColumns | None:
    try:
        if read_json(folder / "stamp.json") != stamp:
            return None
        given, split, order = (
            np.load(folder / f"{name}.npy") for name in ("given", "split", "path_order")
        )
        paths = _read_texts(folder, "paths")
        has_files = (folder / "files-block.npy").is_file()
        files = _read_texts(folder, "files") if has_files else paths
    except (OSError, ValueError):
        return None
    if not len(given) == len(split) == len(order) == len(paths) == len(files):
        return None
    return FixedColumns(given, split, paths, files, order)


def _read_texts(folder: Path, name: str) -> PathColumn:
    starts = np.load(folder / f"{name}-starts.npy")
    return PathColumn(np.load(folder / f"{name}-block.npy"), starts)
