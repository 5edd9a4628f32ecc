"""A paper's table run on tiny images: resumed, shortened, and refused where something lacks."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lnl_gui.__main__ import main
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.learn.bench.papers.catalogue import find_tables
from lnl_gui.learn.bench.papers.paper_table import PaperTable, Shortening
from lnl_gui.learn.bench.papers.report import as_text
from lnl_gui.learn.bench.table import BenchmarkCell, read_cells
from lnl_gui.learn.models.preact_resnet import PreActResNet18
from lnl_gui.pipeline.benchmarks import bench_papers, paper_work
from lnl_gui.pipeline.benchmarks.bench_papers import Asked, missing, run_table
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.util.errors import Cancelled, UserError
from tests.pipeline.benchmarks.test_paper_images import LABELS, TEST_LABELS, write_batches

NAME = "apl-cifar10"
NOISE = "symmetric_inclusive:0.3"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_batches(tmp_path_factory.mktemp("data") / "cifar")


def table() -> PaperTable:
    (found,) = find_tables([NAME])
    return replace(found, methods=("plain:ce", "plain:nce+rce"))


SHORT = Shortening(epochs=1, noises=(Noise("symmetric_inclusive", 0.3),))


def test_a_killed_table_goes_on_where_it_was(data: Path, tmp_path: Path) -> None:
    asked = Asked(data, tmp_path, SHORT, seeds=2)

    def kill(cell: BenchmarkCell) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run_table(table(), asked, on_cell=kill)
    folder = tmp_path / f"{NAME}-1-epochs"
    (first,) = read_cells(folder)
    came: list[BenchmarkCell] = []
    run = run_table(table(), asked, on_cell=came.append)
    assert len(came) == 3 and first not in came
    assert run.cells[0] == first and len(run.cells) == 4
    # Whole or killed, the same images, labels and weights.
    other = run_table(table(), replace(asked, folder=tmp_path / "whole"))
    assert [cell.curve for cell in other.cells] == [cell.curve for cell in run.cells]


def test_four_fifths_are_trained_on_and_the_rest_is_said(data: Path, tmp_path: Path) -> None:
    run = run_table(table(), Asked(data, tmp_path, SHORT, seeds=1))
    assert {cell.samples for cell in run.cells} == {round(0.8 * len(LABELS))}
    assert {cell.tests for cell in run.cells} == {len(TEST_LABELS)}
    said = as_text(run)
    assert "NOT THE PAPER'S SETTING: 20 training and 10 test images were read, CIFAR-10 has" in said
    assert "epochs: 1" in said and "[53.4]" in said
    assert "not judged" in said and "points lower" not in said


def test_without_a_gpu_it_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (people,) = find_tables(["dividemix-cifar10n"])
    with pytest.raises(UserError, match="without a GPU") as error:
        run_table(people, Asked(tmp_path / "nothing", tmp_path))
    assert error.value.code == "needs_gpu"
    assert [str(what) for what in missing(people)] == ["a GPU"]
    assert missing(people, device="cpu") == []


def test_weights_that_are_not_here_are_named() -> None:
    (heads,) = find_tables(["turn-vit-b16-heads"])
    (said,) = map(str, missing(heads))
    assert "weights of vit-b-16" in said and "MB" in said
    assert missing(heads, encoder="bundled-fast") == []


def test_the_command_lists_runs_and_fails_for_scripts(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["bench", "papers", "apl"]) == 0
    assert "apl-mnist" in capsys.readouterr().out
    monkeypatch.setattr(paper_work, "SMALL_CNN_WIDTH", 2)
    command = ["bench", "papers", NAME, "dividemix-cifar10n", "--data", str(data), "--json"]
    command += ["--out", str(tmp_path), "--seeds", "1", "--epochs", "1", "--quiet"]
    command += ["--noise", "symmetric_inclusive:0.30", "--method", "plain:ce"]
    assert main(command) == 3
    captured = capsys.readouterr()
    assert "dividemix-cifar10n has no symmetric_inclusive:0.3" in captured.err
    assert main(["bench", "papers", NAME, *command[4:]]) == 0
    found = json.loads(capsys.readouterr().out)
    (row,) = found["tables"][0]["rows"]
    assert row["printed"] == 0.534 and found["failed"] == []
    assert not found["tables"][0]["paper_setting"]
    folder = tmp_path / f"{NAME}-1-epochs"
    assert {file.name for file in folder.iterdir()} >= {"table.md", "table.csv", "table.json"}


def test_data_that_is_not_there_ends_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "papers", NAME, "--data", str(tmp_path), "--out", str(tmp_path)]) == 3
    assert "CIFAR-10 was not found" in capsys.readouterr().err


def test_the_network_of_divide_mix_is_the_published_one() -> None:
    network = PreActResNet18(10)
    # 11.17 million in the authors' code.
    assert 11.1e6 < sum(weights.numel() for weights in network.parameters()) < 11.2e6
    assert network.eval()(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


def test_part_of_a_backbone_learns_and_begins_anew_each_time(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = load_backbone("timm:test_vit", pretrained=False)
    before = {name: weights.clone() for name, weights in built.model.state_dict().items()}
    monkeypatch.setattr(bench_papers, "load_backbone", lambda _name: built)
    (last,) = find_tables(["turtle-vit-b16-last1"])
    own = replace(
        last,
        dataset="cifar10",
        methods=("plain:ce",),
        relabelled_by=(),
        constants={"plain:ce": {"epochs": 1, "batch_size": 16}},
    )
    asked = Asked(data, tmp_path, Shortening(limit=8), 1, "cpu")
    run = run_table(own, asked)
    assert run.cells[0].train is not None and run.cells[0].samples == 8
    for name, weights in built.model.state_dict().items():
        torch.testing.assert_close(weights, before[name])
    classifier = paper_work.classifiers(built, 10, own)()
    learning = {n.split(".")[2] for n, p in classifier.named_parameters() if p.requires_grad}
    assert "5" in learning and "0" not in learning
