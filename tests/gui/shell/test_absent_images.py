"""Images that go away during the work are said in the banner."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lnl_gui.gui.shell.main_window import MainWindow


@pytest.mark.parametrize("all_of_them", [True, False])
def test_images_that_vanish_during_the_work_are_said(
    qtbot: QtBot, window: MainWindow, project: Path, all_of_them: bool
) -> None:
    review, page = window.project.review, window.page
    assert page is not None and review is not None
    images = project.parent / "images"
    qtbot.keyClick(page.grid, Qt.Key.Key_Right)
    assert "there" not in window.banner.title.full()
    (images if all_of_them else images / "image-0002.png").rename(project.parent / "away")
    qtbot.keyClick(page.grid, Qt.Key.Key_Right)
    said = f"The images are not there: {review.session.dataset_root}"
    if not all_of_them:
        said = "Images are missing, such as image-0002.png"
    qtbot.waitUntil(lambda: window.banner.title.full() == said)
    # And once they are back that is no longer said.
    (project.parent / "away").rename(images if all_of_them else images / "image-0002.png")
    qtbot.keyClick(page.grid, Qt.Key.Key_Right)
    title = window.banner.title
    qtbot.waitUntil(lambda: "there" not in title.full() and "missing" not in title.full())
