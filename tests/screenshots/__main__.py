"""Pictures of every view and dialog, and those of the README.

    python -m tests.screenshots PROJECT FOLDER             every view, light and dark, at one and
                                                           two device pixels
    python -m tests.screenshots PROJECT FOLDER --jobs      the jobs run first, so that a running
                                                           job and the results are seen as well
    python -m tests.screenshots PROJECT FOLDER --readme    the README's pictures
    python -m tests.screenshots --classes 120 FOLDER       a made-up project of so many classes
    ... --size 1024x700 --language de --theme dark         one of the many combinations

The README's: `lnl-gui demo --headless --folder demo`, `lnl-gui map demo/digits.lnl`, then
`python -m tests.screenshots demo/digits.lnl resources/screenshots --readme`.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from lnl_gui.gui.i18n.language import install_language
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.program.app import application
from lnl_gui.gui.style.theme import DARK, LIGHT, Theme
from lnl_gui.store.jobs.parameters import ExportParameters
from tests.benchmarks.projects import make_large_project
from tests.screenshots.views import settle, show_views, visit_dialogs, visit_windows

if TYPE_CHECKING:
    from lnl_gui.gui.shell.main_window import MainWindow

SIZE = (1440, 900)
README = {"grid": "review", "group": "groups", "chart-2-umap": "map", "progress": "progress"}
"""Views of the README and what their pictures are called."""
_KINDS = ("dog", "cat", "bird", "fish", "tree", "car", "flower", "sign", "tool", "sewing machine")
_SORTS = ("small", "hand-painted", "old", "red", "wire-haired and rather long-named", "left", "wet")
JOB_SECONDS = 1800.0
SCALE_VARIABLE = "QT_SCALE_FACTOR"


def main(arguments: Sequence[str]) -> int:
    """Draw what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path, nargs="?", help="project folder")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--jobs", action="store_true", help="run embed, detect, finetune, export")
    parser.add_argument("--readme", action="store_true", help="the README's pictures alone")
    parser.add_argument("--classes", type=int, help="make a project of so many classes instead")
    parser.add_argument("--size", default=f"{SIZE[0]}x{SIZE[1]}", help="of the window, as 1024x700")
    parser.add_argument("--language", default="system", help="as the preferences have it: en, de")
    parser.add_argument("--theme", choices=(LIGHT, DARK), help="every view in one theme only")
    options = parser.parse_args(list(arguments))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    if options.classes:
        options.project = made_project(folder, options.classes)
    if options.project is None:
        parser.error("a project, or --classes")
    if options.readme:
        _for_readme(options.project, folder)
    elif options.theme:
        look = Looks(options.theme, options.language, options.size)
        _views(options.project, folder, look)
    else:
        return _all(options.project, folder, jobs=options.jobs)
    return 0


@dataclass(frozen=True)
class Looks:
    """How the window looks: theme, language and size."""

    theme: str
    language: str = "system"
    size: str = f"{SIZE[0]}x{SIZE[1]}"


def made_project(folder: Path, classes: int) -> Path:
    """A project of so many classes, short and long names among them, some in a hierarchy."""
    project = folder / f"{classes} classes.lnl"
    if not project.exists():
        names = [_name(number) for number in range(classes)]
        make_large_project(project, samples=1200, classes=classes, names=names, images=True)
    return project


def _name(number: int) -> str:
    kind = _KINDS[number % len(_KINDS)]
    sort = _SORTS[number // len(_KINDS) % len(_SORTS)]
    many = number // (len(_KINDS) * len(_SORTS))
    return f"{kind}/{sort} {kind}" + (f" {many + 1}" if many else "")


def _all(project: Path, folder: Path, *, jobs: bool) -> int:
    """Every view in both themes and densities, each pair in a process of its own.

    The density of an application cannot be changed once it runs.
    """
    if jobs:
        run_jobs(project, folder)
    for scale in (1, 2):
        for theme in (LIGHT, DARK):
            command = [sys.executable, "-m", "tests.screenshots", str(project), str(folder)]
            environment = os.environ | {SCALE_VARIABLE: str(scale)}
            done = subprocess.run([*command, "--theme", theme], env=environment, check=False)
            if done.returncode:
                return done.returncode
    return 0


def _for_readme(project: Path, folder: Path) -> None:
    """A few views in both themes."""
    for theme in (LIGHT, DARK):
        window = _window(theme, project)
        for name in show_views(window, project):
            if name in README:
                window.notifications.clear()
                _grab(window, folder / f"{README[name]}-{theme}.png")
        window.close()


def _views(project: Path, folder: Path, look: Looks) -> None:
    """Every view and dialog in one look, at the density of this process."""
    window = _window(look.theme, project, look)
    mark = f"{look.theme}-{os.environ.get(SCALE_VARIABLE, '1')}x"
    for name in show_views(window, project):
        _grab(window, folder / f"{name}-{mark}.png")

    def grab(name: str, dialog: QWidget) -> None:
        _grab(dialog, folder / f"dialog-{name}-{mark}.png")

    visit_dialogs(window, grab, more=True)
    visit_windows(window, grab)
    window.close()


def _window(theme: str, project: Path, look: Looks | None = None) -> "MainWindow":
    look = look or Looks(theme)
    qt = application()
    install_language(qt, look.language)
    # Only now: its tables of words are translated when they are imported.
    from lnl_gui.gui.shell.main_window import MainWindow

    settings = Settings(theme=theme, recent=(str(project.absolute()),), temporary=True)
    made = MainWindow(Theme(qt, theme), settings)
    made.resize(*map(int, look.size.split("x")))
    made.show()
    made.activateWindow()
    settle()
    return made


def run_jobs(project: Path, folder: Path) -> None:
    """Run the jobs from where the project stands; pictures on the way, light and dark."""
    window = _window(LIGHT, project)
    window.projects.open_project(project)

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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
