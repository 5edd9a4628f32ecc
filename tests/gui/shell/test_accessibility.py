"""Every control says what it is and is reached by Tab; focus and colours can be seen."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QStyle,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

import lnl_gui.gui
from lnl_gui.gui.dialogs.choices import DetectorChoice, EncoderChoice, RecipeChoice, ReviewState
from lnl_gui.gui.dialogs.detect import DetectDialog
from lnl_gui.gui.dialogs.embed import EmbedDialog
from lnl_gui.gui.dialogs.export import ExportDialog
from lnl_gui.gui.dialogs.finetune import FinetuneDialog
from lnl_gui.gui.dialogs.preferences import KeyChoice, Preferences, PreferencesDialog
from lnl_gui.gui.open_dataset.dialog import OpenDatasetDialog
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.style.theme import DARK_TOKENS, LIGHT_TOKENS, Theme, Tokens
from tests.gui.open_dataset.previews import Answers

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
)
TAB = Qt.FocusPolicy.TabFocus
READABLE, VISIBLE = 4.5, 3.0
"""Least contrast of text and of what shows a state, by WCAG 2.1 AA."""


def controls(root: QWidget) -> Iterator[QWidget]:
    """What a person can act on inside a widget, without the inner parts of Qt's own controls."""
    for widget in root.findChildren(QWidget):
        parent = widget.parentWidget()
        inner = isinstance(parent, (QAbstractSpinBox, QComboBox, QLineEdit, QTabBar))
        inner = inner or isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_")
        inner = inner or isinstance(parent, QAbstractItemView) or _in_popup(widget)
        # What scrolls is a stop of its own for the keys.
        stop = isinstance(widget, QAbstractScrollArea) and widget.focusPolicy() & TAB == TAB
        if (isinstance(widget, CONTROLS) or stop) and not inner:
            yield widget


def _in_popup(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox) or type(parent).__name__.startswith("QComboBoxPrivate"):
            return True
        parent = parent.parentWidget()
    return False


def name_of(widget: QWidget) -> str:
    """What a screen reader says: the accessible name, else a button's text."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def nameless(root: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in controls(root)
        if not name_of(widget).strip() and not widget.isHidden()
    ]


def test_tab_leaves_every_table() -> None:
    """Or nobody without a mouse gets out of it: Qt lets Tab walk through all cells."""
    made = re.compile(r"QTable(View|Widget)\(|\(QTable(View|Widget)\)")
    sources = Path(lnl_gui.gui.__file__).parent.rglob("*.py")
    texts = {source.name: source.read_text("utf-8") for source in sources}
    tables = {name: text for name, text in texts.items() if made.search(text)}
    assert len(tables) > 5
    walked = [name for name, text in tables.items() if "setTabKeyNavigation(False)" not in text]
    assert walked == []


def test_every_control_of_every_page_has_a_name(window: MainWindow) -> None:
    assert window.page is not None
    for place in (window.start_page, window.page, window.job_panel, window.top_bar, window.banner):
        assert nameless(place) == []


@pytest.mark.parametrize("kind", ["embed", "detect", "finetune", "export", "open", "preferences"])
def test_every_control_of_every_dialog_has_a_name(qtbot: QtBot, kind: str) -> None:
    state = ReviewState(100, excluded=1, unsure=3, flagged_unreviewed=4)
    made: dict[str, QWidget] = {
        "embed": EmbedDialog([EncoderChoice("bundled", "Bundled", "Small.")]),
        "detect": DetectDialog([DetectorChoice("a", "A", "B")], verdicts=3),
        "finetune": FinetuneDialog([RecipeChoice("quick", "Quick", "Fast.")], state),
        "export": ExportDialog(state, destination="x", dataset=Path("y")),
        "open": OpenDatasetDialog(Answers()),
        "preferences": PreferencesDialog(Preferences(), [KeyChoice("keep", "Keep", "Q", "Q")]),
    }
    for dialog in made.values():
        qtbot.addWidget(dialog)
    assert nameless(made[kind]) == []


def test_tab_reaches_every_part_of_the_page_and_comes_back(window: MainWindow) -> None:
    assert window.page is not None
    start, seen = window.page.grid, []
    start.setFocus()
    for _ in range(200):
        widget = QApplication.focusWidget()
        assert widget is not None
        seen.append(widget)
        widget.focusNextChild() if widget is not start else window.focusNextChild()
        if QApplication.focusWidget() is start:
            break
    assert QApplication.focusWidget() is start
    page = window.page
    for part in (page.left, page.details, page.verdicts, page.view_bar, window.top_bar):
        assert any(part.isAncestorOf(widget) for widget in seen), type(part).__name__


@pytest.mark.parametrize("tokens", [LIGHT_TOKENS, DARK_TOKENS], ids=["light", "dark"])
def test_text_can_be_read_on_every_surface(tokens: Tokens) -> None:
    for ground in ("background", "surface", "raised", "hover", "accent_soft"):
        for ink in ("text", "muted", "accent"):
            assert contrast(tokens, ink, ground) >= READABLE, (ink, ground)
    for tone in ("good", "warning", "danger"):
        for ground in ("background", "surface", f"{tone}_soft"):
            assert contrast(tokens, tone, ground) >= READABLE, (tone, ground)
        assert contrast(tokens, "text", f"{tone}_soft") >= READABLE
    for ground in ("accent", "accent_hover"):
        assert contrast(tokens, "on_accent", ground) >= READABLE
    for ground in ("background", "surface"):
        assert contrast(tokens, "strong_border", ground) >= VISIBLE
        assert contrast(tokens, "accent", ground) >= VISIBLE  # the ring around what has the focus


def contrast(tokens: Tokens, first: str, second: str) -> float:
    """The contrast ratio of WCAG 2.1 between two colours."""
    one, two = (_luminance(QColor(getattr(tokens, name))) for name in (first, second))
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_what_would_move_stands_still_where_that_is_wanted(theme: Theme) -> None:
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    try:
        theme.reduce_motion(True)
        assert QApplication.style().styleHint(hint) == 0
    finally:
        theme.reduce_motion(False)
    assert QApplication.style().styleHint(hint) > 0


def test_the_focus_can_be_seen(window: MainWindow) -> None:
    assert window.page is not None
    for widget in (window.page.view_bar.sort, window.page.filters.text):
        QApplication.processEvents()
        without = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        assert widget.grab().toImage() != without
        window.page.focus_grid()
