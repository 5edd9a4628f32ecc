"""A person's eyes and hands: what is on the screen, and keys and mouse, nothing else.

A *story* is a generator that yields what the person does (`Act`) and waits for (`Until`). Keys and
mouse go to the platform's window, so that Qt itself decides who has the focus, what a shortcut
means, and whether a dialog or another widget is in the way. Nothing of the product is called to
make something happen; stories read its state to check it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)

PATIENCE, LONG = 60.0, 200.0
"""Seconds to wait for what the window does, and for a job."""
LEFT = Qt.MouseButton.LeftButton
NO_MODIFIER = Qt.KeyboardModifier.NoModifier
Found = TypeVar("Found", bound=QWidget)


@dataclass(frozen=True)
class Act:
    """Something a person does."""

    what: str
    do: Callable[[], object]


@dataclass(frozen=True)
class Until:
    """Something a person waits to see."""

    what: str
    holds: Callable[[], object]
    seconds: float = PATIENCE


Story = Iterator[Act | Until]


class Failure(Exception):
    """The product did not do what the story says."""


def expect(what: str, found: object, wanted: object) -> None:
    """Compare in words; a sitting is no test process, asserts would say nothing there."""
    if isinstance(found, set) and isinstance(wanted, set) and found != wanted:
        raise Failure(f"{what}: {sorted(wanted - found)} missing, {sorted(found - wanted)} surplus")
    if found != wanted:
        raise Failure(f"{what}: found {found!r}, expected {wanted!r}")


CLOSED = Until("the window is closed", lambda: False, 30.0)
"""The last step of a story, which the product's end may overtake."""


# What is on the screen


def visible(kind: type[Found]) -> list[Found]:
    """Widgets of a kind that can be seen and are not behind a modal dialog."""
    modal = QApplication.activeModalWidget()
    return [
        widget
        for widget in QApplication.allWidgets()
        if isinstance(widget, kind)
        and widget.isVisible()
        and (modal is None or widget.window() is modal)
    ]


def one(kind: type[Found]) -> Found:
    """The only widget of a kind that can be seen."""
    found = visible(kind)
    if len(found) != 1:
        raise Failure(f"{len(found)} of {kind.__name__} can be seen")
    return found[0]


def names_of(widget: QWidget) -> tuple[str, str]:
    """What a screen reader says and what is written on it."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName(), text.replace("&", "")


def find(kind: type[Found], name: str) -> Found:
    """The one widget of that kind with that name, or whose name begins with it."""
    seen = visible(kind)
    found = [widget for widget in seen if name in names_of(widget)] or [
        widget for widget in seen if any(each.startswith(name) for each in names_of(widget))
    ]
    if len(found) != 1:
        others = sorted({" | ".join(filter(None, names_of(widget))) for widget in seen})
        raise Failure(f"{len(found)} widgets are named {name!r}; there are {others}")
    return found[0]


def there(kind: type[QWidget], name: str) -> bool:
    """Whether there is exactly one such widget and it can be used."""
    try:
        return find(kind, name).isEnabled()
    except Failure:
        return False


def dialog() -> QWidget | None:
    """The modal dialog in front."""
    return QApplication.activeModalWidget()


def focused() -> QWindow:
    """The platform's window that gets the keys."""
    window = QGuiApplication.focusWindow()
    if window is None:
        raise Failure("no window has the keys")
    return window


# Hands


def key(pressed: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER) -> Act:
    """Press a key; whoever has the focus gets it."""
    name = QKeySequence(modifier.value | pressed.value).toString()
    return Act(f"press {name}", lambda: QTest.keyClick(focused(), pressed, modifier))


def strike(letter: str) -> Act:
    """Press the key of one ASCII character."""
    return Act(f"type {letter!r}", lambda: QTest.keyClick(focused(), ord(letter)))


def burst(letters: str) -> Act:
    """Press the keys of ASCII letters one after the other, waiting for nothing in between."""

    def press() -> None:
        for letter in letters:
            QTest.keyClick(focused(), ord(letter))

    return Act(f"type {letters!r} in one go", press)


def write(text: str) -> Story:
    """Type words, one key after the other, in place of what is there."""
    yield key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    yield from map(strike, text)
    yield Until(
        f"{text!r} stands in the field",
        lambda: any(field.hasFocus() and text in field.text() for field in visible(QLineEdit)),
    )


def click(widget: QWidget, at: QPoint | None = None) -> Story:
    """Click into a widget, as soon as nothing lies above it, such as a message."""
    place = at if at is not None else widget.rect().center()
    yield in_the_open(widget, place)
    yield Act(
        f"click {type(widget).__name__} {names_of(widget)}",
        lambda: QTest.mouseClick(*_place(widget, place)),
    )


def in_the_open(widget: QWidget, *places: QPoint) -> Until:
    """Whether the mouse would meet the widget at these places."""

    def meets(place: QPoint) -> bool:
        outer = widget.window()
        above = outer.childAt(widget.mapTo(outer, place)) or outer
        return above is widget or widget.isAncestorOf(above)

    return Until(
        f"nothing is above {type(widget).__name__} {names_of(widget)}",
        lambda: widget.isVisible() and all(map(meets, places)),
    )


def _place(
    widget: QWidget, at: QPoint
) -> tuple[QWindow, Qt.MouseButton, Qt.KeyboardModifier, QPoint]:
    """Where a point of a widget lies in its platform's window."""
    outer = widget.window()
    return outer.windowHandle(), LEFT, NO_MODIFIER, widget.mapTo(outer, at)


def press_button(name: str, *, seconds: float = PATIENCE) -> Story:
    """Click the button of that name, as soon as there is one that can be used."""
    yield Until(f"there is a button {name!r}", lambda: there(QAbstractButton, name), seconds)
    yield from click(find(QAbstractButton, name))


def open_tab(title: str) -> Story:
    """Click a tab."""
    tabs = {bar.tabText(i): (bar, i) for bar in visible(QTabBar) for i in range(bar.count())}
    expect(f"a tab is named {title!r}", title in tabs, True)
    bar, place = tabs[title]
    yield from click(bar, bar.tabRect(place).center())
    yield Until(f"the tab {title!r} is in front", lambda: bar.currentIndex() == place)


def choose(combo_name: str, entry: str) -> Story:
    """Open a list of choices with the mouse and go to one with the arrow keys."""
    combo = find(QComboBox, combo_name)
    steps = combo.findText(entry) - combo.currentIndex()
    yield from click(combo)
    yield Until(f"the choices of {combo_name!r}", QApplication.activePopupWidget)
    for _ in range(abs(steps)):
        yield key(Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
    yield key(Qt.Key.Key_Return)
    yield Until(f"{entry!r} is chosen", lambda: combo.currentText() == entry)


def draw(widget: QWidget, corners: Sequence[QPoint]) -> Story:
    """Press the button at the first corner, move along the others, let go at the last."""
    middle = [
        start + (end - start) * step / 4 for start, end in pairwise(corners) for step in range(1, 5)
    ]
    name = type(widget).__name__
    yield in_the_open(widget, *corners)
    yield Act(f"press in {name}", lambda: QTest.mousePress(*_place(widget, corners[0])))
    for corner in middle:
        yield Act(f"move in {name}", partial(_move, widget, corner))
    yield Act(f"let go in {name}", lambda: QTest.mouseRelease(*_place(widget, corners[-1])))


def _move(widget: QWidget, at: QPoint) -> None:
    handle, _, _, place = _place(widget, at)
    QTest.mouseMove(handle, place)
