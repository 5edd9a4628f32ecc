"""Pixel facts against closed forms, hashlib and the imagehash package."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter, JpegImagePlugin
from PIL.JpegImagePlugin import JpegImageFile

from lnl_gui.dataset.pixels.facts import (
    FACTS_DTYPE,
    PixelFacts,
    read_sample,
)
from lnl_gui.dataset.pixels.resampling import ResizedPicture
from lnl_gui.dataset.pixels.thumbnail import encode_thumbnail
from lnl_gui.pictures.errors import UnreadableImage


def noise_image(side: int = 96) -> Image.Image:
    values = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return Image.fromarray(values)


def saved(tmp_path: Path, image: Image.Image, name: str = "picture.png") -> Path:
    image.save(tmp_path / name)
    return tmp_path / name


def test_content_hash_is_blake2b_of_the_bytes_and_equal_for_copies(tmp_path: Path) -> None:
    first = saved(tmp_path, noise_image())
    second = tmp_path / "other name.jpg"
    second.write_bytes(first.read_bytes())
    facts = [read_sample(file, minimum_side=0).facts for file in (first, second)]
    assert facts[0] == facts[1]
    expected = hashlib.blake2b(first.read_bytes(), digest_size=16).hexdigest()
    assert facts[0].content_hash == expected and len(expected) == 32


@pytest.mark.parametrize(("level", "expected"), [(0, 0.0), (51, 0.2), (255, 1.0)])
def test_flat_pictures(tmp_path: Path, level: int, expected: float) -> None:
    facts = read_sample(saved(tmp_path, Image.new("RGB", (30, 20), (level,) * 3)), minimum_side=0)
    assert facts.facts.brightness == pytest.approx(expected, abs=1e-6)
    assert facts.facts.sharpness == facts.facts.entropy == 0.0
    assert facts.facts.contrast == pytest.approx(0.0, abs=1e-6)


def test_half_black_half_white(tmp_path: Path) -> None:
    image = Image.new("L", (64, 64))
    image.paste(255, (32, 0, 64, 64))
    facts = read_sample(saved(tmp_path, image), minimum_side=0).facts
    assert facts.brightness == pytest.approx(0.5)
    assert facts.contrast == pytest.approx(0.5)
    assert facts.entropy == pytest.approx(1 / 8)  # one bit of eight
    assert (facts.brightness_low, facts.brightness_high) == (0.0, 1.0)


def test_one_pixel_picture(tmp_path: Path) -> None:
    sample = read_sample(saved(tmp_path, Image.new("RGB", (1, 1), (9, 9, 9))), minimum_side=260)
    assert (sample.facts.width, sample.facts.height) == (1, 1)
    assert np.isfinite(np.array(sample.facts.as_row()[-6:], dtype=float)).all()


def test_very_long_and_thin_picture(tmp_path: Path) -> None:
    sample = read_sample(saved(tmp_path, Image.new("RGB", (5000, 1))), minimum_side=64)
    thumbnail = Image.open(io.BytesIO(sample.thumbnail))
    assert thumbnail.size[0] == 256 and thumbnail.size[1] >= 1


def test_small_thumbnails_are_lossless_and_native() -> None:
    image = noise_image(32)
    thumbnail = Image.open(io.BytesIO(encode_thumbnail(ResizedPicture(image), 256)))
    assert thumbnail.format == "PNG"
    assert np.array_equal(np.asarray(thumbnail), np.asarray(image))


def test_large_thumbnails_are_jpeg_that_keep_their_shape() -> None:
    image = Image.new("RGB", (1000, 500), (10, 200, 90))
    thumbnail = Image.open(io.BytesIO(encode_thumbnail(ResizedPicture(image), 256)))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (256, 128))
    assert image.size == (1000, 500)


@pytest.mark.parametrize("size", [(300, 400), (257, 3), (2, 900)])
def test_large_thumbnails_lose_what_those_of_pillow_lose(size: tuple[int, int]) -> None:
    image = noise_image(64).resize(size)
    reduced = image.copy()
    reduced.thumbnail((256, 256), Image.Resampling.BICUBIC, reducing_gap=2.0)
    stream = io.BytesIO()
    reduced.save(stream, "JPEG", quality=88)
    theirs = Image.open(stream)
    ours = Image.open(io.BytesIO(encode_thumbnail(ResizedPicture(image), 256)))
    assert ours.quantization == theirs.quantization and ours.size == theirs.size
    assert JpegImagePlugin.get_sampling(ours) == JpegImagePlugin.get_sampling(theirs)
    lost, usual = (
        np.abs(np.asarray(made, np.int16) - np.asarray(reduced, np.int16)).mean()
        for made in (ours, theirs)
    )
    assert lost == pytest.approx(usual, rel=0.01, abs=0.05)


def test_facts_row_fits_the_structured_type(tmp_path: Path) -> None:
    facts = read_sample(saved(tmp_path, noise_image()), minimum_side=0).facts
    row = np.array([facts.as_row()], dtype=FACTS_DTYPE)[0]
    assert set(FACTS_DTYPE.names or ()) == set(PixelFacts.__dataclass_fields__)
    assert int(row["perceptual_hash"]) == facts.perceptual_hash
    assert row["content_hash"].decode() == facts.content_hash
    assert (row["width"], row["height"], row["format"]) == (96, 96, "PNG")


def test_reading_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = saved(tmp_path, noise_image())
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    file.chmod(0o444)
    read_sample(file, minimum_side=260)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


def test_unreadable_file_gives_its_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(UnreadableImage, match="empty"):
        read_sample(tmp_path / "empty.png", minimum_side=64)


@pytest.mark.parametrize("name", ["picture.png", "picture.jpg"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (256, 341), (1000, 700)])
def test_compiled_reading_gives_the_same_facts(
    tmp_path: Path, size: tuple[int, int], mode: str, name: str
) -> None:
    values = np.random.default_rng(2).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    image = Image.fromarray(values).filter(ImageFilter.BoxBlur(1)).convert(mode)
    file = saved(tmp_path, image, name)
    plain, compiled = (read_sample(file, minimum_side=64, compiled=c) for c in (False, True))
    for one, other in zip(compiled.facts.as_row(), plain.facts.as_row(), strict=True):
        is_float = isinstance(one, float)
        assert one == (pytest.approx(other, rel=1e-5, abs=1e-7) if is_float else other)
    np.testing.assert_array_equal(compiled.signature, plain.signature)
    np.testing.assert_array_equal(compiled.picture.pixels, plain.picture.pixels)
    assert compiled.thumbnail == plain.thumbnail


@pytest.mark.parametrize("compiled", [True, False])
def test_of_many_jpegs_none_is_copied_by_pillow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: bool
) -> None:
    loaded = []
    load = JpegImageFile.load
    monkeypatch.setattr(JpegImageFile, "load", lambda image: (loaded.append(image), load(image))[1])
    file = saved(tmp_path, noise_image(), "picture.jpg")
    read_sample(file, minimum_side=64, compiled=compiled)
    assert bool(loaded) != compiled
