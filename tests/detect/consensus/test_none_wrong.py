"""Suspicions where perhaps no label is wrong: lower by one share, in the same order."""

import numpy as np
import pytest

from lnl_gui.detect.consensus import fit, none_wrong, repetitions
from lnl_gui.detect.consensus.consensus import find_suspects, judge_probabilities
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.none_wrong import none_shares
from lnl_gui.detect.consensus.problem import state_problem
from lnl_gui.detect.judgement import sound_labels
from lnl_gui.pipeline.detection.annotators import image_probabilities
from tests.detect.consensus.test_noise_evidence import CLASSES, NONE, drawn
from tests.detect.synthetic_data import make_dataset, symmetric


def labelled(
    transition: np.ndarray, *, sharpness: float, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Predictions that are too sure of themselves, as a probe's are, and labels, 500 each."""
    scores, observed = drawn(transition, sharpness=sharpness, seed=seed)
    return (1.4 * scores).softmax(1).numpy(), observed.given.numpy().astype(np.int32)


def judged(predicted: np.ndarray, labels: np.ndarray, *, share: float = 0.5) -> Consensus:
    """As with an equal share for the reading that none is wrong, or with another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(none_wrong, "NONE_SHARE", share)
        return judge_probabilities(predicted, labels)


@pytest.mark.parametrize("seed", range(2))
def test_right_labels_of_hard_images_are_at_most_half_suspected(seed: int) -> None:
    predicted, given = labelled(NONE, sharpness=1.5, seed=seed)
    by_noise, found = judged(predicted, given, share=0.0), judged(predicted, given)
    assert by_noise.none_share is None or not by_noise.none_share.any()
    assert found.suspicion.max() <= 0.5 < by_noise.suspicion.max()
    np.testing.assert_allclose(found.suspicion, 0.5 * by_noise.suspicion, atol=1e-6)
    np.testing.assert_allclose(found.suspicion_by_noise, by_noise.suspicion, atol=1e-6)
    # Another half for the given label: of even odds the mean, by the law of total probability.
    own = found.posterior_classes == given[:, None]
    assert 1.0 - found.posterior[own] == pytest.approx(found.suspicion, abs=1e-5)
    assert (np.diff(found.posterior, axis=1) <= 0).all()
    np.testing.assert_allclose(found.posterior.sum(axis=1), 1.0, atol=1e-5)
    # What is worth a look, suggested and in no need of one does not change.
    np.testing.assert_array_equal(found.flagged, by_noise.flagged)
    assert np.array_equal(found.flagged, found.suspicion >= found.threshold)
    np.testing.assert_array_equal(found.suggested_label, by_noise.suggested_label)
    nobody = np.zeros(len(given), bool)
    assert np.array_equal(sound_labels(found, nobody).chosen, sound_labels(by_noise, nobody).chosen)
    assert [str(w) for w in found.warnings[1:]] == [str(w) for w in by_noise.warnings[1:]]
    # The rate lies between the readings, and its interval holds both.
    assert found.noise_rate == pytest.approx(found.suspicion.mean(), rel=1e-4)
    low, high = found.noise_rate_interval
    assert low == 0.0 and high == pytest.approx(by_noise.noise_rate_interval[1], rel=0.1)


@pytest.mark.parametrize("seed", range(2))
def test_wrong_labels_of_sure_images_are_suspected_as_before(seed: int) -> None:
    predicted, given = labelled(symmetric(CLASSES, 0.2), sharpness=6.0, seed=seed)
    found = judged(predicted, given)
    assert found.none_share is None
    assert np.median(found.suspicion[predicted.argmax(axis=1) != given]) > 0.9


def test_of_copies_that_contradict_each_other_one_is_wrong() -> None:
    predicted, given = labelled(NONE, sharpness=2.5)
    copies = np.full(500, -1)
    sure = np.flatnonzero(given == 3)[:6]
    copies[sure] = [0, 0, 1, 1, 2, 2]
    given[sure[0]] = 4
    wanted = DetectionInput([predicted], given, CLASSES, copies=copies)
    shares = none_shares(state_problem(wanted), 0.8).numpy()
    told = np.isin(np.arange(500), sure[:2])
    np.testing.assert_allclose(shares, np.where(told, 0.0, 0.4))


def test_the_label_leaves_no_trace_in_what_the_image_says() -> None:
    predicted, given = labelled(NONE, sharpness=2.5)
    by_noise, found = judged(predicted, given, share=0.0), judged(predicted, given)
    assert found.suspicion.max() <= 0.5
    np.testing.assert_allclose(
        image_probabilities(found, given, CLASSES),
        image_probabilities(by_noise, given, CLASSES),
        atol=1e-3,
    )


def test_repeated_fits_are_lowered_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_dataset(samples=240, classes=3, distance=3.0)
    wanted = DetectionInput([data.embedding], data.given, 3, repetitions=2)
    # What random errors allow may be more than the noise alone does, and has tests of its own.
    monkeypatch.setattr(fit, "random_error_limit", lambda *_: 0.0)

    def at(plausible: float) -> Consensus:
        monkeypatch.setattr(repetitions, "plausibility_of_none", lambda *_, **__: plausible)
        return find_suspects(wanted)

    by_noise, found = at(0.0), at(0.8)
    assert by_noise.none_share is None and by_noise.suspicion.max() > 0.1
    for name in ("suspicion", "suspicion_spread", "noise_rate_spread", "noise_rate"):
        lowered = 0.6 * getattr(by_noise, name)
        np.testing.assert_allclose(getattr(found, name), lowered, rtol=1e-4, atol=1e-6)
    for name in ("flagged", "agreeing", "suggested_label"):
        np.testing.assert_array_equal(getattr(found, name), getattr(by_noise, name))
    assert found.error_above == pytest.approx(by_noise.error_above)
    assert found.relative_error > by_noise.relative_error
    low, high = found.noise_rate_interval
    least, most = by_noise.noise_rate_interval
    assert low < least and high == pytest.approx(most, rel=0.1)
