"""Charts that act on the grid, and the grid that acts on the map."""

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.charts_panel import CLASSES, LOSS, MAP, MATRIX, ChartsPanel
from lnl_gui.gui.charts.loss_histogram import Gaussian, MixtureCurve
from lnl_gui.gui.charts.loss_panel import ALL, mixture_curves
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.session.session import Session
from lnl_gui.store.detection.detection_tables import ClassMixture, write_mixture_table
from tests.builders import add_images
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project

MIXTURES = {
    0: ClassMixture((1.5, 0.2), (0.3, 0.1), (0.25, 0.75)),
    1: ClassMixture((0.1, 2.0), (0.2, 0.4), (0.5, 0.5)),
}
CONTROL = Qt.KeyboardModifier.ControlModifier
IMAGE = "image"


@pytest.fixture
def charted(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """A detection with a map, a mixture and noise rates."""
    folder = make_project(tmp_path / "charts.lnl", 40)
    with Session.open(folder) as session:
        run = session.runs.latest("detect")
        assert run is not None
        points = np.stack([np.arange(40.0), np.zeros(40)], 1).astype(np.float32)
        np.save(run.folder / "projection.npy", points)
        np.save(run.folder / "class_noise_rate.npy", np.array([0.1, 0.2, 0.3, 0.4]))
        spread = np.array([0.1, 0.2, 0.3, 0.4])[:, None] + np.array([-0.05, 0.05])
        np.save(run.folder / "class_noise_rate_interval.npy", spread)
        write_mixture_table(run.folder, MIXTURES)
    return open_window(folder)


def charts_of(window: MainWindow) -> tuple[ChartsPanel, ReviewModel]:
    assert window.page is not None and window.project.review is not None
    window.page.details.setCurrentWidget(window.page.details.charts)
    return window.page.details.charts, window.project.review


def test_all_classes_add_up_to_two_curves() -> None:
    given = np.array([0, 0, 0, 1], np.int32)
    low, high = mixture_curves(MIXTURES, given, ALL)
    assert isinstance(low, MixtureCurve) and isinstance(high, MixtureCurve)
    values = np.linspace(-1, 4, 50)
    bells = [Gaussian(0.2, 0.1, 0.75 * 0.75), Gaussian(0.1, 0.2, 0.5 * 0.25)]
    np.testing.assert_allclose(low.density(values), sum(b.density(values) for b in bells))
    assert low.mean < high.mean
    total = np.trapezoid(
        low.density(np.linspace(-3, 6, 5000)) + high.density(np.linspace(-3, 6, 5000)),
        np.linspace(-3, 6, 5000),
    )
    assert total == pytest.approx(1, abs=1e-3)
    assert mixture_curves(MIXTURES, given, 1)[1] == Gaussian(2.0, 0.4, 0.5)
    assert mixture_curves({}, given, ALL) == ()


@pytest.mark.parametrize("chart", [LOSS, MATRIX, CLASSES, MAP])
def test_the_charts_outlive_a_deleted_class(qtbot: QtBot, charted: MainWindow, chart: str) -> None:
    charts, review = charts_of(charted)
    charts.show_chart(chart)
    review.do(lambda: review.session.class_edits.delete(0))
    # An error in a slot fails the test, and would leave the chart among those to draw.
    qtbot.waitUntil(lambda: not charts._later.isActive() and chart not in charts._stale)
    review.do(lambda: review.session.class_edits.rename(1, "hound"))
    qtbot.waitUntil(lambda: not charts._later.isActive() and chart not in charts._stale)
    if chart == LOSS:
        assert charts.loss_panel.class_id == ALL and charts.loss.suspects() is not None


def test_samples_without_a_label_belong_to_no_curve() -> None:
    given = np.array([0, 0, -1, -1], np.int32)
    low, _ = mixture_curves(MIXTURES, given, ALL)
    assert low.density(np.array([0.2])) == Gaussian(0.2, 0.1, 0.75 * 0.5).density(np.array([0.2]))


def test_the_line_filters_the_grid_while_it_is_dragged(qtbot: QtBot, charted: MainWindow) -> None:
    charts, review = charts_of(charted)
    charts.show_chart(LOSS)
    loss = review.session.columns.loss
    assert charts.loss.suspects() == int(review.session.columns.flagged.sum())
    charts.loss.set_threshold(1.5)
    charts.loss.threshold_changed.emit(1.5)
    qtbot.waitUntil(lambda: sorted(review.order) == np.flatnonzero(loss >= 1.5).tolist())
    charts.loss_panel.of_class.setCurrentIndex(2)
    charts.loss.set_threshold(1.0)
    charts.loss.threshold_chosen.emit(1.0)
    columns = review.session.columns
    wanted = np.flatnonzero((columns.loss >= 1.0) & (columns.given == 1))
    assert sorted(review.order) == wanted.tolist()


def test_a_lasso_fills_the_grid_and_the_grid_shows_on_the_map(
    qtbot: QtBot, charted: MainWindow
) -> None:
    charts, review = charts_of(charted)
    charts.show_chart(MAP)
    mask = np.arange(40) < 7
    charts.map.lassoed.emit(mask)
    assert sorted(review.order) == list(range(7)) and review.within is mask
    assert "7 selected" in charts.map.accessibleDescription()
    review.show_view(ViewSpec(given=(2,), flagged=None))
    assert "10 selected" in charts.map.accessibleDescription()
    review.show_view(ViewSpec())
    assert "0 selected" in charts.map.accessibleDescription()


def test_images_that_are_gone_are_not_on_the_map(qtbot: QtBot, charted: MainWindow) -> None:
    charts, review = charts_of(charted)
    gone = [3, 17]
    charts.show_chart(MAP)
    assert charts.map.accessibleDescription().startswith("40 samples")
    review.session.columns.readable[gone] = False
    review.announce(Changes(labels=True))
    qtbot.waitUntil(lambda: charts.map.accessibleDescription().startswith("38 samples"))
    assert np.flatnonzero(np.isnan(charts.map._points).any(axis=1)).tolist() == gone
    charts.map.setFocus()
    qtbot.keyClick(charts.map, Qt.Key.Key_A, CONTROL)
    # What the lasso takes is what the grid shows.
    assert len(review.order) == 38 and review.within is not None and review.within.sum() == 38
    assert "38 selected" in charts.map.accessibleDescription()
    review.session.columns.readable[gone] = True
    review.announce(Changes(labels=True))
    qtbot.waitUntil(lambda: charts.map.accessibleDescription().startswith("40 samples"))


def test_the_map_learns_what_the_grid_shows_while_it_is_hidden(charted: MainWindow) -> None:
    charts, review = charts_of(charted)
    charts.show_chart(MAP)
    charts.show_chart(MATRIX)
    review.show_view(ViewSpec(given=(2,), flagged=None))
    charts.show_chart(MAP)
    assert "10 selected" in charts.map.accessibleDescription()


def test_rates_of_the_classes_have_intervals(charted: MainWindow) -> None:
    charts, review = charts_of(charted)
    charts.show_chart(CLASSES)
    text = charts.classes.accessibleDescription()
    assert "horse" in text and "40" in text
    charts.classes.class_activated.emit(3)
    assert set(review.session.columns.given[review.order]) == {3}


def test_a_first_look_is_marked_above_every_chart(open_window: OpenWindow, tmp_path: Path) -> None:
    folder = make_project(tmp_path / "look.lnl", 40)
    metrics = {"looked_at": 20, "of": 40, "noise_rate": 0.1, "flagged": 2}
    with Session.open(folder) as session, session.project.connection as connection:
        connection.execute(
            "UPDATE run SET kind = 'first_look', metrics = ? WHERE kind = 'detect'",
            (json.dumps({**metrics, "noise_rate_interval": [0.05, 0.2]}),),
        )
    charts, _ = charts_of(open_window(folder))
    assert "from 20 of 40 images: about 10" in charts.provisional.text()
    for chart in (MATRIX, LOSS, MAP, CLASSES):
        charts.show_chart(chart)
        assert charts.provisional.isVisible()


def test_what_came_after_the_detection_is_said_above_every_chart(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    folder = make_project(tmp_path / "more.lnl", 40)
    add_images(folder, 7)
    charts, _ = charts_of(open_window(folder))
    for chart in (MATRIX, LOSS, MAP, CLASSES):
        charts.show_chart(chart)
        assert charts.provisional.isVisible()
        assert charts.provisional.text().startswith("7 images with a label have not been judged")


def test_a_detection_of_all_has_no_such_mark(charted: MainWindow) -> None:
    charts, _ = charts_of(charted)
    assert charts.isVisible() and not charts.provisional.isVisible()


def focused(qtbot: QtBot, window: MainWindow, which: str) -> QWidget:
    """One of what is zoomed by key, with the keyboard focus."""
    charts, _ = charts_of(window)
    assert window.page is not None
    inspector = window.page.details.inspector
    if which == IMAGE:
        window.page.details.setCurrentWidget(inspector)
        qtbot.waitUntil(lambda: not inspector.image.image_size().isEmpty())
    else:
        charts.show_chart(which)
    place = {MAP: charts.map, MATRIX: charts.matrix, IMAGE: inspector.image}[which]
    place.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(place.hasFocus)
    return place


@pytest.mark.parametrize("which", [IMAGE, MAP, MATRIX])
def test_plus_and_minus_zoom_what_has_the_keys(
    qtbot: QtBot, charted: MainWindow, which: str
) -> None:
    page = charted.page
    assert page is not None
    place, side = focused(qtbot, charted, which), page.grid.side
    before = place.grab().toImage()
    qtbot.keyClick(place, "+")
    nearer = place.grab().toImage()
    qtbot.keyClick(place, "=")
    assert before != nearer != place.grab().toImage()
    qtbot.keyClick(place, "-")
    assert page.grid.side == side
    # Without them the grid has its keys again.
    page.focus_grid()
    qtbot.keyClick(page.grid, "+")
    assert page.grid.side > side


def test_all_in_view_of_the_map_is_not_all_of_the_grid(qtbot: QtBot, charted: MainWindow) -> None:
    charts, review = charts_of(charted)
    place = focused(qtbot, charted, MAP)
    # It is fitted when it is painted.
    place.grab()
    charts.map.zoom_by(3)
    qtbot.keyClick(place, Qt.Key.Key_A, CONTROL)
    assert review.within is not None and 0 < review.within.sum() < len(review.session)
    assert review.selection.count == 0
