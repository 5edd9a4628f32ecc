"""What may be judged at all, and embeddings that tell nothing apart."""

import numpy as np
import pytest

from lnl_gui.detect.inputs import check_inputs, tells_nothing, unit_rows
from lnl_gui.util.errors import UserError


def alike(count: int, apart: int, *, dimensions: int = 3, by: float = 1.0) -> np.ndarray:
    """Rows (count, D) at one place of length 5, the last `apart` of them moved away `by`."""
    rows = np.tile([3.0, 4.0] + [0.0] * (dimensions - 2), (count, 1))
    rows[count - apart :, -1] += by
    return rows.astype(np.float32)


def test_images_that_all_look_the_same_are_told_by_no_encoder() -> None:
    assert tells_nothing(alike(40, 0))
    assert not tells_nothing(np.random.default_rng(0).normal(size=(40, 3)).astype(np.float16))


@pytest.mark.parametrize(("apart", "said"), [(4, True), (5, False), (6, False), (40, False)])
def test_more_than_95_of_100_rows_must_lie_on_their_median(apart: int, said: bool) -> None:
    assert tells_nothing(alike(100, apart)) is said


@pytest.mark.parametrize(("by", "said"), [(0.0099, True), (0.0101, False), (-0.0101, False)])
def test_a_row_lies_there_within_two_thousandths_of_the_medians_length(
    by: float, said: bool
) -> None:
    # The median is (3, 4, 0), of length 5.
    assert tells_nothing(alike(100, 10, by=by)) is said
    assert tells_nothing(1000 * alike(100, 10, by=by)) is said


def test_the_middle_is_the_median_and_not_the_mean() -> None:
    # One row far away moves the mean by 10, from which every row then lies apart.
    assert tells_nothing(alike(100, 1, by=1000.0))


def test_rows_about_the_origin_are_compared_on_a_scale_that_is_not_nothing() -> None:
    assert tells_nothing(np.zeros((10, 4), np.float32))
    near = np.zeros((10, 4), np.float32)
    near[:3, 0] = 3e-9
    assert not tells_nothing(near)
    near[:3, 0] = 1e-9
    assert tells_nothing(near)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_rows_without_a_value_say_nothing(value: float) -> None:
    rows = alike(40, 0)
    rows[:30, 1] = value
    assert tells_nothing(rows)
    rows[:36] = value
    assert tells_nothing(rows)
    # Three are too few to say so.
    rows[:37] = value
    assert not tells_nothing(rows)
    assert not tells_nothing(np.full((40, 3), np.nan, np.float16))


def test_four_rows_are_the_fewest() -> None:
    assert tells_nothing(alike(4, 0)) and not tells_nothing(alike(3, 0))
    assert not tells_nothing(np.zeros((0, 3), np.float16))


def test_of_many_rows_an_evenly_spread_part_is_looked_at() -> None:
    # Of 15 000 rows every third: whatever the others hold is not read.
    rows = np.zeros((15_000, 2), np.float16)
    rows[:, 0] = 1.0
    others = np.arange(15_000) % 3 != 0
    rows[others] = np.random.default_rng(0).normal(size=(10_000, 2))
    assert tells_nothing(rows)
    assert not tells_nothing(np.roll(rows, 1, axis=0))
    # Of fewer than twice 5 000 all.
    assert not tells_nothing(rows[:9_000])


def test_what_is_wrong_is_counted_in_the_error() -> None:
    space = np.ones((3, 2))
    with pytest.raises(UserError, match="3 labels do not match embeddings of 3, 2 samples"):
        check_inputs([space, space[:2]], np.zeros(3, int), 2)
    with pytest.raises(UserError, match="Label 2 is not one of the 2 classes"):
        check_inputs([space], np.array([0, 2, 1]), 2)
    assert check_inputs([space], np.array([0, 1, 0]), 2).all()
    with pytest.raises(UserError, match="has no class"):
        check_inputs([space], np.full(3, -1), 0)
    with pytest.raises(UserError, match="No image has a label"):
        check_inputs([space], np.full(3, -1), 2)
    with pytest.raises(UserError, match="both a label and a readable embedding"):
        check_inputs([np.where(np.eye(3)[:, :2] > 0, np.nan, space)], np.array([0, 0, -1]), 2)
    with pytest.raises(UserError, match="both a label and a readable embedding"):
        check_inputs([space[:0]], np.zeros(0, int), 2)


def test_rows_of_some_samples_are_of_unit_length_in_every_space_together() -> None:
    generator = np.random.default_rng(3)
    spaces = [generator.normal(size=(9, d)).astype(np.float16) for d in (2, 3, 4)]
    mask = np.arange(9) % 2 == 0
    found = unit_rows(spaces, mask)
    assert found.dtype == np.float32 and found.shape == (5, 9)
    parts = [
        s / np.linalg.norm(s, axis=1, keepdims=True)
        for s in (space[mask].astype(np.float64) for space in spaces)
    ]
    np.testing.assert_allclose(found, np.hstack(parts) / 3**0.5, atol=1e-6)
