"""Laying patches over each other beside scipy's interpolation, least squares and filters."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from lnl_gui.detect.copies import alignment, colours, likeness
from lnl_gui.detect.copies.alignment import (
    lay_over,
    overlap_correlation,
    refine,
    reverse,
    starts,
)

SIDE = 32


def smooth(count: int, *, seed: int = 0, side: int = SIDE) -> np.ndarray:
    """(count, S, S) grey levels without sharp edges, unlike each other."""
    noise = np.random.default_rng(seed).normal(size=(count, side, side))
    soft = ndimage.gaussian_filter(noise, (0, 2, 2))
    soft -= soft.min(axis=(1, 2), keepdims=True)
    return 255 * soft / soft.max(axis=(1, 2), keepdims=True)


def places(parameters: np.ndarray, side: int = SIDE) -> tuple[np.ndarray, np.ndarray]:
    """Where each cell (down, across) of the warped patch comes from, in [-1, 1]."""
    line = (np.arange(side) + 0.5) / side * 2 - 1
    y, x = np.meshgrid(line, line, indexing="ij")
    across, down, turn, right, below = parameters
    x, y = np.exp(across) * x, np.exp(down) * y
    return (
        np.cos(turn) * x - np.sin(turn) * y + right,
        np.sin(turn) * x + np.cos(turn) * y + below,
    )


def warped(patch: np.ndarray, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The patch at those places by scipy, its edge carried on, and which lie inside."""
    side = len(patch)
    x, y = places(parameters, side)
    cells = [(y + 1) * side / 2 - 0.5, (x + 1) * side / 2 - 0.5]
    found = ndimage.map_coordinates(patch, cells, order=1, mode="nearest")
    return found, np.maximum(np.abs(x), np.abs(y)) <= 1


