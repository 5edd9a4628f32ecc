"""Words beside the numbers in the names of images, which may be their classes.

They stand before them, as in `cat.0.jpg`, or behind, as in `0_cat.jpg`.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.readers.files.folder_names import is_store_name
from lnl_gui.dataset.readers.folders.mask_folders import made_name
from lnl_gui.dataset.readers.table_files.class_folders_beside import is_no_class
from lnl_gui.store.dataset.split_names import split_in_name

_FORM = re.compile(r"(.*?[^\s_.(#-])([\s_.(#-]*)(\d+)\s*\)?")
"""A word, perhaps with numbers of its own, what stands between, and the image's number."""
_BEHIND = re.compile(r"(.*\d)[\s_.(#-]+([^\W\d_]\D*?)[\s_.)-]*")
"""All up to the image's number, and the word behind it."""
_FIRST_DIGIT = re.compile(r"\d")
_OF_CAMERAS = re.compile(
    r"img|dsc[nf_]?|pxl|mvimg|pano|gopr|gp|dji|sam|cimg|imag|vid|mov|mvi|p|s|wa|win|screen_?shot"
    r"|image|picture|photo|foto|bild|pic|frame|scan|capture|snapshot|still|untitled|unnamed"
    r"|download|file|index|page|figure|fig|sample|example|item|object|id|no|nr|whatsapp_image"
    r"|signal|kakaotalk|video|clip|cam|camera|batch|original|copy|new|crop|cropped|patch|tile"
    r"|slice|view|shot|thumb|icon|logo",
    re.IGNORECASE,
)
"""What cameras, telephones and programs put before a number, and what any picture may be called."""
_OF_VERSIONS = frozenset(
    [
        *("rotated", "rotate", "rotation", "rot", "flipped", "flip", "mirrored", "mirror", "aug"),
        *("augmented", "blurred", "blur", "noisy", "noise", "bright", "brightness", "contrast"),
        *("gray", "grey", "grayscale", "resized", "scaled", "shifted", "zoomed", "zoom"),
        *("rgb", "depth", "nir", "ir", "thermal", "infrared", "hsv", "uv", "color", "colour"),
        *("left", "right", "top", "bottom", "front", "back", "side", "before", "after"),
        *("input", "output", "target", "result", "pred", "prediction", "source", "query"),
        *("edit", "edited", "hdr", "small", "medium", "large", "thumb", "full", "web", "print"),
        *("low", "high", "horizontal", "vertical", "portrait", "landscape", "cover", "burst"),
    ]
)
"""Words for how a picture was taken or made, which are classes of no dataset but a few."""
_LEAST_IMAGES = 6
_LEAST_OF_WORD = 2
_MOST = 0.8
"""Share of a folder's images whose names must have such words."""
_NEARLY_ALL = 0.98
_EACH = 3
_EACH_WHERE_CLEAR = 10
"""Images for each word, at least on average: names of things that were seen once are no classes."""
_MOST_WHERE_CLEAR = 200
_LETTERS = 3
_MOST_SETS = 5
_WORDS_OF_SETS = 10
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class NameWords:
    """The words that may be classes, with the images they are of, and the folders that show it.

    `is_clear` says that they are words of letters that mean nothing else, in nearly all names;
    `of_sets` that the folders are named like sets of one kind: `coil-20` beside `coil-100`.
    `numbers` is how many numbers stand behind each word.
    """

    counts: Counter[str] = field(default_factory=Counter)
    folders: frozenset[str] = frozenset()
    is_clear: bool = False
    of_sets: bool = False
    numbers: int = 1

    def __bool__(self) -> bool:
        return bool(self.counts)

    def word_of(self, name: str) -> str:
        """The word in a file's name where those words stand; "" where none does."""
        return word_in(name, self.numbers)


class WordsBehind(NameWords):
    """Words behind the numbers instead of before them."""

    def word_of(self, name: str) -> str:
        """`cat` for `12_cat.jpg`, `img_12 (cat).jpg`; "" where the name ends in a number."""
        return _parted(name)[1]


def word_in(name: str, numbers: int = 1) -> str:
    """What stands before the last number of a file's name; "" where it does not end in one.

    `cat` for `cat.12.jpg`, `cat (12).jpg` and `cat12.jpg`, `0` for `0_12.jpg`.

    Args:
        name: of the file.
        numbers: how many numbers behind each other are none of it: of `cat_12_3.jpg` two.
    """
    word = split_suffix(name)[0].strip()
    for _ in range(numbers):
        word = _before_number(word)
    return word


def _before_number(text: str) -> str:
    found = _FORM.fullmatch(text)
    if found is None:
        return ""
    word, between, _ = found.groups()
    return word if between or not word[-1].isdigit() else ""


def find_words(images: Mapping[str, list[str]]) -> NameWords:
    """The words in the names of images that may be their classes; none where too few come again.

    Args:
        images: names of the image files in each folder, by its path from the root.
    """
    return _words_before(images) or _words_behind(images)


def _words_before(images: Mapping[str, list[str]]) -> NameWords:
    """Those before the numbers.

    Folders are looked at that are named like those of any dataset, or the only one of another name:
    what the names say inside of a class folder is no class. Folders that are named alike but for a
    number are looked at too, where the same words come in each.

    Args:
        images: names of the image files in each folder, by its path from the root.
    """
    others = [folder for folder, names in images.items() if names and not _is_plain(folder)]
    sets = others if may_be_sets(others) and _share_words([images[name] for name in others]) else []
    looked_at = {
        folder: names
        for folder, names in images.items()
        if len(names) >= _LEAST_IMAGES
        and (_is_plain(folder) or others == [folder] or folder in sets)
    }
    found = _found_in(looked_at, 1)
    if not found:
        # `ALPHA_1002_0`, of the first letter in picture 1002: words of letters alone.
        found = _found_in(looked_at, 2)
        return replace(found, is_clear=False) if _are_words(found.counts) else NameWords()
    return replace(found, is_clear=found.is_clear and not sets, of_sets=bool(sets))


