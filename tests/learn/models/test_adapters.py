"""Low-rank adapters: what learns, what they come to when merged, and what they do not fit."""

from collections.abc import Callable

import open_clip
import pytest
import timm
import torch
from torch import nn

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading import backbone as loading
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.models import adapter_choice, adapters
from lnl_gui.learn.models.adapter_choice import Adapters
from lnl_gui.learn.models.adapters import AdaptedClassifier, adapted_layers
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.util.errors import UserError

SIDE, CLASSES = 32, 3


def timm_vit() -> nn.Module:
    return timm.create_model(
        "vit_tiny_patch16_224", pretrained=False, img_size=SIDE, num_classes=0, depth=2
    )


def clip_vit() -> nn.Module:
    return open_clip.transformer.VisionTransformer(
        image_size=SIDE, patch_size=16, width=64, layers=2, heads=2, mlp_ratio=2, output_dim=24
    )


def opened(build: Callable[[], nn.Module]) -> tuple[Classifier, Backbone]:
    torch.manual_seed(0)
    model = build().eval()
    dimension = model(torch.zeros(1, 3, SIDE, SIDE)).shape[1]
    backbone = Backbone(
        "small",
        model,
        dimension,
        Preprocessing(image_size=SIDE),
        loading.trainable_blocks(model),
    )
    return Classifier(model, Head(dimension, CLASSES)).eval(), backbone


def trained(build: Callable[[], nn.Module], steps: int = 4) -> tuple[AdaptedClassifier, Classifier]:
    """An adapted classifier some steps on, and the one it was made of."""
    classifier, backbone = opened(build)
    network = AdaptedClassifier(classifier, backbone, Adapters(rank=4), seed=0)
    learning = [each for each in network.parameters() if each.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=0.05)
    images, labels = torch.randn(6, 3, SIDE, SIDE), torch.arange(6) % CLASSES
    for _ in range(steps):
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(images), labels).backward()
        optimiser.step()
    return network.eval(), classifier


@pytest.mark.parametrize("build", [timm_vit, clip_vit])
def test_merged_weights_give_the_logits_of_the_adapters(build: Callable[[], nn.Module]) -> None:
    network, classifier = trained(build)
    images = torch.randn(5, 3, SIDE, SIDE)
    with torch.no_grad():
        before, wanted = classifier(images), network(images)
        plain = network.merge_into(classifier)
        torch.testing.assert_close(plain(images), wanted, rtol=1e-4, atol=1e-4)
        assert (wanted - before).abs().max() > 0.1
        # Training goes on with what it had.
        torch.testing.assert_close(network(images), wanted, rtol=0, atol=0)
    assert not any("lora" in name or "base_layer" in name for name in plain.state_dict())


@pytest.mark.parametrize("build", [timm_vit, clip_vit])
def test_only_adapters_and_head_learn(build: Callable[[], nn.Module]) -> None:
    first, backbone = opened(build)
    names = {name for name, _ in first.named_parameters()}
    network, _ = trained(build)
    moved = dict(network.classifier.named_parameters())
    start = dict(
        AdaptedClassifier(first, backbone, Adapters(rank=4), seed=0).classifier.named_parameters()
    )
    assert start.keys() == moved.keys()
    changed = {name for name in moved if not torch.equal(start[name], moved[name])}
    assert {"head.linear.weight", "head.linear.bias"} < changed
    rest = changed - {"head.linear.weight", "head.linear.bias"}
    assert rest and all("lora_" in name for name in rest)
    assert not rest & names
    learnt = {id(each) for each in network.learnt().parameters()}
    assert learnt == {id(each) for each in network.parameters() if each.requires_grad}


def test_at_first_the_logits_are_those_without_adapters() -> None:
    classifier, backbone = opened(timm_vit)
    images = torch.randn(4, 3, SIDE, SIDE)
    network = AdaptedClassifier(classifier, backbone, Adapters(), seed=0).eval()
    torch.testing.assert_close(network(images), classifier(images), rtol=0, atol=0)


def test_every_linear_layer_of_every_block_is_adapted() -> None:
    found = adapted_layers(opened(timm_vit)[1])
    parts = ("attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2")
    assert found == [f"blocks.{n}.{part}" for n in range(2) for part in parts]
    found = adapted_layers(opened(clip_vit)[1])
    parts = ("mlp.c_fc", "mlp.c_proj")
    assert found == [f"transformer.resblocks.{n}.{part}" for n in range(2) for part in parts]


@pytest.mark.parametrize("name", ["test_efficientnet", "test_resnet", "test_convnext"])
def test_a_convolutional_network_is_refused_by_what_it_is_made_of(name: str) -> None:
    backbone = loading.load_backbone(f"timm:{name}", pretrained=False)
    with pytest.raises(UserError, match="vision transformer") as caught:
        adapters.refuse_adapters(backbone)
    assert caught.value.code == "no_adapters"


def test_encoders_of_the_table_are_refused_by_name() -> None:
    for name in ("bundled", "bundled-fast", "lite2", "resnet-50", "convnext-t"):
        with pytest.raises(UserError, match="vision transformer"):
            adapter_choice.refuse_by_name(name)
    for name in ("dinov2-s", "clip-vit-b-32", "siglip2", "timm:swin_tiny_patch4_window7_224"):
        adapter_choice.refuse_by_name(name)


def test_without_peft_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_choice, "find_spec", lambda name: None)
    for refuse in (
        lambda: adapter_choice.refuse_by_name("dinov2-s"),
        lambda: adapters.refuse_adapters(opened(timm_vit)[1]),
    ):
        with pytest.raises(UserError, match="peft") as caught:
            refuse()
        assert "lnl-gui[lora]" in str(caught.value.hint)
        assert caught.value.code == "package_missing"
