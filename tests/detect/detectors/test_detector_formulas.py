"""Whole detectors recomposed of scikit-learn and of parts that are tested by themselves."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import softmax
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.linear_model import LogisticRegression, Ridge

from lnl_gui.detect.detectors import majority_vote as majority_module
from lnl_gui.detect.detectors import turtle as turtle_module
from lnl_gui.detect.detectors import turtle_loops as loops
from lnl_gui.detect.detectors.confident_learning import (
    confident_class,
    confident_joint,
    confident_learning,
    confident_thresholds,
    detect_confident_learning,
    find_label_errors,
    label_quality,
    noise_rate,
    transition_matrix,
)
from lnl_gui.detect.detectors.loss_mixture import detect_loss_mixture
from lnl_gui.detect.detectors.majority_vote import (
    cluster_votes,
    detect_hdbscan,
    detect_kmeans,
    majority_vote,
)
from lnl_gui.detect.detectors.training_dynamics import detect_aum, detect_mean_probability
from lnl_gui.detect.detectors.turtle import (
    default_parameters,
    detect_turtle,
    detect_turtle_paper,
    generalisation_score,
    turtle,
)
from lnl_gui.detect.detectors.turtle_parameters import PAPER, TurtleParameters
from lnl_gui.detect.groups import copy_weights
from lnl_gui.detect.mixture import clean_probability, fit_mixture
from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities
from lnl_gui.detect.probes.preparation import prepare
from lnl_gui.detect.probes.robust_probe import train_probe_loss
from lnl_gui.util.errors import UserError
from tests.detect.synthetic_data import make_dataset

SAMPLES, CLASSES = 120, 3


def data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points, labels, copies and which can be judged: not the fourth and not the fifth."""
    made = make_dataset(samples=SAMPLES, classes=CLASSES, dimensions=6, distance=2.0)
    points, given = made.embedding.copy(), made.given.copy()
    points[3, 1], given[4] = np.nan, -1
    copies = np.full(SAMPLES, -1)
    copies[20:60] = np.arange(40) // 8
    return points, given, copies, np.isin(np.arange(SAMPLES), [3, 4], invert=True)


@pytest.mark.parametrize("with_copies", [False, True])
@pytest.mark.parametrize(("loss", "per_class"), [("elr", True), ("gce", False)])
def test_a_loss_mixture_is_a_probe_and_a_mixture_of_its_losses(
    loss: str, per_class: bool, with_copies: bool
) -> None:
    points, given, copies, usable = data()
    told: list[tuple[int, int]] = []
    found = detect_loss_mixture(
        [points],
        given,
        number_of_classes=CLASSES,
        loss=loss,
        per_class=per_class,
        copies=copies if with_copies else None,
        seed=3,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1] == (60, 60)
    weights = copy_weights(copies if with_copies else None, SAMPLES)[usable]
    probe = train_probe_loss(
        torch.from_numpy(prepare([points], usable=usable).matrix),
        torch.from_numpy(given[usable]).long(),
        classes=CLASSES,
        loss=loss,
        sample_weights=torch.from_numpy(weights),
        seed=3,
    )
    groups = given[usable] if per_class else None
    mixture = fit_mixture(probe.loss, groups, number_of_groups=CLASSES if per_class else 1)
    clean = clean_probability(probe.loss, mixture, groups)
    # Training makes rounding a hundred times as large.
    np.testing.assert_allclose(found.score[usable], 1 - clean, atol=2e-3)
    assert (found.vote[usable] == probe.vote).mean() > 0.98 and (found.vote[~usable] == -1).all()
    for name, values in (
        ("loss", probe.loss),
        ("margin", probe.margin),
        ("confidence", probe.confidence),
    ):
        np.testing.assert_allclose(found.details[name][usable], values, atol=2e-3)
        assert np.isnan(found.details[name][~usable]).all()
        assert found.details[name].dtype == np.float32
    np.testing.assert_allclose(found.details["mixture_weight"], mixture.weight, atol=2e-3)
    np.testing.assert_allclose(found.details["mixture_mean"], mixture.mean, atol=2e-3)
    np.testing.assert_allclose(found.details["mixture_deviation"], mixture.deviation, atol=2e-3)
    assert found.name == f"loss_mixture_{loss}" and np.isnan(found.score[~usable]).all()


