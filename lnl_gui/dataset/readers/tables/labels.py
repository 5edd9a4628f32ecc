"""What the label cells of a table mean: a class, none, or several at once."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lnl_gui.dataset.csv_table import as_written
from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.missing_words import is_second_answer, may_say_nothing, says_nothing
from lnl_gui.dataset.readers.several_labels import several_labels
from lnl_gui.dataset.readers.tables.column_names import plain_name
from lnl_gui.dataset.readers.tables.combined_labels import (
    are_probably_several,
    combined,
    combined_message,
)
from lnl_gui.dataset.readers.tables.label_cells import lists_in, objects_in
from lnl_gui.util.class_names import clean_label, is_number, whole_number
from lnl_gui.util.messages import NOTHING, Message, message

MISSING_SIGNS = frozenset(["?", "??", "???", "-", "--", "---", "\u2013", "\u2014", "."])
"""Signs that people put where there is nothing; among other signs they are signs themselves."""
_MISSING_NUMBERS = frozenset(["-1", "-9", "-99", "-999", "-9999"])
_FILLERS = frozenset(["99", "255", "999", "9999"])
"""Numbers that stand for nothing in surveys and masks, and may be those of classes."""
_LONGEST_FILLER = 2
_DIGITS = 10
_SURE_SEPARATORS = ("|", ";", "\uff1b", "\n", "\r", "\t")
"""The full-width semicolon and the line break of a spreadsheet's cell among them."""
_ENDS = "|;\uff1b"
"""What programs write behind each label, also behind the last."""
_DOUBTFUL_SEPARATORS = (
    *(",", "\uff0c", "\u3001", "/", "+", "&", "::"),
    *("~", "^", "\u00a6", "\u00b7", "\u2022", "\u30fb"),
)
"""The full-width and the ideographic comma, a broken bar and dots at half height among them."""
_OF_LISTS = (",", "\uff0c", "\u3001", "+")
"""Of the doubtful ones those that stand in few names; where they divide labels, they do so in all
cells with a label."""
_ORDERED = ("/", "::")
"""Separators of which the order of the parts may be meant: ways through a hierarchy."""
_FOR_SEVERAL = frozenset({"tags", "keywords", "attributes"})
"""Names of columns that call for several labels of an image; `labels` mostly holds one of each."""
_FEWEST_MADE = 2
_MANY_CELLS = 12


@dataclass
class LabelMeanings:
    """The class of each text that stands in a label cell, and why others have none."""

    classes: dict[str, str] = field(default_factory=dict)
    several: dict[str, Message] = field(default_factory=dict)
    unknown: dict[str, Message] = field(default_factory=dict)
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)

    def class_of(self, cell: str) -> str:
        """The class name, "" where the cell names none or several."""
        return self.classes[cell]

    def problem_of(self, cell: str) -> Message:
        """Why the cell names no single class."""
        return self.several.get(cell) or self.unknown.get(cell, NOTHING)


def interpret_labels(cells: Counter[str], *, column: str = "") -> LabelMeanings:
    """Decide for each distinct cell, seeing all of them, what it means.

    `cat|dog` are two labels where `cat` or `dog` stands alone elsewhere; `2.0` is `2` where all
    are numbers.

    Args:
        cells: how often each text stands there.
        column: what their column is called, "" where that is not known.
    """
    meanings = LabelMeanings()
    # An export keeps spreadsheets from computing `=1+1` by an apostrophe before it.
    plain = {cell: _without_end(clean_label(as_written(cell))) for cell in cells}
    missing = {cell for cell, text in plain.items() if says_nothing(text)}
    plain.update(dict.fromkeys(missing, ""))
    stand_in = _stand_for_nothing(plain, meanings, cells)
    missing |= stand_in
    plain.update(dict.fromkeys(stand_in, ""))
    # Lists first: none of them is a name that stands alone when separators are looked at.
    lists = lists_in(plain)
    _leave_objects(objects_in(plain, lists), plain, cells, meanings)
    for cell, items in lists.items():
        plain[cell] = items[0] if len(items) == 1 else ""
        if len(items) > 1:
            meanings.several[cell] = several_labels(items)
    _mark_separated(plain, cells, meanings)
    _mark_blanks(plain, cells, meanings, are_tags=plain_name(column) in _FOR_SEVERAL)
    # Only where all are: `1.0` among words may be a version, which is no number.
    if all(is_number(text) for text in plain.values() if text):
        plain = {cell: whole_number(text) for cell, text in plain.items()}
    meanings.classes = plain
    _warn(meanings, cells, missing)
    return meanings


