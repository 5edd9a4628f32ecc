"""Applies a patch to a dataset in its own layout: to a copy, or in place with a way back.

Whatever is written is read again and compared with what the patch wants, image by image, before it
takes the place of anything.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.cells import edit_table
from lnl_gui.dataset.patching.changes import LabelChange
from lnl_gui.dataset.patching.edited import EditedTable, not_editable
from lnl_gui.dataset.patching.json_edit import edit_json
from lnl_gui.dataset.patching.matching import Matched, PatchConflict, match_changes
from lnl_gui.dataset.patching.moves import Move, plan_moves
from lnl_gui.dataset.patching.parquet_edit import edit_parquet
from lnl_gui.dataset.patching.undo_folder import (
    UNDO_FILE,
    UNDO_SUFFIX,
    holds_the_same,
    is_free,
    make_undo,
    taken_back_on_error,
)
from lnl_gui.dataset.patching.undo_paths import check_inside
from lnl_gui.dataset.readers.embedded import arrow_files
from lnl_gui.dataset.readers.folders import class_folders
from lnl_gui.dataset.readers.reasons import file_names
from lnl_gui.dataset.readers.table_files import json_files, parquet, table
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_file, atomic_folder
from lnl_gui.util.files.moving import move_file
from lnl_gui.util.json_text import parse_json
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

Read = Callable[[Path], Listing]
"""Reads a dataset as the person said it is to be read."""


@dataclass
class Plan:
    """What applying a patch would do."""

    source: Path
    listing: Listing
    wanted: list[Matched]
    done: int
    """changes the dataset has already"""
    conflicts: list[PatchConflict]
    moves: list[Move] = field(default_factory=list)
    table: EditedTable | None = None
    folder: Path | None = None
    """the dataset that was named, where all its labels stand in the file `source`"""

    @property
    def relabelled(self) -> int:
        """How many images get another label."""
        return sum(bool(found.change.after) for found in self.wanted)

    @property
    def unlabelled(self) -> int:
        """How many stay without a label."""
        return sum(found.change.after == "" for found in self.wanted)

    @property
    def removed(self) -> int:
        """How many leave the dataset."""
        return len(self.wanted) - self.relabelled - self.unlabelled


Edit = Callable[[Path, Listing, Sequence[Matched]], tuple[EditedTable, list[PatchConflict]]]
_EDITORS: dict[str, Edit] = {
    table.NAME: edit_table,
    json_files.NAME: edit_json,
    parquet.NAME: edit_parquet,
    arrow_files.NAME: edit_parquet,
}
"""By the reader that recognises a file."""


def plan_patch(
    changes: Sequence[LabelChange], source: Path, read: Read, *, progress: Progress = no_progress
) -> Plan:
    """Find out what a patch would do to a dataset; nothing is written.

    Args:
        changes: of the patch.
        source: the dataset: a folder of class folders, the file of a table, or a folder whose
            labels stand in one such file.
        read: reads it.
        progress: called with changes compared and their number; may raise `Cancelled`.

    Raises:
        UserError: when the dataset cannot be read, or not be edited in its own form.
    """
    listing = read(source)
    if source.is_dir() and listing.reader != class_folders.NAME and listing.reading.files:
        return _plan_of_files(changes, source, listing.reading.files, read, progress)
    columns = listing.reading.columns
    # A cell that holds the answers of several people has no place for the label that is right.
    if listing.votes and columns is not None and columns.label and not columns.annotator:
        raise not_editable(source)
    matching = match_changes(changes, listing.records, progress=progress)
    plan = Plan(source, listing, matching.open, len(matching.done), matching.conflicts)
    if listing.reader == class_folders.NAME and source.is_dir():
        plan.moves, conflicts = plan_moves(listing, plan.wanted)
    elif listing.reader in _EDITORS and source.is_file():
        plan.table, conflicts = _EDITORS[listing.reader](source, listing, plan.wanted)
    else:
        raise not_editable(source)
    plan.conflicts += conflicts
    broken = {conflict.path for conflict in conflicts}
    plan.wanted = [found for found in plan.wanted if found.record.path not in broken]
    return plan


def _plan_of_files(
    changes: Sequence[LabelChange],
    folder: Path,
    files: Sequence[Path],
    read: Read,
    progress: Progress,
) -> Plan:
    """The plan for the one file that the labels of a folder stand in.

    Raises:
        UserError: as `plan_patch`, and for several files: each takes its own images' changes.
    """
    if len(files) > 1:
        raise UserError(
            message(
                "The labels of `{source}` stand in {files}.",
                source=folder,
                files=file_names(files, folder),
            ),
            message(
                "Apply the patch to each of them; --partial leaves aside what it says of the"
                ' images of the others: `lnl-gui apply PATCH "{file}" --in-place --partial`.',
                file=files[0],
            ),
            code="not_editable",
        )
    plan = plan_patch(changes, files[0], read, progress=progress)
    plan.folder = folder
    return plan


def apply_to_copy(plan: Plan, target: Path, read: Read) -> None:
    """Write the changed dataset, or table, beside the original, which stays as it is.

    Args:
        plan: of the patch.
        target: a folder (or a table's file) that does not exist yet.
        read: reads a dataset.

    Raises:
        UserError: when something is there, it cannot be written, or does not read back as wanted,
            or a folder was named of which the table alone would be copied.
    """
    if plan.folder is not None:
        raise _table_is_meant(plan.folder, plan.source)
    if target.exists():
        raise UserError(
            message("{target} exists already.", target=target),
            message("Choose another name."),
            code="occupied",
        )
    try:
        if plan.table is not None:
            _write_table(plan, target, read)
            return
        with atomic_folder(target) as folder:
            shutil.copytree(plan.source, folder, dirs_exist_ok=True)
            for move in plan.moves:
                _carry_out(folder, move, folder / ".left")
            shutil.rmtree(folder / ".left", ignore_errors=True)
            _check(plan, read(folder))
    except OSError as error:
        raise as_user_error(error, message("write {target}", target=target)) from error


def apply_in_place(plan: Plan, read: Read) -> Path:
    """Change the dataset itself; what is needed to take it back is written first.

    Args:
        plan: of the patch.
        read: reads a dataset.

    Returns:
        The folder `NAME.undo` beside the dataset, with `undo.json` and what leaves the dataset.

    Raises:
        UserError: when that exists, or something cannot be written; then all is taken back.
    """
    undo = plan.source.with_name(f"{plan.source.name}{UNDO_SUFFIX}")
    if not is_free(undo):
        raise UserError(
            message("{undo} exists already.", undo=undo),
            message("Take that patch back first, or move the folder away."),
            code="occupied",
        )
    table = plan.source.name if plan.table is not None else ""
    # Before the first move, so that a kill in the middle leaves what takes it back.
    make_undo(
        undo,
        {
            "table": table,
            "moves": [[move.old, move.new] for move in plan.moves],
            "folders": _new_folders(plan),
        },
        copied=[(plan.source, Path(table))] if table else [],
    )
    with taken_back_on_error(undo, plan.source, lambda: undo_patch(undo)):
        if plan.table is not None:
            _write_table(plan, plan.source, read)
            return undo
        for move in plan.moves:
            _carry_out(plan.source, move, undo)
        _check(plan, read(plan.source))
    return undo


def undo_patch(undo: Path) -> int:
    """Take a patch back that was applied in place; a second time changes nothing.

    Args:
        undo: the folder it was given.

    Returns:
        How many images went back to where they were.

    Raises:
        UserError: when the folder is no such one, or a file cannot be moved.
    """
    try:
        kept = parse_json((undo / UNDO_FILE).read_text(encoding="utf-8"))
        moves = [Move(*map(str, pair)) for pair in kept["moves"]]
        # By its name, not by what the file says: that may come from anybody.
        source = undo.with_name(undo.name.removesuffix(UNDO_SUFFIX))
        if source == undo:
            raise ValueError(undo)
        name, folders = str(kept["table"]), [str(made) for made in kept.get("folders", ())]
        check_inside([*(m.old for m in moves), *(m.new for m in moves), name, *folders])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise no_undo(undo) from error
    try:
        # What was not changed yet needs no room on a disk that may be full, and keeps its time.
        if name and not holds_the_same(source, undo / name):
            with atomic_file(source) as stream:
                stream.write((undo / name).read_bytes())
        back = sum(_take_back(source, move, undo) for move in reversed(moves))
        # The deepest first; one that holds something else by now stays.
        for made in reversed(folders):
            with suppress(OSError):
                (source / made).rmdir()
        shutil.rmtree(undo)
    except OSError as error:
        raise as_user_error(error, message("take the patch back")) from error
    return back


def no_undo(undo: Path) -> UserError:
    """That a folder was not left by a change of a dataset.

    Args:
        undo: the folder.
    """
    return UserError(
        message("`{undo}` holds nothing that could be taken back.", undo=undo),
        message("Give the folder that `lnl-gui apply --in-place` named."),
        code="no_undo",
    )


def _new_folders(plan: Plan) -> list[str]:
    """Folders that the moves make, each before those inside it."""
    wanted = {
        parent.as_posix()
        for move in plan.moves
        if move.new
        for parent in PurePosixPath(move.new).parents
    }
    return sorted(made for made in wanted if not (plan.source / made).exists())


def _carry_out(root: Path, move: Move, left: Path) -> None:
    target = root / move.new if move.new else left / move.old
    target.parent.mkdir(parents=True, exist_ok=True)
    move_file(root / move.old, target)


def _take_back(root: Path, move: Move, left: Path) -> bool:
    now, before = root / move.new if move.new else left / move.old, root / move.old
    # What was not moved yet, or is back already, is where it belongs.
    if not now.exists() or before.exists():
        return False
    before.parent.mkdir(parents=True, exist_ok=True)
    move_file(now, before)
    return True


def _write_table(plan: Plan, target: Path, read: Read) -> None:
    """Beside the original, so that its relative paths lead to the same images; then checked."""
    assert plan.table is not None
    trial = plan.source.with_name(f".{plan.source.stem}.patched{plan.source.suffix}")
    try:
        with trial.open("xb") as stream:
            plan.table.write(stream)
        after = read(trial)
        if plan.table.by_order:
            _check_order(plan, after)
        else:
            _check(plan, after)
        # Copied and not renamed: a copy may be asked for on another disk.
        with trial.open("rb") as checked, atomic_file(target) as stream:
            shutil.copyfileobj(checked, stream)
    finally:
        trial.unlink(missing_ok=True)


def _check_order(plan: Plan, listing: Listing) -> None:
    """As `_check`, for images that are named by their places in the file.

    Raises:
        UserError: when an image has another label than it should have.
    """
    after = {found.record.path: found.change.after for found in plan.wanted}
    labels = [after.get(record.path, record.label) for record in plan.listing.records]
    if [label for label in labels if label is not None] != [r.label for r in listing.records]:
        raise read_otherwise(plan.source.name)


def _check(plan: Plan, listing: Listing) -> None:
    """Compare the changed dataset, as it is read, with what is wanted.

    Raises:
        UserError: when an image has another label than it should have.
    """
    after = {found.record.path: found.change.after for found in plan.wanted}
    moved = {str(move.old): move.new for move in plan.moves}
    wanted: dict[str, str] = {}
    for record in plan.listing.records:
        label = after.get(record.path, record.label)
        if label is not None:
            wanted[moved.get(record.path, record.path)] = label
    found = {record.path: record.label for record in listing.records}
    if found != wanted:
        path = next(p for p in [*wanted, *found] if wanted.get(p) != found.get(p))
        raise read_otherwise(path)


def _table_is_meant(source: Path, table: Path) -> UserError:
    """That a folder's labels stand in one table, which alone would be copied."""
    return UserError(
        message("The labels of `{source}` stand in `{table}`.", source=source, table=table),
        message(
            "Copy the table alone; the images stay beside it: `lnl-gui apply PATCH"
            ' "{table}" --out "{copy}"`.',
            table=table,
            copy=table.with_stem(f"{table.stem}-new"),
        ),
        code="not_editable",
    )


def read_otherwise(path: str) -> UserError:
    """That a changed dataset is not read as it is meant, so that the change is taken back.

    Args:
        path: an image that would differ.
    """
    return UserError(
        message("The changed dataset would be read otherwise: `{path}`.", path=path),
        message("Nothing was changed. Export the dataset instead."),
        code="not_editable",
    )


def as_json(plan: Plan) -> str:
    """What a plan would do, for a script.

    Args:
        plan: of a patch.
    """
    return json.dumps(
        {
            "relabelled": plan.relabelled,
            "removed": plan.removed,
            "unlabelled": plan.unlabelled,
            "done_already": plan.done,
            "conflicts": [{"path": c.path, "reason": str(c.reason)} for c in plan.conflicts],
        }
    )