@pytest.mark.parametrize("with_copies", [False, True])
def test_training_dynamics_are_those_of_plain_cross_entropy(with_copies: bool) -> None:
    points, given, copies, usable = data()
    options = {"number_of_classes": CLASSES, "seed": 4}
    options["copies"] = copies if with_copies else None
    plain = detect_loss_mixture([points], given, loss="ce", per_class=False, **options)
    told: list[int] = []
    areas = detect_aum([points], given, **options, progress=lambda done, total: told.append(done))
    assert told[-1] == 60
    margin = plain.details["margin"]
    np.testing.assert_allclose(areas.details["margin"], margin, atol=2e-3)
    np.testing.assert_allclose(areas.details["loss"], plain.details["loss"], atol=2e-3)
    clean = clean_probability(-margin[usable], fit_mixture(-margin[usable]))
    np.testing.assert_allclose(areas.score[usable], 1 - clean, atol=2e-3)
    assert np.isnan(areas.score[~usable]).all() and areas.name == "aum"
    told.clear()
    means = detect_mean_probability(
        [points], given, **options, progress=lambda done, total: told.append(done)
    )
    assert told[-1] == 60 and means.name == "mean_probability"
    np.testing.assert_allclose(means.details["confidence"], plain.details["confidence"], atol=2e-3)
    np.testing.assert_allclose(means.details["loss"], plain.details["loss"], atol=2e-3)
    np.testing.assert_allclose(means.score, 1 - plain.details["confidence"], atol=2e-3)
    for other in (areas, means):
        assert (other.vote == plain.vote).mean() > 0.98


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("weighted", [False, True])
def test_clusters_vote_by_the_weight_of_their_labels(weighted: bool, seed: int) -> None:
    generator = np.random.default_rng(seed)
    assignment = generator.integers(-1, 9, 60).astype(np.int32)
    assignment[assignment == 6] = -1
    given = generator.integers(-1, 4, 60).astype(np.int32)
    given[assignment == 7] = -1
    weights = generator.choice([1.0, 0.5, 0.25], 60).astype(np.float32)
    chance = generator.dirichlet(np.ones(4), 60)
    member = generator.random(60)
    member[5] = np.nan
    options = {
        "number_of_classes": 4,
        "class_probability": chance,
        "sample_weights": weights if weighted else None,
    }
    votes = cluster_votes(assignment, given, **options)
    found = majority_vote(assignment, given, probability=member, name="a name", **options)
    assert found.name == "a name" and len(votes.label) == 9
    for cluster in range(9):
        own = np.flatnonzero(assignment == cluster)
        mass: Counter[int] = Counter()
        for at in own:
            if given[at] >= 0:
                mass[int(given[at])] += float(weights[at]) if weighted else 1.0
        size, top = sum(mass.values()), max(mass.values(), default=0.0)
        tied = [label for label in mass if mass[label] == top]
        tied.sort(key=lambda label, own=own: -chance[own, label].sum())
        assert votes.label[cluster] == (tied[0] if tied else -1)
        assert votes.size[cluster] == pytest.approx(size)
        share = top / size if size else 0.0
        assert votes.share[cluster] == pytest.approx(share)
        assert votes.weak[cluster] == (size > 0 and share < 0.5)
        for at in own:
            sure = (top + 1) / (size + 4) * np.nan_to_num(member[at])
            assert found.details["confidence"][at] == pytest.approx(sure, rel=1e-5)
            assert found.vote[at] == votes.label[cluster]
            if given[at] < 0 or not tied:
                assert np.isnan(found.score[at])
                continue
            differs = tied[0] != given[at]
            wanted = (1 + sure) / 2 if differs else (1 - sure) / 2
            assert found.score[at] == pytest.approx(wanted, rel=1e-5)
    nobody = assignment < 0
    assert np.isnan(found.score[nobody]).all() and (found.vote[nobody] == -1).all()
    assert (found.details["confidence"][nobody] == 0).all()
    np.testing.assert_array_equal(found.details["cluster"], assignment)
    for name in ("label", "share", "size", "weak"):
        np.testing.assert_array_equal(found.details[f"cluster_{name}"], getattr(votes, name))


