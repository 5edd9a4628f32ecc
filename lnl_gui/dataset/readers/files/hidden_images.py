"""Images in hidden files and folders, which no reader takes in: they are told of."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name, printable, shorten
from lnl_gui.util.messages import Message, message_n

_OF_PROGRAMS = re.compile(
    r"\.(git|svn|hg|bzr|dvc|idea|vscode|vs|ipynb_checkpoints|cache|config|local|share|gradle|npm"
    r"|venv|env|tox|nox|eggs|conda|mypy_cache|pytest_cache|ruff_cache|huggingface|kaggle|keras"
    r"|thumbnails?|thumbs|picasaoriginals|trash.*|trashes|recycle.*|snapshots?|zfs|stversions"
    r"|stfolder|sync|dropbox.*|fseventsd|spotlight.*|temporaryitems|documentrevisions.*"
    r"|appledouble|_.*|@.*)",
    re.IGNORECASE,
)
"""What version control, editors, tools and systems keep, also copies of images."""
_COUNTED = 10_000


def is_told_of(name: str) -> bool:
    """Whether a hidden name is none that programs give: `.owl` may be a class."""
    return name.startswith(".") and not _OF_PROGRAMS.fullmatch(name)


def hidden_notes(root: Path, hidden: Iterable[str]) -> list[Message]:
    """That hidden images were left out, and how to take them in; empty where there are none.

    Args:
        root: the dataset's folder.
        hidden: paths of hidden folders and images below it, joined by "/".
    """
    counts = {path: _number_of_images(root / path) for path in hidden}
    found = {path: count for path, count in counts.items() if count}
    if not found:
        return []
    return [
        message_n(
            "Hidden files and folders were left out, and {count:,} image in them: {names}. If it"
            " belongs to the dataset, rename them so that no name begins with a dot.",
            "Hidden files and folders were left out, and {count:,} images in them: {names}. If"
            " they belong to the dataset, rename them so that no name begins with a dot.",
            sum(found.values()),
            names=shorten(map(printable, sorted(found))),
        )
    ]


def _number_of_images(place: Path) -> int:
    if is_image_name(place.name) and place.is_file():
        return 1
    count = 0
    for _, _, names in os.walk(place):
        count += sum(is_image_name(name) and not name.startswith("._") for name in names)
        if count >= _COUNTED:
            break
    return count
