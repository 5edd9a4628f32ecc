"""Finds out which column of a table holds paths, labels and splits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lnl_gui.dataset.listing import is_image_name, shorten
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.column_names import (
    ANNOTATOR_NAMES,
    FOREIGN_LABEL_NAMES,
    GROUP_NAMES,
    LABEL_NAMES,
    PATH_NAMES,
    SPECIAL_LABEL_NAMES,
    SPLIT_NAMES,
)
from lnl_gui.dataset.readers.tables.columns_found import (
    UnclearColumns,
    columns_found,
    looks_like_label,
    sample_rows,
)
from lnl_gui.dataset.readers.tables.one_hot import are_marks, find_one_hot, marked_apart
from lnl_gui.dataset.readers.tables.other_columns import nearly_labels, says_other
from lnl_gui.dataset.readers.tables.path_columns import find_existing
from lnl_gui.dataset.readers.tables.split_columns import are_splits, is_split_column, plain_name
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.class_names import is_number
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

CURRENT_LABEL = "current_label"
_GRADED = re.compile(r"noisy_labels?_(\d{1,3})")
_OPINION = re.compile(r"verifi|confiden|probab|(^|_)scores?($|_)")
"""Columns that say how sure a label is: Food-101N's `verification_label` is yes or no."""
_MEASURES = frozenset(
    ["width", "height", "w", "h", "size", "area", "bytes", "channels", "index", "number"]
)
_DIGITS = re.compile(r"\d+")
_COUNTED = re.compile(r"_\(\d+\)$|\.\d+$")
_WEB = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True)
class TableColumns:
    """Column numbers from 0; `split` is -1 when there is none, `one_hot` the classes' columns.

    `label` is -1 where the label comes from `one_hot` or from the `annotators`. `annotator` is the
    column that names the person where each row is one person's answer, else -1. `group` is the
    column of the patient, video or product where one was named, else -1.
    """

    path: int
    label: int
    split: int = -1
    one_hot: tuple[int, ...] = ()
    annotators: tuple[int, ...] = ()
    annotator: int = -1
    group: int = -1


def choose_columns(table: Table, options: ReaderOptions) -> TableColumns:
    """Choose by what was said, else by usual names, else by what the cells look like.

    Raises:
        UnclearColumns: when a named column is missing or no choice is clear; it lists the columns
            and the option that settles it.
    """
    try:
        group = _named(table, options.group_column, "--group-column")
        chosen = _choose(table, options, set() if group is None else {group})
        return replace(chosen, group=-1 if group is None else group)
    except UserError as error:
        raise UnclearColumns(error, columns_found(table)) from error


def _choose(table: Table, options: ReaderOptions, groups: set[int]) -> TableColumns:
    sample = sample_rows(table)
    path = _named(table, options.path_column, "--path-column")
    if path is None:
        path = _guess_path(table, sample, options)
    split = _named(table, options.split_column, "--split-column")
    marked = _named_marks(table, sample, options.label_column)
    label = None if marked else _named(table, options.label_column, "--label-column")
    annotators = _annotators(table, options.annotator_columns, path)
    if split is None:
        split = _guess_split(table, sample, {path, label, *marked, *annotators, *groups})
    if marked:
        return TableColumns(path, -1, split, marked)
    # One column, and several rows of an image: it names the person, and each row is an answer.
    if len(annotators) == 1 and _repeats(table, path):
        person = annotators[0]
        rest = _rest(table, {path, split, person, *groups})
        chosen = _guess_label(table, sample, rest) if label is None else label
        return TableColumns(path, chosen, split, annotator=person)
    if annotators:
        return TableColumns(path, -1 if label is None else label, split, (), annotators)
    person = _guess_annotator(table, path, {split, label, *groups})
    if label is not None:
        _doubt_one_of_marks(table, sample, label, _rest(table, {path, split, person, *groups}))
        return TableColumns(path, label, split, annotator=person)
    rest = _rest(table, {path, split, person, *groups})
    # A column that is called a label is one, whatever zeros and ones stand beside it.
    is_called = by_name(table, [*LABEL_NAMES, *FOREIGN_LABEL_NAMES], rest)
    hot = find_one_hot(sample, rest) if not is_called else ()
    if hot and not (len(hot) == 2 and _has_other_label(table, sample, rest, hot)):
        table.warnings.append(
            message(
                "The label is the column that holds 1 among {rest}.",
                rest=shorten(table.columns[at] for at in hot),
            )
        )
        return TableColumns(path, -1, split, hot)
    return TableColumns(path, _guess_label(table, sample, rest), split, annotator=person)


