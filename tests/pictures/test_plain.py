"""Files whose pixels mean the same by every rendering are told by their head."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.pictures.plain import is_plain
from tests.pictures.deep_files import png

RGB = Image.new("RGB", (4, 4), (9, 9, 9))


@pytest.mark.parametrize(
    ("name", "image", "options", "plain"),
    [
        ("a.jpg", RGB, {}, True),
        ("a.png", RGB, {}, True),
        ("grey.png", RGB.convert("L"), {}, True),
        ("palette.png", RGB.convert("P"), {}, True),
        ("clear.png", RGB.convert("P"), {"transparency": 0}, False),
        ("key.png", RGB, {"transparency": (9, 9, 9)}, False),
        ("alpha.png", RGB.convert("RGBA"), {}, False),
        ("a.webp", RGB, {}, False),
        ("a.tif", RGB, {}, False),
    ],
)
def test_by_kind(
    tmp_path: Path, name: str, image: Image.Image, options: dict[str, object], plain: bool
) -> None:
    image.save(tmp_path / name, **options)
    assert is_plain(tmp_path / name) == plain


def test_sixteen_bits_and_what_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(np.zeros((4, 4, 3), np.uint16)))
    (tmp_path / "cut.png").write_bytes(png(np.zeros((4, 4, 3), np.uint16))[:20])
    assert not is_plain(tmp_path / "a.png") and not is_plain(tmp_path / "cut.png")
    assert not is_plain(tmp_path / "none.png") and not is_plain(tmp_path)
