"""Folders of the program on each platform. `LNL_HOME` moves caches, settings and logs together.

`LNL_CACHE` moves the cache alone, to a larger or faster disk.
"""

import os
from pathlib import Path

import platformdirs

import lnl_gui

APPLICATION = "lnl-gui"
CACHE_VARIABLE = "LNL_CACHE"


def _home(kind: str, default: str) -> Path:
    override = os.environ.get("LNL_HOME")
    return Path(override) / kind if override else Path(default)


def cache_folder() -> Path:
    """The user's cache: thumbnails, converted and downloaded weights. Safe to delete."""
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen)
    return own_cache_folder()


def own_cache_folder() -> Path:
    """The cache where nobody has chosen another: nothing but LNL's own lies in it."""
    return _home("cache", platformdirs.user_cache_dir(APPLICATION, appauthor=False))


def settings_folder() -> Path:
    """The user's settings and the list of recent projects."""
    return _home("settings", platformdirs.user_config_dir(APPLICATION, appauthor=False))


def settings_file() -> Path:
    """The settings of the window; its language is the command line's too."""
    return settings_folder() / "window.json"


def log_folder() -> Path:
    """Logs and crash reports."""
    return _home("logs", platformdirs.user_log_dir(APPLICATION, appauthor=False))


def data_folder() -> Path:
    """The user's data, which is not derived: the demo dataset and its project."""
    return _home("data", platformdirs.user_data_dir(APPLICATION, appauthor=False))


def resource(*parts: str) -> Path:
    """A file under `resources/`: inside the package when installed, beside it in a checkout."""
    package = Path(lnl_gui.__file__).parent
    installed = package / "resources"
    root = installed if installed.is_dir() else package.parent / "resources"
    return root.joinpath(*parts)
