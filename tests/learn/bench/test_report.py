"""The benchmark's table on disk and its report."""

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from lnl_gui.learn.bench.published import Setting, published_accuracy
from lnl_gui.learn.bench.report import as_markdown, write_report
from lnl_gui.learn.bench.table import (
    COLUMNS,
    TABLE_FILE,
    BenchmarkCell,
    append_cell,
    as_rows,
    means,
    read_cells,
)

CELL = BenchmarkCell(
    dataset="d",
    noise="symmetric_inclusive",
    rate=0.4,
    method="plain:ce",
    seed=0,
    samples=10,
    wrong=4,
    seconds=1.0,
    best=0.8,
    last=0.7,
    honest=0.75,
    precision=0.5,
    recall=0.5,
    f1=0.5,
    average_precision=0.6,
    suggestion_accuracy=0.4,
)


def detection(**changes: object) -> BenchmarkCell:
    values = replace(CELL, method="detect:x", best=None, last=None, honest=None)
    return replace(values, **changes)  # type: ignore[arg-type]  # fields of the cell


def section(text: str, title: str) -> str:
    return text.split(f"## {title}")[1].split("##")[0]


def test_a_line_cut_short_costs_only_itself(tmp_path: Path) -> None:
    cells = [CELL, replace(CELL, seed=1), detection(expected_low=1.5)]
    append_cell(tmp_path, cells[0])
    with (tmp_path / TABLE_FILE).open("a") as stream:
        stream.write('{"dataset": "d", "noi')
    append_cell(tmp_path, cells[1])
    append_cell(tmp_path, cells[2])
    assert read_cells(tmp_path) == cells


def test_a_line_is_on_disk_when_the_call_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def synced(descriptor: int) -> None:
        written.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, "fsync", synced)
    append_cell(tmp_path, CELL)
    assert written == [(tmp_path / TABLE_FILE).stat().st_size]


def test_rows_of_a_run_make_cells_again() -> None:
    cell = replace(CELL, f1=1 / 3)
    rows = json.loads(json.dumps(as_rows([cell])))
    assert BenchmarkCell(**rows[0]) == replace(cell, f1=0.3333)


def test_means_are_over_seeds() -> None:
    cells = [detection(seed=seed, f1=f1) for seed, f1 in enumerate((0.2, 0.4, None))]
    found = means([*cells, replace(CELL, noise="given", rate=0.0)])
    assert [(row["noise"], row["rate"], row["method"], row["seeds"]) for row in found] == [
        ("symmetric_inclusive", 0.4, "detect:x", 3),
        ("given", 0.0, "plain:ce", 1),
    ]
    assert found[0]["f1"] == pytest.approx(0.3)
    assert found[0]["best"] is None and found[1]["best"] == 0.8


def test_means_tell_how_often_the_interval_held() -> None:
    cells = [
        detection(seed=seed, expected_errors=4.0, expected_low=low, expected_high=low + 2)
        for seed, low in enumerate((3.0, 4.0, 5.0, 1.0))
    ]
    assert means(cells)[0]["covered"] == 0.5
    table = section(as_markdown(cells), "Intervals that hold the true number (%)")
    assert "| x | 50.0 | 50.0 ± 57.7 |" in table


def test_tables_hold_means_over_seeds_and_what_papers_print(tmp_path: Path) -> None:
    cells = [
        replace(CELL, dataset="cifar10", rate=0.3, seed=0, best=0.5),
        replace(CELL, dataset="cifar10", rate=0.3, seed=1, best=0.6),
        detection(dataset="cifar10", rate=0.3),
        replace(CELL, dataset="cifar10", noise="given", rate=0.0, best=0.75),
    ]
    text = as_markdown(cells, network="small cnn")
    best = section(text, "Best accuracy (%)")
    assert "| method | mean | symmetric_inclusive 30 % | given |" in best
    assert "| plain:ce | 65.0 | 55.0 ± 7.1 [53.4] | 75.0 |" in best
    assert "detect:x" not in best
    assert "| detect:x | 50.0 | 50.0 | - |" in section(text, "F1 of the wrong labels found (%)")
    files = write_report(tmp_path, cells, name="learn", note="Measured.")
    assert [file.name for file in files] == ["learn.md", "learn.csv"]
    shown = files[0].read_text(encoding="utf-8")
    assert "[53.4]" not in shown and shown.startswith("Measured.\n")
    with files[1].open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == COLUMNS
    assert [row["best"] for row in rows] == ["0.5", "0.6", "", "0.75"]
    assert json.loads(rows[0]["rate"]) == 0.3


def test_detectors_alone_are_called_by_their_names() -> None:
    text = as_markdown([detection(), detection(method="detect:consensus", f1=1.0)])
    assert "| consensus | 100.0 | 100.0 |" in section(text, "F1 of the wrong labels found (%)")
    assert "accuracy (%)" not in text


def test_published_figures() -> None:
    assert published_accuracy(
        Setting("cifar100", "vit-b16", "symmetric_inclusive", 0.6), "turn"
    ) == pytest.approx(0.905)
    head = Setting("cifar100", "vit-b16 head", "asymmetric@cifar100-superclass", 0.4)
    assert published_accuracy(head, "unicon") == pytest.approx(0.842)
    small = Setting("cifar10", "small cnn", "symmetric_inclusive", 0.3)
    assert published_accuracy(small, "plain:nfl+rce") == pytest.approx(0.573)
    assert published_accuracy(small, "turn") is None
