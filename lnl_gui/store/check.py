"""Everything in a project looked through: what is damaged, and what of it has been mended."""

import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.store.damage import damaged_files
from lnl_gui.store.database.connection import connect
from lnl_gui.store.database.containment import DATABASE, is_identifier, is_inside, refuse_outside
from lnl_gui.store.database.integrity import broken_rules
from lnl_gui.store.database.origin import signature
from lnl_gui.store.database.read_only import ReadOnly, read_only_error
from lnl_gui.store.database.salvage import salvage
from lnl_gui.store.dataset.column_cache import cached_samples, sample_count
from lnl_gui.store.dataset.other_pictures import LEAVE
from lnl_gui.store.dataset.thumbnails import is_whole_thumbnail, thumbnail_path
from lnl_gui.store.finish_run import sweep_temporary
from lnl_gui.store.history.backups import backups
from lnl_gui.store.history.journal_file import ReplayReport, replay_journal
from lnl_gui.store.history.replayed_state import differing, settle
from lnl_gui.store.jobs import arrays, runs
from lnl_gui.store.jobs.model_folder import model_damage
from lnl_gui.store.project import Project, lock_or_reason, open_project
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import temporary_name
from lnl_gui.util.files.places import refuse_missing
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.progress import Progress, no_progress


@dataclass(frozen=True)
class ProjectFault:
    """Something that is not as it should be."""

    text: Message
    mended: bool = False


def check_project(
    folder: Path, *, repair: bool = False, progress: Progress = no_progress
) -> list[ProjectFault]:
    """Look through a project; with `repair` mend what can be mended.

    The database as it was is kept in a folder beside it before it is replaced.

    Args:
        folder: the project folder.
        repair: change what is wrong; else everything is only read.
        progress: in thumbnails looked at.

    Raises:
        UserError: when there is no project, it is in use, or cannot be salvaged.
    """
    if not (folder / DATABASE).is_file():
        refuse_missing(folder)
        raise UserError(
            message(
                "{folder} is not an LNL project (it has no {database}).",
                folder=folder,
                database=DATABASE,
            ),
            code="not_a_project",
        )
    refuse_outside(folder)
    found = _check_database(folder, repair=repair)
    if any(not finding.mended for finding in found):
        # Nothing in it can be relied on.
        return found
    with open_project(folder, read_only=not repair) as project:
        if repair and project.why_read_only is not None:
            raise read_only_error(project.why_read_only, folder)
        return [
            *found,
            *_check_journal(project, repair=repair),
            *_check_runs(project, repair=repair),
            *(ProjectFault(damage.text) for damage in damaged_files(project) if damage.remedy),
            *(ProjectFault(text) for text in _models(project)),
            *_check_thumbnails(project, repair=repair, progress=progress),
            *_check_leftovers(project, repair=repair),
        ]


def _check_database(folder: Path, *, repair: bool) -> list[ProjectFault]:
    wrong = _faults(folder / DATABASE)
    if not wrong:
        return []
    if not repair:
        return [ProjectFault(text) for text in wrong]
    lock = lock_or_reason(folder)
    if isinstance(lock, ReadOnly):
        raise read_only_error(lock, folder)
    try:
        kept = _rebuild(folder)
    except OSError as error:
        raise as_user_error(error, message("salvage {folder}", folder=folder)) from error
    finally:
        lock.release()
    said = message("The database as it was is kept in {kept}.", kept=kept)
    back = _take_back(folder)
    return [
        *(ProjectFault(text, mended=True) for text in wrong),
        ProjectFault(said, mended=True),
        *back,
    ]


def _faults(database: Path) -> list[Message]:
    """What is wrong with the file, in words; empty for a whole one."""
    try:
        with closing(connect(database, read_only=True)) as connection:
            rows = connection.execute("PRAGMA integrity_check(5)").fetchall()
            found = [str(row[0]) for row in rows if row[0] != "ok"]
            rules = broken_rules(connection)
            astray = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        return [message("The database is damaged: {error}.", error=error)]
    texts = [message("The database is damaged: {error}.", error=text[:200]) for text in found]
    texts += [message("The database is damaged: {error}.", error=rule) for rule in rules]
    if astray:
        texts.append(
            message_n(
                "{count:,} row of the database refers to one that is not there.",
                "{count:,} rows of the database refer to some that are not there.",
                len(astray),
            )
        )
    return texts


def _rebuild(folder: Path) -> Path:
    """Replace the database by what can be read of it; returns where it is kept as it was."""
    number = 1
    while (kept := folder / f"damaged-{number}").exists():
        number += 1
    kept.mkdir()
    for ending in ("", "-wal", "-journal"):
        source = folder / (DATABASE + ending)
        if source.is_file():
            shutil.copyfile(source, kept / source.name)
    made = folder / temporary_name(DATABASE)
    try:
        salvage(kept / DATABASE, made, samples=lambda: cached_samples(folder))
        _complete_header(made)
        # What waits in the old log belongs to the old file; a copy of it is kept.
        for ending in ("-wal", "-shm", "-journal"):
            (folder / (DATABASE + ending)).unlink(missing_ok=True)
        made.replace(folder / DATABASE)
    finally:
        for ending in ("", "-wal", "-shm"):
            made.with_name(made.name + ending).unlink(missing_ok=True)
    return kept


