import pytest
import torch

from lnl_gui.detect.probes.class_softmax import log_softmax_of_classes, softmax_of_classes


@pytest.mark.parametrize("shape", [(7, 1), (7, 2), (5, 3, 15), (5, 3, 16), (4, 40), (0, 3)])
def test_it_is_the_softmax_over_the_last_dimension(shape: tuple[int, ...]) -> None:
    logits = 20 * torch.randn(shape, generator=torch.Generator().manual_seed(0))
    for found, wanted in (
        (softmax_of_classes(logits), torch.softmax(logits.double(), -1)),
        (log_softmax_of_classes(logits), torch.log_softmax(logits.double(), -1)),
    ):
        assert found.is_contiguous()
        torch.testing.assert_close(found.double(), wanted, rtol=1e-5, atol=1e-6)
