"""A project's folder that goes, or becomes another's, while somebody reviews."""

import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.database.connection import GONE
from lnl_gui.util.errors import UserError
from tests.builders import add_detection, make_project

Act = Callable[[Path, Path], object]


def _aside(folder: Path) -> Path:
    return folder.rename(folder.with_name("aside.lnl"))


def _replaced(folder: Path, other: Path) -> None:
    _aside(folder)
    shutil.copytree(other, folder)


def _linked(folder: Path, other: Path) -> None:
    _aside(folder)
    folder.symlink_to(other)


def _emptied(folder: Path, _other: Path) -> None:
    _aside(folder)
    folder.mkdir()


def _file_there(folder: Path, _other: Path) -> None:
    _aside(folder)
    folder.write_text("a file")


def _database_replaced(folder: Path, other: Path) -> None:
    shutil.copyfile(other / "project.db", folder / "other.db")
    (folder / "other.db").replace(folder / "project.db")


ACTS: dict[str, Act] = {
    "renamed": lambda folder, _: _aside(folder),
    "unmounted above": lambda folder, _: folder.parent.rename(folder.parent.with_name("away")),
    "removed": lambda folder, _: shutil.rmtree(folder),
    "replaced by another project": _replaced,
    "replaced by a link": _linked,
    "replaced by an empty folder": _emptied,
    "replaced by a file": _file_there,
    "its database replaced": _database_replaced,
}


def _contents(folder: Path) -> dict[str, str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


@pytest.mark.skipif(sys.platform == "win32", reason="open files stay where they are there")
@pytest.mark.parametrize("act", ACTS)
def test_a_verdict_fails_loudly_is_kept_and_touches_no_other_project(
    tmp_path: Path, act: str
) -> None:
    folders = [make_project(tmp_path / name / "p.lnl", count=12) for name in ("mine", "other")]
    folder, other = folders
    for each in folders:
        add_detection(each)
    with Session.open(other, reviewer="eve") as session:
        session.keep(np.array([3]))
    before = _contents(other)
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([1]))
        ACTS[act](folder, other)
        taken = _contents(folder) if act.startswith("replaced") else {}
        with pytest.raises(UserError) as raised:
            session.exclude(np.array([2]))
        assert raised.value.code == GONE
        assert session.rescue.unsaved == 1
        assert session.rescue.save(tmp_path / "saved.jsonl") == 2
    assert _contents(other) == before
    assert not taken or _contents(folder) == taken
