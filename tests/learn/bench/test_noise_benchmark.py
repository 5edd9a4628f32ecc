"""The noise lab: figures against scikit-learn, resume, and its tables."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score

from lnl_gui.learn.bench.figures import accuracies, detection_figures
from lnl_gui.learn.bench.noise_benchmark import check_trust, run_benchmark
from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan, Cell, Noise, noisy_labels
from lnl_gui.learn.bench.published import Setting, published_accuracy
from lnl_gui.learn.bench.report import as_markdown, write_report
from lnl_gui.learn.bench.rows import ROWS_FILE, append_cell, read_cells
from lnl_gui.learn.bench.training import loss_flags
from lnl_gui.util.errors import Cancelled, UserError
from tests.learn.methods_cases import CLASSES, blobs, noisy


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    features, labels = blobs(300)
    test_features, test_labels = blobs(200, seed=1)
    return BenchmarkData(
        "blobs",
        features,
        labels,
        test_features,
        test_labels,
        CLASSES,
        given={"people": noisy(labels, 0.2, seed=5)},
    )


PLAN = BenchmarkPlan(
    noises=(Noise("symmetric", 0.4), Noise("people")),
    methods=("oracle", "curated", "plain:ce", "co_teaching", "detect:consensus"),
    seeds=(0,),
    constants={"plain:ce": {"epochs": 3}, "co_teaching": {"epochs": 3}},
)


def cell(**changes: object) -> Cell:
    values = Cell(
        "d", "symmetric", 0.4, 0.4, "plain:ce", 0, 0.8, 0.7, 0.75, 0.5, 0.5, 0.5, 0.6, 0.4, 1.0
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # fields of the cell


@pytest.fixture(scope="module")
def finished(
    data: BenchmarkData, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Cell]]:
    folder = tmp_path_factory.mktemp("lab")
    return folder, run_benchmark(data, PLAN, folder=folder)


def test_every_cell_has_what_its_method_gives(finished: tuple[Path, list[Cell]]) -> None:
    _, cells = finished
    assert [(c.noise, c.method) for c in cells] == [
        (noise.kind, method) for noise in PLAN.noises for method in PLAN.methods
    ]
    for found in cells:
        trains = not found.method.startswith("detect:")
        assert (found.best is not None) == trains
        assert (found.f1 is None) == (found.method in ("oracle", "curated"))
        if found.best is not None and found.last is not None:
            assert 0 <= found.last <= found.best <= 1
    by_method = {(c.noise, c.method): c for c in cells}
    assert by_method["symmetric", "plain:ce"].true_rate == pytest.approx(0.4)
    consensus = by_method["symmetric", "detect:consensus"]
    assert consensus.average_precision is not None
    assert consensus.average_precision > 0.8


def test_the_lab_repeats(
    finished: tuple[Path, list[Cell]], data: BenchmarkData, tmp_path: Path
) -> None:
    _, cells = finished
    few = replace(PLAN, noises=PLAN.noises[:1], methods=("plain:ce", "detect:consensus"))
    again = run_benchmark(data, few, folder=tmp_path)
    first = {c.key: replace(c, seconds=0) for c in cells}
    assert all(replace(c, seconds=0) == first[c.key] for c in again)


def test_a_stopped_lab_goes_on_with_the_next_cell(
    finished: tuple[Path, list[Cell]], data: BenchmarkData, tmp_path: Path
) -> None:
    folder, cells = finished
    cheap = replace(PLAN, methods=("oracle", "plain:ce"))
    expected = [c for c in cells if c.method in cheap.methods]
    done: list[Cell] = []

    def stop(count: int, total: int) -> None:
        if count == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_benchmark(data, cheap, folder=tmp_path, progress=stop)
    assert len(read_cells(tmp_path)) == 3
    resumed = run_benchmark(data, cheap, folder=tmp_path, on_cell=done.append)
    assert len(done) == 1
    assert [replace(c, seconds=0) for c in resumed] == [replace(c, seconds=0) for c in expected]
    assert run_benchmark(data, PLAN, folder=folder, on_cell=pytest.fail) == cells


def test_a_line_cut_short_costs_only_itself(tmp_path: Path) -> None:
    append_cell(tmp_path, cell(seed=0))
    with (tmp_path / ROWS_FILE).open("a") as stream:
        stream.write('{"dataset": "d", "noi')
    append_cell(tmp_path, cell(seed=1))
    assert read_cells(tmp_path) == [cell(seed=0), cell(seed=1)]


def test_another_plan_s_folder_is_refused(
    finished: tuple[Path, list[Cell]], data: BenchmarkData
) -> None:
    folder, _ = finished
    with pytest.raises(UserError, match="other constants"):
        run_benchmark(data, replace(PLAN, hidden=8), folder=folder)


@pytest.mark.parametrize(
    ("noises", "methods", "message"),
    [
        ((Noise("symetric", 0.1),), ("plain:ce",), "no noise called symetric"),
        ((Noise("people"),), ("plain:cee",), "no loss called cee"),
        ((Noise("people"),), ("co-teaching",), "Did you mean co_teaching"),
        ((Noise("people"),), ("detect:nothing",), "no detector called nothing"),
    ],
)
def test_unknown_names_are_told_before_anything_runs(
    noises: tuple[Noise, ...],
    methods: tuple[str, ...],
    message: str,
    data: BenchmarkData,
    tmp_path: Path,
) -> None:
    with pytest.raises(UserError, match=message):
        run_benchmark(data, BenchmarkPlan(noises, methods), folder=tmp_path / "lab")
    assert not (tmp_path / "lab").exists()


def test_trust_is_measured_on_confirmed_samples() -> None:
    features, labels = blobs(200)
    steps: list[tuple[int, int]] = []
    cells = check_trust(
        features,
        labels,
        CLASSES,
        rates=(0.2,),
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(1, 2), (2, 2)]
    assert [(c.noise, c.rate, c.method) for c in cells] == [
        ("symmetric", 0.2, "detect:consensus"),
        ("instance", 0.2, "detect:consensus"),
    ]
    assert all(c.recall is not None and c.recall > 0.5 for c in cells)
    with pytest.raises(UserError, match="no detector called magic"):
        check_trust(features, labels, CLASSES, detectors=("magic",))


def test_noises(data: BenchmarkData) -> None:
    symmetric = noisy_labels(data, Noise("symmetric", 0.4), 0)
    assert (symmetric != data.labels).sum() == 120
    asymmetric = noisy_labels(data, Noise("asymmetric", 0.4), 0)
    moved = asymmetric != data.labels
    assert_array_equal(asymmetric[moved], (data.labels[moved] + 1) % CLASSES)
    assert_array_equal(noisy_labels(data, Noise("pair", 0.4), 0), asymmetric)
    mapped = replace(data, class_map={0: 2})
    moved = noisy_labels(mapped, Noise("asymmetric", 0.5), 0) != data.labels
    assert set(data.labels[moved].tolist()) == {0}
    instance = noisy_labels(data, Noise("instance", 0.4), 0)
    assert 0.3 < (instance != data.labels).mean() < 0.5
    assert_array_equal(noisy_labels(data, Noise("people"), 3), data.given["people"])


def test_detection_figures_equal_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    wrong = generator.random(200) < 0.3
    score = np.where(wrong, 1.0, 0.0) + generator.normal(size=200)
    flagged = score > 0.7
    labels = generator.integers(0, 3, 200)
    vote = np.where(generator.random(200) < 0.6, labels, -1)
    found = detection_figures(score, flagged, vote, wrong, labels)
    assert_allclose(found.precision, precision_score(wrong, flagged))
    assert_allclose(found.recall, recall_score(wrong, flagged))
    assert_allclose(found.f1, f1_score(wrong, flagged))
    assert_allclose(found.average_precision, average_precision_score(wrong, score))
    assert_allclose(found.suggestion_accuracy, (vote[wrong] == labels[wrong]).mean())


def test_scores_that_are_missing_rank_last() -> None:
    wrong = np.array([True, False, False])
    nothing = np.zeros(3, bool)
    score = np.array([np.nan, -5.0, 2.0])
    found = detection_figures(score, nothing, np.full(3, -1), wrong, np.zeros(3, int))
    assert_allclose(found.average_precision, 1 / 3)
    assert (found.precision, found.recall, found.f1) == (0, 0, 0)


def test_accuracies_by_hand() -> None:
    labels = np.array([0, 0, 0, 0])
    predictions = np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 0, 0, 1]])
    found = accuracies(predictions, labels)
    assert found.best == 0.75
    assert found.last == 0.75
    # even positions choose epoch 0 (odd: 0); odd positions choose epoch 1 (even: 0)
    assert found.honest == 0.0


def test_loss_flags_find_the_improbable_labels() -> None:
    labels = np.arange(200) % 2
    given = labels.copy()
    given[:40] = 1 - given[:40]
    generator = np.random.default_rng(0)
    sure = generator.uniform(0.85, 0.99, 200)
    probabilities = np.stack([1 - sure, sure], axis=1)
    probabilities[labels == 0] = probabilities[labels == 0][:, ::-1]
    losses, flagged = loss_flags(probabilities, given, 2)
    assert_array_equal(flagged, given != labels)
    assert_allclose(losses, -np.log(probabilities[np.arange(200), given]))


def test_published_figures() -> None:
    assert published_accuracy(
        Setting("cifar100", "vit-b16", "symmetric", 0.6), "turn"
    ) == pytest.approx(0.905)
    head = Setting("cifar100", "vit-b16 head", "asymmetric", 0.4)
    assert published_accuracy(head, "unicon") == pytest.approx(0.842)
    small = Setting("cifar10", "small cnn", "symmetric", 0.3)
    assert published_accuracy(small, "plain:nfl+rce") == pytest.approx(0.573)
    assert published_accuracy(small, "turn") is None


def test_tables(tmp_path: Path) -> None:
    cells = [
        cell(dataset="cifar10", rate=0.3, seed=0, best=0.5),
        cell(dataset="cifar10", rate=0.3, seed=1, best=0.6),
        cell(dataset="cifar10", rate=0.3, method="detect:x", best=None, last=None, honest=None),
    ]
    text = as_markdown(cells, network="small cnn")
    best = text.split("## Best accuracy")[1].split("##")[0]
    assert "| method | symmetric 30 % |" in best
    assert "| plain:ce | 55.0 ± 7.1 [53.4] |" in best
    assert "detect:x" not in best
    assert "| detect:x | 50.0 |" in text.split("## F1")[1]
    write_report(tmp_path, cells)
    assert "[53.4]" not in (tmp_path / "report.md").read_text(encoding="utf-8")
    with (tmp_path / "cells.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["best"] for row in rows] == ["0.5", "0.6", ""]
    assert json.loads(rows[0]["rate"]) == 0.3
