"""Curves in other tools: read back by their own readers, and never a reason to stop a training."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.tracking import final_points, track_to, tracked
from lnl_gui.jobs.tracking import TrackedContext, open_tracker, parse_tracking
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.util.errors import UserError

EPOCHS = [
    {"series": "given", "stage": "head", "epoch": 0, "loss": 0.5, "validation_accuracy": None},
    {"series": "given", "stage": "all", "epoch": 0, "loss": 0.25, "validation_accuracy": 0.75},
    {"series": "curated", "stage": "head", "epoch": 0, "loss": 0.125, "validation_accuracy": 1.0},
]


def test_tensorboard_reads_the_curves_back(tmp_path: Path) -> None:
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    with tracked(
        [parse_tracking(f"tensorboard:{tmp_path / 'tb'}")],
        FinetuneParameters(seed=7),
        TerminalContext(quiet=True),
        project=tmp_path / "p.lnl",
    ) as context:
        for epoch in EPOCHS:
            context.event("epoch", **epoch)
        context.event("trial", number=1, validation_accuracy=0.5, learning_rate=0.01)
        context.points(final_points({"after": {"accuracy": 0.5, "name": "x"}, "ok": True}), 0)
    (folder,) = (tmp_path / "tb").iterdir()
    assert folder.name.startswith("finetune-quick-")
    assert "seed\t7" in (folder / "parameters.tsv").read_text(encoding="utf-8")
    found = reader.EventAccumulator(str(folder))
    found.Reload()
    curves = {
        tag: [(point.step, point.tensor_proto.float_val[0]) for point in found.Tensors(tag)]
        for tag in found.Tags()["tensors"]
    }
    assert curves == {
        "given/loss": [(1, 0.5), (2, 0.25)],
        "given/validation_accuracy": [(2, 0.75)],
        "curated/loss": [(1, 0.125)],
        "curated/validation_accuracy": [(1, 1.0)],
        "trial/validation_accuracy": [(1, 0.5)],
        "trial/learning_rate": [(1, pytest.approx(0.01))],
        "result/after/accuracy": [(0, 0.5)],
    }


class Client:
    """As much of MLflow's client as is called, with what it was told."""

    def __init__(self, tracking_uri: str) -> None:
        self.told: list[tuple[Any, ...]] = [("open", tracking_uri)]

    def get_experiment_by_name(self, name: str) -> None:
        self.told.append(("experiment", name))

    def create_experiment(self, name: str) -> str:
        return f"id of {name}"

    def create_run(self, experiment: str, run_name: str) -> Any:
        self.told.append(("run", experiment, run_name))
        return type("Run", (), {"info": type("Info", (), {"run_id": "r"})})

    def log_param(self, run: str, name: str, value: object) -> None:
        self.told.append((run, name, value))

    def log_metric(self, run: str, name: str, value: float, step: int) -> None:
        if value > 0.9:
            raise ConnectionError("no route to host")
        self.told.append((run, name, value, step))

    def set_terminated(self, run: str, status: str) -> None:
        self.told.append((run, status))


def follow(tracker: Any, values: Mapping[str, Any]) -> TrackedContext:
    context = TrackedContext(TerminalContext(quiet=True), [tracker])
    context.event("epoch", **values)
    return context


def test_mlflow_is_told_and_may_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[Client] = []
    module = type(sys)("mlflow")
    module.MlflowClient = lambda tracking_uri: made.append(Client(tracking_uri)) or made[0]
    monkeypatch.setitem(sys.modules, "mlflow", module)
    monkeypatch.delenv("MLFLOW_DISABLE_TELEMETRY", raising=False)
    wanted = parse_tracking("mlflow:http://host:5000")
    tracker = open_tracker(wanted, project=tmp_path / "pets.lnl", name="quick")
    context = follow(tracker, EPOCHS[1])
    context.close(failed=True)
    assert made[0].told == [
        ("open", "http://host:5000"),
        ("experiment", "pets"),
        ("run", "id of pets", "quick"),
        ("r", "given/loss", 0.25, 1),
        ("r", "given/validation_accuracy", 0.75, 1),
        ("r", "FAILED"),
    ]
    follow(tracker, EPOCHS[2])
    assert "no longer tracked, the training goes on: no route to host" in capsys.readouterr().err


def test_a_package_that_is_missing_is_named_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tool in ("tensorboard", "mlflow"):
        for name in [name for name in sys.modules if name.partition(".")[0] == tool]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, tool, None)
        with pytest.raises(UserError, match=f"lnl-gui\\[{tool}\\]") as raised:
            open_tracker(parse_tracking(f"{tool}:x"), project=tmp_path, name="n")
        assert raised.value.code == "package_missing"
        said = str(raised.value.message)
        assert f"Tracking with {tool} needs" in said and f"installed: {tool}" in said


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="tensorboard cannot write") as raised:
        open_tracker(parse_tracking(f"tensorboard:{tmp_path / 'file'}"), project=tmp_path, name="n")
    assert raised.value.code == "tracking_failed"


@pytest.mark.parametrize("text", ["wandb:x", "tensorboard", "mlflow:", ""])
def test_other_tools_are_no_tools(text: str) -> None:
    with pytest.raises(Exception, match="must be tensorboard:DIR or mlflow:URI"):
        track_to(text)
