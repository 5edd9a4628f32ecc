"""Held-out labels corrected for noise, where two models disagree."""

from types import SimpleNamespace

import numpy as np
import pytest

from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.learn.evaluation import label_correction
from lnl_gui.learn.evaluation.label_correction import (
    correct_labels,
    of_posterior,
    of_transition,
)


def _noise(classes: int, rate: float) -> np.ndarray:
    matrix = np.full((classes, classes), rate / (classes - 1))
    np.fill_diagonal(matrix, 1 - rate)
    return matrix


def test_noisy_labels_read_through_their_noise_give_the_true_difference() -> None:
    generator = np.random.default_rng(0)
    count, classes, rate = 4000, 4, 0.4
    truth = generator.integers(0, classes, count)
    # The new model is right on 60 % of these, the old one on 30 %, neither on 10 %.
    kind = generator.choice(3, count, p=[0.6, 0.3, 0.1])
    new = np.where(kind == 0, truth, (truth + 1) % classes)
    old = np.where(kind == 1, truth, (truth + 2) % classes)
    flipped = generator.random(count) < rate
    given = np.where(flipped, (truth + generator.integers(1, classes, count)) % classes, truth)
    plain = float((given == new).mean() - (given == old).mean())
    right_old, right_new = of_transition(old, new, given, _noise(classes, rate))
    assert plain < 0.2
    assert abs(float((right_new - right_old).mean()) - 0.3) < 0.05


