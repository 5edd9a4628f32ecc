"""A project whose folder vanishes, or that crashed and lies on read-only media now."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.main import run_verb
from lnl_gui.session.session import Session
from lnl_gui.store.database.connection import GONE
from lnl_gui.store.database.containment import DATABASE
from lnl_gui.store.history import journal
from lnl_gui.util.errors import UserError
from tests.builders import make_project

COUNT = 12
POSIX = pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed on Windows")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "pets.lnl", count=COUNT)


@POSIX
@pytest.mark.parametrize("moved", [True, False])
def test_a_verdict_fails_loudly_once_the_folder_is_gone_and_is_kept(
    folder: Path, tmp_path: Path, moved: bool
) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([1]))
        if moved:
            folder.rename(tmp_path / "elsewhere")
        else:
            shutil.rmtree(folder)
        for act in (session.undo, lambda: session.relabel(np.array([2, 3]), 0)):
            with pytest.raises(UserError, match="is gone") as caught:
                act()
            assert caught.value.code == GONE and "elsewhere" in str(caught.value)
        assert session.columns.status.tolist() == [0, 3, *[0] * 10]
        assert session.rescue.unsaved == 1
        assert session.rescue.save(tmp_path / "saved.jsonl") == 2
        assert session.rescue.unsaved == 0
    # Nothing makes the folder anew, neither a cache nor a backup.
    assert not folder.exists()
    other = make_project(tmp_path / "other.lnl", count=COUNT)
    with Session.open(other, reviewer="bob") as session:
        session.team.replay(tmp_path / "saved.jsonl")
        assert session.columns.status.tolist() == [0, 3, 2, 1, *[0] * 8]
        assert session.columns.current[[2, 3]].tolist() == [0, 0]


@pytest.mark.parametrize("left", [0, 4096])
def test_a_verdict_fails_loudly_once_the_database_was_cut_short(
    folder: Path, tmp_path: Path, left: int
) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([1]))
        os.truncate(folder / DATABASE, left)
        with pytest.raises(UserError, match="cut short") as caught:
            session.relabel(np.array([2, 3]), 0)
        assert caught.value.code == GONE and session.rescue.unsaved == 1
        assert session.rescue.save(tmp_path / "saved.jsonl") == 2
    other = make_project(tmp_path / "other.lnl", count=COUNT)
    with Session.open(other, reviewer="bob") as session:
        session.team.replay(tmp_path / "saved.jsonl")
        assert session.columns.status.tolist() == [0, 3, 2, 1, *[0] * 8]


def test_what_the_window_shows_is_saved_where_the_drive_is_out_of_reach(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session.open(folder, reviewer="ann")
    session.exclude(np.array([1]))
    session.relabel(np.array([2]), 0)

    def out_of_reach(_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("lnl_gui.session.acts.rescue.journal_lines", out_of_reach)
    assert session.rescue.save(tmp_path / "saved.jsonl") == 2
    session.close()
    other = make_project(tmp_path / "other.lnl", count=COUNT)
    with Session.open(other, reviewer="bob") as session:
        session.team.replay(tmp_path / "saved.jsonl")
        assert session.columns.status[:3].tolist() == [0, 3, 2]


@POSIX
def test_the_command_line_saves_them_where_it_was_called(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    append = journal.append

    def vanish(*values: object) -> int:
        shutil.rmtree(folder)
        return append(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(journal, "append", vanish)
    monkeypatch.chdir(tmp_path)
    assert run_verb(["review", str(folder), "exclude", "--path", "cat/0000.png"]) == 3
    said = capsys.readouterr().err
    assert "is gone" in said and "pets-verdicts.jsonl" in said
    assert "cat/0000.png" in (tmp_path / "pets-verdicts.jsonl").read_text()


_READ = """
import sys
from pathlib import Path
from lnl_gui.session.session import Session
with Session.open(Path(sys.argv[1])) as session:
    assert session.read_only
    print(session.columns.status.tolist())
"""


def read_only(folder: Path) -> list[str]:
    """What precedes a command for which a folder cannot be written."""
    if os.geteuid():
        for place in (folder, *folder.rglob("*")):
            place.chmod(0o555 if place.is_dir() else 0o444)
        return []
    # Rights do not count for an administrator, who may mount it instead.
    mount = (
        f'mount --bind "{folder}" "{folder}" && mount -o remount,bind,ro "{folder}" && exec "$@"'
    )
    command = ["unshare", "-m", "sh", "-c", mount, "sh"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*command, "true"], check=False).returncode
    ):
        pytest.skip("an administrator who may mount nothing")
    return command


def read(folder: Path) -> tuple[str, str]:
    """The statuses as they are read where nothing can be written, and what was said."""
    done = subprocess.run(
        [*read_only(folder), sys.executable, "-c", _READ, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    for place in (folder, *folder.rglob("*")):
        place.chmod(0o755)
    return done.stdout.strip(), done.stderr


@POSIX
def test_a_crashed_project_on_read_only_media_shows_its_last_verdicts(
    folder: Path, tmp_path: Path
) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([1]))
        crashed = tmp_path / "crashed.lnl"
        # As a crash leaves it: the last verdict is in the write-ahead log alone.
        shutil.copytree(folder, crashed, ignore=shutil.ignore_patterns("*-shm", "writer.lock"))
    assert (crashed / "project.db-wal").stat().st_size > 0
    without = tmp_path / "without.lnl"
    shutil.copytree(crashed, without, ignore=shutil.ignore_patterns("*-wal"))
    shown, said = read(without)
    assert shown == str([0] * COUNT), said
    shown, said = read(crashed)
    assert shown == str([0, 3, *[0] * 10]), said
