"""Training curves grow live; the result card and the progress claim no more than they know."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.result_card import ResultCard, verdict
from lnl_gui.gui.charts.review_progress import (
    ReviewFigures,
    ReviewProgress,
    errors_text,
    time_left,
)
from lnl_gui.gui.charts.training_curves import TrainingCurves
from lnl_gui.gui.style.colours import chart_colours
from lnl_gui.store.training.gain import Gain
from lnl_gui.util.statistics.intervals import Estimate


def pixels_like(image: QImage, colour: QColor) -> int:
    """How many pixels have about that colour."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : 3 * image.width()].reshape(-1, 3).astype(int)
    wanted = (colour.red(), colour.green(), colour.blue())
    return int((np.abs(pixels - wanted).max(axis=1) < 12).sum())


def test_curves_grow_while_training(qtbot: QtBot) -> None:
    chart = TrainingCurves()
    qtbot.addWidget(chart)
    chart.resize(360, 200)
    chart.show()
    chart.set_titles({"given": "Given labels"})
    colour = chart.colour(0, chart_colours(chart.palette()))
    seen = []
    for epoch in range(6):
        chart.add_point("given", epoch, 2.0 / (epoch + 1), None, 0.5 + 0.05 * epoch)
        seen.append(pixels_like(chart.grab().toImage(), colour))
    assert seen[-1] > seen[1] > seen[0] > 0
    assert chart.curves()["given"].loss[-1] == pytest.approx(2.0 / 6)
    assert math.isnan(chart.curves()["given"].train[0])
    assert "Given labels, epoch 5: loss 0.333" in chart.accessibleDescription()
    assert "75.0 %" in chart.accessibleDescription()


def test_a_second_series_has_its_own_colour_and_clear_forgets(qtbot: QtBot) -> None:
    chart = TrainingCurves()
    qtbot.addWidget(chart)
    chart.resize(360, 200)
    chart.add_point("given", 0, 1.0, 0.5, 0.5)
    colour = chart.colour(1, chart_colours(chart.palette()))
    before = pixels_like(chart.grab().toImage(), colour)
    for epoch in range(4):
        chart.add_point("curated", epoch, 0.8 - 0.1 * epoch, 0.6, 0.7)
    assert pixels_like(chart.grab().toImage(), colour) > before
    chart.clear()
    assert chart.curves() == {}
    chart.grab()


def test_a_loss_that_is_not_a_number_does_not_stop_the_chart(qtbot: QtBot) -> None:
    chart = TrainingCurves()
    qtbot.addWidget(chart)
    chart.add_point("given", 0, math.nan)
    chart.add_point("given", 1, math.inf, 0.1, None)
    chart.grab()


def gain_of(estimated: Estimate, verified: Estimate | None = None, **figures: int) -> Gain:
    numbers = {"open": 0, "undecidable": 0, "seen_before": 0, "corrected": 9, "degraded": 2}
    numbers |= {"disagreements": 11, "compared": 200} | figures
    exact = numbers["open"] == 0
    p_value = 0.065 if exact else None
    return Gain(estimated, verified, exact=exact, p_value=p_value, **numbers)


ACCURACY = Estimate(0.7, 0.6, 0.8)
GAINED, UNSURE = Estimate(0.10, 0.06, 0.14), Estimate(0.02, -0.01, 0.05)


@pytest.mark.parametrize(
    ("gain", "text"),
    [
        (gain_of(GAINED, open=11), "Estimated: +10.0 points of accuracy"),
        (gain_of(UNSURE, open=11), "+5.0), within the uncertainty."),
        (gain_of(UNSURE, GAINED), "Verified: +10.0 points of accuracy"),
        (gain_of(GAINED, UNSURE), "within the uncertainty"),
        (
            None,
            "70.0 % of the held-out samples are right, by their labels, which are not corrected.",
        ),
    ],
)
def test_the_verdict_says_its_kind_and_no_more_than_the_interval_allows(
    gain: Gain | None, text: str
) -> None:
    assert text in verdict(ACCURACY, gain)


