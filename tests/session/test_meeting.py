"""Projects from elsewhere are announced once to whoever would write in them, and looked through."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lnl_gui.session.acquaintance import meet_project
from lnl_gui.session.session import Session
from lnl_gui.store.database.containment import DATABASE
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message
from tests.builders import make_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project that somebody else has made."""
    made = make_project(tmp_path / "pets.lnl", count=6, root=tmp_path / "images")
    change(made, "DELETE FROM meta WHERE key LIKE 'known_to:%'")
    return made


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute(statement)


def test_a_project_from_elsewhere_is_announced_once(folder: Path, tmp_path: Path) -> None:
    told: list[str] = []

    def announce(said: Message) -> None:
        told.append(str(said))

    # Who only reads is told nothing, and the project stays a stranger.
    with Session.open(folder, read_only=True, announce=announce):
        assert told == []
    assert not meet_project(folder, None)
    for _ in range(2):
        with Session.open(folder, announce=announce):
            assert len(told) == 1
    assert str(folder) in told[0] and str(tmp_path / "images") in told[0]
    assert meet_project(folder, announce) and len(told) == 1


def test_who_declines_leaves_it_as_it_is(folder: Path) -> None:
    def decline(_: Message) -> None:
        raise UserError(Message("Not opened."))

    before = (folder / DATABASE).read_bytes()
    for _ in range(2):
        with pytest.raises(UserError, match="Not opened"):
            Session.open(folder, announce=decline)
    assert (folder / DATABASE).read_bytes() == before


@pytest.mark.parametrize(
    "opened",
    [lambda folder: meet_project(folder, None), Session.open],
    ids=["meet_project", "open"],
)
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER bad AFTER INSERT ON meta BEGIN DELETE FROM op; END",
        "UPDATE sample SET given = 99 WHERE id = 2",
    ],
)
def test_what_no_lnl_writes_is_refused_by_name(
    folder: Path, opened: Callable[[Path], object], statement: str
) -> None:
    change(folder, statement)
    with pytest.raises(UserError, match=r"pets\.lnl"):
        opened(folder)


def test_a_damaged_database_is_an_error_that_names_the_project(folder: Path) -> None:
    change(folder, "DROP TABLE sample")
    with pytest.raises(UserError, match=r"pets\.lnl"):
        meet_project(folder, None)
