"""cleanlab as one more detector on the same labels."""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.learn.bench import cleanlab_baseline
from lnl_gui.learn.bench.plan import CLEANLAB, BenchmarkData, BenchmarkPlan
from lnl_gui.learn.bench.runner import run_benchmark
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.util.errors import UserError


def data(lonely: bool = False) -> BenchmarkData:
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 3, 150).astype(np.int32)
    space = generator.normal(size=(3, 6))[truth] * 3 + generator.normal(size=(150, 6))
    given = np.where(generator.random(150) < 0.15, (truth + 1) % 3, truth).astype(np.int32)
    if lonely:
        given = np.where(truth == 2, 1, truth)
        given[0] = 2
    return BenchmarkData("made", [space.astype(np.float32)], truth, 3, label_sets={"given": given})


SHARED_SECONDS = 0.3
PLAN = BenchmarkPlan((Noise("given"),), (CLEANLAB,), seeds=(0,))


def test_every_variant_is_judged_where_cleanlab_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cleanlab")
    calls = []
    compute = cleanlab_baseline.held_out_probabilities

    def slow(*given: Any, **options: Any) -> np.ndarray:
        calls.append(1)
        time.sleep(SHARED_SECONDS)
        return compute(*given, **options)

    monkeypatch.setattr(cleanlab_baseline, "held_out_probabilities", slow)
    cells = run_benchmark(data(), PLAN, folder=tmp_path)
    assert [cell.method.removeprefix("detect:") for cell in cells] == list(
        cleanlab_baseline.VARIANTS
    )
    default = cells[0]
    assert default.method == "detect:cleanlab prune_by_noise_rate"
    assert default.recall is not None and default.recall > 0.8
    assert len(calls) == 1
    # As if each had been run alone.
    assert min(cell.seconds for cell in cells) >= SHARED_SECONDS


def test_a_class_with_too_few_samples_for_the_folds_cannot_be_judged(tmp_path: Path) -> None:
    pytest.importorskip("cleanlab")
    cells = run_benchmark(data(lonely=True), PLAN, folder=tmp_path)
    assert len(cells) == len(cleanlab_baseline.VARIANTS)
    assert {(cell.recall, cell.flagged) for cell in cells} == {(None, None)}


def test_without_cleanlab_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleanlab_baseline, "installed", lambda: False)
    with pytest.raises(UserError, match="not installed") as caught:
        run_benchmark(data(), PLAN, folder=tmp_path)
    assert str(caught.value.hint) == "Install it: pip install cleanlab."
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(UserError, match="not installed") as caught:
        run_benchmark(data(), PLAN, folder=tmp_path)
    assert "Use LNL from Python" in str(caught.value.hint)
