import os
from collections.abc import Callable
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


def _wrong_shape(file: Path) -> None:
    np.save(file, np.load(file)[:, :1])


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-3] ^= 0x7F
    file.write_bytes(bytes(content))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-20]),
    "random": lambda file: file.write_bytes(np.random.default_rng(0).bytes(2000)),
    "other numbers": _flip,
    "shorter": lambda file: np.save(file, np.load(file)[:-1]),
    "wrong shape": _wrong_shape,
    "text": lambda file: np.save(file, np.full(4, "x")),
    "pickle": lambda file: np.save(file, np.array([{}], object), allow_pickle=True),
    "gone": lambda file: file.unlink(),
}


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("part", ["000000", "000001"])
@pytest.mark.parametrize("way", DAMAGE)
def test_a_damaged_part_is_computed_again(tmp_path: Path, way: str, part: str) -> None:
    source, compute = _source(tmp_path / "images", 21), _Counting()
    keep_activations(source, compute, tmp_path / "kept", key="k")
    DAMAGE[way](tmp_path / "kept" / "k" / f"{part}.npy")
    kept = keep_activations(source, compute, tmp_path / "kept", key="k")
    assert compute.seen > 21
    rows = np.arange(21)
    assert np.array_equal(kept.load(rows, 0), source.pixels(rows, 0) / 2)
    seen = compute.seen
    kept = keep_activations(source, compute, tmp_path / "kept", key="k")
    assert compute.seen == seen
    assert np.array_equal(kept.load(rows, 0), source.pixels(rows, 0) / 2)
    source.close()


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("names", ["", "[", "[1, 2]", "{}", '{"names": 3, "digest": 5}', "7"])
def test_damaged_names_of_a_part_cost_the_part(tmp_path: Path, names: str) -> None:
    source, compute = _source(tmp_path / "images", 9), _Counting()
    keep_activations(source, compute, tmp_path / "kept", key="k")
    (tmp_path / "kept" / "k" / "000000.json").write_text(names)
    kept = keep_activations(source, compute, tmp_path / "kept", key="k")
    rows = np.arange(9)
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
