"""The list of detectors, and constants of theirs that a person changes by name."""

from collections.abc import Sequence
from inspect import signature

import numpy as np
import pytest

from lnl_gui.detect.detectors import registry
from lnl_gui.detect.detectors.registry import (
    Detector,
    DetectorInfo,
    changed_constants,
    describe_detector,
    list_detectors,
    run_detector,
)
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import Progress


def test_every_detector_can_be_loaded_and_constants_are_told_with_what_they_can_be() -> None:
    for info in list_detectors():
        assert callable(info.load())
        constants = info.load_constants()
        assert set(info.load_words()) <= set(constants)
        assert set(info.load_published()) <= set(constants)
        for name, words in info.load_words().items():
            assert constants[name] in words


def test_every_detector_has_the_defaults_of_the_interface() -> None:
    wanted = signature(Detector.__call__).parameters
    for info in list_detectors():
        known = signature(info.load()).parameters
        for name in ("groups", "copies", "seed", "progress"):
            if name in known:
                assert known[name].default == wanted[name].default
        assert known["seed"].default == 0


def test_the_papers_detector_has_what_the_paper_prints() -> None:
    paper = describe_detector("turtle_paper")
    # Gadetsky, Jiang and Brbic, ICML 2024.
    printed = {"iterations": 6000, "inner_steps": 10, "gamma": 10.0, "batch_size": 10_000}
    for name, value in printed.items():
        assert paper.load_constants()[name] == paper.load_published()[name] == value
        assert describe_detector("turtle").load_published()[name] == value
    assert paper.load_words() == {"score": ("ridge", "logistic")}


def test_a_detector_without_constants_has_none() -> None:
    info = describe_detector("kmeans")
    assert (info.load_constants(), info.load_words(), info.load_published()) == ({}, {}, {})


def test_changed_constants_take_the_type_of_their_default_and_leave_other_detectors_alone() -> None:
    settings = [
        ("kmeans.iterations", "7"),
        ("turtle.iterations", "30"),
        ("turtle.gamma", "12"),
        ("turtle.warm_start", "no"),
        ("turtle_paper.iterations", "9"),
        ("turtle.score", "logistic"),
    ]
    found = changed_constants("turtle", settings)
    assert found == {"iterations": 30, "gamma": 12.0, "warm_start": False, "score": "logistic"}
    kinds = {name: type(value) for name, value in found.items()}
    assert kinds == {"iterations": int, "gamma": float, "warm_start": bool, "score": str}
    assert changed_constants("turtle_paper", settings) == {"iterations": 9}
    assert changed_constants("turtle", []) == {}


@pytest.mark.parametrize(
    ("name", "setting", "code", "told"),
    [
        ("turtle", ("turtle.iteration", "30"), "unknown_constant", "iteration"),
        ("kmeans", ("kmeans.clusters", "30"), "unknown_constant", "kmeans"),
        ("turtle", ("turtle.iterations", "many"), "bad_constant", "turtle.iterations"),
        ("turtle", ("turtle.score", "lasso"), "bad_constant", "lasso"),
        ("turtel", ("turtel.score", "ridge"), "unknown_detector", "turtel"),
    ],
)
def test_what_cannot_be_set_is_told(
    name: str, setting: tuple[str, str], code: str, told: str
) -> None:
    with pytest.raises(UserError) as raised:
        changed_constants(name, [setting])
    assert raised.value.code == code
    assert told in str(raised.value.message)


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(UserError) as raised:
        changed_constants("turtle", [("turtle.iteration", "30")])
    assert "iterations" in str(raised.value.hint)
    with pytest.raises(UserError) as raised:
        describe_detector("turtel")
    assert "turtle" in str(raised.value.hint)


def older_detector(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    seed: int,
    progress: Progress,
) -> DetectorResult:
    """One of another package, written before there were groups and copies."""
    progress(1, 1)
    return DetectorResult(f"older {seed}", embeddings[0][:, 0], given_labels % number_of_classes)


def copies_detector(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    copies: np.ndarray | None,
    constants: dict[str, int] | None = None,
    **_: object,
) -> DetectorResult:
    """One that knows copies, but no groups, and has a constant."""
    score = np.zeros(len(given_labels)) if copies is None else copies.astype(float)
    return DetectorResult(repr(constants), score, given_labels)


def device_detector(
    embeddings: Sequence[np.ndarray], given_labels: np.ndarray, *, device: str, **_: object
) -> DetectorResult:
    """One that has use of a GPU."""
    return DetectorResult(device, np.zeros(len(given_labels)), given_labels)


def test_detectors_of_other_packages_are_given_what_they_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds = (older_detector, copies_detector, device_detector)
    others = [
        DetectorInfo(kind.__name__, "", "", "", f"{__name__}:{kind.__name__}") for kind in kinds
    ]
    monkeypatch.setattr(registry, "plugins", lambda group, kind: others)
    embedding = np.arange(12, dtype=np.float32).reshape(4, 3)
    given, copies = np.array([0, 1, 2, 3]), np.array([5, -1, 5, -1])
    steps: list[tuple[int, int]] = []
    older = run_detector(
        "older_detector",
        [embedding],
        given,
        number_of_classes=3,
        groups=np.zeros(4),
        copies=copies,
        seed=8,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert older.name == "older 8" and steps == [(1, 1)]
    assert older.score.tolist() == [0, 3, 6, 9] and older.vote.tolist() == [0, 1, 2, 0]
    told = {"number_of_classes": 3, "copies": copies}
    found = run_detector("copies_detector", [embedding], given, **told)
    assert found.score.tolist() == copies.tolist() and found.name == "None"
    changed = run_detector("copies_detector", [embedding], given, **told, constants={"depth": 2})
    assert changed.name == "{'depth': 2}"
    on_device = run_detector("device_detector", [embedding], given, **told, device="cuda:1")
    assert on_device.name == "cuda:1"
    # An empty choice is none.
    assert run_detector("copies_detector", [embedding], given, **told, constants={}).name == "None"