@pytest.mark.parametrize("with_copies", [False, True])
@pytest.mark.parametrize("kind", ["kmeans", "hdbscan"])
def test_clusterings_are_scikit_learn_s_on_the_prepared_space(kind: str, with_copies: bool) -> None:
    points, given, copies, usable = data()
    told: list[tuple[int, int]] = []
    detect = detect_kmeans if kind == "kmeans" else detect_hdbscan
    found = detect(
        [points],
        given,
        number_of_classes=CLASSES,
        copies=copies if with_copies else None,
        seed=5,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 2), (2, 2)]
    space = prepare([points], components=256 if kind == "kmeans" else 16, usable=usable).matrix
    clusters = (
        KMeans(9, n_init=1, random_state=5).fit_predict(space)
        if kind == "kmeans"
        else HDBSCAN(
            min_cluster_size=15, min_samples=2, cluster_selection_method="leaf", copy=True
        ).fit_predict(space)
    )
    assignment = np.full(SAMPLES, -1)
    assignment[usable] = clusters
    wanted = majority_vote(
        assignment,
        given,
        number_of_classes=CLASSES,
        sample_weights=copy_weights(copies if with_copies else None, SAMPLES),
    )
    np.testing.assert_allclose(found.score, wanted.score, atol=1e-6)
    np.testing.assert_array_equal(found.vote, wanted.vote)
    np.testing.assert_array_equal(found.details["cluster"], assignment)
    assert found.name == kind


def test_no_more_clusters_than_different_points_and_minibatches_of_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    points = np.repeat(np.eye(4), 5, axis=0)
    given = np.repeat(np.arange(4, dtype=np.int32), 5)
    found = detect_kmeans([points], given, number_of_classes=4)
    assert len(found.details["cluster_label"]) == 4
    np.testing.assert_array_equal(found.vote, given)
    monkeypatch.setattr(majority_module, "_FULL_BATCH_ROWS", 19)
    assert (detect_kmeans([points], given, number_of_classes=4).vote == given).mean() > 0.7
    monkeypatch.setattr(majority_module, "MAXIMUM_CLUSTERS", 12)
    detect_kmeans([points], given, number_of_classes=4)
    with pytest.raises(UserError, match="15 clusters") as raised:
        detect_kmeans([points], given, number_of_classes=5)
    assert raised.value.code == "too_many_classes"


