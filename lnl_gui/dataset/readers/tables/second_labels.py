"""Columns beside the label that hold labels too: corrections, second answers, older versions."""

import re
from collections.abc import Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.missing_words import says_nothing
from lnl_gui.dataset.readers.tables.column_names import (
    ANNOTATOR_NAMES,
    FINDING_NAMES,
    FOREIGN_LABEL_NAMES,
    LABEL_NAMES,
    SPECIAL_LABEL_NAMES,
    plain_name,
)
from lnl_gui.dataset.readers.tables.columns_found import looks_like_label
from lnl_gui.dataset.readers.tables.named_columns import common_names
from lnl_gui.dataset.readers.tables.other_columns import says_other
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.class_names import is_number, whole_number
from lnl_gui.util.messages import message

_AGREEING = 0.6
"""Share of the rows in which a column of any name agrees or is empty, if it holds labels too."""
_ANOTHER = re.compile(
    r"second|secondary|other|extra|alt|alternative|additional|2nd|corrected|correct|correction"
    r"|final|true|new|fixed|fix|checked|reviewed|revised|verified|gold|golden|updated|cleaned|v?\d+"
)
"""Words that make of a label's name that of another one: `final_label`, `label_2`."""
_EARLIER = re.compile(
    r"(^|_)(given|old|previous|prev|orig|original|initial|raw|before|pred|preds|predicted|prediction"
    r"|predictions|model|guess|suggested|suggestion|suggestions)(_|\d|$)"
)
"""Parts of names that say that a column is not what counts now: an older state, a program's
answer."""
_NUMBER_BEHIND = re.compile(r"(?<=[^\W\d_])(?<!_v)(v?\d+)$")
_COORDINATE = re.compile(r"y_?\d+")
"""A place in the image: a label called `y` alone has a second one called so."""
_FINER = frozenset(
    [
        *SPECIAL_LABEL_NAMES,
        *("subclass", "sub_class", "subcategory", "sub_category", "subtype", "subspecies"),
        *FINDING_NAMES,
        *("fine_label", "disease", "pathology"),
        *("damage", "damage_type", "defect", "defect_type", "fault", "variety", "cultivar"),
        *("unterklasse", "rasse", "sorte", "schaden", "krankheit", "fehler"),
        *("sous_classe", "sous_catégorie", "race", "maladie", "défaut", "subclase"),
        *("subcategoría", "raza", "enfermedad", "defecto", "sottoclasse", "razza", "malattia"),
        *("difetto", "subclasse", "subcategoria", "raça", "doença", "defeito"),
    ]
) - {"tag", "tags", "result", "verdict", "taxonomy"}
_VAGUE = frozenset(
    [
        *("y", "gt", "ground_truth", "groundtruth", "target", "targets", "annotation", "choice"),
        *("result", "verdict", "ergebnis", "prüfergebnis", "pruefergebnis", "beurteilung"),
        *("résultat", "resultat", "resultado", "risultato", "результат", "结果", "結果", "결과"),
    ]
)
"""Names of labels that as well say what came of a picture: that it was taken, sent or done."""
_MARKS = frozenset(["yes", "no", "y", "n", "t", "f", "true", "false", "ja", "nein", "x", "ok"])
_NEGATIONS = frozenset(["not", "no", "non", "negative"])
_UNSPECIFIC = frozenset(["other", "others", "unknown", "none", "normal", "misc", "unsure"])


def say_of_second_labels(
    table: Table, sample: Sequence[Sequence[str]], label: int, rest: Sequence[int]
) -> None:
    """Suspect the label column where another one holds labels that differ.

    Args:
        table: which gets the suspicion, or a note where the other's name tells that it is older.
        sample: some of its rows.
        label: the column that was taken for the label.
        rest: columns that hold neither paths nor splits nor people.
    """
    doubtful: dict[int, int] = {}
    earlier: dict[int, int] = {}
    for at in rest:
        if at == label or not _holds_labels(table, sample, label, at):
            continue
        count = sum(_differ(row, label, at) for row in table.rows)
        if count:
            is_earlier = bool(_EARLIER.search(plain_name(table.columns[at])))
            (earlier if is_earlier else doubtful)[at] = count
    if doubtful:
        table.suspicions.append(
            message(
                "The labels were taken from column `{column}`, but there are other labels in"
                " {others}, in {count} rows. Say which column is meant with --label-column, or name"
                " each with --annotator-column if they are the answers of several people.",
                column=table.columns[label],
                others=shorten(table.columns[at] for at in doubtful),
                count=max(doubtful.values()),
            )
        )
    elif earlier:
        table.warnings.append(
            message(
                "The labels were taken from column `{column}`; other ones"
                " stand in {others}, in {count} rows.",
                column=table.columns[label],
                others=shorten(table.columns[at] for at in earlier),
                count=max(earlier.values()),
            )
        )


