"""Nothing tells what the detectors think while somebody judges blind; afterwards all is back."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.audit import AuditRequest
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review import audit_controller
from lnl_gui.gui.review.blind_mode import REASON
from lnl_gui.gui.shell import commands
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.shell.project_page import ProjectPage
from lnl_gui.session.browsing.views import REASON_SORTS, SORTS, ViewSpec


def parts(window: MainWindow) -> tuple[ReviewModel, ProjectPage]:
    assert window.project.review is not None and window.page is not None
    return window.project.review, window.page


def begin(window: MainWindow, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if how == "audit":
        monkeypatch.setattr(audit_controller, "ask_audit", lambda *_, **__: AuditRequest(8))
        window.action_table["audit"].trigger()
    else:
        monkeypatch.setattr(questions, "ask_reviewer", lambda *_: "Ben")
        window.action_table["second-opinion"].trigger()


def end(window: MainWindow, how: str) -> None:
    if how == "audit":
        window.tools.audits.leave()
    else:
        window.action_table["second-opinion"].trigger()


def is_open(tabs: QTabWidget, page: QWidget) -> bool:
    return tabs.isTabEnabled(tabs.indexOf(page))


BOTH = pytest.mark.parametrize("how", ["audit", "second opinion"])


@BOTH
def test_views_of_what_detectors_think_close_and_come_back(
    window: MainWindow, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, page = parts(window)
    details = page.details
    page.left.setCurrentWidget(page.groups)
    details.setCurrentWidget(details.charts)
    within = np.arange(len(review.session)) < 15
    spec = replace(ViewSpec(), sort="loss", suspicion=(0.1, 1.0))
    review.show_view(spec, within)
    order = review.order.copy()
    begin(window, how, monkeypatch)
    assert review.hides_reasons
    assert not is_open(page.left, page.groups) and not is_open(details, details.charts)
    assert details.tabToolTip(details.indexOf(details.charts)) == str(REASON)
    assert page.left.currentWidget() is page.filters
    assert details.currentWidget() is details.inspector
    assert not window.banner.isVisible()
    end(window, how)
    assert not review.hides_reasons
    assert review.spec == spec
    np.testing.assert_array_equal(review.order, order)
    assert page.left.currentWidget() is page.groups
    assert details.currentWidget() is details.charts
    assert details.tabToolTip(details.indexOf(details.charts)) == ""
    assert window.banner.isVisible()


@BOTH
def test_filters_and_sorts_by_reasons_rest(
    window: MainWindow, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, page = parts(window)
    filters, bar = page.filters, page.view_bar
    reasons = (filters.show_what, filters.suggested, filters.lowest, filters.highest)
    begin(window, how, monkeypatch)
    assert filters.blind.isVisible() and not any(each.isEnabled() for each in reasons)
    assert not any(combo.isEnabled() for combo in filters.more.reasons())
    assert filters.given.isEnabled() == (how != "audit") == filters.text.isEnabled()
    assert bar.sort.isEnabled() == (how != "audit")
    model = bar.sort.model()
    assert isinstance(model, QStandardItemModel)
    offered = {key for i, key in enumerate(SORTS) if model.item(i).isEnabled()}
    assert offered == SORTS.keys() - REASON_SORTS
    end(window, how)
    assert not filters.blind.isVisible() and all(each.isEnabled() for each in reasons)
    assert bar.sort.isEnabled() and bar.sort.currentData() == "suspicion"
    assert all(model.item(i).isEnabled() for i in range(len(SORTS)))


@BOTH
def test_nothing_is_accepted_and_no_class_is_likely(
    qtbot: QtBot, window: MainWindow, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, page = parts(window)
    likely: list[list[int]] = []
    monkeypatch.setattr(commands, "ask_class", lambda *_, **facts: likely.append(facts["likely"]))
    begin(window, how, monkeypatch)
    assert not page.verdicts.buttons["accept"].isEnabled()
    assert page.verdicts.buttons["accept"].toolTip() == str(REASON)
    page.focus_grid()
    qtbot.keyClick(page.grid, Qt.Key.Key_W)
    window.commands.decide_all("accept")
    assert review.counts().reviewed == 0
    assert "no suggestion while you judge blind" in window.notifications.texts()[0]
    window.commands.pick_class()
    end(window, how)
    window.commands.pick_class()
    assert likely[0] == [] and likely[1] != []
    assert page.verdicts.buttons["accept"].isEnabled()
    assert page.verdicts.buttons["accept"].toolTip() != REASON


@BOTH
def test_the_sample_beside_the_grid_says_nothing_of_it(
    qtbot: QtBot, window: MainWindow, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, page = parts(window)
    inspector = page.details.inspector
    begin(window, how, monkeypatch)
    qtbot.waitUntil(lambda: (v := inspector.view()) is not None and v.reasons_hidden)
    view = inspector.view()
    assert view is not None and view.row == review.current_row
    assert not (view.suggested or view.opinions or view.neighbours or view.suspicion)
    assert "Cluster" not in dict(view.facts)
    words = review.describe(review.selection.current)
    assert "suggested" not in words and "suspicion" not in words
    assert not page.group_bar.isVisible()


def test_a_second_reviewer_gets_the_same_samples_in_no_telling_order(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, _ = parts(window)
    shown = review.order.copy()
    begin(window, "second opinion", monkeypatch)
    assert review.spec.sort == "path"
    assert review.order.tolist() == sorted(shown.tolist())
    assert review.current_row == review.order[0]
    # Whoever asks for it, no view tells more.
    review.show_view(ViewSpec(suggested=(1,), detector=("neighbours",), loss=(0.5, 1.0)))
    assert len(review.order) == len(review.session)
    assert review.spec == ViewSpec(flagged=None, sort="path", descending=False)


def test_duplicates_wait_for_the_end_of_an_audit(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, page = parts(window)
    begin(window, "audit", monkeypatch)
    window.action_table["duplicates"].trigger()
    assert review.spec.audit is not None and page.left.currentWidget() is page.filters
    assert "wait until the audit is over" in window.notifications.texts()[0]
    end(window, "audit")
    window.action_table["duplicates"].trigger()
    assert page.left.currentWidget() is window.tools.duplicates
