"""Two files of one name with two endings: images and their masks, or two images."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset

CLASSES = ("crack", "free")


def photograph(file: Path, seed: int, side: int = 24) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(file)


def mask(file: Path, seed: int, kind: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.zeros((24, 24), np.uint8)
    pixels[seed : seed + 8, 4:20] = {"palette": 3, "black": 0}.get(kind, 255)
    picture = Image.fromarray(pixels)
    if kind == "resized":  # with greys at the edges
        picture = Image.fromarray(np.kron(pixels, np.ones((8, 8), np.uint8))).resize((150, 150))
        picture = picture.rotate(7, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(0.8))
    if kind == "palette":
        picture.putpalette(range(96))
    picture.save(file)


def read(root: Path) -> tuple[Listing, dict[str, str], str]:
    listing = read_dataset(root)
    labels = {record.path: record.label for record in listing.records}
    return listing, labels, "\n".join(map(str, listing.warnings))


@pytest.mark.parametrize("kind", ["white", "palette", "black", "resized"])
@pytest.mark.parametrize("store", ["", "Imgs/"])
@pytest.mark.parametrize("endings", [(".jpg", ".png"), (".png", ".bmp"), (".tif", ".PNG")])
def test_masks_of_the_name_of_their_image_are_no_samples(
    tmp_path: Path, kind: str, store: str, endings: tuple[str, str]
) -> None:
    for seed in range(8):
        for name in CLASSES:
            side = 150 if kind == "resized" else 24
            photograph(tmp_path / f"{name}/{store}{seed}{endings[0]}", seed, side)
            mask(tmp_path / f"{name}/{store}{seed}{endings[1]}", seed, kind)
    listing, labels, said = read(tmp_path)
    right = {f"{name}/{store}{seed}{endings[0]}": name for name in CLASSES for seed in range(8)}
    assert (labels, listing.suspicions) == (right, [])
    assert "another ending were left out: 16 (" in said


def test_some_images_may_have_no_mask(tmp_path: Path) -> None:
    for seed in range(9):
        photograph(tmp_path / f"crack/{seed}.jpg", seed)
        photograph(tmp_path / f"free/{seed}.jpg", 50 + seed)
    for seed in range(3):
        mask(tmp_path / f"crack/{seed}.png", seed, "white")
    # A picture of its own that is black and white.
    mask(tmp_path / "free/x.png", 1, "white")
    listing, labels, said = read(tmp_path)
    assert Counter(labels.values()) == {"crack": 9, "free": 10}
    assert "were left out: 3 (" in said and listing.suspicions == []


@pytest.mark.parametrize("kind", ["the same", "others of one size", "both masks"])
def test_pairs_that_may_be_anything_are_samples_and_doubtful(tmp_path: Path, kind: str) -> None:
    for seed in range(8):
        for name in CLASSES:
            one, two = (tmp_path / f"{name}/{seed}{ending}" for ending in (".jpg", ".png"))
            photograph(one, seed)
            photograph(two, seed if kind == "the same" else seed + 90)
            if kind == "both masks":
                mask(one.with_suffix(".bmp"), seed, "white")
                mask(two, seed, "white")
                one.unlink()
    listing, labels, _ = read(tmp_path)
    assert len(labels) == 32
    [doubt] = listing.suspicions
    assert "`crack`, `free` come twice under one name" in str(doubt)


def test_two_sources_that_count_from_one_are_no_pairs(tmp_path: Path) -> None:
    for seed in range(8):
        for name in CLASSES:
            photograph(tmp_path / f"{name}/{seed}.jpg", seed)
            photograph(tmp_path / f"{name}/{seed}.png", seed + 90, side=20 + seed % 3)
    listing, labels, _ = read(tmp_path)
    assert (len(labels), listing.suspicions) == (32, [])


def test_pairs_that_cannot_be_opened_are_doubtful(tmp_path: Path) -> None:
    for seed in range(4):
        for name in CLASSES:
            photograph(tmp_path / f"{name}/{seed}.jpg", seed)
            (tmp_path / f"{name}/{seed}.png").write_bytes(b"no image")
    listing, labels, _ = read(tmp_path)
    assert len(labels) == 16 and len(listing.suspicions) == 1
