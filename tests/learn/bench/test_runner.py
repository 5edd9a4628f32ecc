"""The benchmark: its cells, resume, and what its folder refuses."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.metrics import average_precision_score

from lnl_gui.learn.bench.findings import Finding
from lnl_gui.learn.bench.label_set import LabelSet, noisy_labels
from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan
from lnl_gui.learn.bench.runner import make_cell, run_benchmark
from lnl_gui.learn.bench.table import BenchmarkCell, read_cells
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, Noise
from lnl_gui.util.errors import Cancelled, UserError
from tests.learn.methods_cases import CLASSES, blobs, noisy


def nothing_to_test(samples: int, seed: int = 0) -> BenchmarkData:
    features, labels = blobs(samples, seed=seed)
    return BenchmarkData("blobs", [features], labels, CLASSES)


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    features, labels = blobs(300)
    test_features, test_labels = blobs(200, seed=1)
    return BenchmarkData(
        "blobs",
        [features],
        labels,
        CLASSES,
        test_embedding=test_features,
        test_labels=test_labels,
        label_sets={"people": noisy(labels, 0.2, seed=5)},
    )


PLAN = BenchmarkPlan(
    noises=(Noise("symmetric_exclusive", 0.4), Noise("people")),
    methods=("oracle", "curated", "plain:ce", "co_teaching", "detect:consensus"),
    seeds=(0,),
    constants={"plain:ce": {"epochs": 3}, "co_teaching": {"epochs": 3}},
)


@pytest.fixture(scope="module")
def finished(
    data: BenchmarkData, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[BenchmarkCell]]:
    folder = tmp_path_factory.mktemp("benchmark")
    return folder, run_benchmark(data, PLAN, folder=folder)


def test_every_cell_has_what_its_method_gives(finished: tuple[Path, list[BenchmarkCell]]) -> None:
    _, cells = finished
    assert [(c.noise, c.method) for c in cells] == [
        (noise.kind, method) for noise in PLAN.noises for method in PLAN.methods
    ]
    for found in cells:
        trains = not found.method.startswith("detect:")
        assert (found.best is not None) == trains
        assert (found.f1 is None) == (found.method in ("oracle", "curated"))
        assert (found.expected_errors is None) == trains
        if found.best is not None and found.last is not None:
            assert 0 <= found.last <= found.best <= 1
    by_method = {(c.noise, c.method): c for c in cells}
    assert by_method["symmetric_exclusive", "plain:ce"].wrong == 120
    consensus = by_method["symmetric_exclusive", "detect:consensus"]
    assert consensus.average_precision is not None
    assert consensus.average_precision > 0.8
    # The consensus was computed for `curated` before; its seconds are counted here as well.
    assert consensus.seconds > 0.05


def test_a_benchmark_repeats(
    finished: tuple[Path, list[BenchmarkCell]], data: BenchmarkData, tmp_path: Path
) -> None:
    _, cells = finished
    few = replace(PLAN, noises=PLAN.noises[:1], methods=("plain:ce", "detect:consensus"))
    again = run_benchmark(data, few, folder=tmp_path)
    first = {c.key: replace(c, seconds=0) for c in cells}
    assert all(replace(c, seconds=0) == first[c.key] for c in again)


def test_a_stopped_benchmark_goes_on_with_the_next_cell(
    finished: tuple[Path, list[BenchmarkCell]], data: BenchmarkData, tmp_path: Path
) -> None:
    folder, cells = finished
    cheap = replace(PLAN, methods=("oracle", "plain:ce"))
    expected = [c for c in cells if c.method in cheap.methods]
    done: list[BenchmarkCell] = []

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


@pytest.mark.parametrize("change", ["constants", "labels", "embedding", "class names"])
def test_a_folder_of_other_results_is_refused(
    change: str, finished: tuple[Path, list[BenchmarkCell]], data: BenchmarkData
) -> None:
    folder, _ = finished
    other = {
        "constants": (data, replace(PLAN, hidden=8)),
        "labels": (replace(data, labels=(data.labels + 1) % CLASSES), PLAN),
        "embedding": (replace(data, embeddings=[2 * data.embeddings[0]]), PLAN),
        "class names": (replace(data, class_names=list("abc")), PLAN),
    }
    with pytest.raises(UserError, match="other constants"):
        run_benchmark(*other[change], folder=folder)


def test_a_map_that_changed_is_refused_and_others_join_the_table(
    data: BenchmarkData, tmp_path: Path
) -> None:
    named = replace(data, class_names=list("abc"))
    maps = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for file in maps:
        file.write_text("a,b\n", encoding="utf-8")
    plans = [BenchmarkPlan((Noise(f"asymmetric@{file}", 0.4),), ("oracle",), (0,)) for file in maps]
    folder = tmp_path / "bench"
    for plan in plans:
        run_benchmark(named, plan, folder=folder)
    maps[0].write_text("a,c\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"one\.csv has changed"):
        run_benchmark(named, plans[0], folder=folder)
    # Other lines, the same map.
    maps[1].write_text('{"a": "b"}', encoding="utf-8")
    run_benchmark(named, plans[1], folder=folder, on_cell=pytest.fail)


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
        run_benchmark(data, BenchmarkPlan(noises, methods), folder=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_detectors_need_no_test_samples_and_tell_how_far_they_are(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    cells = run_benchmark(
        nothing_to_test(200),
        BenchmarkPlan(
            (Noise("symmetric_exclusive", 0.2), Noise("instance_xia", 0.2)),
            (CONSENSUS,),
            seeds=(0,),
        ),
        folder=tmp_path,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(0, 2), (1, 2), (2, 2)]
    assert [(c.noise, c.rate, c.method) for c in cells] == [
        ("symmetric_exclusive", 0.2, "detect:consensus"),
        ("instance_xia", 0.2, "detect:consensus"),
    ]
    assert all(c.recall is not None and c.recall > 0.5 for c in cells)


def test_labels_in_which_nothing_is_drawn_are_judged_once_and_trained_on_with_each_seed() -> None:
    plan = BenchmarkPlan(
        (Noise("people"), Noise("symmetric_exclusive", 0.0), Noise("pair", 0.1)),
        ("detect:neighbours", "plain:ce"),
        seeds=(3, 4),
    )
    assert [(noise.kind, seed, method) for noise, seed, method in plan.trials()] == [
        ("people", 3, "detect:neighbours"),
        ("people", 3, "plain:ce"),
        ("people", 4, "plain:ce"),
        ("symmetric_exclusive", 3, "detect:neighbours"),
        ("symmetric_exclusive", 3, "plain:ce"),
        ("symmetric_exclusive", 4, "plain:ce"),
        ("pair", 3, "detect:neighbours"),
        ("pair", 3, "plain:ce"),
        ("pair", 4, "detect:neighbours"),
        ("pair", 4, "plain:ce"),
    ]


def test_noisy_labels(data: BenchmarkData, tmp_path: Path) -> None:
    symmetric = noisy_labels(data, Noise("symmetric_exclusive", 0.4), 0)
    assert (symmetric != data.labels).sum() == 120
    asymmetric = noisy_labels(data, Noise("asymmetric", 0.4), 0)
    moved = asymmetric != data.labels
    assert_array_equal(asymmetric[moved], (data.labels[moved] + 1) % CLASSES)
    assert_array_equal(noisy_labels(data, Noise("pair", 0.4), 0), asymmetric)
    (tmp_path / "pairs.csv").write_text("a,c\n")
    mapped = replace(data, class_names=list("abc"))
    moved = noisy_labels(mapped, Noise(f"asymmetric@{tmp_path / 'pairs.csv'}", 0.5), 0)
    assert set(data.labels[moved != data.labels].tolist()) == {0}
    assert set(moved[moved != data.labels].tolist()) == {2}
    confused = noisy_labels(data, Noise("asymmetric@most-confused", 0.4), 0)
    assert (confused != data.labels).any()
    instance = noisy_labels(data, Noise("instance_xia", 0.4), 0)
    assert 0.3 < (instance != data.labels).mean() < 0.5
    assert_array_equal(noisy_labels(data, Noise("people"), 3), data.label_sets["people"])


def test_the_consensus_is_scored_as_it_is(data: BenchmarkData) -> None:
    labels = LabelSet(data, Noise("symmetric_exclusive", 0.2), 3)
    finding = labels.detect(CONSENSUS)
    assert finding is not None
    cell = make_cell(labels, CONSENSUS, finding)
    assert cell.average_precision == pytest.approx(
        average_precision_score(labels.wrong, finding.suspicion)
    )
    assert cell.expected_errors == pytest.approx(labels.consensus.noise_rate * 300)
    low, high = labels.consensus.noise_rate_interval
    assert (cell.expected_low, cell.expected_high) == pytest.approx((low * 300, high * 300))


def test_an_oracle_has_full_marks_and_the_blind_none() -> None:
    labels = LabelSet(nothing_to_test(200), Noise("symmetric_exclusive", 0.2), 0)
    wrong, errors = labels.wrong, float(labels.wrong.sum())
    perfect = Finding(wrong.astype(float), wrong, labels.data.labels, errors, (errors, errors))
    best = make_cell(labels, "detect:oracle", perfect)
    assert [best.auroc, best.average_precision, best.f1, best.suggestion_accuracy] == [1] * 4
    assert (best.covered, best.flagged, best.wrong) == (1, errors, errors)
    nothing = Finding(np.zeros(wrong.size), np.zeros(wrong.size, bool), labels.given)
    blind = make_cell(labels, "detect:blind", nothing)
    assert (blind.auroc, blind.f1, blind.suggestion_accuracy) == (0.5, 0.0, 0.0)
    assert blind.covered is None
    beside = replace(best, expected_low=errors + 1, expected_high=errors + 2)
    assert beside.covered == 0


def test_clean_labels_have_no_ranking_but_a_number_flagged() -> None:
    labels = LabelSet(nothing_to_test(40), Noise("symmetric_exclusive", 0.0), 0)
    found = make_cell(
        labels, "x", Finding(np.zeros(40), np.arange(40) < 4, labels.given.astype(int))
    )
    assert (found.auroc, found.f1, found.flagged, found.wrong) == (None, None, 4, 0)


def test_copies_have_no_vote_on_each_other_in_a_benchmark() -> None:
    features, labels = blobs(300, separation=4.0)
    wrong = np.arange(5)
    given = labels.copy()
    given[wrong] = (labels[wrong] + 1) % CLASSES
    # Twelve copies of each of five images, all with the same wrong label.
    rows = np.concatenate([np.arange(300), np.repeat(wrong, 12)])
    copies = np.where(rows < 5, rows, -1)
    plain = BenchmarkData(
        "copies", [features[rows]], labels[rows], CLASSES, label_sets={"given": given[rows]}
    )
    told = replace(plain, copies=copies)
    assert plain.fingerprint() != told.fingerprint()
    found = [LabelSet(data, Noise("given"), 0).detect(CONSENSUS) for data in (plain, told)]
    assert all(finding is not None for finding in found)
    vouched, judged = (finding.suspicion[copies >= 0].mean() for finding in found if finding)
    assert judged > 0.9
    assert vouched < 0.3
