"""UMAP on the map: computed in the background by a worker of its own, shown when it is there."""

import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.charts_panel import MAP, MATRIX, ChartsPanel
from lnl_gui.gui.charts.projection_bar import ProjectionBar
from lnl_gui.gui.charts.projection_controller import ProjectionController
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.jobs.launch import worker_command
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import projections
from lnl_gui.store.jobs.parameters import PCA, TSNE, UMAP, DetectParameters, EmbedParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import open_project
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import message
from tests.gui.conftest import OpenWindow
from tests.gui.jobs.test_controller import READY, script
from tests.gui.projects import make_project

COUNT = 120
SECONDS = 240_000
UNREADABLE = 5
STEPS = READY + (
    "sys.stdin.readline()\n"
    "say(type='progress', stage={'template': 'Projecting'}, done=45, total=100, rate=1.0,"
    " eta_s=8.0)\n"
)
WAITS = STEPS + "time.sleep(600)\n"
LISTENS = STEPS + "sys.stdin.readline()\nsay(type='cancelled')\nsys.stdin.readline()\n"


@pytest.fixture
def clustered(tmp_path: Path) -> Path:
    """Four classes whose embeddings lie apart; one image could not be read."""
    folder = make_project(tmp_path / "clusters.lnl", COUNT)
    generator = np.random.default_rng(0)
    embedding = np.eye(4, 24)[np.arange(COUNT) % 4] + generator.normal(scale=0.05, size=(COUNT, 24))
    embedding[UNREADABLE] = np.nan
    with Session.open(folder) as session:
        session.project.arrays.mkdir(exist_ok=True)
        write_array(session.project.arrays / "embedding-own.npy", embedding.astype(np.float16))
        run = session.runs.start(EmbedParameters(encoders=("own",)))
        write_json(run.folder / "unreadable.json", {str(UNREADABLE): "broken"})
        artifacts = {"embedding:own": "arrays/embedding-own.npy"}
        session.runs.finish(run.id, "done", RunResult(artifacts, {}))
        detection = session.runs.latest("detect")
        assert detection is not None
        write_array(detection.folder / "projection.npy", embedding[:, :2].astype(np.float32))
    return folder


def parts(window: MainWindow) -> tuple[ChartsPanel, ProjectionBar, ProjectionController]:
    assert window.page is not None
    charts = window.page.details.charts
    return charts, charts.map_panel.projections, window.projection


def look_at_map(window: MainWindow) -> None:
    assert window.page is not None
    window.page.details.setCurrentWidget(window.page.details.charts)
    window.page.details.charts.show_chart(MAP)


def press(qtbot: QtBot, bar: ProjectionBar, name: str) -> None:
    qtbot.mouseClick(bar._buttons[name], Qt.MouseButton.LeftButton)


def works_with(window: MainWindow, source: str) -> None:
    window.projection.controller._worker._command = script(source)


def states(window: MainWindow) -> list[str]:
    assert window.project.review is not None
    return [run.state for run in window.project.review.session.runs.all() if run.kind == "map"]


# Its waits have deadlines of their own, which say more when they pass.
@pytest.mark.timeout(900)
def test_the_points_change_over_when_the_layout_is_there(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow
) -> None:
    window = open_window(clustered)
    charts, bar, projection = parts(window)
    review = window.project.review
    assert review is not None
    look_at_map(window)
    first = charts.map._points.copy()
    assert not projection.busy
    review.show_view(ViewSpec(given=(2,), flagged=None))
    charts.map_panel.colour.setCurrentIndex(3)
    # One that gives way might wait long where many tests run at once.
    projection.controller._worker._command = worker_command()
    press(qtbot, bar, UMAP)
    assert projection.busy and bar.stop.isVisible()
    np.testing.assert_array_equal(charts.map._points, first)
    # The other worker is free, and nothing of this shows in the banner.
    assert not window.controller.busy and window.workflow.shown_job() is None
    said: set[str] = set()
    projection.controller.changed.connect(lambda _job: said.add(bar.text.full()))
    # The first of a machine compiles the layout's loops before it begins.
    qtbot.waitUntil(lambda: not projection.busy, timeout=3 * SECONDS)
    assert any("Projecting" in text for text in said)
    assert not bar.stop.isVisible() and not bar.trouble.text()

    points = charts.map._points
    assert np.isnan(points[UNREADABLE]).all() and not np.array_equal(points, first, equal_nan=True)
    middles = np.stack([np.nanmean(points[kind::4], axis=0) for kind in range(4)])
    nearest = np.linalg.norm(points[:, None] - middles, axis=2)
    rows = np.delete(np.arange(COUNT), UNREADABLE)
    np.testing.assert_array_equal(nearest[rows].argmin(axis=1), rows % 4)

    # What the grid shows stands out, as before; colours too; a lasso takes what lies there.
    assert "30 selected" in charts.map.accessibleDescription()
    assert charts.map.colour_by() == "status" and charts.map._colouring is not None
    charts.map.fit()
    charts.map.render_canvas()
    place = charts.map.position_of(0)
    corner = [(-9, -9), (9, -9), (9, 9), (-9, 9)]
    mask = charts.map.take([(place.x() + x, place.y() + y) for x, y in corner])
    charts.map.lassoed.emit(mask)
    assert mask[0] and sorted(review.order) == np.flatnonzero(mask).tolist()
    assert set(review.order % 4) == {0}

    # The worker has gone; nothing is ranked anew for it; the layout is remembered.
    qtbot.waitUntil(lambda: not projection.controller.worker_pid, timeout=SECONDS)
    assert states(window) == ["done"]
    assert window.settings.review.map_projection == UMAP
    press(qtbot, bar, PCA)
    np.testing.assert_array_equal(charts.map._points, first)

    # The next time it is there at once.
    press(qtbot, bar, UMAP)
    window.projects.close_project()
    window.projects.open_project(clustered)
    charts, bar, projection = parts(window)
    look_at_map(window)
    assert bar.choice() == UMAP and not projection.busy
    np.testing.assert_array_equal(charts.map._points, points)


