"""Weights files as other people's training code writes them."""

import os
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from safetensors.torch import save_file
from timm.models.vision_transformer import VisionTransformer

from lnl_gui.encoders.loading import msn, open_clip_library
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.state_dict import load_matching, read_state
from lnl_gui.util.errors import UserError
from tests.encoders.loading.small_clip import small_clip

NAME = "timm:test_resnet"


@pytest.fixture
def state() -> dict[str, torch.Tensor]:
    """Other values than those of a random model."""
    original = load_backbone(NAME, pretrained=False).model.state_dict()
    generator = torch.Generator().manual_seed(7)
    return {
        name: torch.rand(value.shape, generator=generator) if value.is_floating_point() else value
        for name, value in original.items()
    }


def assert_loads(file: Path, state: dict[str, torch.Tensor]) -> None:
    loaded = load_backbone(NAME, weights=file).model.state_dict()
    assert loaded.keys() == state.keys()
    assert all(torch.equal(loaded[name], value) for name, value in state.items())


def test_safetensors(tmp_path: Path, state: dict[str, torch.Tensor]) -> None:
    save_file(state, tmp_path / "model.safetensors")
    assert_loads(tmp_path / "model.safetensors", state)
    (tmp_path / "model.safetensors").rename(tmp_path / "model.bin")
    assert_loads(tmp_path / "model.bin", state)


