"""The perceptual hash is that of the imagehash package, compiled or not."""

import io

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageFilter
from sklearn.datasets import load_sample_images

from lnl_gui.dataset.pixels import perceptual_hash as module
from lnl_gui.dataset.pixels.perceptual_hash import hash_of, perceptual_hash
from lnl_gui.dataset.pixels.resampling import ResizedPicture

ACROSS, DOWN = np.meshgrid(np.arange(64), np.arange(48))
LITTLE = {
    "along": ACROSS * 4,
    "down": DOWN * 5,
    "chequered": (ACROSS // 8 + DOWN // 8) % 2 * 255,
    "black": ACROSS * 0,
    "white": ACROSS * 0 + 255,
    "striped": ACROSS % 2,
    "mirrored": np.abs(ACROSS - 32) * 6,
    "corners": (ACROSS > 40) * 200 + (DOWN > 9) * 50,
}


def blurred() -> Image.Image:
    values = np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)
    return Image.fromarray(values).filter(ImageFilter.GaussianBlur(6))


def photographs() -> list[Image.Image]:
    whole = Image.fromarray(load_sample_images().images[0])
    places = np.random.default_rng(1).integers(0, 250, (40, 2))
    return [whole.crop((x, y, x + 97, y + 61)) for x, y in places.tolist()]


def theirs(image: Image.Image) -> str:
    return str(imagehash.phash(image))


def ours(image: Image.Image, *, compiled: bool) -> str:
    return f"{hash_of(ResizedPicture(image.convert('L')), compiled=compiled):016x}"


def test_it_is_that_of_imagehash() -> None:
    assert f"{perceptual_hash(blurred()):016x}" == theirs(blurred())
    assert 0 <= perceptual_hash(blurred()) < 1 << 64


@pytest.mark.parametrize("compiled", [True, False])
def test_so_it_is_for_photographs(compiled: bool) -> None:
    for image in photographs():
        assert ours(image, compiled=compiled) == theirs(image)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("name", LITTLE)
def test_so_it_is_for_pictures_with_little_in_them(name: str, compiled: bool) -> None:
    """Where waves of nothing are compared with nothing, the last bit of each decides."""
    image = Image.fromarray(LITTLE[name].astype(np.uint8))
    assert ours(image, compiled=compiled) == theirs(image)


def test_only_where_rounding_decides_is_it_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    slowly: list[np.ndarray] = []
    monkeypatch.setattr(module, "_hash", lambda small: slowly.append(small) or 0)
    for image in photographs():
        hash_of(ResizedPicture(image.convert("L")), compiled=True)
    assert not slowly
    hash_of(ResizedPicture(Image.new("L", (64, 48), 9)), compiled=True)
    assert len(slowly) == 1


def test_it_survives_recompression_and_tells_pictures_apart() -> None:
    image = blurred()
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=60)
    other = Image.fromarray(np.asarray(image)[::-1].copy())
    near = (perceptual_hash(image) ^ perceptual_hash(Image.open(stream))).bit_count()
    far = (perceptual_hash(image) ^ perceptual_hash(other)).bit_count()
    assert near <= 6 < far