def _draw(
    generator: np.random.Generator, count: int, classes: int, rate: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Old, new and given classes (count,); the new one is right 7 times in 10, the old one 2."""
    truth = generator.integers(0, classes, count)
    kind = generator.choice(3, count, p=[0.7, 0.2, 0.1])
    new = np.where(kind == 0, truth, (truth + 1) % classes)
    old = np.where(kind == 1, truth, (truth + 2) % classes)
    flipped = generator.random(count) < rate
    given = np.where(flipped, (truth + generator.integers(1, classes, count)) % classes, truth)
    return old, new, given


def test_of_few_disagreements_the_mean_reading_is_the_truth_and_leans_to_neither_side() -> None:
    generator = np.random.default_rng(3)
    classes, rate, count = 4, 0.3, 12
    found = []
    for _ in range(2000):
        drawn = _draw(generator, count, classes, rate)
        right_old, right_new = of_transition(*drawn, _noise(classes, rate))
        found.append(float((right_new - right_old).mean()))
    # The likeliest shares, which lie between 0 and 1, say .41 on average.
    assert abs(float(np.mean(found)) - 0.5) < 0.04


def test_posteriors_of_disagreements_learn_how_often_either_is_right_there() -> None:
    generator = np.random.default_rng(5)
    count = 400
    new_right = generator.random(count) < 0.8
    # Of all samples each of the two classes is as likely; the evidence of one sample is weak.
    evidence = generator.normal(np.where(new_right, 0.5, -0.5), 1.0)
    chance = 1 / (1 + np.exp(-evidence))
    old, new = np.zeros(count, int), np.ones(count, int)
    posterior = np.stack([chance, 1 - chance], axis=1)
    classes = np.tile([1, 0], (count, 1))
    right_old, right_new = of_posterior(old, new, posterior, classes)
    assert abs(float(chance.mean()) - 0.8) > 0.15
    assert abs(float(right_new.mean()) - float(new_right.mean())) < 0.07
    np.testing.assert_allclose(right_old + right_new, 1, atol=1e-4)


def test_the_error_knows_that_the_shares_are_fitted_to_the_same_samples(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = np.random.default_rng(6)
    count = 40
    old, new = np.zeros(count, int), np.ones(count, int)
    misses, errors = [], []
    for _ in range(300):
        new_right = generator.random(count) < 0.7
        evidence = generator.normal(np.where(new_right, 0.7, -0.7), 1.0)
        chance = 1 / (1 + np.exp(-1.4 * evidence))
        judged = SimpleNamespace(
            posterior=np.stack([chance, 1 - chance], axis=1),
            posterior_classes=np.tile([1, 0], (count, 1)),
            transition_matrix=np.zeros((0, 0)),
        )
        monkeypatch.setattr(
            label_correction, "find_suspects", lambda wanted, judged=judged, **_: judged
        )
        found = correct_labels(
            old,
            new,
            embeddings=[np.zeros((count, 2))],
            given=old,
            truth=np.full(count, -1),
            number_of_classes=2,
        )
        true = 2 * float(new_right.mean()) - 1
        misses.append(float((found.right_after - found.right_before).mean()) - true)
        errors.append(found.error)
    assert 0.8 * np.std(misses) < np.mean(errors) < 1.4 * np.std(misses)


def test_the_error_is_how_far_readings_scatter_for_the_noise_of_the_labels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = np.random.default_rng(4)
    classes, rate, count = 4, 0.3, 60
    transition = _noise(classes, rate)
    old, new, _ = _draw(generator, count, classes, 0.0)
    truth = _draw(np.random.default_rng(4), count, classes, 0.0)[2]

    def known(wanted: DetectionInput, **_: object) -> SimpleNamespace:
        # A posterior that knows the truth, but for what it leaves to the other classes.
        order = np.argsort(np.arange(classes) != truth[:, None], axis=1, kind="stable")
        posterior = np.tile([0.97, 0.01, 0.01, 0.01], (count, 1))
        return SimpleNamespace(
            posterior=posterior, posterior_classes=order, transition_matrix=transition
        )

    monkeypatch.setattr(label_correction, "find_suspects", known)
    gains, errors = [], []
    for _ in range(400):
        flipped = generator.random(count) < rate
        other = (truth + generator.integers(1, classes, count)) % classes
        found = correct_labels(
            old,
            new,
            embeddings=[np.zeros((count, 2))],
            given=np.where(flipped, other, truth),
            truth=np.full(count, -1),
            number_of_classes=classes,
        )
        gains.append(float((found.right_after - found.right_before).mean()))
        errors.append(found.error)
    scatter = float(np.std(gains))
    # Half the distance from the posterior's reading is in the error as well.
    assert scatter < float(np.mean(errors)) < 2 * scatter


@pytest.mark.parametrize("unseen", [0.0, 0.5, 1.0])
def test_what_a_model_adds_to_labels_of_its_like_counts_as_an_error(
    monkeypatch: pytest.MonkeyPatch, unseen: float
) -> None:
    count = 40
    old, new = np.zeros(count, int), np.ones(count, int)
    # Half of the labels speak for either model, and the first ten a person decided; the model that
    # corrects takes the new one for right everywhere.
    given = np.arange(count) % 2
    truth = np.where(np.arange(count) < 10, given, -1)
    judged = SimpleNamespace(
        posterior=np.tile([0.98, 0.02], (count, 1)),
        posterior_classes=np.tile([1, 0], (count, 1)),
        transition_matrix=np.zeros((0, 0)),
    )
    monkeypatch.setattr(label_correction, "find_suspects", lambda *_, **__: judged)

    def corrected(share: float) -> label_correction.CorrectedLabels:
        return correct_labels(
            old,
            new,
            embeddings=[np.zeros((count, 2))],
            given=given,
            truth=truth,
            number_of_classes=2,
            unseen=share,
        )

    found, alone = corrected(unseen), corrected(0.0)
    assert found.right_after.tolist() == alone.right_after.tolist()
    # By their labels neither model is better; nearly all of the thirty is what correcting adds.
    added = float((found.right_after - found.right_before)[10:].sum()) / count
    assert added > 0.6
    assert found.error == pytest.approx(np.hypot(alone.error, unseen * added))


def test_two_classes_leave_no_third_that_is_right() -> None:
    given = np.array([0, 1, 1, 1])
    old, new = of_transition(np.zeros(4, int), np.ones(4, int), given, _noise(2, 0.2))
    np.testing.assert_allclose(old + new, 1, atol=1e-6)
    assert (new[1:] > 0.5).all()


def test_what_a_person_decided_is_certain_and_labels_without_images_are_taken_plainly() -> None:
    before, after = np.array([0, 0, 1, 1]), np.array([1, 1, 1, 0])
    found = correct_labels(
        before,
        after,
        embeddings=[],
        given=np.array([1, 0, 1, 1]),
        truth=np.array([0, -1, -1, -1]),
        number_of_classes=2,
    )
    # The two agree on the third, which decides nothing.
    assert found.right_before.tolist() == [1, 1, 1]
    assert found.right_after.tolist() == [0, 0, 0]
    # Uncorrected, the two unreviewed may be off by all of what they say.
    assert found.error == 0.5


def test_a_model_of_the_held_out_samples_alone_sees_the_noise() -> None:
    generator = np.random.default_rng(1)
    truth = np.repeat([0, 1], 60)
    features = generator.normal(size=(120, 6)) + 4 * truth[:, None]
    given = truth.copy()
    given[[0, 1, 2, 60, 61, 62, 63, 64]] ^= 1
    # A model that repeats the wrong labels, and one that does not.
    found = correct_labels(
        given,
        truth,
        embeddings=[features],
        given=given,
        truth=np.full(120, -1),
        number_of_classes=2,
    )
    assert len(found.right_before) == 8
    # The matrix alone cannot tell the two apart; the images can, and the error says so.
    assert found.error > 0.02


def test_frames_of_a_video_are_no_witnesses_of_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[DetectionInput] = []
    count, classes = 40, 3
    judged = SimpleNamespace(
        posterior=np.tile([0.6, 0.3, 0.1], (count, 1)),
        posterior_classes=np.tile([1, 0, 2], (count, 1)),
        transition_matrix=_noise(classes, 0.2),
    )

    def find_suspects(wanted: DetectionInput, **_: object) -> SimpleNamespace:
        asked.append(wanted)
        return judged

    monkeypatch.setattr(label_correction, "find_suspects", find_suspects)
    videos, copies = np.arange(count) // 10, np.full(count, -1)
    alone, filmed = (
        correct_labels(
            np.zeros(count, int),
            np.ones(count, int),
            embeddings=[np.zeros((count, 2))],
            given=np.zeros(count, int),
            truth=np.full(count, -1),
            number_of_classes=classes,
            groups=groups,
            copies=copies,
        )
        for groups in (None, videos)
    )
    assert asked[0].groups is None and asked[1].groups is videos
    assert all(each.copies is copies for each in asked)
    assert filmed.right_after.tolist() == alone.right_after.tolist()
    # What their labels leave open is that of four videos, and the two readings differ as before.
    gains = [_gain(count, judged), _gain(count, judged, by_transition=True)]
    spread = abs(gains[0] - gains[1]) / 2
    assert filmed.error**2 - spread**2 == pytest.approx(10 * (alone.error**2 - spread**2))


def _gain(count: int, judged: SimpleNamespace, *, by_transition: bool = False) -> float:
    old, new = np.zeros(count, int), np.ones(count, int)
    if by_transition:
        right = of_transition(old, new, old, judged.transition_matrix)
    else:
        right = of_posterior(old, new, judged.posterior, judged.posterior_classes)
    return float((right[1] - right[0]).mean())


def test_the_probabilities_of_two_names_of_one_class_add_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = np.random.default_rng(2)
    count, rate = 6000, 0.3
    # Each of three classes goes by two names at random: 0 and 3, 1 and 4, 2 and 5.
    old, new, given = _draw(generator, count, 3, rate)
    names = [part + 3 * generator.integers(0, 2, count) for part in (old, new, given)]
    transition = np.tile(_noise(3, rate), (2, 2)) / 2
    # It is taken to leave a little more on the diagonal, so that it can be inverted.
    transition = 0.9 * transition + 0.1 * np.eye(6)
    order = np.argsort(generator.random((count, 6)), axis=1)
    judged = SimpleNamespace(
        posterior=np.full((count, 6), 1 / 6), posterior_classes=order, transition_matrix=transition
    )
    monkeypatch.setattr(label_correction, "find_suspects", lambda *_, **__: judged)
    found = correct_labels(
        names[0],
        names[1],
        embeddings=[np.zeros((count, 2))],
        given=names[2],
        truth=np.full(count, -1),
        number_of_classes=6,
    )
    rows = np.flatnonzero(names[0] != names[1])
    assert found.right is not None and found.right.shape == (len(rows), 6)
    picked = [found.right[np.arange(len(rows)), each[rows]] for each in names[:2]]
    np.testing.assert_allclose(picked[0], found.right_before, atol=1e-6)
    np.testing.assert_allclose(picked[1], found.right_after, atol=1e-6)
    merged = found.right[:, :3] + found.right[:, 3:]
    said = merged[np.arange(len(rows)), new[rows]] - merged[np.arange(len(rows)), old[rows]]
    by_names = found.right_after - found.right_before
    # The new model names the class in 70 of 100, the old one in 20; a name says half of it, and so
    # does a posterior that knows nothing.
    assert float(by_names.mean()) < 0.2 < float(said.mean())


def test_of_very_many_classes_no_probability_of_each_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(label_correction, "_MOST_KEPT", 7)
    before, after = np.zeros(4, int), np.ones(4, int)
    wanted = {"embeddings": [], "given": after, "truth": np.full(4, -1)}
    assert correct_labels(before, after, number_of_classes=2, **wanted).right is None
    monkeypatch.setattr(label_correction, "_MOST_KEPT", 8)
    kept = correct_labels(before, after, number_of_classes=2, **wanted).right
    assert kept is not None and kept.tolist() == [[0, 1]] * 4
