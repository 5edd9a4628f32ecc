"""What a detection keeps for the next one is made again where it is damaged or of other images."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lnl_gui.cli.context import TerminalContext
from lnl_gui.dataset.pixels.facts import FACTS_DTYPE, SIGNATURE_SIDE
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.pipeline.detection import copies as copies_job
from lnl_gui.pipeline.detection.copies import sample_copies
from lnl_gui.pipeline.detection.kept_results import finished

COUNT, CLASSES = 12, 3


def _rewrite(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with np.load(file) as stored:
            arrays = {name: stored[name] for name in stored.files}
        changed = {n: change(a) if a.ndim and a.dtype.kind != "U" else a for n, a in arrays.items()}
        with file.open("wb") as stream:
            np.savez(stream, **changed)

    return write


def _claims_more(file: Path) -> None:
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    with file.open("wb") as stream:
        np.savez_compressed(stream, **arrays, more=np.zeros(1_000_000))


WAYS: dict[str, Callable[[Path], None]] = {
    "empty": lambda file: file.write_bytes(b"") and None,
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-100]) and None,
    "random": lambda file: file.write_bytes(np.random.default_rng(0).bytes(2000)) and None,
    "shorter": _rewrite(lambda array: array[:-1]),
    "longer": _rewrite(lambda array: np.concatenate([array, array[:1]])),
    "another rank": _rewrite(lambda array: np.stack([array, array])),
    "text": _rewrite(lambda array: np.full(array.shape, "x")),
    "complex": _rewrite(lambda array: array.astype(complex)),
    "other classes": _rewrite(lambda array: array + 99 if array.dtype.kind == "i" else array),
    "no class": _rewrite(lambda array: array * 0 - 5 if array.dtype.kind == "i" else array),
    "packed": _claims_more,
}


class _Computed:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> DetectorResult:
        self.times += 1
        vote = np.arange(COUNT, dtype=np.int32) % CLASSES
        neighbours = np.zeros((COUNT, 2), np.int32)
        return DetectorResult("x", np.linspace(0, 1, COUNT), vote, {"neighbours": neighbours})


@pytest.mark.parametrize("way", WAYS)
def test_a_detectors_result(tmp_path: Path, way: str) -> None:
    compute = _Computed()

    def result() -> DetectorResult:
        return finished(tmp_path, "x", compute, samples=COUNT, classes=CLASSES)

    first = result()
    np.testing.assert_array_equal(result().score, first.score)
    assert compute.times == 1
    WAYS[way](tmp_path / "x.npz")
    second = result()
    assert compute.times == 2
    for name in ("score", "vote"):
        np.testing.assert_array_equal(getattr(second, name), getattr(first, name))
    assert second.details.keys() == first.details.keys()


@pytest.mark.parametrize("way", WAYS)
def test_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    (tmp_path / "arrays").mkdir()
    times = []
    find = copies_job.find_copies
    monkeypatch.setattr(
        copies_job, "find_copies", lambda *given, **named: times.append(1) or find(*given, **named)
    )
    facts = np.zeros(COUNT, FACTS_DTYPE)
    facts["content_hash"] = [f"{row // 2:032x}".encode() for row in range(COUNT)]

    class Snapshot(SimpleNamespace):
        def __len__(self) -> int:
            return COUNT

    patches = np.random.default_rng(1).integers(0, 256, (COUNT, SIGNATURE_SIDE, SIGNATURE_SIDE))
    snapshot: Any = Snapshot(
        facts=facts,
        signatures=patches.astype(np.uint8),
        samples=SimpleNamespace(readable=np.ones(COUNT, bool), given=np.zeros(COUNT, np.int32)),
    )
    embedding = np.random.default_rng(0).normal(size=(COUNT, 4)).astype(np.float16)

    def found() -> Any:
        return sample_copies(tmp_path, snapshot, embedding, TerminalContext(quiet=True)).copies

    first = found()
    assert first.exact.all()
    found()
    assert len(times) == 1
    WAYS[way](tmp_path / "arrays" / "copies.npz")
    second = found()
    assert len(times) == 2
    for name in ("group", "exact", "closest", "released", "parts", "pieces"):
        np.testing.assert_array_equal(getattr(second, name), getattr(first, name))
    # Every row counts: also one that is not among some that are spread over all.
    embedding[COUNT - 1, 3] += 1
    found()
    assert len(times) == 3
    # What class an image is of decides whether a scene is most of one.
    snapshot.samples.given[3] = 1
    found()
    assert len(times) == 4
