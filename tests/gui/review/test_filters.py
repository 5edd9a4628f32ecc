"""Filters by issue, detector, reviewer and cluster; what each choice leaves; saved views."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.i18n.numbers import likelihood
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.filter_panel import FilterPanel
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets.counted_combo import COUNT_ROLE, CountedCombo
from lnl_gui.session.acts.verdicts import KEEP
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.samples.selection import Selection
from lnl_gui.session.session import Session
from lnl_gui.util.files.atomic import write_json
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project


@pytest.fixture
def rich(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """Forty samples: every fifth blurry, one detector that doubts the first eight."""
    folder = make_project(tmp_path / "rich.lnl", 40)
    with Session.open(folder) as session:
        run = session.runs.latest("detect")
        assert run is not None
        given = session.columns.given
        vote = np.where(np.arange(40) < 8, (given + 1) % 4, given).astype(np.int32)
        np.save(run.folder / "issue-blurry-flagged.npy", np.arange(40) % 5 == 0)
        np.save(run.folder / "detector-near-vote.npy", vote)
        np.save(run.folder / "detector-near-score.npy", np.linspace(1, 0, 40, dtype=np.float32))
        np.save(run.folder / "cluster.npy", (np.arange(40) % 3).astype(np.int32))
        write_json(run.folder / "issues.json", [{"name": "blurry", "count": 8}])
        write_json(run.folder / "detectors.json", [{"name": "near", "title": "Neighbours"}])
    return open_window(folder)


def panel_of(window: MainWindow) -> tuple[FilterPanel, ReviewModel]:
    assert window.page is not None and window.project.review is not None
    return window.page.filters, window.project.review


def choose(combo: CountedCombo, place: int) -> None:
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def counts(combo: CountedCombo) -> list[int | None]:
    combo.count_choices()
    return [combo.itemData(place, COUNT_ROLE) for place in range(combo.count())]


CHOICES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "issue": lambda rows: rows % 5 == 0,
    "detector": lambda rows: rows < 8,
    "cluster": lambda rows: rows % 3 == 0,
}


@pytest.mark.parametrize("name", CHOICES)
def test_each_filter_leaves_what_it_said(rich: MainWindow, name: str) -> None:
    panel, review = panel_of(rich)
    suspects = np.arange(20)
    combo = panel.more.combos[name]
    said = counts(combo)
    expected = suspects[CHOICES[name](suspects)]
    assert said[:2] == [20, len(expected)]
    choose(combo, 1)
    assert sorted(review.order) == expected.tolist()
    panel.clear()
    assert len(review.order) == 20 and combo.currentIndex() == 0


def test_filters_combine_in_their_counts(rich: MainWindow) -> None:
    panel, review = panel_of(rich)
    choose(panel.more.combos["issue"], 1)
    assert sorted(review.order) == [0, 5, 10, 15]
    assert counts(panel.given) == [4, 1, 1, 1, 1]
    assert counts(panel.show_what) == [4, 4, 8]
    assert counts(panel.more.combos["detector"]) == [4, 2]


def test_reviewers_are_offered_once_they_have_decided(rich: MainWindow) -> None:
    panel, review = panel_of(rich)
    combo = panel.more.combos["reviewer"]
    assert combo.isHidden()
    review.decide_rows(KEEP, np.array([1, 2, 3]))
    assert combo.itemText(1) == review.session.reviewer and counts(combo) == [20, 3]
    choose(combo, 1)
    assert sorted(review.order) == [1, 2, 3]


def test_agreement_and_duplicates_sort(rich: MainWindow) -> None:
    _, review = panel_of(rich)
    assert rich.page is not None
    sort = rich.page.view_bar.sort
    place = sort.findData("agreement")
    sort.setCurrentIndex(place)
    sort.activated.emit(place)
    assert review.spec.descending and set(review.order[:8]) == set(range(8))
    assert sort.findData("duplicate_group") >= 0


def entries(panel: FilterPanel) -> dict[str, QAction]:
    panel.views.fill()
    return {action.text(): action for action in panel.views.menu().actions()}


def test_views_are_saved_opened_and_forgotten(
    qtbot: QtBot, rich: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, review = panel_of(rich)
    choose(panel.more.combos["issue"], 1)
    monkeypatch.setattr(questions, "ask_view_name", lambda *_: " Blurry & odd ")
    entries(panel)["Save this view…"].trigger()
    wanted = review.spec
    panel.clear()
    entries(panel)["Blurry && odd\t4"].trigger()
    assert review.spec == wanted and panel.more.combos["issue"].currentIndex() == 1
    forget = entries(panel)["Forget"].menu()
    forget.actions()[0].trigger()
    assert list(entries(panel)) == ["Save this view…"]


def test_a_view_that_cannot_be_shown_changes_nothing(rich: MainWindow) -> None:
    panel, review = panel_of(rich)
    before, order = review.spec, review.order.copy()
    review.session.views.save("gone", ViewSpec(issue=("haunted",)))
    entries(panel)["gone"].trigger()
    assert review.spec == before and review.order.tolist() == order.tolist()
    assert "The newest detection knows no issue called haunted." in rich.notifications.texts()


def test_suspicion_is_filtered_in_per_cent(rich: MainWindow) -> None:
    review, page = rich.project.review, rich.page
    assert review is not None and page is not None
    filters = page.filters
    assert (filters.lowest.text(), filters.highest.text()) == ("0 %", "100 %")
    filters.lowest.setValue(70)
    assert review.spec.suspicion == (0.7, 1.0)
    assert review.session.columns.suspicion[review.order].min() >= 0.7
    review.show_view(ViewSpec(suspicion=(0.125, 0.9)))
    assert (filters.lowest.text(), filters.highest.text()) == ("12.5 %", "90 %")
    filters.clear()
    assert review.spec.suspicion is None


@pytest.mark.parametrize(
    ("probability", "words"),
    [(1.0, "> 99 %"), (0.995, "> 99 %"), (0.994, "99 %"), (0.5, "50 %"), (0.01, "1 %")],
)
def test_a_probability_is_never_flat(probability: float, words: str) -> None:
    assert likelihood(probability) == words
    assert likelihood(0.0) == "< 1 %" == likelihood(0.004)


def test_a_share_of_the_queue_is_that_of_the_command_line(rich: MainWindow) -> None:
    panel, review = panel_of(rich)
    shares, whole = panel.more.combos["part"], set(review.order.tolist())
    parts = []
    for number in (1, 2, 3):
        choose(shares, shares.values.index((number, 3)))
        assert review.spec.part == (number, 3)
        wanted = review.session.views.select_rows(ViewSpec(flagged=True, part=(number, 3)))
        assert set(review.order.tolist()) == set(wanted.tolist())
        parts.append(set(review.order.tolist()))
    assert set.union(*parts) == whole and sum(map(len, parts)) == len(whole)
    shares.count_choices()
    at = shares.values.index((1, 3))
    assert shares.itemData(at, COUNT_ROLE) == len(parts[0])
    choose(shares, 0)
    assert review.spec.part is None and set(review.order.tolist()) == whole


@pytest.mark.parametrize("column", ["given", "current"])
def test_a_filter_by_a_class_follows_its_merge(
    qtbot: QtBot, window: MainWindow, column: str
) -> None:
    panel, review = panel_of(window)
    combo: CountedCombo = getattr(panel, column)
    combo.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText() == "cat" and len(review.order) == 5
    review.session.views.save("cats", review.spec)
    review.do(lambda: review.session.class_edits.merge([0], 1))
    assert combo.currentText() == "dog" and getattr(review.spec, column) == (1,)
    values = getattr(review.session.columns, column)
    assert (values[review.order] == 1).all()
    shown = set(review.order.tolist())
    panel.clear()
    entries(panel)[f"cats\t{len(shown)}"].trigger()
    assert set(review.order.tolist()) == shown and combo.currentText() == "dog"


def test_a_filter_by_a_class_that_is_deleted_goes(qtbot: QtBot, window: MainWindow) -> None:
    panel, review = panel_of(window)
    review.show_view(ViewSpec(flagged=None, given=(0,)))
    review.do(lambda: review.session.class_edits.delete(0))
    assert panel.given.currentText() == "Any" and len(review.order) == 40
    qtbot.keyClick(window.page.grid, Qt.Key.Key_F5)  # type: ignore[union-attr]
    assert len(review.order) == 40


def save_as(panel: FilterPanel, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Save what is shown; every question for a name is answered by the next of `names`."""
    answers = iter(names)
    monkeypatch.setattr(questions, "ask_view_name", lambda *_: next(answers))
    entries(panel)["Save this view…"].trigger()
    assert next(answers, None) is None


