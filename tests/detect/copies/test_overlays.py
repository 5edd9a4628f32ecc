"""Copies on which something was laid, among pictures with detail all over."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from lnl_gui.dataset.pixels.facts import signature
from lnl_gui.dataset.pixels.perceptual_hash import perceptual_hash
from lnl_gui.detect.copies.find import find_copies
from lnl_gui.detect.copies.overlays import agreement_beside_overlays, all_over

PICTURES, COPIED, SIDE = 120, 20, 96
Change = Callable[[Image.Image], Image.Image]


def photograph(seed: int) -> Image.Image:
    """Clouds in colour whose amplitude falls with the frequency, as that of photographs does."""
    generator = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    amplitude = 1.0 / np.maximum(frequency, 1.0 / SIDE)
    waves = generator.normal(size=(2, 3, *amplitude.shape)) * amplitude
    seen = np.fft.irfft2(waves[0] + 1j * waves[1], s=(SIDE, SIDE))
    seen = 128 + 45 * seen / seen.std(axis=(1, 2), keepdims=True)
    return Image.fromarray(np.moveaxis(seen, 0, 2).clip(0, 255).astype(np.uint8))


def dated(image: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 84, 96, 96), fill=(0, 0, 0))
    draw.text((3, 84), "2024-05-01", fill=(255, 255, 255))
    return image


def watermarked(image: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(image, "RGBA")
    draw.text((6, 20), "(c) shop.example", fill=(255, 255, 255, 210))
    draw.text((6, 60), "(c) shop.example", fill=(255, 255, 255, 210))
    return image


def with_logo(image: Image.Image) -> Image.Image:
    ImageDraw.Draw(image).ellipse((58, 4, 92, 38), fill=(230, 30, 30))
    return image


def cut_out(image: Image.Image) -> Image.Image:
    ImageDraw.Draw(image).rectangle((20, 40, 55, 75), fill=(0, 0, 0))
    return image


def half_of_another(image: Image.Image) -> Image.Image:
    image.paste(photograph(999).crop((48, 0, 96, 96)), (48, 0))
    return image


def clock(hour: int) -> Image.Image:
    """A face with numbers' places and one hand, drawn on an even ground."""
    image = Image.new("RGB", (SIDE, SIDE), (250, 250, 250))
    draw = ImageDraw.Draw(image)
    draw.ellipse((6, 6, 90, 90), outline=(0, 0, 0), width=5)
    at = 2 * np.pi * hour / 12
    draw.line((48, 48, 48 + 30 * np.sin(at), 48 - 30 * np.cos(at)), fill=(200, 0, 0), width=6)
    return image


def groups(images: list[Image.Image], place: np.ndarray, *, coloured: bool = True) -> np.ndarray:
    """Groups (N,) of pictures whose embeddings lie near each other where `place` (N,) is equal."""
    generator = np.random.default_rng(0)
    points = generator.normal(size=(place.max() + 1, 16))[place]
    small = np.stack([np.asarray(image.resize((32, 32))) for image in images])
    return find_copies(
        np.array([f"{at}".encode() for at in range(len(images))]),
        embeddings=[points + 0.05 * generator.normal(size=points.shape)],
        perceptual_hash=np.array([perceptual_hash(image) for image in images], np.uint64),
        signature=np.stack([signature(image.convert("L")) for image in images]),
        pictures=small.__getitem__ if coloured else None,
    ).group


@pytest.fixture(scope="module")
def photographs() -> list[Image.Image]:
    return [photograph(seed) for seed in range(PICTURES)]


PLACE = np.concatenate([np.arange(PICTURES), np.arange(COPIED)])


@pytest.mark.parametrize("coloured", [True, False])
@pytest.mark.parametrize("change", [dated, watermarked, with_logo, cut_out])
def test_a_copy_on_which_something_was_laid_is_found(
    change: Change, coloured: bool, photographs: list[Image.Image]
) -> None:
    changed = [change(image.copy()) for image in photographs[:COPIED]]
    found = groups([*photographs, *changed], PLACE, coloured=coloured)
    together = (found[PICTURES:] >= 0) & (found[PICTURES:] == found[:COPIED])
    assert together.mean() >= 0.9
    assert (found[COPIED:PICTURES] < 0).all()
    # Each with its own original alone.
    assert len(np.unique(found[:COPIED][together])) == together.sum()


@pytest.mark.parametrize(
    "others",
    [
        lambda image, seed: photograph(1_000 + seed),
        lambda image, seed: half_of_another(image.copy()),
    ],
    ids=["another", "half of another"],
)
def test_near_embeddings_alone_make_no_copy(
    others: Callable[[Image.Image, int], Image.Image], photographs: list[Image.Image]
) -> None:
    changed = [others(image, seed) for seed, image in enumerate(photographs[:COPIED])]
    assert (groups([*photographs, *changed], PLACE) < 0).all()


def test_only_what_is_uneven_all_over_counts(photographs: list[Image.Image]) -> None:
    # Clock faces share all but a hand, as a photograph and its dated copy share all but a strip.
    seen = [clock(3), clock(7), photographs[0], dated(photographs[0].copy())]
    patches = np.stack([signature(image.convert("L")) for image in seen])
    found = agreement_beside_overlays(patches, np.array([0, 2]), np.array([1, 3]), None)
    assert (found.detail > 0.99).all() and np.isnan(found.left_over).all()
    assert all_over(found).tolist() == [False, True]
