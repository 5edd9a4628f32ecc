"""The grid's harness, on data so small that what it must say is known."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.learn.bench import label_set
from lnl_gui.learn.bench.findings import Finding
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, Noise
from tests.benchmarks import bench_grid
from tests.benchmarks.datasets import Images
from tests.benchmarks.grid import copies, detection, reliability, report
from tests.benchmarks.grid.datasets import GRID, TUNING, VALIDATION, Loaded
from tests.benchmarks.grid.packages import Package, UnavailableError, unpacked


def write_dataset(cache: Path, name: str, *, rows: int = 60) -> None:
    """Two well separated classes under the name of a dataset of the grid."""
    random = np.random.default_rng(0)
    labels = np.arange(rows, dtype=np.int32) % 2
    folder = cache / "embeddings"
    folder.mkdir(exist_ok=True)
    embedding = random.normal(size=(rows, 6)) + 8 * np.eye(6)[labels]
    np.save(folder / f"{name}-bundled.npy", embedding.astype(np.float16))
    np.savez(folder / f"{name}-labels.npz", labels=labels)
    facts = {"class_names": ["a", "b"]}
    (folder / f"{name}-facts.json").write_text(json.dumps(facts))


def cell(method: str, seed: int, f1: float, **figures: float) -> BenchmarkCell:
    values = {"wrong": 10, "average_precision": f1, "suggestion_accuracy": 1.0} | figures
    return BenchmarkCell(
        "data", "symmetric", 0.2, method, seed, samples=50, seconds=1, f1=f1, **values
    )


def by_side(wanted: DetectionInput, **_: object) -> SimpleNamespace:
    """Stands for the consensus: the side on which a row lies is its class."""
    given = wanted.given_labels
    side = (wanted.embeddings[0][:, 1] > 4).astype(np.int32)
    wrong = side != given
    rate = float(wrong.mean())
    return SimpleNamespace(
        suspicion=wrong.astype(np.float32),
        flagged=wrong,
        suggested_label=side,
        noise_rate=rate,
        noise_rate_interval=(rate, rate),
    )


def test_one_command_measures_both_parts_beside_cleanlab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cleanlab")
    monkeypatch.setattr(
        label_set, "judge_labels", lambda *a, **k: SimpleNamespace(consensus=by_side(*a, **k))
    )
    chosen = ("cat-dog", "cars")
    assert [entry.part for entry in GRID if entry.name in chosen] == [TUNING, VALIDATION]
    for name in chosen:
        write_dataset(tmp_path, name)
    arguments = ["--cache", str(tmp_path), "--out", str(tmp_path / "out"), "--datasets", *chosen]
    arguments += ["--measures", "detection", "--noise", "symmetric_exclusive:0.1", "--seeds", "1"]
    assert bench_grid.main([*arguments, "--variants"]) == 0
    text = (tmp_path / "out" / "grid.md").read_text()
    for part in (TUNING, VALIDATION):
        assert f"## Detection, {part}: by classes" in text
        assert f"## Calibration, {part}" in text
    rows = re.findall(r"\| \*\*2-4 classes\*\* \| 1 \| 1\.000 \| (\S+) / (\S+) \|", text)
    assert len(rows) == 2
    assert all(0.5 < float(default) <= float(best) <= 1 for default, best in rows)
    csv = (tmp_path / "out" / "grid.csv").read_text()
    assert "detect:consensus" in csv and "detect:cleanlab prune_by_noise_rate" in csv
    assert "tuning</text>" in (tmp_path / "out" / "calibration.svg").read_text()


def test_a_dataset_that_cannot_be_had_is_named_and_fails_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--cache", str(tmp_path), "--out", str(tmp_path / "out"), "--datasets", "icons"]
    assert bench_grid.main([*arguments, "--measures"]) == 1
    said = "package @iconify/json is not in"
    assert f"left out: icons: {said}" in capsys.readouterr().err
    assert f"**icons is left out**: {said}" in (tmp_path / "out" / "grid.md").read_text()


def test_a_download_that_fails_leaves_no_package_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    package = Package("npm", "anything")
    for _ in range(2):
        with pytest.raises(UnavailableError, match="npm is not installed here"):
            unpacked(package, tmp_path, fetch=True)


def test_a_thin_grid_still_sees_every_noise() -> None:
    seen = [bench_grid.thinned(bench_grid.NOISES, name, 3) for name in bench_grid.GRID_NAMES]
    assert all(len(noises) in (2, 3) for noises in seen)
    assert {noise for noises in seen for noise in noises} == set(bench_grid.NOISES)
    assert list(bench_grid.thinned(bench_grid.NOISES, "icons", 1)) == list(bench_grid.NOISES)


def test_the_summary_compares_seed_by_seed_and_picks_cleanlabs_best_filter() -> None:
    default, other = report.DEFAULT, "detect:cleanlab both"
    names = [
        "detect:" + name for name in report.VARIANTS if "detect:" + name not in (default, other)
    ]
    cells = [
        cell(CONSENSUS, 0, 0.9, expected_errors=12.0, expected_low=9.0, expected_high=14.0),
        cell(CONSENSUS, 1, 0.7, expected_errors=6.0, expected_low=5.0, expected_high=7.0),
        *(cell(default, seed, 0.8) for seed in (0, 1)),
        *(cell(other, seed, 0.85) for seed in (0, 1)),
        *(cell(name, seed, 0.1) for name in names for seed in (0, 1)),
    ]
    found = report.summarise(cells)
    assert found.label_sets == 2
    assert found.f1 == pytest.approx(0.8)
    assert (found.cleanlab_f1, found.best_f1) == (pytest.approx(0.8), pytest.approx(0.85))
    assert found.ratio == pytest.approx(18 / 20)
    assert found.covered == 0.5
    assert found.spread == pytest.approx(0.2)
    assert (found.at_least, found.worst) == (0.5, pytest.approx(-0.1))


def test_reliability_compares_what_is_stated_with_what_is_true() -> None:
    labels = SimpleNamespace(
        data=SimpleNamespace(name="data"),
        noise=Noise("symmetric_exclusive", 0.2),
        seed=0,
        wrong=np.array([True, False, False, False, True]),
    )
    suspicion = np.array([0.95, 0.95, 0.05, 0.05, np.nan], np.float32)
    entry = reliability.reliability(labels, Finding(suspicion, suspicion > 0.5, np.zeros(5, int)))
    low, high = reliability.pooled([entry, entry])
    assert (low.count, low.true) == (4, 0.0)
    assert (high.count, high.true) == (4, 0.5)
    assert high.stated == pytest.approx(0.95)
    assert reliability.calibration_error([low, high]) == pytest.approx((0.05 + 0.45) / 2)


def test_imbalanced_classes_differ_in_size_by_ten() -> None:
    labels = np.repeat(np.arange(4, dtype=np.int32), 500)
    data = Loaded("data", TUNING, "", np.zeros((2000, 2)), labels, list("abcd"), {})
    rows = detection.imbalanced(data, 600, np.random.default_rng(0))
    sizes = np.sort(np.bincount(labels[rows]))
    assert sizes[-1] == pytest.approx(10 * sizes[0], rel=0.05)
    assert sizes.sum() == pytest.approx(600, abs=4)


def test_a_case_of_copies_knows_what_is_wrong_and_what_belongs_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "image.png"
    Image.new("RGB", (8, 8)).save(file)
    patches = np.zeros((1, 32, 32), np.uint8)
    facts = np.zeros(1, dtype=[("perceptual_hash", np.uint64), ("content_hash", "S32")])
    monkeypatch.setattr(
        copies,
        "_seen",
        lambda files, known, kept: (np.zeros((len(files) - known, 2)), facts, patches),
    )
    labels = np.arange(100, dtype=np.int32) % 3
    images = Images("data", [file] * 100, labels, ["a", "b", "c"])
    case = copies.make_case(images, np.zeros((100, 2)), tmp_path / "copies")
    assert len(case.given) == len(case.embedding) == 100 + copies.EACH * (1 + 2 + 3 + 5 + 3)
    members = {way: len(rows) / copies.EACH for way, rows in case.wrong.items()}
    assert members == {
        copies.ALONE: 1,
        copies.MIRRORED: 2,
        copies.TWO: 3,
        copies.THREE: 4,
        copies.FIVE: 6,
        copies.TORN: 1,
    }
    assert (case.groups[case.wrong[copies.ALONE]] == -1).all()
    for way in (copies.MIRRORED, copies.TWO, copies.THREE, copies.FIVE):
        rows = case.wrong[way]
        for group in np.unique(case.groups[rows]):
            assert len(np.unique(case.given[rows[case.groups[rows] == group]])) == 1
    for member in case.wrong[copies.TORN]:
        given = case.given[case.groups == member]
        assert len(given) == 4 and (given[1:] == given[1]).all() and given[0] != given[1]
