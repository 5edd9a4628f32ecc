"""CLIPCleaner and LEMoN beside the authors' formulas written out; words of a fake encoder."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from lnl_gui.detect.detectors.clip_cleaner import clip_cleaner, text_log_probabilities
from lnl_gui.detect.detectors.lemon import lemon
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.util.errors import UserError

Detect = Callable[..., DetectorResult]
CLASSES, PROMPTS, DIMENSION, SAMPLES = 4, 3, 24, 200


@dataclass(frozen=True)
class Pairs:
    """Images near the words of their true class, of which every fifth bears another label."""

    images: np.ndarray
    words: np.ndarray
    truth: np.ndarray
    given: np.ndarray

    @property
    def wrong(self) -> np.ndarray:
        return self.given != self.truth


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    generator = np.random.default_rng(3)
    centres = generator.normal(size=(CLASSES, DIMENSION))
    words = centres[:, None] + 0.4 * generator.normal(size=(CLASSES, PROMPTS, DIMENSION))
    truth = np.arange(SAMPLES, dtype=np.int32) % CLASSES
    images = centres[truth] + 0.9 * generator.normal(size=(SAMPLES, DIMENSION))
    given = truth.copy()
    given[::5] = (truth[::5] + 1 + np.arange(SAMPLES // 5) % 3) % CLASSES
    return Pairs(images.astype(np.float32), words.astype(np.float32), truth, given)


def unit(points: np.ndarray) -> np.ndarray:
    return points / np.linalg.norm(points, axis=-1, keepdims=True)


def test_a_class_is_as_likely_as_its_prompts_together(pairs: Pairs) -> None:
    cosine = np.einsum("nd,cpd->ncp", unit(pairs.images), unit(pairs.words))
    mass = np.exp(cosine / 0.07).sum(axis=2)
    expected = mass / mass.sum(axis=1, keepdims=True)
    found = np.exp(text_log_probabilities(unit(pairs.images), pairs.words))
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_clip_cleaner_keeps_what_both_classifiers_find_consistent(pairs: Pairs) -> None:
    result = clip_cleaner(pairs.images, pairs.words, pairs.given)
    by_text = np.exp(text_log_probabilities(unit(pairs.images), pairs.words))
    fitted = LogisticRegression(class_weight="balanced", max_iter=10_000)
    by_image = fitted.fit(unit(pairs.images), pairs.given).predict_proba(unit(pairs.images))
    at = np.arange(SAMPLES), pairs.given
    consistent = [found[at] / found.max(axis=1) >= 0.8 for found in (by_text, by_image)]
    selected = result.details["selected"]
    # Those alone: the two mixtures can only take from them.
    assert not selected[~(consistent[0] & consistent[1])].any()
    assert selected[consistent[0] & consistent[1]].mean() > 0.8
    assert (result.vote == by_text.argmax(axis=1)).all()
    # Half-way is where a criterion is at its threshold.
    assert ((result.score <= 0.5) == selected).all()
    assert selected[pairs.wrong].mean() < 0.1 < 0.7 < selected[~pairs.wrong].mean()


def test_consistency_alone_decides_where_the_mixtures_agree(pairs: Pairs) -> None:
    result = clip_cleaner(pairs.images, pairs.words, pairs.truth)
    by_text = np.exp(text_log_probabilities(unit(pairs.images), pairs.words))
    ratio = by_text[np.arange(SAMPLES), pairs.truth] / by_text.max(axis=1)
    low = ratio < 0.8
    # From 0 to the threshold in a line, so that the weakest criterion is at most that.
    assert (1 - result.score[low] <= ratio[low] / 0.8 * 0.5 + 1e-5).all()


def test_lemon_is_the_paper_s_sum_written_out(pairs: Pairs) -> None:
    images, words = unit(pairs.images.astype(float)), unit(unit(pairs.words).mean(axis=1))
    result = lemon(pairs.images, pairs.words, pairs.given)
    texts = words[pairs.given]
    own = 1 - (images * texts).sum(axis=1)
    between_images, between_texts = 1 - images @ images.T, 1 - texts @ texts.T
    for row in (0, 5, 17, 42, 199):
        order = [other for other in np.argsort(between_images[row]) if other != row][:30]
        by_image = np.mean(
            [
                between_texts[row, other]
                * np.exp(-0.1 * between_images[row, other])
                * np.exp(-5 * own[other])
                for other in order
            ]
        )
        alike = np.flatnonzero(pairs.given == pairs.given[row])
        by_text = np.mean(
            [
                between_images[row, other] * np.exp(-5 * own[other])
                for other in alike
                if other != row
            ]
        )
        expected = own[row] + 5 * by_image + 5 * by_text
        assert result.score[row] == pytest.approx(expected, rel=1e-4)


def test_lemon_finds_wrong_labels_and_the_right_class(pairs: Pairs) -> None:
    result = lemon(pairs.images, pairs.words, pairs.given)
    worst = np.argsort(-result.score)[: pairs.wrong.sum()]
    assert pairs.wrong[worst].mean() > 0.9
    assert (result.vote[pairs.wrong] == pairs.truth[pairs.wrong]).mean() > 0.9


def test_members_of_a_group_are_no_image_neighbours(pairs: Pairs) -> None:
    groups = np.full(SAMPLES, -1)
    similar = unit(pairs.images) @ unit(pairs.images)[0]
    groups[np.argsort(-similar)[:20]] = 7
    alone = lemon(pairs.images, pairs.words, pairs.given)
    grouped = lemon(pairs.images, pairs.words, pairs.given, groups=groups)
    assert alone.score[0] != grouped.score[0]


@pytest.mark.parametrize("detector", [clip_cleaner, lemon])
def test_what_cannot_be_read_or_has_no_label_is_not_judged(detector: Detect, pairs: Pairs) -> None:
    images, given = pairs.images.copy(), pairs.given.copy()
    images[3], given[4] = np.nan, -1
    result = detector(images, pairs.words, given)
    assert np.isnan(result.score[[3, 4]]).all() and (result.vote[[3, 4]] == -1).all()
    assert np.isfinite(np.delete(result.score, [3, 4])).all()
    with pytest.raises(UserError, match="same encoder"):
        detector(images[:, :5], pairs.words, given)


@pytest.mark.parametrize("detector", [clip_cleaner, lemon])
def test_a_single_class_and_a_single_sample_are_no_fault(detector: Detect, pairs: Pairs) -> None:
    assert len(detector(pairs.images[:1], pairs.words, pairs.given[:1]).score) == 1
    same = np.zeros(SAMPLES, np.int32)
    assert np.isfinite(detector(pairs.images, pairs.words, same).score).all()