def test_of_a_few_videos_the_card_shows_no_gain(qtbot: QtBot) -> None:
    card = ResultCard()
    qtbot.addWidget(card)
    open_to_both_sides = Estimate(-0.475, -1.0, 1.0)
    gain = gain_of(open_to_both_sides, open_to_both_sides, units=4)
    card.set_result(ACCURACY, gain)
    said = card.accessibleDescription()
    assert said.startswith("Nothing can be shown") and "uncertainty" not in said
    image, colours = card.grab().toImage(), chart_colours(card.palette())
    assert pixels_like(image, colours.suspect) == 0
    card.set_result(ACCURACY, gain_of(UNSURE, GAINED, units=60))
    assert "Verified" in card.accessibleDescription()


def test_the_card_speaks_to_screen_readers(qtbot: QtBot) -> None:
    card = ResultCard()
    qtbot.addWidget(card)
    card.grab()
    card.set_result(ACCURACY, None)
    assert card.accessibleDescription().startswith("70.0 % of the held-out samples are right")
    card.grab()
    card.set_result(ACCURACY, gain_of(UNSURE, GAINED))
    assert card.accessibleDescription().startswith("Verified")
    card.grab()


@pytest.mark.parametrize(
    ("reviewed", "pace", "text"),
    [
        (90, [10.0], "about a minute left"),
        (0, [2.0, 4.0, 3.0], "about 33 minutes left"),
        (0, [0.5], "about 3.3 hours left"),
        (0, [], ""),
        (0, [0.0, 0.0], ""),
        (100, [5.0], ""),
    ],
)
def test_time_left(reviewed: int, pace: list[float], text: str) -> None:
    assert time_left(ReviewFigures(reviewed, 100, pace)) == text


def test_errors_left_are_told_with_their_interval(qtbot: QtBot) -> None:
    assert errors_text(ReviewFigures(0, 10)) == ""
    many = ReviewFigures(0, 10, (), Estimate(1234.4, 0.0, 2345.6))
    assert errors_text(many) == "1,234 errors left (0 to 2,346)"
    few = ReviewFigures(5, 10, [1, 2], Estimate(20, 15, 26))
    assert errors_text(few) == "20 errors left (15 to 26)"
    chart = ReviewProgress()
    qtbot.addWidget(chart)
    chart.grab()
    chart.set_figures(few)
    assert "5 of 10 reviewed" in chart.accessibleDescription()
    chart.grab()
    chart.set_figures(ReviewFigures(0, 0))
    chart.grab()


@pytest.mark.parametrize(
    ("low", "high", "good", "bad"),
    [(0.01, 0.07, True, False), (-0.07, -0.01, False, True), (-0.01, 0.03, False, False)],
)
def test_a_difference_is_coloured_only_where_it_is_verified_and_certain(
    qtbot: QtBot, low: float, high: float, good: bool, bad: bool
) -> None:
    card = ResultCard()
    qtbot.addWidget(card)
    card.resize(500, card.height())
    found = Estimate((low + high) / 2, low, high)
    for verified, coloured in ((found, True), (None, False)):
        card.set_result(ACCURACY, gain_of(found, verified))
        image, colours = card.grab().toImage(), chart_colours(card.palette())
        seen = (pixels_like(image, colours.good) > 0, pixels_like(image, colours.bad) > 0)
        assert seen == ((good, bad) if coloured else (False, False))


def test_the_sentence_is_whole_on_a_narrow_panel(qtbot: QtBot) -> None:
    card = ResultCard()
    qtbot.addWidget(card)
    card.set_result(ACCURACY, gain_of(Estimate(0.0, -0.19, 0.19), verified=Estimate(0, -0.2, 0.2)))
    said = card.accessibleDescription()
    bold = QFont(card.font())
    bold.setWeight(QFont.Weight.DemiBold)
    heights = []
    for width in (900, 340, 240):
        card.resize(width, card.height())
        card.grab()
        area = QRectF(0, 0, width - 20, 10_000)
        text = QFontMetricsF(bold).boundingRect(area, int(Qt.TextFlag.TextWordWrap), said).height()
        # What lies above it takes the same room at every width.
        heights.append(card.height() - text)
        assert card.height() > text
    assert max(heights) - min(heights) < 2
