"""Names lead to what timm and open_clip really have, with honest sizes."""

import subprocess
import sys
from pathlib import Path

import open_clip
import pytest
import timm
from open_clip.pretrained import get_pretrained_cfg

from lnl_gui.encoders.catalogue.table import list_encoders
from lnl_gui.encoders.encoder import EncoderInfo
from lnl_gui.encoders.loading.first_weights import shapes_alone
from lnl_gui.encoders.loading.sources import describe, download_needed, remote_weights
from lnl_gui.util.errors import UserError

NAMES = [
    "bundled",
    "bundled-fast",
    "dinov2-s",
    "dinov2-b",
    "dinov2-l",
    "dinov2-g",
    "dinov3-s",
    "dinov3-b",
    "clip-vit-b-32",
    "clip-vit-l-14",
    "siglip2-b",
    "mobileclip-s2",
    "mobileclip2-s2",
    "vit-b-16",
    "vit-b-16-in21k",
    "convnext-t",
    "mae-b",
    "msn-b",
    "resnet-50",
]
TABLE = {info.name: info for info in list_encoders()}


def test_every_promised_name_is_there() -> None:
    assert [info.name for info in list_encoders()] == NAMES
    for info in list_encoders():
        assert describe(info.name) == info
        assert info.title
        assert str(info.description).endswith(".")


@pytest.mark.parametrize("name", [n for n in NAMES if TABLE[n].source != "open_clip"])
def test_table_agrees_with_timm(name: str) -> None:
    info = TABLE[name]
    if info.source == "timm" and not info.tag:
        assert info.model in timm.list_pretrained()
    with shapes_alone():
        model = timm.create_model(info.model, pretrained=False)
    assert info.dimension == model.num_features
    if info.source == "bundled":
        assert info.download_bytes == 0
        assert info.image_size == model.pretrained_cfg["input_size"][-1]
        return
    size = sum(value.numel() * value.element_size() for value in model.state_dict().values())
    assert info.download_bytes == pytest.approx(size, rel=0.01)
    if not name.startswith("dinov2"):
        assert info.image_size == model.pretrained_cfg["input_size"][-1]


@pytest.mark.parametrize("name", [n for n in NAMES if TABLE[n].source == "open_clip"])
def test_table_agrees_with_open_clip(name: str) -> None:
    info = TABLE[name]
    config = open_clip.get_model_config(info.model)
    assert info.tag in open_clip.list_pretrained_tags_by_model(info.model)
    assert info.dimension == config["embed_dim"]
    assert info.image_size == config["vision_cfg"]["image_size"]
    general = describe(f"open_clip:{info.model}/{info.tag}")
    assert info.download_bytes == pytest.approx(general.download_bytes, rel=0.01)
    hub = get_pretrained_cfg(info.model, info.tag)["hf_hub"]
    assert remote_weights(info) == remote_weights(general)
    assert remote_weights(info).repository == hub.rstrip("/")


def test_any_timm_model_can_be_described() -> None:
    info = describe("timm:test_vit")
    assert (info.source, info.image_size, info.dimension) == ("timm", 160, 64)
    assert info.download_bytes == pytest.approx(1_484_960, rel=0.01)
    remote = remote_weights(info)
    assert (remote.repository, remote.filename) == ("timm/test_vit.r160_in1k", "model.safetensors")
    assert remote_weights(describe("dinov2-s")) == remote_weights(
        describe("timm:vit_small_patch14_dinov2.lvd142m")
    )


@pytest.mark.parametrize(
    ("wrong", "suggested"),
    [
        ("dinov2-x", "dinov2-s"),
        ("clip-vit-b32", "clip-vit-b-32"),
        ("bundeld", "bundled"),
        ("Resnet50", "resnet-50"),
        ("timm:resnet50.a1_in2k", "timm:resnet50.a1_in1k"),
        ("timm:resnet500", "timm:resnet50"),
        ("open_clip:ViT-B-32/openia", "open_clip:ViT-B-32/openai"),
        ("open_clip:ViT-B-33/openai", "open_clip:ViT-B-32/openai"),
    ],
)
def test_unknown_names_suggest_the_nearest(wrong: str, suggested: str) -> None:
    with pytest.raises(UserError) as caught:
        describe(wrong)
    assert caught.value.code == "unknown_encoder"
    assert suggested in str(caught.value.hint)
    assert wrong in str(caught.value.message)


def test_names_unlike_any_other_are_refused_too() -> None:
    for name in ("", "xyzzy", "timm:", "timm:xyzzy", "open_clip:", "hub:resnet50"):
        with pytest.raises(UserError):
            describe(name)


def test_what_is_bundled_needs_no_download(own_home: Path) -> None:
    assert download_needed(describe("bundled")) == 0
    info: EncoderInfo = describe("dinov2-s")
    assert download_needed(info) == info.download_bytes
    target = remote_weights(info).target
    target.parent.mkdir(parents=True)
    target.write_bytes(b"weights")
    assert download_needed(info) == 0


def test_listing_what_there_is_imports_nothing_heavy() -> None:
    script = (
        "import sys; from lnl_gui.encoders.loading import devices;"
        "devices.accelerator_possible = lambda: False;"
        "from lnl_gui.__main__ import main;"
        "main(['encoders']); main(['detectors']); main(['formats']);"
        "print(sorted({'torch', 'timm', 'open_clip', 'openvino', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
