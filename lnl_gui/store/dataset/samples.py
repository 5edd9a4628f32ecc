"""Samples, classes and splits: written once at import, read as numpy columns."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from lnl_gui.containers.errors import is_of_machine
from lnl_gui.store.dataset import column_cache
from lnl_gui.store.dataset.classes import UNLABELLED, LabelMap, class_rows, load_class_map
from lnl_gui.store.dataset.source_state import gone_reason, load_source_state
from lnl_gui.store.project import Project
from lnl_gui.util.messages import NOTHING, Message, from_text, joined, message, message_n, to_text

UNSEEN, KEPT, RELABELLED, EXCLUDED, UNSURE, ASKED = range(6)
STATUS_NAMES = ("unseen", "kept", "relabelled", "excluded", "unsure", "asked")
SKIPPED, FAILED, GONE, UNLISTED_FOLDER = LEFT_OUT = ("skipped", "failed", "gone", "folder")
"""Skipped by the dataset's reading, not readable, or missing in the dataset; and a folder that the
machine did not list, of which nobody knows how many images it holds."""
FOLDER_REFUSED = message("the folder cannot be read: {reason}")
"""The reason of such a folder."""
UNDECIDED = (UNSURE, ASKED)
"""Looked at, and of no class that a person stands for."""
STATUS_WORDS = {
    "unseen": message("unseen"),
    "kept": message("kept"),
    "relabelled": message("relabelled"),
    "excluded": message("excluded"),
    "unsure": message("unsure"),
    "asked": message("a colleague is asked"),
}
"""What people read for each status."""


@dataclass(frozen=True)
class StoredSamples:
    """Every sample as parallel arrays of length N; the row is the sample's id."""

    paths: Sequence[str]
    """As they came; decoded only when asked for."""
    files: Sequence[str]
    """Relative to the dataset's root, or absolute; the same object as `paths` where they agree."""
    given: np.ndarray
    """int32 class ids, `UNLABELLED` where there is none."""
    current: np.ndarray
    """int32 class ids, `UNLABELLED` where there is none."""
    status: np.ndarray
    """uint8, see `STATUS_NAMES`."""
    split: np.ndarray
    """uint8 index into the split names."""
    readable: np.ndarray
    """bool"""
    path_order: np.ndarray
    """int32 rows in alphabetical order of their paths."""


def insert_dataset(
    project: Project,
    *,
    class_names: Sequence[str],
    split_names: Sequence[str],
    samples: Iterable[tuple[int, str, int, int, str | None]],
    skipped: Iterable[tuple[str, Message]],
) -> None:
    """Fill a new project in one transaction, then cache what never changes.

    Args:
        project: an empty project, open for writing.
        class_names: class names; the index is the id.
        split_names: split names; index 0 is "" (no split).
        samples: (id, path, given class id or `UNLABELLED`, split id, file or None), ids running
            from 0.
        skipped: (path, reason) of what the reader left out.
    """
    with project.transaction() as connection:
        connection.executemany("INSERT INTO class VALUES (?, ?, ?, ?, ?)", class_rows(class_names))
        connection.executemany("INSERT INTO split VALUES (?, ?)", enumerate(split_names))
        connection.executemany(
            "INSERT INTO sample(id, path, given, split, file)"
            f" VALUES (?, ?, nullif(?, {UNLABELLED}), ?, ?)",
            samples,
        )
        connection.executemany(
            "INSERT INTO skipped VALUES (?, ?)", [(path, to_text(why)) for path, why in skipped]
        )
    column_cache.load_fixed(project)


def load_split_names(project: Project) -> list[str]:
    """Split names by id; index 0 is "" for samples of no split."""
    return [name for (name,) in project.connection.execute("SELECT name FROM split ORDER BY id")]


def load_written(project: Project) -> StoredSamples:
    """All samples with their labels as the database has them, whatever became of the classes."""
    fixed = column_cache.load_fixed(project)
    label, status = _written_labels(project, fixed.given)
    return StoredSamples(
        fixed.paths,
        fixed.files,
        fixed.given,
        label,
        status,
        fixed.split,
        load_readable(project, len(fixed.given)),
        fixed.path_order,
    )