def _leave_objects(
    objects: Sequence[str], plain: dict[str, str], cells: Counter[str], meanings: LabelMeanings
) -> None:
    """JSON of which no class is known names none: the whole of it is no name of a class."""
    if not objects:
        return
    for cell in objects:
        meanings.unknown[cell] = message("no class is known in `{cell}`", cell=plain[cell][:80])
        plain[cell] = ""
    meanings.suspicions.append(
        message(
            "Labels that are JSON in which no class is known: {count} rows, such as `{cell}`. They"
            " are left out; put the class into a column of its own, or name another column with"
            " --label-column.",
            count=sum(cells[cell] for cell in objects),
            cell=objects[0][:80],
        )
    )


def _stand_for_nothing(
    plain: Mapping[str, str], meanings: LabelMeanings, cells: Counter[str]
) -> set[str]:
    """Cells whose sign or number stands for no label, which the other labels tell."""
    texts = {cell: whole_number(text) for cell, text in plain.items() if text}
    others = set(texts.values()) - MISSING_SIGNS
    found = _MISSING_NUMBERS if _is_missing_number(others - _MISSING_NUMBERS) else frozenset()
    signs = {cell for cell, text in texts.items() if text in MISSING_SIGNS}
    # One of two is a class: `x` and `-`. Beside `+` it is a sign like that one.
    if signs and len(others) > 1 and all(any(map(str.isalnum, text)) for text in others):
        if _are_characters(others):
            meanings.suspicions.append(
                message(
                    "{signs} was read as a class: {count} rows. If it says that there is no label,"
                    " leave these cells empty.",
                    signs=shorten(sorted(signs)),
                    count=sum(cells[cell] for cell in signs),
                )
            )
        else:
            found = found | MISSING_SIGNS
    return {cell for cell, text in texts.items() if text in found}


def _is_missing_number(others: Collection[str]) -> bool:
    """Whether -1 or -999 beside these labels is none, as in scikit-learn and surveys.

    They are numbers of classes from 0 or 1 up, or words. Beside 1 alone it is the other class.
    """
    if len(others) < 2:
        return False
    # 99 and 999 among words are no classes either that would make -999 one of many numbers.
    words = set(others) - _FILLERS
    if len(words) > 1 and not any(map(is_number, words)):
        return True
    # Not by `int`, which Python limits to 4300 digits.
    plain = {text.lstrip("0") for text in others if text.isascii() and text.isdigit()}
    return len(plain) == len(others) and not plain.isdisjoint(["", "1"])


def _are_characters(labels: Collection[str]) -> bool:
    """Whether the labels are characters, among which a sign may be one more of an alphabet."""
    return all(len(text) == 1 for text in labels) and not (
        len(labels) < _DIGITS and all(map(str.isdigit, labels))
    )


def _without_end(text: str) -> str:
    """`cat;` is `cat`: some programs put a separator behind each label."""
    name = text.rstrip(f"{_ENDS} ")
    return name if name and text[-1] in _ENDS and not any(sign in name for sign in _ENDS) else text


