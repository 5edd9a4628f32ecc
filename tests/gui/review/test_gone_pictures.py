"""What nobody can see is not decided in the window: neither its file nor a thumbnail is there."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.history.looked_at import HIDDEN, IN_SIGHT, reasons_seen
from tests.builders import add_detection, draw_images
from tests.builders import make_project as make_plain_project
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project
from tests.gui.review.test_review_keys import CONTROL, SHIFT, on_disk, parts

NOTHING_DECIDED = "The file is gone, and there is no picture to judge: nothing was decided."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "many.lnl", 40)


@pytest.fixture
def images(folder: Path) -> Path:
    return folder.parent / "images"


@pytest.fixture
def moved(open_window: OpenWindow, folder: Path, images: Path) -> MainWindow:
    """The folder of the dataset lies elsewhere by now."""
    images.rename(images.with_name("elsewhere"))
    return open_window(folder)


@pytest.mark.parametrize("key", ["w", "q", "e", "n", "3", "r"])
def test_no_key_decides_what_is_gone_until_it_is_back(
    qtbot: QtBot, moved: MainWindow, folder: Path, images: Path, key: str
) -> None:
    grid, review = parts(moved)
    qtbot.keyClicks(grid, key)
    assert on_disk(folder) == {} and review.selection.current == 0
    assert NOTHING_DECIDED in moved.notifications.texts()
    images.with_name("elsewhere").rename(images)
    if key != "r":
        qtbot.keyClicks(grid, key)
        assert list(on_disk(folder)) == [0]


def test_a_decision_on_what_is_gone_can_be_forgotten_and_on_nothing_is_none_refused(
    qtbot: QtBot, moved: MainWindow, folder: Path
) -> None:
    grid, review = parts(moved)
    review.session.keep(np.array([0]))
    assert review.go_to_row(0)
    qtbot.keyClick(grid, Qt.Key.Key_Backspace)
    assert on_disk(folder) == {}
    refused: list[object] = []
    review.refused.connect(refused.append)
    review.decide_rows("keep", np.zeros(0, np.int64))
    assert refused == []


def test_before_a_detection_there_are_no_reasons_that_could_be_seen(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    folder = make_plain_project(tmp_path / "plain.lnl", root=tmp_path / "images")
    draw_images(folder)
    for detected, seen in ((False, HIDDEN), (True, IN_SIGHT)):
        if detected:
            add_detection(folder)
        window = open_window(folder)
        grid, review = parts(window)
        row = review.current_row
        assert row is not None
        qtbot.keyClicks(grid, "e")
        assert reasons_seen(review.session.project, np.array([row])).tolist() == [seen]
        window.close()


def test_a_selection_and_the_whole_view_are_refused_alike(
    qtbot: QtBot, moved: MainWindow, folder: Path
) -> None:
    grid, review = parts(moved)
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClicks(grid, "q")
    said = "The 2 files are gone, and there are no pictures to judge: nothing was decided."
    assert said in moved.notifications.texts()
    review.decide_rows("keep", np.arange(5))
    assert on_disk(folder) == {}


def test_of_several_those_that_can_be_seen_are_decided_and_the_others_counted(
    qtbot: QtBot, open_window: OpenWindow, folder: Path, images: Path
) -> None:
    window = open_window(folder)
    grid, review = parts(window)
    gone = {2, 7, 11}
    for row in gone:
        (images / f"image-{row:04d}.png").unlink()
    qtbot.keyClick(grid, Qt.Key.Key_A, CONTROL)
    shown = set(review.order.tolist())
    assert gone < shown
    qtbot.keyClicks(grid, "q")
    assert set(on_disk(folder)) == shown - gone
    assert any(
        "3 whose files are gone were left as they are" in t for t in window.notifications.texts()
    )
    # A thousand and more are looked for only where some are missing, and these are.
    review.show_view(ViewSpec(flagged=None))
    review.decide_rows("exclude", np.arange(len(review.session)))
    assert set(on_disk(folder)) == set(range(40)) - gone


def test_a_file_that_is_there_and_cannot_be_read_is_decided(
    qtbot: QtBot, open_window: OpenWindow, folder: Path, images: Path
) -> None:
    (images / "image-0000.png").write_bytes(b"no picture")
    window = open_window(folder)
    grid, _ = parts(window)
    qtbot.keyClicks(grid, "e")
    assert list(on_disk(folder)) == [0]


def test_a_thumbnail_is_enough_to_see_and_many_are_looked_for_one_by_one_if_some_are_missing(
    folder: Path, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (images / "image-0003.png").unlink()
    with Session.open(folder) as session:
        rows = np.array([5, 3, 4])
        assert session.images.gone(rows).tolist() == [False, True, False]
        assert session.images.gone(rows[:0]).tolist() == []
        # Of many, each where some are missing.
        monkeypatch.setattr("lnl_gui.session.images._MANY", 2)
        assert session.images.gone(rows).tolist() == [False, True, False]
        thumbnail = tmp_path / "thumbnail"
        thumbnail.touch()
        monkeypatch.setattr(
            session.images, "_thumbnail_paths", lambda row: (thumbnail,) if row == 3 else ()
        )
        assert not session.images.gone(rows).any()
        shutil.rmtree(images)
        assert session.images.gone(rows).tolist() == [True, False, True]
        # And of a few.
        assert session.images.gone(rows[:2]).tolist() == [True, False]
        # A script that names a sample claims no look at it.
        session.keep(rows)
    assert set(on_disk(folder)) == set(rows.tolist())
