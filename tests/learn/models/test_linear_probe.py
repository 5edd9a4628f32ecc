from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from lnl_gui.learn.losses.registry import LossChoice
from lnl_gui.learn.models import linear_probe
from lnl_gui.learn.models.linear_probe import (
    FEATURE_NORM,
    Probe,
    fit_probe,
    loss_of,
    standardisation,
)
from lnl_gui.learn.models.network import Head


def _blobs(count: int = 1500, classes: int = 4, dimension: int = 30, seed: int = 0) -> tuple:
    generator = np.random.default_rng(seed)
    centres = generator.normal(scale=1.2, size=(classes, dimension))
    labels = generator.integers(0, classes, count)
    features = (centres[labels] + generator.normal(size=(count, dimension))).astype(np.float32)
    return features, labels.astype(np.int32)


def test_standardisation_is_numpys() -> None:
    features = np.random.default_rng(0).gamma(2.0, size=(5000, 20)).astype(np.float16)
    mean, scale = standardisation(features)
    wide = features.astype(np.float64)
    assert np.allclose(mean, wide.mean(axis=0), atol=1e-5)
    scaled = (wide - mean.numpy()) * scale.numpy()
    assert np.sqrt((scaled**2).sum(axis=1).mean()) == pytest.approx(FEATURE_NORM, rel=1e-3)


def test_agrees_with_logistic_regression_on_clean_blobs() -> None:
    features, labels = _blobs()
    probe = fit_probe(features[:1000], labels[:1000], number_of_classes=4, loss=LossChoice("ce"))
    theirs = LogisticRegression(max_iter=500).fit(features[:1000], labels[:1000])
    ours = probe.logits(features[1000:]).argmax(axis=1)
    assert (ours == theirs.predict(features[1000:])).mean() > 0.98


def test_the_robust_loss_withstands_wrong_labels() -> None:
    features, labels = _blobs(seed=1)
    generator = np.random.default_rng(2)
    given = labels.copy()
    # Pair flip: errors that point the same way pull a linear layer hardest.
    wrong = generator.random(len(labels)) < 0.4
    given[wrong] = (given[wrong] + 1) % 4
    parts = {"validation": (features[900:1100], given[900:1100])}
    kwargs = {"number_of_classes": 4, **parts}
    robust = fit_probe(features[:900], given[:900], **kwargs)
    plain = fit_probe(features[:900], given[:900], loss=LossChoice("ce"), decays=(0.003,), **kwargs)
    accuracy = [
        (p.logits(features[1100:]).argmax(axis=1) == labels[1100:]).mean() for p in (robust, plain)
    ]
    assert accuracy[0] > 0.9
    assert accuracy[0] > accuracy[1]


@pytest.mark.parametrize("loss", ["gce", "elr"])
def test_decays_tried_together_give_what_each_gives_alone(loss: str) -> None:
    features, labels = _blobs(600, seed=3)
    given = labels.copy()
    given[:150] = (given[:150] + 1) % 4
    validation = (features[400:], given[400:])
    options = {"number_of_classes": 4, "validation": validation, "loss": LossChoice(loss)}
    # Without the usual one, which takes the place of what is hardly better.
    decays = (0.003, 0.2, 3.0, 30.0)
    best = fit_probe(features[:400], given[:400], decays=decays, **options)
    alone = [fit_probe(features[:400], given[:400], decays=(each,), **options) for each in decays]

    def likeness(probe: Probe) -> tuple[float, float]:
        logits = torch.from_numpy(probe.logits(features[400:]))
        truth = torch.from_numpy(given[400:]).long()
        right = (logits.argmax(1) == truth).double().mean().item()
        return right, -torch.nn.functional.cross_entropy(logits, truth).item()

    expected = max(alone, key=likeness)
    assert expected is not alone[0]
    assert best.decay == expected.decay
    np.testing.assert_allclose(best.weight, expected.weight, atol=1e-4)
    np.testing.assert_allclose(best.bias, expected.bias, atol=1e-4)


def test_a_decay_that_is_better_by_less_than_a_standard_error_is_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    features, labels = _blobs(400)
    decays = (0.01, linear_probe.USUAL_DECAY)

    def chosen(only_usual: int, only_other: int) -> float:
        """The decay where each of the two probes alone names so many of 100 samples right."""
        names = np.zeros((2, 100), int)
        names[0, :only_usual] = 1
        names[1, only_usual : only_usual + only_other] = 1
        said = iter(np.eye(4, dtype=np.float32)[names])
        with monkeypatch.context() as patched:
            patched.setattr(Probe, "logits", lambda probe, embedding: next(said))
            validation = (features[:100], np.zeros(100, np.int32))
            options: dict[str, Any] = {"number_of_classes": 4, "validation": validation}
            found = fit_probe(features[100:], labels[100:], decays=decays, **options)
        return found.decay * 4

    # Of n samples on which they differ, chance takes the root of n more to one side.
    assert chosen(only_usual=0, only_other=1) == pytest.approx(0.1)
    assert chosen(only_usual=6, only_other=10) == pytest.approx(0.1)
    assert chosen(only_usual=5, only_other=10) == pytest.approx(0.01)
    assert chosen(only_usual=1, only_other=0) == pytest.approx(0.1)


def test_of_many_samples_some_choose_the_decay_and_all_are_learnt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    features, labels = _blobs(500)
    validation, done = (features[400:], labels[400:]), list[tuple[int, int]]()
    options: dict[str, Any] = {"number_of_classes": 4, "validation": validation}
    monkeypatch.setattr(linear_probe, "SEARCH_SAMPLES", 50)
    found = fit_probe(
        features[:400],
        labels[:400],
        decays=(100.0, 0.1),
        progress=lambda *at: done.append(at),
        **options,
    )
    monkeypatch.undo()
    expected = fit_probe(features[:400], labels[:400], decays=(0.1,), **options)
    np.testing.assert_allclose(found.weight, expected.weight, atol=1e-5)
    steps = [(at, 60) for at in range(61)]
    assert done == [*steps, *steps]


def test_same_seed_same_bits_and_the_head_says_the_same() -> None:
    features, labels = _blobs(300)
    one, two = (fit_probe(features, labels, number_of_classes=4, seed=7) for _ in range(2))
    assert torch.equal(one.weight, two.weight)
    head = Head(features.shape[1], 4)
    one.fill(head)
    with torch.no_grad():
        ours = head(torch.from_numpy(features)).numpy()
    assert np.allclose(ours, one.logits(features), atol=1e-5)


def test_constant_features_and_absent_classes_do_no_harm() -> None:
    features = np.ones((40, 6), np.float32)
    features[:20, 0] = -1
    labels = np.repeat([0, 2], 20).astype(np.int32)
    probe = fit_probe(features, labels, number_of_classes=5)
    logits = probe.logits(features)
    assert np.isfinite(logits).all()
    assert (logits.argmax(axis=1) == labels).all()


def test_the_loss_is_generalised_cross_entropy() -> None:
    logits = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    labels = np.arange(50, dtype=np.int32) % 3
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = ((1 - p[np.arange(50), labels] ** 0.7) / 0.7).mean()
    assert loss_of(logits, labels) == pytest.approx(expected, rel=1e-5)
