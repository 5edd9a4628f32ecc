"""Networks without values have the shapes of real ones, and what has values is filled as ever."""

import timm
import torch

from lnl_gui.encoders.loading.shapes_alone import shapes_alone


def test_a_network_has_the_shapes_of_a_real_one_and_draws_nothing() -> None:
    with shapes_alone():
        network = timm.create_model("test_vit", pretrained=False)
    real = timm.create_model("test_vit", pretrained=False).state_dict()
    found = network.state_dict()
    assert {name: (each.shape, each.dtype) for name, each in found.items()} == {
        name: (each.shape, each.dtype) for name, each in real.items()
    }
    assert all(each.is_meta for each in found.values())


def test_a_tensor_with_values_is_filled() -> None:
    real = torch.ones(3)
    with shapes_alone():
        empty = torch.empty(2, 3)
        assert empty.normal_() is empty and empty.is_meta
        real.mul_(2).add_(1)
    assert real.tolist() == [3.0, 3.0, 3.0]
    assert not torch.zeros(1).is_meta
