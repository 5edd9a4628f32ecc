"""Which pairs the detail of patches decides for, and what is usual of it, by tables of likeness."""

import numpy as np
import pytest
from scipy import ndimage

from lnl_gui.detect.copies import detail, find
from lnl_gui.detect.copies.candidates import by_embedding
from lnl_gui.detect.copies.find import Copies
from lnl_gui.detect.copies.orientations import oriented, oriented_hashes
from lnl_gui.detect.copies.pairs import CopyPairs
from lnl_gui.detect.copies.usual import Usual, usual_likeness
from lnl_gui.util.progress import no_progress

SAMPLES, SCENE = 300, 60


def scenes() -> tuple[np.ndarray, np.ndarray]:
    """Points of five scenes far apart, and the scene of each."""
    generator = np.random.default_rng(0)
    scene = np.arange(SAMPLES) // SCENE
    return 20 * generator.normal(size=(5, 3))[scene] + generator.normal(size=(SAMPLES, 3)), scene


@pytest.mark.parametrize("coloured", [False, True])
def test_what_is_usual_is_asked_beyond_the_shots_of_one_scene(
    coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    points, scene = scenes()
    generator = np.random.default_rng(1)
    same = scene[:, None] == scene
    table = np.where(same, 0.97, generator.uniform(0, 0.6, (SAMPLES, SAMPLES)))
    # Of the last scene the colours differ, and of some images there is no patch.
    colours = np.where(same & (scene < 4)[:, None], 0.01, 0.5)
    known = generator.random(SAMPLES) < 0.9
    asked: list[tuple[int, int]] = []

    def likeness(
        patches: object, left: np.ndarray, right: np.ndarray, turned: np.ndarray, *, least: float
    ) -> np.ndarray:
        assert least == -1 and (turned == 0).all() and len(left) == len(right)
        asked.extend(zip(left.tolist(), right.tolist(), strict=True))
        return np.asarray(table[left, right])

    monkeypatch.setattr(detail, "likeness", likeness)
    monkeypatch.setattr(
        detail, "unexplained", lambda patches, left, right, turned, pictures: colours[left, right]
    )
    near = by_embedding([points], np.arange(SAMPLES))
    patches = np.zeros((SAMPLES, 1, 1), np.uint8)
    first = detail.agreement(patches, known, near.part, near.farther)
    pictures = (lambda rows: rows) if coloured else None
    found = detail.usual_detail(near, patches, known, pictures, first, scenes=False)
    assert all(known[left] and known[right] for left, right in asked)
    farther = near.still_farther(np.arange(SAMPLES))
    assert farther.shape[1] == 3
    greatest = []
    for row in range(SAMPLES):
        for pair in (near.farther[row], *farther[row]):
            there = [other for other in pair if known[other] and known[row]]
            alike = [table[row, other] for other in there]
            if not coloured or not any(
                table[row, other] >= 0.95 and colours[row, other] <= 0.05 for other in there
            ):
                break
        if alike:
            greatest.append(max(alike))
    wanted = usual_likeness(np.array(greatest))
    assert isinstance(found, Usual)
    assert found.median == pytest.approx(wanted.median)
    assert found.deviation == pytest.approx(wanted.deviation)
    assert (found.distance > 0.3) == coloured


def kept(
    likeness: list[float], usual: Usual | None, coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> CopyPairs:
    monkeypatch.setattr(
        detail, "likeness", lambda *given, most, progress: np.array(likeness, np.float32)
    )
    rows = np.arange(len(likeness))
    nominated = np.stack([rows, rows + 10, rows % 8])
    patches = np.zeros((20, 1, 1), np.uint8)
    return detail.by_detail(patches, nominated, usual, coloured, no_progress)


def test_detail_must_agree_far_beyond_the_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Usual(np.log(0.301), 0.6)
    asked = [0.94, 0.95, 0.97, 0.98, 0.99, 0.995, 1.0]
    beyond = (np.log(0.301) - np.log(1.001 - np.array(asked))) / 0.6
    assert beyond[2] < 4.3 < beyond[3]
    found = kept(asked, usual, False, monkeypatch)
    assert found.left.tolist() == [3, 4, 5, 6] and found.right.tolist() == [13, 14, 15, 16]
    np.testing.assert_allclose(found.strength, beyond[3:], rtol=1e-4)
    np.testing.assert_allclose(found.likeness, asked[3:], rtol=1e-6)
    assert found.turned.tolist() == [3, 4, 5, 6]
    wide = Usual(np.log(0.301), 0.68)
    assert kept(asked, wide, False, monkeypatch).left.tolist() == [4, 5, 6]
    # Where colours are compared afterwards 3.6 are enough, and .99 whatever is usual.
    assert kept(asked, wide, True, monkeypatch).left.tolist() == [3, 4, 5, 6]
    assert kept(asked, Usual(np.log(0.301), 9.0), True, monkeypatch).left.tolist() == [4, 5, 6]
    assert kept(asked, Usual(np.log(0.301), 0.1), False, monkeypatch).left.tolist()[0] == 1
    assert kept(asked, None, False, monkeypatch).left.tolist() == []
    without = kept(asked, None, True, monkeypatch)
    assert without.left.tolist() == [4, 5, 6] and (without.strength == 0).all()


@pytest.mark.parametrize(("samples", "most"), [(100, 20_000), (50_000, 25_000)])
def test_so_many_pairs_are_aligned_in_full(
    samples: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def likeness(*given: np.ndarray, most: int, progress: object) -> np.ndarray:
        asked.append(most)
        return np.zeros(len(given[1]), np.float32)

    monkeypatch.setattr(detail, "likeness", likeness)
    patches = np.zeros((samples, 1, 1), np.uint8)
    detail.by_detail(patches, np.zeros((3, 0), np.int64), None, False, no_progress)
    assert asked == [most]


def test_neighbours_are_looked_at_as_they_are_and_mirrored_where_that_is_likely() -> None:
    generator = np.random.default_rng(3)
    points = generator.normal(size=(12, 4))
    patches = generator.integers(0, 256, (12, 32, 32)).astype(np.uint8)
    near = by_embedding([points], np.arange(12))
    first, second = int(near.left[4]), int(near.right[4])
    patches[second] = patches[first][:, ::-1]
    known = np.arange(12) != near.left[0]
    both = known[near.left] & known[near.right]
    assert 0 < both.sum() < len(both) and both[4]
    left, right, turned = detail.facing(near, patches, known)
    assert left.tolist() == [*near.left[both].tolist(), first]
    assert right.tolist() == [*near.right[both].tolist(), second]
    assert turned.tolist() == [0] * both.sum() + [1]


def images() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Seventy images of their own, three unreadable, and one that another was brightened to."""
    generator = np.random.default_rng(4)
    noise = ndimage.gaussian_filter(generator.normal(size=(70, 32, 32)), (0, 2, 2))
    patches = 128 + 90 * noise / np.abs(noise).max(axis=(1, 2), keepdims=True)
    patches[66] = 0.8 * patches[9] + 20
    points = generator.normal(size=(70, 6))
    points[66] = points[9] + 0.01
    content = np.array([f"{at}" for at in range(70)])
    content[[0, 1, 40]] = ""
    known = {
        "embeddings": points,
        "perceptual_hash": generator.integers(0, 2**64, 70, dtype=np.uint64),
        "signature": patches.astype(np.uint8),
    }
    return content, known


@pytest.mark.parametrize("coloured", [False, True])
def test_a_brightened_image_is_found_among_readable_ones(coloured: bool) -> None:
    content, known = images()
    pictures = np.repeat(known["signature"][..., None], 3, axis=3)
    read: set[int] = set()

    def reading(rows: np.ndarray) -> np.ndarray:
        read.update(rows.tolist())
        return np.asarray(pictures[rows])

    def found() -> tuple[Copies, list[int]]:
        told: list[int] = []
        copies = find.find_copies(
            content,
            embeddings=[known["embeddings"]],
            perceptual_hash=known["perceptual_hash"],
            signature=known["signature"],
            pictures=reading if coloured else None,
            progress=lambda done, total: told.append(done * 1000 // total),
        )
        return copies, told

    copies, told = found()
    assert np.flatnonzero(copies.group >= 0).tolist() == [9, 66] and not copies.exact.any()
    assert 0.99 < copies.closest[9] == copies.closest[66] <= 1
    assert told == sorted(told) and told[0] == 0 and told[-1] == 1000 and 500 in told
    if coloured:
        # The rows are those of all images.
        assert {9, 66} <= read and not read & {0, 1, 40}
        pictures[66] = pictures[66] * np.array([0.2, 1.0, 0.5])
        assert (found()[0].group == -1).all()
        # One that is not at hand is judged by its grey.
        pictures[66] = 0
        assert np.flatnonzero(found()[0].group >= 0).tolist() == [9, 66]
    known["signature"][66] = 128
    assert (found()[0].group == -1).all()


def test_a_hash_of_a_turned_image_is_decided_by_pixels_as_they_lie() -> None:
    """However far apart the encoder finds them."""
    content, known = images()
    patches, hashes = known["signature"], known["perceptual_hash"]
    patches[50] = oriented(patches[20:21], np.array([5]))[0]
    patches[51] = patches[21]
    turned = oriented_hashes(hashes)
    # Twelve bits beside the one and thirteen beside the other, sixteen in a row left as they are.
    hashes[50] = turned[5, 20] ^ np.uint64(0xFFF)
    hashes[51] = hashes[21] ^ np.uint64(0x1FFF)

    def group(signature: np.ndarray | None) -> np.ndarray:
        return find.find_copies(
            content,
            embeddings=[known["embeddings"]],
            perceptual_hash=hashes,
            signature=signature,
        ).group

    found = group(patches)
    assert found[20] == found[50] >= 0 and found[21] == found[51] == -1
    patches[50, :9] = 0
    assert group(patches)[20] == -1
    # Without patches a hash says nothing of images that the encoder tells apart.
    assert (group(None)[[20, 21, 50, 51]] == -1).all()
