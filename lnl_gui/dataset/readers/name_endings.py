"""What stands behind or before all class names alike: dates, parts, cameras, people, scores."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace

from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.files.folder_names import is_portion_name
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.messages import Message, message

# The number at the end of a name, as short as can be, then with all that belongs to it.
_ENDINGS = (
    re.compile(r"(.*[^\s_.-])[\s_.-]+([^\W\d_]*\d+)"),
    re.compile(r"(.*?[^\s_.-])[\s_.-]+(\d[\d\s_.:-]*)"),
    re.compile(r"(.*?[^\s_.-])[\s_.-]+([^\W\d_]*[\s_.-]?\d[\d\s_.:-]*)"),
)
_WORD_ENDING = re.compile(r"(.*[^\s_.([-])[\s_.([-]+([^\W\d_]+)[)\]]?")
_SCORE = re.compile(r"(.*[^\W\d_][)\]]?)[\s:=([_-]+(?:0?\.\d+|1\.0+|\d{1,3}(?:[.,]\d+)?\s?%)[)\]]?")
"""A probability or a percentage behind a name: `cat (80%)`, `dog:0.7`."""
_NUMBER = re.compile(r"\d+")
_SIGNS = " _.-"
_FEWEST = 4
_FILLED = 0.75
"""Share of all pairs of a stem and a last word that must be classes to say that they are crossed;
of colours and animals, `red fox` and `polar bear`, about half are."""

Parts = tuple[str, ...]


def with_ending_doubts(listing: Listing) -> Listing:
    """The listing with what is doubtful or to be noted of the labels that a file gives."""
    ways = [(name,) for name in listing.class_names]
    return replace(
        listing,
        suspicions=[*listing.suspicions, *ending_doubts(ways)],
        warnings=[*listing.warnings, *ending_notes(ways)],
    )


def ending_doubts(ways: Collection[Parts]) -> list[Message]:
    """Endings that tell no classes apart, or dates and the like behind or before all names.

    Args:
        ways: the parts of each class's name; those of one place are compared.
    """
    for names in _siblings(ways).values():
        found = _same_endings(names) or _portions(names)
        if found:
            return [found]
    return []


def ending_notes(ways: Collection[Parts]) -> list[Message]:
    """What may as well be meant: `cat_anna`, `cat_bob`, `dog_anna`, `dog_bob`, or apples and ripe.

    Args:
        ways: the parts of each class's name; those of one place are compared.
    """
    for names in _siblings(ways).values():
        found = None if _same_endings(names) or _portions(names) else _crossed_words(names)
        if found:
            stems, endings = found
            return [
                message(
                    "The names of the classes are each one of {stems} with one of {endings}, such"
                    " as `{example}`. If the one or the other says only when, where or by whom"
                    " images were taken, give all images of a class one name.",
                    stems=shorten(sorted(stems)),
                    endings=shorten(sorted(endings)),
                    example=min(names),
                )
            ]
    return []


def _siblings(ways: Collection[Parts]) -> dict[Parts, set[str]]:
    """The names in each place, the outermost one among them."""
    found: dict[Parts, set[str]] = defaultdict(set)
    for way in filter(None, ways):
        found[way[:-1]].add(way[-1])
    return found


def _same_endings(names: Collection[str]) -> Message | None:
    """`cat_cam1`, `cat_cam2`, `dog_cam1`, `dog_cam2`: what all classes have tells none apart.

    Words are no such endings, as apples and pears may both be ripe or not, unless each class comes
    without one as well: `cat`, `cat_aug`, `dog`, `dog_aug`.
    """
    found = _crossed(names)
    if found is None:
        return None
    stems, endings = found
    return message(
        "Each of {stems} comes with the same endings ({endings}), and was read as a class with"
        " each, such as `{example}`. If the endings say when, where or by whom images were taken,"
        " give all images of a class one name.",
        stems=shorten(sorted(stems)),
        endings=shorten(sorted(endings)),
        example=next(name for name in sorted(names) if name not in stems),
    )


def _portions(names: Collection[str]) -> Message | None:
    """`cat 2023-01-04`, `cat 2023-02-11`, `dog 2023-03-02`: dates and batches at all names.

    Not each class has each of them, as where cameras or people were out on different days.
    """
    for without in (_without_portion_behind, _without_portion_before, _without_score):
        bare = {name: without(name) for name in names}
        sizes = Counter(bare.values())
        stem, size = max(sizes.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        if "" in sizes or len(sizes) < 2 or size < 2:
            continue
        example, other = sorted(name for name in names if bare[name] == stem)[:2]
        return message(
            "The names of all classes have a date, the number of a part or a score before or"
            " behind them, and each was read as a class of its own, such as `{example}` and"
            " `{other}`. If these say when, where, by whom or how surely, give all images of a"
            " class one name.",
            example=example,
            other=other,
        )
    return None


def _without_portion_behind(name: str) -> str:
    """What stands before a date or the like at a name's end; "" where there is none."""
    places = [at for at in range(1, len(name)) if name[at] in _SIGNS]
    endings = (at for at in places if is_portion_name(name[at + 1 :]))
    return next((name[:at].rstrip(_SIGNS) for at in endings), "")


