"""What must end before the program does."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication


def before_quitting(end: Callable[[], object]) -> None:
    """Call `end` when the program ends, which may be without its windows being closed.

    As when the desktop ends: no thread and no process of the window may outlive Qt.
    """
    application = QCoreApplication.instance()
    if application is not None:
        application.aboutToQuit.connect(end)