def _mark_separated(plain: dict[str, str], cells: Counter[str], meanings: LabelMeanings) -> None:
    alone = set(plain.values()) - {""}
    # Where nothing stands alone, names that come again in other company are labels too.
    again = {mark: _repeated_parts(alone, mark) for mark in _SURE_SEPARATORS}
    swapped = {mark: _swapped_parts(alone, mark) for mark in _DOUBTFUL_SEPARATORS}
    divided: set[str] = set()
    for cell, text in plain.items():
        for separator in (*_SURE_SEPARATORS, *_DOUBTFUL_SEPARATORS):
            if separator not in text:
                continue
            parts = _parts(text, separator)
            if len(parts) > 1 and _are_labels(parts, separator, alone, again | swapped):
                plain[cell] = ""
                meanings.several[cell] = several_labels(parts)
                divided.add(separator)
                break
    # What is said twice, as of two things in the image, is one label all the same.
    for cell, text in plain.items():
        for separator in (*_SURE_SEPARATORS, *_DOUBTFUL_SEPARATORS):
            once = "" if separator in _ORDERED else _said_again(text, separator)
            is_sure = separator in (*divided, *_SURE_SEPARATORS)
            if once and (is_sure or once in alone):
                plain[cell] = once
    for separator in _DOUBTFUL_SEPARATORS:
        _mark_combined(plain, meanings, separator, alone, is_known=separator in divided)


def _mark_combined(
    plain: dict[str, str],
    meanings: LabelMeanings,
    separator: str,
    alone: set[str],
    *,
    is_known: bool,
) -> None:
    """`dog, bird` where `dog` is a class and `bird` is not, perhaps beside a `cat, dog`."""
    cells = {cell: _parts(text, separator) for cell, text in plain.items() if separator in text}
    found = combined(cells, alone, ordered=separator in _ORDERED and not is_known)
    if not found:
        return
    if is_known and separator in _OF_LISTS:
        for cell in found:
            plain[cell] = ""
            meanings.several[cell] = several_labels(cells[cell])
        return
    said = combined_message([plain[cell] for cell in found])
    doubtful = is_known or are_probably_several(found, cells)
    (meanings.suspicions if doubtful else meanings.warnings).append(said)


def _are_labels(
    parts: list[str], separator: str, alone: set[str], known: Mapping[str, set[str]]
) -> bool:
    # A comma may be part of a name (`maillot, tank suit`); then not all parts are names.
    if separator in _SURE_SEPARATORS:
        return any(part in alone for part in parts) or known[separator].issuperset(parts)
    return all(part in alone or part in known[separator] for part in parts)


def _parts(text: str, separator: str) -> list[str]:
    parts = dict.fromkeys(clean_label(part) for part in text.split(separator))
    return [part for part in parts if part]


def _said_again(text: str, separator: str) -> str:
    """The name in `cat,cat`, "" where a text is not one name several times."""
    parts = {clean_label(part) for part in text.split(separator)} if separator in text else set()
    return parts.pop() if len(parts) == 1 else ""


def _repeated_parts(texts: Iterable[str], separator: str) -> set[str]:
    """Parts that come in more than one of the texts."""
    counts = Counter(p for text in texts if separator in text for p in _parts(text, separator))
    return {part for part, count in counts.items() if count > 1}


def _swapped_parts(texts: Iterable[str], separator: str) -> set[str]:
    """Parts of texts that come in another order too: of `cat, dog` and `dog, cat` no name."""
    orders: dict[frozenset[str], set[tuple[str, ...]]] = {}
    for text in texts if separator not in _ORDERED else ():
        if separator in text:
            parts = _parts(text, separator)
            orders.setdefault(frozenset(parts), set()).add(tuple(parts))
    return {part for parts, found in orders.items() if len(found) > 1 for part in parts}


