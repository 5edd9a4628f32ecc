import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from lnl_gui.detect.detectors.loss_mixture import detect_loss_mixture
from lnl_gui.detect.detectors.registry import describe_detector, list_detectors, run_detector
from lnl_gui.detect.detectors.training_dynamics import detect_aum, detect_mean_probability
from lnl_gui.detect.probes.robust_probe import LOSSES
from lnl_gui.util.errors import UserError
from tests.detect.synthetic_data import SyntheticDataset, make_dataset, symmetric


@pytest.fixture(scope="module")
def data() -> SyntheticDataset:
    return make_dataset(transition=symmetric(4, 0.3), samples=1000)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("per_class", [True, False])
def test_every_loss_finds_most_wrong_labels(
    data: SyntheticDataset, loss: str, per_class: bool
) -> None:
    found = detect_loss_mixture(
        [data.embedding], data.given, number_of_classes=4, loss=loss, per_class=per_class
    )
    assert found.score.min() >= 0 and found.score.max() <= 1
    assert average_precision_score(data.wrong, found.score) > 0.85
    assert found.details["mixture_mean"].shape == (4 if per_class else 1, 2)


def test_robust_losses_name_more_right_classes_than_plain_ones(data: SyntheticDataset) -> None:
    right = {}
    for loss in ("ce", "elr"):
        found = detect_loss_mixture([data.embedding], data.given, number_of_classes=4, loss=loss)
        right[loss] = (found.vote == data.truth)[data.wrong].mean()
    assert right["elr"] >= right["ce"] - 0.01
    assert right["elr"] > 0.85


def test_loss_is_the_cross_entropy_of_the_given_label(data: SyntheticDataset) -> None:
    found = detect_loss_mixture([data.embedding], data.given, number_of_classes=4)
    agrees = found.vote == data.given
    # The best of four classes has at least a quarter of the probability.
    assert found.details["loss"][agrees].max() <= np.log(4) + 1e-5
    assert found.details["loss"].min() >= 0


@pytest.mark.parametrize("detect", [detect_aum, detect_mean_probability])
def test_training_dynamics_rank_wrong_labels_first(data: SyntheticDataset, detect: object) -> None:
    found = detect([data.embedding], data.given, number_of_classes=4)  # type: ignore[operator]  # one of two functions
    assert average_precision_score(data.wrong, found.score) > 0.85
    assert found.score.min() >= 0 and found.score.max() <= 1


def test_margin_is_of_the_given_against_the_best_other(data: SyntheticDataset) -> None:
    found = detect_aum([data.embedding], data.given, number_of_classes=4)
    margin = found.details["margin"]
    assert margin[~data.wrong].mean() > 0 > margin[data.wrong].mean()


def test_unusable_rows_have_no_score(data: SyntheticDataset) -> None:
    broken = data.embedding.copy()
    broken[4] = np.inf
    found = detect_loss_mixture([broken], data.given, number_of_classes=4)
    assert np.flatnonzero(np.isnan(found.score)).tolist() == [4]
    assert found.vote[4] == -1


def test_every_registered_detector_of_the_probe_runs_by_name(data: SyntheticDataset) -> None:
    names = [info.name for info in list_detectors()]
    assert len(set(names)) == len(names)
    ours = [n for n in names if n.startswith("loss_mixture")] + ["aum", "mean_probability"]
    assert len(ours) == 8
    for name in ours:
        info = describe_detector(name)
        assert info.title and info.description and "O(" in str(info.complexity)
        found = run_detector(name, [data.embedding[:200]], data.given[:200], number_of_classes=4)
        assert found.score.shape == (200,)


def test_an_unknown_detector_suggests_the_nearest() -> None:
    with pytest.raises(UserError, match="Did you mean loss_mixture"):
        describe_detector("los_mixture")
