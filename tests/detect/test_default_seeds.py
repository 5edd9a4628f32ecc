"""Without a seed a computation is that of seed 0, so that it can be repeated and compared."""

from collections.abc import Callable
from inspect import signature

import pytest

from lnl_gui.detect.detectors.loss_mixture import detect_loss_mixture
from lnl_gui.detect.detectors.simifeat import simifeat_vote
from lnl_gui.detect.detectors.turtle import generalisation_score, turtle
from lnl_gui.detect.issues.off_topic import class_distance
from lnl_gui.detect.neighbours.ivf_index import approximate_neighbours
from lnl_gui.detect.neighbours.projection import project_to_plane
from lnl_gui.detect.probes.cross_fitting import cross_fit, train_probes
from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities
from lnl_gui.detect.probes.robust_probe import train_probe_loss

SEEDED = [
    approximate_neighbours,
    class_distance,
    cross_fit,
    detect_loss_mixture,
    generalisation_score,
    out_of_fold_probabilities,
    project_to_plane,
    simifeat_vote,
    train_probe_loss,
    train_probes,
    turtle,
]


@pytest.mark.parametrize("function", SEEDED, ids=lambda function: str(function.__name__))
def test_the_seed_is_zero_if_none_is_given(function: Callable[..., object]) -> None:
    assert signature(function).parameters["seed"].default == 0
