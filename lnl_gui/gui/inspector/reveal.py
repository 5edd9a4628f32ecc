"""Show a file in the platform's file manager."""

import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

_DBUS = (
    "--session",
    "--type=method_call",
    "--dest=org.freedesktop.FileManager1",
    "/org/freedesktop/FileManager1",
    "org.freedesktop.FileManager1.ShowItems",
)


def reveal_command(file: Path, platform: str) -> list[str] | None:
    """The program and arguments that mark `file` in the file manager; None if there is none."""
    if platform == "win32":
        return ["explorer.exe", "/select,", str(file)]
    if platform == "darwin":
        return ["open", "-R", str(file)]
    if shutil.which("dbus-send") is None:
        return None
    url = bytes(QUrl.fromLocalFile(str(file)).toEncoded().data()).decode("ascii")
    # A comma would end the array's element.
    return ["dbus-send", *_DBUS, f"array:string:{url.replace(',', '%2C')}", "string:"]


def reveal(file: Path) -> bool:
    """Show `file` marked in its folder, or at least the folder; whether that worked."""
    command = reveal_command(file, sys.platform)
    if command is not None:
        started = QProcess.startDetached(command[0], command[1:])
        if started[0] if isinstance(started, tuple) else started:
            return True
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
