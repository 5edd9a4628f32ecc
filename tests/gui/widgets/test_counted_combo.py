"""Lists of choices with counts."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.style.theme import DARK, LIGHT, Theme
from lnl_gui.gui.widgets.counted_combo import CountDelegate, CountedCombo, Index

CLASSES = 200


class Measuring(CountDelegate):
    measured = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        self.measured += 1
        return super().sizeHint(option, index)


def test_a_change_of_the_style_does_not_measure_each_choice_of_a_closed_list(
    qtbot: QtBot, qapp: QApplication
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    combo = CountedCombo("class")
    QVBoxLayout(window).addWidget(combo)
    combo.set_choices([(f"class {number}", number) for number in range(CLASSES)], 0)
    delegate = Measuring(combo)
    combo.setItemDelegate(delegate)
    theme = Theme(qapp, LIGHT)
    window.setStyleSheet(theme.sheet)
    with qtbot.waitExposed(window):
        window.show()
    delegate.measured = 0
    for choice in (DARK, LIGHT):
        theme.choose(choice)
        window.setStyleSheet(theme.sheet)
        qapp.processEvents()
    assert delegate.measured < CLASSES / 2


def test_each_line_of_an_open_list_is_as_high_and_as_wide_as_the_longest_needs(
    qtbot: QtBot,
) -> None:
    combo = CountedCombo("class")
    qtbot.addWidget(combo)
    names = ["all", "a class whose name is longer", "漢字の名前", "x"]
    combo.set_choices([(name, name) for name in names], "all")
    combo.count_with(lambda: [10**6] * len(names))
    combo.show()
    combo.showPopup()
    lines = [combo.view().visualRect(combo.model().index(row, 0)) for row in range(len(names))]
    hints = [combo.view().sizeHintForIndex(combo.model().index(row, 0)) for row in range(4)]
    assert all(line.height() >= hint.height() for line, hint in zip(lines, hints, strict=True))
    assert min(line.width() for line in lines) >= max(hint.width() for hint in hints)
    assert not combo.view().horizontalScrollBar().maximum()
    combo.hidePopup()
