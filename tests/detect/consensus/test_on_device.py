"""The consensus and its probes on a device, beside the same on the processor."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus import (
    consensus,
    ensemble,
    many_classes,
    neighbour_posterior,
    refinement,
)
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.detectors.registry import run_detector
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.probes import cross_fitting, nested_folds, preparation, robust_probe
from lnl_gui.detect.probes.cross_fitting import ProbeSchedule
from tests.detect.pretend_device import DEVICE, PretendedDevice, pretend_device
from tests.detect.synthetic_data import make_dataset

DIMENSIONS = 23
"""No number of samples, classes or folds here: it tells which products are of features."""


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where things are computed does not hang on how often."""
    few = ProbeSchedule(epochs=2, least_steps=20)
    monkeypatch.setattr(cross_fitting, "ProbeSchedule", lambda: few)
    for module, name in ((refinement, "_FRESH"), (refinement, "_CONTINUED")):
        monkeypatch.setattr(module, name, few)
    monkeypatch.setattr(robust_probe, "_SCHEDULE", few)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """A device is pretended for one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def problem(samples: int = 160, classes: int = 3, **further: Any) -> DetectionInput:
    """Noisy labels, some missing, some decided, some of copies."""
    data = make_dataset(samples=samples, classes=classes, dimensions=DIMENSIONS, seed=3)
    given, place = data.given.copy(), np.arange(samples)
    given[::19] = -1
    further.setdefault("repetitions", 1)
    return DetectionInput(
        [data.embedding],
        given,
        classes,
        verdict_labels=np.where(place % 13 == 0, data.truth, -1),
        copies=np.where(place % 40 < 2, place // 40, -1),
        **further,
    )


def same(found: Consensus, wanted: Consensus) -> None:
    for name in ("suspicion", "suggested_label", "confidence", "flagged", "posterior", "loss"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), err_msg=name)
    np.testing.assert_array_equal(found.transition_matrix, wanted.transition_matrix)
    assert found.noise_rate == wanted.noise_rate and found.weights == wanted.weights


def of_features(products: list[tuple[torch.Size, ...]]) -> list[tuple[torch.Size, ...]]:
    # With the one of the bias beside them in a minibatch.
    return [pair for pair in products if {DIMENSIONS, DIMENSIONS + 1} & set(pair[0] + pair[1])]


def on_device(wanted: DetectionInput) -> tuple[Consensus, PretendedDevice]:
    with pretend_device() as device:
        return find_suspects(replace(wanted, device=DEVICE)), device


def test_every_product_of_features_is_computed_on_the_device() -> None:
    wanted = problem()
    found, device = on_device(wanted)
    assert not of_features(device.products_elsewhere)
    assert len(of_features(device.products)) > 100
    same(found, find_suspects(wanted))


@pytest.mark.parametrize("further", [{"classes": 5}, {"seed": 4, "repetitions": 2}])
def test_other_problems_are_judged_the_same_there(further: dict[str, Any]) -> None:
    wanted = problem(**further)
    same(on_device(wanted)[0], find_suspects(wanted))


def test_many_samples_are_judged_the_same_there(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing is nested then, penalties are searched on a part, and minibatches and blocks are
    # several.
    monkeypatch.setattr(nested_folds, "MOST_SAMPLES", 100)
    monkeypatch.setattr(ensemble, "SEARCH_ROWS", 70)
    monkeypatch.setattr(cross_fitting, "_BATCH", 64)
    monkeypatch.setattr(cross_fitting, "_CHUNK", 13)
    monkeypatch.setattr(neighbour_posterior, "_TILE", 32)
    monkeypatch.setattr(neighbour_posterior, "MOST_REFERENCES", 90)
    monkeypatch.setattr(preparation, "_CHUNK", 50)
    wanted = problem()
    found, device = on_device(wanted)
    assert not of_features(device.products_elsewhere)
    same(found, find_suspects(wanted))


def test_many_classes_are_judged_the_same_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consensus, "too_many", lambda *_: True)
    monkeypatch.setattr(many_classes, "_BLOCK_CELLS", 90)
    wanted = problem()
    found, device = on_device(wanted)
    assert not of_features(device.products_elsewhere) and of_features(device.products)
    same(found, find_suspects(wanted))


def test_a_warm_start_goes_on_there_and_holds_nothing_of_the_device() -> None:
    first = problem()
    later = replace(first, verdict_labels=np.where(np.arange(160) % 6 == 0, 1, -1))

    def judged_twice(device: str) -> Consensus:
        warm = find_suspects(replace(first, device=device)).warm_start
        assert warm is not None
        fit = warm.repetitions[0].fit
        assert fit.refined is not None and fit.near is not None
        for kept in (*fit.scores, fit.probability, fit.refined.probes.weight, fit.near.rows):
            assert kept.device.type == "cpu"
        return find_suspects(replace(later, device=device), warm_start=warm)

    with pretend_device():
        found = judged_twice(DEVICE)
    same(found, judged_twice("cpu"))


@pytest.mark.parametrize(
    "name", ["loss_mixture", "loss_mixture_nce_rce", "aum", "mean_probability"]
)
def test_in_sample_probes_are_trained_there(name: str) -> None:
    _same_votes(name)


def test_out_of_fold_probabilities_are_computed_there() -> None:
    _same_votes("confident_learning")


def _same_votes(name: str) -> None:
    data = make_dataset(samples=120, classes=3, dimensions=DIMENSIONS)

    def run(device: str) -> DetectorResult:
        return run_detector(
            name, [data.embedding], data.given, number_of_classes=3, seed=2, device=device
        )

    with pretend_device() as device:
        found = run(DEVICE)
    assert not of_features(device.products_elsewhere) and of_features(device.products)
    wanted = run("cpu")
    np.testing.assert_array_equal(found.score, wanted.score)
    np.testing.assert_array_equal(found.vote, wanted.vote)
    for key, value in wanted.details.items():
        np.testing.assert_array_equal(found.details[key], value)


def test_what_the_device_cannot_hold_is_judged_on_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = problem(samples=80)
    data = make_dataset(samples=80, classes=3, dimensions=DIMENSIONS)
    names = ("loss_mixture", "confident_learning")

    def voted(device: str) -> list[DetectorResult]:
        return [
            run_detector(name, [data.embedding], data.given, number_of_classes=3, device=device)
            for name in names
        ]

    expected, votes = find_suspects(wanted), voted("cpu")
    axes: Callable[..., torch.Tensor] = preparation._principal_axes
    tried = []

    def too_small(*arguments: Any) -> torch.Tensor:
        tried.append(arguments[-1])
        if arguments[-1] != "cpu":
            raise torch.OutOfMemoryError("2 GiB are wanted")
        return axes(*arguments)

    monkeypatch.setattr(preparation, "_principal_axes", too_small)
    same(find_suspects(replace(wanted, device="cpu:0")), expected)
    for found, vote in zip(voted("cpu:0"), votes, strict=True):
        np.testing.assert_array_equal(found.score, vote.score)
    assert tried == ["cpu:0", "cpu"] * 3


@pytest.mark.parametrize(
    ("rows", "width"),
    [
        (30, 90),
        # More than twice the block of subspace iteration.
        (200, 90),
        (200, 40),
    ],
)
def test_axes_are_found_there(rows: int, width: int) -> None:
    space = np.random.default_rng(0).normal(size=(rows, width)).astype(np.float16)
    wanted = preparation.prepare([space], components=5)
    with pretend_device() as device:
        found = preparation.prepare([space], components=5, device=DEVICE)
    assert device.products and not device.products_elsewhere
    np.testing.assert_array_equal(found.matrix, wanted.matrix)
    assert torch.equal(found.projection.basis, wanted.projection.basis)