def _without_portion_before(name: str) -> str:
    """What stands behind a date or the like with which a name begins; "" where there is none."""
    places = [at for at in range(len(name) - 1, 0, -1) if name[at] in _SIGNS]
    beginnings = (at for at in places if is_portion_name(name[:at]))
    return next((name[at + 1 :].lstrip(_SIGNS) for at in beginnings), "")


def _without_score(name: str) -> str:
    found = _SCORE.fullmatch(name)
    return found[1] if found else ""


def _crossed_words(names: Collection[str]) -> tuple[set[str], set[str]] | None:
    """The stems and the last words of names of which most stems have most words, or none."""
    found = [_WORD_ENDING.fullmatch(name) for name in names]
    parts = {(match[1], match[2]) for match in found if match}
    stems, endings = {stem for stem, _ in parts}, {ending for _, ending in parts}
    if len(parts) < max(_FEWEST, len(names)) or len(stems) < 2 or len(endings) < 2:
        return None
    return (stems, endings) if len(parts) >= _FILLED * len(stems) * len(endings) else None


def _crossed(names: Collection[str]) -> tuple[set[str], set[str]] | None:
    """The stems and endings of names of which each stem has each ending, or none."""
    if len(names) < _FEWEST:
        return None

    def by_form(form: re.Pattern[str]) -> Callable[[str], tuple[str, str]]:
        def split(name: str) -> tuple[str, str]:
            found = form.fullmatch(name)
            return (found[1], found[2]) if found else (name, "")

        return split

    def by_name(name: str) -> tuple[str, str]:
        stems = [name[:at] for at in range(1, len(name)) if name[at] in _SIGNS]
        stem = next((stem for stem in stems if stem in names), name)
        return stem, name[len(stem) :].lstrip(_SIGNS)

    for split in (*map(by_form, (*_ENDINGS, _WORD_ENDING)), by_name):
        parts = set(map(split, names))
        stems, endings = {stem for stem, _ in parts}, {ending for _, ending in parts}
        whole = len(stems) > 1 and len(endings) > 1 and len(parts) == len(stems) * len(endings)
        if whole and len(parts) == len(names) and (split is by_name or _say_no_class(endings)):
            return stems, endings - {""}
    return None


def _say_no_class(endings: Collection[str]) -> bool:
    """Whether endings are numbers of one kind, or names of parts such as train and test."""
    filled = [ending for ending in endings if ending]
    numbered = all(map(_NUMBER.search, filled))
    forms = {_NUMBER.sub("#", ending).casefold() for ending in filled}
    return (numbered and len(forms) == 1) or all(map(split_in_name, filled))
