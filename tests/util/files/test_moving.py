"""Files are moved to other disks as to other folders: whole at one of the two places."""

import errno
import os
from pathlib import Path

import pytest

from lnl_gui.util.files import moving
from lnl_gui.util.files.moving import move_file
from lnl_gui.util.files.renaming import rename


@pytest.fixture(autouse=True)
def two_disks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders `here` and `there` lie on two disks."""

    def refused(source: Path, target: Path) -> None:
        if source.parent != target.parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(source), None, str(target))
        rename(source, target)

    monkeypatch.setattr(moving, "rename", refused)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "here" / "a.png", tmp_path / "there" / "b.png"
    source.parent.mkdir()
    target.parent.mkdir()
    source.write_bytes(b"picture")
    os.utime(source, (1_000, 1_000))
    return source, target


def test_a_file_comes_to_the_other_disk_with_its_time(places: tuple[Path, Path]) -> None:
    source, target = places
    move_file(source, target)
    assert not source.exists() and target.read_bytes() == b"picture"
    assert target.stat().st_mtime == 1_000
    assert list(target.parent.iterdir()) == [target]


def test_a_full_disk_leaves_the_file_where_it_was(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    source, target = places
    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(OSError, match="No space") as raised:
        move_file(source, target)
    assert raised.value.filename == str(target)
    assert source.read_bytes() == b"picture" and not list(target.parent.iterdir())


def test_what_cannot_be_taken_away_is_not_in_two_places(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = places
    unlink = Path.unlink

    def kept(file: Path, missing_ok: bool = False) -> None:
        if file == source:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
        unlink(file, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", kept)
    with pytest.raises(PermissionError):
        move_file(source, target)
    assert source.exists() and not list(target.parent.iterdir())


def test_other_errors_are_told_as_they_are(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(source))

    monkeypatch.setattr(moving, "rename", refused)
    with pytest.raises(PermissionError):
        move_file(*places)
