"""The map draws every point where it belongs and the lasso takes exactly what it encloses."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.embedding_map import EmbeddingMap
from lnl_gui.gui.charts.lasso import lasso
from lnl_gui.gui.charts.map_colours import COLOUR_BY, MapColumns, colouring
from lnl_gui.gui.charts.raster import (
    DrawList,
    MapView,
    disc,
    draw_points,
    fitting_view,
    mix,
    visible_points,
)
from lnl_gui.gui.style.colours import chart_colours, class_table, pack


def oracle_inside(x: float, y: float, polygon: list[tuple[float, float]]) -> bool:
    """Even-odd rule by a ray to the right, one point at a time."""
    inside = False
    for (x1, y1), (x2, y2) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def random_polygon(rng: np.random.Generator, kind: str) -> list[tuple[float, float]]:
    if kind == "star":
        angles = np.linspace(0, 2 * np.pi, 25)[:-1]
        radii = rng.uniform(30, 140, 24)
        return [
            (200 + r * np.cos(a), 150 + r * np.sin(a)) for a, r in zip(angles, radii, strict=True)
        ]
    if kind == "crossing":
        return [tuple(corner) for corner in rng.uniform(0, 400, (9, 2))]
    if kind == "off the edge":
        return [(-50.0, -20.0), (500.0, 80.0), (300.0, 400.0)]
    return [(100.2, 90.0), (100.9, 260.3), (101.4, 90.1)]


@pytest.mark.parametrize("kind", ["star", "crossing", "off the edge", "thin"])
def test_lasso_takes_exactly_the_points_inside(qapp: object, kind: str) -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(-20, 420, 4000).astype(np.float32)
    y = rng.uniform(-20, 320, 4000).astype(np.float32)
    # Many points close to the edges, where a mask of pixels alone would be wrong.
    polygon = random_polygon(rng, kind)
    corners = np.array(polygon)
    along = rng.uniform(0, 1, (len(corners), 60, 1))
    edge = corners[:, None] + along * (np.roll(corners, -1, 0) - corners)[:, None]
    edge = (edge + rng.normal(0, 0.6, edge.shape)).reshape(-1, 2).astype(np.float32)
    x, y = np.concatenate([x, edge[:, 0]]), np.concatenate([y, edge[:, 1]])
    mask = lasso(x, y, polygon, 400, 300)
    on_image = (x >= 0) & (x < 400) & (y >= 0) & (y < 300)
    wanted = [oracle_inside(float(a), float(b), polygon) for a, b in zip(x, y, strict=True)]
    np.testing.assert_array_equal(mask, on_image & np.array(wanted))
    assert mask.any()
    assert not mask.all()


def test_lasso_of_two_corners_is_empty(qapp: object) -> None:
    assert not lasso(np.ones(3), np.ones(3), [(0, 0), (9, 9)], 10, 10).any()


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(3000, 2)).astype(np.float32)


@pytest.fixture
def chart(qtbot: QtBot, points: np.ndarray) -> EmbeddingMap:
    widget = EmbeddingMap()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.set_points(points)
    widget.show()
    qtbot.waitExposed(widget)
    widget.grab()
    return widget


def drag(qtbot: QtBot, chart: EmbeddingMap, corners: list[tuple[int, int]]) -> None:
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(chart, left, pos=QPoint(*corners[0]))
    for corner in corners[1:]:
        qtbot.mouseMove(chart, QPoint(*corner))
    qtbot.mouseRelease(chart, left, pos=QPoint(*corners[-1]))


def test_drawing_a_lasso_announces_the_points_inside(qtbot: QtBot, chart: EmbeddingMap) -> None:
    corners = [(120, 90), (260, 80), (280, 210), (190, 160), (110, 220)]
    with qtbot.waitSignal(chart.lassoed) as caught:
        drag(qtbot, chart, corners)
    mask = caught.args[0]
    polygon = [(float(x), float(y)) for x, y in corners]
    wanted = []
    for row in range(3000):
        place = chart.position_of(row)
        wanted.append(oracle_inside(place.x(), place.y(), polygon))
    np.testing.assert_array_equal(mask, wanted)
    assert 50 < mask.sum() < 2900


def test_zoom_keeps_the_point_under_the_pointer(chart: EmbeddingMap) -> None:
    row = chart.nearest(QPointF(200, 150), within=50)
    before = chart.position_of(row)
    chart.zoom_by(3.0, before)
    after = chart.position_of(row)
    assert abs(after.x() - before.x()) < 0.01
    assert abs(after.y() - before.y()) < 0.01
    other = next(r for r in range(3000) if r != row)
    shift = chart.position_of(other) - after
    chart.zoom_by(1 / 3.0, before)
    back = chart.position_of(other) - before
    assert abs(shift.x() - 3 * back.x()) < 0.05


def test_pan_moves_every_point_alike(chart: EmbeddingMap) -> None:
    before = [chart.position_of(row) for row in (0, 1, 2)]
    chart.pan_by(QPointF(30, -12))
    for row, place in enumerate(before):
        moved = chart.position_of(row) - place
        assert abs(moved.x() - 30) < 0.01
        assert abs(moved.y() + 12) < 0.01


def test_a_click_activates_the_nearest_point(qtbot: QtBot, chart: EmbeddingMap) -> None:
    row = chart.nearest(QPointF(200, 150), within=50)
    place = chart.position_of(row).toPoint()
    nearest = min(
        range(3000),
        key=lambda r: (chart.position_of(r) - QPointF(place)).manhattanLength(),
    )
    with qtbot.waitSignal(chart.point_activated) as caught:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    reached = chart.position_of(caught.args[0])
    wanted = chart.position_of(nearest)
    assert (reached - QPointF(place)).manhattanLength() <= (
        (wanted - QPointF(place)).manhattanLength() + 1
    )


def test_keys_take_all_in_view_and_nothing(qtbot: QtBot, chart: EmbeddingMap) -> None:
    with qtbot.waitSignal(chart.lassoed) as caught:
        qtbot.keyClick(chart, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert caught.args[0].all()
    chart.zoom_by(4.0, QPointF(200, 150))
    with qtbot.waitSignal(chart.lassoed) as caught:
        qtbot.keyClick(chart, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    seen = [
        0 <= chart.position_of(r).x() < 400 and 0 <= chart.position_of(r).y() < 300
        for r in range(3000)
    ]
    np.testing.assert_array_equal(caught.args[0], seen)
    with qtbot.waitSignal(chart.lassoed) as caught:
        qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert not caught.args[0].any()


def test_points_without_a_place_are_left_out(qtbot: QtBot) -> None:
    chart = EmbeddingMap()
    qtbot.addWidget(chart)
    chart.resize(200, 200)
    chart.set_points(np.array([[0, 0], [np.nan, 1], [2, 2]], np.float32))
    chart.grab()
    assert chart.nearest(QPointF(100, 100), within=1000) in (0, 2)
    everything = [(-1.0, -1.0), (201.0, -1.0), (201.0, 201.0), (-1.0, 201.0)]
    np.testing.assert_array_equal(chart.take(everything), [True, False, True])


def test_raster_counts_one_pixel_for_each_distinct_place() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 300, 5000).astype(np.float32)
    y = rng.uniform(0, 200, 5000).astype(np.float32)
    canvas = np.zeros((200, 300), np.uint32)
    codes = rng.integers(1, 4, 5000).astype(np.uint32)
    draw_points(canvas, x, y, codes, 0.0)
    last = {}
    for a, b, code in zip(x.astype(int), y.astype(int), codes, strict=True):
        last[(int(b), int(a))] = code
    assert np.count_nonzero(canvas) == len(last)
    for place, code in last.items():
        assert canvas[place] == code


def test_a_disc_is_round_and_full_in_the_middle() -> None:
    canvas = np.zeros((21, 21), np.uint32)
    white = np.array([0xFFFFFFFF], np.uint32)
    draw_points(canvas, np.array([10.0]), np.array([10.0]), white, 3.0)
    level = (canvas & 0xFF).astype(int)
    np.testing.assert_array_equal(level, level.T)
    np.testing.assert_array_equal(level, level[::-1])
    assert level[10, 10] == 255
    assert 25 <= (level > 128).sum() <= 37
    assert {(dx, dy) for dx, dy, _ in disc(0.4)} == {(0, 0)}


def test_mix_blends_each_channel() -> None:
    below, above = np.array([0xFF204060], np.uint32), np.array([0xFFE0A020], np.uint32)
    for share in (0.0, 0.25, 0.5, 1.0):
        result = int(mix(below, above, share)[0])
        assert result >> 24 == 0xFF
        for shift in (0, 8, 16):
            low, high = (int(c[0]) >> shift & 0xFF for c in (below, above))
            assert abs((result >> shift & 0xFF) - (low + share * (high - low))) <= 1


def test_view_to_pixels_and_back() -> None:
    view = MapView(2.0, -1.0, 37.5)
    across, down = view.to_pixels(np.array([2.5]), np.array([0.25]), 640, 480)
    assert view.to_plane(float(across[0]), float(down[0]), 640, 480) == pytest.approx((2.5, 0.25))
    assert down[0] < 240


def test_fitting_view_shows_everything(points: np.ndarray) -> None:
    drawn = DrawList(points)
    view = fitting_view(drawn.bounds(), 300, 200)
    assert len(visible_points(drawn.x, drawn.y, view, 300, 200).across) == len(points)
    closer = MapView(view.x, view.y, view.scale * 1.2)
    assert len(visible_points(drawn.x, drawn.y, closer, 300, 200).across) < len(points)


def columns(count: int) -> MapColumns:
    rng = np.random.default_rng(5)
    return MapColumns(
        rng.integers(0, 3, count),
        rng.integers(-1, 3, count),
        rng.random(count),
        rng.integers(0, 5, count).astype(np.uint8),
        ("cat", "dog", "eel"),
    )


def test_high_suspicion_is_drawn_above_low(qtbot: QtBot) -> None:
    chart = EmbeddingMap()
    qtbot.addWidget(chart)
    chart.resize(101, 101)
    chart.set_points(np.zeros((50, 2), np.float32))
    values = columns(50)
    values.suspicion[17] = 1.0
    chart.set_columns(values)
    chart.set_colour_by("suspicion")
    canvas = chart.render_canvas()
    table = colouring(values, "suspicion", chart_colours(chart.palette())).table
    assert canvas[canvas.shape[0] // 2, canvas.shape[1] // 2] == table[255]


def test_colour_of_a_point_is_that_of_its_class(qtbot: QtBot) -> None:
    chart = EmbeddingMap()
    qtbot.addWidget(chart)
    chart.resize(300, 100)
    chart.set_points(np.array([[0, 0], [1, 0], [2, 0]], np.float32))
    labels = np.array([2, 0, 1])
    chart.set_columns(
        MapColumns(labels, labels, np.zeros(3), np.zeros(3, np.uint8), ("cat", "dog", "eel"))
    )
    canvas = chart.render_canvas()
    ratio = chart.devicePixelRatioF()
    table = class_table(["", "", ""], dark=False)
    for row, label in enumerate(labels):
        place = chart.position_of(row) * ratio
        assert canvas[int(place.y()), int(place.x())] == table[label]


@pytest.mark.parametrize("by", COLOUR_BY)
@pytest.mark.parametrize("dark", [False, True])
def test_every_colouring_stands_off_from_the_ground(qapp: object, by: str, dark: bool) -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor("#1b1f27" if dark else "#ffffff"))
    palette.setColor(QPalette.ColorRole.Text, QColor("#e9ecf2" if dark else "#171b24"))
    result = colouring(columns(200), by, chart_colours(palette))
    assert result.codes.max() < len(result.table)
    assert result.legend
    ground = int(pack([palette.base().color()])[0])
    for packed in np.unique(result.table[result.codes]):
        apart = [abs((int(packed) >> s & 0xFF) - (ground >> s & 0xFF)) for s in (0, 8, 16)]
        assert max(apart) > 25


def test_selection_fades_the_others(chart: EmbeddingMap, points: np.ndarray) -> None:
    before = chart.render_canvas()
    mask = np.zeros(len(points), bool)
    row = int(np.argmax(points[:, 0]))
    mask[row] = True
    chart.set_selection(mask)
    after = chart.render_canvas()
    other = int(np.argmin(points[:, 0]))
    ratio = chart.devicePixelRatioF()

    def pixel(canvas: np.ndarray, which: int) -> int:
        place = chart.position_of(which) * ratio
        return int(canvas[int(place.y()), int(place.x())])

    assert pixel(after, row) == pixel(before, row)
    assert pixel(after, other) != pixel(before, other)
    chart.set_selection(None)
    np.testing.assert_array_equal(chart.render_canvas(), before)


def test_the_same_points_keep_zoom_and_selection(chart: EmbeddingMap, points: np.ndarray) -> None:
    chart.zoom_by(3.0)
    chart.set_selection(points[:, 0] > 0)
    before = chart.render_canvas()
    chart.set_points(points.copy())
    np.testing.assert_array_equal(chart.render_canvas(), before)
    chart.set_points(points[:100])
    assert chart.take([(-1, -1), (401, -1), (401, 301), (-1, 301)]).shape == (100,)
    assert "selected" not in chart.accessibleDescription()


def test_new_scores_leave_a_map_of_given_labels_as_it_is(qtbot: QtBot) -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(200) % 3
    points = generator.normal(size=(200, 2)).astype(np.float32)

    def columns(seed: int) -> MapColumns:
        suspicion = np.random.default_rng(seed).random(200)
        return MapColumns(labels, labels, suspicion, labels * 0, ("a", "b", "c"))

    chart = EmbeddingMap()
    qtbot.addWidget(chart)
    chart.resize(300, 300)
    chart.set_points(points)
    chart.set_columns(columns(1))
    chart.grab()
    drawn = chart._canvas
    chart.set_points(points.copy())
    chart.set_columns(columns(2))
    chart.set_selection(None)
    assert drawn is not None and chart._canvas is drawn
    # Where the colours tell the scores, it is drawn anew, and as a new one would be.
    chart.set_colour_by("suspicion")
    chart.set_columns(columns(3))
    fresh = EmbeddingMap()
    qtbot.addWidget(fresh)
    fresh.resize(300, 300)
    fresh.set_points(points)
    fresh.set_colour_by("suspicion")
    fresh.set_columns(columns(3))
    assert np.array_equal(chart.render_canvas(), fresh.render_canvas())
    chart.set_colour_by("given")
    fresh.set_colour_by("given")
    assert np.array_equal(chart.render_canvas(), fresh.render_canvas())


def test_a_map_without_points_says_why(chart: EmbeddingMap) -> None:
    assert chart.why_nothing() == ""
    empty = EmbeddingMap()
    assert empty.why_nothing() == "The map comes with the search for suspects."
    # As the principal axes of two images are.
    before = chart.grab().toImage()
    chart.set_points(np.full((2, 2), np.nan, np.float32))
    assert chart.why_nothing() == "No image has a place here. Try another projection."
    assert chart.accessibleDescription() == "0 samples"
    said = chart.grab().toImage()
    chart.set_points(np.array([[0, 0], [1, np.nan]], np.float32))
    assert chart.why_nothing() == "" and chart.accessibleDescription() == "1 sample"
    assert said != before and said != chart.grab().toImage()
    empty.deleteLater()
