"""Copies among pictures drawn here: found whatever was done to them, and no others."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from lnl_gui.dataset.pixels.facts import signature
from lnl_gui.dataset.pixels.perceptual_hash import perceptual_hash
from lnl_gui.detect.copies import detail
from lnl_gui.detect.copies.chains import guarded_groups
from lnl_gui.detect.copies.find import Copies, find_copies
from lnl_gui.detect.copies.orientations import (
    differing_bits,
    nearest_orientation,
    oriented,
    oriented_hashes,
)
from lnl_gui.detect.copies.pairs import CopyPairs
from tests.conftest import draw_image

PICTURES, FEWER, COPIED = 120, 60, 12
Change = Callable[[Image.Image], Image.Image]


def picture(seed: int) -> Image.Image:
    """Coloured discs on a ground, each picture of its own."""
    generator = np.random.default_rng(seed)
    canvas = np.full((96, 96, 3), generator.integers(0, 256, 3), np.float64)
    down, across = np.mgrid[:96, :96]
    for _ in range(7):
        centre, radius = generator.integers(0, 96, 2), generator.integers(8, 34)
        inside = (down - centre[0]) ** 2 + (across - centre[1]) ** 2 < radius**2
        canvas[inside] = generator.integers(0, 256, 3)
    return Image.fromarray(canvas.astype(np.uint8))


def encoded(image: Image.Image) -> np.ndarray:
    """Stands for an encoder: colours by place, which a turn changes and a mirror hardly."""
    small = np.asarray(image.convert("RGB").resize((6, 6), Image.Resampling.BOX), np.float64)
    seen = (small + small[:, ::-1]) / 2 - 128
    return seen.ravel()


def jpeg(image: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=70)
    return Image.open(stream).convert("RGB")


CHANGES: dict[str, Change] = {
    "jpeg": jpeg,
    "mirrored": lambda i: i.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "upside down": lambda i: i.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    "quarter turn": lambda i: i.transpose(Image.Transpose.ROTATE_90),
    "half turn": lambda i: i.transpose(Image.Transpose.ROTATE_180),
    "darkened": lambda i: ImageEnhance.Brightness(i).enhance(0.7),
    "brightened": lambda i: ImageEnhance.Brightness(i).enhance(1.15),
    "smaller": lambda i: i.resize((40, 40)),
    "shifted": lambda i: i.transform(i.size, Image.Transform.AFFINE, (1, 0, -6, 0, 1, -6)),
    "cropped": lambda i: i.crop((5, 5, 91, 91)),
}


@dataclass(frozen=True)
class Facts:
    """What is known of one picture before copies are looked for."""

    embedding: np.ndarray
    perceptual_hash: int
    signature: np.ndarray
    small: np.ndarray


_KNOWN: dict[int, tuple[Image.Image, Facts]] = {}
"""By the picture's identity, kept with it so that no other takes its place."""


def facts(image: Image.Image) -> Facts:
    """Of the pictures that most tests share they are computed once."""
    if id(image) not in _KNOWN:
        small = np.asarray(image.convert("RGB").resize((32, 32)))
        grey = signature(image.convert("L"))
        _KNOWN[id(image)] = image, Facts(encoded(image), perceptual_hash(image), grey, small)
    return _KNOWN[id(image)][1]


def copies_of(
    images: list[Image.Image],
    *,
    content: np.ndarray | None = None,
    patches: bool = True,
    colours: bool = False,
    pictures: Callable[[np.ndarray], np.ndarray] | None = None,
    labels: np.ndarray | None = None,
) -> Copies:
    known = [facts(image) for image in images]
    numbered = np.array([f"{at}".encode() for at in range(len(images))])
    return find_copies(
        numbered if content is None else content,
        embeddings=[np.stack([each.embedding for each in known])],
        perceptual_hash=np.array([each.perceptual_hash for each in known], np.uint64),
        signature=np.stack([each.signature for each in known]) if patches else None,
        pictures=np.stack([each.small for each in known]).__getitem__ if colours else pictures,
        labels=labels,
    )


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    return [picture(seed) for seed in range(PICTURES)]


def test_different_pictures_are_no_copies(pictures: list[Image.Image]) -> None:
    assert (copies_of(pictures).group >= 0).sum() <= 2


