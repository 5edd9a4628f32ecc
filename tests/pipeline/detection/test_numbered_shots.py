"""Names of shots in a row are told from names that are merely numbered."""

import numpy as np
import pytest

from lnl_gui.pipeline.detection.numbered_shots import numbered_shots

LABELS = np.repeat([0, 1], 30)


@pytest.mark.parametrize(
    ("name", "series"),
    [
        (lambda row: f"images/{row // 5:05}_{row % 5:05}.png", 12),
        (lambda row: f"video{row // 6}/frame{row % 6:04}.jpg", 10),
        (lambda row: f"{row // 30}/track 3{row // 10}-shot{row % 10}.ppm", 6),
        (lambda row: f"cat{row // 30}/{row:04}.png", 0),
        (lambda row: f"images/image_{row:04}.jpg", 0),
        (lambda row: f"class1/{row // 2:05}_{row % 2}.png", 0),
        (lambda row: f"2024/{row:08x}.jpg", 0),
        (lambda row: f"name {'abc'[row % 3]}", 0),
    ],
)
def test_series_are_counted_by_their_names(name: object, series: int) -> None:
    assert callable(name)
    assert numbered_shots([name(row) for row in range(60)], LABELS) == series
