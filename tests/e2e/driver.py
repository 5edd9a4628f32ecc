"""A person at the product: starts it by its own `main`, then only presses keys and moves a mouse.

A *story* is a generator that yields what the person does (`Act`) and waits for (`Until`). A timer
of the running application takes it forward, also while a modal dialog runs a loop of its own. Keys
and mouse go to the platform's window, so that Qt itself decides who has the focus, what a shortcut
means, and whether a dialog or another widget is in the way. Nothing of the product is called to
make something happen; stories read its state to check it.
"""

import faulthandler
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QTabBar,
    QWidget,
)

from lnl_gui.util.paths import log_folder

TICK_MILLISECONDS = 10
PATIENCE, LONG = 60.0, 200.0
"""Seconds to wait for what the window does, and for a job."""
SITTING_SECONDS = 280.0
ROOT, SCREEN_FILE = str(Path(__file__).parents[2]), "screen.json"
SCREEN = {
    "synchronousWindowSystemEvents": True,
    "screens": [
        {"name": "desk", "x": 0, "y": 0, "width": 1600, "height": 1000}
        | {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    ],
}
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


# Taking a story forward


class Driver:
    """Takes one story forward in the running application; a failure ends the process."""

    def __init__(self, told: Callable[[], Story], shots: Path) -> None:
        self._told, self._shots = told, shots
        self._done: list[str] = []
        self._wait: Until | None = None
        self._deadline = 0.0
        self._doing: Act | None = None
        self._before: tuple[QWidget | None, QWidget | None] = (None, None)
        self._timer = QTimer()
        self._timer.timeout.connect(self._guarded_tick)
        self._timer.start(TICK_MILLISECONDS)

    @cached_property
    def _story(self) -> Story:
        """Begun by the running application: its language comes before the window's modules."""
        return self._told()

    def finish(self) -> None:
        """The window is closed: that must have been the story's end."""
        self._timer.stop()
        following = next(self._story, None)
        if following is not None:
            raise Failure(f"the window closed before: {following.what}")

    def _guarded_tick(self) -> None:
        try:
            self._tick()
        except Exception:
            self._give_up()

    def _tick(self) -> None:
        self._hand_keys_over()
        if self._doing is not None and self._in_front() == self._before:
            return
        if self._wait is not None:
            if not self._wait.holds():
                if time.monotonic() > self._deadline:
                    raise Failure(f"waited {self._wait.seconds:.0f} s in vain")
                return
            self._wait = None
        step = next(self._story, None)
        if step is None:
            raise Failure("the story is over and the window is still open")
        self._done.append(step.what)
        if isinstance(step, Until):
            self._wait, self._deadline = step, time.monotonic() + step.seconds
            return
        # From a timer of its own: what it does may open a dialog and come back much later.
        self._doing, self._before = step, self._in_front()
        QTimer.singleShot(0, lambda: self._do(step))

    @staticmethod
    def _hand_keys_over() -> None:
        """What a window manager does when the window with the keys has gone."""
        if QGuiApplication.focusWindow() is None:
            windows = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isWindow()]
            front = dialog() or next((w for w in windows if isinstance(w, QMainWindow)), None)
            if front is not None:
                front.activateWindow()

    @staticmethod
    def _in_front() -> tuple[QWidget | None, QWidget | None]:
        return QApplication.activeModalWidget(), QApplication.activePopupWidget()

    def _do(self, step: Act) -> None:
        try:
            step.do()
        except Exception:
            self._give_up()
        if self._doing is step:
            self._doing = None

    def _give_up(self) -> None:
        traceback.print_exc()
        print("The last steps:", *self._done[-8:], sep="\n  ", file=sys.stderr)
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        for number, window in enumerate(windows):
            file = self._shots / f"failed-{number}.png"
            window.grab().save(str(file))
            print(f"  {type(window).__name__} looks like {file}", file=sys.stderr)
        for log in log_folder().glob("*.log"):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            print(f"The end of {log}:", *lines[-20:], sep="\n  ", file=sys.stderr)
        focus = QApplication.focusWidget()
        names = names_of(focus) if focus is not None else ()
        print("The keys go to", QGuiApplication.focusWindow(), focus, *names, file=sys.stderr)
        sys.stderr.flush()
        # Not by an exception: dialogs may run their loops below this one.
        os._exit(1)


def sit_down(story: str, place: Path, arguments: Sequence[str]) -> int:
    """Run the product in this process with a person who follows `module:story`.

    Args:
        story: where the generator function is; it is given `place`.
        place: a folder for the story's own notes and for pictures of a failure.
        arguments: the product's command line.
    """
    from lnl_gui.__main__ import main
    from lnl_gui.gui.app import application

    faulthandler.dump_traceback_later(SITTING_SECONDS, exit=True)
    module, name = story.split(":")
    application()
    driver = Driver(lambda: getattr(import_module(module), name)(place), place)
    code = main(arguments)
    driver.finish()
    return code


def run_sitting(
    story: Callable[[Path], Story], place: Path, arguments: Sequence[str]
) -> tuple[int, str]:
    """The product in a process of its own, from its start to its end: exit code and stderr."""
    program = (
        "import sys; from pathlib import Path; from tests.e2e.driver import sit_down;"
        "sys.exit(sit_down(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))"
    )
    (place / SCREEN_FILE).write_text(json.dumps(SCREEN))
    command = [sys.executable, "-c", program, f"{story.__module__}:{story.__name__}", str(place)]
    ended = subprocess.run(
        [*command, *arguments],
        cwd=place,
        env={
            **os.environ,
            "LNL_LANGUAGE": "en",
            "PYTHONPATH": os.pathsep.join(filter(None, (ROOT, os.environ.get("PYTHONPATH")))),
            # A name without its folder: the platform takes a colon for the end of the name.
            "QT_QPA_PLATFORM": f"offscreen:configfile={SCREEN_FILE}",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=SITTING_SECONDS + 20,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    return ended.returncode, ended.stderr
