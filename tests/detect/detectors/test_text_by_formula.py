"""CLIPCleaner, LEMoN and zero-shot classification recomputed with scikit-learn and numpy."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, logsumexp
from sklearn.linear_model import LogisticRegression

from lnl_gui.detect.detectors import clip_cleaner as clip_module
from lnl_gui.detect.detectors import lemon as lemon_module
from lnl_gui.detect.detectors import zero_shot as zero_shot_module
from lnl_gui.detect.detectors.clip_cleaner import clip_cleaner
from lnl_gui.detect.detectors.lemon import lemon
from lnl_gui.detect.detectors.zero_shot import zero_shot
from lnl_gui.detect.mixture import clean_probability, fit_mixture
from tests.detect.detectors.test_text_detectors import unit

SAMPLES, CLASSES, PROMPTS, WIDTH = 150, 4, 3, 10


def pairs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images, prompts and labels; one image unreadable, one without a label, one class unused."""
    generator = np.random.default_rng(4)
    centres = generator.normal(size=(CLASSES, WIDTH))
    words = centres[:, None] + 0.5 * generator.normal(size=(CLASSES, PROMPTS, WIDTH))
    truth = np.arange(SAMPLES) % (CLASSES - 1)
    images = centres[truth] + 0.7 * generator.normal(size=(SAMPLES, WIDTH))
    given = np.where(np.arange(SAMPLES) % 5 == 0, (truth + 1) % (CLASSES - 1), truth)
    images[3], given[4] = np.nan, -1
    return images.astype(np.float32), words.astype(np.float32), given.astype(np.int32)


JUDGED = np.delete(np.arange(SAMPLES), [3, 4])


def halved(values: np.ndarray, threshold: float) -> np.ndarray:
    """On either side of the threshold in a line to 0 and 1."""
    above = 0.5 + 0.5 * (values - threshold) / (1 - threshold)
    return np.where(values < threshold, 0.5 * values / threshold, above)


def test_clip_cleaner_is_the_weakest_of_four_criteria() -> None:
    images, words, given = pairs()
    told: list[tuple[int, int]] = []
    found = clip_cleaner(
        images, words, given, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(0, 2), (1, 2), (2, 2)]
    own, labels = unit(images[JUDGED].astype(float)), given[JUDGED]
    cosine = np.einsum("nd,cpd->ncp", own, unit(words.astype(float)))
    by_text = log_softmax(logsumexp(cosine / 0.07, axis=2), axis=1)
    fitted = LogisticRegression(class_weight="balanced", max_iter=10_000).fit(own, labels)
    by_image = np.full((len(JUDGED), CLASSES), -np.inf)
    by_image[:, :3] = fitted.predict_log_proba(own)
    criteria = []
    for logs in (by_text, by_image):
        losses = -logs[np.arange(len(labels)), labels]
        mixture = fit_mixture(losses, labels, number_of_groups=CLASSES)
        criteria.append(clean_probability(losses, mixture, labels))
        criteria.append(halved(np.exp(-losses) / np.exp(logs).max(axis=1), 0.8))
    weakest = np.min(criteria, axis=0)
    np.testing.assert_allclose(found.score[JUDGED], 1 - weakest, atol=2e-3)
    sure = np.abs(weakest - 0.5) > 2e-3
    selected = found.details["selected"]
    assert (selected[JUDGED] == (weakest >= 0.5))[sure].all() and 20 < selected.sum() < 130
    assert (found.vote[JUDGED] == by_text.argmax(axis=1)).all()
    np.testing.assert_allclose(
        found.details["confidence"][JUDGED], np.exp(by_text.max(axis=1)), rtol=1e-4
    )
    assert np.isnan(found.score[[3, 4]]).all() and (found.vote[[3, 4]] == -1).all()
    assert not selected[[3, 4]].any() and (found.details["confidence"][[3, 4]] == 0).all()
    assert found.name == "clip_cleaner" and found.details["confidence"].dtype == np.float32


def test_a_classifier_of_one_class_is_sure_of_it() -> None:
    images, words, _ = pairs()
    labels = np.full(20, 2)
    found = clip_module._image_log_probabilities(unit(images[10:30]), labels, CLASSES)
    wanted = np.full((20, CLASSES), -np.inf)
    wanted[:, 2] = 0
    np.testing.assert_array_equal(found, wanted)
    # Then the text alone decides.
    result = clip_cleaner(images[10:60], words, np.full(50, 2, np.int32))
    logs = clip_module.text_log_probabilities(unit(images[10:60]), words)
    losses = -logs[:, 2]
    clean = clean_probability(losses, fit_mixture(losses))
    ratio = halved(np.exp(-losses - logs.max(axis=1)), 0.8)
    np.testing.assert_allclose(result.score, 1 - np.minimum(clean, ratio), atol=1e-5)


@pytest.mark.parametrize("temperature", [0.07, 0.5])
def test_text_of_one_prompt_or_of_several(temperature: float) -> None:
    images, words, _ = pairs()
    own = unit(images[10:40])
    for texts in (words, words[:, 0], words[:, :1]):
        whole = texts.reshape(CLASSES, -1, WIDTH)
        mass = np.exp(np.einsum("nd,cpd->ncp", own, unit(whole)) / temperature).sum(axis=2)
        found = clip_module.text_log_probabilities(own, texts, temperature=temperature)
        np.testing.assert_allclose(
            np.exp(found), mass / mass.sum(axis=1, keepdims=True), rtol=1e-4, atol=1e-7
        )


