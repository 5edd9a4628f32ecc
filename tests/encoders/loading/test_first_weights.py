"""Networks without first weights have the shapes of real ones; the rest is filled as ever."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from lnl_gui.encoders.encoder import EncoderInfo
from lnl_gui.encoders.loading import open_clip_library, timm_library
from lnl_gui.encoders.loading.first_weights import shapes_alone, weights_follow
from tests.encoders.loading.small_clip import small_clip


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


DRAWING = ("normal_", "uniform_", "erfinv_")


def drawn(computed: _Computed) -> list[str]:
    return [name for name in computed.names if any(f".{each}." in name for each in DRAWING)]


@pytest.mark.parametrize("name", ["test_vit", "test_efficientnet", "test_resnet"])
def test_only_what_no_file_need_hold_is_filled_before_it_is_read(name: str) -> None:
    with weights_follow(), _Computed() as computed:
        network = timm.create_model(name, pretrained=False)
    assert drawn(computed) == []
    real = timm.create_model(name, pretrained=False)
    found = dict(network.named_buffers())
    for buffer, value in real.named_buffers():
        torch.testing.assert_close(found[buffer], value)
    with _Computed() as computed:
        timm.create_model(name, pretrained=False)
    assert drawn(computed)


def test_nothing_is_drawn_where_a_file_of_timm_follows(tmp_path: Path) -> None:
    info = EncoderInfo("timm:test_vit", "", "", "timm", 0, 160, 64, "test_vit")
    truth = timm.create_model(info.model, pretrained=False, num_classes=0).state_dict()
    torch.save(truth, tmp_path / "weights.pt")
    with _Computed() as computed:
        model, _, _ = timm_library.build(info, tmp_path / "weights.pt")
    assert drawn(computed) == []
    assert all(torch.equal(truth[name], value) for name, value in model.state_dict().items())


def test_nothing_is_drawn_where_a_file_of_open_clip_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_clip_library, "create", lambda *_name: small_clip())
    info = EncoderInfo("open_clip:small/own", "", "", "open_clip", 0, 32, 512, "ViT-B-32", "openai")
    truth = small_clip().state_dict()
    torch.save(truth, tmp_path / "weights.pt")
    with _Computed() as computed:
        model = open_clip_library.load(info, tmp_path / "weights.pt")
    assert drawn(computed) == []
    assert all(torch.equal(truth[name], value) for name, value in model.state_dict().items())
