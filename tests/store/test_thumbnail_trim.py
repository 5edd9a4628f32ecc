"""The cache of thumbnails is kept within its limit, what was not used for longest first."""

import os

from lnl_gui.store.thumbnails import store_thumbnail, thumbnail_path, trim_thumbnails


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
