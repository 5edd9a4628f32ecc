from pathlib import Path

import numpy as np
import pytest
import torch

from lnl_gui.learn.models import export as module
from lnl_gui.learn.models.export import ModelFormat, export_model
from lnl_gui.learn.models.model_file import load_model, save_model
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.util.errors import UserError
from tests.learn.drawn import NAMES, SIDE, backbone, draw_files
from tests.learn.traced_once import traced_once

__all__ = ["traced_once"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    opened = backbone("test_resnet")
    torch.manual_seed(0)
    classifier = Classifier(opened.model, Head(opened.dimension, 3))
    return save_model(folder, classifier, backbone=opened, class_names=NAMES, details={})


@pytest.mark.parametrize("format", ["onnx", "torch_export"])
def test_exports_compute_what_the_model_computes(
    format: ModelFormat, model: Path, tmp_path: Path
) -> None:
    if format == "onnx":
        pytest.importorskip("onnxscript")
    files, _ = draw_files(tmp_path / "images", 3)
    exported = export_model(model, tmp_path / "out" / "my.model", format=format, files=files)
    assert exported.file.parent == tmp_path / "out"
    assert exported.images == 8 + 3
    assert exported.difference < 1e-3
    assert [file.name for file in (tmp_path / "out").iterdir()] == [exported.file.name]


def test_torchs_export_runs_without_this_program(model: Path, tmp_path: Path) -> None:
    exported = export_model(model, tmp_path / "m", format="torch_export")
    classifier = load_model(model).classifier
    images = torch.randn(5, 3, SIDE, SIDE)
    with torch.no_grad():
        theirs = torch.export.load(exported.file).module()(images)
        assert torch.allclose(theirs, classifier(images), atol=1e-5)


def test_an_export_that_computes_something_else_does_not_count(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = module._load_torch

    def load_scaled(file: Path) -> module.Logits:
        right = load(file)
        return lambda images: right(images) * 1.1

    monkeypatch.setattr(module, "_load_torch", load_scaled)
    with pytest.raises(UserError, match="differs"):
        export_model(model, tmp_path / "m", format="torch_export")
    assert list(tmp_path.iterdir()) == []


def test_not_a_number_does_not_pass_for_equal(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        module,
        "_load_torch",
        lambda file: lambda images: np.full((len(images), 3), np.nan, np.float32),
    )
    with pytest.raises(UserError, match="differs"):
        export_model(model, tmp_path / "m", format="torch_export")
