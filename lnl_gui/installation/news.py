"""What has changed between two versions of LNL, from the changelog that comes with it."""

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

import lnl_gui
from lnl_gui.util.paths import resource

UNRELEASED = "Unreleased"
_HEADING = re.compile(r"^## (?:\[?v?)([\w.]+).*$", re.MULTILINE)


@dataclass(frozen=True)
class ReleaseNotes:
    """What one version changed."""

    version: str
    """or `UNRELEASED`"""
    text: str
    """in Markdown, with its heading"""


def changelog() -> list[ReleaseNotes]:
    """All versions, the newest first; none where the file does not come with LNL.

    The texts are in English: translating each change would cost more than it tells.
    """
    for file in (resource("CHANGELOG.md"), _in_checkout()):
        if file.is_file():
            return sections(file.read_text(encoding="utf-8"))
    return []


def sections(text: str) -> list[ReleaseNotes]:
    """The versions of a changelog, each with what stands below its heading of the second level.

    Args:
        text: in Markdown.
    """
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return [
        ReleaseNotes(heading[1], text[heading.start() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    ]


def news(since: str = "", current: str = lnl_gui.__version__) -> list[ReleaseNotes]:
    """What a person who last used `since` does not know, the newest first.

    Args:
        since: a version; "" for what the current one alone has changed.
        current: the version that runs. What is not released yet belongs to it.
    """
    known, running = _version(since), Version(current)
    return [changes for changes in changelog() if _is_new(changes, known, running)]


def is_update(since: str, current: str = lnl_gui.__version__) -> bool:
    """Whether the version that runs is newer than the one that was used last.

    Args:
        since: the one used last; "" where nothing is known.
        current: the one that runs.
    """
    known = _version(since)
    return known is not None and known < Version(current)


def _is_new(changes: ReleaseNotes, known: Version | None, running: Version) -> bool:
    version = _version(changes.version)
    if version is None:
        return changes.version == UNRELEASED
    return version == running if known is None else known < version <= running


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _in_checkout() -> Path:
    return Path(lnl_gui.__file__).parents[1] / "packaging" / "CHANGELOG.md"
