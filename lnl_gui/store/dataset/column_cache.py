"""Cache of the columns that only an update changes, as arrays beside the database, to start fast.

`arrays/columns.npz`: given labels, splits, paths and their alphabetical order. Written at import,
or by the first writer that opens a project without it. The database stays the truth: the cache is
used only while it names the project's own id, number of samples and update, and may be deleted.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import container_texts
from lnl_gui.store.database.connection import damage_error
from lnl_gui.store.database.containment import ARRAYS
from lnl_gui.store.database.derived_files import readable_table
from lnl_gui.store.dataset.paths_column import PathColumn
from lnl_gui.store.project import Project
from lnl_gui.util.files.atomic import atomic_file

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
    found = _read(_file(project), _known(project))
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

    try:
        paths = PathColumn.of(texts())
    # A page that was lost reads as rows of nothing, or of another type.
    except (AttributeError, TypeError, OverflowError) as error:
        lost = ValueError("a row of the samples says nothing that one can be")
        raise damage_error(project.folder, lost) from error
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


@dataclass(frozen=True)
class _Known:
    """What the database says of the columns, by which a cache of others is told."""

    stamp: str
    count: int
    classes: int
    splits: int


def _known(project: Project) -> _Known:
    count = sample_count(project)
    classes, splits = (
        int(project.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in ("class", "split")
    )
    return _Known(_stamp(project, count), count, classes, splits)


_FIELDS: dict[str, tuple[str, tuple[int | None, ...]]] = {
    "given": ("i", (None,)),
    "split": ("u", (None,)),
    "path_order": ("i", (None,)),
    "block": ("u", (None,)),
    "starts": ("i", (None,)),
}


def _read(file: Path, known: _Known | None) -> FixedColumns | None:
    """The cached columns, or None where there are none, or damaged ones, or another project's."""
    found = readable_table(file, _FIELDS)
    if found is None or (known is not None and str(found.get("stamp")) != known.stamp):
        return None
    count = len(found["given"])
    paths = _paths(found["block"], found["starts"], count)
    files = paths
    if "file_block" in found:
        files = _paths(found["file_block"], found.get("file_starts"), count)
    containers = found.get("containers", np.zeros(0, np.str_))
    if paths is None or files is None or containers.dtype.kind != "U":
        return None
    fixed = FixedColumns(
        found["given"],
        found["split"],
        paths,
        files,
        found["path_order"],
        tuple(containers.reshape(-1).tolist()),
    )
    return fixed if _go_together(fixed, known) else None


def _paths(block: np.ndarray, starts: np.ndarray | None, count: int) -> PathColumn | None:
    """A column of paths; None where its places do not go with its block."""
    if starts is None or starts.dtype.kind != "i" or block.dtype != np.uint8 or block.ndim != 1:
        return None
    if starts.shape != (count + 1,) or starts[0] != 0 or (np.diff(starts) < 1).any():
        return None
    if count and starts[-1] != len(block) + 1:
        return None
    column = PathColumn(block, starts)
    return column if column.is_text() else None


def _go_together(columns: FixedColumns, known: _Known | None) -> bool:
    """Whether columns are of one length, and name classes and splits that there are."""
    given, split, order = columns.given, columns.split, columns.path_order
    count = len(given)
    if len(split) != count or len(order) != count or (known and known.count != count):
        return False
    if count and (order.min() < 0 or order.max() >= count or given.min() < -1):
        return False
    if not (np.bincount(order, minlength=count) == 1).all():
        return False
    return known is None or not count or _are_known(columns, known)


def _are_known(columns: FixedColumns, known: _Known) -> bool:
    return bool(columns.given.max() < known.classes and columns.split.max() < known.splits)
