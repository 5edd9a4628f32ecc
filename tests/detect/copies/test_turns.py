"""Copies that were turned by some degrees, as augmentation does, are found."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from lnl_gui.dataset.pixels.facts import signature
from lnl_gui.dataset.pixels.perceptual_hash import perceptual_hash
from lnl_gui.detect.copies.find import Copies, find_copies
from lnl_gui.detect.groups import ALONE
from tests.detect.copies.test_overlays import SIDE
from tests.detect.copies.test_parts import photograph

PICTURES, COPIED = 100, 15
Change = Callable[[Image.Image], Image.Image]


def turned(degrees: float) -> Change:
    return lambda image: image.rotate(degrees, Image.Resampling.BICUBIC)


def mirrored_and_turned(image: Image.Image) -> Image.Image:
    return turned(-14)(ImageOps.mirror(image))


def in_other_colours(image: Image.Image) -> Image.Image:
    red, green, blue = turned(16)(image).split()
    return Image.merge("RGB", (green, blue, red))


def found(images: list[Image.Image], copied: int, *, noise: float = 0.3) -> Copies:
    """Of pictures of which the last are copies of the first, whose embeddings lie near."""
    generator = np.random.default_rng(0)
    count = len(images)
    place = np.concatenate([np.arange(count - copied), np.arange(copied)])
    points = generator.normal(size=(count, 16))[place]
    small = np.stack([np.asarray(image.resize((32, 32))) for image in images])
    return find_copies(
        np.array([f"{at}".encode() for at in range(count)]),
        embeddings=[points + noise * generator.normal(size=points.shape)],
        perceptual_hash=np.array([perceptual_hash(image) for image in images], np.uint64),
        signature=np.stack([signature(image.convert("L")) for image in images]),
        pictures=small.__getitem__,
        labels=place % 5,
    )


@cache
def photographs() -> list[Image.Image]:
    return [photograph(seed) for seed in range(PICTURES)]


def together(group: np.ndarray, copied: int) -> np.ndarray:
    first, second = group[:copied], group[len(group) - copied :]
    return np.asarray((first != ALONE) & (first == second))


@pytest.mark.parametrize("change", [turned(15), turned(-22), mirrored_and_turned])
def test_turned_pictures_are_copies(change: Change) -> None:
    pictures = photographs()
    copies = found([*pictures, *map(change, pictures[:COPIED])], COPIED)
    assert together(copies.group, COPIED).mean() >= 0.8
    assert (copies.group[COPIED:PICTURES] == ALONE).all()


def test_turned_pictures_in_other_colours_are_held_together_and_are_no_copies() -> None:
    pictures = photographs()
    copies = found([*pictures, *map(in_other_colours, pictures[:COPIED])], COPIED)
    assert (copies.group == ALONE).all()
    assert together(copies.parts, COPIED).mean() >= 0.8


def test_photographs_turned_alike_are_no_copies() -> None:
    pictures = photographs()
    others = [turned(15)(photograph(500 + seed)) for seed in range(COPIED)]
    copies = found([*pictures, *others], COPIED)
    assert (copies.group == ALONE).all()


def test_drawings_that_differ_in_a_part_are_no_copies_once_turned() -> None:
    def face(hair: tuple[int, int, int]) -> Image.Image:
        image = Image.new("RGB", (SIDE, SIDE), (255, 255, 255))
        draw = ImageDraw.Draw(image)
        draw.ellipse((20, 24, 76, 88), fill=(240, 200, 160))
        draw.pieslice((18, 16, 78, 80), 180, 360, fill=hair)
        draw.ellipse((34, 50, 42, 58), fill=(60, 30, 20))
        draw.ellipse((54, 50, 62, 58), fill=(60, 30, 20))
        draw.arc((34, 56, 62, 78), 20, 160, fill=(150, 40, 40), width=4)
        return image

    pictures = photographs()
    first = face((250, 220, 60))
    other = face((200, 40, 20)).rotate(8, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    assert (found([first, *pictures[1:], other], 1).group == ALONE).all()
