"""Finds out which column of a table holds paths, labels and splits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.column_names import (
    ANNOTATOR_NAMES,
    FINDING_NAMES,
    FOREIGN_LABEL_NAMES,
    LABEL_NAMES,
    SPECIAL_LABEL_NAMES,
    is_label_name,
)
from lnl_gui.dataset.readers.tables.columns_found import (
    UnclearColumns,
    columns_found,
    sample_rows,
)
from lnl_gui.dataset.readers.tables.empty_labels import doubt_empty_labels
from lnl_gui.dataset.readers.tables.group_headings import doubt_group_headings
from lnl_gui.dataset.readers.tables.label_columns import (
    doubt_one_of_marks,
    doubt_one_value,
    graded_noise,
    guess_label,
    has_other_label,
    is_own_export,
    without_opinions,
)
from lnl_gui.dataset.readers.tables.named_columns import by_name, named_column, other_than
from lnl_gui.dataset.readers.tables.one_hot import are_marks, find_one_hot
from lnl_gui.dataset.readers.tables.path_columns import guess_path, stems_of_paths
from lnl_gui.dataset.readers.tables.rows_left_out import (
    doubt_rows_left_out,
    say_of_labels_said_wrong,
    tells_of_answers,
)
from lnl_gui.dataset.readers.tables.second_labels import (
    say_of_finer_labels,
    say_of_names_of_codes,
    say_of_second_labels,
)
from lnl_gui.dataset.readers.tables.split_columns import guess_split
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tables.taxonomic_ranks import say_of_ranks
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message


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
        group = named_column(table, options.group_column, "--group-column")
        chosen = _choose(table, options, set() if group is None else {group})
        return replace(chosen, group=-1 if group is None else group)
    except UserError as error:
        raise UnclearColumns(error, columns_found(table)) from error


def _choose(table: Table, options: ReaderOptions, groups: set[int]) -> TableColumns:
    sample = sample_rows(table)
    path = named_column(table, options.path_column, "--path-column")
    if path is None:
        path = guess_path(table, sample, options)
    split = named_column(table, options.split_column, "--split-column")
    marked = _named_marks(table, sample, options.label_column)
    label = None if marked else named_column(table, options.label_column, "--label-column")
    annotators = _annotators(table, options.annotator_columns, path)
    if split is None:
        split = guess_split(table, sample, {path, label, *marked, *annotators, *groups})
        if tells_of_answers(table, path, split):
            groups, split = groups | {split}, -1
    if marked:
        return TableColumns(path, -1, split, marked)
    # One column, and several rows of an image: it names the person, and each row is an answer.
    if len(annotators) == 1 and _repeats(table, path):
        person = annotators[0]
        rest = other_than(table, {path, split, person, *groups})
        chosen = guess_label(table, sample, rest) if label is None else label
        return TableColumns(path, chosen, split, annotator=person)
    if annotators:
        return TableColumns(path, -1 if label is None else label, split, (), annotators)
    person = _guess_annotator(table, path, {split, label, *groups})
    if label is not None:
        doubt_one_of_marks(table, sample, label, other_than(table, {path, split, person, *groups}))
        return TableColumns(path, label, split, annotator=person)
    # The name of the image once more is no class, though an image may come in several rows.
    again = {at for at in stems_of_paths(sample, path) if not is_label_name(table.columns[at])}
    rest = other_than(table, {path, split, person, *groups, *again})
    # A column that is called a label is one, whatever zeros and ones stand beside it.
    is_called = by_name(table, [*LABEL_NAMES, *FOREIGN_LABEL_NAMES], rest)
    hot = find_one_hot(sample, without_opinions(table, rest)) if not is_called else ()
    if hot and not (len(hot) == 2 and has_other_label(table, sample, rest, hot)):
        table.warnings.append(
            message(
                "The label is the column that holds 1 among {rest}.",
                rest=shorten(table.columns[at] for at in hot),
            )
        )
        return TableColumns(path, -1, split, hot)
    label = guess_label(table, sample, rest)
    if not (is_own_export(table) or label in graded_noise(table, rest)):
        doubt_one_value(table, sample, label, rest)
        say_of_second_labels(table, sample, label, rest)
        say_of_finer_labels(table, sample, label, rest)
        say_of_names_of_codes(table, sample, label, rest)
        doubt_rows_left_out(table, path, label, [at for at in rest if at != label])
        say_of_labels_said_wrong(table, path, label, rest)
        doubt_group_headings(table, label)
        say_of_ranks(table, label)
        doubt_empty_labels(table, sample, label, rest)
    return TableColumns(path, label, split, annotator=person)


def _named_marks(table: Table, sample: list[list[str]], names: str | None) -> tuple[int, ...]:
    """The columns of `--label-column cat,dog` where these hold the marks of classes."""
    parts = [part.strip() for part in (names or "").split(",")]
    if len(parts) < 2 or names in table.columns or not set(parts) <= set(table.columns):
        return ()
    found = tuple(dict.fromkeys(map(table.columns.index, parts)))
    return found if are_marks(sample, found) else ()


def _annotators(table: Table, names: Sequence[str], path: int) -> tuple[int, ...]:
    found = [named_column(table, name, "--annotator-column") for name in names]
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


def _repeats(table: Table, path: int) -> bool:
    """Whether a path comes in several rows."""
    return len({row[path] for row in table.rows}) < len(table.rows)


def label_is_named(table: Table, columns: TableColumns) -> bool:
    """Whether the label was not only found by elimination."""
    names = (*LABEL_NAMES, *FOREIGN_LABEL_NAMES, *SPECIAL_LABEL_NAMES, *FINDING_NAMES)
    graded = graded_noise(table, range(len(table.columns)))
    # Two columns of marks beside others may be flags, such as left and right.
    hot = len(columns.one_hot)
    is_marked = hot > 2 or (hot > 0 and hot + 1 == len(table.columns))
    return is_marked or columns.label in [*by_name(table, names), *graded]
