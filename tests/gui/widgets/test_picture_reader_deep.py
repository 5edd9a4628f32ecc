"""The window shows colours of 16 bits on the scale of the dataset."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from lnl_gui.gui.widgets.picture_reader import read_with_range
from lnl_gui.pictures.rendering import Rendering
from tests.pictures.deep_files import png, tiff

TWELVE_BITS = Rendering((0.0, 4095.0))


def levels(image: QImage) -> np.ndarray:
    colour = image.pixelColor(0, 0)
    return np.array([colour.red(), colour.green(), colour.blue()])


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("ending", [".png", ".tif"])
def test_twelve_bits_in_sixteen_are_not_dark(tmp_path: Path, ending: str, channels: int) -> None:
    values = np.full((4, 4, channels), 65535, np.uint16)
    values[..., :3] = (4095, 2048, 0)
    file = tmp_path / f"a{ending}"
    file.write_bytes((png if ending == ".png" else tiff)(values))
    found = read_with_range(file, 0, TWELVE_BITS)
    np.testing.assert_allclose(levels(found.image), (255, 128, 0), atol=1)
    assert found.black_white == (0.0, 4095.0)
