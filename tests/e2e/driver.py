"""Starts the product by its own `main` in a process of its own, with a person at it.

A timer of the running application takes the person's story forward, also while a modal dialog runs
a loop of its own. What goes wrong ends the process with the last steps, the logs and pictures of
the windows; nothing hangs longer than the deadlines here.
"""

import faulthandler
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from lnl_gui.util.paths import log_folder
from tests.e2e.hands import CLOSED, Act, Failure, Story, Until, dialog, names_of

TICK_MILLISECONDS = 10
LONGEST_TICK_MILLISECONDS = 100
"""Looking for what takes long in all of a window is a third of the processor time otherwise."""
SITTING_SECONDS = 280.0
OFFSCREEN = "offscreen"
ROOT, SCREEN_FILE = str(Path(__file__).parents[2]), "screen.json"
SCREEN = {"name": "desk", "x": 0, "y": 0, "width": 1600, "height": 1000} | {
    "logicalDpi": 96,
    "logicalBaseDpi": 96,
    "dpr": 1,
}


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
        if following not in (None, CLOSED):
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
                longer = self._timer.interval() * 5 // 4
                self._timer.setInterval(min(longer, LONGEST_TICK_MILLISECONDS))
                return
            self._wait = None
            self._timer.setInterval(TICK_MILLISECONDS)
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
        if QGuiApplication.focusWindow() is None:
            # A window that closes late takes the keys with it, after they were seen elsewhere.
            self._hand_keys_over()
            QTimer.singleShot(TICK_MILLISECONDS, lambda: self._do(step))
            return
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
        keys = QGuiApplication.focusWindow(), QApplication.activeWindow(), focus
        print("The keys go to", *keys, *names, file=sys.stderr)
        sys.stderr.flush()
        # Not by an exception: dialogs may run their loops below this one.
        os._exit(1)


def quick_program() -> list[str]:
    """The command line that workers are started by."""
    return [sys.executable, "-m", "tests.e2e.quick_program"]


def sit_down(
    story: str, place: Path, arguments: Sequence[str], *, seconds: float = SITTING_SECONDS
) -> int:
    """Run the product in this process with a person who follows `module:story`.

    Args:
        story: where the generator function is; it is given `place`.
        place: a folder for the story's own notes and for pictures of a failure.
        arguments: the product's command line.
        seconds: after which a sitting is given up.
    """
    from lnl_gui.__main__ import main
    from lnl_gui.gui.shell.program.app import application
    from lnl_gui.jobs import launch

    faulthandler.dump_traceback_later(seconds, exit=True)
    launch.program_command = quick_program
    module, name = story.split(":")
    application()
    driver = Driver(lambda: getattr(import_module(module), name)(place), place)
    code = main(arguments)
    driver.finish()
    return code


def _platform() -> str:
    """The platform of the tests, or one that does without a screen but has one's size."""
    chosen = os.environ.get("QT_QPA_PLATFORM", OFFSCREEN)
    # A name without its folder: the platform takes a colon for the end of the name.
    return f"{OFFSCREEN}:configfile={SCREEN_FILE}" if chosen == OFFSCREEN else chosen


def run_sitting(
    story: Callable[[Path], Story],
    place: Path,
    arguments: Sequence[str],
    *,
    seconds: float = SITTING_SECONDS,
) -> tuple[int, str]:
    """The product in a process of its own, from its start to its end: exit code and stderr."""
    with begin_sitting(story, place, arguments, seconds=seconds) as process:
        try:
            _, errors = process.communicate(timeout=seconds + 20)
        except BaseException:
            process.kill()
            raise
    return process.returncode, errors


def begin_sitting(
    story: Callable[[Path], Story],
    place: Path,
    arguments: Sequence[str],
    *,
    seconds: float = SITTING_SECONDS,
) -> subprocess.Popen[str]:
    """Start the product in a process of its own; its stderr is piped."""
    program = (
        "import sys; from pathlib import Path; from tests.e2e.driver import sit_down;"
        "story, place, seconds, *arguments = sys.argv[1:];"
        "sys.exit(sit_down(story, Path(place), arguments, seconds=float(seconds)))"
    )
    (place / SCREEN_FILE).write_text(json.dumps({"screens": [SCREEN]}))
    told = f"{story.__module__}:{story.__name__}"
    return subprocess.Popen(
        [sys.executable, "-c", program, told, str(place), str(seconds), *arguments],
        cwd=place,
        env={
            **os.environ,
            "LNL_LANGUAGE": "en",
            "PYTHONPATH": os.pathsep.join(filter(None, (ROOT, os.environ.get("PYTHONPATH")))),
            "QT_QPA_PLATFORM": _platform(),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
