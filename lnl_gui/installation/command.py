"""The words by which a desktop starts LNL, and whether they will still hold tomorrow."""

import os
import sys
import sysconfig
from pathlib import Path

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.program import is_frozen, program_command

APPIMAGE_VARIABLE = "APPIMAGE"
"""The runtime of an AppImage names its file by it; the program inside lies on a passing mount."""
_WITHOUT_CONSOLE = {"python.exe": "pythonw.exe", "lnl-gui.exe": "LNL.exe"}


def menu_command() -> list[str]:
    """The words that start the window from a menu, without a console where there are two programs.

    Raises:
        UserError: when this copy lies in a cache, from which it may be gone tomorrow.
    """
    if is_frozen():
        image = os.environ.get(APPIMAGE_VARIABLE)
        return [image] if image else [str(_without_console(Path(sys.executable)))]
    if _is_passing(Path(sys.prefix)):
        raise UserError(
            message("This copy of LNL lies in a cache, {folder}.", folder=sys.prefix),
            message(
                "Install one that stays: `uv tool install lnl-gui` or `pipx install lnl-gui`, and"
                " then `lnl-gui install-desktop`."
            ),
            code="passing_installation",
        )
    script = Path(sysconfig.get_path("scripts")) / "lnl-gui"
    if os.name != "nt" and script.is_file():
        return [str(script)]
    python, *rest = program_command()
    return [str(_without_console(Path(python))), *rest]


def of_an_installer() -> Message | None:
    """What to say where an installer keeps the menu; None where nobody does."""
    if not is_frozen() or os.environ.get(APPIMAGE_VARIABLE):
        return None
    if sys.platform == "darwin":
        return message("Move LNL.app into the Applications folder: the Finder knows it from then.")
    if sys.platform == "win32" or Path(sys.executable).is_relative_to("/usr"):
        return message("The installer has put LNL into the menu, and takes it out again.")
    return None


def _without_console(program: Path) -> Path:
    """On Windows the program beside it that opens no console, where there is one."""
    other = program.with_name(_WITHOUT_CONSOLE.get(program.name.lower(), program.name))
    return other if os.name == "nt" and other.is_file() else program


def _is_passing(prefix: Path) -> bool:
    """Whether uvx or `pipx run` made this environment, which they clear away by themselves."""
    return any(part == ".cache" or part.startswith("archive-v") for part in prefix.parts)
