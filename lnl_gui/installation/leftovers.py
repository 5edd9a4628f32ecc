"""What LNL keeps on a machine outside of projects, for whoever wants to be rid of it."""

import logging
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.installation.command import APPIMAGE_VARIABLE
from lnl_gui.installation.menu import Menu, this_menu
from lnl_gui.store.project import SUFFIX, is_project
from lnl_gui.util.files.atomic import read_json
from lnl_gui.util.log import logger
from lnl_gui.util.messages import Message, message
from lnl_gui.util.paths import (
    APPLICATION,
    cache_folder,
    data_folder,
    log_folder,
    own_cache_folder,
    settings_file,
    settings_folder,
)
from lnl_gui.util.process.program import is_frozen

_IN_CACHE = (
    *("thumbnails", "encoders", "arrays", "previews", "unfinished", "remote"),
    "recipe_names.json",
)
"""What LNL puts into a cache folder that a person has chosen: others may use it as well."""


@dataclass(frozen=True)
class Leftover:
    """One thing that can be deleted."""

    kind: str
    """stable, for scripts: settings, cache, logs, menu"""
    place: Path
    bytes: int


def leftovers(menu: Menu | None = None) -> list[Leftover]:
    """What `lnl-gui uninstall` would delete; never a project, nor what holds one.

    Args:
        menu: of the desktop; None takes the one that runs.
    """
    places = [("settings", settings_folder()), ("logs", log_folder())]
    places += [("cache", place) for place in _caches()]
    places += [("menu", place) for place in (menu or this_menu()).present()]
    return [
        Leftover(kind, place, _bytes(place))
        for kind, place in places
        if os.path.lexists(place) and not _projects(place)
    ]


def kept() -> list[Path]:
    """Projects that stay although they lie in LNL's own folders, such as the demo's."""
    own = {data_folder(), own_cache_folder(), settings_folder(), log_folder()}
    return sorted({project for folder in own for project in _projects(folder)})


def delete(found: Sequence[Leftover], menu: Menu | None = None) -> list[tuple[Leftover, str]]:
    """Delete what was found; what could not be deleted, with the reason.

    Args:
        found: of `leftovers`.
        menu: of the desktop; None takes the one that runs.
    """
    _close_logs()
    failed = []
    for leftover in found:
        try:
            # A menu is more than its files.
            if leftover.kind == "menu":
                (menu or this_menu()).remove()
            else:
                _delete(leftover.place)
        except OSError as error:
            failed.append((leftover, error.strerror or str(error)))
    for folder in {data_folder(), settings_folder().parent, log_folder().parent}:
        _drop_empty(folder)
    return failed


def how_to_remove() -> Message:
    """How the program itself goes, which does not delete itself while it runs."""
    if not is_frozen():
        return message(
            "LNL itself goes with the tool that installed it: `uv tool uninstall lnl-gui`,"
            " `pipx uninstall lnl-gui`, or in its environment `pip uninstall lnl-gui`."
        )
    if image := os.environ.get(APPIMAGE_VARIABLE):
        return message("LNL itself is one file, delete it: {file}", file=image)
    if sys.platform == "win32":
        return message("LNL itself goes by Windows' settings: Apps, LNL, Uninstall.")
    if sys.platform == "darwin":
        return message("LNL itself is LNL.app: move it from the Applications to the bin.")
    return message("LNL itself goes with `sudo apt remove lnl-gui`, or with its folder.")


def _caches() -> Iterator[Path]:
    """LNL's own cache as a whole; of folders that were chosen only what LNL put there."""
    yield own_cache_folder()
    chosen = {cache_folder(), _of_preferences()} - {own_cache_folder(), None}
    for folder in sorted(place for place in chosen if place is not None):
        yield from (folder / name for name in _IN_CACHE)


def _of_preferences() -> Path | None:
    """The cache folder that was chosen in the window."""
    try:
        named = read_json(settings_file())["preferences"]["cache_folder"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Path(named) if isinstance(named, str) and Path(named).is_absolute() else None


def _projects(folder: Path) -> list[Path]:
    """Projects below a folder; behind links lies what is not LNL's own."""
    found = []
    for place, names, _ in os.walk(folder):
        inside = [Path(place) / name for name in names if name.endswith(SUFFIX)]
        found += [project for project in inside if is_project(project)]
    return found


def _bytes(place: Path) -> int:
    if place.is_symlink() or place.is_file():
        return place.lstat().st_size
    files = (Path(folder) / name for folder, _, names in os.walk(place) for name in names)
    return sum(file.lstat().st_size for file in files)


def _delete(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _drop_empty(folder: Path) -> None:
    """A folder of LNL's own that holds nothing any more; one of all programs stays."""
    home = os.environ.get("LNL_HOME")
    is_own = folder.name == APPLICATION or (home is not None and folder == Path(home))
    if is_own and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _close_logs() -> None:
    """Let go of the files that are about to be deleted: Windows deletes none that is open."""
    for handler in list(logger.handlers):
        if isinstance(handler, logging.FileHandler):
            logger.removeHandler(handler)
            handler.close()