def load_decided(project: Project, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Current labels, int32 (N,), and statuses, uint8 (N,), whatever pictures they stand on.

    Args:
        project: open, for reading at least.
        given: int32 (N,), the given labels, as written or as they mean now.
    """
    meaning = load_class_map(project)
    given = meaning.of(given)
    return present_labels(meaning, given, *_written_labels(project, given))


def present_labels(
    meaning: LabelMap, given: np.ndarray, label: np.ndarray, status: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Labels, int32 (n,), and statuses, uint8 (n,), after classes were merged and deleted.

    A label that was kept or changed is kept where it now is the given one, and else changed. A
    decision for a class that was deleted is none any more: the sample has no label and is unsure,
    or, where nothing else is known of it, is as it came.

    Args:
        meaning: what labels mean now.
        given: int32 (n,), the given labels as they mean now.
        label: int32 (n,), as written.
        status: uint8 (n,), as written.
    """
    if meaning.table is None:
        return label, status
    found = meaning.of(label)
    decided = (status == KEPT) | (status == RELABELLED)
    lost = decided & (found < 0)
    present = np.where(decided, np.where(found == given, KEPT, RELABELLED), status)
    present = np.where(lost, np.where(given < 0, UNSEEN, UNSURE), present)
    # Nobody has decided: the label is the given one.
    return np.where(present == UNSEEN, given, found).astype(np.int32), present.astype(np.uint8)


def _written_labels(project: Project, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    label, status = given.copy(), np.zeros(len(given), np.uint8)
    touched = integer_rows(
        project.connection.execute(
            f"SELECT sample_id, ifnull(label, {UNLABELLED}), status FROM current"
        ),
        3,
    )
    # Rows are missing for untouched samples: at a million samples most of the table need not be
    # read.
    label[touched[:, 0]] = touched[:, 1]
    status[touched[:, 0]] = touched[:, 2]
    return label, status


def integer_rows(cursor: sqlite3.Cursor, width: int) -> np.ndarray:
    """The rest of a query's rows of integers as int64 (n, width), without a list between."""
    return np.fromiter(chain.from_iterable(cursor), np.int64).reshape(-1, width)


def load_readable(project: Project, count: int) -> np.ndarray:
    """Which samples could be decoded and are still in the dataset, bool (N,)."""
    readable = np.ones(count, bool)
    for (row,) in project.connection.execute("SELECT id FROM sample WHERE error IS NOT NULL"):
        readable[row] = False
    readable[list(load_source_state(project).gone)] = False
    return readable


def record_unreadable(project: Project, errors: dict[int, Message]) -> None:
    """Replace all recorded reasons why samples could not be read, by row."""
    with project.transaction() as connection:
        # Cleared first: a file that was repaired since must not keep its old reason. The condition
        # uses the index on unreadable samples, so that a million good rows are not touched.
        connection.execute("UPDATE sample SET error = NULL WHERE error IS NOT NULL")
        connection.executemany(
            "UPDATE sample SET error = ? WHERE id = ?",
            [(to_text(reason), row) for row, reason in errors.items()],
        )


def load_unread(project: Project) -> dict[int, Message]:
    """Why images of the dataset could not be read when they were last embedded, by row.

    Of these the machine said so (the disk had gone, no permission, no memory), which says nothing
    of the images: they are to be read again, and what was made without them is not whole.
    """
    found = {row: why for row, _, why in _undecoded(project)}
    # What has left the dataset is wanted by nobody.
    gone = load_source_state(project).gone if found else {}
    return {row: why for row, why in found.items() if row not in gone and is_of_machine(why)}


def unread_message(project: Project, unread: Mapping[int, Message]) -> Message:
    """That images could not be read, one or more, of which the bytes say nothing."""
    row = min(unread)
    path = project.connection.execute("SELECT path FROM sample WHERE id = ?", (row,)).fetchone()[0]
    return message_n(
        "{count:,} image could not be read when it was embedded, `{path}`: {reason}. It is left out"
        " until it has been read: embed again.",
        "{count:,} images could not be read when they were embedded, such as `{path}`: {reason}."
        " They are left out until they have been read: embed again.",
        len(unread),
        path=str(path),
        reason=unread[row],
    )


def load_undecoded(project: Project) -> list[tuple[str, Message]]:
    """(path, reason) of the images that the last embedding could not read, and of no others."""
    return [(path, why) for _, path, why in _undecoded(project)]


def _undecoded(project: Project) -> Iterator[tuple[int, str, Message]]:
    """Row, path and reason of each sample that the last embedding could not read."""
    rows = project.connection.execute(
        "SELECT id, path, error FROM sample WHERE error IS NOT NULL ORDER BY id"
    )
    return ((row, str(path), from_text(str(why))) for row, path, why in rows)


@dataclass(frozen=True)
class LeftOut:
    """A file that cannot be used, and why."""

    path: str
    reason: Message
    kind: str
    """one of `LEFT_OUT`; what is a sample of the project is never `SKIPPED`"""


def load_left_out(project: Project) -> list[LeftOut]:
    """What was skipped, could not be decoded, or has left the dataset; each file once."""
    execute = project.connection.execute
    gone = load_source_state(project).gone
    # A sample that has left the dataset cannot be read either: that it left says more.
    samples = [
        LeftOut(path, why, FAILED) for row, path, why in _undecoded(project) if row not in gone
    ]
    for row, kind in gone.items():
        path = str(execute("SELECT path FROM sample WHERE id = ?", (row,)).fetchone()[0])
        samples.append(LeftOut(path, gone_reason(kind), GONE))
    of_path = {entry.path: at for at, entry in enumerate(samples)}
    found: list[LeftOut] = []
    for path, reason in execute("SELECT path, reason FROM skipped").fetchall():
        at = of_path.get(str(path))
        if at is None:
            why = from_text(str(reason))
            is_folder = why.template == FOLDER_REFUSED.template
            kind = UNLISTED_FOLDER if is_folder else SKIPPED
            found.append(LeftOut(str(path), why, kind))
        else:
            # Of a sample that the dataset's reading has come to leave out: why says more.
            samples[at] = replace(samples[at], reason=from_text(str(reason)))
    return found + samples


_OF_KIND = {
    GONE: message("{number:,} missing in the dataset"),
    FAILED: message("{number:,} not readable"),
    SKIPPED: message("{number:,} skipped when the dataset was read"),
    UNLISTED_FOLDER: message(
        "folders that could not be listed, with a number of images that is not known: {number:,}"
    ),
}


def left_out_message(found: Sequence[LeftOut]) -> Message:
    """How many are left out for which reason, in the words of the filters that show them."""
    numbers = Counter(entry.kind for entry in found)
    return joined(
        words.with_fields(number=numbers[kind]) for kind, words in _OF_KIND.items() if numbers[kind]
    )


def left_out_number(found: Sequence[LeftOut]) -> Message:
    """How many files and folders are left out; nothing for none."""
    if not found:
        return NOTHING
    folders = sum(entry.kind == UNLISTED_FOLDER for entry in found)
    number = len(found) - folders
    files = message_n("{count:,} file left out", "{count:,} files left out", number)
    if not folders:
        return files
    others = message_n("{count:,} folder not listed", "{count:,} folders not listed", folders)
    return joined((files, others)) if number else others


def load_unlisted_folders(project: Project) -> list[LeftOut]:
    """Folders that the machine did not list when the dataset was last read."""
    return [entry for entry in load_left_out(project) if entry.kind == UNLISTED_FOLDER]


def unlisted_message(found: Sequence[LeftOut]) -> Message:
    """That folders, one or more, were not listed when the dataset was read."""
    return message_n(
        "{count:,} folder could not be listed when the dataset was read, `{path}`: {reason}. How"
        " many images it holds is not known, and none of them is in the project: update once it"
        " can be read.",
        "{count:,} folders could not be listed when the dataset was read, such as `{path}`:"
        " {reason}. How many images they hold is not known, and none of them is in the project:"
        " update once they can be read.",
        len(found),
        path=found[0].path,
        reason=dict(found[0].reason.fields).get("reason", ""),
    )


def load_unreadable(project: Project) -> list[tuple[str, Message]]:
    """(path, reason) of what was skipped, could not be decoded, or has left the dataset."""
    return [(entry.path, entry.reason) for entry in load_left_out(project)]
