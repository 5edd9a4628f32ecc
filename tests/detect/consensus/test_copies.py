"""Copies of one image, and images of one patient, are no witnesses for each other."""

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus import consensus
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.neighbour_posterior import find_neighbourhood
from lnl_gui.detect.consensus.transition import ObservedLabels, fit_transition
from lnl_gui.detect.detectors.majority_vote import cluster_votes
from lnl_gui.detect.detectors.registry import run_detector
from tests.detect.few_repetitions import one_repetition
from tests.detect.synthetic_data import make_dataset

__all__ = ["one_repetition"]

COPIES = 6
ALONE, COPIED = slice(0, 12), slice(12, 24)


class Copied:
    """400 blobs; of 24 wrong labels twelve belong to images that come in seven near copies."""

    def __init__(self) -> None:
        generator = np.random.default_rng(3)
        data = make_dataset(samples=400, transition=np.eye(4))
        given = data.truth.copy()
        given[:24] = (given[:24] + 1 + np.arange(24) % 3) % 4
        source = np.concatenate([np.arange(400), np.repeat(np.arange(400)[COPIED], COPIES)])
        moved = 0.02 * generator.standard_normal((len(source), 24))
        moved[:400] = 0
        self.embedding = (data.embedding[source] + moved).astype(np.float32)
        self.given = given[source]
        self.truth = data.truth[source]
        self.copies = np.where(np.isin(source, source[COPIED]), source, -1)

    @property
    def copied(self) -> np.ndarray:
        return self.copies >= 0


@pytest.fixture(scope="module")
def data() -> Copied:
    return Copied()


@pytest.fixture(scope="module")
def found(data: Copied) -> Consensus:
    return find_suspects(
        DetectionInput([data.embedding], data.given, number_of_classes=4, copies=data.copies)
    )


def test_a_wrong_label_that_all_copies_share_is_found(data: Copied, found: Consensus) -> None:
    assert found.flagged[ALONE].mean() >= 0.9
    assert found.flagged[data.copied].mean() >= 0.9
    right = data.given == data.truth
    assert found.flagged[right].mean() < 0.02
    assert (found.suggested_label == data.truth)[data.copied].mean() > 0.9


def test_without_the_groups_copies_hide_it(data: Copied, found: Consensus) -> None:
    plain = find_suspects(DetectionInput([data.embedding], data.given, number_of_classes=4))
    assert plain.flagged[data.copied].mean() < found.flagged[data.copied].mean() - 0.25


def test_one_wrong_label_among_right_copies_is_found(data: Copied) -> None:
    given = data.truth.copy()
    odd = np.flatnonzero(data.copied)[:12]  # one of each seven
    given[odd] = (given[odd] + 1) % 4
    result = find_suspects(
        DetectionInput([data.embedding], given, number_of_classes=4, copies=data.copies)
    )
    assert result.flagged[odd].mean() >= 0.9
    assert result.flagged.sum() <= 16


def test_copies_are_judged_as_one_among_thousands_of_classes_too(
    data: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consensus, "too_many", lambda samples, classes: True)
    given = data.given.copy()
    images = np.unique(data.copies[data.copied])
    mixed = np.isin(data.copies, images[:6])
    given[mixed] = data.truth[mixed]
    # One of each seven; of the six other images all copies are wrong.
    odd = np.array([np.flatnonzero(data.copies == image)[3] for image in images[:6]])
    given[odd] = (given[odd] + 1) % 4
    result = find_suspects(
        DetectionInput([data.embedding], given, number_of_classes=4, copies=data.copies)
    )
    wrong = given != data.truth
    assert result.flagged[odd].all()
    assert result.flagged[wrong & data.copied].mean() > 0.8
    assert result.flagged[~wrong].mean() < 0.02
    for image in images:
        assert len(np.unique(result.suggested_label[data.copies == image])) == 1


