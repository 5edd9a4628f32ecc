"""Augmentation policies: what stays, what changes, what repeats."""

import numpy as np
import pytest
from PIL import Image

from lnl_gui.learn.data import augmentation
from lnl_gui.learn.data.augmentation import policy, randaugment, strong, weak
from lnl_gui.util.errors import UserError

NAMES = ["weak", "strong", "affine", "photograph"]


def picture(width: int = 40, height: int = 32) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(40, 32), (3, 3), (1, 1)])
def test_size_and_mode_stay_and_the_original_is_untouched(name: str, size: tuple[int, int]) -> None:
    image = picture(*size)
    before = image.tobytes()
    chosen = policy(name)
    assert chosen is not None
    for seed in range(20):
        view = chosen(image, np.random.default_rng(seed))
        assert view.size == size
        assert view.mode == "RGB"
    assert image.tobytes() == before


@pytest.mark.parametrize("name", NAMES)
def test_a_view_follows_from_its_generator(name: str) -> None:
    chosen = policy(name)
    assert chosen is not None
    views = [chosen(picture(), np.random.default_rng(seed)).tobytes() for seed in (1, 1, 2, 3, 4)]
    assert views[0] == views[1]
    assert len(set(views)) >= 4


def test_flip_mirrors_half_the_time() -> None:
    image = picture()
    mirrored = np.asarray(image)[:, ::-1]
    generator = np.random.default_rng(0)
    views = [np.asarray(augmentation.flip(image, generator)) for _ in range(400)]
    share = np.mean([np.array_equal(view, mirrored) for view in views])
    assert 0.4 < share < 0.6
    assert all(np.array_equal(v, mirrored) or np.array_equal(v, np.asarray(image)) for v in views)


def test_weak_crop_shifts_by_at_most_an_eighth() -> None:
    grid = np.zeros((32, 32, 3), dtype=np.uint8)
    grid[16, 16] = 255
    places = set()
    for seed in range(300):
        view = augmentation.padded_crop(Image.fromarray(grid), np.random.default_rng(seed))
        rows, columns = np.nonzero(np.asarray(view)[:, :, 0])
        places.add((int(rows[0]) - 16, int(columns[0]) - 16))
    shifts = np.array(sorted(places))
    assert shifts.min() == -4
    assert shifts.max() == 4


def test_strong_views_are_stronger_than_weak_ones() -> None:
    image = Image.linear_gradient("L").resize((32, 32)).convert("RGB")
    plain = np.asarray(image, dtype=float)

    def distance(name: str) -> float:
        chosen = policy(name)
        assert chosen is not None
        views = [chosen(image, np.random.default_rng(seed)) for seed in range(60)]
        return float(np.mean([np.abs(np.asarray(v, dtype=float) - plain).mean() for v in views]))

    assert distance("strong") > 1.5 * distance("weak")


def test_randaugment_without_magnitude_or_count_changes_little() -> None:
    image = picture()
    assert randaugment(image, np.random.default_rng(0), count=0).tobytes() == image.tobytes()


def test_all_operations_keep_pixels_valid_at_any_magnitude() -> None:
    for magnitude in (0.0, 1 / 3, 1.0):
        for operation in augmentation._operations(magnitude):
            for sign in (-1.0, 1.0):
                view = operation(picture(), sign)
                assert view.size == (40, 32)
                assert np.asarray(view).dtype == np.uint8


def test_names() -> None:
    assert policy("none") is None
    assert policy("weak") is weak
    assert policy("strong") is strong
    with pytest.raises(UserError, match="Did you mean strong"):
        policy("stronk")
