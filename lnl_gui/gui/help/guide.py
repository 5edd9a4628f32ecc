"""The pages of the guide: Markdown files in the reader's language, with the words of the buttons.

`{accept}` in a page stands for the action of that id: its button's word, and its key as it is set.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.gui.i18n.keys import modifier
from lnl_gui.util.paths import resource
from lnl_gui.util.translation import SOURCE_LANGUAGE

Words = Callable[[str], tuple[str, str]]
"""The word on the button of an action, and its key, "" for none."""
CONTROL = "{control-key}"
"""Stands in a page for the key that is Ctrl, Strg or ⌘."""
_ACTION = re.compile(r"\{([a-z][a-z0-9-]*)\}")
_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`#]")


@dataclass(frozen=True)
class GuidePage:
    """One page: its file's name, its heading and its Markdown."""

    name: str
    title: str
    text: str

    @property
    def plain(self) -> str:
        """The words of the page, for a search."""
        return _MARKS.sub(lambda found: found.group(1) or "", self.text)


def folder_of(language: str) -> Path:
    """Where the pages in a language lie; the English ones where there are none."""
    folder = resource("guide", language)
    return folder if folder.is_dir() else resource("guide", SOURCE_LANGUAGE)


def load_guide(language: str, words: Words) -> tuple[GuidePage, ...]:
    """The pages in reading order.

    Raises:
        OSError: when a page cannot be read.
    """
    return tuple(_page(file, words) for file in sorted(folder_of(language).glob("*.md")))


def _page(file: Path, words: Words) -> GuidePage:
    def named(found: re.Match[str]) -> str:
        word, key = words(found.group(1))
        return f"**{word}** (`{key}`)" if key else f"**{word}**"

    text = file.read_text(encoding="utf-8").replace(CONTROL, modifier("Ctrl"))
    text = _ACTION.sub(named, text)
    return GuidePage(file.name, text.splitlines()[0].removeprefix("# "), text)


def search(pages: Sequence[GuidePage], wanted: str) -> list[GuidePage]:
    """The pages that hold all words of a search, those with them in the heading first."""
    words = wanted.casefold().split()
    found = [page for page in pages if all(word in page.plain.casefold() for word in words)]
    return sorted(found, key=lambda page: not all(word in page.title.casefold() for word in words))