@pytest.mark.parametrize("name", ["neighbours", "confident_learning", "simifeat_v", "simifeat_r"])
def test_detectors_give_copies_no_vote_on_each_other(name: str, data: Copied) -> None:
    result = run_detector(
        name, [data.embedding], data.given, number_of_classes=4, copies=data.copies
    )
    assert (result.vote == data.truth)[data.copied].mean() > 0.9
    assert np.median(result.score[data.copied]) > 0.5


@pytest.mark.parametrize("name", ["aum", "loss_mixture", "mean_probability"])
def test_probes_in_sample_count_copies_once(name: str, data: Copied) -> None:
    options = {"number_of_classes": 4, "copies": data.copies}
    result = run_detector(name, [data.embedding], data.given, **options)  # type: ignore[arg-type]  # of one test
    alone, copied = result.score[ALONE], result.score[data.copied]
    assert np.median(copied) > 0.7 * np.median(alone)


def test_copies_vote_once_in_their_cluster() -> None:
    assignment, given = np.zeros(7, np.int32), np.array([1, 1, 1, 1, 0, 0, 2], np.int32)
    weights = np.array([0.25] * 4 + [1.0] * 3, np.float32)
    votes = cluster_votes(assignment, given, number_of_classes=3, sample_weights=weights)
    assert votes.label.tolist() == [0]
    assert votes.share == pytest.approx(2 / 4)


def test_a_patients_images_have_no_vote_and_full_weight() -> None:
    generator = np.random.default_rng(6)
    patients = np.repeat(np.arange(40), 10)
    truth = (patients % 4).astype(np.int32)
    # Each patient differs more from others of the class than from image to image.
    own = generator.standard_normal((40, 24))[patients]
    noise = 0.3 * generator.standard_normal((400, 24))
    embedding = (6 * np.eye(4, 24)[truth] + 1.2 * own + noise).astype(np.float32)
    given = truth.copy()
    given[:60] = (given[:60] + 1) % 4  # all of six patients alike
    wrong = given != truth
    together = find_suspects(
        DetectionInput([embedding], given, number_of_classes=4, groups=patients, repetitions=5)
    )
    apart = find_suspects(DetectionInput([embedding], given, number_of_classes=4))
    assert together.flagged[wrong].mean() > 0.75
    assert apart.flagged[wrong].mean() < 0.3


def test_a_class_of_one_group_alone_is_not_flagged() -> None:
    data = make_dataset(samples=200, transition=np.eye(4))
    groups = np.where(data.truth == 3, 0, -1)
    found = find_suspects(
        DetectionInput([data.embedding], data.given, number_of_classes=4, groups=groups)
    )
    assert not found.flagged[data.truth == 3].any()


def test_neighbours_of_the_own_unit_have_no_weight() -> None:
    features = torch.randn(50, 8, generator=torch.Generator().manual_seed(0))
    units = torch.arange(50) // 5
    near = find_neighbourhood(features, neighbours=20, units=units)
    same = units[near.rows.long()] == units[:, None]
    assert float(near.weights[same].sum()) == 0.0
    torch.testing.assert_close(near.weights.sum(1), torch.ones(50))
    one = find_neighbourhood(features, neighbours=20, units=torch.zeros(50, dtype=torch.int64))
    assert float(one.weights.sum()) == 0.0


def test_weights_stand_for_repeated_rows() -> None:
    generator = torch.Generator().manual_seed(1)
    probability = torch.softmax(torch.randn(60, 3, generator=generator), 1)
    given = torch.randint(0, 3, (60,), generator=generator)
    times = torch.randint(1, 4, (60,), generator=generator)
    nobody = torch.full((60,), -1)
    came = torch.ones(60, dtype=torch.bool)
    weighted = ObservedLabels(given, nobody, came, times.float())
    again = torch.repeat_interleave(torch.arange(60), times)
    plain = ObservedLabels(given[again], nobody[again], came[again])
    np.testing.assert_allclose(
        fit_transition(probability, weighted, pseudo_count=3.0),
        fit_transition(probability[again], plain, pseudo_count=3.0),
        rtol=1e-4,
    )
