"""Atomic files are on the disk before they get their name."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import atomic_file, atomic_folder, write_json
from lnl_gui.util.messages import message


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Every sync (path, bytes on record by then) and every renaming (from, to), in order."""
    told: list[tuple[object, ...]] = []
    sync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        facts = os.fstat(descriptor)
        told.append(("sync", facts.st_ino, facts.st_size))
        sync(descriptor)

    def replaced(source: Path, target: Path) -> None:
        facts = source.stat()
        told.append(("replace", facts.st_ino, facts.st_size, Path(target)))
        replace(source, target)

    monkeypatch.setattr("os.fsync", synced)
    monkeypatch.setattr("os.replace", replaced)
    return told


def plain(target: Path) -> None:
    with atomic_file(target) as stream:
        stream.write(b"x" * 100)


WRITERS: list[Callable[[Path], None]] = [
    plain,
    lambda target: write_json(target, {"a": [1, 2]}),
    lambda target: write_array(target, np.arange(5)),
]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("old", [True, False])
def test_the_whole_file_is_synced_before_it_takes_the_name(
    tmp_path: Path, events: list[tuple[object, ...]], write: Callable[[Path], None], old: bool
) -> None:
    target = tmp_path / "file"
    if old:
        target.write_bytes(b"old")
    write(target)
    written = target.stat()
    assert written.st_size > 3
    # The file that now has the name, with all its bytes, was synced first.
    whole = (written.st_ino, written.st_size)
    assert events == [("sync", *whole), ("replace", *whole, target)]


def test_what_is_of_no_use_after_a_power_cut_waits_for_no_disk(
    tmp_path: Path, events: list[tuple[object, ...]]
) -> None:
    write_json(tmp_path / "note", {}, outlasts_power_cut=False)
    assert [event[0] for event in events] == ["replace"]


def test_what_was_not_finished_is_neither_synced_nor_named(
    tmp_path: Path, events: list[tuple[object, ...]]
) -> None:
    with pytest.raises(KeyError), atomic_file(tmp_path / "file") as stream:
        stream.write(b"x")
        raise KeyError
    assert events == []


def test_a_failed_sync_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        plain(target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_disk_without_modes_of_its_own_holds_folders_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_self: Path, _mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refused)
    with atomic_folder(tmp_path / "export") as folder:
        (folder / "a.txt").write_text("whole")
    assert [f.name for f in tmp_path.rglob("*")] == ["export", "a.txt"]


def test_errors_name_the_folder_that_is_meant(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(OSError) as raised, atomic_folder(target) as folder:
        (folder / "none" / "model").write_bytes(b"")
    assert raised.value.filename == str(target / "none" / "model")
    with pytest.raises(UserError) as told, atomic_folder(target) as folder:
        inner = message("of {folder}", folder=folder)
        raise UserError(message("{count} {inner}", count=1, inner=inner), inner)
    assert (str(told.value.message), str(told.value.hint)) == (f"1 of {target}", f"of {target}")
    assert not list(tmp_path.iterdir())
