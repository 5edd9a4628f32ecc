"""The pretended GPU refuses what CUDA refuses, or the tests that use it would show nothing."""

import pytest
import torch

from tests.detect.pretend_device import DEVICE, TwoDevices, pretend_device


def test_it_computes_what_the_processor_computes() -> None:
    points = torch.arange(12.0).view(3, 4)
    with pretend_device() as device:
        there = points.to(DEVICE)
        assert there.device.type == DEVICE and (there @ there.T).device.type == DEVICE
        torch.testing.assert_close((there @ there.T).cpu(), points @ points.T)
        there.add_(1.0)[1] = 0.0
        torch.testing.assert_close(there.cpu()[:, 0], torch.tensor([1.0, 0.0, 9.0]))
        torch.testing.assert_close(points[:, 0], torch.tensor([0.0, 4.0, 8.0]))
        made = torch.zeros(3, device=there.device) + there.new_ones(3)
        assert made.device.type == DEVICE and made.sum().item() == 3.0
        points[:2] = there[:2]
        torch.testing.assert_close(points[0], torch.tensor([1.0, 2.0, 3.0, 4.0]))
    shapes = (torch.Size([3, 4]), torch.Size([4, 3]))
    assert device.products == [shapes] * 2 and device.products_elsewhere == [shapes]


def test_it_takes_no_tensors_of_two_devices() -> None:
    here = torch.ones(3, 3)
    with pretend_device():
        there = here.to(DEVICE)
        rows = torch.tensor([0, 2])
        for mixed in (
            lambda: there + here,
            lambda: here @ there,
            lambda: there.index_select(0, rows),
            lambda: here[rows.to(DEVICE)],
            lambda: there.index_put_((rows,), here[rows]),
            lambda: here.copy_(there).add_(there),
            lambda: torch.cat([here, there]),
            lambda: there.sum() * here,
        ):
            with pytest.raises(TwoDevices):
                mixed()
        # As with CUDA: numbers, and indices that lie on the processor.
        torch.testing.assert_close((there * torch.tensor(2.0)).cpu(), here * 2.0)
        assert there[rows].shape == (2, 3) and there[rows].device.type == DEVICE


def test_numpy_reads_nothing_of_it_and_nothing_is_left_of_it() -> None:
    with pretend_device():
        there = torch.ones(3).to(DEVICE)
        with pytest.raises(RuntimeError, match="numpy"):
            there.numpy()
    with pytest.raises(AssertionError, match="time"):
        there + there
