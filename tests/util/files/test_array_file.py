"""Array files, also where the disk has no room for them."""

import errno
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.util.files.array_file import map_new_array, write_array
from tests.campaign.full_disks import small_disk

LARGE = np.arange(200_000.0)


@pytest.mark.parametrize(
    "array", [LARGE.reshape(2, 4, -1), np.asfortranarray(LARGE.reshape(400, -1)), np.array("é")]
)
def test_an_array_is_read_as_it_was_written(tmp_path: Path, array: np.ndarray) -> None:
    write_array(tmp_path / "a.npy", array)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), array)


def test_a_new_mapped_array_is_empty_and_keeps_what_is_written(tmp_path: Path) -> None:
    array = map_new_array(tmp_path / "a.npy", (300, 7), np.float16)
    assert not array.any()
    array[5] = 2
    array.flush()
    del array
    found = np.load(tmp_path / "a.npy")
    assert (found.shape, found.dtype, found.sum()) == ((300, 7), np.float16, 14)


def test_a_disk_without_room_is_an_error_with_its_number() -> None:
    with small_disk(500) as place:
        if place is None:
            pytest.skip("no file system may be mounted here")
        with pytest.raises(OSError, match=r"a\.npy") as failed:
            write_array(place / "a.npy", LARGE)
        assert failed.value.errno == errno.ENOSPC
        # Without its room a mapped file would end this process by a signal.
        with pytest.raises(OSError, match=r"b\.npy") as failed:
            map_new_array(place / "b.npy", LARGE.shape, np.float64)
        assert failed.value.errno == errno.ENOSPC
        assert list(place.iterdir()) == []
