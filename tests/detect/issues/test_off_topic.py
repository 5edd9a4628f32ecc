"""Images of none of the classes: planted ones are found, usual ones are left alone."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_distances

from lnl_gui.detect.issues import off_topic
from lnl_gui.detect.issues.off_topic import class_distance, find_off_topic, reference_labels
from tests.detect.synthetic_data import make_dataset, symmetric

CLASSES = 4


def planted(strangers: int, *, alike: bool, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """1 200 samples in classes, and strangers with labels at random behind them."""
    data = make_dataset(samples=1200, transition=symmetric(CLASSES, 0.2), distance=8.0, seed=seed)
    generator = np.random.default_rng(seed + 100)
    away = generator.normal(size=(1 if alike else max(strangers, 1), 24))
    away *= 8 / np.linalg.norm(away, axis=1, keepdims=True)
    points = away + (0.5 if alike else 1.0) * generator.normal(size=(strangers, 24))
    given = np.concatenate([data.given, generator.integers(0, CLASSES, strangers)])
    return np.concatenate([data.embedding, points]).astype(np.float32), given.astype(np.int32)


@pytest.mark.parametrize("alike", [True, False], ids=["one batch", "each another"])
@pytest.mark.parametrize("strangers", [12, 60, 130])
def test_strangers_are_found_however_many_and_alike(strangers: int, alike: bool) -> None:
    embedding, given = planted(strangers, alike=alike)
    distance = class_distance([embedding], given, number_of_classes=CLASSES)
    stranger = np.arange(len(given)) >= 1200
    assert roc_auc_score(stranger, distance) > 0.97
    issue = find_off_topic(distance)
    assert issue.flagged[stranger].mean() > 0.9
    assert issue.flagged[~stranger].mean() <= 0.01


@pytest.mark.parametrize("seed", range(4))
def test_hardly_any_is_flagged_where_there_is_none(seed: int) -> None:
    embedding, given = planted(0, alike=True, seed=seed)
    issue = find_off_topic(class_distance([embedding], given, number_of_classes=CLASSES))
    assert issue.flagged.mean() <= 0.002


def test_the_distance_is_that_to_the_fifth_of_a_class_in_its_own_unit() -> None:
    generator = np.random.default_rng(3)
    space, given = generator.normal(size=(60, 5)), np.arange(60) % 2
    # One class shows the same again and again, the other many things.
    space[given == 0] *= 0.1
    space[given == 0] += 2.0
    found = class_distance([space], given, number_of_classes=2)
    distance = cosine_distances(np.sign(space) * np.sqrt(np.abs(space)))
    np.fill_diagonal(distance, np.inf)
    # 29 others of a class of 30: k is a fifth of that, rounded up.
    within = np.stack([np.sort(distance[:, given == c], axis=1)[:, 5] for c in (0, 1)], axis=1)
    own = [np.log(within[given == c, c]) for c in (0, 1)]
    centre = np.array([np.median(each) for each in own])
    spread = [(np.quantile(each, 0.75) - np.quantile(each, 0.25)) / 1.349 for each in own]
    # The medians differ by far more than by chance.
    chance = np.pi / 2 * np.median(spread) ** 2 / 30
    trust = 1 - chance / np.var(centre)
    assert trust > 0.9
    ratio = np.log(within) - (trust * centre + (1 - trust) * centre.mean())
    power = np.minimum(np.median(spread) * (1 + 2.4 / 30**0.5) / spread, 1)
    expected = np.exp(np.where(ratio > 0, power * ratio, ratio)).min(axis=1)
    np.testing.assert_allclose(found, expected, rtol=2e-3)


def test_a_class_of_varied_images_is_not_full_of_strangers() -> None:
    """Of one class the distances spread thrice as far as those of the others."""
    generator = np.random.default_rng(8)
    labels = np.repeat(np.arange(4), 100)
    nearest = np.full((400, 4), 9.0, np.float32)
    own = np.exp(np.where(labels == 0, 0.45, 0.15) * generator.normal(size=400))
    nearest[np.arange(400), labels] = own
    plain = find_off_topic(own.astype(np.float32)).flagged
    off_topic._in_usual_distances(nearest, labels, range(4))
    found = find_off_topic(nearest.min(axis=1)).flagged
    assert plain.mean() >= 0.03 and found.mean() <= 0.01


@pytest.mark.parametrize("members", [1, 4])
def test_what_looks_like_a_class_of_a_few_images_is_no_stranger(members: int) -> None:
    """Suspects, whose label stands for no class, beside the few images of what they show."""
    data = make_dataset(samples=900, transition=symmetric(CLASSES, 0.0), distance=8.0, seed=2)
    generator = np.random.default_rng(4)
    away = generator.normal(size=24)
    away *= 8 / np.linalg.norm(away)
    rare = away + generator.normal(size=(members + 6, 24))
    embedding = np.concatenate([data.embedding, rare]).astype(np.float32)
    suspects = np.arange(len(embedding)) >= 900 + members
    for label in (CLASSES, -1):
        given = np.append(data.given, np.full(len(rare), label))
        given[suspects] = -1
        distance = class_distance([embedding], given, number_of_classes=CLASSES + 1)
        # Without the few they fit none.
        assert find_off_topic(distance).flagged[suspects].all() == (label < 0)
        assert find_off_topic(distance).flagged[suspects].any() == (label < 0)


def test_many_classes_of_five_have_no_suspect_that_fits_none() -> None:
    generator = np.random.default_rng(1)
    truth = np.repeat(np.arange(120), 5)
    means = generator.normal(size=(120, 64))
    embedding = (means[truth] + 0.55 * generator.normal(size=(600, 64))).astype(np.float32)
    suspect = np.isin(np.arange(600), generator.permutation(600)[:60])
    labels = np.where(suspect, -1, truth)
    found = find_off_topic(class_distance([embedding], labels, number_of_classes=120)).flagged
    assert found[suspect].mean() <= 0.05


def test_several_embeddings_count_alike_and_scale_does_not() -> None:
    data = make_dataset(samples=200)
    both = class_distance(
        [data.embedding, 1000 * data.embedding], data.given, number_of_classes=CLASSES
    )
    alone = class_distance([data.embedding], data.given, number_of_classes=CLASSES)
    np.testing.assert_allclose(both, alone, rtol=1e-3)


def test_what_cannot_be_judged_is_not_flagged() -> None:
    embedding, given = planted(30, alike=True)
    embedding[5], given[6] = np.nan, -1
    given[:3] = CLASSES
    distance = class_distance([embedding], given, number_of_classes=CLASSES + 1)
    issue = find_off_topic(distance)
    # Unreadable; and three samples are too few to know what their class looks like.
    assert np.isnan(issue.score[[0, 1, 2, 5]]).all() and not issue.flagged[:6].any()
    # Without a label an image is judged all the same.
    assert np.isfinite(distance[6]) and issue.flagged[1200:].all()
    assert not find_off_topic(np.full(200, 2.0, np.float32)).flagged.any()
    assert not find_off_topic(np.append(np.ones(30), 9.0)).flagged.any()
    assert np.isnan(find_off_topic(np.full(80, np.nan)).score).all()


def test_too_many_classes_are_left_unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(off_topic, "MOST_CELLS", 1000)
    data = make_dataset(samples=300)
    found = class_distance([data.embedding], data.given, number_of_classes=CLASSES)
    assert np.isnan(found).all()


def test_copies_stand_for_their_class_once() -> None:
    embedding, given = planted(100, alike=True)
    # One picture, a hundred times in one class: more than a fifth of it.
    embedding[1200:], given[1200:] = embedding[1200], 1
    groups = np.where(np.arange(len(given)) >= 1200, 0, -1)
    alone = class_distance([embedding], given, number_of_classes=CLASSES)
    grouped = class_distance([embedding], given, number_of_classes=CLASSES, groups=groups)
    assert not find_off_topic(alone).flagged[1200:].any()
    assert find_off_topic(grouped).flagged[1200:].all()


def test_all_copies_of_an_image_lie_where_the_nearest_of_them_does() -> None:
    embedding, given = planted(6, alike=False)
    groups = np.full(len(given), -1)
    # Two strangers are copies of each other, a third one is a spoilt copy of a usual image.
    groups[[1200, 1201]], groups[[7, 1202]] = 0, 1
    alone = class_distance([embedding], given, number_of_classes=CLASSES)
    found = class_distance([embedding], given, number_of_classes=CLASSES, groups=groups)
    assert found[1200] == found[1201] == pytest.approx(alone[[1200, 1201]].min(), rel=0.01)
    assert found[1202] == found[7] == pytest.approx(alone[7], rel=0.01)
    flagged = find_off_topic(found).flagged
    assert flagged[[1200, 1201, 1203, 1204, 1205]].all() and not flagged[[7, 1202]].any()


def test_the_cut_leaves_a_fifth_of_false_discoveries() -> None:
    """Against Benjamini and Hochberg's step-up procedure, written out."""
    generator = np.random.default_rng(1)
    values = np.concatenate([generator.normal(10, 1, 4000), generator.normal(13.2, 0.3, 80)])
    found = find_off_topic(-1 / (values - 30)).flagged
    probability = norm.sf(values, 10, 1)
    order = np.argsort(probability)
    passed = np.flatnonzero(probability[order] <= 0.2 * np.arange(1, 4081) / 4080).max()
    # The null is known here and estimated there.
    assert abs(found.sum() - (passed + 1)) <= 0.2 * passed
    assert (order[:60][found[order[:60]]]).size == 60


