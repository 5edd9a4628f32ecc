"""Files made of an image that lie beside it: masks, thumbnails, crops."""

import re
from collections.abc import Collection, Iterable, Iterator, Set

from lnl_gui.dataset.names import split_suffix

_JOINTS = frozenset("_-. ")
"""What stands between an image's name and that of a file made of it: `7.jpg`, `7_mask.png`."""
_WORDS = (
    "mask|segmentation|segm|seg|thumbnail|thumb|trimap|ground[_ -]?truth|gt|label|annotation"
    "|annot|overlay|preview|heatmap|superpixel"
)
_QUICK = tuple(re.sub(r"\[.*", "", word) for word in _WORDS.split("|"))
_BEHIND = re.compile(rf"[_\-. ]+\(?({_WORDS})s?\)?(?:[_\-. ]*\(?\d+\)?)?", re.IGNORECASE)
_BEFORE = re.compile(rf"({_WORDS})s?[_\-. ]+(?=.)", re.IGNORECASE)


def not_named_after(others: list[str], listed: Collection[str]) -> list[str]:
    """File names that do not begin with the stem of a listed one."""
    stems = {split_suffix(name)[0] for name in listed}
    return [name for name in others if not _begins_with(split_suffix(name)[0], stems)]


def are_named_after(names: Iterable[str], stems: Set[str]) -> bool:
    """Whether all file names begin with one of some stems."""
    return all(_begins_with(split_suffix(name)[0], stems) for name in names)


def companions(names: Collection[str], folder: str) -> set[str]:
    """Which of a folder's files are masks, thumbnails and the like of others in it.

    Only those that say so in a word: `7_2.jpg` beside `7.jpg` is one more photo. What the folder
    itself is called by, as in `with_mask`, is what its images show.
    """
    # A million names are asked: nearly all folders have none of the words.
    text = "\n".join(names).casefold()
    shown = folder.rpartition("/")[2].casefold()
    if not any(word in text and word not in shown for word in _QUICK):
        return set()
    stems = {split_suffix(name)[0] for name in names}
    return {name for name in names if _is_made_of(split_suffix(name)[0], stems, shown)}


def stems_of(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each file's stem, as it is and without a word that says what was made: `7_mask`, `7`."""
    for name in names:
        stem = split_suffix(name)[0]
        yield stem, _plain(stem)


def _begins_with(stem: str, stems: Set[str]) -> bool:
    return stem in stems or any(start in stems for start, _ in _starts(stem))


def _is_made_of(stem: str, stems: set[str], shown: str) -> bool:
    for start, rest in _starts(stem):
        word = _BEHIND.fullmatch(rest)
        if word is not None and start in stems and word[1].casefold() not in shown:
            return True
    before = _BEFORE.match(stem)
    return before is not None and stem[before.end() :] in stems and before[1].lower() not in shown


def _starts(stem: str) -> Iterator[tuple[str, str]]:
    """The stem cut at each joint: what may be an image's name, and the rest."""
    return (
        (stem[:at], stem[at:]) for at, character in enumerate(stem) if character in _JOINTS and at
    )


def _plain(stem: str) -> str:
    for start, rest in _starts(stem):
        if _BEHIND.fullmatch(rest):
            return start
    before = _BEFORE.match(stem)
    return stem[before.end() :] if before is not None else stem
