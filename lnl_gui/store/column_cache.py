"""Cache of the columns that only an update changes, as arrays beside the database, to start fast.

`arrays/columns.npz`: given labels, splits, paths and their alphabetical order. Written at import,
or by the first writer that opens a project without it. The database stays the truth: the cache is
used only while it names the project's own id, number of samples and update, and may be deleted.
"""

import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from lnl_gui.containers.location import container_texts
from lnl_gui.store.containment import ARRAYS
from lnl_gui.store.paths_column import PathColumn
from lnl_gui.store.project import Project
from lnl_gui.util.atomic import atomic_file

_FORMAT = 1


@dataclass(frozen=True)
class FixedColumns:
    """Arrays of length N that stay as they were imported."""

    given: np.ndarray
    """int32, -1 for samples without a label"""
    split: np.ndarray
    """uint8"""
    paths: PathColumn
    files: PathColumn
    """the same object as `paths` where they agree"""
    path_order: np.ndarray
    """int32, rows in alphabetical order"""
    containers: tuple[str, ...] = ()
    """files and folders that images lie inside, relative to the dataset's root, or absolute"""


def load_fixed(project: Project) -> FixedColumns:
    """The fixed columns: from the cache, or from the database, which then makes the cache."""
    count = sample_count(project)
    found = _read(_file(project), _stamp(project, count))
    if found is None:
        found = _from_database(project)
        # A reader has no lock: it may not write beside the process that has.
        # Nor may it, or anybody, make the folder of a project anew that has vanished.
        if not project.read_only and project.is_there():
            _write_if_possible(project, found)
    return found


def sample_count(project: Project) -> int:
    """How many samples there are; ids run from 0 without gaps."""
    # `max(id)` is one look-up in the primary key; `count(*)` reads the whole table.
    newest = project.connection.execute("SELECT max(id) FROM sample").fetchone()[0]
    return 0 if newest is None else int(newest) + 1


def _file(project: Project) -> Path:
    return project.arrays / "columns.npz"


def _stamp(project: Project, count: int) -> str:
    return f"{_FORMAT} {project.meta('uuid')} {count} {project.meta('updates')}".rstrip()


def _from_database(project: Project) -> FixedColumns:
    rows = project.connection.execute(
        "SELECT path, ifnull(given, -1), split, file FROM sample ORDER BY id"
    )
    given, split, files = array("i"), array("B"), []

    def texts() -> Iterator[str]:
        # One row at a time: a million at once would take more memory than all that is kept.
        for path, label, part, file in rows:
            given.append(label)
            split.append(part)
            files.append(file)
            yield path

    paths = PathColumn.of(texts())
    moved = any(file is not None for file in files)
    return FixedColumns(
        np.array(given, np.int32),
        np.array(split, np.uint8),
        paths,
        PathColumn.of(f or p for f, p in zip(files, paths, strict=True)) if moved else paths,
        paths.sort_order(),
        tuple(container_texts(file for file in files if file)),
    )


def cached_samples(project_folder: Path) -> Iterator[tuple[int, str, int | None, int, str | None]]:
    """(id, path, class id or None, split id, file or None) of each sample, from the cache alone.

    For a project whose database has lost some; none where the cache is damaged too.
    """
    found = _read(project_folder / ARRAYS / "columns.npz", None)
    if found is None:
        return
    for row, (path, file) in enumerate(zip(found.paths, found.files, strict=True)):
        label = int(found.given[row])
        yield (
            row,
            path,
            label if label >= 0 else None,
            int(found.split[row]),
            file if file != path else None,
        )


def _write_if_possible(project: Project, columns: FixedColumns) -> None:
    arrays = {name: getattr(columns, name) for name in ("given", "split", "path_order")}
    arrays |= {"block": columns.paths.block, "starts": columns.paths.starts}
    if columns.containers:
        arrays["containers"] = np.array(columns.containers, np.str_)
    if columns.files is not columns.paths:
        arrays |= {"file_block": columns.files.block, "file_starts": columns.files.starts}
    try:
        with atomic_file(_file(project)) as stream:
            np.savez(stream, stamp=np.array(_stamp(project, len(columns.given))), **arrays)
    except OSError:
        # A full or protected disk costs the next opening some seconds, nothing more.
        return


def _read(file: Path, stamp: str | None) -> FixedColumns | None:
    """The cached columns, or None where there are none, or damaged ones, or another project's."""
    try:
        # Opened here and not by numpy, so that it is closed again whatever is wrong with it:
        # Windows cannot replace an open file.
        with file.open("rb") as stream, np.load(stream) as found:
            if stamp is not None and str(found["stamp"]) != stamp:
                return None
            paths = PathColumn(found["block"], found["starts"])
            moved = "file_block" in found
            files = PathColumn(found["file_block"], found["file_starts"]) if moved else paths
            containers = found["containers"].tolist() if "containers" in found else ()
            fixed = (found["given"], found["split"], paths, files, found["path_order"])
            count = len(found["given"])
            if any(len(column) != count for column in fixed) or found["given"].ndim != 1:
                return None
            return FixedColumns(*fixed, tuple(map(str, containers)))
    # All that zip and numpy raise on damaged bytes; the columns are then built anew.
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile, zlib.error):
        return None
