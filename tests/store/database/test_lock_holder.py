"""Whoever finds a project taken is told by whom, and a note from elsewhere does no harm."""

import io
import json
import os
import sys
import time
from pathlib import Path
from socket import gethostname

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.database.containment import LOCK_NOTE
from lnl_gui.store.database.lock_holder import (
    forget_holder,
    holder_message,
    holder_verb,
    note_holder,
)
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.process.running_verb import at_verb
from tests.builders import make_project


def test_a_second_opener_is_told_which_process_writes(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "pets.lnl", count=6)
    with Session.open(folder), Session.open(folder) as second:
        assert second.read_only
        assert f"Process {os.getpid()} " in str(second.read_only_reason)
        with pytest.raises(UserError, match=f"Process {os.getpid()} "):
            second.keep(np.array([1]))
    # With the lock the note goes.
    assert not (folder / LOCK_NOTE).exists()
    with Session.open(folder, read_only=True) as reader:
        assert "for reading only" in str(reader.read_only_reason)


@pytest.mark.parametrize("note", ["", "{", "[]", '{"process": "7"}', "x" * 5000])
def test_a_damaged_note_names_nobody(tmp_path: Path, note: str) -> None:
    (tmp_path / LOCK_NOTE).write_text(note)
    assert holder_message(tmp_path) is None


def test_what_a_note_says_is_harmless_and_short(tmp_path: Path) -> None:
    note = {"process": 7, "program": "\u001b[2J", "host": "h" * 500, "since": None}
    (tmp_path / LOCK_NOTE).write_text(json.dumps(note))
    said = str(holder_message(tmp_path))
    assert "\x1b" not in said and len(said) < 300 and "Process 7" in said


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "pets.lnl", count=6)
    (tmp_path / "other").write_text("precious")
    try:
        (folder / LOCK_NOTE).symlink_to(tmp_path / "other")
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(UserError, match="leads out of the project"):
        open_project(folder)
    assert (tmp_path / "other").read_text() == "precious"


def test_a_note_says_who_where_and_since_when(tmp_path: Path) -> None:
    assert holder_message(tmp_path) is None
    before = time.strftime("%Y-%m-%d %H:%M")
    note_holder(tmp_path)
    said = str(holder_message(tmp_path))
    after = time.strftime("%Y-%m-%d %H:%M")
    words = {"process": os.getpid(), "program": Path(sys.argv[0]).name, "host": gethostname()}
    assert json.loads((tmp_path / LOCK_NOTE).read_text()).items() >= words.items()
    assert f"Process {os.getpid()} ({words['program']}) on {words['host']}" in said
    assert before in said or after in said
    forget_holder(tmp_path)
    assert holder_message(tmp_path) is None
    forget_holder(tmp_path)


@pytest.mark.parametrize("arguments", [[], [""]])
def test_a_program_without_a_name_is_called_by_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", arguments)
    note_holder(tmp_path)
    assert "(lnl-gui)" in str(holder_message(tmp_path))


def test_a_note_names_the_verb_of_a_command(tmp_path: Path) -> None:
    with at_verb("export"):
        note_holder(tmp_path)
    assert holder_verb(tmp_path) == "export"
    assert " export) on " in str(holder_message(tmp_path))
    note_holder(tmp_path)
    assert holder_verb(tmp_path) == "" and " export)" not in str(holder_message(tmp_path))


@pytest.mark.parametrize("verb", ["a b", "", 7, ["export"], "x" * 41, "close\nit"])
def test_what_is_no_verb_is_not_taken_for_one(tmp_path: Path, verb: object) -> None:
    (tmp_path / LOCK_NOTE).write_text(json.dumps({"process": 7, "program": "it", "verb": verb}))
    assert holder_verb(tmp_path) == "" and "(it) on" in str(holder_message(tmp_path))


def test_what_a_note_leaves_out_is_said_to_be_unknown(tmp_path: Path) -> None:
    (tmp_path / LOCK_NOTE).write_text('{"process": 7}')
    assert "Process 7 (?) on ?" in str(holder_message(tmp_path))


@pytest.mark.parametrize(("length", "read"), [(4096, True), (4097, False)])
def test_a_note_as_long_as_none_is_written_is_not_read(
    tmp_path: Path, length: int, read: bool
) -> None:
    note = '{"process": 7}'
    (tmp_path / LOCK_NOTE).write_text(note + " " * (length - len(note)))
    assert (holder_message(tmp_path) is not None) is read


def test_a_note_that_cannot_be_written_or_removed_is_done_without(
    tmp_path: Path, logged: io.StringIO
) -> None:
    (tmp_path / LOCK_NOTE).mkdir()
    note_holder(tmp_path)
    forget_holder(tmp_path)
    assert "not written" in logged.getvalue() and "not removed" in logged.getvalue()
    assert holder_message(tmp_path) is None