def test_it_begins_by_itself_where_umap_was_chosen(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow
) -> None:
    window = open_window(clustered)
    window.settings.remember(map_projection=UMAP)
    works_with(window, WAITS)
    window.projects.close_project()
    window.projects.open_project(clustered)
    charts, bar, projection = parts(window)
    assert not projection.busy
    assert window.page is not None
    window.page.details.setCurrentWidget(charts)
    charts.show_chart(MATRIX)
    assert not projection.busy
    charts.show_chart(MAP)
    assert projection.busy
    qtbot.waitUntil(lambda: "45" in bar.text.full(), timeout=SECONDS)
    assert bar.progress.value() == 450

    # Ranking anew does not wait for it.
    window.controller._worker._command = script(LISTENS)
    assert window.workflow.start_quietly(DetectParameters())
    qtbot.waitUntil(
        lambda: window.controller.jobs[-1].stage == message("Projecting"), timeout=SECONDS
    )
    assert projection.busy
    window.controller.cancel_all()
    qtbot.waitUntil(lambda: not window.controller.busy, timeout=SECONDS)
    assert projection.busy

    # Closing the project ends it at once.
    pid = projection.controller.worker_pid
    window.projects.close_project()
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid), timeout=SECONDS)
    assert not projection.busy
    window.projects.open_project(clustered)
    assert states(window) == ["cancelled"]


@pytest.mark.parametrize("worker", [LISTENS, WAITS])
def test_cancel_goes_back_to_pca(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow, worker: str
) -> None:
    window = open_window(clustered)
    works_with(window, worker)
    window.projection.controller._worker._grace = (100, 100)
    _, bar, projection = parts(window)
    look_at_map(window)
    press(qtbot, bar, UMAP)
    qtbot.waitUntil(lambda: "45" in bar.text.full(), timeout=SECONDS)
    qtbot.mouseClick(bar.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not projection.busy, timeout=SECONDS)
    assert states(window) == ["cancelled"]
    assert bar.choice() == PCA and window.settings.review.map_projection == PCA
    assert not bar.stop.isVisible()


def test_what_is_stopping_begins_anew_when_it_is_chosen_again(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow
) -> None:
    window = open_window(clustered)
    works_with(window, WAITS)
    _, bar, projection = parts(window)
    look_at_map(window)
    press(qtbot, bar, TSNE)
    for _ in range(2):
        qtbot.waitUntil(lambda: "45" in bar.text.full(), timeout=SECONDS)
        qtbot.mouseClick(bar.stop, Qt.MouseButton.LeftButton)
        assert bar.choice() == PCA and projection.busy
        press(qtbot, bar, TSNE)
        assert bar.choice() == TSNE and "45" not in bar.text.full()
    qtbot.waitUntil(lambda: "45" in bar.text.full(), timeout=SECONDS)
    assert projection.busy and window.settings.review.map_projection == TSNE
    # The same parameters take up the same run.
    assert states(window) == ["running"]


def test_another_projection_does_not_wait_for_the_first(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow
) -> None:
    window = open_window(clustered)
    works_with(window, WAITS)
    _, bar, projection = parts(window)
    look_at_map(window)
    press(qtbot, bar, UMAP)
    qtbot.waitUntil(lambda: "45" in bar.text.full(), timeout=SECONDS)
    press(qtbot, bar, PCA)
    assert projection.busy
    press(qtbot, bar, TSNE)
    qtbot.waitUntil(lambda: projection.busy and "45" in bar.text.full(), timeout=SECONDS)
    review = window.project.review
    assert review is not None and window.settings.review.map_projection == TSNE
    wanted = [(run.state, run.parameters["method"]) for run in review.session.runs.all()[-2:]]
    assert wanted == [("cancelled", UMAP), ("running", TSNE)]