def say_of_finer_labels(
    table: Table, sample: Sequence[Sequence[str]], label: int, rest: Sequence[int]
) -> None:
    """Note columns called after what is told apart in one field, beside one that is called a label.

    A `class` may be that of the whole dataset's rows, the `diagnosis` what is to be learned. And
    beside one called a `result` columns of words that are known to hold nothing else.

    Args:
        table: which gets the note.
        sample: some of its rows.
        label: the column that was taken for the label.
        rest: columns that hold neither paths nor splits nor people.
    """
    called = common_names(table)[label]
    if called not in {*LABEL_NAMES, *FOREIGN_LABEL_NAMES, *_VAGUE}:
        return
    others = [
        at
        for at in rest
        if at != label
        and (
            plain_name(table.columns[at]) in _FINER
            or (called in _VAGUE and _holds_unknown_words(table, sample, at))
        )
        and looks_like_label(sample, at)
        and len({row[at].strip() for row in sample} - {""}) > 1
        and not _names_the_same(sample, label, at)
    ]
    if others:
        table.warnings.append(
            message(
                "The labels were taken from column `{column}`; {others} may be meant as well, to be"
                " chosen with --label-column.",
                column=table.columns[label],
                others=shorten(table.columns[at] for at in others),
            )
        )


def say_of_names_of_codes(
    table: Table, sample: Sequence[Sequence[str]], label: int, rest: Sequence[int]
) -> None:
    """Note a column with a name for each number that the labels are, as `Species` beside `Label`.

    Args:
        table: which gets the note.
        sample: some of its rows.
        label: the column that was taken for the label.
        rest: columns that hold neither paths nor splits nor people.
    """
    if not _are_numbers(sample, label):
        return
    names = [
        at
        for at in rest
        if at != label
        and not says_other(plain_name(table.columns[at]))
        and not _are_numbers(sample, at)
        and len({row[at].strip() for row in sample}) > 1
        and _names_the_same(sample, label, at)
    ]
    if names:
        table.warnings.append(
            message(
                "The labels in column `{column}` are numbers, and `{name}` has a name for each: to"
                " have the names as classes, say --label-column {name}.",
                column=table.columns[label],
                name=table.columns[names[0]],
            )
        )


def _are_numbers(sample: Sequence[Sequence[str]], at: int) -> bool:
    return all(is_number(cell) for row in sample if (cell := row[at].strip()))


def _holds_unknown_words(table: Table, sample: Sequence[Sequence[str]], at: int) -> bool:
    name = plain_name(table.columns[at])
    words = {row[at].strip().casefold() for row in sample} - {""}
    known = says_other(name) or name in ANNOTATOR_NAMES or _EARLIER.search(name)
    return not known and not words <= _MARKS and not any(map(is_number, words))


def _names_the_same(sample: Sequence[Sequence[str]], one: int, two: int) -> bool:
    pairs = {(_plain(row[one]), _plain(row[two])) for row in sample}
    return _decides(pairs, 0) and _decides(pairs, 1)


def _holds_labels(table: Table, sample: Sequence[Sequence[str]], label: int, other: int) -> bool:
    name = plain_name(table.columns[other])
    if says_other(name) or name in ANNOTATOR_NAMES:
        return False
    pairs = {(_plain(row[label]), _plain(row[other])) for row in sample}
    classes = {one for one, _ in pairs} - {""}
    others = {two for _, two in pairs} - {""}
    if not classes or not others or {word.casefold() for word in others} <= _MARKS:
        return False
    if _is_another(name, plain_name(table.columns[label])):
        # A number and a word for each class are no two opinions.
        return not (_decides(pairs, 0) and _decides(pairs, 1))
    if _decides(pairs, 0) and _decides(pairs, 1):
        return False
    # `clean_label` with the label's classes holds labels however many differ; numbers are anyone's.
    first, _, last = name.rpartition("_")
    is_called = last in LABEL_NAMES and first not in _NEGATIONS
    if not is_called and (_decides(pairs, 0) or _decides(pairs, 1)):
        return False
    numbers = all(map(is_number, others))
    if numbers and not is_called:
        return False
    known = {two for two in others if two.casefold() not in _UNSPECIFIC}
    agreeing = sum(not _differ(row, label, other) for row in sample)
    enough = agreeing >= _AGREEING * len(sample) or (is_called and not numbers)
    return 2 * len(known & classes) > len(others) and enough


def _is_another(name: str, label: str) -> bool:
    """Whether a name is the label's, or another for labels, with a word for one more of them."""
    if _COORDINATE.fullmatch(name) and label != "y":
        return False
    words = _NUMBER_BEHIND.sub(r"_\1", name).split("_")
    rest = [word for word in words if not _ANOTHER.fullmatch(word)]
    return len(rest) < len(words) and "_".join(rest) in {label, *LABEL_NAMES, f"{label}s"}


def _decides(pairs: set[tuple[str, str]], side: int) -> bool:
    """Whether what stands on one side tells what stands on the other."""
    return len({pair[side] for pair in pairs}) == len(pairs)


def _differ(row: Sequence[str], label: int, other: int) -> bool:
    second = _plain(row[other])
    return bool(second) and second != _plain(row[label])


def _plain(cell: str) -> str:
    text = whole_number(cell.strip())
    return "" if says_nothing(text) else text
