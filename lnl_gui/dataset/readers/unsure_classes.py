"""Class names that are no answer: `cat?`, `maybe_cat`, `cat (unsure)`, and `not cat` among others.

Whoever wrote them did not know, or said only what an image is not: beside `cat` they make of one
class two.
"""

import re
from collections.abc import Sequence, Set

from lnl_gui.dataset.listing import shorten
from lnl_gui.util.messages import Message, message

# Not `probably` or `likely`: `likely benign` is a finding of its own beside `benign`.
_UNSURE = ("maybe", "perhaps", "uncertain", "unsure", "not sure")
_NOT = "not"
_NO_CLASS = frozenset({"background", "none", "other", "others", "unclear", "unknown", *_UNSURE})
"""Names of what is in no class, beside which `cat` and `not cat` are still all there is."""
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ASKED = re.compile(r"[?？؟]\W*$|^\W*[?？؟¿]")
_IN_BRACKETS = re.compile(rf"[(\[{{]\W*(?:{'|'.join(_UNSURE)}|\?+)\W*[)\]}}]", re.IGNORECASE)


def unsure_doubts(names: Sequence[str]) -> list[Message]:
    """A doubt that names the classes whose names are no answer; none where there are none.

    Args:
        names: of all classes.
    """
    words = {name: _words(name) for name in names}
    sure = {said for name, said in words.items() if not _ASKED.search(name)}
    found = [
        name
        for name, said in words.items()
        if said and (_is_unsure(name, said, sure) or _is_negated(said, sure))
    ]
    if not found:
        return []
    return [
        message(
            "Classes whose names say that somebody was not sure, or only what an image is not:"
            " {names}. They would be classes of their own. Give these images the label that is"
            " meant, or none (an empty cell, a folder `unlabelled`) to have one suggested.",
            names=shorten(found),
        )
    ]


def _words(name: str) -> str:
    """The words of the last part of a name, in lower case and with blanks between them."""
    return " ".join(_WORD.findall(_HUMP.sub(" ", name.rpartition("/")[2]))).casefold()


def _is_unsure(name: str, said: str, sure: Set[str]) -> bool:
    """Whether it is the name of another class with a sign or a word of doubt."""
    if _IN_BRACKETS.search(name):
        return said not in _UNSURE
    # Without such another class it may be a true name: `Guess who?`, `uncertain significance`.
    if _ASKED.search(name):
        return said in sure
    rest = {said.removeprefix(f"{doubt} ") for doubt in _UNSURE}
    rest |= {said.removesuffix(f" {doubt}") for doubt in _UNSURE}
    return any(other in sure for other in rest - {said})


def _is_negated(said: str, sure: Set[str]) -> bool:
    """Whether it says that an image is not of one class, where there are more than that one.

    `hot dog` and `not hot dog` are all there is, so is a pair of each of several, and so are the
    degrees of one thing: `occluded`, `partly occluded`, `not occluded`.
    """
    positive = said.removeprefix(f"{_NOT} ")
    if positive == said or positive not in sure:
        return False
    others = {
        name
        for name in sure - {said, positive} - _NO_CLASS
        if not {*positive.split()} <= {*name.split()}
    }
    paired = all(_negation(name) in sure for name in others)
    return bool(others) and not paired


def _negation(said: str) -> str:
    return said.removeprefix(f"{_NOT} ") if said.startswith(f"{_NOT} ") else f"{_NOT} {said}"
