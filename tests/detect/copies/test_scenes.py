"""Photographs of a fixed camera: of one scene, but copies only where they share their noise."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from lnl_gui.detect.copies.find import Copies
from lnl_gui.detect.copies.scenes import IN_ONE_PLACE, difference_in_one_place
from lnl_gui.detect.copies.whole_classes import holding_classes, nearer_than_their_group
from tests.detect.copies.test_find import copies_of, facts, jpeg, picture, shots

IMAGES = 72
Draw = Callable[[ImageDraw.ImageDraw, int, np.random.Generator], None]


def lamps(draw: ImageDraw.ImageDraw, kind: int, generator: np.random.Generator) -> None:
    """Which of three is lit: within a class nothing differs but noise, light and a pixel."""
    draw.rectangle((22, 4, 42, 60), fill=(25, 25, 25))
    for at, colour in enumerate([(230, 40, 30), (240, 190, 40), (40, 220, 70)]):
        lit = colour if at == kind else (55, 55, 55)
        draw.ellipse((25, 7 + 18 * at, 39, 21 + 18 * at), fill=lit)


def gauge(draw: ImageDraw.ImageDraw, kind: int, generator: np.random.Generator) -> None:
    """A needle that points anywhere within its class."""
    draw.ellipse((8, 8, 56, 56), fill=(235, 235, 235), outline=(20, 20, 20), width=2)
    angle = np.deg2rad([210, 270, 330][kind] + generator.uniform(-22, 22))
    end = (32 + 20 * np.cos(angle), 32 + 20 * np.sin(angle))
    draw.line((32, 32, *end), fill=(200, 20, 20), width=2)


def part(draw: ImageDraw.ImageDraw, kind: int, generator: np.random.Generator) -> None:
    """Of three parts of a machine one is scratched, anywhere."""
    draw.ellipse((8, 8, 56, 56), fill=(170, 172, 175))
    draw.ellipse((23, 23, 41, 41), fill=(90, 90, 95))
    if kind == 2:
        x, y = generator.integers(16, 42, 2).tolist()
        across, down = int(generator.integers(8, 14)), int(generator.integers(-9, 10))
        draw.line((x, y, x + across, y + down), fill=(30, 30, 35), width=2)


def form(draw: ImageDraw.ImageDraw, kind: int, generator: np.random.Generator) -> None:
    """The same lines, a tick in one box of three, and somebody's hand."""
    draw.rectangle((0, 0, 64, 64), fill=(250, 250, 250))
    for line in (8, 52, 58):
        draw.line((4, line, 60, line), fill=(10, 10, 10), width=2)
    for box in range(3):
        draw.rectangle((6 + 18 * box, 36, 16 + 18 * box, 46), outline=(0, 0, 0))
    draw.rectangle((8 + 18 * kind, 38, 14 + 18 * kind, 44), fill=(0, 0, 0))
    for x in range(6, 56, 7):
        draw.line((x, *generator.integers(14, 30, 1), x + 5, *generator.integers(14, 30, 1)), 60, 2)


def photographs(drawn: Draw, count: int = IMAGES) -> tuple[list[Image.Image], np.ndarray]:
    """Of one scene before one ground, in changing light, moved by a pixel; and their classes."""
    generator = np.random.default_rng(0)
    ground = np.random.default_rng(7).integers(40, 200, (9, 9, 3)).astype(np.uint8)
    found, kinds = [], np.arange(count) % 3
    for kind in kinds.tolist():
        scene = Image.fromarray(ground).resize((64, 64), Image.Resampling.BICUBIC)
        drawn(ImageDraw.Draw(scene), kind, generator)
        moved = np.roll(np.asarray(scene, np.float64), generator.integers(-1, 2, 2), axis=(0, 1))
        seen = moved * generator.uniform(0.8, 1.15) + generator.normal(0, 6, moved.shape)
        found.append(Image.fromarray(seen.clip(0, 255).astype(np.uint8)))
    return found, kinds


def grouped(copies: Copies) -> float:
    return float((copies.group >= 0).mean())