def _named_marks(table: Table, sample: list[list[str]], names: str | None) -> tuple[int, ...]:
    """The columns of `--label-column cat,dog` where these hold the marks of classes."""
    parts = [part.strip() for part in (names or "").split(",")]
    if len(parts) < 2 or names in table.columns or not set(parts) <= set(table.columns):
        return ()
    found = tuple(dict.fromkeys(map(table.columns.index, parts)))
    return found if are_marks(sample, found) else ()


def _has_other_label(
    table: Table, sample: list[list[str]], rest: Sequence[int], hot: Sequence[int]
) -> bool:
    """Whether another column could hold the labels as well as two of marks, which may be flags."""
    known = {*_MEASURES, *GROUP_NAMES, *ANNOTATOR_NAMES}
    return any(
        at not in hot
        and plain_name(table.columns[at]) not in known
        and not _OPINION.search(plain_name(table.columns[at]))
        and looks_like_label(sample, at)
        and len({row[at].strip() for row in sample}) > 1
        for at in rest
    )


def _doubt_one_of_marks(
    table: Table, sample: list[list[str]], label: int, rest: Sequence[int]
) -> None:
    """A column of yes and no beside others of which each row has one marked is one class of all."""
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


def _rest(table: Table, taken: set[int | None]) -> list[int]:
    return [at for at in range(len(table.columns)) if at not in taken]


def _repeats(table: Table, path: int) -> bool:
    """Whether a path comes in several rows."""
    return len({row[path] for row in table.rows}) < len(table.rows)


def _guess_annotator(table: Table, path: int, taken: set[int | None]) -> int:
    """The column that names a person, where the same image has answers of several."""
    if not _repeats(table, path):
        return -1
    for at in by_name(table, ANNOTATOR_NAMES):
        if at in taken or at == path:
            continue
        # `user` may as well be who took the picture; who labelled it differs within one image.
        people: dict[str, str] = {}
        if any(people.setdefault(row[path], row[at]) != row[at] for row in table.rows):
            return at
    return -1


def _named(table: Table, name: str | None, option: str) -> int | None:
    if name is None:
        return None
    wanted = name.strip()
    # A column may be called `2`: names count before places.
    if wanted in table.columns:
        return table.columns.index(wanted)
    folded = [column.casefold() for column in table.columns]
    if folded.count(wanted.casefold()) == 1:
        return folded.index(wanted.casefold())
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(table.columns):
        return int(wanted) - 1
    raise UserError(
        message(
            "`{source}` has no column `{name}`. Its columns are {listed}.",
            source=table.source,
            name=name,
            listed=_listed(table.columns),
        ),
        message("Give one of them with {option}, or its number from 1.", option=option),
        code="unknown_column",
    )


def _annotators(table: Table, names: Sequence[str], path: int) -> tuple[int, ...]:
    found = [_named(table, name, "--annotator-column") for name in names]
    columns = tuple(dict.fromkeys(at for at in found if at is not None))
    if path in columns:
        raise UserError(
            message(
                "The column `{column}` holds the image paths, not a person's labels.",
                column=table.columns[path],
            ),
            message("Name the columns of the labels with --annotator-column."),
            code="unknown_column",
        )
    return columns


def _guess_path(table: Table, sample: list[list[str]], options: ReaderOptions) -> int:
    shares = [_image_share(sample, at) for at in range(len(table.columns))]
    named = by_name(table, PATH_NAMES)
    with_images = [at for at in named if shares[at] > 0.5]
    if with_images:
        first, names = with_images[0], _common_names(table)
        if len(_of_one_name(table, [at for at in with_images if names[at] == names[first]])) > 1:
            raise _unclear_path(table)
        return first
    looking = [at for at, share in enumerate(shares) if share > 0.5]
    if len(looking) == 1:
        return looking[0]
    folder = options.image_root or table.source.parent
    existing = find_existing(table, sample, looking or _ids_first(table, named), folder)
    if existing is not None:
        return existing
    # No file is found: the name alone decides, and each row then says what is missing.
    if not looking and named:
        return named[0]
    raise _unclear_path(table)