def some_parameters(count: int, *, seed: int = 0, size: float = 1.0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    widest = size * np.array([0.15, 0.15, 0.1, 0.2, 0.2])
    return generator.uniform(-widest, widest, (count, 5))


def tensors(*arrays: np.ndarray) -> list[torch.Tensor]:
    return [torch.from_numpy(np.asarray(array, np.float32)) for array in arrays]


def test_a_patch_is_laid_over_as_scipy_interpolates() -> None:
    patches, parameters = smooth(6), some_parameters(6)
    layers, given = tensors(np.stack([patches, patches[::-1]], axis=1), parameters)
    found, inside = lay_over(layers, given)
    for at in range(6):
        for layer, patch in enumerate((patches[at], patches[5 - at])):
            wanted, within = warped(patch, parameters[at])
            np.testing.assert_allclose(found[at, layer], wanted, atol=0.01)
            assert (inside[at].numpy() == within).mean() > 0.999


def test_reversed_parameters_lead_back() -> None:
    """Exactly where the two scales are one or there is no turn."""
    parameters = some_parameters(8)
    parameters[:4, 1] = parameters[:4, 0]
    parameters[4:, 2] = 0
    back = reverse(*tensors(parameters)).numpy()
    for there, again in zip(parameters, back, strict=True):
        x, y = places(there)
        across, down, turn, right, below = again.astype(float)
        x, y = np.exp(across) * x, np.exp(down) * y
        forth = np.cos(turn) * x - np.sin(turn) * y + right
        line = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
        np.testing.assert_allclose(forth, np.tile(line, (SIDE, 1)), atol=1e-5)
        forth = np.sin(turn) * x + np.cos(turn) * y + below
        np.testing.assert_allclose(forth, np.tile(line, (SIDE, 1)).T, atol=1e-5)


def test_correlation_is_pearson_s_on_the_cells_that_overlap() -> None:
    one, other = smooth(5), smooth(5, seed=1)
    other[2] = 3 * one[2] - 40
    other[3] = 7.0
    inside = np.random.default_rng(2).random((5, SIDE, SIDE)) < 0.7
    inside[4] = np.arange(SIDE)[:, None] < 14
    found = overlap_correlation(*tensors(one, other, inside)).numpy()
    for at in (0, 1, 2):
        wanted = np.corrcoef(one[at][inside[at]], other[at][inside[at]])[0, 1]
        assert found[at] == pytest.approx(wanted, abs=1e-4)
    # Nothing to compare where one is flat, and -1 where less than .45 overlap.
    assert abs(found[3]) < 1e-3 and found[4] == -1
    inside[4] = np.arange(SIDE)[:, None] < 15
    assert overlap_correlation(*tensors(one, other, inside))[4] > -1


def test_what_differs_by_less_than_a_grey_level_a_cell_counts_less() -> None:
    """The energy of a patch is at least one level a cell."""
    one = smooth(1)[0]
    faint = one / 255 * 0.1
    every = np.ones((1, SIDE, SIDE))
    found = float(overlap_correlation(*tensors(one[None], faint[None], every))[0])
    a, b = one - one.mean(), faint - faint.mean()
    assert found == pytest.approx((a * b).sum() / np.sqrt((a * a).sum() * SIDE**2), rel=1e-3)


def test_slopes_are_those_of_a_plane() -> None:
    line = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    plane = 5 * line[None, :] - 3 * line[:, None] + 1
    across, down = (found[0].numpy() for found in alignment._gradients(*tensors(plane[None])))
    np.testing.assert_allclose(across[1:-1, 1:-1], 5, atol=1e-4)
    np.testing.assert_allclose(down[1:-1, 1:-1], -3, atol=1e-4)
    # The edge is carried on, so that half of the slope is left there.
    np.testing.assert_allclose(across[1:-1, [0, -1]], 2.5, atol=1e-4)
    np.testing.assert_allclose(down[[0, -1], 1:-1], -1.5, atol=1e-4)


def derivatives(layers: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """(S S, 5) slopes of the warped patch by the parameters, by the chain rule written out."""
    line = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    y, x = np.meshgrid(line, line, indexing="ij")
    across, down, turn = np.exp(parameters[0]), np.exp(parameters[1]), parameters[2]
    right, below = (warped(layer, parameters)[0] for layer in layers)
    columns = [
        right * across * np.cos(turn) * x + below * across * np.sin(turn) * x,
        -right * down * np.sin(turn) * y + below * down * np.cos(turn) * y,
        right * (-across * np.sin(turn) * x - down * np.cos(turn) * y)
        + below * (across * np.cos(turn) * x - down * np.sin(turn) * y),
        right,
        below,
    ]
    return np.stack([column.ravel() for column in columns], axis=1)


@pytest.mark.parametrize("damping", [alignment._DAMPING, 0.05])
def test_a_step_is_that_of_gauss_and_newton_with_gain_and_offset(
    damping: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alignment, "_DAMPING", damping)
    monkeypatch.setattr(alignment, "_STEP", 100.0)
    patches = smooth(4)
    parameters = 3 * some_parameters(4, seed=1)
    fixed = np.stack(
        [
            0.7 * warped(patch, place + 0.02)[0] + 30
            for patch, place in zip(patches, parameters, strict=True)
        ]
    )
    (moving,) = tensors(patches)
    layers = torch.stack([moving, *alignment._gradients(moving)], dim=1)
    (given,) = tensors(parameters)
    laid, inside = lay_over(layers, given)
    found = alignment._step(laid, *tensors(fixed), inside, given).numpy()
    for at in range(4):
        slopes = derivatives(layers[at, 1:].numpy().astype(float), parameters[at])
        grey, within = warped(patches[at], parameters[at])
        # The grey itself and a constant stand for gain and offset.
        columns = np.column_stack([slopes, grey.ravel(), np.ones(SIDE**2)])[within.ravel()]
        normal = columns.T @ columns
        damped = normal + damping * np.diag(np.diag(normal) + 1)
        solved = np.linalg.solve(damped, columns.T @ fixed[at].ravel()[within.ravel()])
        np.testing.assert_allclose(found[at], solved[:5] / solved[5], atol=2e-3, rtol=2e-2)


def test_a_step_is_no_wider_than_allowed_and_none_without_a_gain() -> None:
    (moving,) = tensors(smooth(2))
    layers = torch.stack([moving, *alignment._gradients(moving)], dim=1)
    laid, inside = lay_over(layers, torch.zeros(2, 5))
    flat = alignment._step(laid, torch.full((2, SIDE, SIDE), 50.0), inside, torch.zeros(2, 5))
    assert (flat == 0).all()
    (other,) = tensors(smooth(2, seed=7))
    step = alignment._step(laid, other, inside, torch.zeros(2, 5))
    assert step.abs().max() == pytest.approx(0.15)


@pytest.mark.parametrize("shift", [(0, 0), (5, -3), (-9, 0), (0, 9)])
def test_the_start_is_the_shift_where_the_patches_correlate_most(shift: tuple[int, int]) -> None:
    # Without likeness of neighbouring cells no smaller shift comes near.
    wide = np.random.default_rng(1).uniform(0, 255, (3, 64, 64))
    down, across = shift
    fixed = wide[:, 16:48, 16:48]
    moving = wide[:, 16 - down : 48 - down, 16 - across : 48 - across]
    found = starts(*tensors(moving, fixed)).numpy()
    # Cells of a side that is 2 long.
    wanted = [0, 0, 0, across * 2 / SIDE, down * 2 / SIDE]
    np.testing.assert_allclose(found, np.tile(wanted, (3, 1)), atol=1e-6)


@pytest.mark.parametrize("zoom", [0.12, 0.28, -0.12, -0.28])
def test_the_start_knows_which_of_two_is_a_part_of_the_other(zoom: float) -> None:
    patches = smooth(4, seed=5)
    part = np.array([abs(zoom) * -1, abs(zoom) * -1, 0, 0, 0])
    zoomed = np.stack([warped(patch, part)[0] for patch in patches])
    pair = (zoomed, patches) if zoom > 0 else (patches, zoomed)
    found = starts(*tensors(*pair)).numpy()
    np.testing.assert_allclose(found[:, :2], zoom, atol=1e-6)
    np.testing.assert_allclose(found[:, 2:], 0, atol=1e-6)
    smaller, _ = refine(*tensors(*pair), torch.from_numpy(found), rounds=0)
    assert (smaller > 0.97).all()


def test_the_peak_is_the_largest_product_of_shifted_patches() -> None:
    generator = np.random.default_rng(4)
    one, other = generator.normal(size=(2, 3, 16, 16))
    room = alignment._room(16)
    spectra = [torch.fft.rfft2(part, s=(room, room)) for part in tensors(one, other)]
    height, down, across = alignment._peak(*spectra, 16)
    reach = 4  # three tenths of the side
    for at in range(3):
        products = {
            (low, right): sum(
                one[at, y + low, x + right] * other[at, y, x]
                for y in range(max(0, -low), 16 - max(0, low))
                for x in range(max(0, -right), 16 - max(0, right))
            )
            for low in range(-reach, reach + 1)
            for right in range(-reach, reach + 1)
        }
        best = max(products, key=lambda shift: products[shift])
        assert (int(down[at]), int(across[at])) == best
        assert float(height[at]) == pytest.approx(products[best], rel=1e-4)


def test_refining_finds_how_a_patch_was_moved_and_keeps_the_best() -> None:
    patches, parameters = smooth(6, seed=2), some_parameters(6, seed=3, size=0.4)
    fixed = np.stack(
        [0.6 * warped(p, place)[0] + 50 for p, place in zip(patches, parameters, strict=True)]
    )
    best, found = refine(*tensors(patches, fixed), torch.zeros(6, 5), rounds=8)
    assert (best > 0.999).all()
    np.testing.assert_allclose(found.numpy(), parameters, atol=0.01)
    # However few the rounds, it is never worse than the start.
    before = -1.0
    for rounds in (0, 1, 2, 4):
        best, found = refine(*tensors(patches, fixed), torch.zeros(6, 5), rounds=rounds)
        warped_now, inside = lay_over(torch.from_numpy(patches).float()[:, None], found)
        again = overlap_correlation(warped_now[:, 0], *tensors(fixed), inside)
        np.testing.assert_allclose(best, again, atol=1e-5)
        assert float(best.mean()) >= before
        before = float(best.mean())
    assert before > 0.99


def test_detail_lies_between_a_binomial_filter_and_a_mean_of_five_cells() -> None:
    patches = smooth(3) + np.random.default_rng(0).normal(size=(3, SIDE, SIDE)) * 20
    binomial = np.outer([1, 2, 1], [1, 2, 1]) / 16
    fine = np.stack([ndimage.convolve(patch, binomial, mode="nearest") for patch in patches])
    (given,) = tensors(patches)
    np.testing.assert_allclose(likeness.blurred(given).numpy(), fine, atol=1e-3)
    coarse = np.stack([ndimage.uniform_filter(patch, 5, mode="nearest") for patch in fine])
    np.testing.assert_allclose(likeness.detail_of(given).numpy(), fine - coarse, atol=1e-3)


def bytes_of(patches: np.ndarray) -> np.ndarray:
    return patches.round().clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def moved() -> np.ndarray:
    """Ten patches, and the same ones moved; of the last three another gain."""
    patches, parameters = smooth(10, seed=6), some_parameters(10, seed=7, size=0.4)
    other = [warped(p, place)[0] for p, place in zip(patches, parameters, strict=True)]
    other[7:] = [0.7 * patch + 20 for patch in other[7:]]
    return bytes_of(np.concatenate([patches, np.stack(other)]))


def test_likeness_is_of_the_detail_and_of_the_likely_ones_alone(
    moved: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, right = np.arange(10), np.arange(10, 20)
    none = np.zeros(10, np.int64)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(likeness, "_CHUNK", 4)
    found = likeness.likeness(
        moved, left, right, none, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(4, 10), (8, 10), (10, 10)]
    assert found.dtype == np.float32 and (found > 0.9).all()
    monkeypatch.setattr(likeness, "_CHUNK", 1024)
    np.testing.assert_allclose(likeness.likeness(moved, left, right, none), found, atol=1e-4)
    strangers = likeness.likeness(moved, left, np.roll(right, 1), none)
    assert (strangers == -1).sum() >= 8
    # Asked of all, every pair is compared, those that hardly agree too.
    every = likeness.likeness(moved, left, np.roll(right, 1), none, least=-1.0)
    assert (every > -1).all() and every.max() < 0.9
    both = np.concatenate([left, left]), np.concatenate([right, np.roll(right, 1)])
    some = likeness.likeness(moved, *both, np.zeros(20, np.int64), least=-1.0, most=10)
    assert (some[:10] > -1).all() and (some[10:] == -1).all()
    np.testing.assert_allclose(some[:10], found, atol=1e-4)


@pytest.mark.parametrize("orientation", range(8))
def test_likeness_turns_the_left_patch(moved: np.ndarray, orientation: int) -> None:
    left, right = np.arange(3), np.arange(10, 13)
    # A quarter turn is undone by that the other way, all other orientations by themselves.
    undone = {5: 6, 6: 5}.get(orientation, orientation)
    turned = moved.copy()
    turned[:3] = likeness.oriented(moved[:3], np.full(3, undone))
    found = likeness.likeness(turned, left, right, np.full(3, orientation))
    plain = likeness.likeness(moved, left, right, np.zeros(3, np.int64))
    np.testing.assert_allclose(found, plain, atol=1e-5)
    there, back = likeness.aligned(turned, left, right, np.full(3, orientation))
    first, second = likeness.aligned(moved, left, right, np.zeros(3, np.int64))
    np.testing.assert_allclose(there, first, atol=1e-4)
    np.testing.assert_allclose(back, second, atol=1e-4)


def test_aligned_patches_know_how_they_were_moved(moved: np.ndarray) -> None:
    there, back = likeness.aligned(moved, np.arange(10), np.arange(10, 20), np.zeros(10, int))
    np.testing.assert_allclose(there.numpy(), some_parameters(10, seed=7, size=0.4), atol=0.02)
    np.testing.assert_allclose(back.numpy(), reverse(there).numpy(), atol=0.03)


def test_still_patches_correlate_by_means_of_two_cells(
    moved: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness, "_CHUNK", 3)
    generator = np.random.default_rng(0)
    left, right = generator.integers(20, size=(2, 17))
    orientation = generator.integers(8, size=17)
    found = likeness.still_correlation(moved, left, right, orientation)
    turned = likeness.oriented(moved[left], orientation).astype(float)
    halves = [p.reshape(-1, 16, 2, 16, 2).mean(axis=(2, 4)) for p in (turned, moved[right])]
    wanted = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(*halves, strict=True)]
    np.testing.assert_allclose(found, wanted, atol=1e-4)
    assert found.dtype == np.float32


def test_a_patch_of_nearly_one_grey_has_no_structure() -> None:
    half = np.zeros((4, 8, 8), np.uint8)
    half[0, :4], half[1, :4], half[2, :4] = 3, 4, 5
    assert likeness.has_structure(half).tolist() == [False, False, True, False]


def coloured(count: int, *, seed: int = 0) -> np.ndarray:
    """(count, S, S, 3) bytes of three smooth channels each."""
    every = smooth(3 * count, seed=seed)
    return bytes_of(np.moveaxis(every.reshape(count, 3, SIDE, SIDE), 1, 3))


def left_over(moving: np.ndarray, fixed: np.ndarray) -> float:
    """Share of the variance of `fixed` beside a gain in [.5, 2] and an offset, both blurred."""
    binomial = np.outer([1, 2, 1], [1, 2, 1])[:, :, None] / 16
    soft = [ndimage.convolve(p.astype(float), binomial, mode="nearest") for p in (moving, fixed)]
    a, b = (part - part.mean() for part in soft)
    gain = np.clip((a * b).sum() / (a * a).sum(), 0.5, 2.0)
    return float(((b - gain * a) ** 2).sum() / (b * b).sum())


def test_what_a_gain_and_an_offset_leave_unexplained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of pictures that lie over each other as they are."""
    still = torch.zeros(8, 5)
    monkeypatch.setattr(
        colours, "aligned", lambda s, left, r, o: (still[: len(left)], still[: len(left)])
    )
    one = coloured(8)
    other = one.copy()
    other[0] = (0.6 * one[0] + 70).astype(np.uint8)
    other[1] = (0.3 * one[1] + 70).astype(np.uint8)
    other[2] = one[2][..., ::-1]
    other[3] = coloured(1, seed=9)[0]
    other[4] = 255 - one[4]
    other[5] = 0
    pictures = np.concatenate([one, other])
    pictures[6] = 0
    read: list[list[int]] = []

    def reading(rows: np.ndarray) -> np.ndarray:
        read.append(rows.tolist())
        return pictures[rows]

    left, right = np.arange(8), np.arange(8, 16)
    for part in (1024, 3):
        read.clear()
        monkeypatch.setattr(
            colours,
            "pair_parts",
            lambda m, part=part: [slice(s, min(s + part, m)) for s in range(0, m, part)],
        )
        found = colours.unexplained(
            np.zeros((16, SIDE, SIDE), np.uint8), left, right, np.zeros(8, int), reading
        )
        assert np.isnan(found[[5, 6]]).all() and found.dtype == np.float32
        for at in (0, 1, 2, 3, 4, 7):
            pair = pictures[left[at]], pictures[right[at]]
            wanted = min(left_over(*pair), left_over(*pair[::-1]))
            assert found[at] == pytest.approx(wanted, abs=2e-4)
        assert found[0] < 0.001 and found[7] == 0 and found[1] > 0.05 and found[4] > 1
        # Of each row once.
        assert all(len(set(rows)) == len(rows) for rows in read)


def test_colours_are_compared_where_the_patches_lie_over_each_other() -> None:
    one = coloured(4, seed=3)
    moved = some_parameters(4, seed=3, size=0.4)
    other = np.stack(
        [
            np.stack([warped(p[..., at], place)[0] for at in range(3)], axis=2)
            for p, place in zip(one, moved, strict=True)
        ]
    )
    pictures = np.concatenate([one, bytes_of(other)])
    grey = bytes_of(pictures.mean(axis=3))
    left, right, none = np.arange(4), np.arange(4, 8), np.zeros(4, int)
    found = colours.unexplained(grey, left, right, none, pictures.__getitem__)
    assert (found < 0.02).all()
    mixed = pictures.copy()
    mixed[4:] = mixed[4:, ..., [1, 2, 0]]
    assert (colours.unexplained(grey, left, right, none, mixed.__getitem__) > 0.3).all()
    # Turned ones as the patches are.
    pictures[:4] = pictures[:4].transpose(0, 2, 1, 3)
    turned = bytes_of(pictures.mean(axis=3))
    found = colours.unexplained(turned, left, right, np.full(4, 4), pictures.__getitem__)
    assert (found < 0.02).all()
