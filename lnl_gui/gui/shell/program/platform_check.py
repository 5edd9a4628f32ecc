"""Whether Qt can open a window here: where its plug-ins lie, then the platform it came up on."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication


def main(_arguments: Sequence[str] = ()) -> int:
    """Print a line each; Qt ends the process where no platform comes up. Returns the exit code."""
    # Before the application, so that the caller knows what to look at where none comes up.
    for line in (qVersion(), QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)):
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    application = QApplication(sys.argv[:1])
    sys.stdout.write(f"{QGuiApplication.platformName()}\n")
    sys.stdout.flush()
    application.quit()
    return 0