@pytest.mark.parametrize("topic", ["", "duplicates"])
def test_a_view_of_chosen_samples_shows_those_alone(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, topic: str
) -> None:
    panel, review = panel_of(window)
    page = window.page
    assert page is not None
    mask = np.zeros(40, bool)
    mask[[1, 2, 3, 25, 30]] = True
    review.show_view(ViewSpec(flagged=None), mask, topic=topic)
    save_as(panel, monkeypatch, "chosen")
    panel.clear()
    assert len(review.order) == 20 and not page.group_bar.isVisible()
    entries(panel)["chosen\t5"].trigger()
    assert sorted(review.order.tolist()) == [1, 2, 3, 25, 30]
    assert page.group_bar.isVisible()
    assert "Samples of a saved view" in page.group_bar.title.full()
    assert not [text for text in window.notifications.texts() if "left out" in text]
    # All that a verdict on everything shown can reach.
    review.change_selection(Selection.select_all)
    review.verdict(KEEP)
    assert np.flatnonzero(review.session.columns.status).tolist() == [1, 2, 3, 25, 30]
    # Another order, other filters: the samples stay those.
    review.show_view(replace(review.spec, sort="path"), review.within)
    assert len(review.order) == 5 and page.group_bar.isVisible()
    panel.clear()
    assert not page.group_bar.isVisible()


