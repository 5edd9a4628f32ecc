"""The bundled weights give what their own package's model gives."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

from lnl_gui.encoders.catalogue import bundled
from lnl_gui.encoders.catalogue.bundled import bundled_weights, file_sha256, timm_state
from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.sources import describe
from lnl_gui.util.errors import UserError

MODELS = [("bundled-fast", "efficientnet-lite0"), ("bundled", "efficientnet-lite2")]


@cache
def original_of(original: str, file: Path) -> EfficientNet:
    """The model as its own package makes it; to be read."""
    return EfficientNet.from_pretrained(original, weights_path=str(file)).eval()


@cache
def opened(name: str) -> Backbone:
    """What this program makes of the same weights; to be read."""
    return load_backbone(name)


def pixels_of(name: str, photographs: list[Image.Image]) -> torch.Tensor:
    preprocessing = opened(name).preprocessing
    pixels = np.stack([preprocessing.apply(image) for image in photographs[:3]])
    return torch.from_numpy(preprocessing.normalise(pixels))


@pytest.mark.parametrize(("name", "original"), MODELS)
def test_logits_equal_the_original_model_s(
    name: str, original: str, photographs: list[Image.Image]
) -> None:
    file = bundled_weights(describe(name).model)
    theirs = original_of(original, file)
    ours = timm.create_model(describe(name).model, pretrained=False).eval()
    state = torch.load(file, weights_only=True)
    ours.load_state_dict(timm_state(state, [len(stage) for stage in ours.blocks]), strict=True)
    images = pixels_of(name, photographs)
    with torch.inference_mode():
        expected, got = theirs(images), ours(images)
    assert torch.allclose(got, expected, atol=1e-5)
    assert expected.std(dim=1).min() > 0.1  # the comparison is not one of nearly equal logits


@pytest.mark.parametrize(("name", "original"), MODELS)
def test_embedding_is_what_the_original_head_reads(
    name: str, original: str, photographs: list[Image.Image]
) -> None:
    backbone = opened(name)
    theirs = original_of(original, bundled_weights(describe(name).model))
    images = pixels_of(name, photographs)
    with torch.inference_mode():
        embeddings = backbone.model(images)
        assert embeddings.shape == (3, 1280)
        assert torch.allclose(theirs._fc(embeddings), theirs(images), atol=1e-5)


def test_preprocessing_is_timm_s_own_but_for_the_crop() -> None:
    preprocessing = opened("bundled").preprocessing
    assert preprocessing.image_size == 260
    assert preprocessing.interpolation == "bicubic"
    assert preprocessing.crop_fraction == 1
    assert preprocessing.mean == preprocessing.std == (0.5, 0.5, 0.5)


def test_a_damaged_weights_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = "tf_efficientnet_lite0"
    good = bundled_weights(model)
    damaged = tmp_path / good.name
    damaged.write_bytes(good.read_bytes()[:-1] + b"!")

    class Damaged:
        @staticmethod
        def get_model_file_path() -> str:
            return str(damaged)

    monkeypatch.setitem(bundled._MODEL_FILES, model, Damaged)
    with pytest.raises(UserError, match="damaged") as caught:
        bundled_weights(model)
    assert caught.value.code == "weights_damaged"
    damaged.unlink()
    with pytest.raises(UserError, match="missing") as caught:
        bundled_weights(model)
    assert caught.value.code == "weights_missing"


def test_a_file_is_hashed_once_and_again_where_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    digest = hashlib.file_digest

    def counted(stream: Any, name: str) -> Any:
        read.append(stream.name)
        return digest(stream, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    file = tmp_path / "weights"
    file.write_bytes(b"one")
    assert {file_sha256(file) for _ in range(2)} == {hashlib.sha256(b"one").hexdigest()}
    file.write_bytes(b"two, longer")
    assert file_sha256(file) == hashlib.sha256(b"two, longer").hexdigest()
    assert len(read) == 2
