"""The device is the fastest there is, or the one that was asked for."""

import sys

import pytest

from lnl_gui.encoders.loading import devices
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.util.errors import UserError


def test_devices_are_chosen_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"cuda": True, "mps": True, "cpu": True}
    monkeypatch.setattr(devices, "_devices", lambda: there)
    assert choose_device("auto") == "cuda"
    there["cuda"] = False
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