@dataclass(frozen=True)
class Changed:
    """Groups (120,) of all pictures and (120,) of their copies, twelve by each change in turn."""

    originals: np.ndarray
    copies: np.ndarray

    def by(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Groups (12,) of the originals and of the copies that one change made of them."""
        start = list(CHANGES).index(name) * COPIED
        part = slice(start, start + COPIED)
        return self.originals[part], self.copies[part]


def change_all(pictures: list[Image.Image], *, colours: bool) -> Changed:
    """Look for copies among the pictures and those that every change makes of twelve of them."""
    parts = range(0, PICTURES, COPIED)
    changed = [
        change(image)
        for change, start in zip(CHANGES.values(), parts, strict=True)
        for image in pictures[start : start + COPIED]
    ]
    group = copies_of([*pictures, *changed], colours=colours).group
    return Changed(group[:PICTURES], group[PICTURES:])


@pytest.fixture(scope="module")
def changed_in_grey(pictures: list[Image.Image]) -> Changed:
    return change_all(pictures, colours=False)


@pytest.fixture(scope="module")
def changed_in_colour(pictures: list[Image.Image]) -> Changed:
    return change_all(pictures, colours=True)


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_copy_is_found(name: str, changed_in_grey: Changed) -> None:
    original, copy = changed_in_grey.by(name)
    found = (copy >= 0) & (copy == original)
    assert found.mean() >= (0.5 if name in ("shifted", "cropped") else 0.8)
    # Different pictures are joined hardly ever.
    assert len(np.unique(original[found])) >= found.sum() - 1


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_copy_is_found_by_its_colours_too(name: str, changed_in_colour: Changed) -> None:
    original, copy = changed_in_colour.by(name)
    assert ((original >= 0) & (original == copy)).sum() >= COPIED - 2


def recoloured(image: Image.Image) -> Image.Image:
    """Other colours of the same grey: red and blue change places, green makes up for it."""
    r, g, b = np.moveaxis(np.asarray(image, np.float64), 2, 0)
    grey = 0.299 * r + 0.587 * g + 0.114 * b
    green = (grey - 0.299 * b - 0.114 * r) / 0.587
    return Image.fromarray(np.stack([b, green, r], axis=2).clip(0, 255).astype(np.uint8))


def test_drawings_of_one_grey_and_other_colours_are_no_copies(
    pictures: list[Image.Image],
) -> None:
    images = [*pictures[:FEWER], *map(recoloured, pictures[:COPIED])]
    by_grey = copies_of(images).group
    by_colour = copies_of(images, colours=True).group
    assert (by_grey[:COPIED] >= 0).sum() > COPIED / 2
    assert (by_colour[:COPIED] >= 0).sum() <= 1


def test_pictures_that_are_not_at_hand_are_judged_by_their_grey(
    pictures: list[Image.Image],
) -> None:
    images = [*pictures[:FEWER], *(jpeg(image) for image in pictures[:COPIED])]
    found = copies_of(images, pictures=lambda rows: np.zeros((len(rows), 32, 32, 3), np.uint8))
    assert np.array_equal(found.group, copies_of(images).group)


def test_copies_are_found_where_every_picture_has_some(pictures: list[Image.Image]) -> None:
    few = pictures[:FEWER]
    every = [change(image) for change in (jpeg, CHANGES["mirrored"]) for image in few]
    group = copies_of([*few, *every]).group.reshape(3, -1)
    assert ((group[0] >= 0) & (group == group[0]).all(axis=0)).mean() > 0.95


def shots(image: Image.Image, count: int, generator: np.random.Generator) -> list[Image.Image]:
    """Frames of a camera that is held by hand: turned a little, other parts, other light."""
    found = []
    for _ in range(count):
        turned = image.rotate(generator.uniform(-4, 4), Image.Resampling.BICUBIC)
        left, top = generator.uniform(6, 14, 2)
        part = (left, top, left + 74, top + 74)
        moved = turned.resize((48, 48), Image.Resampling.BICUBIC, box=part)
        found.append(jpeg(ImageEnhance.Brightness(moved).enhance(generator.uniform(0.9, 1.1))))
    return found


def test_shots_of_a_scene_are_found_where_every_scene_has_more_than_ten(
    pictures: list[Image.Image],
) -> None:
    scenes, each = 8, 14
    generator = np.random.default_rng(0)
    images = [shot for image in pictures[:scenes] for shot in shots(image, each, generator)]
    scene = np.repeat(np.arange(scenes), each)
    found = copies_of(images, colours=True).group
    assert (found >= 0).mean() > 0.9
    together = [np.bincount(scene[found == group]) for group in range(found.max() + 1)]
    assert np.mean([count.max() / count.sum() for count in together]) > 0.95


def test_pixels_that_agree_wholly_need_no_comparison_with_others() -> None:
    """Too few pictures to know what is usual."""
    images = [picture(seed) for seed in range(20)]
    found = copies_of([*images, CHANGES["cropped"](images[3])], colours=True).group
    assert found[3] == found[20] >= 0
    assert (found >= 0).sum() == 2


def test_the_less_unusual_a_pair_is_the_better_its_colours_agree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Of each two, one lies above the bound of its strength and below the next wider one.
    strength = np.array([5.0, 5.0, 4.0, 4.0, 0.0, 0.0])
    left_over = np.array([0.06, 0.04, 0.006, 0.004, 0.004, 0.002], np.float32)
    monkeypatch.setattr(detail, "unexplained", lambda *_: left_over)
    rows = np.arange(6)
    pairs = CopyPairs(rows, rows + 6, strength, np.ones(6), np.zeros(6, np.int64))
    patches, known = np.zeros((12, 32, 32), np.uint8), np.ones(12, bool)
    kept = detail.of_one_colour(pairs, patches, lambda some: patches[some], known)
    assert kept.left.tolist() == [1, 3, 5]


def test_few_pictures_that_resemble_each_other_are_no_copies() -> None:
    stripes = [draw_image(2, seed).convert("RGB") for seed in range(15)]
    assert (copies_of(stripes).group == -1).all()
    group = copies_of([*stripes, jpeg(stripes[0])]).group
    assert (group >= 0).nonzero()[0].tolist() == [0, 15]


def test_without_patches_plain_copies_are_found(pictures: list[Image.Image]) -> None:
    changed = [jpeg(image) for image in pictures[:COPIED]]
    group = copies_of([*pictures, *changed], patches=False).group
    assert (group[PICTURES:] == group[:COPIED]).mean() >= 0.9
    assert (group[COPIED:PICTURES] >= 0).sum() <= 2


def test_files_of_the_same_bytes_are_copies() -> None:
    found = find_copies(np.array([b"a", b"b", b"a", b"", b"", b"c"]))
    assert found.group.tolist() == [0, -1, 0, -1, -1, -1]
    assert found.exact.tolist() == [True, False, True, False, False, False]
    assert found.closest.tolist() == [1, 0, 1, 0, 0, 0]
    assert find_copies(np.zeros(0, "S32")).group.shape == (0,)


def test_near_and_exact_copies_share_a_group(pictures: list[Image.Image]) -> None:
    images = [*pictures, pictures[3], jpeg(pictures[3])]
    content = np.array([f"{at}".encode() for at in range(len(images))])
    content[PICTURES] = content[3]
    found = copies_of(images, content=content)
    assert found.group[3] == found.group[PICTURES] == found.group[PICTURES + 1] >= 0
    assert found.exact.nonzero()[0].tolist() == [3, PICTURES]


def test_unreadable_images_are_no_copies() -> None:
    found = find_copies(
        np.array([b""] * 60),
        embeddings=[np.full((60, 4), np.nan)],
        perceptual_hash=np.zeros(60, np.uint64),
        signature=np.zeros((60, 32, 32), np.uint8),
    )
    assert (found.group == -1).all()


def test_hashes_of_all_orientations_follow_from_one(pictures: list[Image.Image]) -> None:
    hashes = np.array([perceptual_hash(image) for image in pictures], np.uint64)
    turned = oriented_hashes(hashes)
    assert np.array_equal(turned[0], hashes)
    for orientation in range(8):
        patches = np.stack([np.asarray(image.convert("L")) for image in pictures])
        moved = oriented(patches, np.full(PICTURES, orientation))
        true = np.array([perceptual_hash(Image.fromarray(image)) for image in moved], np.uint64)
        assert np.quantile(differing_bits(turned[orientation], true), 0.9) <= 8
        best, bits = nearest_orientation(
            oriented_hashes(np.concatenate([hashes, true])),
            np.arange(PICTURES),
            np.arange(PICTURES, 2 * PICTURES),
        )
        assert (best == orientation).mean() > 0.9
        assert np.quantile(bits, 0.9) <= 8


def test_a_chain_falls_apart_and_a_dense_group_does_not() -> None:
    chain = np.arange(40)
    strength = np.random.default_rng(0).random(39)
    apart = guarded_groups(chain[:-1], chain[1:], strength, 40, reach=10)
    assert np.bincount(apart[apart >= 0]).max() <= 8
    left, right = np.triu_indices(20, 1)
    dense = guarded_groups(left, right, np.ones(len(left)), 20, reach=10)
    assert (dense == 0).all()
    few = guarded_groups(chain[:7], chain[1:8], strength[:7], 40, reach=10)
    assert (few[:8] == 0).all()
