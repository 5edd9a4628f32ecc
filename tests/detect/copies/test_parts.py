"""Parts of one picture are no copies, and do not vouch for each other either."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageFilter

from lnl_gui.dataset.pixels.facts import signature
from lnl_gui.dataset.pixels.perceptual_hash import perceptual_hash
from lnl_gui.detect.copies.candidates import NearestPairs
from lnl_gui.detect.copies.find import Copies, find_copies
from lnl_gui.detect.copies.parts import parts_of_one
from lnl_gui.detect.copies.pieces import shared_part
from lnl_gui.detect.groups import ALONE
from tests.detect.copies.test_overlays import SIDE
from tests.detect.copies.test_overlays import photograph as sharp

PICTURES, CUT = 100, 15
TILE, HALF = 64, SIDE // 2
# With so much noise the embedding alone does not tell parts, with so little it does.
UNTOLD, TOLD = 0.45, 0.15
Change = Callable[[Image.Image], tuple[Image.Image, Image.Image]]


def photograph(seed: int) -> Image.Image:
    """As a lens shows it, which the cells of a patch do not cut finer."""
    return sharp(seed).filter(ImageFilter.GaussianBlur(1.5))


def tile(image: Image.Image, across: int, down: int) -> Image.Image:
    return image.crop((across, down, across + TILE, down + TILE))


def beside(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    return tile(image, 0, 0), tile(image, 30, 0)


def across(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    return tile(image, 0, 29), tile(image, 27, 0)


def enlarged(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    part = image.crop((20, 30, 20 + HALF, 30 + HALF)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return image, part


def unlike(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    return tile(image, 0, 0), tile(image.transpose(Image.Transpose.ROTATE_180), 0, 0)


def found(
    images: list[Image.Image], place: np.ndarray, labels: np.ndarray, *, noise: float
) -> Copies:
    """Of pictures whose embeddings lie near each other where `place` (N,) is equal."""
    generator = np.random.default_rng(0)
    points = generator.normal(size=(place.max() + 1, 16))[place]
    small = np.stack([np.asarray(image.resize((32, 32))) for image in images])
    return find_copies(
        np.array([f"{at}".encode() for at in range(len(images))]),
        embeddings=[points + noise * generator.normal(size=points.shape)],
        perceptual_hash=np.array([perceptual_hash(image) for image in images], np.uint64),
        signature=np.stack([signature(image.convert("L")) for image in images]),
        pictures=small.__getitem__,
        labels=labels,
    )


def held(copies: Copies) -> np.ndarray:
    """(CUT,) bool: whether the two of one picture are in one group of parts."""
    first, second = copies.parts[:CUT], copies.parts[PICTURES:]
    return np.asarray((first != ALONE) & (first == second))


PLACE = np.concatenate([np.arange(PICTURES), np.arange(CUT)])
LABELS = np.concatenate([np.arange(PICTURES) % 5, np.arange(CUT) % 5])


def cut(change: Change) -> list[Image.Image]:
    pairs = [change(photograph(seed)) for seed in range(CUT)]
    whole = [photograph(seed).resize(pairs[0][0].size) for seed in range(CUT, PICTURES)]
    return [*(one for one, _ in pairs), *whole, *(other for _, other in pairs)]


@pytest.mark.parametrize("change", [beside, across, enlarged])
def test_parts_of_one_picture_are_held_together_and_are_no_copies(change: Change) -> None:
    copies = found(cut(change), PLACE, LABELS, noise=UNTOLD)
    assert held(copies).mean() >= 0.8
    assert (copies.group == ALONE).all()
    assert copies.pieces[PICTURES:].mean() >= 0.8 and not copies.pieces[CUT:PICTURES].any()


def test_another_label_is_another_witness() -> None:
    labels = LABELS.copy()
    labels[PICTURES:] = (labels[PICTURES:] + 1) % 5
    assert not held(found(cut(beside), PLACE, labels, noise=UNTOLD)).any()


def test_pictures_that_share_nothing_are_held_only_where_they_lie_far_nearer_than_usual() -> None:
    images = cut(unlike)
    assert held(found(images, PLACE, LABELS, noise=TOLD)).mean() >= 0.8
    untold = found(images, np.arange(len(images)), LABELS, noise=TOLD)
    assert held(untold).mean() <= 0.2 and not untold.pieces.any()
    assert (untold.parts != ALONE).mean() <= 0.02


@pytest.mark.parametrize("others", [0, 90])
def test_a_class_that_is_one_large_picture_is_judged_by_its_tiles(others: int) -> None:
    # Forty tiles, each of which lies far nearer to the three next ones than images usually do.
    tiles, count = 40, 240
    left = np.repeat(np.arange(tiles), 3)
    right = (left + np.tile([1, 2, 3], tiles)) % tiles
    near = NearestPairs(
        np.minimum(left, right),
        np.maximum(left, right),
        np.full(len(left), 0.99, np.float32),
        np.arange(100),
        np.full((100, 2), -1),
        np.random.default_rng(0).uniform(0.2, 0.4, (100, 2)).astype(np.float32),
        np.zeros((count, 1), np.float32),
    )
    nothing = np.zeros(0, np.int64)
    labels = (np.arange(count) >= tiles + others).astype(np.int64)
    group, _ = parts_of_one(near, (nothing, nothing), labels, None, None)
    assert (group[:tiles] == (0 if others else ALONE)).all() and (group[tiles:] == ALONE).all()


def test_detail_of_a_shared_part_agrees_and_of_others_does_not() -> None:
    images = [image for change in (beside, across, unlike) for image in change(photograph(7))]
    patches = np.stack([signature(image.convert("L")) for image in images])
    shared = shared_part(patches, np.array([0, 2, 4]), np.array([1, 3, 5]), None, least=-1.0)
    assert (shared.detail[:2] > 0.97).all() and shared.detail[2] < 0.9
    assert np.isnan(shared.left_over).all()
