"""Whether the window can open: its platform plug-in is really loaded, in a process of its own."""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from lnl_gui.pipeline.diagnosis.finding import DOUBT, MISSING, Diagnosis
from lnl_gui.util.extras import repair_hint
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.process.processes import no_console

PLATFORM_VERB = "platform"
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""Debian's packages of what Qt loads from the system, as in `packaging/set_up`, which runs before
LNL is installed."""
_NOT_FOUND = re.compile(r"(lib[\w.+-]+\.so[\w.]*)\s*(?:=>\snot\sfound|:\scannot\sopen\sshared)")
_QT_SAYS = re.compile(r"qt\.qpa\.(xcb|plugin):\s[Cc]ould\snot")
_QT_HAS_NO_DISPLAY = re.compile(r"connect\sto\sdisplay")
PATIENCE_SECONDS = 60


def check_window(program: Sequence[str]) -> Iterator[Diagnosis]:
    """The version of Qt, the platform it comes up on, and libraries that are missing.

    Args:
        program: the words that start LNL again.
    """
    has_display = _has_display()
    # Without a display the rest of Qt is looked at all the same.
    more = {} if has_display else {"QT_QPA_PLATFORM": "offscreen"}
    lines, errors = _try(program, more)
    platform = (Path(lines[1]) if len(lines) > 1 else _own_plugins()) / "platforms"
    missing = sorted({*_NOT_FOUND.findall(errors), *_missing_libraries(platform)})
    if missing:
        yield _libraries(missing, needed=has_display or len(lines) < 3)
    if len(lines) > 2:
        text = message("Qt {version} on {platform}", version=lines[0], platform=lines[2])
        yield Diagnosis("window", "Qt", text)
        if not has_display:
            yield Diagnosis("window", "display", *_NO_DISPLAY)
    else:
        told = message("Qt cannot open a window: {reason}", reason=_reason(errors))
        yield Diagnosis("window", "Qt", told, MISSING, NOTHING if missing else _hint(errors))


_NO_DISPLAY = (
    message("none here: the window cannot open, the command line works"),
    DOUBT,
    message("Set DISPLAY or WAYLAND_DISPLAY where there is one."),
)


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    # QT_QPA_PLATFORM too: offscreen and vnc need no display.
    return any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _try(program: Sequence[str], more: dict[str, str]) -> tuple[list[str], str]:
    """What a process says that opens Qt's application, and what went wrong there."""
    try:
        done = subprocess.run(
            [*program, PLATFORM_VERB],
            env={**os.environ, **more},
            capture_output=True,
            text=True,
            # What libraries print need not be in this locale's encoding.
            errors="replace",
            timeout=PATIENCE_SECONDS,
            check=False,
            creationflags=no_console(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [], str(error)
    return done.stdout.splitlines(), done.stderr


def _own_plugins() -> Path:
    """Where Qt's plug-ins lie in its wheel, for when Qt itself cannot be loaded to ask it."""
    # Found and not imported: its first library may be what is missing.
    spec = importlib.util.find_spec("PySide6")
    places = (spec.submodule_search_locations or []) if spec else []
    return Path(places[0] if places else "") / "Qt" / "plugins"


def _missing_libraries(platforms: Path) -> list[str]:
    """What the loader does not find for the plug-in of X11, by name; Linux alone can tell."""
    # Qt says that it cannot load this plug-in, and not always which library it lacks.
    plugin = platforms / "libqxcb.so"
    if not plugin.is_file():
        return []
    try:
        listed = subprocess.run(
            ["ldd", str(plugin)], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return _NOT_FOUND.findall(listed.stdout)


def _libraries(missing: Sequence[str], *, needed: bool) -> Diagnosis:
    packages = sorted({QT_LIBRARIES[name] for name in missing if name in QT_LIBRARIES})
    hint = message("Install the packages of your system that hold them.")
    if packages:
        hint = message("sudo apt-get install {packages}", packages=" ".join(packages))
    text = message("missing: {names}", names=", ".join(missing))
    return Diagnosis("window", "libraries", text, MISSING if needed else DOUBT, hint)


def _hint(errors: str) -> Message:
    if _QT_HAS_NO_DISPLAY.search(errors):
        return _NO_DISPLAY[2]
    return repair_hint(message("pip install --force-reinstall PySide6-Essentials"))


def _reason(errors: str) -> str:
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    told = [line for line in lines if _QT_SAYS.match(line)]
    return (told or lines[-1:] or ["?"])[0]