def _unclear_path(table: Table) -> UserError:
    return UserError(
        message(
            "It is not clear which column of `{source}` holds the image paths. Its"
            " columns are {listed}.",
            source=table.source,
            listed=_listed(table.columns),
        ),
        message("Name it with --path-column."),
        code="ambiguous_column",
    )


def _ids_first(table: Table, named: Sequence[int]) -> list[int]:
    return [*named, *(at for at in range(len(table.columns)) if at not in named)]


def _guess_split(table: Table, sample: list[list[str]], taken: set[int | None]) -> int:
    for at in by_name(table, SPLIT_NAMES):
        values = {row[at].strip() for row in sample if row[at].strip()}
        if at not in taken and is_split_column(table.columns[at], values):
            return at
    # `train` is a vehicle too, in a column that says it holds labels.
    called = by_name(table, [*LABEL_NAMES, *FOREIGN_LABEL_NAMES])
    for at in _rest(table, {*taken, *called}):
        values = {row[at].strip() for row in sample if row[at].strip()}
        if are_splits(values):
            return at
    return -1


def _guess_label(table: Table, sample: list[list[str]], rest: list[int]) -> int:
    if is_own_export(table):
        table.warnings.append(message("This is an export; its curated labels were read."))
        return table.columns.index(CURRENT_LABEL)
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
                others=_listed([table.columns[at] for at in graded[1:]]),
            )
        )
        return graded[0]
    rest = [at for at in rest if not _OPINION.search(plain_name(table.columns[at]))]
    likely = _varied(sample, named) if named else _by_elimination(table, sample, rest)
    if len(likely) == 1:
        table.warnings.append(
            message(
                "The labels were taken from column `{column}`.", column=table.columns[likely[0]]
            )
        )
        return likely[0]
    if not likely and len(rest) == 1:
        return rest[0]
    hot = marked_apart(sample, rest)
    raise _unclear_label(table, [table.columns[at] for at in likely or rest], hot)


def _by_elimination(table: Table, sample: list[list[str]], rest: list[int]) -> list[int]:
    """Columns whose cells look like labels, where none is called one.

    Raises:
        UserError: when all that is left is called after something else.
    """
    others = [at for at in rest if says_other(table.columns[at])]
    unknown = [at for at in rest if at not in others]
    if others and not unknown:
        raise _no_label_among(table, [table.columns[at] for at in others])
    likely = _varied(sample, [at for at in rest if looks_like_label(sample, at)])
    if likely and set(likely) <= set(others):
        return [*unknown, *likely]
    if len(likely) != 1:
        return sorted(likely, key=others.__contains__)
    # Few rows of many classes: the label may be the column that repeats less.
    return likely + [at for at in unknown if at not in likely and nearly_labels(sample, at)]


def _named_for_labels(table: Table, sample: list[list[str]], rest: list[int]) -> list[int]:
    """Columns whose names say that they hold labels; one of those that say the same."""
    names = (LABEL_NAMES, FOREIGN_LABEL_NAMES, SPECIAL_LABEL_NAMES)
    named = next(filter(None, (by_name(table, known, rest) for known in names)), [])
    named = _of_one_name(table, named)
    if "x" in table.columns:
        named = [at for at in named if table.columns[at] != "y"]  # a place in the image
    return _same_classes(sample, named) if len(named) > 1 else named


def _varied(sample: list[list[str]], columns: list[int]) -> list[int]:
    """Of several columns those with more than one value, or all where none has."""
    if len(columns) < 2:
        return columns
    return [at for at in columns if len({row[at] for row in sample}) > 1] or columns


def _unclear_label(table: Table, shown: Sequence[str], hot: Sequence[int]) -> UserError:
    """That no column, or more than one, could hold the labels."""
    if not shown:
        return UserError(
            message(
                "`{source}` has no column for the label beside {listed}.",
                source=table.source,
                listed=_listed(table.columns),
            ),
            message("Add a column `label`, or choose another table."),
            code="no_label_column",
        )
    return UserError(
        message(
            "It is not clear which column of `{source}` holds the labels: {listed} could.",
            source=table.source,
            listed=_listed(shown),
        ),
        _which_label(shown, [table.columns[at] for at in hot]),
        code="ambiguous_column",
    )


