"""Chooses the column of a table that holds the labels."""

import re
from collections.abc import Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.tables.column_names import (
    ANNOTATOR_NAMES,
    FINDING_NAMES,
    FOREIGN_LABEL_NAMES,
    GRADED_LABEL,
    GROUP_NAMES,
    LABEL_NAMES,
    SPECIAL_LABEL_NAMES,
    plain_name,
)
from lnl_gui.dataset.readers.tables.columns_found import looks_like_grade, looks_like_label
from lnl_gui.dataset.readers.tables.named_columns import by_name, listed, of_one_name
from lnl_gui.dataset.readers.tables.one_hot import marked_apart
from lnl_gui.dataset.readers.tables.other_columns import nearly_labels, says_other
from lnl_gui.dataset.readers.tables.path_columns import share_of_images
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.class_names import is_number
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

CURRENT_LABEL = "current_label"
_CURATED_NAME = "label_name"
_CLEANLAB = frozenset({"is_label_issue", "label_score", "given_label_name", _CURATED_NAME})
"""Of an export for cleanlab: the given, the predicted and the curated label, by number and name."""
_OPINION = re.compile(r"verifi|confiden|probab|(^|_)(scores?|weight)($|_)")
"""Columns that say how sure a label is, or what it counts: Food-101N's `verification_label` is yes
or no, and so is `score_weight` of ISIC 2019."""
_MEASURES = frozenset(
    ["width", "height", "w", "h", "size", "area", "bytes", "channels", "index", "number"]
)
_OF_PICTURES = re.compile(r"((img|image)_?)?(width|height)|w|h|bytes|file_?size|channels")
"""Names of columns whose numbers say what any picture has, and never what it shows."""
_HALF = 0.5
_DIGITS = re.compile(r"\d+")
_FEWEST_ROWS = 3
"""Fewer may have the same sum by chance."""


def guess_label(table: Table, sample: list[list[str]], rest: list[int]) -> int:
    """The column of the labels by its name, else by what is left; the table is told which.

    Args:
        table: which the columns are of.
        sample: some of its rows.
        rest: columns that hold nothing else.

    Raises:
        UserError: when none or more than one could.
    """
    if is_own_export(table):
        table.warnings.append(message("This is an export; its curated labels were read."))
        return table.columns.index(CURRENT_LABEL)
    if set(table.columns) >= _CLEANLAB:
        table.warnings.append(message("This is an export; its curated labels were read."))
        return table.columns.index(_CURATED_NAME)
    named = _named_for_labels(table, sample, rest)
    if len(named) == 1:
        return named[0]
    graded = graded_noise(table, rest) if not named else []
    if graded:
        table.warnings.append(
            message(
                "The labels were taken from column `{column}`; {others} are others, to be chosen"
                " with --label-column.",
                column=table.columns[graded[0]],
                others=listed([table.columns[at] for at in graded[1:]]),
            )
        )
        return graded[0]
    rest = without_opinions(table, rest)
    # A column of other pictures is none of labels, though several rows may have one of them.
    rest = [at for at in rest if share_of_images(sample, at) <= _HALF]
    likely = _varied(sample, named) if named else _by_elimination(table, sample, rest)
    if len(likely) == 1:
        table.warnings.append(
            message(
                "The labels were taken from column `{column}`.", column=table.columns[likely[0]]
            )
        )
        return likely[0]
    if not likely:
        rest = _without_index_of_list(table, rest)
    if not likely and len(rest) == 1:
        return rest[0]
    raise _unclear_label(table, sample, likely or rest, marked_apart(sample, rest))


def _without_index_of_list(table: Table, rest: list[int]) -> list[int]:
    """The columns but the numbers of the rows, with which a list of MXNet begins.

    Of many classes with few images each the labels do not come again much.
    """
    if table.has_header or table.source.suffix.lower() != ".lst" or 0 not in rest:
        return rest
    cells = [row[0].strip() for row in table.rows]
    is_index = len(set(cells)) == len(cells) and all(map(str.isdecimal, cells))
    return [at for at in rest if at > 0] if is_index else rest


def without_opinions(table: Table, columns: Sequence[int]) -> list[int]:
    """The columns but those that say how sure a label is, or what it counts."""
    return [at for at in columns if not _OPINION.search(plain_name(table.columns[at]))]


