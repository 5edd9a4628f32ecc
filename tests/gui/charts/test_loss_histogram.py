"""The histogram counts what it is given and its threshold is a loss, not a pixel."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from scipy.stats import norm

from lnl_gui.gui.charts.axes import Scale, nice_step, nice_ticks, tick_text
from lnl_gui.gui.charts.loss_histogram import Gaussian, LossHistogram, bin_counts


@pytest.fixture
def losses() -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.concatenate([rng.gamma(1, 0.4, 900), rng.normal(4, 0.8, 100)]).astype(np.float32)


@pytest.fixture
def chart(qtbot: QtBot, losses: np.ndarray) -> LossHistogram:
    widget = LossHistogram()
    qtbot.addWidget(widget)
    widget.resize(600, 300)
    widget.set_losses(losses, threshold=2.0)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_bins_agree_with_numpy(losses: np.ndarray) -> None:
    counts = bin_counts(losses, 0.0, 8.0, 40)
    wanted, _ = np.histogram(np.clip(losses, 0, 8), bins=40, range=(0, 8))
    assert counts.sum() == len(losses)
    assert np.abs(counts - wanted).sum() <= 2


def test_bins_keep_what_lies_outside_in_the_end_bins() -> None:
    assert bin_counts(np.array([-5.0, 0.1, 0.9, 7.0]), 0.0, 1.0, 2).tolist() == [2, 2]
    assert bin_counts(np.array([3.0, 3.0]), 3.0, 3.0, 4).tolist() == [2, 0, 0, 0]


def test_gaussian_density_agrees_with_scipy() -> None:
    values = np.linspace(-1, 5, 50)
    found = Gaussian(1.5, 0.7, 0.3).density(values)
    np.testing.assert_allclose(found, 0.3 * norm.pdf(values, 1.5, 0.7), rtol=1e-12)


def test_dragging_gives_the_loss_under_the_pointer(
    qtbot: QtBot, chart: LossHistogram, losses: np.ndarray
) -> None:
    start = QPoint(round(chart.pixel_of(2.0)), 150)
    target = QPoint(round(chart.pixel_of(3.5)), 150)
    moved: list[float] = []
    chart.threshold_changed.connect(moved.append)
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(chart, target)
    with qtbot.waitSignal(chart.threshold_chosen) as caught:
        qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=target)
    per_pixel = chart.value_at(201) - chart.value_at(200)
    assert caught.args[0] == pytest.approx(3.5, abs=per_pixel)
    assert moved[-1] == caught.args[0] == chart.threshold()
    assert chart.suspects() == int((losses > chart.threshold()).sum())


def test_pixels_and_losses_are_inverse(chart: LossHistogram) -> None:
    for value in (0.2, 1.0, 3.3):
        assert chart.value_at(chart.pixel_of(value)) == pytest.approx(value)


def test_a_drag_beyond_the_axis_stops_at_its_end(qtbot: QtBot, chart: LossHistogram) -> None:
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=QPoint(300, 150))
    qtbot.mouseMove(chart, QPoint(599, 150))
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=QPoint(599, 150))
    assert chart.threshold() == pytest.approx(chart.value_at(10_000))


def test_keys_move_the_threshold_by_a_hundredth(qtbot: QtBot, chart: LossHistogram) -> None:
    span = chart.value_at(10_000) - chart.value_at(-10_000)
    with qtbot.waitSignal(chart.threshold_chosen):
        qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.threshold() == pytest.approx(2.0 + span / 100)
    qtbot.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert chart.threshold() == pytest.approx(2.0 + span / 100 - span / 10)


def test_setting_the_threshold_is_silent(qtbot: QtBot, chart: LossHistogram) -> None:
    with qtbot.assertNotEmitted(chart.threshold_changed):
        chart.set_threshold(1.0)
    assert "Threshold 1" in chart.accessibleDescription()


def test_losses_that_are_unknown_are_left_out(qtbot: QtBot) -> None:
    chart = LossHistogram(compact=True)
    qtbot.addWidget(chart)
    chart.set_losses(np.array([1.0, np.nan, 3.0, np.inf]), threshold=2.0, mark=2.5)
    assert chart.suspects() == 1
    assert "2 samples" in chart.accessibleDescription()
    chart.grab()
    chart.set_losses(np.zeros(0), mark=1.0)
    chart.grab()


def test_the_compact_chart_cannot_be_dragged(qtbot: QtBot, losses: np.ndarray) -> None:
    chart = LossHistogram(compact=True)
    qtbot.addWidget(chart)
    chart.resize(300, 120)
    chart.set_losses(losses, threshold=2.0)
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(40, 50))
    assert chart.threshold() == 2.0


@pytest.mark.parametrize(
    ("low", "high", "most", "wanted"),
    [
        (0, 10, 5, [0, 2, 4, 6, 8, 10]),
        (0, 1, 4, [0, 0.5, 1]),
        (-3, 3, 3, [-2, 0, 2]),
        (0.61, 0.69, 4, [0.62, 0.64, 0.66, 0.68]),
    ],
)
def test_ticks_are_round_and_inside(
    low: float, high: float, most: int, wanted: list[float]
) -> None:
    assert nice_ticks(low, high, most) == pytest.approx(wanted)


def test_tick_texts_have_the_digits_they_need() -> None:
    assert [tick_text(v, 0.05) for v in (0.1, 0.15)] == ["0.10", "0.15"]
    assert tick_text(20_000, 5000) == "20k"
    assert tick_text(1_500_000, 1) == "1.5M"
    assert nice_step(0.0, 5) == 1.0


def test_scale_of_one_value_does_not_divide_by_zero() -> None:
    assert Scale(2.0, 2.0, 0.0, 100.0).to_pixel(2.0) == 0.0
    assert Scale(0.0, 1.0, 5.0, 5.0).to_value(5.0) == 0.0


def test_without_a_threshold_a_press_or_a_key_makes_one(
    qtbot: QtBot, chart: LossHistogram, losses: np.ndarray
) -> None:
    chart.set_losses(losses)
    assert chart.threshold() is None
    place = QPoint(round(chart.pixel_of(3.0)), 150)
    with qtbot.waitSignal(chart.threshold_chosen):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    assert chart.threshold() == pytest.approx(3.0, abs=0.05)
    chart.set_losses(losses)
    with qtbot.waitSignal(chart.threshold_chosen) as caught:
        qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.value_at(-1e4) < caught.args[0] < chart.value_at(1e4)
