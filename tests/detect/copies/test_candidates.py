"""What may be a copy, what is usual and what the embedding tells alone, beside plain numpy."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.fft import dctn
from scipy.stats import norm

from lnl_gui.detect.copies import candidates
from lnl_gui.detect.copies.candidates import NearestPairs, by_embedding, by_hash
from lnl_gui.detect.copies.chains import guarded_groups
from lnl_gui.detect.copies.detail import BEYOND
from lnl_gui.detect.copies.find import find_copies
from lnl_gui.detect.copies.orientations import (
    differing_bits,
    nearest_orientation,
    oriented,
    oriented_hashes,
)
from lnl_gui.detect.copies.pairs import CopyPairs, joined
from lnl_gui.detect.copies.usual import Usual, usual_likeness
from lnl_gui.detect.copies.without_patches import by_cosine_and_hash


def flipped(hashes: np.ndarray, bits: int, generator: np.random.Generator) -> np.ndarray:
    """Each hash with so many of its bits changed."""
    found = hashes.copy()
    for at in range(len(found)):
        for bit in generator.choice(64, bits, replace=False):
            found[at] ^= np.uint64(1) << np.uint64(bit)
    return found


def some_hashes(count: int, generator: np.random.Generator) -> np.ndarray:
    return generator.integers(0, 2**64, count, dtype=np.uint64)


def signs(patches: np.ndarray) -> np.ndarray:
    """(n,) uint64, which cosines of the transform of patches (n, 8, 8) are positive, by row."""
    bits = dctn(patches, axes=(1, 2)) > 0
    return np.array(
        [int("".join("01"[int(bit)] for bit in rows.ravel()), 2) for rows in bits], np.uint64
    )


def test_a_hash_of_signs_turns_as_its_image_does() -> None:
    """Exactly, where a bit is the sign of a coefficient; that of the mean stays as it is."""
    patches = np.random.default_rng(0).normal(size=(20, 8, 8)) + 3
    found = oriented_hashes(signs(patches))
    assert found.shape == (8, 20) and found.dtype == np.uint64
    for orientation in range(8):
        turned = oriented(patches, np.full(20, orientation))
        assert found[orientation].tolist() == signs(turned).tolist()
    # Each by its own orientation.
    each = np.arange(20) % 8
    mixed = oriented(patches, each)
    for at in range(20):
        whole = oriented(patches[at : at + 1], each[at : at + 1])[0]
        np.testing.assert_array_equal(mixed[at], whole)
    np.testing.assert_array_equal(oriented(patches, np.full(20, 1)), patches[:, :, ::-1])
    np.testing.assert_array_equal(oriented(patches, np.full(20, 2)), patches[:, ::-1])
    np.testing.assert_array_equal(oriented(patches, np.full(20, 4)), patches.transpose(0, 2, 1))


def test_the_nearest_orientation_has_the_fewest_differing_bits() -> None:
    generator = np.random.default_rng(1)
    hashes = oriented_hashes(some_hashes(30, generator))
    left, right = generator.integers(0, 30, (2, 50))
    best, bits = nearest_orientation(hashes, left, right)
    for at in range(50):
        every = [
            (int(hashes[o, left[at]]) ^ int(hashes[0, right[at]])).bit_count() for o in range(8)
        ]
        assert bits[at] == min(every) == every[best[at]]


@pytest.mark.parametrize("orientation", range(8))
def test_pairs_of_hashes_that_differ_by_three_bits_are_found(orientation: int) -> None:
    generator = np.random.default_rng(orientation)
    plain = some_hashes(40, generator)
    hashes = oriented_hashes(np.concatenate([plain, np.zeros(40, np.uint64)]))
    other = flipped(hashes[orientation][:40], 3, generator)
    hashes = oriented_hashes(np.concatenate([plain, other]))
    left, right, turned = by_hash(hashes)
    assert (left < right).all()
    found = set(zip(left.tolist(), right.tolist(), turned.tolist(), strict=True))
    assert len(found) == len(left)
    assert {(at, at + 40, orientation) for at in range(40)} <= found
    # Each shares sixteen bits with the other, turned that way.
    assert differing_bits(hashes[turned, left], hashes[0][right]).max() <= 48


def test_the_parts_of_a_hash_are_of_sixteen_bits_and_cover_it_twice() -> None:
    parts = [int(part) for part in candidates._parts()]
    assert [part.bit_count() for part in parts] == [16] * 8 and len(set(parts)) == 8
    for four in (parts[:4], parts[4:]):
        assert sum(four) == 2**64 - 1


@pytest.mark.parametrize("count", [16, 17])
def test_what_more_than_sixteen_share_says_nothing(count: int) -> None:
    generator = np.random.default_rng(1)
    low = np.uint64(0xBEEF)
    hashes = some_hashes(count, generator) & ~np.uint64(0xFFFF) | low
    every = np.concatenate([hashes[None], np.tile(some_hashes(count, generator), (7, 1))])
    left, _, turned = by_hash(every)
    assert (turned == 0).sum() == (count * (count - 1) // 2 if count == 16 else 0)
    # Those of one whole hash are chained all the same.
    same = np.full(count, low)
    left, right, turned = by_hash(np.concatenate([same[None], every[1:]]))
    plain = turned == 0
    assert set(pairwise(range(count))) <= set(
        zip(left[plain].tolist(), right[plain].tolist(), strict=True)
    )


def standardised(spaces: list[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The rows in units of each dimension's deviation, every space weighing the same."""
    parts = []
    for space in spaces:
        own = np.asarray(space[rows], np.float64)
        parts.append((own - own.mean(axis=0)) / own.std(axis=0) / np.sqrt(own.shape[1]))
    return np.concatenate(parts, axis=1)


