"""The cache of thumbnails takes what it can, says once when it cannot, and holds whole files."""

import errno
from pathlib import Path

import pytest

from lnl_gui.store.dataset import thumbnails
from lnl_gui.store.dataset.thumbnails import (
    ThumbnailCache,
    is_whole_thumbnail,
    store_thumbnail,
    thumbnail_bytes,
    thumbnail_folder,
    thumbnail_path,
    trim_thumbnails,
)
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.messages import Message

JPEG = b"\xff\xd8 picture \xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n picture IEND\xaeB`\x82"


@pytest.mark.parametrize("whole", [JPEG, PNG])
def test_a_picture_is_whole_from_its_first_to_its_last_byte(tmp_path: Path, whole: bytes) -> None:
    file = tmp_path / "a"
    assert not is_whole_thumbnail(file)
    file.write_bytes(whole)
    assert is_whole_thumbnail(file)
    for part in (whole[1:], whole[:-1], whole[: len(whole) // 2], b""):
        file.write_bytes(part)
        assert not is_whole_thumbnail(file)
    # The beginning of one kind with the end of the other.
    file.write_bytes(JPEG[:4] + PNG[-8:])
    assert not is_whole_thumbnail(file)


def test_pictures_lie_in_folders_by_the_beginning_of_their_hash() -> None:
    path = thumbnail_path("ab12cd")
    assert path == thumbnail_folder() / "ab" / "ab12cd"
    store_thumbnail("ab12cd", JPEG)
    store_thumbnail("ab12cd", PNG)
    assert path.read_bytes() == JPEG
    assert [file.name for file in path.parent.iterdir()] == ["ab12cd"]


def test_a_picture_that_cannot_be_written_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(thumbnails, "rename_over", fail)
    with pytest.raises(OSError, match="No space"):
        store_thumbnail("ab12cd", JPEG)
    assert not [file for file in thumbnail_folder().rglob("*") if file.is_file()]


def test_the_size_of_all_pictures_is_summed_and_can_be_interrupted() -> None:
    assert thumbnail_bytes() == 0
    for number in range(5):
        store_thumbnail(f"{number:032x}", bytes(100 + number))
    told: list[tuple[int, int]] = []
    assert thumbnail_bytes(lambda *step: told.append(step)) == 510
    assert told == [(number, number) for number in range(5)]

    def end(done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        thumbnail_bytes(end)


def test_what_is_found_and_then_deleted_is_told_step_by_step() -> None:
    for number in range(3):
        store_thumbnail(f"{number:032x}", bytes(100))
    told: list[tuple[int, int]] = []
    assert trim_thumbnails(100, lambda *step: told.append(step)) == 2
    assert told == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 3)]


def test_where_the_cache_cannot_be_written_it_is_said_once_and_done_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[Message] = []
    cache = ThumbnailCache(said.append)
    cache.store("aa", JPEG)
    assert thumbnail_path("aa").is_file() and not said
    tries: list[str] = []

    def fail(content_hash: str, data: bytes) -> None:
        tries.append(content_hash)
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(thumbnails, "store_thumbnail", fail)
    for name in ("bb", "cc", "dd"):
        cache.store(name, JPEG)
    assert tries == ["bb"] and len(said) == 1
    assert str(thumbnail_folder()) in str(said[0]) and "Read-only file system" in str(said[0])

    def fail_without_a_reason(content_hash: str, data: bytes) -> None:
        raise OSError("by a library")

    monkeypatch.setattr(thumbnails, "store_thumbnail", fail_without_a_reason)
    ThumbnailCache(said.append).store("ee", JPEG)
    assert "by a library" in str(said[1])