def test_a_failure_is_said_in_the_panel(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow
) -> None:
    window = open_window(clustered)
    charts, bar, projection = parts(window)
    message = "say(type='error', code='x', message={'template': 'The disk is full.'},"
    message += " hint={'template': 'Free some space.'},"
    works_with(window, READY + f"sys.stdin.readline()\n{message} retryable=True, details='')\n")
    look_at_map(window)
    press(qtbot, bar, UMAP)
    qtbot.waitUntil(lambda: not projection.busy, timeout=SECONDS)
    assert "The disk is full." in bar.trouble.text() and "Free some space." in bar.trouble.text()
    assert bar.trouble.isVisible() and bar.retry.isVisible() and states(window) == ["failed"]
    # It is not tried again by itself, but when somebody asks for it.
    charts.projection_changed()
    assert not projection.busy
    works_with(window, WAITS)
    qtbot.mouseClick(bar.retry, Qt.MouseButton.LeftButton)
    assert projection.busy and not bar.trouble.isVisible()


def test_after_a_failure_another_projection_is_tried(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow
) -> None:
    window = open_window(clustered)
    _, bar, projection = parts(window)
    look_at_map(window)
    # Refused by the worker itself, which finds no embedding.
    for file in clustered.glob("arrays/embedding-*"):
        file.unlink()
    projection.controller._worker._command = worker_command()
    for method, title in ((UMAP, "UMAP"), (TSNE, "t-SNE")):
        press(qtbot, bar, method)
        assert projection.busy
        qtbot.waitUntil(lambda: not projection.busy, timeout=SECONDS)
        assert bar.trouble.text().startswith(f"No projection by {title}: ")
        assert bar.trouble.isVisible() and bar.retry.isVisible()
    # The principal axes are there all the same, and nothing is wrong with them.
    press(qtbot, bar, PCA)
    assert not projection.busy and not bar.trouble.isVisible() and not bar.retry.isVisible()
    assert states(window) == ["failed", "failed"]


def test_nothing_begins_in_secret_or_where_nothing_can_be_written(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow
) -> None:
    window = open_window(clustered)
    works_with(window, WAITS)
    review = window.project.review
    assert review is not None
    charts, bar, projection = parts(window)
    look_at_map(window)
    review.session.team.work_as("somebody else", blind=True)
    bar.choose(UMAP)
    charts.projection_changed()
    assert not projection.busy
    review.session.team.work_as("me", blind=False)
    charts.projection_changed()
    assert projection.busy
    window.projects.close_project()
    with open_project(clustered) as writer:
        assert not writer.read_only
        window.projects.open_project(clustered)
        charts, bar, projection = parts(window)
        bar.choose(UMAP)
        look_at_map(window)
        assert not projection.busy and "reading only" in bar.trouble.text()
        assert not bar.retry.isVisible()
        press(qtbot, bar, TSNE)
        assert not projection.busy and "t-SNE" in bar.trouble.text() and bar.trouble.isVisible()


def test_an_embedding_under_way_ends_the_layout(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow
) -> None:
    window = open_window(clustered)
    works_with(window, WAITS)
    charts, bar, projection = parts(window)
    look_at_map(window)
    press(qtbot, bar, UMAP)
    qtbot.waitUntil(lambda: "45" in bar.text.full(), timeout=SECONDS)
    window.controller._worker._command = script(WAITS)
    window.workflow.start(EmbedParameters(encoders=("own",)))
    assert not projection.busy and not bar.stop.isVisible() and bar.choice() == UMAP
    charts.projection_changed()
    assert not projection.busy


def test_a_lasso_under_way_is_not_disturbed(
    qtbot: QtBot, clustered: Path, open_window: OpenWindow
) -> None:
    with Session.open(clustered) as session:
        file = projections.projection_file(
            session.project, np.load(session.project.arrays / "embedding-own.npy")
        )
        there = np.random.default_rng(1).normal(size=(COUNT, 2)).astype(np.float32)
        write_array(file, there)
    window = open_window(clustered)
    charts, bar, _ = parts(window)
    look_at_map(window)
    first = charts.map._points.copy()
    qtbot.mousePress(charts.map, Qt.MouseButton.LeftButton)
    bar.choose(UMAP)
    charts.projection_changed()
    np.testing.assert_array_equal(charts.map._points, first)
    qtbot.mouseRelease(charts.map, Qt.MouseButton.LeftButton)
    # What cannot be read is not drawn, wherever it is placed.
    there[UNREADABLE] = np.nan
    qtbot.waitUntil(lambda: np.array_equal(charts.map._points, there, equal_nan=True))


def test_the_worker_of_the_background_is_the_program_itself(
    clustered: Path, open_window: OpenWindow
) -> None:
    program, arguments = open_window(clustered).projection.controller._worker._command
    assert program == sys.executable and arguments[-2:] == ["worker", "--background"]
