"""Class picker, preferences, error and about."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.about import AboutDialog
from lnl_gui.gui.dialogs.class_picker import rank_classes
from lnl_gui.gui.dialogs.error import ErrorDialog
from lnl_gui.gui.dialogs.preferences import KeyChoice, Preferences, PreferencesDialog
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message

NAMES = ("cat", "dog", "wild cat", "catfish", "bobcat", "Colt 1911 ätna", "c-a-t")


def test_ranking_prefers_exact_then_prefix_then_word_then_inside() -> None:
    assert rank_classes(NAMES, "cat")[:5] == [0, 3, 2, 4, 6]
    assert rank_classes(NAMES, "  CAT ")[0] == 0
    assert rank_classes(NAMES, "äT") == [5]
    assert rank_classes(NAMES, "zebra") == []


@pytest.mark.parametrize("typed", ["CAT", "cat", "straße", "STRASSE", "a", "A"])
def test_the_name_that_was_typed_comes_before_one_in_other_capitals(typed: str) -> None:
    names = ("CAT", "cat", "straße", "STRASSE", "A", "a", "x")
    # Whatever is likely, and whatever the key of another class.
    for likely in range(len(names)):
        assert names[rank_classes(names, typed, (likely,), {"A": 6})[0]] == typed


def test_ranking_puts_likely_classes_first() -> None:
    assert rank_classes(NAMES, "", likely=(4, 1)) == [4, 1, 0, 2, 3, 5, 6]
    # A likely class does not beat a better match.
    assert rank_classes(NAMES, "cat", likely=(4,))[:2] == [0, 3]


KEYS = (
    KeyChoice("accept", "Accept", "W", "W"),
    KeyChoice("keep", "Keep", "K", "Q"),
    KeyChoice("undo", "Undo", "Ctrl+Z", "Ctrl+Z"),
)


def preferences_dialog(qtbot: QtBot) -> PreferencesDialog:
    dialog = PreferencesDialog(Preferences(), KEYS)
    qtbot.addWidget(dialog)
    return dialog


def test_preferences_round_trip(qtbot: QtBot, tmp_path: Path) -> None:
    values = Preferences(
        theme="dark",
        cache_folder=str(tmp_path),
        cache_megabytes=512,
        threads=3,
        cluster="head:6379",
        all_gpus=True,
        host="ann@gpu",
        keys=(("keep", "K"),),
    )
    dialog = PreferencesDialog(values, KEYS)
    qtbot.addWidget(dialog)
    assert dialog.parameters() == values


def test_changed_keys_are_returned_and_can_be_set_back(qtbot: QtBot) -> None:
    dialog = preferences_dialog(qtbot)
    dialog.editors["accept"].setKeySequence(QKeySequence("Ctrl+Return"))
    assert dialog.parameters().keys == (("accept", "Ctrl+Return"), ("keep", "K"))
    dialog._reset_keys()
    assert dialog.parameters().keys == ()


def test_tab_moves_between_the_fields_of_keys_and_is_no_key(qtbot: QtBot) -> None:
    dialog = preferences_dialog(qtbot)
    dialog.show()
    dialog.activateWindow()
    dialog.tabs.setCurrentIndex(dialog.tabs.indexOf(dialog.table.parentWidget()))
    qtbot.waitUntil(dialog.isActiveWindow)
    before = {action: field.keySequence() for action, field in dialog.editors.items()}
    names = list(dialog.editors)
    first, second = (dialog.editors[name] for name in names[:2])
    second.setFocus()
    # A person presses Shift first, which is a key of its own.
    for key in (Qt.Key.Key_Shift, Qt.Key.Key_Backtab):
        qtbot.keyClick(QApplication.focusWidget(), key, Qt.KeyboardModifier.ShiftModifier)
    assert first.hasFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    assert {action: field.keySequence() for action, field in dialog.editors.items()} == before
    second.setKeySequence(QKeySequence("Shift+Backtab"))
    with pytest.raises(UserError, match="moves the focus"):
        dialog.parameters()
    second.setKeySequence(QKeySequence("Ctrl+Shift+K"))
    assert dict(dialog.parameters().keys)[names[1]] == "Ctrl+Shift+K"


def test_two_actions_may_not_share_keys(qtbot: QtBot) -> None:
    dialog = preferences_dialog(qtbot)
    dialog.editors["undo"].setKeySequence(QKeySequence("W"))
    with pytest.raises(UserError, match="“Accept” and “Undo” share the keys W"):
        dialog.parameters()


def test_a_file_cannot_be_the_cache(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    dialog = preferences_dialog(qtbot)
    dialog.cache_folder.set_text(str(tmp_path / "file"))
    with pytest.raises(UserError, match="is a file"):
        dialog.parameters()


def test_a_cluster_needs_an_address(qtbot: QtBot) -> None:
    dialog = preferences_dialog(qtbot)
    dialog.cluster.setText("my cluster")
    with pytest.raises(UserError, match="is no address of a Ray cluster"):
        dialog.parameters()


def test_error_copies_its_report(qtbot: QtBot) -> None:
    dialog = ErrorDialog(Message("The disk is full."), Message("Free some space."), report="trace")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.message.text() == "The disk is full."
    assert dialog.to_do.text() == "Free some space."
    assert not dialog.details.isVisible()
    dialog.details_button.click()
    assert dialog.details.isVisible()
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == "trace"
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_error_without_report_offers_no_copy(qtbot: QtBot) -> None:
    dialog = ErrorDialog(Message("No."))
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.copy_button.isVisible()
    assert not dialog.to_do.isVisible()


def test_about_copies_versions(qtbot: QtBot) -> None:
    dialog = AboutDialog("1.2", [("Qt", "6.11")])
    qtbot.addWidget(dialog)
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == "LNL 1.2\nQt 6.11"


def test_hierarchies_and_keys_find_classes() -> None:
    names = ["animal/dog", "animal/cat", "thing/dog house", "", "7"]
    assert rank_classes(names, "ani do")[0] == 0
    assert rank_classes(names, "animal/c")[0] == 1
    assert rank_classes(names, "dog")[:2] == [0, 2]
    assert rank_classes(names, "2", keys={"2": 1, "7": 0}) == [1]
    # A class called as a key is itself.
    assert rank_classes(names, "7", keys={"7": 0})[0] == 4
    assert 3 not in rank_classes(names, "")
