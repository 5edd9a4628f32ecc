"""The wheel that scrolls a dialog changes no list, number or slider in it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.choices import AUTOMATIC, DeviceChoice
from lnl_gui.gui.dialogs.constants_table import VALUE, ConstantSet, ConstantsTable
from lnl_gui.gui.dialogs.noise_test import NoiseTestDialog
from lnl_gui.gui.jobs.catalogue import Catalogue
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets.wheel import TURNED
from tests.gui.dialogs.test_job_dialogs import DETECTORS, ENCODERS, RECIPES
from tests.gui.events import turn_wheel
from tests.screenshots import views

MANY = {"embed", "detect", "finetune", "export", "preferences", "tune", "classes"}
"""Of the dialogs that have any such control, those that must have been looked at."""


def value(widget: QWidget) -> object:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return widget.property("value")


def changed_by_wheel(place: QWidget) -> tuple[list[str], int]:
    """Names of what the wheel changes in a widget though the keys are elsewhere; of how many."""
    turned = [each for each in place.findChildren(QWidget) if isinstance(each, TURNED)]
    found = []
    for each in turned:
        each.clearFocus()
        before = value(each)
        for notches in (1, -2, 1):
            turn_wheel(each, notches)
            if value(each) != before or each.hasFocus():
                found.append(each.accessibleName())
                break
    return found, len(turned)


def test_in_no_dialog_does_the_wheel_change_what_it_passes_over(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SETTLE_MILLISECONDS", 20)
    devices = (AUTOMATIC, DeviceChoice("cpu", "Processor"))
    window.catalogue.found = Catalogue(ENCODERS, DETECTORS, RECIPES, devices)
    changed: dict[str, list[str]] = {}
    seen: dict[str, int] = {}

    def look(name: str, dialog: QWidget) -> None:
        names, seen[name] = changed_by_wheel(dialog)
        if names:
            changed[name] = names

    views.visit_dialogs(window, look, more=True)
    assert changed == {}
    assert {name for name, count in seen.items() if count} >= MANY


def test_it_changes_what_the_keys_have_gone_to(qtbot: QtBot) -> None:
    dialog = NoiseTestDialog(100)
    qtbot.addWidget(dialog)
    assert changed_by_wheel(dialog)[0] == []
    dialog.show()
    dialog.activateWindow()
    dialog.rate.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(dialog.rate.hasFocus)
    before = dialog.rate.value()
    turn_wheel(dialog.rate, 1)
    assert dialog.rate.value() != before


def test_lists_that_come_later_are_spared_too(qtbot: QtBot) -> None:
    table = ConstantsTable("Constants")
    qtbot.addWidget(table)
    table.show_set(ConstantSet({"probe": True}), {})
    table.show_set(ConstantSet({"loss": "ce", "probe": True}, {"loss": ("ce", "gce")}), {})
    assert changed_by_wheel(table)[0] == []
    assert isinstance(table.table.cellWidget(0, VALUE), QComboBox)