def _found_in(images: Mapping[str, list[str]], numbers: int) -> NameWords:
    named = {folder: _words_of(names, numbers) for folder, names in images.items()}
    shown = {folder for folder, words in named.items() if _are_classes(words, len(images[folder]))}
    counts = Counter[str]()
    for folder in shown:
        counts.update({word: n for word, n in named[folder].items() if n >= _LEAST_OF_WORD})
    if not counts:
        return NameWords()
    all_in_them = sum(len(images[folder]) for folder in shown)
    return NameWords(counts, frozenset(shown), _are_clear(counts, all_in_them), numbers=numbers)


def may_be_sets(folders: Collection[str]) -> bool:
    """Whether folders are named alike but for a number, as sets of one kind are, and are few."""
    forms = {_DIGITS.sub("0", name.casefold()) for name in folders}
    return len(forms) == 1 < len(folders) <= _MOST_SETS and any(map(str.isalpha, forms.pop()))


def _share_words(names: Iterable[Collection[str]]) -> bool:
    """Whether the names of the images of several folders begin with the same words, and many."""
    words = [{word for word, n in _words_of(of).items() if n >= _LEAST_OF_WORD} for of in names]
    first = max(words, key=len)
    return all(len(of) >= _WORDS_OF_SETS and len(of & first) >= _MOST * len(of) for of in words)


def is_plain_place(folder: str) -> bool:
    """Whether all folders on the way are named like those of any dataset: `data/train/images`."""
    return all(
        is_no_class(part) or re.fullmatch(r"data ?set[\s_-]*\d*", part.strip(), re.IGNORECASE)
        for part in folder.split("/")
    )


def _is_plain(folder: str) -> bool:
    return not folder or is_plain_place(folder)


def _words_of(names: Iterable[str], numbers: int = 1) -> Counter[str]:
    words = Counter(word_in(name, numbers) for name in names)
    plain = {word for word in words if word and not word[-1].isdigit()}
    return Counter(
        {
            word: n
            for word, n in words.items()
            # `d0059_c` beside `d`: copies of `d0059`.
            if word
            and not _is_of_any(word)
            and _FIRST_DIGIT.split(word, 1)[0] not in plain - {word}
        }
    )


def _is_of_any(word: str) -> bool:
    """Whether a word says nothing of what is on a picture."""
    # A date or a time is no part of it: `VID_20210320_1`.
    plain = re.sub(r"[ _]+", "_", re.sub(r"[\s\d_.-]+$", "", word))
    return bool(
        _OF_CAMERAS.fullmatch(plain)
        or is_store_name(plain)
        or split_in_name(word)
        or made_name(plain)
    )


def _are_classes(words: Counter[str], number: int) -> bool:
    again = Counter({word: n for word, n in words.items() if n >= _LEAST_OF_WORD})
    total = again.total()
    return len(again) > 1 and total >= _MOST * number and total >= _EACH * len(again)


def _are_words(counts: Counter[str]) -> bool:
    """Whether all are of letters alone, and none says how a picture was taken."""
    words = {re.sub(r"[\s_.'-]+", "", word) for word in counts}
    return all(map(str.isalpha, words)) and _OF_VERSIONS.isdisjoint(map(str.casefold, words))


def _are_clear(counts: Counter[str], number: int) -> bool:
    words = [re.sub(r"[\s_.'-]+", "", word) for word in counts]
    return (
        counts.total() >= _NEARLY_ALL * number
        and len(words) <= _MOST_WHERE_CLEAR
        and min(counts.values()) >= _EACH
        and counts.total() >= _EACH_WHERE_CLEAR * len(words)
        and all(word.isalpha() and len(word) >= _LETTERS for word in words)
        and not any(word.casefold() in _OF_VERSIONS for word in words)
    )


def _words_behind(images: Mapping[str, list[str]]) -> WordsBehind:
    """Those behind the numbers, in folders that are named like those of any dataset.

    They are clear where no number comes with two words: those of `1_left` and `1_right` are views
    of one thing, unless each class is counted from 1.
    """
    counts, pairs, shown = Counter[str](), set[tuple[str, str]](), set[str]()
    for folder, names in images.items():
        if len(names) < _LEAST_IMAGES or not _is_plain(folder):
            continue
        parted = [(number, word) for number, word in map(_parted, names) if word]
        words = Counter(word for _, word in parted if not _is_of_any(word))
        if _are_classes(words, len(names)):
            shown.add(folder)
            counts.update({word: n for word, n in words.items() if n >= _LEAST_OF_WORD})
            pairs.update((f"{folder}/{number}", word) for number, word in parted)
    total = sum(len(images[folder]) for folder in shown)
    once = len({number for number, _ in pairs}) == len(pairs)
    return WordsBehind(counts, frozenset(shown), bool(shown) and once and _are_clear(counts, total))


def _parted(name: str) -> tuple[str, str]:
    """What stands in a name up to its last number, and the word behind; "" where none does."""
    found = _BEHIND.fullmatch(split_suffix(name)[0].strip())
    return (found[1], found[2]) if found else ("", "")
