"""`lnl-gui model`: a trained model in other forms, checked on the project's own images."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import run_job
from lnl_gui.learn.models.model_file import load_model
from lnl_gui.pipeline.output import export_model
from lnl_gui.pipeline.output.export_model import export_trained
from lnl_gui.session.session import Session
from lnl_gui.store.parameters import FinetuneParameters
from lnl_gui.util.errors import UserError
from tests.learn.traced_once import traced_once

__all__ = ["traced_once"]

PROBE = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast", compare_with_given=False)


@pytest.fixture(scope="module")
def trained_original(embedded_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("trained") / "copy"
    shutil.copytree(embedded_original, place)
    with Session.open(place / "shapes.lnl") as session:
        run_job(session, PROBE, quiet=True)
    return place / "shapes.lnl"


def export(project: Path, folder: Path, format: str, capsys: pytest.CaptureFixture[str]) -> object:
    command = ["model", str(project), "export", str(folder), "--format", format, "--json"]
    assert main(command) == 0
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


@pytest.mark.parametrize(
    ("format", "name"), [("safetensors", "model.safetensors"), ("torch-export", "model.pt2")]
)
def test_a_projects_model_is_exported_with_its_card(
    format: str,
    name: str,
    trained_original: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = export(trained_original, tmp_path / "out", format, capsys)
    assert made["difference"] < 1e-3  # type: ignore[index]
    assert made["images"] > 16  # type: ignore[index]
    assert {file.name for file in (tmp_path / "out").iterdir()} == {name, "model.json"}
    card = json.loads((tmp_path / "out" / "model.json").read_text(encoding="utf-8"))
    assert card["class_names"] == ["circle", "square", "stripes"]


def test_onnx_gives_the_same_logits_elsewhere(
    trained_original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnxscript")
    made = export(trained_original, tmp_path / "out", "onnx", capsys)
    import openvino

    core = openvino.Core()
    compiled = core.compile_model(made["file"], "CPU", {"INFERENCE_PRECISION_HINT": "f32"})  # type: ignore[index]
    images = np.random.default_rng(0).normal(size=(3, 3, 224, 224)).astype(np.float32)
    with Session.open(trained_original, read_only=True) as session:
        run = session.runs.latest("finetune")
        assert run is not None
        model = load_model(trained_original / run.artifacts["model"])
    with torch.inference_mode():
        truth = model.classifier(torch.from_numpy(images)).numpy()
    np.testing.assert_allclose(compiled(images)[0], truth, atol=1e-3 * np.abs(truth).max())


def test_a_copy_that_computes_something_else_is_not_kept(
    trained_original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session.open(trained_original, read_only=True) as session:
        run = session.runs.latest("finetune")
        assert run is not None
        model = trained_original / run.artifacts["model"]
    monkeypatch.setattr(export_model, "_difference", lambda *models: 0.5)
    with pytest.raises(UserError) as raised:
        export_trained(model, tmp_path / "out", format="safetensors")
    assert raised.value.code == "export_differs"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_project_without_a_model_says_what_to_run(
    embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", str(embedded), "export", str(tmp_path / "out")]) == 3
    assert "lnl-gui finetune" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("format", "names"),
    [
        ("safetensors", {"model.safetensors", "model.json", "comparison.json"}),
        ("torch-export", {"model.safetensors", "model.json", "comparison.json", "model.pt2"}),
        ("none", None),
    ],
)
def test_the_export_of_a_project_brings_the_model_in_the_form_asked_for(
    format: str,
    names: set[str] | None,
    trained_original: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["export", str(trained_original), str(tmp_path / "out"), "--images", "none"]
    assert main([*command, "--model-format", format]) == 0
    model = tmp_path / "out" / "model"
    found = {file.name for file in model.iterdir()} if model.is_dir() else None
    assert found == names
    said = capsys.readouterr().err
    assert ("largest difference of a logit" in said) == (format == "torch-export")