def _by_elimination(table: Table, sample: list[list[str]], rest: list[int]) -> list[int]:
    """Columns whose cells look like labels, where none is called one.

    Raises:
        UserError: when all that is left is called after something else.
    """
    others = [at for at in rest if says_other(table.columns[at])]
    unknown = [at for at in rest if at not in others]
    if others and not unknown:
        raise _no_label_among(table, sample, others)
    found = [at for at in rest if looks_like_label(sample, at) or looks_like_grade(sample, at)]
    found = [at for at in found if not _is_of_picture(table, sample, at)] or found
    likely = _varied(sample, found)
    if likely and set(likely) <= set(others):
        return [*unknown, *likely]
    if len(likely) != 1:
        return sorted(likely, key=others.__contains__)
    # Few rows of many classes: the label may be the column that repeats less.
    return likely + [at for at in unknown if at not in likely and nearly_labels(sample, at)]


def _is_of_picture(table: Table, sample: list[list[str]], at: int) -> bool:
    """Whether a column holds the sizes of pictures, which come again as classes do."""
    if not _OF_PICTURES.fullmatch(plain_name(table.columns[at])):
        return False
    return all(is_number(cell) for row in sample if (cell := row[at].strip()))


def _named_for_labels(table: Table, sample: list[list[str]], rest: list[int]) -> list[int]:
    """Columns whose names say that they hold labels; one of those that say the same."""
    names = (LABEL_NAMES, FOREIGN_LABEL_NAMES, SPECIAL_LABEL_NAMES)
    named = next(filter(None, (by_name(table, known, rest) for known in names)), [])
    if not named:
        found = by_name(table, FINDING_NAMES, rest)
        named = [at for at in found if looks_like_label(sample, at)]
    named = of_one_name(table, named)
    if "x" in table.columns:
        named = [at for at in named if table.columns[at] != "y"]  # a place in the image
    return _same_classes(sample, named) if len(named) > 1 else named


def _varied(sample: list[list[str]], columns: list[int]) -> list[int]:
    """Of several columns those with more than one value, or all where none has."""
    if len(columns) < 2:
        return columns
    return [at for at in columns if len({row[at] for row in sample}) > 1] or columns


def _same_classes(sample: list[list[str]], named: list[int]) -> list[int]:
    """One column for several that name the same classes (a number and a word for each)."""
    first = named[0]
    for other in named[1:]:
        pairs = {(row[first].strip(), row[other].strip()) for row in sample}
        one_to_one = len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
        if not one_to_one:
            return named
    words = [at for at in named if not all(is_number(row[at].strip()) for row in sample)]
    return [(words or named)[0]]


def graded_noise(table: Table, among: Sequence[int]) -> list[int]:
    """Columns of the same labels with more and more noise: `noisy_labels_0`, `noisy_labels_5`.

    As Imagenette has them; the first has the least.
    """
    found = [
        (int(match[1]), at)
        for at in among
        if (match := GRADED_LABEL.fullmatch(plain_name(table.columns[at])))
    ]
    return [at for _, at in sorted(found)] if len(found) > 1 else []


def is_own_export(table: Table) -> bool:
    """Whether a table is the `samples.csv` of an export of this program."""
    return set(table.columns) >= {"given_label", CURRENT_LABEL, "suspicion"}


def has_other_label(
    table: Table, sample: list[list[str]], rest: Sequence[int], hot: Sequence[int]
) -> bool:
    """Whether another column could hold the labels as well as two of marks, which may be flags."""
    return bool(_other_labels(table, sample, rest, hot))


def _other_labels(
    table: Table, sample: list[list[str]], rest: Sequence[int], taken: Sequence[int]
) -> list[int]:
    """Columns but the `taken` ones whose cells look like labels of several classes."""
    known = {*_MEASURES, *GROUP_NAMES, *ANNOTATOR_NAMES}
    return [
        at
        for at in rest
        if at not in taken
        and plain_name(table.columns[at]) not in known
        and not _OPINION.search(plain_name(table.columns[at]))
        and looks_like_label(sample, at)
        and len({row[at].strip() for row in sample}) > 1
    ]


def doubt_one_value(table: Table, sample: list[list[str]], label: int, rest: Sequence[int]) -> None:
    """Suspect a label column that says the same of every image beside one that tells them apart."""
    if len({row[label].strip() for row in table.rows} - {""}) != 1:
        return
    others = [
        at
        for at in _other_labels(table, sample, rest, [label])
        if not says_other(table.columns[at])
        and len({cell for row in table.rows if (cell := row[at].strip())}) > 1
    ]
    if others:
        table.suspicions.append(
            message(
                "Column `{column}`, from which the labels were taken, says `{value}` of every"
                " image, but {others} tell them apart. If the labels are there, name the column"
                " with --label-column.",
                column=table.columns[label],
                value=next(cell for row in table.rows if (cell := row[label].strip())),
                others=shorten(table.columns[at] for at in others),
            )
        )


