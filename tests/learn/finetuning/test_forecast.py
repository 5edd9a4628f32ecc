"""How long a training on images takes is counted in images and measured on some."""

from pathlib import Path

import pytest
import torch

from lnl_gui.learn.finetuning import forecast
from lnl_gui.learn.finetuning.forecast import Pace, forecast_seconds, trains_on_images
from lnl_gui.learn.models.precision import Precision
from lnl_gui.learn.recipes.parameters import with_overrides
from lnl_gui.learn.recipes.registry import find_recipe
from tests.learn.drawn import backbone, drawn_sets


def test_only_epochs_over_images_are_forecast() -> None:
    cheap = ("quick", "linear_probe", "unicon_head")
    assert not any(map(trains_on_images, map(find_recipe, cheap)))
    assert all(map(trains_on_images, map(find_recipe, ("full", "turn", "plain:ce"))))


@pytest.mark.parametrize(
    ("name", "passed", "learnt"),
    [
        # Two epochs each, of 100 samples; 20 are judged.
        ("full", 2 * 20, 2 * 100),
        ("co_teaching", 2 * 2 * 20, 2 * 2 * 100),
        ("turn", 120 + 2 * 120, 2 * 100),
        # One of them a warm-up of the heads.
        ("divide_mix", 2 * (100 + 6 * 80) + 2 * 100 + 2 * 2 * 20, 8 * 80),
    ],
)
def test_images_are_counted(
    name: str, passed: float, learnt: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "measured_pace", lambda *_: Pace(0.5, 1.0, 1000.0))
    found = forecast_seconds(
        with_overrides(find_recipe(name), epochs=2),
        backbone(),
        [],
        training=100,
        judged=20,
        precision=Precision(),
    )
    assert found == pytest.approx(passed + 1000 * learnt)
    # Where decoding is the slowest, it decides.
    assert Pace(3.0, 1.0, 2.0).seconds(passed=1, learnt=1) == 6.0


def test_measuring_leaves_the_network_as_it_was(tmp_path: Path) -> None:
    training, _ = drawn_sets(tmp_path, training=6)
    network = backbone()
    before = {name: tensor.clone() for name, tensor in network.model.state_dict().items()}
    pace = forecast.measured_pace(network, training.files, "full", Precision())
    assert min(pace.decoded, pace.passed, pace.learnt) > 0
    assert all(torch.equal(before[k], v) for k, v in network.model.state_dict().items())
    assert all(p.grad is None for p in network.model.parameters())
