"""The noise test: known noise on a project's labels, counted by detector, resumed, written."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import run_job
from lnl_gui.encoders.loading import text
from lnl_gui.learn.bench import label_set
from lnl_gui.learn.bench.table import TABLE_FILE
from lnl_gui.pipeline.benchmarks.benchmark_data import MeasuredClasses, detection_data
from lnl_gui.pipeline.benchmarks.known_truth import KnownTruth, known_truth
from lnl_gui.pipeline.benchmarks.noise_test import PROJECT
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.arrays import load_embedding
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.store.jobs.parameters import NoiseTestParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, from_json
from tests.builders import add_detection
from tests.pipeline.conftest import WRONG
from tests.pipeline.pretended_clip import CLIP, pretend_clip

ONE = NoiseTestParameters(noises=("symmetric_exclusive:0.2",), detectors=("neighbours",))


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
    assert "as they stand" in str(from_json(metrics["note"]))
    found = {row["method"]: row for row in metrics["means"]}
    assert set(found) == {"detect:consensus", "detect:neighbours"}
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
    monkeypatch.setattr("lnl_gui.pipeline.benchmarks.known_truth.LEAST_CONFIRMED", 40)
    with Session.open(embedded) as session:
        right = [row for row, path in enumerate(session.columns.paths) if path not in WRONG]
        everything = np.ones(len(session), bool)
        # All at once, which confirms nothing.
        session.keep(np.array(right))
        assert known_truth(take_snapshot(embedded), everything).source == "given"
        for row in right[:39]:
            session.keep(np.array([row]))
        assert known_truth(take_snapshot(embedded), everything).source == "given"
        asked = known_truth(take_snapshot(embedded), everything, part="confirmed")
        assert asked.rows.tolist() == sorted(right[:39])
        assert "18 verdicts that were given without a look" in str(asked.note)
        for row in right[39:]:
            session.keep(np.array([row]))
        metrics = run_job(session, ONE, quiet=True).metrics
    assert (metrics["source"], metrics["samples"]) == ("confirmed", 57)
    consensus = next(row for row in metrics["means"] if row["method"] == "detect:consensus")
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
    consensus = next(row for row in result["rows"] if row["method"] == "detect:consensus")
    # One sample more or less is a matter of the processor's last bits.
    assert consensus["wrong"] == 3
    assert min(consensus["recall"], consensus["suggestion_accuracy"]) >= 0.66
    assert consensus["precision"] >= 0.6
    own = next(row for row in result["rows"] if row["method"] == PROJECT)
    assert own["wrong"] == 3 and min(own["recall"], own["suggestion_accuracy"]) >= 0.66
    with (out / "detect.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["method"] for row in rows} >= {"detect:consensus", "detect:neighbours"}
    shown = (out / "detect.md").read_text(encoding="utf-8")
    recall = f"{100 * consensus['recall']:.1f}"
    assert f"| consensus | {recall} | {recall} |" in shown
    assert "truth.csv" in shown


def test_the_consensus_is_a_detector_that_can_be_named(
    embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["bench", "detect", str(embedded), "--out", str(tmp_path), "--seeds", "1", "--json"]
    command += ["--noise", "symmetric_exclusive:0.2", "--no-cleanlab", "--detector", "consensus"]
    assert main(command) == 0
    result = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert [row["method"] for row in result["rows"]] == ["detect:consensus"]


def test_detectors_that_read_class_names_are_measured_with_an_encoder_that_knows_words(
    embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = NoiseTestParameters(("symmetric_exclusive:0.3",), ("zero_shot", "lemon"), seeds=1)
    with Session.open(embedded) as session, pytest.raises(UserError) as caught:
        run_job(session, asked, quiet=True)
    assert caught.value.code == "no_text_encoder"
    pretend_clip(embedded, weights=str(tmp_path / "clip.safetensors"))
    found = take_snapshot(embedded)
    embedding = np.asarray(load_embedding(found.embeddings[CLIP]), np.float32)
    truth = np.array([Path(path).name.split("-")[0] for path in found.samples.paths])
    centres = [embedding[truth == name].mean(0) - embedding.mean(0) for name in found.class_names]
    words = np.array(centres, np.float32)
    monkeypatch.setattr(text, "prompt_embeddings", lambda *_args, **_options: words)
    with Session.open(embedded) as session:
        metrics = run_job(session, replace(asked, encoders=(CLIP,)), quiet=True).metrics
    rows = {row["method"]: row for row in metrics["rows"]}
    # Words that are the true classes' centres find most of eighteen flips among sixty labels.
    assert rows["detect:zero_shot"]["recall"] > 0.7
    assert rows["detect:zero_shot"]["average_precision"] > 0.8
    assert rows["detect:lemon"]["average_precision"] > 0.5


def test_a_stopped_test_goes_on_with_the_next_cell(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, judged = label_set.run_detector, label_set.judge_labels
    calls, consensus = [], []

    def dying(name: str, *arguments: object, **options: object) -> object:
        calls.append(name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(name, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(label_set, "run_detector", dying)
    monkeypatch.setattr(
        label_set,
        "judge_labels",
        lambda wanted: (consensus.append(wanted.seed), judged(wanted))[1],
    )
    parameters = NoiseTestParameters(("symmetric_exclusive:0.2",), ("neighbours", "simifeat_v"))
    with Session.open(embedded) as session:
        with pytest.raises(KeyboardInterrupt):
            run_job(session, parameters, quiet=True)
        file = next(session.runs.all()[-1].folder.glob(f"parts/*/{TABLE_FILE}"))
        with file.open("ab") as stream:
            stream.write(b'{"noise": "cut')
        metrics = run_job(session, parameters, quiet=True).metrics
    assert calls == ["neighbours", "simifeat_v", "simifeat_v"]
    assert consensus == [0]
    assert [row["method"] for row in metrics["rows"]] == [
        "detect:consensus",
        "detect:neighbours",
        "detect:simifeat_v",
    ]


def test_asymmetric_noise_means_the_same_before_and_after_a_detection(embedded: Path) -> None:
    def noisy() -> np.ndarray:
        snapshot = take_snapshot(embedded)
        known = known_truth(snapshot, np.ones(60, bool))
        data = detection_data(snapshot, known, [np.zeros((60, 2), np.float32)], name="shapes")
        assert data.class_names == snapshot.class_names
        return label_set.noisy_labels(data, Noise("asymmetric", 0.3), 0)

    before = noisy()
    add_detection(embedded)
    np.testing.assert_array_equal(noisy(), before)


def test_classes_nobody_belongs_to_are_left_out() -> None:
    classes = MeasuredClasses(np.array([1, 4], np.int32))
    assert classes.compact(np.array([4, 0, 1, -1, 7])).tolist() == [1, -1, 0, -1, -1]


@pytest.mark.parametrize(("source", "classes"), [("given", 2), ("table", 3)])
def test_classes_of_the_labels_as_they_came_count_where_these_are_judged(
    source: str, classes: int, embedded: Path
) -> None:
    labels = (np.arange(60) < 30).astype(np.int32)
    known = KnownTruth(np.arange(60), labels, source, NOTHING)
    spaces = [np.zeros((60, 2), np.float32)]
    data = detection_data(take_snapshot(embedded), known, spaces, name="shapes")
    assert data.number_of_classes == classes
    np.testing.assert_array_equal(data.labels, labels)
    assert list(data.label_sets) == (["given"] if source == "table" else [])
    assert all(len(np.unique(given)) == 3 for given in data.label_sets.values())


def test_a_truth_of_other_paths_says_how_they_are_written(embedded: Path, tmp_path: Path) -> None:
    table = tmp_path / "truth.csv"
    table.write_text("path,label\nelsewhere.png,circle\n")
    snapshot = take_snapshot(embedded)
    with pytest.raises(UserError, match="names a sample") as raised:
        known_truth(snapshot, np.ones(len(snapshot), bool), table=table)
    assert snapshot.samples.paths[0] in str(raised.value.hint)


def test_bench_learn_writes_tables_and_goes_on(
    embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "learn"
    command = [
        "bench",
        "learn",
        str(embedded),
        "--out",
        str(out),
        "--noise",
        "symmetric_exclusive:0.3",
    ]
    command += ["--method", "plain:ce", "--method", "oracle", "--seeds", "1"]
    assert main(command) == 0
    first = capsys.readouterr()
    assert "plain:ce" in first.out
    assert "tested on" in first.err
    cells = (out / "cells.jsonl").read_bytes()
    assert main(command) == 0
    assert (out / "cells.jsonl").read_bytes() == cells
    with (out / "learn.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["method"]: row for row in csv.DictReader(stream)}
    # The order of two saturated accuracies says nothing; a few samples may go either way.
    assert float(rows["oracle"]["last"]) >= float(rows["plain:ce"]["last"]) - 0.15
    assert (out / "learn.md").is_file()