def doubt_one_of_marks(
    table: Table, sample: list[list[str]], label: int, rest: Sequence[int]
) -> None:
    """Suspect a label column that is one of marks.

    A column of yes and no beside others of which each row has one marked is one class of all.
    """
    hot = marked_apart(sample, rest)
    if label in hot:
        names = [table.columns[at] for at in hot]
        table.suspicions.append(
            message(
                "Column `{column}` says only whether an image is of this class: in nearly every"
                " row one of {names} is marked. To read the marked column as the class, give"
                " --label-column {all_names}.",
                column=table.columns[label],
                names=shorten(names),
                all_names=",".join(names),
            )
        )


def _unclear_label(
    table: Table, sample: list[list[str]], shown: Sequence[int], hot: Sequence[int]
) -> UserError:
    """That no column, or more than one, could hold the labels."""
    if not shown:
        return UserError(
            message(
                "`{source}` has no column for the label beside {listed}.",
                source=table.source,
                listed=listed(table.columns),
            ),
            message("Add a column `label`, or choose another table."),
            code="no_label_column",
        )
    names = [table.columns[at] for at in shown]
    return UserError(
        message(
            "It is not clear which column of `{source}` holds the labels: {listed} could.",
            source=table.source,
            listed=listed(names),
        ),
        _which_label(table, sample, shown, [table.columns[at] for at in hot]),
        code="ambiguous_column",
    )


def _no_label_among(table: Table, sample: list[list[str]], others: Sequence[int]) -> UserError:
    """That all columns are called after something else than labels."""
    names = [table.columns[at] for at in others]
    return UserError(
        message(
            "`{source}` has no column that is called a label, only others: {listed}.",
            source=table.source,
            listed=listed(names),
        ),
        _of_several_people(names)
        if _say_the_same_things(sample, others)
        else message(
            "If one of them holds the labels, name it with --label-column, for example"
            " --label-column {column}.",
            column=names[0],
        ),
        code="no_label_column",
    )


def _which_label(
    table: Table, sample: list[list[str]], shown: Sequence[int], marked: Sequence[str]
) -> Message:
    """What to say; columns of the same classes may be the answers of several people."""
    names = [table.columns[at] for at in shown]
    if marked:
        others = [name for name in names if name not in marked]
        return message(
            "Name it with --label-column, for example --label-column {column}; if the class is the"
            " one of several columns that is marked, name them all: --label-column {marked}.",
            column=others[0] if others else ",".join(marked),
            marked=",".join(marked),
        )
    if _add_up(sample, shown):
        return message(
            "In every row the numbers in {names} have the same sum: they look like the votes for"
            " each class, or how likely each is. Add a column `label` with the class that is"
            " meant.",
            names=shorten(names),
        )
    numbered = len(names) > 1 and len({_DIGITS.sub("", name) for name in names}) == 1
    if numbered or _say_the_same_things(sample, shown):
        return _of_several_people(names)
    return message(
        "Name it with --label-column, for example --label-column {column}.", column=names[0]
    )


def _of_several_people(names: Sequence[str]) -> Message:
    return message(
        "Name it with --label-column, for example --label-column {column}; if they are the"
        " answers of several people, name each with --annotator-column.",
        column=names[0],
    )


def _say_the_same_things(sample: list[list[str]], columns: Sequence[int]) -> bool:
    """Whether all of several columns hold mostly the same words."""
    words = [{cell for row in sample if (cell := row[at].strip())} for at in columns]
    every, shared = set().union(*words), set.intersection(*words) if words else set()
    return len(words) > 1 and len(shared) > 1 and len(shared) > _HALF * len(every)


def _add_up(sample: list[list[str]], columns: Sequence[int]) -> bool:
    """Whether several columns hold numbers that have the same sum in every row, not all 0 or 1."""
    cells = [[row[at].strip() for at in columns] for row in sample]
    if len(columns) < 2 or not all(is_number(cell) for row in cells for cell in row):
        return False
    rows = [[float(cell) for cell in row] for row in cells]
    sums = {round(sum(row), 2) for row in rows}
    varied = {number for row in rows for number in row} - {0.0, 1.0}
    return len(sums) == 1 and sums.pop() > 0 and bool(varied) and len(rows) > _FEWEST_ROWS