WRAPPINGS: dict[str, Any] = {
    "plain": lambda state: state,
    "state_dict": lambda state: {"state_dict": state, "epoch": 3},
    "model": lambda state: {"model": state, "optimizer": {"lr": 0.1}},
    "parallel": lambda state: {"state_dict": {f"module.{n}": v for n, v in state.items()}},
    "lightning": lambda state: {"state_dict": {f"model.backbone.{n}": v for n, v in state.items()}},
    "compiled": lambda state: {f"_orig_mod.{n}": v for n, v in state.items()},
    "with head": lambda state: state | {"fc.weight": torch.zeros(5, 96), "fc.bias": torch.zeros(5)},
    "averaged": lambda state: {
        "state_dict": {n: torch.zeros_like(v) for n, v in state.items()},
        "state_dict_ema": state,
    },
    "no counters": lambda state: {
        n: v for n, v in state.items() if not n.endswith("num_batches_tracked")
    },
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_torch_files_of_training_code(
    tmp_path: Path, state: dict[str, torch.Tensor], wrapping: str
) -> None:
    file = tmp_path / "checkpoint.pth"
    torch.save(WRAPPINGS[wrapping](state), file)
    assert_loads(file, state)


def test_missing_tensors_are_named(tmp_path: Path, state: dict[str, torch.Tensor]) -> None:
    file = tmp_path / "partial.safetensors"
    del state["conv1.0.weight"]
    save_file(state, file)
    with pytest.raises(UserError) as caught:
        load_backbone(NAME, weights=file)
    assert caught.value.code == "weights_mismatch"
    assert "conv1.0.weight" in str(caught.value.message)
    assert str(file) in str(caught.value.message)


def test_other_shapes_are_named_and_nothing_is_copied(
    tmp_path: Path, state: dict[str, torch.Tensor]
) -> None:
    model = load_backbone(NAME, pretrained=False).model
    before = {name: value.clone() for name, value in model.state_dict().items()}
    name = next(name for name in state if name.endswith("weight"))
    with pytest.raises(UserError, match=r"\(9, 9\) instead of"):
        load_matching(model, state | {name: torch.zeros(9, 9)}, tmp_path / "file")
    assert all(torch.equal(before[n], v) for n, v in model.state_dict().items())


def test_another_model_s_weights_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "vit.safetensors"
    save_file(load_backbone("timm:test_vit", pretrained=False).model.state_dict(), file)
    with pytest.raises(UserError, match="do not fit"):
        load_backbone(NAME, weights=file)


class Evil:
    """Would run a command if it were unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.target),)


def test_a_file_that_could_run_code_is_not_opened(tmp_path: Path) -> None:
    file, proof = tmp_path / "evil.pth", tmp_path / "it-ran"
    torch.save({"weight": Evil(proof)}, file)
    with pytest.raises(UserError) as caught:
        read_state(file)
    assert caught.value.code == "weights_unsafe"
    assert not proof.exists()


@pytest.mark.parametrize("name", ["x.pth", "x.safetensors"])
@pytest.mark.parametrize("content", [b"", b"not a model at all", b"\0" * 200, b"PK\x03\x04 no zip"])
def test_garbage_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(UserError, match=name):
        read_state(file)


def test_a_file_without_tensors_and_a_missing_one(tmp_path: Path) -> None:
    torch.save({"epoch": 3}, tmp_path / "empty.pth")
    with pytest.raises(UserError, match="no weights"):
        read_state(tmp_path / "empty.pth")
    with pytest.raises(UserError, match=r"no weights file .*gone\.pth"):
        load_backbone(NAME, weights=tmp_path / "gone.pth")


def test_dinov2_weights_of_518_pixels_serve_at_224_as_in_timm(tmp_path: Path) -> None:
    model = "vit_small_patch14_dinov2"
    file = tmp_path / "dinov2.safetensors"
    published = timm.create_model(model).state_dict() | {"mask_token": torch.zeros(1, 384)}
    save_file(published, file)
    backbone = load_backbone("dinov2-s", weights=file)
    overlay = {"file": str(file), "num_classes": 0}
    theirs = timm.create_model(
        model, pretrained=True, pretrained_cfg_overlay=overlay, num_classes=0, img_size=224
    ).eval()
    images = torch.rand((1, 3, 224, 224), generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(backbone.model(images), theirs(images))


@pytest.mark.parametrize("prefix", ["", "module.", "model."])
def test_clip_weights_as_published_or_wrapped(tmp_path: Path, prefix: str) -> None:
    model = small_clip()
    file = tmp_path / "clip.pt"
    truth = {name: torch.rand_like(value) for name, value in model.state_dict().items()}
    torch.save({"state_dict": {f"{prefix}{n}": v for n, v in truth.items()}}, file)
    open_clip_library.load_weights(model, file)
    assert all(torch.equal(value, truth[n]) for n, value in model.state_dict().items())


def test_clip_refuses_other_weights(tmp_path: Path) -> None:
    file = tmp_path / "other.safetensors"
    save_file({"visual.conv1.weight": torch.zeros(64, 3, 16, 16)}, file)
    with pytest.raises(UserError, match="tensors are missing") as caught:
        open_clip_library.load_weights(small_clip(), file)
    assert caught.value.code == "weights_mismatch"


def test_transformers_names_become_timm_s() -> None:
    model = VisionTransformer(
        img_size=32, patch_size=16, embed_dim=12, depth=2, num_heads=3, num_classes=0
    )
    truth = model.state_dict()
    theirs = {f"vit.{name}": value for name, value in transformers_state(truth).items()}
    assert msn.is_transformers_state(theirs)
    assert not msn.is_transformers_state(truth)
    ours = msn.timm_state(theirs)
    assert ours.keys() == truth.keys()
    assert all(torch.equal(ours[name], truth[name]) for name in truth)


def transformers_state(truth: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What the library's ViTMSNModel saves, written out by its documented names."""
    state = {
        "embeddings.cls_token": truth["cls_token"],
        "embeddings.position_embeddings": truth["pos_embed"],
        "embeddings.mask_token": torch.zeros(1, 1, 12),
    }
    for kind in ("weight", "bias"):
        state[f"embeddings.patch_embeddings.projection.{kind}"] = truth[f"patch_embed.proj.{kind}"]
        state[f"layernorm.{kind}"] = truth[f"norm.{kind}"]
        for layer in range(2):
            ours, theirs = f"blocks.{layer}", f"encoder.layer.{layer}"
            query, key, value = truth[f"{ours}.attn.qkv.{kind}"].chunk(3)
            state[f"{theirs}.attention.attention.query.{kind}"] = query
            state[f"{theirs}.attention.attention.key.{kind}"] = key
            state[f"{theirs}.attention.attention.value.{kind}"] = value
            state[f"{theirs}.attention.output.dense.{kind}"] = truth[f"{ours}.attn.proj.{kind}"]
            state[f"{theirs}.layernorm_before.{kind}"] = truth[f"{ours}.norm1.{kind}"]
            state[f"{theirs}.layernorm_after.{kind}"] = truth[f"{ours}.norm2.{kind}"]
            state[f"{theirs}.intermediate.dense.{kind}"] = truth[f"{ours}.mlp.fc1.{kind}"]
            state[f"{theirs}.output.dense.{kind}"] = truth[f"{ours}.mlp.fc2.{kind}"]
    return state
