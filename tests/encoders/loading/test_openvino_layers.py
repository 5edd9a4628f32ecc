"""A network built of OpenVINO's operations gives what torch gives of the same layers."""

import numpy as np
import pytest
import timm
import torch
from timm.layers import BatchNormAct2d, Conv2dSame, SelectAdaptivePool2d, SEModule
from timm.models._efficientnet_blocks import InvertedResidual
from timm.models.resnet import BasicBlock, Bottleneck, downsample_avg, downsample_conv
from torch import nn

from lnl_gui.encoders.loading.openvino_encoder import OpenVinoEncoder, import_openvino
from lnl_gui.encoders.loading.openvino_layers import UnknownLayerError, graph_of, is_known
from lnl_gui.encoders.loading.torch_encoder import PixelModel
from lnl_gui.encoders.preprocessing import Preprocessing

SIDE = 19
"""Odd, so that padding falls on one side more than on the other."""


def pixel_model(*layers: nn.Module) -> PixelModel:
    """Layers with random weights and statistics, and an output of one row for each image."""
    model = nn.Sequential(*layers, nn.Flatten())
    generator = torch.Generator().manual_seed(0)
    for name, tensor in model.state_dict().items():
        if "num_batches" not in name:
            drawn = torch.randn(tensor.shape, generator=generator)
            tensor.copy_(drawn.abs() + 0.1 if "running_var" in name else drawn)
    preprocessing = Preprocessing(SIDE, mean=(0.2, 0.4, 0.6), std=(0.3, 0.2, 0.1))
    return PixelModel(model, preprocessing).eval()


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.ReLU6()],
        [nn.Conv2d(3, 6, (3, 2), stride=(2, 1), padding=(1, 0), dilation=2, groups=3)],
        [Conv2dSame(3, 4, 3, stride=2, bias=False)],
        [Conv2dSame(3, 6, 5, stride=2, groups=3), nn.Identity()],
        [nn.BatchNorm2d(3, eps=0.1)],
        [BatchNormAct2d(3, act_layer=nn.ReLU6)],
        [SelectAdaptivePool2d(pool_type="avg", flatten=True)],
        [SelectAdaptivePool2d(pool_type="avg")],
        [nn.Flatten(), nn.Linear(3 * SIDE * SIDE, 5)],
        [SelectAdaptivePool2d(pool_type="avg", flatten=True), nn.Linear(3, 2, bias=False)],
        [InvertedResidual(3, 3, act_layer=nn.ReLU6)],
        [InvertedResidual(3, 3, stride=2, act_layer=nn.ReLU6)],
        [nn.MaxPool2d(3, 2, 1), nn.ReLU()],
        [nn.MaxPool2d((3, 2), (1, 2), dilation=2)],
        [nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)],
        [nn.AvgPool2d((3, 2), 1)],
        [BasicBlock(3, 3)],
        [BasicBlock(3, 4, stride=2, downsample=downsample_avg(3, 4, 1, stride=2))],
        [Bottleneck(3, 1, stride=2, downsample=downsample_conv(3, 4, 1, stride=2))],
    ],
    ids=str,
)
def test_layers_compute_what_torch_s_do(layers: list[nn.Module]) -> None:
    model = pixel_model(*layers)
    pixels = np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), dtype=np.uint8)
    with torch.inference_mode():
        truth = model(torch.from_numpy(pixels)).numpy()
    assert is_known(model.model)
    graph = graph_of(model, SIDE, import_openvino())
    found = OpenVinoEncoder("layers", "key", Preprocessing(SIDE), graph, 1).embed(pixels)
    np.testing.assert_allclose(found, truth, rtol=1e-4, atol=1e-4 * np.abs(truth).max())


@pytest.mark.parametrize(
    "layers",
    [
        [nn.GELU()],
        [nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect")],
        [nn.Conv2d(3, 4, 3, padding="same")],
        [SelectAdaptivePool2d(pool_type="max")],
        [nn.Flatten(2)],
        [nn.MaxPool2d(2, ceil_mode=True)],
        [nn.AvgPool2d(3, padding=1)],
        [nn.AvgPool2d(3, 2, ceil_mode=True)],
        [BasicBlock(3, 3, attn_layer=SEModule)],
        [BasicBlock(3, 3, drop_path=nn.Identity())],
    ],
    ids=str,
)
def test_other_layers_are_refused(layers: list[nn.Module]) -> None:
    with pytest.raises(UnknownLayerError):
        graph_of(pixel_model(*layers), SIDE, import_openvino())


def test_what_has_other_layers_is_not_known() -> None:
    assert not is_known(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Sequential(nn.GELU())))
    assert not is_known(InvertedResidual(3, 3, act_layer=nn.SiLU))


def test_a_residual_network_is_known_as_a_whole() -> None:
    network = timm.create_model("test_resnet", num_classes=0).eval()
    assert is_known(network)
    model, side = PixelModel(network, Preprocessing(64)).eval(), 64
    pixels = np.random.default_rng(0).integers(0, 256, (2, side, side, 3), dtype=np.uint8)
    with torch.inference_mode():
        truth = model(torch.from_numpy(pixels)).numpy()
    graph = graph_of(model, side, import_openvino())
    found = OpenVinoEncoder("network", "key", Preprocessing(side), graph, 1).embed(pixels)
    np.testing.assert_allclose(found, truth, rtol=1e-4, atol=1e-4 * np.abs(truth).max())
