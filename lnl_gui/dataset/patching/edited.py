"""A table whose labels were changed, not written yet, and the words that it has for classes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message


@dataclass(frozen=True)
class EditedTable:
    """A table's new content and how many of its rows were edited or taken out."""

    write: Callable[[IO[bytes]], object]
    """writes the whole table into an open file"""
    edited: int
    removed: int
    by_order: bool = False
    """whether its images have no names but their places, which change when one leaves"""


def no_row() -> Message:
    """Why a change of an image cannot be made that no row is about."""
    return message("stands in no row of the table")


def no_word(name: str) -> Message:
    """Why a class cannot be written: of a table of numbers, one that it never uses."""
    return message("the table has no word for the class `{name}`", name=name)


class ClassWords:
    """How a table writes each class: its name, or a number or code where it writes those.

    Args:
        seen: the class of each row and the word that stands for it.
        spell: writes the name of a class that the table has not used, where it writes names.
        is_name: whether a word is the name itself.
        known: words of classes that no row may have.
    """

    def __init__(
        self,
        seen: Iterable[tuple[str, str]],
        *,
        spell: Callable[[str], str],
        is_name: Callable[[str, str], bool],
        known: dict[str, str] | None = None,
    ) -> None:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for name, word in seen:
            counts[name][word] += 1
        self._words = {**(known or {}), **{n: c.most_common(1)[0][0] for n, c in counts.items()}}
        # It writes names as they are, and so a new one too.
        self._plain = not known and all(
            is_name(word, name) for name, words in counts.items() for word in words
        )
        self._spell = spell

    def of(self, name: str) -> str | None:
        """The word for a class; None where the table has none."""
        found = self._words.get(name)
        return self._spell(name) if found is None and self._plain else found


def not_editable(file: Path) -> UserError:
    """That a file is of a form whose labels cannot be changed in it."""
    return UserError(
        message("`{file}` cannot be edited in its own form.", file=file),
        message(
            "Class folders, CSV, TSV, JSON and Parquet tables, COCO and Label Studio can; export"
            " the dataset instead."
        ),
        code="not_editable",
    )
