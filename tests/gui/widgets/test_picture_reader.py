"""Pictures for the window against Pillow's own, and that no thread reads through Qt."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

import lnl_gui
from lnl_gui.gui.widgets.picture_reader import read_as_embedded
from lnl_gui.pictures.rendering import AS_DECLARED
from tests.conftest import draw_image


def pixels(image: QImage) -> np.ndarray:
    """(H, W, 3) uint8."""
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return flat[:, : image.width(), 2::-1].copy()


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "bmp", "gif"])
def test_a_picture_has_pillows_pixels(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"a.{ending}"
    draw_image(1, 3, side=37).save(file)
    found = pixels(read_as_embedded(file, 0, AS_DECLARED))
    with Image.open(file) as image:
        np.testing.assert_array_equal(found, np.asarray(image.convert("RGB")))


def test_a_picture_is_upright_and_no_larger_than_wanted(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    image = Image.new("RGB", (900, 300), (200, 0, 0))
    image.paste((0, 0, 200), (0, 0, 450, 300))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(file, exif=exif, quality=95)
    found = read_as_embedded(file, 120, AS_DECLARED)
    assert (found.width(), found.height()) == (40, 120)
    # The left half lies on top when it is turned.
    assert abs(pixels(found)[10, 20].astype(int) - (0, 0, 200)).max() < 12
    assert abs(pixels(found)[110, 20].astype(int) - (200, 0, 0)).max() < 12
    whole = read_as_embedded(file, 2000, AS_DECLARED)
    assert (whole.width(), whole.height()) == (300, 900)


def test_qts_own_reader_is_used_nowhere() -> None:
    """It waits for locks of Qt's with Python's own in hand: a window hung for good."""
    sources = (Path(lnl_gui.__file__).parent / "gui").rglob("*.py")
    assert [file.name for file in sources if "QImageReader" in file.read_text("utf-8")] == []
