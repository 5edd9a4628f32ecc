"""The converted encoder computes what torch computes, or is not used."""

import io
import json
import logging
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from lnl_gui.encoders.encoder import Backbone, Encoder
from lnl_gui.encoders.loading import devices, openvino_conversion
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.encoders.loading.openvino_conversion import convert, relative_error
from lnl_gui.encoders.loading.openvino_encoder import OpenVinoEncoder, open_conversion
from lnl_gui.encoders.loading.openvino_layers import graph_of
from lnl_gui.encoders.loading.torch_encoder import PixelModel, TorchEncoder, embed_float32
from lnl_gui.encoders.preprocessing import Preprocessing


@pytest.fixture
def home(converted_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LNL_HOME", str(converted_home))
    return converted_home


def manifests(home: Path) -> list[Path]:
    return sorted(home.rglob("manifest.json"))


def test_embeddings_equal_float32_torch_on_photographs(
    home: Path, photographs: list[Image.Image]
) -> None:
    encoder = load_encoder("bundled-fast", device="cpu")
    assert isinstance(encoder, OpenVinoEncoder)
    backbone = load_backbone("bundled-fast")
    assert encoder.preprocessing == backbone.preprocessing
    pixels = np.stack([encoder.preprocessing.apply(image) for image in photographs])
    with torch.inference_mode():
        inputs = torch.from_numpy(backbone.preprocessing.normalise(pixels))
        truth = backbone.model(inputs).numpy()
    assert encoder.embed(pixels).shape == (5, 1280)
    assert relative_error(encoder.embed(pixels), truth) < 1e-4


def test_rows_do_not_depend_on_their_batch(home: Path, photographs: list[Image.Image]) -> None:
    encoder = load_encoder("lite0", device="cpu")
    pixels = np.stack([encoder.preprocessing.apply(image) for image in photographs * 9])
    together = encoder.embed(pixels)
    np.testing.assert_allclose(together[:5], together[40:], atol=1e-5)
    np.testing.assert_allclose(encoder.embed(pixels[3:4]), together[3:4], atol=1e-5)
    assert encoder.embed(pixels[:0]).shape == (0, 1280)


def test_a_warm_start_needs_no_torch_and_sends_nothing(home: Path, tmp_path: Path) -> None:
    script = """
import socket, sys
def refuse(*arguments, **options):
    raise AssertionError("network used")
socket.socket.connect = socket.getaddrinfo = refuse
from lnl_gui.encoders.loading.load import load_encoder
import numpy as np
encoder = load_encoder("bundled-fast", device="cpu")
encoder.embed(np.zeros((1, 224, 224, 3), np.uint8))
heavy = {"torch", "timm", "open_clip", "sklearn", "torchvision", "openvino_telemetry.main"}
print(type(encoder).__name__, sorted(heavy & set(sys.modules)))
"""
    # OpenVINO's telemetry stays quiet in CI by itself; here it must believe it is not in one.
    environment = {k: v for k, v in os.environ.items() if k not in ("CI", "TF_BUILD")}
    environment |= {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "LNL_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "OpenVinoEncoder []", done.stderr
    assert not (tmp_path / "intel").exists()
    assert not list(tmp_path.rglob("*openvino*"))


class Mixing(nn.Module):
    """A convolution and a layer, which every processor's OpenVINO computes."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.convolution = nn.Conv2d(3, 4, 5, stride=4)
        self.last = nn.Linear(4, 3)
        for parameter in self.parameters():
            parameter.data = torch.randn(parameter.shape, generator=generator)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.last(self.convolution(images).relu().mean((2, 3)))


def open_small(monkeypatch: pytest.MonkeyPatch, model: nn.Module) -> Encoder:
    """An encoder by a name, whose network is a small one."""
    small = Backbone("small", model.eval(), 3, Preprocessing(32), [])
    monkeypatch.setattr(
        "lnl_gui.encoders.loading.backbone.build_backbone", lambda info, file: small
    )
    return load_encoder("timm:test_resnet", device="cpu", pretrained=False)


def test_conversion_says_nothing_of_others_and_leaves_the_log_as_it_was(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    export = torch.export.export

    def remarking(*arguments: object, **options: object) -> object:
        # As torch 2.13 does; here a warning is an error.
        warnings.warn("`isinstance(treespec, LeafSpec)` is deprecated", FutureWarning, stacklevel=1)
        return export(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(torch.export, "export", remarking)
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    assert isinstance(open_small(monkeypatch, Mixing()), OpenVinoEncoder)
    assert (root.level, root.handlers) == before
    assert "tracing it" not in logged.getvalue()


def test_conversion_is_not_repeated(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object, **options: object) -> None:
        raise AssertionError("converted again")

    monkeypatch.setattr(openvino_conversion, "convert", never)
    first, second = (load_encoder("bundled-fast", device="cpu") for _ in range(2))
    assert first.key == second.key
    assert json.loads(manifests(home)[0].read_text())["relative_error"] < 1e-4


@pytest.mark.parametrize("name", ["bundled", "bundled-fast"])
def test_bundled_encoders_are_converted_without_torch_s_compiler(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def never(*arguments: object, **options: object) -> None:
        raise AssertionError("exported")

    monkeypatch.setattr(torch.export, "export", never)
    monkeypatch.setattr(torch.jit, "trace", never)
    backbone, folder = load_backbone(name), own_home / "conversion"
    assert isinstance(convert(backbone, "key", folder), OpenVinoEncoder)
    # As load_small_encoder asks for.
    smaller = open_conversion(folder, name, image_size=96)
    assert smaller is not None
    pixels = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), dtype=np.uint8)
    truth = embed_float32(backbone, pixels)
    assert relative_error(smaller.embed(pixels), truth) < 1e-4


def test_a_graph_that_computes_something_else_is_not_used(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    def wrong(model: PixelModel, *arguments: Any) -> Any:
        other = PixelModel(model.model, Preprocessing(32, mean=(0.1, 0.2, 0.3)))
        return graph_of(other, *arguments)

    monkeypatch.setattr(openvino_conversion, "graph_of", wrong)
    model = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.ReLU6(), nn.Flatten())
    backbone = Backbone("odd", model.eval(), 900, Preprocessing(32), [])
    encoder = convert(backbone, "key", own_home / "conversion")
    assert "differs" in logged.getvalue()
    assert encoder is not None
    pixels = openvino_conversion.photographs(backbone.preprocessing)
    assert relative_error(encoder.embed(pixels), embed_float32(backbone, pixels)) < 1e-4


@pytest.mark.parametrize("damage", ["truncate", "manifest", "missing", "garbage"])
def test_a_damaged_conversion_is_not_opened(
    converted_home: Path, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "conversion"
    shutil.copytree(manifests(converted_home)[0].parent, folder)
    assert open_conversion(folder, "whole") is not None
    binary, graph = folder / "model.bin", folder / "model.xml"
    if damage == "truncate":
        binary.write_bytes(binary.read_bytes()[:100])
    elif damage == "manifest":
        (folder / "manifest.json").write_text("{}")
    elif damage == "missing":
        graph.unlink()
    else:
        graph.write_bytes(b"!" * graph.stat().st_size)
    assert open_conversion(folder, "damaged") is None


def test_a_damaged_conversion_is_replaced(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = open_small(monkeypatch, Mixing())
    assert isinstance(fresh, OpenVinoEncoder)
    (manifest,) = manifests(own_home)
    manifest.write_text("{}")
    again = open_small(monkeypatch, Mixing())
    assert isinstance(again, OpenVinoEncoder)
    assert json.loads(manifest.read_text())["key"] == again.key == fresh.key
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    np.testing.assert_allclose(again.embed(pixels), fresh.embed(pixels), rtol=1e-4, atol=1e-5)


class Unsteady(nn.Module):
    """Gives other values at every call, as a wrong conversion would."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.mean((2, 3)) + torch.rand(images.shape[0], 3)


class Branching(nn.Module):
    """Decides by its values, which no exported graph can and a traced one gets wrong."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.mean((2, 3)) if float(images.mean()) > -0.2 else images.amax((2, 3))


class Exotic(nn.Module):
    """Uses an operation OpenVINO does not know."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.special.bessel_j0(images.mean((2, 3)))


@pytest.mark.parametrize(
    ("model", "message"),
    [(Unsteady(), "differs"), (Branching(), "differs"), (Exotic(), "cannot run")],
)
def test_torch_is_used_when_openvino_fails_or_differs(
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    logged: io.StringIO,
    model: nn.Module,
    message: str,
) -> None:
    backbone = Backbone("odd", model.eval(), 3, Preprocessing(32), [])
    folder = own_home / "conversion"
    assert convert(backbone, "key", folder) is None
    assert message in logged.getvalue()
    assert not folder.exists()

    encoder = open_small(monkeypatch, model)
    assert isinstance(encoder, TorchEncoder)
    assert encoder.embed(np.zeros((2, 32, 32, 3), np.uint8)).shape == (2, 3)


def test_a_cache_that_cannot_be_written_costs_only_the_cache(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    (own_home / "cache").write_text("a file where the folder should be")
    assert isinstance(open_small(monkeypatch, Mixing()), OpenVinoEncoder)
    assert "could not be kept" in logged.getvalue()


def test_key_tells_weights_apart_and_not_their_file(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[Path] = []

    def not_converted(built: Backbone, key: str, folder: Path, **options: object) -> None:
        folders.append(folder)

    # Converting takes seconds, and says nothing of the key.
    monkeypatch.setattr(openvino_conversion, "convert", not_converted)
    random = load_encoder("timm:test_resnet", device="cpu", pretrained=False)
    file, copy = tmp_path / "weights.safetensors", tmp_path / "copy.safetensors"
    save_file(load_backbone("timm:test_resnet", pretrained=False).model.state_dict(), file)
    copy.write_bytes(file.read_bytes())
    local = load_encoder("timm:test_resnet", device="cpu", weights=file)
    assert local.key != random.key
    assert load_encoder("timm:test_resnet", device="cpu", weights=copy).key == local.key
    # Nor is the copy converted again.
    assert folders[0] != folders[1] == folders[2]


def test_auto_picks_the_cpu_without_a_driver(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_can_open", lambda library: False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert isinstance(load_encoder("bundled-fast"), OpenVinoEncoder)
    # A driver without a device torch can use: torch is asked and says cpu.
    monkeypatch.setattr(devices, "_can_open", lambda library: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert isinstance(load_encoder("bundled-fast", batch_size=3), OpenVinoEncoder)
    assert load_encoder("bundled-fast", batch_size=3).batch_size == 3
