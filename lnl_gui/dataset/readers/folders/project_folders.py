"""Folders of a program's sources among class folders: `static/uploads` beside `cat` and `dog`."""

import re
from collections.abc import Collection

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.folder_names import is_only_part_name, is_store_name
from lnl_gui.dataset.readers.name_endings import Parts
from lnl_gui.util.messages import Message, message

_NO_THINGS = frozenset(
    [
        *("asset", "augmentation", "augmented", "cropped", "dataset", "demo", "doc"),
        *("documentation", "example", "gradcam", "input", "media", "model", "output"),
        *("preprocessed", "preprocessing", "processed", "readme", "resized"),
        *("resource", "result", "sample", "src", "static", "template", "test", "ui", "unused"),
        *("upload", "uploaded", "util", "workflow"),
    ]
)
"""What a project keeps in folders of that name; an `s` at the end does not count."""
_KINDS_OF_PICTURES = frozenset(
    ["chart", "diagram", "figure", "graph", "icon", "logo", "plot", "screenshot", "thumbnail"]
)
"""What is drawn for a project; two or more of them are classes of kinds of pictures."""
_OF_RESULTS = _KINDS_OF_PICTURES | {"doc", "documentation", "log", "output", "result", "run"}
"""What no dataset is kept in: what a program wrote, and what was drawn of it."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[^\W\d_a-zA-Z]+")
_DIGIT = re.compile(r"\d")


def project_doubts(ways: Collection[Parts]) -> list[Message]:
    """Classes in folders named as those of a program are, where others beside them are not.

    Args:
        ways: the parts of each class's folder, without splits, stores and portions.
    """
    every = {part for way in ways for part in way}
    words = {part: _words_of(part) for part in every}
    drawn = set().union(*words.values()) & _KINDS_OF_PICTURES
    known = _NO_THINGS | (drawn if len(drawn) == 1 else set())
    odd = {part for part in every if _is_of_project(part, words[part], known)}
    others = [(part.casefold(), {*words[part]}) for part in every - odd]
    odd -= {part for part in odd if any(_are_alike(part, words[part], *other) for other in others)}
    found = sorted({"/".join(way) for way in ways if not odd.isdisjoint(way)})
    if not found:
        return []
    return [
        message(
            "Folders that are named like those of a program or a project were read as classes:"
            " {names}. If they hold no class, move them out of the dataset's folder, or choose the"
            " folder that holds the class folders alone.",
            names=shorten(found),
        )
    ]


def wrapper_doubts(wrapper: Parts, ways: Collection[Parts]) -> list[Message]:
    """All classes in a folder such as `results`, inside of the one that was opened.

    Args:
        wrapper: the folders around all class folders.
        ways: the parts of each class's folder in them.
    """
    odd = [part for part in wrapper if _OF_RESULTS.intersection(_words_of(part))]
    found = sorted({"/".join(way) for way in ways if way})
    if not odd or not found:
        return []
    return [
        message(
            "All class folders ({names}) lie in `{folder}`, where programs keep what they wrote or"
            " drew. If that is the dataset, choose that folder itself.",
            names=shorten(found),
            folder=odd[0],
        )
    ]


def _words_of(part: str) -> tuple[str, ...]:
    return tuple(word.casefold().removesuffix("s") for word in _WORD.findall(part))


def _are_alike(part: str, words: Collection[str], other: str, its_words: set[str]) -> bool:
    """Of `processed` and `unprocessed` both are classes, and of `raw photos` and `fake photos`."""
    return part.casefold() in other or (len(words) > 1 and not its_words.isdisjoint(words))


def _is_of_project(part: str, words: tuple[str, ...], known: Collection[str]) -> bool:
    """Whether a name says nothing but what projects and stores of images are called by.

    What one word of a store says alone, such as `images`, is said of the names of all classes.
    """
    # `sample 1` and `model 2` are numbered classes more often than folders of a project.
    if is_only_part_name(part) or (_DIGIT.search(part) and words != ("dataset",)):
        return False
    kept = [word for word in words if word not in known]
    stores = all(is_store_name(word) or is_store_name(f"{word}s") for word in kept)
    return stores and (len(kept) < len(words) or len(words) > 1)
