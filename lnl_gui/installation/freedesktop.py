"""Linux and its kin: the user's own menu entry, icon and types of files (XDG folders)."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from lnl_gui.installation.menu_texts import APPLICATION_ID, desktop_entry, mime_types
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.messages import message
from lnl_gui.util.paths import resource

_PATIENCE_SECONDS = 60


class FreedesktopMenu:
    """The entry in the user's own folders; other users do not see it.

    Args:
        data: $XDG_DATA_HOME; None takes the one in force.
    """

    def __init__(self, data: Path | None = None) -> None:
        self._data = data or _data_home()
        self._entry = self._data / "applications" / f"{APPLICATION_ID}.desktop"
        self._icon = _icons(self._data) / f"{APPLICATION_ID}.svg"
        self._types = self._data / "mime" / "packages" / f"{APPLICATION_ID}.xml"

    def present(self) -> list[Path]:
        """What of it is there."""
        return [file for file in (self._entry, self._icon, self._types) if file.exists()]

    def add(self, program: Sequence[str]) -> list[Path]:
        """Write it, also over an earlier one; what was written.

        Args:
            program: the words that start LNL.

        Raises:
            UserError: when no entry can hold the program's name.
            OSError: when a folder cannot be written.
        """
        if "=" in program[0]:
            raise UserError(
                message("No menu entry can start {program}: “=” is in it.", program=program[0]),
                message("Move it to a folder without that sign."),
                code="program_name",
            )
        _write(self._icon, resource("icons", "app.svg").read_text("utf-8"))
        _write(self._types, mime_types())
        # Last: a menu that sees the entry finds the rest.
        _write(self._entry, desktop_entry(program))
        self._tell_desktop()
        return self.present()

    def remove(self) -> list[Path]:
        """Delete what is there; what was deleted.

        Raises:
            OSError: when it cannot be.
        """
        found = self.present()
        for file in found:
            file.unlink(missing_ok=True)
        if found:
            self._tell_desktop()
        return found

    def _tell_desktop(self) -> None:
        """Have the caches of menu and types made anew; desktops without them look by themselves."""
        for tool, folder in (
            ("update-desktop-database", self._entry.parent),
            ("update-mime-database", self._types.parents[1]),
        ):
            program = shutil.which(tool)
            if program and folder.is_dir():
                with suppress(OSError, subprocess.TimeoutExpired):
                    subprocess.run(
                        [program, str(folder)],
                        capture_output=True,
                        check=False,
                        timeout=_PATIENCE_SECONDS,
                    )


def _data_home() -> Path:
    chosen = os.environ.get("XDG_DATA_HOME", "")
    # The specification: a relative one is to be ignored.
    return Path(chosen) if Path(chosen).is_absolute() else Path.home() / ".local" / "share"


def _icons(data: Path) -> Path:
    return data / "icons" / "hicolor" / "scalable" / "apps"


def _write(file: Path, text: str) -> None:
    with atomic_file(file, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
