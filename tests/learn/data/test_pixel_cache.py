"""Pixels are decoded once as far as there is room, and views are the same either way."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data import sources
from lnl_gui.learn.data.augmentation import weak
from lnl_gui.learn.data.pixel_cache import SHARE, PixelCache
from lnl_gui.learn.data.sources import ImageSource
from lnl_gui.learn.finetuning import context
from lnl_gui.learn.finetuning.context import RunContext
from tests.learn.drawn import draw_files

SQUARE = Preprocessing(image_size=24)
ONE = 24 * 24 * 3
ROWS = np.arange(6)


@pytest.mark.parametrize(("room", "decoded"), [(6 * ONE, 6), (4 * ONE, 6 + 2 + 2), (ONE - 1, 18)])
def test_epochs_see_the_same_views_and_decode_what_has_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, decoded: int
) -> None:
    files, _ = draw_files(tmp_path, 6)
    plain = ImageSource(files, SQUARE, weak, seed=3)
    expected = [plain.load(ROWS, epoch) for epoch in range(3)]
    plain.close()
    asked: list[Path] = []
    load = sources.load_pixels
    monkeypatch.setattr(
        sources, "load_pixels", lambda file, *a, **k: (asked.append(file), load(file, *a, **k))[1]
    )
    source = ImageSource(files, SQUARE, weak, seed=3, cache=PixelCache(room))
    for epoch in range(3):
        np.testing.assert_array_equal(source.load(ROWS, epoch), expected[epoch])
    source.close()
    assert len(asked) == decoded


def test_sources_of_other_views_share_what_was_decoded(tmp_path: Path) -> None:
    files, _ = draw_files(tmp_path, 6)
    cache = PixelCache(6 * ONE)
    first = ImageSource(files, SQUARE, weak, cache=cache)
    first.load(ROWS, 0)
    for file in files:
        file.unlink()
    other = ImageSource(files[::-1], SQUARE, cache=cache)
    found = other.pixels(ROWS, 5)
    assert found.shape == (6, 24, 24, 3) and len(np.unique(found.reshape(6, -1), axis=0)) == 6
    first.close()
    other.close()


def test_a_window_of_a_larger_picture_does_not_keep_the_picture() -> None:
    whole = np.zeros((500, 500, 3), np.uint8)
    cache = PixelCache(ONE)
    kept = cache.get(Path("a"), lambda: whole[:24, :24])
    assert kept.base is None and not kept.flags.writeable
    whole[:] = 9
    assert cache.get(Path("a"), lambda: whole[:24, :24]).max() == 0


def test_an_image_that_is_gone_is_not_kept() -> None:
    cache = PixelCache(10 * ONE)

    def gone() -> np.ndarray:
        raise ValueError("gone")

    with pytest.raises(ValueError, match="gone"):
        cache.get(Path("a"), gone)
    assert cache.get(Path("a"), lambda: np.ones((24, 24, 3), np.uint8)).all()


def test_a_quarter_of_free_memory_is_kept_beside_a_gpu_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(context, "free_memory", lambda: 1_000_000)

    def cache(device: str, processes: int) -> PixelCache | None:
        run = SimpleNamespace(
            precision=SimpleNamespace(device=torch.device(device)),
            ranks=SimpleNamespace(count=processes),
        )
        return RunContext.pixel_cache.func(run)  # type: ignore[arg-type, attr-defined]

    assert cache("cpu", 1) is None
    room = int(SHARE * 1_000_000) // 2
    small = cache("cuda", 2)
    assert small is not None
    pixels = np.zeros(room, np.uint8)
    assert small.get(Path("a"), lambda: pixels) is not pixels
    more = np.zeros(1, np.uint8)
    assert small.get(Path("b"), lambda: more) is more