def test_a_view_tells_which_of_its_samples_have_gone(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, review = panel_of(window)
    mask = np.zeros(40, bool)
    mask[[1, 2, 3, 25]] = True
    review.show_view(ViewSpec(flagged=None), mask)
    save_as(panel, monkeypatch, "chosen")
    panel.clear()
    review.session.columns.readable[[2, 25]] = False
    entries(panel)["chosen\t2"].trigger()
    assert sorted(review.order.tolist()) == [1, 3]
    said = "2 samples of this view have no image any more and are left out."
    assert said in window.notifications.texts()


@pytest.mark.parametrize(("replace_it", "names"), [(True, ["a"]), (False, ["a", ""])])
def test_a_saved_view_is_replaced_only_if_that_is_meant(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, replace_it: bool, names: list[str]
) -> None:
    panel, review = panel_of(window)
    review.session.views.save("a", ViewSpec(given=(1,)))
    asked: list[str] = []

    def answer(_parent: object, name: str) -> bool:
        asked.append(name)
        return replace_it

    monkeypatch.setattr(questions, "ask_replace_view", answer)
    save_as(panel, monkeypatch, *names)
    assert asked == ["a"]
    spec = review.session.views.saved()["a"].spec
    assert spec == (review.spec if replace_it else ViewSpec(given=(1,)))
    save_as(panel, monkeypatch, "b")
    assert asked == ["a"] and set(review.session.views.saved()) == {"a", "b"}


def test_the_path_field_leads_back_to_the_grid(qtbot: QtBot, window: MainWindow) -> None:
    filters, review = panel_of(window)
    assert window.page is not None
    window.page.find_path()
    qtbot.keyClicks(filters.text, "0007")
    qtbot.keyClick(filters.text, Qt.Key.Key_Return)
    assert window.page.grid.hasFocus()
    # What was typed is in force by then: the next key decides what is shown.
    assert review.spec.text == "0007" and review.order.tolist() == [7]
    window.page.find_path()
    qtbot.keyClick(filters.text, Qt.Key.Key_Escape)
    assert window.page.grid.hasFocus()
    assert review.spec.text == "" and len(review.order) > 1
