"""A batch that does not fit is halved, up to three times."""

from typing import Any

import numpy as np
import pytest
import torch

from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.batch_halving import embed_halving
from lnl_gui.encoders.loading.torch_encoder import TorchEncoder
from lnl_gui.util.errors import UserError


def memory_for(limit: int, tried: list[int], error: type[RuntimeError], text: str) -> Any:
    def run(batch: np.ndarray) -> np.ndarray:
        tried.append(len(batch))
        if len(batch) > limit:
            raise error(text)
        return batch * 2

    return run


@pytest.mark.parametrize(
    ("error", "text"),
    [(torch.OutOfMemoryError, "CUDA"), (RuntimeError, "MPS backend out of memory")],
)
def test_out_of_memory_halves_the_batch(error: type[RuntimeError], text: str) -> None:
    tried: list[int] = []
    released: list[int] = []
    batch = np.arange(20.0).reshape(20, 1)
    result, size = embed_halving(
        memory_for(5, tried, error, text),
        batch,
        batch_size=16,
        release=lambda: released.append(1),
    )
    np.testing.assert_array_equal(result, batch * 2)
    assert size == 4
    assert tried[:3] == [16, 8, 4]
    assert len(released) == 2


def test_three_halvings_are_the_limit() -> None:
    tried: list[int] = []
    run = memory_for(1, tried, torch.OutOfMemoryError, "CUDA")
    with pytest.raises(UserError) as caught:
        embed_halving(run, np.zeros((32, 1)), batch_size=32, release=lambda: None)
    assert caught.value.code == "out_of_memory"
    assert tried == [32, 16, 8, 4]


def test_other_errors_pass_unchanged() -> None:
    run = memory_for(1, [], RuntimeError, "shapes differ")
    with pytest.raises(RuntimeError, match="shapes differ"):
        embed_halving(run, np.zeros((4, 1)), batch_size=4, release=lambda: None)


def test_the_encoder_remembers_the_batch_that_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    backbone = load_backbone("timm:test_resnet", pretrained=False)
    encoder = TorchEncoder(backbone, "key", "cpu", batch_size=8)
    forward = memory_for(2, [], torch.OutOfMemoryError, "CUDA")
    monkeypatch.setattr(encoder, "_forward", forward)
    encoder.embed(np.zeros((8, 4, 4, 3), np.uint8))
    assert encoder.batch_size == 2