def _complete_header(database: Path) -> None:
    """An id, where that was lost: the salvaged project is one of its own then."""
    with closing(connect(database, read_only=False)) as connection, connection:
        if connection.execute("SELECT 1 FROM meta WHERE key = 'uuid'").fetchone() is None:
            name = uuid.uuid4().hex
            values = {"uuid": name, **signature(name)}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", values.items())


def _take_back(folder: Path) -> list[ProjectFault]:
    """Replay the newest backup: what was lost since salvaging comes back from it."""
    with open_project(folder) as project:
        for file in backups(folder):
            try:
                report = replay_journal(project, file, others=LEAVE)
            except UserError as error:
                return [ProjectFault(error.message)]
            if not report.imported.operations:
                return []
            text = message_n(
                "{count:,} operation came back from {file}.",
                "{count:,} operations came back from {file}.",
                report.imported.operations,
                file=file.name,
            )
            return [ProjectFault(text, mended=True), *_left_out(report, file)]
    return []


def _left_out(report: ReplayReport, file: Path) -> Iterator[ProjectFault]:
    """Verdicts of a backup on pictures that are not the ones here any more."""
    if report.others:
        text = message(
            "{file} decides on other pictures than the ones of these names here: {count:,}, such as"
            " {example}. These decisions were left out.",
            file=file.name,
            count=len(report.others),
            example=report.others[0],
        )
        yield ProjectFault(text)


def _check_journal(project: Project, *, repair: bool) -> Iterator[ProjectFault]:
    rows = differing(project.connection)
    if len(rows):
        if repair:
            with project.transaction() as connection:
                settle(connection)
        yield ProjectFault(
            message_n(
                "The journal and the present label of {count:,} sample did not agree.",
                "The journal and the present labels of {count:,} samples did not agree.",
                len(rows),
            ),
            mended=repair,
        )
    lost = [
        number
        for number, params in project.connection.execute("SELECT id, params FROM op")
        if not parsed_object(params) and params != "{}"
    ]
    if lost:
        if repair:
            with project.transaction() as connection:
                connection.executemany(
                    "UPDATE op SET params = '{}' WHERE id = ?", ((number,) for number in lost)
                )
        yield ProjectFault(
            message_n(
                "What {count:,} operation says of itself is damaged; its verdicts are not.",
                "What {count:,} operations say of themselves is damaged; their verdicts are not.",
                len(lost),
            ),
            mended=repair,
        )


def _check_runs(project: Project, *, repair: bool) -> Iterator[ProjectFault]:
    connection = project.connection
    bad = [name for (name,) in connection.execute("SELECT id FROM run") if not is_identifier(name)]
    astray = [
        (run, kind)
        for run, kind, path in connection.execute("SELECT run_id, kind, path FROM artifact")
        if not is_inside(project.folder, path)
    ]
    if not bad and not astray:
        return
    if repair:
        with project.transaction():
            connection.executemany("DELETE FROM artifact WHERE run_id = ? AND kind = ?", astray)
            for table, column in (("artifact", "run_id"), ("run", "id")):
                connection.executemany(
                    f"DELETE FROM {table} WHERE {column} = ?", ((name,) for name in bad)
                )
    yield ProjectFault(
        message_n(
            "{count:,} run or file on record leads out of the project.",
            "{count:,} runs or files on record lead out of the project.",
            len(bad) + len(astray),
        ),
        mended=repair,
    )


def _models(project: Project) -> Iterator[Message]:
    for run in runs.load_runs(project):
        place = run.artifacts.get("model")
        if run.state == runs.DONE and place is not None and run.is_there:
            why = model_damage(project.folder / place)
            if why is not None:
                yield message(
                    "The model {place} is damaged ({why}); fine-tune again.", place=place, why=why
                )


def _check_thumbnails(
    project: Project, *, repair: bool, progress: Progress
) -> Iterator[ProjectFault]:
    hashes = set(arrays.content_hashes(project, sample_count(project)).tolist()) - {b""}
    damaged = []
    for number, name in enumerate(hashes):
        file = thumbnail_path(name.decode("ascii", "replace"))
        if file.is_file() and not is_whole_thumbnail(file):
            damaged.append(file)
        if number % 1000 == 0:
            progress(number, len(hashes))
    if damaged:
        for file in damaged if repair else ():
            file.unlink(missing_ok=True)
        yield ProjectFault(
            message_n(
                "{count:,} cached thumbnail is damaged; the image itself is shown instead.",
                "{count:,} cached thumbnails are damaged; the images themselves are shown instead.",
                len(damaged),
            ),
            mended=repair,
        )


def _check_leftovers(project: Project, *, repair: bool) -> Iterator[ProjectFault]:
    left = sweep_temporary(project, only_look=not repair)
    if left:
        yield ProjectFault(
            message_n(
                "{count:,} file was left half written by a process that is gone.",
                "{count:,} files were left half written by processes that are gone.",
                len(left),
            ),
            mended=repair,
        )
