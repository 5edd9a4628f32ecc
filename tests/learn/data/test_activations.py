import os
from pathlib import Path

import numpy as np
import pytest
import torch

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data import activations
from lnl_gui.learn.data.activations import keep_activations
from lnl_gui.learn.data.sources import ImageSource
from lnl_gui.learn.models.frozen import frozen_function, weights_key
from lnl_gui.learn.models.network import Classifier, Head, cut
from lnl_gui.util.errors import Cancelled
from tests.learn.drawn import backbone, draw_files

SMALL = Preprocessing(image_size=8)


class _Counting:
    """Halved pixels; counts the images it saw."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        self.seen += len(pixels)
        return pixels.astype(np.float32) / 2


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activations, "BATCH", 4)
    monkeypatch.setattr(activations, "PART_BYTES", 8 * 8 * 3 * 2 * 8)


def _source(folder: Path, count: int) -> ImageSource:
    return ImageSource(draw_files(folder, count)[0], SMALL)


@pytest.mark.usefixtures("small_parts")
def test_rows_come_back_in_any_order(tmp_path: Path) -> None:
    source, compute = _source(tmp_path / "images", 21), _Counting()
    kept = keep_activations(source, compute, tmp_path / "kept", key="k")
    rows = np.array([20, 3, 3, 11])
    assert np.array_equal(kept.load(rows, 0), source.pixels(rows, 0) / 2)
    assert len(kept) == compute.seen == 21
    assert len(list((tmp_path / "kept" / "k").glob("*.npy"))) > 2
    source.close()


@pytest.mark.usefixtures("small_parts")
def test_a_killed_pass_goes_on_and_a_changed_file_is_done_again(tmp_path: Path) -> None:
    source, compute = _source(tmp_path / "images", 21), _Counting()

    def stop(done: int, total: int) -> None:
        if done >= 8:
            raise Cancelled

    with pytest.raises(Cancelled):
        keep_activations(source, compute, tmp_path / "kept", key="k", progress=stop)
    assert 8 <= compute.seen < 21
    keep_activations(source, compute, tmp_path / "kept", key="k")
    assert compute.seen == 21
    files, _ = draw_files(tmp_path / "images", 1, first=5)
    os.utime(files[0], (1, 1))
    kept = keep_activations(source, compute, tmp_path / "kept", key="k")
    assert compute.seen == 22
    rows = np.arange(21)
    assert np.array_equal(kept.load(rows, 0), source.pixels(rows, 0) / 2)
    source.close()


def test_values_beyond_float16_are_kept_finite(tmp_path: Path) -> None:
    source = _source(tmp_path / "images", 2)
    kept = keep_activations(
        source, lambda pixels: pixels.astype(np.float32) * 1e6, tmp_path, key="k"
    )
    assert np.isfinite(kept.load(np.arange(2), 0)).all()
    source.close()


@pytest.mark.parametrize("name", ["test_resnet", "test_vit"])
def test_the_fast_frozen_part_is_torchs(name: str, tmp_path: Path) -> None:
    opened = backbone(name)
    classifier = Classifier(opened.model, Head(opened.dimension, 3)).eval()
    split = cut(classifier, opened, "last_block")
    assert split is not None
    key = weights_key(split.frozen, opened.preprocessing)
    compute = frozen_function(
        split.frozen, opened.preprocessing, device=torch.device("cpu"), key=key
    )
    source = ImageSource(draw_files(tmp_path, 3)[0], opened.preprocessing)
    rows = np.arange(3)
    with torch.no_grad():
        truth = split.frozen(torch.from_numpy(source.load(rows, 0))).numpy()
    assert np.allclose(compute(source.pixels(rows, 0)), truth, atol=1e-3 * np.abs(truth).max())
    source.close()


def test_the_key_sees_weights_and_preprocessing() -> None:
    layer = torch.nn.Linear(2, 2)
    before = weights_key(layer, SMALL)
    assert weights_key(layer, Preprocessing(image_size=9)) != before
    with torch.no_grad():
        layer.weight[0, 0] += 1e-3
    assert weights_key(layer, SMALL) != before