def mean_cosines(spaces: list[np.ndarray]) -> np.ndarray:
    units = [
        np.asarray(s, np.float64) / np.linalg.norm(np.asarray(s, float), axis=1, keepdims=True)
        for s in spaces
    ]
    return np.asarray(sum(unit @ unit.T for unit in units) / len(units))


@pytest.mark.parametrize("spaces", [1, 2])
def test_the_nearest_by_embedding_and_those_farther_away(
    spaces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_PART", 20)
    generator = np.random.default_rng(5)
    given = [generator.normal(size=(70, 6)), generator.normal(size=(70, 4)) + 1][:spaces]
    given[0][9] = np.nan
    rows = np.delete(np.arange(70), [0, 33, 34])
    told: list[tuple[int, int]] = []
    near = by_embedding(given, rows, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (66, 66)
    known = np.flatnonzero(rows != 9)
    space = standardised(given, rows[known])
    distance = np.linalg.norm(space[:, None] - space[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    order = np.argsort(distance, axis=1)
    cosine = mean_cosines(given)[np.ix_(rows, rows)]
    pairs = {
        (min(known[i], known[j]), max(known[i], known[j])) for i in range(66) for j in order[i, :3]
    }
    assert list(zip(near.left, near.right, strict=True)) == sorted(pairs)
    np.testing.assert_allclose(near.cosine, cosine[near.left, near.right], atol=1e-5)
    # An even part of at most twenty: of 67 every third or fourth.
    assert near.part.tolist() == [67 * at // 20 for at in range(20)]
    for at, place in enumerate(near.part):
        if rows[place] == 9:
            assert near.farther[at].tolist() == [-1, -1]
            assert near.farther_cosine[at].tolist() == [-1, -1]
            continue
        own = int(np.flatnonzero(known == place)[0])
        assert near.farther[at].tolist() == known[order[own, [7, 9]]].tolist()
        np.testing.assert_allclose(
            near.farther_cosine[at], cosine[place, near.farther[at]], atol=1e-5
        )
    assert np.isnan(near.space[rows == 9]).all() and near.space.shape[0] == 67
    between = np.linalg.norm(near.space[known][:, None] - near.space[known][None], axis=2)
    np.fill_diagonal(between, np.inf)
    ratio = between[0, 1] / distance[0, 1]
    off = ~np.eye(66, dtype=bool)
    np.testing.assert_allclose(between[off], ratio * distance[off], rtol=1e-3)
    # Three times as far: the 21st and the 27th; the 63rd and the 81st there are not.
    some = near.part[[0, 1, 5, 6]]
    farther = near.still_farther(some)
    assert farther.shape == (4, 1, 2)
    for at, place in enumerate(some):
        own = int(np.flatnonzero(known == place)[0])
        assert farther[at, 0].tolist() == known[order[own, [21, 27]]].tolist()
    assert near.still_farther(np.zeros(0, np.int64)).shape == (0, 0, 2)


def test_few_samples_have_no_one_farther_away() -> None:
    points = np.random.default_rng(0).normal(size=(27, 3))
    near = by_embedding([points], np.arange(27))
    assert near.still_farther(np.array([1, 2])).shape == (2, 0, 2)
    points = np.random.default_rng(0).normal(size=(300, 3))
    near = by_embedding([points], np.arange(300))
    assert near.still_farther(np.array([1, 2])).shape == (2, 3, 2)
    alone = by_embedding([np.where(np.arange(4)[:, None] == 2, 1.0, np.nan)], np.arange(4))
    assert len(alone.left) == 0 and (alone.farther == -1).all()
    assert alone.still_farther(np.array([2])).shape == (1, 0, 2)
    two = by_embedding([np.array([[1.0, 2.0], [np.nan, 0.0], [2.0, 1.0]])], np.arange(3))
    assert (two.left.tolist(), two.right.tolist()) == ([0], [2])
    assert two.cosine == pytest.approx([0.8])


def test_usual_is_the_median_and_the_half_that_is_more_alike() -> None:
    generator = np.random.default_rng(3)
    logs = generator.normal(-1.5, 0.4, 20_001)
    # The half that is less alike reaches much farther, and is not looked at.
    logs = np.where(logs > -1.5, -1.5 + (logs + 1.5) / 3, logs)
    found = usual_likeness(1 - (np.exp(logs) - 1e-3))
    assert found.median == pytest.approx(-1.5, abs=0.01)
    assert found.deviation == pytest.approx(0.4, abs=0.01)
    assert found.distance == pytest.approx(np.exp(-1.5) - 1e-3, abs=2e-3)
    asked = np.array([0.2, 0.9, 1.0, 1.1])
    wanted = (found.median - np.log(np.array([0.801, 0.101, 0.001, 0.001]))) / found.deviation
    np.testing.assert_allclose(found.beyond(asked), wanted, rtol=1e-6)
    even = usual_likeness(np.full(60, 0.5))
    assert even.deviation == 0.05 and even.beyond(np.array([0.5]))[0] == pytest.approx(0)


def crowd(samples: int, copies: int, *, seed: int = 0) -> np.ndarray:
    """Points apart from each other, and behind them copies, each farther from its original."""
    generator = np.random.default_rng(seed)
    points = generator.normal(size=(samples, 12))
    steps = np.geomspace(0.01, 2.5, copies)[:, None]
    return np.concatenate([points, points[:copies] + steps * generator.normal(size=(copies, 12))])


def test_the_embedding_alone_finds_what_lies_far_nearer_than_usual() -> None:
    points = crowd(160, 24)
    space = standardised([points], np.arange(184))
    distance = np.linalg.norm(space[:, None] - space[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    order = np.argsort(distance, axis=1)
    cosine = mean_cosines([points])
    greatest = np.take_along_axis(cosine, order[:, [7, 9]], axis=1).max(axis=1)
    logs = np.log(1 - greatest + 1e-3)
    low, middle = np.quantile(logs, (0.1, 0.5))
    deviation = (middle - low) / norm.ppf(0.9)
    near = {(i, j) for i in range(184) for j in order[i, :3]}
    near |= {(j, i) for i, j in near}
    copies = [
        at
        for at in range(24)
        if (at, 160 + at) in near
        and (middle - np.log(1 - cosine[at, 160 + at] + 1e-3)) / deviation >= 8
    ]
    assert 5 < len(copies) < 20
    told: list[tuple[int, int]] = []
    numbers = np.array([f"{at}" for at in range(184)])
    found = find_copies(
        numbers, embeddings=[points], progress=lambda done, total: told.append((done, total))
    )
    wanted = np.full(184, -1)
    wanted[copies] = wanted[[160 + at for at in copies]] = np.arange(len(copies))
    assert found.group.tolist() == wanted.tolist()
    closest = np.zeros(184)
    for at in copies:
        closest[[at, 160 + at]] = cosine[at, 160 + at]
    np.testing.assert_allclose(found.closest, closest, atol=1e-6)
    assert not found.exact.any()
    # The search is half of the work.
    assert told[-1] == (500, 1000) and told[0] == (0, 1000)


def test_the_embedding_alone_finds_none_where_it_cannot_tell() -> None:
    points = crowd(160, 3)
    numbers = np.array([f"{at}" for at in range(163)])
    # All images nearly alike: what differs is hardly more than nothing.
    narrow = 100 + points
    assert (find_copies(numbers, embeddings=[narrow]).group == -1).all()
    assert (find_copies(numbers, embeddings=[points]).group >= 0).sum() >= 4
    few = crowd(45, 3)
    assert (find_copies(numbers[:48], embeddings=[few]).group == -1).all()
    assert (find_copies(numbers[:51], embeddings=[crowd(48, 3)]).group >= 0).any()


def test_files_of_one_content_are_looked_at_once_and_share_what_is_found() -> None:
    points = crowd(160, 3)
    points[161] = 1.01 * points[1]
    numbers = np.array([f"{at}" for at in range(163)])
    many = np.concatenate([points, np.tile(points[:1], (30, 1))])
    content = np.concatenate([numbers, np.repeat(numbers[:1], 30)])
    content[40] = ""
    found = find_copies(content, embeddings=[many])
    assert (found.group[163:] == found.group[0]).all() and found.group[160] == found.group[0]
    assert found.group[161] == found.group[1] != found.group[0]
    assert found.group[40] == -1 and (found.group >= 0).sum() == 34
    assert np.flatnonzero(found.exact).tolist() == [0, *range(163, 193)]
    assert (found.closest[found.exact] == 1).all()


def pairs_of(cosine: list[float], farther: np.ndarray) -> NearestPairs:
    count = len(cosine)
    return NearestPairs(
        np.arange(count),
        np.arange(count) + count,
        np.array(cosine, np.float32),
        np.arange(len(farther)),
        np.zeros((len(farther), 2), np.int64),
        farther,
        np.zeros((2 * count, 1), np.float32),
    )


def test_without_patches_cosine_and_hash_decide_together() -> None:
    generator = np.random.default_rng(0)
    cosine = [0.99, 0.99, 0.97, 0.97, 0.97, 0.89, 0.97]
    bits = [2, 3, 2, 10, 11, 2, 10]
    plain = some_hashes(7, generator)
    other = np.concatenate(
        [flipped(plain[at : at + 1], some, generator) for at, some in enumerate(bits)]
    )
    hashes = oriented_hashes(np.concatenate([plain, other]))
    known = np.zeros(14, bool)
    # Of the last pair both patches are known: they decide, and not the hash.
    known[[6, 13]] = True
    few = pairs_of(cosine, np.zeros((49, 2), np.float32))
    found = by_cosine_and_hash(few, hashes, known)
    # Within two bits .98 is enough, and 3.5 deviations beyond the usual where there is one.
    assert found.left.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(found.likeness, np.array(cosine)[[0, 1, 2, 3]], rtol=1e-6)
    assert (found.turned == 0).all() and (found.strength == BEYOND).all()
    logs = norm.ppf((np.arange(100) + 0.5) / 100) * 0.2 - 3.0
    unusual = np.repeat((1 - (np.exp(logs) - 1e-3))[:, None], 2, axis=1)
    usual = usual_likeness(unusual.max(axis=1))
    assert usual.beyond(np.array([0.99]))[0] > 3.5 > usual.beyond(np.array([0.97]))[0]
    # What is usual is like these: a hash that is near is not enough.
    found = by_cosine_and_hash(pairs_of(cosine, unusual), hashes, known)
    assert found.left.tolist() == [0, 1]


def test_what_is_usual_is_known_of_fifty_images_that_have_neighbours() -> None:
    farther = np.full((60, 2), 0.5, np.float32)
    farther[:, 1] = 0.7
    farther[:10] = -1
    near = pairs_of([0.5, 0.9], farther)
    assert isinstance(near.usual, Usual) and near.usual.distance == pytest.approx(0.3, abs=1e-3)
    assert near.beyond is not None and near.beyond[0] < 0 < near.beyond[1]
    farther[10] = -1
    near = pairs_of([0.5, 0.9], farther)
    assert near.usual is None and near.beyond is None


def test_a_pair_found_twice_counts_as_the_surer_one() -> None:
    one = CopyPairs(
        np.array([1, 4, 2]),
        np.array([3, 0, 5]),
        np.array([2.0, 1.0, 7.0]),
        np.array([0.2, 0.1, 0.7]),
        np.array([0, 1, 2]),
    )
    other = CopyPairs(
        np.array([3, 0, 2]),
        np.array([1, 4, 3]),
        np.array([5.0, 0.5, 1.0]),
        np.array([0.5, 0.05, 0.9]),
        np.array([3, 4, 5]),
    )
    found = joined([one, other])
    # Each as it was found, since the left one is what is turned.
    assert list(zip(found.left, found.right, strict=True)) == [(4, 0), (3, 1), (2, 3), (2, 5)]
    assert found.strength.tolist() == [1.0, 5.0, 1.0, 7.0]
    assert found.likeness.tolist() == [0.1, 0.5, 0.9, 0.7]
    assert found.turned.tolist() == [1, 3, 5, 2]


def plain_groups(
    pairs: list[tuple[int, int, float]], count: int, reach: int
) -> list[frozenset[int]]:
    """Components; those of more than eight that hardly meet lose their weaker half of pairs."""
    while True:
        parent = list(range(count))

        def root(at: int, parent: list[int] = parent) -> int:
            while parent[at] != at:
                at = parent[at]
            return at

        for left, right, _ in pairs:
            parent[root(left)] = root(right)
        members: dict[int, set[int]] = {}
        for at in range(count):
            members.setdefault(root(at), set()).add(at)
        lost = False
        for group in members.values():
            own = [pair for pair in pairs if pair[0] in group]
            could = min(reach, len(group) - 1)
            if len(group) > 8 and 2 * len(own) / len(group) < could / 3:
                own.sort(key=lambda pair: pair[2])
                gone = own[: (len(own) + 1) // 2]
                pairs = [pair for pair in pairs if pair not in gone]
                lost = True
        if not lost:
            return [frozenset(group) for group in members.values() if len(group) > 1]


@pytest.mark.parametrize("seed", range(12))
def test_loose_groups_fall_apart_by_their_weaker_half(seed: int) -> None:
    generator = np.random.default_rng(seed)
    count = 60
    drawn = {
        (int(min(pair)), int(max(pair)))
        for pair in generator.integers(0, count, (int(generator.integers(20, 110)), 2))
        if pair[0] != pair[1]
    }
    # A few denser ones beside the loose ones.
    drawn |= {(i, j) for i in range(10) for j in range(i + 1, 10) if generator.random() < 0.5}
    left, right = np.array(sorted(drawn)).T
    strength = generator.permutation(len(left)).astype(float)
    reach = int(generator.integers(3, 12))
    found = guarded_groups(left, right, strength, count, reach=reach)
    pairs = list(zip(left.tolist(), right.tolist(), strength.tolist(), strict=True))
    wanted = plain_groups(pairs, count, reach)
    groups = [frozenset(np.flatnonzero(found == number)) for number in range(found.max() + 1)]
    assert set(groups) == set(wanted) and len(groups) == len(wanted)
    nobody = np.zeros(0, np.int64)
    assert (guarded_groups(nobody, nobody, np.zeros(0), 5, reach=3) == -1).all()


@pytest.mark.parametrize("count", [40, 400])
def test_what_is_usual_is_asked_of_farther_ones_that_are_known(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_USUAL", 120)
    generator = np.random.default_rng(0)
    near = by_embedding([generator.normal(size=(count, 8))], np.arange(count))
    near.farther[3, 0] = -1
    known = np.ones(count, bool)
    known[[5, count - 1]] = False
    left, right = near.farther_pairs(known)
    table = dict(zip(near.part.tolist(), near.farther[:, 0].tolist(), strict=True))
    wanted = [(one, other) for one, other in table.items() if other >= 0]
    wanted = [(one, other) for one, other in wanted if known[one] and known[other]]
    asked = min(len(wanted), 120)
    even = [wanted[len(wanted) * at // asked] for at in range(asked)]
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == even
    assert 3 not in left and 5 not in [*left, *right]


def test_what_is_usual_of_some_hundred_does_not_turn_on_their_order() -> None:
    generator = np.random.default_rng(0)
    # Of a few things many shots: which neighbours are asked makes much of a difference.
    things = generator.normal(size=(60, 16))[generator.integers(0, 60, 900)]
    embedding = things + 0.3 * generator.normal(size=things.shape)
    order = generator.permutation(len(embedding))
    known = np.ones(len(embedding), bool)
    near = by_embedding([embedding], np.arange(len(embedding)))
    other = by_embedding([embedding[order]], np.arange(len(embedding)))
    assert near.usual is not None and other.usual is not None
    assert other.usual.median == pytest.approx(near.usual.median, abs=1e-4)
    assert other.usual.deviation == pytest.approx(near.usual.deviation, abs=1e-4)
    pairs = zip(*near.farther_pairs(known), strict=True)
    others = zip(*(order[ends] for ends in other.farther_pairs(known)), strict=True)
    assert len(set(pairs) ^ set(others)) < 5
