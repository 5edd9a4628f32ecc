"""Settings of the window: recent projects, theme, keys, layout, preferences."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lnl_gui.jobs.remote_host import HOST_VARIABLE
from lnl_gui.util.cluster import CLUSTER_VARIABLE
from lnl_gui.util.files.atomic import read_json, write_json
from lnl_gui.util.log import logger
from lnl_gui.util.paths import CACHE_VARIABLE, settings_file
from lnl_gui.util.process.cores import ALL_GPUS, PROCESSES_VARIABLE, THREADS_VARIABLE

MAXIMUM_RECENT = 12
DEFAULT_SIDE = 160
"""Pixels of a picture in the grid."""


@dataclass(frozen=True)
class Settings:
    """The remembered values. `layout` holds Qt's own states as base64 text."""

    theme: str = "system"
    side: int = DEFAULT_SIDE
    recent: tuple[str, ...] = ()
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    layout: tuple[tuple[str, str], ...] = ()
    preferences: tuple[tuple[str, Any], ...] = ()
    """What the preferences dialog set, beyond theme and keys."""
    temporary: bool = False
    """Whether they are never written, for a window that is only drawn or tested."""

    def keys_by_action(self) -> dict[str, tuple[str, ...]]:
        return dict(self.keys)

    def device(self) -> str:
        """Where to compute: auto, cpu, cuda..."""
        return str(dict(self.preferences).get("device", "auto"))

    def language(self) -> str:
        """The window's language: system, en, de..."""
        return str(dict(self.preferences).get("language", "system"))

    def font_percent(self) -> int:
        """Size of the letters in per cent of the system's, within what can be read and laid out."""
        found = dict(self.preferences).get("font_percent", 100)
        return min(max(found, 80), 160) if isinstance(found, int) else 100

    def reduced_motion(self) -> bool:
        """Whether nothing may move by itself."""
        return bool(dict(self.preferences).get("reduced_motion", False))

    def environment(self) -> dict[str, str]:
        """Variables for this process and its workers that the preferences ask for."""
        preferences = dict(self.preferences)
        wanted = {CACHE_VARIABLE: str(preferences.get("cache_folder", ""))}
        threads = int(preferences.get("threads", 0))
        wanted[THREADS_VARIABLE] = str(threads) if threads > 0 else ""
        wanted[PROCESSES_VARIABLE] = ALL_GPUS if preferences.get("all_gpus") else ""
        wanted[HOST_VARIABLE] = str(preferences.get("host", ""))
        wanted[CLUSTER_VARIABLE] = str(preferences.get("cluster", ""))
        # An empty value would hide the variable that the user's own shell sets.
        return {name: value for name, value in wanted.items() if value}

    def cache_bytes(self) -> int:
        """How large the cache of thumbnails may grow."""
        return int(dict(self.preferences).get("cache_megabytes", 2048)) * 2**20

    def recipe_constants(self) -> dict[str, dict[str, str]]:
        """Constants of recipes that were changed in the window, by recipe."""
        found = dict(self.preferences).get("recipe_constants", {})
        own = found.items() if isinstance(found, dict) else ()
        return {str(recipe): _texts(changes) for recipe, changes in own}

    def detector_constants(self) -> dict[str, str]:
        """Constants of detectors that were changed in the window, as DETECTOR.NAME."""
        return _texts(dict(self.preferences).get("detector_constants", {}))

    def layout_of(self, name: str) -> bytes:
        return dict(self.layout).get(name, "").encode("ascii")

    def with_recent(self, project: Path) -> "Settings":
        """The project first among the recent ones."""
        first = str(project.absolute())
        others = [path for path in self.recent if path != first]
        return replace(self, recent=(first, *others)[:MAXIMUM_RECENT])

    def without_recent(self, project: Path) -> "Settings":
        return replace(self, recent=tuple(p for p in self.recent if p != str(project)))

    def with_layout(self, values: Mapping[str, str]) -> "Settings":
        return replace(self, layout=tuple(sorted({**dict(self.layout), **values}.items())))


def _texts(found: Any) -> dict[str, str]:
    """What is no mapping of texts in a file that somebody edited is left out."""
    pairs = found.items() if isinstance(found, dict) else ()
    return {str(name): text for name, text in pairs if isinstance(text, str)}


def load_settings() -> Settings:
    """Read the settings; a file that is gone or spoilt gives the defaults."""
    file = settings_file()
    try:
        values = read_json(file)
        return Settings(
            theme=str(values["theme"]),
            side=int(values["side"]),
            recent=tuple(str(path) for path in values["recent"]),
            keys=tuple((str(k), tuple(map(str, v))) for k, v in values["keys"].items()),
            layout=tuple((str(k), str(v)) for k, v in values["layout"].items()),
            preferences=tuple(values.get("preferences", {}).items()),
        )
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("settings of the window not read: %s", error)
        return Settings()


def save_settings(settings: Settings) -> None:
    """Write the settings; an error such as a full disk is logged and not raised."""
    if settings.temporary:
        return
    values = {
        "theme": settings.theme,
        "side": settings.side,
        "recent": list(settings.recent),
        "keys": {name: list(keys) for name, keys in settings.keys},
        "layout": dict(settings.layout),
        "preferences": dict(settings.preferences),
    }
    try:
        write_json(settings_file(), values)
    except OSError as error:
        logger.warning("settings of the window not written: %s", error)
