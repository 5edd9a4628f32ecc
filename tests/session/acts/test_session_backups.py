"""Verdicts are backed up every hundred, beside the review and when it ends."""

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.history import backups
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message
from tests.builders import make_project


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.open(make_project(tmp_path / "pets.lnl", count=200), reviewer="ann") as opened:
        opened.project.connection.execute("PRAGMA synchronous = OFF")
        yield opened


def numbers(session: Session) -> list[int]:
    """The newest operation in each backup, the newest first; once nothing is being written."""
    for thread in threading.enumerate():
        if thread.name == "backup":
            thread.join()
    return [int(file.stem.split("-")[1]) for file in backups.backups(session.folder)]


def exclude(session: Session, start: int, stop: int) -> None:
    for row in range(start, stop):
        session.exclude(np.array([row]))


def test_every_hundredth_verdict_brings_a_backup_and_the_end_another(session: Session) -> None:
    exclude(session, 0, 99)
    assert numbers(session) == []
    exclude(session, 99, 100)
    # The verdicts go on meanwhile.
    exclude(session, 100, 101)
    (first,) = numbers(session)
    assert first in (100, 101)
    session.close()
    assert numbers(session) == sorted({first, 101}, reverse=True)


def test_a_backup_holds_all_verdicts_and_undo_counts_as_one(
    session: Session, tmp_path: Path
) -> None:
    exclude(session, 0, 3)
    session.undo()
    session.close()
    (file,) = backups.backups(session.folder)
    with Session.open(make_project(tmp_path / "other.lnl", count=200)) as other:
        other.team.replay(file)
        assert np.flatnonzero(other.columns.status).tolist() == [0, 1]


def test_who_decided_nothing_leaves_no_backup(session: Session) -> None:
    session.exclude(np.zeros(0, np.int64))
    session.close()
    assert numbers(session) == []


def test_a_session_that_reads_makes_none(session: Session) -> None:
    exclude(session, 0, 3)
    with Session.open(session.folder, read_only=True) as other, pytest.raises(UserError):
        other.exclude(np.array([5]))
    assert numbers(session) == []


@pytest.mark.parametrize("error", [OSError("disk full"), ValueError("no journal")])
def test_a_backup_that_cannot_be_made_stops_nobody(
    session: Session,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    logged: io.StringIO,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("lnl_gui.session.acts.backup_thread.back_up_verdicts", fail)
    exclude(session, 0, 101)
    session.close()
    assert numbers(session) == []
    # One beside the review, one at its end.
    assert logged.getvalue().count(str(error)) == 2


def test_a_project_that_cannot_be_opened_again_is_not_backed_up(
    session: Session, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise UserError(Message("It is gone."))

    monkeypatch.setattr("lnl_gui.session.acts.backup_thread.open_project", fail)
    exclude(session, 0, 101)
    assert numbers(session) == []
    assert "It is gone." in logged.getvalue()
    session.close()
    assert numbers(session) == [101]
