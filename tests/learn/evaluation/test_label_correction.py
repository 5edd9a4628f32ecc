"""Held-out labels corrected for noise, where two models disagree."""

import numpy as np

from lnl_gui.learn.evaluation.label_correction import correct_labels, of_transition


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
