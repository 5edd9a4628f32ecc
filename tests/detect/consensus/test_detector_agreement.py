import numpy as np
import pytest
from scipy.stats import spearmanr

from lnl_gui.detect.consensus.detector_agreement import detector_agreement
from lnl_gui.detect.detectors.result import DetectorResult


def test_agreement_matrix() -> None:
    generator = np.random.default_rng(0)
    given = generator.integers(3, size=300).astype(np.int32)
    scores = generator.random((3, 300)).astype(np.float32)
    scores[2] = np.where(np.arange(300) < 5, np.nan, scores[0] + 0.3 * scores[1])
    votes = np.stack([given, (given + 1) % 3, given])
    votes[2, :100] = -1
    votes[2, 100:150] = (given[100:150] + 1) % 3
    results = [
        DetectorResult(name, score, vote)
        for name, score, vote in zip("abc", scores, votes, strict=True)
    ]
    found = detector_agreement(results, given, titles={"a": "Probe"})
    np.testing.assert_allclose(found.given_agreement, [1, 0, 0.75])
    np.testing.assert_allclose(found.same_vote, [[1, 0, 0.75], [0, 1, 0.25], [0.75, 0.25, 1]])
    known = slice(5, None)
    expected = spearmanr(scores[0, known], scores[2, known]).statistic
    assert found.same_order[0, 2] == pytest.approx(expected, abs=1e-6)
    assert str(found.sentence).startswith(
        "Probe agrees best with labels that it was not shown: 100 %"
    )


def test_who_was_shown_the_labels_is_not_trusted_for_agreeing_with_them() -> None:
    given = np.array([0, 1, 0, 1])
    scores = np.arange(4, dtype=np.float32)
    learnt = DetectorResult("learnt", scores, given)
    other = DetectorResult("other", scores, np.array([0, 1, 1, 0]))
    found = detector_agreement([learnt, other], given, in_sample={"learnt"})
    np.testing.assert_allclose(found.given_agreement, [np.nan, 0.5])
    np.testing.assert_allclose(found.same_vote[0, 1], 0.5)
    assert str(found.sentence).startswith(
        "other agrees best with labels that it was not shown: 50 %"
    )
    alone = detector_agreement([learnt], given, in_sample={"learnt"})
    assert "not shown the labels" in str(alone.sentence)


def test_agreement_of_the_silent() -> None:
    silent = DetectorResult("x", np.full(4, np.nan, np.float32), np.full(4, -1, np.int32))
    found = detector_agreement([silent], np.zeros(4, np.int32))
    assert (
        np.isnan(found.given_agreement).all() and str(found.sentence) == "No detector could vote."
    )
    assert detector_agreement([], np.zeros(4, np.int32)).given_agreement.shape == (0,)
