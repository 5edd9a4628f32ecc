"""The views a picture is taken of: every page and chart, and every dialog."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QTabWidget, QWidget

from lnl_gui.store.jobs.parameters import COMPUTED_PROJECTIONS
from lnl_gui.store.jobs.projections import load_projection
from lnl_gui.util.messages import message

if TYPE_CHECKING:
    # Not before a language is chosen: its tables of words are translated when they are imported.
    from lnl_gui.gui.shell.main_window import MainWindow

Look = Callable[[str, QWidget], None]
"""Takes the picture of a widget under a name."""
SETTLE_MILLISECONDS = 600
CATALOGUE_MILLISECONDS = 120_000
READ_MILLISECONDS = 60_000
"""At most, while a worker starts and reads a dataset for its preview."""
ASKING = {
    "embed": "find-suspects-options",
    "finetune": "finetune",
    "export": "export",
    "audit": "audit",
    "second-opinion": "second-opinion",
    "trust": "trust",
    "preferences": "preferences",
    "about": "about",
}
"""Dialogs by name, and the action that opens each."""
ALSO_ASKING = {
    "tune": "tune",
    "classes": "classes",
    "extend": "extend",
    "attach": "attach",
    "remark": "remark",
    "send": "send",
    "doctor": "doctor",
    "find-options": "find-suspects-options",
}
"""More of them, for pictures alone."""
FOLLOWED_BY = {"embed": "detect"}
"""Dialogs that lead to another when they are accepted."""
NO_SPACE = (
    message(
        "The disk {disk} is full: the last change to {folder} was not saved.",
        disk="/",
        folder="digits.lnl",
    ),
    message("Free some space and do it again; everything before it is safe."),
)


def settle(milliseconds: int | None = None) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MILLISECONDS if milliseconds is None else milliseconds, loop.quit)
    loop.exec()


def show_views(window: "MainWindow", project: Path) -> Iterator[str]:
    """Bring one view after the other to the front; yields its name."""
    # Only now: its tables of words are translated when they are imported.
    from lnl_gui.gui.dialogs.class_picker import ClassPicker
    from lnl_gui.gui.loupe.arrangement import Arrangement

    yield "start"
    # Nobody is there to answer.
    window.projects.open_project(project, ask=False)
    page = window.page
    if page is None or window.project.review is None:
        return
    settle()
    yield "grid"
    page.left.setCurrentWidget(page.groups)
    if page.groups.model.groups:
        page.groups.list.view.clicked.emit(page.groups.model.index(0))
    settle()
    yield "group"
    page.groups.show_all()
    page.left.setCurrentWidget(page.filters)
    page.details.setCurrentWidget(page.details.charts)
    choice = page.details.charts.choice
    for number in range(choice.count()):
        choice.setCurrentIndex(number)
        settle()
        yield f"chart-{number + 1}"
        bar = page.details.charts.map_panel.projections
        for method in COMPUTED_PROJECTIONS:
            project = window.project.review.session.project
            if bar.isVisible() and load_projection(project, method) is not None:
                bar.pick(method)
                settle()
                yield f"chart-{number + 1}-{method}"
    page.details.setCurrentWidget(page.details.training)
    settle()
    yield "training"
    window.tools.show_progress()
    settle()
    yield "progress"
    window.tools.show_duplicates()
    settle()
    yield "duplicates"
    if window.tools.duplicates is not None and window.tools.duplicates.is_open:
        window.tools.duplicates.leave()
    page.left.setCurrentWidget(page.filters)
    page.details.look_closely()
    window.job_panel.show()
    settle()
    yield "jobs"
    window.job_panel.hide()
    window.overlay.toggle()
    settle()
    yield "keys"
    window.overlay.dismiss()
    window.action_table["relabel"].trigger()
    settle()
    yield "class"
    for picker in window.findChildren(ClassPicker):
        picker.close_picker()
    window.loupe.toggle()
    for arrangement in (Arrangement.SINGLE, Arrangement.CLASSES, Arrangement.FOUR):
        if window.loupe.loupe is not None:
            window.loupe.loupe.arrange(arrangement)
        settle()
        yield f"loupe-{arrangement}"
    window.loupe.leave()


def visit_windows(window: "MainWindow", look: Look) -> None:
    """Windows that show results and help, with results made up."""
    # Only now: their tables of words are translated when they are imported.
    from lnl_gui.gui.dialogs.predictions import Prediction, PredictionsWindow
    from lnl_gui.gui.dialogs.trials import TrialsWindow

    names = [entry.name for entry in window.project.review.session.shown_classes]
    found = [
        Prediction(f"/new/photo {number:03}.jpeg", names[number % len(names)], 0.3 + number / 90)
        for number in range(60)
    ]
    trials = TrialsWindow(window)
    trials.show_trials(
        [
            {"number": n, "validation_accuracy": 0.7 + n / 50, "learning_rate": 0.01 / n}
            | {"batch_size": 32 * n, "epochs": 4 + n}
            for n in range(1, 7)
        ],
        over=True,
    )
    for name, shown in (("predictions", PredictionsWindow(found, 2, window)), ("trials", trials)):
        shown.show()
        settle()
        look(name, shown)
        shown.close()
    window.action_table["help"].trigger()
    settle()
    assert window._help is not None
    look("guide", window._help)
    window._help.close()


def visit_dialogs(window: "MainWindow", look: Look, *, more: bool = False) -> None:
    """Open every dialog on this project as its action does, look, and leave without an answer."""
    # Only now: their tables of words are translated when they are imported.
    from lnl_gui.gui.dialogs.error import show_error
    from lnl_gui.gui.open_dataset.dialog import ask_open_dataset
    from lnl_gui.gui.open_dataset.preview_requests import PreviewRequests

    if window.project.review is None:
        return
    window.catalogue.ask()
    _wait_for(lambda: window.catalogue.found is not None, CATALOGUE_MILLISECONDS)
    for name, action in (ASKING | (ALSO_ASKING if more else {})).items():
        _visit(name, look, window.action_table[action].trigger)
    _visit_picker(window, look)
    root = str(window.project.review.session.dataset_root)
    previews, answers = PreviewRequests(window), list[object]()
    previews.found.connect(answers.append)
    previews.failed.connect(answers.append)
    _visit(
        "open",
        look,
        lambda: ask_open_dataset(previews, window, root),
        ready=lambda: bool(answers) and not previews.at_work,
    )
    previews.shutdown()
    report = "Traceback (most recent call last):\n  ...\nOSError: No space left on device"
    _visit("error", look, lambda: show_error(window, *NO_SPACE, report=report))


def _visit_picker(window: "MainWindow", look: Look) -> None:
    """The class picker is a part of the window, over all others."""
    from lnl_gui.gui.dialogs.class_picker import ClassPicker

    window.action_table["relabel"].trigger()
    for picker in window.findChildren(ClassPicker):
        if picker.isVisible():
            settle(SETTLE_MILLISECONDS // 2)
            look("class", picker)
            picker.close_picker()


def _wait_for(holds: Callable[[], bool], milliseconds: int) -> None:
    """Let the window live until something holds, or no longer than that."""
    waited = 0
    while not holds() and waited < milliseconds:
        settle(50)
        waited += 50


def _visit(
    name: str, look: Look, ask: Callable[[], object], *, ready: Callable[[], bool] = lambda: True
) -> None:
    """A dialog waits inside `ask`, so a timer looks at it meanwhile, once it is ready."""
    _meet_later(name, look, ready)
    ask()


def _meet_later(name: str, look: Look, ready: Callable[[], bool] = lambda: True) -> None:
    """Look at the dialog then open, page by page, and reject it."""

    def meet() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QDialog):
            return
        _wait_for(ready, READ_MILLISECONDS)
        settle(SETTLE_MILLISECONDS // 2)
        look(name, dialog)
        for tabs in dialog.findChildren(QTabWidget):
            for place in filter(tabs.isTabVisible, range(1, tabs.count())):
                tabs.setCurrentIndex(place)
                settle(SETTLE_MILLISECONDS // 2)
                look(f"{name}-{place + 1}", dialog)
        following = FOLLOWED_BY.get(name)
        if following:
            _meet_later(following, look)
            dialog.accept()
        else:
            dialog.reject()

    QTimer.singleShot(SETTLE_MILLISECONDS, meet)
