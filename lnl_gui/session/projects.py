"""Project folders before they are opened: names, places, time of the last change."""

from pathlib import Path

from lnl_gui.store.project import DATABASE, SUFFIX, default_name, is_project
from lnl_gui.store.thumbnails import trim_thumbnails
from lnl_gui.util.paths import data_folder

__all__ = [
    "SUFFIX",
    "default_name",
    "demo_project",
    "is_project",
    "last_changed",
    "trim_thumbnails",
]


def demo_project() -> Path:
    """Where the demo's project lies, the same for the window and the command line."""
    return data_folder() / "demo" / f"digits{SUFFIX}"


def last_changed(folder: Path) -> float | None:
    """When a project was last worked on, in seconds since the epoch; None where there is none."""
    try:
        return (folder / DATABASE).stat().st_mtime
    except OSError:
        return None
