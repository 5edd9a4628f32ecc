"""Show a file in the platform's file manager."""

import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

_DBUS = (
    "--session",
    "--print-reply",
    # Without a file manager that answers, the default would be 25 s.
    "--reply-timeout=3000",
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


def reveal(file: Path) -> None:
    """Show `file` marked in its folder, or where that is not possible the folder."""
    command = reveal_command(file, sys.platform)
    if command is None:
        _open_folder(file)
        return
    # A child of the application: the panel may close before the program has started.
    application = QCoreApplication.instance()
    process = QProcess(application)
    if application is not None:
        # It may wait seconds for a file manager; Qt warns of processes that outlive the program.
        application.aboutToQuit.connect(process.close)
    process.finished.connect(lambda code, status: _finished(process, file, code, status))
    process.errorOccurred.connect(lambda error: _failed(process, file, error))
    process.start(command[0], command[1:])


def _open_folder(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))


def _finished(process: QProcess, file: Path, code: int, status: QProcess.ExitStatus) -> None:
    process.deleteLater()
    if status is QProcess.ExitStatus.CrashExit:
        # Killed because the program ends.
        return
    # Windows' explorer ends with 1 even when it has done what it was asked.
    if code != 0 and sys.platform != "win32":
        _open_folder(file)


def _failed(process: QProcess, file: Path, error: QProcess.ProcessError) -> None:
    if error == QProcess.ProcessError.FailedToStart:
        process.deleteLater()
        _open_folder(file)
