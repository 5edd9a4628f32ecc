"""Networks without values have the shapes of real ones, and what has values is filled as ever."""

from collections.abc import Callable
from typing import Any

import pytest
import timm
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

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


class _Computed(TorchDispatchMode):
    """Keeps the names of what torch computes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self.names.append(str(func))
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize(
    "fill",
    [
        nn.init.normal_,
        nn.init.uniform_,
        nn.init.kaiming_uniform_,
        nn.init.trunc_normal_,
        lambda tensor: nn.init.constant_(tensor, 2.0),
    ],
)
def test_first_weights_are_not_drawn(fill: Callable[[torch.Tensor], torch.Tensor]) -> None:
    with shapes_alone():
        empty = torch.empty(2, 3)
        with _Computed() as computed:
            assert fill(empty) is empty
        assert computed.names == []
