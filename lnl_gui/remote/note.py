"""The note of a project whose dataset lies at a URL: what stands for its folder, and says which."""

from pathlib import Path

from lnl_gui.remote.address import without_secrets
from lnl_gui.util.files.atomic import read_json, write_json

FOLDER, NOTE = "remote", "source.json"
"""The folder in the project, and the note inside."""


def note_source(folder: Path, url: str) -> None:
    """Make the folder that stands for a URL in a project, with a note of which.

    Raises:
        OSError: when it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / NOTE, {"url": without_secrets(url)})


def shown_root(root: Path) -> str:
    """Where a dataset lies, for a person: its folder, or the URL that the folder stands for."""
    if root.name != FOLDER:
        return str(root)
    try:
        found = read_json(root / NOTE)
    except (OSError, ValueError):
        return str(root)
    url = found.get("url") if isinstance(found, dict) else None
    return url if isinstance(url, str) else str(root)
