import numpy as np
import pytest

from lnl_gui.detect.detectors.confident_learning import noise_rate


@pytest.mark.parametrize(
    ("joint", "rate"),
    [
        ([[1, 0], [0, 0]], 0.0),
        ([[0, 1], [0, 0]], 1.0),
        ([[6, 1], [1, 2]], 0.2),
    ],
)
def test_noise_is_the_share_beside_the_diagonal(joint: list[list[int]], rate: float) -> None:
    assert noise_rate(np.array(joint)) == pytest.approx(rate)
