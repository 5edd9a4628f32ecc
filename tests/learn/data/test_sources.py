from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data.augmentation import weak
from lnl_gui.learn.data.sources import (
    ArraySource,
    ImageSource,
    PixelSource,
    SubSource,
    batches,
    epoch_batches,
    plain_batches,
)
from lnl_gui.util.errors import UserError
from tests.learn.drawn import draw_files

SQUARE = Preprocessing(image_size=24)


def test_views_depend_on_neither_order_nor_threads(tmp_path: Path) -> None:
    files, _ = draw_files(tmp_path, 6)
    one = ImageSource(files, SQUARE, weak, seed=3, workers=1)
    many = ImageSource(files, SQUARE, weak, seed=3, workers=4)
    forward, backward = np.arange(6), np.arange(6)[::-1]
    assert np.array_equal(one.load(forward, 2), many.load(backward, 2)[::-1])
    assert not np.array_equal(one.load(forward, 2), one.load(forward, 3))
    assert not np.array_equal(
        one.load(forward, 2), ImageSource(files, SQUARE, weak, 4).load(forward, 2)
    )
    one.close()
    many.close()


def test_plain_images_are_the_pixels_normalised(tmp_path: Path) -> None:
    files, _ = draw_files(tmp_path, 2)
    source = ImageSource(files, SQUARE)
    pixels = PixelSource(source).load(np.array([1]), 0)[0]
    assert np.array_equal(pixels, SQUARE.apply(Image.open(files[1])))
    expected = (pixels.astype(np.float32) / 255 - 0.5) / 0.5
    assert np.allclose(source.load(np.array([1]), 0)[0], expected.transpose(2, 0, 1), atol=1e-6)
    source.close()


def test_a_file_that_went_away_is_named(tmp_path: Path) -> None:
    source = ImageSource([tmp_path / "gone.png"], SQUARE)
    with pytest.raises(UserError, match=r"gone\.png can no longer be read"):
        source.load(np.array([0]), 0)
    source.close()


def test_batches_come_in_order() -> None:
    source = SubSource(ArraySource(np.arange(20, dtype=np.float16)), np.arange(20)[::-1])
    cut = plain_batches(20, 6)
    found = np.concatenate([batch.values for batch in batches(source, cut, 0)])
    assert found.dtype == np.float32
    assert found.tolist() == list(range(19, -1, -1))
    assert list(batches(source, [], 0)) == []


def test_an_error_in_loading_reaches_the_loop() -> None:
    source = ArraySource(np.zeros(3))
    with pytest.raises(IndexError):
        list(batches(source, [np.array([0]), np.array([7])], 0))


def test_an_epoch_is_every_sample_once_in_a_seeded_order() -> None:
    cut = epoch_batches(10, 4, seed=1, epoch=0)
    assert [len(rows) for rows in cut] == [4, 4, 2]
    assert sorted(np.concatenate(cut)) == list(range(10))
    again = epoch_batches(10, 4, seed=1, epoch=0)
    assert all(np.array_equal(a, b) for a, b in zip(cut, again, strict=True))
    assert not np.array_equal(cut[0], epoch_batches(10, 4, seed=1, epoch=1)[0])


def test_a_last_batch_of_one_is_dropped_unless_it_is_all() -> None:
    assert [len(rows) for rows in epoch_batches(9, 4, seed=0, epoch=0)] == [4, 4]
    assert [len(rows) for rows in epoch_batches(1, 4, seed=0, epoch=0)] == [1]
