import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score, f1_score

from lnl_gui.detect.consensus import consensus, many_classes
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.many_classes import too_many
from lnl_gui.detect.label_issues import find_label_issues
from lnl_gui.detect.label_warnings import LabelIssuesWarning
from tests.detect.synthetic_data import SyntheticDataset, make_dataset, symmetric


@pytest.fixture
def data() -> SyntheticDataset:
    return make_dataset(samples=1200, classes=6, transition=symmetric(6, 0.25))


@pytest.fixture
def plain_route(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge six classes as if they were thousands."""
    monkeypatch.setattr(consensus, "too_many", lambda samples, classes: True)
    monkeypatch.setattr(many_classes, "_BLOCK_CELLS", 600)


def test_thousands_of_classes_take_the_plain_route() -> None:
    assert too_many(3_000, 2_500)
    assert too_many(1_300_000, 1_000)
    assert not too_many(50_000, 100)


@pytest.mark.usefixtures("plain_route")
def test_plain_route_judges_nearly_as_well(data: SyntheticDataset) -> None:
    found = find_suspects(DetectionInput([data.embedding], data.given, number_of_classes=6))
    assert average_precision_score(data.wrong, found.suspicion) > 0.95
    assert f1_score(data.wrong, found.flagged) > 0.88
    assert (found.suggested_label == data.truth)[data.wrong].mean() > 0.9
    assert found.noise_rate == pytest.approx(data.wrong.mean(), rel=0.15)
    assert found.posterior.shape == (1200, 6)
    assert found.posterior.sum(1) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.usefixtures("plain_route")
def test_verdicts_are_certain_on_the_plain_route(data: SyntheticDataset) -> None:
    verdicts = np.full(1200, -1, np.int32)
    verdicts[:100] = data.truth[:100]
    found = find_suspects(
        DetectionInput([data.embedding], data.given, number_of_classes=6, verdict_labels=verdicts)
    )
    assert np.array_equal(found.suspicion[:100], data.wrong[:100].astype(np.float32))
    assert np.array_equal(found.suggested_label[:100], data.truth[:100])
    assert not found.flagged[:100].any()


def test_two_thousand_classes_of_four() -> None:
    generator = np.random.default_rng(0)
    classes = 2_000
    centres = generator.standard_normal((classes, 32)).astype(np.float32) * 3.0
    truth = np.arange(classes * 4) % classes
    embedding = (centres[truth] + generator.standard_normal((classes * 4, 32))).astype(np.float16)
    given = truth.copy()
    changed = generator.random(truth.size) < 0.1
    given[changed] = generator.integers(0, classes, int(changed.sum()))
    assert too_many(truth.size, classes)
    found = find_suspects(
        DetectionInput([embedding], given.astype(np.int32), number_of_classes=classes)
    )
    assert f1_score(truth != given, found.flagged) > 0.9
    assert found.transition_matrix.shape == (0, 0)
    assert found.posterior.shape == (classes * 4, 20)


@pytest.mark.parametrize("most", [1, 3, 4, 7, 100])
def test_no_block_parts_the_copies_of_an_image(most: int) -> None:
    copies = torch.tensor([5, -1, 2, 5, 5, 5, 2, 9, -1, 7, 9, 7, 7])
    blocks = list(many_classes.whole_images(torch.arange(1, 13), copies, most))
    assert sorted(torch.cat(blocks).tolist()) == [2, 3, 4, 5, 6, 7, 9, 10, 11, 12]
    images = torch.cat([copies[block].unique() for block in blocks])
    assert sorted(images.tolist()) == [2, 5, 7, 9]
    # More than `most` rows only where one image has so many.
    for block in blocks:
        assert len(block) < 2 * max(most, 3)
    assert len(blocks) == {1: 4, 3: 4, 4: 3, 7: 2, 100: 1}[most]


def test_classes_of_hardly_any_samples_take_the_short_way() -> None:
    assert too_many(3_000, 1_500)
    assert not too_many(50_000, 100) and not too_many(1_200, 1_000)


def test_what_cannot_be_judged_is_said_and_nothing_is_called_sound() -> None:
    """Both images of each class are copies: without them nothing is known of the class."""
    classes = 1_200
    labels = np.repeat(np.arange(classes, dtype=np.int32), 2)
    embedding = np.random.default_rng(0).normal(size=(classes, 16)).astype(np.float32)[labels]
    with pytest.warns(LabelIssuesWarning, match="cannot be judged"):
        found = find_label_issues(labels, embeddings=embedding, groups=labels)
    assert found.cannot_judge
    assert not found.flagged.any() and not found.well_labelled.any()
    assert found.expected_errors.high == len(labels)
    assert any("cannot be judged" in str(warning) for warning in found.warnings)
