"""An open project: one writer, whole transactions, and no write into what is not there any more."""

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from filelock import FileLock

from lnl_gui.store.database import schema
from lnl_gui.store.database.connection import GONE
from lnl_gui.store.database.containment import DATABASE, LOCK_NOTE
from lnl_gui.store.database.lock_holder import note_holder
from lnl_gui.store.project import (
    Project,
    create_project,
    lock_or_reason,
    open_project,
    relative_to_project,
    resolve_root,
    root_values,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.process.running_verb import at_verb
from tests.builders import make_project
from tests.store.database.test_migration import old_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.lnl", count=6)


@pytest.fixture
def project(folder: Path) -> Iterator[Project]:
    with open_project(folder) as opened:
        yield opened


def note(project: Project, text: str) -> None:
    with project.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('note', ?)", (text,))


def can_be_written(folder: Path) -> bool:
    with open_project(folder) as opened:
        return not opened.read_only


def dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return [*connection.iterdump(), str(schema.version_of(connection))]


def test_a_new_project_says_what_it_is_and_where_its_images_are(tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    with create_project(tmp_path / "p.lnl", root=images, reader="folders") as project:
        header = project.header()
        assert not project.read_only and project.is_there()
        assert project.dataset_root == images
        assert header["reader"] == "folders" and len(header["uuid"]) == 32
        assert header["root_absolute"] == str(images) and header["root_relative"] == "../images"
        assert project.meta("reader") == "folders"
        assert (project.meta("nothing"), project.meta("nothing", "x")) == ("", "x")
        places = (project.arrays, project.runs, project.models)
        assert [place.name for place in places] == ["arrays", "runs", "models"]
        assert all(place.is_dir() and place.parent == project.folder for place in places)
        assert project.run_folder("embed-1") == project.runs / "embed-1"
        with pytest.raises(UserError, match="no name of a run"):
            project.run_folder("../arrays")


def test_a_project_that_cannot_be_made_leaves_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UserError, match="create the project"):
        create_project(tmp_path / "file" / "p.lnl", root=tmp_path, reader="folders")

    def fail(connection: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(schema, "create_tables", fail)
        with pytest.raises(UserError, match="could not be written: no room"):
            create_project(tmp_path / "p.lnl", root=tmp_path, reader="folders")
    lock = lock_or_reason(tmp_path / "p.lnl")
    assert isinstance(lock, FileLock)
    lock.release()


def test_images_that_moved_along_are_found_beside_the_project(tmp_path: Path) -> None:
    folder, gone = tmp_path / "a" / "p.lnl", str(tmp_path / "gone")
    (tmp_path / "a" / "images").mkdir(parents=True)
    assert resolve_root(folder, "../images", gone) == tmp_path / "a" / "images"
    assert resolve_root(folder, "x/../../images", gone) == tmp_path / "a" / "images"
    assert resolve_root(folder, "../elsewhere", gone) == Path(gone)
    assert resolve_root(folder, "", gone) == Path(gone)
    there = tmp_path / "b" / "images"
    assert relative_to_project(there, folder) == "../../b/images"
    assert root_values(there, folder) == {
        "root_absolute": str(there),
        "root_relative": "../../b/images",
    }


def test_images_on_another_drive_have_no_place_beside_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object, start: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", refuse)
    assert relative_to_project(tmp_path / "images", tmp_path / "p.lnl") == ""


def test_a_transaction_is_on_disk_whole_or_not_at_all(folder: Path, project: Project) -> None:
    note(project, "first")
    failures: tuple[tuple[str, type[Exception]], ...] = (
        ("INSERT INTO class VALUES (0, 'again', '', '', 0)", sqlite3.IntegrityError),
        ("INSERT INTO meta VALUES ('a', ?)", sqlite3.ProgrammingError),
        ("INSERT INTO absent VALUES (1)", UserError),
    )
    for statement, error in failures:
        with pytest.raises(error), project.transaction() as connection:
            connection.execute("UPDATE meta SET value = 'second' WHERE key = 'note'")
            connection.execute(statement)
        with open_project(folder, read_only=True) as reader:
            assert reader.meta("note") == "first"
    with pytest.raises(UserError) as caught, project.transaction() as connection:
        connection.execute("INSERT INTO absent VALUES (1)")
    assert caught.value.code == "database" and "no such table" in str(caught.value)
    note(project, "third")
    with open_project(folder, read_only=True) as reader:
        assert reader.meta("note") == "third"


def test_a_reader_may_not_write_and_says_who_does(folder: Path) -> None:
    with open_project(folder) as writer, open_project(folder) as second:
        assert second.read_only and not writer.read_only
        with pytest.raises(UserError, match="open in another window or command") as refused:
            note(second, "x")
        assert refused.value.code == "read_only"
        assert str(os.getpid()) in str(refused.value)
        assert "Close the other window" in str(refused.value.hint)
        with at_verb("export"):
            note_holder(folder)
        with pytest.raises(UserError, match="export") as refused:
            note(second, "x")
        assert "Wait" in str(refused.value.hint) and "Close" not in str(refused.value.hint)
        (folder / LOCK_NOTE).unlink()
        with pytest.raises(UserError, match="open in another window or command") as refused:
            note(second, "x")
        assert str(os.getpid()) not in str(refused.value)
        with pytest.raises(UserError, match="open in another window or command"):
            second.lend()
    assert can_be_written(folder)


def test_all_queries_of_a_block_see_one_state(folder: Path, project: Project) -> None:
    note(project, "first")
    with open_project(folder, read_only=True) as reader:
        with reader.one_state():
            assert reader.meta("note") == "first"
            note(project, "second")
            with reader.one_state():
                assert reader.meta("note") == "first"
            assert reader.meta("note") == "first"
        assert reader.meta("note") == "second"
        with suppress(KeyError), reader.one_state():
            raise KeyError
        assert not reader.connection.in_transaction


def test_while_it_is_lent_the_other_connection_alone_writes(folder: Path, project: Project) -> None:
    lent = project.lend()
    with pytest.raises(UserError, match="is being merged") as refused:
        note(project, "x")
    assert refused.value.code == "lent" and refused.value.retryable
    with pytest.raises(UserError, match="is being merged"):
        project.lend()
    note(lent, "lent")
    lent.close()
    assert project.meta("note") == "lent"
    note(project, "back")
    # The lock stayed with the lender.
    with open_project(folder) as second:
        assert second.read_only


def test_a_project_that_was_closed_can_be_written_by_others(folder: Path) -> None:
    first = open_project(folder)
    assert (folder / LOCK_NOTE).is_file()
    first.close()
    assert not (folder / LOCK_NOTE).exists() and can_be_written(folder)


def test_a_reader_leaves_no_trace(folder: Path) -> None:
    with open_project(folder, read_only=True) as reader:
        assert reader.read_only and not (folder / LOCK_NOTE).exists()
        assert can_be_written(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file is not replaced there")
def test_into_a_database_that_was_removed_or_replaced_nothing_is_written(
    folder: Path, project: Project, tmp_path: Path
) -> None:
    note(project, "first")
    assert project.is_there()
    whole = Path(shutil.copytree(folder, tmp_path / "whole.lnl"))
    (folder / DATABASE).unlink()
    assert not project.is_there()
    with pytest.raises(UserError, match="is gone") as caught:
        note(project, "lost")
    assert caught.value.code == GONE
    # Another file of the same name, which holds the same, is not the one that is open.
    shutil.copyfile(whole / DATABASE, folder / DATABASE)
    assert not project.is_there()
    with pytest.raises(UserError, match="is gone"):
        note(project, "lost")


@pytest.mark.skipif(sys.platform == "win32", reason="an open file is not cut there")
def test_a_database_that_was_removed_meanwhile_is_missed_before_the_end(project: Project) -> None:
    with pytest.raises(UserError, match="is gone"), project.transaction():
        (project.folder / DATABASE).unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file is not cut there")
def test_of_a_database_that_was_cut_short_the_verdicts_are_to_be_kept_elsewhere(
    folder: Path, project: Project
) -> None:
    note(project, "x" * 200_000)
    project.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    note(project, "first")
    size = (folder / DATABASE).stat().st_size
    os.truncate(folder / DATABASE, size - 4096)
    with pytest.raises(UserError, match="was cut short") as caught:
        note(project, "lost")
    assert caught.value.code == GONE
    assert project.is_there()


def test_a_project_whose_backup_cannot_be_kept_is_not_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = old_project(tmp_path / "old.lnl")
    before = dump(folder)

    def fail(connection: sqlite3.Connection, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    with monkeypatch.context() as patch:
        patch.setattr(schema, "back_up", fail)
        with pytest.raises(UserError, match="keep a backup") as caught:
            open_project(folder)
        assert caught.value.code == "disk_full"
        # Who only reads needs none.
        open_project(folder, read_only=True).close()
    assert dump(folder) == before
    assert can_be_written(folder) and dump(folder) != before


def test_what_is_no_project_is_not_opened_and_nothing_is_made_of_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not an LNL project") as refused:
        open_project(tmp_path)
    assert refused.value.code == "not_a_project" and not list(tmp_path.iterdir())
    with sqlite3.connect(tmp_path / DATABASE) as made:
        made.execute("CREATE TABLE other(x)")
    made.close()
    with pytest.raises(UserError, match="not an LNL project"):
        open_project(tmp_path)
    lock = lock_or_reason(tmp_path)
    assert isinstance(lock, FileLock)
    lock.release()


def test_each_reason_for_reading_only_is_said_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusal(project: Project) -> tuple[str, str]:
        with pytest.raises(UserError) as refused:
            note(project, "x")
        assert refused.value.code == "read_only"
        return str(refused.value), str(refused.value.hint)

    with open_project(folder) as writer:
        assert writer.why_read_only is None
        with open_project(folder) as second, open_project(folder, read_only=True) as reader:
            told = {"elsewhere": refusal(second), "asked": refusal(reader)}
    told["closed"] = refusal(writer)
    for reason, number in (("protected", errno.EACCES), ("unlockable", errno.ENOLCK)):

        def fail(*_: object, number: int = number, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patch:
            patch.setattr(FileLock, "acquire", fail)
            with open_project(folder) as project:
                told[reason] = refusal(project)
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_: False)
        with open_project(folder) as project:
            assert refusal(project) == told["protected"]
    said = {
        "elsewhere": ("open in another window", "Close the other window"),
        "asked": ("opened for reading only", "Open it again"),
        "closed": ("has been closed", "Open it again"),
        "protected": ("write-protected", "Copy the project"),
        "unlockable": (os.strerror(errno.ENOLCK), "another disk"),
    }
    for reason, (words, hint) in told.items():
        assert said[reason][0] in words and said[reason][1] in hint
        assert ("window" in words + hint) == (reason == "elsewhere")


def test_no_project_is_made_where_it_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(FileLock, "acquire", refused)
    with pytest.raises(UserError, match="No locks available") as raised:
        create_project(tmp_path / "p.lnl", root=tmp_path, reader="folders")
    assert raised.value.code == "read_only" and "another disk" in str(raised.value.hint)
