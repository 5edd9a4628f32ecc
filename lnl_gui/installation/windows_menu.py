"""Windows: a shortcut in the user's Start menu, and what opens packs and project folders."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from lnl_gui.util.paths import data_folder, resource
from lnl_gui.util.process.processes import no_console
from lnl_gui.util.translation import tr

CLASSES = "Software\\Classes"
"""Below the current user's root: needs no administrator."""
_KINDS = {".lnl": "LNL.Project", ".lnlpack": "LNL.Pack"}
_FOLDER = f"{CLASSES}\\Directory\\shell\\LNL"
_ICON_SIDES = (16, 24, 32, 48, 64, 128, 256)
_ASSOCIATIONS_CHANGED = 0x08000000
# Words of a path go by the environment: none of them can be taken for a command there.
_SHORTCUT = (
    "$link = (New-Object -ComObject WScript.Shell).CreateShortcut($env:LNL_LINK);"
    "$link.TargetPath = $env:LNL_TARGET; $link.Arguments = $env:LNL_ARGUMENTS;"
    "$link.IconLocation = $env:LNL_ICON; $link.Save()"
)


class Registry(Protocol):
    """The part of the registry that belongs to the current user."""

    def value(self, key: str, name: str = "") -> str | None:
        """A value; None where there is none."""
        ...

    def set_value(self, key: str, value: str, name: str = "") -> None:
        """Set a value, making its key."""
        ...

    def delete(self, key: str) -> None:
        """Delete a key and all below it; one that is not there is passed over."""
        ...

    def changed(self) -> None:
        """Tell the Explorer that associations have changed."""
        ...


class WindowsMenu:
    """Shortcut, icon and associations of the current user.

    Args:
        registry: the user's part of it.
        shortcut: makes one, of (file, program, icon).
        start_menu: folder of the user's programs.
    """

    def __init__(
        self,
        registry: Registry | None = None,
        shortcut: Callable[[Path, Sequence[str], Path], None] | None = None,
        start_menu: Path | None = None,
    ) -> None:
        self._registry = registry or UserRegistry()
        self._make_shortcut = shortcut or make_shortcut
        self._link = (start_menu or _start_menu()) / "LNL.lnk"
        self._icon = data_folder() / "lnl.ico"

    def present(self) -> list[Path]:
        """The files of it that are there."""
        return [file for file in (self._link, self._icon) if file.exists()]

    def add(self, program: Sequence[str]) -> list[Path]:
        """Write it, also over an earlier one; the files that were written.

        Args:
            program: the words that start LNL.

        Raises:
            OSError: when a file or a key cannot be written.
        """
        # Only here: a tenth of the window's start, which imports this module.
        from PIL import Image  # noqa: PLC0415

        self._icon.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(resource("icons", "app.png")) as picture:
            picture.save(self._icon, sizes=[(side, side) for side in _ICON_SIDES])
        titles = {"LNL.Project": tr("LNL project"), "LNL.Pack": tr("LNL review pack")}
        for suffix, kind in _KINDS.items():
            self._registry.set_value(f"{CLASSES}\\{suffix}", kind)
            key = f"{CLASSES}\\{kind}"
            self._registry.set_value(key, titles[kind])
            self._registry.set_value(f"{key}\\DefaultIcon", f"{self._icon},0")
            self._registry.set_value(f"{key}\\shell\\open\\command", opening(program))
        # A project is a folder, to which Windows associates no suffix: a folder's menu has it.
        self._registry.set_value(_FOLDER, tr("Open with LNL"))
        self._registry.set_value(_FOLDER, f"{self._icon},0", "Icon")
        self._registry.set_value(f"{_FOLDER}\\command", opening(program))
        self._link.parent.mkdir(parents=True, exist_ok=True)
        self._make_shortcut(self._link, program, self._icon)
        self._registry.changed()
        return self.present()

    def remove(self) -> list[Path]:
        """Take it back; the files that were deleted.

        Raises:
            OSError: when something cannot be deleted.
        """
        found = self.present()
        for file in found:
            file.unlink(missing_ok=True)
        for suffix, kind in _KINDS.items():
            # Another program may have taken the suffix over.
            if self._registry.value(f"{CLASSES}\\{suffix}") == kind:
                self._registry.delete(f"{CLASSES}\\{suffix}")
            self._registry.delete(f"{CLASSES}\\{kind}")
        self._registry.delete(_FOLDER)
        self._registry.changed()
        return found


def opening(program: Sequence[str]) -> str:
    """The command by which the Explorer opens a file.

    Args:
        program: the words that start LNL.
    """
    # The name of a program is quoted always: one with a space in it could start another.
    words = [f'"{program[0]}"', *(subprocess.list2cmdline([word]) for word in program[1:]), '"%1"']
    return " ".join(words)


def make_shortcut(file: Path, program: Sequence[str], icon: Path) -> None:
    """Make a shortcut by the shell's own object, which PowerShell reaches on every Windows.

    Args:
        file: the shortcut, *.lnk.
        program: the words it starts.
        icon: an .ico file.

    Raises:
        OSError: when it could not be made.
    """
    words = {
        "LNL_LINK": str(file),
        "LNL_TARGET": program[0],
        "LNL_ARGUMENTS": subprocess.list2cmdline(program[1:]),
        "LNL_ICON": f"{icon},0",
    }
    command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", _SHORTCUT]
    done = subprocess.run(
        command,
        env=os.environ | words,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        creationflags=no_console(),
    )
    if done.returncode != 0 or not file.exists():
        raise OSError(0, " ".join(done.stderr.split())[:200], str(file))


class UserRegistry:
    """Windows' registry, below the current user's root."""

    def value(self, key: str, name: str = "") -> str | None:
        """A value; None where there is none."""
        if sys.platform == "win32":
            import winreg  # noqa: PLC0415 - Windows alone has it

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    return str(winreg.QueryValueEx(opened, name)[0])
            except OSError:
                return None
        return None

    def set_value(self, key: str, value: str, name: str = "") -> None:
        """Set a value, making its key.

        Raises:
            OSError: when it may not be.
        """
        if sys.platform == "win32":
            import winreg  # noqa: PLC0415 - Windows alone has it

            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

    def delete(self, key: str) -> None:
        """Delete a key and all below it; one that is not there is passed over.

        Raises:
            OSError: when it may not be.
        """
        if sys.platform == "win32":
            import winreg  # noqa: PLC0415 - Windows alone has it

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    below = [
                        winreg.EnumKey(opened, i) for i in range(winreg.QueryInfoKey(opened)[0])
                    ]
            except FileNotFoundError:
                return
            for name in below:
                self.delete(f"{key}\\{name}")
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)

    def changed(self) -> None:
        """Tell the Explorer that associations have changed."""
        if sys.platform == "win32":
            import ctypes  # noqa: PLC0415 - Windows alone has its `windll`

            ctypes.windll.shell32.SHChangeNotify(_ASSOCIATIONS_CHANGED, 0, None, None)


def _start_menu() -> Path:
    roaming = Path(os.environ.get("APPDATA", str(Path.home() / "AppData" / "Roaming")))
    return roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs"
