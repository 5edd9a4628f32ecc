"""The cache of thumbnails is kept within its limit, what was not used for longest first."""

import os
from pathlib import Path

import pytest

from lnl_gui.store.dataset.thumbnails import (
    store_thumbnail,
    thumbnail_bytes,
    thumbnail_folder,
    thumbnail_path,
    trim_thumbnails,
)
from lnl_gui.util.errors import Cancelled


def test_the_oldest_go_until_the_limit_is_kept() -> None:
    names = [f"{i:032x}" for i in range(5)]
    for age, name in enumerate(names):
        store_thumbnail(name, bytes(100))
        when = 1_700_000_000 - age
        os.utime(thumbnail_path(name), (when, when))
    assert trim_thumbnails(500) == 0
    assert trim_thumbnails(250) == 3
    assert [thumbnail_path(name).exists() for name in names] == [True, True, False, False, False]


def test_no_cache_is_no_trouble() -> None:
    assert trim_thumbnails(0) == 0


@pytest.mark.parametrize("last", [0, 1])
def test_it_ends_where_it_is_told_to(last: int) -> None:
    for at in range(3):
        store_thumbnail(f"{at:032x}", bytes(100))

    def end(done: int, total: int) -> None:
        if (done, total) == (last, 3):
            raise Cancelled

    with pytest.raises(Cancelled):
        trim_thumbnails(0, end)
    assert thumbnail_bytes() == 100 * (3 - last)
    with pytest.raises(Cancelled):
        thumbnail_bytes(lambda done, total: end(last, 3))


def cached(count: int, size: int = 100) -> list[str]:
    names = [f"{i:032x}" for i in range(count)]
    for age, name in enumerate(names):
        store_thumbnail(name, bytes(size))
        os.utime(thumbnail_path(name), (1_700_000_000 - age,) * 2)
    return names


def test_one_byte_too_many_costs_a_file() -> None:
    cached(5)
    assert trim_thumbnails(499) == 1
    assert trim_thumbnails(400) == 0


def test_a_file_used_lately_stays_though_it_was_made_long_ago() -> None:
    names = cached(3)
    os.utime(thumbnail_path(names[2]), (1_800_000_000, 1_600_000_000))
    assert trim_thumbnails(200) == 1
    assert [thumbnail_path(name).exists() for name in names] == [True, False, True]


def test_files_that_vanish_meanwhile_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [thumbnail_path(name) for name in cached(3)]
    gone = thumbnail_folder() / "ff" / "gone"
    # The first is gone when it is looked at, the last when it is to be deleted.
    told = [gone, *files, files[2]]
    monkeypatch.setattr(Path, "glob", lambda folder, pattern: iter(told))
    assert trim_thumbnails(100) == 3
    assert [file.exists() for file in files] == [True, False, False]


def test_a_thumbnail_is_stored_once_and_whole() -> None:
    name = "ab" + "0" * 30
    store_thumbnail(name, b"first")
    store_thumbnail(name, b"second")
    assert thumbnail_path(name) == thumbnail_folder() / "ab" / name
    assert thumbnail_path(name).read_bytes() == b"first"
    assert list(thumbnail_path(name).parent.iterdir()) == [thumbnail_path(name)]
