"""Captions that were painted before look as if they were painted anew."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from lnl_gui.gui.grid.caption_strip import Caption, CaptionStrips, CaptionStyle
from lnl_gui.gui.grid.captions import MeasuredFont

COLOURS = {"surface": "#fafafa", "accent_soft": "#cde", "text": "#111", "muted": "#666"}
CAPTION = Caption(0, "ankle boot", 1, "sneaker", 0.83, unlabelled=False)
OTHERS = {
    "class": replace(CAPTION, suggested=2),
    "name": replace(CAPTION, given_name="boot"),
    "suggestion": replace(CAPTION, suggested=-1, suggested_name=""),
    "suspicion": replace(CAPTION, value=0.41),
    "no suspicion": replace(CAPTION, value=None),
    "no label": replace(CAPTION, given=-1, given_name="no label", unlabelled=True),
}


@pytest.fixture
def strips(qapp: QApplication) -> CaptionStrips:
    plain, bold = MeasuredFont(QFont()), MeasuredFont(QFont("", -1, QFont.Weight.Bold))
    return CaptionStrips(
        CaptionStyle(
            plain,
            bold,
            lambda role: QColor(COLOURS.get(role, "#a33")),
            lambda class_id: QColor.fromHsv(40 * (class_id + 1), 200, 200),
            line_height=20,
        )
    )


def painted(
    strips: CaptionStrips,
    caption: Caption = CAPTION,
    *,
    side: int = 160,
    ground: str = "surface",
    scale: float = 1.0,
) -> np.ndarray:
    """Bytes of a picture with the caption at (7, 9)."""
    image = QImage(round(200 * scale), round(70 * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(COLOURS[ground]))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    strips.paint(painter, QPointF(7, 9), 170.0, caption, side, ground)
    painter.end()
    return np.array(image.constBits(), np.uint8).astype(int)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("caption", [CAPTION, *OTHERS.values()], ids=["plain", *OTHERS])
def test_a_strip_is_what_the_lines_would_be(
    strips: CaptionStrips, caption: Caption, scale: float
) -> None:
    image = QImage(round(200 * scale), round(70 * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(COLOURS["surface"]))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    strips._paint_lines(painter, QRectF(7, 9, 170, 40), caption, 160)
    painter.end()
    direct = np.array(image.constBits(), np.uint8).astype(int)
    assert len(np.unique(direct)) > 8, "nothing is painted"
    first, again = (painted(strips, caption, scale=scale) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    # Blending rounds by one.
    assert np.abs(first - direct).max() <= 2


def test_each_difference_is_seen(strips: CaptionStrips) -> None:
    seen = [painted(strips), painted(strips, side=80), painted(strips, ground="accent_soft")]
    seen += [painted(strips, caption) for caption in OTHERS.values()]
    for number, picture in enumerate(seen):
        assert not any(np.array_equal(picture, other) for other in seen[:number]), number


def test_a_caption_is_painted_once_and_a_fraction_never_from_a_pixmap(
    strips: CaptionStrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Caption] = []
    lines = strips._paint_lines

    def count(painter: QPainter, area: QRectF, caption: Caption, side: int) -> None:
        calls.append(caption)
        lines(painter, area, caption, side)

    monkeypatch.setattr(strips, "_paint_lines", count)
    for _ in range(3):
        painted(strips)
    assert len(calls) == 1
    for _ in range(3):
        painted(strips, scale=1.25)
    assert len(calls) == 4


def test_only_so_many_are_kept(strips: CaptionStrips, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lnl_gui.gui.grid.caption_strip._MOST_STRIPS", 3)
    for number in range(10):
        painted(strips, replace(CAPTION, value=number / 10))
    assert len(strips._painted) == 3
