"""Whether the innermost folders are patients, videos, slides and the like, rather than classes."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import Enum, auto

from lnl_gui.dataset.readers.files.folder_names import are_numbered_alike, is_class_number
from lnl_gui.dataset.readers.folders.layout_doubts import MUCH_ALIKE, repeated_share
from lnl_gui.dataset.readers.name_endings import Parts

_UUID = re.compile(r"\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)
# Shorter ones may be the code of a product; longer than the hash that git shows they are drawn.
_LONG_HEX = re.compile(r"[0-9a-f]{16,}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{8,}", re.IGNORECASE)
_DICOM = re.compile(r"\d+(\.\d+){5,}")
_SUBJECT = re.compile(
    r"(?<![^\W\d_])(?:patient(?:in|e)?|pat|paziente|paciente|subject|subj|sub|sujet|sujeto|proband"
    r"|person|case|cas|caso|fall|specimen|sample|probe|muestra|campione|biopsy|lesion|slide|wsi"
    r"|scan|study|exam|video|vid|clip|movie|recording|participant|individual|donor|isic)"
    r"[\s_.#(-]*\d",
    re.IGNORECASE,
)
_PATIENT = re.compile(r"p[\s_.-]*\d+", re.IGNORECASE)
_BRACKETS = re.compile(r"(.*?)\s*\(\d+\)")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
# A word of letters and digits, `A0T2`, as no word of a language is.
_MIXED = re.compile(r"(?<![^\W_])(?=[^\W_]*\d)[^\W_]{2,}(?![^\W_])")
_YEAR = re.compile(r"(19|20)\d\d")
_OWN = "@"

_FEW = 10
"""Numbers up to which a set of classes is usual: the ten digits, CIFAR-10."""
_MANY = 5
"""Folders in each, on average, from which bare numbers are more probably no classes."""
_FULL = 0.9
"""Share of the numbers from the first to the last that must be there to say that they run."""
_MOST_PARENTS = 20
"""More are rather genera with their species than classes."""
_PARTS = 3
"""Numbers up to which a name may be that of a model or a version."""
_OF_MODELS = 4
"""Digits that the one number of a model may have."""
_LONG = 10
"""Letters and signs of a code that no name of a model has."""

Inside = Mapping[Parts, set[str]]
"""The names of the innermost folders in each folder around them."""


class Innermost(Enum):
    """What the innermost folders are read as, and whether that must be asked."""

    CLASSES = auto()
    PERHAPS_CLASSES = auto()
    SUBJECTS = auto()
    PERHAPS_SUBJECTS = auto()

    @property
    def are_left_out(self) -> bool:
        """Whether the folders around them name the classes."""
        return self in (Innermost.SUBJECTS, Innermost.PERHAPS_SUBJECTS)

    @property
    def is_doubtful(self) -> bool:
        """Whether the other reading may as well be meant."""
        return self in (Innermost.PERHAPS_CLASSES, Innermost.PERHAPS_SUBJECTS)


def innermost(inside: Inside) -> Innermost:
    """What folders are of which each lies in one of several: `ill/patient 3`, `audi/A4`.

    Numbers in the names are the sign of subjects, and what numbers: makes have models, and genera
    species, that are numbered too. Where the form leaves it open it is to be asked.
    """
    names = sorted({name for found in inside.values() for name in found})
    share = repeated_share(inside)
    # Names that come in most of the folders are asked about as such.
    if len(inside) < 2 or share >= MUCH_ALIKE or not all(map(_NUMBER.search, names)):
        return Innermost.CLASSES
    if all(map(_is_drawn, names)):
        return Innermost.SUBJECTS
    if all(map(is_class_number, names)):
        return Innermost.CLASSES
    if all(_SUBJECT.search(n) or _PATIENT.fullmatch(n) for n in names) or _in_brackets(names):
        return Innermost.SUBJECTS
    own = _own_names(inside)
    if own:
        return _of_own_names(own, len(inside))
    if share > 0:
        return Innermost.CLASSES
    if all(map(str.isdecimal, names)):
        return _of_numbers(inside)
    if are_numbered_alike(names):
        counted = _is_counted([_numbers(name)[0] for name in names])
        return Innermost.SUBJECTS if counted else Innermost.PERHAPS_SUBJECTS
    return Innermost.PERHAPS_CLASSES if _are_codes(inside) else Innermost.CLASSES


def _is_drawn(name: str) -> bool:
    """Whether it is an identifier that a program has drawn."""
    return any(form.fullmatch(name) for form in (_UUID, _LONG_HEX, _DICOM))


def _in_brackets(names: Collection[str]) -> bool:
    """`Specimen (1)`, as Windows numbers many files renamed at once."""
    found = [_BRACKETS.fullmatch(name) for name in names]
    return len({match[1].casefold() if match else None for match in found} - {None}) == 1 and all(
        found
    )


def _own_names(inside: Inside) -> list[str]:
    """The names with "@" for that of the folder around, none where one does not have it."""
    found = []
    for parent, names in inside.items():
        own = _pattern_of(parent[-1])
        for name in names:
            rest, times = own.subn(_OWN, name, count=1)
            if not times or not _NUMBER.search(rest):
                return []
            found.append(rest)
    return found


def _pattern_of(name: str) -> re.Pattern[str]:
    """The words and numbers of a name, whole and in a row, with any signs between them."""
    tokens = _TOKEN.findall(name)
    if not tokens:
        return re.compile(r"(?!)")

    def edge(token: str) -> str:
        return r"\d" if token.isdecimal() else r"[^\W\d_]"

    inner = r"[\W_]*".join(map(re.escape, tokens))
    return re.compile(rf"(?<!{edge(tokens[0])}){inner}(?!{edge(tokens[-1])})", re.IGNORECASE)


def _of_own_names(own: Sequence[str], parents: int) -> Innermost:
    """`Archery/v_Archery_g01_c02` is a clip, `Boeing/Boeing 737` a model."""
    forms = {_form(name) for name in own}
    fields = [_numbers(name) for name in own]
    if all(is_class_number(name.replace(_OWN, "", 1).strip(" _.-")) for name in own):
        return Innermost.CLASSES
    if len(forms) == 1:
        padded = any(map(_is_padded, zip(*fields, strict=True)))
        counted = any(map(_is_counted, zip(*fields, strict=True)))
        if padded or (counted and len(own) >= _MANY * parents):
            return Innermost.SUBJECTS
        return Innermost.PERHAPS_CLASSES if counted else Innermost.CLASSES
    many = all(len(numbers) > 2 for numbers in fields)
    return Innermost.PERHAPS_CLASSES if many else Innermost.CLASSES


def _of_numbers(inside: Inside) -> Innermost:
    """`benign/1` to `benign/12`, then `malignant/13`: people are counted on, and so begin with 1.

    Of numbers that are drawn from the same row, and of long ones, it is open where they are many.
    """
    numbers = [sorted(map(int, names)) for names in inside.values()]
    total = sum(map(len, numbers))
    row = sorted(number for found in numbers for number in found)
    runs = _is_row(row)
    on = runs and all(found[-1] - found[0] + 1 <= len(found) / _FULL for found in numbers)
    many = total >= _MANY * len(inside)
    if on and many and total > _FEW:
        return Innermost.SUBJECTS
    if on and row[0] == 1 and total > 2 * len(inside):
        return Innermost.PERHAPS_CLASSES
    long = all(len(name) > 2 for names in inside.values() for name in names)
    drawn = runs and total >= 8 * len(inside)
    asked = len(inside) <= _MOST_PARENTS and many and (long or drawn)
    return Innermost.PERHAPS_CLASSES if asked else Innermost.CLASSES


def _are_codes(inside: Inside) -> bool:
    """Whether all are of one form with a number that tells them apart: `SN0012A`, `DSC00001_MP4`.

    Where letters vary it must be a long code, or zeros before its number: models are `A320`,
    `B747`, and codes `TCGA-A6-2671`, `007_M_41`.
    """
    names = [name for found in inside.values() for name in found]
    if len(inside) > _MOST_PARENTS:
        return False
    if len(names) < 3 * len(inside):
        # Of so few only zeros before the numbers tell: the wells `A01` and `A02`, `B01` to `B03`.
        return len(names) > 2 * len(inside) and _are_codes_in_each(inside)
    if all(map(_HEX.fullmatch, names)):
        return len(set(map(len, names))) == 1
    if _are_codes_in_each(inside) or _are_mixed_codes(names):
        return True
    if len({_form(name) for name in names}) == 1:
        return any(map(_tells_apart, _fields(names)))
    shapes = {_LETTERS.sub(lambda found: "a" * len(found[0]), _form(name)) for name in names}
    if len(shapes) > 1:
        return False
    long = all(len(name) >= _LONG for name in names)
    return any(_is_long_id(v) and (long or _is_padded(v)) for v in _fields(names))


def _are_codes_in_each(inside: Inside) -> bool:
    """Whether each folder has codes of a form of its own: `covid/CO0001`, `normal/NO0001`.

    Their numbers may come in several folders. Models are no rows of padded or long numbers.
    """
    if any(len({_form(name) for name in names}) > 1 for names in inside.values()):
        return False
    each = [_fields(names) for names in inside.values()]
    if len(set(map(len, each))) > 1:
        return False
    many = sum(map(len, inside.values())) >= _MANY * len(inside)

    def is_code(of_folders: Sequence[tuple[str, ...]]) -> bool:
        values = [value for found in of_folders for value in found]
        if not all(len(set(found)) == len(found) for found in of_folders):
            return False
        # Identifiers such as those of DICOM have a row of numbers.
        rows = len(each[0]) > _PARTS and all(
            _is_row(sorted(map(int, found))) for found in of_folders
        )
        # `D3100` is a camera.
        long = _are_long(values) and (len(each[0]) > 1 or min(map(len, values)) > _OF_MODELS)
        blocks = _are_long(values, _PARTS) and all(map(_is_block, of_folders))
        return _is_padded(values) or (many and (rows or long or blocks))

    return any(map(is_code, zip(*each, strict=True)))


def _are_mixed_codes(names: Collection[str]) -> bool:
    """Whether all are long and of one form, with letters among the digits: `TCGA-A2-A0T2`."""
    if not all(len(name) >= _LONG for name in names):
        return False
    forms = {_LETTER_OR_DIGIT.sub("x", name) for name in names}
    mixed = all(len(_MIXED.findall(name)) > 1 for name in names)
    return len(forms) == 1 and mixed and any(not c.isalnum() for c in next(iter(forms)))


def _fields(names: Collection[str]) -> list[tuple[str, ...]]:
    """The first numbers of all names, then the second ones and so on, of names of one form."""
    return list(zip(*map(_numbers, names), strict=True))


def _tells_apart(values: Sequence[str]) -> bool:
    row = sorted(set(map(int, values)))
    return _is_long_id(values) or (len(row) == len(values) and _is_row(row))


def _is_long_id(values: Sequence[str]) -> bool:
    """Whether no number comes twice and all are padded, or long and not years."""
    return len(set(values)) == len(values) and (_are_long(values) or _is_padded(values))


def _are_long(values: Sequence[str], least: int = _OF_MODELS) -> bool:
    """Whether the numbers have as many digits as few models have, and are no years."""
    return all(len(value) >= least for value in values) and not all(map(_YEAR.fullmatch, values))


def _is_block(values: Sequence[str]) -> bool:
    """Whether numbers follow one another without a gap, as lots do and models do not."""
    row = sorted(map(int, values))
    return len(row) > 1 and row[-1] - row[0] + 1 == len(set(row)) == len(row)


def _is_counted(values: Sequence[str]) -> bool:
    return _is_padded(values) or _is_row(sorted(set(map(int, values))))


def _is_padded(values: Sequence[str]) -> bool:
    """Whether zeros before the numbers make them as long as others: `007`."""
    sizes = Counter(map(len, values))
    return len(sizes) == 1 and max(sizes) > 1 and any(value[0] == "0" for value in values)


def _is_row(row: Sequence[int]) -> bool:
    """Whether different numbers, in order, begin with 0 or 1 and leave hardly any out."""
    return len(row) > 1 and row[0] < 2 and row[-1] - row[0] + 1 <= len(row) / _FULL


def _form(name: str) -> str:
    return _NUMBER.sub("#", name).casefold()


def _numbers(name: str) -> list[str]:
    return _NUMBER.findall(name)
