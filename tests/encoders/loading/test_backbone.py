"""Backbones of every family: their embedding, their blocks, and the torch encoder around them."""

import numpy as np
import pytest
import torch
from torch import nn

from lnl_gui.encoders.encoder import EncoderInfo
from lnl_gui.encoders.loading.backbone import build_backbone, load_backbone, trainable_blocks
from lnl_gui.encoders.loading.first_weights import shapes_alone
from lnl_gui.encoders.loading.torch_encoder import TorchEncoder

BLOCKS = {
    "timm:test_vit": 6,
    "timm:test_resnet": 4,
    "timm:test_convnext": 1 + 2 + 4 + 2,
    "bundled-fast": 1 + 2 + 2 + 3 + 3 + 4 + 1,
    "open_clip:RN50-quickgelu/openai": 3 + 4 + 6 + 3,
    "open_clip:ViT-B-32-quickgelu/openai": 12,
}


# Which numbers there are is nobody's business: shapes and gradients have a way without them.
@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_are_in_order_and_carry_the_gradient(name: str) -> None:
    with shapes_alone():
        backbone = load_backbone(name, pretrained=False)
    side = backbone.preprocessing.image_size
    images = torch.empty((2, 3, side, side), device="meta")
    assert backbone.model(images).shape == (2, backbone.dimension)
    assert len(backbone.blocks) == BLOCKS[name]
    assert not backbone.model.training
    backbone.model.requires_grad_(False)
    for parameter in backbone.blocks[-1].parameters():
        parameter.requires_grad_(True)
    backbone.model(images).square().sum().backward()
    trained = [p for p in backbone.model.parameters() if p.grad is not None]
    assert {id(p) for p in trained} == {id(p) for p in backbone.blocks[-1].parameters()}
    order = {id(p): i for i, p in enumerate(backbone.model.parameters())}
    places = [min(order[id(p)] for p in block.parameters()) for block in backbone.blocks]
    assert places == sorted(places)
    owners = [id(p) for block in backbone.blocks for p in block.parameters()]
    assert len(owners) == len(set(owners))


def test_the_last_block_holds_what_follows_it() -> None:
    backbone = load_backbone("bundled-fast", pretrained=False)
    last = {id(p) for p in backbone.blocks[-1].parameters()}
    assert id(backbone.model.conv_head.weight) in last
    assert id(backbone.model.bn2.weight) in last


def test_a_model_without_known_blocks_offers_its_children() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    assert trainable_blocks(model) == [model[0], model[2]]


def test_random_weights_are_the_same_every_time_and_leave_the_seed_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    first = load_backbone("timm:test_vit", pretrained=False).model.state_dict()
    assert torch.rand(1) == expected
    second = load_backbone("timm:test_vit", pretrained=False).model.state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_dinov2_runs_at_a_reduced_size() -> None:
    info = EncoderInfo("dinov2-s", "", "", "timm", 0, 224, 384, "vit_small_patch14_dinov2.lvd142m")
    with torch.device("meta"):
        backbone = build_backbone(info, None)
        assert backbone.model(torch.empty(1, 3, 224, 224)).shape == (1, 384)
    assert backbone.preprocessing.image_size == 224
    assert backbone.preprocessing.resized_side == 256
    assert backbone.preprocessing.mean == pytest.approx((0.485, 0.456, 0.406))


def test_msn_uses_imagenet_statistics() -> None:
    with torch.device("meta"):
        backbone = load_backbone("msn-b", pretrained=False)
    assert backbone.preprocessing.mean == pytest.approx((0.485, 0.456, 0.406))
    assert (backbone.preprocessing.image_size, backbone.dimension) == (224, 768)


def test_clip_uses_its_own_statistics() -> None:
    with torch.device("meta"):
        backbone = load_backbone("clip-vit-b-32", pretrained=False)
    assert backbone.preprocessing.mean == pytest.approx((0.48145466, 0.4578275, 0.40821073))
    assert backbone.preprocessing.crop_fraction == 1
    assert backbone.dimension == 512


def test_the_torch_encoder_normalises_like_the_preprocessing() -> None:
    backbone = load_backbone("timm:test_resnet", pretrained=False)
    encoder = TorchEncoder(backbone, "key", "cpu", batch_size=2)
    pixels = np.random.default_rng(0).integers(0, 256, (5, 160, 160, 3), dtype=np.uint8)
    with torch.inference_mode():
        images = torch.from_numpy(backbone.preprocessing.normalise(pixels))
        truth = backbone.model(images).numpy()
    embeddings = encoder.embed(pixels)
    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(embeddings, truth, rtol=1e-4, atol=1e-5)