@pytest.mark.parametrize(
    ("drawn", "most"), [(lamps, 0.05), (gauge, 0.05), (part, 0.05), (form, 0.05)]
)
def test_photographs_of_a_fixed_camera_are_no_copies(drawn: Draw, most: float) -> None:
    images, kinds = photographs(drawn)
    # A tenth of the labels is wrong.
    labels = np.where(np.arange(IMAGES) % 10 == 0, (kinds + 1) % 3, kinds)
    found = copies_of(images, colours=True, labels=labels)
    assert grouped(found) <= most
    assert not (found.released & (found.group >= 0)).any()


def test_copies_among_photographs_of_a_fixed_camera_are_found() -> None:
    images, kinds = photographs(lamps)
    changed = [ImageEnhance.Brightness(image).enhance(0.85) for image in images[:5]]
    changed += [image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for image in images[5:10]]
    found = copies_of([*images, *changed], colours=True, labels=np.append(kinds, kinds[:10]))
    assert (found.group[:10] >= 0).all() and (found.group[:10] == found.group[IMAGES:]).all()
    assert (found.group[10:IMAGES] < 0).mean() > 0.95


def test_a_scene_that_is_a_class_is_no_copy_of_itself_and_is_told() -> None:
    """Nothing differs between its photographs but noise: that it is the class decides."""
    scene = photographs(lamps)[0][::3]
    images = [*(picture(seed) for seed in range(40)), *scene]
    own = np.arange(len(images)) >= 40
    found = copies_of(images, colours=True, labels=own.astype(int))
    assert (found.group < 0).mean() > 0.95
    assert found.released[own].mean() > 0.9 and not found.released[~own].any()
    for labels in (None, np.zeros(len(images), int)):
        shots_in_a_row = copies_of(images, colours=True, labels=labels)
        assert (shots_in_a_row.group[own] >= 0).mean() > 0.9
        assert not shots_in_a_row.released.any()


def test_shots_of_several_scenes_stay_together() -> None:
    generator = np.random.default_rng(0)
    images = [shot for seed in range(8) for shot in shots(picture(seed), 12, generator)]
    found = copies_of(images, colours=True, labels=np.arange(96) // 48)
    assert grouped(found) > 0.9 and not found.released.any()


def test_a_difference_in_one_place_is_told_from_one_that_lies_everywhere() -> None:
    plain, scratched = photographs(part, 6)[0][:2], photographs(part, 6)[0][2]
    copies = [jpeg(plain[0]), ImageEnhance.Brightness(plain[0]).enhance(0.8), plain[1]]
    patches = np.stack([facts(image).signature for image in (plain[0], *copies, scratched)])
    left, right = np.zeros(4, np.int64), np.arange(1, 5)
    found = difference_in_one_place(patches, left, right, left)
    assert (found[:3] < IN_ONE_PLACE / 2).all() and found[3] > 2 * IN_ONE_PLACE
    assert difference_in_one_place(patches, left[:0], left[:0], left[:0]).shape == (0,)


@pytest.mark.parametrize(
    ("sizes", "others", "held"),
    [
        ((30,), 20, True),
        ((30,), 31, False),
        ((19,), 2, False),
        ((20, 20, 20, 20), 30, True),
        # One image each that was augmented, of a class of five.
        ((20, 20, 20, 20, 20), 0, False),
    ],
)
def test_a_few_large_groups_that_hold_most_of_a_class(
    sizes: tuple[int, ...], others: int, held: bool
) -> None:
    group = np.concatenate([np.repeat(np.arange(len(sizes)), sizes), np.full(others + 50, -1)])
    labels = np.zeros(len(group), int)
    labels[-50:] = 1
    # A wrong label in the group does not make it one of the other class.
    labels[0] = 1
    inside = group >= 0
    assert holding_classes(group, labels).tolist() == (inside & held).tolist()
    assert not holding_classes(group, np.full(len(group), -1)).any()


def test_what_is_not_known_is_not_nearer_than_its_group() -> None:
    group = np.zeros(30, int)
    flat = np.full((30, 32, 32), 90, np.uint8)
    pair = np.array([0]), np.array([1]), np.array([0])
    assert not nearer_than_their_group(flat, group, *pair).any()