@pytest.mark.parametrize("rows", [40, 4096])
@pytest.mark.parametrize("kind", ["groups", "copies"])
def test_lemon_of_every_class_is_the_sum_of_its_neighbours(
    kind: str, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lemon_module, "_ROWS", rows)
    images, words, given = pairs()
    # Of one class there is a single sample.
    given[7] = 3
    numbers = np.full(SAMPLES, -1)
    numbers[10:30] = np.arange(20) // 10
    images[141] = images[140]
    told: list[tuple[int, int]] = []
    found = lemon(
        images,
        words,
        given,
        progress=lambda done, total: told.append((done, total)),
        **{kind: numbers},
    )
    assert told[-1][0] == told[-1][1] and told
    own, texts = unit(images.astype(float)), unit(unit(words.astype(float)).mean(axis=1))
    between = 1 - texts @ texts.T
    apart = 1 - own @ own.T
    agree = 1 - np.einsum("nd,nd->n", own, texts[given])
    for row in (*JUDGED[::3].tolist(), 7, 10, 140, 141):
        out = {row, 3, 4}
        if numbers[row] >= 0:
            out |= set(np.flatnonzero(numbers == numbers[row]).tolist())
        if row in (140, 141):
            out |= {140, 141}
        near = [int(at) for at in np.argsort(apart[row]) if int(at) not in out][:30]
        scores = []
        for label in range(CLASSES):
            by_image = sum(
                between[label, given[at]] * np.exp(-0.1 * apart[row, at] - 5 * agree[at])
                for at in near
            )
            mates = [at for at in JUDGED if given[at] == label and at != row]
            by_text = sum(apart[row, at] * np.exp(-5 * agree[at]) for at in mates)
            text = by_text / len(mates) if mates else 1.0
            scores.append(1 - own[row] @ texts[label] + 5 * by_image / len(near) + 5 * text)
        assert found.score[row] == pytest.approx(scores[given[row]], rel=1e-3)
        assert found.vote[row] == int(np.argmin(scores))
    assert np.isnan(found.score[[3, 4]]).all() and (found.vote[[3, 4]] == -1).all()
    assert found.name == "lemon"


def test_lemon_of_few_samples_takes_the_mean_of_those_there_are() -> None:
    generator = np.random.default_rng(0)
    images, words = generator.normal(size=(3, 5)), generator.normal(size=(2, 5))
    given = np.array([0, 1, 1], np.int32)
    found = lemon(images, words, given)
    own, texts = unit(images), unit(words)
    agree = 1 - np.einsum("nd,nd->n", own, texts[given])
    apart = 1 - own @ own.T
    between = 1 - texts @ texts.T
    by_image = np.mean(
        [between[0, 1] * np.exp(-0.1 * apart[0, at] - 5 * agree[at]) for at in (1, 2)]
    )
    # Nobody else bears its label.
    assert found.score[0] == pytest.approx(agree[0] + 5 * by_image + 5, rel=1e-4)
    two = lemon(images[:2], words, given[:2]).score[0]
    by_image = between[0, 1] * np.exp(-0.1 * apart[0, 1] - 5 * agree[1])
    assert two == pytest.approx(agree[0] + 5 * by_image + 5, rel=1e-4)


@pytest.mark.parametrize("chunk", [33, 8192])
@pytest.mark.parametrize("scale", [100.0, 7.0, None])
def test_zero_shot_is_a_softmax_of_scaled_cosines(
    scale: float | None, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zero_shot_module, "_CHUNK", chunk)
    images, words, given = pairs()
    told: list[tuple[int, int]] = []
    found = zero_shot(
        images,
        words,
        given,
        scale=scale,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [*((at, 148) for at in range(0, 148, chunk)), (148, 148)]
    texts = unit(unit(words.astype(float)).mean(axis=1))
    cosine = unit(images[JUDGED].astype(float)) @ texts.T
    labels, at = given[JUDGED], np.arange(len(JUDGED))
    if scale is None:
        scale = minimize_scalar(
            lambda size: -log_softmax(size * cosine, axis=1)[at, labels].mean(),
            bounds=(0.2, 400),
            method="bounded",
        ).x
        assert 0.3 < scale < 100
    assert found.details["scale"].tolist() == pytest.approx([scale], rel=1e-3)
    chance = np.exp(log_softmax(float(found.details["scale"][0]) * cosine, axis=1))
    others = chance.sum(axis=1) - chance[at, labels]
    np.testing.assert_allclose(found.score[JUDGED], others, rtol=2e-3, atol=1e-6)
    assert (found.vote[JUDGED] == chance.argmax(axis=1)).all()
    confidence = found.details["confidence"]
    np.testing.assert_allclose(confidence[JUDGED], chance.max(axis=1), rtol=1e-3)
    assert (confidence[[3, 4]] == 0).all() and np.isnan(found.score[[3, 4]]).all()
    assert (found.vote[[3, 4]] == -1).all() and found.name == "zero_shot"


def test_the_scale_is_fitted_to_an_even_part(monkeypatch: pytest.MonkeyPatch) -> None:
    images, words, given = pairs()
    monkeypatch.setattr(zero_shot_module, "_FIT_ROWS", 50)
    found = zero_shot(images, words, given, scale=None).details["scale"]
    # Every third of 148 samples: fifty at most.
    some = JUDGED[::3]
    alone = zero_shot(images[some], words, given[some], scale=None).details["scale"]
    assert found == pytest.approx(alone, rel=1e-6)


def test_sure_samples_keep_their_order() -> None:
    words = np.eye(2, 3)
    angles = np.array([0.0, 0.05, 0.1, 0.2])
    images = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    found = zero_shot(images, words, np.zeros(4, np.int32), scale=50.0).score
    wanted = np.exp(50 * (np.sin(angles) - np.cos(angles)))
    np.testing.assert_allclose(found, wanted, rtol=1e-4)
