"""The noise test: known noise on a project's labels, counted by detector, resumed, written."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import run_job
from lnl_gui.detect.grid import Case, Finding
from lnl_gui.pipeline import cleanlab_baseline, noise_test
from lnl_gui.pipeline.benchmark_noise import LabNoise, class_map_of, inject, parse_noises
from lnl_gui.pipeline.known_truth import known_truth
from lnl_gui.pipeline.noise_benchmark_report import as_markdown
from lnl_gui.pipeline.noise_test import means
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.session import Session
from lnl_gui.store.parameters import NoiseTestParameters
from lnl_gui.util.atomic import write_array
from lnl_gui.util.errors import UserError
from tests.builders import add_detection
from tests.pipeline.conftest import WRONG

ONE = NoiseTestParameters(noises=("symmetric:0.2",), detectors=("neighbours",))


def true_table(project: Path, folder: Path) -> Path:
    """The kinds that were drawn, which the file names tell."""
    with Session.open(project, read_only=True) as session:
        paths = list(session.columns.paths)
    lines = [f"{path},{Path(path).name.split('-')[0]}" for path in paths]
    file = folder / "truth.csv"
    file.write_text("path,true_label\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_a_noise_test_counts_what_each_detector_finds(embedded: Path) -> None:
    with Session.open(embedded) as session:
        metrics = run_job(session, ONE, quiet=True).metrics
        assert (session.columns.current == session.columns.given).all()
    assert metrics["source"] == "given"
    assert "as they stand" in metrics["note"]
    found = {row["detector"]: row for row in metrics["means"]}
    assert set(found) == {"consensus", "neighbours"}
    for row in found.values():
        # Three labels were wrong before: they are false alarms by design.
        assert row["average_precision"] > 0.6
        assert min(row["recall"], row["precision"]) > 0.4
        p, r = row["precision"], row["recall"]
        assert row["f1"] == pytest.approx(2 * p * r / (p + r), abs=1e-3)
    assert metrics["rows"][0]["wrong"] == 12


def test_the_confirmed_part_is_preferred_once_it_is_large_enough(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lnl_gui.pipeline.known_truth.LEAST_CONFIRMED", 40)
    with Session.open(embedded) as session:
        right = [row for row, path in enumerate(session.columns.paths) if path not in WRONG]
        session.keep(np.array(right[:39]))
        everything = np.ones(len(session), bool)
        assert known_truth(take_snapshot(embedded), everything).source == "given"
        session.keep(np.array(right[39:]))
        metrics = run_job(session, ONE, quiet=True).metrics
    assert (metrics["source"], metrics["samples"]) == ("confirmed", 57)
    consensus = next(row for row in metrics["means"] if row["detector"] == "consensus")
    assert consensus["average_precision"] > 0.8
    assert consensus["precision"] > 0.6


def test_a_table_of_the_truth_judges_the_labels_as_they_came(
    embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bench"
    assert main(["detect", str(embedded), "--detector", "neighbours"]) == 0
    capsys.readouterr()
    command = ["bench", "detect", str(embedded), "--out", str(out), "--noise", "given"]
    command += ["--truth", str(true_table(embedded, tmp_path)), "--truth-column", "true_label"]
    command += ["--detector", "neighbours", "--json"]
    assert main(command) == 0
    result = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    consensus = next(row for row in result["rows"] if row["detector"] == "consensus")
    assert (consensus["wrong"], consensus["recall"], consensus["precision"]) == (3, 1.0, 1.0)
    assert consensus["suggestion_accuracy"] == 1.0
    own = next(row for row in result["rows"] if row["detector"] == noise_test.PROJECT)
    assert (own["wrong"], own["recall"], own["suggestion_accuracy"]) == (3, 1.0, 1.0)
    with (out / "detect.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["detector"] for row in rows} >= {"consensus", "neighbours"}
    shown = (out / "detect.md").read_text(encoding="utf-8")
    assert "| consensus | 1.000 |" in shown
    assert "truth.csv" in shown


def test_a_stopped_test_goes_on_with_the_next_cell(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = noise_test.run_detector
    calls = []

    def dying(name: str, *arguments: object, **options: object) -> object:
        calls.append(name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(name, *arguments, **options)  # type: ignore[arg-type]

    consensus = []
    judged = noise_test.consensus_method
    monkeypatch.setattr(noise_test, "run_detector", dying)
    monkeypatch.setattr(
        noise_test,
        "consensus_method",
        lambda case: (consensus.append(case.seed), judged(case))[1],
    )
    parameters = NoiseTestParameters(("symmetric:0.2",), ("neighbours", "simifeat_v"))
    with Session.open(embedded) as session:
        with pytest.raises(KeyboardInterrupt):
            run_job(session, parameters, quiet=True)
        file = next(session.runs()[-1].folder.glob("parts/rows-*.jsonl"))
        with file.open("ab") as stream:
            stream.write(b'{"noise": "cut')
        metrics = run_job(session, parameters, quiet=True).metrics
    assert calls == ["neighbours", "simifeat_v", "simifeat_v"]
    assert consensus == [0]
    assert [row["detector"] for row in metrics["rows"]] == ["consensus", "neighbours", "simifeat_v"]


@pytest.mark.parametrize("kind", ["symmetric", "asymmetric", "pair", "instance"])
def test_noise_flips_about_its_share(kind: str) -> None:
    labels = np.arange(600, dtype=np.int32) % 5
    features = np.random.default_rng(0).normal(size=(600, 8)).astype(np.float32)
    options = {"number_of_classes": 5, "features": features}
    noisy = inject(labels, LabNoise(kind, 0.3), seed=1, **options)  # type: ignore[arg-type]
    assert (noisy != labels).mean() == pytest.approx(0.3, abs=0.06)
    again = inject(labels, LabNoise(kind, 0.3), seed=1, **options)  # type: ignore[arg-type]
    np.testing.assert_array_equal(noisy, again)


def test_asymmetric_noise_follows_what_detection_found_confused(embedded: Path) -> None:
    assert class_map_of(take_snapshot(embedded), np.arange(3)) is None
    add_detection(embedded)
    with Session.open(embedded, read_only=True) as session:
        folder = session.detection.folder
    assert folder is not None
    matrix = np.array([[0.8, 0.05, 0.15], [0.1, 0.9, 0.0], [0.0, 0.2, 0.8]], np.float32)
    write_array(folder / "transition_matrix.npy", matrix)
    found = class_map_of(take_snapshot(embedded), np.arange(3))
    assert found is not None
    assert found.tolist() == [2, 0, 1]
    labels = np.repeat(np.arange(3, dtype=np.int32), 100)
    noisy = inject(
        labels,
        LabNoise("asymmetric", 0.3),
        number_of_classes=3,
        seed=0,
        features=np.zeros((300, 2), np.float32),
        class_map=found,
    )
    wrong = noisy != labels
    assert wrong.any()
    np.testing.assert_array_equal(noisy[wrong], found[labels[wrong]])


@pytest.mark.parametrize("text", ["love:0.2", "symmetric", "symmetric:1.5", "pair:x", "given"])
def test_noises_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(UserError) as raised:
        parse_noises([text], truth_known=False)
    assert str(raised.value.hint)


def test_a_truth_of_other_paths_says_how_they_are_written(embedded: Path, tmp_path: Path) -> None:
    table = tmp_path / "truth.csv"
    table.write_text("path,label\nelsewhere.png,circle\n")
    snapshot = take_snapshot(embedded)
    with pytest.raises(UserError, match="names a sample") as raised:
        known_truth(snapshot, np.ones(len(snapshot), bool), table=table)
    assert snapshot.samples.paths[0] in str(raised.value.hint)


def test_cleanlab_is_judged_on_the_same_case_where_it_is_installed() -> None:
    pytest.importorskip("cleanlab")
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 3, 150).astype(np.int32)
    space = generator.normal(size=(3, 6))[truth] * 3 + generator.normal(size=(150, 6))
    given = np.where(generator.random(150) < 0.15, (truth + 1) % 3, truth).astype(np.int32)
    case = Case("made", 0, [space.astype(np.float32)], truth, given, 3)
    assert cleanlab_baseline.can_judge(case)
    found = noise_test._cleanlab_method(case)
    assert all(isinstance(finding, Finding) for finding in found.values())
    default = found["cleanlab prune_by_noise_rate"]
    wrong = given != truth
    assert default.flagged[wrong].mean() > 0.8
    alone = Case("made", 0, case.embeddings, truth, np.where(truth == 2, 1, truth), 3)
    lonely = alone.given.copy()
    lonely[0] = 2
    assert not cleanlab_baseline.can_judge(Case("made", 0, case.embeddings, truth, lonely, 3))


def test_means_are_over_seeds() -> None:
    figures = dict.fromkeys(noise_test.MEANS, 0.5)
    rows = [
        {"noise": "pair 10 %", "detector": "x", "seed": seed, **figures, "f1": f1}
        for seed, f1 in enumerate((0.2, 0.4, None))
    ]
    found = means(rows)
    assert len(found) == 1
    assert found[0]["f1"] == pytest.approx(0.3)
    assert "| x | 0.300 |" in as_markdown(found, "note")


def test_bench_learn_writes_tables_and_goes_on(
    embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "learn"
    command = ["bench", "learn", str(embedded), "--out", str(out), "--noise", "symmetric:0.3"]
    command += ["--method", "plain:ce", "--method", "oracle", "--seeds", "1"]
    assert main(command) == 0
    first = capsys.readouterr()
    assert "plain:ce" in first.out
    assert "tested on" in first.err
    cells = (out / "cells.jsonl").read_bytes()
    assert main(command) == 0
    assert (out / "cells.jsonl").read_bytes() == cells
    with (out / "cells.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["method"]: row for row in csv.DictReader(stream)}
    assert float(rows["oracle"]["last"]) >= float(rows["plain:ce"]["last"])
    assert (out / "report.md").is_file()