def test_strangers_are_found_where_usual_distances_differ_so_much_that_no_inverse_tells() -> None:
    generator = np.random.default_rng(5)
    # Log-normal: the inverse of even an endless distance is 1.4 deviations above the usual one.
    usual = np.exp(generator.normal(-0.1, 0.6, 1000))
    strangers = np.exp(generator.normal(2.2, 0.2, 40))
    found = find_off_topic(np.concatenate([usual, strangers]).astype(np.float32)).flagged
    assert found[1000:].sum() >= 38
    assert found[:1000].mean() <= 0.005
    assert find_off_topic(usual.astype(np.float32)).flagged.mean() <= 0.005


def test_suspects_stand_for_no_class_unless_it_is_all_suspects() -> None:
    labels, suspect = np.array([0, 0, 1, 1, 1, 1, -1]), np.array([1, 0, 1, 1, 1, 1, 0], bool)
    assert reference_labels(labels, suspect).tolist() == [-1, 0, 1, 1, 1, 1, -1]


def test_a_detector_that_would_flag_most_images_knows_nothing() -> None:
    # Two groups of copies lie where their nearest does: of the null's body one flank is left.
    generator = np.random.default_rng(0)
    rest = 0.71 + np.abs(generator.normal(0, 0.2, 150))
    tied = np.concatenate([np.full(120, 0.708), np.full(30, 0.709), rest]).astype(np.float32)
    found = find_off_topic(tied)
    assert not found.flagged.any() and np.isnan(found.score).all()
    usual = np.exp(generator.normal(0, 0.1, 300)).astype(np.float32)
    usual[:5] = 4.0
    found = find_off_topic(usual)
    assert found.flagged[:5].all() and not np.isnan(found.score).any()
