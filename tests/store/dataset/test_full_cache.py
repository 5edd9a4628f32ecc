"""A cache that cannot be written stops nothing; a full disk is named, and never called damage."""

import errno
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import import_dataset
from lnl_gui.pipeline.datasets import import_dataset as importing
from lnl_gui.session.session import Session
from lnl_gui.store.dataset import thumbnails
from lnl_gui.store.dataset.thumbnails import ThumbnailCache, thumbnail_folder, thumbnail_path
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import message
from tests.builders import make_project
from tests.campaign.faults import full_disk


def test_thumbnails_are_done_without_and_that_is_said_once() -> None:
    said: list[str] = []
    cache = ThumbnailCache(lambda text: said.append(str(text)))
    cache.store("aa00", b"one")
    with full_disk(thumbnail_folder().parent):
        for name in ("bb00", "bb01", "cc02"):
            cache.store(name, b"two")
    assert thumbnail_path("aa00").read_bytes() == b"one"
    assert len(said) == 1
    assert str(thumbnail_folder()) in said[0] and "/" in said[0]
    assert not thumbnail_path("bb00").exists()


def test_a_thumbnail_cut_short_by_a_full_disk_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(thumbnails.Path, "replace", full)
    with pytest.raises(OSError, match="full"):
        thumbnails.store_thumbnail("dd00", b"data")
    assert list(thumbnail_folder().rglob("*.*")) == []
    assert [f for f in thumbnail_folder().rglob("*") if f.is_file()] == []


def test_a_full_disk_names_file_and_disk(tmp_path: Path) -> None:
    target = tmp_path / "arrays" / "facts.json"
    with full_disk(tmp_path), pytest.raises(OSError, match="space") as caught:
        write_json(target, {})
    said = str(as_user_error(caught.value, message("save {name}", name="the facts")))
    assert str(target.parent) in said and said.startswith("The disk /")


def test_importing_on_a_full_disk_says_so_and_leaves_nothing(
    class_folders: Path, tmp_path: Path
) -> None:
    place = tmp_path / "small"
    place.mkdir()
    parameters = ImportParameters(str(class_folders), str(place / "shapes.lnl"))
    for after in range(6):
        with full_disk(place, after=after):
            try:
                importing.run(parameters, TerminalContext(quiet=True))
            except UserError as error:
                assert error.code == "disk_full" and "The disk" in str(error)
                assert "damaged" not in str(error) and "shapes.lnl" in str(error)
                assert list(place.iterdir()) == []
            else:
                break
    import_dataset(ImportParameters(str(class_folders), str(tmp_path / "ok.lnl")), quiet=True)


@pytest.mark.parametrize("pages", [0, 1])
def test_a_database_on_a_full_disk_is_no_damaged_one(tmp_path: Path, pages: int) -> None:
    folder = make_project(tmp_path / "pets.lnl", count=2000)
    with Session.open(folder, reviewer="ann") as session:
        connection = session.project.connection
        now = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {now + pages}")
        with pytest.raises(UserError, match=r"disk .* is full") as caught:
            session.exclude(np.arange(2000))
        assert caught.value.code == "disk_full" and "damaged" not in str(caught.value)
        assert not session.columns.status.any()
        connection.execute("PRAGMA max_page_count = 1000000")
        session.exclude(np.arange(2000))
        assert session.columns.status.all()


def test_a_database_that_is_locked_or_out_of_reach_is_no_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project(tmp_path / "pets.lnl", count=4)

    def broken(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr("lnl_gui.store.project.connect", broken)
    with pytest.raises(UserError, match="locked") as caught:
        open_project(folder)
    assert "damaged" not in str(caught.value)
