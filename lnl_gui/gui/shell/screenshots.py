"""Pictures of the window, for the README and for looking at it where there is no display.

`lnl-gui screenshot PROJECT FILE.png` draws the flagged grid. With a folder instead of a file it
draws every view there is, light and dark, at one and two device pixels; with `--jobs` the jobs of
the main road run first, so that a running job and the results are seen as well.

The README's pictures: `lnl-gui demo --headless --folder demo`, `lnl-gui map demo/digits.lnl`, then
`lnl-gui screenshot demo/digits.lnl resources/screenshots --readme`.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from lnl_gui.gui.i18n.language import install_language
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.app import application
from lnl_gui.gui.shell.screenshot_views import settle, show_views, visit_dialogs
from lnl_gui.gui.style.theme import DARK, LIGHT, Theme
from lnl_gui.jobs.launch import program_command
from lnl_gui.store.parameters import ExportParameters

if TYPE_CHECKING:
    from lnl_gui.gui.shell.main_window import MainWindow

SIZE = (1440, 900)
README = {"grid": "review", "group": "groups", "chart-2-umap": "map", "progress": "progress"}
"""Views of the README and what their pictures are called."""
JOB_SECONDS = 1800.0
SCALE_VARIABLE = "QT_SCALE_FACTOR"


def main(arguments: Sequence[str]) -> int:
    """Draw what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="lnl-gui screenshot", description=__doc__)
    parser.add_argument("project", type=Path, help="project folder")
    parser.add_argument("target", type=Path, help="a .png file, or a folder for all views")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--scale", type=int, default=1, choices=(1, 2), help="device pixels")
    parser.add_argument("--jobs", action="store_true", help="run the jobs of the main road too")
    parser.add_argument("--readme", action="store_true", help="the README's pictures alone")
    options = parser.parse_args(list(arguments))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    target: Path = options.target
    if options.readme:
        return _for_readme(options.project, target)
    if target.suffix.lower() == ".png" and not options.jobs:
        return _one(options.project, target, dark=options.dark, scale=options.scale)
    return _all(options.project, target, jobs=options.jobs)


def _all(project: Path, folder: Path, *, jobs: bool) -> int:
    """Every view in both themes and densities, each pair in a process of its own.

    The density of an application cannot be changed once it runs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if jobs:
        take_road(project, folder)
    for scale in (1, 2):
        for dark in (False, True):
            name = f"{DARK if dark else LIGHT}-{scale}x"
            flags = ["--dark"] if dark else []
            command = [*program_command(), "screenshot", str(project), str(folder / f"{name}.png")]
            done = subprocess.run([*command, "--scale", str(scale), *flags], check=False)
            if done.returncode:
                return done.returncode
    return 0


def _for_readme(project: Path, folder: Path) -> int:
    """A few views in both themes."""
    folder.mkdir(parents=True, exist_ok=True)
    for theme in (LIGHT, DARK):
        window = _window(theme, project)
        for name in show_views(window, project):
            if name in README:
                window.notifications.clear()
                _grab(window, folder / f"{README[name]}-{theme}.png")
        window.close()
    return 0


def _one(project: Path, target: Path, *, dark: bool, scale: int) -> int:
    """The flagged grid into `target`, and every other view beside it where that is a set."""
    if scale > 1 and os.environ.get(SCALE_VARIABLE) != str(scale):
        os.environ[SCALE_VARIABLE] = str(scale)
    window = _window(DARK if dark else LIGHT, project)
    is_set = target.stem.startswith((LIGHT, DARK))
    target.parent.mkdir(parents=True, exist_ok=True)
    if not is_set:
        window.open_project(project)
        settle()
        _grab(window, target)
    else:
        for name in show_views(window, project):
            _grab(window, target.with_name(f"{name}-{target.name}"))
        visit_dialogs(
            window,
            lambda name, dialog: _grab(dialog, target.with_name(f"dialog-{name}-{target.name}")),
        )
    window.close()
    return 0


def _window(theme: str, project: Path) -> "MainWindow":
    qt = application()
    install_language(qt)
    # Only now: its tables of words are translated when they are imported.
    from lnl_gui.gui.shell.main_window import MainWindow  # noqa: PLC0415 - after the language

    settings = Settings(theme=theme, recent=(str(project.absolute()),), temporary=True)
    made = MainWindow(Theme(qt, theme), settings)
    made.resize(*SIZE)
    made.show()
    made.activateWindow()
    settle()
    return made


def take_road(project: Path, folder: Path) -> None:
    """Run the main road from where the project stands; pictures on the way, light and dark."""
    window = _window(LIGHT, project)
    window.open_project(project)

    def both(name: str) -> None:
        for theme in (LIGHT, DARK):
            window.theme.choose(theme)
            settle()
            _grab(window, folder / f"{name}-{theme}-1x.png")

    window.commands.find_suspects()
    _wait(lambda: _share(window) > 0 or not window.controller.busy)
    both("job")
    _wait(lambda: not window.controller.busy)
    window.notifications.clear()
    window.commands.finetune()
    _wait(lambda: _has_curves(window) or not window.controller.busy)
    both("training-job")
    _wait(lambda: not window.controller.busy)
    both("finetuned")
    destination = folder / "exported"
    window.workflow.export(ExportParameters(destination=str(destination), images="none"))
    _wait(lambda: not window.controller.busy)
    both("exported")
    window.close()


def _share(window: "MainWindow") -> float:
    job = window.controller.current
    return job.done / job.total if job is not None and job.total else 0.0


def _has_curves(window: "MainWindow") -> bool:
    return window.page is not None and bool(window.page.details.training.curves.curves())


def _wait(ready: Callable[[], bool]) -> None:
    """Let the window live until `ready`."""
    deadline = time.monotonic() + JOB_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError("a job took longer than half an hour")
        settle(100)


def _grab(widget: QWidget, file: Path) -> None:
    QApplication.processEvents()
    if not widget.grab().save(str(file)):
        raise OSError(f"could not write {file}")
    sys.stderr.write(f"{file}\n")