@pytest.mark.parametrize("samples", [3, 4, 10])
def test_density_clusters_of_few_have_half_of_them_at_most(samples: int) -> None:
    points = np.concatenate([np.zeros((samples // 2, 2)), np.full((samples - samples // 2, 2), 9)])
    points += 0.01 * np.random.default_rng(0).normal(size=points.shape)
    given = np.repeat([0, 1], [samples // 2, samples - samples // 2]).astype(np.int32)
    found = detect_hdbscan([points], given, number_of_classes=2)
    if samples == 3:
        assert (found.details["cluster"] == -1).all()
    else:
        assert len(found.details["cluster_label"]) == 2
        np.testing.assert_array_equal(found.vote, given)
    smaller = detect_hdbscan([points], given, number_of_classes=2, min_cluster_size=2)
    assert (smaller.details["cluster"] >= 0).any() == (samples > 3)


def chances(samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    given = generator.integers(4, size=samples)
    logits = generator.normal(size=(samples, 4)) + 1.5 * np.eye(4)[given]
    return given, softmax(logits, axis=1)


def test_the_confident_class_is_the_best_of_those_above_their_threshold() -> None:
    given, chance = chances(80, 0)
    given[given == 3] = 0
    thresholds = confident_thresholds(given, chance)
    assert thresholds[3] == 2
    found = confident_class(given, chance)
    for row in range(80):
        above = [label for label in range(3) if chance[row, label] >= thresholds[label] - 1e-6]
        if len(above) == 1:
            assert found[row] == above[0]
        elif above:
            # The largest of all, as in cleanlab.
            assert found[row] == chance[row].argmax()
        else:
            assert found[row] == -1
    assert len(set(found.tolist())) == 4


@pytest.mark.parametrize("rule", ["prune_by_class", "both", "prune_by_noise_rate"])
def test_a_joint_that_is_given_is_used(rule: str) -> None:
    """As many of each class are left as it counts there, or taken for others."""
    given, chance = chances(150, 1)
    own = find_label_errors(given, chance, rule=rule, joint=confident_joint(given, chance))
    np.testing.assert_array_equal(own, find_label_errors(given, chance, rule=rule))
    counts = np.bincount(given, minlength=4)
    joint = np.diag(counts - 6)
    joint[np.arange(4), (np.arange(4) + 1) % 4] = 6
    found = find_label_errors(given, chance, rule=rule, joint=joint)
    predicted = chance.argmax(axis=1)
    for label in range(4):
        rows = np.flatnonzero(given == label)
        least = rows[np.argsort(chance[rows, label])[:6]]
        margin = chance[rows, (label + 1) % 4] - chance[rows, label]
        widest = rows[np.argsort(-margin)[:6]]
        asked = {
            "prune_by_class": set(least.tolist()),
            "prune_by_noise_rate": set(widest.tolist()),
            "both": set(least.tolist()) & set(widest.tolist()),
        }
        wanted = {at for at in asked[rule] if predicted[at] != label}
        assert set(rows[found[rows]].tolist()) == wanted
    assert found.any()


@pytest.mark.parametrize("score", ["normalized_margin", "confidence_weighted_entropy"])
@pytest.mark.parametrize("rule", ["prune_by_class", "confident_learning"])
def test_confident_learning_tells_its_joint_and_rates(rule: str, score: str) -> None:
    given, chance = chances(120, 2)
    chance[7] = np.nan
    given[9] = -1
    keep = np.delete(np.arange(120), [7, 9])
    found = confident_learning(given, chance, rule=rule, score=score)
    joint = confident_joint(given[keep], chance[keep])
    np.testing.assert_array_equal(found.details["confident_joint"], joint)
    np.testing.assert_allclose(found.details["transition_matrix"], transition_matrix(joint))
    assert found.details["noise_rate"].tolist() == [noise_rate(joint)]
    quality = label_quality(given[keep], chance[keep], score=score)
    np.testing.assert_allclose(found.score[keep], 1 - quality, rtol=1e-5, atol=1e-6)
    assert (found.vote[keep] == chance[keep].argmax(axis=1)).all()
    assert (found.vote[[7, 9]] == -1).all() and np.isnan(found.score[[7, 9]]).all()
    flags = found.details["flagged"]
    wanted = find_label_errors(given[keep], chance[keep], rule=rule)
    np.testing.assert_array_equal(flags[keep], wanted)
    assert flags.any() and not flags[[7, 9]].any() and found.name == "confident_learning"


@pytest.mark.parametrize("kind", ["groups", "copies"])
def test_confident_learning_from_embeddings_takes_folds_of_whole_groups(kind: str) -> None:
    points, given, numbers, usable = data()
    told: list[int] = []
    found = detect_confident_learning(
        [points],
        given,
        number_of_classes=CLASSES,
        seed=6,
        progress=lambda done, total: told.append(done),
        **{kind: numbers},
    )
    chance = out_of_fold_probabilities(
        [points], given, number_of_classes=CLASSES, seed=6, **{kind: numbers}
    )
    wanted = confident_learning(given, chance)
    np.testing.assert_allclose(found.score, wanted.score, atol=2e-3)
    assert (found.details["flagged"] == wanted.details["flagged"]).mean() > 0.98
    assert told and np.isfinite(found.score[usable]).all()


def test_five_thousand_classes_are_the_most() -> None:
    given = np.zeros(3, np.int32)
    joint = confident_joint(given, np.full((3, 5000), 1e-4), calibrate=False)
    assert joint.shape == (5000, 5000)
    for ask in (
        lambda: confident_joint(given, np.full((3, 5001), 1e-4)),
        lambda: detect_confident_learning([np.eye(3)], given, number_of_classes=5001),
    ):
        with pytest.raises(UserError, match="5001 x 5001") as raised:
            ask()
        assert raised.value.code == "too_many_classes"
    with pytest.raises(UserError, match="No sample has both"):
        confident_learning(np.full(3, -1), np.ones((3, 2)) / 2)


def clusters(samples: int, noise: float, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    """Two spaces with a constant column, and clusters that they tell in part."""
    generator = np.random.default_rng(seed)
    own = generator.integers(3, size=samples)
    spaces = []
    for width in (5, 8):
        points = np.eye(3, width)[own] + noise * generator.normal(size=(samples, width))
        spaces.append(np.concatenate([points, np.ones((samples, 1))], axis=1).astype(np.float32))
    return spaces, own


@pytest.mark.parametrize("model", ["ridge", "logistic"])
def test_generalisation_is_the_accuracy_of_scikit_learn_on_other_folds(model: str) -> None:
    spaces, own = clusters(103, 0.8)
    fold = np.random.default_rng(7).permutation(103) % 5
    scores = []
    for space in spaces:
        right = 0
        for held in range(5):
            inside, outside = fold != held, fold == held
            if model == "ridge":
                fitted = Ridge(alpha=1e-3 * 103, fit_intercept=False)
                fitted.fit(space[inside].astype(float), np.eye(3)[own[inside]])
                said = fitted.predict(space[outside].astype(float)).argmax(axis=1)
            else:
                logistic = LogisticRegression(max_iter=200)
                said = logistic.fit(space[inside, :-1], own[inside]).predict(space[outside, :-1])
            right += int((said == own[outside]).sum())
        scores.append(right / 103)
    found = generalisation_score(spaces, own, seed=7, model=model)  # type: ignore[arg-type]  # one of two
    assert found == pytest.approx(np.mean(scores)) and 0.4 < found < 0.9
    assert scores[0] != scores[1]


def test_one_cluster_is_predicted_wholly_but_where_a_fold_is_another() -> None:
    spaces, _ = clusters(20, 0.5)
    alone = np.zeros(20, int)
    for model in ("ridge", "logistic"):
        assert generalisation_score(spaces, alone, model=model) == 1  # type: ignore[arg-type]  # one of two
    # Of one other sample its own fold is told the cluster of the rest.
    alone[4] = 1
    assert generalisation_score(spaces[:1], alone, model="logistic") == pytest.approx(19 / 20)


@pytest.mark.parametrize("score", [False, True])
def test_clusters_are_the_best_of_the_mean_membership(
    score: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = np.random.default_rng(1)
    raw = [generator.normal(size=(40, 4)), 9 * generator.normal(size=(40, 6)) + 4]
    usable = np.arange(40) % 7 != 3
    weights = [generator.normal(size=(width, 5)) for width in (5, 7)]
    for weight in weights:
        weight[-1, 3] -= 50
    layers = [loops.Labelling(weight, 0.1) for weight in weights]
    monkeypatch.setattr(turtle_module, "fit_labelling", lambda *given: layers)
    parameters = replace(PAPER, feature_scale=0.5, score="ridge")
    found = turtle(raw, 5, usable=usable, parameters=parameters, score=score, seed=2)
    spaces = []
    for space in raw:
        own = space[usable]
        own = 0.5 * (own - own.mean(axis=0)) / own.std(axis=0)
        spaces.append(np.concatenate([own, np.ones((len(own), 1))], axis=1))
    membership = sum(softmax(s @ w, axis=1) for s, w in zip(spaces, weights, strict=True)) / 2
    best = membership.argmax(axis=1)
    assert found.assignment[usable].tolist() == best.tolist()
    assert (found.assignment[~usable] == -1).all() and (found.probability[~usable] == 0).all()
    np.testing.assert_allclose(found.probability[usable], membership.max(axis=1), rtol=1e-3)
    share = np.bincount(best, minlength=5) / len(best)
    assert share[3] == 0 and found.found_clusters == (share > 0).sum()
    held = share[share > 0]
    assert found.entropy == pytest.approx(-(held * np.log(held)).sum())
    assert found.parameters == parameters
    if score:
        wide = [space.astype(np.float32) for space in spaces]
        wanted = generalisation_score(wide, best, seed=2)
        assert found.generalisation_score == pytest.approx(wanted, abs=0.03)
    else:
        assert np.isnan(found.generalisation_score)


@pytest.mark.parametrize("dimensions", [3, 0])
def test_a_typical_coordinate_has_the_size_that_was_asked_for(dimensions: int) -> None:
    generator = np.random.default_rng(0)
    space = generator.normal(size=(50, 8)) * np.geomspace(1, 30, 8) + 7
    space[:, 2] = 5
    usable = np.arange(50) != 4
    parameters = TurtleParameters(feature_scale=0.3, dimensions=dimensions)
    found = turtle_module._prepare(space, usable, parameters)
    assert (found[:, -1] == 1).all() and found.dtype == np.float32
    if dimensions:
        assert found.shape == (49, 4)
        norms = np.linalg.norm(found[:, :-1], axis=1)
        assert norms.mean() == pytest.approx(0.3 * 3**0.5, rel=1e-4)
    else:
        np.testing.assert_allclose(found[:, [0, 1, 3]].std(axis=0), 0.3, rtol=1e-4)
        assert np.abs(found[:, :-1].mean(axis=0)).max() < 1e-5 and (found[:, 2] == 0).all()


@pytest.mark.parametrize(("count", "size"), [(2, 1024), (102, 1024), (103, 1030), (2000, 10_000)])
def test_a_batch_has_ten_of_each_cluster(count: int, size: int) -> None:
    assert default_parameters(count).batch_size == size


@pytest.mark.parametrize("warm", [False, True])
def test_starts_and_batches_are_drawn_evenly(warm: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    spaces = [np.ones((30, 17), np.float32), np.ones((30, 65), np.float32)]
    parameters = TurtleParameters(iterations=3, batch_size=12, warm_start=warm, inner_rate=0.07)
    spaces[0][:, 0] = np.arange(30)
    asked: list[tuple[list[np.ndarray], list[loops.Adam]]] = []
    monkeypatch.setattr(
        loops, "outer_step", lambda batch, layers, fits, settings: asked.append((batch, fits))
    )
    told: list[tuple[int, int]] = []
    layers = loops.fit_labelling(
        spaces,
        40,
        parameters,
        np.random.default_rng(0),
        lambda done, total: told.append((done, total)),
    )
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    for width, bound, layer in ((17, 1 / 4, layers[0]), (65, 1 / 8, layers[1])):
        weight = layer.weight()
        assert weight.shape == (width, 40)
        assert 0.95 * bound < np.abs(weight).max() <= bound * (1 + 1e-5)
        assert weight.std() == pytest.approx(bound / 3**0.5, rel=0.1)
    for batch, fits in asked:
        rows = batch[0][:, 0].astype(int)
        assert len(batch[1]) == 12 == len(set(rows.tolist()))
        assert [fit.rate for fit in fits] == [0.07] * 2
        assert [fit.weight.shape for fit in fits] == [(17, 40), (65, 40)]
    first, second = asked[0][1], asked[1][1]
    # Cold ones begin anew at each step.
    assert all((a is b) == warm for a, b in zip(first, second, strict=True))
    asked.clear()
    whole = replace(parameters, batch_size=30)
    loops.fit_labelling(spaces, 4, whole, np.random.default_rng(0), lambda *_: None)
    assert all(len(batch[0]) == 30 and batch[0] is spaces[0] for batch, _ in asked)


def test_a_search_tells_the_steps_of_all_its_runs_and_their_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spaces, own = clusters(40, 0.3)
    tiny = TurtleParameters(iterations=2, inner_steps=1, gamma=3.0)
    monkeypatch.setattr(turtle_module, "SEARCH_RATES", (1e-2, 1e-3))
    told: list[tuple[int, int]] = []
    turtle(
        spaces,
        3,
        parameters=tiny,
        search=True,
        progress=lambda done, total: told.append((done, total)),
    )
    # Of two rates each, warm and cold, two steps, both ends of each told.
    assert told == [(2 * run + step, 16) for run in range(8) for step in range(3)]
    tried = turtle_module._grid(tiny, ())
    assert {(one.inner_rate, one.outer_rate, one.warm_start) for one in tried} == {
        (inner, outer, warm)
        for inner in (1e-2, 1e-3)
        for outer in (1e-2, 1e-3)
        for warm in (False, True)
    }
    assert all(replace(one, **RATES) == replace(tiny, **RATES) for one in tried)
    told.clear()
    detect_turtle_paper(
        spaces,
        own,
        number_of_classes=3,
        constants={"iterations": 2},
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(0, 2), (1, 2), (2, 2)]


RATES = {"inner_rate": 0.0, "outer_rate": 0.0, "warm_start": True}


def test_turtle_s_detector_names_its_clusters_by_labels_of_which_copies_count_once() -> None:
    points, given, copies, usable = data()
    tiny = TurtleParameters(iterations=20, outer_rate=1e-2)
    found = detect_turtle(
        [points], given, number_of_classes=CLASSES, copies=copies, parameters=tiny, seed=3
    )
    other = turtle([points], CLASSES, usable=usable, parameters=tiny, seed=3)
    wanted = majority_vote(
        other.assignment,
        given,
        number_of_classes=CLASSES,
        probability=other.probability,
        sample_weights=copy_weights(copies, SAMPLES),
    )
    np.testing.assert_allclose(found.score, wanted.score, atol=0.01)
    sizes = found.details["cluster_size"], wanted.details["cluster_size"]
    np.testing.assert_allclose(*sizes, atol=1.5)
    assert found.details["entropy"] == pytest.approx([other.entropy], abs=0.02)
    scores = found.details["generalisation_score"], [other.generalisation_score]
    np.testing.assert_allclose(*scores, atol=0.02)
    assert found.details["found_clusters"].tolist() == [other.found_clusters]
    assert found.name == "turtle" and not np.isnan(other.generalisation_score)
    with pytest.raises(UserError, match="No embedding can be read"):
        turtle([points * np.nan], 3)


def test_classifiers_take_steps_of_adam_towards_the_mean_of_the_memberships() -> None:
    """By autograd and torch's Adam; the labels then move by what the new classifiers say."""
    generator = np.random.default_rng(0)
    spaces = [
        np.concatenate([generator.normal(size=(25, d)), np.ones((25, 1))], axis=1) for d in (3, 5)
    ]
    starts = [generator.normal(size=(s.shape[1], 4)) for s in spaces]
    fits = [generator.normal(size=(s.shape[1], 4)) for s in spaces]
    layers = [loops.Labelling(start, 0.1) for start in starts]
    for layer, start in zip(layers, starts, strict=True):
        np.testing.assert_allclose(layer.weight(), start, rtol=1e-12)
    slopes: list[np.ndarray] = []
    for layer in layers:
        layer.step = slopes.append  # type: ignore[method-assign]  # catch what it is given
    classifiers = [loops.Adam(weight.copy(), 0.05) for weight in fits]
    loops.outer_step(spaces, layers, classifiers, TurtleParameters(gamma=3.0, inner_steps=4))
    wide = [torch.from_numpy(space) for space in spaces]
    tasks = [torch.tensor(start, requires_grad=True) for start in starts]
    members = [torch.softmax(x @ w, 1) for x, w in zip(wide, tasks, strict=True)]
    labels = (members[0] + members[1]) / 2
    total = torch.zeros((), dtype=torch.double)
    for x, weight, classifier, member in zip(wide, fits, classifiers, members, strict=True):
        own = torch.tensor(weight, requires_grad=True)
        adam = torch.optim.Adam([own], lr=0.05, betas=(0.9, 0.999))
        for _ in range(4):
            adam.zero_grad()
            loss = -(labels.detach() * torch.log_softmax(x @ own, 1)).sum(1).mean()
            loss.backward()
            adam.step()
        np.testing.assert_allclose(classifier.weight, own.detach(), rtol=1e-6)
        said = torch.log_softmax(x @ own.detach(), 1)
        mean = member.mean(0)
        total = total - (labels * said).sum(1).mean() + 3.0 * (mean * mean.log()).sum()
    wanted = torch.autograd.grad(total, tasks)
    for found, slope in zip(slopes, wanted, strict=True):
        np.testing.assert_allclose(found, slope, rtol=1e-6, atol=1e-10)


def test_memberships_are_the_mean_of_softmaxes_over_the_spaces() -> None:
    generator = np.random.default_rng(0)
    spaces = [generator.normal(size=(9, width)) for width in (3, 4)]
    weights = [90 * generator.normal(size=(width, 5)) for width in (3, 4)]
    found = loops.mean_membership(spaces, weights)
    logits = [space @ weight for space, weight in zip(spaces, weights, strict=True)]
    wanted = (softmax(logits[0], axis=1) + softmax(logits[1], axis=1)) / 2
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    for values in logits:
        plain = values - values.max(axis=1, keepdims=True)
        np.testing.assert_allclose(
            loops.log_softmax_rows(values.copy()),
            plain - np.log(np.exp(plain).sum(axis=1, keepdims=True)),
        )
        np.testing.assert_allclose(loops.softmax_rows(values.copy()), softmax(values, axis=1))
