"""What a session whose project cannot be written any more puts into a file, line by line."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.database.connection import GONE
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import Message
from tests.builders import make_unlabelled_project

NOW = 1_700_000_000.0
HASHES = {row: bytes([97 + row % 26]) * 32 for row in range(12)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve samples with known contents; rows 4 and 9 came without a label."""
    made = make_unlabelled_project(tmp_path / "pets.lnl", count=12)
    facts = np.zeros(12, [("content_hash", "S32")])
    facts["content_hash"] = list(HASHES.values())
    write_array(made / "arrays" / "facts.npy", facts)
    return made


def vanish(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the project is out of reach."""

    def gone(*_: object) -> None:
        raise UserError(Message("It is gone."), code=GONE)

    def unreadable(_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("lnl_gui.store.history.journal.append", gone)
    monkeypatch.setattr("lnl_gui.session.acts.rescue.journal_lines", unreadable)


def saved(session: Session, target: Path) -> list[dict[str, Any]]:
    count = session.rescue.save(target)
    header, *lines = (json.loads(line) for line in target.read_text().splitlines())
    assert header["project"] == session.project.meta("uuid")
    assert count == len(lines)
    return lines


def changes(line: dict[str, Any]) -> list[tuple[str, ...]]:
    return [tuple(change) for change in line["changes"]]


def test_the_shown_state_and_what_was_not_saved_are_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(np.array([0, 4]), 2)
        session.exclude(np.array([9]))
        with monkeypatch.context() as patched:
            vanish(patched)
            for act in (
                lambda: session.keep(np.array([1])),
                lambda: session.relabel(np.array([9]), 1),
            ):
                with pytest.raises(UserError, match="gone"):
                    act()
            assert session.rescue.unsaved == 2
            lines = saved(session, tmp_path / "saved.jsonl")
        assert session.rescue.unsaved == 0
    relabelled, excluded, kept, last = lines
    assert [line["kind"] for line in lines] == ["salvaged", "salvaged", "keep", "relabel"]
    assert {(line["reviewer"], line["time"]) for line in lines} == {("ann", NOW)}

    def name(row: int) -> tuple[str, str]:
        return session.columns.paths[row], HASHES[row].decode()

    assert changes(relabelled) == [
        (*name(0), "cat", "bird", "unseen", "relabelled"),
        (*name(4), "", "bird", "unseen", "relabelled"),
    ]
    assert changes(excluded) == [(*name(9), "", "", "unseen", "excluded")]
    assert changes(kept) == [(*name(1), "dog", "dog", "unseen", "kept")]
    assert changes(last) == [(*name(9), "", "dog", "excluded", "relabelled")]
    assert relabelled["params"] == {"count": 2}
    assert last["params"] == {"class": "dog", "count": 1}


def test_opinions_stay_opinions(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session.open(folder, reviewer="bob", blind=True) as session:
        session.exclude(np.array([1]))
        with monkeypatch.context() as patched:
            vanish(patched)
            with pytest.raises(UserError, match="gone"):
                session.keep(np.array([2]))
            shown, unsaved = saved(session, tmp_path / "saved.jsonl")
    assert (shown["kind"], unsaved["kind"]) == ("opinion", "opinion")
    assert (shown["reviewer"], unsaved["reviewer"]) == ("bob", "bob")
    assert unsaved["params"]["verdict"] == "keep"


def test_what_cannot_be_written_is_kept_for_another_try(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session.open(folder) as session, monkeypatch.context() as patched:
        vanish(patched)
        with pytest.raises(UserError, match="gone"):
            session.keep(np.array([1]))
        (tmp_path / "file").touch()
        with pytest.raises(UserError):
            session.rescue.save(tmp_path / "file" / "saved.jsonl")
        assert session.rescue.unsaved == 1
        assert len(saved(session, tmp_path / "saved.jsonl")) == 1


def test_other_errors_lose_no_verdict_that_could_be_given_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise UserError(Message("The disk is full."), code="disk_full")

    with Session.open(folder) as session, monkeypatch.context() as patched:
        patched.setattr("lnl_gui.store.history.journal.append", full)
        with pytest.raises(UserError, match="full"):
            session.keep(np.array([1]))
        assert session.rescue.unsaved == 0 and not session.columns.status.any()
