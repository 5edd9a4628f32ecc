"""TURTLE and the search for neighbours on a device of torch, beside the processor's own loops."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from lnl_gui.detect.detectors import turtle_on_device
from lnl_gui.detect.detectors.nearest_neighbours import detect_neighbours
from lnl_gui.detect.detectors.simifeat import detect_simifeat_r, detect_simifeat_v
from lnl_gui.detect.detectors.turtle import detect_turtle, turtle
from lnl_gui.detect.detectors.turtle_loops import fit_labelling, mean_membership
from lnl_gui.detect.detectors.turtle_parameters import TurtleParameters
from lnl_gui.detect.neighbours import search
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.progress import no_progress
from tests.detect.detectors.test_turtle import blobs, matched_accuracy
from tests.detect.pretend_device import DEVICE as pretended
from tests.detect.pretend_device import pretend_device

DEVICE = "cpu:0"
"""By this name the processor is a device like any other, and goes their way."""
QUICK = TurtleParameters(iterations=300, batch_size=256, outer_rate=1e-2, feature_scale=1.0)


def spaces(samples: int = 90) -> list[np.ndarray]:
    generator = np.random.default_rng(3)
    widths = (7, 4)
    return [
        np.column_stack([generator.normal(size=(samples, d)), np.ones(samples)]).astype(np.float32)
        for d in widths
    ]


@pytest.mark.parametrize("warm_start", [True, False])
@pytest.mark.parametrize(("batch_size", "iterations"), [(40, 1), (40, 12), (1_000, 5)])
def test_a_device_takes_the_same_steps(
    warm_start: bool, batch_size: int, iterations: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several parts of the memberships, the last one short.
    monkeypatch.setattr(turtle_on_device, "_ROWS", 40)
    parameters = TurtleParameters(
        iterations, 3, inner_rate=0.02, outer_rate=0.03, gamma=4.0, batch_size=batch_size
    )
    parameters = replace(parameters, warm_start=warm_start)
    ours, theirs = (np.random.default_rng(5) for _ in range(2))
    labelling = fit_labelling(spaces(), 4, parameters, ours, no_progress)
    expected = mean_membership(spaces(), [layer.weight() for layer in labelling])
    told: list[tuple[int, int]] = []
    found = turtle_on_device.fit_memberships(
        spaces(), 4, parameters, theirs, lambda *units: told.append(units), device=DEVICE
    )
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-4)
    assert told == [(done, iterations) for done in range(iterations + 1)]
    # As many draws: what comes after them is the same.
    assert ours.random() == theirs.random()


def test_a_device_finds_the_clusters_and_the_votes_of_the_processor() -> None:
    points, truth = blobs(600, 5)
    found = turtle([points], 5, parameters=QUICK, device=DEVICE)
    assert matched_accuracy(found.assignment, truth) > 0.99
    here = turtle([points], 5, parameters=QUICK)
    assert (found.assignment == here.assignment).mean() > 0.99
    given = np.where(np.arange(600) % 7 == 0, (truth + 1) % 5, truth).astype(np.int32)
    votes = [
        detect_turtle(
            [points], given, number_of_classes=5, parameters=QUICK, device=device
        ).vote.tolist()
        for device in (DEVICE, "cpu")
    ]
    assert votes[0] == votes[1]


def test_a_search_of_settings_runs_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    fit = turtle_on_device.fit_memberships

    def noted(*arguments: object, device: str) -> np.ndarray:
        asked.append(device)
        return fit(*arguments, device=device)  # type: ignore[arg-type]

    monkeypatch.setattr(turtle_on_device, "fit_memberships", noted)
    points, _ = blobs(60, 3)
    turtle([points], 3, parameters=replace(QUICK, iterations=2), search=True, device=DEVICE)
    assert asked == [DEVICE] * 18


def _too_small(*_: object, **__: object) -> np.ndarray:
    raise torch.OutOfMemoryError("2 GiB are wanted")


def test_what_a_device_cannot_hold_is_computed_on_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    points, truth = blobs(200, 4)
    expected = turtle([points], 4, parameters=QUICK)
    monkeypatch.setattr(turtle_on_device, "fit_memberships", _too_small)
    found = turtle([points], 4, parameters=QUICK, device=DEVICE)
    np.testing.assert_array_equal(found.assignment, expected.assignment)
    np.testing.assert_array_equal(found.probability, expected.probability)
    whole = search.approximate_neighbours
    tried: list[str] = []

    def first_too_small(*given: object, **options: object) -> object:
        tried.append("once")
        return whole(*given, **options) if len(tried) > 1 else _too_small()  # type: ignore[arg-type]

    wanted = detect_neighbours([points], truth, number_of_classes=4)
    monkeypatch.setattr(search, "approximate_neighbours", first_too_small)
    result = detect_neighbours([points], truth, number_of_classes=4, device=DEVICE)
    assert len(tried) == 2
    np.testing.assert_array_equal(result.details["neighbours"], wanted.details["neighbours"])


def test_any_other_error_of_a_device_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> np.ndarray:
        raise RuntimeError("the device is lost")

    points, _ = blobs(60, 3)
    monkeypatch.setattr(turtle_on_device, "fit_memberships", fail)
    with pytest.raises(RuntimeError, match="lost"):
        turtle([points], 3, parameters=QUICK, device=DEVICE)


def test_a_run_on_a_device_is_cancelled_within_a_step() -> None:
    points, _ = blobs(60, 3)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        turtle([points], 3, parameters=QUICK, device=DEVICE, progress=stop)


def test_neighbours_are_searched_for_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    points, truth = blobs(60, 3)
    searched: list[str] = []
    whole = search.within_memory

    def noted(work: Callable[[str], object], device: str) -> object:
        searched.append(device)
        return whole(work, device)

    monkeypatch.setattr(search, "within_memory", noted)
    for detector in (detect_neighbours, detect_simifeat_v, detect_simifeat_r):
        detector([points], truth, number_of_classes=3, device=DEVICE)
    assert searched == [DEVICE] * 3


@pytest.mark.parametrize("batch_size", [40, 1_000])
def test_a_device_holds_all_that_turtle_computes_with(batch_size: int) -> None:
    parameters = TurtleParameters(4, 3, batch_size=batch_size, warm_start=True)

    def run(device: str) -> np.ndarray:
        generator = np.random.default_rng(1)
        return turtle_on_device.fit_memberships(
            spaces(), 4, parameters, generator, no_progress, device=device
        )

    with pretend_device() as device:
        found = run(pretended)
    assert device.products and not device.products_elsewhere
    np.testing.assert_allclose(found, run(DEVICE), atol=1e-6)


def test_a_device_holds_all_that_the_search_computes_with() -> None:
    points, truth = blobs(60, 3)
    wanted = detect_neighbours([points], truth, number_of_classes=3)
    with pretend_device() as device:
        found = detect_neighbours([points], truth, number_of_classes=3, device=pretended)
    assert device.products
    for name in ("neighbours", "neighbour_similarity"):
        np.testing.assert_array_equal(found.details[name], wanted.details[name])
