"""The device is the fastest there is, or the one that was asked for."""

import sys

import pytest
import torch

from lnl_gui.encoders.loading import devices
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.util.errors import UserError


def test_devices_are_chosen_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"cuda": True, "xpu": True, "mps": True, "cpu": True}
    monkeypatch.setattr(devices, "_devices", lambda: there)
    assert choose_device("auto") == "cuda"
    there["cuda"] = False
    assert choose_device("auto") == "xpu" and choose_device("xpu:1") == "xpu:1"
    there["xpu"] = False
    assert choose_device("auto") == "mps"
    there["mps"] = False
    assert choose_device("auto") == "cpu"
    with pytest.raises(UserError, match="cuda:0") as caught:
        choose_device("cuda:0")
    assert "cpu" in str(caught.value.hint)
    with pytest.raises(UserError):
        load_encoder("timm:test_resnet", device="tpu", pretrained=False)


def test_without_a_driver_torch_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "accelerator_possible", lambda: False)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert [name for name, _ in devices.list_devices()] == ["cpu"]
    assert choose_device("auto") == choose_device("cpu") == "cpu"
    with pytest.raises(UserError):
        choose_device("cuda")


def test_every_kind_of_gpu_is_listed_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "accelerator_possible", lambda: True)
    for kind, name in (("cuda", "CUDA card"), ("xpu", "Arc")):
        module = getattr(torch, kind)
        monkeypatch.setattr(module, "is_available", lambda: True)
        monkeypatch.setattr(module, "device_count", lambda: 2)
        monkeypatch.setattr(module, "get_device_name", lambda at, name=name: f"{name} {at}")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    found = devices.list_devices()
    assert [(device, str(title)) for device, title in found[:4]] == [
        ("cuda:0", "CUDA card 0"),
        ("cuda:1", "CUDA card 1"),
        ("xpu:0", "Arc 0"),
        ("xpu:1", "Arc 1"),
    ]
    assert [device for device, _ in found[4:]] == ["mps", "cpu"]
    assert list(devices._devices()) == ["cuda", "xpu", "mps", "cpu"]


@pytest.mark.parametrize("kind", ["cuda", "xpu", "mps"])
def test_the_memory_of_a_gpu_is_given_back(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    emptied: list[str] = []
    monkeypatch.setattr(getattr(torch, kind), "empty_cache", lambda: emptied.append(kind))
    devices.release_memory(torch.device(kind))
    devices.release_memory(torch.device("cpu"))
    assert emptied == [kind]