def _no_label_among(table: Table, names: Sequence[str]) -> UserError:
    """That all columns are called after something else than labels."""
    return UserError(
        message(
            "`{source}` has no column that is called a label, only others: {listed}.",
            source=table.source,
            listed=_listed(names),
        ),
        message(
            "If one of them holds the labels, name it with --label-column, for example"
            " --label-column {column}.",
            column=names[0],
        ),
        code="no_label_column",
    )


def _which_label(names: Sequence[str], marked: Sequence[str]) -> Message:
    """What to say; columns that differ by a number may be the answers of several people."""
    if marked:
        others = [name for name in names if name not in marked]
        return message(
            "Name it with --label-column, for example --label-column {column}; if the class is the"
            " one of several columns that is marked, name them all: --label-column {marked}.",
            column=others[0] if others else ",".join(marked),
            marked=",".join(marked),
        )
    if len(names) > 1 and len({_DIGITS.sub("", name) for name in names}) == 1:
        return message(
            "Name it with --label-column, for example --label-column {column}; if they are the"
            " answers of several people, name each with --annotator-column.",
            column=names[0],
        )
    return message(
        "Name it with --label-column, for example --label-column {column}.", column=names[0]
    )


def graded_noise(table: Table, among: Sequence[int]) -> list[int]:
    """Columns of the same labels with more and more noise: `noisy_labels_0`, `noisy_labels_5`.

    As Imagenette has them; the first has the least.
    """
    found = [
        (int(match[1]), at)
        for at in among
        if (match := _GRADED.fullmatch(plain_name(table.columns[at])))
    ]
    return [at for _, at in sorted(found)] if len(found) > 1 else []


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


def is_own_export(table: Table) -> bool:
    """Whether a table is the `samples.csv` of an export of this program."""
    return set(table.columns) >= {"given_label", CURRENT_LABEL, "suspicion"}


def by_name(table: Table, names: Sequence[str], among: Sequence[int] | None = None) -> list[int]:
    """Columns with one of the names, in the order of the names."""
    folded = _common_names(table)
    known = set(names) & set(folded)
    found = [at for name in names if name in known for at, own in enumerate(folded) if own == name]
    return found if among is None else [at for at in found if at in among]


def _common_names(table: Table) -> list[str]:
    """Plain names; a second column of one name is counted here, and by pandas as `label.1`."""
    plain = list(map(plain_name, table.columns))
    known = set(plain)
    bare = [_COUNTED.sub("", name) for name in plain]
    return [base if base in known else own for own, base in zip(plain, bare, strict=True)]


def _of_one_name(table: Table, columns: Sequence[int]) -> list[int]:
    """The columns, without those that have the name and the cells of one before."""
    names = _common_names(table)
    kept: list[int] = []
    for at in columns:
        alike = [other for other in kept if names[other] == names[at]]
        if not any(_same_cells(table, other, at) for other in alike):
            kept.append(at)
    return kept


def _same_cells(table: Table, one: int, other: int) -> bool:
    return all(row[one].strip() == row[other].strip() for row in table.rows)


def label_is_named(table: Table, columns: TableColumns) -> bool:
    """Whether the label was not only found by elimination."""
    names = (*LABEL_NAMES, *FOREIGN_LABEL_NAMES, *SPECIAL_LABEL_NAMES)
    graded = graded_noise(table, range(len(table.columns)))
    # Two columns of marks beside others may be flags, such as left and right.
    hot = len(columns.one_hot)
    is_marked = hot > 2 or (hot > 0 and hot + 1 == len(table.columns))
    return is_marked or columns.label in [*by_name(table, names), *graded]


def _image_share(sample: list[list[str]], at: int) -> float:
    cells = [row[at].strip() for row in sample]
    filled = [cell for cell in cells if cell]
    # A web address may end like an image, and yet the file is named by another column.
    images = sum(is_image_name(cell) and not _WEB.match(cell) for cell in filled)
    return images / len(filled) if filled else 0.0


def _listed(names: Sequence[str]) -> Message:
    return shorten(names, shown=20)