def _mark_blanks(
    plain: dict[str, str], cells: Counter[str], meanings: LabelMeanings, *, are_tags: bool
) -> None:
    """`horse person`, where most names of several words are made of words that stand alone.

    One of them may well be a name: a `toy car` beside `toy` and `car`.
    """
    alone = {text for text in plain.values() if text and " " not in text}
    words = {cell: list(dict.fromkeys(text.split())) for cell, text in plain.items() if " " in text}
    made = {cell: parts for cell, parts in words.items() if alone.issuperset(parts)}
    if words and all(is_number(word) for text in plain.values() for word in text.split()):
        made, words = words, {}  # several numbers in a cell are no name
    if (words and len(made) < _FEWEST_MADE) or 2 * len(made) < len(words):
        _doubt_words(words, meanings, are_tags=are_tags)
        return
    for cell, parts in made.items():
        if len(parts) > 1:
            plain[cell] = ""
            meanings.several[cell] = several_labels(parts)


def _doubt_words(
    words: Mapping[str, list[str]], meanings: LabelMeanings, *, are_tags: bool
) -> None:
    """`clear primary water`: many labels made of few words are probably several labels each.

    In a column of tags any word that comes again says so.
    """
    counts = Counter(word for parts in words.values() for word in parts)
    few = 2 * len(counts) <= len(words) and min(counts.values(), default=0) > 1
    again = are_tags and max(counts.values(), default=0) > 1
    if (few and len(words) >= _MANY_CELLS) or again:
        meanings.suspicions.append(
            message(
                "{count} classes, such as {examples}, are made of {words} words in all; they look"
                " like several labels for each image.",
                count=len(words),
                examples=shorten(words, shown=3),
                words=len(counts),
            )
        )


def _warn(meanings: LabelMeanings, cells: Counter[str], missing: set[str]) -> None:
    if missing:
        meanings.warnings.append(
            message(
                "Labels that say there is none ({words}) count as no label: {count} rows.",
                words=shorten(sorted(missing)),
                count=sum(cells[cell] for cell in missing),
            )
        )
    classes = {text: cell for cell, text in meanings.classes.items() if text}
    odd = _odd_among_numbers(classes)
    perhaps = sorted(
        text
        for text in classes
        if text in odd or (may_say_nothing(text) and not is_second_answer(text, classes))
    )
    if perhaps and len(perhaps) < len(classes):
        meanings.warnings.append(
            message(
                "Labels that may say there is none, and are read as classes: {words} ({count}"
                " rows). If they say so, leave these cells empty.",
                words=shorten(perhaps),
                count=sum(n for cell, n in cells.items() if meanings.classes[cell] in perhaps),
            )
        )
    hidden = sorted(ascii(cell) for cell in meanings.classes if _has_hidden_ends(cell))
    if hidden:
        meanings.warnings.append(
            message(
                "Invisible characters around labels do not count: {cells}.", cells=shorten(hidden)
            )
        )
    short = [cell for cell, text in meanings.classes.items() if whole_number(cell) == text != cell]
    if any(whole_number(cell) in cells for cell in short):
        meanings.warnings.append(
            message("Numbers written in two ways are one class: {cells}.", cells=shorten(short))
        )


def _odd_among_numbers(classes: Collection[str]) -> set[str]:
    """A short word among numbers, or a number that programs fill cells with: behind a gap, or
    among words."""
    numbers = [text for text in classes if is_number(text)]
    words = {text for text in classes if not is_number(text)}
    if len(words) > 1 and set(numbers) <= _FILLERS:
        return set(numbers)
    if len(numbers) < 2 or len(words) > 1:
        return set()
    if words:
        return {word for word in words if len(word) <= _LONGEST_FILLER}
    counted = {text for text in numbers if text.isascii() and text.isdigit() and len(text) < 5}
    fillers = counted & _FILLERS
    largest = max((int(text) for text in counted - fillers), default=-1)
    return {
        text for text in fillers if len(numbers) - len(fillers) > 1 and int(text) > 2 * largest + 1
    }


def _has_hidden_ends(cell: str) -> bool:
    """Whether more than ordinary blanks was taken from a cell's ends."""
    if cell.isascii():
        return False
    seen = cell.strip(" \t\r\n")
    return len(clean_label(seen)) < len(unicodedata.normalize("NFC", seen))
