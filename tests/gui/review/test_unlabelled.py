"""Samples without a label in the window: a filter, groups, captions and the inspector's words."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.charts_panel import MAP
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.duplicate_panel import group_labels
from lnl_gui.gui.review.group_panel import current_pair, group_title
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets.counted_combo import COUNT_ROLE, CountedCombo
from lnl_gui.session.acts.verdicts import ACCEPT, KEEP
from lnl_gui.session.browsing.duplicates import DuplicateGroup
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.classes import UNLABELLED
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.util.errors import UserError
from tests.builders import make_unlabelled_project
from tests.conftest import draw_image
from tests.gui.conftest import OpenWindow

WITHOUT = list(range(4, 30, 5))
LAST_CLASS = "bird"
"""What an index of -1 would read."""


@pytest.fixture
def mixed(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    folder = make_unlabelled_project(tmp_path / "p.lnl")
    with Session.open(folder, read_only=True) as session:
        # The window says so first of all where they are missing.
        for row, path in enumerate(session.columns.paths):
            (tmp_path / path).parent.mkdir(exist_ok=True)
            draw_image(row % 3, row).save(tmp_path / path)
    return open_window(folder)


def review_of(window: MainWindow) -> ReviewModel:
    assert window.project.review is not None
    return window.project.review


def choose(combo: CountedCombo, place: int) -> None:
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def test_a_filter_shows_them_the_surest_first(mixed: MainWindow) -> None:
    review, panel = review_of(mixed), mixed.page.filters  # type: ignore[union-attr]
    panel.show_what.count_choices()
    said = [panel.show_what.itemData(at, COUNT_ROLE) for at in range(panel.show_what.count())]
    assert said == [8, 16, 30, 6]
    choose(panel.show_what, 3)
    assert review.order.tolist() == WITHOUT
    assert review.spec.sort == "confidence" and panel.show_what.currentIndex() == 3
    choose(panel.show_what, 0)
    assert review.spec.sort == "suspicion" and len(review.order) == 8
    choose(panel.show_what, 3)
    panel.clear()
    assert len(review.order) == 8 and panel.show_what.currentIndex() == 0


def test_where_all_have_labels_there_is_no_such_filter(window: MainWindow) -> None:
    assert window.page is not None
    assert window.page.filters.show_what.count() == 3


def test_a_deleted_class_brings_the_filter_and_undo_takes_it_away(
    qtbot: QtBot, window: MainWindow
) -> None:
    review, page = review_of(window), window.page
    assert page is not None
    review.do(lambda: review.session.class_edits.delete(0))
    shown = page.filters.show_what
    shown.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(shown, Qt.Key.Key_End)
    assert shown.currentText() == "Without a label"
    assert review.order.tolist() == list(range(0, 40, 4))
    page.focus_grid()
    qtbot.keyClick(page.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    # It is in force, so that it stays on offer until another one is chosen.
    page.filters.clear()
    assert shown.count() == 3 and shown.currentText() == "Suspects"


def test_groups_by_suggestion_are_accepted_together(mixed: MainWindow, qtbot: QtBot) -> None:
    review, page = review_of(mixed), mixed.page
    assert page is not None
    groups = page.groups.model.groups
    kinds = [group.given < 0 for group in groups]
    assert kinds == sorted(kinds) and kinds.count(True) == 3
    place = kinds.index(True)
    assert group_title(review, groups[place]).startswith("no label → ")
    page.groups.list.chosen.emit(place)
    assert current_pair(review.spec) == (UNLABELLED, groups[place].suggested)
    shown = review.order.tolist()
    assert set(shown) < set(WITHOUT) and len(shown) == 2
    assert page.group_bar.isVisible() and page.group_bar.accept.isVisible()
    assert not page.group_bar.keep.isVisible()
    assert LAST_CLASS not in page.group_bar.title.text() or groups[place].suggested == 2
    review.decide_rows(ACCEPT, np.array(shown))
    assert (review.session.columns.current[shown] == groups[place].suggested).all()
    page.groups.show_all()
    assert review.spec.unlabelled is None and len(review.order) == 8


def test_keeping_is_refused_kindly_and_accepting_goes_on(mixed: MainWindow) -> None:
    review = review_of(mixed)
    review.show_unlabelled()
    review.move_to(0)
    refused: list[UserError] = []
    review.refused.connect(refused.append)
    review.verdict(KEEP)
    assert "no label to keep" in str(refused[0])
    assert review.session.columns.status[4] == UNSEEN
    review.verdict(ACCEPT)
    assert review.current_row == 9
    review.undo()
    assert review.session.columns.current[4] == UNLABELLED


def test_no_words_name_the_last_class(mixed: MainWindow, qtbot: QtBot) -> None:
    review, page = review_of(mixed), mixed.page
    assert page is not None
    review.show_unlabelled(suggested=1)
    review.move_to(0)
    words = review.describe(0)
    assert "no label" in words and "suggested dog" in words and "likely to be right" in words
    inspector = page.details.inspector
    qtbot.waitUntil(lambda: inspector._view is not None and inspector._view.row == 4)
    view = inspector._view
    assert view is not None
    assert (view.given, view.current, view.suggested, view.suspicion) == ("", "", "dog", None)
    assert inspector.labels.text().startswith("no label  →  dog")
    assert "likely to be dog" in inspector.suspicion.text()
    assert view.given_exemplars == () and view.suggested_exemplars
    assert inspector.image.accessibleName().endswith("no label")
    spoken = [words, inspector.labels.text(), inspector.suspicion.text()]
    assert not any(LAST_CLASS in text for text in spoken)
    group = DuplicateGroup(0, np.array([4, 9]), False, False, 2)
    assert group_labels(review, group) == "no label ×2"


def test_cells_are_painted_with_no_label_and_the_confidence(mixed: MainWindow) -> None:
    review, page = review_of(mixed), mixed.page
    assert page is not None
    review.show_unlabelled()
    cell = page.grid._painter._cell(0)
    assert (cell.given, cell.current, cell.suggested) == (UNLABELLED, UNLABELLED, 1)
    assert cell.confidence > 0.9 and np.isnan(cell.suspicion)
    image = QImage(mixed.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    mixed.render(image)


def test_every_chart_leaves_them_out_or_grey(mixed: MainWindow) -> None:
    page = mixed.page
    assert page is not None
    page.details.setCurrentWidget(page.charts)
    for place in range(page.charts.choice.count()):
        page.charts.choice.setCurrentIndex(place)
        page.charts.refresh()
    columns = review_of(mixed).session.columns
    assert page.charts.choice.findData(MAP) >= 0
    assert (columns.given[WITHOUT] == UNLABELLED).all()


def test_the_banner_leads_to_them_once_suspects_are_reviewed(mixed: MainWindow) -> None:
    review = review_of(mixed)
    review.decide_rows(KEEP, np.flatnonzero(review.session.columns.flagged))
    assert "6 images without a label" in mixed.banner.title.text()
    mixed.banner.primary.click()
    assert review.order.tolist() == WITHOUT
